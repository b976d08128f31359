"""A committee on screen, from its agenda to its minutes: nothing is ticked beforehand."""

from __future__ import annotations

import hashlib
import io
import zipfile
from collections.abc import Callable

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from lxml import html

from portulan.accounts.access import Role
from portulan.accounts.models import Person
from portulan.core.mail import message_of
from portulan.core.models import Letter
from portulan.plans.actions.writes import declare_vacant
from portulan.plans.models import Action, Plan
from portulan.plans.words import CommitmentLevel
from portulan.steering.committees.bodies import save_body
from portulan.steering.models import Body, Committee, Decision
from portulan.steering.words import CommitteeState, Matter, Power
from tests.browser import Browser
from tests.people import Town
from tests.plans.plan_of_town import TODAY, adopt, make_action, make_plan

type SignIn = Callable[..., Browser]


@pytest.fixture
def plan(town: Town) -> Plan:
    town.organisation.frozen_on = TODAY
    town.organisation.save()
    plan = make_plan(town)
    action = make_action(town, plan, "Former les acheteurs")
    adopt(town, action, CommitmentLevel.STUDY)
    declare_vacant(town.editor, action=action, since=TODAY, today=TODAY)
    return plan


def url(town: Town, plan: Plan, name: str, *more: object) -> str:
    return reverse(f"steering:{name}", args=[town.slug, plan.slug, *more])


def minutes(town: Town, plan: Plan, committee: Committee, suffix: str) -> str:
    return reverse("documents:minutes", args=[town.slug, plan.slug, committee.pk, suffix])


def prepared(town: Town, plan: Plan, client: Browser) -> Committee:
    address = url(town, plan, "new-committee")
    assert not Body.objects.exists() or Body.objects.count() == 1
    client.fill(address, {"held_on": TODAY.isoformat(), "place": "Salle du conseil"})
    return Committee.objects.get()


