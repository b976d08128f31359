"""A plan exported from Territoires en Transitions (pure): matched by names, never by place.

Its template of import is read too: a sub-action, under its action there, is a note of it.

Its statuses say progress: “Réalisé” is no level. Money without a year is never spread, what was
spent is no accounts; both stay in a note, with what any other column says under its title. Of
several pilots the first is proposed, the others are noted.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace

from portulan.core.folding import fold
from portulan.core.say.text import Problem, ProblemKind
from portulan.core.tables.grid import Grid, name_of_cell, said
from portulan.plans.tables import findings, values
from portulan.plans.tables.cells import BLOCKED, Line
from portulan.plans.tables.formats.leaving_out import cells_left
from portulan.plans.tables.formats.proposing import (
    plain_text,
    proposed,
    row_of_titles,
    under_titles,
    without_beside,
)
from portulan.plans.tables.reading import TableReading
from portulan.plans.tables.vocabulary import Field, MoneyField, name_of

NAME = "tet"
_TITLE = "Titre de la fiche action"
_SUB_ACTION, _AXIS = "Titre de la sous-action", "Axe (x)"
# The titles of an export, and those of the template that it imports.
_LAYOUTS = ((_TITLE,), ("Titre de l'action", _SUB_ACTION, _AXIS))
_TEXTS = {
    Field.DESCRIPTION: "Descriptif",
    Field.PILOT: "Direction ou service pilote",
    Field.INDICATOR: "Indicateurs liés",
}
_SECTIONS = {"Budgets de fonctionnement": "F", "Budgets d'investissement": "I"}
_READ = (
    *(*_TEXTS.values(), *_SECTIONS, "Statut", "Date de début", "Date de fin", "Personne pilote"),
    *("Axe", _AXIS, _SUB_ACTION, "Confidentialité de la fiche"),
)
_SUB_READ = (_SUB_ACTION, "Statut", "Date de fin")
# Heads of groups of columns.
_GROUPS = (
    *("Présentation de l'action", "Gestion des accès", "Modalités de mise en œuvre", "Acteurs"),
    *("Étapes", "Notes de suivi et points de vigilance", "Budget", "Indicateurs de suivi"),
    *("Autres informations liées", "Modalités"),
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
        for title, *others in _LAYOUTS:
            found = row_of_titles(grid, [title, *others])
            if found is not None:
                return _Reader(grids, grid, title, *found).read()
    return None


class _Reader:
    def __init__(
        self,
        grids: Sequence[Grid],
        grid: Grid,
        title: str,
        titles: int,
        places: Mapping[str, int],
    ) -> None:
        self._grids, self._grid = grids, grid
        self._title = title
        self._titles = titles
        self._places = places
        self._problems: list[Problem] = []
        self._years: set[int] = set()
        # Lines of cells that became another word: row, column, text.
        self._understood: set[tuple[int, int, str]] = set()

    def read(self) -> TableReading:
        lines = list(self._lines())
        columns = {str(field): title for field, title in _TEXTS.items()}
        columns[Field.TITLE.value] = self._title
        columns |= {Field.PROGRESS.value: "Statut", Field.END.value: "Date de fin"}
        years = (min(self._years), max(self._years)) if self._years else None
        reading = proposed(
            NAME, lines, self._problems, columns=columns, sheet=self._grid.name, years=years
        )
        heads = (said(self._grid.at(self._titles, at)) for at in range(self._grid.width))
        left = cells_left(
            self._grids,
            reading,
            titles=self._titles,
            understood=self._understood,
            known=[*_GROUPS, *heads],
        )
        return replace(reading, cells_left=tuple(left))

    def _said(self, row: int, title: str) -> str:
        place = self._places.get(fold(title))
        return "" if place is None else plain_text(said(self._grid.at(row, place)))

    def _cell(self, row: int, title: str) -> str:
        place = self._places.get(fold(title), 0)
        return name_of_cell(row, place)

    def _understand(self, row: int, title: str, *texts: str) -> None:
        place = self._places[fold(title)]
        self._understood |= {(row, place, text) for text in texts}

    def _lines(self) -> Iterator[Line]:
        """Yield the actions, each with its sub-actions in its note; one without action is one."""
        rows = [row for row, _cells in self._grid.rows if row > self._titles]
        named = {row: self._said(row, self._title) for row in rows}
        subs = {row for row in rows if self._said(row, _SUB_ACTION)}
        actions = {row: title for row, title in named.items() if title and row not in subs}
        parents = set(actions.values())
        under: dict[int, list[str]] = defaultdict(list)
        for row in sorted(subs):
            if named[row] in parents:
                under[_parent(row, named[row], actions)] += self._sub_action(row)
        for row, title in named.items():
            if row in actions:
                yield self._line(row, self._title, under[row])
            elif row in subs and title not in parents:
                yield self._line(row, _SUB_ACTION)

    def _sub_action(self, row: int) -> Iterator[str]:
        words = (self._said(row, one) for one in _SUB_READ)
        yield f"{_SUB_ACTION}\u00a0: {', '.join(filter(None, words))}"
        aside = (*_SUB_READ, _AXIS, self._title)
        read_at = [at for title in aside if (at := self._places.get(fold(title))) is not None]
        yield from under_titles(self._grid, self._titles, row, read_at)

    def _line(self, row: int, named: str, under: Iterable[str] = ()) -> Line:
        found: dict[str, str] = {field: self._said(row, title) for field, title in _TEXTS.items()}
        found[Field.TITLE] = self._said(row, named).replace("\n", " ")
        unread: dict[str, str] = {}
        of = "Axe" if self._said(row, "Axe") else _AXIS
        axis = self._said(row, of).replace("\n", " ")
        if fold(axis) == _UNSORTED:
            self._understand(row, of, self._said(row, of))
            axis = ""
        found[Field.AXIS] = axis
        found[Field.DESCRIPTION], beside = without_beside(found[Field.DESCRIPTION])
        notes = [*self._notes(row), *beside, *under]
        found |= self._progress(row, unread) | self._days(row, unread) | self._pilot(row, notes)
        for title, section in _SECTIONS.items():
            found |= self._money(row, title, section, notes)
        found[Field.NOTE] = "\n".join(notes)
        return Line(row, found, {Field.TITLE: self._cell(row, named)}, unread)

    def _progress(self, row: int, unread: dict[str, str]) -> dict[str, str]:
        text = self._said(row, "Statut")
        if not text:
            return {}
        place = self._cell(row, "Statut")
        try:
            step = values.progress(text)
        except values.NotUnderstoodError:
            self._note(row, Field.PROGRESS, "Statut", text, unread)
            return {}
        self._understand(row, "Statut", *text.split("\n"))
        if step.late:
            self._problems.append(findings.DERIVED.at(line=row, cell=place, text=text))
        blocked = {BLOCKED: text} if step.blocked else {}
        return {Field.PROGRESS: step.progress.value, **blocked}

    def _days(self, row: int, unread: dict[str, str]) -> dict[str, str]:
        found: dict[str, str] = {}
        for field, title, read_day in (
            (Field.START, "Date de début", values.start_of),
            (Field.END, "Date de fin", values.end_of),
        ):
            place = self._places.get(fold(title))
            cell = "" if place is None else self._grid.at(row, place)
            if not values.is_written(cell):
                continue
            try:
                day = read_day(cell)
            except values.NotUnderstoodError:
                day = ""
            if not day or day < found.get(Field.START, ""):  # no day, or an end before its start
                self._note(row, field, title, self._said(row, title), unread)
                continue
            found[field.value] = day
            self._years.add(int(day[:4]))
            self._understand(row, title, *self._said(row, title).split("\n"))
        return found

    def _note(self, row: int, field: Field, title: str, text: str, unread: dict[str, str]) -> None:
        """Keep what is not understood of a field, to be noted, and say so."""
        unread[field] = text
        place = self._cell(row, title)
        self._problems.append(
            findings.NOTED.at(line=row, cell=place, field=name_of(field), text=text)
        )

    def _pilot(self, row: int, notes: list[str]) -> dict[str, str]:
        people = [one for one in self._said(row, "Personne pilote").split("\n") if one]
        if len(people) > 1:
            place = self._cell(row, "Personne pilote")
            self._problems.append(SEVERAL_PILOTS.at(line=row, cell=place, count=len(people)))
            notes.append(f"Personne pilote\u00a0: {', '.join(people[1:])}")
        return {Field.PERSON: people[0]} if people else {}

    def _notes(self, row: int) -> Iterator[str]:
        aside = (*_READ, self._title)
        read_at = [at for title in aside if (at := self._places.get(fold(title))) is not None]
        yield from under_titles(self._grid, self._titles, row, read_at)
        private = self._said(row, "Confidentialité de la fiche")
        if fold(private) in ("oui", "non"):
            self._understand(row, "Confidentialité de la fiche", private)
            private = "Fiche confidentielle" if fold(private) == "oui" else ""
        if private:
            yield private
        if self._said(row, "Axe") and (other := self._said(row, _AXIS)):
            yield f"{_AXIS}\u00a0: {other}"

    def _money(self, row: int, title: str, section: str, notes: list[str]) -> dict[str, str]:
        """Return what is planned each year; what was spent, and what has no year, is noted."""
        found: dict[str, str] = {}
        year: int | None = None
        for line in filter(None, self._said(row, title).split("\n")):
            if head := _YEAR(line):
                year = int(head[1])
                self._understand(row, title, line)
                continue
            amount = _AMOUNT(line)
            name = MoneyField(year, section).name if year else ""
            if amount is None or not name or name in found:
                if amount is not None and not name:
                    self._problems.append(NO_YEAR.at(line=row, cell=self._cell(row, title)))
                notes.append(f"{title}{f' {year}' if year else ''}\u00a0: {line.lstrip('- ')}")
                continue
            found[name] = values.amount(amount[1])
            self._understand(row, title, line)
            self._years.add(int(name.split(":")[1]))
        if found:
            self._problems.append(WITHOUT_TAX.at(line=row, cell=self._cell(row, title)))
        return found


def _parent(sub: int, title: str, actions: Mapping[int, str]) -> int:
    """Return the row of the action of a sub-action: the nearest above, else the first so named."""
    rows = [row for row, one in actions.items() if one == title]
    return max((row for row in rows if row < sub), default=min(rows))
