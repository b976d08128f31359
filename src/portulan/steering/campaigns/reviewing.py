"""What pilots propose is accepted, asked again or refused, one by one or all: then it is written.

It is written by the services that people use themselves, with its source: a link is no signature.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal, InvalidOperation
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from portulan.accounts.actors import Actor
from portulan.accounts.trail import record
from portulan.core import trail
from portulan.core.say import numbers
from portulan.core.say.language import spoken_language
from portulan.core.storing import store
from portulan.evidence.models import Piece
from portulan.evidence.writes import link
from portulan.indicators.models import Measurement, MeasurementEvidence
from portulan.indicators.words import Kind, Knowledge, MeasurementRole
from portulan.indicators.writes import set_target
from portulan.plans.actions.progress import update_progress
from portulan.plans.actions.writes import assign_pilot, declare_vacant, edit_action
from portulan.plans.evidence import Provable, prove
from portulan.plans.indicators import measure
from portulan.plans.models import Action
from portulan.plans.words import Progress
from portulan.steering.campaigns.answering import trail_of, value_label
from portulan.steering.campaigns.letters import send_back
from portulan.steering.campaigns.preparing import clear_pieces, hold_campaign
from portulan.steering.labels import ABOUTS
from portulan.steering.models import ActionReply, Campaign, Change
from portulan.steering.verbs import Verb
from portulan.steering.words import About, CampaignState, ChangeStatus, Way

_ROLES = {About.BASELINE: MeasurementRole.BASELINE}
_VERBS = {
    ChangeStatus.ACCEPTED: Verb.CHANGE_ACCEPTED,
    ChangeStatus.ASKED_AGAIN: Verb.CHANGE_ASKED_AGAIN,
    ChangeStatus.REFUSED: Verb.CHANGE_REFUSED,
}


@dataclass(frozen=True, slots=True)
class Choice:
    """What a referent answers to a change: accepted, asked again, refused, with a word."""

    status: ChangeStatus
    word: str = ""


@transaction.atomic
def review(actor: Actor, *, campaign: Campaign, choices: Mapping[int, Choice], today: date) -> int:
    """Answer to proposed changes, by identifier, and write those that are accepted; return those.

    All or nothing: what the plan refuses is said, with its action. What is decided already is left
    as it is. Raises DeniedError, NotFoundError, ValidationError.
    """
    hold_campaign(actor, campaign)
    rows = Change.objects.select_for_update(no_key=True, of=("self",))
    waiting = list(
        rows.filter(pk__in=choices, part__reply__campaign=campaign, status=ChangeStatus.PROPOSED)
        .select_related(
            "part__piece", "part__action__plan", "part__reply__person__user", "indicator", "unit"
        )
        .order_by("part__action__number", "pk")
    )
    for one in waiting:
        one.part.reply.campaign = campaign
        if choices[one.pk].status is not ChangeStatus.ACCEPTED and not choices[one.pk].word.strip():
            told = {"number": one.part.action.called}
            raise ValidationError(_("Action %(number)s : dites un mot au pilote.") % told)
    by_part: defaultdict[int, list[Change]] = defaultdict(list)
    for one in waiting:
        choice = choices[one.pk]
        one.status, one.word = choice.status, choice.word.strip()
        one.person_id, one.decided_at = actor.person_id, timezone.now()
        store(one)
        by_part[one.part_id].append(one)
    for changes in by_part.values():
        _decide(actor, campaign, changes, today=today)
    return sum(one.status == ChangeStatus.ACCEPTED for one in waiting)


def _decide(actor: Actor, campaign: Campaign, changes: Sequence[Change], *, today: date) -> None:
    part = changes[0].part
    accepted = [one for one in changes if one.status == ChangeStatus.ACCEPTED]
    if accepted:
        try:
            _write(actor, part, accepted, today=today)
        except ValidationError as error:
            told = {"number": part.action.called, "why": " ".join(error.messages)}
            raise ValidationError(_("Action %(number)s : %(why)s") % told) from error
    again = [one for one in changes if one.status == ChangeStatus.ASKED_AGAIN]
    if again and campaign.state == CampaignState.OPEN:
        part.answered_at = None
        store(part)
        reply = part.reply
        reply.answered_at = None
        store(reply)
    for status in _VERBS:
        _note(actor, part, [one for one in changes if one.status == status])
    refused = [one for one in changes if one.status == ChangeStatus.REFUSED]
    if back := [*again, *refused]:
        labels = [(one, f"{part.action.called}. {label_of(one)}") for one in back]
        send_back(part.reply, labels, now=timezone.now())
    clear_pieces(actor, refused)


def _note(actor: Actor, part: ActionReply, changes: Sequence[Change]) -> None:
    """Write in the trail what was decided alike of an action, and where it came from."""
    if not changes:
        return
    told: dict[str, trail.Change] = {"function": (None, part.reply.function)}
    told["way"] = (None, part.way)
    told |= trail_of(changes)
    if words := " ".join(one.word for one in changes if one.word):
        told["note"] = (None, words)
    record(actor, part.action, _VERBS[ChangeStatus(changes[0].status)], told)


def label_of(change: Change) -> str:
    """Return what a change is about, in a few words."""
    if change.indicator is not None and change.about == About.VALUE:
        return value_label(change)
    return str(ABOUTS[About(change.about)])


def source_of(part: ActionReply) -> str:
    """Return where a value comes from, as it stays beside it."""
    told = {"function": part.reply.function, "title": part.reply.campaign.title}
    match Way(part.way):
        case Way.LINK:
            return _("Reçu par le lien envoyé à « %(function)s » (%(title)s)") % told
        case Way.SHEET:
            return _("Reçu par la feuille de « %(function)s » (%(title)s)") % told
    return _("Répondu par « %(function)s » (%(title)s)") % told


def _write(actor: Actor, part: ActionReply, changes: Sequence[Change], *, today: date) -> None:
    """Write what is accepted of an action, through the services that people use themselves."""
    action, source = part.action, source_of(part)[:250]
    by_about = {About(one.about): one for one in changes}
    values = [one for one in changes if one.about in (About.VALUE, About.BASELINE)]
    measured = [_measure(actor, action, one, source=source, today=today) for one in values]
    said: dict[str, Any] = {}
    if About.PROGRESS in by_about:
        said["progress"] = Progress(by_about[About.PROGRESS].after)
    if About.BLOCKED in by_about:
        said["blocked_by"] = by_about[About.BLOCKED].after
    if About.NOTE in by_about:
        said["note"] = by_about[About.NOTE].after
    if said:
        update_progress(actor, action=action, today=today, **said)
    if part.piece is not None:
        _prove(actor, part, part.piece, measured, is_alone=About.EVIDENCE in by_about, today=today)
    if About.DUE_ON in by_about:
        due_on = date.fromisoformat(by_about[About.DUE_ON].after)
        edit_action(actor, action=action, due_on=due_on)
    if About.TARGET in by_about:
        _aim(actor, by_about[About.TARGET])
    if About.PILOT in by_about:
        function = by_about[About.PILOT].after[:160]
        if function:
            assign_pilot(actor, action=action, pilot_function=function, pilot=None, today=today)
        else:  # who took over is not known
            declare_vacant(actor, action=action, since=today, today=today)


def _measure(
    actor: Actor, action: Action, change: Change, *, source: str, today: date
) -> Measurement:
    indicator = change.indicator
    if indicator is None:
        raise ValidationError(_("Cet indicateur n’est plus là."))
    value, text = _read(Kind(indicator.kind), change.after)
    return measure(
        actor,
        action=action,
        indicator=indicator,
        on=change.on or today,
        today=today,
        value=None if change.unknown else value,
        text="" if change.unknown else text,
        knowledge=Knowledge.UNKNOWN if change.unknown else Knowledge.KNOWN,
        unit=change.unit,
        source=source,
        role=_ROLES.get(About(change.about), MeasurementRole.READING),
    )


def _read(kind: Kind, text: str) -> tuple[Decimal | None, str]:
    if kind.is_number or kind is Kind.YES_NO:
        try:
            return Decimal(text), ""
        except InvalidOperation:
            return None, text
    return None, text


def _prove(
    actor: Actor,
    part: ActionReply,
    piece: Piece,
    measured: Sequence[Measurement],
    *,
    is_alone: bool,
    today: date,
) -> None:
    """Say that a piece proves the values that came with it, the action when it came alone."""
    told = [one for one in measured if one.role == MeasurementRole.READING]
    known = [one for one in told if one.knowledge == Knowledge.KNOWN]
    for one in known:
        link(actor, model=MeasurementEvidence, proved=one.pk, piece=piece)
    if not known and is_alone:
        itself = Provable("action", part.action.pk, "")
        prove(actor, action=part.action, piece=piece, proved=[itself], today=today)


def _aim(actor: Actor, change: Change) -> None:
    """Set the target that was corrected, at the date that it had; a number or words."""
    indicator = change.indicator
    if indicator is None or change.on is None:
        raise ValidationError(_("La cible n’a pas de date : fixez-la sur la page de l’action."))
    value: Decimal | None = None
    text = change.after
    if Kind(indicator.kind).is_number:
        units = tuple(one for one in ("%", indicator.unit) if one)
        try:
            value = numbers.parse(change.after, spoken_language(), units=units, decimals=4)
            text = ""
        except numbers.MistypedError:
            value = None
    set_target(actor, indicator=indicator, due_on=change.on, value=value, text=text)
