"""Names and words that several sentences of an arbitration share, in both languages (pure)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from portulan.core.say import numbers
from portulan.core.say.text import Language, Text
from portulan.plans.commitments.rules import LEVEL_WORDS
from portulan.plans.words import CommitmentLevel
from portulan.portfolio.engine.names import Names
from portulan.portfolio.engine.sentences import amount
from portulan.portfolio.engine.solving import Result
from portulan.portfolio.facts import ScenarioFacts

type Phrases = dict[str, Text]


# A difference under half a percent is within the precision of any estimate.
INDIFFERENT = Decimal("0.5")


def say(phrases: Phrases, key: str, lang: Language, **values: object) -> str:
    """Return a phrase of a table with its values."""
    return f"{phrases[key]:{lang}}".format(**values)


GOAL_UNITS = {"money": "EUR", "peak": "EUR", "days": "day", "actions": "actions"}


@dataclass(frozen=True, slots=True)
class Scale:
    """What differences between choices are said in: a share of the value, else what is least.

    `whole` is what the choice has of it; `unit` is empty for the value.
    """

    whole: int
    unit: str = ""

    def key(self, phrase: str) -> str:
        """Return the key of a phrase, its own where less is better."""
        return f"{phrase}-least" if self.unit else phrase

    def say(self, delta: int, lang: Language) -> str:
        if self.unit:
            return amount(delta, self.unit, lang)
        return percent(percent_of(delta, self.whole), lang)

    def is_near(self, delta: int) -> bool:
        """Whether estimates are not sure of such a difference."""
        return percent_of(delta, self.whole) < INDIFFERENT


def scale_of(result: Result) -> Scale:
    """Return what differences from a result are said in."""
    goal = result.objective[0]
    if goal == "value" or result.evaluation is None:
        return Scale(result.value or 0)
    return Scale(result.evaluation.goals[0], GOAL_UNITS[goal])


_THE = {
    CommitmentLevel.STUDY: Text("la réflexion", "study"),
    CommitmentLevel.EXPERIMENT: Text("l’expérimentation", "experiment"),
    CommitmentLevel.IMPLEMENTATION: Text("la réalisation", "implementation"),
}
_ITS = {
    CommitmentLevel.STUDY: Text("sa réflexion", "its study"),
    CommitmentLevel.EXPERIMENT: Text("son expérimentation", "its experiment"),
    CommitmentLevel.IMPLEMENTATION: Text("sa réalisation", "its implementation"),
}


def the(level: CommitmentLevel, lang: Language) -> str:
    return f"{_THE[level]:{lang}}"


def its(level: CommitmentLevel, lang: Language) -> str:
    return f"{_ITS[level]:{lang}}"


def level_word(level: CommitmentLevel, lang: Language) -> str:
    return f"{LEVEL_WORDS[level]:{lang}}"


def percent(share: Decimal, lang: Language) -> str:
    """Return a number already in percent with one decimal: “3,7 %”, “3.7%”."""
    return numbers.percent(share, lang)


def tonnes(kilograms: int, lang: Language) -> str:
    """Return kilograms in tonnes, to two figures that count: “64 t”, “7,6 t”, “0,42 t”."""
    return f"{numbers.tonnes(kilograms, lang)}\u00a0t"


def percent_of(part: int, whole: int) -> Decimal:
    """Return 100 × part / |whole|; 0 of nothing."""
    return Decimal(100 * part) / max(1, abs(whole))


def listed(texts: Sequence[str], lang: Language, *, most: int = 3) -> str:
    """Return “a, b et c”; beyond `most`, “a, b, c et 4 autres”."""
    if len(texts) > most:
        more = len(texts) - most
        others = Text("autre" if more == 1 else "autres", "other" if more == 1 else "others")
        shown = [*texts[:most], f"{more}\u00a0{others:{lang}}"]
    else:
        shown = list(texts)
    if len(shown) < 2:
        return "".join(shown)
    and_ = Text("et", "and")
    return f"{', '.join(shown[:-1])} {and_:{lang}} {shown[-1]}"


def span(years: int, lang: Language) -> str:
    """Return a length of time: “un an”, “2 ans”, “a year”, “2 years”."""
    if years == 1:
        return Text("un an", "a year").say(lang)
    return Text(f"{years}\u00a0ans", f"{years} years").say(lang)


MEASURES = {
    "co2": Text("empreinte évitée", "footprint spared"),
    "social": Text("valeur sociale", "social value"),
    "money": Text("dépense", "spending"),
}


def names_of(facts: ScenarioFacts) -> Names:
    """Return the names by id; themes are their own."""
    return Names(
        actions={one.id: one for one in facts.candidates},
        resources={one.id: one.title for one in facts.envelopes},
        measures=MEASURES,
    )
