"""The effects of the plan on screen, and in money."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal

from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from lxml import html

from portulan.accounts.access import Role
from portulan.impact.estimates.writes import estimate_action
from portulan.plans.models import Plan
from portulan.plans.money.writes import set_planned_money
from portulan.plans.words import CommitmentLevel
from tests.impact.asked import longer_life, part, parts, request
from tests.pages import MOST_NODES
from tests.people import Town
from tests.plans.plan_of_town import TODAY, make_action
from tests.web.impact.conftest import Url, text_of

type SignIn = Callable[..., Client]


def estimate(town: Town, plan: Plan, title: str, asked: dict[str, object]) -> None:
    action = make_action(town, plan, title)
    action.level = CommitmentLevel.IMPLEMENTATION
    action.save()
    estimate_action(town.editor, action=action, request=asked, today=TODAY)
    set_planned_money(town.editor, action=action, year=2026, amount=Decimal(5000))


def test_two_columns_never_added_and_the_unknown_said(
    town: Town, plan: Plan, signed_in: SignIn, url: Url
) -> None:
    client = signed_in(Role.READER)
    empty = text_of(client.get(url("plan", plan.slug)))
    assert "Ce plan n’a pas encore d’action" in empty
    room = {"watts": 400, "pue": 1.8}
    gift = {"device": "laptop", "count": 10, "second_life": 3, "replacement_rate": 0.5}
    estimate(town, plan, "Éteindre", parts(part("host-switch-off", "h", "salle", hosts=20, **room)))
    cooler = part("pue", "p", "salle", it_kw=48, pue_before=1.85, pue_after=1.5)
    estimate(town, plan, "Refroidir", parts(cooler))
    estimate(town, plan, "Garder", longer_life())
    estimate(town, plan, "Donner", request("reuse", **gift))
    estimate(town, plan, "Former", request("enabling"))
    page = text_of(client.get(url("plan", plan.slug)))
    assert "Le plan épargne environ " in page
    assert "Une action n’est dans aucune somme." in page
    assert "Évité ailleurs, par an, amortie : 1 action" in page
    assert "ôté, car compté deux fois" in page
    assert "déjà épargnés par d’autres" in page
    assert "Même matériel : salle (" in page
    assert "Hors de toute somme, et ce n’est pas zéro" in page


def test_money_ranks_by_net_benefit_and_says_what_it_rests_on(
    town: Town, plan: Plan, signed_in: SignIn, url: Url
) -> None:
    client = signed_in(Role.READER)
    assert "Aucune action n’a de réduction chiffrée" in text_of(client.get(url("money", plan.slug)))
    estimate(town, plan, "Garder", longer_life())
    page = text_of(client.get(url("money", plan.slug)))
    assert "Coûts de 2025 à 2027" in page
    assert "effets jusqu’en 2032" in page
    assert "ce n’est pas une taxe" in page
    assert "Le coût d’une tonne ne classe rien" in page


def test_the_same_queries_and_few_nodes_for_many_actions(
    town: Town, plan: Plan, signed_in: SignIn, url: Url
) -> None:
    client = signed_in(Role.READER)
    counts: dict[str, set[int]] = {"plan": set(), "money": set()}
    for size in (3, 30):
        for number in range(size):
            estimate(town, plan, f"Action {size} {number}", longer_life(100 + number))
        for name, found in counts.items():
            client.get(url(name, plan.slug))
            with CaptureQueriesContext(connection) as queries:
                answer = client.get(url(name, plan.slug))
            found.add(len(queries))
            assert answer.content.count(b"<") / 2 < MOST_NODES
    assert all(len(found) == 1 for found in counts.values()), counts


def test_the_page_of_an_action_draws_its_effect_with_its_formula(
    town: Town, plan: Plan, signed_in: SignIn
) -> None:
    estimate(town, plan, "Garder", longer_life())
    action = plan.actions.get()
    page = signed_in(Role.READER).get(f"/{town.slug}/plans/{plan.slug}/{action.number}/").text
    [section] = html.document_fromstring(page).xpath("//section[@aria-labelledby='h-x']")
    assert section.xpath("string(.//p[@class='lede'])").startswith("environ ")
    [bar] = section.xpath(".//svg")
    assert "Haut de l’intervalle" in bar.xpath("string(desc|*[local-name()='desc'])")
    said = section.text_content()
    assert "×" in said
    assert "Formule et sources" in said
