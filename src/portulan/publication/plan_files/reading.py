"""Reading the files of a plan: all that is wrong is said at once, with its file and line (pure)."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any

from portulan.catalogue.readers import plain_yaml
from portulan.core.contracts import UNKNOWN_KEY, Fault, Shape
from portulan.core.fields import Kind as FieldKind
from portulan.core.fields import of_kind
from portulan.core.periods import ends_first
from portulan.core.say.text import Problem, ProblemKind, Problems, UnusableInputError
from portulan.indicators.words import Knowledge
from portulan.plans.fields import ACTION as FIELDS
from portulan.plans.files.document import (
    ACTION,
    INDICATOR,
    NAME,
    PLAN,
    ActionText,
    IndicatorText,
    PieceText,
    PlanFolder,
    PlanText,
    TieText,
    practice_of,
)
from portulan.plans.words import MUTUAL, Tie
from portulan.publication.plan_files import findings
from portulan.publication.plan_files.french_keys import in_code
from portulan.publication.plan_files.texts import ACTIONS, HEAD, INDICATORS, parted, path_of

MOST_MEGABYTES, MOST_FILES = 64, 20_000
_KINDS = {kind.code: kind for kind in vars(findings).values() if isinstance(kind, ProblemKind)}
# Written `"\0"` or `"\uD800"`: no database keeps the one, and the other is half a character.
_UNKEPT = re.compile("[\0\ud800-\udfff]")
_OF_NUMBERS = {"int_parsing", "int_type", "decimal_parsing", "decimal_type", "int_from_float"}
_OF_BOUNDS = {"greater_than_equal", "greater_than", "less_than_equal", "less_than"}


@dataclass(frozen=True, slots=True)
class _File:
    """A file read as texts: where each value stands, to say it."""

    path: str
    document: plain_yaml.Document

    def problem(self, kind: ProblemKind, *loc: str | int, **values: object) -> Problem:
        shown = ".".join(str(part + 1) if isinstance(part, int) else part for part in loc)
        line = self.document.line(*loc)
        return kind.at(file=self.path, line=line, field=shown, **values)


def read(files: Mapping[str, bytes]) -> tuple[PlanFolder | None, Problems]:
    """Return the plan that files say, by their path in the folder, and all that is wrong.

    Without a plan, there is an error. Raises UnusableInputError for what is no plan at all.
    """
    if HEAD not in files:
        raise UnusableInputError(findings.NO_PLAN.at())
    if len(files) > MOST_FILES or sum(map(len, files.values())) > MOST_MEGABYTES * 1_000_000:
        raise UnusableInputError(findings.TOO_BIG.at(most=MOST_MEGABYTES, files=MOST_FILES))
    reader = _Reader()
    for path in sorted(files, key=lambda path: (path != HEAD, path)):
        reader.read(path, files[path])
    return reader.folder(), reader.problems


def line_of(files: Mapping[str, bytes], path: str, field: str) -> int | None:
    """Return the line of a field in a sound file, that of the file’s first field without it."""
    if path not in files:
        return None
    text = files[path].decode("utf-8-sig")
    head, first = (parted(text) or ("", ""))[0], 2
    if not path.startswith(ACTIONS):
        head, first = text, 1
    document = in_code(plain_yaml.load(head, first_line=first))
    return document.line(*([field] if field else []))


class _Reader:
    """Reads files one after the other, and keeps what each says and what is wrong."""

    def __init__(self) -> None:
        self.problems = Problems()
        self._opened: dict[str, _File] = {}
        self._plan: PlanText | None = None
        self._indicators: dict[str, IndicatorText] = {}
        self._actions: dict[str, ActionText] = {}

    def read(self, path: str, content: bytes) -> None:
        name = path.removeprefix(INDICATORS).removesuffix(".yaml")
        if path == HEAD:
            self._plan = self._head(content)
        elif path == f"{INDICATORS}{name}.yaml":
            if indicator := self._shaped(INDICATOR, self._opened_as_yaml(path, content)):
                self._indicators[name] = indicator
        elif path.startswith(ACTIONS) and path.endswith(".md"):
            if action := self._action(path, content):
                self._actions[path] = action
        elif path.endswith((".yaml", ".yml", ".md")) and "/" in path:
            self.problems.append(findings.IGNORED.at(file=path))

    def folder(self) -> PlanFolder | None:
        """Return the plan, if nothing is wrong in a file or between files."""
        if self._plan is None or self._wrong():
            return None
        actions = sorted(self._actions.values(), key=lambda action: action.number)
        folder = PlanFolder(self._plan, self._indicators, tuple(actions))
        self.problems.extend(_between(folder, self._actions, self._opened))
        return None if self._wrong() else folder

    def _wrong(self) -> bool:
        return any(problem.is_error for problem in self.problems)

    def _text(self, path: str, content: bytes) -> str | None:
        try:
            text = content.decode("utf-8-sig")
        except UnicodeDecodeError:
            text = "\0"
        if "\0" not in text:  # no database keeps one
            return text
        self.problems.append(findings.NOT_TEXT.at(file=path))
        return None

    def _opened_as_yaml(self, path: str, content: bytes) -> _File | None:
        text = self._text(path, content)
        return None if text is None else self._loaded(path, text)

    def _loaded(self, path: str, text: str, first_line: int = 1) -> _File | None:
        try:
            document = in_code(plain_yaml.load(text, first_line=first_line))
        except plain_yaml.YamlFaultError as error:
            self.problems.append(replace(error.problem, file=path))
            return None
        if not isinstance(document.value, dict):
            self.problems.append(findings.NOT_A_MAPPING.at(file=path))
            return None
        file = _File(path, document)
        if "\\" in text and (wrong := list(_unkept(document.value))):
            self.problems.extend(file.problem(findings.UNKEPT, *loc) for loc in wrong)
            return None
        self._opened[path] = file
        return file

    def _head(self, content: bytes) -> PlanText | None:
        file = self._opened_as_yaml(HEAD, content)
        if file is None:
            return None
        value: dict[str, Any] = file.document.value  # type: ignore[assignment]
        found = str(value.pop("format", None) or "")
        if found != NAME:
            kind = findings.WRONG_FORMAT
            self.problems.append(file.problem(kind, "format", found=found, expected=NAME))
            return None
        return self._shaped(PLAN, file)

    def _action(self, path: str, content: bytes) -> ActionText | None:
        text = self._text(path, content)
        if text is None:
            return None
        parts = parted(text)
        if parts is None:
            self.problems.append(findings.NO_HEAD.at(file=path, line=1))
            return None
        file = self._loaded(path, parts[0], first_line=2)
        action = self._shaped(ACTION, file)
        if action is None or file is None:
            return None
        if action.description:
            kind, known = findings.UNKNOWN_FIELD, ", ".join(ACTION.known(())[:-1])
            self.problems.append(file.problem(kind, "description", known=known))
        if path != (there := path_of(action.number)):
            kind = findings.OTHER_NUMBER
            self.problems.append(file.problem(kind, "number", number=action.number, path=there))
        return replace(action, description=parts[1])

    def _shaped[T](self, shape: Shape[T], file: _File | None) -> T | None:
        if file is None:
            return None
        found, faults = shape.tried(file.document.value)
        for fault in faults:
            kind, values = _sentence(fault)
            self.problems.append(file.problem(kind, *fault.loc, **values))
        return found


def _unkept(value: plain_yaml.Value, *loc: str | int) -> Iterator[plain_yaml.Path]:
    """Yield where texts hold a character that is not kept, keys included."""
    if isinstance(value, str):
        if _UNKEPT.search(value):
            yield loc
    elif isinstance(value, Mapping):
        for key, one in value.items():
            if _UNKEPT.search(key):
                yield loc
            else:
                yield from _unkept(one, *loc, key)
    elif value is not None:
        for rank, one in enumerate(value):
            yield from _unkept(one, *loc, rank)


def _sentence(fault: Fault) -> tuple[ProblemKind, Mapping[str, object]]:
    """Return what is to be said of a fault, whose code is pydantic's or ours."""
    found = fault.found if isinstance(fault.found, str) else ""
    match fault.code:
        case code if code == UNKNOWN_KEY:
            return findings.UNKNOWN_FIELD, fault.values
        case "missing":
            return findings.MISSING, {}
        case code if code.startswith("date_"):
            return findings.NOT_A_DAY, {"found": found}
        case code if code in _OF_NUMBERS:
            return findings.NOT_A_NUMBER, {"found": found}
        case code if code in _OF_BOUNDS:
            return findings.OUT_OF_BOUNDS, {"found": str(fault.found)}
        case "enum" | "literal_error" | "bool_parsing" | "bool_type":
            known = fault.values.get("expected", "true, false")
            return findings.NOT_A_WORD, {"found": found, "known": _steps(str(known))}
        case "too_long" | "string_too_long":
            return findings.TOO_LONG, {"most": fault.values["max_length"]}
        case "too_short" | "string_too_short":
            return findings.EMPTY, {}
    return _KINDS.get(fault.code, findings.WRONG_SHAPE), {"found": found, **fault.values}


