"""Lines of inventories, judged: what is one device, what it is, its state, and since when.

Out before anything is counted: deleted, templates, virtual machines, panels built in laptops, other
bodies; one device listed twice is one. What is odd is said, with the lines to correct in the tool.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date

from portulan.core.folding import fold
from portulan.core.say.text import ProblemKind, Problems, Text, UnusableInputError
from portulan.sources.items import Item, Listing
from portulan.sources.meanings import Meanings
from portulan.sources.words import Asset, Device, State

FIRST_YEAR = 1995  # no device in service is older: an earlier day is a default of the tool
PEAK = 0.05  # of the devices bought one day: a date that an import wrote
_PEAK_FROM = 20  # devices
_SHARED = 5  # lines: a serial that more bear says nothing
SHOWN = 20  # references of lines in a sentence
_SILENT = frozenset(
    {
        "", "-", "0", "none", "null", "n/a", "na", "unknown", "inconnu", "aucun", "default",
        "default string", "to be filled by o.e.m.", "to be filled by o.e.m", "to be filled by oem",
        "system serial number", "chassis serial number", "base board serial number",
        "serial number", "serial", "not specified", "not applicable", "not available",
        "not defined", "o.e.m.", "oem",
        "empty", "invalid", "no serial", "non renseigne", "sans", "x", "xxx", "123456789",
        "0123456789", "1234567890", "12345678", "1234567", "123456", "undefined", "sn", "s/n",
    }
)  # fmt: skip
_VIRTUAL_MAKERS = re.compile(
    r"\b(?:vmware|qemu|innotek|xen|red hat|parallels|ovirt|nutanix|amazon ec2|bhyve|proxmox"
    r"|bochs)\b"
)
_VIRTUAL_MODELS = re.compile(
    r"virtual machine|vmware|virtualbox|standard pc|\bkvm\b|\bhvm\b|\brhev\b|bochs"
    r"|compute engine|openstack|virtual platform|\bec2\b"
)
_PANEL_MAKERS = frozenset(
    {"lgd", "auo", "boe", "cmn", "cmo", "shp", "ivo", "inx", "cso", "csot", "sdc", "nca", "kdb",
     "lg display", "au optronics", "innolux", "chimei innolux", "boe technology", "infovision"}
)  # fmt: skip
_PANEL_MODELS = re.compile(
    r"integrated panel|built-?in (?:display|panel|screen)|internal (?:display|panel|screen)"
    r"|(?:dalle|ecran|panneau) (?:integree?|interne)|\bcolor lcd\b"
)

IMPOSSIBLE = ProblemKind(
    "impossible-date",
    "warning",
    fr="Dates de début impossibles, avant {first} ou après le {on} : {refs} ({count} en tout)."
    " Elles comptent comme inconnues.",
    en="Impossible starting dates, before {first} or after {on}: {refs} ({count} in all). They"
    " count as unknown.",
)
OUT_BEFORE_IN = ProblemKind(
    "out-before-in",
    "warning",
    fr="Sortis avant d’être entrés : {refs} ({count} en tout). Leur âge à la sortie est inconnu.",
    en="Out before they came in: {refs} ({count} in all). Their age when they left is unknown.",
)
NEW_WORD = ProblemKind(
    "word-without-meaning",
    "warning",
    fr="Le mot « {word} » ({field:fr}) n’a pas de sens connu. Lignes qui le portent : {count}."
    " Dites ce qu’il veut dire.",
    en="The word “{word}” ({field:en}) has no known meaning. Lines that bear it: {count}. Say what"
    " it means.",
)
LISTED_TWICE = ProblemKind(
    "listed-twice",
    "warning",
    fr="Équipements listés deux fois, d’après leur fabricant et leur numéro de série : {refs}"
    " ({count} en tout). La ligne vue en dernier est gardée.",
    en="Devices listed twice, by their maker and serial: {refs} ({count} in all). The line last"
    " seen is kept.",
)
SHARED_SERIAL = ProblemKind(
    "shared-serial",
    "warning",
    fr="Un même numéro de série est sur {count} lignes : il ne désigne aucun équipement.",
    en="One serial stands on {count} lines: it names no device.",
)
NO_SUCH_SCOPE = ProblemKind(
    "no-such-scope",
    "error",
    fr="Aucun équipement n’est de l’entité « {scope} ». Entités lues : {found}.",
    en="No device is of the entity “{scope}”. Entities read: {found}.",
)
SCOPE_NOT_HERE = ProblemKind(
    "scope-not-here",
    "warning",
    fr="L’entité « {scope} » n’est pas dans cette source : tout est compté. Entités lues :"
    " {found}.",
    en="The entity “{scope}” is not in this source: everything is counted. Entities read: {found}.",
)
UNDATED = ProblemKind(
    "no-starting-date",
    "warning",
    fr="Postes en service sans date de début, à compléter dans l’outil : {refs} ({count} en tout).",
    en="Workstations in service without a starting date, to complete in the tool: {refs} ({count}"
    " in all).",
)
LEASE_UNSAID = ProblemKind(
    "no-lease",
    "warning",
    fr="Postes en service sans mention «\u00a0acheté\u00a0» ou «\u00a0loué\u00a0», à compléter dans"
    " l’outil : {refs} ({count} en tout).",
    en="Workstations in service that do not say bought or leased, to complete in the tool: {refs}"
    " ({count} in all).",
)
STATELESS = ProblemKind(
    "no-state",
    "warning",
    fr="Ordinateurs sans état, à compléter dans l’outil : {refs} ({count} en tout).",
    en="Computers without a state, to complete in the tool: {refs} ({count} in all).",
)
USERLESS = ProblemKind(
    "no-user",
    "warning",
    fr="Postes en service sans utilisateur, à compléter dans l’outil : {refs} ({count} en tout).",
    en="Workstations in service without a user, to complete in the tool: {refs} ({count} in all).",
)
PEAK_OF_DATES = ProblemKind(
    "peak-of-dates",
    "warning",
    fr="{count} équipements sur {all} commencent le {on} : vérifiez que cette date n’a pas été"
    " écrite par un import.",
    en="{count} devices of {all} begin on {on}: check that no import wrote this date.",
)


@dataclass(slots=True)
class Judged:
    """A device: what it is and its state, None where no word says it.

    `start` is the first of its days that is possible, None where there is none.
    """

    item: Item
    device: Device | None
    state: State | None
    start: date | None

    @property
    def is_out(self) -> bool:
        return self.state is not None and self.state.is_out

    @property
    def was_ours(self) -> bool:
        return self.state is not State.RETURNED

    @property
    def is_leased(self) -> bool:
        return self.item.leased is True or not self.was_ours

    def age(self, on: date) -> int | None:
        """Its age on a day, in days."""
        return (on - self.start).days if self.start else None


@dataclass(frozen=True, slots=True)
class Word:
    """A word of a tool: how many devices bear it, and its meaning; None where it has none."""

    field: str
    word: str
    count: int
    means: str | None

    def as_json(self) -> dict[str, object]:
        return {
            "field": self.field, "word": self.word, "count": self.count, "means": self.means
        }  # fmt: skip


@dataclass(slots=True)
class Fleet:
    """The devices of one snapshot within a scope, and the lines that are none of them, by reason.

    `facts` of each list: what it has no column for is not merely unknown. `people`: the staff of
    the organisation, where it says it.
    """

    on: date
    devices: list[Judged]
    read: int
    dropped: Counter[str]
    words: tuple[Word, ...]
    facts: Mapping[Asset, frozenset[str]]
    problems: Problems = field(default_factory=Problems)
    people: int | None = None

    def of(self, asset: Asset) -> Iterator[Judged]:
        return (one for one in self.devices if one.item.asset is asset)


def judge(listings: Sequence[Listing], meanings: Meanings, *, on: date, scope: str | None) -> Fleet:
    """Return the devices of the lists of one inventory, on a day.

    `scope` is the complete name of an entity, those within it included; "" is all of them, None
    that of the meanings. Raises UnusableInputError where no line is of the scope asked.
    """
    problems = Problems()
    dropped: Counter[str] = Counter()
    kept: list[Item] = []
    for listing in listings:
        dropped.update(listing.dropped)
        kept += listing.items
    read = len(kept) + dropped.total()
    live = list(_without(kept, dropped))
    # A device moved from one body to another is listed in both: it is one before scopes are cut.
    single = _merged(live, dropped, problems)
    scope = _scope(single, meanings, scope, problems)
    words = _words(single, meanings, problems)
    devices = []
    for item in single:
        why = _is_none(item, meanings, scope)
        if why:
            dropped[why] += 1
        else:
            devices.append(_judged(item, meanings, on))
    facts: dict[Asset, frozenset[str]] = {}
    for listing in listings:
        says = listing.facts
        if all(item.leased is None for item in listing.items):  # a column that nobody fills
            says -= {"leased"}
        facts[listing.asset] = facts.get(listing.asset, frozenset()) | says
    fleet = Fleet(on, devices, read, dropped, words, facts, problems)
    _ask(fleet)
    _lacking(fleet)
    return fleet


def _scope(items: Sequence[Item], meanings: Meanings, asked: str | None, problems: Problems) -> str:
    """Return the scope that holds: that of the meanings does where a line is of it."""
    wanted = meanings.scope if asked is None else asked
    if not wanted or any(meanings.is_within(item.entity, wanted) for item in items):
        return wanted
    found = ", ".join(sorted({item.entity for item in items if item.entity})[:SHOWN])
    if asked is not None:
        raise UnusableInputError(NO_SUCH_SCOPE.at(scope=wanted, found=found or "-"))
    problems.append(SCOPE_NOT_HERE.at(scope=wanted, found=found or "-"))
    return ""


def _without(items: Iterable[Item], dropped: Counter[str]) -> Iterator[Item]:
    for item in items:
        why = "deleted" if item.deleted else "template" if item.template else ""
        if why:
            dropped[why] += 1
        else:
            yield item


def _is_none(item: Item, meanings: Meanings, scope: str) -> str:
    """Return why a line is no device of the scope, "" if it is one."""
    if scope and not meanings.is_within(item.entity, scope):
        return "out-of-scope"
    if item.asset is Asset.COMPUTER and is_virtual(item, meanings):
        return "virtual"
    if item.asset is Asset.MONITOR and is_panel(item):
        return "built-in-panel"
    return ""


def is_virtual(item: Item, meanings: Meanings) -> bool:
    """Tell whether a computer is a virtual machine: its type, maker or model says so."""
    return (
        meanings.types.get(fold(item.type)) is Device.VIRTUAL
        or _VIRTUAL_MAKERS.search(fold(item.maker)) is not None
        or _VIRTUAL_MODELS.search(fold(item.model)) is not None
    )


def is_panel(item: Item) -> bool:
    """Tell whether a screen is the panel of a laptop, which agents list as a screen."""
    return fold(item.maker) in _PANEL_MAKERS or _PANEL_MODELS.search(fold(item.model)) is not None


# --- one device, one line ---------------------------------------------------------------------


def _merged(items: Sequence[Item], dropped: Counter[str], problems: Problems) -> list[Item]:
    """Return one line for one maker and one serial: that last seen, completed by the others."""
    groups: dict[tuple[Asset, str, str], list[Item]] = defaultdict(list)
    for item in items:
        if not is_silent(item.serial):
            groups[item.asset, fold(item.maker), fold(item.serial)].append(item)
    twice = {key: some for key, some in groups.items() if len(some) > 1}
    for key in [key for key, some in twice.items() if len(some) > _SHARED]:
        problems.append(SHARED_SERIAL.at(count=len(twice.pop(key))))
    gone, kept = [], {}
    for some in twice.values():
        first, *others = sorted(some, key=_last_seen, reverse=True)
        gone += others
        for other in others:
            first = first.completed_by(other)
        kept[id(some[0])] = first
    if gone:
        dropped["listed-twice"] += len(gone)
        problems.append(LISTED_TWICE.at(count=len(gone), refs=_refs(gone)))
    several = {id(item) for some in twice.values() for item in some}
    return [
        kept.get(id(item), item) for item in items if id(item) not in several or id(item) in kept
    ]


def _last_seen(item: Item) -> tuple[date, date, int]:
    return item.last_seen or date.min, item.created or date.min, item.line


def is_silent(serial: str) -> bool:
    """Tell whether a serial says nothing: what a maker left blank, or one sign repeated."""
    folded = fold(serial)
    return folded in _SILENT or len(folded) < 3 or len(set(folded.replace(" ", ""))) == 1


def _judged(item: Item, meanings: Meanings, on: date) -> Judged:
    state = item.state_is or meanings.states.get(fold(item.state))
    if state is State.OUT and item.leased:
        state = (
            State.RETURNED
        )  # what is leased leaves to its lessor, unless somebody says otherwise
    return Judged(
        item,
        _device(item, meanings),
        state,
        next((day for day in item.starts(meanings.start) if day and _is_possible(day, on)), None),
    )


def _is_possible(day: date, on: date) -> bool:
    return date(FIRST_YEAR, 1, 1) <= day <= on


def _device(item: Item, meanings: Meanings) -> Device | None:
    if item.device_is:
        return item.device_is
    if item.asset is Asset.MONITOR:
        known = meanings.screens
        return Device.SCREEN if not known or fold(item.type) in known else None
    words = meanings.phones if item.asset is Asset.PHONE else meanings.types
    return words.get(fold(item.type))


# --- what is said of it -----------------------------------------------------------------------


def _words(items: Iterable[Item], meanings: Meanings, problems: Problems) -> tuple[Word, ...]:
    """Return the words of states, types and entities, with their counts; the unknown are said."""
    counts: Counter[tuple[str, str]] = Counter()
    for item in items:
        if item.state_is is None:
            counts["state", item.state] += 1
        if item.device_is is None:
            counts[_TYPE_OF[item.asset], item.type] += 1
        if item.entity:
            counts["entity", item.entity] += 1
    words = []
    for (name, word), count in sorted(counts.items()):
        means = _meaning(name, word, meanings)
        words.append(Word(name, word, count, means))
        if means is None and word and name != "entity":
            problems.append(NEW_WORD.at(word=word, field=_FIELDS[name], count=count))
    return tuple(words)


_TYPE_OF = {
    Asset.COMPUTER: "type",
    Asset.MONITOR: "monitor_type",
    Asset.PHONE: "phone_type",
}
_FIELDS = {
    "state": Text("état", "state"),
    "type": Text("type", "type"),
    "monitor_type": Text("type d’écran", "type of screen"),
    "phone_type": Text("type de téléphone", "type of phone"),
}


def _meaning(name: str, word: str, meanings: Meanings) -> str | None:
    folded = fold(word)
    if name == "state":
        return _said(meanings.states.get(folded))
    if name == "type":
        return _said(meanings.types.get(folded))
    if name == "phone_type":
        return _said(meanings.phones.get(folded))
    if name == "monitor_type":
        is_one = not meanings.screens or folded in meanings.screens
        return str(Device.SCREEN) if is_one else None
    return ("in" if meanings.is_within(word, meanings.scope) else "out") if meanings.scope else None


def _said(meaning: State | Device | None) -> str | None:
    return None if meaning is None else str(meaning)


def _ask(fleet: Fleet) -> None:
    """Say what is odd of the dates: nothing is corrected here."""
    odd = [
        one.item
        for one in fleet.devices
        if any(day and not _is_possible(day, fleet.on) for day in one.item.starts())
    ]
    if odd:
        fleet.problems.append(
            IMPOSSIBLE.at(
                first=FIRST_YEAR, on=fleet.on.isoformat(), count=len(odd), refs=_refs(odd)
            )
        )
    left = [one.item for one in fleet.devices if one.start and one.item.out
            and one.item.out < one.start]  # fmt: skip
    if left:
        fleet.problems.append(OUT_BEFORE_IN.at(count=len(left), refs=_refs(left)))
    starts = Counter(one.start for one in fleet.devices if one.start)
    for day, count in starts.most_common(3):
        if count >= _PEAK_FROM and count > PEAK * starts.total():
            fleet.problems.append(
                PEAK_OF_DATES.at(count=count, all=starts.total(), on=day.isoformat())
            )


def _lacking(fleet: Fleet) -> None:
    """Say which computers lack what a figure needs: the list to mend, where the tool has it."""
    facts = fleet.facts.get(Asset.COMPUTER, frozenset())
    used = [
        one
        for one in fleet.of(Asset.COMPUTER)
        if one.state is State.IN_SERVICE and one.device is not None and one.device.is_workstation
    ]
    blank = [one for one in fleet.of(Asset.COMPUTER) if not one.item.state and not one.state]
    for kind, fact, lacking in (
        (UNDATED, "start", [one for one in used if not any(one.item.starts())]),
        (STATELESS, "state", blank),
        (USERLESS, "user", [one for one in used if not one.item.user]),
        (LEASE_UNSAID, "leased", [one for one in used if one.item.leased is None]),
    ):
        if fact in facts and lacking:
            refs = _refs([one.item for one in lacking])
            fleet.problems.append(kind.at(count=len(lacking), refs=refs))


def _refs(items: Sequence[Item]) -> str:
    refs = sorted((item.ref for item in items), key=lambda ref: (len(ref), ref))
    more = "…" if len(refs) > SHOWN else ""
    return ", ".join(refs[:SHOWN]) + more
