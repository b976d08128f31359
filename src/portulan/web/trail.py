"""The audit trail in words: who, what, from which value to which."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from typing import Any

from django.apps import apps
from django.core.exceptions import FieldDoesNotExist
from django.utils.dateparse import parse_date, parse_datetime
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from portulan.core.models import AuditEntry
from portulan.core.problems import Language
from portulan.web import formats

VERBS = {
    "allotted": gettext_lazy("dotation"),
    "ambition set": gettext_lazy("ambition"),
    "answered": gettext_lazy("questions du périmètre"),
    "attributed": gettext_lazy("fléchage"),
    "attribution edited": gettext_lazy("fléchage modifié"),
    "attribution restored": gettext_lazy("fléchage rétabli"),
    "attribution withdrawn": gettext_lazy("fléchage retiré"),
    "co-funding set": gettext_lazy("cofinancement"),
    "computed": gettext_lazy("calcul"),
    "confirmed": gettext_lazy("import confirmé"),
    "created": gettext_lazy("création"),
    "deleted": gettext_lazy("suppression"),
    "discarded": gettext_lazy("aperçu abandonné"),
    "drafted": gettext_lazy("édition préparée"),
    "edited": gettext_lazy("modification"),
    "erased": gettext_lazy("nom effacé"),
    "imported": gettext_lazy("import"),
    "in force": gettext_lazy("entrée en vigueur"),
    "laid": gettext_lazy("première édition"),
    "opened": gettext_lazy("ouverture"),
    "previewed": gettext_lazy("aperçu d’un fichier"),
    "published": gettext_lazy("publication"),
    "reviewed": gettext_lazy("examen de la ligne"),
    "roles set": gettext_lazy("rôles"),
    "rolled_back": gettext_lazy("import annulé"),
    "rule added": gettext_lazy("règle ajoutée"),
    "rule moved": gettext_lazy("règle déplacée"),
    "rule removed": gettext_lazy("règle retirée"),
    "set": gettext_lazy("valeur donnée"),
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
    "person": gettext_lazy("Personne"),
    "plan": gettext_lazy("Plan d’action"),
    "unit": gettext_lazy("Entité"),
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
    return f"{subject}\u00a0: {verb}"


def changed(entry: AuditEntry, language: Language) -> str:
    """Return every change as « champ : avant → après »."""
    return "\u00a0; ".join(
        f"{field_label(entry.subject_type, name)}\u00a0: "
        f"{_value(entry.subject_type, name, old, language)} → "
        f"{_value(entry.subject_type, name, new, language)}"
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


def _value(subject_type: str, name: str, value: Any, language: Language) -> str:
    if value is None or value == "" or value == []:
        return "–"
    field = _field(subject_type, name)
    choices = dict(getattr(field, "flatchoices", None) or ())
    if value in choices:
        return str(choices[value])
    if isinstance(value, bool):
        return _("oui") if value else _("non")
    if isinstance(value, list):
        return ", ".join(_value("", "", item, language) for item in value)
    if isinstance(value, str):
        if (moment := parse_datetime(value)) and "T" in value:
            return formats.date(moment.date(), language)
        if len(value) == 10 and (day := _day(value)):
            return formats.date(day, language)
    return str(value)


def _day(value: str) -> Any:
    try:
        return parse_date(value)
    except ValueError:
        return None
