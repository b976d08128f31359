"""What a table does to a plan, in words: each line with its fate, what is wrong by cell."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import cast

from django.utils.functional import Promise
from django.utils.translation import gettext as _in_words
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from portulan.accounts.reads import labels_of
from portulan.core.folding import squeeze
from portulan.core.merge.judgement import RowFate
from portulan.core.merge.threeway import Side
from portulan.core.say.text import Problem, Text
from portulan.core.tables.grid import Grid, from_json
from portulan.core.tables.heads import titles_of, widest_titles
from portulan.plans.models import TableImport
from portulan.plans.tables.formats.registry import read_any
from portulan.plans.tables.merging import Merge
from portulan.plans.tables.reading import TableReading
from portulan.plans.tables.titles import ROLES
from portulan.plans.tables.vocabulary import Field, name_of
from portulan.plans.tables.writes import Judged
from portulan.plans.tables.writing import said_of
from portulan.web.language import page_language
from portulan.web.proposed import Change, ChangedRow
from portulan.web.sides import Asked, Words

FATES: dict[RowFate, Promise] = {
    RowFate.CREATED: _("créée"),
    RowFate.UPDATED: _("mise à jour"),
    RowFate.UNCHANGED: _("inchangée"),
    RowFate.REFUSED: _("refusée"),
}
# What somebody changed here stays, unless the table is chosen.
WORDS = Words(
    unsaid=_("à dire"),
    rest=_("garder celles d’ici"),
    sides={
        Side.OURS: _("garder celle d’ici"),
        Side.THEIRS: _("prendre celle du tableau"),
    },
    there=_("Dans le tableau"),
)
MOST_SHOWN = 80  # characters of a value
STEPS = (_("Choisir le fichier"), _("Contrôler"), _("Confirmer"))


def grids_kept(table: TableImport) -> list[Grid]:
    """Return the sheets of a previewed table."""
    return [from_json(kept) for kept in table.grid or ()]


def reading_of(table: TableImport) -> TableReading:
    """Return what a previewed table says, by the columns that were said. Raises as `read_any`."""
    return read_any(grids_kept(table), table.columns)


def titles_offered(table: TableImport) -> tuple[str, ...]:
    """Return the titles that a person may say of: those found, else the fullest row."""
    grids = grids_kept(table)
    nothing: dict[str, str] = {}
    for columns in (table.columns, nothing):
        found = [titles_of(grid, ROLES, columns) for grid in grids]
        if known := [titles for titles in found if titles is not None]:
            return max(known, key=lambda titles: len(titles.fields)).titles
    fullest = max(grids, key=lambda grid: len(grid.rows))
    return widest_titles(fullest)


def in_order(merges: Sequence[Merge]) -> list[Merge]:
    """Return lines: what is refused, what somebody changed here and is kept, what changes."""
    order = [RowFate.REFUSED, RowFate.UPDATED, RowFate.CREATED, RowFate.UNCHANGED]

    def rank(one: Merge) -> tuple[bool, bool, int, int]:
        refused = one.fate is RowFate.REFUSED
        return not refused, not one.conflicts, order.index(one.fate), one.line.row

    return sorted(merges, key=rank)


def rows_on_page(merges: Sequence[Merge]) -> list[ChangedRow]:
    """Return lines in words (one query)."""
    named = {one.changes.get(Field.PERSON, "") for one in merges}
    people = labels_of(int(text) for text in named if text.isdecimal())
    known = {str(pk): name for pk, name in people.items()}
    return [
        ChangedRow(
            " ".join(filter(None, (one.line.number, one.line.title))),
            [*_changes(one, known)],
            place=_in_words("ligne %(row)s") % {"row": one.line.row},
            fate=_fate(one),
        )
        for one in merges
    ]


def _fate(one: Merge) -> str:
    count = len(one.conflicts)
    kept = ngettext(
        "%(count)s valeur changée ici, gardée", "%(count)s valeurs changées ici, gardées", count
    )
    return f"{FATES[one.fate]}, {kept % {'count': count}}" if count else str(FATES[one.fate])


def _changes(one: Merge, people: Mapping[str, str]) -> Iterator[Change]:
    """Yield what would be written of a line, field by field, its number and title apart."""
    language = page_language()
    for name, text in one.changes.items() if one.fate is not RowFate.REFUSED else ():
        if one.action is None and (not text or name in (Field.NUMBER, Field.TITLE)):
            continue
        known = people if text in people else {text: text}
        value = squeeze(said_of(name, text, known, language)) or "∅"
        if len(value) > MOST_SHOWN:
            value = f"{value[:MOST_SHOWN].rstrip()}…"
        yield Change(value, name_of(name).say(language))


def cells_left(judged: Judged) -> list[str]:
    """Return the cells of another tool's file that are not taken, in words."""
    return [
        f"{' '.join(filter(None, (one.sheet, one.cell, one.title)))}{_('\u00a0: ')}{one.text}"
        for one in judged.reading.cells_left
    ]


def asked(judged: Judged) -> list[Asked]:
    """Return what both sides say otherwise, to be chosen by cell."""
    language = page_language()
    lines = {one.line.row: one.line for one in judged.rows}
    found = []
    for problem in filter(is_asked, judged.problems):
        said, line = problem.values, lines[problem.line or 0]
        place = " ".join(filter(None, (str(said["cell"]), line.number, line.title)))
        field = cast("Text", said["field"]).say(language)
        found.append(Asked(str(said["key"]), place, field, str(said["here"]), str(said["there"])))
    return found


def is_asked(problem: Problem) -> bool:
    """Tell whether a problem is a value that may be chosen."""
    return "key" in problem.values


def told(problems: Iterable[Problem], *, errors: bool) -> list[str]:
    """Return the sentences of the errors, or of the warnings."""
    language = page_language()
    return [one.message(language) for one in problems if one.is_error == errors]


def columns_told(judged: Judged) -> list[tuple[str, str]]:
    """Return each title that is read with the name of its field."""
    language = page_language()
    return [
        (title, name_of(field).say(language)) for field, title in judged.reading.columns.items()
    ]
