"""The columns of numbers of a ledger, and what their values alone tell of them.

Equal to one divided by another: a ratio; to the sum or the difference of others: a total, a rest;
whole numbers that rise: identifiers. What is read of them is chosen in `ledger_amounts`.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise

from portulan.budget.readers.ledger_columns import Said, said_by
from portulan.core.folding import fold
from portulan.core.tables.amounts import DecimalMark, NotAnAmountError
from portulan.core.tables.cells import amount_of, day_of, text_of
from portulan.core.tables.tabular import Row

# Nouns that name a piece as well as what it is worth: Mandat, Engagement.
_MAY_NUMBER = re.compile(
    r"(?:no? ?[°º]? ?|numero (?:de |d.)?|code |ref\w* )?"
    r"(?:mandat|engagement|titre|commande|paiement|facture|liquidation|commitment|order|payment)s?"
)
_NUMBERED = re.compile(
    r"[°º#]|\b(?:no?|num\w*|nr|ref\w*|codes?|id\w*|pieces?|bordereaux?|lignes?|lines?|rang|seq\w*"
    r"|rows?|siren|siret|tiers|dossiers?|lots?|bdc|bc|ej|po)\b"
)
_BEYOND = 100  # times the largest amount: numbers of pieces
_FAR = 50  # times as much as what may be a rate
_CLOSE = 20  # numbers from one to the next
_SCALE = 10_000
_CENT = _SCALE // 100
_FEW = 3  # rows that an identity must explain, fewer when there are fewer
LARGEST_RATIO = 200 * _SCALE


@dataclass(slots=True)
class Measured:
    """A column of numbers: its title, what that says, and its values in the first rows."""

    at: int
    title: str
    said: Said
    values: list[int | None]  # ten-thousandths
    percents: int  # cells that end with %
    has_cents: bool

    @property
    def largest(self) -> int:
        return max((abs(value) for value in self.values if value is not None), default=0)

    @property
    def total(self) -> int:
        return sum(value for value in self.values if value is not None)


def measured(
    titles: Sequence[str], rows: Sequence[Row], but: Iterable[int], mark: DecimalMark | None
) -> list[Measured]:
    """Return the columns of numbers, among those that are not codes or texts."""
    left_out = set(but)
    found = []
    for at, title in enumerate(titles):
        if at not in left_out and (column := _measured(at, title, rows, mark)) is not None:
            found.append(column)
    return found


def _measured(
    at: int, title: str, rows: Sequence[Row], mark: DecimalMark | None
) -> Measured | None:
    values: list[int | None] = []
    texts = numbers = percents = 0
    has_cents = False
    for _, cells in rows:
        cell = cells[at] if at < len(cells) else ""
        value: int | None = None
        if isinstance(cell, str) and cell.rstrip().endswith("%"):
            percents += 1
            cell = cell.rstrip()[:-1]
        try:
            amount = amount_of(cell, mark)
        except NotAnAmountError:
            texts += not text_of(cell).startswith(("#", "="))
        else:
            if amount is not None:
                numbers += 1
                value = int((amount * _SCALE).to_integral_value())
                has_cents = has_cents or value % _SCALE != 0
        values.append(value)
    said = said_by(title)
    if not numbers or (texts > numbers and not (said.kind == "stage" and numbers > texts / 4)):
        is_stage = said.kind == "stage" and not texts
        return Measured(at, title, said, values, 0, has_cents) if is_stage and title else None
    return Measured(at, title, said, values, percents, has_cents)


def is_sum(whole: Measured, plus: Sequence[Measured], minus: Sequence[Measured] = ()) -> bool:
    """Return whether a column is the sum of some less others, on every row, to the cent."""
    explained = told = 0
    parts = [(column.values, 1) for column in plus] + [(column.values, -1) for column in minus]
    for row, value in enumerate(whole.values):
        others = [(values[row], sign) for values, sign in parts]
        given = sum(other is not None for other, _ in others)
        if value is None or given < (1 if len(others) < 3 else 2):
            continue
        found = sum(sign * (other or 0) for other, sign in others)
        told += 1
        slack = _CENT if whole.has_cents else 0
        explained += abs(found - value) <= slack
    some = sum(value not in (None, 0) for value in whole.values)
    return told > 0 and explained == told and some > 0


def is_ratio(column: Measured, others: Sequence[Measured]) -> bool:
    """Return whether a column is one divided by another, or by one hundredth of another."""
    given = sum(value is not None for value in column.values)
    if column.percents * 2 > given or column.said.kind == "ratio":
        return True
    if column.largest > LARGEST_RATIO or not column.largest:
        return False
    rest = [
        other for other in others if other is not column and other.largest > column.largest * 50
    ]
    return any(_divides(column, top, below) for top in rest for below in rest if top is not below)


def _divides(column: Measured, top: Measured, below: Measured) -> bool:
    least = 0.006 if column.has_cents else 0.51  # printed to a hundredth, or whole
    for scale in (1, 100) if column.has_cents else (100,):
        told = right = 0
        for value, over, under in zip(column.values, top.values, below.values, strict=True):
            if value is None or not over or not under:
                continue
            told += 1
            found = over / under * scale * _SCALE
            right += abs(found - value) <= max(least * _SCALE, 0.006 * abs(value))
        if told >= _FEW and right == told:
            return True
    return False


def is_running(column: Measured, others: Sequence[Measured]) -> bool:
    """Return whether each value of a column is the one above and the amount beside it."""
    return any(_runs(column, other) for other in others)


def _runs(column: Measured, other: Measured) -> bool:
    told, above = 0, 0
    for value, amount in zip(column.values, other.values, strict=True):
        if value is None or amount is None:
            continue
        if abs(above + amount - value) > _CENT:
            return False
        told, above = told + 1, value
    return told >= _FEW


def is_factor(column: Measured, others: Sequence[Measured]) -> bool:
    """Return whether a column times another is a third: a price, of so many; a share, in %."""
    return any(
        _multiplies(column, times, whole, scale)
        for times in others
        for whole in others
        if times is not whole and times.largest > _SCALE
        for scale in ((_SCALE, 100 * _SCALE) if not times.has_cents else (100 * _SCALE,))
    )


def _multiplies(column: Measured, times: Measured, whole: Measured, scale: int) -> bool:
    told = 0
    for value, count, amount in zip(column.values, times.values, whole.values, strict=True):
        if value is None or not count or amount is None:
            continue
        told += 1
        slack = _CENT * max(1, abs(count) // scale)
        if abs(value * count // scale - amount) > slack:
            return False
    return told >= _FEW


def _is_between(column: Measured, low: Measured, high: Measured) -> bool:
    """Return whether each value stands between those of two columns of stages."""
    if low is high or not {low.said.kind, high.said.kind} <= {"stage", "credit"}:
        return False
    rows = list(zip(column.values, low.values, high.values, strict=True))
    return all(
        value is not None and less is not None and more is not None and less <= value <= more
        for value, less, more in rows
    )


def is_identifier(column: Measured, others: Sequence[Measured]) -> bool:
    """Return whether a column numbers its rows: whole, rising, where others have cents.

    Under a title that says nothing they are amounts sorted as well, unless they follow closely.
    """
    values = [value for value in column.values if value is not None]
    said = column.said
    if said.kind and not is_named_as_piece(column):
        return False
    if column.has_cents or len(values) < _FEW or not any(other.has_cents for other in others):
        return False
    if any(_is_between(column, low, high) for low in others for high in others):
        return False  # what was committed is more than what is realised, and less than opened
    rises = (
        all(value > 0 for value in values)
        and all(before <= after for before, after in pairwise(values))
        and values[0] < values[-1]
    )
    is_close = values[-1] - values[0] < _CLOSE * _SCALE * len(values)
    return rises and (is_close or code_of(column) is not None)


def is_named_as_piece(column: Measured) -> bool:
    """Return whether a title names a piece as well as what it is worth."""
    return _MAY_NUMBER.fullmatch(fold(column.title)) is not None


def is_numbered(title: str) -> bool:
    """Return whether a title says numbers: N°, Code, Réf., Pièce."""
    return _NUMBERED.search(fold(title)) is not None


def numbers_pieces(column: Measured, others: Sequence[Measured]) -> bool:
    """Return whether a column looks like numbers of pieces: whole, all different, of one length.

    A voted budget is whole too, beside cents; it ends in zeros, and stands between other stages.
    """
    rivals = [other for other in others if other.said.stage == column.said.stage]
    unlike = any(other.has_cents for other in others) or not all(map(_look_numbered, rivals))
    if column.has_cents or not unlike:
        return False
    return _look_numbered(column) and not any(
        _is_between(column, low, high) for low in others for high in others
    )


def _look_numbered(column: Measured) -> bool:
    values = [value // _SCALE for value in column.values if value is not None]
    if len(values) < _FEW or len(set(values)) < len(values) or min(values) <= 0:
        return False
    lengths = {len(str(value)) for value in values}
    return max(lengths) - min(lengths) <= 1 and sum(v % 10 == 0 for v in values) * 5 <= 2 * len(
        values
    )


def are_beyond(column: Measured, others: Sequence[Measured]) -> bool:
    """Return whether each value is far more than any amount beside it, which no stage could be."""
    least = min((value for value in column.values if value is not None), default=0)
    amounts = [other.largest for other in others if other.has_cents]
    return bool(amounts) and least > max(amounts) * _BEYOND


def is_like_rates(column: Measured, others: Sequence[Measured]) -> bool:
    """Return whether whole numbers are so small beside all others that they may be rates."""
    values = [value for value in column.values if value is not None]
    rest = [other.largest for other in others if other.largest]
    return (
        not column.has_cents
        and len(values) >= _FEW
        and 0 < column.largest <= LARGEST_RATIO
        and bool(rest)
        and min(rest) > column.largest * _FAR
    )


def is_ordered(column: Measured, others: Sequence[Measured]) -> bool:
    """Return whether a column is on each row at least each other, or at most: parts of a chain."""
    return all(
        any(
            all(one is None or two is None or sign * one >= sign * two for one, two in pairs)
            for sign in (1, -1)
        )
        for other in others
        for pairs in [list(zip(column.values, other.values, strict=True))]
    )


def code_of(column: Measured) -> str | None:
    """Return why whole numbers are no amounts: they number, they class, they date; else None."""
    values = [value // _SCALE for value in column.values if value is not None]
    if is_numbered(column.title) or _look_numbered(column):
        return "identifier"
    if all(day_of(float(value)) is not None or 1990 <= value <= 2100 for value in values):
        return "code"
    return "code" if len(set(values)) * 2 <= len(values) else None


_RATES = (21, 55, 85, 100, 200)  # thousandths


def is_taxed(column: Measured, tax: Measured) -> bool:
    """Return whether a column is the tax of another at a rate of the law, on each row."""
    told = 0
    for value, its in zip(column.values, tax.values, strict=True):
        if not value or its is None:
            continue
        told += 1
        if its and not any(abs(value * rate // 1000 - its) <= 2 * _CENT for rate in _RATES):
            return False
    return told > 0
