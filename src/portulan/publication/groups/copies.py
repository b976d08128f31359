"""What a member shares with a group: the format `portulan-shared/1`, declared once (pure).

Figures and levels; the texts of the plan too where the member says so. It has functions and no
name: whoever is named in a text is left out of it. Numbers are exact texts, unknown is absent.
"""

from __future__ import annotations

import json
from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from portulan.core.contracts import Contract, from_json, to_json
from portulan.core.money import ZERO
from portulan.publication.words import Extent
from portulan.steering.sealed.document import Exact, canonical
from portulan.steering.sealed.naming import named_in

GONE = "…"
HUNDRED = Decimal(100)


@dataclass(frozen=True, slots=True)
class LevelCount(Contract):
    """How many actions are at a commitment level, and how many of those are finished."""

    level: int
    actions: int
    done: int


@dataclass(frozen=True, slots=True)
class SharedShare(Contract):
    """The share of a year that finance published: percent and euros."""

    year: int
    stage: str
    basis: str
    numerator: Exact
    denominator: Exact
    published_on: date
    value: Exact | None = None
    coverage: Exact | None = None


@dataclass(frozen=True, slots=True)
class SharedReading(Contract):
    """The last value of the main indicator of an action, and the one wanted."""

    name: str
    unit: str
    value: Exact | None = None
    on: date | None = None
    target: Exact | None = None
    target_on: date | None = None


@dataclass(frozen=True, slots=True)
class SharedAction(Contract):
    """An action in its own words; `pilot` is a function."""

    called: str
    title: str
    level: int
    progress: str
    pilot: str = ""
    why: str = ""
    due_on: date | None = None
    reading: SharedReading | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Shared(Contract):
    """What a group reads of a member on a day; `silent` are the actions without news.

    `renewals` are the contracts that end soon, and `renewal_on` the first day by which something is
    done for one: of who shares texts too.
    """

    name: str
    siren: str
    on: date
    extent: Extent
    plan: str = ""
    first_year: int | None = None
    last_year: int | None = None
    actions: int = 0
    silent: int = 0
    late: int = 0
    vacant: int = 0
    themes: int = 0
    themes_covered: int = 0
    last_news_on: date | None = None
    next_on: date | None = None
    levels: tuple[LevelCount, ...] = ()
    shares: tuple[SharedShare, ...] = ()
    texts: tuple[SharedAction, ...] = ()
    renewals: int | None = None
    renewal_on: date | None = None

    @property
    def share(self) -> SharedShare | None:
        """The share of the last year."""
        return self.shares[-1] if self.shares else None

    @property
    def done(self) -> int:
        return sum(one.done for one in self.levels)


def kept(shared: Shared) -> str:
    """Return a copy as it is kept: canonical JSON (RFC 8785). Raises ValueError."""
    said = to_json(shared)
    from_json(Shared, said)
    return canonical(said).decode()


def read_back(kept_text: str) -> Shared:
    return from_json(Shared, json.loads(kept_text))


def unnamed(text: str, people: Sequence[str]) -> str:
    """Return a text without the names of these people, nor any address."""
    for found in named_in([("", text)], people):
        for word in sorted(found.words, key=len, reverse=True):
            text = text.replace(word, GONE)
    return text


@dataclass(frozen=True, slots=True)
class Together:
    """The shares of several members at one stage and one basis of a year, as one: `100 ΣN / ΣD`."""

    year: int
    stage: str
    basis: str
    members: int
    numerator: Decimal
    denominator: Decimal

    @property
    def value(self) -> Decimal | None:
        """In percent, weighted by what each spends; None without any IT budget."""
        return HUNDRED * self.numerator / self.denominator if self.denominator > 0 else None


def together(copies: Iterable[Shared]) -> list[Together]:
    """Return the shares of members put together, the last year first: stages are never added.

    A mean of percentages would be wrong (docs/reference/truths.md, truth 17). What is not known of
    a member is in neither term. The accounts of the group itself are not among them: what a member
    pays to it is in the member's own terms, and counts once. Of two that say one SIREN, neither is:
    nobody knows which it is.
    """
    found: dict[tuple[int, str, str], list[SharedShare]] = defaultdict(list)
    read = list(copies)
    sirens = Counter(copy.siren for copy in read if copy.siren)
    for copy in (one for one in read if sirens[one.siren] < 2):
        for one in copy.shares:
            if one.value is not None:
                found[one.year, one.stage, one.basis].append(one)
    return [
        Together(
            *key,
            len(some),
            sum((Decimal(one.numerator) for one in some), ZERO),
            sum((Decimal(one.denominator) for one in some), ZERO),
        )
        for key, some in sorted(found.items(), key=lambda item: (-item[0][0], item[0][1:]))
    ]


def levels_of(rows: Iterable[tuple[int, bool]]) -> tuple[LevelCount, ...]:
    """Return the levels of actions, each with how many are finished, the firmest first."""
    told = list(rows)
    every = Counter(level for level, _done in told)
    finished = Counter(level for level, done in told if done)
    return tuple(
        LevelCount(level, every[level], finished[level]) for level in sorted(every, reverse=True)
    )
