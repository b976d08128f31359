"""How numbers, money, shares and dates are written, in French and in English. No Django here.

French: narrow no-break space (U+202F) between thousands, no-break space (U+00A0) before a unit
(Lexique des règles typographiques en usage à l’Imprimerie nationale). Both languages use the real
minus sign (U+2212). Rounding is half up, as people do by hand; an unknown value is a dash or a
word, never 0.
"""

from __future__ import annotations

import datetime
from decimal import ROUND_HALF_UP, Context, Decimal
from typing import Literal

from portulan.core.say.text import Language

NARROW = "\u202f"
NO_BREAK = "\u00a0"
MINUS = "\u2212"
UNKNOWN = "–"

type Number = int | Decimal
type MoneyUnit = Literal["€", "k€"]

MONTHS: dict[Language, tuple[str, ...]] = {
    "fr": (
        *("janvier", "février", "mars", "avril", "mai", "juin"),
        *("juillet", "août", "septembre", "octobre", "novembre", "décembre"),
    ),
    "en": (
        *("January", "February", "March", "April", "May", "June"),
        *("July", "August", "September", "October", "November", "December"),
    ),
}


def rounded(value: Number, decimals: int) -> Decimal:
    """Return the value rounded half up (away from zero at the half) to that many decimals."""
    exact = Decimal(value)
    # A context as wide as the number: the default one refuses more than 28 digits.
    wide = Context(prec=max(exact.adjusted(), 0) + decimals + 8)
    return exact.quantize(Decimal(1).scaleb(-decimals), ROUND_HALF_UP, wide)


def number(
    value: Number | None,
    language: Language,
    *,
    decimals: int | None = None,
    signed: bool = False,
    none: str = UNKNOWN,
) -> str:
    """Return “1 234,5” or “1,234.5”; `decimals` None keeps the digits given, without end zeros.

    With `signed`, a plus or a minus stands before the number, spaced in French (“+ 227”).
    """
    if value is None or not Decimal(value).is_finite():
        return none
    shown = _trimmed(Decimal(value)) if decimals is None else rounded(value, decimals)
    return _sign(shown, language, signed=signed) + _digits(abs(shown), language)


def money(
    amount: Number | None,
    language: Language,
    *,
    unit: MoneyUnit = "€",
    decimals: int | None = None,
    signed: bool = False,
    none: str = UNKNOWN,
) -> str:
    """Return an amount given in euros as “1 234,56 €” / “€1,234.56”, “18 420 k€” / “€18,420k”.

    By default cents for €; for k€ none, but what tells amounts under 10 k€ apart.
    """
    if amount is None or not Decimal(amount).is_finite():
        return none
    value = Decimal(amount).scaleb(-3) if unit == "k€" else Decimal(amount)
    if decimals is None:
        decimals = _thousands_decimals(value) if unit == "k€" else 2
    shown = rounded(value, decimals)
    sign, digits = _sign(shown, language, signed=signed), _digits(abs(shown), language)
    if language == "fr":
        return f"{sign}{digits}{NO_BREAK}{unit}"
    return f"{sign}€{digits}{'k' if unit == 'k€' else ''}"


def thousands(amount: Number | None, language: Language, *, none: str = UNKNOWN) -> str:
    """Return an amount given in euros as a bare number of thousands, for columns in k€."""
    if amount is None or not Decimal(amount).is_finite():
        return none
    value = Decimal(amount).scaleb(-3)
    return number(value, language, decimals=_thousands_decimals(value))


def percent(
    value: Number | None,
    language: Language,
    *,
    decimals: int = 1,
    signed: bool = False,
    none: str = UNKNOWN,
) -> str:
    """Return a value already in percent as “3,7 %” / “3.7%”."""
    if value is None or not Decimal(value).is_finite():
        return none
    return number(value, language, decimals=decimals, signed=signed) + _percent_sign(language)


def share(fraction: Number | None, language: Language, *, none: str = UNKNOWN) -> str:
    """Return a fraction of 1 as “60 %” or “12,5 %”: two decimals at most, no end zeros."""
    if fraction is None or not Decimal(fraction).is_finite():
        return none
    value = _trimmed(rounded(Decimal(fraction).scaleb(2), 2))
    return number(value, language) + _percent_sign(language)


def date(day: datetime.date | None, language: Language, *, none: str = UNKNOWN) -> str:
    """Return “24/11/2026” / “24 Nov 2026”."""
    if day is None:
        return none
    if language == "fr":
        return f"{day.day:02}/{day.month:02}/{day.year:04}"
    return f"{day.day} {MONTHS['en'][day.month - 1][:3]} {day.year}"


def long_date(day: datetime.date | None, language: Language, *, none: str = UNKNOWN) -> str:
    """Return “13 décembre 2024”, “1er janvier 2025” / “13 December 2024”."""
    if day is None:
        return none
    ordinal = "er" if day.day == 1 and language == "fr" else ""
    return f"{day.day}{ordinal}{NO_BREAK}{MONTHS[language][day.month - 1]} {day.year}"


def _digits(shown: Decimal, language: Language) -> str:
    whole, _, fraction = f"{shown:,f}".partition(".")
    if language == "fr":
        whole = whole.replace(",", NARROW)
    return f"{whole}{',' if language == 'fr' else '.'}{fraction}" if fraction else whole


def _sign(shown: Decimal, language: Language, *, signed: bool) -> str:
    if shown == 0 or (shown > 0 and not signed):
        return ""
    space = NO_BREAK if signed and language == "fr" else ""
    return ("+" if shown > 0 else MINUS) + space


def _percent_sign(language: Language) -> str:
    return f"{NO_BREAK}%" if language == "fr" else "%"


def _trimmed(value: Decimal) -> Decimal:
    text = f"{value:f}"
    return Decimal(text.rstrip("0").rstrip(".") or "0") if "." in text else Decimal(text)


def _thousands_decimals(value: Decimal) -> int:
    """Return 0, or as many decimals as a small amount needs to keep two figures that count."""
    if abs(value) >= 10 or value == value.to_integral_value():
        return 0
    first = next((places for places in range(6) if rounded(value, places) != 0), 5)
    return first if rounded(value, first) == rounded(value, first + 1) else first + 1
