"""Monthly tables of the electricity of a room: all of it, that of servers, that of cooling (pure).

PUE of a year = Σ total / Σ servers over the months where both are known, and the total is not under
the servers': never the mean of monthly ratios (ISO/IEC 30134-2).
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from typing import NamedTuple

from portulan.core.folding import fold
from portulan.core.say.text import ProblemKind, Problems, Text
from portulan.core.tables.amounts import NotAnAmountError
from portulan.core.tables.cells import amount_of
from portulan.core.tables.heads import Roles
from portulan.core.tables.sources import Source
from portulan.core.tables.workbooks import Cell
from portulan.sources.figure import Figure, Verdict, rounded, share
from portulan.sources.formula import ROLLING
from portulan.sources.formulas import FORMULAS
from portulan.sources.readers.dates import Days, Order
from portulan.sources.readers.lists import list_in
from portulan.sources.readers.load_curves import ESTIMATED, TOLD_AS_MEASURED

_COOLING = re.compile(r"refroid|climatis|cooling|\bfroid\b|\bhvac\b|\bcvc\b")
_SERVERS = re.compile(r"\bit\b|informatique|serveurs?\b|servers?\b|baies|\bups\b|onduleur")
_TOTAL = re.compile(r"total|general|compteur|site|salle|batiment|facility")
_ENERGY = re.compile(r"\b[kmg]?wh\b|energie|energy|consommation|consumption|electricite")
_MONTH_TITLE = re.compile(r"^(?:mois|month|periode|period|date)\b")
_SCALES = {"wh": Decimal("0.001"), "kwh": Decimal(1), "mwh": Decimal(1000), "gwh": Decimal(10**6)}
_MONTHS = {
    name: number
    for number, names in enumerate(
        (
            "janvier janv january jan", "fevrier fevr february feb", "mars march mar",
            "avril avr april apr", "mai may", "juin june jun", "juillet juil july jul",
            "aout august aug", "septembre sept september sep", "octobre oct october",
            "novembre nov november", "decembre dec december",
        ),
        start=1,
    )
    for name in names.split()
}  # fmt: skip
FEWEST_MONTHS, WARNED_MONTHS = 6, 10
SWAPPED = ProblemKind(
    "meters-swapped",
    "warning",
    fr="{month} : le total ({total}) est inférieur à la part informatique ({servers}). Les"
    " compteurs sont peut-être inversés : ce mois ne compte pas.",
    en="{month}: the total ({total}) is under the part of servers ({servers}). The meters may be"
    " swapped: this month does not count.",
)
MONTH_UNKNOWN = ProblemKind(
    "month-unknown",
    "warning",
    fr="{month} : un des deux compteurs n’a pas de relevé ; ce mois ne compte pas dans le PUE.",
    en="{month}: one of the two meters has no reading; this month does not count in the PUE.",
)
NOT_AN_ENERGY = ProblemKind(
    "not-an-energy",
    "error",
    fr="Ligne {line} : « {text} » n’est pas une énergie.",
    en="Line {line}: “{text}” is no energy.",
)


class Month(NamedTuple):
    """The energies of a month, in kWh; none is unknown."""

    first: date
    total: Decimal | None
    servers: Decimal | None
    cooling: Decimal | None

    @property
    def is_swapped(self) -> bool:
        return self.total is not None and self.servers is not None and self.total < self.servers

    @property
    def is_kept(self) -> bool:
        return self.total is not None and self.servers is not None and not self.is_swapped


def _guess(titles: Sequence[str]) -> dict[str, int]:
    """Return the columns of energies: those of a part first, as a total may be named after all."""
    found: dict[str, int] = {}
    for index, title in enumerate(titles):
        folded = fold(title)
        if _MONTH_TITLE.search(folded):
            found.setdefault("month", index)
        elif not _ENERGY.search(folded) and not _COOLING.search(folded):
            continue
        elif _COOLING.search(folded):
            found.setdefault("cooling", index)
        elif _TOTAL.search(folded) and "total" not in found and not _is_part(folded):
            found["total"] = index
        elif _SERVERS.search(folded):
            found.setdefault("servers", index)
        elif "total" not in found:
            found["total"] = index
    return found


def _is_part(folded: str) -> bool:
    return bool(_SERVERS.search(folded)) and "total" not in folded


def read(source: Source, problems: Problems) -> list[Month] | None:
    """Return the months of a table, None where it is none."""
    found = list_in(source, Roles(_guess, needs=frozenset({"month", "total"})))
    if found is None or found.titles.titles[found.titles.fields["total"]] == "":
        return None
    titles = found.titles.titles
    scales = {
        role: _scale(titles[at]) for role, at in found.titles.fields.items() if role != "month"
    }
    months: dict[date, Month] = {}
    for row in found.rows(problems):
        first = month_of(row.cell("month"))
        if first is None:
            continue
        values: dict[str, Decimal | None] = {}
        for role in ("total", "servers", "cooling"):
            try:
                value = amount_of(row.cell(role), None)
            except NotAnAmountError:
                problems.append(NOT_AN_ENERGY.at(line=row.line, text=row.text(role)))
                value = None
            values[role] = None if value is None else value * scales.get(role, Decimal(1))
        months[first] = Month(first, values["total"], values["servers"], values["cooling"])
    return list(months.values()) or None


def _scale(title: str) -> Decimal:
    found = re.search(r"\b([kmg]?wh)\b", fold(title))
    return _SCALES[found[1]] if found else Decimal(1)


def month_of(cell: Cell) -> date | None:
    """Return the first day of the month of a cell: `01/2025`, `2025-01`, `janvier 2025`, a date."""
    if day := Days(Order.DAY_FIRST).of(cell):
        return day.replace(day=1)
    text = fold(str(cell))
    if found := re.fullmatch(r"([0-9]{1,2})[-/. ]([0-9]{4})", text):
        month, year = int(found[1]), int(found[2])
    elif found := re.fullmatch(r"([0-9]{4})[-/. ]([0-9]{1,2})", text):
        month, year = int(found[2]), int(found[1])
    elif found := re.fullmatch(r"([a-z]+)\.?[-/. ]+([0-9]{4}|[0-9]{2})", text):
        month, year = _MONTHS.get(found[1], 0), int(found[2])
        year += 2000 if year < 100 else 0
    else:
        return None
    return date(year, month, 1) if 1 <= month <= 12 and 1990 <= year <= 2100 else None


def figures(
    months: Sequence[Month], year: int, problems: Problems, on: date | None = None
) -> list[Figure]:
    """Return the PUE, the share of cooling and the energy of a year.

    And of the twelve months that had ended `on` a day, if it is said: seasons are whole in both.
    """
    of_year = [month for month in months if month.first.year == year]
    for month in of_year:
        said = f"{month.first:%m/%Y}"
        if month.is_swapped:
            problems.append(SWAPPED.at(month=said, total=month.total, servers=month.servers))
        elif not month.is_kept:
            problems.append(MONTH_UNKNOWN.at(month=said))
    found = _of(months, of_year)
    if on is not None:
        last = _rank(on + timedelta(days=1)) - 1
        rolling = [one for one in months if last - 12 < _rank(one.first) <= last]
        found += [replace(one, id=one.id + ROLLING) for one in _of(months, rolling)]
    return found


def _rank(day: date) -> int:
    return day.year * 12 + day.month


def _of(months: Sequence[Month], of_year: Sequence[Month]) -> list[Figure]:
    kept = [month for month in of_year if month.is_kept]
    found = [_kwh(of_year)]
    if any(month.servers is not None for month in months):
        found.append(_pue(kept))
    if any(month.cooling is not None for month in months):
        found.append(_cooling(kept))
    return found


def _refused(name: str, kept: int) -> Figure:
    reason = Text(
        f"Non calculé\u00a0: {kept} mois connus sur 12.",
        f"Not computed: {kept} known months of 12.",
    )
    return Figure(name, FORMULAS[name].unit, Verdict.REFUSED, coverage=share(kept, 12),
                  reason=reason)  # fmt: skip


def _of_months(name: str, top: Decimal, bottom: Decimal, value: Decimal, kept: int) -> Figure:
    verdict = Verdict.WARN if kept < WARNED_MONTHS else Verdict.OK
    reason = Text(f"{kept} mois sur 12.", f"{kept} months of 12.") if kept < 12 else None
    unit = FORMULAS[name].unit
    return Figure(name, unit, verdict, value, top, bottom, share(kept, 12), reason)


def _pue(kept: Sequence[Month]) -> Figure:
    total = sum((month.total or Decimal(0) for month in kept), Decimal(0))
    servers = sum((month.servers or Decimal(0) for month in kept), Decimal(0))
    if len(kept) < FEWEST_MONTHS or not servers:
        return _refused("pue", len(kept))
    return _of_months("pue", total, servers, rounded(total / servers, "0.001"), len(kept))


def _cooling(kept: Sequence[Month]) -> Figure:
    known = [month for month in kept if month.cooling is not None]
    total = sum((month.total or Decimal(0) for month in known), Decimal(0))
    cooling = sum((month.cooling or Decimal(0) for month in known), Decimal(0))
    if len(known) < FEWEST_MONTHS or not total:
        return _refused("share-cooling", len(known))
    value = rounded(cooling / total, "0.0001")
    return _of_months("share-cooling", cooling, total, value, len(known))


def _kwh(months: Sequence[Month]) -> Figure:
    """Return the energy of the year: months that lack, or that are swapped, at the mean of others.

    As hours of a load curve: nothing under 90 % is estimated.
    """
    known = [month.total for month in months if month.total is not None and not month.is_swapped]
    total = sum(known, Decimal(0))
    coverage = Decimal(len(known)) / 12
    if coverage < ESTIMATED:
        return _refused("kwh", len(known))
    value = total if coverage >= TOLD_AS_MEASURED else total * 12 / len(known)
    reason = Text(
        f"{len(known)} mois mesurés sur 12, les autres estimés à leur moyenne.",
        f"{len(known)} months measured of 12, the others estimated at their mean.",
    )
    is_whole = coverage >= TOLD_AS_MEASURED
    verdict = Verdict.OK if is_whole else Verdict.WARN
    return Figure(
        "kwh", FORMULAS["kwh"].unit, verdict, rounded(value, "0.01"), rounded(total, "0.01"),
        None, share(len(known), 12), None if is_whole else reason,
    )  # fmt: skip
