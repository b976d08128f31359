"""How an estimate was found, in a sentence per thing counted, with its numbers and sources."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from string import Formatter

from portulan.core.say.text import Language, Text, colon
from portulan.impact.engine.archetype import View
from portulan.impact.engine.estimating import NotEstimated, Outcome
from portulan.impact.engine.factors import Factor, source_title
from portulan.impact.engine.items import Indicator, Item, Kind
from portulan.impact.engine.names import device_name
from portulan.impact.engine.wording import plain

# A result says no more digits than its uncertainty allows.
_SURE_DIGITS = 3
_COUNTED: Mapping[Kind, Text] = {
    Kind.NEW_DEVICE: Text("achats évités ({of})", "purchases avoided ({of})"),
    Kind.REFURBISHED_YEAR: Text(
        "années d’usage d’occasion ({of})", "years of second-hand use ({of})"
    ),
    Kind.PARTS: Text("kgCO₂e de pièces", "kgCO₂e of parts"),
    Kind.ELECTRICITY: Text("kWh ({of}) épargnés", "kWh ({of}) spared"),
    Kind.PAPER: Text("kg de papier épargnés", "kg of paper spared"),
    Kind.STORAGE: Text("Go de moins à garder", "fewer GB kept"),
    Kind.NETWORK: Text("Go de moins à transporter", "fewer GB carried"),
}


@dataclass(frozen=True, slots=True)
class Line:
    """One thing counted: the formula, the amount it gives, what a unit weighs, in kgCO₂e."""

    item: Item
    formula: str
    amount: float
    rate: float | None


@dataclass(frozen=True, slots=True)
class Trace:
    """All that is needed to write the explanation again in either language."""

    lines: tuple[Line, ...]
    terms: Mapping[str, float]
    carbon: float | None
    view: View
    factors: tuple[Factor, ...]

    def sentences(self, language: Language) -> list[str]:
        """Return the explanation: what is counted, what it weighs, who says so."""
        return [*self.formulas(language), *self._sources(language)]

    def formulas(self, language: Language) -> list[str]:
        """Return what is counted and what it weighs, with its numbers."""
        told = [self._line(line, language) for line in self.lines]
        if self.carbon is not None and len(told) > 1:
            total = plain(self.carbon, language, _SURE_DIGITS)
            told.append(f"Total ≈ {total} kgCO₂e{self._per(language)}.")
        return told

    def _per(self, language: Language) -> str:
        if self.view is View.PURCHASE:
            return ""
        return Text(" par an", " a year").say(language)

    def _line(self, line: Line, language: Language) -> str:
        names = {name for _, name, _, _ in Formatter().parse(line.formula) if name}
        numbers = {name: plain(self.terms[name], language) for name in names}
        counted = (
            _COUNTED[line.item.kind].say(language).format(of=device_name(line.item.of, language))
        )
        formula = line.formula.format(**numbers)
        amount = plain(line.amount, language)
        told = f"{formula} = " if formula != amount else ""
        told += f"{amount} {counted}{self._per(language)}"
        if line.rate is None or line.item.kind is Kind.PARTS:
            return f"{told}."
        rate = plain(line.rate, language)
        weight = plain(line.amount * line.rate, language, _SURE_DIGITS)
        return f"{told}{colon(language)}× {rate} kgCO₂e ≈ {weight} kgCO₂e{self._per(language)}."

    def _sources(self, language: Language) -> list[str]:
        """Return a sentence per source, with the figures taken from it."""
        figures: dict[str, list[str]] = {}
        for factor in self.factors:
            told = f"{factor.id} = {plain(factor.value, language)} {factor.unit}"
            figures.setdefault(said_by(factor, language), []).append(told)
        return [f"{source}{colon(language)}{', '.join(told)}." for source, told in figures.items()]


def said_by(factor: Factor, language: Language) -> str:
    """Return who says a figure, and of which year."""
    if factor.is_of_request:
        return Text("Donné dans la demande", "Given in the request").say(language)
    title = source_title(factor.source, language)
    return ", ".join(str(part) for part in (title, factor.year) if part)


def trace(outcome: Outcome) -> Trace:
    """Return how the carbon of an estimate was found; nothing is counted when it is unknown."""
    parts = outcome.parts[Indicator.GWP]
    known = () if isinstance(parts, NotEstimated) else parts
    lines = tuple(
        Line(
            item=part.flow.item,
            formula=part.flow.formula,
            amount=part.flow.spared.central + 0.0,
            rate=None if part.flow.spared.is_nil else part.rate.central,
        )
        for part in known
    )
    carbon = sum(line.amount * line.rate for line in lines if line.rate is not None)
    return Trace(
        lines=lines,
        terms=outcome.terms,
        carbon=None if isinstance(parts, NotEstimated) else carbon,
        view=outcome.view,
        factors=tuple(outcome.factors.values()),
    )
