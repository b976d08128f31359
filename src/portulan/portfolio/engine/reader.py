"""Reads `portulan-portfolio/2`, and 1, strictly: what is not understood is never guessed (pure).

The shape is declared in `problem`; this says what is wrong with one, and what no shape can say:
years that follow one another, ids written once, names that must be of something there is.
"""

from __future__ import annotations

import json
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import replace
from itertools import pairwise
from math import isfinite

from portulan.core import documents
from portulan.core.contracts import HALF, UNKNOWN_KEY, Fault, Loc, beneath, load
from portulan.core.say.text import Problem, ProblemKind, Text, UnusableInputError
from portulan.plans.words import CommitmentLevel
from portulan.portfolio.engine import findings
from portulan.portfolio.engine.circles import circle
from portulan.portfolio.engine.findings import InvalidProblemError
from portulan.portfolio.engine.problem import (
    DAYS,
    FIRST,
    FORMAT,
    MONEY,
    MOST,
    MOST_YEARS,
    Action,
    Exclusion,
    Overlap,
    PortfolioProblem,
    Step,
    Target,
    added,
    canonical,
)

MOST_MEGABYTES = 64

_OBJECT = Text("un objet", "an object")
_EXPECTED = {
    "dataclass_type": _OBJECT,
    "dict_type": _OBJECT,
    "literal_error": _OBJECT,  # of a lock, which may also be "out"
    "tuple_type": Text("une liste", "a list"),
    "string_type": Text("un texte", "a text"),
    "int_type": Text("un nombre entier", "a whole number"),
    "bool_type": Text("true ou false", "true or false"),
}
# By code: what pydantic calls otherwise has its name in `_sentence`.
_KINDS = {kind.code: kind for kind in vars(findings).values() if isinstance(kind, ProblemKind)}


def read(data: bytes, *, kept: bool = False) -> PortfolioProblem:
    """Return the problem that a JSON document holds, in canonical order.

    In a document that was `kept` by this package control characters are let through: texts were
    copied as they were typed. Raises InvalidProblemError with a sentence for each thing wrong.
    """
    document = _document(data)
    is_first, body = document["format"] == FIRST.name, FORMAT.body(document)
    later = list(_added(body, (), FIRST.known(()))) if is_first else []
    problem, faults = FORMAT.checked(body, kept=kept)
    faults += [one for one in later if one.loc not in {fault.loc for fault in faults}]
    wrong = {fault.loc for fault in faults}
    sections = {loc[:1] for loc in wrong}
    if ("years",) not in sections:  # what follows is counted from them
        faults += [
            fault
            for fault in _between(problem)
            if fault.loc not in sections and not beneath(fault.loc, wrong)
        ]
    if faults:
        raise InvalidProblemError([_said(fault) for fault in sorted(faults, key=_place)])
    return canonical(problem)


def _document(data: bytes) -> dict[str, object]:
    if len(data) > MOST_MEGABYTES * 1_000_000:
        raise InvalidProblemError([findings.TOO_BIG.at(limit=MOST_MEGABYTES)])
    try:
        document, twice, halved = load(data)
        halves = halved or HALF.search(json.dumps(document, ensure_ascii=False))
    except UnusableInputError as error:
        raise InvalidProblemError([error.problem]) from error
    except RecursionError:
        raise InvalidProblemError([documents.TOO_DEEP.at()]) from None
    if halves:  # nothing could say it, on screen or in a file
        raise InvalidProblemError([findings.HALF_CHARACTER.at()])
    if twice:
        raise InvalidProblemError([findings.KEY_TWICE.at(field=key) for key in twice])
    if not isinstance(document, dict):
        raise InvalidProblemError([findings.NOT_A_PROBLEM.at(expected=FORMAT.name)])
    found = document.get("format")
    if found not in (FORMAT.name, FIRST.name):
        values = {"field": "format", "found": found or "", "expected": FORMAT.name}
        raise InvalidProblemError([Problem(findings.WRONG_FORMAT, values=values)])
    return document


