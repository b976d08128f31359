"""What feeds the demonstration: each figure of a source is that of the plan, and one waits."""

from __future__ import annotations

from decimal import Decimal

import pytest

from portulan.accounts.models import Organisation
from portulan.demo.organisation import PLAN_SLUG
from portulan.demo.plans.story import ACTIONS
from portulan.demo.shapes import TODAY
from portulan.demo.sources.story import FED, PARC, PHONES
from portulan.indicators.models import Indicator
from portulan.indicators.reads import series_of
from portulan.sources.feeding import Agreement
from portulan.sources.models import ProposedReading, Source
from portulan.sources.outcomes import Failure
from portulan.sources.reads import every_source, standing_of

pytestmark = pytest.mark.django_db


def test_the_actions_that_a_tool_can_feed_are_fed(demonstration: Organisation) -> None:
    assert {5, 6, 7, 9, 10, 12, 13, 15, 16, 18, 19, 20} == FED
    for told in ACTIONS:
        if told.number not in FED:
            continue
        indicator = Indicator.objects.get(
            organisation=demonstration,
            action_links__action__number=told.number,
            action_links__action__plan__slug=PLAN_SLUG,
        )
        last, expected = series_of(indicator).last_known, told.measure.values[-1]
        assert last is not None
        assert (last.on, last.value) == (expected.on, Decimal(expected.value or 0)), told.number
        made = indicator.measurements.get(computed=True)
        assert made.source == indicator.feeds.get().source.name


def test_some_wait_one_failed_one_is_late(demonstration: Organisation) -> None:
    of_region = Source.objects.filter(organisation=demonstration)
    waiting = ProposedReading.objects.filter(
        snapshot__source__in=of_region, answer=Agreement.PENDING
    )
    assert {(one.snapshot.source.name, one.value) for one in waiting} == {
        (PARC, Decimal("84.0000")), (PARC, Decimal("5.0000")), (PARC, Decimal("1.1299")),
    }  # fmt: skip
    standing = {
        one.name: standing_of(one, TODAY)
        for one in every_source().filter(organisation=demonstration)
    }
    assert standing[PHONES].failure == Failure.UNREADABLE
    late = {name for name, one in standing.items() if one.is_late}
    assert late == {"Registre des sorties du parc", PHONES}
    assert not any(source.received.exists() for source in of_region)


def test_a_town_has_one_list_that_waits(demonstration: Organisation) -> None:
    [source] = Source.objects.exclude(organisation=demonstration)
    assert source.organisation.slug == "lanhoarn"
    waiting = ProposedReading.objects.get(snapshot__source=source)
    assert (waiting.answer, waiting.value) == (Agreement.PENDING, Decimal("7.6300"))
