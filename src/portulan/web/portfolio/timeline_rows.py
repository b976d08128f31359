"""The timeline of a plan, as its table has it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal

from django.utils.translation import gettext as _

from portulan.plans.models import LEVELS
from portulan.portfolio.reading.timeline import Band, Row
from portulan.web import formats
from portulan.web.portfolio.reading import Shown, tonnes

LONGEST = 62  # a title is cut at a word, so that the page prints on one sheet


@dataclass(frozen=True, slots=True)
class BandCell:
    """A run of years: the word of its level, over as many columns, and its classes."""

    text: str
    years: int
    classes: str


@dataclass(frozen=True, slots=True)
class TimelineRow:
    """An action: `planned` and `money` in thousands of euros, `impact` in tonnes, as text."""

    id: str
    heading: str
    cells: tuple[BandCell, ...]
    planned: str
    money: str
    is_raised: bool
    impact: str


def timeline_rows(shown: Shown, rows: Iterable[Row]) -> list[TimelineRow]:
    """Return the rows in the language of the page."""
    return [
        TimelineRow(
            id=row.candidate.id,
            heading=_cut(f"{row.candidate.number}. {row.candidate.title}"),
            cells=tuple(_cell(band) for band in row.bands),
            planned=_thousands(shown, row.planned),
            money=_thousands(shown, row.money),
            is_raised=row.money != row.planned,
            impact=_impact(shown, row),
        )
        for row in rows
    ]


def _impact(shown: Shown, row: Row) -> str:
    """Return what the action brings with the choice: one that stops brings nothing more."""
    if row.stops:
        return "0"
    return _("non estimé") if row.impact is None else tonnes(row.impact, shown.language)


def _cut(title: str) -> str:
    """Return a title that fits on a line, cut at a word; no-break spaces are not places to cut."""
    if len(title) <= LONGEST:
        return title
    return title[:LONGEST].rsplit(" ", 1)[0].rstrip(",;:\u00a0\u202f") + " …"


def _cell(band: Band) -> BandCell:
    if band.level is None:
        return BandCell(_("Arrêtée") if band.is_new else "", band.years, "")
    changed = " new" if band.is_new else ""
    text = ", ".join([str(LEVELS[band.level]), *band.added])
    return BandCell(text, band.years, f"l{int(band.level)}{changed}")


def _thousands(shown: Shown, euros: int) -> str:
    return formats.thousands(Decimal(euros), shown.language)
