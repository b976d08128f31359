"""What the cells to be changed hold now, and which of them change."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from datetime import date
from decimal import Decimal, InvalidOperation
from enum import IntEnum
from typing import Any

from portulan.accounts.access import Operation
from portulan.accounts.actors import Actor
from portulan.accounts.models import Person, Unit
from portulan.core.fields import Kind as FieldKind
from portulan.core.storing import get_one
from portulan.plans.bulk.cells import (
    SHEET,
    Cell,
    Change,
    Field,
    Standing,
    Standings,
    declared,
    money_of,
    plain,
    takes_words,
)
from portulan.plans.fields import ROWS
from portulan.plans.models import Action, ActionIndicator, BulkChange, Plan, PlannedMoney
from portulan.plans.words import Progress

AT_ONCE = 500  # actions changed in one act
# A cell as it is sent: number of the action, field, what it held, what it is to hold.
type Plain = tuple[int, str, str | None, str | None]


def standings_of(plan: Plan, numbers: Iterable[int], *, year: int) -> Standings:
    """Return what cells hold, by number of action; three queries for any number of them."""
    wanted = sorted(set(numbers))[: AT_ONCE + 1]
    found = Action.objects.filter(plan=plan, number__in=wanted)
    actions = list(found.select_related(*ROWS))
    for action in actions:
        action.plan = plan
    ids = [action.pk for action in actions]
    mains = {}
    links = ActionIndicator.objects.filter(action__in=ids).select_related("indicator")
    for link in links.order_by("-order", "-id"):
        mains[link.action_id] = link.indicator
    asked: dict[int, list[PlannedMoney]] = defaultdict(list)
    for row in PlannedMoney.objects.filter(action__in=ids, year=year):
        asked[row.action_id].append(row)
    return {
        action.number: Standing(action, mains.get(action.pk), money_of(asked[action.pk], year))
        for action in actions
    }


def changes_in(standings: Standings, cells: Iterable[Cell]) -> list[Change]:
    """Return the cells that change, in their order; of two for one cell, the last."""
    found: dict[tuple[int, str], Change] = {}
    for cell in cells:
        standing = standings.get(cell.number)
        if standing is None:
            continue
        before = standing.value(cell.field)
        change = Change(standing.action, cell.field, before, cell.value)
        unsaid = cell.field is Field.MONEY and not standing.money.said
        if plain(before) != plain(cell.value) or unsaid:
            found[change.key] = change
    return list(found.values())


def get_bulk_change(*, actor: Actor, plan: Plan, pk: int) -> BulkChange:
    """Return what was changed together in a plan. Raises NotFoundError."""
    actor.require_any(Operation.UPDATE_ACTION)
    return get_one(BulkChange.objects.filter(plan=plan), pk=pk)


def sent(plan: Plan, standings: Standings, rows: Iterable[Plain]) -> list[Change]:
    """Return the changes that a preview showed, from the plain values that it sent.

    `before` stays plain, to be compared with what stands. What is of no action, field, unit or axis
    of the plan is left out. Raises ValueError for a value of another kind.
    """
    rows_to: dict[str, dict[int, Any]] = {
        "units": Unit.objects.filter(organisation_id=plan.organisation_id).in_bulk(),
        "axes": plan.axes.in_bulk(),
        "people": Person.objects.filter(organisation_id=plan.organisation_id).in_bulk(),
    }
    found = []
    for number, name, was, now in rows:
        standing = standings.get(number)
        if standing is None:
            continue
        field = Field(name)
        after: Any
        match field:
            case Field.READING:
                words = standing.main is not None and takes_words(standing.main)
                after = now if words else typed(field, now)
            case Field.PERSON:
                after = rows_to["people"].get(int(now)) if now else None
            case _ if declared(field) is FieldKind.ONE:
                after = rows_to[SHEET[field].to].get(int(now)) if now else None
            case _:
                after = typed(field, now)
        found.append(Change(standing.action, field, was, after))
    return found


def typed(field: Field, text: str | None) -> Any:
    """Return the value of a plain one, of a field that is no object. Raises ValueError."""
    if text is None:
        return None
    kind = declared(field)
    if field is Field.PROGRESS:
        return Progress(text)
    if kind is FieldKind.DAY:
        return date.fromisoformat(text)
    if kind is FieldKind.STEP:
        step = SHEET[field].step
        return step(int(text) if issubclass(step, IntEnum) else text)
    if kind is FieldKind.NUMBER or field in {Field.MONEY, Field.READING}:
        try:
            return Decimal(text)
        except InvalidOperation as error:
            raise ValueError(text) from error
    return text
