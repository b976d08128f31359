"""Attributions written together are those written one by one: rows, sums, trail, refusals."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from portulan.accounts.access import Role
from portulan.accounts.actors import Actor
from portulan.budget.attributions.writes import (
    Changed,
    Given,
    attribute,
    attribute_lines,
    edit_attribution,
    edit_attributions,
    restore,
    restore_all,
    review,
    review_many,
    withdraw,
    withdraw_all,
)
from portulan.budget.imports.typed import TypedLine, type_figures
from portulan.budget.models import Attribution, BudgetLine
from portulan.budget.perimeter.verdicts import override_line
from portulan.budget.words import AttributionStatus, Method, Stage, Verdict
from portulan.budget.years.writes import open_year
from portulan.plans.models import Action
from tests.alike import one_by_one, played, together
from tests.people import Town
from tests.plans.plan_of_town import make_action, make_plan

pytestmark = pytest.mark.django_db
FEW = settings(max_examples=10, suppress_health_check=[HealthCheck.function_scoped_fixture])
TODAY = date(2026, 11, 24)
D = Decimal


@dataclass(frozen=True)
class Scene:
    town: Town
    lines: list[BudgetLine]
    actions: list[Action | None]
    attributions: list[Attribution]

    def actor(self, data: st.DataObject) -> Actor:
        return self.town.actor(
            data.draw(st.sampled_from([Role.FINANCE, Role.FINANCE, Role.EDITOR, Role.READER]))
        )

    def now(self, places: Sequence[int]) -> list[Attribution]:
        return [Attribution.objects.get(pk=self.attributions[place].pk) for place in places]


@pytest.fixture
def scene(town: Town, elsewhere: Town) -> Scene:
    year = open_year(town.finance, year=2026)
    type_figures(
        town.finance,
        fiscal_year=year,
        stage=Stage.OPENED,
        it_budget=D(1000),
        lines=[
            TypedLine(label, D(100), "motif", None) for label in ("Postes", "Réseau", "Logiciels")
        ],
        on=TODAY,
    )
    lines = list(BudgetLine.objects.filter(fiscal_year=year).order_by("pk"))
    actions = [None, make_action(town, make_plan(town))]
    actions.append(make_action(elsewhere, make_plan(elsewhere, "Ailleurs")))
    standing = list(Attribution.objects.order_by("pk"))
    withdraw_all(town.finance, attributions=[standing[0], standing[2]])
    override_line(town.finance, line=lines[2], verdict=Verdict.MIXED, share=D("0.5"), reason="Part")
    return Scene(town, lines, actions, standing)


def alike(items: Any, single: Any, many: Any) -> None:
    said, left = played(lambda: one_by_one(items(), single))
    told, there = played(lambda: together(items(), many))
    assert told == said
    for name, rows in left.items():
        assert there[name] == rows, name


KEY = {"order": "B-1", "contract": "", "orders": "1", "share": "0.6"}
SHARES = st.sampled_from([D("0.25"), D("0.25"), D("0.5"), D(1), D(2), None])


@FEW
@given(st.data())
def test_shares_are_given_alike(scene: Scene, data: st.DataObject) -> None:
    actor = scene.actor(data)
    shares = data.draw(
        st.lists(
            st.builds(
                Given,
                st.sampled_from(scene.lines),
                st.sampled_from([Method.KEY, Method.WHOLE]),
                st.sampled_from(["clé", "clé", " "]),
                SHARES,
                amount=st.none(),
                stage=st.none(),
                key=st.sampled_from([None, None, KEY]),
                action=st.sampled_from([*scene.actions[:2], *scene.actions]),
                status=st.sampled_from(AttributionStatus),
                evidence=st.sampled_from(["", "note 12", "facture"]),
                outside_it=st.sampled_from([False, False, True]),
                again=st.booleans(),
            ).map(lambda one: one if one.share else one._replace(amount=D(50), stage=Stage.OPENED)),
            min_size=1,
            max_size=6,
        )
    )
    alike(
        lambda: shares,
        lambda one: attribute(actor, **one._asdict()),
        lambda some: attribute_lines(actor, given=some),
    )


@FEW
@given(st.data())
def test_attributions_change_alike(scene: Scene, data: st.DataObject) -> None:
    actor = scene.actor(data)
    chosen = data.draw(st.lists(st.integers(0, 2), unique=True, min_size=1))
    changes = [
        data.draw(
            st.builds(
                Changed,
                st.just(None),
                st.just(Method.KEY),
                st.sampled_from(["clé", "clé", ""]),
                st.sampled_from(scene.actions),
                st.sampled_from(AttributionStatus),
                st.sampled_from(["", "note 12"]),
                st.sampled_from([D("0.25"), D(1)]),
                amount=st.none(),
                stage=st.none(),
            )
        )
        for _ in chosen
    ]

    def items() -> list[Changed]:
        found = zip(scene.now(chosen), changes, strict=True)
        return [change._replace(attribution=one) for one, change in found]

    alike(
        items,
        lambda one: edit_attribution(actor, **one._asdict()),
        lambda some: edit_attributions(actor, changes=some),
    )


@FEW
@given(st.data())
def test_attributions_go_and_come_back_alike(scene: Scene, data: st.DataObject) -> None:
    actor = scene.actor(data)
    chosen = data.draw(st.lists(st.integers(0, 2), unique=True, min_size=1))
    alike(
        lambda: scene.now(chosen),
        lambda one: withdraw(actor, attribution=one),
        lambda some: withdraw_all(actor, attributions=some),
    )
    status = data.draw(st.sampled_from(AttributionStatus))
    alike(
        lambda: scene.now(chosen),
        lambda one: restore(actor, attribution=one, status=status),
        lambda some: restore_all(actor, attributions=some, status=status),
    )


@FEW
@given(st.data())
def test_lines_are_reviewed_alike(scene: Scene, data: st.DataObject) -> None:
    actor = scene.actor(data)
    lines = data.draw(st.lists(st.sampled_from(scene.lines), unique=True, min_size=1))
    reviewed = data.draw(st.booleans())

    def many(some: Sequence[BudgetLine]) -> Sequence[BudgetLine]:
        review_many(actor, lines=some, reviewed=reviewed, on=TODAY)
        return some

    alike(lambda: lines, lambda one: review(actor, line=one, reviewed=reviewed, on=TODAY), many)
