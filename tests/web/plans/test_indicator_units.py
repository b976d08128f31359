"""The page where units are designated, and what it changes on the page of the indicator."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date
from decimal import Decimal

from django.urls import reverse

from portulan.accounts.access import Role
from portulan.accounts.models import Unit
from portulan.accounts.writes import add_unit
from portulan.indicators.models import Indicator
from portulan.indicators.series import Reading
from portulan.indicators.unit_parts.rules import PastWeight
from portulan.indicators.values import Manner
from portulan.indicators.words import Frequency, Kind
from portulan.plans.indicators import add_indicator, measure
from portulan.plans.unit_parts import parts_of
from portulan.web.plans.indicators.page import _of_units
from tests.browser import Browser
from tests.people import Town
from tests.plans.plan_of_town import TODAY, make_action, make_plan


def two_units(town: Town, kind: Kind, unit: str) -> tuple[Unit, Unit, Indicator, str]:
    """Two units of a town, an indicator that either may owe a part of, the address that says so."""
    plan = make_plan(town)
    action = make_action(town, plan)
    school, hall = (add_unit(town.admin, name=one) for one in ("École", "Mairie"))
    indicator = add_indicator(town.editor, action=action, name="Postes", kind=kind, unit=unit)
    where = [town.slug, plan.slug, action.number, indicator.pk]
    return school, hall, indicator, reverse("plans:indicator-units", args=where)


def test_units_are_designated_in_one_form_and_the_page_says_who_is_silent(
    town: Town, signed_in: Callable[[Role], Browser]
) -> None:
    town.organisation.frozen_on = TODAY
    town.organisation.save()
    plan = make_plan(town)
    action = make_action(town, plan, pilot=town.people[Role.EDITOR])
    school, hall, _pool = (add_unit(town.admin, name=one) for one in ("École", "Mairie", "Piscine"))
    indicator = add_indicator(
        town.editor, action=action, name="Postes sobres", kind=Kind.PERCENTAGE, unit="%",
        manner=Manner(frequency=Frequency.QUARTER),
    )  # fmt: skip
    measure(town.editor, action=action, indicator=indicator, on=date(2026, 9, 30), today=TODAY,
            value=Decimal(40), unit=school)  # fmt: skip
    where = [town.slug, plan.slug, action.number, indicator.pk]
    page, form = (
        reverse("plans:indicator", args=where),
        reverse("plans:indicator-units", args=where),
    )
    browser = signed_in(Role.EDITOR)
    assert form in browser.get(page).content.decode()
    # Who already told is ticked beforehand; half of the weights is refused where it stands.
    assert f"u{school.pk}" in browser.fields(form)
    said = {f"u{school.pk}": "on", f"w{school.pk}": "30", f"u{hall.pk}": "on"}
    assert browser.fill(form, said).status_code == 422
    assert not indicator.unit_parts.exists()
    assert browser.fill(form, said | {f"w{hall.pk}": "10"}).status_code == 302
    tree = browser.tree(browser.get(page))
    units = tree.xpath("string(//section[@aria-labelledby='h-units'])")
    assert "1 sur 2, 75" in units
    assert "Piscine" not in units
    assert "attendue au 30/09/2026" in units
    # The part is awaited everywhere: by unit, on “my actions”, in the list; asked of these only.
    assert [(one.unit, one.last) for one in parts_of(plan, TODAY)] == [(hall, None)]
    town.people[Role.READER].unit = hall
    town.people[Role.READER].save()
    mine = reverse("plans:mine", args=[town.slug, plan.slug])
    assert "la part de votre entité (Mairie)" in signed_in(Role.READER).get(mine).content.decode()
    browser = signed_in(Role.EDITOR)
    for name in ("units", "mine"):
        shown = browser.get(reverse(f"plans:{name}", args=[town.slug, plan.slug]))
        assert "Mairie" in shown.content.decode()
    listed = browser.get(f"{reverse('plans:plan', args=[town.slug, plan.slug])}?state=part_awaited")
    assert action.title in listed.content.decode()
    [link] = tree.xpath("//section[@aria-labelledby='h-units']//a/@href")
    offered = browser.tree(browser.get(link)).xpath("//select[@name='unit']/option/@value")
    assert set(offered) == {"", str(school.pk), str(hall.pk)}
    assert browser.fill(link, {"value": "80"}).status_code == 302
    lede = browser.tree(browser.get(page)).xpath("string(//p[@class='lede'])")
    assert "50" in lede
    assert "100" in lede
    assert parts_of(plan, TODAY) == []
    assert signed_in(Role.READER).get(form).status_code == 403


def test_a_unit_that_is_no_more_ticked_is_let_go_with_its_weight(
    town: Town, signed_in: Callable[[Role], Browser]
) -> None:
    school, hall, indicator, form = two_units(town, Kind.PERCENTAGE, "%")
    browser = signed_in(Role.EDITOR)
    # A weight alone designates.
    browser.fill(form, {f"w{school.pk}": "30", f"w{hall.pk}": "10"})
    assert indicator.unit_parts.count() == 2
    said = browser.fields(form)
    del said[f"u{school.pk}"]
    assert said[f"w{school.pk}"]
    assert browser.post(form, said).status_code == 302
    assert indicator.unit_parts.get().unit == hall


def test_five_hundred_units_are_found_by_page_by_word_and_all_pasted(
    town: Town, signed_in: Callable[[Role], Browser]
) -> None:
    _school, hall, indicator, form = two_units(town, Kind.PERCENTAGE, "%")
    names = [f"Collège {rank:03}" for rank in range(498)]
    Unit.objects.bulk_create([Unit(organisation=town.organisation, name=one) for one in names])
    browser = signed_in(Role.EDITOR)
    tree = browser.tree(browser.get(form))
    assert len(tree.xpath("//tbody/tr")) == 25
    assert len(tree.xpath("//*")) - len(tree.xpath("//option")) <= 370
    assert "1 à 25 sur 500" in tree.xpath("string(//nav[@class='page'])")
    found = browser.tree(browser.get(f"{form}?q=college 49"))
    assert len(found.xpath("//tbody/tr")) == 13
    # All in one act, as copied of a spreadsheet; what is not understood is said, nothing written.
    text = "\n".join(f"{name}\t{rank + 1}" for rank, name in enumerate(names))
    refused = browser.fill(form, {"pasted": f"{text}\nLycée\t4\nMairie ; x"}, form=0)
    assert refused.status_code == 422
    assert "Lycée" in refused.content.decode()
    assert not indicator.unit_parts.exists()
    assert browser.fill(form, {"pasted": f"{text}\nMairie ; 12,5"}).status_code == 302
    assert indicator.unit_parts.count() == 499
    assert indicator.unit_parts.get(unit=hall).weight == Decimal("12.5")
    # One is changed where it is found, from a day: the others stay.
    found = browser.fill(f"{form}?q=mairie", {f"w{hall.pk}": "20", "since": "2026-01-01"})
    assert found.status_code == 302
    assert indicator.unit_parts.count() == 499
    part = indicator.unit_parts.get(unit=hall)
    assert (part.weight, part.past) == (20, (PastWeight(date(2026, 1, 1), Decimal("12.5")),))
    # The page of the indicator says twelve of them, and all by page.
    page = form.removesuffix("units/")
    tree = browser.tree(browser.get(page))
    assert len(tree.xpath("//section[@aria-labelledby='h-units']//tbody/tr")) == 12
    [link] = tree.xpath("//section[@aria-labelledby='h-units']/p/a/@href")
    tree = browser.tree(browser.get(f"{page}{link}&page=42"))
    assert "poids 20 depuis le 01/01/2026" in " ".join(tree.xpath("string(//main)").split())
    assert len(tree.xpath("//*")) <= 370
    days = reverse("plans:unit-days", args=[town.slug, indicator.actions.get().plan.slug])
    assert (
        len(
            browser.tree(browser.get(days)).xpath(
                "//main//form[@method='post']//input[@type='text']"
            )
        )
        == 25
    )


def test_two_who_designate_units_at_once_keep_what_both_said(
    town: Town, signed_in: Callable[[Role], Browser]
) -> None:
    school, hall, indicator, form = two_units(town, Kind.QUANTITY, "postes")
    browser = signed_in(Role.EDITOR)
    read_before = browser.fields(form)
    assert browser.fill(form, {f"u{school.pk}": "on"}).status_code == 302
    assert browser.post(form, read_before | {f"u{hall.pk}": "on"}).status_code == 302
    owed = indicator.unit_parts.filter(until=None)
    assert {one.unit for one in owed.select_related("unit")} == {school, hall}


def test_what_one_unit_made_alone_is_said_as_one() -> None:
    whole = Reading(TODAY, Decimal(50), parts=1, expected=5)
    assert list(_of_units(whole)) == ["Fait de 1 entité sur 5."]
    weighed = replace(whole, weighed=(Decimal(40), Decimal(100)))
    assert list(_of_units(weighed)) == ["Fait de 1 entité sur 5, 40\u00a0% des poids."]
    assert list(_of_units(replace(whole, parts=3))) == ["Fait de 3 entités sur 5."]
