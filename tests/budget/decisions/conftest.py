"""A year whose lines wait, the sheet that leaves with them, and what a spreadsheet makes of it."""

from __future__ import annotations

import io
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

import pytest

from portulan.budget.decisions.columns import Column
from portulan.budget.decisions.judging import Outcome
from portulan.budget.decisions.sheet import rows_of_sheet
from portulan.budget.decisions.standing import decided_lines
from portulan.budget.decisions.writes import confirm, outcomes_of, preview
from portulan.budget.imports import writes as imports
from portulan.budget.models import BudgetLine, DecisionSheet, FiscalYear
from portulan.budget.words import Stage
from portulan.budget.years.writes import open_year
from portulan.core.spreadsheet import Cell, csv_lines
from portulan.core.workbooks import WRITERS
from portulan.plans.models import Action, Plan
from portulan.plans.words import CommitmentLevel, Progress
from tests.people import Town

TODAY = date(2026, 11, 24)
HEAD = "Gestionnaire;Compte;Section;Libellé;Fournisseur;Marché;Ouvert;Mandaté\n"
ROWS = (
    "DSI;2051;I;Licences;Éditeur SA;M-1;1200,00;800,00\n"
    "DSI;611;F;Hébergement;Nuage SARL;M-3;3000,00;1500,00\n"
    "DSI;6262;F;Télécoms;Réseau SA;M-4;400,00;400,00\n"
    "DSI;611;F;Copieurs;Papier SA;M-5;90,00;90,00\n"
    "DSI;611;F;Copieurs;Papier SA;M-5;70,00;60,00\n"
)
ORDER = list(Column)


@dataclass
class Paper:
    """A sheet as a person has it under the eyes: titles, then rows, to be changed."""

    heads: list[Cell]
    rows: list[list[Cell]]

    def at(self, column: Column, title: str = "") -> int:
        from portulan.budget.decisions.columns import TITLES

        names = [str(head).partition(" (")[0] for head in self.heads]
        return names.index(title or TITLES[column].fr)

    def row(self, label: str, nth: int = 0) -> list[Cell]:
        place = self.at(Column.LABEL)
        return [row for row in self.rows if row[place] == label][nth]

    def put(self, row: list[Cell], /, **values: Cell) -> list[Cell]:
        for name, value in values.items():
            row[self.at(Column(name))] = value
        return row

    def file(self, kind: str = "xlsx") -> io.BytesIO:
        stream = io.BytesIO()
        rows = [self.heads, *self.rows]
        if kind == "csv":
            stream.write("".join(csv_lines(rows)).encode())
        else:
            WRITERS[kind](stream, "Décisions", rows)
        stream.seek(0)
        return stream


@dataclass
class Office:
    """The finance department of a town, at one year."""

    town: Town
    year: FiscalYear

    def paper(self, *, waiting: bool = False, suppliers: bool = False) -> Paper:
        lines = decided_lines(self.year, waiting=waiting)
        heads, *rows = rows_of_sheet(self.year, Stage.OPENED, lines, suppliers=suppliers)
        return Paper(heads, rows)

    def give_back(self, paper: Paper, kind: str = "xlsx") -> DecisionSheet:
        return preview(
            self.town.finance,
            fiscal_year=self.year,
            stream=paper.file(kind),
            file_name=f"décisions.{kind}",
        )

    def told(self, paper: Paper, kind: str = "xlsx") -> list[Outcome]:
        return outcomes_of(self.give_back(paper, kind))

    def confirm(self, paper: Paper, kind: str = "xlsx") -> DecisionSheet:
        return confirm(self.town.finance, sheet=self.give_back(paper, kind), on=TODAY)

    def line(self, label: str, nth: int = 0) -> BudgetLine:
        return self.year.lines.filter(label=label, batch__status="confirmed").order_by("row")[nth]

    def load(self, rows: str = ROWS, *, replace: bool = False) -> None:
        batch = imports.preview(
            self.town.finance,
            fiscal_year=self.year,
            stream=io.BytesIO((HEAD + rows).encode()),
            file_name="grand-livre.csv",
        )
        imports.confirm(self.town.finance, batch=batch, replace=replace, in_euros=True)


@pytest.fixture
def office(town: Town) -> Office:
    office = Office(town, open_year(town.finance, year=2026))
    office.load()
    return office


@pytest.fixture
def action(town: Town) -> Action:
    plan = Plan.objects.create(
        organisation=town.organisation, slug="plan", title="Plan", first_year=2025, last_year=2027
    )
    return Action.objects.create(
        plan=plan,
        number=7,
        title="Inventaire",
        level=CommitmentLevel.STUDY,
        progress=Progress.IN_PROGRESS,
        pilot_function="DSI",
    )


type Kinds = Callable[[Iterable[Outcome]], list[str]]


def problems(outcomes: Iterable[Outcome]) -> list[str]:
    return [one.problem.message("fr").replace("\u00a0", " ") for one in outcomes if one.problem]


def percent(text: str) -> Decimal:
    return Decimal(text) / 100
