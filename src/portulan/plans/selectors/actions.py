"""The list of a plan's actions, with their derived states: the same queries at 10 and at 500."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from functools import partial
from typing import Any

from portulan.catalogue.models import Theme
from portulan.core.text import fold
from portulan.indicators.models import Indicator
from portulan.indicators.selectors import series_by_indicator
from portulan.indicators.series import Series
from portulan.plans.enums import CommitmentLevel, Progress, State
from portulan.plans.funding import NO_FUNDING, Funding, allotted_years
from portulan.plans.models import Action, Plan
from portulan.plans.selectors.commitment import facts_of
from portulan.plans.selectors.doors import DECISIONS, INDICATORS, PRACTICES
from portulan.plans.selectors.money import planned_funding
from portulan.plans.states import Derived, Frame, derive


@dataclass(frozen=True, slots=True)
class Row:
    """An action with what is derived of it; `adopted` says that its level was voted."""

    action: Action
    level: CommitmentLevel
    progress: Progress
    states: tuple[Derived, ...]
    funding: Funding
    themes: tuple[Theme, ...]
    main: Indicator | None
    series: Series | None
    adopted: bool

    def money(self, year: int) -> Decimal | None:
        """Return the IT money of a year, in euros: attributed if it has accounts, else asked."""
        item = self.funding.of(year)
        return item.planned if item.attributed is None else item.attributed

    @property
    def words(self) -> str:
        """The folded words that a search looks into."""
        action = self.action
        codes = (link.practice.code for link in action.practice_links.all())
        return fold(
            " ".join(
                (
                    str(action.number),
                    action.title,
                    action.description,
                    action.pilot_function,
                    action.follow_up_function,
                    *(str(name) for name in action.contributors),
                    *codes,
                    self.main.name if self.main else "",
                )
            )
        )


@dataclass(frozen=True, slots=True)
class Filters:
    """What a list keeps; an empty field keeps all. `theme` is an identifier, `pilot` a function."""

    q: str = ""
    theme: int | None = None
    level: CommitmentLevel | None = None
    progress: Progress | None = None
    state: State | None = None
    pilot: str = ""

    @property
    def are_set(self) -> bool:
        return self != Filters()


@dataclass(frozen=True, slots=True)
class Listing:
    """The rows that a list keeps, in its order; `total` counts the actions of the plan."""

    rows: tuple[Row, ...]
    total: int

    @property
    def by_level(self) -> dict[CommitmentLevel, int]:
        """How many rows at each level, firmest first, zeros included."""
        counts = Counter(row.level for row in self.rows)
        return {level: counts[level] for level in sorted(CommitmentLevel, reverse=True)}

    def money(self, year: int) -> Decimal | None:
        """Return the sum of what is known of a year, in euros; None when nothing is."""
        return known_sum(row.money(year) for row in self.rows)

    def unknown(self, year: int) -> int:
        """Return how many rows have an unknown amount that year."""
        return sum(row.money(year) is None for row in self.rows)


def known_sum(amounts: Iterable[Decimal | None]) -> Decimal | None:
    """Return the sum of the amounts that are known, None when none is: unknown is never 0."""
    known = [amount for amount in amounts if amount is not None]
    return sum(known, Decimal(0)) if known else None


_STEPS = {progress: index for index, progress in enumerate(Progress)}
_FAR = date.max


def _money_key(row: Row, *, year: int) -> tuple[bool, Decimal]:
    amount = row.money(year)
    return (amount is None, amount or Decimal(0))


SORTS: dict[str, Callable[[Row], Any]] = {
    "number": lambda row: row.action.number,
    "title": lambda row: fold(row.action.title),
    "level": lambda row: row.level,
    "progress": lambda row: _STEPS[row.progress],
    "state": lambda row: -len(row.states),
    "pilot": lambda row: fold(row.action.pilot_function),
    "due": lambda row: row.action.due_on or _FAR,
}
SORT_NAMES = (*SORTS, "money")


def shown_year(plan: Plan, today: date) -> int:
    """Return the year whose money lists show: this one, or the nearest that the plan covers."""
    return min(max(today.year, plan.first_year), plan.last_year)


def actions_of(plan: Plan) -> list[Action]:
    """Return the actions of a plan by number, with what their states need (six queries)."""
    actions = list(
        Action.objects.filter(plan=plan)
        .select_related("axis", "pilot")
        .prefetch_related(*PRACTICES, INDICATORS[0], *DECISIONS)
        .order_by("number")
    )
    for action in actions:
        action.plan = plan
    return actions


def rows_of(
    *,
    plan: Plan,
    today: date,
    facts: Mapping[int, Funding] | None = None,
    actions: Sequence[Action] | None = None,
) -> tuple[Row, ...]:
    """Return all the actions of a plan with their states, by number.

    `facts` is what the budget knows (`budget.selectors.funding_of`); without it, only what was
    asked is known. `actions` are those of `actions_of`, when they are already read.
    """
    actions = actions_of(plan) if actions is None else actions
    known = planned_funding(actions) if facts is None else facts
    frame = Frame(today, plan.stale_after_days, allotted_years(known))
    series = series_by_indicator(
        link.indicator for action in actions for link in action.indicator_links.all()
    )
    return tuple(
        _row(action, known.get(action.pk, NO_FUNDING), frame, series) for action in actions
    )


def row_of(
    *, action: Action, today: date, facts: Mapping[int, Funding], allotted: frozenset[int]
) -> Row:
    """Return one action with its states; `allotted` are the years where the plan has allotments."""
    frame = Frame(today, action.plan.stale_after_days, allotted)
    return _row(action, facts.get(action.pk, NO_FUNDING), frame)


def _row(
    action: Action,
    funding: Funding,
    frame: Frame,
    known_series: Mapping[int, Series] | None = None,
) -> Row:
    themes = {link.practice.theme_id: link.practice.theme for link in action.practice_links.all()}
    main = next((link.indicator for link in action.indicator_links.all()), None)
    facts = facts_of(action, funding, known_series)
    return Row(
        action=action,
        level=CommitmentLevel(action.level),
        progress=Progress(action.progress),
        states=derive(facts, frame),
        funding=funding,
        themes=tuple(themes.values()),
        main=main,
        series=facts.followed[0].series if facts.followed else None,
        adopted=bool(action.decisions.all()),
    )


def list_actions(
    *,
    plan: Plan,
    today: date,
    filters: Filters = Filters(),
    sort: str = "number",
    facts: Mapping[int, Funding] | None = None,
    actions: Sequence[Action] | None = None,
) -> Listing:
    """Return the actions that the filters keep, sorted; `-` before the name turns the order round.

    What is unknown comes last either way; an unknown sort is by number.
    """
    rows = rows_of(plan=plan, today=today, facts=facts, actions=actions)
    kept = [row for row in rows if _keeps(filters, row)]
    name, backwards = sort.removeprefix("-"), sort.startswith("-")
    if name == "money":
        year = shown_year(plan, today)
        key: Callable[[Row], Any] = partial(_money_key, year=year)
        known = [row for row in kept if row.money(year) is not None]
        unknown = [row for row in kept if row.money(year) is None]
        kept = [*sorted(known, key=key, reverse=backwards), *unknown]
    else:
        kept.sort(key=SORTS.get(name, SORTS["number"]), reverse=backwards)
    return Listing(tuple(kept), len(rows))


def _keeps(filters: Filters, row: Row) -> bool:
    return (
        (not filters.q or all(word in row.words for word in fold(filters.q).split()))
        and (filters.theme is None or any(theme.pk == filters.theme for theme in row.themes))
        and (filters.level is None or row.level == filters.level)
        and (filters.progress is None or row.progress == filters.progress)
        and (filters.state is None or any(item.state == filters.state for item in row.states))
        and (not filters.pilot or fold(row.action.pilot_function) == fold(filters.pilot))
    )
