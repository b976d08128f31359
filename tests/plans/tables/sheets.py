"""Tables of actions for the tests, as people keep them."""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence
from datetime import date
from typing import Any

import xlsxwriter

from portulan.core.tables.grid import grids_of
from portulan.core.tables.sources import open_source
from portulan.plans.tables.reading import TableReading, read_grids

type Rows = Sequence[Sequence[Any]]

PLAN: Rows = [
    ["N°", "Titre", "Axe", "Pilote", "Niveau", "Avancement", "Échéance", "Budget 2026 (k€)"],
    ["1.1", "Nommer un référent", "Gouvernance", "DGS", "Réalisation", "Fini", "31/12/2025", 0],
    [
        "1.2",
        "Former les agents",
        "Gouvernance",
        "DRH",
        "Expérimentation",
        "En cours",
        "T4 2026",
        12,
    ],
    ["1.10", "Mesurer l’empreinte", "Mesure", "DSI", "Réflexion", "À faire", "", "?"],
]


def as_csv(rows: Rows) -> io.BytesIO:
    text = io.StringIO()
    csv.writer(text, delimiter=";").writerows(rows)
    return io.BytesIO(text.getvalue().encode())


def as_xlsx(rows: Rows, merged: Sequence[str] = ()) -> io.BytesIO:
    """A workbook; `merged` are ranges, shown as one cell with what is written in their first."""
    stream = io.BytesIO()
    with xlsxwriter.Workbook(stream) as book:
        sheet = book.add_worksheet("Plan")
        day = book.add_format({"num_format": "dd/mm/yyyy"})
        for place in merged:
            sheet.merge_range(place, "")
        for row, cells in enumerate(rows):
            for column, cell in enumerate(cells):
                if isinstance(cell, date):
                    sheet.write_datetime(row, column, cell, day)
                elif cell not in (None, ""):
                    sheet.write(row, column, cell)
    stream.seek(0)
    return stream


def read(stream: io.BytesIO | Rows, **columns: str) -> TableReading:
    """Read a file, or rows as a text file has them."""
    given = stream if isinstance(stream, io.BytesIO) else as_csv(stream)
    with open_source(given, "plan.csv") as source:
        return read_grids(grids_of(source), columns)
