"""How a line of a table meets an action: which one it is, and how each field is compared (pure).

What was read is what the last table said, or what the file says that it left as.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import partial

from portulan.core.folding import fold, squeeze
from portulan.core.merge.judgement import Row
from portulan.core.merge.threeway import Base, Cell, Choose, Fate, Rule, judge, kept, nobody
from portulan.plans.tables.cells import BLOCKED, Line
from portulan.plans.tables.fields import Field
from portulan.plans.tables.reading import key_of

# An empty cell takes none of these away: an action has a title, a level, a progress and a pilot,
# and values may have been measured with its indicator.
_KEPT = frozenset(
    {Field.TITLE, Field.NUMBER, Field.LEVEL, Field.LEVEL_DATE, Field.PROGRESS, Field.PILOT}
    | {Field.INDICATOR, Field.TARGET, Field.NOTE, BLOCKED}
)
# Names, which differ by more than case and accents.
_NAMES = frozenset({Field.AXIS, Field.PILOT, Field.PERSON, Field.FOLLOW_UP, Field.UNIT})


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
    """What a line does to an action (None: it makes one), cell by cell."""

    line: Line
    action: Standing | None

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
    read: Read | None = None,
    choose: Choose = nobody,
) -> Merge:
    """Return what a line does to an action, or to a new one.

    `read` tells of a field whether a value is what the file left with; without it, the file is
    held beside what the last table said. A table that goes on being kept elsewhere says each time
    what was changed here; a file that left from here does not.
    """
    asks = read is None
    if action is None:
        cells = [Cell(name, "", text, Fate.TAKE) for name, text in line.values.items() if text]
        return Merge(cells=tuple(cells), is_new=True, refused=line.refused, line=line, action=None)
    read = read or _said_by(action)
    cells = [
        judge(
            name,
            action.values.get(name, ""),
            there,
            read(name),
            rule=rule_of(name, asks=asks),
            blank=name in action.blank,
            choose=choose,
        )
        for name, there in line.values.items()
        if name != Field.LEVEL_DATE  # the day of a decision, and not a value
    ]
    return Merge(cells=tuple(cells), refused=line.refused, line=line, action=action)


def _said_by(action: Standing) -> Read:
    """Return what the last table said of an action, as what was read."""

    def read(name: str) -> Base | None:
        before = action.said.get(name)
        return None if before is None else kept(before, partial(is_same, name))

    return read


def is_same(name: str, one: str, other: str) -> bool:
    """Tell whether two texts of a field say the same."""
    if name in _NAMES:
        return fold(one) == fold(other)
    if name in (Field.INDICATOR, Field.PRACTICE):
        return {fold(text) for text in one.split("\n")} == {fold(t) for t in other.split("\n")}
    if name == Field.TARGET:
        return [_aim(text) for text in one.split("\n")] == [_aim(t) for t in other.split("\n")]
    return one == other or squeeze(one) == squeeze(other)


_YES_NO = {"yes": "oui", "no": "non"}
_POINT = str.maketrans(".", ",")


def _aim(text: str) -> str:
    """Return a target as it is compared: “80 %”, “80%” and “80.0 %” are one."""
    bare = _YES_NO.get(fold(text), fold(text)).replace(" ", "").removesuffix("%")
    return re.sub(r"[.,]0+(?=\D|$)", "", bare).translate(_POINT)
