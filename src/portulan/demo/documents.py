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
from portulan.publication.documents.authoring import write_texts
from portulan.publication.documents.making import build, keep
from portulan.publication.public.writes import choose_public, publish_edition, show_document
from portulan.publication.words import Licence, Part

SAID = {
    "foreword": (
        "Ce rapport dit ce que la Région a tenu de son plan, et ce qu’elle n’a pas tenu.\n"
        "Les montants sont ceux des comptes. Les effets estimés sont donnés avec leur intervalle."
    ),
    "sentence-voted": (
        "Ce qui a changé depuis le vote a été décidé en comité, avec un motif écrit."
    ),
    "sentence-money": (
        "La part dédiée se lit au stade réalisé, le seul qui dise ce qui a été payé."
    ),
}


def documents_events(cast: Cast) -> Iterator[Event]:
    """Yield what the officer produces and keeps."""
    yield Event(date(2026, 3, 10), partial(_say, cast, 2025, date(2026, 3, 10)))
    yield Event(date(2026, 3, 12), partial(_keep, cast, yearly.KIND, 2025, date(2026, 3, 12)))
    yield Event(date(2026, 4, 2), partial(_publish, cast, date(2026, 4, 2)))
    yield Event(date(2026, 11, 16), partial(_publish, cast, date(2026, 11, 16)))
    yield Event(TODAY, partial(_keep, cast, dashboard.KIND, TODAY.year, TODAY))


def _say(cast: Cast, year: int, on: date) -> None:
    """Write in the yearly report what only a person may say; the next year has it to confirm."""
    asked = Asked(cast.officer, cast.organisation, year, on, "fr")
    write_texts(cast.officer, kind=yearly.KIND, asked=asked, texts=SAID)


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
