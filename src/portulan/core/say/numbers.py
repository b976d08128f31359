"""How numbers, money, shares and dates are written and read, in French and in English (pure).

French: narrow no-break space (U+202F) between thousands, no-break space (U+00A0) before a unit
(Lexique des règles typographiques en usage à l’Imprimerie nationale). Both languages use the real
minus sign (U+2212). Rounding is half up, as people do by hand; an unknown value is a dash or a
word, never 0.

What is written is read back: `parse(number(x, language), language) == x`, and so with `money` and
`percent` for the decimals that they show, with `date` and `long_date` for `parse_date`. A person
who types as the other language does is understood when only one number can be meant; when two
can, the text is refused and the error has both. Files of tools are another matter: a column says
its own decimal mark (`core.tables.amounts`).
"""

from __future__ import annotations

import datetime
import re
from collections.abc import Callable, Iterable
from decimal import ROUND_HALF_UP, Context, Decimal
from math import floor, log10
from typing import Literal

from portulan.core.amounts import Amount, known
from portulan.core.folding import fold, shown
from portulan.core.say.country import currency
from portulan.core.say.text import Language, Text

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


def marked(_value: Number, text: str) -> str:
    """Return a figure as it is written; a test hears here which value it is of, and marks it."""
    return text


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
    return _sign(shown, language, signed=signed) + _digits(shown.copy_abs(), language)


def money(
    amount: Number | None,
    language: Language,
    *,
    unit: MoneyUnit = "€",
    decimals: int | None = None,
    signed: bool = False,
    none: str = UNKNOWN,
) -> str:
    """Return an amount as “1 234,56 €” / “€1,234.56”, “18 420 k€” / “€18,420k”.

    It is said in the currency of the organisation at work: “1 234,56 CHF” / “CHF 1,234.56”. By
    default with its cents; in thousands with none, but what tells amounts under 10 k€ apart.
    """
    if amount is None or not Decimal(amount).is_finite():
        return none
    money_of = currency()
    value = Decimal(amount).scaleb(-3) if unit == "k€" else Decimal(amount)
    if decimals is None:
        decimals = _thousands_decimals(value) if unit == "k€" else money_of.decimals
    shown = rounded(value, decimals)
    sign, digits = _sign(shown, language, signed=signed), _digits(shown.copy_abs(), language)
    thousand = "k" if unit == "k€" else ""
    if language == "fr":
        return marked(amount, f"{sign}{digits}{NO_BREAK}{thousand}{money_of.symbol}")
    space = "" if money_of.is_sign else NO_BREAK
    return marked(amount, f"{sign}{money_of.symbol}{space}{digits}{thousand}")


def at_least(
    amount: Amount,
    language: Language,
    *,
    unit: MoneyUnit | None = None,
    none: str = UNKNOWN,
) -> str:
    """Return an amount, “≥” before it where a part of it is unknown: “≥ 74 k€”.

    Without a unit, a bare number of thousands, for columns in k€.
    """
    if unit is None:
        said = thousands(known(amount), language, none=none)
    else:
        said = money(known(amount), language, unit=unit, none=none)
    return f"≥{NO_BREAK}{said}" if amount.is_partial else said


def ordinal(rank: int, language: Language) -> str:
    """Return a place in an order, “283e” or “283rd”; “1er” is of a masculine noun."""
    if language == "fr":
        return "1er" if rank == 1 else f"{number(rank, language)}e"
    teen = rank % 100 // 10 == 1
    end = "th" if teen else {1: "st", 2: "nd", 3: "rd"}.get(rank % 10, "th")
    return f"{number(rank, language)}{end}"


def thousands(amount: Number | None, language: Language, *, none: str = UNKNOWN) -> str:
    """Return an amount given in euros as a bare number of thousands, for columns in k€."""
    if amount is None or not Decimal(amount).is_finite():
        return none
    value = Decimal(amount).scaleb(-3)
    return marked(amount, number(value, language, decimals=_thousands_decimals(value)))


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
    said = number(value, language, decimals=decimals, signed=signed)
    return marked(value, said + _percent_sign(language))


def share(fraction: Number | None, language: Language, *, none: str = UNKNOWN) -> str:
    """Return a fraction of 1 as “60 %” or “12,5 %”: two decimals at most, no end zeros."""
    if fraction is None or not Decimal(fraction).is_finite():
        return none
    value = _trimmed(rounded(Decimal(fraction).scaleb(2), 2))
    return marked(fraction, number(value, language) + _percent_sign(language))


def unit(word: str) -> str:
    """Return a unit as it is said: “tCO2e/an”, as files and people type it, is “tCO₂e/an”."""
    return word.replace("CO2", "CO₂")


def tonnes(kilograms: Number | None, language: Language, *, none: str = UNKNOWN) -> str:
    """Return kilograms as a bare number of tonnes, with two figures that count: “64”, “0,42”."""
    if kilograms is None or not Decimal(kilograms).is_finite():
        return none
    value = Decimal(kilograms).scaleb(-3)
    places = max(0, 1 - value.adjusted()) if value else 0
    return number(_trimmed(rounded(value, places)), language)