def _added(found: object, loc: Loc, known: Sequence[str]) -> Iterator[Fault]:
    """Yield what the first version did not know, in a document that says to be of it."""
    if isinstance(found, dict):
        for key in [*added(found)]:
            del found[key]
            yield Fault((*loc, key), UNKNOWN_KEY, values={"known": ", ".join(known)})
    items = found.items() if isinstance(found, dict) else enumerate(found)  # type: ignore[arg-type]
    for at, below in items:
        if isinstance(below, dict | list):
            fields = [one for one in below if isinstance(one, str)]
            yield from _added(below, (*loc, at), fields)


# --- what is wrong, in words ----------------------------------------------------------------


def _place(fault: Fault) -> tuple[int, int]:
    """Return where a fault comes among others: by section, then item after item."""
    section, *below = fault.loc
    sections = FORMAT.known(())
    at = sections.index(str(section)) if section in sections else -1
    return at, next((key for key in below[:1] if isinstance(key, int)), 0)


def _said(fault: Fault) -> Problem:
    kind, values = _sentence(fault)
    return Problem(kind, values={**values, "field": fault.path})


def _sentence(fault: Fault) -> tuple[ProblemKind, Mapping[str, object]]:
    """Return what is to be said of a fault, whose code is pydantic's or ours."""
    found, values = fault.found, fault.values
    if fault.loc == ("years",) and fault.code in ("missing", "too_short", "too_long"):
        return findings.BAD_YEARS, {"most": MOST_YEARS}
    match fault.code:
        case "int_type" if isinstance(found, float) and isfinite(found):
            return findings.NOT_WHOLE, {"found": found}
        case "int_type" | "string_type" | "tuple_type" | "dataclass_type" if found is None:
            return findings.MISSING, {}
        case "literal_error" if fault.loc[0] != "actions":
            return findings.NOT_ONE_OF, {"found": _short(found), "known": values["expected"]}
        case code if code in _EXPECTED:
            return findings.WRONG_TYPE, {"expected": _EXPECTED[code]}
        case "too_short":
            return findings.EMPTY, {}
        case "greater_than_equal" if values["ge"] != -MOST:
            return findings.TOO_SMALL, {"found": _short(found), "least": values["ge"]}
        case "greater_than_equal" | "less_than_equal":
            return findings.TOO_GREAT, {"found": _short(found), "most": MOST}
    return _KINDS[fault.code], values


def _short(number: object) -> str:
    """Return a number, the first digits of one that nobody would read."""
    text = str(number)
    return text if len(text) <= 20 else f"{text[:20]}…"


# --- what a shape cannot say ----------------------------------------------------------------


def _fault(kind: ProblemKind, *loc: str | int, **values: object) -> Fault:
    return Fault(loc, kind.code, values=values)


def _between(problem: PortfolioProblem) -> Iterator[Fault]:
    """Yield what does not hold together in a problem whose shape is right."""
    if any(after != before + 1 for before, after in pairwise(problem.years)):
        yield _fault(findings.BAD_YEARS, "years", most=MOST_YEARS)
        return
    yield from _of_resources(problem)
    for at, action in enumerate(problem.actions):
        for fault in _of_action(problem, action):
            yield Fault(("actions", at, *fault.loc), fault.code, values=fault.values)
    yield from _twice([action.id for action in problem.actions], "actions", key="id")
    yield from _of_prerequisites(problem)
    yield from _of_groups(problem)
    yield from _of_coverage(problem)
    yield from _of_measures(problem)
    yield from _of_targets(problem)
    yield from _of_fairness(problem)


