"""What all the actions spare together, as an indicator: the sum that has a meaning."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal

from portulan.impact.effects import impact_of
from portulan.impact.engine.archetype import Reach, View
from portulan.impact.engine.items import Indicator
from portulan.impact.models import Estimate
from portulan.indicators.computed import ComputedValue
from portulan.plans.models import Action

_MAIN = (View.AMORTISED, Reach.REDUCTION)
_STEP = Decimal("0.1")


def reductions(organisation_id: int) -> Iterator[ComputedValue]:
    """Yield, day by day of estimate, what the actions spare a year, in kgCO2e, overlaps taken out.

    The median of the draws; with what was estimated up to that day and is not withdrawn since.
    """
    actions = list(Action.objects.filter(plan__organisation_id=organisation_id).order_by("pk"))
    made = Estimate.objects.filter(action__in=actions, withdrawn_at=None)
    for day in made.order_by("made_on").values_list("made_on", flat=True).distinct():
        group = impact_of(actions, until=day).sums.groups.get(_MAIN)
        joint = group.joints.get(Indicator.GWP) if group is not None else None
        value = None if joint is None else Decimal(str(joint.quantiles.p50)).quantize(_STEP)
        yield ComputedValue(day, value)
