"""The services for many, called with one."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from portulan.accounts.actors import Actor
from portulan.indicators.measurements import Reading, record_measurements
from portulan.indicators.models import Indicator, Measurement
from portulan.indicators.values import Manner
from portulan.indicators.words import Kind
from portulan.indicators.writes import NewIndicator, create_indicators


def create_indicator(
    actor: Actor,
    *,
    name: str,
    kind: Kind,
    computed_by: str = "",
    manner: Manner | None = None,
    **fields: Any,
) -> Indicator:
    new = NewIndicator(name, kind, fields, computed_by, manner)  # type: ignore[arg-type]
    return create_indicators(actor, new=[new])[0]


def record_measurement(
    actor: Actor,
    *,
    indicator: Indicator,
    today: date,
    own: bool = False,
    now: datetime | None = None,
    **said: Any,
) -> Measurement:
    owned = {indicator.pk} if own else set[int]()
    readings = [Reading(indicator, **said)]
    return record_measurements(actor, readings=readings, today=today, own=owned, now=now)[0]
