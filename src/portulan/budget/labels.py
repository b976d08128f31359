"""How the words of the budget are shown."""

from __future__ import annotations

from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _

from portulan.budget.enums import (
    Act,
    AttributionStatus,
    Axis,
    Costing,
    Method,
    ProgrammeKind,
    Rating,
    SavingKind,
    SourceQuality,
    YearStatus,
)
from portulan.budget.learning import By, Proposal
from portulan.budget.legal import LegalRatio
from portulan.budget.resemblance import How, Suggestion
from portulan.budget.stages import Stage
from portulan.budget.verdicts import Post, RunBuild, Verdict

STAGES = {
    Stage.VOTED: _("voté"),
    Stage.OPENED: _("ouvert"),
    Stage.COMMITTED: _("engagé"),
    Stage.REALISED: _("mandaté"),
    Stage.CARRIED_OVER: _("restes à réaliser"),
}
ACTS = {
    Act.PRIMARY: _("budget primitif"),
    Act.AMENDING: _("décision modificative"),
    Act.SUPPLEMENTARY: _("budget supplémentaire"),
    Act.CLOSING: _("compte de l’exercice"),
}
PROGRAMME_KINDS = {
    ProgrammeKind.AP_CP: _("autorisation de programme (AP/CP), investissement"),
    ProgrammeKind.AE_CP: _("autorisation d’engagement (AE/CP), fonctionnement"),
    ProgrammeKind.STATE: _("crédits de l’État (AE, CP)"),
}
YEAR_STATUSES = {
    YearStatus.PREPARATION: _("en préparation"),
    YearStatus.VOTED: _("voté"),
    YearStatus.EXECUTING: _("en exécution"),
    YearStatus.CLOSED: _("clos"),
}
VERDICTS = {
    Verdict.IN: _("Dans"),
    Verdict.MIXED: _("Mixte"),
    Verdict.OUT: _("Hors"),
    Verdict.INTERNAL: _("Refacturation interne"),
    Verdict.UNDECIDED: _("À décider"),
}
POSTS = {
    Post.EQUIPMENT: _("Matériel"),
    Post.SOFTWARE: _("Logiciel"),
    Post.CLOUD: _("Informatique en nuage"),
    Post.TELECOM: _("Télécommunications"),
    Post.SERVICES: _("Prestations"),
    Post.STAFF: _("Personnel"),
    Post.ENERGY: _("Énergie"),
}
RUN_BUILD = {
    RunBuild.RUN: _("Exploitation (run)"),
    RunBuild.BUILD: _("Projet (build)"),
}
METHODS = {
    Method.WHOLE: _("Dépense entièrement dédiée"),
    Method.KEY: _("Quote-part par une clé"),
    Method.ADDITIONAL_COST: _("Surcoût seul"),
}
COSTINGS = {
    Costing.ADDITIONAL: _("surcoût seul"),
    Costing.WHOLE: _("prix entier"),
}
STATUSES = {
    AttributionStatus.PROPOSED: _("Proposé"),
    AttributionStatus.DECLARED: _("Déclaré"),
    AttributionStatus.JUSTIFIED: _("Justifié"),
    AttributionStatus.WITHDRAWN: _("Retiré"),
}
QUALITIES = {
    SourceQuality.LEDGER: _("Grand livre de la DSI"),
    SourceQuality.ACCOUNTS: _("Comptes par nature"),
    SourceQuality.TYPED: _("Chiffres saisis"),
}
SAVINGS = {
    SavingKind.AVOIDED_PURCHASE: _("Achat évité"),
    SavingKind.ENERGY: _("Énergie"),
    SavingKind.LICENCE: _("Licence ou abonnement"),
    SavingKind.RESALE: _("Revente"),
    SavingKind.OTHER: _("Autre"),
}
RATIOS = {
    LegalRatio.AGEC_PURCHASES: _("AGEC : achats issus du réemploi"),
    LegalRatio.REEN_REUSE: _("REEN : réemploi des matériels réformés"),
}
AXES = {
    Axis.MITIGATION: _("Atténuation du changement climatique"),
    Axis.ADAPTATION: _("Adaptation au changement climatique"),
    Axis.WATER: _("Ressource en eau"),
    Axis.CIRCULAR: _("Économie circulaire, déchets, risques"),
    Axis.POLLUTION: _("Pollutions de l’air et des sols"),
    Axis.BIODIVERSITY: _("Biodiversité et espaces"),
}
RATINGS = {
    Rating.FAVOURABLE: _("Favorable"),
    Rating.NEUTRAL: _("Neutre"),
    Rating.UNFAVOURABLE: _("Défavorable"),
}


def proposal_words(proposal: Proposal) -> str:
    """Return the lines alike that a proposal comes from, in one sentence."""
    alike = {
        By.LINE: ngettext(
            "La même ligne, jugée en %(years)s.",
            "%(lines)s lignes sur %(of)s de ce nom sur ce compte, jugées en %(years)s.",
            proposal.of,
        ),
        By.SUPPLIER_AND_ACCOUNT: gettext(
            "%(lines)s lignes sur %(of)s de ce fournisseur sur ce compte, jugées en %(years)s."
        ),
        By.SUPPLIER: gettext("%(lines)s lignes sur %(of)s de ce fournisseur, jugées en %(years)s."),
    }
    return alike[proposal.by] % {
        "lines": proposal.lines,
        "of": proposal.of,
        "years": ", ".join(map(str, proposal.years)),
    }


def resemblance_words(suggestion: Suggestion) -> str:
    """Return the lines that a suggestion comes from, in one sentence that names nobody."""
    alike = {
        How.CONTRACT: ngettext(
            "Même marché que %(lines)s ligne déjà fléchée vers cette action (%(years)s).",
            "Même marché que %(lines)s lignes déjà fléchées vers cette action (%(years)s).",
            suggestion.lines,
        ),
        How.LABEL: ngettext(
            "Mêmes mots et même compte que %(lines)s ligne déjà fléchée vers cette action"
            " (%(years)s).",
            "Mêmes mots et même compte que %(lines)s lignes déjà fléchées vers cette action"
            " (%(years)s).",
            suggestion.lines,
        ),
        How.SUPPLIER: ngettext(
            "Même fournisseur et même compte que %(lines)s ligne déjà fléchée vers cette action"
            " (%(years)s).",
            "Même fournisseur et même compte que %(lines)s lignes déjà fléchées vers cette action"
            " (%(years)s).",
            suggestion.lines,
        ),
    }
    return alike[suggestion.how] % {
        "lines": suggestion.lines,
        "years": ", ".join(map(str, suggestion.years)),
    }
