"""A reading as somebody writes it, in a cell, a pasted line or a file (pure).

`44`, `28/49`, `28 sur 49`, `oui`, a word of the scale, `?` or `inconnu` for a figure one does not
have.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import astuple, dataclass, fields, replace
from datetime import date
from decimal import Decimal
from typing import Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from portulan.core.folding import fold
from portulan.core.say import numbers
from portulan.core.say.text import Language
from portulan.indicators.values import ratio, read
from portulan.indicators.words import Kind, Knowledge, MeasurementRole

_UNKNOWN = frozenset({"?", "inconnu", "inconnue", "unknown", "je n'ai pas ce chiffre", "n/a", "nc"})
_NOT_APPLICABLE = frozenset({"sans objet", "not applicable"})
_TERMS = re.compile(r"\s*(?:/|\bsur\b|\bof\b|\bout of\b)\s*")
_DECIMALS = 4


@dataclass(frozen=True, slots=True)
class Said:
    """What is written of an indicator on a day; `unit` is an identifier, as `indicator` is."""

    indicator: int
    on: date
    value: Decimal | None = None
    text: str = ""
    numerator: Decimal | None = None
    denominator: Decimal | None = None
    knowledge: Knowledge = Knowledge.KNOWN
    role: MeasurementRole = MeasurementRole.READING
    unit: int | None = None
    breaks: bool = False
    restated_for: date | None = None
    source: str = ""
    note: str = ""
    refused_why: str = ""

    @property
    def place(self) -> tuple[object, ...]:
        """What makes it the same reading as another, but for its value."""
        return (
            *(self.indicator, self.on, self.role, self.unit, self.restated_for),
            fold(self.source),
        )

    @property
    def content(self) -> tuple[object, ...]:
        value = None if self.value is None else self.value.normalize()
        return value, fold(self.text), self.knowledge, bool(self.refused_why)


def written(
    said: Said, text: str, *, kind: Kind, scale: Sequence[str] = (), language: Language
) -> Said:
    """Return a reading with the value that a cell says. Raises ValidationError in words."""
    folded = fold(text)
    if folded in _UNKNOWN or text.strip() == "?":
        return replace(said, knowledge=Knowledge.UNKNOWN)
    if folded in _NOT_APPLICABLE:
        return replace(said, knowledge=Knowledge.NOT_APPLICABLE)
    if not kind.is_number:
        value, words = read(kind, None, text, scale)
        return replace(said, value=value, text=words)
    terms = _TERMS.split(text.strip())
    if len(terms) == 2 and kind in {Kind.PERCENTAGE, Kind.QUANTITY}:
        top, bottom = (_number(term, language) for term in terms)
        return in_terms(said, kind, top, bottom)
    return replace(said, value=_number(text, language))


def in_terms(said: Said, kind: Kind, top: Decimal, bottom: Decimal) -> Said:
    """Return a reading with its two terms. Raises ValidationError when it is a share of nothing."""
    if not bottom:
        raise ValidationError({"value": _("Une part de zéro ne se calcule pas.")})
    return replace(said, value=ratio(kind, top, bottom), numerator=top, denominator=bottom)


def _number(text: str, language: Language) -> Decimal:
    try:
        found = numbers.parse(text, language, units=("%",), decimals=_DECIMALS)
    except numbers.MistypedError as error:
        words = error.sentence(language) if error.readings else _("Écrivez un nombre, comme 1,71.")
        raise ValidationError({"value": words}) from None
    if found is None:
        raise ValidationError({"value": _("Écrivez un nombre, comme 1,71.")})
    if abs(found) >= Decimal(10) ** 14 or found != round(found, _DECIMALS):
        raise ValidationError({"value": _("Quatre décimales au plus.")})
    return found


# --- between a preview and its confirmation -----------------------------------------------------


def to_json(said: Said) -> list[Any]:
    """Return a reading as JSON keeps it, in the order of its fields."""
    return [str(one) if isinstance(one, Decimal | date) else one for one in astuple(said)]


def from_json(kept: Sequence[Any]) -> Said:
    """Return a reading that `to_json` kept. Raises ValueError."""
    names = [one.name for one in fields(Said)]
    told = dict(zip(names, kept, strict=True))
    for name in ("value", "numerator", "denominator"):
        told[name] = None if told[name] is None else Decimal(told[name])
    for name in ("on", "restated_for"):
        told[name] = None if told[name] is None else date.fromisoformat(told[name])
    told["knowledge"] = Knowledge(told["knowledge"])
    told["role"] = MeasurementRole(told["role"])
    return Said(**told)