def _of_resources(problem: PortfolioProblem) -> Iterator[Fault]:
    yield from _twice([resource.id for resource in problem.resources], "resources", key="id")
    unit: str | None = None
    for at, resource in enumerate(problem.resources):
        yield from _long(len(resource.capacity), len(problem.years), "resources", at, "capacity")
        if resource.money:
            unit = resource.unit if unit is None else unit
            if resource.unit != unit:
                loc = ("resources", at, "unit")
                yield _fault(findings.TWO_MONEYS, *loc, found=resource.unit, other=unit)


def _twice(found: list[str], *loc: str | int, key: str = "") -> Iterator[Fault]:
    """Yield the items of a list whose name is written before."""
    met: set[str] = set()
    for at, name in enumerate(found):
        if name in met:
            yield _fault(findings.ID_TWICE, *loc, at, *([key] if key else []), found=name)
        met.add(name)


def _long(found: int, expected: int, *loc: str | int) -> Iterator[Fault]:
    if found != expected:
        yield _fault(findings.WRONG_LENGTH, *loc, found=found, expected=expected)


def _of_action(problem: PortfolioProblem, action: Action) -> Iterator[Fault]:
    """Yield what is wrong in an action, with places inside it."""
    levels = [option.level.name for option in action.levels]
    yield from _twice(levels, "levels", key="level")
    known = {resource.id for resource in problem.resources}
    for at, option in enumerate(action.levels):
        for key, amounts in (("use", option.use), ("run", option.run)):
            for name in amounts:
                if name not in known:
                    yield _fault(findings.UNKNOWN_RESOURCE, "levels", at, key, name, found=name)
        for name, uses in option.use.items():
            yield from _long(len(uses), option.duration, "levels", at, "use", name)
    if action.gate is CommitmentLevel.IMPLEMENTATION:
        yield _fault(findings.BAD_GATE, "gate")
    elif action.gate and CommitmentLevel.IMPLEMENTATION.name in levels:
        yield from _offered(action, action.gate, "gate")
    if action.must:
        yield from _within(problem, action.must.by, "must", "by")
        yield from _offered(action, action.must.level, "must", "level", or_higher=True)
    if isinstance(action.lock, Step):
        yield from _within(problem, action.lock.start, "lock", "start")
        yield from _offered(action, action.lock.level, "lock", "level")


def _within(problem: PortfolioProblem, year: int, *loc: str | int) -> Iterator[Fault]:
    first, last = problem.years[0], problem.years[-1]
    if not first <= year <= last:
        yield _fault(findings.YEAR_OUTSIDE, *loc, found=year, first=first, last=last)


def _offered(
    action: Action, level: CommitmentLevel, *loc: str | int, or_higher: bool = False
) -> Iterator[Fault]:
    """Yield a level that the action does not have."""
    offered = {option.level for option in action.levels}
    if level not in offered and not (or_higher and any(other > level for other in offered)):
        yield _fault(findings.NO_SUCH_LEVEL, *loc, action=action.id, found=level.name)


def _of_prerequisites(problem: PortfolioProblem) -> Iterator[Fault]:
    by_id = {action.id: action for action in problem.actions}
    for at, arc in enumerate(problem.prerequisites):
        loc = ("prerequisites", at)
        yield from _there(arc.action, by_id, *loc, "action")
        yield from _there(arc.needs, by_id, *loc, "needs")
        if arc.action in by_id:
            yield from _offered(by_id[arc.action], arc.level, *loc, "level")
        if arc.needs in by_id:
            needed = by_id[arc.needs]
            yield from _offered(needed, arc.needs_level, *loc, "needs_level", or_higher=True)
    if around := circle(problem.prerequisites):
        yield _fault(findings.CYCLE, "prerequisites", found=" → ".join(around))


def _there(action: str, known: Collection[str], *loc: str | int) -> Iterator[Fault]:
    if action not in known:
        yield _fault(findings.UNKNOWN_ACTION, *loc, found=action)


