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
from portulan.publication.public.writes import choose_public, publish_edition, show_document
from portulan.publication.words import Licence, Part


def documents_events(cast: Cast) -> Iterator[Event]:
    """Yield what the officer produces and keeps."""
    yield Event(date(2026, 3, 12), partial(_keep, cast, yearly.KIND, 2025, date(2026, 3, 12)))
    yield Event(date(2026, 4, 2), partial(_publish, cast, date(2026, 4, 2)))
    yield Event(date(2026, 11, 16), partial(_publish, cast, date(2026, 11, 16)))
    yield Event(TODAY, partial(_keep, cast, dashboard.KIND, TODAY.year, TODAY))


def _keep(cast: Cast, kind: Kind, year: int, on: date) -> None:
    asked = Asked(cast.officer, cast.organisation, year, on, "fr")
    kept = keep(cast.officer, build(kind, asked))
    if kind is yearly.KIND:
        show_document(cast.officer, document=kept, today=on, texts_read=True)


def _publish(cast: Cast, on: date) -> None:
    """Show everybody all that may be: the texts were read, they name nobody."""
    choose_public(
        cast.officer,
        parts=Part,
        licence=Licence.LO,
        contact="délégation au numérique responsable, numerique-responsable@armorique.example",
        answer_days=10,
        indexed=False,
    )
    publish_edition(cast.officer, today=on, texts_read=True)
