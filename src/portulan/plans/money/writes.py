"""Writing what an action asks for, year by year. Unknown is None; nothing said is no row."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import NamedTuple

from django.db import transaction

from portulan.accounts.access import Operation
from portulan.accounts.actors import Actor
from portulan.accounts.trail import record
from portulan.core import trail
from portulan.core.storing import store
from portulan.plans.access import check
from portulan.plans.models import Action, PlannedMoney
from portulan.plans.verbs import Verb
from portulan.plans.words import Section


class MoneyKey(NamedTuple):
    """One amount of an action: a year, a section if it is known, in the IT budget or beside it."""

    year: int
    section: Section | None = None
    in_it_budget: bool = True


@transaction.atomic
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
    _write(actor, action, {MoneyKey(year, section, in_it_budget): amount}, whole=False)


@transaction.atomic
def replace_planned_money(
    actor: Actor, *, action: Action, amounts: Mapping[MoneyKey, Decimal | None]
) -> None:
    """Say all that the action asks for: what is not given is no longer said.

    Raises DeniedError, NotFoundError, ValidationError.
    """
    _write(actor, action, amounts, whole=True)


def _write(
    actor: Actor, action: Action, amounts: Mapping[MoneyKey, Decimal | None], *, whole: bool
) -> None:
    check(actor, action, Operation.EDIT_PLAN)
    kept = {
        MoneyKey(row.year, Section(row.section) if row.section else None, row.in_it_budget): row
        for row in PlannedMoney.objects.filter(action=action)
    }
    changes: dict[str, trail.Change] = {}
    for key, amount in amounts.items():
        row = kept.get(key)
        if row is not None and row.amount == amount:
            continue
        before = _said(row)
        row = row or PlannedMoney(
            action=action,
            year=key.year,
            section=key.section or "",
            in_it_budget=key.in_it_budget,
        )
        row.amount = amount
        store(row)
        changes[_label(key)] = (before, _said(row))
    if whole:
        for key in kept.keys() - amounts.keys():
            changes[_label(key)] = (_said(kept[key]), None)
            kept[key].delete()
    if changes:
        record(actor, action, Verb.MONEY_PLANNED, changes)


def _label(key: MoneyKey) -> str:
    place = "it" if key.in_it_budget else "outside"
    return f"planned:{key.year}:{key.section or ''}:{place}"


def _said(row: PlannedMoney | None) -> str | None:
    """Return what the trail keeps: an amount, "unknown" (an answer), or nothing said."""
    if row is None:
        return None
    return "unknown" if row.amount is None else f"{row.amount:.2f}"
