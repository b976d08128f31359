"""What a country decides of the words and figures of an organisation (pure).

Its currency, the tax words, the name and the check of the number of a body, and the electricity
that its devices use. One organisation has one currency: amounts are never converted.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass

from portulan.core.say.text import Language, Text


@dataclass(frozen=True, slots=True)
class Currency:
    """A currency: its code (ISO 4217), what stands beside amounts, and its decimals."""

    code: str
    symbol: str
    decimals: int
    name: Text

    @property
    def is_sign(self) -> bool:
        """Whether it touches the amount in English: “€5”, but “CHF 5”."""
        return not self.symbol[-1].isalpha()


@dataclass(frozen=True, slots=True)
class BodyNumber:
    """The number that a country gives to a legal body."""

    name: Text
    holds: Callable[[str], bool]


_WITH_TAX, _WITHOUT_TAX = Text("TTC", "incl. tax"), Text("HT", "excl. tax")


@dataclass(frozen=True, slots=True)
class Country:
    """A country by its code (ISO 3166-1 alpha-3)."""

    code: str
    name: Text
    currency: str
    number: BodyNumber
    with_tax: Text = _WITH_TAX
    without_tax: Text = _WITHOUT_TAX


def is_siren(text: str) -> bool:
    """Return whether nine digits end with the one that the others ask for (Luhn, ISO/IEC 7812-1).

    From the right, every second digit counts twice; the digits of it all sum to a multiple of ten.
    """
    doubled = (int(digit) * (1 + place % 2) for place, digit in enumerate(reversed(text)))
    return (
        bool(re.fullmatch("[0-9]{9}", text))
        and sum(sum(divmod(number, 10)) for number in doubled) % 10 == 0
    )


def is_siret(text: str) -> bool:
    """Return whether fourteen digits are a SIRET: its SIREN holds, and so does the whole (Luhn).

    Those of La Poste follow another rule (their digits add up to a multiple of five).
    """
    if not re.fullmatch("[0-9]{14}", text) or not is_siren(text[:9]):
        return False
    if text.startswith("356000000") and sum(map(int, text)) % 5 == 0:
        return True
    doubled = (int(digit) * (1 + place % 2) for place, digit in enumerate(reversed(text)))
    return sum(sum(divmod(number, 10)) for number in doubled) % 10 == 0


def is_uid(text: str) -> bool:
    """Whether a Swiss number holds: CHE-123.456.788, modulo 11 (OFS, registre IDE)."""
    found = re.fullmatch(r"CHE-?([0-9]{3})\.?([0-9]{3})\.?([0-9]{3})", text)
    if found is None:
        return False
    digits = [int(digit) for digit in "".join(found.groups())]
    weights = (5, 4, 3, 2, 7, 6, 5, 4)
    return (sum(a * b for a, b in zip(weights, digits, strict=False)) + digits[8]) % 11 == 0


def is_cbe(text: str) -> bool:
    """Whether a Belgian number holds: 0123.456.749, modulo 97 (BCE, structure du numéro)."""
    found = re.fullmatch(r"([01][0-9]{3})\.?([0-9]{3})\.?([0-9]{3})", text)
    if found is None:
        return False
    digits = "".join(found.groups())
    return 97 - int(digits[:8]) % 97 == int(digits[8:])


_ANY = BodyNumber(Text("Numéro d’identification", "Registration number"), lambda _text: True)
SIREN = BodyNumber(Text("SIREN", "SIREN"), is_siren)

CURRENCIES = {
    one.code: one
    for one in (
        Currency("EUR", "€", 2, Text("euro", "euro")),
        Currency("CAD", "CAD", 2, Text("dollar canadien", "Canadian dollar")),
        Currency("CHF", "CHF", 2, Text("franc suisse", "Swiss franc")),
        Currency("GBP", "£", 2, Text("livre sterling", "pound sterling")),
        Currency("MAD", "MAD", 2, Text("dirham marocain", "Moroccan dirham")),
        Currency("USD", "$", 2, Text("dollar des États-Unis", "United States dollar")),
        Currency("XAF", "XAF", 0, Text("franc CFA (BEAC)", "CFA franc (BEAC)")),
        Currency("XOF", "XOF", 0, Text("franc CFA (BCEAO)", "CFA franc (BCEAO)")),
        Currency("XPF", "XPF", 0, Text("franc Pacifique", "CFP franc")),
    )
}
COUNTRIES = {
    one.code: one
    for one in (
        Country("FRA", Text("France", "France"), "EUR", SIREN),
        Country(
            "BEL",
            Text("Belgique", "Belgium"),
            "EUR",
            BodyNumber(Text("Numéro BCE", "CBE number"), is_cbe),
            Text("TVAC", "incl. tax"),
            Text("HTVA", "excl. tax"),
        ),
        Country("CAN", Text("Canada", "Canada"), "CAD", _ANY),
        Country(
            "CHE",
            Text("Suisse", "Switzerland"),
            "CHF",
            BodyNumber(Text("Numéro IDE", "UID number"), is_uid),
            with_tax=Text("TVA comprise", "VAT included"),
            without_tax=Text("hors TVA", "excl. VAT"),
        ),
        Country("CIV", Text("Côte d’Ivoire", "Côte d’Ivoire"), "XOF", _ANY),
        Country("CMR", Text("Cameroun", "Cameroon"), "XAF", _ANY),
        Country("GBR", Text("Royaume-Uni", "United Kingdom"), "GBP", _ANY),
        Country("IRL", Text("Irlande", "Ireland"), "EUR", _ANY),
        Country("LUX", Text("Luxembourg", "Luxembourg"), "EUR", _ANY),
        Country("MAR", Text("Maroc", "Morocco"), "MAD", _ANY),
        Country("SEN", Text("Sénégal", "Senegal"), "XOF", _ANY),
    )
}
EURO, FRANCE = CURRENCIES["EUR"], COUNTRIES["FRA"]

_here: ContextVar[tuple[Country, Currency]] = ContextVar("here", default=(FRANCE, EURO))


def currency() -> Currency:
    """Return the currency of the organisation at work."""
    return _here.get()[1]


def country() -> Country:
    """Return the country of the organisation at work."""
    return _here.get()[0]


def settle(country_code: str, currency_code: str) -> None:
    """Speak from now on, in this thread or task, as an organisation of that country does."""
    place = COUNTRIES.get(country_code, FRANCE)
    _here.set((place, CURRENCIES.get(currency_code, EURO)))


@contextmanager
def settled(country_code: str = "FRA", currency_code: str = "EUR") -> Iterator[None]:
    """Speak as an organisation of that country does, for a while."""
    token = _here.set((FRANCE, EURO))
    settle(country_code, currency_code)
    try:
        yield
    finally:
        _here.reset(token)


def tax_words(basis: str, language: Language) -> str:
    """Return how the country says that amounts are with (TTC) or without (HT) recoverable tax."""
    place = country()
    return (place.with_tax if basis == "TTC" else place.without_tax).say(language)


def local(text: str, language: Language) -> str:
    """Return our own words about euros and SIREN as the organisation at work says them."""
    place, money = _here.get()
    if money is not EURO:
        # “€5” in English, where a code needs its space: “CHF 5”.
        text = re.sub(r"€(?=[0-9%{])", money.symbol + ("" if money.is_sign else "\u00a0"), text)
        text = re.sub(r"€|\beuros?\b", money.symbol, text)
    if place.number is not SIREN:
        text = text.replace("SIREN", place.number.name.say(language))
    return text
