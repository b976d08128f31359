"""Any table that somebody keeps: one line a thing, its first column the name of the thing (pure).

A column of yes and no gives a share, a column of numbers a total and a mean, two columns of numbers
of which one is within the other a share. Where several columns could answer, none does: it is said.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from itertools import pairwise

from portulan.core.say.text import ProblemKind, Problems, Text
from portulan.core.tables.amounts import NotAnAmountError
from portulan.core.tables.cells import amount_of, is_total, text_of
from portulan.core.tables.heads import Roles
from portulan.core.tables.sources import Source
from portulan.core.tables.workbooks import Cell
from portulan.sources.figure import LIMITS, Figure, Thresholds, Verdict, judged, rounded, share
from portulan.sources.formulas import FORMULAS
from portulan.sources.readers.inventories import yes_or_no
from portulan.sources.readers.lists import list_in

TOTALS = ProblemKind(
    "total-left-out",
    "warning",
    fr="Lignes de total laissées de côté : {count}.",
    en="Lines of totals left out: {count}.",
)
SEVERAL = Text("Plusieurs colonnes répondent", "Several columns answer")


@dataclass(frozen=True, slots=True)
class Column:
    """A column: its title, and what each line says in it, None where it says nothing."""

    title: str
    answers: Sequence[bool | Decimal | None]
    is_percent: bool = False

    @property
    def known(self) -> list[bool | Decimal]:
        return [one for one in self.answers if one is not None]

    @property
    def total(self) -> Decimal:
        return sum((Decimal(one) for one in self.known), Decimal(0))

    def where(self, other: Column) -> Column:
        """Return it of the lines where another says something: the rest is unknown of both."""
        both = zip(self.answers, other.answers, strict=True)
        return replace(self, answers=[None if its is None else mine for mine, its in both])

    def is_within(self, other: Column) -> bool:
        """Tell whether it is a part of another, on each line."""
        both = zip(self.answers, other.answers, strict=True)
        return all(mine is None or (its is not None and 0 <= mine <= its) for mine, its in both)


def read(source: Source, problems: Problems, limits: Thresholds = LIMITS) -> list[Figure] | None:
    """Return the figures of a table, None where it has no line under its titles."""
    found = list_in(source, Roles(_titles, needs=frozenset({"0", "1"})))
    rows = [] if found is None else list(found.rows(problems))
    names = [row.text("0") for row in rows]
    totals = sum(map(is_total, names))
    if totals:
        problems.append(TOTALS.at(count=totals))
    kept = [row for row, name in zip(rows, names, strict=True) if not is_total(name)]
    if found is None or not kept:
        return None
    titles = found.titles.titles
    columns = {
        titles[at]: [row.cell(role) for row in kept]
        for role, at in found.titles.fields.items()
        if role != "0"
    }
    return figures(columns, len(kept), limits)


def records(
    rows: Iterable[Mapping[str, object]], limits: Thresholds = LIMITS
) -> list[Figure] | None:
    """Return the figures of the records of an API: the first member of each is its name."""
    listed = list(rows)
    names = list(dict.fromkeys(name for row in listed for name in row))[1:]
    plain = {name: [_plain(row.get(name)) for row in listed] for name in names}
    return figures(plain, len(listed), limits) if names else None


def _plain(value: object) -> Cell:
    if isinstance(value, bool):
        return "oui" if value else "non"
    return value if isinstance(value, str | int | float) else ""


def _titles(titles: Sequence[str]) -> dict[str, int]:
    """Return the columns by rank, where all are words: a number, a yes, is a line and no title."""
    said = [(at, title) for at, title in enumerate(titles) if title]
    alone = len({title for _at, title in said}) == len(said)
    words = all(
        (len(title) == 1 or yes_or_no(title) is None) and _number(title) is None
        for _at, title in said
    )
    return {str(rank): at for rank, (at, _title) in enumerate(said)} if words and alone else {}


def _number(cell: Cell) -> Decimal | None:
    text = cell.replace("%", "").strip() if isinstance(cell, str) else cell
    try:
        return amount_of(text, None)
    except NotAnAmountError:
        return None


def figures(
    columns: Mapping[str, Sequence[Cell]], count: int, limits: Thresholds = LIMITS
) -> list[Figure]:
    """Return what columns of a table say, of `count` lines."""
    answers, numbers = [], []
    for title, cells in columns.items():
        texts = [text_of(cell).strip() for cell in cells]
        said = [yes_or_no(text) for text in texts]
        known = [_number(cell) for cell in cells]
        full = sum(map(bool, texts))
        if full and sum(one is not None for one in known) == full and not _is_rank(known):
            is_percent = "%" in title or any("%" in text for text in texts)
            numbers.append(Column(title, known, is_percent))
        elif full and sum(one is not None for one in said) == full:
            answers.append(Column(title, said))
    whole = Decimal(count)
    rows = Figure("table-rows", FORMULAS["table-rows"].unit, Verdict.OK, whole, coverage=Decimal(1))
    found = [*_of_answers(answers, count), *_of_numbers(numbers, count)]
    return [rows, *(_within(one, limits) for one in found)]


def _is_rank(known: Sequence[Decimal | None]) -> bool:
    """Tell whether numbers only count the lines: 1, 2, 3… name them and measure nothing."""
    return len(known) > 2 and all(
        one is not None and after is not None and after - one == 1 for one, after in pairwise(known)
    )


def _of_answers(columns: Sequence[Column], count: int) -> list[Figure]:
    if len(columns) != 1:
        return _none_of(("table-yes", "table-share"), columns)
    [one] = columns
    known, yes = len(one.known), one.total
    return [
        _figure("table-yes", one, count, yes, yes),
        _figure("table-share", one, count, share(yes, known), yes, Decimal(known)),
    ]


def _of_numbers(columns: Sequence[Column], count: int) -> list[Figure]:
    if len(columns) == 2:
        part, whole = sorted(columns, key=lambda one: one.total)
        if part.is_within(whole):
            told = whole.where(part)
            value = share(part.total, told.total)
            return [_figure("table-ratio", part, count, value, part.total, told.total)]
    if len(columns) != 1:
        return _none_of(("table-sum", "table-mean"), columns)
    [one] = columns
    known = len(one.known)
    mean = rounded(one.total / known, "0.0001")
    if one.is_percent:
        percent = rounded(mean / 100, "0.0001")
        return [_figure("table-mean-percent", one, count, percent, one.total / 100, Decimal(known))]
    return [
        _figure("table-sum", one, count, one.total, one.total),
        _figure("table-mean", one, count, mean, one.total, Decimal(known)),
    ]


def _none_of(names: Iterable[str], columns: Sequence[Column]) -> list[Figure]:
    """Return the refusals of figures that several columns could answer; none answers nothing."""
    titles = ", ".join(one.title for one in columns)
    reason = Text(f"{SEVERAL.fr}\u00a0: {titles}.", f"{SEVERAL.en}: {titles}.")
    return [
        Figure(name, FORMULAS[name].unit, Verdict.REFUSED, coverage=Decimal(0), reason=reason)
        for name in names
        if columns
    ]


def _figure(
    name: str,
    column: Column,
    count: int,
    value: Decimal | None,
    top: Decimal,
    bottom: Decimal | None = None,
) -> Figure:
    unit, missing = FORMULAS[name].unit, count - len(column.known)
    coverage = share(count - missing, count)
    percent = rounded(Decimal(100 * missing) / count, "1")
    reason = Text(
        f"Sans «\u00a0{column.title}\u00a0»\u00a0: {missing} sur {count} lignes"
        f" ({percent}\u00a0%).",
        f"Without “{column.title}”: {missing} of {count} lines ({percent}%).",
    )
    said = reason if missing else None
    return Figure(name, unit, Verdict.OK, value, top, bottom, coverage, said)


def _within(one: Figure, limits: Thresholds) -> Figure:
    """Return a figure as its coverage allows it: without a value where too little is known."""
    verdict = judged(one.coverage, limits)
    if one.value is None or verdict is Verdict.REFUSED:
        verdict = Verdict.REFUSED
        return replace(one, verdict=verdict, value=None, numerator=None, denominator=None)
    return replace(one, verdict=verdict)
