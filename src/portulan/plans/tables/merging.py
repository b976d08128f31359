"""How a line of a table meets an action: which one it is, and how each field is compared (pure).

What was read is what the last table said, or what the file says that it left as.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import partial
from typing import NamedTuple

from portulan.core.fields import Kind
from portulan.core.folding import fold, squeeze
from portulan.core.left_as import Left, LeftAs
from portulan.core.merge.judgement import Row
from portulan.core.merge.threeway import Base, Cell, Choose, Fate, Rule, judge, kept, nobody
from portulan.core.say.text import Problem
from portulan.plans.tables.cells import BLOCKED, Line
from portulan.plans.tables.findings import RENUMBERED, TWO_SAY
from portulan.plans.tables.reading import key_of, told_apart, twice
from portulan.plans.tables.vocabulary import DECLARED, SINCE, Field, name_of

# An empty cell takes none of these away: an action has a title, a level, a progress and a pilot,
# and values may have been measured with its indicator.
_KEPT = frozenset(
    {Field.TITLE, Field.NUMBER, Field.LEVEL, Field.LEVEL_DATE, Field.PROGRESS, Field.PILOT}
    | {Field.INDICATOR, Field.TARGET, Field.NOTE, BLOCKED}
)
# Names, which differ by more than case and accents.
_NAMES = frozenset({Field.AXIS, Field.PILOT, Field.PERSON, Field.FOLLOW_UP, Field.UNIT}) | {
    one for one in SINCE if DECLARED[one].kind is Kind.ONE
}


@dataclass(frozen=True, slots=True)
class Standing:
    """An action as it stands here: its values, what the last table said, the numbers it answers to.

    `blank` are the fields whose value nobody chose: the first level and progress of an action.
    """

    pk: int
    called: str
    title: str
    values: Mapping[str, str]
    said: Mapping[str, str] = field(default_factory=dict)
    blank: frozenset[str] = frozenset()
    has_own_number: bool = False


class Matched(NamedTuple):
    """A line with the action that it is (None: of no action here), and what that left as."""

    line: Line
    action: Standing | None
    left: Left | None = None


def matched_left(
    lines: Iterable[Line], actions: Sequence[Standing], left: LeftAs
) -> tuple[list[Matched], list[Problem]]:
    """Return the lines of a workbook with their actions, by what they left as; and what is wrong.

    What was copied is one row again, where the copies agree (`_as_one`). A row that was added is
    matched as that of any table.
    """
    lines = list(lines)
    copies: dict[str, list[Line]] = {}
    added = []
    problems: list[Problem] = []
    its_own = list(_left_of(lines, left))
    crossed = _crossed(lines, its_own, left)
    for rank, (line, its) in enumerate(zip(lines, its_own, strict=True)):
        if rank in crossed:
            problems.append(RENUMBERED.at(line=line.row, cell=line.cell(Field.NUMBER)))
            line = replace(line, refused=True)
        if its is None:
            added.append(line)
        else:
            copies.setdefault(its.key, []).append(line)
    by_pk = {str(action.pk): action for action in actions}
    matches = [
        Matched(line, by_pk.get(key), left.rows[key])
        for key, some in copies.items()
        for line in _as_one(some, left.rows[key], problems)
    ]
    told, twice = told_apart(added)
    others = [action for action in actions if str(action.pk) not in copies]
    found = [*matches, *(Matched(line, action) for line, action in matched(told, others))]
    return sorted(found, key=lambda one: one.line.row), [*problems, *twice]


def _left_of(lines: Sequence[Line], left: LeftAs) -> Iterator[Left | None]:
    """Yield what each line left as: by its number, else by its title if no other line is it."""
    by_number = [left.named(Field.NUMBER, line.number) for line in lines]
    numbered = {found[0].key for found in by_number if len(found) == 1}
    for line, found in zip(lines, by_number, strict=True):
        if len(found) != 1:
            titled = left.named(Field.TITLE, line.title)
            found = [one for one in titled if one in found or one.key not in numbered]
        yield found[0] if len(found) == 1 else None


def _crossed(lines: Sequence[Line], its_own: Sequence[Left | None], left: LeftAs) -> set[int]:
    """Return the lines, from 0, whose number and title left with two actions, and those beside.

    Who inserts a row and numbers all again would move whole actions, with all that hangs on them.
    """
    titled = [left.named(Field.TITLE, line.title) for line in lines]
    by_title = [found[0].key if len(found) == 1 else None for found in titled]
    keys = [its.key if its else None for its in its_own]
    met = {
        key
        for pair in zip(keys, by_title, strict=True)
        if None not in pair and pair[0] != pair[1]
        for key in pair
    }
    pairs = enumerate(zip(keys, by_title, strict=True))
    return {rank for rank, pair in pairs if met.intersection(pair)}


def _as_one(copies: Sequence[Line], left: Left, problems: list[Problem]) -> Iterator[Line]:
    """Yield the line of an action that several rows are of, and those that cannot be.

    A cell as it left says nothing beside one that was changed. Two that say two things are an
    error, and so is a copy under another title: who copies a row makes a new one of it.
    """
    one = copies[0]
    for other in copies[1:]:
        if not is_same(Field.TITLE, one.title, other.title):
            problems.append(twice(other, one.row))
            yield replace(other, refused=True)
            continue
        differ = [name for name in other.values if not _agree(name, one, other, left)]
        problems += [_two_say(name, one, other) for name in differ]
        changed = {
            name: text
            for name, text in other.values.items()
            if (base := left.base(name)) and not base(text)
        }
        places = {name: place for name, place in other.places.items() if name in changed}
        one = replace(
            one,
            values={**one.values, **changed},
            places={**one.places, **places},
            refused=one.refused or other.refused or bool(differ),
        )
    yield one


def _agree(name: str, one: Line, other: Line, left: Left) -> bool:
    texts = [line.values[name] for line in (one, other) if name in line.values]
    base = left.base(name)
    return is_same(name, texts[0], texts[-1]) or bool(base and any(map(base, texts)))


def _two_say(name: str, one: Line, other: Line) -> Problem:
    return TWO_SAY.at(
        line=other.row,
        cell=other.cell(name),
        field=name_of(name),
        number=other.number or other.title,
        other=one.row,
        here=one.values[name] or "∅",
        there=other.values[name] or "∅",
    )


def matched(
    lines: Iterable[Line], actions: Iterable[Standing]
) -> Iterator[tuple[Line, Standing | None]]:
    """Yield each line with the action that it is: by its number as text, else by its title.

    A number that nobody has may be that of an action which never had one, of the same title.
    """
    lines = list(lines)
    by_number = {key_of(action.called): action for action in actions}
    by_title: dict[str, Standing] = {}
    for action in by_number.values():
        by_title.setdefault(key_of(action.title), action)
    numbered = {
        found.pk
        for line in lines
        if line.number and (found := by_number.get(key_of(line.number))) is not None
    }
    taken: set[int] = set()
    for line in lines:
        found = by_number.get(key_of(line.number)) if line.number else None
        if found is None:
            found = by_title.get(key_of(line.title))
            is_other = found is not None and bool(line.number) and found.has_own_number
            if found is not None and (is_other or found.pk in taken | numbered):
                found = None
        if found is not None:
            taken.add(found.pk)
        yield line, found


type Read = Callable[[str], Base | None]


def rule_of(name: str, *, asks: bool = True) -> Rule:
    """Return how a field of a table is held beside what stands."""
    is_note, lasting = name == Field.NOTE, name in _KEPT
    return Rule(same=partial(is_same, name), empty="", lasting=lasting, spoken=is_note, asks=asks)


@dataclass(frozen=True, slots=True, kw_only=True)
class Merge(Row):
    """What a line does to an action (None: it makes one), cell by cell.

    `left` is what a workbook says that the action left as; the action `is_gone` when it left from
    here and is not here any more.
    """

    line: Line
    action: Standing | None
    left: Left | None = None

    @property
    def is_gone(self) -> bool:
        return self.left is not None and self.action is None

    @property
    def has_lone_day(self) -> bool:
        """Tell whether a workbook says another day of a level, and the same level."""
        base = self._base(Field.LEVEL_DATE)
        on = self.line.values.get(Field.LEVEL_DATE, "")
        here = self.action.values.get(Field.LEVEL_DATE, "") if self.action else on
        is_said = bool(base and on != here and not base(on))
        return is_said and not any(one.name == Field.LEVEL and one.is_taken for one in self.cells)

    @property
    def differs(self) -> bool:
        """Tell whether the line says anything else than what left."""
        values = self.line.values.items()
        return any((base := self._base(name)) and not base(text) for name, text in values)

    def _base(self, name: str) -> Base | None:
        return None if self.left is None else self.left.base(name)

    @property
    def said(self) -> dict[str, str]:
        """What the table said and that stands once it is written: the next one meets it."""
        if self.action is None:
            return dict(self.line.values)
        said = dict(self.action.said)
        for cell in self.cells:
            name, there = cell.name, cell.there
            if cell.is_taken:
                said[name] = there
            elif not cell.differs or (not there and name in _KEPT):
                said[name] = there or said.get(name, "")
        return said


def merge(
    line: Line,
    action: Standing | None,
    *,
    left: Left | None = None,
    choose: Choose = nobody,
) -> Merge:
    """Return what a line does to an action, or to a new one.

    `left` tells of a field whether a value is what the file left with; without it, the file is
    held beside what the last table said. A table that goes on being kept elsewhere says each time
    what was changed here; a file that left from here does not.
    """
    if action is None and left is not None:
        return Merge(cells=(), refused=line.refused, line=line, action=None, left=left)
    if action is None:
        cells = [Cell(name, "", text, Fate.TAKE) for name, text in line.values.items() if text]
        return Merge(cells=tuple(cells), is_new=True, refused=line.refused, line=line, action=None)
    read = _said_by(action) if left is None else _left_as(left, action)
    cells = [
        judge(
            name,
            action.values.get(name, ""),
            there,
            read(name),
            rule=rule_of(name, asks=left is None),
            blank=name in action.blank,
            choose=choose,
        )
        for name, there in line.values.items()
        if name != Field.LEVEL_DATE  # the day of a decision, and not a value
    ]
    cells += _day_of_level(line, cells, left)
    return Merge(cells=tuple(cells), refused=line.refused, line=line, action=action, left=left)


def _day_of_level(line: Line, cells: Sequence[Cell], left: Left | None) -> Iterator[Cell]:
    """Yield the day of a level that is taken from a workbook, where it says another one."""
    base = left.base(Field.LEVEL_DATE) if left is not None else None
    on = line.values.get(Field.LEVEL_DATE, "")
    if base and on and not base(on) and any(c.name == Field.LEVEL and c.is_taken for c in cells):
        yield Cell(Field.LEVEL_DATE, "", on, Fate.TAKE)


def _left_as(left: Left, action: Standing) -> Read:
    """Return what a workbook left as, as what was read; a note never leaves, and is said once."""
    said = _said_by(action)
    return lambda name: left.base(name) or (said(name) if name == Field.NOTE else None)


def _said_by(action: Standing) -> Read:
    """Return what the last table said of an action, as what was read."""

    def read(name: str) -> Base | None:
        before = action.said.get(name)
        return None if before is None else kept(before, partial(is_same, name))

    return read


def is_same(name: str, one: str, other: str) -> bool:
    """Tell whether two texts of a field say the same."""
    return one == other or compared(name, one) == compared(name, other)


def compared(name: str, text: str) -> str:
    """Return a text of a field as it is compared: two that say the same are one."""
    if name in _NAMES:
        return fold(text)
    if name in (Field.INDICATOR, Field.PRACTICE):
        return "\n".join(sorted({fold(one) for one in text.split("\n")}))
    if name == Field.TARGET:
        return "\n".join(_aim(one) for one in text.split("\n"))
    return squeeze(text)


_YES_NO = {"yes": "oui", "no": "non"}
_POINT = str.maketrans(".", ",")


def _aim(text: str) -> str:
    """Return a target as it is compared: “80 %”, “80%” and “80.0 %” are one."""
    bare = _YES_NO.get(fold(text), fold(text)).replace(" ", "").removesuffix("%")
    return re.sub(r"[.,]0+(?=\D|$)", "", bare).translate(_POINT)
