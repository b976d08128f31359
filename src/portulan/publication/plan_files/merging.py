"""An edited folder and the plan as it stands, put together value by value (pure).

What both come from has digests; an action that one side alone has is judged as a value is.
"""

from __future__ import annotations

from collections.abc import Callable, Collection
from dataclasses import dataclass
from functools import partial
from typing import Any

from portulan.core.merge.digests import digest_of
from portulan.core.merge.threeway import (
    PLAIN,
    Cell,
    Choose,
    Fate,
    Rule,
    Side,
    judge,
    nobody,
    read_as,
)
from portulan.plans.files.document import PlanFolder
from portulan.publication.plan_files.comparing import (
    COMMITMENT,
    HERE,
    MAIN,
    NEWS,
    PROVED,
    TIES,
    Cells,
    Digests,
    Loc,
    cells_of,
    folder_said,
    proved_by,
)
from portulan.publication.plan_files.texts import ACTIONS, HEAD, INDICATORS, path_of


@dataclass(frozen=True, slots=True)
class Change:
    """A cell that the folder changes here; None is nothing."""

    loc: Loc
    before: Any
    after: Any


@dataclass(frozen=True, slots=True)
class Merged:
    """The plan that comes of it, what changes here, what both changed, what only this side did."""

    folder: PlanFolder
    changes: tuple[Change, ...]
    conflicts: tuple[Cell, ...]
    kept: tuple[Loc, ...]

    @property
    def waiting(self) -> list[Cell]:
        return [one for one in self.conflicts if one.is_open]


type Deletable = Callable[[int], bool]


def merge(
    here: PlanFolder,
    there: PlanFolder,
    base: Digests | None,
    *,
    choose: Choose = nobody,
    deletable: Deletable = lambda _number: True,
) -> Merged:
    """Put a folder and a plan together; both are in the names of the folder.

    Without a base, what stands on one side only is taken, and what differs is a conflict. An action
    that the folder has no more goes if it is `deletable`, and nobody changed it here.
    """
    ours, theirs = cells_of(here), cells_of(there)
    merging = _Merging(ours, theirs, base, choose, deletable)
    merging.all()
    folder = folder_said(merging.found, like=(here, there))
    return Merged(folder, tuple(merging.changes), tuple(merging.conflicts), tuple(merging.kept))