def _of_groups(problem: PortfolioProblem) -> Iterator[Fault]:
    """Yield what is wrong in exclusions and overlaps; an action is in one overlap at most."""
    known = {action.id for action in problem.actions}
    taken: set[str] = set()
    sections: tuple[tuple[str, Sequence[Exclusion | Overlap]], ...] = (
        ("exclusions", problem.exclusions),
        ("overlaps", problem.overlaps),
    )
    for section, groups in sections:
        for at, group in enumerate(groups):
            loc = (section, at, "actions")
            for index, action in enumerate(group.actions):
                yield from _there(action, known, *loc, index)
            yield from _twice(list(group.actions), *loc)
            if section == "overlaps":
                for action in sorted(taken & set(group.actions)):
                    yield _fault(findings.TWO_OVERLAPS, *loc, found=action)
                taken |= set(group.actions)


def _of_coverage(problem: PortfolioProblem) -> Iterator[Fault]:
    themes = {action.theme for action in problem.actions}
    for at, rule in enumerate(problem.coverage):
        loc = ("coverage", at, "theme")
        if rule.theme not in themes and rule.minimum:
            yield _fault(findings.UNKNOWN_THEME, *loc, found=rule.theme)
        before = problem.coverage[:at]
        if any((rule.theme, rule.level) == (other.theme, other.level) for other in before):
            yield _fault(findings.ID_TWICE, *loc, found=rule.theme)


def _of_measures(problem: PortfolioProblem) -> Iterator[Fault]:
    yield from _twice([measure.id for measure in problem.measures], "measures", key="id")
    yield from _twice([group.id for group in problem.units], "units", key="id")
    yield from _twice([group.id for group in problem.themes], "themes", key="id")
    yield from _twice(list(problem.objective), "objective")
    known = {measure.id for measure in problem.measures}
    for rank, action in enumerate(problem.actions):
        for at, option in enumerate(action.levels):
            for name in option.measures:
                if name not in known:
                    loc = ("actions", rank, "levels", at, "measures", name)
                    yield _fault(findings.UNKNOWN_MEASURE, *loc, found=name)


def _of_targets(problem: PortfolioProblem) -> Iterator[Fault]:
    measures = {MONEY, *(measure.id for measure in problem.measures)}
    known = {
        "theme": {"", *(action.theme for action in problem.actions)},
        "unit": {"", *(action.unit for action in problem.actions)},
    }
    met: set[Target] = set()
    for at, target in enumerate(problem.targets):
        loc = ("targets", at)
        if target.measure not in measures:
            yield _fault(findings.UNKNOWN_MEASURE, *loc, "measure", found=target.measure)
        yield from _within(problem, target.year, *loc, "year")
        if target.theme not in known["theme"]:
            yield _fault(findings.UNKNOWN_THEME, *loc, "theme", found=target.theme)
        if target.unit not in known["unit"]:
            yield _fault(findings.UNKNOWN_UNIT, *loc, "unit", found=target.unit)
        same = replace(target, at_least=0)
        if same in met:
            yield _fault(findings.ID_TWICE, *loc, "measure", found=target.measure)
        met.add(same)


def _of_fairness(problem: PortfolioProblem) -> Iterator[Fault]:
    known = {MONEY, DAYS, *(measure.id for measure in problem.measures)}
    met: set[tuple[object, ...]] = set()
    for at, rule in enumerate(problem.fairness):
        loc = ("fairness", at)
        if rule.of not in known:
            yield _fault(findings.UNKNOWN_MEASURE, *loc, "of", found=rule.of)
        if (rule.share_at_least is None) == (rule.at_most is None):
            yield _fault(findings.ONE_OF_TWO, *loc)
        groups = problem.units if rule.by == "unit" else problem.themes
        if not any(group.heads for group in groups):
            yield _fault(findings.NO_HEADS, *loc, "by", found=f"{rule.by}s")
        same = (rule.by, rule.of, rule.at_most is None)
        if same in met:
            yield _fault(findings.ID_TWICE, *loc, "of", found=rule.of)
        met.add(same)
