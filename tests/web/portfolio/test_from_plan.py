"""Filling a scenario on screen: what is proposed, what is typed, what is missing."""

from __future__ import annotations

import re
from collections.abc import Callable
from decimal import Decimal

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from portulan.accounts.access import Role
from portulan.catalogue.imports.writes import install_builtin
from portulan.plans.money.writes import set_planned_money
from portulan.plans.words import CommitmentLevel, Section
from portulan.portfolio.envelopes import save_envelope
from portulan.portfolio.from_plan.reads import proposals
from portulan.portfolio.from_plan.writes import fill
from portulan.portfolio.models import Candidate, CandidateLevel
from portulan.portfolio.scenarios.writes import create_scenario
from portulan.portfolio.solving.writes import compute
from tests.people import Town
from tests.plans.plan_of_town import make_action, make_plan
from tests.portfolio.scenario_of_town import make_scenario
from tests.web.portfolio.scenarios.test_scenarios import at

type SignIn = Callable[[Role], Client]


def test_filling_again_ticks_all_but_what_was_typed(town: Town, signed_in: SignIn) -> None:
    scenario = make_scenario(town)
    client = signed_in(Role.EDITOR)
    client.post(at(town, "{slug}/candidates/{pk}/3/", scenario), {"duration": "1", "cost_I:1": "5"})
    Candidate.objects.get(scenario=scenario, action__number=2).delete()
    page = client.get(at(town, "{slug}/fill/", scenario)).content.decode()
    boxes = dict(re.findall(r'value="(\d-[^"]+)"( checked)?', page))
    assert boxes["1-3-cost"] == ""
    assert boxes["2--candidate"] == " checked"
    client.post(at(town, "{slug}/fill/", scenario), {"take": ["1-3-cost", "1-3-running"]})
    level = CandidateLevel.objects.get(candidate__rank=0, candidate__action__number=1)
    assert level.cost == {"I": [60_000]}
    assert not scenario.candidates.filter(action__number=2).exists()


def test_what_the_law_asks_is_taken_in_one_click_and_what_nobody_carries_is_said(
    town: Town, signed_in: SignIn
) -> None:
    scenario = make_scenario(town)
    guide = install_builtin()
    archive = scenario.plan.actions.get(number=2)
    archive.practices.set(guide.practices.filter(code="e.1"))
    client = signed_in(Role.EDITOR)
    page = client.get(at(town, "{slug}/fill/", scenario)).content.decode()
    boxes = dict(re.findall(r'value="(\d-[^"]+)"( checked)?', page))
    assert boxes["2--must"] == " checked"
    assert "vient de la loi" in page
    assert "Réalisation fin 2027 au plus tard (Loi AGEC, article 58" in page
    assert "aucune action du plan ne la porte" in page
    assert "La population de l’organisation n’est pas connue" in page
    told = client.post(at(town, "{slug}/fill/", scenario), {"take": ["2--must"]}, follow=True)
    assert "aucune action du plan ne la porte" in told.content.decode()
    candidate = Candidate.objects.get(scenario=scenario, action__number=2)
    assert (candidate.must_by, candidate.origins["must"]) == (2027, "law")
    rules = client.get(at(town, "{slug}/rules/", scenario)).content.decode()
    assert "1\u00a0action tenue par la loi\u00a0: 2 (loi AGEC, article 58)." in rules
    compute(town.editor, scenario=scenario)
    board = client.get(at(town, "{slug}/result/", scenario)).content.decode()
    assert (
        "1\u00a0action tenue par la loi\u00a0: 2 (loi AGEC, article 58). Pas tenu par ce choix"
        "\u00a0: loi REEN, article 16 et loi AGEC, article 55. À vérifier" in board
    )


def test_the_law_is_read_once_for_a_page(town: Town, signed_in: SignIn) -> None:
    scenario = make_scenario(town)
    client, page = signed_in(Role.EDITOR), at(town, "{slug}/fill/", scenario)
    with CaptureQueriesContext(connection) as alone:
        proposals(scenario)
    with CaptureQueriesContext(connection) as whole:
        client.get(page)
    for table in ("plans_commitmentdecision", "portfolio_scenarioenvelope"):
        counts = [sum(table in one["sql"] for one in some) for some in (alone, whole)]
        assert counts[0] == counts[1] > 0


def test_taking_all_takes_what_other_pages_hold(
    town: Town, signed_in: SignIn, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("portulan.web.portfolio.from_plan.PER_PAGE", 1)
    scenario = make_scenario(town)
    save_envelope(town.editor, scenario=scenario, title="Agents", capacity=[20, 20], is_money=False)
    Candidate.objects.get(scenario=scenario, action__number=2).delete()
    client = signed_in(Role.EDITOR)
    page = client.get(at(town, "{slug}/fill/", scenario)).content.decode()
    assert 'name="all"' in page
    assert "Agents 13\u00a0j" in page.replace(" j", "\u00a0j")
    client.post(at(town, "{slug}/fill/", scenario), {"all": ""})
    assert proposals(scenario) == []


def test_a_poor_scenario_says_what_is_missing_and_what_it_does(
    town: Town, signed_in: SignIn
) -> None:
    plan = make_plan(town)
    for title, cost in (("Écrire la stratégie", 5_000), ("Acheter reconditionné", 12_000)):
        action = make_action(town, plan, title, level=CommitmentLevel.IMPLEMENTATION)
        set_planned_money(
            town.editor, action=action, year=2027, section=Section.OPERATING, amount=Decimal(cost)
        )
    scenario = create_scenario(
        town.editor, plan=plan, title="Premier", first_year=2027, last_year=2028
    )
    fill(town.editor, scenario=scenario)
    client, here = signed_in(Role.EDITOR), f"/{town.slug}/portfolio/{scenario.slug}"
    candidate = Candidate.objects.get(scenario=scenario, action__number=2)
    imposed = {"must_level": "3", "must_by": "2027", "must_reason": "Vote"}
    client.post(f"{here}/candidates/{candidate.pk}/", imposed)
    table = client.get(f"{here}/").content.decode()
    assert "il reste à dire ce qu’il y a à dépenser" in table  # no envelope is no envelope of 0
    refused = client.post(f"{here}/compute/", follow=True).content.decode()
    assert refused.count("Aucune enveloppe") == 1
    assert "la nature" not in refused
    save_envelope(town.editor, scenario=scenario, title="Budget NR", capacity=[15_000, 15_000])
    compute(town.editor, scenario=scenario)
    board = client.get(f"{here}/result/").content.decode()
    first = re.findall(r'<ol class="list">\s*<li>(.+?)</li>', board)[0]
    assert first.startswith("Retenir ce choix\u00a0: 12\u00a0k€ en 2027, 5\u00a0k€ de moins")
    assert re.findall(r"<dt><a[^>]+>(.+?)</a></dt>", board) == ["1. Écrire la stratégie"]
    assert "On ne sait rien" not in board  # the one taken is not listed, the other is told already
    assert "son action est retenue" in board
