"""The audit trail in words: who, what, from which value to which."""

from __future__ import annotations

import re
from collections.abc import Mapping
from decimal import Decimal
from functools import cache
from typing import Any

from django.apps import apps
from django.core.exceptions import FieldDoesNotExist
from django.utils.dateparse import parse_date, parse_datetime
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from portulan.core.models import AuditEntry
from portulan.core.problems import Language
from portulan.plans.models import SECTIONS
from portulan.web import formats
from portulan.web.language import page_language

VERBS = {
    "allotted": gettext_lazy("dotation"),
    "ambition set": gettext_lazy("ambition"),
    "answered": gettext_lazy("questions du périmètre"),
    "attributed": gettext_lazy("fléchage"),
    "attribution edited": gettext_lazy("fléchage modifié"),
    "attribution restored": gettext_lazy("fléchage rétabli"),
    "attribution withdrawn": gettext_lazy("fléchage retiré"),
    "choice undone": gettext_lazy("réponse reprise"),
    "chosen": gettext_lazy("réponse à une pratique"),
    "carried over": gettext_lazy("décisions reprises"),
    "co-funding set": gettext_lazy("cofinancement"),
    "computed": gettext_lazy("calcul"),
    "confirmed": gettext_lazy("import confirmé"),
    "created": gettext_lazy("création"),
    "decided": gettext_lazy("décision d’engagement"),
    "deleted": gettext_lazy("suppression"),
    "deliverable added": gettext_lazy("livrable ajouté"),
    "deliverable edited": gettext_lazy("livrable modifié"),
    "deliverable removed": gettext_lazy("livrable retiré"),
    "discarded": gettext_lazy("aperçu abandonné"),
    "drafted": gettext_lazy("édition préparée"),
    "edited": gettext_lazy("modification"),
    "erased": gettext_lazy("nom effacé"),
    "imported": gettext_lazy("import"),
    "in force": gettext_lazy("entrée en vigueur"),
    "indicator added": gettext_lazy("indicateur ajouté"),
    "indicator removed": gettext_lazy("indicateur retiré"),
    "laid": gettext_lazy("première édition"),
    "main indicator": gettext_lazy("indicateur principal"),
    "measured": gettext_lazy("relevé"),
    "measurement withdrawn": gettext_lazy("relevé retiré"),
    "milestone added": gettext_lazy("jalon ajouté"),
    "milestone edited": gettext_lazy("jalon modifié"),
    "milestone removed": gettext_lazy("jalon retiré"),
    "money planned": gettext_lazy("argent demandé"),
    "opened": gettext_lazy("ouverture"),
    "pilot assigned": gettext_lazy("pilote nommé"),
    "post vacant": gettext_lazy("poste vacant"),
    "previewed": gettext_lazy("aperçu d’un fichier"),
    "published": gettext_lazy("publication"),
    "restored": gettext_lazy("valeur restaurée"),
    "reviewed": gettext_lazy("examen de la ligne"),
    "roles set": gettext_lazy("rôles"),
    "rolled_back": gettext_lazy("import annulé"),
    "rule added": gettext_lazy("règle ajoutée"),
    "rule moved": gettext_lazy("règle déplacée"),
    "rule removed": gettext_lazy("règle retirée"),
    "set": gettext_lazy("valeur donnée"),
    "target removed": gettext_lazy("cible retirée"),
    "target set": gettext_lazy("cible"),
    "update undone": gettext_lazy("mise à jour annulée"),
    "updated": gettext_lazy("mise à jour"),
    "verdict": gettext_lazy("verdict de périmètre"),
}
SUBJECTS = {
    "action": gettext_lazy("Action"),
    "budgetline": gettext_lazy("Ligne budgétaire"),
    "catalogueversion": gettext_lazy("Édition du référentiel"),
    "fiscalyear": gettext_lazy("Exercice"),
    "forecast": gettext_lazy("Budget attendu"),
    "importbatch": gettext_lazy("Import"),
    "indicator": gettext_lazy("Indicateur"),
    "indicatorrun": gettext_lazy("Part dédiée au NR"),
    "itperimeter": gettext_lazy("Périmètre DSI"),
    "organisation": gettext_lazy("Organisation"),
    "person": pgettext_lazy("somebody", "Personne"),
    "plan": gettext_lazy("Plan d’action"),
    "practicechoice": gettext_lazy("Bonne pratique"),
    "unit": gettext_lazy("Entité"),
}

