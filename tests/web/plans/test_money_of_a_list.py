"""Nothing flagged yet is no zero: the list, its file, the grid and the plan for the vote agree."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Callable
from decimal import Decimal

import pytest
from django.test import Client
from django.urls import reverse
from lxml import html

from portulan.accounts.access import Role
from portulan.budget.imports.typed import TypedLine, type_figures
from portulan.budget.words import Stage
from portulan.budget.years.writes import open_year
from portulan.plans.models import Action, Plan
from portulan.plans.money.writes import set_planned_money
from portulan.plans.words import Section
from portulan.publication.documents.making import build
from portulan.publication.documents.registry import KINDS
from portulan.publication.documents.said import printed
from tests.people import Town
from tests.plans.plan_of_town import TODAY, make_action, make_plan
from tests.publication.documents.test_towns import asked

D = Decimal
# What sixty actions ask, in thousands: the last nine are not costed.
ASKS = [*range(1, 52), *[None] * 9]


@pytest.fixture
def plan(town: Town) -> Plan:
    town.organisation.frozen_on = TODAY
    town.organisation.save()
    return make_plan(town)


@pytest.fixture
def actions(town: Town, plan: Plan) -> list[Action]:
    found = []
    for number, thousands in enumerate(ASKS):
        found.append(make_action(town, plan, title=f"Action {number}"))
        amount = None if thousands is None else D(1000 * thousands)
        set_planned_money(town.editor, action=found[-1], year=2026, amount=amount)
    return found


def footer(client: Client, plan: Plan, name: str = "plan") -> str:
    address = reverse(f"plans:{name}", args=[plan.organisation.slug, plan.slug])
    tree = html.fromstring(client.get(address).content.decode())
    return re.sub(r"\s+", " ", str(tree.xpath("string(//tfoot)")))


def test_typed_figures_of_a_year_leave_what_is_asked(
    town: Town, plan: Plan, actions: list[Action], signed_in: Callable[..., Client]
) -> None:
    client, whole = signed_in(Role.EDITOR), sum(filter(None, ASKS))
    before = footer(client, plan)
    assert "Total des 51 actions (doté ou demandé" in before
    assert "9 non chiffrées" in before
    assert before.rstrip().endswith(f"{whole:,}".replace(",", " "))
    year = open_year(town.finance, year=2026)
    line = TypedLine("Six postes remis en état", D(900), "Devis", action=actions[0])
    type_figures(
        town.finance,
        fiscal_year=year,
        stage=Stage.VOTED,
        it_budget=D(90_000),
        lines=[line],
        on=TODAY,
    )
    after = footer(client, plan)
    # The first action has a line; of the others nothing is known but what they ask.
    assert "Total de l’action (voté, k€ TTC)0,9" in after
    assert "Total des 50 actions (doté ou demandé, k€ TTC), 9 non chiffrées" in after
    assert after.rstrip().endswith(f"{whole - 1:,}".replace(",", " "))
    text = client.get(reverse("plans:export", args=[town.slug, plan.slug])).content.decode()
    rows = list(csv.DictReader(io.StringIO(text.lstrip("\ufeff")), delimiter=";"))
    money = [(row["DSI 2026 (€ TTC)"], row["DSI 2026, stade"]) for row in rows]
    assert money[:2] == [("900,00", "voté"), ("2000,00", "demandé")]
    assert money[-9:] == [("inconnu", "")] * 9
    assert footer(client, plan, "grid").count(f"{whole:,}".replace(",", " ")) == 1


def test_the_plan_for_the_vote_says_both_sides_and_what_is_unknown(town: Town, plan: Plan) -> None:
    inside, beside, partial, silent = (make_action(town, plan) for _ in range(4))
    set_planned_money(town.editor, action=inside, year=2026, amount=D(40_000))
    set_planned_money(town.editor, action=inside, year=2027, amount=None)
    set_planned_money(town.editor, action=beside, year=2026, amount=D(16_000), in_it_budget=False)
    for section, amount in ((Section.OPERATING, D(5000)), (Section.INVESTMENT, None)):
        set_planned_money(town.editor, action=partial, year=2026, amount=amount, section=section)
    found = build(KINDS["plan"], asked(town))
    means, *tables = found.tables
    said = {row[0].value: [printed(cell, "fr") for cell in row[2:]] for row in means.rows}
    assert said["2026"] == ["≥\u00a045\u00a0k€", "16\u00a0k€", "≥\u00a061\u00a0k€", "2"]
    assert said["2027"] == ["inconnu", "", "inconnu", "2"]
    costs = {
        int(row[0].value): [printed(cell, "fr") for cell in row[-2:]]
        for table in tables
        for row in table.rows
    }
    assert costs == {
        inside.number: ["≥\u00a040\u00a0k€", ""],
        beside.number: ["", "16\u00a0k€"],
        partial.number: ["≥\u00a05\u00a0k€", ""],
        silent.number: ["inconnu", ""],
    }
    lacks = found.sections[-1].blocks[-1]
    assert "Non chiffrée (3)" in str(lacks)
