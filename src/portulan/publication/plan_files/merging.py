"""An edited folder and the plan as it stands, put together value by value (pure).

Three are held together: what both come from, what stands here, what the folder says. What one side
alone changed is taken; what both changed differently is a conflict, and nobody's is lost unknown.
"""

from __future__ import annotations

from collections.abc import Callable, Collection
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from portulan.plans.files.document import PlanFolder
from portulan.publication.plan_files.comparing import (
    COMMITMENT,
    HERE,
    MAIN,
    PROVED,
    TIES,
    Cells,
    Digests,
    Loc,
    cells_of,
    digest_of,
    folder_said,
    proved_by,
)
from portulan.publication.plan_files.texts import ACTIONS, HEAD, INDICATORS, path_of


class Side(StrEnum):
    """Whose value of a conflict stands: the plan’s here, or the folder’s."""

    OURS = "ours"
    THEIRS = "theirs"


@dataclass(frozen=True, slots=True)
class Change:
    """A cell that the folder changes here; None is nothing."""

    loc: Loc
    before: Any
    after: Any


@dataclass(frozen=True, slots=True)
class Conflict:
    """A cell that both sides changed, and whose value was chosen, if one was.

    `must` is the only side that can stand: what was decided is never unsaid by a file.
    """

    loc: Loc
    here: Any
    there: Any
    chosen: Side | None = None
    must: Side | None = None

    @property
    def is_open(self) -> bool:
        return self.chosen is None


@dataclass(frozen=True, slots=True)
class Merged:
    """The plan that comes of it, what changes here, what both changed, what only this side did."""

    folder: PlanFolder
    changes: tuple[Change, ...]
    conflicts: tuple[Conflict, ...]
    kept: tuple[Loc, ...]

    @property
    def waiting(self) -> list[Conflict]:
        return [one for one in self.conflicts if one.is_open]


type Choose = Callable[[Loc], Side | None]
type Deletable = Callable[[int], bool]


def merge(
    here: PlanFolder,
    there: PlanFolder,
    base: Digests | None,
    *,
    choose: Choose = lambda _loc: None,
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
        self.conflicts: list[Conflict] = []
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
            in_base = loc in (self._base or {})
            if loc in self._ours and loc in self._theirs:
                continue
            if path.startswith(INDICATORS):
                # It is there as long as an action names it.
                found[path] = self._ours if loc in self._ours else self._theirs
            elif loc in self._theirs:
                found[path] = self._absent_here(loc) if in_base else self._taken(loc)
            elif loc in self._ours:
                found[path] = self._absent_there(loc) if in_base else self._only_here(loc)
        return found

    def _taken(self, loc: Loc) -> Cells:
        self.changes.append(Change(loc, None, self._title(self._theirs, loc)))
        return self._theirs

    def _only_here(self, loc: Loc) -> Cells:
        self.kept.append(loc)
        return self._ours

    def _absent_here(self, loc: Loc) -> Cells | None:
        """An action deleted here comes back only if the folder changed it, and somebody asks."""
        if self._is_as_base(self._theirs, loc.path):
            self.kept.append(loc)
            return None
        side = self._conflict(loc, None, self._title(self._theirs, loc))
        if side is not Side.THEIRS:
            return None
        self.changes.append(Change(loc, None, self._title(self._theirs, loc)))
        return self._theirs

    def _absent_there(self, loc: Loc) -> Cells | None:
        title = self._title(self._ours, loc)
        if not self._deletable(int(loc.path[len(ACTIONS) : -3])):
            self._conflict(loc, title, None, must=Side.OURS)
            return self._ours
        moved = not self._is_as_base(self._ours, loc.path)
        if moved and self._conflict(loc, title, None) is not Side.THEIRS:
            return self._ours
        self.changes.append(Change(loc, title, None))
        return None

    def _is_as_base(self, side: Cells, path: str) -> bool:
        said = {loc: digest_of(value) for loc, value in side.items() if loc.path == path}
        base = {loc: digest for loc, digest in (self._base or {}).items() if loc.path == path}
        return {k: v for k, v in said.items() if not _is_news(k)} == {
            k: v for k, v in base.items() if not _is_news(k)
        }

    def _title(self, side: Cells, loc: Loc) -> Any:
        return side.get(Loc(loc.path, "title"))

    # --- one cell -----------------------------------------------------------------------------

    def _cell(self, loc: Loc) -> None:
        here, there = self._ours.get(loc), self._theirs.get(loc)
        value = here if here == there else self._judged(loc, here, there)
        if value is not None:
            self.found[loc] = value
        if value != here:
            self.changes.append(Change(loc, here, value))

    def _judged(self, loc: Loc, here: Any, there: Any) -> Any:
        if self._base is None:
            if here is None or there is None:
                return there if here is None else here
        else:
            before = self._base.get(loc)
            if before == (None if there is None else digest_of(there)):
                self.kept.append(loc)
                return here
            if before == (None if here is None else digest_of(here)):
                if _may_follow(loc, here, there):
                    return there
                self._conflict(loc, here, there, must=Side.OURS)
                return here
        if _is_news(loc):
            return max(here or "", there or "") or None
        if loc.field == MAIN:
            return here or there  # which of the indicators comes first
        must = None if _may_follow(loc, here, there) else Side.OURS
        return there if self._conflict(loc, here, there, must=must) is Side.THEIRS else here

    def _conflict(self, loc: Loc, here: Any, there: Any, must: Side | None = None) -> Side | None:
        chosen = self._choose(loc)
        if must is not None and chosen is not None:
            chosen = must
        self.conflicts.append(Conflict(loc, here, there, chosen, must))
        return chosen


def _is_news(loc: Loc) -> bool:
    """Tell whether a cell is the day of the last news, which the latest says."""
    return loc.field == "last_news_on"


def _may_follow(loc: Loc, here: Any, there: Any) -> bool:
    """Tell whether a value may stand after another: what was decided is never unsaid."""
    if loc.field != COMMITMENT or here is None or there is None:
        return True
    before, after = here["decisions"], there["decisions"]
    return after[: len(before)] == before and (len(after) > len(before) or not before)


def every(side: Side | None, apart: Collection[str] = ()) -> Choose:
    """Return a choice of one side for all conflicts, and of the folder for those named."""

    def choose(loc: Loc) -> Side | None:
        named = {f"{loc.path}:{loc.field}", f"{loc.path}:{loc.field}:{loc.item}", loc.path}
        return Side.THEIRS if named & set(apart) else side

    return choose


def undoing(before: PlanFolder, after: PlanFolder, now: PlanFolder) -> Merged:
    """Return what takes a merge back: what changed since stays, and is told as a conflict."""
    base = {loc: digest_of(value) for loc, value in cells_of(after).items()}
    return merge(now, before, base, choose=every(Side.OURS))
