"""Amounts in another currency than the euro: refused, never converted.

A rate has a date and a source that no file of accounts gives, so whoever knows them converts first
(docs/reference/truths.md, case 19 of the indicator).
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

from portulan.budget.readers.findings import BAD_AMOUNT
from portulan.core.folding import fold
from portulan.core.say.text import Problem, ProblemKind, UnusableInputError
from portulan.core.tables.cells import text_of
from portulan.core.tables.workbooks import Cell

OTHER_CURRENCY = ProblemKind(
    "other-currency",
    "error",
    fr="« {text} » n’est pas en euros ({field}) : la ligne n’a pas été lue. Convertissez les"
    " montants au taux d’un jour que vous pourrez dire, puis importez-les en euros.",
    en="“{text}” is not in euros ({field}): the line was not read. Convert the amounts at the rate"
    " of a day that you can tell, then import them in euros.",
)
OTHER_CURRENCY_TITLE = ProblemKind(
    "other-currency-title",
    "error",
    fr="La colonne « {title} » n’est pas en euros. Convertissez ses montants au taux d’un jour que"
    " vous pourrez dire, puis importez-les en euros.",
    en="The column “{title}” is not in euros. Convert its amounts at the rate of a day that you can"
    " tell, then import them in euros.",
)
_OTHER = re.compile(
    r"[$£¥₣₤₹₽]|\b(?:USD|GBP|CHF|JPY|CNY|XPF|XOF|XAF|FCFP|FCFA)\b|\bdollars?\b|\bsterling\b"
)
_EURO = frozenset({"", "eur", "euro", "euros", "€"})
_TITLES = frozenset(
    {"devise", "code devise", "monnaie", "currency", "currency code", "code monnaie"}
)
_ABROAD = ("devise", "currency")


def bad_amount(text: str, *, line: int, field: str) -> Problem:
    """Return what to say of a text that is no amount of euros."""
    kind = OTHER_CURRENCY if _OTHER.search(text) else BAD_AMOUNT
    return kind.at(line=line, text=text, field=field)


def require_euros(titles: Iterable[str]) -> None:
    """Raise UnusableInputError when the title of a column of amounts says another currency."""
    for title in titles:
        if _OTHER.search(title):
            raise UnusableInputError(OTHER_CURRENCY_TITLE.at(title=title))


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
    if fold(text) in _EURO:
        return None
    return OTHER_CURRENCY.at(line=line, text=text, field=title)
