"""The actions of a plan with their money and states, kept in memory until something changes.

Every view of a plan counts over all its actions, and judges each: reading five thousand of them
costs ten times the page that shows twenty. What was read and judged serves until the trail of the
organisation has a new entry: a service writes one in the transaction of whatever it changes
(docs/adr/0072-rows-kept-until-the-trail-moves.md). Where its new entries are all of deeds that
change one action each, those actions alone are read and judged again.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any

from django.db import connection
from django.db.models import Q

from portulan.accounts.actors import Actor
from portulan.budget.funding.by_action import funding_of
from portulan.budget.indicator.facts import MOST_AGAIN, OF_ONE, Written, YearFacts, year_facts
from portulan.budget.indicator.facts import forget as forget_years
from portulan.core.collecting import uncollected
from portulan.core.kept import Kept, Version
from portulan.plans.actions.columns import PlanActions, actions_of
from portulan.plans.actions.listing import Filters, Listing, list_rows
from portulan.plans.actions.reads import Row, rows_of
from portulan.plans.actions.search import names_and_notes, proved_by_piece, words_beside
from portulan.plans.models import Action, ActionIndicator, Plan
from portulan.plans.money.funding import Funding

# What is kept at most in a process: plans, actions in all, orders and filters of each plan.
MOST_PLANS, MOST_ROWS, MOST_LISTINGS = 8, 12_000, 12


@dataclass(frozen=True)
class PlanRows:
    """What was read of a plan's actions; nobody changes it."""

    plan: Plan
    years: YearFacts
    read: PlanActions
    facts: Mapping[int, Funding]
    rows: tuple[Row, ...]
    _drawn: dict[str, Any] = field(default_factory=dict)
    _listings: OrderedDict[tuple[Filters, str, int], Listing] = field(default_factory=OrderedDict)

    def of(self, action: Action) -> Row | None:
        """Return the row of an action; None of one that was just made or deleted."""
        by_pk = self.once("by action", lambda: {row.action.pk: row for row in self.rows})
        return by_pk.get(action.pk)

    def once[T](self, name: str, make: Callable[[], T]) -> T:
        """Return what else is drawn from the plan, made once: neither rights nor language in it."""
        if name not in self._drawn:
            self._drawn[name] = make()
        found: T = self._drawn[name]
        return found

    def searched(self, actor: Actor, filters: Filters, sort: str, year: int) -> Listing:
        """Return the rows that filters keep, names, notes and evidence searched as one may."""
        if not filters.q:
            return self.listed(filters, sort, year)
        plan, actions = self.plan, self.read.actions
        beside = words_beside(
            actor,
            self.once("names and notes", lambda: names_and_notes(plan, actions)),
            self.once("proved", lambda: proved_by_piece(plan)),
        )
        return list_rows(self.rows, year=year, filters=filters, sort=sort, beside=beside)

    def listed(self, filters: Filters, sort: str, year: int) -> Listing:
        """Return the rows that filters keep, in an order; what was asked last is at hand."""
        key = (filters, sort, year)
        found = self._listings.get(key)
        if found is None:
            found = list_rows(self.rows, year=year, filters=filters, sort=sort)
            self._listings[key] = found
            while len(self._listings) > MOST_LISTINGS:
                self._listings.popitem(last=False)
        return found


_kept: Kept[PlanRows] = Kept(MOST_PLANS, weigh=lambda kept: len(kept.rows), heaviest=MOST_ROWS)


def plan_rows(plan: Plan, today: date, years: YearFacts | None = None) -> PlanRows:
    """Return the actions of a plan as they stand, judged on a day.

    `years` are what is known of the exercices, where a page has them (else one query tells whether
    they moved); nothing else is asked where nothing did.
    """
    years = years or year_facts(plan.organisation_id)
    key = (connection.settings_dict["NAME"], plan.pk, today)
    before = _kept.last(key) if years.version is not None else None
    if before is not None and before[0] == years.version:
        return before[1]
    with uncollected():
        made = before and _read_again(before[1], before[0], plan, today, years)
        return _kept.put(key, years.version, made or _read(plan, today, years))


def _read_again(
    before: PlanRows, since: Version, plan: Plan, today: date, years: YearFacts
) -> PlanRows | None:
    """Return the rows with those that changed read again; None where all have to be."""
    changed = _changed(before, plan, years.written_since(since))
    if changed is None:
        return None
    if not changed:
        return replace(before, years=years)
    read = actions_of(plan, changed)
    known = {action.pk for action in before.read.actions}
    if {action.pk for action in read.actions} != changed or not changed <= known:
        return None  # one was made or deleted beneath its verbs
    facts = {**before.facts, **funding_of(read.actions, years.figures)}
    rows = rows_of(
        plan=plan, today=today, facts=facts, read=read, this_year=years.at(today), only=changed
    )
    made = {row.action.pk: row for row in rows}
    if rows and before.rows and rows[0].frame != before.rows[0].frame:
        return None  # money of a year was asked or reserved for the first time: all are judged
    return PlanRows(
        plan,
        years,
        PlanActions(
            tuple(made[one.pk].action if one.pk in made else one for one in before.read.actions),
            {**before.read.around, **read.around},
        ),
        facts,
        tuple(made.get(row.action.pk, row) for row in before.rows),
    )


def _changed(before: PlanRows, plan: Plan, written: list[Written] | None) -> set[int] | None:
    """Return the actions that what was written since may have changed; None: any of them.

    Those that a computed indicator follows are among them: it moves with others.
    """
    touched: dict[str, set[int]] = {"action": set(), "indicator": set()}
    if written is None:
        return None
    for subject, pk, verb in written:
        if verb not in OF_ONE.get(subject, ()):
            return None
        touched[subject].add(pk)
    followed = ActionIndicator.objects.filter(action__plan=plan)
    moved = Q(indicator__in=touched["indicator"]) | ~Q(indicator__computed_by="")
    around = before.read.around
    mine = {pk for pk in touched["action"] if pk in around}  # of this plan
    mine.update(followed.filter(moved).values_list("action_id", flat=True))
    if touched["indicator"]:  # those that an indicator does not follow any more
        mine.update(
            pk
            for pk, one in around.items()
            if any(line.pk in touched["indicator"] for line in one.indicators)
        )
    return mine if len(mine) <= MOST_AGAIN else None


def _read(plan: Plan, today: date, years: YearFacts) -> PlanRows:
    read = actions_of(plan)
    facts = funding_of(read.actions, years.figures)
    rows = rows_of(plan=plan, today=today, facts=facts, read=read, this_year=years.at(today))
    return PlanRows(plan, years, read, facts, rows)


def forget() -> None:
    """Keep nothing any more (for who writes beneath the services)."""
    _kept.clear()
    forget_years()