# What a trail names that is no field of its subject.
NAMES = {
    "body": gettext_lazy("organe qui décide"),
    "decided_on": gettext_lazy("date"),
    "deliverable": gettext_lazy("livrable"),
    "delivered_on": gettext_lazy("remis le"),
    "approach": gettext_lazy("démarche"),
    "asked": gettext_lazy("demandé"),
    "granted": gettext_lazy("accordé"),
    "received": gettext_lazy("reçu"),
    "consulted": gettext_lazy("personnes consultées"),
    "result": gettext_lazy("résultat"),
    "reference": pgettext_lazy("of a document", "référence"),
    "goal": gettext_lazy("objectif commun"),
    "indicator": gettext_lazy("indicateur"),
    "last_news_on": gettext_lazy("dernière nouvelle"),
    "measurement": gettext_lazy("relevé"),
    "milestone": gettext_lazy("jalon"),
    "reached_on": gettext_lazy("atteint le"),
    "note": gettext_lazy("remarque"),
    "outcome": gettext_lazy("décision"),
    "action": gettext_lazy("action"),
    "practices": gettext_lazy("pratiques"),
}
KINDS_OF_TARGETS = {"target": gettext_lazy("cible"), "legal": gettext_lazy("seuil légal")}
AMOUNTS = ("planned:", "allotment ", "asked", "granted", "received")
NUMBER = re.compile(r"-?\d{1,14}(\.\d{1,6})?")
WORDS = {
    "unknown": gettext_lazy("inconnu"),
    "not_applicable": gettext_lazy("sans objet"),
    "adopt": gettext_lazy("adoption"),
    "move": gettext_lazy("changement de niveau"),
    "extend": gettext_lazy("prolongation"),
    "close": gettext_lazy("clôture"),
}


def author(entry: AuditEntry, labels: Mapping[int, str]) -> str:
    """Return the function of who did it; an act of the command line says so."""
    if entry.person_id is None:
        return _("Ligne de commande")
    return labels.get(entry.person_id) or _("Personne effacée")


def deed(entry: AuditEntry) -> str:
    """Return what was done to what: « Action : modification »."""
    subject = SUBJECTS.get(entry.subject_type, entry.subject_type)
    verb = VERBS.get(entry.verb, entry.verb)
    return f"{subject}{_('\u00a0: ')}{verb}"


def changed(entry: AuditEntry, language: Language) -> str:
    """Return every change as « champ : avant → après »."""
    colon = _("\u00a0: ")
    return _("\u202f; ").join(
        f"{field_label(entry.subject_type, name)}{colon}"
        f"{value_words(entry.subject_type, name, old, language)} → "
        f"{value_words(entry.subject_type, name, new, language)}"
        for name, (old, new) in entry.changes.items()
    )


@cache
def _models() -> dict[str, Any]:
    return {
        model._meta.model_name or "": model
        for model in apps.get_models()
        if model.__module__.startswith("portulan.")
    }


def field_label(subject_type: str, name: str) -> str:
    """Return the name of a field as forms show it, else the trail's own word."""
    if name in NAMES:
        return str(NAMES[name])
    if day := _day(name):
        return formats.date(day, page_language())
    head, _colon, tail = name.partition(":")
    if head == "planned":
        year, section, place = tail.split(":")
        inside = _("budget de la DSI") if place == "it" else _("hors budget de la DSI")
        return ", ".join(str(part) for part in (year, inside, _sections().get(section)) if part)
    if head in KINDS_OF_TARGETS and (day := _day(tail)):
        return f"{KINDS_OF_TARGETS[head]} {formats.date(day, page_language())}"
    if name.startswith("allotment "):
        return _("dotation %(year)s") % {"year": name.removeprefix("allotment ")}
    field = _field(subject_type, name)
    return str(field.verbose_name) if field is not None else name


def _field(subject_type: str, name: str) -> Any:
    model = _models().get(subject_type)
    if model is None:
        return None
    try:
        field = model._meta.get_field(name)
    except FieldDoesNotExist:
        return None
    return field if hasattr(field, "verbose_name") else None


def value_words(subject_type: str, name: str, value: Any, language: Language) -> str:
    """Return a value of the trail as people read it."""
    if value is None or value == "" or value == []:
        return "–"
    field = _field(subject_type, name)
    choices = dict(getattr(field, "flatchoices", None) or ())
    if not isinstance(value, (list, dict)) and value in choices:
        return str(choices[value])
    if isinstance(value, bool):
        return _("oui") if value else _("non")
    if isinstance(value, list):
        return ", ".join(value_words("", "", item, language) for item in value)
    if not isinstance(value, str):
        return str(value)
    # Elsewhere digits may be a code: an account, a SIREN.
    if NUMBER.fullmatch(value) and (subject_type == "indicator" or name.startswith(AMOUNTS)):
        return formats.number(Decimal(value), language)
    return _text_words(value, language)


def _text_words(value: str, language: Language) -> str:
    if value in WORDS:
        return str(WORDS[value])
    if (moment := parse_datetime(value)) and "T" in value:
        return formats.date(moment.date(), language)
    if len(value) == 10 and (day := _day(value)):
        return formats.date(day, language)
    return value


def _sections() -> dict[str, Any]:
    return {section.value: label for section, label in SECTIONS.items()}


def _day(value: str) -> Any:
    try:
        return parse_date(value)
    except ValueError:
        return None
