"""Reads `portulan-portfolio/1`, strictly: what is not understood is never guessed (pure)."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass
from itertools import pairwise
from typing import Literal

from portulan.core.problems import Problem
from portulan.plans.enums import CommitmentLevel
from portulan.portfolio.engine import findings
from portulan.portfolio.engine.fields import Field
from portulan.portfolio.engine.findings import InvalidProblemError
from portulan.portfolio.engine.problem import (
    FORMAT,
    Action,
    LevelOption,
    Must,
    PortfolioProblem,
    Resource,
    Step,
    canonical,
)
from portulan.portfolio.engine.reader_rules import (
    note_unless_offered,
    read_coverage,
    read_exclusion,
    read_overlaps,
    read_prerequisites,
)

MOST_MEGABYTES = 64
MOST_YEARS = 15
MOST_DIGITS = 4000  # Python reads no whole number of more than 4300


def read(data: bytes, *, kept: bool = False) -> PortfolioProblem:
    """Return the problem that a JSON document holds, in canonical order.

    In a document that was `kept` by this package control characters are let through: texts were
    copied as they were typed. Raises InvalidProblemError with a sentence for each thing wrong.
    """
    problems: list[Problem] = []
    root = Field(_document(data, problems), "", problems)
    if problems:
        raise InvalidProblemError(problems)
    if not isinstance(root.value, dict):
        root.note(findings.NOT_A_PROBLEM, expected=FORMAT)
        raise InvalidProblemError(problems)
    problem = _problem(root)
    if any(not kept or one.kind is not findings.CONTROL for one in problems):
        raise InvalidProblemError(problems)
    return canonical(problem)


def _document(data: bytes, problems: list[Problem]) -> object:
    if len(data) > MOST_MEGABYTES * 1_000_000:
        problems.append(findings.TOO_BIG.at(limit=MOST_MEGABYTES))
        return None

    def members(pairs: list[tuple[str, object]]) -> dict[str, object]:
        found = dict(pairs)
        if len(found) < len(pairs):
            keys = [key for key, _ in pairs]
            twice = next(key for key in found if keys.count(key) > 1)
            problems.append(findings.KEY_TWICE.at(field=twice))
        return found

    try:
        document = json.loads(data.decode("utf-8-sig"), object_pairs_hook=members, parse_int=_whole)
        json.dumps(document, ensure_ascii=False).encode()
    except UnicodeEncodeError:  # nothing could say it, on screen or in a file
        problems.append(findings.HALF_CHARACTER.at())
    except UnicodeDecodeError:
        problems.append(findings.NOT_TEXT.at())
    except json.JSONDecodeError as error:
        problems.append(
            findings.NOT_JSON.at(line=error.lineno, column=error.colno)
            if error.doc.strip()
            else findings.EMPTY_FILE.at()
        )
    except RecursionError:
        problems.append(findings.TOO_DEEP.at())
    else:
        return document
    return None


def _whole(digits: str) -> int | float:
    """Return a whole number, infinity for what nobody would have written."""
    return int(digits) if len(digits) <= MOST_DIGITS else float("inf")


@dataclass(frozen=True, slots=True)
class _Known:
    """What the rest of the document may refer to."""

    years: tuple[int, ...]
    resources: frozenset[str]


def _problem(root: Field) -> PortfolioProblem:
    found = root.members(
        "format", "scale", "years", "residual_years", "resources", "actions",
        "prerequisites", "exclusions", "coverage", "overlaps",
    )  # fmt: skip
    if found["format"].value != FORMAT:
        found["format"].note(
            findings.WRONG_FORMAT, found=found["format"].value or "", expected=FORMAT
        )
        raise InvalidProblemError(root.problems)
    years = _years(found["years"])
    resources = _resources(found["resources"], years)
    known = _Known(years, frozenset(resource.id for resource in resources))
    actions = _actions(found["actions"], known)
    by_id = {action.id: action for action in actions}
    return PortfolioProblem(
        years=years,
        resources=resources,
        actions=actions,
        prerequisites=read_prerequisites(found["prerequisites"], by_id),
        exclusions=tuple(read_exclusion(item, by_id) for item in found["exclusions"].items()),
        coverage=read_coverage(found["coverage"], {action.theme for action in actions}),
        overlaps=read_overlaps(found["overlaps"], by_id),
        residual_years=found["residual_years"].whole(),
        scale=found["scale"].whole(least=1, default=1),
    )


def _years(field: Field) -> tuple[int, ...]:
    years = tuple(item.whole(default=None) for item in field.items())
    follow = all(after == before + 1 for before, after in pairwise(years))
    if not 1 <= len(years) <= MOST_YEARS or not follow:
        field.note(findings.BAD_YEARS, most=MOST_YEARS)
        raise InvalidProblemError(field.problems)
    return years


def _resources(field: Field, years: tuple[int, ...]) -> tuple[Resource, ...]:
    resources: list[Resource] = []
    for item in field.items():
        found = item.members("id", "unit", "money", "capacity", "carry_over")
        resource = Resource(
            id=_new_id(found["id"], {other.id for other in resources}),
            capacity=found["capacity"].wholes(len(years)),
            unit=found["unit"].text(),
            money=found["money"].yes(),
            carry_over=found["carry_over"].whole(),
        )
        units = {other.unit for other in resources if other.money} - {resource.unit}
        if resource.money and units:
            found["unit"].note(findings.TWO_MONEYS, found=resource.unit, other=units.pop())
        resources.append(resource)
    return tuple(resources)


def _new_id(field: Field, taken: Iterable[str]) -> str:
    found = field.text(required=True)
    if found and found in taken:
        field.note(findings.ID_TWICE, found=found)
    return found


def _actions(field: Field, known: _Known) -> tuple[Action, ...]:
    actions: dict[str, Action] = {}
    for item in field.items():
        found = item.members("id", "theme", "gate", "must", "lock", "levels")
        action_id = _new_id(found["id"], actions)
        levels = _levels(found["levels"], known)
        offered = {option.level for option in levels}
        actions[action_id] = Action(
            id=action_id,
            levels=levels,
            theme=found["theme"].text(),
            gate=_gate(found["gate"], action_id, offered),
            must=_must(found["must"], action_id, offered, known),
            lock=_lock(found["lock"], action_id, offered, known),
        )
    return tuple(actions.values())


def _levels(field: Field, known: _Known) -> tuple[LevelOption, ...]:
    if not field.items():
        field.note(findings.EMPTY)
    levels: dict[CommitmentLevel, LevelOption] = {}
    for item in field.items():
        found = item.members("level", "duration", "use", "run", "value")
        level = found["level"].level()
        if level in levels:
            found["level"].note(findings.ID_TWICE, found=level.name)
        duration = found["duration"].whole(least=1, default=None)
        levels[level] = LevelOption(
            level=level,
            duration=duration,
            use={
                resource: amounts.wholes(duration)
                for resource, amounts in _of_resources(found["use"], known)
            },
            run={
                resource: amount.whole() for resource, amount in _of_resources(found["run"], known)
            },
            value=found["value"].whole(least=None),
        )
    return tuple(levels.values())


def _of_resources(field: Field, known: _Known) -> list[tuple[str, Field]]:
    entries = list(field.entries())
    for resource, below in entries:
        if resource not in known.resources:
            below.note(findings.UNKNOWN_RESOURCE, found=resource)
    return entries


def _gate(field: Field, action: str, offered: set[CommitmentLevel]) -> CommitmentLevel | None:
    if field.absent:
        return None
    gate = field.level()
    if gate == CommitmentLevel.IMPLEMENTATION:
        field.note(findings.BAD_GATE)
    elif CommitmentLevel.IMPLEMENTATION in offered:
        note_unless_offered(field, gate, action, offered)
    return gate


def _must(field: Field, action: str, offered: set[CommitmentLevel], known: _Known) -> Must | None:
    if field.absent:
        return None
    found = field.members("level", "by")
    level, by = found["level"].level(), found["by"].whole(default=None)
    first, last = known.years[0], known.years[-1]
    if not found["by"].absent and not first <= by <= last:
        found["by"].note(findings.YEAR_OUTSIDE, found=by, first=first, last=last)
    note_unless_offered(found["level"], level, action, offered, or_higher=True)
    return Must(level, by)


def _lock(
    field: Field, action: str, offered: set[CommitmentLevel], known: _Known
) -> Step | Literal["out"] | None:
    if field.absent or field.value == "out":
        return None if field.absent else "out"
    found = field.members("level", "start")
    level, start = found["level"].level(), found["start"].whole(default=None)
    if start not in known.years:
        first, last = known.years[0], known.years[-1]
        found["start"].note(findings.YEAR_OUTSIDE, found=start, first=first, last=last)
    note_unless_offered(found["level"], level, action, offered)
    return Step(level, start)
