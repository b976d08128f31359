"""The dashboard of a plan: what a board must understand at a glance, as plain values."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import StrEnum

from portulan.accounts.models import Organisation
from portulan.budget.alerts.reads import year_alerts
from portulan.budget.alerts.rules import Alert
from portulan.budget.funding.by_action import CoFunded, co_funding_of
from portulan.budget.funding.plan_rows import PlanRows, plan_rows
from portulan.budget.indicator.facts import YearFacts
from portulan.budget.indicator.reads import YearFigure
from portulan.budget.indicator.trajectory import TrajectoryYear, trajectory_of
from portulan.budget.words import Obstacle, Stage
from portulan.core.amounts import Amount, Of, identified, known
from portulan.core.money import known_sum
from portulan.core.say.text import Language
from portulan.observatory.limits import board_sentence
from portulan.plans.actions.listing import lacking
from portulan.plans.actions.reads import Row, beside_of
from portulan.plans.commitments.rules import level_on
from portulan.plans.coverage import Coverage, ThemeCoverage, coverage_of
from portulan.plans.models import Plan
from portulan.plans.states.rules import Derived
from portulan.plans.states.words import ORDER
from portulan.plans.votes import Voting, voting
from portulan.plans.words import CommitmentLevel, Progress, State

FIRMEST_FIRST = tuple(sorted(CommitmentLevel, reverse=True))


@dataclass(frozen=True, slots=True)
class LevelLine:
    """A commitment level: its actions by progress, in all, and on the day of the vote."""

    level: CommitmentLevel
    by_progress: tuple[tuple[Progress, int], ...]
    total: int
    at_vote: int | None


class DecisionKind(StrEnum):
    GAP = "gap"
    ENVELOPE = "envelope"
    PILOT = "pilot"
    COST = "cost"


@dataclass(frozen=True, slots=True)
class NextDecision:
    """A decision that the facts call for; amounts in euros, `share` in percent."""

    kind: DecisionKind
    year: int | None = None
    amount: Decimal | None = None
    share: Decimal | None = None
    allotted: Decimal | None = None
    row: Row | None = None
    deliverable_due: date | None = None


@dataclass(frozen=True, slots=True)
class Dashboard:
    """What the page shows; amounts in euros.

    `money` is all that the year dedicates to NR, `without_action` its part that no action receives.
    `alerts` are what the figure of the year calls for.
    `themes` are those of the catalogue, each with the money of the year that its actions dedicate.
    `watched` are the actions to look at, by the first of their states in the order of
    `states.ORDER`. `outside_it`, `days_per_year` and `co_funded` stand beside the IT budget and are
    never added to it.
    `latest` is the last figure of a year outside the plan, while the plan's own years have none.
    """

    plan: Plan
    year: int
    current: TrajectoryYear | None
    following: TrajectoryYear | None
    trajectory: tuple[TrajectoryYear, ...]
    rows: tuple[Row, ...]
    levels: tuple[LevelLine, ...]
    moved: tuple[Row, ...]
    watched: tuple[Row, ...]
    decisions: tuple[NextDecision, ...]
    themes: tuple[tuple[ThemeCoverage, Decimal | None], ...]
    coverage: Coverage
    money: Decimal | None
    without_action: Decimal | None
    latest: YearFigure | None
    outside_it: tuple[Amount, ...]
    days_per_year: Decimal | None
    co_funded: CoFunded | None
    voting: Voting
    known: YearFacts
    alerts: tuple[Alert, ...] = ()

    @property
    def apart(self) -> list[TrajectoryYear]:
        """The years that do not compare with the one before, though both are at one stage."""
        return [
            year
            for year in self.trajectory
            if year.obstacles and Obstacle.STAGE not in year.obstacles
        ]

    @property
    def lacks(self) -> dict[State, int]:
        """How many actions lack each thing: a plan says what it misses before all is well."""
        return lacking(self.rows)

    @property
    def covered(self) -> int:
        """How many themes have an action."""
        return sum(1 for theme, _money in self.themes if theme.actions)


def dashboard_of(plan: Plan, today: date, known: YearFacts | None = None) -> Dashboard:
    """Compose the dashboard of a plan on a day, once until something changes.

    `known` is what is known of the exercices, where a page has it. About twenty queries, whatever
    the size of the plan.
    """
    kept = plan_rows(plan, today, known)
    return kept.years.once(("dashboard", plan.pk, today), lambda: _dashboard_of(kept, today))


def _dashboard_of(kept: PlanRows, today: date) -> Dashboard:
    plan, read, rows, known = kept.plan, kept.read, kept.rows, kept.years
    figures, this_year = known.figures, known.at(today)
    going_on = [row.funding for row in rows if row.progress is not Progress.DROPPED]
    trajectory = trajectory_of(plan, going_on, known)
    current = _current(trajectory, this_year)
    year = current.year if current else this_year
    following = next((item for item in trajectory if item.year == year + 1), None)
    coverage = kept.once("coverage", lambda: coverage_of(plan, read))
    computed = current and current.computed
    stage = current.stage if current else None
    without_action = computed.figure.by_action.get(None) if computed else None
    return Dashboard(
        plan=plan,
        year=year,
        current=current,
        following=following,
        trajectory=tuple(trajectory),
        rows=rows,
        levels=kept.once("levels", lambda: _levels(rows, plan.adopted_on)),
        moved=kept.once("moved", lambda: _moved(rows, plan.adopted_on)),
        watched=kept.once("watched", lambda: _watched(rows)),
        decisions=tuple(_decisions(rows, following)),
        themes=kept.once(f"themes {year}", lambda: _themes(coverage, rows, year, stage)),
        coverage=coverage,
        money=identified(
            known_sum([*(_held(row, year, stage) for row in rows), without_action]),
            Of("held", year, stage or "", who=plan.pk),
        ),
        without_action=without_action,
        latest=None if current or not figures else figures[max(figures)],
        outside_it=tuple(beside_of(rows, year)),
        days_per_year=known_sum(row.action.days_per_year for row in rows),
        co_funded=co_funding_of(plan),
        alerts=tuple(_alerts(current, known)),
        voting=voting(
            plan, [(row.decisions[0].on if row.decisions else None, row.progress) for row in rows]
        ),
        known=known,
    )


def board_floor(organisation: Organisation, language: Language) -> str:
    """Return the sentence of the public accounts, for the organisation that asked for it."""
    return board_sentence(organisation.siren, language) if organisation.board_floor else ""


def _alerts(current: TrajectoryYear | None, known: YearFacts) -> list[Alert]:
    if current is None or current.computed is None:
        return []
    return year_alerts(current.computed, current.ambition, known)


def _current(trajectory: Sequence[TrajectoryYear], year: int) -> TrajectoryYear | None:
    """Return this year if it has accounts, else the last year that has some."""
    accounted = [item for item in trajectory if item.stage is not None and item.year <= year]
    return accounted[-1] if accounted else None


def _level_at_vote(row: Row, adopted_on: date | None) -> CommitmentLevel | None:
    return None if adopted_on is None else level_on(row.decisions, adopted_on)


def _levels(rows: Iterable[Row], adopted_on: date | None) -> tuple[LevelLine, ...]:
    rows = list(rows)
    counts = Counter((row.level, row.progress) for row in rows)
    voted = Counter(_level_at_vote(row, adopted_on) for row in rows)
    shown = (
        Progress.TODO,
        Progress.IN_PROGRESS,
        Progress.PAUSED,
        Progress.DONE,
        Progress.ONGOING,
        Progress.DROPPED,
    )
    used = [
        progress
        for progress in shown
        if progress is not Progress.DROPPED or any(row.progress is progress for row in rows)
    ]
    return tuple(
        LevelLine(
            level=level,
            by_progress=tuple((progress, counts[level, progress]) for progress in used),
            total=sum(counts[level, progress] for progress in shown),
            at_vote=None if adopted_on is None else voted[level],
        )
        for level in FIRMEST_FIRST
    )


def _moved(rows: Iterable[Row], adopted_on: date | None) -> tuple[Row, ...]:
    """Return the actions whose level is not the one that was voted."""
    return tuple(
        row
        for row in rows
        if (voted := _level_at_vote(row, adopted_on)) is not None and voted is not row.level
    )


def _watched(rows: Iterable[Row]) -> tuple[Row, ...]:
    found = [row for row in rows if row.states]
    return tuple(sorted(found, key=lambda row: ORDER.index(row.states[0].state)))


def _decisions(rows: Sequence[Row], following: TrajectoryYear | None) -> Iterator[NextDecision]:
    if following is not None and following.gap is not None and following.gap > 0:
        yield NextDecision(
            DecisionKind.GAP, year=following.year, amount=following.gap, share=following.value
        )
    for wanted, make in (
        (State.OVER_ENVELOPE, _envelope),
        (State.VACANT, lambda row, _state: NextDecision(DecisionKind.PILOT, row=row)),
        (State.NOT_COSTED, _cost),
    ):
        for row in rows:
            for state in row.states:
                if state.state is wanted:
                    yield make(row, state)


def _envelope(row: Row, state: Derived) -> NextDecision:
    item = next(
        item
        for item in row.funding.years
        if item.allotted is not None
        and item.attributed is not None
        and item.attributed > item.allotted
        and (state.year is None or item.year == state.year)
    )
    return NextDecision(
        DecisionKind.ENVELOPE,
        year=item.year,
        amount=known(item.inside),
        allotted=known(item.inside_expected),
        row=row,
    )


def _cost(row: Row, state: Derived) -> NextDecision:
    due = min((one.due_on for one in row.awaited.deliverables), default=None)
    return NextDecision(DecisionKind.COST, year=state.year, row=row, deliverable_due=due)


def _themes(
    coverage: Coverage, rows: Sequence[Row], year: int, stage: Stage | None
) -> tuple[tuple[ThemeCoverage, Decimal | None], ...]:
    money = {row.action.pk: _held(row, year, stage) for row in rows}
    of = Of("held", year, stage or "")
    whose = [(theme, tuple(sorted(one.pk for one in theme.actions))) for theme in coverage.themes]
    return tuple(
        (theme, identified(known_sum(money[pk] for pk in pks), of._replace(who=pks)))
        for theme, pks in whose
    )


def _held(row: Row, year: int, stage: Stage | None) -> Decimal | None:
    """Return what an action has at the stage of the year; without accounts, what is expected.

    What is known of it in part is not: a sum would say it as the whole.
    """
    cost = row.cost(year)
    is_held = stage is None or cost.stage == stage or cost.value == 0
    return cost.value if is_held and not cost.is_partial else None
