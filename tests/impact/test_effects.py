"""The effects of a plan: sums that count nothing twice, and what is in none of them."""

from __future__ import annotations

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from portulan.impact.effects import Aside, impact_of
from portulan.impact.engine.archetype import Reach, View
from portulan.impact.engine.items import Indicator
from portulan.impact.engine.overlaps import Joint
from portulan.impact.engine.together import Sums
from portulan.impact.estimates.writes import estimate_action, withdraw_estimate
from portulan.impact.models import Estimate
from portulan.plans.actions.progress import drop_action
from portulan.plans.models import Action, Plan
from portulan.plans.words import CommitmentLevel
from portulan.plans.words import Reach as ActionReach
from tests.impact.asked import longer_life, part, parts, request
from tests.people import Town
from tests.plans.plan_of_town import TODAY, make_action, make_plan

REDUCTION = (View.AMORTISED, Reach.REDUCTION)
OFF = {"watts": 400, "pue": 1.8}


@pytest.fixture
def plan(town: Town) -> Plan:
    return make_plan(town)


def estimated(town: Town, plan: Plan, asked: dict[str, object] | None) -> Action:
    action = make_action(town, plan)
    action.level = CommitmentLevel.IMPLEMENTATION
    action.save()
    if asked is not None:
        estimate_action(town.editor, action=action, request=asked, today=TODAY)
    return action


def carbon(sums: Sums) -> Joint:
    return sums.groups[REDUCTION].joints[Indicator.GWP]


def test_actions_on_the_same_room_are_not_counted_twice(town: Town, plan: Plan) -> None:
    hosts = estimated(town, plan, parts(part("host-switch-off", "h", "room", hosts=20, **OFF)))
    cooling = estimated(
        town, plan, parts(part("pue", "p", "room", it_kw=48, pue_before=1.85, pue_after=1.5))
    )
    apart = estimated(town, plan, longer_life(100))
    found = impact_of([hosts, cooling, apart])
    joint = carbon(found.sums)
    assert joint.quantiles.central == pytest.approx(sum(joint.in_sequence.values()))
    assert joint.twice > 0
    alone = {
        row.action.pk: row.known.reduction.carbon.central  # type: ignore[union-attr]
        for row in found.rows
    }
    assert joint.alone == pytest.approx({str(pk): value for pk, value in alone.items()})
    assert joint.in_sequence[str(hosts.pk)] == pytest.approx(alone[hosts.pk])
    assert joint.in_sequence[str(cooling.pk)] < alone[cooling.pk]
    assert joint.in_sequence[str(apart.pk)] == pytest.approx(alone[apart.pk])
    assert found.sums.shared == {"room": (str(hosts.pk), str(cooling.pk))}


def test_reductions_avoided_impacts_and_purchases_are_never_added(town: Town, plan: Plan) -> None:
    gift = {"device": "laptop", "count": 10, "second_life": 3, "replacement_rate": 0.5}
    actions = [
        estimated(town, plan, longer_life(100)),
        estimated(town, plan, request("reuse", **gift)),
        estimated(town, plan, request("purchases-avoided", device="laptop", count=10)),
    ]
    groups = impact_of(actions).sums.groups
    assert len(groups) == 3
    assert [len(group.joints[Indicator.GWP].in_sequence) for group in groups.values()] == [1, 1, 1]


def test_what_is_spared_in_the_territory_is_avoided_and_no_reduction(
    town: Town, plan: Plan
) -> None:
    action = estimated(town, plan, None)
    action.reach = ActionReach.TERRITORY
    action.save()
    asked = request("purchases-avoided", device="laptop", count=400)
    estimate_action(town.editor, action=action, request=asked, today=TODAY)
    found = impact_of([action])
    assert found.rows[0].known.reduction is None
    assert list(found.sums.groups) == [(View.PURCHASE, Reach.AVOIDED)]


def test_what_is_in_no_sum_is_said(town: Town, plan: Plan) -> None:
    counted = estimated(town, plan, longer_life(100))
    study = estimated(town, plan, longer_life(100))
    study.level = CommitmentLevel.STUDY
    study.save()
    dropped = estimated(town, plan, longer_life(100))
    drop_action(town.editor, action=dropped, reason="Sans objet", today=TODAY)
    enabling = estimated(town, plan, request("enabling"))
    web = estimated(town, plan, request("web", views=1_000_000, mb_saved=2))
    nothing = estimated(town, plan, None)
    found = impact_of([counted, study, dropped, enabling, web, nothing])
    assert [row.aside for row in found.rows] == [
        None,
        Aside.STUDY,
        Aside.DROPPED,
        Aside.NOT_ESTIMATED,
        Aside.INDICATIVE,
        Aside.NOT_ASKED,
    ]
    assert set(carbon(found.sums).in_sequence) == {str(counted.pk)}


def test_two_actions_compare_draw_by_draw(town: Town, plan: Plan) -> None:
    more, less = (estimated(town, plan, longer_life(count)) for count in (120, 100))
    # Their intervals overlap widely; but the laptop is the same on both sides.
    assert impact_of([less, more]).sums.groups[REDUCTION].leads == {str(more.pk): 1.0}


def test_figures_of_the_day_are_kept_and_a_withdrawal_counts(town: Town, plan: Plan) -> None:
    action = estimated(town, plan, longer_life(100))
    before = carbon(impact_of([action]).sums).quantiles
    estimate_action(town.editor, action=action, request=longer_life(200), today=TODAY)
    after = carbon(impact_of([action]).sums).quantiles
    assert after.central == pytest.approx(2 * before.central)
    withdraw_estimate(town.editor, estimate=Estimate.objects.latest("pk"), reason="Erreur")
    assert carbon(impact_of([action]).sums).quantiles == before


def test_the_same_query_for_any_number_of_actions(town: Town, plan: Plan) -> None:
    actions = [estimated(town, plan, longer_life(count)) for count in range(1, 8)]
    counts = []
    for some in (actions[:1], actions):
        with CaptureQueriesContext(connection) as queries:
            impact_of(some)
        counts.append(len(queries))
    assert counts == [1, 1]
