"""Preparing a campaign: whom it asks what, until when; opening it, tending it, closing it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from portulan.accounts.access import Operation
from portulan.accounts.actors import Actor, command_line
from portulan.accounts.models import Organisation, Person
from portulan.accounts.reads import today as today_of
from portulan.accounts.trail import record
from portulan.core import trail
from portulan.core.errors import NotFoundError
from portulan.core.storing import store
from portulan.evidence.writes import remove
from portulan.plans.access import check_plan
from portulan.plans.models import Action, Plan
from portulan.plans.words import Progress
from portulan.steering.campaigns.acceptance import ask
from portulan.steering.campaigns.letters import (
    forget_silence,
    put_letters,
    send_next,
    stop_waiting,
)
from portulan.steering.campaigns.links import has_left, new_key
from portulan.steering.models import ActionReply, Campaign, Change, Reply
from portulan.steering.verbs import Verb
from portulan.steering.words import CampaignKind, CampaignState, ChangeStatus, Question, Way

SILENT = "-"  # in a tally: the actions of no unit
_ENDED = (Progress.DONE, Progress.DROPPED)


@dataclass(frozen=True, slots=True)
class Asked:
    """A function that would be asked, about which actions, and who holds it."""

    function: str
    person: Person | None
    actions: tuple[Action, ...]


@transaction.atomic
def save_campaign(
    actor: Actor,
    *,
    plan: Plan,
    campaign: Campaign | None = None,
    kind: CampaignKind,
    title: str,
    way: Way,
    actions: Collection[Action],
    questions: Sequence[Question] = tuple(Question),
    message: str = "",
    opens_on: date,
    closes_on: date,
    remind_every: int | None = None,
    today: date,
) -> Campaign:
    """Prepare a campaign, or change it before it is opened: nothing leaves.

    Raises DeniedError, NotFoundError, ValidationError.
    """
    check_plan(actor, plan, Operation.RUN_CAMPAIGN)
    campaign = campaign or Campaign(plan=plan)
    if campaign.pk is not None:
        hold_campaign(actor, campaign)
    if campaign.state != CampaignState.DRAFT:
        raise ValidationError(_("La campagne est ouverte : elle ne change plus."))
    if any(one.plan_id != plan.pk for one in actions):
        raise NotFoundError(plan.slug)
    if closes_on < today or closes_on < opens_on:
        raise ValidationError({"closes_on": _("Fermez-la après le jour où elle ouvre.")})
    if remind_every is not None and remind_every < 7:
        raise ValidationError({"remind_every": _("Une relance par semaine au plus : sept jours.")})
    if kind is CampaignKind.UPDATE and not questions:
        raise ValidationError({"questions": _("Choisissez une question au moins.")})
    changes = trail.set_fields(
        campaign,
        {
            "kind": kind,
            "title": title.strip(),
            "way": way,
            "questions": [one.value for one in questions],
            "message": message.strip(),
            "opens_on": opens_on,
            "closes_on": closes_on,
            "remind_every": remind_every,
        },
    )
    store(campaign)
    campaign.actions.set(actions)
    record(actor, campaign, Verb.CAMPAIGN_SAVED, {"title": changes.get("title", (None, title))})
    return campaign


def whom(campaign: Campaign) -> tuple[list[Asked], list[Action]]:
    """Return the functions that a campaign would ask, and the actions that nobody holds.

    Who left is nobody; a function without a named person is asked all the same, by hand. What is
    over is asked nothing (one query).
    """
    rows = campaign.actions.exclude(progress__in=_ENDED).select_related("pilot__user")
    groups: dict[tuple[str, int | None], list[Action]] = {}
    vacant = []
    for action in rows.order_by("number"):
        if action.is_vacant:
            vacant.append(action)
        else:
            groups.setdefault((action.pilot_function, action.pilot_id), []).append(action)
    found = [
        Asked(function, actions[0].pilot, tuple(actions))
        for (function, _person), actions in groups.items()
    ]
    return found, vacant


@transaction.atomic
def open_campaign(actor: Actor, *, campaign: Campaign, today: date, at_once: bool = False) -> int:
    """Open a campaign: links exist, messages wait in the outbox; return how many messages.

    The first leave the next day at nine, or now if they are asked to leave `at_once`.
    Raises DeniedError, NotFoundError, ValidationError.
    """
    hold_campaign(actor, campaign)
    if campaign.state != CampaignState.DRAFT:
        raise ValidationError(_("La campagne est ouverte déjà."))
    if campaign.closes_on < today:
        raise ValidationError(_("Sa date de fermeture est passée : changez-la."))
    asked, _vacant = whom(campaign)
    if not asked:
        raise ValidationError(_("Aucune action choisie n’a de pilote à qui demander."))
    now = timezone.now()
    campaign.state, campaign.opened_at = CampaignState.OPEN, now
    campaign.opens_on = today if at_once else max(campaign.opens_on, today)
    store(campaign)
    replies = []
    for one in asked:
        reply = Reply(campaign=campaign, function=one.function, person=one.person, key=new_key())
        store(reply)
        ActionReply.objects.bulk_create(
            ActionReply(reply=reply, action=action, order=order)
            for order, action in enumerate(one.actions)
        )
        replies.append(reply)
        if campaign.kind == CampaignKind.ACCEPTANCE:
            for action in one.actions:
                ask(actor, action=action, today=today)
    record(actor, campaign, Verb.CAMPAIGN_OPENED, {"closes_on": (None, campaign.closes_on)})
    put = put_letters(campaign, replies, today=today, now=now)
    if at_once:
        send_next(campaign, now=now)
    return put


@transaction.atomic
def send_now(actor: Actor, *, campaign: Campaign, now: datetime) -> int:
    """Have the next message of each who has not answered leave now; return how many.

    Raises DeniedError, NotFoundError, ValidationError.
    """
    hold_campaign(actor, campaign)
    if campaign.state != CampaignState.OPEN:
        raise ValidationError(_("Seule une campagne ouverte écrit aux pilotes."))
    count = send_next(campaign, now=now)
    if count:
        record(actor, campaign, Verb.LETTERS_HASTENED, {"count": (None, count)})
    return count


@transaction.atomic
def remove_campaign(actor: Actor, *, campaign: Campaign) -> None:
    """Take away a campaign that was never opened. Raises as `save_campaign`."""
    hold_campaign(actor, campaign)
    if campaign.state != CampaignState.DRAFT:
        raise ValidationError(_("Une campagne ouverte se ferme, elle ne se retire pas."))
    record(actor, campaign, Verb.CAMPAIGN_REMOVED, {"title": (campaign.title, None)})
    campaign.delete()


@transaction.atomic
def close_campaign(actor: Actor, *, campaign: Campaign, today: date) -> Campaign:
    """Close a campaign: links open nothing more, and what concerns a silence goes.

    What was answered stays to be read and accepted. Of who did not answer nothing stays but a
    count, by unit. Raises as `save_campaign`.
    """
    hold_campaign(actor, campaign)
    if campaign.state != CampaignState.OPEN:
        raise ValidationError(_("Seule une campagne ouverte se ferme."))
    campaign.state, campaign.closed_at = CampaignState.CLOSED, timezone.now()
    campaign.tally = tally_of(campaign)
    campaign.closes_on = max(campaign.opens_on, min(campaign.closes_on, today))
    store(campaign)
    stop_waiting(campaign)
    silent = campaign.replies.exclude(parts__answered_at__isnull=False)
    silent.delete()
    forget_silence(campaign)
    record(actor, campaign, Verb.CAMPAIGN_CLOSED, {"closes_on": (None, campaign.closes_on)})
    return campaign


def tally_of(campaign: Campaign) -> dict[str, object]:
    """Return how many functions were asked and answered, in all and by unit (one query)."""
    asked: Counter[str] = Counter()
    answered: Counter[str] = Counter()
    rows = campaign.replies.values_list("pk", "answered_at", "parts__action__unit_id")
    seen: set[int] = set()
    for pk, done, unit in rows.order_by("pk", "parts__order"):
        if pk in seen:
            continue
        seen.add(pk)
        key = str(unit) if unit else SILENT
        asked[key] += 1
        answered[key] += done is not None
    return {
        "asked": sum(asked.values()),
        "answered": sum(answered.values()),
        "units": {key: [asked[key], answered[key]] for key in sorted(asked)},
    }


def hold_campaign(actor: Actor, campaign: Campaign) -> None:
    """Raise DeniedError, NotFoundError; the campaign is held until the transaction ends."""
    actor.require_ours(campaign.plan)
    actor.require(Operation.RUN_CAMPAIGN)
    held = Campaign.objects.select_for_update(no_key=True, of=("self",))
    campaign.refresh_from_db(from_queryset=held)


def under_way() -> QuerySet[Campaign]:
    """Return the campaigns that are open, but where nothing is written any more (one query)."""
    return Campaign.objects.filter(
        state=CampaignState.OPEN, plan__organisation__frozen_on=None
    ).select_related("plan__organisation")


def tend(organisation_id: int, now: datetime) -> dict[str, int]:
    """Close the campaigns whose day is past; write to who holds a function now.

    Done each night; may be done twice without harm.
    """
    closed = put = 0
    for campaign in under_way().filter(plan__organisation=organisation_id):
        organisation: Organisation = campaign.plan.organisation
        today = today_of(organisation)
        actor = command_line(organisation.pk)
        if today > campaign.closes_on:
            close_campaign(actor, campaign=campaign, today=today)
            closed += 1
        else:
            put += _follow_hands(campaign, today=today, now=now)
    return {"closed": closed, "put": put}


@transaction.atomic
def _follow_hands(campaign: Campaign, *, today: date, now: datetime) -> int:
    """Write the rest of the messages to who took a function over; its link stays the same.

    But where somebody has left, who was written that link: another is given.
    """
    moved = []
    asked = campaign.replies.filter(answered_at=None).select_related("person")
    waiting = asked.prefetch_related("parts__action__pilot")
    for reply in waiting:
        gone = has_left(reply.person, today)
        if gone and reply.person_id is not None:
            stop_waiting(campaign, reply.person_id)
        holders = {
            part.action.pilot
            for part in reply.parts.all()
            if part.action.pilot_function == reply.function
            and not part.action.is_vacant
            and not has_left(part.action.pilot, today)
        }
        if len(holders) == 1 and (holder := holders.pop()) and holder.pk != reply.person_id:
            if reply.person_id is not None:
                stop_waiting(campaign, reply.person_id)
            if gone:
                reply.key = new_key()
            reply.person = holder
            store(reply)
            moved.append(reply)
    return put_letters(campaign, moved, today=today, now=now)


def clear_pieces(actor: Actor, changes: Iterable[Change]) -> None:
    """Delete the pieces that came with what was refused and prove nothing else."""
    for part in {change.part for change in changes}:
        others = part.changes.exclude(status=ChangeStatus.REFUSED)
        if part.piece is not None and not others.exists():
            piece, part.piece = part.piece, None
            store(part)
            remove(actor, piece=piece)
