"""The shapes of the demonstration's data: the domain's own values where it has some."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal

from portulan.indicators.values import Manner
from portulan.indicators.words import Direction, Kind, Level
from portulan.plans.commitments.rules import Proposed
from portulan.plans.models import Deliverable, Milestone
from portulan.plans.money.writes import MoneyKey
from portulan.plans.words import CommitmentLevel, Guess, Progress, Reach

TODAY = date(2026, 11, 24)
VOTED_ON = date(2024, 12, 13)
COUNCIL = "Assemblée régionale"
COMMITTEE = "Comité du numérique responsable"
END = date(2027, 12, 31)

type Asks = dict[MoneyKey, Decimal | None]  # in euros


@dataclass(frozen=True, slots=True)
class Someone:
    """A person of the organisation, known to the data by `key`; names and addresses are made up."""

    key: str
    name: str
    function: str
    unit: str
    left_on: date | None = None


@dataclass(frozen=True, slots=True)
class Value:
    """A dated value: a number, a word, or None for "I don't have this figure".

    `refused` says why it does not count beside another source; `restated_for` is the day of the
    break on whose perimeter it is told again.
    """

    on: date
    value: str | None
    source: str = ""
    note: str = ""
    fraction: tuple[int, int] | None = None
    breaks_series: bool = False
    restated_for: date | None = None
    refused: str = ""


@dataclass(frozen=True, slots=True)
class UnitShare:
    """The part of a unit that was designated: what it weighs, and what it told on the last day.

    `first` is what it weighed until 2026, if that was something else.
    """

    unit: str
    weight: int
    value: str | None
    first: int | None = None


@dataclass(frozen=True, slots=True)
class Measure:
    """The main indicator of an action; `values[0]` is the baseline."""

    name: str
    unit: str
    kind: Kind
    direction: Direction
    target: str
    values: tuple[Value, ...]
    level: Level = Level.OPERATIONAL
    description: str = ""
    computed_by: str = ""
    legal_threshold: str = ""
    legal_reference: str = ""
    legal_due_on: date = END
    manner: Manner = field(default_factory=Manner)
    shares: tuple[UnitShare, ...] = ()

    @property
    def in_words(self) -> bool:
        return not self.kind.is_number


@dataclass(frozen=True, slots=True)
class DemoAction:
    """An action as the vote adopted it, and its story since.

    A move rests on the report, once it was handed over; rows are not saved as they stand.
    """

    number: int
    title: str
    short_title: str
    description: str
    axis: int
    goals: tuple[int, ...]
    practices: tuple[str, ...]
    voted_level: CommitmentLevel
    progress: Progress
    pilot_function: str
    sponsor_function: str
    days_per_year: int
    measure: Measure
    asks: Asks
    last_news_on: date
    due_on: date | None = END
    starts_on: date = date(2025, 1, 1)
    pilot: str = ""
    vacant_since: date | None = None
    progress_since: date | None = None
    decided_by: str = COMMITTEE
    follow_up_function: str = "Délégué au numérique responsable"
    contributors: tuple[str, ...] = ()
    reach: Reach = Reach.ORGANISATION
    scope: str = ""
    protocol: str = ""
    compared_with: str = ""
    cost_to_extend: str = ""
    impact_guess: Guess | None = None
    effort_guess: Guess | None = None
    report: Deliverable | None = None
    moves: tuple[Proposed, ...] = ()
    steps: tuple[Milestone, ...] = ()

    @property
    def level(self) -> CommitmentLevel:
        """The level today: that of the last decision."""
        return self.moves[-1].level if self.moves else self.voted_level


def step(title: str, due_on: date, reached_on: date | None = None) -> Milestone:
    return Milestone(title=title, due_on=due_on, reached_on=reached_on)


def euros(thousands: int) -> Decimal:
    """Return an amount given in k€ in euros."""
    return Decimal(thousands * 1000)
