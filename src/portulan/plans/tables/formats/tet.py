"""A plan exported from Territoires en Transitions (pure): matched by names, never by place.

Its statuses say progress: “Réalisé” is no level. Money without a year is never spread, what was
spent is no accounts; both stay in a note. Of several pilots the first is proposed.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence

from portulan.core.folding import fold
from portulan.core.say.text import Problem, ProblemKind
from portulan.core.tables.grid import Grid, name_of_cell, said
from portulan.plans.tables import findings, values
from portulan.plans.tables.cells import BLOCKED, Line
from portulan.plans.tables.fields import Field, MoneyField, name_of
from portulan.plans.tables.formats.proposing import plain_text, proposed, row_of_titles
from portulan.plans.tables.reading import TableReading

NAME = "tet"
_TITLE = "Titre de la fiche action"
_TEXTS = {
    Field.TITLE: _TITLE,
    Field.DESCRIPTION: "Descriptif",
    Field.PILOT: "Direction ou service pilote",
    Field.INDICATOR: "Indicateurs liés",
}
_SECTIONS = {"Budgets de fonctionnement": "F", "Budgets d'investissement": "I"}
# What has no place of its own here stays in a note, under its name there.
_NOTED = (
    "Objectifs",
    "Partenaires",
    "Élu·e référent·e",
    "Nom et statut de l'étape",
    "Financements",
    "Financeur 1",
    "Montant (TTC)",
    "Mesures des référentiels",
    "Documents et liens",
    "Niveau de priorité",
)
_YEAR = re.compile(r"(20[0-9]{2}) ?:").fullmatch
_AMOUNT = re.compile(r"- ?([0-9][0-9 .,]*) ?€ HT prévisionnels?").fullmatch
_UNSORTED = "(fiche non classee)"
SEVERAL_PILOTS = ProblemKind(
    "several-pilots",
    "warning",
    fr="{cell} : {count} personnes pilotent ; une action n’en a qu’une : la première est proposée.",
    en="{cell}: {count} people pilot; an action has one only: the first is proposed.",
)
NO_YEAR = ProblemKind(
    "money-without-year",
    "warning",
    fr="{cell} : ce montant n’a pas d’année ; il reste en note, et n’est étalé sur aucune.",
    en="{cell}: this amount has no year; it stays in a note, and is spread over none.",
)
WITHOUT_TAX = ProblemKind(
    "money-without-tax",
    "warning",
    fr="{cell} : ces montants sont hors taxes ; repris tels quels, à vérifier.",
    en="{cell}: these amounts are without tax; taken as they are, to be checked.",
)


def read(grids: Sequence[Grid]) -> TableReading | None:
    """Return what an export proposes, None for another file."""
    for grid in grids:
        found = row_of_titles(grid, [_TITLE])
        if found is not None:
            return _Reader(grid, *found).read()
    return None


class _Reader:
    def __init__(self, grid: Grid, titles: int, places: Mapping[str, int]) -> None:
        self._grid = grid
        self._titles = titles
        self._places = places
        self._problems: list[Problem] = []
        self._years: set[int] = set()

    def read(self) -> TableReading:
        rows = [row for row, _cells in self._grid.rows if row > self._titles]
        lines = [self._line(row) for row in rows if self._said(row, _TITLE)]
        columns = {str(field): title for field, title in _TEXTS.items()}
        columns |= {Field.PROGRESS.value: "Statut", Field.END.value: "Date de fin"}
        years = (min(self._years), max(self._years)) if self._years else None
        return proposed(
            NAME, lines, self._problems, columns=columns, sheet=self._grid.name, years=years
        )

    def _said(self, row: int, title: str) -> str:
        place = self._places.get(fold(title))
        return "" if place is None else said(self._grid.at(row, place))

    def _cell(self, row: int, title: str) -> str:
        place = self._places.get(fold(title), 0)
        return name_of_cell(row, place)

    def _line(self, row: int) -> Line:
        found: dict[str, str] = {
            field: plain_text(self._said(row, title)) for field, title in _TEXTS.items()
        }
        axis = self._said(row, "Axe") or self._said(row, "Axe (x)")
        found[Field.AXIS] = "" if fold(axis) == _UNSORTED else axis[:250]
        found |= self._progress(row) | self._days(row) | self._pilot(row)
        notes = list(self._notes(row))
        for title, section in _SECTIONS.items():
            found |= self._money(row, title, section, notes)
        found[Field.NOTE] = "\n".join(notes)
        return Line(row, found, {Field.TITLE: self._cell(row, _TITLE)})

    def _progress(self, row: int) -> dict[str, str]:
        text = self._said(row, "Statut")
        if not text:
            return {}
        place = self._cell(row, "Statut")
        try:
            step = values.progress(text)
        except values.NotUnderstoodError:
            self._problems.append(
                findings.NOT_UNDERSTOOD.at(
                    line=row, cell=place, field=name_of(Field.PROGRESS), text=text, expected=""
                )
            )
            return {}
        if step.late:
            self._problems.append(findings.DERIVED.at(line=row, cell=place, text=text))
        blocked = {BLOCKED: text} if step.blocked else {}
        return {Field.PROGRESS: step.progress.value, **blocked}

    def _days(self, row: int) -> dict[str, str]:
        found = {}
        for field, title, read_day in (
            (Field.START, "Date de début", values.start_of),
            (Field.END, "Date de fin", values.end_of),
        ):
            place = self._places.get(fold(title))
            cell = "" if place is None else self._grid.at(row, place)
            if not values.is_written(cell):
                continue
            try:
                found[field.value] = read_day(cell)
                self._years.add(int(found[field.value][:4]))
            except values.NotUnderstoodError:
                place_said = self._cell(row, title)
                self._problems.append(
                    findings.NOT_UNDERSTOOD.at(
                        line=row,
                        cell=place_said,
                        field=name_of(field),
                        text=said(cell),
                        expected="",
                    )
                )
        return found

    def _pilot(self, row: int) -> dict[str, str]:
        people = [one for one in self._said(row, "Personne pilote").split("\n") if one]
        if len(people) > 1:
            place = self._cell(row, "Personne pilote")
            self._problems.append(SEVERAL_PILOTS.at(line=row, cell=place, count=len(people)))
        return {Field.PERSON: people[0]} if people else {}

    def _notes(self, row: int) -> Iterator[str]:
        for title in _NOTED:
            if text := plain_text(self._said(row, title)):
                yield f"{title}\u00a0: {text}"
        for title in sorted(one for one in self._places if re.fullmatch(r"20[0-9]{2}", one)):
            if text := plain_text(self._said(row, title)):
                yield f"{title}\u00a0: {text}"
        if self._said(row, "Confidentialité de la fiche") == "Oui":
            yield "Fiche confidentielle"

    def _money(self, row: int, title: str, section: str, notes: list[str]) -> dict[str, str]:
        """Return what is planned each year; what was spent, and what has no year, is noted."""
        found: dict[str, str] = {}
        year: int | None = None
        for line in filter(None, self._said(row, title).split("\n")):
            if head := _YEAR(line):
                year = int(head[1])
                continue
            amount = _AMOUNT(line)
            if amount is None or year is None:
                if amount is not None:
                    self._problems.append(NO_YEAR.at(line=row, cell=self._cell(row, title)))
                if "€" in line or "ETP" in line:
                    notes.append(f"{title}{f' {year}' if year else ''}\u00a0: {line.lstrip('- ')}")
                continue
            found[MoneyField(year, section).name] = values.amount(amount[1])
            self._years.add(year)
        if found:
            self._problems.append(WITHOUT_TAX.at(line=row, cell=self._cell(row, title)))
        return found