def significant(value: float, language: Language, *, digits: int) -> str:
    """Return a measure, which is a float, with so many significant digits and no end zeros."""
    place = digits - 1 - floor(log10(abs(value))) if value else 0
    return number(_trimmed(_to_place(value, place)), language)


def to_place(value: float, place: int, language: Language) -> str:
    """Return a measure, which is a float, to a place: 1 for tenths, 0 for units, -1 for tens."""
    return number(_to_place(value, place), language, decimals=max(0, place))


def _to_place(value: float, place: int) -> Decimal:
    # To the even at the half, as Python rounds a measure: the traces of estimates are contracts.
    return Decimal(f"{round(value, place):.{max(0, place)}f}")


def date(day: datetime.date | None, language: Language, *, none: str = UNKNOWN) -> str:
    """Return “24/11/2026” / “24 Nov 2026”."""
    if day is None:
        return none
    if language == "fr":
        return f"{day.day:02}/{day.month:02}/{day.year:04}"
    return f"{day.day} {MONTHS['en'][day.month - 1][:3]} {day.year:04}"


def moment(at: datetime.datetime | None, language: Language, *, none: str = UNKNOWN) -> str:
    """Return “24/11/2026 à 14 h 05” / “24 Nov 2026, 14:05”, in the hour that is given."""
    if at is None:
        return none
    between = " à " if language == "fr" else ", "
    return f"{date(at.date(), language)}{between}{hour(at, language)}"


def hour(at: datetime.datetime, language: Language) -> str:
    """Return “14 h 05” / “14:05”, in the hour that is given."""
    between = f"{NO_BREAK}h{NO_BREAK}" if language == "fr" else ":"
    return f"{at.hour}{between}{at.minute:02}"


def long_date(day: datetime.date | None, language: Language) -> str:
    """Return “13 décembre 2024”, “1er janvier 2025” / “13 December 2024”."""
    if day is None:
        return UNKNOWN
    ordinal = "er" if day.day == 1 and language == "fr" else ""
    return f"{day.day}{ordinal}{NO_BREAK}{MONTHS[language][day.month - 1]} {day.year:04}"


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


class MistypedError(ValueError):
    """What was typed is no number or no date, or could be two: `readings` has both, as written."""

    def __init__(self, text: str, readings: Iterable[str] = ()) -> None:
        super().__init__(text)
        self.text, self.readings = shown(text), tuple(readings)

    def sentence(self, language: Language) -> str:
        """Return what is wrong and what to write instead."""
        if not self.readings:
            return _UNREADABLE.say(language).format(text=self.text)
        told = dict(zip(("one", "other"), self.readings, strict=True))
        return _AMBIGUOUS.say(language).format(text=self.text, **told)


_UNREADABLE = Text(fr="« {text} » ne se lit pas.", en="“{text}” cannot be read.")
_AMBIGUOUS = Text(
    fr="« {text} » peut se lire {one} ou {other}\u00a0: écrivez l’un des deux.",
    en="“{text}” could mean {one} or {other}: write one of them.",
)
_LONGEST = 200  # characters: nobody types more
_EMPTY = frozenset({"", "-", "--", "—", "n/a", "nc", "nd"})
_SIGNS = str.maketrans({MINUS: "-", "‒": "-", "–": "-", "’": "'", "ʼ": "'", "‘": "'"})
_SPACES = re.compile(r"\s+")  # no-break and narrow spaces are white space to Python
_SIGNED = re.compile(
    r"(?P<open>\()?(?P<lead>[+-])? ?(?P<digits>[0-9., ']*[0-9]) ?(?P<trail>-)?(?P<close>\))?"
)


def parse(
    text: str | None,
    language: Language,
    *,
    units: Iterable[str] = (),
    decimals: int | None = None,
) -> Decimal | None:
    """Return exactly the number that a person typed, None for nothing or a dash.

    French: the comma is the decimal sign and spaces group (“1,250” is 1.25); English: the point
    is, and the comma groups by three (“1,250” is 1250). `units` may stand before or after it.
    Where fewer than three `decimals` are kept, three of them may be thousands: nobody writes
    tenths of a cent. Raises MistypedError, with both readings when there are two.
    """
    if text is None:
        return None
    if len(text) > _LONGEST:
        raise MistypedError(text)
    bare = _without(_SPACES.sub(" ", text.translate(_SIGNS)).strip(), units)
    if bare.casefold() in _EMPTY:
        return None
    signed = _SIGNED.fullmatch(bare)
    if signed is None or bool(signed["open"]) != bool(signed["close"]):
        raise MistypedError(text)
    signs = [signed["open"], signed["lead"] == "-" or None, signed["trail"]]
    negative = sum(sign is not None for sign in signs)
    if negative > 1 or (signed["lead"] == "+" and negative):
        raise MistypedError(text)
    readings = sorted(_readings(signed["digits"], language, decimals))
    if negative:  # by the sign alone: `-value` would round
        readings = [value.copy_negate() if value else value for value in readings]
    if len(readings) != 1:
        raise MistypedError(text, (number(value, language) for value in readings))
    return readings[0]


