"""What may be wrong with a table in CSV, in sentences that name the column."""

from __future__ import annotations

from portulan.core.problems import ProblemKind
from portulan.impact.readers.findings import NOT_TEXT, TOO_BIG, UNREADABLE

__all__ = ["NOT_TEXT", "TOO_BIG", "UNREADABLE"]

NOT_CSV = ProblemKind(
    "not-csv",
    "error",
    fr="Ce tableau ne se lit pas jusqu’au bout\u00a0: {reason}.",
    en="This table cannot be read to its end: {reason}.",
)
UNKNOWN_TABLE = ProblemKind(
    "unknown-table",
    "error",
    fr="Ce fichier n’est aucune des quatre tables de NumEcoEval\u00a0: centres de données, "
    "équipements physiques, équipements virtuels, applications.",
    en="This file is none of the four tables of NumEcoEval: data centres, physical devices, "
    "virtual devices, applications.",
)
MISSING_COLUMN = ProblemKind(
    "missing-column",
    "error",
    fr="Il manque les colonnes {columns}.",
    en="The columns {columns} are missing.",
)
EMPTY_CELL = ProblemKind(
    "empty-cell",
    "error",
    fr="Ligne laissée de côté\u00a0: {columns} est vide.",
    en="Line left out: {columns} is empty.",
)
NOT_A_NUMBER = ProblemKind(
    "cell-not-a-number",
    "error",
    fr="{column}\u00a0: «\u00a0{text}\u00a0» n’est pas un nombre positif.",
    en="{column}: “{text}” is not a positive number.",
)
NOT_A_DATE = ProblemKind(
    "cell-not-a-date",
    "error",
    fr="{column}\u00a0: «\u00a0{text}\u00a0» n’est pas une date comme 2026-01-31.",
    en="{column}: “{text}” is not a date as 2026-01-31.",
)
