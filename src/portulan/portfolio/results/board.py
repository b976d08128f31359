"""The one page of a scenario that a board reads: its sentences and its rows (pure).

The order is the board’s: what the choice does, what there is to decide, what it spends, which
actions, what stays out and why, whether to rely on it.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

from portulan.core.say.text import Language, Text
from portulan.core.say.values import Count
from portulan.portfolio.engine.documents import Explained
from portulan.portfolio.engine.names import Names
from portulan.portfolio.engine.problem import Plan, PortfolioProblem
from portulan.portfolio.engine.sentences import amount
from portulan.portfolio.engine.solving import Result
from portulan.portfolio.engine.why import Purchase
from portulan.portfolio.facts import ScenarioFacts
from portulan.portfolio.results.answers import purchase_sentence
from portulan.portfolio.results.changes import gains, losses, won_moves
from portulan.portfolio.results.spending import YearOfMoney, years_of_money
from portulan.portfolio.results.timeline import Row, Total, impact_of, rows, stopped_rows, total
from portulan.portfolio.results.words import Phrases, listed, percent, say, tonnes

_SAID: Phrases = {
    "added": Text(
        "{count:action reçoit|actions reçoivent} {money} de plus en {year}",
        "{count:action receives|actions receive} {money} more in {year}",
    ),
    "raised": Text(
        "\u00a0: la part passe de {before} à {after}.", ": the share goes from {before} to {after}."
    ),
    "chosen": Text(
        "{count:action retenue|actions retenues} sur {all}\u00a0: {money} en {year}",
        "{count:action|actions} taken out of {all}: {money} in {year}",
    ),
    "share": Text(", soit {share} du budget de la DSI.", ", that is {share} of the IT budget."),
    "end": Text(".", "."),
    "add": Text("Ajouter {money} en {year}\u00a0: {parts}.", "Add {money} in {year}: {parts}."),
    "part": Text("{money} pour {action}", "{money} for {action}"),
    "others": Text(
        "{money} pour {count:autre|autres}", "{money} for {count:other|others}"
    ),
    "take-less": Text(
        "Retenir ce choix\u00a0: {money} en {year}, {less} de moins que le plan ne demande.",
        "Take this choice: {money} in {year}, {less} less than the plan asks for.",
    ),
    "stop": Text("Arrêter {action}\u00a0: {less} de moins.", "Stop {action}: {less} less."),
    "stop-impact": Text("{money} et {impact}/an", "{money} and {impact} a year"),
    "or-buy": Text(
        "Ou voter {money} de plus en {year}\u00a0: {changes}.",
        "Or vote {money} more in {year}: {changes}.",
    ),
    "or-keep": Text("Ou garder {money} en {year}", "Or keep {money} in {year}"),
    "assume": Text(
        ", et assumer une part de {share}.", ", and answer for a share of {share}."
    ),
}  # fmt: skip

MOST_NAMED = 4  # actions in the sentence of what is added


@dataclass(frozen=True, slots=True)
class Board:
    """What the page says before its tables. `consequence` and sentences may be empty.

    `rows` are the actions that are taken, `stopped` those at work that are not.
    """

    lede: str
    consequence: str
    decisions: tuple[str, ...]
    rows: tuple[Row, ...]
    stopped: tuple[Row, ...]
    years: tuple[YearOfMoney, ...]
    impact: Total | None
    impact_planned: Total | None

    @property
    def changed(self) -> tuple[Row, ...]:
        return (*self.stopped, *(row for row in self.rows if row.is_changed))

    @property
    def planned(self) -> int:
        """What the plan asks in the first year: known as a whole, else action by action."""
        asked = self.years[0].asked
        rows = (*self.rows, *self.stopped)
        return sum(row.planned for row in rows) if asked is None else asked

    @property
    def kept(self) -> tuple[Row, ...]:
        return tuple(row for row in self.rows if not row.is_changed)


def board_of(
    facts: ScenarioFacts,
    problem: PortfolioProblem,
    result: Result,
    planned: Plan,
    explained: Explained | None,
    names: Names,
    lang: Language,
) -> Board:
    """Return the page of a result that has a plan. Raises ValueError for one that has none."""
    if result.evaluation is None:
        raise ValueError(result.status)
    found = tuple(rows(facts, problem, result.plan, planned))
    stopped = tuple(stopped_rows(facts, problem, result.plan, planned))
    years = years_of_money(facts, problem, result.evaluation)
    step = first_step(explained)
    unit = _unit(problem)
    known = [one for one in facts.candidates if one.id in planned]
    return Board(
        lede=_lede(facts, found, years[0], unit, lang),
        consequence=_bought(unit, step, names, lang) if step else "",
        decisions=tuple(_decisions(found, stopped, years[0], unit, step, names, lang)),
        rows=found,
        stopped=stopped,
        years=years,
        impact=total([one for row in found for one in row.impacts or (None,)]),
        impact_planned=total([impact_of(one, planned[one.id]) for one in known]),
    )


type BoughtStep = tuple[int, int, Purchase]


def first_step(explained: Explained | None) -> BoughtStep | None:
    """Return the least addition that surely changes something: its year, its amount, its effect.

    In the earliest year where one does.
    """
    if explained is None:
        return None
    steps = [
        (curve.year, bought.amount or 0, bought)
        for curve in explained.purchases
        for bought in curve.steps
        if bought.delta.low > 0
    ]
    return min(steps, key=lambda step: step[:2], default=None)


def _unit(problem: PortfolioProblem) -> str:
    return next((resource.unit for resource in problem.resources if resource.money), "")


def _lede(
    facts: ScenarioFacts, found: tuple[Row, ...], year: YearOfMoney, unit: str, lang: Language
) -> str:
    raised = [row for row in found if row.money > row.planned]
    if year.added and year.added > 0 and raised:
        money = amount(sum(row.money - row.planned for row in raised), unit, lang)
        text = say(_SAID, "added", lang, count=Count(len(raised)), money=money, year=year.year)
        before, after = year.asked_share, year.share
        if before is None or after is None:
            return text + say(_SAID, "end", lang)
        shares = {"before": percent(before, lang), "after": percent(after, lang)}
        return text + say(_SAID, "raised", lang, **shares)
    money = amount(year.spent, unit, lang)
    counts = {"count": Count(len(found)), "all": _count(facts)}
    text = say(_SAID, "chosen", lang, money=money, year=year.year, **counts)
    if year.share is None:
        return text + say(_SAID, "end", lang)
    return text + say(_SAID, "share", lang, share=percent(year.share, lang))


def _count(facts: ScenarioFacts) -> int:
    """How many actions there are to choose from: what adds to one is not another."""
    return len({candidate.number for candidate in facts.candidates})


def _bought(unit: str, step: BoughtStep, names: Names, lang: Language) -> str:
    """What it wins alone: what it takes stands among the decisions."""
    year, more, bought = step
    won = replace(bought.difference, leaves={}, moves=won_moves(bought.difference))
    alone = bought if not (won.enters or won.moves) else replace(bought, difference=won)
    return purchase_sentence(unit, year, more, alone, names, lang)


def _decisions(
    found: tuple[Row, ...],
    stopped: tuple[Row, ...],
    year: YearOfMoney,
    unit: str,
    step: BoughtStep | None,
    names: Names,
    lang: Language,
) -> Iterator[str]:
    """Yield what can be voted: the choice, a little more, or what was asked."""
    if year.added and year.added < 0:
        spent, less = amount(year.spent, unit, lang), amount(-year.added, unit, lang)
        yield say(_SAID, "take-less", lang, money=spent, year=year.year, less=less)
    raised = sorted((row for row in found if row.money > row.planned), key=_raise)
    if year.added is not None and raised:
        yield _addition(raised, year, unit, names, lang)
    for row in stopped:
        yield _stop(row, unit, names, lang)
    if step is not None:
        at, more, bought = step
        sides = (gains(bought.difference, names, lang), losses(bought.difference, names, lang))
        mark = "; " if lang == "en" else "\u202f; "
        changes = mark.join(listed(side, lang) for side in sides if side)
        yield say(_SAID, "or-buy", lang, money=amount(more, unit, lang), year=at, changes=changes)
    if year.asked is not None and year.added:
        text = say(_SAID, "or-keep", lang, money=amount(year.asked, unit, lang), year=year.year)
        if year.asked_share is None:
            yield text + say(_SAID, "end", lang)
        else:
            yield text + say(_SAID, "assume", lang, share=percent(year.asked_share, lang))


def _addition(raised: list[Row], year: YearOfMoney, unit: str, names: Names, lang: Language) -> str:
    """Say what is added and to whom: the whole is the sum of its parts."""
    added = [row.money - row.planned for row in raised]
    named = MOST_NAMED if len(raised) > MOST_NAMED + 1 else len(raised)
    parts = [
        say(
            _SAID,
            "part",
            lang,
            money=amount(money, unit, lang),
            action=names.action(row.candidate.id, lang),
        )
        for row, money in zip(raised[:named], added, strict=False)
    ]
    if others := added[named:]:
        rest = amount(sum(others), unit, lang)
        parts.append(say(_SAID, "others", lang, money=rest, count=Count(len(others))))
    money = amount(sum(added), unit, lang)
    shown = listed(parts, lang, most=len(parts))
    return say(_SAID, "add", lang, money=money, year=year.year, parts=shown)


def _stop(row: Row, unit: str, names: Names, lang: Language) -> str:
    less = amount(row.planned, unit, lang)
    if row.impact:
        less = say(_SAID, "stop-impact", lang, money=less, impact=tonnes(row.impact, lang))
    return say(_SAID, "stop", lang, action=names.action(row.candidate.id, lang), less=less)


def _raise(row: Row) -> int:
    return row.planned - row.money