def _readings(digits: str, language: Language, decimals: int | None) -> set[Decimal]:
    """Return what digits and marks can mean: one number if the language writes them so."""
    home, abroad = (_french, _english) if language == "fr" else (_english, _french)
    value = home(digits)
    doubtful = decimals is not None and decimals < 3 and _THOUSANDS[language].fullmatch(digits)
    if value is not None and not doubtful:
        return {value}
    readings = {found for found in (value, abroad(digits), _grouped(digits)) if found is not None}
    if len(readings) == 1 and language == "en" and _LONE_COMMA.fullmatch(digits):
        # A comma that does not group by three: a decimal sign, or a slip in the thousands.
        readings.add(Decimal(digits.replace(",", "")))
    return readings


def _written(pattern: str, decimal: str) -> Callable[[str], Decimal | None]:
    whole = re.compile(rf"(?P<whole>{pattern})(?:{re.escape(decimal)}(?P<fraction>[0-9]+))?")

    def read(digits: str) -> Decimal | None:
        found = whole.fullmatch(digits)
        if found is None or not (found["whole"] or found["fraction"]):
            return None
        kept = re.sub("[^0-9]", "", found["whole"])
        return Decimal(f"{kept or 0}.{found['fraction']}" if found["fraction"] else kept)

    return read


# Groups are of three digits, and the first is not 0: “0,125” and “0.125” are no thousands.
_french = _written(r"[0-9]*|[1-9][0-9]{0,2}(?P<mark>[ '])[0-9]{3}(?:(?P=mark)[0-9]{3})*", ",")
_english = _written(r"[0-9]*|[1-9][0-9]{0,2}(?P<mark>[ ',])[0-9]{3}(?:(?P=mark)[0-9]{3})*", ".")
_grouped = _written(r"[1-9][0-9]{0,2}(?:\.[0-9]{3})+", ",")  # “1.234.567,89”
# What the other language writes for thousands, and this one for decimals.
_THOUSANDS: dict[Language, re.Pattern[str]] = {
    "fr": re.compile(r"[1-9][0-9]{0,2},[0-9]{3}"),
    "en": re.compile(r"[1-9][0-9]{0,2}\.[0-9]{3}"),
}
_LONE_COMMA = re.compile(r"[0-9]*,[0-9]+")


def _without(bare: str, units: Iterable[str]) -> str:
    """Return a text without the unit before or after its digits (“−€5”, “5 €”)."""
    lead = bare[:1] if bare[:1] in {"-", "+", "("} else ""
    rest = bare[len(lead) :].strip()
    # A unit may be typed as it is said, or as it is kept: the one is as long as the other.
    both = {said for one in units for said in (one, unit(one), one.replace("CO₂", "CO2"))}
    for word in sorted(both, key=len, reverse=True):
        if rest.casefold().startswith(word.casefold()):
            return f"{lead}{rest[len(word) :].strip()}"
        ending = rest.removesuffix(")")
        if ending.casefold().endswith(word.casefold()):
            return f"{lead}{ending[: -len(word)].strip()}{rest[len(ending) :]}"
    return bare


_ISO = re.compile(r"(?P<year>[0-9]{4})-(?P<month>[0-9]{1,2})-(?P<day>[0-9]{1,2})")
_SLASHED = re.compile(r"(?P<first>[0-9]{1,2})[/.-](?P<second>[0-9]{1,2})[/.-](?P<year>[0-9]{4})")
_NAMED = re.compile(
    r"(?P<day>[0-9]{1,2})(?:er|st|nd|rd|th)? (?P<month>[^\W\d]+)\.? (?P<year>[0-9]{4})"
)


def parse_date(text: str | None, language: Language) -> datetime.date | None:
    """Return the day that a person typed, None for nothing.

    2026-11-24, 24/11/2026 or 24 novembre 2026; in English, where the month may stand first,
    03/04/2026 is two days and refused. Raises MistypedError.
    """
    bare = _SPACES.sub(" ", text or "").strip()
    if bare in {"", "-", UNKNOWN}:
        return None
    if found := _ISO.fullmatch(bare):
        days = [_day(found["year"], found["month"], found["day"])]
    elif found := _SLASHED.fullmatch(bare):
        days = [_day(found["year"], found["second"], found["first"])]
        if language == "en":
            days.append(_day(found["year"], found["first"], found["second"]))
    elif found := _NAMED.fullmatch(bare):
        days = [_day(found["year"], _month(found["month"]), found["day"])]
    else:
        days = []
    known = sorted({day for day in days if day is not None})
    if not known:
        raise MistypedError(bare)
    if len(known) > 1:
        raise MistypedError(bare, (date(day, language) for day in known))
    return known[0]


def _day(year: str, month: str | int, day: str) -> datetime.date | None:
    try:
        return datetime.date(int(year), int(month), int(day))
    except ValueError:
        return None


def _month(name: str) -> int:
    """Return the rank of a month named in either language, in three letters or more; 0 if none."""
    for names in MONTHS.values():
        found = [rank for rank, month in enumerate(names, 1) if fold(month).startswith(fold(name))]
        if len(name) >= 3 and len(found) == 1:
            return found[0]
    return 0
