"""From the facts of a scenario to the problem that is solved (pure).

What cannot be told to the solver is left out openly (`ScenarioFacts.excluded`): a level that is not
costed is not in the problem, one that nothing weighs enters by obligations, decided steps and
minimal numbers alone.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from fractions import Fraction
from itertools import chain
from math import floor

from portulan.core.folding import inert, squeeze
from portulan.core.say.text import Problem, Text
from portulan.plans.commitments.rules import LEVEL_WORDS
from portulan.portfolio import refusals
from portulan.portfolio.engine.checks import impossible
from portulan.portfolio.engine.pathways import enumerate_pathways
from portulan.portfolio.engine.problem import (
    Action,
    LevelOption,
    Must,
    Overlap,
    PortfolioProblem,
    Resource,
    canonical,
)
from portulan.portfolio.facts import (
    CandidateFacts,
    EnvelopeFacts,
    ExcludedFacts,
    LevelFacts,
    RuleFacts,
    ScenarioFacts,
)
from portulan.portfolio.rules import between
from portulan.portfolio.solving import aims
from portulan.portfolio.solving.weighing import impact_share, weigh

_NATURES = {
    "F": Text("fonctionnement", "operating"),
    "I": Text("investissement", "investment"),
    "": Text("non dite", "not said"),
}
_COST, _DAYS = Text("coût", "cost"), Text("jours", "days")


class UnsolvableError(Exception):
    """The scenario holds no problem; `problems` says all that is wrong, each with its field."""

    def __init__(self, problems: list[Problem]) -> None:
        super().__init__(problems[0].message("en"))
        self.problems = tuple(problems)


def formulate(facts: ScenarioFacts) -> tuple[PortfolioProblem, ScenarioFacts]:
    """Return the problem of a scenario, and the facts: weighed, with what is left out of it.

    Raises UnsolvableError.
    """
    facts = weigh(aims.with_money(_with_plain_themes(facts)))
    kept = replace(facts, candidates=tuple(_costed(facts)))
    problems = [*_check_envelopes(facts)]
    for candidate in kept.candidates:
        problems += _check_candidate(kept, candidate)
    problems += [*between.check(kept), *aims.check(kept)]
    if not kept.candidates:
        problems.append(refusals.NO_CANDIDATE.at())
    if problems:
        raise UnsolvableError(problems)
    problem = _problem(kept)
    found = [
        refusals.IMPOSSIBLE.at(
            candidate=one.values["action"], reason=Text(one.message("fr"), one.message("en"))
        )
        for one in impossible(problem)
        if one.kind.code == "lock-impossible"  # the others are conflicts, with their repair
    ]
    if found:
        raise UnsolvableError(found)
    return problem, replace(facts, excluded=(*facts.excluded, *_left_out(facts)))


def _with_plain_themes(facts: ScenarioFacts) -> ScenarioFacts:
    """Return the same, its themes on one line and without what is not seen, as problems ask."""
    return replace(
        facts,
        candidates=tuple(
            replace(one, theme=_plain(one.theme), unit=_plain(one.unit)) for one in facts.candidates
        ),
        rules=tuple(replace(one, theme=_plain(one.theme)) for one in facts.rules),
        targets=tuple(
            replace(one, theme=_plain(one.theme), unit=_plain(one.unit)) for one in facts.targets
        ),
    )


def _plain(theme: str) -> str:
    return inert(squeeze(theme))


def _costed(facts: ScenarioFacts) -> Iterator[CandidateFacts]:
    """Yield the candidates with their costed levels, those that have any."""
    for candidate in facts.candidates:
        levels = tuple(level for level in candidate.levels if level.cost is not None)
        if levels:
            yield replace(candidate, levels=levels)


def _left_out(facts: ScenarioFacts) -> Iterator[ExcludedFacts]:
    for candidate in facts.candidates:
        about = (candidate.id, candidate.number, candidate.title)
        if not any(level.cost is not None for level in candidate.levels):
            yield ExcludedFacts(*about, "not_costed")
            continue
        for level in candidate.levels:
            if level.cost is None:
                yield ExcludedFacts(*about, "not_costed", level.level)
            elif level.value is None:
                yield ExcludedFacts(*about, "unweighed", level.level)


def _problem(facts: ScenarioFacts) -> PortfolioProblem:
    problem = PortfolioProblem(
        years=facts.years,
        resources=tuple(_resource(envelope) for envelope in facts.envelopes),
        actions=tuple(_action(facts, candidate) for candidate in facts.candidates),
        prerequisites=tuple(between.arcs(facts)),
        exclusions=tuple(between.exclusions(facts)),
        coverage=tuple(between.coverage(facts)),
        residual_years=facts.residual_years,
        measures=aims.measures_of(facts),
        targets=aims.targets_of(facts),
        objective=aims.objective_of(facts),
        **aims.fairness_of(facts),
    )
    overlaps = tuple(
        Overlap(rule.candidates, _ceiling(facts, problem, rule)) for rule in between.overlaps(facts)
    )
    return canonical(replace(problem, overlaps=overlaps))


def _resource(envelope: EnvelopeFacts) -> Resource:
    return Resource(
        id=envelope.id,
        capacity=envelope.capacity,
        unit="EUR" if envelope.is_money else "day",
        money=envelope.is_money,
        carry_over=envelope.carry_over,
    )


def _action(facts: ScenarioFacts, candidate: CandidateFacts) -> Action:
    must = candidate.must
    return Action(
        id=candidate.id,
        levels=tuple(_option(facts, level) for level in candidate.levels),
        theme=candidate.theme,
        unit=candidate.unit if aims.by_unit(facts) else "",
        gate=candidate.gate,
        after=candidate.after,
        must=None if must is None or candidate.out_reason else Must(must.level, must.by),
        lock="out" if candidate.out_reason else candidate.step,
    )


def _option(facts: ScenarioFacts, level: LevelFacts) -> LevelOption:
    use: dict[str, tuple[int, ...]] = dict(level.days)
    run: dict[str, int] = dict(level.running_days)
    for nature, amounts in (level.cost or {}).items():
        envelope = _envelope(facts, nature)
        if envelope is not None:
            before = use.get(envelope.id, (0,) * level.duration)
            use[envelope.id] = tuple(map(sum, zip(before, amounts, strict=True)))
    for nature, amount in level.running.items():
        envelope = _envelope(facts, nature)
        if envelope is not None:
            run[envelope.id] = run.get(envelope.id, 0) + amount
    return LevelOption(
        level=level.level,
        duration=level.duration,
        use={name: amounts for name, amounts in use.items() if any(amounts)},
        run={name: amount for name, amount in run.items() if amount},
        value=level.value or 0,
        measures=aims.effects_of(facts, level),
    )


def _envelope(facts: ScenarioFacts, nature: str) -> EnvelopeFacts | None:
    """Return the envelope that pays for a nature: its own, else the one for all."""
    money = [envelope for envelope in facts.envelopes if envelope.is_money]
    return next((one for one in money if one.nature in (nature, "")), None)


def _ceiling(facts: ScenarioFacts, problem: PortfolioProblem, rule: RuleFacts) -> int:
    """Return what the members of an overlap bring at most, residual included.

    The sum of what each brings at best, less what a part of their impacts would count twice: the
    other criteria do not overlap.
    """
    best, twice = 0, Fraction(0)
    for member in rule.candidates:
        pathways = enumerate_pathways(problem, problem.action(member))
        value, last = max(((one.value, one.last) for one in pathways), default=(0, None))
        levels = facts.candidate(member).levels
        share = sum(
            (impact_share(facts, level) for level in levels if level.level is last), Fraction(0)
        )
        best += value
        twice += max(0, value) * share * (100 - rule.percent) / 100
    return max(0, floor(best - twice))


def _check_envelopes(facts: ScenarioFacts) -> Iterator[Problem]:
    if not facts.envelopes or (not _pays(facts) and any(map(_asks, facts.candidates))):
        yield refusals.NO_ENVELOPE.at()
    for envelope in facts.envelopes:
        if len(envelope.capacity) != len(facts.years):
            yield refusals.WRONG_YEARS.at(
                envelope=envelope.title,
                found=len(envelope.capacity),
                expected=len(facts.years),
            )
    money = [envelope for envelope in facts.envelopes if envelope.is_money]
    for envelope in money:
        if not envelope.nature and len(money) > 1:
            yield refusals.NATURES_MIXED.at(envelope=envelope.title)


def _pays(facts: ScenarioFacts) -> bool:
    """Tell whether there is money: without any, it is said once and not action by action."""
    return any(envelope.is_money for envelope in facts.envelopes)


def _asks(candidate: CandidateFacts) -> bool:
    """Tell whether a candidate asks for money at a level."""
    return any(
        any(map(any, (level.cost or {}).values())) or any(level.running.values())
        for level in candidate.levels
    )


def _check_candidate(facts: ScenarioFacts, candidate: CandidateFacts) -> Iterator[Problem]:
    yield from chain.from_iterable(
        _check_level(facts, candidate, level) for level in candidate.levels
    )
    if candidate.out_reason:
        return
    offered = [level.level for level in candidate.levels]
    must, step, gate = candidate.must, candidate.step, candidate.gate
    if must is not None and must.by not in facts.years:
        yield refusals.MUST_OUTSIDE.at(candidate=candidate.id, found=must.by)
    elif must is not None and max(offered) < must.level:
        yield refusals.MUST_NOT_OFFERED.at(candidate=candidate.id)
    if step is not None and step.start not in facts.years:
        yield refusals.STEP_OUTSIDE.at(candidate=candidate.id, found=step.start)
    elif step is not None and step.level not in offered:
        yield refusals.STEP_NOT_OFFERED.at(candidate=candidate.id)
    if gate is not None and gate not in offered:
        yield refusals.GATE_NOT_OFFERED.at(candidate=candidate.id)


def _check_level(
    facts: ScenarioFacts, candidate: CandidateFacts, level: LevelFacts
) -> Iterator[Problem]:
    name, word = candidate.id, LEVEL_WORDS[level.level]
    money = {**dict.fromkeys(level.running), **dict.fromkeys(level.cost or {})}
    for nature in money:
        spent = any((level.cost or {}).get(nature, ())) or level.running.get(nature)
        if spent and _pays(facts) and _envelope(facts, nature) is None:
            yield refusals.NO_SUCH_MONEY.at(candidate=name, level=word, nature=_NATURES[nature])
    teams = {envelope.id for envelope in facts.envelopes if not envelope.is_money}
    for team in {**dict.fromkeys(level.days), **dict.fromkeys(level.running_days)}:
        if team not in teams:
            yield refusals.NO_SUCH_TEAM.at(candidate=name, level=word, team=team)
    for field, by_name in ((_COST, level.cost or {}), (_DAYS, level.days)):
        for amounts in by_name.values():
            if len(amounts) != level.duration:
                yield refusals.WRONG_LENGTH.at(
                    candidate=name,
                    level=word,
                    field=field,
                    found=len(amounts),
                    expected=level.duration,
                )
