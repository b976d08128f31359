"""Values of indicators as screens say them: numbers with their unit, yes and no, or words."""

from __future__ import annotations

from collections.abc import Iterable

from django.utils.translation import gettext as _

from portulan.core.say import numbers
from portulan.indicators.models import Indicator
from portulan.indicators.reads import IndicatorLine
from portulan.indicators.series import Aim, Reading, Series
from portulan.indicators.words import Kind
from portulan.web.language import page_language

type Named = Indicator | IndicatorLine

NO_UNIT = ("", "ratio")
ARROW = " → "


def decimals_for(indicator: Named, items: Iterable[Reading | Aim | None]) -> int:
    """Return how many decimals the values need to line up: 1,5, 3,7 and 4,0.

    One at most for a percentage, two for the rest; more only where all is so small that it would
    read as 0.
    """
    known = [item.value.normalize() for item in items if item is not None and item.value]
    needed = max((max(0, -int(value.as_tuple().exponent)) for value in known), default=0)
    most = max((value.adjusted() for value in known), default=0)
    usual = 1 if indicator.unit == "%" else 2
    return min(needed, usual if most >= 0 else usual - most)


def said(indicator: Named, item: Reading | Aim | None, *, decimals: int | None = None) -> str:
    """Return a reading or an aim without its unit; « inconnu » when it says nothing."""
    if item is None:
        return numbers.UNKNOWN
    if item.value is None:
        return item.text or _("inconnu")
    if indicator.kind == Kind.YES_NO:
        return _("oui") if item.value else _("non")
    return numbers.number(item.value, page_language(), decimals=decimals)


def with_unit(indicator: Named, item: Reading | Aim | None) -> str:
    """Return a reading or an aim with its unit: « 44 % », « 4,9 années »."""
    text = said(indicator, item, decimals=decimals_for(indicator, [item]))
    if item is None or item.value is None or indicator.kind == Kind.YES_NO:
        return text
    return united(text, indicator.unit)


def united(text: str, unit: str) -> str:
    """Return a number in words with the unit of its indicator, if it has one."""
    if unit in NO_UNIT:
        return text
    if unit == "%" and page_language() == "en":
        return f"{text}%"
    return f"{text}{numbers.NO_BREAK}{numbers.unit(unit)}"


def path_of(indicator: Named, series: Series) -> str:
    """Return « 1,85 → 1,71 → 1,50 »: the baseline, the last reading, the final target.

    In words when all three are still to come. Without a baseline that a break parts from the last.
    """
    start, last, target = series.baseline, series.last_known, series.target
    if last is start and len(series.readings) == 1:
        last = None
    broken = series.last_break
    if start and broken and start.on < broken.on:
        start = None  # the two do not compare
    shown = (start, last, target)
    if not any(shown):
        return _("ni relevé ni cible")
    decimals = decimals_for(indicator, shown)
    return ARROW.join(said(indicator, item, decimals=decimals) for item in shown)


def name_with_unit(indicator: Named) -> str:
    """Return « Équipements bien décrits (%) »."""
    if indicator.unit and indicator.kind != Kind.YES_NO:
        return f"{indicator.name} ({numbers.unit(indicator.unit)})"
    return indicator.name
