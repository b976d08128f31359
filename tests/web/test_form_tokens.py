"""What is sent counts once, and undoes nobody unknowingly."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.core.signing import TimestampSigner
from django.db import connection
from django.utils import timezone

from portulan.accounts.access import Role
from portulan.accounts.models import Organisation, Unit
from portulan.budget.models import CoFunding
from portulan.core import form_tokens
from portulan.core.form_tokens import (
    Answer,
    OtherContentError,
    UnderWayError,
    once,
    once_apart,
)
from portulan.core.models import Sending
from portulan.core.trail import history
from portulan.plans.actions.progress import update_progress
from portulan.plans.actions.writes import edit_action
from portulan.plans.commitments.writes import save_milestone
from portulan.plans.models import Action, Milestone, Plan
from portulan.plans.plan import add_goal
from portulan.plans.words import Progress
from portulan.web.form_tokens import FIELD, read
from tests.browser import Browser
from tests.people import Town, make_town
from tests.plans.plan_of_town import TODAY, make_action, make_plan

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def place() -> Town:
    return make_town("deux-rives")


@pytest.fixture
def action(place: Town) -> Action:
    return make_action(place, make_plan(place), description="Deux salles", scope="Mairie")


@pytest.fixture
def browser(place: Town) -> Callable[[Role], Browser]:
    def sign_in(role: Role) -> Browser:
        user = place.people[role].user
        assert user is not None
        client = Browser()
        client.force_login(user, backend="portulan.accounts.backends.EmailBackend")
        return client

    return sign_in


def edit_url(action: Action) -> str:
    return f"/{action.plan.organisation.slug}/plans/{action.plan.slug}/{action.number}/edit/"


def together(count: int, deed: Callable[[], Any]) -> list[Any]:
    """Do something in several threads at the same instant; return what each answered."""
    ready, answers = threading.Barrier(count), []

    def run() -> None:
        try:
            ready.wait(timeout=20)
            answers.append(deed())
        finally:
            connection.close()

    threads = [threading.Thread(target=run) for _one in range(count)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=60)
    return answers


def test_a_form_sent_five_times_at_once_counts_once_and_shows_the_first_answer(
    place: Town, browser: Callable[[Role], Browser]
) -> None:
    client = browser(Role.ADMIN)
    page = f"/{place.slug}/people/unit/"
    sent = client.fields(page) | {"name": "DSI"}
    answers = together(5, lambda: browser_of(client).post(page, sent))
    assert Unit.objects.count() == 1
    assert {(one.status_code, one["Location"]) for one in answers} == {
        (302, answers[0]["Location"])
    }
    assert Sending.objects.filter(status=302).count() == 1


def test_a_file_sent_five_times_at_once_is_taken_once(
    place: Town, monkeypatch: pytest.MonkeyPatch
) -> None:
    done: list[int] = []

    def deed() -> Answer | None:
        done.append(1)
        time.sleep(0.3)  # it holds no transaction: the others come in meanwhile
        return Answer(302, "/there/")

    answers = together(5, lambda: once_apart(deed, user_id=1, token="a.1", digest="x"))
    assert (len(done), set(answers)) == (1, {Answer(302, "/there/")})
    with pytest.raises(OtherContentError):
        once_apart(deed, user_id=1, token="a.1", digest="y")
    # What did nothing, or broke, leaves its token; what died is waited for, then done again.
    assert once_apart(lambda: None, user_id=1, token="a.2", digest="x") is None
    with pytest.raises(ZeroDivisionError):
        once_apart(lambda: Answer(1 // 0, ""), user_id=1, token="a.2", digest="x")
    died = Sending.objects.create(user_id=1, token="a.2", digest="x", at=timezone.now())
    monkeypatch.setattr(form_tokens, "PATIENCE", 0.15)
    with pytest.raises(UnderWayError):
        once_apart(deed, user_id=1, token="a.2", digest="x")
    Sending.objects.filter(pk=died.pk).update(at=timezone.now() - form_tokens.ABANDONED * 2)
    assert once_apart(deed, user_id=1, token="a.2", digest="x") == Answer(302, "/there/")
    assert len(done) == 2


def test_a_file_that_is_still_read_for_another_request_is_said(
    place: Town, browser: Callable[[Role], Browser], monkeypatch: pytest.MonkeyPatch
) -> None:
    client, page = browser(Role.ADMIN), f"/{place.slug}/catalogue/import/"
    sent = client.fields(page)
    monkeypatch.setattr(form_tokens, "PATIENCE", 0.0)
    token = read(sent[FIELD].partition(".")[2])
    assert token is not None
    monkeypatch.setattr("portulan.web.form_tokens._content", lambda _request: "x")
    user = place.people[Role.ADMIN].user
    assert user is not None
    Sending.objects.create(user_id=user.pk, token=token.token, digest="x", at=timezone.now())
    answer = client.post(page, sent)
    assert (answer.status_code, answer["Retry-After"]) == (503, "5")


def browser_of(client: Browser) -> Browser:
    """Another window of the same person: a client is no thing to share between threads."""
    other = Browser()
    other.cookies = client.cookies
    return other


def test_what_is_refused_keeps_its_token_and_writes_nothing(
    place: Town, browser: Callable[[Role], Browser]
) -> None:
    client, page = browser(Role.ADMIN), f"/{place.slug}/people/unit/"
    sent = client.fields(page)
    assert client.post(page, sent | {"name": ""}).status_code == 422
    assert not Sending.objects.exists()
    assert client.post(page, sent | {"name": "DSI"}).status_code == 302


def test_a_button_that_was_refused_may_be_pressed_again(
    place: Town, action: Action, browser: Callable[[Role], Browser]
) -> None:
    goal = add_goal(place.editor, plan=action.plan, title="Moins")
    action.goals.add(goal)
    page = f"/{place.slug}/plans/{action.plan.slug}/goals/{goal.pk}/remove/"
    client = browser(Role.EDITOR)
    sent = client.fields(page)
    assert "rattache" in client.post(page, sent, follow=True).content.decode()
    action.goals.clear()
    client.post(page, sent)
    assert not action.plan.goals.exists()


def test_the_same_token_for_something_else_is_a_page_too_old(
    place: Town, browser: Callable[[Role], Browser]
) -> None:
    client, page = browser(Role.ADMIN), f"/{place.slug}/people/unit/"
    sent = client.fields(page)
    client.post(page, sent | {"name": "DSI"})
    answer = client.post(page, sent | {"name": "DRH"})
    assert answer.status_code == 422
    assert "trop ancienne" in answer.content.decode()
    assert Unit.objects.count() == 1


@pytest.mark.parametrize("said", ["", "x" * 64, "x.y.1", "x.a:b:c.1"])
def test_a_post_made_by_hand_is_shown_its_page_again(
    action: Action, browser: Callable[[Role], Browser], said: str
) -> None:
    client, page = browser(Role.EDITOR), edit_url(action)
    sent = client.fields(page) | {"title": "Typed by hand", FIELD: said}
    answer = client.post(page, sent)
    assert answer.status_code == 422
    text = answer.content.decode()
    assert "<title>Erreur\u00a0:" in text
    assert "trop ancienne" in text
    assert "Typed by hand" in text  # what was typed is not lost
    action.refresh_from_db()
    assert action.title != "Typed by hand"


def test_a_page_of_yesterday_is_too_old(
    action: Action, browser: Callable[[Role], Browser], monkeypatch: pytest.MonkeyPatch
) -> None:
    client, page = browser(Role.EDITOR), edit_url(action)
    before = TimestampSigner.timestamp
    with monkeypatch.context() as patch:
        patch.setattr("django.core.signing.time.time", lambda: timezone.now().timestamp() - 90_000)
        sent = client.fields(page)
    assert TimestampSigner.timestamp is before
    assert client.post(page, sent | {"title": "Too late"}).status_code == 422


def test_a_page_of_before_does_not_put_back_what_others_wrote_since(
    place: Town, action: Action, browser: Callable[[Role], Browser]
) -> None:
    """Sent once, then again by “back”: shown anew, what was never touched is not one's change."""
    client, page = browser(Role.EDITOR), edit_url(action)
    sent = client.fields(page)
    assert client.post(page, sent | {"title": "Un titre"}).status_code == 302
    edit_action(place.admin, action=Action.objects.get(pk=action.pk), description="Une seule")
    stale = client.post(page, sent | {"title": "Un autre titre"})
    assert stale.status_code == 422
    assert client.post(page, client.fields_of(stale)).status_code == 409
    action.refresh_from_db()
    assert action.description == "Une seule"


