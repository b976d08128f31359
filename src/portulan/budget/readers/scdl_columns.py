"""Where the columns of an SCDL file are, whatever their order and case."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import islice

from portulan.budget.readers.amounts import DecimalMark, guess_mark
from portulan.budget.readers.findings import UNSURE_MARK
from portulan.budget.readers.tables import Row
from portulan.core.problems import Problem, ProblemKind, UnusableInputError

MISSING_COLUMNS = ProblemKind(
    "missing-columns",
    "error",
    fr="Il manque au fichier SCDL la ou les colonnes {columns}, sans lesquelles rien ne se compte.",
    en="The SCDL file lacks the column(s) {columns}, without which nothing can be counted.",
)

AMOUNTS = ("BGT_MTPREV", "BGT_CREDOUV", "BGT_MTREAL", "BGT_MTRAR3112")
_NEEDED = ("BGT_NATURE", "BGT_CODRD")


@dataclass(frozen=True, slots=True)
class Columns:
    """Where each column is; a column left out is -1, an empty cell put after the last one."""

    places: Mapping[str, int]
    width: int

    def place(self, name: str) -> int:
        return self.places.get(name, -1)

    def text(self, cells: list[str], name: str) -> str:
        index = self.place(name)
        return cells[index].strip() if 0 <= index < len(cells) else ""

    def document(self, cells: list[str]) -> tuple[str, ...]:
        """Return what tells a document from another."""
        return tuple(self.text(cells, name) for name in ("BGT_NATDEC", "BGT_ANNEE", "BGT_SIRET"))

    def mark(self, sample: list[Row], problems: list[Problem]) -> DecimalMark | None:
        """Return the decimal mark: the schema’s point, unless the amounts say otherwise."""
        texts = [self.text(cells, name) for _, cells in sample for name in AMOUNTS]
        mark, unsure = guess_mark(texts)
        if not unsure:
            return mark
        if not any("," in text for text in texts):
            return "."  # three decimals, as the schema allows
        problems.append(UNSURE_MARK.at(text=next(text for text in texts if "," in text)))
        return mark


def find_columns(rows: Iterator[Row]) -> Columns:
    """Read up to the row of titles and return where its columns are."""
    for _, cells in islice(rows, 50):
        places: dict[str, int] = {}
        for index, cell in enumerate(cells):
            places.setdefault(cell.strip().upper().replace(" ", "_"), index)
        if sum(name.startswith("BGT_") for name in places) < 3:
            continue
        missing = [name for name in _NEEDED if name not in places]
        if not any(name in places for name in AMOUNTS):
            missing.append(" / ".join(AMOUNTS))
        if missing:
            raise UnusableInputError(MISSING_COLUMNS.at(columns=", ".join(missing)))
        return Columns(places, len(cells))
    raise UnusableInputError(MISSING_COLUMNS.at(columns=", ".join(_NEEDED)))
