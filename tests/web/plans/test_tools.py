"""A plan goes out to other tools by a screen, which says what it would lose there."""

from __future__ import annotations

import io
import re
from collections.abc import Callable
from decimal import Decimal

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from portulan.accounts.access import Role
from portulan.core.tables.sources import open_source
from portulan.plans.models import Plan
from portulan.plans.money.writes import set_planned_money
from portulan.plans.tables.formats.registry import TABLES, grids_of, read_any
from portulan.plans.tools.registry import TOOLS
from tests.browser import Browser
from tests.people import Town
from tests.plans.plan_of_town import TODAY, followed_action, make_action, make_plan

pytestmark = pytest.mark.django_db
type SignIn = Callable[..., Browser]


@pytest.fixture
def plan(town: Town) -> Plan:
    town.organisation.frozen_on = TODAY
    town.organisation.save()
    plan = make_plan(town)
    piloted = followed_action(town, plan, pilot=town.people[Role.CONTRIBUTOR], scope="Deux écoles")
    set_planned_money(town.editor, action=piloted, year=2026, amount=Decimal(12345))
    make_action(town, plan, "Former")
    return plan


def url(town: Town, name: str, *more: object) -> str:
    return reverse(f"plans:{name}", args=[town.slug, *more])


@pytest.mark.parametrize("role", [Role.READER, Role.EDITOR])
def test_each_tool_has_its_file_and_its_losses(
    town: Town, plan: Plan, signed_in: SignIn, role: Role
) -> None:
    browser = signed_in(role)
    assert url(town, "tools", plan.slug) in browser.get(url(town, "tables", plan.slug)).text
    page = browser.get(url(town, "tools", plan.slug)).text
    told = re.sub(r"\s+|&nbsp;", " ", re.sub(r"<[^>]+>", "", page))
    for key, tool in TOOLS.items():
        assert tool.about.fr in page
        there = url(town, "tool-file", plan.slug, key)
        assert there in page
        answer = browser.get(there)
        assert answer.headers["Content-Disposition"] == (
            f'attachment; filename="{plan.slug}-{key}.xlsx"'
        )
        with open_source(io.BytesIO(answer.getvalue()), None, TABLES) as source:
            assert grids_of(source)
    assert "Champ d’expérimentation 1" in told
    assert "Personne qui pilote 1" in told
    assert "Aucune cible de la grille\u00a0: ne part pas." in page
    assert "345" not in told  # no amount
    assert browser.get(url(town, "tool-file", plan.slug, "excel")).status_code == 404


def test_no_name_leaves_and_the_file_comes_back(town: Town, plan: Plan, signed_in: SignIn) -> None:
    content = signed_in(Role.ADMIN).get(url(town, "tool-file", plan.slug, "tet")).getvalue()
    with open_source(io.BytesIO(content), None, TABLES) as source:
        grids = grids_of(source)
    reading = read_any(grids)
    assert [line.title for line in reading.lines] == ["Une seule salle serveur", "Former"]
    said = "\n".join(str(cell) for _row, cells in grids[0].rows for cell in cells)
    assert town.people[Role.CONTRIBUTOR].name not in said


def test_who_is_of_another_organisation_finds_nothing(
    town: Town, elsewhere: Town, plan: Plan, signed_in: SignIn
) -> None:
    stranger = signed_in(Role.ADMIN, elsewhere)
    for there in (url(town, "tools", plan.slug), url(town, "tool-file", plan.slug, "tet")):
        assert stranger.get(there).status_code == 404


def test_the_page_asks_the_same_whatever_the_plan_holds(
    town: Town, plan: Plan, signed_in: SignIn
) -> None:
    browser = signed_in(Role.READER)
    browser.get(url(town, "tools", plan.slug))
    counts = []
    for _time in range(2):
        with CaptureQueriesContext(connection) as asked:
            browser.get(url(town, "tools", plan.slug))
        counts.append(len(asked))
        for rank in range(12):
            make_action(town, plan, f"Action {_time} {rank}")
    assert counts[0] == counts[1]