def _steps(known: str) -> str:
    """Return the words of a step in place of its numbers, which are ours."""
    return {
        "1, 2 or 3": "study, experiment, implementation (low, medium, high)",
    }.get(known, known)


# --- what a file says of another ------------------------------------------------------------


def _between(
    folder: PlanFolder, actions: Mapping[str, ActionText], opened: Mapping[str, _File]
) -> Iterator[Problem]:
    plan, head = folder.plan, opened[HEAD]
    if plan.last_year < plan.first_year:
        values = {"first": plan.first_year, "last": plan.last_year}
        yield head.problem(findings.YEARS, "last_year", **values)
    practices = {
        f"{edition.catalogue}/{edition.edition}/{code}"
        for edition in plan.editions
        for code in edition.practices
    }
    yield from _units(head, plan.units)
    own = [one.own_number for one in folder.actions if one.own_number]
    yield from _twice(head, ("own_number",), own)
    editions = [f"{one.catalogue}/{one.edition}" for one in plan.editions]
    yield from _twice(head, ("editions",), editions)
    yield from _twice(head, ("choices",), [one.practice for one in plan.choices])
    for rank, choice in enumerate(plan.choices):
        if choice.practice not in practices:
            kind = findings.UNKNOWN_PRACTICE
            yield head.problem(kind, "choices", rank, "practice", key=choice.practice)
    for name in plan.unit_days.keys() - plan.units.keys():
        yield head.problem(findings.UNKNOWN_KEY, "unit_days", key=name)
    chosen = {choice.practice for choice in plan.choices}
    for rank, piece in enumerate(plan.evidence):
        if piece.practice not in chosen:
            yield head.problem(findings.UNKNOWN_KEY, "evidence", rank, key=piece.practice)
    yield from _said(head, plan.evidence)
    yield from _ties(folder.actions, {one.number: opened[path] for path, one in actions.items()})
    for key, indicator in folder.indicators.items():
        yield from _indicator(opened[f"{INDICATORS}{key}.yaml"], indicator, folder.plan.units)
    for path, action in actions.items():
        yield from _references(folder, opened[path], action, practices, set(editions))
        if ends_first(action.starts_on, action.due_on):
            days = {"starts": str(action.starts_on), "due": str(action.due_on)}
            yield opened[path].problem(findings.ENDS_FIRST, "due_on", **days)
        yield from _pieces(opened[path], action)
        yield from _decisions(opened[path], action)


