"""Fields that only estimates need."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext as _

from portulan.indicators.series import Reading
from portulan.web import formats
from portulan.web.language import page_language
from portulan.web.plans.values import with_unit


class ReadingField(forms.ModelChoiceField):  # type: ignore[type-arg]
    """A dated value of the action, by its indicator."""

    def label_from_instance(self, obj: Any) -> str:
        value = with_unit(obj.indicator, Reading(obj.on, obj.value, obj.text))
        told = {"value": value, "day": formats.date(obj.on, page_language())}
        what = _("%(value)s au %(day)s") % told
        return f"{obj.indicator.name}{_('\u00a0: ')}{what}"


def country_field(label: str) -> forms.CharField:
    """Return the field of a country, by its code of three letters."""
    return forms.CharField(
        label=label,
        max_length=3,
        min_length=3,
        help_text=_("Code de trois lettres : FRA, DEU, IRL, POL, SWE, USA ; EEE pour l’Europe."),
    )
