"""A campaign of a hundred and twenty pilots, from its messages to its review, by the services."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from portulan.accounts.actors import Actor
from portulan.accounts.models import Person, Unit
from portulan.core.models import Letter
from portulan.core.words import LetterStatus
from portulan.plans.models import Action, ActionIndicator
from portulan.steering.campaigns.answering import (
    Said,
    ValueSaid,
    nothing_changed,
    parts_of,
    save_answer,
)
from portulan.steering.campaigns.links import bearer, find_reply, token_of
from portulan.steering.campaigns.preparing import close_campaign, open_campaign
from portulan.steering.campaigns.reads import (
    rate_of,
    rates_by_unit,
    replies_of,
    waiting_changes,
)
from portulan.steering.campaigns.reviewing import Choice, review
from portulan.steering.models import Campaign, Change, Reply
from portulan.steering.words import ChangeStatus, Way
from tests.people import Town
from tests.plans.plan_of_town import followed_action, make_plan
from tests.steering.campaigns.asked import prepared, today

pytestmark = pytest.mark.django_db
PILOTS, SILENT, FIGURES = 120, 20, 40


@pytest.fixture
def campaign(town: Town) -> Campaign:
    """Each of a hundred and twenty functions pilots one action, in one of three units."""
    plan, place = make_plan(town), town.organisation
    model = followed_action(town, plan)
    units = [Unit.objects.create(organisation=place, name=f"Direction {n}") for n in range(3)]
    people = Person.objects.bulk_create(
        Person(
            organisation=place, function=f"Pilote {n}", name=f"P{n}", email=f"p{n}@bourg.example"
        )
        for n in range(PILOTS)
    )
    indicator = model.indicators.get()
    actions = Action.objects.bulk_create(
        Action(
            plan=plan,
            number=100 + n,
            title=f"Action {n}",
            pilot=people[n],
            pilot_function=f"Pilote {n}",
            unit=units[n % 3],
            level=model.level,
            progress=model.progress,
        )
        for n in range(PILOTS)
    )
    ActionIndicator.objects.bulk_create(
        ActionIndicator(action=one, indicator=indicator, order=1) for one in actions
    )
    made = prepared(town, plan, tuple(actions))
    open_campaign(town.editor, campaign=made, today=today())
    return made


def answered(reply: Reply, number: int) -> None:
    """Answer by the link, as a pilot does: a figure, a word and its block, or nothing changed."""
    found = find_reply(token_of(reply))
    parts, now = parts_of(found), timezone.now()
    actor: Actor = bearer(found)
    if number < FIGURES:
        (link,) = parts[0].action.indicator_links.all()
        said = Said(values={link.indicator_id: ValueSaid(Decimal("1.70"))}, note="Vu sur place")
        save_answer(actor, part=parts[0], said=said, way=Way.LINK, today=today(), now=now)
    else:
        nothing_changed(actor, parts=parts, way=Way.LINK, today=today(), now=now)


def test_a_hundred_and_twenty_pilots_are_asked_answer_and_are_read_again(
    town: Town, campaign: Campaign
) -> None:
    letters = Letter.objects.filter(organisation_id=town.organisation.pk)
    assert letters.filter(key=f"campaign:{campaign.pk}:0").count() == PILOTS
    # A message a week to a person at most, and none that another has.
    weeks = [(one.person_id, *one.due_at.isocalendar()[:2]) for one in letters]
    assert len(weeks) == len(set(weeks))
    assert len({one.message_id for one in letters}) == len(weeks)
    replies = list(campaign.replies.order_by("pk"))
    answered(replies[0], 0)
    with CaptureQueriesContext(connection) as first:
        answered(replies[1], 1)
    with CaptureQueriesContext(connection) as last:
        answered(replies[2], 2)
    assert len(first) == len(last)
    for number, reply in enumerate(replies[3 : PILOTS - SILENT], 3):
        answered(reply, number)
    rate = rate_of(campaign)
    assert (rate.asked, rate.answered) == (PILOTS, PILOTS - SILENT)
    assert [(one.asked, one.name) for one in rates_by_unit(campaign)] == [
        (40, f"Direction {n}") for n in range(3)
    ]
    # Who answered is reminded no more; who is silent still is.
    waiting = letters.filter(status=LetterStatus.WAITING).exclude(key__endswith=":0")
    silent = {one.person_id for one in replies[PILOTS - SILENT :]}
    assert set(waiting.values_list("person_id", flat=True)) == silent
    with CaptureQueriesContext(connection) as asked:
        assert len(replies_of(campaign)) == PILOTS
        changes = list(waiting_changes(campaign))
    assert len(asked) <= 10
    assert len(changes) == 2 * FIGURES
    choices = {one.pk: Choice(ChangeStatus.ACCEPTED) for one in changes}
    assert review(town.editor, campaign=campaign, choices=choices, today=today()) == 2 * FIGURES
    assert not Change.objects.filter(status=ChangeStatus.PROPOSED).exists()

    # Closed, twenty silences are twenty in a count, and nothing else.
    close_campaign(town.editor, campaign=campaign, today=today() + timedelta(days=21))
    assert campaign.replies.count() == PILOTS - SILENT
    assert (rate_of(campaign).asked, rate_of(campaign).answered) == (PILOTS, PILOTS - SILENT)
    assert not letters.filter(person_id__in=silent).exists()
