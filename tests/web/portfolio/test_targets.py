"""Targets of a scenario through the screens: typed, computed, read; and who may."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from lxml import html

from portulan.accounts.access import Grant, Operation, Role, granted
from portulan.core.models import AuditEntry
from portulan.plans.words import CommitmentLevel
from portulan.portfolio.candidates import save_level
from portulan.portfolio.facts import TargetFacts
from portulan.portfolio.from_plan.writes import fill
from portulan.portfolio.models import Candidate, Explanation, Scenario
from portulan.portfolio.scenarios.reads import targets_of
from portulan.portfolio.solving.writes import compute
from portulan.portfolio.targets import set_targets
from portulan.portfolio.words import Least, Measure
from portulan.web.trail.page import field_label
from tests.people import Town
from tests.plans.plan_of_town import TODAY, make_action
from tests.portfolio.scenario_of_town import make_scenario, make_town_plan

type SignIn = Callable[[Role], Client]
CO2 = TargetFacts(Measure.CO2, 2028, 450)
SHARE = TargetFacts(Measure.SHARE, 2027, 300)


@pytest.fixture(autouse=True)
def today(town: Town) -> None:
    town.organisation.frozen_on = TODAY
    town.organisation.save()


def at(town: Town, scenario: Scenario, path: str) -> str:
    return f"/{town.slug}/portfolio/{scenario.slug}/{path}"


def text_of(client: Client, path: str, status: int = 200) -> str:
    response = client.get(path)
    assert response.status_code == status, path
    main = html.fromstring(response.content).get_element_by_id("contenu")
    return re.sub(
        r"\s+", " ", " ".join(main.itertext()).replace("\u00a0", " ").replace("\u202f", " ")
    )


def reached(town: Town, *targets: TargetFacts, least: Least = Least.MONEY) -> Scenario:
    scenario = make_scenario(town)
    set_targets(town.editor, scenario=scenario, targets=targets, minimise=least)
    compute(town.editor, scenario=scenario)
    return scenario


@pytest.mark.parametrize("role", Role)
def test_who_may_say_targets(town: Town, signed_in: SignIn, role: Role) -> None:
    scenario = make_scenario(town)
    may = granted([role], Operation.EDIT_SCENARIO) is Grant.ALL
    client, path = signed_in(role), at(town, scenario, "targets/")
    assert client.get(path).status_code == (200 if may else 403)
    shown = client.get(at(town, scenario, "")).content.decode()
    assert (path in shown) is may


def test_of_elsewhere_it_does_not_exist(town: Town, elsewhere: Town, signed_in: SignIn) -> None:
    stranger = make_scenario(elsewhere)
    assert signed_in(Role.ADMIN).get(at(town, stranger, "targets/")).status_code == 404


def test_targets_are_typed_in_rows_and_computed(town: Town, signed_in: SignIn) -> None:
    scenario = make_scenario(town)
    client, path = signed_in(Role.EDITOR), at(town, scenario, "targets/")
    assert "Que voulez-vous atteindre ?" in text_of(client, path)
    typed = {
        "measure:1": "co2", "year:1": "2028", "at_least:1": "0,45",
        "measure:2": "share", "year:2": "2027", "at_least:2": "3 %", "minimise": "money",
    }  # fmt: skip
    assert client.post(path, typed).status_code == 302
    scenario.refresh_from_db()
    assert targets_of(scenario) == (CO2, SHARE)
    assert 'value="0,45"' in client.get(path).content.decode()
    answer = client.post(at(town, scenario, "compute/"), follow=True)
    assert "Atteindre 450 kgCO₂e évitées en 2028 et 3 % du budget" in text_of(
        client, answer.request["PATH_INFO"]
    )
    empty = {"measure:1": "", "year:1": "2028", "at_least:1": "", "minimise": "money"}
    assert client.post(path, empty).status_code == 302
    scenario.refresh_from_db()
    assert scenario.targets == []


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ({"measure:1": "co2", "year:1": "2027", "at_least:1": "4"}, "année qui suit"),
        ({"measure:1": "co2", "year:1": "2028", "at_least:1": ""}, "quoi, quand et combien"),
        ({"measure:1": "money", "year:1": "2028", "at_least:1": "1,5"}, "Moins de décimales"),
        ({"measure:1": "co2", "year:1": "2028", "at_least:1": "beaucoup"}, "Écrivez un nombre"),
        ({"measure:1": "moon", "year:1": "2028", "at_least:1": "1"}, "choix valide"),
        ({"minimise": "fun"}, "choix valide"),
    ],
)
def test_what_is_mistyped_is_said_at_its_row(
    town: Town, signed_in: SignIn, typed: dict[str, str], said: str
) -> None:
    scenario = make_scenario(town)
    rows = {"year:1": "2028", "year:2": "2028", "minimise": "money"}
    answer = signed_in(Role.EDITOR).post(at(town, scenario, "targets/"), rows | typed)
    assert answer.status_code == 422
    assert said in answer.content.decode()
    scenario.refresh_from_db()
    assert scenario.targets == []


def test_the_page_says_the_least_what_each_costs_and_the_way(town: Town, signed_in: SignIn) -> None:
    scenario = reached(town, CO2, SHARE)
    page = text_of(signed_in(Role.READER), at(town, scenario, "result/"))
    for said in (
        "coûte au moins 135 k€ de 2027 à 2028, 15 k€ de plus que les demandes",
        "ils se recouvrent",
        "3 % de 2 500 k€ font 75 k€ en 2027, quoi que l’on achète",
        "Rien ne la remplace : Objectif « empreinte évitée », 2028",
        "Avec les coûts et les effets saisis, aucun autre choix n’en demande moins",
        "La prendre demanderait 15 k€ de plus",
        "Part 2027 si en plus",
    ):
        assert said in page, said
    what_if = text_of(signed_in(Role.READER), at(town, scenario, "result/what-if/"))
    assert "règles ne coûtent rien" in what_if
    why = text_of(signed_in(Role.READER), at(town, scenario, "result/why/2/"))
    assert "La prendre demanderait 20 k€ de plus" in why


@pytest.mark.parametrize("path", ["result/", "targets/", "result/what-if/", "result/why/1.1/"])
@pytest.mark.parametrize("far", [450, 5_000])
def test_pages_are_said_in_english_too(town: Town, signed_in: SignIn, path: str, far: int) -> None:
    scenario = reached(town, TargetFacts(Measure.CO2, 2028, far), SHARE)
    client = signed_in(Role.EDITOR)
    answer = client.get(at(town, scenario, path), HTTP_ACCEPT_LANGUAGE="en", follow=True)
    assert answer.status_code == 200
    words = html.fromstring(answer.content).get_element_by_id("contenu").text_content()
    assert "{" not in words
    assert "%(" not in words
    if path == "result/":
        assert ("Reaching 450" in words) is (far == 450)
        assert ("No plan reaches 5" in words) is (far != 450)


def test_a_floor_alone_is_said_to_be_arithmetic(town: Town, signed_in: SignIn) -> None:
    scenario = reached(town, SHARE)
    page = text_of(signed_in(Role.READER), at(town, scenario, "result/"))
    assert "le moins est une multiplication, pas un choix" in page


@pytest.mark.parametrize(
    ("least", "said"),
    [
        (Least.DAYS, "de travail"),
        (Least.ACTIONS, "demande au moins 2 actions"),
        (Least.PEAK, "l’année la plus chère"),
    ],
)
def test_what_is_least_is_said(town: Town, signed_in: SignIn, least: Least, said: str) -> None:
    scenario = reached(town, CO2, least=least)
    assert said in text_of(signed_in(Role.READER), at(town, scenario, "result/"))


def test_out_of_reach_the_nearest_point_is_told(town: Town, signed_in: SignIn) -> None:
    scenario = reached(town, TargetFacts(Measure.CO2, 2028, 2_000), SHARE)
    page = text_of(signed_in(Role.EDITOR), at(town, scenario, "result/"))
    for said in (
        "Aucun plan n’atteint 2 tCO₂e évitées en 2028",
        "Ces règles ne tiennent pas ensemble",
        "Changer les objectifs",
        "Le point le plus proche",
        "1,2 tCO₂e",
    ):
        assert said in page, said


def test_what_is_not_explained_yet_waits(town: Town, signed_in: SignIn) -> None:
    scenario = reached(town, CO2)
    Explanation.objects.all().delete()
    page = text_of(signed_in(Role.EDITOR), at(town, scenario, "result/"))
    assert "La courbe n’est pas encore calculée" in page
    assert "Poursuivre le calcul" in page


def test_a_level_kept_that_nobody_costed_is_no_part_of_what_is_asked(
    town: Town, signed_in: SignIn
) -> None:
    scenario = make_scenario(town)
    study = Candidate.objects.get(scenario=scenario, action__number=3)
    save_level(
        town.editor, candidate=study, level=CommitmentLevel.IMPLEMENTATION, cost={"F": [1_000]}
    )
    set_targets(town.editor, scenario=scenario, targets=[CO2])
    compute(town.editor, scenario=scenario)
    page = text_of(signed_in(Role.READER), at(town, scenario, "result/"))
    assert "de plus que les demandes" in page


def test_the_trail_names_a_target(town: Town, signed_in: SignIn) -> None:
    scenario = make_scenario(town)
    set_targets(town.editor, scenario=scenario, targets=[CO2], minimise=Least.PEAK)
    entry = AuditEntry.objects.filter(verb="targets set").get()
    assert entry.changes["target:co2:2028"] == [None, "0.45"]
    assert field_label("scenario", "target:co2:2028") == "CO₂e évité (t par an) 2028"


def test_a_new_scenario_may_start_from_its_targets(town: Town, signed_in: SignIn) -> None:
    plan = make_town_plan(town)
    client = signed_in(Role.EDITOR)
    typed = {"title": "But", "first_year": 2027, "last_year": 2028, "plan": plan.pk}
    answer = client.post(f"/{town.slug}/portfolio/new/", typed | {"start": "reach"})
    scenario = Scenario.objects.get()
    assert answer["Location"] == at(town, scenario, "targets/")
    assert not scenario.envelopes.filter(is_money=True).exists()
    assert scenario.candidates.count() == 3


def test_pages_ask_as_much_at_three_candidates_and_at_forty(town: Town, signed_in: SignIn) -> None:
    scenario = reached(town, CO2, SHARE)
    client = signed_in(Role.EDITOR)

    def counts() -> list[int]:
        found = []
        for path in ("targets/", "result/"):
            client.get(at(town, scenario, path))
            with CaptureQueriesContext(connection) as captured:
                client.get(at(town, scenario, path))
            found.append(len(captured))
        return found

    few = counts()
    for number in range(37):
        make_action(town, scenario.plan, f"Action {number}", level=CommitmentLevel.STUDY)
    fill(town.editor, scenario=scenario)
    compute(town.editor, scenario=scenario)
    assert counts() == few
    assert few[1] <= 20
