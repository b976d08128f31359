"""What Portulan computes of plans follows each decision, at its day, and is not typed over."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest
from django.core.exceptions import ValidationError

from portulan.indicators.computed import NAMED, SHAPES
from portulan.indicators.models import Indicator
from portulan.indicators.reads import series_of
from portulan.indicators.words import Direction, Kind
from portulan.plans.computed import BY_LEVEL, COVERAGE
from portulan.plans.indicators import add_indicator, measure
from portulan.plans.models import Action
from portulan.plans.words import CommitmentLevel
from tests.people import Town
from tests.plans.plan_of_town import TODAY, VOTE, adopt, followed_action, make_action, make_plan

STUDY, EXPERIMENT, IMPLEMENTATION = CommitmentLevel


def follow(town: Town, action: Action, name: str) -> Indicator:
    # Whatever kind is asked, it is that of what is computed.
    return add_indicator(
        town.editor,
        action=action,
        name="Calculé",
        kind=Kind.YES_NO,
        direction=Direction.UP,
        computed_by=name,
    )


def values(indicator: Indicator) -> dict[date, Decimal | None]:
    return {item.on: item.value for item in series_of(indicator).readings}


def test_the_share_of_a_level_follows_the_votes(town: Town) -> None:
    plan = make_plan(town)
    plan.first_year = VOTE.year
    plan.save()
    first = followed_action(town, plan)
    second = make_action(town, plan, "Étudier")
    share = follow(town, second, BY_LEVEL[IMPLEMENTATION])
    assert (share.kind, share.unit, values(share)) == (Kind.PERCENTAGE, "%", {})
    adopt(town, first, IMPLEMENTATION)
    assert values(share) == {VOTE: Decimal(100)}
    adopt(town, second, STUDY)
    assert values(share) == {VOTE: Decimal(50)}
    [reading] = series_of(share).readings
    assert (reading.numerator, reading.denominator) == (1, 2)
    with pytest.raises(ValidationError, match="calculé"):
        measure(
            town.editor,
            action=second,
            indicator=share,
            on=TODAY,
            today=TODAY,
            value=Decimal(1),
        )
    # Nothing is covered where no practice is followed: it is said, and is no 0 %.
    assert values(follow(town, second, COVERAGE)) == {VOTE: None}


def test_all_that_is_computed_may_be_attached_by_its_name() -> None:
    assert {*BY_LEVEL.values(), COVERAGE} <= NAMED.keys()
    assert {"budget.nr_share", "budget.agec_circular", "impact.reduction"} <= NAMED.keys()
    assert NAMED.keys() <= SHAPES.keys()


def test_nothing_is_attached_that_portulan_does_not_compute(town: Town) -> None:
    action = make_action(town, make_plan(town), "Étudier")
    with pytest.raises(ValidationError):
        follow(town, action, "share-of-the-moon")
    assert not Indicator.objects.exists()
