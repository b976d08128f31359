"""Amounts as people and tools write them, read exactly: `1 234,56 €`, `1.234,56-`, `1.2E8`.

What is read is a Decimal equal to what is written, never rounded, never through a float. An empty
cell and its usual stand-ins (`-`, `NULL`, `n/a`) are None: unknown is not zero.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterable
from decimal import Context, Decimal
from functools import cache
from typing import Literal

from portulan.core.say.country import currency

type DecimalMark = Literal[",", "."]

PLAIN = re.compile(r"-?[0-9]{1,14}(?:\.[0-9]{1,12})?").fullmatch
_FRENCH = re.compile(r"-?[0-9]{1,14}(?:,[0-9]{1,12})?").fullmatch
_EMPTY = frozenset(
    {"", "-", "--", "–", "—", "null", "n/a", "na", "nc", "n.c.", "nd", "n.d.", "néant", "nil"}
)
_EUROS = re.compile(r"€|\beuros?\b|\beur\b", re.IGNORECASE)
_SIGNS = str.maketrans({"−": "-", "‒": "-", "–": "-", "’": "'", "ʼ": "'", "‘": "'"})
_SPACES = re.compile(r"\s+")  # no-break and narrow spaces are white space to Python
_SIGNED = re.compile(
    r"(?P<open>\()?(?P<lead>[+-])? ?(?P<number>[0-9.,' eE+-]*?[0-9.,]) ?(?P<trail>-)?(?P<close>\))?"
    r" ?(?:(?P<credit>cr?)|dr?)?",
    re.IGNORECASE,
)
_GROUPED = re.compile(r"[0-9]{1,3}(?:(?P<mark>[ '.,])[0-9]{3})(?:(?P=mark)[0-9]{3})*")
_DIGITS = re.compile(r"[0-9]{1,20}")
_FRACTION = re.compile(r"[0-9]{0,20}")
_GROUP = 3  # digits
LARGEST = 13  # powers of ten: beyond it nobody’s budget, and no column of amounts takes it
_LONGEST = 200  # characters
_EXPONENT = re.compile(r"(?P<number>[^eE]*[0-9.,])[eE](?P<exponent>[+-]?[0-9]{1,2})")
_EXACT = Context(prec=60)
_UNSURE = re.compile(r"[^0-9]*[1-9][0-9]{0,2}[.,][0-9]{3}[^0-9.,]*").fullmatch


class NotAnAmountError(ValueError):
    """The text is not an amount, or its thousands are not grouped by three."""


def _written() -> re.Pattern[str]:
    """Return how the currency of the organisation at work is written beside an amount."""
    own = currency()
    return _EUROS if own.code == "EUR" else _of(own.code, own.symbol)


@cache
def _of(code: str, symbol: str) -> re.Pattern[str]:
    also = {"XOF": r"|\bf ?cfa\b", "XAF": r"|\bf ?cfa\b", "XPF": r"|\bf ?cfp\b", "CAD": r"|\$"}
    return re.compile(rf"{re.escape(symbol)}|\b{code}\b{also.get(code, '')}", re.IGNORECASE)


def parse(text: str | None, decimal_mark: DecimalMark | None = None) -> Decimal | None:
    """Return the amount written, exactly; None for an empty cell.

    `decimal_mark` is the column's mark when it is known (`guess_mark`). Without it, the last of
    two different marks is the decimal one, a repeated mark groups thousands, and a lone mark is
    decimal. Raises NotAnAmountError.
    """
    if text is None:
        return None
    if decimal_mark != "," and PLAIN(text):  # nearly all of them, and much faster
        return Decimal(text)
    if decimal_mark != "." and _FRENCH(text):
        return Decimal(text.replace(",", "."))
    if len(text) > _LONGEST:
        raise NotAnAmountError(text)
    bare = _SPACES.sub(" ", _written().sub("", text.translate(_SIGNS))).strip()
    if bare.lower() in _EMPTY:
        return None
    signed = _SIGNED.fullmatch(bare)
    if signed is None or bool(signed["open"]) != bool(signed["close"]):
        raise NotAnAmountError(text)
    # A credit takes away from expenses, and “100.00 CR”, “100,00 C” are written for it.
    signs = [signed["open"], signed["lead"] == "-" or None, signed["trail"], signed["credit"]]
    negative = sum(sign is not None for sign in signs)
    if negative > 1 or (signed["lead"] == "+" and negative):
        raise NotAnAmountError(text)
    value = _unsigned(signed["number"], decimal_mark)
    if value.adjusted() > LARGEST:
        raise NotAnAmountError(text)
    return value.copy_negate() if negative and value else value  # `-value` would round


def guess_mark(texts: Iterable[str | None]) -> tuple[DecimalMark | None, bool]:
    """Return the decimal mark of a column and whether it is only a guess.

    `1 234,56` says comma, `1,234.5` says point. When every mark is followed by exactly three
    digits (`1.234`, `12,500`), nobody writes tenths of a cent: they are thousands, and the guess
    is reported. (None, False) when no mark is seen at all.
    """
    unsure: set[DecimalMark] = set()
    for text in texts:
        if not text:
            continue
        marks = [char for char in text if char in ".,"]
        if not marks:
            continue
        last = marks[-1]
        mark: DecimalMark = "," if last == "," else "."
        if len(set(marks)) == 2:
            return mark, False
        if len(marks) > 1:
            return ("." if mark == "," else ","), False
        if not _UNSURE(text):
            return mark, False
        unsure.add(mark)
    if len(unsure) == 1:
        return ("." if unsure == {","} else ","), True
    return None, bool(unsure)


def from_float(value: float) -> Decimal:
    """Return the amount a spreadsheet shows for a binary number. Raises NotAnAmountError.

    A spreadsheet keeps 15 significant digits: `0.1 + 0.2` is 0.3 and not 0.30000000000000004.
    """
    if not math.isfinite(value) or abs(value) >= 10 ** (LARGEST + 1):
        raise NotAnAmountError(str(value))
    return Decimal(f"{value:.15g}")


def _unsigned(number: str, decimal_mark: DecimalMark | None) -> Decimal:
    scaled = _EXPONENT.fullmatch(number)
    if scaled is not None:
        value = _unsigned(scaled["number"], decimal_mark)
        return value.scaleb(int(scaled["exponent"]), _EXACT)
    if decimal_mark is None or _says_its_mark(number, decimal_mark):
        decimal_mark = _own_mark(number)
    whole, _, fraction = (
        number.rpartition(decimal_mark) if decimal_mark in number else (number, "", "")
    )
    if not _FRACTION.fullmatch(fraction) or not (whole or fraction):
        raise NotAnAmountError(number)
    if not whole or _DIGITS.fullmatch(whole):
        return Decimal(f"{whole or 0}.{fraction or 0}" if fraction else whole)
    grouped = _GROUPED.fullmatch(whole)
    if grouped is None or grouped["mark"] == decimal_mark:
        raise NotAnAmountError(number)
    digits = whole.replace(grouped["mark"], "")
    return Decimal(f"{digits}.{fraction}" if fraction else digits)


def _says_its_mark(number: str, usual: DecimalMark) -> bool:
    """Return whether a number cannot be written with the mark of its column.

    One column may mix `1 234,56` and `1234.56`: two marks tell which is the decimal one, and so
    does a lone one that no three digits follow. `1.234` is read as its column is.
    """
    other = "." if usual == "," else ","
    if other not in number:
        return False
    if usual in number:
        return True
    return number.count(other) == 1 and len(number.rpartition(other)[2]) != _GROUP


def _own_mark(number: str) -> DecimalMark:
    """Return the decimal mark of a number alone."""
    marks = [char for char in number if char in ".,"]
    if len(marks) > 1 and len(set(marks)) == 1:
        return "." if marks[0] == "," else ","
    return "," if marks and marks[-1] == "," else "."
