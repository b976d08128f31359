"""Checking the fields of a JSON object, each problem naming the field by its path."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from decimal import Decimal

from portulan.core.problems import Problem, ProblemKind, Problems
from portulan.core.text import inert, shown
from portulan.impact.engine.archetype import Asked
from portulan.impact.engine.draws import Triangle
from portulan.impact.readers import findings
from portulan.plans.wording import Number, Word

_QUOTED = 500
LARGEST = 1e15  # past this a binary number no longer tells units apart


@dataclass(frozen=True, slots=True)
class Bounds:
    """What a number may be."""

    minimum: float = 0
    maximum: float = LARGEST
    is_whole: bool = False
    is_positive: bool = False


AMOUNT = Bounds()
LIFE = Bounds(is_positive=True, maximum=50)
# Far above what any organisation has: past them it is a slip of the keyboard or of a unit. France
# has some 100 million computers and screens, and uses 450 TWh a year.
BOUNDS: Mapping[Asked, Bounds] = {
    Asked.COUNT: Bounds(is_whole=True, maximum=10e6),
    Asked.CAPACITY: Bounds(is_whole=True, is_positive=True, maximum=10e6),
    Asked.TALLY: Bounds(is_whole=True, maximum=100e9),
    Asked.AMOUNT: Bounds(maximum=100e9),
    Asked.EACH: Bounds(maximum=1e6),
    Asked.LIFE: LIFE,
    Asked.SHARE: Bounds(maximum=1),
    Asked.CHANGE: Bounds(minimum=-1, maximum=10),
    Asked.PUE: Bounds(minimum=1, maximum=5),
    Asked.HOURS: Bounds(maximum=24),
    Asked.DAYS: Bounds(maximum=366),
}
# What was once recorded is read for ever, whatever the bounds of today.
KEPT_BOUNDS = {asked: replace(bounds, maximum=LARGEST) for asked, bounds in BOUNDS.items()}


class Fields:
    """Reads values and keeps what is wrong with them; a wrong value is read as None."""

    def __init__(self) -> None:
        self.problems = Problems()

    def report(self, kind: ProblemKind, field: str, **values: str | Number | Word) -> None:
        """Keep a problem of a field; what the request says is quoted short and inert."""
        quoted = {
            name: shown(value, _QUOTED) if isinstance(value, str) else value
            for name, value in values.items()
        }
        self.problems.append(Problem(kind, values={"field": shown(field, _QUOTED), **quoted}))

    def mapping(self, value: object, field: str) -> dict[str, object] | None:
        """Return an object."""
        if isinstance(value, dict):
            return value
        self.report(findings.NOT_AN_OBJECT, field)
        return None

    def items(self, value: object, field: str, limit: int) -> list[object] | None:
        """Return a list of at most `limit` items."""
        if not isinstance(value, list):
            self.report(findings.NOT_A_LIST, field)
            return None
        if len(value) > limit:
            self.report(findings.TOO_MANY, field, limit=str(limit))
            return None
        return value

    def words(self, value: object, field: str) -> str | None:
        """Return a text that is not blank."""
        if not isinstance(value, str):
            self.report(findings.NOT_WORDS, field)
            return None
        if not value.strip():
            self.report(findings.EMPTY, field)
            return None
        if inert(value) != value:
            self.report(findings.UNSEEN, field)
            return None
        return value

    def flag(self, value: object, field: str) -> bool | None:
        """Return a yes or a no."""
        if isinstance(value, bool):
            return value
        self.report(findings.NOT_A_FLAG, field)
        return None

    def number(self, value: object, field: str, bounds: Bounds) -> float | Triangle | None:
        """Return a number within bounds, or a range of such numbers."""
        if not isinstance(value, dict):
            return self.plain(value, field, bounds)
        if not self.keys(value, field, ("min", "mode", "max")):
            return None
        low, mode, high = (
            self.plain(value[name], f"{field}.{name}", bounds) for name in ("min", "mode", "max")
        )
        if low is None or mode is None or high is None:
            return None
        if not low <= mode <= high:
            self.report(findings.DISORDERED, field)
            return None
        return Triangle(low, mode, high)

    def plain(self, value: object, field: str, bounds: Bounds) -> float | None:
        """Return one number within bounds; a whole one stays exact."""
        # NaN is the one number that differs from itself.
        if isinstance(value, bool) or not isinstance(value, int | float) or value != value:
            self.report(findings.NOT_A_NUMBER, field)
            return None
        told = _told(value)
        if value > bounds.maximum:
            self.report(findings.TOO_LARGE, field, value=told, maximum=_told(bounds.maximum))
        elif bounds.is_whole and not isinstance(value, int):
            written = repr(value)  # with its decimals, be they 0
            self.report(findings.NOT_WHOLE, field, value=Word(written.replace(".", ","), written))
        elif bounds.is_positive and value <= 0:
            self.report(findings.NOT_POSITIVE, field, value=told)
        elif value < bounds.minimum:
            self.report(findings.TOO_SMALL, field, value=told, minimum=_told(bounds.minimum))
        else:
            return value
        return None

    def keys(
        self,
        value: Mapping[str, object],
        field: str,
        required: Collection[str],
        others: Collection[str] = (),
    ) -> bool:
        """Check that an object has the required fields, and none that is not known."""
        before = len(self.problems)
        known = [*required, *others]
        for name in value:
            if name not in known:
                told = ", ".join(known) or "∅"
                self.report(findings.UNKNOWN_FIELD, path(field, name), known=told)
        for name in required:
            if name not in value:
                self.report(findings.MISSING, path(field, name))
        return len(self.problems) == before


def _told(value: float) -> Number | Word:
    """Return a number for a sentence in either language; one past all bounds as infinite."""
    if abs(value) <= LARGEST:
        return Number(Decimal(repr(value)))
    return Word("∞", "∞") if value > 0 else Word("−∞", "−∞")


def path(field: str, name: str) -> str:
    """Return the path of a field inside another; the document itself has none."""
    return f"{field}.{name}" if field else name
