"""A room that votes on its phones: counted at ten, shuffled, told side by side."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from portulan.accounts.access import Role
from portulan.core.errors import DeniedError, NotFoundError
from portulan.core.models import AuditEntry
from portulan.portfolio.choice.pabulib import read
from portulan.portfolio.models import RoomBallot, RoomChoice, Scenario
from portulan.portfolio.room import writes
from portulan.portfolio.room.rules import FEWEST_VOTERS
from portulan.portfolio.room.writes import (
    VOTES,
    close_ended,
    close_vote,
    open_vote,
    vote,
)
from portulan.portfolio.words import Voted
from tests.browser import Browser
from tests.people import Town
from tests.portfolio.scenario_of_town import add_level, make_scenario

NOW = timezone.now()
A, B, C = "001.01", "001.02", "001.03"


@pytest.fixture
def scenario(town: Town) -> Scenario:
    found = make_scenario(town)
    add_level(town, found, "ailleurs", 300)
    return found


def opened(town: Town, scenario: Scenario, **more: Any) -> RoomChoice:
    asked = {"envelope": 30_000, "until": NOW + timedelta(hours=8), "now": NOW, **more}
    return open_vote(town.editor, scenario=scenario, **asked)


def cast(choice: RoomChoice, *contents: dict[str, int]) -> None:
    for content in contents:
        vote(VOTES.phone(VOTES.join(choice.code, now=NOW)), content=content, now=NOW)


def words(client: Any, page: str) -> str:
    main = Browser().tree(client.get(page)).xpath("//main")[0]
    text = main.text_content().replace("\u00a0", " ").replace("\u202f", " ")
    return " ".join(text.split())


def test_projects_are_those_that_stand_alone(town: Town, scenario: Scenario) -> None:
    choice = opened(town, scenario)
    assert [one["id"] for one in choice.projects] == [A, B, C, "002"]
    assert [one["cost"] for one in choice.projects] == [15_000] * 3 + [20_000]
    assert {one["reason"] for one in choice.left_out} <= {"step", "cost", "must", "gate", "dear"}
    with pytest.raises(ValidationError, match="déjà ouvert"):
        opened(town, scenario)


def test_a_room_votes_from_its_phones(
    town: Town, scenario: Scenario, signed_in: Callable[[Role], Browser]
) -> None:
    guide, root = signed_in(Role.EDITOR), f"/{town.slug}/portfolio/{scenario.slug}/room/"
    form = guide.get(f"{root}open/")
    (box,) = Browser().tree(form).xpath("//main//form[.//input[@name='envelope']]")
    assert guide.fill(f"{root}open/", {**dict(box.form_values()), "envelope": "30 000",
                      "only": ["1.1", "1.2", "1.3"]}).status_code == 302  # fmt: skip
    choice = RoomChoice.objects.get()
    assert choice.code[:-2] in words(guide, root)
    phones = []
    for ticked in [[A, B]] * 7 + [[C]] * 4:
        joined = Browser().post("/atelier/", {"code": choice.code.lower()})
        phones.append(str(joined.headers["Location"]))
        assert Browser().fill(phones[-1], {"approved": ticked}).status_code == 302
    assert "Votre vote est arrivé" in Browser().get(phones[0]).text
    assert Browser().fill(f"{phones[0]}?again", {"approved": [B]}).status_code == 302
    assert "11 votes reçus" in words(guide, root)
    guide.fill(f"{root}close/", {})
    choice.refresh_from_db()
    assert not RoomBallot.objects.exists()
    assert len(choice.ballots) == choice.voters == 11
    assert Browser().get(phones[0]).status_code == 410
    said = words(guide, root)
    # Seven of eleven want A and B: the plain count gives them all the money.
    assert "11 personnes ont voté. Le décompte simple en laisse 4 sans rien" in said
    assert "les parts égales 4" in said or "les parts égales 0" in said
    assert "l’organe décide" in said
    reading = read(guide.get(f"{root}votes.pb").content)
    assert reading.election.voters == 11
    assert not reading.problems
    assert AuditEntry.objects.filter(verb="room choice closed").exists()


def test_under_ten_nothing_is_kept(
    town: Town, scenario: Scenario, signed_in: Callable[[Role], Browser]
) -> None:
    choice = opened(town, scenario)
    cast(choice, *[{A: 1}] * 9)
    close_vote(town.editor, scenario=scenario, now=NOW)
    choice.refresh_from_db()
    assert (choice.voters, choice.ballots, choice.best) == (9, [], None)
    root = f"/{town.slug}/portfolio/{scenario.slug}/room/"
    reader = signed_in(Role.READER)
    assert "sous dix" in words(reader, root)
    assert reader.get(f"{root}votes.pb").status_code == 404


def test_the_page_costs_as_much_whatever_the_votes(
    town: Town, scenario: Scenario, signed_in: Callable[[Role], Browser]
) -> None:
    reader, page = signed_in(Role.READER), f"/{town.slug}/portfolio/{scenario.slug}/room/"
    reader.get(page)  # once before: what a session keeps
    counts = []
    for voters in (10, 60):
        choice = opened(town, scenario)
        cast(choice, *[{A: 1, B: 1}, {C: 1}] * (voters // 2))
        close_vote(town.editor, scenario=scenario, now=NOW)
        with CaptureQueriesContext(connection) as queries:
            assert reader.get(page).status_code == 200
        counts.append(len(queries))
    assert counts[0] == counts[1]


def test_points_are_ten_at_most(town: Town, scenario: Scenario) -> None:
    choice = opened(town, scenario, voted=Voted.POINTS)
    cast(choice, {A: 7, B: 3})
    for wrong in ({A: 7, B: 4}, {A: 11}, {"999": 1}, {A: -1}):
        with pytest.raises(ValidationError):
            cast(choice, wrong)
    assert [one.content for one in choice.votes.all()] == [{A: 7, B: 3}]


def test_what_is_over_takes_nothing(town: Town, scenario: Scenario) -> None:
    choice = opened(town, scenario)
    phone = VOTES.phone(VOTES.join(choice.code, now=NOW))
    later = choice.until + timedelta(minutes=1)
    with pytest.raises(NotFoundError):
        vote(phone, content={A: 1}, now=later)
    with pytest.raises(NotFoundError):
        VOTES.join(choice.code, now=later)
    cast(choice, {A: 1})
    assert close_ended(later) == 1
    assert not RoomChoice.objects.filter(closed_at=None).exists()
    with pytest.raises(NotFoundError):
        VOTES.join("", now=NOW)


def test_a_vote_that_somebody_closes_meanwhile_keeps_its_count(
    town: Town, scenario: Scenario, monkeypatch: pytest.MonkeyPatch
) -> None:
    other = make_scenario(town, scenario.plan)
    add_level(town, other, "ailleurs", 300)
    first, second = opened(town, scenario), opened(town, other)
    cast(second, *[{A: 1}] * FEWEST_VOTERS)
    end = writes._end

    def slowly(choice: RoomChoice, now: datetime) -> None:
        if choice.pk == first.pk:  # by hand, while the duty closes the first
            close_vote(town.editor, scenario=other, now=NOW)
        end(choice, now)

    monkeypatch.setattr(writes, "_end", slowly)
    assert close_ended(second.until + timedelta(minutes=1)) == 0
    second.refresh_from_db()
    assert (second.voters, len(second.ballots)) == (FEWEST_VOTERS, FEWEST_VOTERS)


def test_who_reads_opens_nothing(town: Town, scenario: Scenario) -> None:
    with pytest.raises(DeniedError):
        open_vote(town.reader, scenario=scenario, envelope=1, until=NOW, now=NOW)
    opened(town, scenario)
    with pytest.raises(DeniedError):
        close_vote(town.reader, scenario=scenario, now=NOW)
