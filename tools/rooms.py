"""The size of the house, by capability: what stood, and the rooms of what is added (decision 111).

Read from rooms.toml. A capability that holds more than stood draws from the rooms that name it.
"""

from __future__ import annotations

import io
import re
import tokenize
import tomllib
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

TABLE = Path(__file__).with_name("rooms.toml")
DECISION = "decision 111, docs/adr/0111-the-size-of-the-house-has-a-ceiling.md"
# What stood on 30 November 2026, migrations apart: rows of the table move, their sum never rises.
STOOD = {"lines": 161_540, "tokens": 1_100_344}
UNITS = tuple(STOOD)
# How a file is laid out is no writing, nor what it says beside its code.
LAID_OUT = {
    *(tokenize.NL, tokenize.NEWLINE, tokenize.INDENT, tokenize.DEDENT),
    *(tokenize.COMMENT, tokenize.ENCODING, tokenize.ENDMARKER),
}
DATA = "data"
DATA_FILES = {".csv", ".json", ".sql", ".typ", ".yaml"}

type Sizes = dict[str, int]


@dataclass(frozen=True)
class Room:
    """What capabilities may add together: `names` are capabilities, or the domains of some."""

    name: str
    sizes: Sizes
    names: tuple[str, ...]
    reason: str

    def takes(self, capability: str) -> bool:
        return any(f"{capability}/".startswith(f"{name}/") for name in self.names)


def capability_of(parts: tuple[str, ...]) -> str:
    """Return where a file counts, from the parts of its path: a screen with its domain."""
    folders = parts[1:-1] if parts[0] == "web" and len(parts) > 3 else parts[:-1]
    return "/".join([one for one in folders if one != "models"][:2]) or "portulan"


def sizes_of(files: Iterable[tuple[tuple[str, ...], str]]) -> dict[str, Sizes]:
    """Return the lines and the tokens of each capability, from the files of Python."""
    found: dict[str, Sizes] = defaultdict(lambda: dict.fromkeys(UNITS, 0))
    for parts, text in files:
        sizes = found[capability_of(parts)]
        sizes["lines"] += text.count("\n")
        sizes["tokens"] += tokens(text)
    return dict(found)


def tokens(text: str) -> int:
    read = tokenize.generate_tokens(io.StringIO(text).readline)
    return sum(token.type not in LAID_OUT for token in read)


def data_under(package: Path) -> Sizes:
    """Return the lines and the words of the tables and texts that stand beside the code."""
    sizes = dict.fromkeys(UNITS, 0)
    for path in package.rglob("*"):
        if path.suffix in DATA_FILES:
            text = path.read_bytes()  # whatever its encoding
            sizes["lines"] += text.count(b"\n")
            sizes["tokens"] += len(re.findall(rb"\w+", text))
    return sizes


def table(path: Path = TABLE) -> tuple[dict[str, Sizes], list[Room]]:
    """Return what stood by capability, and the rooms."""
    read = tomllib.loads(path.read_text(encoding="utf-8"))
    stood = {name: dict(zip(UNITS, row, strict=True)) for name, row in read["stood"].items()}
    rooms = [
        Room(name, {unit: row[unit] for unit in UNITS}, tuple(row["for"]), row["reason"].strip())
        for name, row in read["rooms"].items()
    ]
    return stood, rooms


def faults(found: Mapping[str, Sizes], stood: Mapping[str, Sizes], rooms: list[Room]) -> list[str]:
    """Return in sentences what passes its ceiling, and what the table may not say."""
    said = [f"the room “{room.name}” gives no reason" for room in rooms if not room.reason]
    for unit in UNITS:
        whole = sum(sizes[unit] for name, sizes in stood.items() if name != DATA)
        if whole > STOOD[unit]:
            said.append(
                f"[stood] adds up to {whole:,} {unit}, above the {STOOD[unit]:,} that stood: what"
                " moves is taken from one row and given to another, what is added has a room"
            )
        said += _past(unit, found, stood, rooms)
    if said:
        said.append(
            "Delete what yours replaces, or write less of it (not denser). What is worth its size"
            f" gets a line in tools/rooms.toml, with its reason. Why: {DECISION}"
        )
    return said


def _past(
    unit: str, found: Mapping[str, Sizes], stood: Mapping[str, Sizes], rooms: list[Room]
) -> Iterator[str]:
    used, left = placed(unit, found, stood, rooms)
    for name, over in left.items():
        full = ", ".join(
            f"{room.name} {used[room.name]:,} of {room.sizes[unit]:,}"
            for room in rooms
            if room.takes(name)
        )
        yield (
            f"{name} holds {found[name][unit]:,} {unit}, {stood_of(stood, name, unit):,} stood;"
            f" {over:,} find no place in the rooms that name it ({full or 'none does'})"
        )


def stood_of(stood: Mapping[str, Sizes], name: str, unit: str) -> int:
    return stood[name][unit] if name in stood else 0


def placed(
    unit: str, found: Mapping[str, Sizes], stood: Mapping[str, Sizes], rooms: list[Room]
) -> tuple[dict[str, int], dict[str, int]]:
    """Return what is used of each room, and what of each capability finds no place in any."""
    places = Places(rooms, {room.name: room.sizes[unit] for room in rooms})
    above = {name: sizes[unit] - stood_of(stood, name, unit) for name, sizes in found.items()}
    left = {name: more - places.fill(name, more) for name, more in above.items() if more > 0}
    used = {room.name: room.sizes[unit] - places.free[room.name] for room in rooms}
    return used, {name: over for name, over in left.items() if over}


@dataclass
class Places:
    """What is free of each room, and what each capability holds of it.

    A capability that has other rooms makes place for one that has none: something is left only
    where nothing else would have held it (a flow, by augmenting paths).
    """

    rooms: list[Room]
    free: dict[str, int]
    held: dict[tuple[str, str], int] = field(default_factory=lambda: defaultdict(int))

    def fill(self, name: str, amount: int) -> int:
        """Place what can be of an amount, and return how much that is."""
        done = 0
        while done < amount and (step := self._step(name, amount - done, set())):
            done += step
        return done

    def _step(self, name: str, amount: int, tried: set[str]) -> int:
        for room in self.rooms:
            if room.takes(name) and room.name not in tried:
                tried.add(room.name)
                done = self._freed(room.name, name, amount, tried)
                if done:
                    self.free[room.name] -= done
                    self.held[name, room.name] += done
                    return done
        return 0

    def _freed(self, room: str, name: str, amount: int, tried: set[str]) -> int:
        if self.free[room]:
            return min(amount, self.free[room])
        for (other, where), much in list(self.held.items()):
            if where == room and other != name and much:
                done = self._step(other, min(amount, much), tried)
                if done:
                    self.held[other, room] -= done
                    self.free[room] += done
                    return done
        return 0
