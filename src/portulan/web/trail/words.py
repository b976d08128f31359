"""The words of the audit trail: what was done, to what, which field, which value."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext_lazy, pgettext_lazy

from portulan.accounts import verbs as accounts_verbs
from portulan.accounts.labels import FACTORS
from portulan.accounts.models import ROLES
from portulan.budget import verbs as budget_verbs
from portulan.budget.labels import METHODS, STATUSES, VERDICTS
from portulan.catalogue import verbs as catalogue_verbs
from portulan.core import trail
from portulan.evidence import verbs as evidence_verbs
from portulan.impact import verbs as impact_verbs
from portulan.indicators import verbs as indicators_verbs
from portulan.plans import verbs as plans_verbs
from portulan.portfolio import verbs as portfolio_verbs
from portulan.publication import verbs as publication_verbs
from portulan.sources import verbs as sources_verbs
from portulan.sources.models import MANNERS
from portulan.steering import verbs as steering_verbs
from portulan.steering.labels import CONSENTS, LETTER_STATUSES, WAYS

EXTENTS = {
    "figures": gettext_lazy("chiffres et niveaux"),
    "texts": gettext_lazy("textes compris"),
}
RECEPTIONS = {
    "waiting": gettext_lazy("attend une réponse"),
    "taken": gettext_lazy("repris"),
    "declined": gettext_lazy("décliné"),
}
_ALL: tuple[type[trail.Verb], ...] = (
    accounts_verbs.Verb,
    budget_verbs.Verb,
    catalogue_verbs.Verb,
    evidence_verbs.Verb,
    impact_verbs.Verb,
    indicators_verbs.Verb,
    plans_verbs.Verb,
    portfolio_verbs.Verb,
    publication_verbs.Verb,
    sources_verbs.Verb,
    steering_verbs.Verb,
)
# The same deed has the same words wherever it is done: a test holds it.
VERBS = {verb.value: verb.label for verbs in _ALL for verb in verbs}
SUBJECTS = {
    "action": gettext_lazy("Action"),
    "attributionrule": gettext_lazy("Règle de fléchage"),
    "body": gettext_lazy("Organe"),
    "budgetline": gettext_lazy("Ligne budgétaire"),
    "campaign": gettext_lazy("Campagne"),
    "catalogueversion": gettext_lazy("Édition du référentiel"),
    "columnmapping": gettext_lazy("Colonnes d’un outil"),
    "factoroverride": gettext_lazy("Facteur d’impact"),
    "delegation": gettext_lazy("Délégation"),
    "groupmember": gettext_lazy("Membre du groupe"),
    "sharing": gettext_lazy("Partage avec un groupe"),
    "sentplan": gettext_lazy("Plan proposé"),
    "dayrate": gettext_lazy("Coût d’une journée"),
    "errorreport": gettext_lazy("Erreur signalée"),
    "keptdocument": gettext_lazy("Document"),
    "publicchoice": gettext_lazy("Choix de ce qui est public"),
    "publicedition": gettext_lazy("Page publique"),
    "legalfigure": gettext_lazy("Ratio légal"),
    "digest": gettext_lazy("Message de la semaine"),
    "letter": gettext_lazy("Message"),
    "alertthresholds": gettext_lazy("Seuils d’alerte"),
    "webhook": gettext_lazy("Webhook"),
    "fiscalyear": gettext_lazy("Exercice"),
    "forecast": gettext_lazy("Budget attendu"),
    "importbatch": gettext_lazy("Import"),
    "indicator": gettext_lazy("Indicateur"),
    "indicatorrun": gettext_lazy("Part dédiée au NR"),
    "itperimeter": gettext_lazy("Périmètre DSI"),
    "organisation": gettext_lazy("Organisation"),
    "person": pgettext_lazy("somebody", "Personne"),
    "source": gettext_lazy("Source"),
    "piece": gettext_lazy("Preuve"),
    "plan": gettext_lazy("Plan d’action"),
    "privacynotice": gettext_lazy("Page des données personnelles"),
    "practicechoice": gettext_lazy("Bonne pratique"),
    "practicelink": gettext_lazy("Lien entre pratiques"),
    "scenario": gettext_lazy("Scénario"),
    "priceindex": gettext_lazy("Indice de prix"),
    "programme": gettext_lazy("Programme pluriannuel"),
    "unit": gettext_lazy("Entité"),
}

# What a trail names that is no field of its subject.
NAMES = {
    "estimate": gettext_lazy("estimation"),
    "source": gettext_lazy("source"),
    "social effect": gettext_lazy("effet social"),
    "body": gettext_lazy("organe qui décide"),
    "decided_on": gettext_lazy("date"),
    "correction_reason": gettext_lazy("motif de la correction"),
    "deliverable": gettext_lazy("livrable"),
    "delivered_on": gettext_lazy("remis le"),
    "approach": gettext_lazy("démarche"),
    "asked": gettext_lazy("demandé"),
    "granted": gettext_lazy("accordé"),
    "received": gettext_lazy("reçu"),
    "potential": gettext_lazy("possible"),
    "realised": gettext_lazy("réalisé"),
    "assumption": gettext_lazy("hypothèse"),
    "planned": gettext_lazy("jours prévus"),
    "done": gettext_lazy("jours passés"),
    "consulted": gettext_lazy("personnes consultées"),
    "result": gettext_lazy("résultat"),
    "reference": pgettext_lazy("of a document", "référence"),
    "goal": gettext_lazy("objectif commun"),
    "stakeholder": gettext_lazy("acteur du territoire"),
    "indicator": gettext_lazy("indicateur"),
    "last_news_on": gettext_lazy("dernière nouvelle"),
    "measurement": gettext_lazy("relevé"),
    "milestone": gettext_lazy("jalon"),
    "reached_on": gettext_lazy("atteint le"),
    "note": gettext_lazy("remarque"),
    "outcome": gettext_lazy("décision"),
    "action": gettext_lazy("action"),
    "practice": gettext_lazy("bonne pratique"),
    "practices": gettext_lazy("pratiques"),
    "seen": gettext_lazy("édition vue"),
    "axis": gettext_lazy("axe"),
    "choice": gettext_lazy("réponse"),
    "member": gettext_lazy("membre"),
    "group": gettext_lazy("groupe"),
    "deed": gettext_lazy("acte"),
    "extent": gettext_lazy("ce qui est lu"),
    "until": gettext_lazy("jusqu’au"),
    "count": gettext_lazy("nombre"),
    "members": gettext_lazy("membres"),
    "digest": gettext_lazy("scellé"),
    "seal": gettext_lazy("sceau"),
    "held_on": gettext_lazy("date"),
    "act_number": gettext_lazy("numéro de l’acte"),
    "act_page": gettext_lazy("page"),
    "votes": gettext_lazy("voix"),
    "decision": gettext_lazy("décision"),
    "version": gettext_lazy("édition"),
    "roles": gettext_lazy("rôles"),
    "columns": gettext_lazy("colonnes"),
    "key": gettext_lazy("clé"),
    "rule": gettext_lazy("règle"),
    "lines": gettext_lazy("lignes"),
    "file": gettext_lazy("fichier"),
    "status": gettext_lazy("état"),
    "amount": gettext_lazy("montant"),
    "it_budget": gettext_lazy("budget de la DSI"),
    "edition": gettext_lazy("édition"),
    "lines moved": gettext_lazy("lignes changées"),
    "published_at": gettext_lazy("publiée le"),
    "value": gettext_lazy("valeur"),
    "reviewed_on": gettext_lazy("examinée le"),
    "verdict": gettext_lazy("verdict"),
    "share": gettext_lazy("part fléchée"),
    "method": gettext_lazy("mode de calcul"),
    "reason": gettext_lazy("motif"),
    "why": gettext_lazy("motif"),
    "evidence": gettext_lazy("preuve"),
    "outside_it": gettext_lazy("hors budget informatique"),
    "lost": gettext_lazy("décisions perdues"),
    "candidate": gettext_lazy("candidate"),
    "envelope": gettext_lazy("enveloppe"),
    "kind": gettext_lazy("règle"),
    "from": gettext_lazy("copié de"),
    "level": gettext_lazy("niveau"),
    "view": gettext_lazy("vue"),
    "tie": gettext_lazy("lien"),
    "judgement": gettext_lazy("jugement"),
    "function": gettext_lazy("fonction"),
    "way": gettext_lazy("par quelle voie"),
    "consent": gettext_lazy("accord"),
    "unchanged": gettext_lazy("rien n’a changé"),
    "spent": gettext_lazy("dépensé"),
    "target": gettext_lazy("cible"),
    "criterion": gettext_lazy("critère"),
    "answer": gettext_lazy("réponse"),
    "actions": gettext_lazy("actions"),
}
# Values of a trail whose field is of another object, or of none.
CHOICES: Mapping[tuple[str, str], Mapping[Any, Any]] = {
    ("budgetline", "status"): STATUSES,
    ("budgetline", "method"): METHODS,
    ("budgetline", "verdict"): VERDICTS,
    ("person", "roles"): ROLES,
    ("organisation", "factor_roles"): ROLES,
    ("factor", "kind"): FACTORS,
    ("letter", "status"): LETTER_STATUSES,
    ("action", "way"): WAYS,
    ("action", "consent"): CONSENTS,
    ("delegation", "roles"): ROLES,
    ("source", "way"): MANNERS,
    ("delegation", "deed"): VERBS,
    ("sharing", "extent"): EXTENTS,
    ("sentplan", "reception"): RECEPTIONS,
}
KINDS_OF_TARGETS = {"target": gettext_lazy("cible"), "legal": gettext_lazy("seuil légal")}
WORDS = {
    "unknown": gettext_lazy("inconnu"),
    "designated": gettext_lazy("désignée"),
    "not_applicable": gettext_lazy("sans objet"),
    "adopt": gettext_lazy("adoption"),
    "move": gettext_lazy("changement de niveau"),
    "extend": gettext_lazy("prolongation"),
    "close": gettext_lazy("clôture"),
    "previewed": gettext_lazy("aperçu"),
    "confirmed": gettext_lazy("confirmé"),
    "rolled_back": gettext_lazy("annulé"),
    "writing": gettext_lazy("en cours d’écriture"),
    "draft": gettext_lazy("brouillon"),
    "in_force": gettext_lazy("en vigueur"),
    "superseded": gettext_lazy("remplacée"),
    "optimal": gettext_lazy("prouvé"),
    "feasible": gettext_lazy("non prouvé"),
    "infeasible": gettext_lazy("impossible"),
    "waiting": gettext_lazy("en attente"),
    "running": gettext_lazy("en cours"),
    "done": gettext_lazy("fini"),
    "failed": gettext_lazy("échec"),
    "cancelled": gettext_lazy("arrêté"),
    "interrupted": gettext_lazy("interrompu"),
    "prerequisite": gettext_lazy("préalable"),
    "exclusion": gettext_lazy("exclusion"),
    "coverage": gettext_lazy("couverture"),
    "overlap": gettext_lazy("recouvrement"),
    "typed": gettext_lazy("saisi"),
}
# The parts of a scenario that its entries name, as “level:9:3:cost”.
PARTS = {"candidate": "candidate", "level": "candidatelevel", "envelope": "scenarioenvelope"}
