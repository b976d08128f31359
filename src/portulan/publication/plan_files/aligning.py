"""Which part of a plan here is which part of a folder: keys come from titles, which move (pure).

A folder names an axis, a goal, an indicator or a deliverable by a key that means something in it
alone, and an action by its number. The plan here is said in the words of the folder, so that the
two compare cell by cell; what the folder knows nothing of keeps its own, or one that is free.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace

from portulan.core.folding import fold
from portulan.core.merge.digests import digest_of
from portulan.plans.files.document import ActionText, DecisionText, DeliverableText, PlanFolder
from portulan.publication.plan_files.comparing import Digests
from portulan.publication.plan_files.texts import ACTIONS, HEAD, INDICATORS, path_of

_MOST = 32_767
# What is said here and in the folder, by key: of two of one title, what says the same is the same.
type _Twins = tuple[Mapping[str, object], Mapping[str, object]]
_ALONE: _Twins = ({}, {})


@dataclass(frozen=True, slots=True)
class Alignment:
    """The name in the folder of what is here, by its name here."""

    numbers: Mapping[int, int]
    axes: Mapping[str, str]
    goals: Mapping[str, str]
    indicators: Mapping[str, str]
    deliverables: Mapping[int, Mapping[str, str]] = field(default_factory=dict)


def align(
    here: PlanFolder,
    there: PlanFolder,
    base: Digests,
    *,
    numbers: Mapping[int, int],
    entered: PlanFolder | None = None,
) -> Alignment:
    """Return what is what; `numbers` is where actions of earlier folders stand here.

    `entered` is the folder that came last, where `base` is made of it: it knows titles too.
    """
    actions = _numbers(here, there, base, numbers)
    before = entered or PlanFolder(there.plan)

    def keys(
        known: Iterable[str],
        ours: Mapping[str, str],
        earlier: Mapping[str, str],
        theirs: Mapping[str, str],
        users: tuple[Mapping[str, set[str]], Mapping[str, set[str]]],
        twins: _Twins = _ALONE,
    ) -> dict[str, str]:
        return _keys(list(known), ours, {**theirs, **earlier}, theirs, users, twins)

    return Alignment(
        actions,
        keys(
            (loc.item for loc in base if (loc.path, loc.field) == (HEAD, "axes")),
            here.plan.axes,
            before.plan.axes,
            there.plan.axes,
            (_axis_users(here, actions), _users_of_axes(base)),
        ),
        keys(
            (loc.item for loc in base if (loc.path, loc.field) == (HEAD, "goals")),
            here.plan.goals,
            before.plan.goals,
            there.plan.goals,
            (_member_users(here, actions, lambda one: one.goals), _users(base, "goals")),
        ),
        keys(
            dict.fromkeys(
                loc.path.removeprefix(INDICATORS).removesuffix(".yaml")
                for loc in base
                if loc.path.startswith(INDICATORS)
            ),
            {key: one.name for key, one in here.indicators.items()},
            {key: one.name for key, one in before.indicators.items()},
            {key: one.name for key, one in there.indicators.items()},
            (_member_users(here, actions, lambda one: one.indicators), _users(base, "indicators")),
            (here.indicators, {**there.indicators, **before.indicators}),
        ),
        _deliverables(here, there, base, actions, entered),
    )


def said_as(here: PlanFolder, names: Alignment) -> PlanFolder:
    """Return the plan here in the names of the folder."""
    plan = replace(
        here.plan,
        axes={names.axes[key]: title for key, title in here.plan.axes.items()},
        goals={names.goals[key]: title for key, title in here.plan.goals.items()},
    )
    indicators = {names.indicators[key]: one for key, one in here.indicators.items()}
    return PlanFolder(plan, indicators, tuple(_renamed(one, names) for one in here.actions))


def _renamed(action: ActionText, names: Alignment) -> ActionText:
    handed = names.deliverables.get(action.number, {})

    def decided(one: DecisionText) -> DecisionText:
        key = one.deliverable
        return one if key is None else replace(one, deliverable=handed.get(key, key))

    return replace(
        action,
        number=names.numbers[action.number],
        axis=None if action.axis is None else names.axes[action.axis],
        goals=tuple(names.goals[key] for key in action.goals),
        indicators=tuple(names.indicators[key] for key in action.indicators),
        deliverables=tuple(
            replace(one, key=handed.get(one.key, one.key)) for one in action.deliverables
        ),
        decisions=tuple(decided(one) for one in action.decisions),
        ties=tuple(replace(one, other=names.numbers[one.other]) for one in action.ties),
        evidence=tuple(
            replace(one, deliverable=handed.get(one.deliverable, one.deliverable))
            if one.deliverable
            else one
            for one in action.evidence
        ),
    )


# --- actions --------------------------------------------------------------------------------


def _numbers(
    here: PlanFolder, there: PlanFolder, base: Digests, numbers: Mapping[int, int]
) -> dict[int, int]:
    """Return the number in the folder of each action here.

    An action that both sides made since is one if it has the same title, and else two.
    """
    ours = {one.number: one for one in here.actions}
    known = {int(loc.path[len(ACTIONS) : -3]) for loc in base if loc.path.startswith(ACTIONS)}
    found = {numbers.get(n, n): n for n in sorted(known) if numbers.get(n, n) in ours}
    by_title: dict[str, int] = {}
    for one in here.actions:
        if one.number not in found:
            by_title.setdefault(fold(one.title), one.number)
    taken = known | {one.number for one in there.actions}
    for action in there.actions:
        if action.number in known:
            continue
        same = by_title.pop(fold(action.title), None)
        if same is not None:
            found[same] = action.number
    free = iter(range(_MOST, 0, -1))
    for number in ours:
        if number not in found:
            found[number] = (
                number if number not in taken else next(n for n in free if n not in taken)
            )
            taken.add(found[number])
    return found


# --- what has a key -------------------------------------------------------------------------


def _keys(
    known: list[str],
    ours: Mapping[str, str],
    titles: Mapping[str, str],
    theirs: Mapping[str, str],
    users: tuple[Mapping[str, set[str]], Mapping[str, set[str]]],
    twins: _Twins,
) -> dict[str, str]:
    """Return the key in the folder of each key here.

    The same title had the same key; else it is the one that the same actions name, if only one is.
    """
    found: dict[str, str] = {}
    _by_title(found, ours, {key: titles.get(key) for key in known}, twins)
    _by_users(found, ours, [key for key in known if key not in found.values()], users)
    new = {key: title for key, title in theirs.items() if key not in known}
    _by_title(found, ours, new, twins)
    taken = {*known, *theirs}
    for key in ours:
        if key not in found:
            found[key] = _free(key, taken)
            taken.add(found[key])
    return {key: found[key] for key in ours}


def _by_title(
    found: dict[str, str],
    ours: Mapping[str, str],
    wanted: Mapping[str, str | None],
    twins: _Twins,
) -> None:
    """Match what has the same title, twins that say the same first, then what has the same key."""
    by_title: dict[str, list[str]] = {}
    for one, said in ours.items():
        if one not in found:
            by_title.setdefault(said, []).append(one)
    several = {title for title, alike in by_title.items() if len(alike) > 1}
    here, there = twins
    met: set[str] = set()
    for key in [key for key, title in wanted.items() if title in several and key in there]:
        twin = by_title[wanted[key] or ""]
        same = next((one for one in twin if here.get(one) == there[key]), None)
        if same is not None:
            twin.remove(same)
            found[same] = key
            met.add(key)
    rest: list[str] = []
    for key, title in wanted.items():
        if key in met:
            continue
        alike = by_title.get(title or "")
        if alike:
            found[alike.pop(0)] = key
        else:
            rest.append(key)
    for key in rest:
        if key in ours and key not in found:
            found[key] = key


def _by_users(
    found: dict[str, str],
    ours: Mapping[str, str],
    lost: list[str],
    users: tuple[Mapping[str, set[str]], Mapping[str, set[str]]],
) -> None:
    """Match what has another title by now: most of the actions that name one name the other."""
    here, before = users
    for key in lost:
        who = before.get(key, set())
        for one in ours:
            same = here.get(one, set())
            if one not in found and 2 * len(who & same) > max(len(who), len(same)):
                found[one] = key
                break


def _free(key: str, taken: set[str]) -> str:
    found, rank = key, 1
    while found in taken:
        rank += 1
        found = f"{key}-{rank}"
    return found


def _users(base: Digests, name: str) -> dict[str, set[str]]:
    found: dict[str, set[str]] = {}
    for loc in base:
        if loc.field == name and loc.item and loc.path.startswith(ACTIONS):
            found.setdefault(loc.item, set()).add(loc.path)
    return found


def _users_of_axes(base: Digests) -> dict[str, set[str]]:
    keys = [loc.item for loc in base if (loc.path, loc.field) == (HEAD, "axes")]
    by_digest = {digest_of(key): key for key in keys}
    found: dict[str, set[str]] = {}
    for loc, digest in base.items():
        if loc.field == "axis" and digest in by_digest:
            found.setdefault(by_digest[digest], set()).add(loc.path)
    return found


def _axis_users(here: PlanFolder, numbers: Mapping[int, int]) -> dict[str, set[str]]:
    return _member_users(here, numbers, lambda one: (one.axis,) if one.axis else ())


def _member_users(
    here: PlanFolder, numbers: Mapping[int, int], named: Callable[[ActionText], Iterable[str]]
) -> dict[str, set[str]]:
    found: dict[str, set[str]] = {}
    for action in here.actions:
        for key in named(action):
            found.setdefault(key, set()).add(path_of(numbers[action.number]))
    return found


def _deliverables(
    here: PlanFolder,
    there: PlanFolder,
    base: Digests,
    numbers: Mapping[int, int],
    entered: PlanFolder | None,
) -> dict[int, dict[str, str]]:
    theirs = {one.number: one for one in there.actions}
    before = {one.number: one for one in entered.actions} if entered else {}
    known: dict[str, list[str]] = {}
    for loc in base:
        if loc.field == "deliverables":
            known.setdefault(loc.path, []).append(loc.item)
    found: dict[int, dict[str, str]] = {}
    for action in here.actions:
        number = numbers[action.number]
        sides = [
            {one.key: one for one in side[number].deliverables} if number in side else {}
            for side in (theirs, before)
        ]
        told = sides[0] | sides[1]
        found[action.number] = _keys(
            known.get(path_of(number), []),
            {one.key: one.title for one in action.deliverables},
            {key: one.title for key, one in told.items()},
            {key: one.title for key, one in sides[0].items()},
            ({}, {}),
            (_keyless(action.deliverables), _keyless(told.values())),
        )
    return found


def _keyless(deliverables: Iterable[DeliverableText]) -> dict[str, object]:
    return {one.key: replace(one, key="") for one in deliverables}
