"""What the verdicts of the same organisation suggest for a line that waits (pure).

A rule that a person can check: among the lines that are decided, those alike, first as closely as
can be, then less; only of the last two years in which there are some; enough of them, and nearly
all of one verdict and share. Nothing is guessed beyond that, and nothing is applied:
whoever decides is told how many lines speak, and of which years.

A person's verdict follows its line from one year to the next: by its account, its function, and
its label or its supplier; by the first two where its file says no more, as accounts by nature do.
Two years whose verdicts do not follow are judged otherwise, and do not compare.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from typing import NamedTuple

from portulan.budget.words import Verdict

# How many of the lines alike, at least, must have been decided in the same way.
AGREEMENT = Decimal("0.9")
RECENT_YEARS = 2


class By(StrEnum):
    """How two lines are alike, the closest first."""

    LINE = "line"
    LABEL = "label"
    SUPPLIER_AND_FUNCTION = "supplier_and_function"
    ACCOUNT_AND_FUNCTION = "account_and_function"
    SUPPLIER_AND_ACCOUNT = "supplier_and_account"
    SUPPLIER = "supplier"


# How many decided lines, at least, speak for another one.
SUPPORT = {
    By.LINE: 1,
    By.LABEL: 1,
    By.SUPPLIER_AND_FUNCTION: 1,
    By.ACCOUNT_AND_FUNCTION: 1,
    By.SUPPLIER_AND_ACCOUNT: 2,
    By.SUPPLIER: 3,
}
# The likenesses by which a verdict follows its line, and those in which all that it says is equal.
FOLLOWED = frozenset({By.LINE, By.LABEL, By.SUPPLIER_AND_FUNCTION, By.ACCOUNT_AND_FUNCTION})
_WHOLE = (By.LINE, By.ACCOUNT_AND_FUNCTION)


class Likeness(NamedTuple):
    """What makes lines alike, as their files say it; "" when absent."""

    nature: str
    supplier: str
    label: str
    function: str = ""

    def key(self, by: By) -> tuple[str, ...] | None:
        """Return what must be equal, None where the line lacks it."""
        place = (self.nature, self.function)
        match by:
            case By.LINE:
                return tuple(self) if self.label else None
            case By.LABEL:
                return (*place, self.label) if self.label else None
            case By.SUPPLIER_AND_FUNCTION:
                return (*place, self.supplier) if all(place) and self.supplier else None
            case By.ACCOUNT_AND_FUNCTION:
                return place if self.nature and not (self.label or self.supplier) else None
            case By.SUPPLIER_AND_ACCOUNT:
                return (self.nature, self.supplier) if self.nature and self.supplier else None
            case By.SUPPLIER:
                return (self.supplier,) if self.supplier else None

    @property
    def whole(self) -> tuple[By, tuple[str, ...]] | None:
        """What identifies a line by all that it says, None where it says too little."""
        found = ((by, self.key(by)) for by in _WHOLE)
        return next(((by, key) for by, key in found if key is not None), None)


@dataclass(frozen=True, slots=True)
class Judged:
    """Lines alike that were judged alike in a year: how many; `share` is None while they wait.

    `by_person` is false where the perimeter alone spoke.
    """

    of: Likeness
    verdict: Verdict
    share: Decimal | None
    year: int
    lines: int
    by_person: bool = False


@dataclass(frozen=True, slots=True)
class Proposal:
    """A verdict and a share in [0, 1], and its source: `lines` of the `of` lines alike, in `years`.

    The other lines alike were decided otherwise. `by_person`: a person decided some of them.
    """

    verdict: Verdict
    share: Decimal
    by: By
    lines: int
    of: int
    years: tuple[int, ...]
    by_person: bool = False


class Precedents:
    """Lines that were decided, ready to be asked about any number of others."""

    def __init__(self, judged: Iterable[Judged]) -> None:
        self._alike: dict[tuple[By, tuple[str, ...]], list[Judged]] = defaultdict(list)
        for one in judged:
            if one.share is None:
                continue
            for by in By:
                if (key := one.of.key(by)) is not None:
                    self._alike[by, key].append(one)

    def propose(self, line: Likeness) -> Proposal | None:
        """Return what lines alike suggest, by the closest likeness that says enough, else None."""
        for by in By:
            key = line.key(by)
            alike = [] if key is None else _recent(self._alike.get((by, key), []))
            if found := _agreed(alike, by):
                return found
        return None

    def follows(self, line: Judged) -> Proposal | None:
        """Return a person's verdict that follows to this line and that it does not have.

        A line that waits takes it from any that it follows; one that the perimeter decided, only
        from a line that said all that it says. What a person decided stays.
        """
        found = None if line.by_person else self.propose(line.of)
        if found is None or not found.by_person or found.by not in FOLLOWED:
            return None
        if line.share is None:
            return found
        differs = (line.verdict, line.share) != (found.verdict, found.share)
        return found if found.by in _WHOLE and differs else None


def not_followed(there: Iterable[Judged], here: Iterable[Judged]) -> Iterator[Judged]:
    """Yield the lines here that lack a verdict that a person gave to lines alike there.

    Those that the verdict would decide (`Precedents.follows`), and those that say all that lines of
    several verdicts say there, one of which no line here has: nobody can tell which it is.
    """
    there, here = list(there), list(here)
    precedents = Precedents(there)
    given, known = defaultdict(set), defaultdict(set)
    for one in there:
        if one.by_person:
            given[one.of.whole].add((one.verdict, one.share))
    for one in here:
        known[one.of.whole].add((one.verdict, one.share))
    for one in here:
        key = one.of.whole
        lacks = key is not None and not given[key] <= known[key]
        if not one.by_person and (lacks or precedents.follows(one) is not None):
            yield one


def shared_otherwise(there: Iterable[Judged], here: Iterable[Judged]) -> Iterator[Judged]:
    """Yield the lines here of which people decided another share than of lines alike there.

    Alike by all that they say; else as a verdict follows its line, where people agree there.
    """
    there = [one for one in there if one.by_person]
    precedents, given = Precedents(there), defaultdict(set)
    for one in there:
        given[one.of.whole].add(one.share)
    for one in here:
        known = given.get(one.of.whole) if one.of.whole is not None else None
        if known is None:
            found = precedents.propose(one.of)
            known = {found.share} if found is not None and found.by in FOLLOWED else {one.share}
        if one.by_person and one.share not in known:
            yield one


def _recent(alike: list[Judged]) -> list[Judged]:
    last = max((one.year for one in alike), default=0)
    return [one for one in alike if one.year > last - RECENT_YEARS]


def _agreed(alike: list[Judged], by: By) -> Proposal | None:
    counts: Counter[tuple[Verdict, Decimal]] = Counter()
    for one in alike:
        if one.share is not None:
            counts[one.verdict, one.share] += one.lines
    total = counts.total()
    if total < SUPPORT[by]:
        return None
    (verdict, share), lines = counts.most_common(1)[0]
    if lines < AGREEMENT * total:
        return None
    same = [one for one in alike if (one.verdict, one.share) == (verdict, share)]
    years = sorted({one.year for one in same})
    by_person = any(one.by_person for one in same)
    return Proposal(verdict, share, by, lines, total, tuple(years), by_person)
