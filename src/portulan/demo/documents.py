"""Documents produced along the way: last year's report, and the dashboard of the day."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from functools import partial

from portulan.demo.cast import Cast
from portulan.demo.clock import Event
from portulan.demo.shapes import TODAY
from portulan.publication.documents import dashboard, yearly
from portulan.publication.documents.asking import Asked, Kind
from portulan.publication.documents.making import build, keep


def documents_events(cast: Cast) -> Iterator[Event]:
    """Yield what the officer produces and keeps."""
    yield Event(date(2026, 3, 12), partial(_keep, cast, yearly.KIND, 2025, date(2026, 3, 12)))
    yield Event(TODAY, partial(_keep, cast, dashboard.KIND, TODAY.year, TODAY))


def _keep(cast: Cast, kind: Kind, year: int, on: date) -> None:
    asked = Asked(cast.officer, cast.organisation, year, on, "fr")
    keep(cast.officer, build(kind, asked))