def _units(head: _File, units: Mapping[str, str | None]) -> Iterator[Problem]:
    """Yield the units held by one that is not there, or by themselves in the end."""
    for name, parent in units.items():
        above, met = parent, {name}
        while above is not None:
            if above not in units or above in met:
                yield head.problem(findings.UNKNOWN_KEY, "units", name, key=above)
                break
            met.add(above)
            above = units[above]


def _twice(file: _File, loc: tuple[str, ...], keys: Iterable[str]) -> Iterator[Problem]:
    for key, count in Counter(keys).items():
        if count > 1:
            yield file.problem(findings.TWICE, *loc, key=key)


def _indicator(file: _File, indicator: IndicatorText, units: Collection[str]) -> Iterator[Problem]:
    targets = [f"{one.kind} {one.due_on}" for one in indicator.targets]
    yield from _twice(file, ("targets",), targets)
    for rank, target in enumerate(indicator.targets):
        if target.value is None and not target.text.strip():
            yield file.problem(findings.SAYS_NOTHING, "targets", rank)
    for name in indicator.unit_parts.keys() - units:
        yield file.problem(findings.UNKNOWN_KEY, "unit_parts", name, key=name)
    for name, part in indicator.unit_parts.items():
        days = [str(one.until) for one in part.past_weights]
        yield from _twice(file, ("unit_parts", name, "past_weights"), days)
    for rank, reading in enumerate(indicator.readings):
        says = reading.value is not None or bool(reading.text.strip())
        if says != (reading.knowledge is Knowledge.KNOWN):
            yield file.problem(findings.SAYS_NOTHING, "readings", rank)
        if reading.unit and reading.unit not in units:
            yield file.problem(findings.UNKNOWN_KEY, "readings", rank, "unit", key=reading.unit)
    typed = Counter((one.day, one.unit, one.role) for one in indicator.readings if not one.computed)
    for rank, piece in enumerate(indicator.evidence):
        if piece.nth > typed[piece.day, piece.unit, piece.role]:
            yield file.problem(findings.UNKNOWN_KEY, "evidence", rank, key=piece.day)
    yield from _said(file, indicator.evidence)


def _said(file: _File, pieces: Iterable[PieceText]) -> Iterator[Problem]:
    """Yield the pieces that have neither a reference nor the digest of a file, and those twice."""
    met: set[PieceText] = set()
    for rank, piece in enumerate(pieces):
        if not piece.sha256 and not piece.reference.strip():
            yield file.problem(findings.NO_PIECE, "evidence", rank)
        if piece in met:
            yield file.problem(findings.TWICE, "evidence", rank, key=piece.title)
        met.add(piece)


