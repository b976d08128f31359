"""What each unit still has to tell: who is awaited, for which day, and where it is told."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from decimal import Decimal

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from portulan.accounts.access import Role
from portulan.accounts.writes import add_unit
from portulan.indicators.measurements import withdraw_measurement
from portulan.indicators.unit_parts.rules import awaited, last_period
from portulan.indicators.words import Frequency, Kind
from portulan.plans.indicators import add_indicator, measure
from portulan.plans.unit_parts import parts_of
from tests.browser import Browser
from tests.people import Town
from tests.plans.plan_of_town import TODAY, make_action, make_plan


@pytest.mark.parametrize(
    ("frequency", "today", "period"),
    [
        (Frequency.MONTH, date(2026, 3, 1), (date(2026, 2, 1), date(2026, 2, 28))),
        (Frequency.MONTH, date(2026, 1, 31), (date(2025, 12, 1), date(2025, 12, 31))),
        (Frequency.QUARTER, date(2026, 11, 24), (date(2026, 7, 1), date(2026, 9, 30))),
        (Frequency.HALF, date(2026, 6, 30), (date(2025, 7, 1), date(2025, 12, 31))),
        (Frequency.YEAR, date(2026, 12, 31), (date(2025, 1, 1), date(2025, 12, 31))),
    ],
)
def test_the_last_whole_period(
    frequency: Frequency, today: date, period: tuple[date, date]
) -> None:
    assert last_period(frequency, today) == period


def test_a_part_is_awaited_by_period_or_from_who_told_later() -> None:
    told = {"a": date(2026, 7, 1), "b": date(2026, 6, 30), "c": date(2026, 11, 1)}
    assert awaited(told, Frequency.QUARTER, TODAY) == {"b": date(2026, 9, 30)}
    assert awaited(told, None, TODAY) == {"a": date(2026, 11, 1), "b": date(2026, 11, 1)}
    assert awaited({}, Frequency.MONTH, TODAY) == {}
    assert awaited({"a": TODAY}, None, TODAY) == {}
    # What is dated ahead makes nobody late.
    assert awaited({"a": TODAY, "b": date(2027, 1, 1)}, None, TODAY) == {}


def test_each_unit_has_its_part_on_the_page_of_units(
    town: Town, signed_in: Callable[[Role], Browser]
) -> None:
    town.organisation.frozen_on = TODAY
    town.organisation.save()
    plan = make_plan(town)
    action = make_action(town, plan)
    units = [add_unit(town.admin, name=name) for name in ("École", "Mairie", "Piscine")]
    kept = {"name": "Postes", "kind": Kind.QUANTITY, "unit": "postes"}
    indicator = add_indicator(town.editor, action=action, **kept)  # type: ignore[arg-type]

    def tell(unit: object, on: date) -> object:
        return measure(
            town.editor, action=action, indicator=indicator, on=on, today=TODAY,
            value=Decimal(3), unit=unit,  # type: ignore[arg-type]
        )  # fmt: skip

    tell(units[0], date(2026, 3, 1))
    assert parts_of(plan, TODAY) == []
    later = tell(units[1], date(2026, 9, 1))
    (part,) = parts_of(plan, TODAY)
    assert (part.unit, part.due_on, part.last) == (units[0], date(2026, 9, 1), date(2026, 3, 1))
    browser = signed_in(Role.EDITOR)
    tree = browser.tree(browser.get(reverse("plans:units", args=[town.slug, plan.slug])))
    (link,) = tree.xpath("//section[@aria-labelledby='h-parts']//a")
    assert "École" in tree.xpath("string(//section[@aria-labelledby='h-parts'])")
    assert browser.fields(link.get("href"))["unit"] == str(units[0].pk)
    assert browser.get(f"{link.get('href')}x").status_code == 200
    answer = browser.fill(link.get("href"), {"value": "4"})
    assert answer.status_code == 302
    # Told today, it is the others' turn; the one that never told is not awaited.
    assert [one.unit for one in parts_of(plan, TODAY)] == [units[1]]
    withdraw_measurement(town.editor, measurement=later)  # type: ignore[arg-type]
    assert parts_of(plan, TODAY) == []
    tell(units[1], date(2026, 2, 1))
    with CaptureQueriesContext(connection) as few:
        parts_of(plan, TODAY)
    for rank in range(5):
        more = add_indicator(town.editor, action=action, **(kept | {"name": f"n° {rank}"}))  # type: ignore[arg-type]
        for unit, on in zip(units, (date(2026, 1, 1), date(2026, 2, 1), TODAY), strict=True):
            measure(
                town.editor, action=action, indicator=more, on=on, today=TODAY, value=Decimal(1),
                unit=unit,
            )  # fmt: skip
    with CaptureQueriesContext(connection) as many:
        assert len(parts_of(plan, TODAY)) == 11
    assert len(many) == len(few)
