"""A field of a thing, declared once beside its model (pure): every surface reads it from there.

A surface goes over the declaration by kind, and adds what is its own.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from enum import Enum, StrEnum
from typing import Any

from portulan.core.say.text import Text

ITSELF = Text("%(value)s", "%(value)s")


class Kind(StrEnum):
    """What a field holds, whatever the thing."""

    LINE = "line"
    TEXT = "text"  # of several lines
    LINES = "lines"  # several short texts
    DAY = "day"
    NUMBER = "number"
    STEP = "step"  # one of some words
    ONE = "one"  # a row of another table
    MANY = "many"

    @property
    def is_words(self) -> bool:
        return self in {Kind.LINE, Kind.TEXT}


@dataclass(frozen=True, slots=True)
class Field:
    """All that the column of a field does not say, under the name of its column.

    A form draws it under `label` and `help`, in its `group`. A page shows it under `word`, if it
    has one, with `unsaid` where nothing is known (else nothing then), and `sentence` around a
    number. The file of a list has a column `head`, if it has one. The history gives its values
    back, if `restorable`. What moved since a seal calls it `moved`: its name for a line, a text or
    a row (“its scope”), a whole clause for another kind (“its reach changed”).

    A line has `most` characters; `steps` are the words of a step; one and many are rows of `to`.
    It is said `in_files`, unless it names a person; to an assistant, unless it is `withheld`; to
    others who take the thing up, unless it is not `sent`: it says what happened. Lists show, sort
    and change it under `brief`, and keep what it says, where it is `in_lists` and `filtered`;
    `short` is its name in their addresses, and a number up to `small` is a small one. Somebody’s
    own table says it under `table`: its name unless told otherwise, nothing where it does not.
    Nobody reads it in public unless it is `public`.
    """

    name: str
    label: Text
    group: str = ""
    kind: Kind = Kind.LINE
    most: int = 0
    steps: Mapping[Any, Text] = field(default_factory=dict)
    to: str = ""
    help: Text | None = None
    word: Text | None = None
    unsaid: Text | None = None
    sentence: Text = ITSELF
    head: Text | None = None
    moved: Text | None = None
    restorable: bool = True
    in_files: bool = True
    in_lists: bool = True
    filtered: bool = True
    brief: Text | None = None
    short: str = ""
    small: int = 10
    table: str | None = None
    sent: bool = True
    withheld: bool = False
    public: bool = False

    @property
    def is_cell(self) -> bool:
        """It stands in one cell of a list."""
        return self.in_lists and self.kind not in {Kind.TEXT, Kind.LINES, Kind.MANY}

    @property
    def asked(self) -> str:
        """Its name in the address of a list."""
        return self.short or self.name

    @property
    def tabled(self) -> str:
        """Its name in somebody’s own table; empty where none says it."""
        return self.name if self.table is None else self.table

    @property
    def column(self) -> Text:
        """The head of its column in a list."""
        return self.brief or self.head or self.label

    @property
    def step(self) -> type[Enum]:
        """The scale of a step."""
        return type(next(iter(self.steps)))


def of_kind(declared: Iterable[Field], *kinds: Kind) -> Iterator[Field]:
    """Yield the fields of these kinds."""
    return (one for one in declared if one.kind in kinds)


def by_name(declared: Iterable[Field]) -> dict[str, Field]:
    """Return fields by their name."""
    return {one.name: one for one in declared}
