"""What a plan spends, of money and of people, beside what there is and what was aimed at (pure)."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal

from portulan.core.say.text import Language, Text
from portulan.portfolio.engine.evaluator import Evaluation, Usage
from portulan.portfolio.engine.problem import PortfolioProblem
from portulan.portfolio.engine.sentences import amount
from portulan.portfolio.facts import AmbitionFacts, EnvelopeFacts, ScenarioFacts
from portulan.portfolio.results.words import Phrases, say

_SAID: Phrases = {
    "gap": Text(
        "Il manque {money} pour tenir l’ambition {year}.",
        "{money} missing to keep the {year} ambition.",
    ),
    "gap-part": Text(
        "Il manque {money} pour tenir l’ambition {year}\u00a0; ce choix en apporte {added}.",
        "{money} missing to keep the {year} ambition; this choice brings {added} of it.",
    ),
}


@dataclass(frozen=True, slots=True)
class YearOfMoney:
    """A year of the scenario, in euros: what is spent, what the plan asked, what was aimed at.

    None is unknown. `share` is what is spent in percent of the IT budget, `asked_share` what is
    asked.
    """

    year: int
    spent: int
    ambition: AmbitionFacts | None

    @property
    def asked(self) -> int | None:
        return self.ambition.asked if self.ambition else None

    @property
    def envelope(self) -> int | None:
        return self.ambition.envelope if self.ambition else None

    @property
    def added(self) -> int | None:
        return None if self.asked is None else self.spent - self.asked

    @property
    def missing(self) -> int | None:
        """What the plan as it stands lacks to keep the ambition; None without one, or unknown."""
        if self.envelope is None or self.asked is None:
            return None
        return max(0, self.envelope - self.asked)

    @property
    def share(self) -> Decimal | None:
        return self._share(self.spent)

    @property
    def asked_share(self) -> Decimal | None:
        return self._share(self.asked)

    def _share(self, amount: int | None) -> Decimal | None:
        if amount is None or self.ambition is None or not self.ambition.it_budget:
            return None
        return Decimal(100 * amount) / self.ambition.it_budget


def capacities(
    facts: ScenarioFacts, evaluation: Evaluation
) -> list[tuple[EnvelopeFacts, list[Usage]]]:
    """Return what each envelope and each team gives year by year, money first."""
    return [
        (envelope, [use for use in evaluation.usage if use.resource == envelope.id])
        for envelope in sorted(facts.envelopes, key=lambda one: not one.is_money)
    ]


def years_of_money(
    facts: ScenarioFacts, problem: PortfolioProblem, evaluation: Evaluation
) -> tuple[YearOfMoney, ...]:
    """Return the money of each year over all envelopes, with its ambition."""
    envelopes = {resource.id for resource in problem.resources if resource.money}
    ambitions = {one.year: one for one in facts.ambitions}
    return tuple(
        YearOfMoney(
            year,
            sum(u.used for u in evaluation.usage if u.year == year and u.resource in envelopes),
            ambitions.get(year),
        )
        for year in facts.years
    )


def ambition_sentences(years: Iterable[YearOfMoney], unit: str, lang: Language) -> list[str]:
    """Return “Il manque 227 k€ pour tenir l’ambition 2027.”, for each year that falls short.

    With what the choice brings of it.
    """
    return [
        say(
            _SAID,
            "gap-part" if year.added and year.added > 0 else "gap",
            lang,
            money=amount(year.missing, unit, lang),
            year=year.year,
            added=amount(min(year.missing, year.added or 0), unit, lang),
        )
        for year in years
        if year.missing
    ]
