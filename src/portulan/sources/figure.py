"""A figure that a source gives: its value, what it covers, and whether it may be proposed."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from enum import StrEnum

from portulan.core.say.text import Language, Text

# Under the first nothing is proposed, under the second with a warning: an organisation may move
# both (reference of sources, § 1).
REFUSED_UNDER = Decimal("0.5")
WARNED_UNDER = Decimal("0.8")


class Verdict(StrEnum):
    OK = "ok"
    WARN = "warn"
    REFUSED = "refused"
    NOT_APPLICABLE = "not applicable"


@dataclass(frozen=True, slots=True)
class Thresholds:
    """The coverage, between 0 and 1, under which a figure is refused, or comes with a warning."""

    refused: Decimal = REFUSED_UNDER
    warned: Decimal = WARNED_UNDER


LIMITS = Thresholds()


@dataclass(frozen=True, slots=True)
class Figure:
    """The figure of a formula; no value where it is refused or not applicable.

    `numerator` over `denominator` where it is a mean, a share or a ratio; `coverage` between 0 and
    1: what is known, of what is counted.
    """

    id: str
    unit: Text
    verdict: Verdict
    value: Decimal | None = None
    numerator: Decimal | None = None
    denominator: Decimal | None = None
    coverage: Decimal | None = None
    reason: Text | None = None

    def as_json(self, language: Language) -> dict[str, object]:
        """Return the object of `source inspect` (docs/reference/commands.md)."""
        return {
            "id": self.id,
            "value": _text(self.value),
            "unit": self.unit.say(language),
            "numerator": _text(self.numerator),
            "denominator": _text(self.denominator),
            "coverage": None if self.coverage is None else f"{self.coverage:.4f}",
            "verdict": str(self.verdict),
            "reason": self.reason.say(language) if self.reason else None,
        }


def _text(value: Decimal | None) -> str | None:
    return None if value is None else f"{value:f}"


def rounded(value: Decimal, step: str) -> Decimal:
    """Return a value to the nearest step, halves up."""
    return value.quantize(Decimal(step), ROUND_HALF_UP)


def share(part: int | Decimal, whole: int | Decimal) -> Decimal | None:
    """Return a share between 0 and 1, four decimals; None of nothing."""
    return rounded(Decimal(part) / Decimal(whole), "0.0001") if whole else None


def judged(coverage: Decimal | None, limits: Thresholds) -> Verdict:
    """Return what a coverage allows: none at all is not applicable."""
    if coverage is None:
        return Verdict.NOT_APPLICABLE
    if coverage < limits.refused:
        return Verdict.REFUSED
    return Verdict.WARN if coverage < limits.warned else Verdict.OK
