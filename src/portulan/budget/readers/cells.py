"""One cell of a table: as the text of a code, as an amount, as what announces a total."""

from __future__ import annotations

import re
from decimal import Decimal

from portulan.budget.readers.amounts import DecimalMark, NotAnAmountError, from_float, parse
from portulan.budget.readers.workbooks import Cell
from portulan.core.text import SHOWN, fold, remembered, squeeze

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
