"""Asked in a copy of the product where an indicator has more fields (`test_one_field.py`)."""

from __future__ import annotations

import os
from collections.abc import Callable
from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from django.urls import reverse

from portulan.accounts.access import Role
from portulan.core.trail import history
from portulan.indicators.models import Indicator
from portulan.indicators.words import Direction, Kind
from portulan.indicators.writes import edit_indicator
from portulan.plans.files.document import seal
from portulan.plans.files.reads import folder_of
from portulan.plans.indicators import add_indicator
from portulan.plans.models import Action, Plan
from portulan.publication.plan_files.entering import enter
from portulan.publication.words import Part
from portulan.steering.sealed.writes import seal_plan
from portulan.steering.words import Occasion
from tests.api.callers import Caller
from tests.browser import Browser
from tests.house.test_seals import FOLDER
from tests.people import Town
from tests.plans.plan_of_town import TODAY, followed_action, make_plan
from tests.publication.plan_files.test_entering import again, organisation, written
from tests.publication.public.conftest import published as published
from tests.publication.public.published import Published

pytestmark = pytest.mark.django_db
type SignIn = Callable[[Role], Browser]
VALUES: dict[str, Any] = {
    "tool": "GLPI",
    "method": "On compte\nles postes",
    "parts": ["agents", "élus"],
    "checked_on": date(2026, 3, 2),
    "margin": Decimal("2.5"),
    "trust": "firm",
}


@pytest.fixture
def plan(town: Town) -> Plan:
    return make_plan(town)


@pytest.fixture
def action(town: Town, plan: Plan) -> Action:
    return followed_action(town, plan)


@pytest.fixture
def indicator(town: Town, action: Action) -> Indicator:
    return add_indicator(town.editor, action=action, name="Écrans", kind=Kind.COUNT, **VALUES)


def said(indicator: Indicator) -> dict[str, Any]:
    indicator.refresh_from_db()
    return {name: getattr(indicator, name) for name in VALUES}


def at(action: Action, name: str, *args: object) -> str:
    plan = action.plan
    return reverse(f"plans:{name}", args=[plan.organisation.slug, plan.slug, action.number, *args])


def test_the_form_and_the_page(action: Action, signed_in: SignIn) -> None:
    browser = signed_in(Role.EDITOR)
    sheet = at(action, "add-indicator")
    shown = browser.get(sheet).text
    for label in ("Outil", "Méthode", "Parties", "Vérifié le", "Marge", "Confiance"):
        assert label in shown
    typed = {
        "name": "Écrans",
        "kind": "count",
        "tool": "GLPI",
        "method": "On compte\nles postes",
        "parts": "agents\nélus",
        "checked_on": "2026-03-02",
        "margin": "2,5",
        "trust": "firm",
    }
    assert browser.fill(sheet, typed).status_code == 302
    made = Indicator.objects.get(name="Écrans")
    assert said(made) == VALUES
    page = browser.get(at(action, "indicator", made.pk)).text.replace("\u00a0", " ")
    for words in ("GLPI", "les postes", "agents, élus", "02/03/2026", "2,5 points", "Sûre"):
        assert words in page, words
    # Saved as it is shown, nothing moves.
    assert browser.fill(at(action, "edit-indicator", made.pk), {}).status_code == 302
    assert said(made) == VALUES


def test_the_folder_of_a_plan_keeps_it(town: Town, plan: Plan, indicator: Indicator) -> None:
    files = written(folder_of(town.admin, slug=plan.slug))
    (text,) = [content for name, content in files.items() if "crans" in name]
    assert b"tool: GLPI" in text
    entered = enter(organisation("ailleurs"), folder=again(files))
    assert said(Indicator.objects.get(organisation=entered.organisation, name="Écrans")) == VALUES
    french = text.replace(b"tool:", b"outil:")
    name = next(name for name in files if "crans" in name)
    other = enter(organisation("en-francais"), folder=again({**files, name: french}))
    assert said(Indicator.objects.get(organisation=other.organisation, name="Écrans")) == VALUES


def test_seals_of_before_hold_and_what_moved_is_said(
    town: Town, plan: Plan, indicator: Indicator, signed_in: SignIn
) -> None:
    assert seal(FOLDER) == os.environ["SEAL_OF_BEFORE"]
    kept = {"name": indicator.name, "kind": Kind.COUNT, "direction": Direction.NONE}
    for title in ("Vote", "Bilan"):
        seal_plan(town.editor, plan=plan, occasion=Occasion.VOTE, title=title, today=TODAY)
        edit_indicator(town.editor, indicator=indicator, **kept, tool="OCS")  # type: ignore[arg-type]
    address = reverse("steering:differences-text", args=[town.slug, plan.slug, 1])
    assert "Écrans" in signed_in(Role.READER).get(address).text
    (change,) = [entry.changes["tool"] for entry in history(indicator) if "tool" in entry.changes]
    assert change == ["GLPI", "OCS"]


def test_the_api_reads_and_writes_it(town: Town, action: Action, indicator: Indicator) -> None:
    path = f"plans/{action.plan.slug}/actions/{action.number}/indicators"
    caller = Caller(town)
    found = caller.get(f"{path}/{indicator.pk}")
    assert (found["tool"], found["checked_on"], found["trust"]) == ("GLPI", "2026-03-02", "firm")
    etag = caller("GET", f"{path}/{indicator.pk}")["ETag"]
    body = {"name": "Écrans", "kind": "count", "margin": "7"}
    answer = caller("PUT", f"{path}/{indicator.pk}", body, if_match=etag)
    assert answer.status_code in {200, 204}, answer.content
    assert said(indicator) == VALUES | {"margin": 7}


def test_nobody_reads_it_in_public(published: Published) -> None:
    for indicator in Indicator.objects.all():
        edit_indicator(
            published.town.editor, indicator=indicator, name="Écrans", kind=Kind(indicator.kind),
            tool="GLPI",  # type: ignore[call-arg]
        )  # fmt: skip
    assert "GLPI" not in published.show(*Part).content
