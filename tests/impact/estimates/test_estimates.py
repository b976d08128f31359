"""Estimates of actions: kept as they were made, superseded or withdrawn, never changed."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest
from django.core.exceptions import ValidationError
from django.utils import translation

from portulan.accounts.access import Role
from portulan.core.errors import DeniedError, NotFoundError
from portulan.core.models import AuditEntry
from portulan.impact.engine.combining import combine
from portulan.impact.engine.samples import Quantiles
from portulan.impact.estimates.drafting import MOST_DRAWS, MOST_PARTS, RequestError, read_again
from portulan.impact.estimates.reads import estimates_of, latest_estimates
from portulan.impact.estimates.stored import result_of
from portulan.impact.estimates.writes import estimate_action, restore_estimate, withdraw_estimate
from portulan.impact.models import Estimate
from portulan.impact.words import Moment
from portulan.plans.actions.writes import delete_action
from portulan.plans.indicators import measure
from portulan.plans.models import Action
from tests.impact.asked import longer_life, part, parts, request
from tests.people import Town
from tests.plans.plan_of_town import TODAY, followed_action, make_action, make_plan
from tests.refusals import refused


@pytest.fixture
def action(town: Town) -> Action:
    return followed_action(town, make_plan(town))


def test_an_estimate_keeps_its_numbers_its_words_and_its_figures(
    town: Town, action: Action
) -> None:
    kept = estimate_action(town.editor, action=action, request=longer_life(), today=TODAY)
    kept.refresh_from_db()
    (found,) = latest_estimates([action]).values()
    assert found.avoided is None
    assert found.reduction is not None
    carbon = found.reduction.carbon
    assert isinstance(carbon, Quantiles)
    assert carbon.central == pytest.approx(18_509, abs=1)
    assert 0 < carbon.p5 < carbon.p50 < carbon.p95
    assert found.reduction.result["indicators"] == kept.result["indicators"]
    assert "not_estimated" in kept.result["indicators"]["adpe"]
    french, english = (kept.result["parts"][0]["trace"][lang] for lang in ("fr", "en"))
    assert "achats évités (ordinateur portable) par an" in french[0]
    assert "purchases avoided (laptop) a year" in english[0]
    factor = kept.factors["laptop.gwp.manufacturing"]
    assert (factor["origin"], factor["version"], factor["value"]) == ("shipped", 1, 170)
    assert factor["source"].startswith("ADEME")
    assert AuditEntry.objects.filter(verb="estimated", subject_id=action.pk).count() == 1


def test_computed_again_it_says_the_same(town: Town, action: Action) -> None:
    for asked in (
        longer_life(life_before={"min": 3.5, "mode": 4, "max": 4.5}),
        request("vm-removal", vms=96, vcpu=4, host_vcpu=96, watts=400, pue=1.85),
        request("cloud-region", kwh=1000, from_="POL", to="SWE"),
        parts(
            part("paper", sheets=500_000),
            part("device-removed", "b", device="mfp", count=3, owned=False),
            factors={"mfp.gwp.embedded": {"min": 150, "mode": 200, "max": 300}},
        ),
    ):
        kept = estimate_action(town.editor, action=action, request=asked, today=TODAY)
        kept.refresh_from_db()
        assert result_of(combine(*read_again(kept.request, kept.factors))) == kept.result


def test_parts_are_added_once_and_what_has_no_number_is_counted(town: Town, action: Action) -> None:
    off = {"watts": 9, "hours_per_day": 14, "days": 220}
    night = part("switch-off", "night", "screens", count=600, **off)
    fewer = part("device-removed", "fewer", "screens", device="monitor", count=600, kwh_year=80)
    alone = [
        estimate_action(town.editor, action=action, request=parts(one), today=TODAY)
        for one in (night, fewer)
    ]
    both = estimate_action(
        town.editor, action=action, request=parts(night, fewer, part("enabling", "c")), today=TODAY
    )
    separate = sum(one.result["indicators"]["gwp"]["p50"] for one in alone)
    assert 0 < both.result["indicators"]["gwp"]["p50"] < separate
    assert both.result["left_out"]["gwp"] == 1


def test_reductions_and_avoided_impacts_are_kept_apart(town: Town, action: Action) -> None:
    gift = part("reuse", "gift", device="laptop", count=10, second_life=3, replacement_rate=0.5)
    with pytest.raises(ValidationError, match="ne s’ajoutent pas"):
        estimate_action(
            town.editor, action=action, request=parts(gift, part("enabling", "b")), today=TODAY
        )
    assert not Estimate.objects.exists()
    for asked in (parts(gift), longer_life()):
        estimate_action(town.editor, action=action, request=asked, today=TODAY)
    found = latest_estimates([action])[action.pk]
    assert found.reduction is not None
    assert found.avoided is not None
    assert found.avoided.archetypes == ("reuse",)


def test_the_latest_that_stands_is_the_one(town: Town, action: Action) -> None:
    first = estimate_action(town.editor, action=action, request=longer_life(), today=TODAY)
    second = estimate_action(
        town.editor,
        action=action,
        request=longer_life(800),
        moment=Moment.IN_PROGRESS,
        today=TODAY,
    )
    assert _latest(action) == second.pk
    with pytest.raises(ValidationError):
        withdraw_estimate(town.editor, estimate=second, reason=" ")
    withdraw_estimate(town.editor, estimate=second, reason="Parc recompté")
    assert _latest(action) == first.pk
    restore_estimate(town.editor, estimate=second)
    assert _latest(action) == second.pk
    withdraw_estimate(town.editor, estimate=first, reason="Remplacée")
    withdraw_estimate(town.editor, estimate=second, reason="Parc recompté")
    assert latest_estimates([action]) == {}
    assert [one.pk for one in estimates_of(action)] == [second.pk, first.pk]


def _latest(action: Action) -> int:
    found = latest_estimates([action])[action.pk].reduction
    assert found is not None
    return found.pk


def test_a_measured_estimate_rests_on_a_value_of_the_action(town: Town, action: Action) -> None:
    indicator = action.indicators.get()
    value = measure(
        town.editor,
        action=action,
        indicator=indicator,
        on=date(2026, 10, 31),
        today=TODAY,
        value=Decimal("1.6"),
    )
    asked = request("pue", it_kw=48, pue_before=1.85, pue_after=1.6)
    with pytest.raises(ValidationError, match="estimation mesurée"):
        estimate_action(town.editor, action=action, request=asked, today=TODAY, measurement=value)
    kept = estimate_action(
        town.editor,
        action=action,
        request=asked,
        today=TODAY,
        moment=Moment.MEASURED,
        measurement=value,
    )
    assert kept.measurement == value
    other = make_action(town, action.plan)
    with pytest.raises(ValidationError, match="pas de cette action"):
        estimate_action(
            town.editor,
            action=other,
            request=asked,
            today=TODAY,
            moment=Moment.MEASURED,
            measurement=value,
        )


def test_an_action_is_no_survey(town: Town, action: Action) -> None:
    many = parts(*(part("paper", f"p{number}", sheets=1) for number in range(MOST_PARTS + 1)))
    for asked in (many, longer_life() | {"draws": MOST_DRAWS + 1}):
        with pytest.raises(ValidationError, match="au plus"):
            estimate_action(town.editor, action=action, request=asked, today=TODAY)


@pytest.mark.parametrize("language", ["fr", "en"])
def test_a_bad_request_is_told_and_nothing_is_kept(
    town: Town, action: Action, language: str
) -> None:
    with translation.override(language), pytest.raises(RequestError) as caught:
        estimate_action(town.editor, action=action, request=longer_life(-3), today=TODAY)
    (told,) = caught.value.messages
    assert "estimates[0].inputs.count" in told
    assert ("il faut" in told) is (language == "fr")
    assert not Estimate.objects.exists()


def test_pilots_estimate_their_own_actions_and_readers_none(
    town: Town, elsewhere: Town, action: Action
) -> None:
    asked = longer_life()
    for actor in (town.reader, town.finance, town.contributor):
        with pytest.raises(DeniedError):
            estimate_action(actor, action=action, request=asked, today=TODAY)
    with pytest.raises(NotFoundError):
        estimate_action(elsewhere.editor, action=action, request=asked, today=TODAY)
    action.pilot = town.people[Role.CONTRIBUTOR]
    action.save()
    kept = estimate_action(town.contributor, action=action, request=asked, today=TODAY)
    with pytest.raises(DeniedError):
        withdraw_estimate(town.finance, estimate=kept, reason="non")


def test_whoever_writes_an_estimate_never_changes(town: Town, action: Action) -> None:
    kept = estimate_action(town.editor, action=action, request=longer_life(), today=TODAY)
    refused("guard_estimate_unchanged", "UPDATE impact_estimate SET result = '{}'")
    refused("guard_estimate_unchanged", "UPDATE impact_estimate SET made_on = '2020-01-01'")
    refused("guard_estimate_kept", "DELETE FROM impact_estimate")
    refused(
        "estimate_withdrawn_for_a_reason",
        "UPDATE impact_estimate SET withdrawn_at = '2026-01-01'",
    )
    withdraw_estimate(town.editor, estimate=kept, reason="Erreur de parc")
    with pytest.raises(ValidationError, match="déjà servi"):
        delete_action(town.editor, action=action)


def test_the_latest_of_many_actions_is_one_query(
    town: Town, action: Action, django_assert_num_queries: object
) -> None:
    actions = [action, *(make_action(town, action.plan, f"Action {n}") for n in range(4))]
    for one in actions:
        for asked in (longer_life(100), longer_life(200)):
            estimate_action(town.editor, action=one, request=asked, today=TODAY)
    with django_assert_num_queries(1):  # type: ignore[operator]
        found = latest_estimates(actions)
    assert len(found) == 5
