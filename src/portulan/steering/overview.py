"""What somebody who steers looks at: what changed since their last look, how fresh each value is.

Looking writes nothing. Somebody says that they have seen what a page shows; what came since is what
others did, in the trail, to the plan, its actions and its indicators.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from django.db import transaction
from django.db.models import Max, Q, QuerySet
from django.utils import timezone

from portulan.accounts.access import Operation
from portulan.accounts.actors import Actor
from portulan.core.errors import DeniedError
from portulan.core.models import AuditEntry
from portulan.core.periods import month_end
from portulan.indicators.models import Indicator, Measurement
from portulan.indicators.words import Frequency, Knowledge
from portulan.plans.access import check_plan
from portulan.plans.models import Action, ActionIndicator, Plan
from portulan.plans.words import Progress
from portulan.steering.committees.reads import last_held
from portulan.steering.models import Look

AT_FIRST = timedelta(days=30)  # of who never said that they had looked, without a committee
_READ = 1_000  # entries of the trail at most, the latest: beyond, they are only counted


@dataclass(frozen=True, slots=True)
class Moved:
    """A thing that moved: what was done to it and how often, when it did last, how it is called."""

    kind: str
    pk: int
    deeds: tuple[tuple[str, int], ...]
    at: datetime
    name: str = ""
    number: int | None = None


@dataclass(frozen=True, slots=True)
class Since:
    """What others did since a look; `last` is the entry that the page shows last.

    `looked_at` is None for who never said that they had looked; `total` counts the entries.
    """

    since: datetime
    looked_at: datetime | None
    last: int
    total: int
    moved: tuple[Moved, ...]


@dataclass(frozen=True, slots=True)
class Fresh:
    """How old a value is: its last known day, and when another was expected."""

    name: str
    numbers: str
    action: int
    last_on: date | None
    due_on: date | None
    days: int | None

    def is_overdue(self, today: date) -> bool:
        return self.last_on is None or (self.due_on is not None and self.due_on < today)


@transaction.atomic
def mark_looked(actor: Actor, *, plan: Plan, entry: int, now: datetime) -> Look:
    """Keep that somebody saw what changed in a plan up to an entry of the trail.

    It is theirs alone, and no deed on the plan: the trail says nothing of it. Raises DeniedError,
    NotFoundError.
    """
    check_plan(actor, plan, Operation.READ_PLAN)
    if actor.person_id is None:
        raise DeniedError(Operation.READ_PLAN.value)
    last = _entries(plan).order_by("-id").values_list("id", flat=True).first() or 0
    look, _made = Look.objects.update_or_create(
        person_id=actor.person_id, plan=plan, defaults={"entry": min(entry, last), "at": now}
    )
    return look


def changed_since(actor: Actor, plan: Plan, today: date) -> Since:
    """Return what others did to a plan since the actor looked (seven queries at most)."""
    look = Look.objects.filter(person=actor.person_id or 0, plan=plan).first()
    entries = _entries(plan)
    last = entries.order_by("-id").values_list("id", flat=True).first() or 0
    if look is None:
        since = _at_first(plan, today)
        found = entries.filter(at__gte=since)
    else:
        since, found = look.at, entries.filter(id__gt=look.entry)
    if actor.person_id is not None:
        found = found.exclude(person_id=actor.person_id)
    return Since(since, look.at if look else None, last, *_told(found))


def moved_since(plan: Plan, since: datetime) -> tuple[int, tuple[Moved, ...]]:
    """Return how much was done to a plan since an instant, by anybody, and what moved."""
    return _told(_entries(plan).filter(at__gte=since))


def _told(found: QuerySet[AuditEntry]) -> tuple[int, tuple[Moved, ...]]:
    latest = list(found.order_by("-id")[:_READ])
    total = len(latest) if len(latest) < _READ else found.count()
    return total, tuple(_named(_moved(latest))) if total else ()


def _at_first(plan: Plan, today: date) -> datetime:
    """Return since when who never looked is told: the last committee, else a month ago."""
    held = last_held(plan, today)
    day = held.held_on if held is not None else today - AT_FIRST
    return timezone.make_aware(datetime.combine(day, time()))


def _entries(plan: Plan) -> QuerySet[AuditEntry]:
    actions = Action.objects.filter(plan=plan).values("pk")
    followed = ActionIndicator.objects.filter(action__plan=plan).values("indicator")
    return AuditEntry.objects.filter(
        Q(subject_type="plan", subject_id=plan.pk)
        | Q(subject_type="action", subject_id__in=actions)
        | Q(subject_type="indicator", subject_id__in=followed),
        organisation_id=plan.organisation_id,
    )


def _moved(entries: Iterable[AuditEntry]) -> Iterator[Moved]:
    """Yield each thing once, the one that moved last first."""
    deeds: dict[tuple[str, int], Counter[str]] = {}
    last: dict[tuple[str, int], datetime] = {}
    for one in entries:
        key = one.subject_type, one.subject_id
        deeds.setdefault(key, Counter())[one.verb] += 1
        last.setdefault(key, one.at)
    for (kind, pk), counts in deeds.items():
        yield Moved(kind, pk, tuple(counts.most_common()), last[kind, pk])


def _named(moved: Iterator[Moved]) -> Iterator[Moved]:
    found = list(moved)
    pks = {kind: [one.pk for one in found if one.kind == kind] for kind in ("action", "indicator")}
    actions = {one.pk: one for one in Action.objects.filter(pk__in=pks["action"])}
    indicators = dict(Indicator.objects.filter(pk__in=pks["indicator"]).values_list("pk", "name"))
    for one in found:
        name, number = indicators.get(one.pk, "") if one.kind == "indicator" else "", None
        if one.kind == "action" and (action := actions.get(one.pk)) is not None:
            name, number = f"{action.called}. {action.short_title or action.title}", action.number
        yield Moved(one.kind, one.pk, one.deeds, one.at, name, number)


def freshness_of(plan: Plan, today: date) -> list[Fresh]:
    """Return how old each value that people give is: those without any first, then the oldest.

    Two queries. Those of dropped actions alone are left out, and those that Portulan computes.
    """
    links = (
        ActionIndicator.objects.filter(action__plan=plan, indicator__computed_by="")
        .exclude(action__progress=Progress.DROPPED)
        .select_related("indicator", "action")
        .order_by("action__number", "order", "id")
    )
    known = Measurement.objects.filter(
        indicator__action_links__action__plan=plan, withdrawn_at=None, knowledge=Knowledge.KNOWN
    )
    last = dict(known.values_list("indicator").annotate(Max("on")).order_by())
    numbers: dict[int, list[Action]] = {}
    indicators: dict[int, Indicator] = {}
    for link in links:
        indicators[link.indicator_id] = link.indicator
        numbers.setdefault(link.indicator_id, []).append(link.action)
    found = [_fresh(one, numbers[pk], last.get(pk), today) for pk, one in indicators.items()]
    return sorted(found, key=lambda one: (one.last_on or date.min, one.action))


def _fresh(indicator: Indicator, actions: list[Action], last_on: date | None, today: date) -> Fresh:
    due_on = indicator.review_on
    if last_on is not None and indicator.frequency:
        next_on = month_end(last_on, months=Frequency(indicator.frequency).months)
        due_on = next_on if due_on is None else min(due_on, next_on)
    return Fresh(
        indicator.name,
        ", ".join(one.called for one in actions),
        actions[0].number,
        last_on,
        due_on,
        None if last_on is None else (today - last_on).days,
    )