def test_two_who_change_the_organisation_at_once_both_stay(
    place: Town, browser: Callable[[Role], Browser]
) -> None:
    client, page = browser(Role.ADMIN), f"/{place.slug}/people/organisation/"
    sent = client.fields(page)
    Organisation.objects.filter(pk=place.organisation.pk).update(headcount=77)
    assert client.post(page, sent | {"population": "4321"}).status_code == 302
    now = Organisation.objects.get(pk=place.organisation.pk)
    assert (now.population, now.headcount) == (4321, 77)


def test_who_is_signed_in_does_not_guess_passwords_without_limit(
    place: Town, browser: Callable[[Role], Browser]
) -> None:
    client, user = browser(Role.READER), place.people[Role.ADMIN].user
    assert user is not None
    wrong = {"email": user.email, "password": "no such word"}
    assert [client.post("/sign-in/", wrong).status_code for _try in range(8)][-1] == 429


def test_what_was_sent_is_forgotten_after_a_day() -> None:
    def said(token: str) -> Answer | None:
        return once(lambda: Answer(302, "/"), user_id=1, token=token, digest="d")

    said("old")
    Sending.objects.update(at=timezone.now() - timedelta(days=1, minutes=1))
    said("new")
    assert list(Sending.objects.values_list("token", flat=True)) == ["new"]
    with pytest.raises(OtherContentError):
        once(lambda: Answer(302, "/"), user_id=1, token="new", digest="other")
    assert once(lambda: 1 / 0, user_id=1, token="new", digest="d") == Answer(302, "/")  # type: ignore[arg-type,return-value]


