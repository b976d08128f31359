"""The readings of a plan as a table that a colleague edits, and that comes back."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from portulan.core.folding import fold
from portulan.core.say.text import Language, ProblemKind, Text, UnusableInputError
from portulan.core.spreadsheet import Cell
from portulan.core.tables.amounts import NotAnAmountError
from portulan.core.tables.cells import amount_of, day_of
from portulan.core.tables.grid import Grid, name_of_cell
from portulan.core.tables.grid import said as text_of
from portulan.core.tables.heads import Roles, Titles, by_words, titles_of, widest_titles
from portulan.core.tables.sources import Wanted
from portulan.core.tables.workbooks import Cell as Read
from portulan.indicators.models import Indicator
from portulan.indicators.words import Kind, Knowledge, MeasurementRole
from portulan.plans.readings.reads import Entry
from portulan.plans.readings.said import Said, in_terms, written

WANTED = Wanted(
    Text("un tableau de relevés", "a table of readings"),
    Text("Donnez un tableau en CSV, XLSX ou ODS.", "Give a table in CSV, XLSX or ODS."),
)
NO_COLUMNS = ProblemKind(
    "no-reading-columns",
    "error",
    fr="Il faut au moins les colonnes « Indicateur », « Date » et « Valeur ». Titres lus :"
    " {titles}.",
    en="At least the columns “Indicator”, “Date” and “Value” are needed. Titles read: {titles}.",
)
# Each column: its title in both languages. The order is that of the file.
ACTION = Text("Action", "Action")
INDICATOR = Text("Indicateur", "Indicator")
MEASURE = Text("Unité", "Unit of measure")
UNIT = Text("Entité", "Unit")
ON = Text("Date", "Date")
VALUE = Text("Valeur", "Value")
TOP = Text("Numérateur", "Numerator")
BOTTOM = Text("Dénominateur", "Denominator")
ROLE = Text("Sert de", "Used as")
BREAKS = Text("Rupture de périmètre", "Break of perimeter")
RESTATED = Text("Redit pour la rupture du", "Told again for the break of")
SOURCE = Text("Source", "Source")
NOTE = Text("Remarque", "Remark")
REFUSED = Text("Écarté parce que", "Refused because")
COLUMNS = (
    *(ACTION, INDICATOR, MEASURE, UNIT, ON, VALUE, TOP, BOTTOM),
    *(ROLE, BREAKS, RESTATED, SOURCE, NOTE, REFUSED),
)
# A day is told by its cells where its title says another thing (“Relevé le”).
ROLES = Roles(
    by_words({column.fr: column for column in COLUMNS}),
    needs=frozenset({INDICATOR.fr, ON.fr, VALUE.fr}),
    shapes={ON.fr: lambda cell: day_of(cell) is not None},
)
_BASELINE = Text("référence", "baseline")
_READING = Text("relevé", "reading")
_YES = Text("oui", "yes")
_NO = Text("non", "no")
_UNKNOWN = {
    Knowledge.UNKNOWN: Text("inconnu", "unknown"),
    Knowledge.NOT_APPLICABLE: Text("sans objet", "not applicable"),
}


def sheet_rows(
    entries: Iterable[Entry],
    readings: Iterable[Said],
    units: Mapping[int, str],
    language: Language,
) -> Iterator[list[Cell]]:
    """Yield the titles, then each reading, indicator by indicator; one without any has a line."""
    yield [column.say(language) for column in COLUMNS]
    by_indicator: dict[int, list[Said]] = {}
    for said in readings:
        by_indicator.setdefault(said.indicator, []).append(said)
    for entry in entries:
        head: list[Cell] = [entry.numbers, entry.indicator.name, entry.indicator.unit]
        told = by_indicator.get(entry.indicator.pk, [])
        for said in told:
            yield [*head, *_cells(entry.indicator, said, units, language)]
        if not told:
            yield [*head, *([None] * (len(COLUMNS) - len(head)))]


def _cells(
    indicator: Indicator, said: Said, units: Mapping[int, str], language: Language
) -> list[Cell]:
    role = _BASELINE if said.role is MeasurementRole.BASELINE else _READING
    return [
        units.get(said.unit or 0, ""),
        said.on,
        _value(indicator, said, language),
        None if said.numerator is None else _bare(said.numerator),
        None if said.denominator is None else _bare(said.denominator),
        role.say(language),
        _YES.say(language) if said.breaks else "",
        said.restated_for,
        said.source,
        said.note,
        said.refused_why,
    ]


def _value(indicator: Indicator, said: Said, language: Language) -> Cell:
    if said.knowledge is not Knowledge.KNOWN:
        return _UNKNOWN[said.knowledge].say(language)
    if said.value is None:
        return said.text
    if indicator.kind == Kind.YES_NO:
        return (_YES if said.value else _NO).say(language)
    return _bare(said.value)


def _bare(number: Decimal) -> Decimal:
    return Decimal(f"{number.normalize():f}")


@dataclass(frozen=True, slots=True)
class Line:
    """A row that says a reading, or why it cannot be read; `before` is what stands in its place."""

    row: int
    name: str
    said: Said | None = None
    problem: str = ""
    before: Said | None = None

    @property
    def is_new(self) -> bool:
        return self.said is not None and (
            self.before is None or self.before.content != self.said.content
        )


@dataclass(frozen=True, slots=True)
class SheetReading:
    """What a table says of readings: those that are new, those that stand already, the refused."""

    lines: tuple[Line, ...]

    @property
    def new(self) -> list[Line]:
        return [line for line in self.lines if line.is_new]

    @property
    def refused(self) -> list[Line]:
        return [line for line in self.lines if line.problem]

    @property
    def unchanged(self) -> int:
        return sum(line.said is not None and not line.is_new for line in self.lines)


def read_sheet(
    grids: Sequence[Grid],
    entries: Sequence[Entry],
    units: Mapping[str, int],
    standing: Mapping[tuple[object, ...], Said],
    language: Language,
) -> SheetReading:
    """Return what the rows of a table say, in its order.

    `units` are identifiers by folded name, `standing` the readings there are. A row without a value
    says nothing. Raises UnusableInputError when no sheet has the columns.
    """
    for grid in grids:
        titles = titles_of(grid, ROLES)
        if titles is not None:
            reader = _Reader(grid, titles, entries, units, standing, language)
            return SheetReading(tuple(reader.lines()))
    read = [title for grid in grids[:1] for title in widest_titles(grid)[:12] if title]
    raise UnusableInputError(NO_COLUMNS.at(titles=", ".join(read) or "–"))


class _Reader:
    def __init__(
        self,
        grid: Grid,
        titles: Titles,
        entries: Sequence[Entry],
        units: Mapping[str, int],
        standing: Mapping[tuple[object, ...], Said],
        language: Language,
    ) -> None:
        self._grid, self._titles, self._places = grid, titles, titles.fields
        self._units, self._standing, self._language = units, standing, language
        self._by_name: dict[str, list[Entry]] = {}
        for entry in entries:
            self._by_name.setdefault(fold(entry.indicator.name), []).append(entry)

    def lines(self) -> Iterator[Line]:
        seen: dict[tuple[object, ...], int] = {}
        for row, _cells in self._grid.rows:
            if row <= self._titles.row:
                continue
            name = self._text(row, INDICATOR)
            try:
                said = self._said(row, name)
            except ValidationError as error:
                yield Line(row, name, problem=" ".join(error.messages))
                continue
            if said is None:
                continue
            if said.place in seen:
                twice = _("Même indicateur, même jour et même source que la ligne %(row)s.")
                yield Line(row, name, problem=twice % {"row": seen[said.place]})
                continue
            seen[said.place] = row
            yield Line(row, name, said, before=self._standing.get(said.place))

    def _cell(self, row: int, column: Text) -> Read:
        at = self._places.get(column.fr)
        return "" if at is None else self._grid.at(row, at)

    def _text(self, row: int, column: Text) -> str:
        return text_of(self._cell(row, column)).strip()

    def _said(self, row: int, name: str) -> Said | None:
        cell = self._cell(row, VALUE)
        terms = [self._number(row, column) for column in (TOP, BOTTOM)]
        if not text_of(cell).strip() and None in terms:
            return None
        indicator = self._indicator(row, name)
        said = Said(
            indicator.pk,
            self._day(row, ON),
            role=self._role(row),
            unit=self._unit(row),
            breaks=fold(self._text(row, BREAKS)) in {"oui", "yes", "x", "1"},
            restated_for=self._day(row, RESTATED) if self._text(row, RESTATED) else None,
            source=self._text(row, SOURCE)[:250],
            note=self._text(row, NOTE)[:500],
            refused_why=self._text(row, REFUSED)[:250],
        )
        kind = Kind(indicator.kind)
        top, bottom = terms
        if kind.is_number and top is not None and bottom is not None:
            return in_terms(said, kind, top, bottom)
        if kind.is_number and not isinstance(cell, str):
            value = self._number(row, VALUE)
            if value is not None and value == round(value, 4):
                return replace(said, value=value)
        text = text_of(cell)
        return written(said, text, kind=kind, scale=indicator.scale, language=self._language)

    def _indicator(self, row: int, name: str) -> Indicator:
        found = self._by_name.get(fold(name), [])
        numbers = {part.strip() for part in self._text(row, ACTION).split(",")} - {""}
        if len(found) > 1 and numbers:
            found = [one for one in found if numbers & {act.called for act in one.actions}]
        if not found:
            raise ValidationError(_("Aucun indicateur du plan qui se relève ne porte ce nom."))
        if len(found) > 1:
            raise ValidationError(_("Plusieurs indicateurs portent ce nom : dites leur action."))
        return found[0].indicator

    def _day(self, row: int, column: Text) -> date:
        day = day_of(self._cell(row, column))
        if day is None:
            place = name_of_cell(row, self._places[column.fr])
            raise ValidationError(_("%(cell)s : aucune date n’y est lue.") % {"cell": place})
        return day

    def _number(self, row: int, column: Text) -> Decimal | None:
        try:
            return amount_of(self._cell(row, column), None)
        except NotAnAmountError:
            place = name_of_cell(row, self._places[column.fr])
            raise ValidationError(
                _("%(cell)s : ce n’est pas un nombre.") % {"cell": place}
            ) from None

    def _role(self, row: int) -> MeasurementRole:
        word = fold(self._text(row, ROLE))
        if word in {fold(_BASELINE.fr), fold(_BASELINE.en)}:
            return MeasurementRole.BASELINE
        return MeasurementRole.READING

    def _unit(self, row: int) -> int | None:
        name = self._text(row, UNIT)
        if not name:
            return None
        found = self._units.get(fold(name))
        if found is None:
            raise ValidationError(
                _("L’entité « %(name)s » n’existe pas ici.") % {"name": name[:80]}
            )
        return found
