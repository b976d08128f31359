"""A room that answers on its phones: by threes, linked to nobody, gone with the session."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from portulan.accounts.access import Role
from portulan.catalogue.imports.writes import install_builtin
from portulan.catalogue.models import CatalogueVersion
from portulan.core.errors import DeniedError
from portulan.plans.models import Action, Plan, PracticeChoice, Room, RoomTally, RoomVoice
from portulan.plans.plan import create_plan
from portulan.plans.rooms.voices import Accord, Heard, accord, middle
from portulan.plans.rooms.writes import ROOMS, close_ended, open_room, say
from portulan.plans.words import Guess
from tests.browser import Browser
from tests.people import Town


@pytest.fixture
def guide(town: Town) -> CatalogueVersion:
    return install_builtin()


@pytest.fixture
def plan(town: Town) -> Plan:
    return create_plan(town.editor, title="Plan NR", first_year=2025, last_year=2100, slug="plan")


@pytest.fixture
def room(town: Town, plan: Plan, guide: CatalogueVersion) -> Room:
    practice = guide.practices.get(code="a.1")
    return open_room(town.editor, plan=plan, practice=practice, now=timezone.now())


@pytest.fixture
def root(town: Town, guide: CatalogueVersion, plan: Plan) -> str:
    return f"/{town.slug}/plans/plan/workshop/{guide.pk}/"


def phone(room: Room) -> str:
    """Join as a phone does, and return its address."""
    answer = Browser().post("/atelier/", {"code": f" {room.code[:-2].lower()} {room.code[-2:]}"})
    assert answer.status_code == 302
    return str(answer.headers["Location"])


def answer(address: str, impact: int, effort: int, **more: object) -> None:
    said = {"impact": str(impact), "effort": str(effort), **more}
    assert Browser().fill(f"{address}?again", said).status_code == 302


def words(page: str, client: Browser) -> str:
    return " ".join(client.tree(client.get(page)).xpath("//main")[0].text_content().split())


def keeping(client: Browser, page: str) -> dict[str, str]:
    (form,) = client.tree(client.get(page)).xpath("//form[@id='keep']")
    return dict(form.form_values())


def test_opinions_come_by_threes_and_the_screen_follows(
    room: Room, root: str, signed_in, town: Town
) -> None:
    scribe: Browser = signed_in(Role.EDITOR)
    phones = [phone(room) for _one in range(5)]
    answer(phones[0], 3, 1)
    answer(phones[1], 3, 3, could="on", word="Déjà fait au lycée")
    first = scribe.get(f"{root}room/")
    assert "Les avis arrivent à l’écran par trois" in words(f"{root}room/", scribe)
    tag = first.headers["ETag"]
    assert scribe.get(f"{root}room/", headers={"If-None-Match": tag}).status_code == 304
    answer(phones[2], 3, 1)
    screen = words(f"{root}room/", scribe)
    assert scribe.get(f"{root}room/", headers={"If-None-Match": tag}).status_code == 200
    assert "3 avis sont à l’écran" in screen
    assert "lycée" not in screen
    assert "pourrait s’en charger" not in screen
    # A fourth waits for two more; so does a change of mind.
    answer(phones[3], 1, 1)
    answer(phones[0], 1, 3)
    assert words(f"{root}room/", scribe) == screen
    step = words(f"{root}at/a.1/", scribe)
    assert "1 personne pourrait s’en charger" in step
    assert "« Déjà fait au lycée »" in step.replace("\u00a0", " ")
    assert "4 avis reçus" in step

    # The scribe answers: the room goes on, what it said is proposed, kept with the choice.
    tree = scribe.tree(scribe.get(f"{root}at/a.1/"))
    (other,) = tree.xpath("//main//form[not(@id)][.//button[@name='choice']]")
    form = dict(other.form_values())
    assert form["reason"].strip().startswith("La salle (3 avis)")
    scribe.post(f"{root}at/a.1/", {**form, "choice": "later"})
    assert PracticeChoice.objects.get().reason.startswith("La salle (3 avis)")
    room.refresh_from_db()
    assert room.practice is not None
    assert room.practice.code == "a.2"
    moved = Browser()
    assert "a.2" not in phones[0]
    assert moved.tree(moved.get(phones[0])).xpath("//input[@name='practice']/@value") == [
        str(room.practice_id)
    ]


def test_a_form_begun_before_the_room_went_on_is_not_counted_elsewhere(
    room: Room, root: str, signed_in
) -> None:
    address, person = phone(room), Browser()
    begun = person.fields(address)
    signed_in(Role.EDITOR).post(f"{root}at/a.3/show/", {})
    told = person.post(address, {**begun, "impact": "3"})
    assert told.status_code == 409, told.context["form"].errors
    assert "passée à une autre pratique" in told.content.decode()
    assert not RoomVoice.objects.exists()


def test_nothing_links_two_answers_of_a_phone_and_all_goes_with_the_session(
    room: Room, root: str, signed_in, town: Town
) -> None:
    scribe, address = signed_in(Role.EDITOR), phone(room)
    answer(address, 3, 1)
    scribe.post(f"{root}at/a.2/show/", {})
    answer(address, 2, 1)
    marks = list(RoomVoice.objects.values_list("mark", flat=True))
    assert len(set(marks)) == 2
    token = address.strip("/").rpartition("/")[2]
    assert not any(mark in token or token in mark for mark in marks)
    assert {field.name for field in RoomVoice._meta.fields}.isdisjoint({"at", "phone", "person"})
    scribe.post(f"{root}room/close/", {})
    assert not RoomVoice.objects.exists()
    assert Room.objects.get().code == ""
    assert Browser().get(address).status_code == 410
    assert Browser().post(address, {"practice": "1"}).status_code == 410
    assert Browser().post("/atelier/", {"code": room.code}).status_code == 422


def test_codes_lives_and_phones_are_limited(room: Room, plan: Plan, town: Town) -> None:
    assert Browser().post("/atelier/", {"code": "BABABAB 10"}).status_code == 422
    assert Browser().get("/atelier/forged/").status_code == 404
    Room.objects.update(phones=ROOMS.most - 1)
    phone(room)
    assert Browser().post("/atelier/", {"code": room.code}).status_code == 422
    assert close_ended(room.until - timedelta(seconds=1)) == 0
    close_ended(room.until)
    room.refresh_from_db()
    assert room.closed_at == room.until
    assert room.practice is not None
    with pytest.raises(DeniedError):
        open_room(town.reader, plan=plan, practice=room.practice, now=timezone.now())


def test_somebody_who_guesses_codes_waits(room: Room) -> None:
    person = Browser()
    answers = {person.post("/atelier/", {"code": f"B{n}"}).status_code for n in range(130)}
    assert answers == {422, 429}


def test_a_room_behind_one_address_joins_and_right_codes_are_counted_too(room: Room) -> None:
    """Sixty phones share an address; who tries codes is stopped even where some are right."""
    assert len({phone(room) for _one in range(60)}) == 60
    answers = [Browser().post("/atelier/", {"code": room.code}) for _one in range(61)]
    assert [one.status_code for one in answers] == [422] * 60 + [429]  # it is full, then too many


def test_the_screen_asks_as_much_of_three_phones_as_of_thirty(
    room: Room, root: str, signed_in
) -> None:
    scribe, asked = signed_in(Role.EDITOR), []
    for many in (3, 27):
        for _one in range(many):
            found = ROOMS.phone(ROOMS.join(room.code, now=timezone.now()))
            practice = room.practice_id
            assert practice is not None
            say(found, practice_id=practice, now=timezone.now(), impact=3, effort=2)
        with CaptureQueriesContext(
            connection,
        ) as queries:
            scribe.get(f"{root}room/")
        asked.append(len(queries))
    assert asked[0] == asked[1]
    assert RoomTally.objects.get().heard["count"] == 30


def test_what_is_kept_has_what_the_room_said(room: Room, root: str, signed_in) -> None:
    scribe = signed_in(Role.EDITOR)
    for _one in range(3):
        answer(phone(room), 3, 1)
    keep = keeping(scribe, f"{root}at/a.1/")
    assert (keep["impact_guess"], keep["effort_guess"]) == ("3", "1")
    scribe.post(f"{root}at/a.1/", {**keep, "choice": "keep", "contributors": "Support, Achats"})
    made = Action.objects.get()
    assert (made.impact_guess, made.effort_guess) == (Guess.HIGH, Guess.LOW)
    assert made.indicators.get().targets.exists()
    # Who does is remembered from one practice to the next.
    assert keeping(scribe, f"{root}at/a.2/")["contributors"] == "Support, Achats"


def test_every_practice_is_proposed_what_tells_it_and_a_target(
    guide: CatalogueVersion, plan: Plan, town: Town
) -> None:
    from portulan.plans.choices.proposals import propose

    for practice in guide.practices.all():
        found = propose(plan, practice, today=timezone.now().date(), person_id=None)
        assert found.indicators
        assert found.target or found.indicators[0].computed_by


def test_agreement_in_words() -> None:
    assert accord((0, 2, 4, 0)) is Accord.AGREED
    assert accord((3, 0, 3, 0)) is Accord.SPLIT
    assert accord((0, 3, 3, 0)) is Accord.NEAR
    assert accord((1, 0, 1, 3)) is Accord.UNKNOWN
    assert accord((0, 0, 0, 0)) is Accord.UNKNOWN
    assert (middle((0, 2, 4, 0)), middle((3, 0, 3, 0))) == (3, None)
    assert Heard.read(Heard().kept()) == Heard()
