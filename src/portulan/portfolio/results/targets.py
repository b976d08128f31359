"""What the targets of a scenario ask, what each costs, the way to them: in words (pure)."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import NamedTuple

from portulan.core.say import numbers
from portulan.core.say.text import Language, Text, quoted, semicolons
from portulan.core.say.values import Count
from portulan.portfolio.engine.documents import Explained
from portulan.portfolio.engine.evaluator import Evaluation, evaluate
from portulan.portfolio.engine.names import Names, sentence
from portulan.portfolio.engine.problem import MONEY, Plan, PortfolioProblem, Target
from portulan.portfolio.engine.rules import Rule
from portulan.portfolio.engine.sentences import amount, rule_sentence
from portulan.portfolio.engine.solving import Result
from portulan.portfolio.engine.targets import Nearest, Part, Reached, elbow
from portulan.portfolio.engine.why import Difference, Why, difference
from portulan.portfolio.facts import ScenarioFacts, TargetFacts
from portulan.portfolio.results.answers import why_sentences
from portulan.portfolio.results.changes import clauses
from portulan.portfolio.results.timeline import Total
from portulan.portfolio.results.words import (
    GOAL_UNITS,
    Phrases,
    listed,
    percent_of,
    say,
    scale_of,
    tonnes,
)
from portulan.portfolio.words import Measure

_UNITS = {Measure.CO2: "kgCO2e", Measure.SOCIAL: "points"}
_SHARES = (Measure.SHARE, Measure.SHARE_ON_TOP)
_HEADS: Phrases = {
    "co2": Text("CO₂e évité {year}, prudent (t)", "CO₂e spared {year}, prudent (t)"),
    "social": Text("Valeur sociale {year}", "Social value {year}"),
    "money": Text("Dépense {year} (k€)", "Spending {year} (€k)"),
    "share": Text("Part {year} si redéployé", "Share {year} if redeployed"),
    "share_on_top": Text("Part {year} si en plus", "Share {year} if on top"),
}
_SAID: Phrases = {
    "co2": Text("{amount} évitées en {year}", "{amount} spared in {year}"),
    "social": Text("{amount} de valeur sociale en {year}", "{amount} of social value in {year}"),
    "money": Text("{amount} dépensés en {year}", "{amount} spent in {year}"),
    "share": Text("{amount} du budget de la DSI en {year}",
                  "{amount} of the IT budget in {year}"),
    "share_on_top": Text("{amount} du budget de la DSI en {year}, argent en plus",
                         "{amount} of the IT budget in {year}, money on top"),
    "none": Text("Aucun plan n’atteint {targets}\u00a0: c’est prouvé.",
                 "No plan reaches {targets}: it is proved."),
    "optimal": Text("au moins {least}", "at least {least}"),
    "feasible": Text("{least} ou moins", "{least} or less"),
    "least-money": Text("Atteindre {targets} coûte {least} de {first} à {last}",
                        "Reaching {targets} costs {least} from {first} to {last}"),
    "least-peak": Text("Atteindre {targets} coûte {least} l’année la plus chère",
                       "Reaching {targets} costs {least} in the dearest year"),
    "least-days": Text("Atteindre {targets} demande {least} de travail",
                       "Reaching {targets} takes {least} of work"),
    "least-actions": Text("Atteindre {targets} demande {least}",
                          "Reaching {targets} takes {least}"),
    "more": Text(", {more} de plus que les demandes.", ", {more} more than what is asked."),
    "less": Text(", {more} de moins que les demandes.", ", {more} less than what is asked."),
    "same": Text(", autant que les demandes.", ", as much as what is asked."),
    "asked": Text("Aucun\u00a0: les demandes telles quelles", "None: what is asked as it is"),
    "without": Text("Sans {target}", "Without {target}"),
    "all": Text("Tous les objectifs", "All the targets"),
    "each": Text("sans {target}, {gain} de moins", "without {target}, {gain} less"),
    "each-free": Text("sans {target}, autant", "without {target}, as much"),
    "not-additive": Text("Ces prix ne s’additionnent pas.", "These prices do not add up."),
    "free": Text(
        "Ôter un seul de ces objectifs ne rend rien\u00a0: ils se recouvrent.",
        "Taking one of these targets away gives nothing back: they overlap.",
    ),
    "floor": Text(
        "Une part est de l’argent\u00a0: {share} de {budget} font {floor} en {year}, quoi que l’on"
        " achète.",
        "A share is money: {share} of {budget} is {floor} in {year}, whatever is bought.",
    ),
    "on-top": Text(
        "En plus du budget, la DSI grandit d’autant\u00a0: il faut alors {floor}.",
        "On top of the budget, IT grows by as much: it then takes {floor}.",
    ),
    "floors-alone": Text(
        "Seul un plancher de moyens est demandé\u00a0: le moins est une multiplication, pas un"
        " choix. Avec cet argent, ce plan apporte le plus de valeur.",
        "Only a floor of means is asked: the least is a multiplication, not a choice. With that"
        " money, this plan brings the most value.",
    ),
    "unknown": Text(
        "{count:action retenue n’a|actions retenues n’ont} pas d’effet estimé\u00a0: rien n’en est"
        " compté, ce n’est pas zéro.",
        "{count:action taken has|actions taken have} no estimated effect: nothing is counted, which"
        " is not zero.",
    ),
    "drawn": Text(
        "Le bas d’une somme n’est pas la somme des bas\u00a0: tiré d’un coup, l’effet des actions"
        " retenues, une fois en place, est d’au moins {low} par an dix-neuf fois sur vingt.",
        "The low end of a sum is not the sum of low ends: drawn as a whole, the effect of the"
        " actions taken, once in place, is at least {low} a year nineteen times in twenty.",
    ),
    "last-tenth": Text("Le dernier dixième coûte {more}", "The last tenth costs {more}"),
    "last-free": Text("Ce que coûte le chemin", "What the way costs"),
    "forced": Text("Rien ne la remplace\u00a0: {rules}", "Nothing replaces it: {rules}"),
    "elbow": Text(
        "Le coude est à {part}\u00a0: cette part des objectifs demande {share} du total.",
        "The curve turns at {part}: that part of the targets takes {share} of the whole.",
    ),
    "no-elbow": Text(
        "La courbe ne tourne nulle part\u00a0: une part des objectifs demande autant que le tout.",
        "The curve turns nowhere: a part of the targets takes as much as all of them.",
    ),
    "last": Text("De {part} à {whole}\u00a0: {changes}.", "From {part} to {whole}: {changes}."),
}  # fmt: skip


class Way(NamedTuple):
    """A plan: what is asked as it is, all the targets but one, all of them.

    `money` is over all years, `more` than what is asked; `goal` is what is least if it is not
    money, and `cells` are by column.
    """

    label: str
    money: int
    more: int
    goal: str
    cells: list[str]


@dataclass(frozen=True, slots=True)
class Turned:
    """An arbitration turned round, ready to be said: `planned` is what is asked as it is."""

    facts: ScenarioFacts
    problem: PortfolioProblem
    result: Result
    planned: Plan
    explained: Explained | None
    names: Names
    lang: Language

    def say(self, key: str, **values: object) -> str:
        return say(_SAID, key, self.lang, **values)

    def amount(self, number: int, measure: str) -> str:
        return amount(number, _UNITS.get(Measure(measure), "EUR"), self.lang)

    def of_goal(self, number: int) -> str:
        return amount(number, GOAL_UNITS[self.problem.objective[0]], self.lang)

    def target(self, one: TargetFacts) -> str:
        """Return a target inside a sentence: “40,4 tCO₂e évitées en 2028”."""
        return self.say(one.measure, amount=self._asked(one), year=one.year) + self._among(one)

    def _asked(self, one: TargetFacts) -> str:
        if one.measure not in _SHARES:
            return self.amount(one.at_least, one.measure)
        decimals = next(places for places in range(3) if one.at_least % 10 ** (2 - places) == 0)
        return numbers.percent(Decimal(one.at_least) / 100, self.lang, decimals=decimals)

    @property
    def targets(self) -> str:
        found = [self.target(one) for one in self.facts.targets]
        return listed(found, self.lang, most=len(found))

    def lede(self) -> str:
        """Return what the targets take at least, beside what is asked; or that nothing does."""
        if self.result.evaluation is None:
            return self.say("none", targets=self.targets)
        least = self.result.evaluation.goals[0]
        more = least - self._found(self.planned).goals[0]
        text = self.say(
            f"least-{self.problem.objective[0]}",
            targets=self.targets,
            least=self.say(self.result.status, least=self.of_goal(least)),
            first=self.facts.years[0],
            last=self.facts.years[-1],
        )
        key = "more" if more > 0 else "less" if more < 0 else "same"
        return text + self.say(key, more=self.of_goal(abs(more)))

    def prices(self) -> str:
        """Return what taking each target away gives back; "" for one, or not computed yet."""
        found, scale = [*self._priced()], scale_of(self.result)
        if len(found) < max(2, len(self.facts.targets)):
            return ""
        if not any(delta for _target, delta, _moved in found):
            return self.say("free")
        parts = [
            self.say(
                "each" if delta else "each-free",
                target=self.target(target),
                gain=scale.say(delta, self.lang),
            )
            for target, delta, _moved in found
        ]
        return f"{sentence(semicolons(parts, self.lang))}. {self.say('not-additive')}"

    def _priced(self) -> Iterator[tuple[TargetFacts, int, Difference]]:
        """Yield each target whose price is computed: what it surely costs, what would move."""
        prices = {
            one.rule.name: one
            for one in (self.explained.prices if self.explained else ())
            if one.rule
        }
        for target in self.facts.targets:
            asked = Target(_counted(target.measure), target.year, 0, target.theme, target.unit)
            bought = prices.get(Rule("target", asked).name)
            if bought is not None:
                yield target, bought.delta.low, bought.difference

    def _columns(self) -> list[tuple[Measure, TargetFacts]]:
        """Return what is read of each plan: a share both ways, with its money."""
        return [
            (name, one)
            for one in self.facts.targets
            for name in ((Measure.MONEY, *_SHARES) if one.measure in _SHARES else (one.measure,))
        ]

    def columns(self) -> list[str]:
        return [
            say(_HEADS, name, self.lang, year=one.year) + self._among(one)
            for name, one in self._columns()
        ]

    def _among(self, one: TargetFacts) -> str:
        return f" ({quoted(one.among, self.lang)})" if one.among else ""

    def ways(self) -> list[Way]:
        """Return what is asked, the plan without each target, the plan that reaches them all."""
        asked, plan = self._found(self.planned), self.result.plan
        found = [(self.say("asked"), self.planned)]
        if len(self.facts.targets) > 1:
            for target, _delta, moved in self._priced():
                label = self.say("without", target=self.target(target))
                found.append((label, after(plan, moved)))
        return [
            self._way(label, self._found(one), asked)
            for label, one in [*found, (self.say("all"), plan)]
        ]

    def _found(self, plan: Plan) -> Evaluation:
        """Return what a plan does; a level that is not costed is no part of it."""
        known = {(one.id, level.level) for one in self.problem.actions for level in one.levels}
        return evaluate(
            self.problem,
            {
                one: steps
                for one, steps in plan.items()
                if all((one, step.level) in known for step in steps)
            },
        )

    def _way(self, label: str, found: Evaluation, asked: Evaluation) -> Way:
        goal = "" if self.problem.objective[0] == MONEY else self.of_goal(found.goals[0])
        cells = [self._cell(found, name, one) for name, one in self._columns()]
        return Way(label, found.money, found.money - asked.money, goal, cells)

    def _cell(self, found: Evaluation, name: Measure, target: TargetFacts) -> str:
        targets = [_key(one) for one in self.problem.targets]
        year, counted = target.year, _counted(name)
        reached = found.reached[targets.index((counted, year, target.theme, target.unit))]
        if name is Measure.CO2:  # never rounded up: what is missing must be seen
            return numbers.number(Decimal(reached // 100) / 10, self.lang, decimals=1)
        if name is Measure.MONEY:
            return numbers.thousands(reached, self.lang)
        if name is Measure.SOCIAL:
            return numbers.number(reached, self.lang)
        budget = self._budget(year)
        if name is Measure.SHARE_ON_TOP and budget is not None:
            asked = next(one.asked for one in self.facts.ambitions if one.year == year)
            budget = None if asked is None else budget + reached - asked
        share = Decimal(100 * reached) / budget if budget else None
        return numbers.percent(share, self.lang, decimals=2)

    def _budget(self, year: int) -> int | None:
        return next((one.it_budget for one in self.facts.ambitions if one.year == year), None)

    def notes(self, total: Total | None) -> Iterator[str]:
        """Yield what must be known before the figures of the table are read."""
        if not any(one.is_effect for one in self.facts.targets):
            yield self.say("floors-alone")
        for one in self.facts.targets:
            yield from self._of_floor(one)
        if total is not None and any(one.measure is Measure.CO2 for one in self.facts.targets):
            if total.unknown:
                yield self.say("unknown", count=Count(total.unknown))
            yield self.say("drawn", low=tonnes(total.low, self.lang))

    def _of_floor(self, one: TargetFacts) -> Iterator[str]:
        budget = self._budget(one.year)
        if one.measure not in _SHARES or budget is None:
            return
        # In whole thousands, never too little.
        floors = (self.facts.floor(replace(one, measure=name)) for name in _SHARES)
        plain, on_top = (
            None if euros is None else self.amount(-(-euros // 1000) * 1000, MONEY)
            for euros in floors
        )
        whole = self.amount(budget, MONEY)
        yield self.say("floor", share=self._asked(one), budget=whole, floor=plain, year=one.year)
        if on_top is not None:
            yield self.say("on-top", floor=on_top)

    def heading(self, parts: Sequence[Part]) -> str:
        """Return what the last tenth of the targets costs."""
        more = (parts[-1].goal or 0) - (parts[-2].goal or 0)
        return self.say("last-tenth" if more > 0 else "last-free", more=self.of_goal(more))

    def turns(self, parts: Sequence[Part]) -> Iterator[str]:
        """Yield where the curve turns beyond what its first part takes, what its last tenth is."""
        whole, first = parts[-1].goal or 0, parts[0].goal or 0
        turn = elbow([replace(one, goal=one.goal - first) for one in parts if one.goal is not None])
        if turn is None or turn.goal is None:
            yield self.say("no-elbow")
        else:
            share = percent_of(turn.goal + first, whole)
            yield self.say("elbow", part=self._percent(turn.percent), share=self._percent(share))
        before, after = parts[-2:]
        if changes := clauses(difference(before.plan, after.plan), self.names, self.lang):
            ends = (self._percent(one.percent) for one in (before, after))
            yield self.say(
                "last", changes=changes, **dict(zip(("part", "whole"), ends, strict=True))
            )

    def _percent(self, share: int | Decimal) -> str:
        return numbers.percent(share, self.lang, decimals=0)

    def without(self, answer: Why) -> str:
        """Return what the choice would be without an action that it takes."""
        if answer.ruled_out_by is None:
            scale = scale_of(self.result)
            told = why_sentences(self.problem, scale, answer, self.names, self.lang)
            return " ".join(told[1:2])
        rules = (
            rule_sentence(self.problem, rule, self.lang, self.names) for rule in answer.ruled_out_by
        )
        return self.say("forced", rules=" ".join(rules))

    def nearest(self, found: Nearest) -> Iterator[tuple[str, str, str]]:
        """Yield each target, what the nearest point has of it, what is missing ("": nothing)."""
        reached = {_key(one): one for one in found.targets}
        for target in self.facts.targets:
            counted = _counted(target.measure)
            one = reached[counted, target.year, target.theme, target.unit]
            missing = one.at_least - one.reached
            had = self.amount(one.reached, target.measure)
            short = self.amount(missing, target.measure) if missing > 0 else ""
            yield sentence(self.target(target)), had, short


def _counted(measure: Measure) -> str:
    """Return the measure of the problem that a target counts: floors of means are money."""
    return measure if measure in _UNITS else MONEY


def _key(one: Target | Reached) -> tuple[str, int, str, str]:
    return one.measure, one.year, one.theme or "", one.unit or ""


def after(plan: Plan, moved: Difference) -> Plan:
    """Return the plan that a difference leads to."""
    kept = {one: steps for one, steps in plan.items() if one not in moved.leaves}
    return kept | dict(moved.enters) | {one.action: one.after for one in moved.moves}
