"""A plan in cells: what its files say, one value at a time, so that two of them compare (pure).

A cell stands in a file, under a field, and for what there are several of, at an item: a milestone
by its title, money by its year. What a plan only repeats (the units and editions that it uses) and
what Portulan computes are no cells.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import replace
from typing import Any, NamedTuple

from portulan.core.folding import natural_key
from portulan.core.merge.digests import canonical, digest_of
from portulan.plans.files.document import FOLDER, PlanFolder, PlanText, practice_of
from portulan.publication.plan_files.texts import HEAD, INDICATORS, path_of

type Cells = dict[Loc, Any]
type Said = dict[str, Any]


class Loc(NamedTuple):
    """Where a cell stands: the file, the field, the item of it."""

    path: str
    field: str
    item: str = ""

    @property
    def shown(self) -> str:
        """Return the field as a sentence names it."""
        return f"{self.field} ({self.item})" if self.item else self.field


# What is there at all; the level of commitment with what was decided; the first of the indicators.
HERE, COMMITMENT, MAIN, PROVED, TIES = "", "decisions", "main", "evidence", "ties"
NEWS = "last_news_on"
_REPEATED = frozenset({"slug", "origin", "units", "editions"})
_NAMED = ("axes", "goals")
_MAPPED = (*_NAMED, "seen", "stakeholders", "unit_days", "unit_parts")
_MEMBERS = ("goals", "practices", "indicators")


def _of_day(one: Said) -> str:
    unit, role = one.get("unit", ""), one.get("role", "reading")
    return " ".join(part for part in (one["day"], unit, "" if role == "reading" else role) if part)


def _of_target(one: Said) -> str:
    return " ".join(part for part in (one["due_on"], one.get("kind", "")) if part)


def _of_year(one: Said) -> str:
    apart = "" if one.get("in_it_budget", True) else "outside"
    return " ".join(part for part in (str(one["year"]), one.get("section", ""), apart) if part)


_OF_PIECE = ("practice", "deliverable", "decision", "day", "unit", "role", "nth")


def _of_piece(one: Said) -> str:
    what = one.get("sha256", "")[:12] or one.get("reference") or one["title"]
    return " ".join([*(str(one[name]) for name in _OF_PIECE if name in one), what])


# Lists of things, by the field, each with what tells its items apart.
_ITEMS: Mapping[str, Callable[[Said], str]] = {
    "choices": lambda one: one["practice"],
    "milestones": lambda one: one["title"],
    "deliverables": lambda one: one["key"],
    "money": _of_year,
    "targets": _of_target,
    "readings": _of_day,
    "ties": lambda one: f"{one['kind']} {one['other']}",
    "evidence": _of_piece,
}


def proved_by(piece: Said) -> tuple[str, str]:
    """Return the field and the item of what a piece proves; of an action itself, what it is."""
    if "deliverable" in piece:
        return "deliverables", piece["deliverable"]
    if "practice" in piece:
        return "choices", piece["practice"]
    if "day" in piece:
        item, nth = _of_day(piece), piece.get("nth", 1)
        return "readings", item if nth == 1 else f"{item} #{nth}"
    return HERE, ""


def cells_of(folder: PlanFolder) -> Cells:
    """Return the cells of a plan; what is unknown, empty or as usual has none."""
    said: Said = FOLDER.adapter.dump_python(folder, mode="json", exclude_defaults=True)
    found: Cells = {}
    for name, value in said["plan"].items():
        if name not in _REPEATED:
            found.update(_field(HEAD, name, value))
    for key, indicator in said.get("indicators", {}).items():
        path = f"{INDICATORS}{key}.yaml"
        found[Loc(path, HERE)] = True
        for name, value in indicator.items():
            found.update(_field(path, name, value))
    for action in said.get("actions", ()):
        path = path_of(action.pop("number"))
        found[Loc(path, HERE)] = True
        level, decisions = action.pop("level"), action.pop("decisions", [])
        found[Loc(path, COMMITMENT)] = {"level": level, "decisions": decisions}
        if action.get("indicators"):
            found[Loc(path, MAIN)] = action["indicators"][0]
        for name, value in action.items():
            found.update(_field(path, name, value))
    return found


def _field(path: str, name: str, value: Any) -> Iterator[tuple[Loc, Any]]:
    if name in _ITEMS:
        counted: Counter[str] = Counter()
        items: dict[int, str] = {}
        # Pieces of one digest are told apart by what is said of them: they have no order of theirs.
        ranked = range(len(value))
        for rank in sorted(ranked, key=lambda n: canonical(value[n])) if name == PROVED else ranked:
            if not value[rank].get("computed"):
                item = _ITEMS[name](value[rank])
                counted[item] += 1
                items[rank] = item if counted[item] == 1 else f"{item} #{counted[item]}"
        yield from ((Loc(path, name, items[rank]), value[rank]) for rank in sorted(items))
    elif name in _MEMBERS and isinstance(value, list):
        yield from ((Loc(path, name, key), True) for key in value)
    elif name in _MAPPED:
        yield from ((Loc(path, name, key), one) for key, one in value.items())
    else:
        yield Loc(path, name), value


def folder_said(cells: Cells, *, like: Iterable[PlanFolder]) -> PlanFolder:
    """Return the plan that cells say; what is no cell comes from the plans it is `like`, in turn.

    Raises ValueError when what they say together cannot be.
    """
    models = list(like)
    first = models[0].plan
    files: dict[str, list[tuple[Loc, Any]]] = {}
    for loc, value in cells.items():
        files.setdefault(loc.path, []).append((loc, value))
    orders = [_orders(one) for one in models]
    plan = _document(files.pop(HEAD, []), [order.get(HEAD, {}) for order in orders])
    plan |= {"slug": first.slug, "axes": plan.get("axes", {}), "goals": plan.get("goals", {})}
    document: Said = {"plan": plan, "indicators": {}, "actions": []}
    for path in sorted(files, key=natural_key):
        said = _document(files[path], [order.get(path, {}) for order in orders])
        if path.startswith(INDICATORS):
            key = path.removeprefix(INDICATORS).removesuffix(".yaml")
            document["indicators"][key] = said
        else:
            said["number"] = int(path.partition("/")[2].partition(".")[0])
            document["actions"].append(said)
    used = {key for one in document["actions"] for key in one.get("indicators", ())}
    document["indicators"] = {k: one for k, one in document["indicators"].items() if k in used}
    folder = FOLDER.adapter.validate_python(document)
    return replace(folder, plan=_repeated(folder, [one.plan for one in models]))


def _orders(folder: PlanFolder) -> dict[str, dict[str, list[str]]]:
    """Return the items of each field of each file, in their order."""
    found: dict[str, dict[str, list[str]]] = {}
    for loc in cells_of(folder):
        if loc.item:
            found.setdefault(loc.path, {}).setdefault(loc.field, []).append(loc.item)
    return found


def _document(cells: Iterable[tuple[Loc, Any]], orders: list[dict[str, list[str]]]) -> Said:
    """Return what the cells of one file say, its items in the order of the first that has them."""
    said: Said = {}
    items: dict[str, dict[str, Any]] = {}
    main = None
    for loc, value in cells:
        if loc.item:
            items.setdefault(loc.field, {})[loc.item] = value
        elif loc.field == COMMITMENT:
            said |= value
        elif loc.field == MAIN:
            main = value
        elif loc.field != HERE:
            said[loc.field] = value
    for field, named in items.items():
        known = [item for order in orders for item in order.get(field, ())]
        ranked = sorted(named, key=lambda one: known.index(one) if one in known else len(known))
        if field in _ITEMS:
            said[field] = [named[item] for item in ranked]
        elif field in _MAPPED and not (field == "goals" and named[ranked[0]] is True):
            said[field] = {item: named[item] for item in ranked}
        else:
            said[field] = sorted(ranked, key=lambda one: one != main)
    return said


def _repeated(folder: PlanFolder, models: list[PlanText]) -> PlanText:
    """Return the head of a plan with the units and editions that it uses."""
    used = {one for action in folder.actions for one in action.practices}
    used |= {one.practice for one in folder.plan.choices}
    seen = {
        (practice_of(practice)[0], edition)
        for action in folder.actions
        for practice, edition in action.seen.items()
    }
    units: dict[str, str | None] = {}
    editions: dict[tuple[str, str], Any] = {}
    for model in reversed(models):  # what the first says of one stands
        units |= model.units
        for one in model.editions:
            key = one.catalogue, one.edition
            before = editions.get(key)
            known = one.practices if before is None else {**before.practices, **one.practices}
            wanted = {code: t for code, t in known.items() if f"{'/'.join(key)}/{code}" in used}
            if wanted or key in seen:
                editions[key] = replace(one, practices=wanted)
    return replace(
        folder.plan,
        units=dict(sorted(units.items())),
        editions=tuple(editions[key] for key in sorted(editions)),
        origin=models[-1].origin,
    )


# --- what a folder was, in few bytes --------------------------------------------------------

BASE, _BASE_NAME = "base.txt", "portulan-plan-base/1"
type Digests = dict[Loc, str]


def digests_of(folder: PlanFolder) -> Digests:
    return {loc: digest_of(value) for loc, value in cells_of(folder).items()}


def base_text(folder: PlanFolder, seal: str) -> str:
    """Return the file that says what a folder was when it was written: a digest a cell."""
    lines = [f"{_BASE_NAME} {seal}"]
    for loc, digest in digests_of(folder).items():
        lines.append(f"{digest} {json.dumps(loc, ensure_ascii=False)}")
    return "\n".join(lines) + "\n"


def read_base(content: bytes) -> tuple[str, Digests] | None:
    """Return the seal and the digests of a file of digests, None for anything else."""
    try:
        head, *lines = content.decode().rstrip("\n").split("\n")
        name, _space, seal = head.partition(" ")
        if name != _BASE_NAME:
            return None
        pairs = (line.split(" ", 1) for line in lines)
        return seal, {Loc(*json.loads(place)): digest for digest, place in pairs}
    except (ValueError, TypeError):
        return None