def test_a_committee_is_prepared_held_and_minuted(
    town: Town, plan: Plan, signed_in: SignIn
) -> None:
    client = signed_in(Role.EDITOR)
    client.get(url(town, plan, "new-committee"))
    assert not Body.objects.exists()  # a page that is read writes nothing
    committee = prepared(town, plan, client)
    page = url(town, plan, "committee", committee.pk)
    assert "Former les acheteurs" in client.get(page).text
    added = client.fill(
        url(town, plan, "add-item", committee.pk), {"title": "Calendrier"}, follow=True
    )
    assert "Calendrier" in added.text
    started = client.fill(url(town, plan, "open-session", committee.pk), {}, follow=True)
    assert "2 sujets attendent leur réponse" in started.text  # what is to be known asks nothing
    item = committee.items.get(action__number=1)
    address = url(town, plan, "answer", committee.pk, item.pk)
    asked = client.get(address)
    tree = html.fromstring(asked.text)
    assert len(tree.xpath("//input[@type='radio']")) > 5
    assert not tree.xpath("//input[@type='radio'][@checked]")
    refused = client.fill(address, {"matter": "pilot"})
    assert refused.status_code == 422
    assert set(refused.context["form"].errors) == {"function"}
    client.fill(address, {"matter": "pilot", "function": "Service formation"})
    assert Action.objects.get().vacant_since is not None
    assert not html.fromstring(client.get(page).text).xpath("//input[@type='radio'][@checked]")
    taken = [minutes(town, plan, committee, suffix) for suffix in ("odt", "pdf", "html")]
    assert {client.get(one).status_code for one in taken} == {404}  # nothing is decided yet
    assert "Un sujet n’a pas de réponse" in client.fill(page, {"close": "1"}).text
    [other] = [one for one in committee.items.filter(decision=None) if not one.informs]
    said = {
        f"item-{other.pk}": "noted",
        "others": "DSI\nDGS",
        "observations": "Rien à ajouter.",
        "chair": "Mme A, vice-présidente",
    }
    wrong = client.fill(page, {**said, f"in_favour-{other.pk}": "3"})
    assert wrong.status_code == 422
    assert "3 voix pour 2 présents" in wrong.text
    client.fill(page, said)
    assert Decision.objects.get(item=other).option == "noted"
    assert "prend acte" in client.get(url(town, plan, "session-room", committee.pk)).text
    done = client.fill(page, {"close": "1", f"by_consensus-{other.pk}": "on"}, follow=True)
    assert "Séance close" in done.text
    act = {"act_number": "26-12", "votes": "unanimité"}
    done = client.fill(url(town, plan, "attach-act", committee.pk), act, follow=True)
    for words in (
        "décide",
        "de confier le pilotage de l’action 1",
        "Service formation",
        "26-12",
        "Rien à ajouter.",
        "sans vote, par consensus",
        "sous la présidence de",
        "attend d’être transmis",
        f"relevé n°\xa0{TODAY.year}-1",
    ):
        assert words in done.text, words
    action = Action.objects.get()
    assert (action.pilot_function, action.vacant_since) == ("Service formation", None)
    assert "Nommer un pilote" in client.get(url(town, plan, "committees")).text
    # Whoever reads finds the minutes, and nothing to change.
    reader = signed_in(Role.READER)
    for one in taken:
        assert one in reader.get(page).text or one.endswith("html")
    odt, pdf, web = (reader.get(one).content for one in taken)
    assert pdf.startswith(b"%PDF-")
    with zipfile.ZipFile(io.BytesIO(odt)) as archive:
        written = archive.read("content.xml").decode()
    for words in (
        "Former les acheteurs",
        "de confier le pilotage de l’action 1",
        "DSI, DGS",
        "26-12",
        "unanimité",
        "Rien à ajouter.",
    ):
        assert words in written, words
        assert words in web.decode(), words
    assert reader.get(minutes(town, plan, committee, "xlsx")).status_code == 404
    assert "Service formation" in reader.get(page).text
    for closing in ("close-minutes", "write-minutes", "undo-session", "signed-minutes"):
        assert reader.get(url(town, plan, closing, committee.pk)).status_code == 403
    # Written again, closed by a name and a date, then signed elsewhere.
    decision = Decision.objects.get(item=item)
    rewritten = {f"point-{decision.pk}": "Le comité nomme le service formation."}
    client.fill(url(town, plan, "write-minutes", committee.pk), rewritten)
    assert "Le comité nomme le service formation." in client.get(page).text
    client.fill(url(town, plan, "close-minutes", committee.pk), {"name": "Mme A"})
    assert "Arrêté le" in client.get(page).text
    late = client.fill(url(town, plan, "undo-session", committee.pk), {"reason": "erreur"})
    assert "Le relevé est arrêté" in late.text
    file = SimpleUploadedFile("signe.pdf", b"%PDF-1.7 ...", "application/pdf")
    client.fill(url(town, plan, "signed-minutes", committee.pk), {"file": file})
    committee.refresh_from_db()
    assert committee.signed_seal == hashlib.sha256(b"%PDF-1.7 ...").hexdigest()


def test_who_prepares_and_who_reads(town: Town, plan: Plan, signed_in: SignIn) -> None:
    committee = prepared(town, plan, signed_in(Role.EDITOR))
    item = committee.items.first()
    assert item is not None
    for role in Role:
        client = signed_in(role)
        may = role in {Role.EDITOR, Role.ADMIN}
        assert client.get(url(town, plan, "committees")).status_code == 200
        assert client.get(url(town, plan, "committee", committee.pk)).status_code == 200
        for name, place in (
            ("new-committee", []),
            ("new-body", []),
            ("add-item", [committee.pk]),
            ("open-session", [committee.pk]),
            ("answer", [committee.pk, item.pk]),
            ("close-minutes", [committee.pk]),
        ):
            status = client.get(url(town, plan, name, *place)).status_code
            assert status == (200 if may else 403), name
    assert signed_in(Role.ADMIN).get(url(town, plan, "committee", 9999)).status_code == 404


