"""Asked in a copy of the product where an action has fields of each kind (`test_one_field.py`)."""

from __future__ import annotations

import os
from collections.abc import Callable
from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from django.urls import reverse

from portulan.accounts.access import Role
from portulan.accounts.models import Unit
from portulan.accounts.writes import add_unit
from portulan.core.trail import history
from portulan.plans.actions.history import restore_value
from portulan.plans.actions.writes import edit_action
from portulan.plans.files.document import seal
from portulan.plans.files.reads import folder_of
from portulan.plans.models import Action, Plan
from portulan.plans.renewal.writes import duplicate_plan
from portulan.plans.tables.writing import table_of
from portulan.plans.words import Guess
from portulan.publication.plan_files.entering import enter
from portulan.publication.words import Part
from portulan.steering.sealed.writes import seal_plan
from portulan.steering.words import Occasion
from tests.api.callers import Caller
from tests.browser import Browser
from tests.house.test_seals import FOLDER
from tests.people import Town
from tests.plans.plan_of_town import TODAY, followed_action, make_plan
from tests.plans.tables.test_writes import bring
from tests.publication.plan_files.test_entering import again, organisation, written
from tests.publication.public.conftest import published as published
from tests.publication.public.published import Published

pytestmark = pytest.mark.django_db
type SignIn = Callable[[Role], Browser]
NAMES = ("caution", "lessons", "asked_on", "people_reached", "confidence", "host", "motto")


@pytest.fixture
def plan(town: Town) -> Plan:
    return make_plan(town)


@pytest.fixture
def host(town: Town) -> Unit:
    return add_unit(town.admin, name="Port de plaisance")


@pytest.fixture
def values(host: Unit) -> dict[str, Any]:
    return {
        "caution": "Garder le secours",
        "lessons": "Une ligne\net l’autre",
        "asked_on": date(2026, 3, 2),
        "people_reached": Decimal("12.5"),
        "confidence": Guess.HIGH,
        "host": host,
        "motto": "Moins mais mieux",
    }


@pytest.fixture
def action(town: Town, plan: Plan, values: dict[str, Any]) -> Action:
    made = followed_action(town, plan, **values)
    followed_action(town, plan, title="Rien de tout cela")
    return made


def said(action: Action) -> dict[str, Any]:
    action.refresh_from_db()
    return {name: getattr(action, name) for name in NAMES}


def at(town: Town, plan: Plan, name: str, *args: object) -> str:
    return reverse(f"plans:{name}", args=[town.slug, plan.slug, *args])


def test_the_form_and_the_page(
    town: Town, plan: Plan, host: Unit, values: dict[str, Any], signed_in: SignIn
) -> None:
    action = followed_action(town, plan)
    browser = signed_in(Role.EDITOR)
    sheet = at(town, plan, "edit-action", action.number)
    shown = browser.get(sheet).text
    for label in ("Point d’attention", "Enseignements", "Demandée le", "Entité d’accueil"):
        assert label in shown
    typed = {
        "caution": "Garder le secours",
        "lessons": "Une ligne\net l’autre",
        "asked_on": "2026-03-02",
        "people_reached": "12,5",
        "confidence": "3",
        "host": str(host.pk),
        "motto": "Moins mais mieux",
    }
    assert browser.fill(sheet, typed).status_code == 302
    assert said(action) == values
    page = browser.get(at(town, plan, "action", action.number)).text
    assert "Garder le secours" in page
    assert "12,5 agents" in page.replace("\u00a0", " ")
    # Saved as it is shown, nothing moves.
    assert browser.fill(sheet, {}).status_code == 302
    assert said(action) == values


def test_lists_find_keep_sort_and_change_it(
    town: Town, plan: Plan, action: Action, host: Unit, signed_in: SignIn
) -> None:
    browser = signed_in(Role.EDITOR)
    for asked in (
        *("q=secours", "confidence=3", f"host={host.pk}", "asked_on=2026"),
        "people_reached=large",
    ):
        found = browser.get(at(town, plan, "export") + f"?{asked}").text
        assert "Une seule salle serveur" in found, asked
        assert "Rien de tout cela" not in found, asked
        assert "Garder le secours" in found
    assert "Rien de tout cela" in browser.get(at(town, plan, "export") + "?confidence=unknown").text
    columns = "&".join(f"col={name}" for name in NAMES if name != "lessons")
    grid = at(town, plan, "grid") + f"?{columns}&sort=-people_reached"
    shown = browser.get(grid).text.replace("\u00a0", " ")
    for words in ("Garder le secours", "02/03/2026", "12,5", "Fort", "Port de plaisance"):
        assert words in shown
    change = {"whole": "1", "field": "asked_on", "value": "05/04/2026", "preview": "1"}
    answer = browser.fill(grid, change)
    assert browser.post(at(town, plan, "apply-grid"), browser.fields_of(answer)).status_code == 302
    assert set(plan.actions.values_list("asked_on", flat=True)) == {date(2026, 4, 5)}


