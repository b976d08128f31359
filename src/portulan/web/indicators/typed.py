"""The field that a value of an indicator is given in."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from portulan.indicators.models import Indicator
from portulan.indicators.words import Kind
from portulan.web.fields import NumberField

YES_NO = [("", _("Choisir")), ("oui", _("Oui")), ("non", _("Non"))]


def value_field(indicator: Indicator, options: dict[str, Any]) -> tuple[str, forms.Field]:
    """Return the name and the field that a value of an indicator is given in."""
    kind = Kind(indicator.kind)
    if kind.is_number:
        return "value", NumberField(**options)
    if kind is Kind.YES_NO:
        return "text", forms.ChoiceField(choices=YES_NO, **options)
    if kind is Kind.SCALE and indicator.scale:
        words = [("", _("Choisir")), *((word, word) for word in indicator.scale)]
        return "text", forms.ChoiceField(choices=words, **options)
    return "text", forms.CharField(max_length=250, **options)
