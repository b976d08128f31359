"""Sources: their door, how they stand, what they said and what this proposes."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal

from django.db.models import Count, OuterRef, Q, QuerySet, Subquery
from django.utils import timezone
from django.utils.translation import gettext as _

from portulan.accounts.access import Operation
from portulan.accounts.actors import Actor
from portulan.core import duties
from portulan.core.errors import NotFoundError
from portulan.core.say import numbers
from portulan.core.say.language import spoken_language
from portulan.core.secret import UnreadableSecretError, opened
from portulan.core.storing import get_one
from portulan.indicators.models import Indicator, Measurement
from portulan.indicators.words import Frequency, Kind
from portulan.sources.counts import Held
from portulan.sources.feeding import Agreement, Entrance, Known, due_after, fits, is_late
from portulan.sources.formulas import FORMULAS
from portulan.sources.models import (
    AHEAD,
    FAILURES,
    STOPS,
    ItemsSnapshot,
    ProposedReading,
    Source,
    SourceFeed,
)
from portulan.sources.outcomes import Failure, Stop

SECRET = "sources.secret"  # noqa: S105 - the purpose of a key
WAITING = (Agreement.PENDING, Agreement.CHECK)


@dataclass(frozen=True, slots=True)
class Standing:
    """How a source stands on a day."""

    last_on: date | None
    due_on: date | None
    is_late: bool
    failure: str
    stopped: str

    @property
    def failure_words(self) -> object:
        if self.failure == Failure.AHEAD:
            return AHEAD
        return FAILURES.get(Failure(self.failure), "") if self.failure else ""

    @property
    def stopped_words(self) -> object:
        return STOPS.get(Stop(self.stopped), "") if self.stopped else ""

    @property
    def is_well(self) -> bool:
        return not (self.is_late or self.failure or self.stopped)


def every_source() -> QuerySet[Source]:
    """Return the sources of all organisations, for who operates (one query)."""
    return _standing().select_related("organisation").order_by("organisation__slug", "name")


def sources_of(*, actor: Actor) -> QuerySet[Source]:
    """Return the sources of the organisation by name, with what the list says of each (one query).

    `last_on`, `last_kept`, `last_read`: of the last snapshot; `waiting`: readings to answer.
    """
    actor.require(Operation.READ_PLAN)
    found = _standing().filter(organisation_id=actor.organisation_id)
    return found.select_related("person").order_by("name")


def _standing() -> QuerySet[Source]:
    last = ItemsSnapshot.objects.filter(source=OuterRef("pk")).order_by("-pk")
    waits = Q(snapshots__proposals__answer__in=WAITING)
    return Source.objects.annotate(
        last_on=Subquery(last.values("on")[:1]),
        last_kept=Subquery(last.values("kept")[:1]),
        last_read=Subquery(last.values("read")[:1]),
        waiting=Count("snapshots__proposals", filter=waits, distinct=True),
    )


def get_source(*, actor: Actor, pk: int, need: Operation) -> Source:
    """Return a source, as `sources_of` does. Raises NotFoundError, DeniedError."""
    found = get_one(sources_of(actor=actor), pk=pk)
    actor.require(need)
    return found


def standing_of(source: Source, today: date) -> Standing:
    """Return how a source stands; `source` comes from `sources_of`."""
    every = Frequency(source.every) if source.every else None
    last: date | None = source.last_on  # type: ignore[attr-defined]
    begun = timezone.localdate(source.created_at)
    stopped, failure = source.stopped, source.failure
    if source.entrance == Entrance.ADDRESS and not stopped and secret_of(source) is None:
        stopped = Stop.SECRET
    if source.secret_until is not None and source.secret_until < today:
        failure = Failure.EXPIRED
    if not failure and _is_ahead(source, last, today):
        failure = Failure.AHEAD
    late = not stopped and is_late(last, begun, every, today)
    due = due_after(last or begun, every) if every is not None else None
    return Standing(last, due, late, failure, stopped)


def _is_ahead(source: Source, last: date | None, today: date) -> bool:
    """Tell whether a clock that was wrong dated what is known of a source."""
    tried = source.tried_at
    seen = tried is not None and timezone.localdate(tried) > today
    return (last is not None and last > today) or (seen and is_ahead(tried, timezone.now()))


def is_ahead(instant: datetime | None, now: datetime) -> bool:
    """Tell whether something was done at a date that has not come, as duties do."""
    return instant is not None and instant > now + duties.AHEAD


def secret_of(source: Source) -> Mapping[str, str] | None:
    """Return what opens the address of a source, by part; None where it is not, or not from here.

    It is sealed under the key of the machine: brought to another one, it is asked for again.
    """
    try:
        found: Mapping[str, str] = json.loads(opened(SECRET, source.secret.encode()))
    except (UnreadableSecretError, ValueError):
        return None
    return found


def snapshots_of(source: Source) -> QuerySet[ItemsSnapshot]:
    """Return what a source said, the latest first whatever its clock said (one query)."""
    return ItemsSnapshot.objects.filter(source=source).order_by("-pk")


def last_of(sources: Iterable[int]) -> Mapping[int, ItemsSnapshot]:
    """Return the last snapshot of sources, by identifier (one query)."""
    last = ItemsSnapshot.objects.filter(source=OuterRef("pk")).order_by("-pk")
    found = Source.objects.filter(pk__in=list(sources)).annotate(
        last=Subquery(last.values("pk")[:1])
    )
    rows = ItemsSnapshot.objects.filter(pk__in=found.values("last"))
    return {one.source_id: one for one in rows}


def inventories_of(*, actor: Actor) -> list[ItemsSnapshot]:
    """Return the last snapshot of each source that lists devices, by its name (two queries)."""
    last = last_of(sources_of(actor=actor).values_list("pk", flat=True))
    rows = ItemsSnapshot.objects.filter(pk__in=[one.pk for one in last.values() if one.held])
    return list(rows.select_related("source").order_by("source__name"))


def get_inventory(*, actor: Actor, pk: int) -> ItemsSnapshot:
    """Return what a source that lists devices said last. Raises NotFoundError, DeniedError."""
    found = next((one for one in inventories_of(actor=actor) if one.source_id == pk), None)
    if found is None:
        raise NotFoundError(pk)
    return found


def held_of(snapshot: ItemsSnapshot) -> list[Held]:
    """Return the devices that a snapshot counts, by kind."""
    return [Held.from_json(one) for one in snapshot.held]


def told_of(snapshot: ItemsSnapshot) -> str:
    """Return where a figure of a snapshot comes from, in words: source, day, seal."""
    return origin_told(snapshot.source.name, snapshot.on, snapshot.digest)


def origin_told(source: str, on: date | str, digest: str) -> str:
    """Return the same from what was kept of it; a day that is none stays as it is written."""
    day = on if isinstance(on, str) else numbers.date(on, spoken_language())
    told = {"source": source, "day": day, "seal": digest[:12]}
    return _("%(source)s au %(day)s, sceau %(seal)s") % told


def proposals_of(source: Source) -> QuerySet[ProposedReading]:
    """Return the readings of a source that wait for an answer (two queries)."""
    found = ProposedReading.objects.filter(snapshot__source=source, answer__in=WAITING)
    found = found.select_related("indicator", "snapshot__source")
    return found.prefetch_related("indicator__targets").order_by("indicator__name", "pk")


def feeds_of(source: Source) -> QuerySet[SourceFeed]:
    """Return what a source feeds (one query)."""
    return source.feeds.select_related("indicator").order_by("indicator__name")


def can_feed(indicator: Indicator, practices: Collection[str] = ()) -> list[str]:
    """Return the formulas that an indicator may be fed by, those that answer practices first."""
    if indicator.computed_by:
        return []
    kind, wanted = Kind(indicator.kind), set(practices)
    found = [
        key
        for key, one in FORMULAS.items()
        if fits(kind, indicator.unit, is_share=one.is_share, measured_in=one.unit)
    ]
    return sorted(found, key=lambda key: wanted.isdisjoint(FORMULAS[key].answers))


def fed_by(indicator: Indicator) -> SourceFeed | None:
    """Return what feeds an indicator, if something does (one query)."""
    return SourceFeed.objects.filter(indicator=indicator).select_related("source").first()


def known_of(indicators: Iterable[int], source: Source) -> Mapping[int, Known]:
    """Return what a source knows of indicators by identifier, of the whole organisation.

    One query.
    """
    values: defaultdict[int, dict[date, Decimal]] = defaultdict(dict)
    typed: defaultdict[int, dict[date, Decimal | None]] = defaultdict(dict)
    others: defaultdict[int, dict[date, set[Decimal]]] = defaultdict(dict)
    for one in _counting(indicators):
        if one.value is not None:
            values[one.indicator_id][one.on] = one.value
            if not one.computed:
                typed[one.indicator_id][one.on] = one.value
            elif one.said_by != source.pk:  # type: ignore[attr-defined]
                others[one.indicator_id].setdefault(one.on, set()).add(one.value)
    return {
        pk: Known(sorted(found.items()), typed.get(pk, {}), others.get(pk, {}))
        for pk, found in values.items()
    }


def said_otherwise(proposals: Iterable[ProposedReading]) -> Mapping[int, Sequence[Measurement]]:
    """Return what people and other sources said of the day of readings that says another value.

    By reading; each comes with its snapshot. One query.
    """
    asked, found = list(proposals), defaultdict[int, list[Measurement]](list)
    for said in _counting(one.indicator_id for one in asked):
        for one in asked:
            is_there = (one.indicator_id, one.on) == (said.indicator_id, said.on)
            is_its_own = said.computed and said.said_by == one.snapshot.source_id  # type: ignore[attr-defined]
            if is_there and not is_its_own and said.value != one.value:
                found[one.pk].append(said)
    return found


def _counting(indicators: Iterable[int]) -> QuerySet[Measurement]:
    """Return the numbers that count, of the whole organisation, with `said_by`: the source."""
    by = ProposedReading.objects.filter(measurement=OuterRef("pk")).values("snapshot__source")
    told = Measurement.objects.filter(
        indicator__in=list(indicators),
        withdrawn_at=None,
        refused_why="",
        unit=None,
        restated_for=None,
        value__isnull=False,
    )
    return told.annotate(said_by=Subquery(by[:1])).select_related("indicator").order_by("on", "pk")


def bases_of(source: Source) -> Mapping[int, ItemsSnapshot]:
    """Return the snapshot of the last reading accepted of each indicator (one query)."""
    accepted = ProposedReading.objects.filter(
        snapshot__source=source, answer=Agreement.ACCEPTED, measurement__withdrawn_at=None
    ).select_related("snapshot")
    return {one.indicator_id: one.snapshot for one in accepted.order_by("answered_at", "pk")}
