"""One cell of a table: as the text of a code, as an amount, as what announces a total.

Dates as tools write them: `20250131`, `31/01/2025`, `2025-01-31`, or a spreadsheet’s number.

A spreadsheet counts days from 30 December 1899 (its 29 February 1900, which never was, falls
before any accounts); what is not a date between 1990 and 2100 is none.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from typing import cast

from portulan.core.folding import SHOWN, fold, remembered, squeeze
from portulan.core.tables.amounts import DecimalMark, NotAnAmountError, from_float, parse
from portulan.core.tables.workbooks import Cell

_QUOTED = re.compile(r'=?"(.*)"')  # ="020": how a CSV keeps a zero before a spreadsheet
_WHOLE_FLOAT = re.compile(r"[0-9]+\.0+")
CODE_AND_LABEL = re.compile(r"(?=[A-Za-z.]*+[0-9])([0-9A-Za-z.]++)(?:\s*[-–—:/|]\s*|\s+(?=\D))(.+)")
_TOTAL = re.compile(
    r"(?:(?:sous|ss|s/)[- ]?tot(?:al|aux)|s/ ?t|st|s\. ?t\.?|sub[- ]?total|grand total|totaux)\b"
    r"|(?:cumul|somme|(?:a )?report(?:er)?|ensemble|carried forward|brought forward)"
    r"(?:\s*[:=(]|\s*$|\s+(?:general|du|de la|des|page|section|chapitre|budget|precedente?)\b)"
    r"|total(?:\s*[:=(]|\s*$|\s+(?:general|du|de la|de l'|des|chapitre|compte|section|article"
    r"|nature|service|net|brut|ttc|ht|budget|programme|action|mission|operation|depenses?|recettes?|fonctionnement|investissement|for|[0-9]))"
)
_AROUND = " *-_#|."  # ** Total **


# The first two letters of the words above: most cells need not be folded to know.
_TOTAL_STARTS = frozenset(
    {"a ", "br", "ca", "cu", "en", "gr", "re", "s ", "s.", "s/", "so", "ss", "st", "su", "to", "à "}
)


def text_of(cell: Cell) -> str:
    """Return a cell as the text of a code: zeros in front kept, `65811.0` as `65811`."""
    if isinstance(cell, float):
        return str(int(cell)) if cell.is_integer() and abs(cell) < 1e15 else repr(cell)
    text = cell if isinstance(cell, str) else str(cell)
    if not text or text.isalnum():  # nothing, or a code: nothing to tidy
        return text
    if text.isprintable() and "  " not in text and text[0] not in " '" and text[-1] not in ' 0"':
        return text  # nearly all words: none of what follows changes them
    text = squeeze(text)
    last = text[-1:]
    if last == "0" and _WHOLE_FLOAT.fullmatch(text):
        return text.partition(".")[0]
    quoted = _QUOTED.fullmatch(text) if last == '"' else None
    return quoted[1].strip() if quoted else text.removeprefix("'")


def texts_of(cells: Sequence[Cell]) -> Sequence[str]:
    """Return the texts of a column: as it stands where no cell has anything to tidy."""
    try:
        said = "\n".join(("", *cells, ""))  # type: ignore[arg-type]
    except TypeError:
        return list(map(text_of, cells))
    is_tidy = said.count("\n") == len(cells) + 1 and said.replace("\n", "").isprintable()
    if is_tidy and not any(odd in said for odd in ("  ", "\n ", " \n", "\n'", '"\n', ".0")):
        return cast("Sequence[str]", cells)
    return list(map(text_of, cells))


def amount_of(cell: Cell, mark: DecimalMark | None) -> Decimal | None:
    """Return a cell as an amount, exactly; None when it is empty. Raises NotAnAmountError."""
    if isinstance(cell, str):
        return parse(cell, mark)
    if isinstance(cell, bool):
        raise NotAnAmountError(str(cell))
    if isinstance(cell, int):
        return parse(str(cell))
    if isinstance(cell, float):
        return from_float(cell)
    raise NotAnAmountError(str(cell))


def is_total(text: str) -> bool:
    """Return whether a cell announces a total; “Total Énergies” is a supplier."""
    start = text[:2]
    if start.isascii() and start.isalnum() and start.lower() not in _TOTAL_STARTS:
        return False
    return _announces_total(text)


@remembered(4096)
def _announces_total(text: str) -> bool:
    return _TOTAL.match(fold(text[:SHOWN]).strip(_AROUND)) is not None


_YEARS = range(1990, 2101)
_DAY_ZERO = date(1899, 12, 30)
_SERIALS = range(32_874, 73_416)  # 1990 to 2100
_WRITTEN = (
    re.compile(r"(?P<y>[0-9]{4})(?P<m>[0-9]{2})(?P<d>[0-9]{2})"),
    re.compile(r"(?P<y>[0-9]{4})-(?P<m>[0-9]{1,2})-(?P<d>[0-9]{1,2})(?:[ T].*)?"),
    re.compile(r"(?P<d>[0-9]{1,2})[/.-](?P<m>[0-9]{1,2})[/.-](?P<y>[0-9]{4})(?: .*)?"),
)


def day_of(cell: Cell) -> date | None:
    """Return the day a cell says, None when it says none."""
    if isinstance(cell, datetime):
        return cell.date()
    if isinstance(cell, date):
        return cell
    if isinstance(cell, int | float) and not isinstance(cell, bool):
        return _counted(int(cell))
    return _written(cell.strip()) if isinstance(cell, str) else None


def number_under(cell: Cell) -> Decimal | None:
    """Return the number that a spreadsheet shows as a day or an hour, to the cent; else None."""
    if isinstance(cell, time):
        cell = datetime.combine(_DAY_ZERO, cell)
    elif isinstance(cell, timedelta):
        cell = datetime.combine(_DAY_ZERO, time()) + cell
    elif not isinstance(cell, datetime):
        day = day_of(cell) if isinstance(cell, str | date) else None
        return None if day is None else Decimal((day - _DAY_ZERO).days)
    since = cell - datetime.combine(_DAY_ZERO, time(), cell.tzinfo)
    return round(Decimal(since.days) + Decimal(since.seconds) / 86_400, 2)


@remembered(4096)
def _written(text: str) -> date | None:
    for pattern in _WRITTEN:
        if found := pattern.fullmatch(text):
            try:
                day = date(int(found["y"]), int(found["m"]), int(found["d"]))
            except ValueError:
                continue
            return day if day.year in _YEARS else None
    return _counted(int(text)) if re.fullmatch(r"[0-9]{5}", text) else None


def _counted(days: int) -> date | None:
    """Return a day from its number; a number of eight digits is a date written as one."""
    if days in _SERIALS:
        return _DAY_ZERO + timedelta(days=days)
    return _written(str(days)) if len(str(days)) == 8 else None
