"""The official CSV of ADEME's Base Carbone: figures that may take the place of ours.

Cut by `;`, in Windows-1252 or UTF-8, with a decimal comma. Only whole elements are read, not their
parts (« Poste »), and only those still valid: an archived figure is left aside.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from math import exp, log
from pathlib import Path

from portulan.core.problems import Problems
from portulan.core.text import fold
from portulan.impact.engine.draws import LogNormal
from portulan.impact.engine.factors import Factor, Quality, Source, unit_of
from portulan.impact.readers import table_findings as findings

LARGEST_FILE = 64 * 2**20
ADDRESS = "https://base-empreinte.ademe.fr/"
LICENCE = "Licence Ouverte 2.0"

KIND, STATUS = "Type Ligne", "Statut de l'élément"
ID, NAME, ATTRIBUTE = "Identifiant de l'élément", "Nom base français", "Nom attribut français"
UNIT, VALUE = "Unité français", "Total poste non décomposé"
PLACE, UNCERTAINTY = "Localisation géographique", "Incertitude"
MODIFIED = "Date de modification"
_REQUIRED = (KIND, ID, STATUS, NAME, UNIT, VALUE)
# Theirs, folded, in ours.
_UNITS = {
    "kgco2e/kwh": "kgCO2e/kWh",
    "kgco2e/kg": "kgCO2e/kg",
    "kgco2e/unite": "kgCO2e/unit",
    "kgco2e/appareil": "kgCO2e/unit",
}


def can_replace(entry: Entry) -> bool:
    """Tell whether an element is in a unit that some factor of ours has."""
    return fold(entry.unit) in _UNITS


class OtherUnitError(ValueError):
    """The entry is not in the unit of the factor it should replace."""


@dataclass(frozen=True, slots=True)
class Entry:
    """An element of the base; `uncertainty` is the share above the value at 95 %, or None."""

    id: str
    name: str
    value: float
    unit: str
    place: str
    year: int | None
    uncertainty: float | None

    def as_factor(self, factor_id: str, version: int) -> Factor:
        """Return a version of one of our factors. Raises OtherUnitError."""
        unit = unit_of(factor_id)
        if _UNITS.get(fold(self.unit)) != unit:
            raise OtherUnitError(f"{self.unit} / {unit}")
        return Factor(
            id=factor_id,
            version=version,
            value=self.value,
            unit=unit,
            stage="all",
            geography=self.place,
            year=self.year,
            source=Source(f"ADEME, Base Carbone, {self.id}, {self.name}", ADDRESS, LICENCE),
            quality=Quality.PUBLISHED,
            spread=self._spread,
        )

    @property
    def _spread(self) -> LogNormal | None:
        """The base gives the half-width of the 95 % interval, 1.96 standard deviations."""
        return LogNormal(exp(log(1 + self.uncertainty) / 1.96)) if self.uncertainty else None


@dataclass(slots=True)
class Base:
    """The elements read, how many were archived, and what is wrong."""

    entries: list[Entry] = field(default_factory=list)
    archived: int = 0
    problems: Problems = field(default_factory=Problems)


def read_base(file: Path) -> Base:
    """Read the official CSV; a line with a fault is told, and the others are read."""
    base = Base()
    try:
        if file.stat().st_size > LARGEST_FILE:
            base.problems.append(findings.TOO_BIG.at(file=str(file), limit=LARGEST_FILE))
            return base
        content = file.read_bytes()
    except (OSError, ValueError):
        base.problems.append(findings.UNREADABLE.at(file=str(file)))
        return base
    try:
        _read(base, _text(content), str(file))
    except csv.Error as error:
        base.problems.append(findings.NOT_CSV.at(file=str(file), reason=str(error)))
    return base


def _read(base: Base, text: str, file: str) -> None:
    rows = csv.DictReader(io.StringIO(text, newline=""), delimiter=";")
    titles = rows.fieldnames or ()
    missing = [title for title in _REQUIRED if title not in titles]
    if missing:
        columns = ", ".join(missing)
        base.problems.append(findings.MISSING_COLUMN.at(line=1, file=file, columns=columns))
        return
    for row in rows:
        cells = {title: (row[title] or "").strip() for title in titles}
        if fold(cells[KIND]) != "element":
            continue
        if not fold(cells[STATUS]).startswith("valide"):
            base.archived += 1
            continue
        _keep(base, cells, line=rows.line_num, file=file)


def _text(content: bytes) -> str:
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError:
        return content.decode("cp1252", errors="replace")


def _keep(base: Base, cells: Mapping[str, str], *, line: int, file: str) -> None:
    value = _number(cells[VALUE])
    if value is None:
        base.problems.append(
            findings.NOT_A_NUMBER.at(line=line, file=file, column=VALUE, text=cells[VALUE])
        )
        return
    percent = _number(cells.get(UNCERTAINTY, ""))
    year = re.search(r"(?:19|20)\d\d", cells.get(MODIFIED, ""))
    base.entries.append(
        Entry(
            id=cells[ID],
            name=", ".join(part for part in (cells[NAME], cells.get(ATTRIBUTE, "")) if part),
            value=value,
            unit=cells[UNIT],
            place=cells.get(PLACE, ""),
            year=int(year[0]) if year else None,
            uncertainty=None if percent is None else percent / 100,
        )
    )


def _number(text: str) -> float | None:
    try:
        number = float(text.replace(",", "."))
    except ValueError:
        return None
    return number if 0 <= number < float("inf") else None
