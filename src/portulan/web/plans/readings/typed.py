"""What was typed, or pasted, of the readings of a plan: each becomes a line to preview."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date

from django.core.exceptions import ValidationError
from django.http import QueryDict
from django.utils.translation import gettext as _

from portulan.core.folding import fold
from portulan.core.tables.pasting import pasted_rows
from portulan.indicators.words import Kind
from portulan.plans.readings.reads import Entry
from portulan.plans.readings.said import Said, written
from portulan.plans.readings.table import Line
from portulan.plans.readings.writes import AT_ONCE
from portulan.web.language import page_language


def typed(
    data: QueryDict, entries: Iterable[Entry], *, on: date, source: str, unit: int | None
) -> list[Line]:
    """Return what the fields of the page say; an empty one says nothing."""
    found = []
    for rank, entry in enumerate(entries, 1):
        text = data.get(f"r-{entry.indicator.pk}", "").strip()[:250]
        if text:
            found.append(_line(rank, entry, text, on=on, source=source, unit=unit))
    return found


def pasted(
    text: str, entries: Sequence[Entry], *, on: date, source: str, unit: int | None
) -> list[Line]:
    """Return what is copied of a spreadsheet: values in the order of the page, or with a name.

    The first of two columns is the name of the indicator, or the number of an action of which it
    is then the main one. Raises ValidationError.
    """
    rows = [cells for _at, cells in pasted_rows(text) if any(cell.strip() for cell in cells)]
    if not rows:
        raise ValidationError(_("Rien n’est collé."))
    if len(rows) > AT_ONCE:
        raise ValidationError(
            _("%(most)s relevés au plus s’enregistrent d’un coup.") % {"most": AT_ONCE}
        )
    alone = all(len(row) == 1 for row in rows)
    if alone and len(rows) > len(entries):
        raise ValidationError(
            _("%(pasted)s valeurs sont collées pour %(shown)s indicateurs : ajoutez leur nom.")
            % {"pasted": len(rows), "shown": len(entries)}
        )
    named = _named(entries)
    found = []
    for rank, row in enumerate(rows, 1):
        key, value = ("", row[0]) if alone else (row[0].strip(), row[1] if len(row) > 1 else "")
        entry = entries[rank - 1] if alone else named.get(fold(key))
        if not value.strip():
            continue
        if entry is None:
            words = _("Aucun indicateur du plan qui se relève ne porte ce nom.")
            found.append(Line(rank, key[:80], problem=words))
            continue
        found.append(_line(rank, entry, value.strip()[:250], on=on, source=source, unit=unit))
    return found


def _named(entries: Iterable[Entry]) -> dict[str, Entry]:
    named: dict[str, Entry] = {}
    for entry in entries:
        for action in entry.actions:
            named.setdefault(fold(action.called), entry)
    for entry in entries:
        named[fold(entry.indicator.name)] = entry
    return named


def _line(rank: int, entry: Entry, text: str, *, on: date, source: str, unit: int | None) -> Line:
    indicator = entry.indicator
    said = Said(indicator.pk, on, source=source, unit=unit)
    if entry.through is None:
        words = _("Vous ne pilotez aucune action que cet indicateur suit.")
        return Line(rank, indicator.name, problem=words)
    try:
        kind, scale = Kind(indicator.kind), indicator.scale
        said = written(said, text, kind=kind, scale=scale, language=page_language())
    except ValidationError as error:
        return Line(rank, indicator.name, problem=" ".join(error.messages))
    return Line(rank, indicator.name, said)