def test_two_people_change_two_fields_and_both_stay(
    place: Town, action: Action, browser: Callable[[Role], Browser]
) -> None:
    client = browser(Role.EDITOR)
    sent = client.fields(edit_url(action))
    edit_action(place.admin, action=Action.objects.get(pk=action.pk), description="Une seule")
    assert client.post(edit_url(action), sent | {"scope": "Écoles"}).status_code == 302
    action.refresh_from_db()
    assert (action.description, action.scope) == ("Une seule", "Écoles")
    # The trail says of each what each changed, and nothing else.
    last = history(action).first()
    assert last is not None
    assert list(last.changes) == ["scope"]


@pytest.mark.parametrize(("choice", "stays"), [("mine", "Aucune"), ("theirs", "Une seule")])
def test_one_field_changed_by_two_shows_both_values_and_lets_one_choose(
    place: Town, action: Action, browser: Callable[[Role], Browser], choice: str, stays: str
) -> None:
    client, page = browser(Role.EDITOR), edit_url(action)
    sent = client.fields(page) | {"description": "Aucune", "title": "Un autre titre"}
    edit_action(
        place.admin, action=Action.objects.get(pk=action.pk), description="Une seule", scope="Tout"
    )
    answer = client.post(page, sent)
    assert answer.status_code == 409
    text = answer.content.decode()
    assert "<title>Erreur\u00a0:" in text
    assert all(words in text for words in ("Aucune", "Une seule", "Un autre titre"))
    action.refresh_from_db()
    assert (action.description, action.title) == ("Une seule", "Une seule salle serveur")
    again = client.fields_of(answer) | {"keep-description": choice}
    assert client.post(page, again).status_code == 302
    action.refresh_from_db()
    # What did not collide is kept of both.
    assert (action.description, action.title, action.scope) == (stays, "Un autre titre", "Tout")


