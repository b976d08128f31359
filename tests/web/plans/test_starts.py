"""A baseline that a source proposes: what it said first, with its day; taken by a person."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from decimal import Decimal

import pytest
from django.urls import reverse
from django.utils import timezone

from portulan.accounts.access import Role
from portulan.indicators.models import Indicator, Measurement
from portulan.indicators.words import Kind, MeasurementRole
from portulan.plans import feeds
from portulan.plans.feeds import starts_of
from portulan.plans.indicators import add_indicator, measure
from portulan.plans.models import Action
from portulan.sources.feeding import Entrance
from portulan.sources.models import Source
from portulan.sources.taking import read_now
from portulan.sources.writes import feed, save_source
from tests.browser import Browser
from tests.people import Town
from tests.plans.plan_of_town import followed_action, make_plan
from tests.sources.inventory import explained, given, inventory

type SignIn = Callable[..., Browser]
DAY, NOW = date(2026, 11, 24), timezone.now()
FIRST, BOUGHT = date(2026, 3, 1), date(2022, 3, 1)


@pytest.fixture
def action(town: Town) -> Action:
    town.organisation.frozen_on = DAY
    town.organisation.save()
    return followed_action(town, make_plan(town))


@pytest.fixture
def age(town: Town, action: Action) -> Indicator:
    return add_indicator(
        town.editor, action=action, name="Âge du parc", kind=Kind.QUANTITY, unit="années"
    )


@pytest.fixture
def glpi(town: Town, age: Indicator) -> Source:
    """Fed in November; its file of March came last."""
    source = explained(save_source(town.editor, name="GLPI", entrance=Entrance.FILE, now=NOW))
    feed(town.editor, source=source, indicator=age, formula="age-mean")
    for on, count in ((DAY, 40), (FIRST, 30)):
        files = given(inventory(count, bought=BOUGHT))
        read_now(town.editor, source=source, files=files, today=DAY, now=NOW, on=on)
    return source


def form_of(town: Town, action: Action, age: Indicator) -> str:
    where = [town.slug, action.plan.slug, action.number, age.pk]
    return f"{reverse('plans:measure', args=where)}?baseline"


def baselines(age: Indicator) -> list[Measurement]:
    return list(age.measurements.filter(role=MeasurementRole.BASELINE).order_by("pk"))


def test_a_baseline_is_what_the_source_said_first(
    town: Town, action: Action, age: Indicator, glpi: Source, signed_in: SignIn
) -> None:
    [start] = starts_of(age)
    assert (start.on, start.value) == (FIRST, Decimal("4.0000"))
    client, page = signed_in(Role.EDITOR), form_of(town, action, age)
    assert f"from={start.snapshot.pk}" in client.get(page).text
    assert not baselines(age), "a proposal writes nothing"
    assert client.fill(f"{page}&from={start.snapshot.pk}", {}).status_code == 302
    [made] = baselines(age)
    assert (made.on, made.value, made.source) == (FIRST, Decimal(4), "GLPI")
    assert start.snapshot.digest[:12] in made.note


def test_a_value_that_a_person_changes_is_not_told_of_the_source(
    town: Town, action: Action, age: Indicator, glpi: Source, signed_in: SignIn
) -> None:
    [start] = starts_of(age)
    page = f"{form_of(town, action, age)}&from={start.snapshot.pk}"
    signed_in(Role.EDITOR).fill(page, {"value": "3,5"})
    [made] = baselines(age)
    assert (made.value, made.source, made.note) == (Decimal("3.5"), "", "")


def test_what_stands_is_shown_before_and_stays(
    town: Town, action: Action, age: Indicator, glpi: Source, signed_in: SignIn
) -> None:
    told = {"on": date(2026, 1, 1), "role": MeasurementRole.BASELINE, "source": "Inventaire papier"}
    measure(town.editor, action=action, indicator=age, today=DAY, value=Decimal("3.8"), **told)  # type: ignore[arg-type]
    page = signed_in(Role.EDITOR).get(form_of(town, action, age)).text
    assert "Référence jusqu’ici" in page
    assert "3,8" in page
    assert [one.source for one in baselines(age)] == ["Inventaire papier"]


def test_a_figure_that_was_refused_is_no_start(town: Town, action: Action, age: Indicator) -> None:
    source = explained(save_source(town.editor, name="GLPI", entrance=Entrance.FILE, now=NOW))
    feed(town.editor, source=source, indicator=age, formula="age-mean")
    files = given(inventory(20, known=3))
    read_now(town.editor, source=source, files=files, today=DAY, now=NOW)
    assert starts_of(age) == []


def test_a_source_that_is_read_often_hides_no_other(
    town: Town, age: Indicator, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(feeds, "LOOKED_AT", 2)
    monkeypatch.setattr(feeds, "_likely", lambda _indicator: ["age-mean"])
    for name, days in (("GLPI", (1, 2, 3)), ("OCS", (4,))):
        source = explained(save_source(town.editor, name=name, entrance=Entrance.FILE, now=NOW))
        for day in days:
            files, on = given(inventory(20 + day, bought=BOUGHT)), date(2026, 3, day)
            read_now(town.editor, source=source, files=files, today=DAY, now=NOW, on=on)
    found = [(one.snapshot.source.name, one.on.day) for one in starts_of(age)]
    assert found == [("GLPI", 1), ("OCS", 4)]


def test_another_organisation_proposes_nothing(
    elsewhere: Town, age: Indicator, action: Action
) -> None:
    source = explained(save_source(elsewhere.editor, name="GLPI", entrance=Entrance.FILE, now=NOW))
    read_now(elsewhere.editor, source=source, files=given(inventory(20)), today=DAY, now=NOW)
    assert starts_of(age) == []
