"""Load curves of an electricity meter, as Enedis gives them, in its two layouts (pure).

A value is a mean power over the interval that its stamp ends: kWh = Σ W × hours / 1000. Stamps are
of Paris: one day of the year has 23 hours and another 25, where the hours that come twice bear the
same stamp unless an offset tells them apart. The number of the meter is not kept.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from decimal import Decimal
from zoneinfo import ZoneInfo

from portulan.core.folding import fold
from portulan.core.say.text import ProblemKind, Problems, Text
from portulan.core.tables.amounts import NotAnAmountError, parse
from portulan.core.tables.cells import text_of
from portulan.core.tables.heads import Roles, by_words
from portulan.core.tables.sources import Source
from portulan.core.tables.tabular import tables_of
from portulan.sources.figure import Figure, Verdict, rounded
from portulan.sources.formulas import FORMULAS
from portulan.sources.readers.dates import Days, Order
from portulan.sources.readers.lists import list_in

PARIS = ZoneInfo("Europe/Paris")
TOLD_AS_MEASURED = Decimal("0.98")
ESTIMATED = Decimal("0.90")
_ROLES = Roles(
    by_words(
        {
            "stamp": ("Horodate",), "power": ("Valeur",), "step": ("Pas",),
            "unit": ("Unité", "Unite"), "begin": ("Date de début", "Date de debut"),
            "end": ("Date de fin",), "kind": ("Grandeur physique",),
            "meter": ("Identifiant PRM",),
        }
    ),
    needs=frozenset({"stamp", "power"}),
)  # fmt: skip
_STEP = re.compile(r"PT?([0-9]{1,3})M?", re.IGNORECASE)
_ACTIVE = frozenset({"pa", "ea", "energie active", "puissance active", ""})
_DAYS = Days(Order.DAY_FIRST)
_UNITS = {"w": Decimal(1), "kw": Decimal(1000), "": Decimal(1)}
NOT_A_STAMP = ProblemKind(
    "not-a-stamp",
    "error",
    fr="Ligne {line} : « {text} » n’est pas une date et une heure.",
    en="Line {line}: “{text}” is no date and hour.",
)
NOT_A_POWER = ProblemKind(
    "not-a-power",
    "error",
    fr="Ligne {line} : « {text} » n’est pas une puissance.",
    en="Line {line}: “{text}” is no power.",
)
UNKNOWN_UNIT = ProblemKind(
    "unknown-unit",
    "error",
    fr="L’unité « {unit} » n’est pas connue : W ou kW sont attendus.",
    en="The unit “{unit}” is not known: W or kW are expected.",
)
SAID_TWICE = ProblemKind(
    "interval-twice",
    "warning",
    fr="{count} intervalles sont donnés deux fois : ils comptent une fois.",
    en="{count} intervals are given twice: they count once.",
)


@dataclass(slots=True)
class Curve:
    """The intervals of one meter: the instant that each ends, and its mean power in W.

    `period`: the days that the file says it covers, the last excluded; `step` in hours.
    """

    step: Decimal
    period: tuple[date, date] | None
    powers: dict[datetime, Decimal] = field(default_factory=dict)
    twice: int = 0

    def add(self, stamp: datetime, power: Decimal) -> None:
        instant = _instant(stamp, self.powers)
        if instant in self.powers:
            self.twice += 1
        self.powers.setdefault(instant, power)


def _instant(stamp: datetime, known: dict[datetime, Decimal]) -> datetime:
    """Return the instant of a stamp of Paris; the second of one hour that comes twice is later."""
    if stamp.tzinfo is not None:
        return stamp.astimezone(UTC)
    first = stamp.replace(tzinfo=PARIS).astimezone(UTC)
    second = stamp.replace(tzinfo=PARIS, fold=1).astimezone(UTC)
    return second if first in known and second > first else first


def read(source: Source, problems: Problems) -> list[Curve] | None:
    """Return the curves of a file, one for each meter, None where it has none."""
    found = list_in(source, _ROLES)
    if found is None:
        return None
    meta = _above(source)
    curves: dict[str, Curve] = {}
    for row in found.rows(problems):
        if fold(row.text("kind") or meta.get("kind", "")) not in _ACTIVE:
            continue
        name = row.text("meter")
        if name not in curves:
            step = row.text("step") or meta.get("step", "60")
            begin, end = (row.cell(one) or meta.get(one, "") for one in ("begin", "end"))
            period = _DAYS.of(begin), _DAYS.of(end)
            known = (period[0], period[1]) if period[0] and period[1] else None
            curves[name] = Curve(_hours(step), known)
        scale = _scale(row.text("unit") or meta.get("unit", ""), problems)
        stamp, power = _stamp(row.text("stamp")), row.text("power")
        if stamp is None:
            problems.append(NOT_A_STAMP.at(line=row.line, text=row.text("stamp")))
            continue
        try:
            value = parse(power)
        except NotAnAmountError:
            problems.append(NOT_A_POWER.at(line=row.line, text=power))
            continue
        if value is not None and scale is not None:
            curves[name].add(stamp, value * scale)
    if twice := sum(curve.twice for curve in curves.values()):
        problems.append(SAID_TWICE.at(count=twice))
    return list(curves.values())


_ABOVE = {
    "pas en minutes": "step", "unite": "unit", "date de debut": "begin", "date de fin": "end",
    "grandeur physique": "kind",
}  # fmt: skip


def _above(source: Source) -> dict[str, str]:
    """Return what the two lines above the titles say, in the older layout."""
    table = next(iter(tables_of(source).by_name.values()))
    rows = [cells for _row, cells in table.head[:2]]
    if len(rows) < 2:
        return {}
    titles = (fold(text_of(cell)) for cell in rows[0])
    pairs = zip(titles, map(text_of, rows[1]), strict=False)
    return {_ABOVE[title]: value for title, value in pairs if title in _ABOVE}


def _hours(step: str) -> Decimal:
    found = _STEP.fullmatch(step.strip()) or re.fullmatch(r"([0-9]{1,3})", step.strip())
    return Decimal(found[1]) / 60 if found and int(found[1]) else Decimal(1)


def _scale(unit: str, problems: Problems) -> Decimal | None:
    found = _UNITS.get(fold(unit))
    if found is None and not any(one.kind is UNKNOWN_UNIT for one in problems):
        problems.append(UNKNOWN_UNIT.at(unit=unit))
    return found


def _stamp(text: str) -> datetime | None:
    try:
        return datetime.fromisoformat(text)
    except ValueError:
        pass
    for shape in ("%d/%m/%Y %H:%M:%S", "%d/%m/%Y %H:%M"):
        try:
            return datetime.strptime(text, shape)  # noqa: DTZ007 - an hour of Paris
        except ValueError:
            continue
    return None


def figures(curves: Sequence[Curve], year: int) -> list[Figure]:
    """Return the electricity of a year, or of the days that the file says it covers within it.

    From 98 % of the hours it is what was measured; from 90 %, gaps are told at the mean power;
    below, it is refused (reference of sources, § 7).
    """
    unit = FORMULAS["kwh"].unit
    first, last = date(year, 1, 1), date(year + 1, 1, 1)
    total, counted, known = Decimal(0), Decimal(0), Decimal(0)
    for curve in curves:
        begin, end = curve.period or (first, last)
        begin, end = max(begin, first), min(end, last)
        within = list(_within(curve, begin, end))
        counted += max(Decimal(0), hours_between(begin, end))
        known += len(within) * curve.step
        total += sum(within, Decimal(0)) * curve.step / 1000
    if not counted:
        reason = Text(f"Aucune mesure en {year}.", f"No measure in {year}.")
        return [Figure("kwh", unit, Verdict.NOT_APPLICABLE, reason=reason)]
    coverage = min(Decimal(1), rounded(known / counted, "0.0001"))
    hours = f"{rounded(counted - known, '1')}"
    if coverage < ESTIMATED:
        reason = Text(
            f"Non calculé\u00a0: {hours} heures manquent sur {rounded(counted, '1')}.",
            f"Not computed: {hours} hours are missing, of {rounded(counted, '1')}.",
        )
        return [Figure("kwh", unit, Verdict.REFUSED, coverage=coverage, reason=reason)]
    if coverage < TOLD_AS_MEASURED:
        value = rounded(total * counted / known, "0.01")
        reason = Text(
            f"Mesuré, plus {hours} heures manquantes estimées à la puissance moyenne.",
            f"Measured, plus {hours} missing hours estimated at the mean power.",
        )
        return [Figure("kwh", unit, Verdict.WARN, value, total, None, coverage, reason)]
    whole = hours_between(first, last) * len(curves)
    is_whole = counted == whole
    reason = Text(
        f"Mesuré sur {rounded(known, '1')} heures"
        + ("." if is_whole else f", sur {rounded(whole, '1')} dans l’année."),
        f"Measured over {rounded(known, '1')} hours"
        + ("." if is_whole else f", of {rounded(whole, '1')} in the year."),
    )
    verdict = Verdict.OK if is_whole else Verdict.WARN
    value = rounded(total, "0.01")
    return [Figure("kwh", unit, verdict, value, value, None, coverage, reason)]


def _within(curve: Curve, begin: date, end: date) -> Iterator[Decimal]:
    """Yield the powers of the intervals that end within days: after the first midnight."""
    first, last = _midnight(begin), _midnight(end)
    for instant, power in curve.powers.items():
        if first < instant <= last:
            yield power


def _midnight(day: date) -> datetime:
    return datetime(day.year, day.month, day.day, tzinfo=PARIS).astimezone(UTC)


def hours_between(begin: date, end: date) -> Decimal:
    """Return the hours between two midnights of Paris: 23 and 25 for two days of a year."""
    return Decimal(int((_midnight(end) - _midnight(begin)).total_seconds())) / 3600
