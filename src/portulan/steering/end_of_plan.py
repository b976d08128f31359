"""The end of a plan: each commitment kept or not, said by people, then sealed for good."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import NamedTuple

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from portulan.accounts.access import Operation
from portulan.accounts.actors import Actor
from portulan.accounts.trail import record
from portulan.core import trail
from portulan.core.errors import NotFoundError
from portulan.core.storing import store
from portulan.plans.access import check_plan
from portulan.plans.models import Action, CommitmentDecision, Plan
from portulan.plans.words import CommitmentLevel
from portulan.steering.models import CommitmentVerdict, SealedPlan
from portulan.steering.sealed.document import KeptText
from portulan.steering.sealed.writes import seal_plan
from portulan.steering.verbs import Verb
from portulan.steering.words import Occasion, Promise


class Said(NamedTuple):
    """What somebody says of a commitment: kept, not kept, or nothing yet."""

    verdict: Promise | None
    reason: str = ""


def commitments_of(plan: Plan) -> QuerySet[Action]:
    """Return the actions that were voted, by number, with what is said of each (one query)."""
    voted = CommitmentDecision.objects.filter(action__plan=plan).values("action")
    found = Action.objects.filter(plan=plan, pk__in=voted)
    return found.select_related("commitment_verdict").order_by("number")


@transaction.atomic
def judge_commitments(actor: Actor, *, plan: Plan, said: Mapping[int, Said]) -> int:
    """Say which commitments are kept, by number of action, and return how many changed.

    One that is not kept says why. Raises DeniedError, NotFoundError, ValidationError at the field
    and its number, as in `reason-12`.
    """
    check_plan(actor, plan, Operation.SEAL)
    actions = {one.number: one for one in commitments_of(plan).filter(number__in=said)}
    if missing := said.keys() - actions.keys():
        raise NotFoundError(min(missing))
    refused = {
        f"reason-{number}": _("Dites pourquoi cet engagement n’est pas tenu.")
        for number, one in said.items()
        if one.verdict is Promise.NOT_KEPT and not one.reason.strip()
    }
    if refused:
        raise ValidationError(refused)
    return sum(_judge(actor, actions[number], one) for number, one in said.items())


def _judge(actor: Actor, action: Action, said: Said) -> bool:
    kept = getattr(action, "commitment_verdict", None)
    if said.verdict is None:
        if kept is not None:
            kept.delete()
            record(actor, action, Verb.JUDGED, {"verdict": (kept.verdict, None)})
        return kept is not None
    row = kept or CommitmentVerdict(action=action)
    changes = trail.set_fields(row, {"verdict": said.verdict, "reason": said.reason.strip()})
    if changes:
        row.person_id = actor.person_id
        store(row)
        record(actor, action, Verb.JUDGED, changes)
    return bool(changes)


@transaction.atomic
def close_plan(
    actor: Actor,
    *,
    plan: Plan,
    title: str,
    today: date,
    texts_read: bool = False,
    read: str | None = None,
) -> SealedPlan:
    """Seal the plan with what is said of each commitment.

    Raises DeniedError, NotFoundError, ValidationError: before the last year of the plan, and while
    a commitment has no answer.
    """
    check_plan(actor, plan, Operation.SEAL)
    if today.year < plan.last_year:
        raise ValidationError(
            _("Ce plan court jusqu’à la fin de %(year)s : il se clôt dans sa dernière année.")
            % {"year": plan.last_year}
        )
    actions = list(commitments_of(plan))
    silent = [one.called for one in actions if not hasattr(one, "commitment_verdict")]
    if silent:
        words = ngettext(
            "Un engagement n’a pas encore de réponse : %(which)s.",
            "%(count)s engagements n’ont pas encore de réponse : %(which)s.",
            len(silent),
        )
        which = ", ".join(silent[:20]) + ("…" if len(silent) > 20 else "")
        raise ValidationError(words % {"count": len(silent), "which": which})
    kept = [
        KeptText(
            one.number,
            CommitmentLevel(one.level),
            Promise(one.commitment_verdict.verdict),
            one.commitment_verdict.reason,
        )
        for one in actions
    ]
    return seal_plan(
        actor,
        plan=plan,
        occasion=Occasion.CLOSING,
        title=title,
        today=today,
        texts_read=texts_read,
        read=read,
        commitments=kept,
    )
