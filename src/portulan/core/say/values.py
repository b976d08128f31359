"""Values inside the sentences of rules: a template says in which language it wants them (pure).

    Template("Fin prévue le {due:fr}, dépassée de {days:jour|jours}.")

`{due:fr}` writes a `Day` in French, `{days:jour|jours}` a `Count` with the word that agrees.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from portulan.core.say import numbers
from portulan.core.say.text import Language


def _language(spec: str) -> Language:
    return "en" if spec == "en" else "fr"


@dataclass(frozen=True, slots=True)
class Day:
    """A date: “31/03/2026”, “31 Mar 2026”."""

    day: date

    def __format__(self, language: str) -> str:
        return numbers.date(self.day, _language(language))


@dataclass(frozen=True, slots=True)
class Number:
    """An exact number without needless zeros: “1 234,5”, “1,234.5”, with its unit if it has one."""

    value: Decimal
    unit: str = ""

    def __format__(self, language: str) -> str:
        text = numbers.number(self.value, _language(language))
        if not self.unit or self.unit == "ratio":
            return text
        tight = language == "en" and self.unit == "%"
        return f"{text}{'' if tight else numbers.NO_BREAK}{numbers.unit(self.unit)}"


@dataclass(frozen=True, slots=True)
class Euros:
    """An amount of money, in thousands from 1 000 € on: “48 k€”, “€48k”."""

    amount: Decimal

    def __format__(self, language: str) -> str:
        if abs(self.amount) < 1000:
            return numbers.money(self.amount, _language(language), decimals=0)
        # A tenth of a thousand is kept below 10 k€, where it still counts.
        tenths = 1 if abs(self.amount) < 10_000 else 0
        value = numbers.rounded(self.amount.scaleb(-3), tenths)
        decimals = 0 if value == value.to_integral_value() else tenths
        return numbers.money(self.amount, _language(language), unit="k€", decimals=decimals)


@dataclass(frozen=True, slots=True)
class Amount:
    """An exact amount of money: “1 234,56 €”, “€1,234.56”."""

    value: Decimal

    def __format__(self, language: str) -> str:
        return numbers.money(self.value, _language(language))


@dataclass(frozen=True, slots=True)
class Count:
    """A number of things: the template gives both words, “{days:jour|jours}”."""

    number: int

    def __format__(self, words: str) -> str:
        one, many = words.split("|")
        return f"{self.number}{numbers.NO_BREAK}{one if abs(self.number) <= 1 else many}"
