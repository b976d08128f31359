"""How values are read, said and recorded, whatever writes them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from portulan.core.folding import fold
from portulan.indicators.models import Measurement, Target
from portulan.indicators.words import Frequency, Kind, Knowledge, OverTime, OverUnits

YES, NO = Decimal(1), Decimal(0)
_YES_NO = {"oui": YES, "yes": YES, "non": NO, "no": NO}


@dataclass(frozen=True, slots=True)
class Manner:
    """How an indicator is read: how often, over time and units, in which words, until when."""

    frequency: Frequency | None = None
    over_time: OverTime = OverTime.STOCK
    over_units: OverUnits | None = None
    scale: tuple[str, ...] = ()
    review_on: date | None = None

    def fields(self, kind: Kind) -> dict[str, object]:
        """Return the columns. Raises ValidationError (a scale of one word, or twice one word)."""
        words = [word.strip() for word in self.scale if word.strip()] if kind is Kind.SCALE else []
        if len(words) == 1 or len({fold(word) for word in words}) != len(words):
            raise ValidationError(
                {"scale": _("Une échelle a deux mots au moins, et chacun une fois.")}
            )
        return {
            "frequency": self.frequency or "",
            "over_time": self.over_time if kind.is_number else OverTime.STOCK,
            "over_units": self.over_units or "",
            "scale": words,
            "review_on": self.review_on,
        }


def stored(value: Decimal | None) -> Decimal | None:
    """Return the value as the table keeps it: four decimals."""
    return None if value is None else value.quantize(Decimal("0.0001"))


def is_number(kind: Kind) -> bool:
    return kind.is_number or kind is Kind.YES_NO


def ratio(kind: Kind, numerator: Decimal, denominator: Decimal) -> Decimal:
    scale = 100 if kind is Kind.PERCENTAGE else 1
    return (numerator * scale / denominator).quantize(Decimal("0.0001"))


def read(
    kind: Kind, value: Decimal | None, text: str, scale: Sequence[str] = ()
) -> tuple[Decimal | None, str]:
    """Return the value and the words as the kind of indicator keeps them.

    Yes and no are kept as 1 and 0, so that every language reads them.
    """
    text = text.strip()
    if kind is Kind.YES_NO and value is None:
        value, text = _YES_NO.get(fold(text)), ""
        if value is None:
            raise ValidationError({"value": _("Répondez par oui ou par non.")})
    if is_number(kind):
        if value is None or text:
            raise ValidationError({"value": _("Cet indicateur attend un nombre.")})
        if kind is Kind.YES_NO and value not in (YES, NO):
            raise ValidationError({"value": _("Répondez par oui ou par non.")})
        return value, ""
    if value is not None or not text:
        raise ValidationError({"text": _("Cet indicateur attend des mots.")})
    if kind is Kind.SCALE and scale:
        said = {fold(word): word for word in scale}.get(fold(text))
        if said is None:
            told = _("Un mot de l’échelle est attendu : %(words)s.") % {"words": ", ".join(scale)}
            raise ValidationError({"text": told})
        return None, said
    return None, text


def said(item: Target | Measurement) -> str | None:
    """Return what the trail keeps of a value: "unknown" and "not_applicable" are answers."""
    if isinstance(item, Measurement) and item.knowledge != Knowledge.KNOWN:
        return str(item.knowledge)
    if item.value is not None:
        return f"{item.value.normalize():f}"
    return item.text or None
