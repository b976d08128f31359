"""Values read from the database, kept in memory until what they were read from moves."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Hashable
from datetime import datetime
from threading import Lock

type Version = tuple[int, datetime]  # the last entry of a trail: its number and its hour


class Kept[Value]:
    """The values asked for last, each with the version that it was read at; shared by threads.

    At most so many of them, and so much in all as `weigh` says.
    """

    def __init__(
        self, most: int, *, weigh: Callable[[Value], int] = lambda _value: 0, heaviest: int = 0
    ) -> None:
        self._most, self._weigh, self._heaviest = most, weigh, heaviest
        self._values: OrderedDict[Hashable, tuple[Version, Value]] = OrderedDict()
        self._lock = Lock()

    def get(self, key: Hashable, version: Version | None) -> Value | None:
        """Return the value of a key read at that version; None where none is kept."""
        found = self.last(key)
        return found[1] if found is not None and found[0] == version else None

    def last(self, key: Hashable) -> tuple[Version, Value] | None:
        """Return the value of a key with the version that it was read at."""
        with self._lock:
            if key in self._values:
                self._values.move_to_end(key)
            return self._values.get(key)

    def put(self, key: Hashable, version: Version | None, value: Value) -> Value:
        """Keep a value, unless its version cannot be told; the ones asked for first leave."""
        if version is None:
            return value
        with self._lock:
            self._values.pop(key, None)
            if self._weigh(value) <= self._heaviest:
                self._values[key] = version, value
            while len(self._values) > self._most or self._held() > self._heaviest:
                self._values.popitem(last=False)
        return value

    def _held(self) -> int:
        return sum(self._weigh(value) for _version, value in self._values.values())

    def clear(self) -> None:
        with self._lock:
            self._values.clear()
