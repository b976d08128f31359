"""Two people tell a value of one day: the second one sees the first before hers counts."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from decimal import Decimal

import pytest
from django.urls import reverse

from portulan.accounts.access import Role
from portulan.indicators.words import Kind
from portulan.plans.indicators import add_indicator, measure
from portulan.plans.models import Action
from tests.browser import Browser
from tests.people import Town
from tests.plans.plan_of_town import TODAY, followed_action, make_plan

DAY = date(2026, 11, 20)


@pytest.fixture
def action(town: Town) -> Action:
    town.organisation.frozen_on = TODAY
    town.organisation.save()
    return followed_action(town, make_plan(town), pilot=town.people[Role.CONTRIBUTOR])


def told(action: Action) -> list[Decimal | None]:
    given = action.indicators.get().measurements.filter(on=DAY, withdrawn_at=None)
    return list(given.order_by("pk").values_list("value", flat=True))


def forms_of(action: Action) -> list[tuple[str, str, str, str]]:
    """The two forms of a value: where it stands, where it goes, its day, its value."""
    where = [action.plan.organisation.slug, action.plan.slug, action.number]
    reading = reverse("plans:measure", args=[*where, action.indicators.get().pk])
    page, update = (reverse(f"plans:{name}", args=where) for name in ("action", "update"))
    return [
        (reading, reading, "on", "value"),
        (page, update, "update-on", "update-value"),
    ]


@pytest.mark.parametrize("rank", [0, 1])
@pytest.mark.parametrize("kept", ["mine", "theirs"])
def test_who_tells_a_value_sees_the_one_told_meanwhile(
    town: Town, action: Action, signed_in: Callable[[Role], Browser], rank: int, kept: str
) -> None:
    page, address, on, value = forms_of(action)[rank]
    client = signed_in(Role.CONTRIBUTOR)
    read = client.fields(page)
    other = {"indicator": action.indicators.get(), "on": DAY, "today": TODAY}
    measure(town.editor, action=action, value=Decimal("1.6"), **other)
    sent = {on: DAY.isoformat(), value: "1,7"}
    refused = client.post(address, read | sent)
    assert refused.status_code == 409
    assert "1,6" in refused.content.decode()
    assert told(action) == [Decimal("1.6")]
    again = client.fields_of(refused) | sent | {"keep-value": kept}
    done = client.post(address, again)
    assert done.status_code == 302, done.content.decode()
    mine = Decimal("1.7") if kept == "mine" else Decimal("1.6")
    assert told(action) == [Decimal("1.6"), mine]


def test_what_was_seen_or_agrees_stops_nobody(
    town: Town, action: Action, signed_in: Callable[[Role], Browser]
) -> None:
    page, address, on, value = forms_of(action)[0]
    client = signed_in(Role.CONTRIBUTOR)
    other = {"indicator": action.indicators.get(), "today": TODAY}
    measure(town.editor, action=action, value=Decimal("1.6"), on=DAY, **other)
    assert client.fill(page, {on: DAY.isoformat(), value: "1,8"}).status_code == 302
    read = client.fields(page)
    measure(town.editor, action=action, value=Decimal("1.5"), on=date(2026, 11, 19), **other)
    # Of another day, or the same value: nothing to choose.
    assert client.post(address, read | {on: DAY.isoformat(), value: "1,9"}).status_code == 302
    read = client.fields(page)
    measure(town.editor, action=action, value=Decimal("2"), on=DAY, **other)
    assert client.post(address, read | {on: DAY.isoformat(), value: "2,0"}).status_code == 302


@pytest.mark.parametrize("kept", ["mine", "theirs"])
def test_two_terms_meet_a_share_told_meanwhile(
    town: Town, action: Action, signed_in: Callable[[Role], Browser], kept: str
) -> None:
    share = add_indicator(town.editor, action=action, name="Conformes", kind=Kind.PERCENTAGE)
    page = reverse("plans:measure", args=[town.slug, action.plan.slug, action.number, share.pk])
    client = signed_in(Role.CONTRIBUTOR)
    read = client.fields(page)
    measure(town.editor, action=action, indicator=share, on=DAY, today=TODAY, value=Decimal(75))
    sent = {"on": DAY.isoformat(), "numerator": "40", "denominator": "60"}
    refused = client.post(page, read | sent)
    assert refused.status_code == 409
    again = client.fields_of(refused) | sent | {"keep-value": kept}
    assert client.post(page, again).status_code == 302
    last = share.measurements.order_by("pk").last()
    assert last is not None
    expected = (Decimal("66.6667"), 40) if kept == "mine" else (Decimal(75), None)
    assert (last.value, last.numerator) == expected
