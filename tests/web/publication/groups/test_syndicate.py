"""The desk of a syndicate: sixty members on one page, in few gestures, and nothing for others."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from io import BytesIO
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone
from lxml import html
from pypdf import PdfReader

from portulan.accounts.access import Role
from portulan.accounts.actors import Actor, command_line
from portulan.accounts.delegations import accept_delegation, delegate, end_delegation
from portulan.accounts.levels import Level
from portulan.accounts.models import Delegation, Organisation, Person
from portulan.accounts.words import LegalForm
from portulan.core.models import Letter, Task
from portulan.core.words import TaskStatus
from portulan.plans.models import Action, Plan
from portulan.publication.groups.acting import Acting
from portulan.publication.groups.campaigns import _run
from portulan.publication.groups.copies import LevelCount, Shared, SharedShare, kept
from portulan.publication.groups.founding import found_member
from portulan.publication.groups.founding_list import Wanted
from portulan.publication.models import SharedCopy, Sharing
from portulan.publication.public.edition import digest
from portulan.publication.words import CAMPAIGNS, SHEETS, Extent
from portulan.steering.models import Campaign, Reply
from portulan.steering.words import CampaignState
from tests.browser import Browser
from tests.pages import MOST_NODES
from tests.people import Town
from tests.publication.groups.test_sharing import sirens

TODAY = timezone.localdate()
UNTIL = TODAY + timedelta(days=200)
SHARED = Shared(
    name="Une commune",
    siren="",
    on=TODAY,
    extent=Extent.TEXTS,
    first_year=2026,
    last_year=2028,
    actions=8,
    silent=1,
    late=2,
    last_news_on=TODAY - timedelta(days=41),
    next_on=TODAY + timedelta(days=3),
    levels=(LevelCount(3, 5, 1), LevelCount(1, 3, 0)),
    shares=(SharedShare(2026, "OPENED", "TTC", "1", "40", date(2026, 9, 1), "2.5", "90"),),
    renewals=2,
    renewal_on=TODAY + timedelta(days=20),
)


@pytest.fixture
def desk(syndicate: Town, settings: Any) -> Town:
    """A syndicate that may found, and is one by its form."""
    settings.FOUNDERS, settings.MAILERS = [syndicate.slug], {"default": {}}
    here = Organisation.objects.filter(pk=syndicate.organisation.pk)
    here.update(legal_form=LegalForm.PUBLIC_BODY)
    syndicate.organisation.refresh_from_db()
    return syndicate


def founded(desk: Town, count: int, *, until: date | None = UNTIL, plan: bool = False) -> None:
    for n, siren in enumerate(sirens(count)):
        one = Wanted(siren, f"Commune {n}", 900, f"mairie{n}@c.example")
        found_member(desk.admin, wanted=one, form=LegalForm.TOWN, until=until, with_plan=plan)


def shared(desk: Town, **said: Any) -> None:
    """Every member shares, as its services write it, and is accepted."""
    for place in Organisation.objects.filter(name__startswith="Commune").exclude(sharings__gt=0):
        sharing = Sharing.objects.create(
            organisation=place,
            receiver=desk.organisation,
            extent=Extent.TEXTS,
            since=TODAY,
            accepted_siren=place.siren,
        )
        one = replace(SHARED, name=place.name, siren=place.siren, **said)
        SharedCopy.objects.create(
            organisation=desk.organisation,
            sharing=sharing,
            siren=place.siren,
            is_proved=True,
            name=place.name,
            on=TODAY,
            made_at=timezone.now(),
            content=kept(one),
            seal=digest(kept(one)),
        )


def home(town: Town) -> str:
    return reverse("dashboard:page", args=[town.slug])


def words(answer: Any) -> str:
    return " ".join(html.document_fromstring(answer.content).xpath("string(//main)").split())


def asked(browser: Browser, path: str) -> int:
    browser.get(path)
    with CaptureQueriesContext(
        connection,
    ) as seen:
        answer = browser.get(path)
    assert answer.status_code == 200
    tree = html.document_fromstring(answer.content)
    assert len(tree.xpath("//body//*[not(ancestor::svg)]")) <= min(MOST_NODES, 370)
    return len(seen)


def test_the_home_page_of_a_syndicate_is_its_members(desk: Town, signed_in: Any) -> None:
    admin = signed_in(Role.ADMIN, desk)
    assert "membre" not in words(admin.get(home(desk)))
    founded(desk, 2)
    said = words(admin.get(home(desk)))
    assert "2 membres, 0 partage." in said
    assert "créé par vous, ne partage rien" in said
    shared(desk)
    said = words(admin.get(home(desk)))
    assert "2 membres, 2 partagent. 2 ont un plan." in said
    assert "sans nouvelle, 41 jours" in said
    for sentence in ("2 membres sont en retard", "2 membres ont des contrats qui finissent"):
        assert sentence in said
    assert "Vous agissez pour 2 membres" in said
    place = Organisation.objects.get(name="Commune 0")
    tree = html.document_fromstring(admin.get(home(desk)).content)
    assert f"/{place.slug}/" in tree.xpath("//table//a/@href")
    assert admin.get(f"/{place.slug}/").status_code == 200
    for show in ("silent", "late", "contracts"):
        assert "Commune 1" in words(admin.get(f"{home(desk)}?show={show}"))
    assert "Aucun." in words(admin.get(f"{home(desk)}?show=nothing"))
    assert admin.get(reverse("dashboard:own", args=[desk.slug])).status_code == 200
    # Who does not act for them reads the same, without a door.
    reader = html.document_fromstring(signed_in(Role.READER, desk).get(home(desk)).content)
    assert f"/{place.slug}/" not in reader.xpath("//a/@href")
    assert "sans nouvelle, 41 jours" in reader.xpath("string(//main)")


def test_who_acts_for_a_member_reads_its_plan_there_and_nobody_else_does(
    desk: Town, signed_in: Any
) -> None:
    founded(desk, 1, plan=True)
    Action.objects.update(due_on=TODAY - timedelta(days=1))
    admin = signed_in(Role.ADMIN, desk)
    said = words(admin.get(home(desk)))
    assert "1 membre" in said or "Un membre" in said
    assert "8 actions" in said
    assert "lu par délégation" in said
    assert "Commune 0" in words(admin.get(f"{home(desk)}?show=late"))
    assert "Commune 0" in words(admin.get(f"{home(desk)}?show=nothing"))
    other = words(signed_in(Role.EDITOR, desk).get(home(desk)))
    assert "8 actions" not in other
    assert "créé par vous, ne partage rien" in other
    assert "Aucun." in words(signed_in(Role.EDITOR, desk).get(f"{home(desk)}?show=late"))


def test_what_a_member_shares_of_its_contracts_is_not_guessed(desk: Town, signed_in: Any) -> None:
    founded(desk, 1)
    shared(desk, renewals=None, renewal_on=None, silent=0, late=0, last_news_on=TODAY)
    said = words(signed_in(Role.READER, desk).get(home(desk)))
    assert "contrat qui finit" not in said
    assert "Rien ne vous attend." in said


def test_ten_and_sixty_members_cost_the_same_queries(desk: Town, signed_in: Any) -> None:
    admin = signed_in(Role.ADMIN, desk)
    founded(desk, 10)
    shared(desk)
    ten = asked(admin, home(desk))
    founded(desk, 60)
    shared(desk)
    sixty = asked(admin, home(desk))
    assert sixty == ten <= 15
    for query in ("?page=3", "?show=late&page=2", "?show=contracts"):
        assert asked(admin, home(desk) + query) <= 15


def test_nothing_of_a_member_is_for_others_nor_for_a_delegation_that_ended(
    desk: Town, val: Town, town: Town, signed_in: Any
) -> None:
    founded(desk, 1)
    shared(desk)
    place, held = Organisation.objects.get(name="Commune 0"), Delegation.objects.get()
    admin = signed_in(Role.ADMIN, desk)
    for stranger in (val, town):
        browser = signed_in(Role.ADMIN, stranger)
        for path in (home(desk), reverse("groups:members", args=[desk.slug]), f"/{place.slug}/"):
            assert browser.get(path).status_code == 404
        assert "Commune 0" not in words(browser.get(home(stranger)))
    end_delegation(_administrator(place), delegation=held, today=TODAY)
    said = admin.get(home(desk)).content.decode()
    assert "Aucun membre ne vous laisse agir" in " ".join(said.split())
    assert f'href="/{place.slug}/"' not in said
    assert admin.get(f"/{place.slug}/").status_code == 404


def _administrator(place: Organisation) -> Actor:
    return command_line(place.pk)


def at(town: Town, name: str, *found: object) -> str:
    return reverse(f"groups:{name}", args=[town.slug, *found])


def given_pilots(count: int) -> None:
    """The first plan of each has a pilot who reads mail."""
    for place in Organisation.objects.filter(name__startswith="Commune")[:count]:
        person = Person.objects.create(
            organisation=place, function="Secrétaire de mairie", email=f"s@{place.slug}.example"
        )
        Action.objects.filter(
            plan__organisation=place, pilot_function="Secrétaire de mairie"
        ).update(pilot=person)


def test_one_campaign_runs_in_each_member_and_one_list_has_the_silences(
    desk: Town, signed_in: Any
) -> None:
    founded(desk, 3, plan=True)
    given_pilots(2)
    admin, page = signed_in(Role.ADMIN, desk), at(desk, "members-campaign")
    asked = {"kind": "update", "title": "Automne", "closes_on": TODAY + timedelta(days=30)}
    for wrong in ({"members": []}, {"closes_on": TODAY - timedelta(days=1)}, {"title": ""}):
        assert admin.fill(page, {**asked, **wrong}).status_code == 422
    answer = admin.fill(page, asked)
    assert answer["Location"] == at(desk, "work", "members-campaign")
    assert "Campagne ouverte chez 3 membres." in words(admin.get(answer["Location"]))
    campaigns = Campaign.objects.all()
    assert {one.plan.organisation.name for one in campaigns} == {f"Commune {n}" for n in range(3)}
    letters = Letter.objects.filter(key__startswith="campaign:")
    assert {letter.organisation_id for letter in letters} == set(
        Organisation.objects.filter(name__in=["Commune 0", "Commune 1"]).values_list(
            "pk", flat=True
        )
    ), "they leave from each"
    said = words(admin.get(at(desk, "silent-members")))
    replies = Reply.objects.count()
    assert f"{replies} réponses manquent" in said
    assert "Secrétaire de mairie" in said
    # Of two that run it again, the second opens nothing more.
    assert admin.fill(page, asked).status_code == 302
    assert Campaign.objects.count() == 3
    reply = Reply.objects.first()
    assert reply is not None
    Reply.objects.filter(pk=reply.pk).update(answered_at=timezone.now())
    assert f"{replies - 1} réponses manquent" in words(admin.get(at(desk, "silent-members")))
    assert "réponse le" in words(admin.get(home(desk)))
    # Somebody else of the syndicate acts nowhere: they ask nobody, and read no silence.
    other = signed_in(Role.EDITOR, desk)
    assert "laisse agir" in words(other.get(page))
    assert other.fill(page, {**asked, "members": []}).status_code == 422
    assert "Personne ne se tait" in words(other.get(at(desk, "silent-members")))
    assert other.get(at(desk, "work", "members-campaign")).status_code == 404


def test_the_sheets_are_one_file_for_who_still_acts_for_each(desk: Town, signed_in: Any) -> None:
    founded(desk, 2, plan=True)
    Plan.objects.filter(organisation__name="Commune 1").delete()
    admin = signed_in(Role.ADMIN, desk)
    answer = admin.fill(at(desk, "members-sheets"), {})
    said = words(admin.get(answer["Location"]))
    assert "Une feuille prête." in said
    assert "Commune 1 : Commune 1 n’a pas encore de plan" in said.replace("\xa0", " ")
    got = admin.get(at(desk, "sheets-file"))
    assert got["Content-Type"] == "application/pdf"
    read = PdfReader(BytesIO(got.content))
    assert len(read.pages) == 1
    assert "Commune 0" in read.pages[0].extract_text()
    for browser in (signed_in(Role.EDITOR, desk), signed_in(Role.READER, desk)):
        assert browser.get(at(desk, "sheets-file")).status_code == 404
    held = Delegation.objects.get(person__organisation__name="Commune 0")
    end_delegation(_administrator(held.person.organisation), delegation=held, today=TODAY)
    assert admin.get(at(desk, "sheets-file")).status_code == 404


def test_a_role_that_does_not_run_campaigns_there_does_not_from_here(
    desk: Town, val: Town, signed_in: Any
) -> None:
    user = desk.people[Role.ADMIN].user
    assert user is not None
    offered = delegate(
        val.admin, group=desk.organisation, email=user.email, function="Agent",
        roles=[Role.READER], until=UNTIL, today=TODAY,
    )  # fmt: skip
    accept_delegation(desk.admin, user=user, pk=offered.pk, today=TODAY, bound_to=None)
    admin = signed_in(Role.ADMIN, desk)
    assert "laisse agir" in words(admin.get(at(desk, "members-campaign")))
    assert val.organisation.name in words(admin.get(at(desk, "members-sheets")))
    # A member that asks a second factor of that role is not entered without one.
    Organisation.objects.filter(pk=val.organisation.pk).update(factor_roles=["reader"])
    assert val.organisation.name not in words(admin.get(at(desk, "members-sheets")))


def test_sixty_towns_from_one_desk_in_few_gestures(desk: Town, signed_in: Any) -> None:
    """From nothing: sixty towns founded with their plan, a campaign in each, their sheets."""
    admin, gestures = signed_in(Role.ADMIN, desk), 0

    def got(path: str) -> Any:
        nonlocal gestures
        gestures += 1
        return admin.get(path)

    def sent(path: str, shown: Any, more: dict[str, Any], form: int = 0) -> Any:
        nonlocal gestures
        gestures += 1
        return admin.post(path, {**admin.fields_of(shown, form=form), **more})

    got(home(desk))
    page = at(desk, "found-members")
    lines = [f"{siren};Commune {n};900;m{n}@c.example" for n, siren in enumerate(sirens(60))]
    asked = {"members": "\n".join(lines), "with_plan": "on", "until": UNTIL.isoformat()}
    shown = sent(page, got(page), asked)
    done = got(sent(page, shown, {"found": ""}, form=1)["Location"])
    assert "60 organisations créées" in words(done)
    page = at(desk, "members-campaign")
    asked = {
        "kind": "acceptance",
        "title": "Accord",
        "closes_on": (TODAY + timedelta(9)).isoformat(),
    }
    done = got(sent(page, got(page), asked)["Location"])
    assert "chez 60 membres" in words(done)
    page = at(desk, "members-sheets")
    done = got(sent(page, got(page), {})["Location"])
    assert "60 feuilles prêtes" in words(done)
    assert len(PdfReader(BytesIO(got(at(desk, "sheets-file")).content)).pages) == 60
    got(at(desk, "silent-members"))
    shown = got(home(desk))
    assert "60 membres, 0 partage. 60 ont un plan." in words(shown)
    tree = html.document_fromstring(shown.content)
    assert len(tree.xpath("//body//*[not(ancestor::svg)]")) <= 370
    assert gestures <= 20
    assert Plan.objects.filter(organisation__name__startswith="Commune").count() == 60


def stopped(desk: Town, work: str, **told: Any) -> Task:
    """Work in every member as a process that was killed leaves it, asked with a second factor."""
    places = Organisation.objects.filter(name__startswith="Commune")
    person = desk.people[Role.ADMIN].pk
    return Task.objects.create(
        organisation_id=desk.organisation.pk,
        person_id=person,
        kind=work,
        subject_id=person,
        status=TaskStatus.INTERRUPTED,
        details={
            "members": {str(one.pk): one.name for one in places},
            "levels": {str(one.pk): Level.FACTOR for one in places},
            "roles": ["admin"],
            **told,
        },
        created_at=timezone.now(),
        seen_at=timezone.now(),
    )


def test_what_is_resumed_asks_again_how_sure_each_member_is(desk: Town, signed_in: Any) -> None:
    founded(desk, 2, plan=True)
    stopped(desk, SHEETS)
    Organisation.objects.filter(name="Commune 1").update(factor_roles=["editor"])
    admin = signed_in(Role.ADMIN, desk)
    answer = admin.post(at(desk, "resume-work", SHEETS), {})
    said = words(admin.get(answer["Location"])).replace("\xa0", " ")
    assert "Une feuille prête." in said
    assert "Commune 1 : vous n’y agissez plus" in said


def test_what_is_withdrawn_meanwhile_stops_the_work_there(
    desk: Town, signed_in: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    founded(desk, 2, plan=True)
    closes = (TODAY + timedelta(days=9)).isoformat()
    stopped(desk, CAMPAIGNS, kind="update", title="Automne", message="", closes_on=closes)

    def run_then_lose(acting: Acting, *said: Any) -> None:
        _run(acting, *said)
        for held in Delegation.objects.exclude(person__organisation=acting.organisation):
            end_delegation(_administrator(held.person.organisation), delegation=held, today=TODAY)

    monkeypatch.setattr("portulan.publication.groups.campaigns._run", run_then_lose)
    admin = signed_in(Role.ADMIN, desk)
    answer = admin.post(at(desk, "resume-work", CAMPAIGNS), {})
    said = words(admin.get(answer["Location"]))
    assert "Campagne ouverte chez un membre." in said
    assert "vous n’y agissez plus" in said
    assert Campaign.objects.count() == 1


def test_a_campaign_that_was_closed_is_no_reason_to_open_none(desk: Town, signed_in: Any) -> None:
    founded(desk, 1, plan=True)
    admin, page = signed_in(Role.ADMIN, desk), at(desk, "members-campaign")
    asked = {"kind": "update", "title": "Automne", "closes_on": TODAY + timedelta(days=30)}
    for _again in range(2):
        admin.fill(page, asked)
        Campaign.objects.update(state=CampaignState.CLOSED)
    assert Campaign.objects.count() == 2


def test_a_member_is_read_by_a_siren_that_is_proved(desk: Town, signed_in: Any) -> None:
    founded(desk, 1, plan=True)
    Organisation.objects.filter(name="Commune 0").update(proved_siren="")
    said = words(signed_in(Role.ADMIN, desk).get(home(desk)))
    assert "8 actions" not in said