class _Merging:
    def __init__(
        self,
        ours: Cells,
        theirs: Cells,
        base: Digests | None,
        choose: Choose,
        deletable: Deletable,
    ) -> None:
        self._ours, self._theirs, self._base = ours, theirs, base
        self._choose, self._deletable = choose, deletable
        self.found: Cells = {}
        self.changes: list[Change] = []
        self.conflicts: list[Cell] = []
        self.kept: list[Loc] = []

    def all(self) -> None:
        whole = self._files()
        for loc in dict.fromkeys((*self._ours, *self._theirs)):
            if loc.path in whole:
                side = whole[loc.path]
                if side is not None and loc in side:
                    self.found[loc] = side[loc]
            else:
                self._cell(loc)
        for loc in self._named():
            self._bring_back(loc)
        self._untied()
        used = {loc.item for loc in self.found if loc.field == "indicators" and loc.item}
        for loc in self._theirs:
            key = loc.path.removeprefix(INDICATORS).removesuffix(".yaml")
            if loc.field == HERE and key in used and loc not in self._ours:
                self.changes.append(Change(loc, None, self._theirs[Loc(loc.path, "name")]))

    # --- what others name ---------------------------------------------------------------------

    def _named(self) -> set[Loc]:
        """Return what the cells name: the axes, goals and deliverables that must be there."""
        found: set[Loc] = set()
        for loc, value in self.found.items():
            if loc.field == "axis":
                found.add(Loc(HEAD, "axes", value))
            elif loc.field == "goals" and loc.path != HEAD:
                found.add(Loc(HEAD, "goals", loc.item))
            elif loc.field == COMMITMENT:
                handed = (one.get("deliverable") for one in value["decisions"])
                found |= {Loc(loc.path, "deliverables", key) for key in handed if key}
            elif loc.field == PROVED:
                found.add(Loc(loc.path, *proved_by(value)))
        known = self._ours.keys() | self._theirs.keys()
        return (found & known) - self.found.keys()

    def _untied(self) -> None:
        """Leave out the ties to an action that is no more."""
        for loc, value in list(self.found.items()):
            if loc.field == TIES and Loc(path_of(value["other"]), HERE) not in self.found:
                del self.found[loc]
                self.changes = [one for one in self.changes if one.loc != loc]
                if loc in self._ours:
                    self.changes.append(Change(loc, self._ours[loc], None))

    def _bring_back(self, loc: Loc) -> None:
        """Keep what one side took away, and the other still uses."""
        here, there = self._ours.get(loc), self._theirs.get(loc)
        self.found[loc] = there if here is None else here
        self.changes = [one for one in self.changes if one.loc != loc]
        if here is None:
            self.changes.append(Change(loc, None, there))

    # --- whole files --------------------------------------------------------------------------

    def _files(self) -> dict[str, Cells | None]:
        """Return the files that come whole from one side, or from none."""
        found: dict[str, Cells | None] = {}
        paths = (*self._ours, *self._theirs, *(self._base or {}))
        for path in dict.fromkeys(loc.path for loc in paths if loc.field == HERE):
            loc = Loc(path, HERE)
            if (loc in self._ours) == (loc in self._theirs):
                continue
            side = self._ours if loc in self._ours else self._theirs
            # An indicator is there as long as an action names it.
            stands = path.startswith(INDICATORS) or self._stands(loc, side)
            found[path] = side if stands else None
        return found

    def _stands(self, loc: Loc, side: Cells) -> bool:
        """Tell whether an action that one side alone has is to stand."""
        in_base = loc in (self._base or {})
        title = side.get(Loc(loc.path, "title"))
        here, there = (title, None) if side is self._ours else (None, title)

        def read(value: Any) -> bool:
            return in_base and self._is_as_base(side, loc.path) if value else not in_base

        cell = judge(
            loc,
            here,
            there,
            read,
            rule=Rule(must=partial(self._must_stay, loc)),
            choose=self._choose,
        )
        self._note(cell)
        return cell.value is not None

    def _must_stay(self, loc: Loc, here: Any, _there: Any) -> Side | None:
        held = here is not None and not self._deletable(int(loc.path[len(ACTIONS) : -3]))
        return Side.OURS if held else None

    def _is_as_base(self, side: Cells, path: str) -> bool:
        said = {loc: digest_of(value) for loc, value in side.items() if loc.path == path}
        base = {loc: digest for loc, digest in (self._base or {}).items() if loc.path == path}
        return {k: v for k, v in said.items() if k.field != NEWS} == {
            k: v for k, v in base.items() if k.field != NEWS
        }

    # --- one cell -----------------------------------------------------------------------------

    def _cell(self, loc: Loc) -> None:
        here, there = self._ours.get(loc), self._theirs.get(loc)
        base = None if self._base is None else read_as(self._base.get(loc), digest_of)
        cell = judge(loc, here, there, base, rule=_RULES.get(loc.field, PLAIN), choose=self._choose)
        self._note(cell, tells=base is not None)
        if cell.value is not None:
            self.found[loc] = cell.value

    def _note(self, cell: Cell, *, tells: bool = True) -> None:
        if cell.value != cell.here:
            self.changes.append(Change(cell.name, cell.here, cell.value))
        if cell.is_conflict:
            self.conflicts.append(cell)
        elif tells and cell.differs and cell.fate is Fate.KEEP and cell.settled is None:
            self.kept.append(cell.name)


def _must_follow(here: Any, there: Any) -> Side | None:
    """What was decided is never unsaid: more may stand after it."""
    if here is None or there is None:
        return None
    before, after = here["decisions"], there["decisions"]
    follows = after[: len(before)] == before and (len(after) > len(before) or not before)
    return None if follows else Side.OURS


_RULES = {
    # The day of the last news is the latest; the first of the indicators is that of here.
    NEWS: Rule(settles=lambda here, there: max(here or "", there or "")),
    MAIN: Rule(settles=lambda here, there: here or there),
    COMMITMENT: Rule(must=_must_follow),
}


def every(side: Side | None, apart: Collection[str] = ()) -> Choose:
    """Return a choice of one side for all conflicts, and of the folder for those named."""

    def choose(loc: Loc) -> Side | None:
        named = {f"{loc.path}:{loc.field}", f"{loc.path}:{loc.field}:{loc.item}", loc.path}
        return Side.THEIRS if named & set(apart) else side

    return choose
