"""Numbers in words, in French and in English: few digits, and the bands they deserve."""

from __future__ import annotations

from math import floor, log10

from portulan.core.say.numbers import significant, to_place
from portulan.core.say.text import Language, Text
from portulan.impact.engine.archetype import View
from portulan.impact.engine.items import UNITS, Indicator
from portulan.impact.engine.samples import Quantiles

_THOUSANDS = {
    Indicator.GWP: ("kgCO₂e", "tCO₂e"),
    Indicator.ELECTRICITY: ("kWh", "MWh"),
    Indicator.WEEE: ("kg", "t"),
}


def plain(number: float, language: Language, digits: int = 7) -> str:
    """Return a number with its significant digits, as a reader of the language writes it."""
    return significant(number, language, digits=digits)


def in_words(
    found: Quantiles, indicator: Indicator, view: View, language: Language
) -> str:  # fmt: skip
    """Return the median at two significant figures, and its band to the same place.

    12 tCO₂e a year between 3 and 28 is said “environ 12 tCO₂e/an (3 à 28)”. Ends that round alike
    are not said.
    """
    small, large = _THOUSANDS.get(indicator, (UNITS[indicator], ""))
    is_large = bool(large) and max(abs(found.p5), abs(found.p50), abs(found.p95)) >= 1000
    scale, unit = (1000.0, large) if is_large else (1.0, small)
    low, middle, high = (value / scale for value in (found.p5, found.p50, found.p95))
    largest = abs(middle) or max(abs(low), abs(high))
    places = 1 - floor(log10(largest)) if largest else 0

    def written(value: float) -> str:
        return to_place(value, places, language)

    per_year = (Text("/an", " a year").say(language)) if view is View.AMORTISED else ""
    about = Text("environ ", "about ").say(language)
    said = f"{about}{written(middle)}\u00a0{unit}{per_year}"
    if written(low) == written(high):
        return said
    to = Text("à", "to").say(language)
    return f"{said} ({written(low)} {to} {written(high)})"
