"""Amounts in another currency than the organisation’s: refused, never converted.

A rate has a date and a source that no file of accounts gives, so whoever knows them converts first
(docs/reference/truths.md, case 19 of the indicator).
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

from portulan.budget.readers.findings import BAD_AMOUNT
from portulan.core.folding import fold
from portulan.core.say.country import currency
from portulan.core.say.text import Problem, ProblemKind, Text, UnusableInputError
from portulan.core.tables.cells import text_of
from portulan.core.tables.workbooks import Cell

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
OTHER_CURRENCY_ABOVE = ProblemKind(
    "other-currency-above",
    "error",
    fr="Au-dessus des titres, « {text} » : ces montants ne sont pas en {own:fr}. Convertissez-les"
    " au taux d’un jour que vous pourrez dire, puis importez-les.",
    en="Above the titles, “{text}”: these amounts are not in {own:en}. Convert them at the rate of"
    " a day that you can tell, then import them.",
)
_CURRENCY = re.compile(
    r"[$£¥₣₤₹₽€]|\b(?:EUR|USD|CAD|AUD|NZD|GBP|CHF|JPY|CNY|INR|BRL|SEK|NOK|DKK|PLN|CZK|HUF|RON)\b"
    r"|\b(?:MAD|TND|DZD|XPF|XOF|XAF|F ?CFP|F ?CFA)\b|\b(?i:dollars?|sterling|euros?|yens?)\b"
    r"|\b(?i:dirhams?|francs? (?:suisses?|cfp|cfa|pacifique))\b"
)
# What else is written for a currency than its code, its symbol and its name.
_ALSO = {
    "EUR": ("euro", "euros"),
    "CAD": ("$", "dollar", "dollars"),
    "GBP": ("sterling",),
    "XOF": ("FCFA",),
    "XAF": ("FCFA",),
    "CHF": ("franc suisse", "francs suisses"),
    "XPF": ("FCFP", "F CFP", "franc cfp", "francs cfp", "franc pacifique", "francs pacifique"),
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


def is_abroad(title: str) -> bool:
    """Return whether a title says another currency, or “devise” alone."""
    return _says_another(title) or any(word in fold(title) for word in _ABROAD)


def require_euros(titles: Iterable[str], above: Iterable[str] = ()) -> None:
    """Raise UnusableInputError when the title of amounts, or words above, say another currency."""
    for text in above:
        if _says_another(text):
            raise UnusableInputError(OTHER_CURRENCY_ABOVE.at(text=text, own=_name()))
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