def test_a_task_is_said_to_be_done(town: Town, plan: Plan, signed_in: SignIn) -> None:
    client = signed_in(Role.EDITOR)
    committee = prepared(town, plan, client)
    client.fill(url(town, plan, "open-session", committee.pk), {})
    for item in committee.items.all():
        client.fill(
            url(town, plan, "answer", committee.pk, item.pk),
            {"matter": "task", "words": "Relancer la RH"},
        )
    client.fill(url(town, plan, "committee", committee.pk), {"close": "1"})
    page = client.get(url(town, plan, "committees"))
    assert "Pas encore faite" in page.text
    task = Decision.objects.filter(matter=Matter.TASK).first()
    assert task is not None
    done = client.post(url(town, plan, "decision-done", task.pk), follow=True)
    assert "Décision faite." in done.text


def test_a_page_asks_as_much_of_the_database_at_any_size(
    town: Town, plan: Plan, signed_in: SignIn
) -> None:
    client = signed_in(Role.EDITOR)
    committee = prepared(town, plan, client)
    page = url(town, plan, "committee", committee.pk)
    address = url(town, plan, "new-committee")
    client.get(page)
    counts = []
    for more in (1, 15):
        for _ in range(more):
            action = make_action(town, plan, "Autre")
            declare_vacant(town.editor, action=action, since=TODAY, today=TODAY)
        with CaptureQueriesContext(connection) as asked:
            client.post(url(town, plan, "refresh-agenda", committee.pk))
        counts.append(len(asked))
        client.get(page)
        with CaptureQueriesContext(connection) as asked:
            client.get(page)
        counts.append(len(asked))
    assert counts[:2] == counts[2:]
    assert client.get(address).status_code == 200
    assert committee.items.count() > 16
    assert committee.state == CommitteeState.PREPARING


def test_a_body_says_what_it_may(town: Town, plan: Plan, signed_in: SignIn) -> None:
    client = signed_in(Role.EDITOR)
    client.fill(
        url(town, plan, "new-body"),
        {"name": "Comité NR", "power": "2", "members": "DSI\nDGS", "quorum": "1"},
    )
    body = Body.objects.get()
    assert (body.power, body.members, body.quorum) == (Power.DECIDE, ["DSI", "DGS"], 1)
    client.fill(url(town, plan, "body", body.pk), {"power": "3"})
    body.refresh_from_db()
    assert body.power == Power.VOTE
    assert "Comité NR" in client.get(url(town, plan, "committees")).text
    save_body(town.editor, name="Assemblée", power=Power.VOTE)
    twice = client.fill(url(town, plan, "new-body"), {"name": "Assemblée", "power": "3"})
    assert twice.status_code == 422


def test_members_are_convened_with_a_day_for_their_agendas(
    town: Town, plan: Plan, signed_in: SignIn
) -> None:
    client = signed_in(Role.EDITOR)
    here = Person.objects.filter(organisation=town.organisation).exclude(email="").first()
    assert here is not None
    body = save_body(
        town.editor, name="Comité NR", power=Power.DECIDE, members=[here.function, "Absente"]
    )
    client.fill(url(town, plan, "new-committee"), {"body": body.pk, "held_on": TODAY.isoformat()})
    committee = Committee.objects.get()
    address = url(town, plan, "convene", committee.pk)
    assert "Sans adresse ici" in client.get(address).text
    assert "lettre" in client.fill(address, {}, follow=True).text
    letter = Letter.objects.get(key__startswith="committee:")
    assert "Former les acheteurs" in letter.body
    assert "BEGIN:VEVENT" in letter.calendar
    message = message_of(letter)
    assert [one[0] for one in message.attachments] == ["seance.ics"]
    committee.refresh_from_db()
    assert committee.convened_on == TODAY
