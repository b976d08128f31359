"""Values inside the sentences of rules: a template says in which language it wants them (pure).

    Template("Fin prévue le {due:fr}, dépassée de {days:jour|jours}.")

`{due:fr}` writes a `Day` in French, `{days:jour|jours}` a `Count` with the word that agrees.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import ROUND_HALF_UP, Decimal

NARROW, NO_BREAK = "\u202f", "\u00a0"
MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")


@dataclass(frozen=True, slots=True)
class Word:
    """A word that each language has its own way to say."""

    fr: str
    en: str

    def __format__(self, language: str) -> str:
        return self.en if language == "en" else self.fr


@dataclass(frozen=True, slots=True)
class Day:
    """A date: “31/03/2026”, “31 Mar 2026”."""

    day: date

    def __format__(self, language: str) -> str:
        day = self.day
        if language == "en":
            return f"{day.day} {MONTHS[day.month - 1]} {day.year}"
        return f"{day.day:02}/{day.month:02}/{day.year:04}"


@dataclass(frozen=True, slots=True)
class Number:
    """An exact number without needless zeros: “1 234,5”, “1,234.5”, with its unit if it has one."""

    value: Decimal
    unit: str = ""

    def __format__(self, language: str) -> str:
        text = f"{self.value:,f}"
        if "." in text:
            text = text.rstrip("0").rstrip(".")
        if language != "en":
            text = text.replace(",", NARROW).replace(".", ",")
        text = text.replace("-", "\u2212")
        if not self.unit or self.unit == "ratio":
            return text
        tight = language == "en" and self.unit == "%"
        return f"{text}{'' if tight else NO_BREAK}{self.unit}"


@dataclass(frozen=True, slots=True)
class Euros:
    """An amount in euros, in thousands from 1 000 € on: “48 k€”, “€48k”."""

    amount: Decimal

    def __format__(self, language: str) -> str:
        large = abs(self.amount) >= 1000
        value = self.amount.scaleb(-3) if large else self.amount
        # A tenth of a thousand is kept below 10 k€, where it still counts.
        places = Decimal("0.1") if large and abs(value) < 10 else Decimal(1)
        shown = Number(value.quantize(places, ROUND_HALF_UP))
        if language == "en":
            return f"€{shown:en}{'k' if large else ''}"
        return f"{shown:fr}{NO_BREAK}{'k€' if large else '€'}"


@dataclass(frozen=True, slots=True)
class Count:
    """A number of things: the template gives both words, “{days:jour|jours}”."""

    number: int

    def __format__(self, words: str) -> str:
        one, many = words.split("|")
        return f"{self.number}{NO_BREAK}{one if abs(self.number) <= 1 else many}"
