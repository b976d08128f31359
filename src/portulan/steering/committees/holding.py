"""Holding a committee: nothing is answered beforehand, and nothing changes before the end.

What the body may do is applied by the services of the plan when the minutes are closed, dated of
the session; what is beyond its powers becomes a proposal to the body that may, and changes nothing.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from portulan.accounts.actors import Actor
from portulan.accounts.trail import record
from portulan.core import trail
from portulan.core.storing import store
from portulan.plans.actions.progress import drop_action
from portulan.plans.actions.writes import assign_pilot, edit_action
from portulan.plans.commitments.writes import decide
from portulan.plans.models import Action, CommitmentDecision
from portulan.plans.money.writes import set_planned_money
from portulan.plans.words import CommitmentLevel, Outcome
from portulan.steering.committees.preparing import hold
from portulan.steering.models import AgendaItem, Body, Committee, Decision
from portulan.steering.verbs import Verb
from portulan.steering.words import NEEDS, CommitteeState, DecisionStatus, Matter

# What is said with each, and is asked for.
ASKED: dict[Matter, tuple[str, ...]] = {
    Matter.LEVEL: ("level",),
    Matter.PILOT: ("function",),
    Matter.DATE: ("due_on",),
    Matter.MONEY: ("year", "amount"),
    Matter.TASK: ("words",),
}
_OF_ACTION = frozenset(NEEDS)
_OF_PROPOSAL = frozenset({Matter.ADOPT, Matter.REFUSE})


@transaction.atomic
def open_session(
    actor: Actor, *, committee: Committee, today: date, now: datetime | None = None
) -> Committee:
    """Open the session: from then on the agenda stands, and answers may be given.

    Raises DeniedError, NotFoundError, ValidationError (before its day, or without a subject).
    """
    hold(actor, committee)
    if committee.state != CommitteeState.PREPARING:
        raise ValidationError(_("Cette séance est déjà ouverte."))
    if committee.held_on > today:
        raise ValidationError(_("La séance s’ouvre le jour du comité, pas avant."))
    if not committee.items.filter(kept=True).exists():
        raise ValidationError(_("L’ordre du jour est vide : gardez ou ajoutez un sujet."))
    committee.items.filter(kept=False).delete()
    committee.state, committee.opened_at = CommitteeState.OPEN, now or timezone.now()
    store(committee)
    record(actor, committee.plan, Verb.COMMITTEE_OPENED, {"held_on": (None, committee.held_on)})
    return committee


@transaction.atomic
def note_session(
    actor: Actor, *, committee: Committee, present: Iterable[str], observations: str = ""
) -> Committee:
    """Say who is there, by function, and what was observed. Raises as the other services."""
    in_session(actor, committee)
    committee.present = list(dict.fromkeys(one.strip() for one in present if one.strip()))
    committee.observations = observations.strip()
    store(committee)
    return committee


@transaction.atomic
def answer_item(
    actor: Actor, *, item: AgendaItem, matter: Matter, today: date, **said: Any
) -> Decision:
    """Say what is decided of an item: nothing moves before the minutes are closed.

    What the plan would refuse is refused at once. `said` are fields of `Decision`. Raises
    DeniedError, NotFoundError, ValidationError.
    """
    committee = item.committee
    in_session(actor, committee)
    _check(item, committee.body, matter, said)
    decision = Decision.objects.filter(item=item).first() or Decision(item_id=item.pk)
    blank = Decision()
    fields = [*ASKED.get(matter, ()), "reason", "scope", "follow_up_function", "deliverable"]
    if matter in (Matter.TASK, Matter.DATE):
        fields += ["due_on", "function"]
    for name in ("level", "function", "due_on", "year", "amount", "words", "reason", "scope"):
        setattr(decision, name, said.get(name) if name in fields else getattr(blank, name))
    decision.follow_up_function = said.get("follow_up_function", "")
    decision.deliverable = said.get("deliverable")
    for name in ("function", "words", "reason", "scope", "follow_up_function"):
        setattr(decision, name, (getattr(decision, name) or "").strip())
    decision.matter, decision.person_id = matter, actor.person_id
    store(decision)
    with transaction.atomic():  # tried, and taken back: the room hears what would be refused
        _carry_out(actor, Decision.objects.get(pk=decision.pk), committee, today)
        transaction.set_rollback(True)
    return decision


def _check(item: AgendaItem, body: Body, matter: Matter, said: dict[str, Any]) -> None:
    if matter in _OF_ACTION and item.action_id is None:
        raise ValidationError({"matter": _("Ce sujet n’est pas celui d’une action.")})
    about = item.about
    # A body that lost the power since its agenda was made answers nothing in its place.
    proposed = (
        about is not None
        and about.status == DecisionStatus.PROPOSED
        and body.may(Matter(about.matter))
    )
    if matter in _OF_PROPOSAL and not proposed:
        raise ValidationError({"matter": _("Aucune proposition n’attend ici de réponse.")})
    if matter in NEEDS and not body.may(matter):
        others = Body.objects.filter(organisation=body.organisation_id, power__gte=NEEDS[matter])
        if not others.exists():
            raise ValidationError(
                {"matter": _("Aucun organe ne peut en décider : donnez ce pouvoir à l’un d’eux.")}
            )
    missing = {
        name: _("Dites-le, pour que la décision puisse s’appliquer.")
        for name in ASKED.get(matter, ())
        if said.get(name) in (None, "")
    }
    if matter in (Matter.REFUSE, Matter.DROP) and not said.get("reason", "").strip():
        missing["reason"] = _("Dites pourquoi : le motif est repris au relevé.")
    if missing:
        raise ValidationError(missing)


@transaction.atomic
def close_minutes(
    actor: Actor,
    *,
    committee: Committee,
    today: date,
    act_number: str = "",
    act_page: str = "",
    votes: str = "",
    now: datetime | None = None,
) -> Committee:
    """Close the minutes: what the body may decide is applied, all of it or nothing.

    Raises DeniedError, NotFoundError, ValidationError: without an answer to each item (“postponed”
    is one), without quorum, or when the plan refuses a decision.
    """
    in_session(actor, committee)
    items = list(
        committee.items.select_related(
            "action__plan", "decision__deliverable", "about__item"
        ).order_by("order", "pk")
    )
    silent = [one for one in items if not hasattr(one, "decision")]
    if silent:
        words = ngettext(
            "Un sujet n’a pas de réponse ; « Reporter » en est une.",
            "%(count)s sujets n’ont pas de réponse ; « Reporter » en est une.",
            len(silent),
        )
        raise ValidationError(words % {"count": len(silent)})
    if len(committee.present) < committee.body.quorum:
        raise ValidationError(
            _("Le quorum n’est pas atteint : %(present)s présents sur %(quorum)s.")
            % {"present": len(committee.present), "quorum": committee.body.quorum}
        )
    told = {"act_number": act_number.strip(), "act_page": act_page.strip(), "votes": votes.strip()}
    trail.set_fields(committee, told)
    for one in items:
        one.decision.item = one
        one.committee = committee
        _carry_out(actor, one.decision, committee, today)
    committee.state, committee.closed_at = CommitteeState.CLOSED, now or timezone.now()
    store(committee)
    record(actor, committee.plan, Verb.COMMITTEE_CLOSED, {"held_on": (None, committee.held_on)})
    return committee


def _carry_out(actor: Actor, decision: Decision, committee: Committee, today: date) -> None:
    """Apply a decision, or make it a proposal; its status says which."""
    matter = Matter(decision.matter)
    about = decision.item.about
    if matter in NEEDS:
        if committee.body.may(matter):
            apply(actor, decision, committee, today)
            decision.status = DecisionStatus.APPLIED
        else:
            decision.status = DecisionStatus.PROPOSED
    elif matter is Matter.TASK:
        decision.status = DecisionStatus.TO_DO
    elif matter is Matter.POSTPONED and about is None:
        decision.status = DecisionStatus.POSTPONED
    else:
        decision.status = DecisionStatus.NOTED
    store(decision)
    if about is not None:
        _answer(actor, about, matter, committee, today)


def _answer(
    actor: Actor, about: Decision, matter: Matter, committee: Committee, today: date
) -> None:
    """Say of what came back that it is adopted, refused, or taken up by another decision."""
    if about.status == DecisionStatus.PROPOSED and matter in _OF_PROPOSAL:
        about.adopted_in = committee
        about.status = DecisionStatus.REFUSED
        if matter is Matter.ADOPT:
            apply(actor, about, committee, today)
            about.status = DecisionStatus.VOTED
    elif matter in (Matter.POSTPONED, Matter.INFORMED):
        return  # it comes back
    else:
        about.status = DecisionStatus.NOTED  # another decision took it up
    store(about)


def apply(actor: Actor, decision: Decision, committee: Committee, today: date) -> None:
    """Change the plan as a decision says, by the services of the plan.

    Raises DeniedError, NotFoundError, ValidationError.
    """
    found = decision.item.action
    if found is None:
        raise ValidationError(_("L’action de ce sujet n’est plus au plan."))
    action = Action.objects.select_related("plan__organisation", "pilot").get(pk=found.pk)
    match Matter(decision.matter):
        case Matter.LEVEL | Matter.EXTEND | Matter.CLOSE:
            _decide(actor, action, decision, committee, today)
        case Matter.PILOT:
            assign_pilot(
                actor, action=action, pilot_function=decision.function, pilot=None, today=today
            )
        case Matter.DATE:
            edit_action(actor, action=action, due_on=decision.due_on)
        case Matter.DROP:
            drop_action(actor, action=action, reason=decision.reason, today=today)
        case Matter.MONEY:
            set_planned_money(actor, action=action, year=decision.year or 0, amount=decision.amount)


def _decide(
    actor: Actor, action: Action, decision: Decision, committee: Committee, today: date
) -> CommitmentDecision:
    adopted = CommitmentDecision.objects.filter(action=action).exists()
    outcome = {
        Matter.EXTEND: Outcome.EXTEND,
        Matter.CLOSE: Outcome.CLOSE,
        Matter.LEVEL: Outcome.MOVE if adopted else Outcome.ADOPT,
    }[Matter(decision.matter)]
    act = committee.act_number and _("Acte n° %(number)s.") % {"number": committee.act_number}
    return decide(
        actor,
        action=action,
        outcome=outcome,
        level=CommitmentLevel(decision.level) if decision.level else None,
        on=committee.held_on,
        body=committee.body.name,
        reason=" ".join(part for part in (decision.reason, act) if part),
        deliverable=decision.deliverable,
        scope=decision.scope,
        follow_up_function=decision.follow_up_function,
        today=today,
    )


@transaction.atomic
def mark_done(actor: Actor, *, decision: Decision, today: date) -> Decision:
    """Say that what was asked for is done. Raises as the other services."""
    committee = decision.item.committee
    hold(actor, committee)
    if decision.status != DecisionStatus.TO_DO:
        raise ValidationError(_("Cette décision n’attend pas d’être faite."))
    decision.status, decision.done_on = DecisionStatus.DONE, today
    store(decision)
    record(actor, committee.plan, Verb.DECISION_DONE, {"decision": (None, decision.words)})
    return decision


@transaction.atomic
def attach_act(
    actor: Actor, *, committee: Committee, act_number: str, act_page: str = "", votes: str = ""
) -> Committee:
    """Attach the act of a committee whose minutes are closed. Raises as the other services."""
    hold(actor, committee)
    if committee.state != CommitteeState.CLOSED:
        raise ValidationError(_("Arrêtez d’abord le relevé."))
    told = {"act_number": act_number.strip(), "act_page": act_page.strip(), "votes": votes.strip()}
    changes = trail.set_fields(committee, told)
    if changes:
        store(committee)
        record(actor, committee.plan, Verb.ACT_ATTACHED, changes)
    return committee


def in_session(actor: Actor, committee: Committee) -> None:
    """Hold a committee whose session is open. Raises ValidationError otherwise."""
    hold(actor, committee)
    if committee.state == CommitteeState.PREPARING:
        raise ValidationError(_("La séance n’est pas ouverte : rien ne s’y répond encore."))
    if committee.state == CommitteeState.CLOSED:
        raise ValidationError(_("Le relevé est arrêté : il ne change plus."))