def test_a_table_leaves_with_it_and_brings_it(
    town: Town, plan: Plan, action: Action, values: dict[str, Any]
) -> None:
    heads, *rows = (list(row) for row in table_of(plan, "fr").rows())
    row = dict(zip(heads, rows[0], strict=True))
    assert row["Point d’attention"] == "Garder le secours"
    assert row["Agents touchés"] == Decimal("12.5")
    assert (row["Confiance"], row["Entité d’accueil"]) == ("Fort", "Port de plaisance")
    told: list[list[Any]] = [
        ["Titre", "Caution", "Demandée le", "Agents touchés", "Confiance", "Entité d’accueil"],
        ["Neuve", "Prévenir", "5 avril 2026", "40", "Moyen", "Port de plaisance"],
    ]
    bring(town.editor, plan, told)
    made = plan.actions.get(title="Neuve")
    assert (made.caution, made.asked_on) == ("Prévenir", date(2026, 4, 5))  # type: ignore[attr-defined]
    assert (made.people_reached, made.confidence) == (Decimal(40), Guess.MEDIUM)  # type: ignore[attr-defined]
    assert made.host == values["host"]  # type: ignore[attr-defined]


def test_the_folder_of_a_plan_keeps_it(town: Town, plan: Plan, action: Action) -> None:
    folder = folder_of(town.admin, slug=plan.slug)
    files = written(folder)
    assert b"caution: Garder le secours" in files["actions/001.md"]
    entered = enter(organisation("ailleurs"), folder=again(files))
    assert said(entered.actions.get(number=1)) | {"host": None} == said(action) | {"host": None}
    assert entered.actions.get(number=1).host.name == "Port de plaisance"  # type: ignore[attr-defined]


def test_seals_of_before_hold_and_what_moved_is_said(
    town: Town, plan: Plan, action: Action, signed_in: SignIn
) -> None:
    assert seal(FOLDER) == os.environ["SEAL_OF_BEFORE"]
    for title in ("Vote", "Bilan"):
        seal_plan(town.editor, plan=plan, occasion=Occasion.VOTE, title=title, today=TODAY)
        edit_action(
            town.editor,
            action=action,
            caution="Prévenir",  # type: ignore[call-arg]
            confidence=Guess.LOW,
        )
    told = (
        signed_in(Role.READER)
        .get(reverse("steering:differences-text", args=[town.slug, plan.slug, 1]))
        .text
    )
    assert "son point d’attention est «\u00a0Prévenir\u00a0»" in told
    assert "«\u00a0Confiance\u00a0» a changé" in told


def test_its_history_is_told_and_gives_it_back(
    town: Town, plan: Plan, action: Action, signed_in: SignIn
) -> None:
    other = add_unit(town.admin, name="Cuisine centrale")
    edit_action(town.editor, action=action, host=other, caution="Prévenir")  # type: ignore[call-arg]
    shown = signed_in(Role.READER).get(at(town, plan, "history", action.number)).text
    assert "Port de plaisance → Cuisine centrale" in shown
    assert "Garder le secours → Prévenir" in shown
    entry = history(action).first()
    assert entry is not None
    for field in ("host", "caution"):
        restore_value(town.editor, action=action, entry_id=entry.pk, field=field)
    assert (action.caution, action.host.name) == ("Garder le secours", "Port de plaisance")  # type: ignore[attr-defined]


def test_the_api_reads_and_writes_it(town: Town, plan: Plan, action: Action, host: Unit) -> None:
    caller, path = Caller(town), f"plans/{plan.slug}/actions/{action.number}"
    found = caller.get(path)
    assert (found["caution"], found["asked_on"]) == ("Garder le secours", "2026-03-02")
    assert (found["confidence"], found["host"]) == ("high", host.pk)
    etag = caller("GET", path)["ETag"]
    answer = caller("PATCH", path, {"people_reached": "7"}, if_match=etag)
    assert answer.status_code in {200, 204}, answer.content
    assert Decimal(caller.get(path)["people_reached"]) == 7


def test_a_copy_of_the_plan_has_it(
    town: Town, plan: Plan, action: Action, values: dict[str, Any]
) -> None:
    copy = duplicate_plan(
        town.editor, plan=plan, title="Autre", first_year=2025, last_year=2027, today=TODAY
    )
    assert said(copy.actions.get(number=1)) == values


def test_nobody_reads_it_in_public_unless_it_was_declared_so(
    published: Published, values: dict[str, Any], client: Any
) -> None:
    for action in published.plan.actions.all():
        edit_action(published.town.editor, action=action, **values)
    edition = published.show(*Part)
    assert "Moins mais mieux" in edition.content
    for secret in ("Garder le secours", "et l’autre", "Port de plaisance"):
        assert secret not in edition.content