def _pieces(file: _File, action: ActionText) -> Iterator[Problem]:
    """Yield the pieces that prove what the action has not."""
    handed = {one.key for one in action.deliverables}
    for rank, piece in enumerate(action.evidence):
        if piece.deliverable is not None and piece.deliverable not in handed:
            yield file.problem(findings.UNKNOWN_KEY, "evidence", rank, key=piece.deliverable)
        if piece.decision is not None and piece.decision > len(action.decisions):
            yield file.problem(findings.UNKNOWN_KEY, "evidence", rank, key=piece.decision)
    yield from _said(file, action.evidence)


def _ties(actions: Iterable[ActionText], files: Mapping[int, _File]) -> Iterator[Problem]:
    """Yield the ties to an action that is not there, those said twice, those that come back."""
    leads: dict[tuple[Tie, int], list[int]] = {}
    for action in actions:
        for rank, one in enumerate(action.ties):
            file, there = files[action.number], leads.get((one.kind, one.other), [])
            if one.other not in files:
                yield file.problem(findings.UNKNOWN_KEY, "ties", rank, "other", key=one.other)
            elif one.kind in MUTUAL and action.number in there:
                yield file.problem(findings.TWICE, "ties", rank, key=one.other)
            elif one.other == action.number or (
                one.kind not in MUTUAL and _comes_back(leads, one, action.number)
            ):
                yield file.problem(findings.LOOP, "ties", rank)
            leads.setdefault((one.kind, action.number), []).append(one.other)
        told = [f"{one.kind} {one.other}" for one in action.ties]
        yield from _twice(files[action.number], ("ties",), told)


def _comes_back(leads: Mapping[tuple[Tie, int], list[int]], tie: TieText, number: int) -> bool:
    """Tell whether ties of the kind lead from the other action to that number."""
    met: set[int] = set()
    waiting = [tie.other]
    while waiting:
        here = waiting.pop()
        if here == number:
            return True
        if here not in met:
            met.add(here)
            waiting += leads.get((tie.kind, here), [])
    return False


def _references(
    folder: PlanFolder, file: _File, action: ActionText, practices: set[str], editions: set[str]
) -> Iterator[Problem]:
    """Yield what an action names that is nowhere, and what it says twice."""
    deliverables = {one.key for one in action.deliverables}
    named: list[tuple[tuple[str | int, ...], str, object]] = [
        *((("goals", rank), key, folder.plan.goals) for rank, key in enumerate(action.goals)),
        *((("indicators", n), key, folder.indicators) for n, key in enumerate(action.indicators)),
        *(
            (("decisions", rank, "deliverable"), one.deliverable, deliverables)
            for rank, one in enumerate(action.decisions)
            if one.deliverable is not None
        ),
        *(
            ((one.name,), key, getattr(folder.plan, one.to))
            for one in of_kind(FIELDS, FieldKind.ONE)
            if one.in_files and (key := getattr(action, one.name)) is not None
        ),
    ]
    for loc, key, known in named:
        if key not in known:  # type: ignore[operator]
            yield file.problem(findings.UNKNOWN_KEY, *loc, key=key)
    for rank, practice in enumerate(action.practices):
        if practice not in practices:
            yield file.problem(findings.UNKNOWN_PRACTICE, "practices", rank, key=practice)
    for practice, seen in action.seen.items():
        known = f"{practice_of(practice)[0]}/{seen}" in editions
        if practice not in action.practices or not known:
            yield file.problem(findings.UNKNOWN_PRACTICE, "seen", practice, key=practice)
    for field in ("goals", "indicators", "practices"):
        yield from _twice(file, (field,), getattr(action, field))
    yield from _twice(file, ("deliverables",), [one.key for one in action.deliverables])
    money = [f"{one.year} {one.section} {one.in_it_budget}" for one in action.money]
    yield from _twice(file, ("money",), money)


def _decisions(file: _File, action: ActionText) -> Iterator[Problem]:
    """Yield the decisions that do not follow one another up to the level of the action."""
    before = None
    for rank, one in enumerate(action.decisions):
        late = before is not None and one.decided_on < before.decided_on
        if late or one.from_level != (before.level if before else None):
            yield file.problem(findings.OUT_OF_ORDER, "decisions", rank)
        before = one
    if before is not None and before.level != action.level:
        decided, level = before.level.name.lower(), action.level.name.lower()
        yield file.problem(findings.LEVEL_NOT_DECIDED, "level", decided=decided, level=level)
