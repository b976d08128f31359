"""Ratios that the law asks of public bodies: what each divides by what (pure).

Each has its own numerator and denominator, which are not those of the IT budget. Whom it binds, its
thresholds by year and its source are in `catalogue.obligations`.
"""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from portulan.budget.words import LegalRatio
from portulan.catalogue.obligations import BY_KEY, Key, Obligation
from portulan.core.say.text import Text

HUNDRED = Decimal(100)


@dataclass(frozen=True, slots=True)
class Law:
    """A ratio: what it divides by what, in which unit, and the obligation it answers.

    `is_part` says whether the numerator is a part of the denominator. Equipment disposed of and
    reused in the year may be more than what stood in stock on 1 January (décret 2023-266, art. 3).
    """

    ratio: LegalRatio
    title: Text
    numerator: Text
    denominator: Text
    unit: Text
    obligation: Obligation
    is_part: bool = True

    def threshold(self, year: int) -> Decimal | None:
        """Return the least share in a civil year, in percent, None before the first."""
        found = self.obligation.threshold(year)
        return None if found is None else found.percent


LAWS = (
    Law(
        LegalRatio.AGEC_PURCHASES,
        Text(
            "Achats d’informatique et de téléphonie issus du réemploi, AGEC",
            "IT and telephony bought from reuse, AGEC",
        ),
        Text(
            "achats issus du réemploi ou de la réutilisation, ou intégrant des matières recyclées",
            "purchases from reuse, or with recycled materials",
        ),
        Text(
            "tous les achats d’informatique et de téléphonie de l’année civile",
            "all IT and telephony purchases of the civil year",
        ),
        Text("€ HT", "€ excl. tax"),
        BY_KEY[Key.PURCHASES],
    ),
    Law(
        LegalRatio.REEN_REUSE,
        Text(
            "Matériels informatiques réformés et réemployés, REEN",
            "IT equipment disposed of and reused, REEN",
        ),
        Text(
            "matériels de moins de dix ans réformés et réemployés dans l’année",
            "equipment under ten years disposed of and reused in the year",
        ),
        Text(
            "matériels de moins de dix ans réformés en stock au 1er janvier",
            "equipment under ten years disposed of, in stock on 1 January",
        ),
        Text("équipements", "devices"),
        BY_KEY[Key.REUSE],
        is_part=False,
    ),
)


def law_of(ratio: LegalRatio) -> Law:
    return next(law for law in LAWS if law.ratio is ratio)


@dataclass(frozen=True, slots=True)
class Standing:
    """Where an organisation stands before a law in a year; value and threshold in percent.

    `missing` is what the numerator lacks to reach the threshold, None when it does not lack.
    """

    law: Law
    year: int
    numerator: Decimal
    denominator: Decimal
    threshold: Decimal | None

    @property
    def value(self) -> Decimal | None:
        """100 × numerator / denominator; None when there was nothing to divide by."""
        return HUNDRED * self.numerator / self.denominator if self.denominator else None

    @property
    def missing(self) -> Decimal | None:
        if self.threshold is None or self.value is None or self.value >= self.threshold:
            return None
        return self.denominator * self.threshold / HUNDRED - self.numerator

    @property
    def is_under(self) -> bool:
        """Whether the legal threshold is missed: derived, never typed."""
        return self.missing is not None


def stand(ratio: LegalRatio, year: int, *, numerator: Decimal, denominator: Decimal) -> Standing:
    """Return where a ratio stands in a civil year."""
    law = law_of(ratio)
    return Standing(law, year, numerator, denominator, law.threshold(year))
