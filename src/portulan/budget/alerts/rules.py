"""What of a year's figure calls somebody: derived from facts, never typed (pure).

A threshold that the share crossed since it was last published, lines attributed beyond what they
hold (a credit note, an amending decision), too little looked at, amounts that were unlikely in
euros and that a person let in. Source: docs/reference/truths.md, cases 2, 14, 16.
"""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum

from portulan.budget.indicator.share import PROVISIONAL_BELOW, SURPRISING_ABOVE, Figure


class AlertKind(StrEnum):
    BELOW_AMBITION = "below-ambition"
    ABOVE_AMBITION = "above-ambition"
    SURPRISING = "surprising"
    OVER_ATTRIBUTED = "over-attributed"
    SHRUNK = "shrunk"
    UNSETTLED = "unsettled"
    LOW_COVERAGE = "low-coverage"
    UNLIKELY_UNIT = "unlikely-unit"
    NEGATIVE = "negative"


@dataclass(frozen=True, slots=True)
class Alert:
    """An alert; `before`, `now` and `limit` are percents, `count` is lines, `file` an import."""

    kind: AlertKind
    before: Decimal | None = None
    now: Decimal | None = None
    limit: Decimal | None = None
    count: int = 0
    file: str = ""


@dataclass(frozen=True, slots=True)
class Facts:
    """What alerts are derived from, beside the figure.

    `published` is the share last published at the stage, in percent; `shrunk` how many lines are
    worth less than when a share of one of their orders was attributed, `unsettled` how many no
    more hold the euros typed of them; `unlikely` the imports let in although their amounts did not
    look like euros.
    """

    published: Decimal | None = None
    ambition: Decimal | None = None
    shrunk: int = 0
    unsettled: int = 0
    unlikely: tuple[str, ...] = ()


def alerts_of(figure: Figure, facts: Facts) -> list[Alert]:
    """Return the alerts of a figure, the gravest first."""
    found = []
    if figure.numerator < 0 or figure.denominator.amount < 0:
        found.append(Alert(AlertKind.NEGATIVE))
    if count := len(figure.over_attributed):
        found.append(Alert(AlertKind.OVER_ATTRIBUTED, count=count))
    if facts.shrunk:
        found.append(Alert(AlertKind.SHRUNK, count=facts.shrunk))
    if facts.unsettled:
        found.append(Alert(AlertKind.UNSETTLED, count=facts.unsettled))
    found += [Alert(AlertKind.UNLIKELY_UNIT, file=file) for file in facts.unlikely]
    for limit, falls, rises in (
        (facts.ambition, AlertKind.BELOW_AMBITION, AlertKind.ABOVE_AMBITION),
        (SURPRISING_ABOVE, None, AlertKind.SURPRISING),
    ):
        kind = _crossed(facts.published, figure.value, limit, falls, rises)
        if kind is not None:
            found.append(Alert(kind, before=facts.published, now=figure.value, limit=limit))
    if figure.provisional:
        found.append(Alert(AlertKind.LOW_COVERAGE, now=figure.coverage, limit=PROVISIONAL_BELOW))
    return found


def _crossed(
    before: Decimal | None,
    now: Decimal | None,
    limit: Decimal | None,
    falls: AlertKind | None,
    rises: AlertKind,
) -> AlertKind | None:
    """Return which way the share went over a threshold since it was published, if it did."""
    if before is None or now is None or limit is None or (before >= limit) == (now >= limit):
        return None
    return rises if now >= limit else falls
