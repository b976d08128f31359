"""Who gains and who loses between two plans, of what a rule of fairness shares: in words (pure)."""

from __future__ import annotations

from collections.abc import Iterator

from portulan.core.say.text import Language, Text, quoted, semicolons
from portulan.portfolio.engine.evaluator import of_groups
from portulan.portfolio.engine.problem import Fairness, Plan, PortfolioProblem
from portulan.portfolio.engine.sentences import amount, unit_of
from portulan.portfolio.results.words import Phrases, say

_SAID: Phrases = {
    "gains": Text("{group} gagne {more}", "{group} gains {more}"),
    "loses": Text("{group} perd {more}", "{group} loses {more}"),
    "same": Text("Personne n’y gagne ni n’y perd.", "Nobody gains or loses."),
}


def gains_sentence(
    problem: PortfolioProblem, rule: Fairness, before: Plan, after: Plan, lang: Language
) -> str:
    """Return what each group gains or loses, those who gain first and the most of all first."""
    moved = [*_moved(problem, rule, before, after)]
    if not moved:
        return say(_SAID, "same", lang)
    unit = unit_of(problem, rule.of)
    parts = [
        say(
            _SAID,
            "gains" if more > 0 else "loses",
            lang,
            group=quoted(group, lang),
            more=amount(abs(more), unit, lang),
        )
        for group, more in sorted(moved, key=lambda one: (one[1] < 0, -abs(one[1]), one[0]))
    ]
    return f"{semicolons(parts, lang)}."


def _moved(
    problem: PortfolioProblem, rule: Fairness, before: Plan, after: Plan
) -> Iterator[tuple[str, int]]:
    had, has = (of_groups(problem, plan, rule) for plan in (before, after))
    yield from ((group, has[group] - had[group]) for group in had if has[group] != had[group])
