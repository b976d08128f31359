"""The campaigns of the story: pilots accepted in January 2025, and are asked for news this autumn.

Three have not answered yet, and ten changes wait: nothing of them is in the figures. One was taken,
what a pilot says was spent: the year may land higher than its accounts.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from functools import partial

from django.db.models import F
from django.utils import timezone

from portulan.core.models import Letter
from portulan.core.words import LetterStatus
from portulan.demo.cast import Cast
from portulan.demo.clock import Event
from portulan.demo.organisation import PLAN_SLUG
from portulan.demo.shapes import TODAY
from portulan.plans.models import Plan
from portulan.steering.campaigns.answering import (
    ConsentSaid,
    Said,
    ValueKey,
    ValueSaid,
    main_indicator,
    note_duration,
    nothing_changed,
    parts_of,
    save_answer,
    save_consents,
)
from portulan.steering.campaigns.links import bearer
from portulan.steering.campaigns.preparing import close_campaign, open_campaign, save_campaign
from portulan.steering.campaigns.reviewing import Choice, review
from portulan.steering.models import ActionReply, Campaign, Change, Reply
from portulan.steering.words import About, CampaignKind, ChangeStatus, Consent, Question, Way

CONSENT, NEWS = "Accord des pilotes, janvier 2025", "Campagne d’automne 2026"
ASKED_ON, ACCEPTED_BY = date(2025, 1, 13), date(2025, 1, 31)
NEWS_ON, NEWS_BY = date(2026, 11, 10), date(2026, 11, 30)
# Batteries are delivered that accounts do not hold yet: the year may land there.
SPENT_BY, SPENT_IN_ALL, TAKEN_ON = 9, "53400", date(2026, 11, 18)


@dataclass(frozen=True, slots=True)
class Told:
    """What was answered of an action this autumn: nothing, a value, euros, what blocks, a date."""

    number: int
    on: date
    seconds: int
    value: str = ""
    spent: str = ""
    blocked_by: str | None = None
    due_on: date | None = None
    note: str = ""


ANSWERS = (
    Told(3, date(2026, 11, 10), 70),
    Told(8, date(2026, 11, 10), 0),
    Told(1, date(2026, 11, 12), 95, note="Présentée au comité de direction du 4 novembre."),
    Told(13, date(2026, 11, 12), 60),
    Told(9, date(2026, 11, 13), 170, value="5.0", spent=SPENT_IN_ALL),
    Told(4, date(2026, 11, 16), 180, value="50", note="11 projets sur 22."),
    Told(7, date(2026, 11, 17), 230, value="84", due_on=date(2027, 6, 30)),
    Told(14, date(2026, 11, 18), 65),
    Told(12, date(2026, 11, 19), 80),
    Told(18, date(2026, 11, 19), 160, value="11"),
    Told(16, date(2026, 11, 20), 190, blocked_by="marché de refonte infructueux"),
    Told(20, date(2026, 11, 20), 175, value="47"),
    Told(19, date(2026, 11, 23), 210, value="1.17"),
)


def campaign_events(cast: Cast) -> Iterator[Event]:
    """Yield a campaign of consent, closed, and one of news that goes on."""
    yield Event(ASKED_ON, partial(_open, cast, CampaignKind.ACCEPTANCE, CONSENT, ACCEPTED_BY))
    yield Event(ASKED_ON + timedelta(days=9), partial(_accept, cast))
    yield Event(ACCEPTED_BY, partial(_close, cast))
    yield Event(NEWS_ON, partial(_open, cast, CampaignKind.UPDATE, NEWS, NEWS_BY))
    for told in ANSWERS:
        yield Event(told.on, partial(_answer, cast, told))
    yield Event(TAKEN_ON, partial(_take_spending, cast))
    yield Event(TODAY, partial(_as_sent, cast))


def _open(cast: Cast, kind: CampaignKind, title: str, closes_on: date) -> None:
    plan = Plan.objects.get(organisation=cast.organisation, slug=PLAN_SLUG)
    day = timezone.localdate()
    chosen = plan.actions.exclude(progress__in=("done", "dropped"))
    campaign = save_campaign(
        cast.officer,
        plan=plan,
        kind=kind,
        title=title,
        way=Way.LINK,
        actions=list(plan.actions.all() if kind is CampaignKind.ACCEPTANCE else chosen),
        questions=tuple(Question),
        opens_on=day,
        closes_on=closes_on,
        remind_every=7,
        today=day,
    )
    open_campaign(cast.officer, campaign=campaign, today=day)


def _campaign(cast: Cast, title: str) -> Campaign:
    found = Campaign.objects.select_related("plan__organisation")
    return found.get(plan__organisation=cast.organisation, title=title)


def _accept(cast: Cast) -> None:
    for reply in _campaign(cast, CONSENT).replies.select_related("campaign__plan"):
        said = [(part, ConsentSaid(Consent.ACCEPTED)) for part in parts_of(reply)]
        save_consents(
            bearer(reply), said=said, way=Way.LINK, today=timezone.localdate(), now=timezone.now()
        )


def _close(cast: Cast) -> None:
    close_campaign(cast.officer, campaign=_campaign(cast, CONSENT), today=timezone.localdate())


def _answer(cast: Cast, told: Told) -> None:
    """Answer as a pilot does by the link of their function."""
    campaign = _campaign(cast, NEWS)
    part = _part(campaign, told.number)
    if part is None:
        return
    actor, today, now = bearer(part.reply), timezone.localdate(), timezone.now()
    main = main_indicator(part)
    values: dict[ValueKey, ValueSaid] = {}
    if told.value and main:
        values[main.pk] = ValueSaid(Decimal(told.value))
    said = Said(
        values=values,
        on=today,
        spent=Decimal(told.spent) if told.spent else None,
        blocked_by=told.blocked_by,
        due_on=told.due_on,
        note=told.note,
    )
    if said == Said(on=today):
        nothing_changed(actor, parts=[part], way=Way.LINK, today=today, now=now)
    else:
        save_answer(actor, part=part, said=said, way=Way.LINK, today=today, now=now)
    note_duration(campaign, told.seconds)


def _part(campaign: Campaign, number: int) -> ActionReply | None:
    replies = Reply.objects.filter(campaign=campaign, parts__action__number=number)
    for reply in replies.select_related("campaign__plan"):
        return next(one for one in parts_of(reply) if one.action.number == number)
    return None


def _take_spending(cast: Cast) -> None:
    """Accept what a pilot says was spent; the rest of that answer waits with the others."""
    campaign = _campaign(cast, NEWS)
    said = Change.objects.get(
        part__reply__campaign=campaign, part__action__number=SPENT_BY, about=About.SPENT
    )
    accepted = {said.pk: Choice(ChangeStatus.ACCEPTED)}
    review(cast.officer, campaign=campaign, choices=accepted, today=TAKEN_ON)


def _as_sent(cast: Cast) -> None:
    """Say of the messages of the past that they left: the demonstration writes to nobody."""
    past = Letter.objects.filter(
        organisation_id=cast.organisation.pk, key__startswith="campaign:", due_at__lt=timezone.now()
    )
    past.filter(status=LetterStatus.WAITING).update(
        status=LetterStatus.SENT, sent_at=F("due_at"), version=F("version") + 1
    )
