"""The actions of a plan with their derived states: the same queries at 10 and at 500."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from functools import cached_property

from portulan.catalogue.models import Practice, Theme
from portulan.core.amounts import Amount, Scope, total
from portulan.core.fields import Kind as FieldKind
from portulan.core.fields import of_kind
from portulan.core.folding import fold
from portulan.indicators.reads import IndicatorLine, series_by_indicator, series_of
from portulan.indicators.series import Series
from portulan.indicators.words import Kind
from portulan.plans.actions.columns import (
    NOTHING_AWAITED,
    Around,
    Awaiting,
    PlanActions,
    actions_of,
    around,
    of_actions,
)
from portulan.plans.commitments.rules import Made
from portulan.plans.fields import ACTION
from portulan.plans.models import Action, ActionIndicator, Plan
from portulan.plans.money.funding import NO_FUNDING, Funding, allotted_years
from portulan.plans.money.reads import planned_funding
from portulan.plans.states.acceptance import Unaccepted, unaccepted
from portulan.plans.states.lacks import lacks_of
from portulan.plans.states.rules import Derived, Facts, Followed, Frame, derive
from portulan.plans.words import CommitmentLevel, Progress

_WORDS = tuple(of_kind(ACTION, FieldKind.LINE, FieldKind.TEXT))


@dataclass(frozen=True)
class Row:
    """An action with what is derived of it; `followed` are its indicators, the main one first."""

    action: Action
    level: CommitmentLevel
    progress: Progress
    funding: Funding
    practices: tuple[Practice, ...]
    decisions: tuple[Made, ...]
    main: IndicatorLine | None
    followed: tuple[Followed, ...]
    frame: Frame
    awaited: Awaiting = NOTHING_AWAITED
    unaccepted: Unaccepted | None = None

    @cached_property
    def states(self) -> tuple[Derived, ...]:
        """Its states; a list derives those of the rows that it shows, not of all."""
        return derive(self._facts, self.frame)

    @cached_property
    def lacks(self) -> tuple[Derived, ...]:
        """What it still has to be given: nothing of it bars the way."""
        return lacks_of(self._facts)

    @property
    def _facts(self) -> Facts:
        return facts_of(
            self.action,
            self.followed,
            self.funding,
            self.awaited,
            decided=self.adopted,
            unaccepted=self.unaccepted,
        )

    @property
    def series(self) -> Series | None:
        """The series of its main indicator."""
        return self.followed[0].series if self.followed else None

    @property
    def adopted(self) -> bool:
        """Its level was voted."""
        return bool(self.decisions)

    @cached_property
    def themes(self) -> tuple[Theme, ...]:
        """The themes of its practices, each once."""
        return tuple({item.theme_id: item.theme for item in self.practices}.values())

    def cost(self, year: int) -> Amount:
        """Return what it costs in the IT budget of a year: on lines, else reserved, else asked."""
        return self.funding.of(year).inside

    def beside(self, year: int) -> Amount:
        """Return what it costs beside the IT budget of a year, never added to its cost."""
        return self.funding.of(year).outside

    @cached_property
    def words(self) -> str:
        """The folded words that a search looks into."""
        action = self.action
        return fold(
            " ".join(
                (
                    action.called,
                    *(getattr(action, one.name) for one in _WORDS),
                    *(str(name) for name in action.contributors),
                    *(practice.code for practice in self.practices),
                    self.main.name if self.main else "",
                )
            )
        )


def beside_of(rows: Iterable[Row], year: int) -> list[Amount]:
    """Return what stands beside the IT budget of a year, each stage apart; dropped actions too.

    An amount that is said to be unknown makes the sum of what is asked partial, or unknown.
    """
    found: dict[Scope, list[Amount]] = {}
    for row in rows:
        one = row.beside(year)
        if one.value is not None or row.funding.of(year).outside_said:
            found.setdefault(one.scope, []).append(one)
    return [total(some) for some in found.values()]


def rows_of(
    *,
    plan: Plan,
    today: date,
    facts: Mapping[int, Funding] | None = None,
    read: PlanActions | None = None,
    this_year: int | None = None,
    only: Collection[int] | None = None,
) -> tuple[Row, ...]:
    """Return all the actions of a plan with their states, by number.

    `facts` is what the budget knows (`budget.funding.by_action`); without it, only what was
    asked is known. `read` is what `actions_of` gave, when it is already read, of the actions
    `only` if they are said: `facts` are then of all. `this_year` is the exercice of the day where
    it is not its calendar year.
    """
    read = actions_of(plan) if read is None else read
    known = planned_funding(read.actions) if facts is None else facts
    frame = _frame(plan, today, allotted_years(known), this_year)
    series = series_by_indicator(
        (indicator for item in read.around.values() for indicator in item.indicators),
        among=ActionIndicator.objects.filter(of_actions(plan, only)).values("indicator"),
    )
    silent = unaccepted(read.actions)
    return tuple(
        _row(
            action,
            read.around[action.pk],
            known.get(action.pk, NO_FUNDING),
            frame,
            series,
            silent.get(action.pk),
        )
        for action in read.actions
    )


def row_of(
    *,
    action: Action,
    today: date,
    facts: Mapping[int, Funding],
    allotted: frozenset[int],
    this_year: int | None = None,
) -> Row:
    """Return one action with its states; `allotted` are the years where the plan has allotments."""
    frame = _frame(action.plan, today, allotted, this_year)
    series = {link.indicator_id: series_of(link.indicator) for link in action.indicator_links.all()}
    silent = unaccepted([action]).get(action.pk)
    return _row(action, around(action), facts.get(action.pk, NO_FUNDING), frame, series, silent)


def _frame(plan: Plan, today: date, allotted: frozenset[int], this_year: int | None) -> Frame:
    return Frame(
        *(today, plan.stale_after_days, allotted, this_year),
        used_share=plan.used_share,
        used_by_month=plan.used_by_month,
    )


def _row(
    action: Action,
    item: Around,
    funding: Funding,
    frame: Frame,
    series: Mapping[int, Series],
    silent: Unaccepted | None,
) -> Row:
    return Row(
        action=action,
        level=CommitmentLevel(action.level),
        progress=Progress(action.progress),
        funding=funding,
        practices=item.practices,
        decisions=item.decisions,
        main=item.indicators[0] if item.indicators else None,
        followed=followed_by(item.indicators, series),
        frame=frame,
        awaited=item.awaited,
        unaccepted=silent,
    )


def followed_by(
    indicators: Iterable[IndicatorLine], series: Mapping[int, Series]
) -> tuple[Followed, ...]:
    """Return indicators and their series, by indicator's id, as the states see them."""
    return tuple(
        Followed(series[item.pk], item.unit, yes_no=item.kind == Kind.YES_NO, name=item.name)
        for item in indicators
    )


def facts_of(
    action: Action,
    followed: tuple[Followed, ...] = (),
    funding: Funding = NO_FUNDING,
    awaited: Awaiting = NOTHING_AWAITED,
    *,
    decided: bool = False,
    unaccepted: Unaccepted | None = None,
) -> Facts:
    """Return what the derived states of an action are drawn from."""
    pilot = action.pilot
    left_on = None
    if pilot is not None:
        left_on = pilot.left_on or (pilot.erased_at and pilot.erased_at.date())
    return Facts(
        progress=Progress(action.progress),
        due_on=action.due_on,
        last_news_on=action.last_news_on,
        vacant_since=action.vacant_since,
        pilot_left_on=left_on,
        blocked_by=action.blocked_by,
        followed=followed,
        funding=funding,
        starts_on=action.starts_on,
        milestones=awaited.milestones,
        deliverables=awaited.deliverables,
        has_deliverable=awaited.has_deliverable,
        level=CommitmentLevel(action.level),
        decided=decided,
        scope=action.scope,
        follow_up=action.follow_up_function,
        unaccepted=unaccepted,
    )
