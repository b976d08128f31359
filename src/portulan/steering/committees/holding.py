"""Holding a committee: nothing is answered beforehand, and nothing changes before the end.

What the body may do is applied by the services of the plan when the minutes are closed, dated of
the session; what is beyond its powers becomes a proposal to the body that may, and changes nothing.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date, datetime
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Max
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from portulan.accounts.access import Operation
from portulan.accounts.actors import Actor
from portulan.accounts.trail import record
from portulan.budget.funding.writes import allot
from portulan.budget.models import Allotment
from portulan.core import trail
from portulan.core.money import ZERO
from portulan.core.storing import store
from portulan.plans.actions.progress import drop_action
from portulan.plans.actions.writes import assign_pilot, edit_action
from portulan.plans.commitments.writes import decide
from portulan.plans.models import Action, CommitmentDecision
from portulan.plans.money.writes import set_planned_money
from portulan.plans.words import CommitmentLevel, Outcome
from portulan.steering.committees.preparing import hold, refresh_agenda
from portulan.steering.dates import papers_day
from portulan.steering.models import AgendaItem, Body, Committee, Decision
from portulan.steering.verbs import Verb
from portulan.steering.words import NEEDS, CommitteeState, DecisionStatus, Matter

# What is said with each, and is asked for.
ASKED: dict[Matter, tuple[str, ...]] = {
    Matter.LEVEL: ("level",),
    Matter.PILOT: ("function",),
    Matter.DATE: ("due_on",),
    Matter.MONEY: ("year", "amount"),
    Matter.ALLOT: ("year", "amount"),
    Matter.SCENARIO: ("words",),
    Matter.TASK: ("words",),
}
_OF_ACTION = frozenset(NEEDS) - {Matter.SCENARIO}
VOTES = ("in_favour", "against", "abstentions")
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
    actor: Actor,
    *,
    committee: Committee,
    present: Iterable[str],
    observations: str = "",
    chair: str = "",
    secretary: str = "",
) -> Committee:
    """Say who is there, by function, who holds the session and the pen, and what was observed.

    Raises as the other services.
    """
    in_session(actor, committee)
    committee.chair, committee.secretary = chair.strip(), secretary.strip()
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
    if matter is Matter.ALLOT:
        fields += ["words"]
    for name in ("level", "function", "due_on", "year", "amount", "words", "reason", "scope"):
        setattr(decision, name, said.get(name) if name in fields else getattr(blank, name))
    decision.follow_up_function = said.get("follow_up_function", "")
    decision.deliverable = said.get("deliverable")
    for name in ("function", "words", "reason", "scope", "follow_up_function"):
        setattr(decision, name, (getattr(decision, name) or "").strip())
    decision.option, decision.wording = said.get("option", ""), ""
    count(decision, committee, said)
    decision.matter, decision.person_id = matter, actor.person_id
    store(decision)
    with transaction.atomic():  # tried, and taken back: the room hears what would be refused
        _carry_out(actor, Decision.objects.get(pk=decision.pk), committee, today)
        transaction.set_rollback(True)
    return decision


def count(decision: Decision, committee: Committee, said: Mapping[str, Any]) -> None:
    """Note how it was voted: all who are there voted, or nobody is counted.

    Raises ValidationError.
    """
    decision.by_consensus = bool(said.get("by_consensus"))
    decision.abstained = (said.get("abstained") or "").strip()
    votes = [said.get(name) for name in VOTES]
    if decision.by_consensus or all(one is None for one in votes):
        decision.in_favour = decision.against = decision.abstentions = None
        return
    decision.in_favour, decision.against, decision.abstentions = (one or 0 for one in votes)
    here, total = len(committee.counted), sum(one or 0 for one in votes)
    if here and total != here:
        words = _("%(total)s voix pour %(here)s présents : comptez celles de chacun.")
        raise ValidationError({"in_favour": words % {"total": total, "here": here}})


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
def close_session(
    actor: Actor,
    *,
    committee: Committee,
    today: date,
    act_number: str = "",
    act_page: str = "",
    votes: str = "",
    now: datetime | None = None,
) -> Committee:
    """Close the session: what the body may decide is applied, all of it or nothing.

    What is only to be known needs no answer. What is proposed is put on the agenda of the body that
    may, if it meets after its delay. The minutes have a number, and are written until somebody
    closes them. Raises DeniedError, NotFoundError, ValidationError: without an answer to each item
    (“postponed” is one), without quorum, or when the plan refuses a decision.
    """
    in_session(actor, committee)
    known = [one for one in committee.items.filter(decision=None) if one.informs]
    for one in known:
        Decision.objects.create(item=one, matter=Matter.INFORMED, person_id=actor.person_id)
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
    committee.number = committee.number or next_number(committee)
    store(committee)
    record(actor, committee.plan, Verb.COMMITTEE_CLOSED, {"held_on": (None, committee.held_on)})
    if any(one.decision.status == DecisionStatus.PROPOSED for one in items):
        _hand_over(actor, committee, today)
    return committee


def next_number(committee: Committee) -> int:
    """Return the next number of the minutes of a body in a year: they are a series of their own."""
    held = Committee.objects.filter(body=committee.body, held_on__year=committee.held_on.year)
    return (held.aggregate(last=Max("number"))["last"] or 0) + 1


def _hand_over(actor: Actor, committee: Committee, today: date) -> None:
    """Put what is proposed on the agenda of the sessions that may, papers in their delay."""
    coming = Committee.objects.filter(
        plan=committee.plan, state=CommitteeState.PREPARING, held_on__gte=today
    ).select_related("body", "plan__organisation")
    for one in coming.exclude(body=committee.body).order_by("held_on"):
        if one.body.power > committee.body.power and papers_day(one) >= today:
            refresh_agenda(actor, committee=one, today=today)


def _carry_out(actor: Actor, decision: Decision, committee: Committee, today: date) -> None:
    """Apply a decision, or make it a proposal; its status says which."""
    matter = Matter(decision.matter)
    about = decision.item.about
    if matter is Matter.ALLOT and decision.item.action is not None:
        decision.before = {"allotted": _allotted(decision)}
    if decision.is_rejected:
        decision.status = DecisionStatus.REJECTED
        store(decision)
        return
    if matter in NEEDS:
        if committee.body.may(matter):
            decision.before |= _before(decision)
            decision.status = apply(actor, decision, committee, today)
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
            done = apply(actor, about, committee, today) is DecisionStatus.APPLIED
            about.status = DecisionStatus.VOTED if done else DecisionStatus.TO_DO
    elif matter in (Matter.POSTPONED, Matter.INFORMED):
        return  # it comes back
    else:
        about.status = DecisionStatus.NOTED  # another decision took it up
    store(about)


def _allotted(decision: Decision) -> str | None:
    """Return the envelope that the action has in the year, before anything is decided of it."""
    found = Allotment.objects.filter(action=decision.item.action, year=decision.year or 0).first()
    return None if found is None else str(found.amount)


def _before(decision: Decision) -> dict[str, Any]:
    """Return what the plan said of what is decided: an undone session gives it back."""
    action = decision.item.action
    match Matter(decision.matter):
        case Matter.PILOT if action is not None:
            vacant = action.vacant_since and action.vacant_since.isoformat()
            return {
                "function": action.pilot_function,
                "pilot": action.pilot_id,
                "vacant_since": vacant,
            }
        case Matter.DATE if action is not None:
            return {"due_on": action.due_on and action.due_on.isoformat()}
    return {}


def apply(actor: Actor, decision: Decision, committee: Committee, today: date) -> DecisionStatus:
    """Change the plan as a decision says, by the services of the plan; return what became of it.

    What its officer may not write is left to be done by who may: envelopes by finance, a computed
    choice by its own screen. Raises DeniedError, NotFoundError, ValidationError.
    """
    if decision.matter == Matter.SCENARIO:
        return DecisionStatus.TO_DO
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
        case Matter.ALLOT:
            if not actor.holds(Operation.EDIT_BUDGET):
                return DecisionStatus.TO_DO
            allot(
                actor,
                action=action,
                year=decision.year or 0,
                amount=decision.amount or ZERO,
                decided_on=committee.held_on,
                reference=committee.body.name,
            )
    return DecisionStatus.APPLIED


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
    actor: Actor,
    *,
    committee: Committee,
    act_number: str,
    act_page: str = "",
    votes: str = "",
    transmitted_on: date | None = None,
    published_on: date | None = None,
    executory_on: date | None = None,
) -> Committee:
    """Attach the act of a session that is closed, and the days that make it executory.

    Raises as the other services.
    """
    hold(actor, committee)
    if committee.state != CommitteeState.CLOSED:
        raise ValidationError(_("Closez d’abord la séance."))
    days = {
        "transmitted_on": transmitted_on,
        "published_on": published_on,
        "executory_on": executory_on,
    }
    early = _("Ce jour précède le vote.")
    if wrong := {name: early for name, day in days.items() if day and day < committee.held_on}:
        raise ValidationError(wrong)
    if executory_on and max(filter(None, (transmitted_on, published_on)), default=executory_on) > (
        executory_on
    ):
        late = _("Un acte est exécutoire une fois transmis et publié : ce jour précède l’un d’eux.")
        raise ValidationError({"executory_on": late})
    texts = {"act_number": act_number, "act_page": act_page, "votes": votes}
    told = {name: value.strip() for name, value in texts.items()} | days
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
