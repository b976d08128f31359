"""What a person said once of the words of a tool: its states, its types, the bodies it covers.

A tool's words are local: “Prêté” is in service here and lost elsewhere. A word that nobody
explained is unknown, and listed.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, cast

from portulan.core.folding import fold
from portulan.core.say.text import ProblemKind, UnusableInputError
from portulan.sources.words import STARTS, Device, State

BAD_MEANINGS = ProblemKind(
    "bad-mapping",
    "error",
    fr="Le sens des mots est illisible à « {where} » : {expected}.",
    en="The meanings of words cannot be read at “{where}”: {expected}.",
)
_DEVICES = {
    "types": frozenset(Device) - {Device.SMARTPHONE, Device.DESK_PHONE, Device.BASIC_PHONE},
    "phone_types": frozenset({Device.SMARTPHONE, Device.DESK_PHONE, Device.BASIC_PHONE}),
}
SEPARATOR = ">"  # between an entity and those within it


@dataclass(frozen=True, slots=True)
class Meanings:
    """Words, folded, and their meaning; `scope` is the entity of the plan, "" for all.

    `screens`: the types of screens, none where all that a list of screens holds is one.
    `reconditioned`: the titles, or the numbers, of the column that says it. `start`: the day that a
    use is counted from first, "" for that of the purchase; the others follow where it is unknown.
    """

    states: Mapping[str, State] = field(default_factory=dict)
    types: Mapping[str, Device] = field(default_factory=dict)
    phones: Mapping[str, Device] = field(default_factory=dict)
    screens: Collection[str] = ()
    scope: str = ""
    reconditioned: tuple[str, ...] = ()
    start: str = ""

    @classmethod
    def from_json(cls, document: object) -> Meanings:
        """Read the shape that `as_json` gives. Raises UnusableInputError, with the place."""
        given = _members(document, "")
        start = str(given.get("start") or "")
        if start and start not in STARTS:
            raise _bad("start", ", ".join(STARTS))
        column = given.get("reconditioned_column") or {}
        columns = column.values() if isinstance(column, dict) else [column]
        return cls(
            states=_states(_members(given.get("states") or {}, "states")),
            types=_types(_members(given.get("types") or {}, "types"), "types"),
            phones=_types(_members(given.get("phone_types") or {}, "phone_types"), "phone_types"),
            screens=tuple(map(fold, _words(given.get("monitor_types") or [], "monitor_types"))),
            scope=str(given.get("scope_of_the_plan") or ""),
            reconditioned=tuple(str(one) for one in columns if one is not None and one != ""),
            start="" if start == STARTS[0] else start,
        )

    def as_json(self) -> dict[str, object]:
        """Return the words under each meaning."""
        said: dict[str, object] = {
            "scope_of_the_plan": self.scope,
            "states": _under(self.states),
            "types": _under(self.types),
            "phone_types": _under(self.phones),
            "monitor_types": list(self.screens),
            "reconditioned_column": {str(at): one for at, one in enumerate(self.reconditioned)},
        }
        return said | ({"start": self.start} if self.start else {})

    def is_within(self, entity: str, scope: str) -> bool:
        """Tell whether an entity is that of a scope, or within it, by complete names."""
        wanted = _path(scope)
        return _path(entity)[: len(wanted)] == wanted


def _states(given: Mapping[str, object]) -> dict[str, State]:
    found: dict[str, State] = {}
    for name, words in given.items():
        if name not in State:
            raise _bad(f"states.{name}", ", ".join(State))
        found |= {fold(word): State(name) for word in _words(words, f"states.{name}")}
    return found


def _types(given: Mapping[str, object], where: str) -> dict[str, Device]:
    """Return the meaning of types: one that may be a virtual machine's is another's first.

    A desktop and a virtual machine often bear the same type: its maker, or its model, tells.
    """
    found: dict[str, Device] = {}
    for name in sorted(given, key=lambda one: one != Device.VIRTUAL):
        if name not in _DEVICES[where]:
            raise _bad(f"{where}.{name}", ", ".join(sorted(_DEVICES[where])))
        words = _words(given[name], f"{where}.{name}")
        found |= {fold(word): Device(name) for word in words if fold(word)}
    return found


def _members(value: object, where: str) -> Mapping[str, Any]:
    if not isinstance(value, dict):
        raise _bad(where or "/", "{…}")
    return cast("Mapping[str, Any]", value)


def _words(value: object, where: str) -> Iterable[str]:
    if not isinstance(value, list) or not all(isinstance(one, str) for one in value):
        raise _bad(where, '["…"]')
    return cast("list[str]", value)


def _bad(where: str, expected: str) -> UnusableInputError:
    return UnusableInputError(BAD_MEANINGS.at(where=where, expected=expected))


def _under[M: (State, Device)](words: Mapping[str, M]) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for word, meaning in words.items():
        found.setdefault(str(meaning), []).append(word)
    return found


def _path(entity: str) -> list[str]:
    return [fold(part) for part in entity.split(SEPARATOR) if part.strip()]
