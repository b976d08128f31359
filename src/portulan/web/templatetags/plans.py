"""Filters of the plan's screens: an action, its indicators and its money as they are read."""

from __future__ import annotations

from collections.abc import Iterable
from typing import cast

from django import template
from django.utils.translation import gettext as _

from portulan.core.say import numbers
from portulan.indicators.series import Series
from portulan.plans.actions.reads import Row
from portulan.plans.words import CommitmentLevel
from portulan.web.charts.canvas import Svg
from portulan.web.charts.level_dots import Level, level_dots
from portulan.web.indicators import values
from portulan.web.language import page_language

register = template.Library()


@register.filter
def dots(levels: Iterable[CommitmentLevel]) -> Svg:
    """The commitment levels of a few actions, one sounding each."""
    return level_dots(cast("Iterable[Level]", levels))


@register.filter
def name_with_unit(indicator: values.Named) -> str:
    """An indicator: « Équipements bien décrits (%) »."""
    return values.name_with_unit(indicator)


@register.filter
def path(indicator: values.Named, series: Series) -> str:
    """Where an indicator started, is, and goes: « 1,85 → 1,71 → 1,50 »."""
    return values.path_of(indicator, series)


@register.filter
def thousands_in(row: Row, year: int) -> str:
    """The IT money of an action in a year, in k€: « 12,5 », « non chiffré »."""
    return numbers.thousands(row.money(year), page_language(), none=_("non chiffré"))
