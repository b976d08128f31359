"""The pages of sources: from an indicator to its first reading, and who sees what."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from portulan.accounts.access import Role
from portulan.indicators.models import Indicator
from portulan.indicators.words import Kind
from portulan.plans.indicators import add_indicator
from portulan.sources.feeding import Agreement, Entrance, Manner
from portulan.sources.models import ProposedReading, Source
from portulan.sources.taking import read_now
from portulan.sources.writes import feed, save_source
from tests.browser import Browser
from tests.people import Town
from tests.plans.plan_of_town import followed_action, make_plan
from tests.sources.inventory import SECRET_SERIAL, SECRET_USER, explained, given, inventory

type SignIn = Callable[..., Browser]
NOW = timezone.now()


def url(town: Town, name: str, *more: object) -> str:
    return reverse(f"sources:{name}", args=[town.slug, *more])


@pytest.fixture
def age(town: Town) -> Indicator:
    action = followed_action(town, make_plan(town))
    return add_indicator(
        town.editor, action=action, name="Âge du parc", kind=Kind.QUANTITY, unit="années"
    )


def test_from_an_indicator_to_its_first_reading(
    town: Town, age: Indicator, signed_in: SignIn
) -> None:
    client = signed_in(Role.EDITOR)
    action = age.action_links.get().action
    page = client.get(
        reverse("plans:indicator", args=[town.slug, action.plan.slug, action.number, age.pk])
    )
    new = f"{url(town, 'new')}?indicator={age.pk}"
    assert new in page.text
    made = client.fill(new, {"name": "GLPI", "entrance": "file"})
    source = Source.objects.get()
    assert made["Location"] == f"{url(town, 'give', source.pk)}?indicator={age.pk}"
    file = SimpleUploadedFile("parc.csv", inventory())
    read = client.fill(made["Location"], {"given": file})
    assert read["Location"] == f"{url(town, 'words', source.pk)}?indicator={age.pk}"
    said = client.fill(read["Location"], {"w0": "in_service", "w1": "laptop"})
    assert said["Location"] == f"{url(town, 'link', source.pk)}?indicator={age.pk}"
    linked = client.fill(said["Location"], {"formula": "age-mean"})
    assert linked.status_code == 302, linked.text
    shown = client.get(url(town, "source", source.pk))
    assert "Accepter" in shown.text
    one = ProposedReading.objects.get()
    client.fill(url(town, "source", source.pk), {}, form=0)
    answered = client.post(url(town, "answer", source.pk), {f"p{one.pk}": "accept"})
    assert answered.status_code == 302
    one.refresh_from_db()
    assert one.answer == Agreement.ACCEPTED
    assert age.measurements.get().value is not None
    for name in ("source", "link", "words"):
        text = client.get(url(town, name, source.pk)).text
        assert SECRET_SERIAL not in text
        assert SECRET_USER not in text


def test_a_page_names_the_two_sources_of_a_day(
    town: Town, age: Indicator, signed_in: SignIn
) -> None:
    for name, bought in (("GLPI", date(2022, 11, 24)), ("Snipe-IT", date(2022, 8, 24))):
        source = explained(save_source(town.editor, name=name, entrance=Entrance.FILE, now=NOW))
        feed(town.editor, source=source, indicator=age, formula="age-mean", manner=Manner.AUTOMATIC)
        files, day = given(inventory(bought=bought)), date(2026, 11, 24)
        read_now(town.editor, source=source, files=files, today=day, now=NOW)
    page = signed_in(Role.EDITOR).get(url(town, "source", source.pk))
    assert "Deux sources se contredisent" in page.text
    assert "GLPI\u00a0: 4" in page.text
    assert "Accepter, et écarter l’autre" in page.text


def test_each_role_sees_and_only_some_change(
    town: Town, elsewhere: Town, age: Indicator, signed_in: SignIn
) -> None:
    source = explained(save_source(town.editor, name="GLPI", entrance=Entrance.DEPOSIT, now=NOW))
    feed(town.editor, source=source, indicator=age, formula="age-mean")
    day = date(2026, 11, 20)
    read_now(town.editor, source=source, files=given(inventory()), today=day, now=NOW)
    for role in Role:
        client = signed_in(role)
        for name in ((), (source.pk,)):
            seen = client.get(url(town, "source" if name else "browse", *name))
            assert seen.status_code == 200
        changes = role in {Role.EDITOR, Role.ADMIN}
        expected = 200 if changes else 403
        assert client.get(url(town, "edit", source.pk)).status_code == expected
        given_token = client.post(url(town, "token", source.pk))
        assert given_token.status_code == (200 if role is Role.ADMIN else 403)
    stranger = save_source(elsewhere.editor, name="x", entrance=Entrance.FILE, now=NOW)
    for name in ("source", "edit", "give", "words", "link", "remove"):
        assert signed_in(Role.ADMIN).get(url(town, name, stranger.pk)).status_code == 404


def test_the_token_is_shown_once_with_its_line(town: Town, signed_in: SignIn) -> None:
    source = save_source(town.editor, name="GLPI", entrance=Entrance.DEPOSIT, now=NOW)
    client = signed_in(Role.ADMIN)
    shown = client.post(url(town, "token", source.pk))
    assert "curl --fail" in shown.text
    assert "portulan_deposit_" in shown.text
    assert "portulan_deposit_" not in client.get(url(town, "source", source.pk)).text


def test_as_many_queries_for_ten_sources_as_for_fifty(
    town: Town, age: Indicator, signed_in: SignIn
) -> None:
    client, counts = signed_in(Role.EDITOR), []
    client.get(url(town, "browse"))
    for until in (10, 40):
        for rank in range(Source.objects.count(), until):
            made = save_source(town.editor, name=f"S{rank}", entrance=Entrance.FILE, now=NOW)
            feed(town.editor, source=made, indicator=age, formula="age-mean")
        with CaptureQueriesContext(connection) as seen:
            assert client.get(url(town, "browse")).status_code == 200
        counts.append(len(seen))
    assert counts[0] == counts[1]


def test_an_address_asks_for_its_secret_and_never_shows_it(
    town: Town, age: Indicator, signed_in: SignIn
) -> None:
    client = signed_in(Role.ADMIN)
    address = "https://glpi.example.org/apirest.php"
    fields = {"name": "GLPI", "entrance": "address", "api": "glpi", "url": address}
    made = client.fill(url(town, "new"), fields)
    source = Source.objects.get()
    assert made["Location"] == url(town, "secret", source.pk)
    asked = client.get(made["Location"])
    assert "Un compte de service, sans prénom" in asked.text
    page = client.get(url(town, "source", source.pk))
    assert "redonnez-le" in page.text
    client.fill(made["Location"], {"user_token": "kept-to-itself", "app_token": "app"})
    for name in ("secret", "source", "edit"):
        shown = client.get(url(town, name, source.pk)).text
        assert "kept-to-itself" not in shown
    assert "Lire maintenant" in client.get(url(town, "source", source.pk)).text
