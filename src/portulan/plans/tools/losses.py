"""What a plan loses on its way to another tool: by field, by how many actions (pure).

Nothing is counted as kept because a tool meant to keep it: a field that no module names is lost.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from enum import StrEnum
from typing import Any

from portulan.core.say.text import Language, Text
from portulan.core.workbooks import MOST_TEXT, Sheet
from portulan.plans.files.document import ActionText
from portulan.plans.tools.telling import NAMES, Outgoing, holds


class Kept(StrEnum):
    """What becomes of a field that the other tool does not hold as it is."""

    DROPPED = "dropped"
    FOLDED = "folded"  # told as a text, in the column of something else
    ROUNDED = "rounded"  # told with less than it says here


@dataclass(frozen=True, slots=True)
class Rounding:
    """Of which actions a field loses something, and what becomes of it."""

    touches: Callable[[ActionText], bool]
    becomes: Text


def _never(_action: ActionText) -> bool:
    return False


@dataclass(frozen=True, slots=True, kw_only=True)
class OtherTool:
    """A tool of the field: its file, and what it holds of an action.

    `held` are the fields that it holds; `rounded`, of those, what it cuts; `folded` has the column
    that tells a field as a text. The others are dropped, and whole actions that are `left_out`.
    """

    key: str
    name: Text
    about: Text
    held: frozenset[str]
    sheets: Callable[[Outgoing], Sequence[Sheet]]
    folded: Mapping[str, str] = field(default_factory=dict)
    rounded: Mapping[str, Rounding] = field(default_factory=dict)
    left_out: Callable[[ActionText], bool] = _never
    left_out_why: Text | None = None


@dataclass(frozen=True, slots=True)
class Loss:
    """A field that does not leave whole: how many actions hold it, and what becomes of it."""

    field: str
    name: Text
    actions: int
    kept: Kept
    becomes: Text

    def as_json(self, language: Language) -> dict[str, Any]:
        return {
            "field": self.field,
            "name": self.name.say(language),
            "actions": self.actions,
            "kept": self.kept.value,
            "becomes": self.becomes.say(language),
        }


WHOLE = Text("L’action entière", "The whole action")
DROPPED = Text("Ne part pas.", "Is left behind.")
TEXTS = Text("Textes", "Texts")
_CUT = Text("Coupé à 32\u00a0767 caractères par case.", "Cut at 32,767 characters a cell.")
# What the files of a plan never say, and so no tool is given.
BESIDE: Mapping[str, Text] = {
    "pilot": Text("Personne qui pilote", "Person who pilots it"),
    "notes": Text("Notes", "Notes"),
}


def losses_of(tool: OtherTool, out: Outgoing, beside: Mapping[str, int]) -> list[Loss]:
    """Return what the actions lose, whole actions first, then what is dropped.

    `beside` has how many actions hold what no file of a plan says, by its name.
    """
    found = list(_losses(tool, out.folder.actions))
    found.append(Loss("texts", TEXTS, _cut(tool, out), Kept.ROUNDED, _CUT))
    found += [
        Loss(name, BESIDE[name], count, Kept.DROPPED, DROPPED) for name, count in beside.items()
    ]
    return sorted((one for one in found if one.actions), key=lambda one: list(Kept).index(one.kept))


def _losses(tool: OtherTool, actions: Sequence[ActionText]) -> Iterator[Loss]:
    left = sum(map(tool.left_out, actions))
    yield Loss("action", WHOLE, left, Kept.DROPPED, tool.left_out_why or DROPPED)
    for name, label in NAMES.items():
        held = [one for one in actions if holds(one, name)]
        if name in tool.rounded:
            rounding = tool.rounded[name]
            cut = sum(map(rounding.touches, held))
            yield Loss(name, label, cut, Kept.ROUNDED, rounding.becomes)
        elif name in tool.folded:
            yield Loss(name, label, len(held), Kept.FOLDED, _into(tool.folded[name]))
        elif name not in tool.held:
            yield Loss(name, label, len(held), Kept.DROPPED, DROPPED)


def _cut(tool: OtherTool, out: Outgoing) -> int:
    """Count the actions of which a cell is longer than a workbook keeps.

    Each is written alone; where only several together are too long, their titles tell them.
    """
    if not (cells := list(_too_long(tool, out))):
        return 0
    actions = out.folder.actions
    alone = (replace(out, folder=replace(out.folder, actions=(one,))) for one in actions)
    found = sum(any(_too_long(tool, one)) for one in alone)
    return found or sum(any(one.title in cell for cell in cells) for one in actions)


def _too_long(tool: OtherTool, out: Outgoing) -> Iterator[str]:
    for sheet in tool.sheets(out):
        for row in sheet.rows:
            yield from (one for one in row if isinstance(one, str) and len(one) > MOST_TEXT)


def _into(column: str) -> Text:
    return Text(
        f"En texte, dans la colonne «\u00a0{column}\u00a0».", f"As text, in the column “{column}”."
    )
