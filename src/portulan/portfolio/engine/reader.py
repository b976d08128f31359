"""Reads `portulan-portfolio/1`, strictly: what is not understood is never guessed (pure).

Values of a JSON document with the place where they stand; what is wrong is noted, not raised.

Reads what ties the actions of a problem together: every action named must be one (pure).
"""

from __future__ import annotations

import json
import unicodedata
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from itertools import pairwise
from math import isfinite
from typing import Literal

from portulan.core import documents
from portulan.core.say.text import Problem, ProblemKind
from portulan.core.say.values import Word
from portulan.plans.words import CommitmentLevel
from portulan.portfolio.engine import findings
from portulan.portfolio.engine.circles import circle
from portulan.portfolio.engine.findings import InvalidProblemError
from portulan.portfolio.engine.problem import (
    FORMAT,
    Action,
    Coverage,
    Exclusion,
    LevelOption,
    Must,
    Overlap,
    PortfolioProblem,
    Prerequisite,
    Resource,
    Step,
    canonical,
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
        problems.append(documents.NOT_TEXT.at())
    except json.JSONDecodeError as error:
        problems.append(
            documents.NOT_JSON.at(line=error.lineno, column=error.colno)
            if error.doc.strip()
            else documents.EMPTY_FILE.at()
        )
    except RecursionError:
        problems.append(documents.TOO_DEEP.at())
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


# Sums of a thousand such numbers are still exact in the solver's floats.
MOST = 10**12
_OBJECT = Word("un objet", "an object")
_LIST = Word("une liste", "a list")
_TEXT = Word("un texte", "a text")
_NUMBER = Word("un nombre entier", "a whole number")
_YES_NO = Word("true ou false", "true or false")


@dataclass(frozen=True, slots=True)
class Field:
    """A value, its path as `actions[2].gate`, and the list where problems are noted.

    What is absent is None. Each method notes what is wrong and returns something of the right type.
    """

    value: object
    path: str
    problems: list[Problem]

    def note(self, kind: ProblemKind, **values: object) -> None:
        """Note a problem here."""
        self.problems.append(Problem(kind, values=values | {"field": self.path}))

    @property
    def absent(self) -> bool:
        return self.value is None

    def members(self, *known: str) -> dict[str, Field]:
        """Return the known members of an object, absent ones included; others are problems."""
        given = self._object()
        for key in given:
            if key not in known:
                self._below(str(key), None).note(findings.UNKNOWN_KEY, known=", ".join(known))
        return {key: self._below(key, given.get(key)) for key in known}

    def entries(self) -> Iterator[tuple[str, Field]]:
        """Yield the members of an object whose keys are free."""
        for key, value in self._object().items():
            yield str(key), self._below(str(key), value)

    def items(self) -> list[Field]:
        """Return the items of a list."""
        if self.absent:
            return []
        if not isinstance(self.value, list):
            self.note(findings.WRONG_TYPE, expected=_LIST)
            return []
        return [
            Field(item, f"{self.path}[{index}]", self.problems)
            for index, item in enumerate(self.value)
        ]

    def whole(self, *, least: int | None = 0, default: int | None = 0) -> int:
        """Return a whole number; without a default it must be there."""
        if self.absent and default is not None:
            return default
        if self.absent:
            self.note(findings.MISSING)
        elif isinstance(self.value, float) and isfinite(self.value):
            self.note(findings.NOT_WHOLE, found=self.value)
        elif isinstance(self.value, bool) or not isinstance(self.value, int):
            self.note(findings.WRONG_TYPE, expected=_NUMBER)
        elif least is not None and self.value < least:
            self.note(findings.TOO_SMALL, found=_short(self.value), least=least)
        elif abs(self.value) > MOST:
            self.note(findings.TOO_GREAT, found=_short(self.value), most=MOST)
        else:
            return self.value
        return least or 0

    def wholes(self, length: int) -> tuple[int, ...]:
        """Return as many whole numbers ≥ 0."""
        items = self.items()
        if len(items) != length:
            if self.absent:
                self.note(findings.MISSING)
            elif isinstance(self.value, list):
                self.note(findings.WRONG_LENGTH, found=len(items), expected=length)
            return (0,) * length
        return tuple(item.whole(default=None) for item in items)

    def text(self, *, required: bool = False) -> str:
        """Return a text, empty when absent."""
        if self.absent:
            if required:
                self.note(findings.MISSING)
        elif not isinstance(self.value, str):
            self.note(findings.WRONG_TYPE, expected=_TEXT)
        elif required and not self.value.strip():
            self.note(findings.EMPTY)
        else:
            if any(unicodedata.category(character) == "Cc" for character in self.value):
                self.note(findings.CONTROL)
            return self.value
        return ""

    def yes(self) -> bool:
        """Return true or false, false when absent."""
        if not isinstance(self.value, bool | None):
            self.note(findings.WRONG_TYPE, expected=_YES_NO)
        return self.value is True

    def level(self) -> CommitmentLevel:
        """Return a commitment level, by name."""
        name = self.text(required=True)
        if name in CommitmentLevel.__members__:
            return CommitmentLevel[name]
        if name:
            self.note(findings.NOT_A_LEVEL, found=name)
        return CommitmentLevel.IMPLEMENTATION

    def _object(self) -> Mapping[object, object]:
        if isinstance(self.value, dict):
            return self.value
        if not self.absent:
            self.note(findings.WRONG_TYPE, expected=_OBJECT)
        return {}

    def _below(self, key: str, value: object) -> Field:
        return Field(value, f"{self.path}.{key}" if self.path else key, self.problems)


def _short(number: int) -> str:
    """Return a number, the first digits of one that nobody would read."""
    text = str(number)
    return text if len(text) <= 20 else f"{text[:20]}…"


def note_unless_offered(
    field: Field,
    level: CommitmentLevel,
    action: str,
    offered: set[CommitmentLevel],
    *,
    or_higher: bool = False,
) -> None:
    """Note a level that the action does not have."""
    if level not in offered and not (or_higher and any(other > level for other in offered)):
        field.note(findings.NO_SUCH_LEVEL, action=action, found=level.name)


def _action_of(field: Field, by_id: Mapping[str, Action]) -> str:
    found = field.text(required=True)
    if found and found not in by_id:
        field.note(findings.UNKNOWN_ACTION, found=found)
    return found


def read_prerequisites(field: Field, by_id: Mapping[str, Action]) -> tuple[Prerequisite, ...]:
    """Return the prerequisites; a circle of them is a problem."""
    arcs = []
    for item in field.items():
        found = item.members("action", "level", "needs", "needs_level", "lag")
        arc = Prerequisite(
            action=_action_of(found["action"], by_id),
            level=found["level"].level(),
            needs=_action_of(found["needs"], by_id),
            needs_level=found["needs_level"].level(),
            lag=found["lag"].whole(),
        )
        for key, action_id, level in (
            ("level", arc.action, arc.level),
            ("needs_level", arc.needs, arc.needs_level),
        ):
            if action_id in by_id:
                offered = {option.level for option in by_id[action_id].levels}
                either = key == "needs_level"
                note_unless_offered(found[key], level, action_id, offered, or_higher=either)
        arcs.append(arc)
    if found_circle := circle(arcs):
        field.note(findings.CYCLE, found=" → ".join(found_circle))
    return tuple(arcs)


def read_exclusion(field: Field, by_id: Mapping[str, Action]) -> Exclusion:
    """Return one exclusion."""
    found = field.members("level", "actions")
    return Exclusion(found["level"].level(), _group(found["actions"], by_id))


def _group(field: Field, by_id: Mapping[str, Action]) -> tuple[str, ...]:
    members: list[str] = []
    for item in field.items():
        action_id = _action_of(item, by_id)
        if action_id in members:
            item.note(findings.ID_TWICE, found=action_id)
        members.append(action_id)
    if not members:
        field.note(findings.EMPTY)
    return tuple(members)


def read_coverage(field: Field, themes: set[str]) -> tuple[Coverage, ...]:
    """Return the minima, one for a theme and level."""
    rules: list[Coverage] = []
    for item in field.items():
        found = item.members("theme", "level", "minimum")
        rule = Coverage(
            found["theme"].text(required=True),
            found["level"].level(),
            found["minimum"].whole(default=None),
        )
        if rule.theme and rule.theme not in themes and rule.minimum:
            found["theme"].note(findings.UNKNOWN_THEME, found=rule.theme)
        if any((rule.theme, rule.level) == (other.theme, other.level) for other in rules):
            found["theme"].note(findings.ID_TWICE, found=rule.theme)
        rules.append(rule)
    return tuple(rules)


def read_overlaps(field: Field, by_id: Mapping[str, Action]) -> tuple[Overlap, ...]:
    """Return the overlaps; an action is in one at most."""
    taken: set[str] = set()
    overlaps = []
    for item in field.items():
        found = item.members("actions", "ceiling")
        members = _group(found["actions"], by_id)
        for action_id in sorted(taken & set(members)):
            found["actions"].note(findings.TWO_OVERLAPS, found=action_id)
        taken |= set(members)
        overlaps.append(Overlap(members, found["ceiling"].whole(default=None)))
    return tuple(overlaps)
