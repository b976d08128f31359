"""The indicators of a plan, each with its series and the day its next value is expected."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date

from portulan.accounts.access import Operation
from portulan.accounts.actors import Actor
from portulan.indicators.models import Indicator, Measurement
from portulan.indicators.reads import line_of, rule_of, series_by_indicator
from portulan.indicators.series import Series, due_next
from portulan.indicators.words import Knowledge, MeasurementRole
from portulan.plans.access import may_on
from portulan.plans.models import Action, ActionIndicator, Plan
from portulan.plans.readings.said import Said
from portulan.plans.words import Progress


@dataclass(frozen=True, slots=True)
class Entry:
    """An indicator to be read: the actions that it follows, its series, whether one may tell it.

    `through` is the action by which the actor may, None where none lets it.
    """

    indicator: Indicator
    actions: tuple[Action, ...]
    series: Series
    through: Action | None

    @property
    def due_on(self) -> date | None:
        """The day by which a value is expected, by its frequency or its review."""
        days = [due_next(self.series, rule_of(self.indicator).frequency), self.indicator.review_on]
        return min((day for day in days if day is not None), default=None)

    @property
    def numbers(self) -> str:
        return ", ".join(action.called for action in self.actions)


def entries_of(actor: Actor, plan: Plan) -> list[Entry]:
    """Return the indicators that people read, by the number of their first action (four queries).

    Those of dropped actions alone are left out, and those that Portulan computes.
    """
    links = (
        ActionIndicator.objects.filter(action__plan=plan, indicator__computed_by="")
        .exclude(action__progress=Progress.DROPPED)
        .select_related("indicator", "action")
        .order_by("action__number", "order", "id")
    )
    indicators: dict[int, Indicator] = {}
    actions: dict[int, list[Action]] = {}
    for link in links:
        link.action.plan = plan
        indicators.setdefault(link.indicator_id, link.indicator)
        actions.setdefault(link.indicator_id, []).append(link.action)
    series = series_by_indicator(
        (line_of(one) for one in indicators.values()), among=links.order_by().values("indicator")
    )
    return [
        Entry(one, tuple(actions[pk]), series[pk], _through(actor, actions[pk]))
        for pk, one in indicators.items()
    ]


def _through(actor: Actor, actions: Iterable[Action]) -> Action | None:
    return next((one for one in actions if may_on(actor, one, Operation.UPDATE_ACTION)), None)


def standing_readings(indicators: Iterable[int]) -> dict[tuple[object, ...], Said]:
    """Return the readings that stand, by what makes them the same, the last told of each."""
    found: dict[tuple[object, ...], Said] = {}
    for said in readings_told(indicators).values():
        found[said.place] = said
    return found


def readings_told(indicators: Iterable[int]) -> Mapping[int, Said]:
    """Return the readings that stand by identifier, in the order of days (one query)."""
    rows = Measurement.objects.filter(indicator__in=list(indicators), withdrawn_at=None)
    return {item.pk: _said(item) for item in rows.order_by("indicator", "on", "pk")}


def _said(item: Measurement) -> Said:
    return Said(
        item.indicator_id,
        item.on,
        item.value,
        item.text,
        item.numerator,
        item.denominator,
        Knowledge(item.knowledge),
        MeasurementRole(item.role),
        item.unit_id,
        item.breaks_series,
        item.restated_for,
        item.source,
        item.note,
        item.refused_why,
    )
