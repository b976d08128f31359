"""What moved between two snapshots of an inventory: devices that came, left, or are gone unsaid.

A device is known by a keyed mark of its serial, or of its reference where it has none: no serial
and no name is kept, and a mark tells nothing once the key is gone (decision 205). These counts
explain a figure; no figure is computed from them (reference of sources, § 1: a flow is never the
difference of two snapshots).
"""

from __future__ import annotations

import hmac
import struct
import zlib
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Any, NamedTuple

from portulan.core.folding import fold
from portulan.core.say.text import Text
from portulan.sources.fleet import SHOWN, Judged, is_silent
from portulan.sources.words import Device, State


class Listed(NamedTuple):
    """A device of a snapshot, in memory only: what tells it from others, and how it stands.

    A line without a serial or a reference has no `identity`: it is followed nowhere.
    """

    identity: str
    ref: str
    device: Device | None
    state: State | None
    start: date | None


class Move(StrEnum):
    """What happened to a device since a snapshot."""

    ENTERED = "entered"
    LEFT = "left"
    ASIDE = "aside"
    VANISHED = "vanished"
    DATED = "dated"
    REDATED = "redated"


MOVES = {
    Move.ENTERED: Text("entrés en service", "now in service"),
    Move.LEFT: Text("sortis du parc", "out of the fleet"),
    Move.ASIDE: Text("plus en service, sans être sortis", "no longer in service, nor out"),
    Move.VANISHED: Text("absents de la liste, sans sortie dite", "missing, with no date out"),
    Move.DATED: Text("de date de début désormais connue", "with a start that is now known"),
    Move.REDATED: Text("de date de début corrigée", "with a start that was corrected"),
}


@dataclass(frozen=True, slots=True)
class Moved:
    """How many devices of one kind moved in one way; `refs`: the first of them, in the tool."""

    move: Move
    device: Device | None
    count: int
    refs: tuple[str, ...] = ()

    def as_json(self) -> dict[str, Any]:
        return {
            "move": str(self.move),
            "device": self.device and str(self.device),
            "count": self.count,
            "refs": list(self.refs),
        }

    @classmethod
    def from_json(cls, kept: Mapping[str, Any]) -> Moved:
        device = kept["device"]
        return cls(
            Move(kept["move"]), Device(device) if device else None, kept["count"],
            tuple(kept["refs"]),
        )  # fmt: skip


class Stood(NamedTuple):
    """How a device stood, as its mark keeps it."""

    device: Device | None
    state: State | None
    start: date | None


type Marks = Mapping[bytes, Stood]
_ROW = struct.Struct(">8sBBI")  # mark, device, state, ordinal of the first day; 0 is unknown
_DEVICES, _STATES = (None, *Device), (None, *State)


def listed_in(devices: Iterable[Judged]) -> list[Listed]:
    """Return the devices of a fleet, each with what tells it from the others."""
    every = [(one, _serial(one)) for one in devices]
    serials = Counter(serial for _one, serial in every)
    return [
        Listed(
            serial if serials[serial] == 1 else _reference(one),
            one.item.ref,
            one.device,
            one.state,
            one.start,
        )
        for one, serial in every
    ]


def _serial(one: Judged) -> str:
    """Return the maker and the serial of a device, or its reference where its serial is silent."""
    item = one.item
    if is_silent(item.serial):
        return _reference(one)
    return f"{item.asset}:{fold(item.maker)}:{fold(item.serial)}"


def _reference(one: Judged) -> str:
    item = one.item
    return "" if item.ref in ("", str(item.line)) else f"{item.asset}/{item.ref}"


def marks_of(listed: Iterable[Listed], key: bytes) -> dict[bytes, Stood]:
    """Return how each device stands, by its mark under a key."""
    return {
        _mark(one, key): Stood(one.device, one.state, one.start) for one in listed if one.identity
    }


def _mark(one: Listed, key: bytes) -> bytes:
    return hmac.digest(key, one.identity.encode(), "sha256")[:8]


def packed(marks: Marks) -> bytes:
    """Return marks as they are kept: fourteen bytes each at most."""
    rows = (
        _ROW.pack(
            mark,
            _DEVICES.index(one.device),
            _STATES.index(one.state),
            one.start.toordinal() if one.start else 0,
        )
        for mark, one in sorted(marks.items())
    )
    return zlib.compress(b"".join(rows))


def unpacked(kept: bytes) -> dict[bytes, Stood]:
    """Return the marks that were packed; none of what another version wrote otherwise."""
    try:
        rows = list(_ROW.iter_unpack(zlib.decompress(kept)))
        return {
            mark: Stood(
                _DEVICES[device], _STATES[state], date.fromordinal(start) if start else None
            )
            for mark, device, state, start in rows
        }
    except (zlib.error, struct.error, LookupError, ValueError, OverflowError):
        return {}


def moves_since(before: Marks, listed: Iterable[Listed], key: bytes) -> list[Moved]:
    """Return what moved since the marks of a snapshot, by kind of move and of device."""
    refs: dict[tuple[Move, Device | None], list[str]] = defaultdict(list)
    seen: set[bytes] = set()
    for one in listed:
        if not one.identity:
            continue
        mark = _mark(one, key)
        seen.add(mark)
        for move in _between(before.get(mark), one):
            refs[move, one.device].append(one.ref)
    gone = Counter(
        stood.device
        for mark, stood in before.items()
        if mark not in seen and stood.state is State.IN_SERVICE
    )
    found = [
        Moved(move, device, len(some), tuple(sorted(some, key=_as_read)[:SHOWN]))
        for (move, device), some in refs.items()
    ]
    found += [Moved(Move.VANISHED, device, count) for device, count in gone.items()]
    order = list(Move)
    return sorted(found, key=lambda one: (order.index(one.move), -one.count, one.device or ""))


def _between(before: Stood | None, now: Listed) -> Iterator[Move]:
    was = before is not None and before.state is State.IN_SERVICE
    if now.state is State.IN_SERVICE:
        if not was:
            yield Move.ENTERED
        elif before is not None and now.start != before.start:
            yield Move.DATED if before.start is None else Move.REDATED
    elif was:
        yield Move.LEFT if now.state is not None and now.state.is_out else Move.ASIDE


def _as_read(ref: str) -> tuple[int, str]:
    return len(ref), ref