def test_a_pilot_who_updates_hears_what_was_said_meanwhile(
    place: Town, action: Action, browser: Callable[[Role], Browser]
) -> None:
    page, client = edit_url(action).removesuffix("edit/"), browser(Role.EDITOR)
    sent = client.fields(page) | {"update-blocked_by": "le marché"}
    update_progress(
        place.admin,
        action=Action.objects.get(pk=action.pk),
        today=TODAY,
        progress=Progress.IN_PROGRESS,
        blocked_by="",
        note="Le marché est notifié",
    )
    answer = client.post(f"{page}update/", sent)
    assert answer.status_code == 302, client.tree(answer).find_class("warn")[0].text_content()
    action.refresh_from_db()
    # What this pilot only read is not put back.
    assert (action.progress, action.blocked_by) == (Progress.IN_PROGRESS, "le marché")


def test_of_two_who_send_at_once_one_hears_of_the_other(
    action: Action, browser: Callable[[Role], Browser]
) -> None:
    page = edit_url(action)
    pages = []
    for number, role in enumerate((Role.EDITOR, Role.ADMIN)):
        client = browser(role)
        pages.append((client, client.fields(page) | {"description": f"Version {number}"}))
    waiting = iter(pages)
    lock = threading.Lock()

    def send() -> int:
        with lock:
            client, sent = next(waiting)
        status: int = client.post(page, sent).status_code
        return status

    assert sorted(together(2, send)) == [302, 409]


def test_a_row_of_a_register_that_somebody_else_wrote_is_not_written_over(
    place: Town, action: Action, browser: Callable[[Role], Browser]
) -> None:
    client, page = browser(Role.FINANCE), f"/{place.slug}/budget/2026/co-funding/"
    data = {"action": str(action.pk), "funder": "ADEME", "asked": "10 000"}
    sent = client.fields(page) | data
    assert browser(Role.ADMIN).post(page, data | {"asked": "12 000"}).status_code == 302
    answer = client.post(page, sent)
    assert answer.status_code == 409
    assert "12\u202f000" in answer.content.decode()
    assert CoFunding.objects.get().asked == 12_000
    # Its page now shows it: sent again with a choice, it is written.
    answer = client.post(page, client.fields_of(answer) | {"keep-asked": "mine"})
    assert answer.status_code == 302
    assert (CoFunding.objects.get().asked, CoFunding.objects.get().version) == (10_000, 2)


def test_what_is_to_be_deleted_is_shown_again_when_it_changed(
    place: Town, action: Action, browser: Callable[[Role], Browser]
) -> None:
    one = save_milestone(
        place.editor, action=action, milestone=None, title="Étude", due_on=TODAY, today=TODAY
    )
    page = edit_url(action).replace("edit/", f"milestones/{one.pk}/remove/")
    client = browser(Role.EDITOR)
    sent = client.fields(page)
    save_milestone(
        place.admin, action=action, milestone=one, title="Autre", due_on=TODAY, today=TODAY
    )
    answer = client.post(page, sent)
    assert (answer.status_code, Milestone.objects.count()) == (409, 1)
    assert client.post(page, client.fields_of(answer)).status_code == 302
    assert not Milestone.objects.exists()


def test_a_version_rises_each_time_that_a_row_is_written(place: Town) -> None:
    plan = make_plan(place)
    before = plan.version
    plan.title = "Autre"
    plan.save(update_fields=["title"])
    assert plan.version == before + 1 == Plan.objects.get(pk=plan.pk).version
    stale = Plan.objects.get(pk=plan.pk)
    plan.save()
    stale.save()
    assert Plan.objects.get(pk=plan.pk).version == before + 3


def test_what_was_refused_is_heard_and_leads_to_its_fields(
    action: Action, browser: Callable[[Role], Browser]
) -> None:
    client = browser(Role.EDITOR)
    answer = client.fill(edit_url(action), {"title": "", "due_on": "hier"})
    tree = client.tree(answer)
    (summary,) = tree.find_class("warn")
    assert (summary.get("role"), summary.get("tabindex")) == ("alert", "-1")
    assert "autofocus" in summary.attrib
    targets = [link.get("href")[1:] for link in summary.iter("a")]
    assert targets == ["id_title", "id_due_on"]
    for target in targets:
        field = tree.get_element_by_id(target)
        assert field.get("aria-invalid") == "true"
        assert tree.get_element_by_id(field.get("aria-describedby").split()[-1]).text_content()
    assert tree.findtext(".//title").startswith("Erreur\u00a0:")
