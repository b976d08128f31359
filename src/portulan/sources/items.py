"""A device as its tool lists it, before anything is concluded.

Names of people, names of machines and comments are never read. A serial is kept in memory only, to
know one device listed twice; nothing stores it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date

from portulan.sources.words import STARTS, Asset, Device, State, Tool

# The facts that a list may carry: what it has no column for is unknown of all its devices.
FACTS = frozenset(
    {
        "state",
        "type",
        "start",
        "out",
        "seen",
        "user",
        "reconditioned",
        "entity",
        "warranty",
        "leased",
    }
)
MOST_ITEMS = 200_000  # devices of one reading, which holds them all
INVOICE = 60  # characters of its number at most, as of a piece of accounts
FOR_LIFE = -1  # a warranty that does not end, as GLPI writes it


@dataclass(slots=True)
class Item:
    """One line of a list. Words are the tool's; `state_is` and `device_is` where it says itself.

    `user`: whether somebody is named, None where the list does not say. `reconditioned` is None
    where nobody said: that is no “new”, as for `leased` that is no “bought”. `warranty` in months,
    or `FOR_LIFE`.
    """

    asset: Asset
    ref: str
    line: int = 0
    entity: str = ""
    state: str = ""
    type: str = ""
    maker: str = ""
    model: str = ""
    serial: str = ""
    invoice: str = ""
    bought: date | None = None
    in_service: date | None = None
    delivered: date | None = None
    ordered: date | None = None
    out: date | None = None
    seen: date | None = None
    checked: date | None = None
    created: date | None = None
    user: bool | None = None
    reconditioned: bool | None = None
    warranty: int | None = None
    leased: bool | None = None
    deleted: bool = False
    template: bool = False
    state_is: State | None = None
    device_is: Device | None = None

    def starts(self, first: str = "") -> tuple[date | None, ...]:
        """Return the days that its use may have begun, the surest first, or the one preferred."""
        names = sorted(STARTS, key=lambda name: name != first)
        return tuple(getattr(self, name) for name in names)

    @property
    def last_seen(self) -> date | None:
        """The last day that an agent, or a person, saw it."""
        return max((day for day in (self.seen, self.checked) if day), default=None)

    def completed_by(self, other: Item) -> Item:
        """Return it with what it does not say, as another line of the same device says it."""
        missing = {
            name: getattr(other, name)
            for name in _COMPLETED
            if getattr(self, name) in (None, "") and getattr(other, name) not in (None, "")
        }
        return replace(self, **missing) if missing else self


_COMPLETED = (
    "entity", "state", "type", "maker", "model", "invoice", "bought", "in_service", "delivered",
    "ordered", "out", "seen", "checked", "created", "user", "reconditioned", "warranty", "leased",
    "state_is", "device_is",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Listing:
    """The devices of a list, the tool it comes from, and the facts that it has a column for."""

    tool: Tool
    asset: Asset
    items: Sequence[Item]
    facts: frozenset[str] = FACTS
    dropped: Mapping[str, int] = field(default_factory=dict)
