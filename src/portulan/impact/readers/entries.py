"""A figure read in somebody's file, that may take the place of a factor of ours."""

from __future__ import annotations

from dataclasses import dataclass, field
from math import exp, log
from pathlib import Path

from portulan.core import documents as findings
from portulan.core.folding import fold
from portulan.core.say.text import Problems
from portulan.impact.engine.draws import LogNormal
from portulan.impact.engine.factors import (
    OF_COUNTRY,
    OF_DEVICE,
    OF_SERVICE,
    Factor,
    Quality,
    unit_of,
)

LARGEST_FILE = 64 * 2**20
LONGEST_SOURCE = 300

# Theirs, folded, in ours.
_UNITS = {
    **{fold(unit): unit for unit in (OF_DEVICE | OF_COUNTRY | OF_SERVICE).values()},
    "kgco2e/unite": "kgCO2e/unit",
    "kgco2e/appareil": "kgCO2e/unit",
}


class OtherUnitError(ValueError):
    """The entry is not in the unit of the factor it should replace."""


@dataclass(frozen=True, slots=True)
class Entry:
    """A figure as a file has it; `uncertainty` is the share above the value at 95 %, or None.

    `proposal` is the factor of ours that it seems to be, empty when nothing says so: a person
    decides. `is_fake` marks what its source says was made up.
    """

    id: str
    name: str
    value: float
    unit: str
    place: str
    year: int | None
    uncertainty: float | None
    source: str
    address: str = ""
    licence: str = ""
    quality: str = Quality.PUBLISHED.value
    proposal: str = ""
    is_fake: bool = False

    def as_factor(self, factor_id: str, version: int) -> Factor:
        """Return a version of one of our factors. Raises OtherUnitError."""
        unit = unit_of(factor_id)
        if not self.is_in(unit):
            raise OtherUnitError(f"{self.unit} / {unit}")
        return Factor(
            id=factor_id,
            version=version,
            value=self.value,
            unit=unit,
            stage="all",
            geography=self.place,
            year=self.year,
            source=self.source,
            address=self.address,
            licence=self.licence,
            quality=Quality(self.quality),
            spread=self._spread,
        )

    def is_in(self, unit: str) -> bool:
        """Tell whether it is in a unit of our factors, whatever its file calls it."""
        return _UNITS.get(fold(self.unit)) == unit

    @property
    def _spread(self) -> LogNormal | None:
        """The half-width of a 95 % interval is 1.96 standard deviations."""
        return LogNormal(exp(log(1 + self.uncertainty) / 1.96)) if self.uncertainty else None


def can_replace(entry: Entry) -> bool:
    """Tell whether an entry is in a unit that some factor of ours has."""
    return fold(entry.unit) in _UNITS


@dataclass(slots=True)
class Base:
    """The figures read, how many were archived, and what is wrong."""

    entries: list[Entry] = field(default_factory=list)
    archived: int = 0
    problems: Problems = field(default_factory=Problems)


def text_of(file: Path, problems: Problems) -> str | None:
    """Return the text of a table in UTF-8 or Windows-1252, or None, told, when there is none."""
    try:
        if file.stat().st_size > LARGEST_FILE:
            problems.append(findings.TOO_BIG.at(file=str(file), limit=LARGEST_FILE))
            return None
        content = file.read_bytes()
    except (OSError, ValueError):
        problems.append(findings.UNREADABLE.at(file=str(file)))
        return None
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError:
        return content.decode("cp1252", errors="replace")


def number_of(text: str) -> float | None:
    """Return a positive number with a point or a comma, or None."""
    try:
        number = float(text.replace(",", "."))
    except ValueError:
        return None
    return number if 0 <= number < float("inf") else None
