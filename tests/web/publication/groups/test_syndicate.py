"""The desk of a syndicate: sixty members on one page, in few gestures, and nothing for others."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone
from lxml import html

from portulan.accounts.access import Role
from portulan.accounts.delegations import end_delegation
from portulan.accounts.models import Delegation, Organisation
from portulan.accounts.words import LegalForm
from portulan.publication.groups.copies import LevelCount, Shared, SharedShare, kept
from portulan.publication.groups.founding import found_member
from portulan.publication.groups.founding_list import Wanted
from portulan.publication.models import SharedCopy, Sharing
from portulan.publication.public.edition import digest
from portulan.publication.words import Extent
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


def test_what_a_member_shares_of_its_contracts_is_not_guessed(desk: Town, signed_in: Any) -> None:
    founded(desk, 1)
    shared(desk, renewals=None, renewal_on=None, silent=0, late=0)
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
    assert "Vous agissez pour 0 membre" in " ".join(said.split())
    assert f'href="/{place.slug}/"' not in said
    assert admin.get(f"/{place.slug}/").status_code == 404


def _administrator(place: Organisation) -> Any:
    from portulan.accounts.actors import command_line

    return command_line(place.pk)
