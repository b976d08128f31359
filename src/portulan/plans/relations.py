"""How actions bear on one another: said on one, read from both."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _

from portulan.accounts.access import Operation
from portulan.accounts.actors import Actor
from portulan.accounts.trail import record
from portulan.core.errors import NotFoundError
from portulan.core.storing import get_one, store
from portulan.plans.access import check
from portulan.plans.models import TIES, Action, ActionTie, Plan
from portulan.plans.verbs import Verb
from portulan.plans.words import MUTUAL, Tie


@dataclass(frozen=True, slots=True)
class Tied:
    """A tie of an action as seen from it: `said_here` when it is on this one that it was said."""

    pk: int
    kind: Tie
    other: Action
    said_here: bool
    reason: str


def ties_in(plan: Plan) -> list[ActionTie]:
    """Return the ties of the actions of a plan (one query)."""
    return list(ActionTie.objects.filter(action__plan=plan).select_related("action", "other"))


def ties_of(action: Action, among: Iterable[ActionTie] | None = None) -> list[Tied]:
    """Return the ties of an action, those said on it first (a query, unless told `among` which)."""
    if among is None:
        among = ActionTie.objects.filter(Q(action=action) | Q(other=action)).select_related(
            "action", "other"
        )
    found = (one for one in among if action.pk in (one.action_id, one.other_id))
    tied = [
        Tied(
            one.pk,
            Tie(one.kind),
            one.other if one.action_id == action.pk else one.action,
            one.action_id == action.pk,
            one.reason,
        )
        for one in found
    ]
    return sorted(tied, key=lambda one: (not one.said_here, one.kind, one.other.number))


def ties_among(actions: Iterable[int]) -> list[tuple[int, int, Tie]]:
    """Return the ties between these actions, by their identifiers (one query)."""
    ids = list(actions)
    found = ActionTie.objects.filter(action__in=ids, other__in=ids).order_by("pk")
    return [
        (one, other, Tie(kind))
        for one, other, kind in found.values_list("action_id", "other_id", "kind")
    ]


@transaction.atomic
def tie(actor: Actor, *, action: Action, other: Action, kind: Tie, reason: str = "") -> ActionTie:
    """Say how an action bears on another of its plan.

    Raises DeniedError, NotFoundError; ValidationError for an action on itself, the same said the
    other way, or a requirement that would come back to itself.
    """
    check(actor, action, Operation.EDIT_PLAN)
    if other.plan_id != action.plan_id:
        raise NotFoundError(other.number)
    if other.pk == action.pk:
        raise ValidationError({"other": _("Choisissez une autre action.")})
    if ActionTie.objects.filter(action=other, other=action, kind=kind).exists():
        raise ValidationError({"other": _("C’est déjà dit, sur l’autre action.")})
    if kind not in MUTUAL and _leads(other, action, kind):
        raise ValidationError({"other": _("Ce lien tournerait en rond.")})
    made = ActionTie(
        action=action,
        other=other,
        kind=kind,
        reason=reason.strip(),
        person_id=actor.person_id,
        said_at=timezone.now(),
    )
    store(made)
    record(actor, action, Verb.TIED, {"tie": (None, _said(made))})
    return made


@transaction.atomic
def untie(actor: Actor, *, action: Action, pk: int) -> None:
    """Take a tie of an action back, wherever it was said. Raises DeniedError, NotFoundError."""
    check(actor, action, Operation.EDIT_PLAN)
    found = get_one(
        ActionTie.objects.filter(Q(action=action) | Q(other=action)).select_related(
            "action", "other"
        ),
        pk=pk,
    )
    record(actor, action, Verb.UNTIED, {"tie": (_said(found), None)})
    found.delete()


def _said(made: ActionTie) -> str:
    return f"{made.action.called} {TIES[Tie(made.kind)]} {made.other.called}"


def _leads(start: Action, end: Action, kind: Tie) -> bool:
    """Tell whether ties of a kind lead from an action to another."""
    further: dict[int, list[int]] = defaultdict(list)
    rows = ActionTie.objects.filter(action__plan_id=start.plan_id, kind=kind)
    for one, other in rows.values_list("action_id", "other_id"):
        further[one].append(other)
    seen, waiting = set(), [start.pk]
    while waiting:
        here = waiting.pop()
        if here == end.pk:
            return True
        if here not in seen:
            seen.add(here)
            waiting += further[here]
    return False
