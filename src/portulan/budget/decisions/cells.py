"""What a cell says beside what stands: the same, written otherwise, or another thing."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Mapping
from dataclasses import replace
from datetime import date
from decimal import ROUND_HALF_UP, Decimal, InvalidOperation

from portulan.budget.attributions.euros import UNIT
from portulan.budget.decisions.columns import TITLES, Column
from portulan.budget.decisions.findings import (
    A_DATE,
    NO_ACTION,
    NOT_A_SHARE,
    NOT_CENTS,
    TWO_SHARES,
    WHICH_ACTION,
)
from portulan.budget.decisions.reading import AsDate, Number, Said
from portulan.budget.decisions.standing import ActionNames, Values
from portulan.core.folding import fold, squeeze
from portulan.core.money import CENT
from portulan.core.say.text import Problem, ProblemKind
from portulan.core.spreadsheet import digits

_HUNDRED = Decimal(100)
_AT_LARGE = frozenset({"", "-", "nr", "nr en general", "nr at large"})
_DAYS = (
    re.compile(r"(?P<y>\d{4})-(?P<m>\d{1,2})(?:-(?P<d>\d{1,2}))?"),
    re.compile(r"(?P<d>\d{1,2})[/.-](?P<m>\d{1,2})(?:[/.-](?P<y>\d{4}))?"),
    re.compile(r"(?P<m>\d{1,2})[/.-](?P<y>\d{4})"),
)


class RefusedCellError(Exception):
    """A cell says what cannot be done, or could mean two things."""

    def __init__(self, problem: Problem) -> None:
        super().__init__()
        self.problem = problem


def refuse(said: Said, column: Column, kind: ProblemKind, **told: object) -> RefusedCellError:
    """Return why a cell is refused, with its name and its title."""
    told |= {"cell": said.at(column), "column": TITLES[column]}
    return RefusedCellError(replace(kind.at(line=said.row), values=told))


def text_said(said: Said, column: Column, stands: str) -> str:
    """Return the text of a cell; what a spreadsheet made of the one that stands is that one."""
    value = said.values.get(column)
    if isinstance(value, AsDate):
        if not _may_be(stands, value.day):
            raise refuse(said, column, A_DATE, text=value.day.isoformat())
        return stands
    text = value if isinstance(value, str) else ""
    same = squeeze(stands) == text or _same_number(stands, text)
    return stands if same else text


def _may_be(text: str, day: date) -> bool:
    """Tell whether a spreadsheet may have made that day of a text: 2026-03, 12/3, 03/2026."""
    for pattern in _DAYS:
        if found := pattern.fullmatch(text.strip()):
            said = {name: int(value) for name, value in found.groupdict().items() if value}
            told = {"y": day.year, "m": day.month, "d": day.day}
            if all(told[name] == value for name, value in said.items()):
                return True
    return False


def _same_number(stands: str, text: str) -> bool:
    """Tell whether two texts are one number: a spreadsheet takes the zeros of 00123 away."""
    try:
        return bool(text) and Decimal(stands) == Decimal(text)
    except InvalidOperation:
        return False


def share_said(
    said: Said, column: Column, stands: Decimal | None, *, percents: bool
) -> Decimal | None:
    """Return the share of a cell, in [0, 1]: 0.5, 50 and 50 % are a half.

    `percents`: other cells of the column, without a sign, can only be percents; one that could be
    a fraction is then two things. So is 1.2: 1.2 %, or the 120 % that somebody typed where a
    spreadsheet shows percents.
    """
    number = said.values.get(column)
    if not isinstance(number, Number):
        return None
    value, text = number.value, _shown(number.value)
    if number.percent:
        as_shown = number.places or 0
        if as_shown >= 2 and stands is not None and _rounded(stands * 100, as_shown) == value:
            return stands  # a file saved as it is shown keeps two decimals of a percent
        value /= _HUNDRED
    elif value == stands:
        return stands
    elif value >= 2:
        value /= _HUNDRED
    elif value > 1 or (percents and value):
        other = _shown(value * _HUNDRED)
        raise refuse(said, column, TWO_SHARES, text=text, one=other, other=text)
    if not 0 <= value <= 1:
        raise refuse(said, column, NOT_A_SHARE, text=text)
    return value.quantize(UNIT, ROUND_HALF_UP)


def amount_said(said: Said, column: Column) -> Decimal | None:
    """Return the amount of a cell, to the cent."""
    number = said.values.get(column)
    if not isinstance(number, Number):
        return None
    if number.percent or number.value != number.value.quantize(CENT):
        raise refuse(said, column, NOT_CENTS, text=_shown(number.value))
    return number.value.quantize(CENT)


def has_percents(rows: list[Said], column: Column) -> bool:
    """Tell whether a column of shares has numbers that can only be percents."""
    numbers = (said.values.get(column) for said in rows)
    return any(isinstance(one, Number) and not one.percent and one.value > 1 for one in numbers)


def _shown(value: Decimal) -> str:
    return digits(value.normalize())


def _rounded(value: Decimal, places: int) -> Decimal:
    return value.quantize(Decimal(1).scaleb(-places), ROUND_HALF_UP)


class Cells:
    """Reads the cells of a row beside what stands; a column that is absent says what stands."""

    def __init__(
        self, columns: Collection[Column], names: ActionNames, percents: Mapping[Column, bool]
    ) -> None:
        self.columns, self.names, self._percents = columns, names, percents

    def read(self, said: Said, stands: Values, columns: Iterable[Column]) -> Values:
        """Return what a row says of these columns. Raises RefusedCellError."""
        return {
            column: self._value(said, column, stands[column])
            if column in self.columns
            else stands[column]
            for column in columns
        }

    def _value(self, said: Said, column: Column, stands: object) -> object:
        match column:
            case Column.SHARE | Column.IT_SHARE:
                known = stands if isinstance(stands, Decimal) else None
                return share_said(said, column, known, percents=self._percents[column])
            case Column.AMOUNT:
                return amount_said(said, column)
            case Column.REVIEWED | Column.OUTSIDE:
                return bool(said.values.get(column))
            case Column.VERDICT | Column.STATUS | Column.METHOD | Column.STAGE:
                return said.text(column) or stands
            case Column.ACTION:
                return self._action(said, stands)
            case _:
                return text_said(said, column, str(stands or ""))

    def _action(self, said: Said, stands: object) -> object:
        text = said.text(Column.ACTION)
        if fold(text) in _AT_LARGE:
            return None
        named = self.names.named(text)
        if not named:
            raise refuse(said, Column.ACTION, NO_ACTION, text=text)
        if len(named) > 1 and stands not in named:
            names = ", ".join(map(self.names.said, named))
            raise refuse(said, Column.ACTION, WHICH_ACTION, text=text, names=names)
        return stands if stands in named else named[0]
