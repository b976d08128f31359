"""Ratios that the law asks of public bodies, and their thresholds by year (pure).

Each has its own numerator and denominator, which are not those of the IT budget. A threshold is
dated data, never a constant: it holds from a civil year until the next one.

Sources: loi 2020-105 (AGEC) article 58 and décret 2024-134 of 21 February 2024, in force on 1 July
2024; loi 2021-1485 (REEN) article 16 and décret 2023-266 of 12 April 2023.
"""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum

from portulan.accounts.enums import LegalForm
from portulan.budget.account_rules import Words

HUNDRED = Decimal(100)

# The State, local authorities and their groupings. Of a public body, the statute decides.
_BOUND = frozenset(
    {
        LegalForm.TOWN,
        LegalForm.INTERCOMMUNAL,
        LegalForm.DEPARTMENT,
        LegalForm.REGION,
        LegalForm.STATE,
    }
)


class LegalRatio(StrEnum):
    AGEC_PURCHASES = "agec_purchases"
    REEN_REUSE = "reen_reuse"


@dataclass(frozen=True, slots=True)
class Threshold:
    """The least share, in percent, from a civil year on."""

    since: int
    percent: Decimal


@dataclass(frozen=True, slots=True)
class Law:
    """A ratio: what it divides by what, in which unit, its thresholds in the order of years."""

    ratio: LegalRatio
    title: Words
    numerator: Words
    denominator: Words
    unit: Words
    source: str
    thresholds: tuple[Threshold, ...]

    def threshold(self, year: int) -> Threshold | None:
        """Return the threshold in force in a civil year, None before the first."""
        return next((one for one in reversed(self.thresholds) if one.since <= year), None)


def binds(form: LegalForm) -> bool | None:
    """Tell whether these laws bind an organisation; None for a public body: its statute decides."""
    return None if form is LegalForm.PUBLIC_BODY else form in _BOUND


LAWS = (
    Law(
        LegalRatio.AGEC_PURCHASES,
        Words(
            "Achats d’informatique et de téléphonie issus du réemploi, AGEC",
            "IT and telephony bought from reuse, AGEC",
        ),
        Words(
            "achats issus du réemploi ou de la réutilisation, ou intégrant des matières recyclées",
            "purchases from reuse, or with recycled materials",
        ),
        Words(
            "tous les achats d’informatique et de téléphonie de l’année civile",
            "all IT and telephony purchases of the civil year",
        ),
        Words("€ HT", "€ before tax"),
        "Loi 2020-105, article 58\u202f; décret 2024-134, annexe",
        (
            Threshold(2024, Decimal(20)),
            Threshold(2027, Decimal(25)),
            Threshold(2030, Decimal(30)),
        ),
    ),
    Law(
        LegalRatio.REEN_REUSE,
        Words(
            "Matériels informatiques réformés et réemployés, REEN",
            "IT equipment disposed of and reused, REEN",
        ),
        Words(
            "matériels de moins de dix ans réformés et réemployés dans l’année",
            "equipment under ten years disposed of and reused in the year",
        ),
        Words(
            "matériels de moins de dix ans réformés en stock au 1er janvier",
            "equipment under ten years disposed of, in stock on 1 January",
        ),
        Words("équipements", "devices"),
        "Loi 2021-1485, article 16\u202f; décret 2023-266, article 2",
        (
            Threshold(2023, Decimal(25)),
            Threshold(2024, Decimal(35)),
            Threshold(2025, Decimal(50)),
        ),
    ),
)


def law_of(ratio: LegalRatio) -> Law:
    return next(law for law in LAWS if law.ratio is ratio)


@dataclass(frozen=True, slots=True)
class Standing:
    """Where an organisation stands before a law in a year; `value` and threshold in percent.

    `missing` is what the numerator lacks to reach the threshold, None when it does not lack.
    """

    law: Law
    year: int
    numerator: Decimal
    denominator: Decimal
    threshold: Threshold | None

    @property
    def value(self) -> Decimal | None:
        """100 × numerator / denominator; None when there was nothing to divide by."""
        return HUNDRED * self.numerator / self.denominator if self.denominator else None

    @property
    def missing(self) -> Decimal | None:
        if self.threshold is None or self.value is None or self.value >= self.threshold.percent:
            return None
        return self.denominator * self.threshold.percent / HUNDRED - self.numerator

    @property
    def is_under(self) -> bool:
        """Whether the legal threshold is missed: derived, never typed."""
        return self.missing is not None


def stand(ratio: LegalRatio, year: int, *, numerator: Decimal, denominator: Decimal) -> Standing:
    """Return where a ratio stands in a civil year."""
    law = law_of(ratio)
    return Standing(law, year, numerator, denominator, law.threshold(year))
