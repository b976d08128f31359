"""One cell of a table: as the text of a code, as an amount, as what announces a total.

Amounts in another currency than the euro: refused, never converted.

A rate has a date and a source that no file of accounts gives, so whoever knows them converts first
(docs/reference/truths.md, case 19 of the indicator).

Dates as tools write them: `20250131`, `31/01/2025`, `2025-01-31`, or a spreadsheet’s number.

A spreadsheet counts days from 30 December 1899 (its 29 February 1900, which never was, falls
before any accounts); what is not a date between 1990 and 2100 is none.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from datetime import date, datetime, timedelta
from decimal import Decimal

from portulan.budget.readers.amounts import DecimalMark, NotAnAmountError, from_float, parse
from portulan.budget.readers.findings import BAD_AMOUNT
from portulan.budget.readers.workbooks import Cell
from portulan.core.folding import SHOWN, fold, remembered, squeeze
from portulan.core.say.country import currency
from portulan.core.say.text import Problem, ProblemKind, Text, UnusableInputError

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


OTHER_CURRENCY = ProblemKind(
    "other-currency",
    "error",
    fr="« {text} » n’est pas en {own:fr} ({field}) : la ligne n’a pas été lue. Convertissez les"
    " montants au taux d’un jour que vous pourrez dire, puis importez-les.",
    en="“{text}” is not in {own:en} ({field}): the line was not read. Convert the amounts at the"
    " rate of a day that you can tell, then import them.",
)
OTHER_CURRENCY_TITLE = ProblemKind(
    "other-currency-title",
    "error",
    fr="La colonne « {title} » n’est pas en {own:fr}. Convertissez ses montants au taux d’un jour"
    " que vous pourrez dire, puis importez-les.",
    en="The column “{title}” is not in {own:en}. Convert its amounts at the rate of a day that you"
    " can tell, then import them.",
)
_CURRENCY = re.compile(
    r"[$£¥₣₤₹₽€]|\b(?:EUR|USD|CAD|GBP|CHF|JPY|CNY|MAD|XPF|XOF|XAF|FCFP|FCFA)\b|\bdollars?\b"
    r"|\bsterling\b|\beuros?\b"
)
# What else is written for a currency than its code, its symbol and its name.
_ALSO = {
    "EUR": ("euro", "euros"),
    "CAD": ("$", "dollar", "dollars"),
    "GBP": ("sterling",),
    "XOF": ("FCFA",),
    "XAF": ("FCFA",),
    "XPF": ("FCFP",),
}
_TITLES = frozenset(
    {"devise", "code devise", "monnaie", "currency", "currency code", "code monnaie"}
)
_ABROAD = ("devise", "currency")


def _own() -> frozenset[str]:
    """Return how the currency of the organisation at work is written, folded."""
    own = currency()
    said = (own.code, own.symbol, own.name.fr, own.name.en, *_ALSO.get(own.code, ()))
    return frozenset(fold(text) for text in said)


def _name() -> Text:
    """Return the currency of the organisation at work, in words: “euros”, “CHF”."""
    own = currency()
    return Text("euros", "euros") if own.code == "EUR" else Text(own.code, own.code)


def _says_another(text: str) -> bool:
    """Return whether a text says a currency that is not the organisation’s."""
    found = {fold(said) for said in _CURRENCY.findall(text)}
    return bool(found) and not found <= _own()


def bad_amount(text: str, *, line: int, field: str) -> Problem:
    """Return what to say of a text that is no amount of euros."""
    if _says_another(text):
        return OTHER_CURRENCY.at(line=line, text=text, field=field, own=_name())
    return BAD_AMOUNT.at(line=line, text=text, field=field)


def require_euros(titles: Iterable[str]) -> None:
    """Raise UnusableInputError when the title of a column of amounts says another currency."""
    for title in titles:
        if _says_another(title):
            raise UnusableInputError(OTHER_CURRENCY_TITLE.at(title=title, own=_name()))


def currency_place(titles: Sequence[str]) -> int | None:
    """Return the index of the column that says the currency of the amounts; None without one.

    Where another column gives the amount in that currency (“Montant en devise”), those that are
    read are in euros, and the currency is not theirs.
    """
    folded = [fold(title) for title in titles]
    places = [at for at, title in enumerate(folded) if title in _TITLES]
    abroad = any(word in title for title in folded if title not in _TITLES for word in _ABROAD)
    return places[0] if places and not abroad else None


def other_currency(cells: Sequence[Cell], place: int, *, line: int, title: str) -> Problem | None:
    """Return what to say of a row whose currency is not the euro; None where it is, or unsaid."""
    text = text_of(cells[place]) if place < len(cells) else ""
    if not text or fold(text) in _own():
        return None
    return OTHER_CURRENCY.at(line=line, text=text, field=title, own=_name())


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
