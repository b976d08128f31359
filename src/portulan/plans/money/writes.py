"""Writing what an action asks for, year by year. Unknown is None; nothing said is no row."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import NamedTuple

from django.db import transaction

from portulan.accounts.access import Operation
from portulan.accounts.actors import Actor
from portulan.accounts.trail import Told, record_all
from portulan.core import trail
from portulan.core.storing import store_all
from portulan.plans.access import check_all
from portulan.plans.models import Action, PlannedMoney
from portulan.plans.verbs import Verb
from portulan.plans.words import Section


class MoneyKey(NamedTuple):
    """One amount of an action: a year, a section if it is known, in the IT budget or beside it."""

    year: int
    section: Section | None = None
    in_it_budget: bool = True


type Amounts = Mapping[MoneyKey, Decimal | None]


def set_planned_money(
    actor: Actor,
    *,
    action: Action,
    year: int,
    amount: Decimal | None,
    section: Section | None = None,
    in_it_budget: bool = True,
) -> None:
    """Say what the action asks for a year, in euros; None says that it is not known.

    Raises DeniedError, NotFoundError, ValidationError (a negative amount).
    """
    amounts = {MoneyKey(year, section, in_it_budget): amount}
    plan_money(actor, asked=[(action, amounts)], whole=False)


def replace_planned_money(actor: Actor, *, action: Action, amounts: Amounts) -> None:
    """Say all that the action asks for: what is not given is no longer said.

    Raises DeniedError, NotFoundError, ValidationError.
    """
    plan_money(actor, asked=[(action, amounts)], whole=True)


@transaction.atomic
def plan_money(
    actor: Actor, *, asked: Sequence[tuple[Action, Amounts]], whole: bool = True
) -> None:
    """Say what actions ask for, each once: all of it, or `whole` is false and the rest stays said.

    A handful of queries for hundreds. Raises DeniedError, NotFoundError, ValidationError.
    """
    actions = [action for action, _amounts in asked]
    check_all(actor, actions, Operation.EDIT_PLAN)
    kept: defaultdict[int, dict[MoneyKey, PlannedMoney]] = defaultdict(dict)
    for row in PlannedMoney.objects.filter(action__in=[action.pk for action in actions]):
        kept[row.action_id][money_of(row)] = row
    new: list[PlannedMoney] = []
    changed: list[PlannedMoney] = []
    gone: list[int] = []
    told: list[Told] = []
    for action, amounts in asked:
        its = kept[action.pk]
        changes: dict[str, trail.Change] = {}
        for key, amount in amounts.items():
            there = its.get(key)
            if there is not None and there.amount == amount:
                continue
            before = _said(there)
            row = (
                there
                if there is not None
                else PlannedMoney(
                    action=action,
                    year=key.year,
                    section=key.section or "",
                    in_it_budget=key.in_it_budget,
                )
            )
            (new if there is None else changed).append(row)
            row.amount = amount
            changes[_label(key)] = (before, _said(row))
        for key in its.keys() - amounts.keys() if whole else ():
            changes[_label(key)] = (_said(its[key]), None)
            gone.append(its[key].pk)
        if changes:
            told.append((action, Verb.MONEY_PLANNED, changes))
    store_all(new)
    store_all(changed, columns=["amount"])
    if gone:
        PlannedMoney.objects.filter(pk__in=gone).delete()
    record_all(actor, told)


def money_of(row: PlannedMoney) -> MoneyKey:
    """Return what an amount is of."""
    return MoneyKey(row.year, Section(row.section) if row.section else None, row.in_it_budget)


def _label(key: MoneyKey) -> str:
    place = "it" if key.in_it_budget else "outside"
    return f"planned:{key.year}:{key.section or ''}:{place}"


def _said(row: PlannedMoney | None) -> str | None:
    """Return what the trail keeps: an amount, "unknown" (an answer), or nothing said."""
    if row is None:
        return None
    return "unknown" if row.amount is None else f"{row.amount:.2f}"
