"""Registers that somebody keeps: devices that left, volumes of storage, seats of licences (pure).

As a table, or as the records of a table of Grist: there a day is a number of seconds, a list of
choices begins with “L”, and a cell in error with “E”.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from decimal import Decimal
from functools import partial
from typing import Any

from portulan.core.folding import fold
from portulan.core.say.text import ProblemKind, Problems, Text
from portulan.core.tables.amounts import NotAnAmountError
from portulan.core.tables.cells import amount_of, text_of
from portulan.core.tables.heads import Roles
from portulan.core.tables.sources import Source
from portulan.core.tables.workbooks import Cell
from portulan.sources.figure import LIMITS, Figure, Thresholds, Verdict, judged, rounded, share
from portulan.sources.fleet import Word
from portulan.sources.formula import SO_FAR
from portulan.sources.formulas import FORMULAS
from portulan.sources.meanings import Meanings
from portulan.sources.readers.dates import Days, days_of
from portulan.sources.readers.lists import list_in
from portulan.sources.words import State

_TITLES = {
    "day": re.compile(r"^date\b|^jour\b|^day\b|date de (?:sortie|cession)"),
    "to": re.compile(r"destination|devenir|sort$|filiere|outcome"),
    "count": re.compile(r"quantit|nombre|^nb\b|number|qty|count"),
    "kilos": re.compile(r"poids|masse|weight|\bkg\b"),
    "volume": re.compile(r"volume|capacit|storage|stockage|taille|size"),
    "unit": re.compile(r"unite|^unit"),
    "seats": re.compile(r"^(?:number|nombre|sieges?|seats?)\b"),
    "used": re.compile(r"^(?:used|installe|utilise|installed|affecte)"),
    "expires": re.compile(r"expir"),
}
_DESTINATIONS = {
    State.GIVEN: re.compile(r"\bdons?\b|\bdonne|\bgiven?\b|donat|reemploi|\breuse"),
    State.SOLD: re.compile(r"vente|vendu|\bsold\b|\bsale\b|cession"),
    State.RECYCLED: re.compile(r"recycl|deee|d3e|weee|dechet"),
}
_WORDS = _DESTINATIONS | {
    State.RETURNED: re.compile(
        r"\bloueur|\bbailleur|\blessor|\brestitu|fin de (?:bail|location|leasing)|end of lease"
    )
}
_TERABYTES = {
    "to": Decimal(1), "tb": Decimal(1), "tio": Decimal("1.099511627776"),
    "tib": Decimal("1.099511627776"), "go": Decimal("0.001"), "gb": Decimal("0.001"),
    "gio": Decimal("0.001073741824"), "gib": Decimal("0.001073741824"), "mo": Decimal("0.000001"),
    "mb": Decimal("0.000001"), "po": Decimal(1000), "pb": Decimal(1000),
}  # fmt: skip
UNSAID_EXIT = ProblemKind(
    "exit-unsaid",
    "warning",
    fr="Sorties sans date, quantité ou destination connue, qui ne comptent dans aucune année :"
    " {count}.",
    en="Exits without a known date, quantity or destination, which count in no year: {count}.",
)
NO_UNIT = ProblemKind(
    "no-unit",
    "warning",
    fr="Volumes sans unité connue, laissés de côté : {count}.",
    en="Volumes without a known unit, left out: {count}.",
)
OVER_USED = ProblemKind(
    "over-used",
    "warning",
    fr="Licences plus utilisées qu’achetées, à part (rien ne se compense) : {count}.",
    en="Licences used more than bought, told apart (nothing is netted): {count}.",
)


@dataclass(frozen=True, slots=True)
class Record:
    """A row of a register: what each role says, none where it is unknown."""

    line: int
    cells: Mapping[str, Cell | None]

    def text(self, role: str) -> str:
        value = self.cells.get(role)
        return "" if value is None else text_of(value).strip()

    def number(self, role: str) -> Decimal | None:
        """Return a number, none where nothing says one for sure."""
        value = self.cells.get(role)
        try:
            return None if value is None else amount_of(value, None)
        except NotAnAmountError:
            return None


_SHAPES = (
    (frozenset({"seats", "used"}), frozenset({"seats", "used", "expires"})),
    (frozenset({"volume", "unit"}), frozenset({"volume", "unit"})),
    (frozenset({"day", "to"}), frozenset({"day", "to", "count", "kilos"})),
)  # what a register needs, then all that is read of it


def _guess(roles: Iterable[str], titles: Sequence[str]) -> dict[str, int]:
    found: dict[str, int] = {}
    for role in sorted(roles, key=list(_TITLES).index):
        for index, title in enumerate(titles):
            said = re.sub(r"[_-]", " ", fold(title))
            if index not in found.values() and _TITLES[role].search(said):
                found[role] = index
                break
    return found


def records_in(source: Source, problems: Problems) -> list[Record] | None:
    """Return the rows of a register that is a table, None where it is none."""
    for needs, roles in _SHAPES:
        found = list_in(source, Roles(partial(_guess, roles), needs=needs))
        if found is not None:
            return [
                Record(row.line, {role: row.cell(role) for role in found.roles})
                for row in found.rows(problems)
            ]
    return None


def rows_of(document: object) -> list[dict[str, Any]] | None:
    """Return the rows of a table of Grist, or of a JSON list; None where it is none."""
    rows = document
    if isinstance(document, dict):
        given = document.get("records")
        if not isinstance(given, list):
            return None
        rows = [one.get("fields") for one in given if isinstance(one, dict)]
    if not isinstance(rows, list) or not rows or not all(isinstance(one, dict) for one in rows):
        return None
    return rows


def records_of(document: object) -> list[Record] | None:
    """Return the records of a table that is a register; None where it is none."""
    rows = rows_of(document)
    if rows is None:
        return None
    titles = list(dict.fromkeys(str(name) for row in rows for name in row))
    for needs, wanted in _SHAPES:
        roles = _guess(wanted, titles)
        if needs <= roles.keys():
            return [
                Record(line, {role: _cell(row.get(titles[at]), role) for role, at in roles.items()})
                for line, row in enumerate(rows, 1)
            ]
    return None


def _cell(value: Any, role: str) -> Cell | None:
    """Return a cell of Grist: a day is of midnight UTC, whatever the place (its API)."""
    if isinstance(value, list):
        if not value or value[0] != "L":  # "E": an error; others are no plain value
            return None
        return ", ".join(str(one) for one in value[1:])
    if (
        role in {"day", "expires"}
        and isinstance(value, int | float)
        and not isinstance(value, bool)
    ):
        try:
            return datetime.fromtimestamp(value, UTC).date()
        except (OverflowError, ValueError, OSError):
            return None
    return value if isinstance(value, str | int | float) else None


# --- devices that left ----------------------------------------------------------------------------


def is_of(records: Iterable[Record], *roles: str) -> bool:
    """Tell whether records have these roles."""
    first = next(iter(records), None)
    return first is not None and all(role in first.cells for role in roles)


def exits(
    records: Sequence[Record],
    year: int,
    meanings: Meanings,
    problems: Problems,
    on: date,
    limits: Thresholds = LIMITS,
) -> tuple[list[Figure], tuple[Word, ...]]:
    """Return what left in a year by destination, and the words of destinations.

    The share that was given or sold is told of the year, and of that of `on`, so far.
    """
    days = days_of(one.cells.get("day") or "" for one in records)
    counts: dict[State, Decimal] = dict.fromkeys(_DESTINATIONS, Decimal(0))
    kilos, unsaid, of_year, words = Decimal(0), 0, 0, dict[str, int]()
    has_count = is_of(records, "count")
    for one in records:
        word = one.text("to")
        words[word] = words.get(word, 0) + 1
        to, day = destination(word, meanings), _day(one, days)
        count = one.number("count") if has_count else Decimal(1)
        if day is None or count is None or to is None:
            unsaid += 1
        elif day.year == year:
            of_year += 1
            counts[to] = counts.get(to, Decimal(0)) + count
        if day and day.year == year and to is State.RECYCLED:
            kilos += one.number("kilos") or Decimal(0)
    if unsaid:
        problems.append(UNSAID_EXIT.at(count=unsaid))
    coverage = share(of_year, of_year + unsaid) or Decimal(0)
    reason = Text(
        f"{unsaid} lignes sans date, quantité ou destination connue.",
        f"{unsaid} rows without a known date, quantity or destination.",
    )
    verdict = Verdict.WARN if unsaid else Verdict.OK
    said = reason if unsaid else None
    found = [
        Figure(str(state), FORMULAS[str(state)].unit, verdict, counts[state], counts[state], None,
               coverage, said)
        for state in _DESTINATIONS
    ]  # fmt: skip
    if is_of(records, "kilos"):
        unit = FORMULAS["kg-recycled"].unit
        found.append(Figure("kg-recycled", unit, verdict, kilos, kilos, None, coverage, said))
    found += [
        _reused(records, "exits-reused", year, meanings, days, limits),
        _reused(records, "exits-reused" + SO_FAR, on.year, meanings, days, limits),
    ]
    listed = tuple(
        Word("destination", word, count, _means(word, meanings)) for word, count in words.items()
    )
    return found, listed


def _reused(
    records: Sequence[Record],
    name: str,
    year: int,
    meanings: Meanings,
    days: Days,
    limits: Thresholds,
) -> Figure:
    """Return the share of what left in a year that was given or sold: it is that at least.

    What went where nobody says left all the same; what a lessor took back is not counted. The law's
    rate is of the stock of 1 January.
    """
    left, again, known = Decimal(0), Decimal(0), Decimal(0)
    for one in records:
        day, count = _day(one, days), one.number("count") if "count" in one.cells else Decimal(1)
        to = destination(one.text("to"), meanings)
        if day is None or day.year != year or count is None or to is State.RETURNED:
            continue
        left += count
        known += 0 if to is None else count
        again += count if to in (State.GIVEN, State.SOLD) else 0
    unit = FORMULAS[name].unit
    if not left:
        return Figure(name, unit, Verdict.NOT_APPLICABLE)
    coverage = share(known, left)
    verdict = judged(coverage, limits)
    reason = Text(
        f"{left - known} équipements sur {left} sans destination connue.",
        f"{left - known} devices of {left} without a known destination.",
    )
    if verdict is Verdict.REFUSED:
        return Figure(name, unit, verdict, coverage=coverage, reason=reason)
    said = reason if known < left else None
    return Figure(name, unit, verdict, share(again, left), again, left, coverage, said)


def destination(word: str, meanings: Meanings) -> State | None:
    """Return where a device went: as a person said, else as the word says by itself."""
    folded = fold(word)
    if known := meanings.states.get(folded):
        return known
    found = [state for state, words in _WORDS.items() if words.search(folded)]
    return found[0] if len(found) == 1 else None


def _means(word: str, meanings: Meanings) -> str | None:
    found = destination(word, meanings)
    return None if found is None else str(found)


def _day(one: Record, days: Days) -> date | None:
    value = one.cells.get("day")
    return None if value is None else days.of(value)


# --- storage, licences ----------------------------------------------------------------------------


def storage(records: Sequence[Record], problems: Problems) -> list[Figure]:
    """Return the volume stored, in terabytes (10¹² bytes): 1 Tio is 1.0995 To, 1 Go 0.001."""
    known = []
    for one in records:
        volume, scale = one.number("volume"), _TERABYTES.get(fold(one.text("unit")))
        if volume is not None and scale is not None:
            known.append(volume * scale)
    missing = len(records) - len(known)
    if missing:
        problems.append(NO_UNIT.at(count=missing))
    unit = FORMULAS["storage"].unit
    coverage = share(len(known), len(records))
    if not known:
        return [Figure("storage", unit, Verdict.REFUSED, coverage=coverage)]
    total = rounded(sum(known, Decimal(0)), "0.01")
    verdict = Verdict.WARN if missing else Verdict.OK
    return [Figure("storage", unit, verdict, total, total, None, coverage)]


def licences(records: Sequence[Record], on: date, problems: Problems) -> list[Figure]:
    """Return the seats bought and not used, of limited licences that have not expired.

    More seats used than bought are told apart: they make up for nothing.
    """
    days = days_of(one.cells.get("expires") or "" for one in records)
    unused = seats_of_all = Decimal(0)
    over = known = counted = 0
    for one in records:
        seats, used = one.number("seats"), one.number("used")
        expires = one.cells.get("expires")
        day = days.of(expires) if expires else None
        if (seats is not None and seats < 0) or (day is not None and day < on):
            continue
        counted += 1
        if seats is None or used is None:
            continue
        known += 1
        seats_of_all += seats
        over += used > seats
        unused += max(Decimal(0), seats - used)
    if over:
        problems.append(OVER_USED.at(count=over))
    unit = FORMULAS["licences-unused"].unit
    coverage = share(known, counted)
    if coverage is None:
        return [Figure("licences-unused", unit, Verdict.NOT_APPLICABLE)]
    verdict = Verdict.OK if known == counted else Verdict.WARN
    if known * 2 < counted:
        return [Figure("licences-unused", unit, Verdict.REFUSED, coverage=coverage)]
    return [Figure("licences-unused", unit, verdict, unused, unused, seats_of_all, coverage)]
