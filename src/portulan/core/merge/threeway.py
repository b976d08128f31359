"""What becomes of a value that comes, beside what stands and what was read of it (pure).

A table, a folder, a form or a column pasted meets what stands here. Of each value three are held
together: what comes (`there`), what stands (`here`), and `base`, a predicate: **is it still what
was read?** A kept value answers it, and so do a digest under a key and the version of a row, so
that a file carries no second copy of what it left as:

    kept("12 k€", same)                      a value that was kept
    read_as(page.digests.get(name), digest)  a digest that a file or a form carries
    at_version(is_the_one_shown, here)       the version of a row, which says nothing of what comes
    None                                     nobody knows what was read

A client declares a `Rule` for each field that wants one, and judges:

    RULES = {"pilot": Rule(same=alike, lasting=True), "note": Rule(spoken=True)}
    cell = judge("pilot", here, there, base, rule=RULES["pilot"], choose=choose)
    cell.fate      take what comes, keep what stands, or a conflict, which a person settles
    cell.value     what is to stand, once chosen; what stands, as long as nobody chose

Whether a row comes or goes is asked in the same way: `None` is a row that is not there. What takes
a merge back is one too: `there` is what stood before, `base` what was written, and what somebody
changed since is a conflict, and stays.
"""

from __future__ import annotations

import operator
from collections.abc import Callable, Hashable
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

type Base = Callable[[Any], bool]
type Same = Callable[[Any, Any], bool]


class Fate(StrEnum):
    """What becomes of a value that comes."""

    TAKE = "take"
    KEEP = "keep"
    CONFLICT = "conflict"


class Side(StrEnum):
    """Whose value of a conflict stands: the one that is here, or the one that comes."""

    OURS = "ours"
    THEIRS = "theirs"


type Choose = Callable[[Any], Side | None]


def nobody(_name: Hashable) -> Side | None:
    """Choose nothing: a conflict waits for its answer."""
    return None


@dataclass(frozen=True, slots=True)
class Rule:
    """How a field is held beside another: all is equality, unless said.

    `same` tells whether two values say one thing; `empty` is the value of what is not there.
    `lasting`: an empty value takes nothing away. `spoken`: it is said and stands nowhere (a note),
    so that what was read is all there is to compare it with. `asks`: what comes as it was read is
    a question where somebody changed it here, for a table that goes on being kept elsewhere.
    `settles` makes one value of two, where both may be right; `must` is the only side that may
    stand, if one may not.
    """

    same: Same = operator.eq
    empty: Any = None
    lasting: bool = False
    spoken: bool = False
    asks: bool = False
    settles: Callable[[Any, Any], Any] | None = None
    must: Callable[[Any, Any], Side | None] | None = None


PLAIN = Rule()


@dataclass(frozen=True, slots=True)
class Cell:
    """A value that came: its name, both sides, its fate, and whose was chosen of a conflict.

    `must` is the only side that can stand. `settled` is what was made of both.
    """

    name: Any
    here: Any
    there: Any
    fate: Fate
    differs: bool = True
    chosen: Side | None = None
    must: Side | None = None
    settled: Any = None

    @property
    def is_taken(self) -> bool:
        """Tell whether something is to be written: what comes, or what was made of both."""
        is_settled = self.settled is not None and self.settled != self.here
        return self.fate is Fate.TAKE or self.chosen is Side.THEIRS or is_settled

    @property
    def value(self) -> Any:
        """What is to stand."""
        if self.settled is not None:
            return self.settled
        return self.there if self.is_taken else self.here

    @property
    def is_conflict(self) -> bool:
        return self.fate is Fate.CONFLICT

    @property
    def is_open(self) -> bool:
        """Tell whether somebody has to choose."""
        return self.is_conflict and self.chosen is None


def judge(
    name: Any,
    here: Any,
    there: Any,
    base: Base | None,
    *,
    rule: Rule = PLAIN,
    blank: bool = False,
    choose: Choose = nobody,
) -> Cell:
    """Return what becomes of a value.

    `base` tells of a value whether it is what was read, None where nobody knows; `blank` that
    nobody chose what stands here: it counts as nothing. A choice is asked of a conflict alone.
    """
    if not rule.spoken and rule.same(here, there):
        return Cell(name, here, there, Fate.KEEP, differs=False)
    fate = _fate(here, there, base, rule, blank=blank)
    if fate is Fate.CONFLICT and rule.settles is not None:
        settled = rule.settles(here, there)
        return Cell(name, here, there, Fate.KEEP, settled=settled)
    must = rule.must(here, there) if rule.must and fate is not Fate.KEEP else None
    if must is not Side.OURS and fate is not Fate.CONFLICT:
        return Cell(name, here, there, fate)
    chosen = choose(name)
    if must is not None and chosen is not None:
        chosen = must
    return Cell(name, here, there, Fate.CONFLICT, chosen=chosen, must=must)


def _fate(here: Any, there: Any, base: Base | None, rule: Rule, *, blank: bool) -> Fate:
    is_nothing = bool(there == rule.empty)
    if is_nothing and (rule.lasting or rule.spoken or base is None):
        return Fate.KEEP
    if rule.spoken:
        return Fate.KEEP if base is not None and base(there) else Fate.TAKE
    bare = blank or here == rule.empty
    if base is None:
        return Fate.TAKE if bare else Fate.CONFLICT
    if base(there):
        return Fate.CONFLICT if rule.asks and not base(here) else Fate.KEEP
    if base(here) or (bare and base(rule.empty)):
        return Fate.TAKE
    return Fate.CONFLICT


# --- what was read -------------------------------------------------------------------------------


def kept(before: Any, same: Same = operator.eq) -> Base:
    """Return the predicate of a value that was kept."""
    return lambda value: same(before, value)


def read_as(digest: str | None, digest_of: Callable[[Any], str]) -> Base:
    """Return the predicate of a digest, None for what was not there: `None` has no digest."""
    return lambda value: digest == (None if value is None else digest_of(value))


def at_version(is_shown: bool, here: Any, same: Same = operator.eq) -> Base:
    """Return the predicate of a row’s version: what stands is what was read if it is that one."""
    return lambda value: is_shown and same(value, here)
