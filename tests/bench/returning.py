"""A table that comes back: the workbook of a plan with some rows changed, and actions made."""

from __future__ import annotations

import io
from collections.abc import Iterator
from datetime import date
from pathlib import Path

from portulan.core.spreadsheet import Cell
from portulan.core.workbooks import SHEETS, Sheet, write_xlsx
from portulan.plans.tables.opening import open_table
from portulan.plans.tables.writes import keep_table, write_table
from portulan.plans.tables.writing import table_of
from tests.bench.base import database
from tests.bench.clock import seconds
from tests.bench.place import TODAY, Place, build
from tests.bench.table import Row, by_amount
from tests.bench.views import SMALL, grow

# 500 rows of 5,000 are changed in 20 s of CPU, 1,000 actions made in 10 s: at other sizes here.
ROWS, CHANGED, MADE = 4_000, 700, 1_300
MOST_CHANGED, MOST_MADE = 20.0, 10.0  # seconds of CPU


def rows(folder: Path) -> Iterator[Row]:
    """Yield the CPU of each, from the file to what is written."""
    with database():
        place = build("rentrant", folder, actions=SMALL, lines=50)
        grow(place, ROWS)
        book = _changed(place)
        spent = seconds(lambda: _bring(place, book, updated=CHANGED))
        yield by_amount(f"workbook of {ROWS:,} rows, {CHANGED} changed", spent, MOST_CHANGED, "s")
        made = _new()
        spent = seconds(lambda: _bring(place, made, created=MADE))
        yield by_amount(f"{MADE:,} actions made by a table", spent, MOST_MADE, "s")


def _bring(place: Place, stream: io.BytesIO, **expected: int) -> None:
    organisation = place.town.organisation
    reading, digest = open_table(stream, organisation_id=organisation.pk)
    table = keep_table(place.town.editor, plan=place.plan, file_name="plan.xlsx", digest=digest)
    judged = write_table(place.town.editor, table=table, reading=reading, today=TODAY)
    assert expected.items() <= judged.counts.items(), judged.counts


def _new() -> io.BytesIO:
    heads: list[Cell] = ["N°", "Titre", "Axe", "Pilote", "Niveau", "Avancement", "Échéance"]
    heads += ["Budget 2026 (k€)", "Indicateur", "Cible"]
    levels = ("Réflexion", "Expérimentation", "Réalisation")
    made: list[list[Cell]] = [
        [f"T-{n}", f"Action d’un tableau {n}", f"Axe {n % 9}", "DSI", levels[n % 3], "En cours",
         "31/12/2027", n, f"Part {n} des postes", "80 %"]
        for n in range(MADE)
    ]  # fmt: skip
    stream = io.BytesIO()
    write_xlsx(stream, "Plan", [heads, *made])
    return stream


def _changed(place: Place) -> io.BytesIO:
    shown, left = table_of(place.plan, "fr").sheets()
    head, *rest = (list(row) for row in shown.rows)
    said: dict[str, Cell] = {"Description": "Autrement", "Avancement": "En pause"}
    said |= {"Budget 2027 (€)": 1234, "Fin prévue": date(2027, 5, 1)}
    for number, row in enumerate(rest):
        if number * CHANGED % len(rest) < CHANGED:
            for title, cell in said.items():
                row[head.index(title)] = cell
    stream = io.BytesIO()
    SHEETS["xlsx"](stream, [Sheet("Plan", [head, *rest], shown.layout), left])
    return stream
