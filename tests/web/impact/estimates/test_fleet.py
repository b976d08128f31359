"""A fleet that a source counts: proposed beside what was said, taken by a person, told for ever."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
from django.utils import timezone

from portulan.accounts.access import Role
from portulan.core.models import AuditEntry
from portulan.impact.estimates.writes import estimate_action
from portulan.impact.models import Estimate
from portulan.plans.models import Action, Plan
from portulan.sources.feeding import Entrance
from portulan.sources.models import ItemsSnapshot, Source
from portulan.sources.taking import read_now
from portulan.sources.writes import save_source
from tests.browser import Browser
from tests.impact.asked import part, parts
from tests.people import Town
from tests.sources.inventory import explained, given, inventory
from tests.web.impact.conftest import Url, text_of
from tests.web.impact.estimates.test_files import seal_of

type SignIn = Callable[..., Browser]
DAY, NOW = date(2026, 11, 24), timezone.now()
RANGE = {"min": 3.5, "mode": 4, "max": 4.5}


@pytest.fixture
def glpi(town: Town) -> Source:
    source = save_source(town.editor, name="GLPI", entrance=Entrance.FILE, now=NOW)
    return explained(source)


def read(town: Town, source: Source, **more: Any) -> ItemsSnapshot:
    files = given(inventory(**more))
    return read_now(town.editor, source=source, files=files, today=DAY, now=NOW).snapshot


def recorded(client: Browser, url: Url, where: list[Any], source: Source, **said: str) -> Estimate:
    preview = client.fill(url("inventory", *where, source.pk), said)
    seal = {"sealed": seal_of(preview), "moment": "ex_ante", "baseline": "Comme avant"}
    client.post(url("record-file", *where), seal)
    return Estimate.objects.latest("pk")


def test_a_fleet_is_taken_from_a_source_and_says_it(
    town: Town, plan: Plan, action: Action, signed_in: SignIn, url: Url, glpi: Source
) -> None:
    snapshot = read(town, glpi, count=40, bought=date(2022, 11, 24))
    client, where = signed_in(Role.EDITOR), [plan.slug, action.number]
    assert url("inventory", *where, glpi.pk) in client.get(url("file", *where)).text
    shown = client.get(url("inventory", *where, glpi.pk))
    assert "Ordinateur portable" in text_of(shown)
    assert f"sceau {snapshot.digest[:12]}" in text_of(shown)
    assert 'value="40"' in shown.text
    assert not Estimate.objects.exists(), "a proposal writes nothing"
    found = recorded(client, url, where, glpi, **{"after-laptop": "6"})
    [laptops] = found.request["estimates"]
    assert laptops["inputs"]["count"] == 40
    assert laptops["read_from"] == {
        "source": "GLPI",
        "on": "2026-11-24",
        "digest": snapshot.digest,
        "inputs": ["count"],
    }
    told = f"GLPI au 24/11/2026, sceau {snapshot.digest[:12]}"
    assert told in text_of(client.get(url("estimate", *where, found.pk)))
    assert '"read_from"' in client.get(url("export-request", *where, found.pk)).text
    assert AuditEntry.objects.filter(changes__source=[None, told]).exists()


def test_what_somebody_said_stays_beside_and_in_the_request(
    town: Town, plan: Plan, action: Action, signed_in: SignIn, url: Url, glpi: Source
) -> None:
    inputs = {"device": "laptop", "count": 2300, "life_before": RANGE, "life_after": 6}
    laptops = part("device-life", "lots", "portables", achieved=0.8, **inputs)
    asked = parts(laptops, part("device-removed", "b", device="monitor", count=10))
    former = estimate_action(
        town.editor, action=action, request=asked, today=DAY, baseline="Tous les quatre ans"
    )
    read(town, glpi, count=40)
    client, where = signed_in(Role.EDITOR), [plan.slug, action.number]
    page = text_of(client.get(url("inventory", *where, glpi.pk)))
    assert "jusqu’ici 2 300" in page.replace("\u202f", " ").replace("\u00a0", " ")
    assert "jusqu’ici 3,5 à 4,5" in page
    found = recorded(client, url, where, glpi)
    monitors, again = found.request["estimates"]
    assert monitors["archetype"] == "device-removed", "what the source does not say stays"
    assert again["inputs"] == laptops["inputs"] | {"count": 40}
    assert again["assets"] == ["portables"], "overlaps are still known"
    former.refresh_from_db()
    assert former.request == asked, "what was recorded never changes"


def test_a_figure_that_a_person_corrects_is_theirs(
    town: Town, plan: Plan, action: Action, signed_in: SignIn, url: Url, glpi: Source
) -> None:
    read(town, glpi, count=40)
    client, where = signed_in(Role.EDITOR), [plan.slug, action.number]
    said = {"count-laptop": "38", "before-laptop": "4", "after-laptop": "6"}
    [laptops] = recorded(client, url, where, glpi, **said).request["estimates"]
    assert laptops["inputs"]["count"] == 38
    assert "read_from" not in laptops


def test_an_unknown_age_is_no_zero(
    town: Town, plan: Plan, action: Action, signed_in: SignIn, url: Url, glpi: Source
) -> None:
    read(town, glpi, count=40, known=4)
    client, where = signed_in(Role.EDITOR), [plan.slug, action.number]
    assert "inconnu" in text_of(client.get(url("inventory", *where, glpi.pk)))


def test_a_source_of_elsewhere_and_who_may_not_estimate(
    elsewhere: Town, plan: Plan, action: Action, signed_in: SignIn, url: Url, glpi: Source
) -> None:
    theirs = save_source(elsewhere.editor, name="GLPI", entrance=Entrance.FILE, now=NOW)
    read(elsewhere, explained(theirs))
    where = [plan.slug, action.number]
    client = signed_in(Role.EDITOR)
    assert client.get(url("inventory", *where, theirs.pk)).status_code == 404
    assert client.get(url("inventory", *where, glpi.pk)).status_code == 404, "it said nothing yet"
    assert signed_in(Role.READER).get(url("inventory", *where, glpi.pk)).status_code == 403
