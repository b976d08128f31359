"""What a folder would do to a plan, in sentences and as a document (pure)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from portulan.core.merge.judgement import RowFate, counts_of
from portulan.core.merge.threeway import Cell
from portulan.core.say.text import Language, Problem, Text, colon
from portulan.publication.plan_files import findings
from portulan.publication.plan_files.comparing import COMMITMENT, HERE, Loc
from portulan.publication.plan_files.merging import Change, Merged
from portulan.publication.plan_files.reading import line_of
from portulan.publication.plan_files.texts import ACTIONS

_MOST = 80
_COMES, _GOES = Text("entre", "comes in"), Text("s’en va", "goes")
_ADDED, _REMOVED = Text("ajouté", "added"), Text("retiré", "removed")


def sentences(merged: Merged, lang: Language) -> Iterator[str]:
    """Yield a line for each change, in the order of the files."""
    for one in sorted(merged.changes, key=lambda one: one.loc):
        yield f"{one.loc.path}{_said(one, lang)}"


def _said(change: Change, lang: Language) -> str:
    loc, before, after = change.loc, change.before, change.after
    if loc.field == HERE:
        word = _COMES if before is None else _GOES
        return f"{colon(lang)}{_quoted(before or after, lang)} {word.say(lang)}"
    if loc.item and (before is None or after is None):
        word = _ADDED if before is None else _REMOVED
        value = before if after is None else after
        beside = "" if value is True or value == {} else f" ({shown(value)})"
        return f", {loc.shown}{colon(lang)}{word.say(lang)}{beside}"
    return f", {loc.shown}{colon(lang)}{_moved(before, after, lang)}"


def _moved(before: Any, after: Any, lang: Language) -> str:
    if isinstance(before, dict) and isinstance(after, dict):
        names = [name for name in {**before, **after} if before.get(name) != after.get(name)]
        told = (f"{n} {_moved(before.get(n), after.get(n), lang)}" for n in names)
        return ", ".join(told)
    return f"{_quoted(before, lang)} → {_quoted(after, lang)}"


def _quoted(value: Any, lang: Language) -> str:
    if value in (None, ""):
        return "∅"
    return Text("«\u00a0{}\u00a0»", "“{}”").say(lang).format(shown(value))


def shown(value: Any) -> str:
    """Return a value on one short line."""
    if value is None:
        return "∅"
    if isinstance(value, dict):
        text = ", ".join(f"{name} {shown(one)}" for name, one in value.items())
    elif isinstance(value, list):
        text = "; ".join(shown(one) for one in value)
    else:
        text = str(value)
    text = " ".join(text.split())
    return text if len(text) <= _MOST else f"{text[: _MOST - 1]}…"


def problems(merged: Merged, files: Mapping[str, bytes], *, known: bool) -> Iterator[Problem]:
    """Yield the conflicts nobody decided, each with its file, line and field.

    `known` tells whether what both sides come from is known.
    """
    for one in merged.waiting:
        kind = _kind(one, known=known)
        loc = one.name
        line = line_of(files, loc.path, written(loc))
        values = {"field": loc.shown, "here": shown(one.here), "there": shown(one.there)}
        yield kind.at(file=loc.path, line=line, **values)


def _kind(one: Cell, *, known: bool) -> Any:
    if one.name.field == HERE and one.name.path.startswith(ACTIONS):
        if one.must is not None:
            return findings.SERVED
        return findings.GONE_HERE if one.here is None else findings.GONE_THERE
    if one.must is not None:
        return findings.DECIDED
    return findings.CONFLICT if known else findings.DIFFERENT


def written(loc: Loc) -> str:
    """Return the field of the file where a cell stands."""
    return "level" if loc.field == COMMITMENT else loc.field


def document(merged: Merged, files: Mapping[str, bytes]) -> dict[str, Any]:
    """Return what would be done, as a document."""
    return {
        "changes": [
            {**_place(one.loc), "before": one.before, "after": one.after}
            for one in sorted(merged.changes, key=lambda one: one.loc)
        ],
        "conflicts": [
            {
                **_place(one.name),
                "line": line_of(files, one.name.path, written(one.name)),
                "here": one.here,
                "there": one.there,
                "stands": one.chosen,
            }
            for one in merged.conflicts
        ],
        "kept": [_place(loc) for loc in merged.kept],
    }


def rows(merged: Merged, read: int) -> dict[str, int]:
    """Return how many actions a folder has, and how many of them have each fate."""
    there = [one for one in merged.changes if one.loc.field == HERE]
    new = {one.loc.path for one in there if one.before is None}
    gone = {one.loc.path for one in there if one.after is None}
    stopped = {one.name.path for one in merged.waiting}
    moved = {one.loc.path for one in merged.changes} - new - gone
    created, updated, refused = (
        sum(path.startswith(ACTIONS) for path in paths)
        for paths in (new - stopped, moved - stopped, stopped)
    )
    fates = {RowFate.CREATED: created, RowFate.UPDATED: updated, RowFate.REFUSED: refused}
    return counts_of(fates | {RowFate.UNCHANGED: max(0, read - created - updated - refused)})


def _place(loc: Loc) -> dict[str, str]:
    return {"file": loc.path, "field": loc.field, "item": loc.item}
