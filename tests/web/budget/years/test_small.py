"""A town's year: empty keeps, what was voted does not change alone, unknown is no 0."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from decimal import Decimal

import pytest
from lxml import html

from portulan.accounts.access import Role
from portulan.accounts.features import put_away_at_first
from portulan.accounts.words import LegalForm
from portulan.budget.attributions.writes import withdraw
from portulan.budget.imports.typed import typed_figures
from portulan.budget.indicator.facts import year_facts
from portulan.budget.indicator.share import Figure
from portulan.budget.models import Attribution, FiscalYear
from portulan.budget.words import BatchStatus, Stage
from portulan.plans.models import Action, PlannedMoney
from tests.browser import Browser
from tests.people import Town
from tests.plans.plan_of_town import TODAY, make_action, make_plan

D = Decimal


@pytest.fixture
def small(town: Town) -> Town:
    town.organisation.frozen_on = TODAY
    town.organisation.put_away = put_away_at_first(LegalForm.TOWN, 3400)
    town.organisation.save()
    return town


@pytest.fixture
def actions(small: Town) -> tuple[Action, ...]:
    plan = make_plan(small)
    return tuple(make_action(small, plan, title=f"Action {n}") for n in range(3))


@pytest.fixture
def client(signed_in: Callable[[Role], Browser]) -> Browser:
    return signed_in(Role.ADMIN)


def stands(small: Town, number: int = 2026) -> dict[Stage, tuple[D, dict[int, D], D | None]]:
    year = FiscalYear.objects.get(organisation=small.organisation, year=number)
    found = typed_figures(year)
    return {
        stage: (typed.it_budget, dict(typed.by_action), typed.at_large)
        for stage, typed in found.items()
        if typed is not None
    }


def figure(small: Town) -> Figure:
    return year_facts(small.organisation.pk).figures[2026].figure


def values(client: Browser, address: str) -> dict[str, str]:
    tree = html.document_fromstring(client.get(address).content.decode())
    return {one.get("name"): one.get("value", "") for one in tree.xpath("//main//input[@name]")}


def test_what_is_left_empty_stays_and_what_is_unknown_goes(
    small: Town, actions: tuple[Action, ...], client: Browser
) -> None:
    first, second, third = (f"a{one.pk}" for one in actions)
    address = f"/{small.slug}/budget/"
    client.fill(
        address,
        {"it_budget": "23600", first: "850", second: "600", third: "0", "dedicated": "100"},
    )
    kept = {actions[0].pk: D(850), actions[1].pk: D(600), actions[2].pk: D(0)}
    assert stands(small) == {Stage.VOTED: (D(23600), kept, D(100))}
    # It costs nothing, and that was said: not a line, nor unknown.
    assert figure(small).coverage is None
    assert PlannedMoney.objects.get(action=actions[2]).amount == 0
    shown = values(client, address)
    assert (shown["it_budget"], shown[first], shown["dedicated"]) == ("23\u202f600", "850", "100")
    assert shown[third] == "0"
    # All fields emptied: nothing is lost.
    client.fill(address, {"it_budget": "", first: "", second: "", "dedicated": ""})
    assert stands(small) == {Stage.VOTED: (D(23600), kept, D(100))}
    client.fill(address, {first: "", f"u{actions[0].pk}": "on"})
    assert stands(small)[Stage.VOTED][1] == {actions[1].pk: D(600), actions[2].pk: D(0)}
    # What nobody knows may be in the rest, which nobody looked at.
    assert (figure(small).coverage or 100) < 100
    # An amount that is typed wins over the box that was still ticked.
    client.fill(address, {first: "900"})
    assert stands(small)[Stage.VOTED][1] == kept | {actions[0].pk: D(900)}


def test_a_voted_budget_does_not_change_alone(
    small: Town, actions: tuple[Action, ...], client: Browser
) -> None:
    address, name = f"/{small.slug}/budget/", f"a{actions[0].pk}"
    client.fill(address, {"it_budget": "23600", name: "1450"})
    asked = client.fill(address, {"it_budget": "24050"})
    assert asked.status_code == 422
    assert "Dites pourquoi un montant voté change." in asked.content.decode()
    assert stands(small)[Stage.VOTED][0] == D(23600)
    previewed = client.fill(address, {"it_budget": "24050", "preview": "1"}).content.decode()
    tree = html.document_fromstring(previewed)
    said = " ".join(tree.xpath("string(//ul[@class='plain'])").split())
    assert "≥ 6,1 % ≥ 6,0 %" in said.replace("\u202f", " ").replace("\xa0", " ")
    assert not tree.xpath("//input[@name='why'][@checked]")
    assert stands(small) == {Stage.VOTED: (D(23600), {actions[0].pk: D(1450)}, None)}
    # A decision of the council says its day; what was voted stays.
    late = client.fill(address, {"it_budget": "24050", "why": "amendment"})
    assert late.status_code == 422
    client.fill(address, {"it_budget": "24050", "why": "amendment", "voted_on": "2026-11-12"})
    line = {actions[0].pk: D(1450)}
    assert stands(small) == {
        Stage.VOTED: (D(23600), line, None),
        Stage.OPENED: (D(24050), line, None),
    }
    year = FiscalYear.objects.get(organisation=small.organisation, year=2026)
    assert year.batches.get(voted_on=date(2026, 11, 12)).stages == ["OPENED"]
    # A slip corrects what is shown, what was opened, and the day of the decision stays.
    client.fill(address, {"it_budget": "24000", "why": "slip"})
    client.fill(address, {name: "1500"})
    opened = year.batches.get(stages=["OPENED"], status=BatchStatus.CONFIRMED)
    assert opened.voted_on == date(2026, 11, 12)
    assert {stage: one[0] for stage, one in stands(small).items()} == {
        Stage.VOTED: D(23600),
        Stage.OPENED: D(24000),
    }


def test_each_year_is_its_own(small: Town, actions: tuple[Action, ...], client: Browser) -> None:
    address = f"/{small.slug}/budget/"
    client.fill(address, {"it_budget": "23600"})
    client.fill(f"{address}?year=2027", {"it_budget": "24000"})
    client.fill(f"{address}?year=2025&from=closing", {"it_budget": "22300", "dedicated": "940"})
    assert stands(small, 2026)[Stage.VOTED][0] == D(23600)
    assert stands(small, 2027)[Stage.VOTED][0] == D(24000)
    assert stands(small, 2025) == {Stage.REALISED: (D(22300), {}, D(940))}
    tree = html.document_fromstring(client.get(address).content.decode())
    tabs = [" ".join(one.split()) for one in tree.xpath("//nav[@class='tabs']//a/text()")]
    assert [one[:4] for one in tabs] == ["2025", "2026", "2027"]
    assert "4,2 %" in tabs[0].replace("\xa0", " ")
    assert client.get(f"{address}?year=٢٠٢٦").status_code == 200
    assert client.get(f"{address}?year=0000").status_code == 200


def test_two_people_are_told_of_each_other(
    small: Town, actions: tuple[Action, ...], client: Browser, signed_in: Callable[..., Browser]
) -> None:
    address, name = f"/{small.slug}/budget/", f"a{actions[0].pk}"
    client.fill(address, {"it_budget": "23600", name: "850"})
    other = signed_in(Role.FINANCE)
    read = other.fields(address)
    client.fill(address, {name: "860"})
    refused = other.post(address, read | {name: "900"})
    assert refused.status_code == 409
    assert "860" in refused.content.decode()
    assert stands(small)[Stage.VOTED][1] == {actions[0].pk: D(860)}


def test_who_may_not_change_the_plan_says_zero_and_what_is_taken_back_is_gone(
    small: Town, actions: tuple[Action, ...], signed_in: Callable[..., Browser]
) -> None:
    address, first, second = f"/{small.slug}/budget/", *(f"a{one.pk}" for one in actions[:2])
    finance = signed_in(Role.FINANCE)
    assert finance.fill(address, {"it_budget": "9000", first: "0", second: "90"}).status_code == 302
    assert stands(small)[Stage.VOTED][1] == {actions[0].pk: D(0), actions[1].pk: D(90)}
    assert not PlannedMoney.objects.exists()
    [attribution] = Attribution.objects.filter(action=actions[1])
    withdraw(small.finance, attribution=attribution)
    assert stands(small)[Stage.VOTED][1] == {actions[0].pk: D(0)}
