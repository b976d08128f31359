"""Whether the journals are what was written: every seal, every link, every head, and the guards.

Nothing is written. It reads each entry once, and holds no lock.
"""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Container, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from itertools import batched
from typing import Any

from django.db.models import Exists, OuterRef
from django.utils import timezone

from portulan.core import guards
from portulan.core.journals import findings, guards_laid
from portulan.core.journals.sealing import (
    Journal,
    canonical,
    commitment,
    digest_of,
    journals,
    link_of,
    seal_of,
)
from portulan.core.models import ChainLink, GuardsLaid, JournalHead
from portulan.core.say.text import Problem, Text
from portulan.core.say.values import Day

_PIECE = 1000
_SHOWN = 20  # problems of one kind in one journal
NAMES = {
    "trail": Text("Ce qui a changé", "What changed"),
    "security": Text("Journal de sécurité", "Security journal"),
    "guards": Text("Notes des gardes", "Notes of guards"),
}


@dataclass(slots=True)
class Verdict:
    """What was read of each journal, the last head, and what does not hold."""

    entries: dict[str, int] = field(default_factory=dict)
    heads: int = 0
    last_head: datetime | None = None
    stamped: int = 0
    problems: list[Problem] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class _Noted:
    """A state of a journal that a head noted: a link, its digest, and when."""

    link: int
    digest: str
    at: str


def verify(against: Iterable[Mapping[str, Any]] = (), *, standing: Container[int] = ()) -> Verdict:
    """Verify the journals, and that they still hold the heads kept elsewhere (`against`).

    `standing` are the people whom nobody erased: what they did still proves who.
    """
    verdict = Verdict()
    heads = list(JournalHead.objects.order_by("pk"))
    verdict.heads, verdict.stamped = len(heads), sum(bool(one.timestamp) for one in heads)
    verdict.last_head = heads[-1].at if heads else None
    verdict.problems += [*_guards(), *_heads(heads)]
    noted = _noted([*_read(heads), *against])
    for journal in journals():
        verdict.entries[journal.code] = 0
        verdict.problems += _few(_journal(journal, noted[journal.code], verdict, standing))
    return verdict


def _few(problems: Iterable[Problem]) -> Iterator[Problem]:
    told: defaultdict[str, int] = defaultdict(int)
    for one in problems:
        told[one.kind.code] += 1
        if told[one.kind.code] <= _SHOWN:
            yield one


def _guards() -> Iterator[Problem]:
    if missing := guards.missing():
        yield findings.GUARDS_MISSING.at(names=", ".join(missing))
    notes = list(GuardsLaid.objects.order_by("pk"))
    since = max((rank for rank, one in enumerate(notes) if one.why == guards_laid.SEEN), default=-1)
    for note in notes[since + 1 :]:
        if note.found:
            yield findings.GUARDS_FOUND.at(day=_day(note.at), names=", ".join(note.found))
    if not missing and (not notes or not guards.stand_since(notes[-1].stamp)):
        at = notes[-1].at if notes else timezone.now()
        yield findings.GUARDS_AGAIN.at(day=_day(at))


def _heads(heads: Iterable[JournalHead]) -> Iterator[Problem]:
    before = None
    for one in heads:
        try:
            head = json.loads(one.document)
            sound = digest_of(head) == one.seal and canonical(head) == one.document.encode()
            head = head if isinstance(head, dict) else {}
        except ValueError:
            head, sound = {}, False
        if not sound or head.get("previous") != before:
            yield findings.HEAD_REWRITTEN.at(day=_day(one.at))
        before = one.seal


def _read(heads: Iterable[JournalHead]) -> Iterator[Mapping[str, Any]]:
    """Yield the heads that are read; `_heads` tells of the others."""
    for one in heads:
        try:
            head = json.loads(one.document)
        except ValueError:
            continue
        if isinstance(head, dict):
            yield head


def _noted(heads: Iterable[Mapping[str, Any]]) -> Mapping[str, list[_Noted]]:
    found: defaultdict[str, list[_Noted]] = defaultdict(list)
    for head in heads:
        for code, state in head.get("journals", {}).items():
            if state:
                found[code].append(_Noted(state["id"], state["digest"], head["at"]))
    return found


def _journal(
    journal: Journal, noted: list[_Noted], verdict: Verdict, standing: Container[int]
) -> Iterator[Problem]:
    name = NAMES[journal.code]
    cut, before = journal.cut() if journal.cut else (0, "")
    states = {one.link: one for one in noted if one.link > cut}
    links = ChainLink.objects.filter(journal=journal.code).order_by("pk").iterator(_PIECE)
    for piece in batched(links, _PIECE, strict=False):
        entries = journal.model._default_manager.in_bulk([link.entry_id for link in piece])
        for link in piece:
            state = states.get(link.pk)
            if state is not None and state.digest == link.digest:
                del states[link.pk]
            entry = entries.get(link.entry_id)
            if entry is None:
                yield findings.GONE.at(journal=name, entry=link.entry_id)
            else:
                verdict.entries[journal.code] += 1
                yield from _entry(journal, entry, link, before, standing)
            before = link.digest
    for state in states.values():
        at = datetime.fromisoformat(state.at)
        yield findings.HEAD_LOST.at(journal=name, day=_day(at))
    mine = ChainLink.objects.filter(journal=journal.code, entry_id=OuterRef("pk"))
    unlinked = journal.model._default_manager.filter(~Exists(mine))
    if count := unlinked.count():
        first = unlinked.values_list("pk", flat=True).order_by("pk").first()
        yield findings.UNLINKED.at(journal=name, count=count, entry=first)


def _entry(
    journal: Journal, entry: Any, link: ChainLink, before: str, standing: Container[int]
) -> Iterator[Problem]:
    said = {
        "journal": NAMES[journal.code],
        "entry": entry.pk,
        "day": _day(getattr(entry, journal.moment)),
    }
    if seal_of(journal, entry) != entry.seal:
        yield findings.REWRITTEN.at(**said)
    elif link_of(before, journal.code, entry.pk, entry.seal) != link.digest:
        yield findings.GAP.at(**said)
    elif entry.salt and commitment(journal, entry) != entry.commitment:
        yield findings.OTHER_PERSON.at(**said)
    elif not entry.salt and journal.proves_who and entry.person_id in standing:
        yield findings.HIDDEN.at(**said)


def _day(at: datetime) -> Day:
    return Day(timezone.localtime(at).date())
