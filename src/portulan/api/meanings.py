"""What names mean wherever they stand: the label or the help of a column, else `words.csv`."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple

from django.db import models
from django.utils import translation
from django.utils.text import capfirst

PERCENT, SHARE, OWN = "percent", "share, from 0 to 1", "unit of the indicator"
# Where a name is not of what it usually is.
_OF_MODEL: Mapping[tuple[str, str], str] = {
    ("Measurement", "numerator"): OWN,
    ("Measurement", "denominator"): OWN,
    ("ProposedReading", "numerator"): OWN,
    ("ProposedReading", "denominator"): OWN,
    ("ProposedReading", "coverage"): SHARE,
    ("LegalFigure", "numerator"): "unit of the legal ratio",
    ("LegalFigure", "denominator"): "unit of the legal ratio",
    ("IndicatorRun", "value"): PERCENT,
    ("ReceivedShare", "value"): PERCENT,
    ("GreenRating", "share"): PERCENT,
    ("Contract", "next_weight"): PERCENT,
    ("ContractHabits", "least_weight"): PERCENT,
    ("UnitPart", "weight"): "weight beside the other parts",
}


class Meaning(NamedTuple):
    """What a name means, wherever it stands: its unit if it is a number, and words."""

    unit: str
    words: str


NOTHING = Meaning("", "")


@cache
def meanings() -> Mapping[str, Meaning]:
    """Return what names mean, by name."""
    text = Path(__file__).with_name("words.csv").read_text(encoding="utf-8")
    found = (line.split(";", 2) for line in text.splitlines())
    return {name: Meaning(unit, words) for name, unit, words in found}


def meaning(name: str) -> Meaning:
    return meanings().get(name, NOTHING)


def of_field(one: models.Field[Any, Any]) -> dict[str, Any]:
    """Return what the model says of a column: its words, and its unit if it is a number."""
    with translation.override("en"):
        help_text, label = str(one.help_text), str(one.verbose_name)
    is_default = label == one.name.replace("_", " ")
    told = help_text or ("" if is_default else capfirst(label)) or meaning(one.name).words
    said: dict[str, Any] = {"description": told} if told else {}
    if isinstance(one, models.DecimalField):
        unit = _OF_MODEL.get((one.model.__name__, one.name), meaning(one.name).unit)
        if unit:
            said["x-unit"] = unit
    return said
