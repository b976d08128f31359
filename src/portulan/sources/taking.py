"""What a source says now: read whole or not at all, kept as evidence, and turned into proposals."""

from __future__ import annotations

import io
from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime
from decimal import Decimal
from typing import Any, NamedTuple

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import F
from django.utils import timezone
from django.utils.translation import gettext as _

import portulan
from portulan.accounts.access import Operation
from portulan.accounts.actors import Actor, command_line
from portulan.accounts.trail import record
from portulan.core.merge.digests import digest_of
from portulan.core.say.text import Text, UnusableInputError
from portulan.core.secret import opened, sealed
from portulan.core.storing import get_one
from portulan.indicators.words import Kind
from portulan.sources import marking
from portulan.sources.answering import accept
from portulan.sources.counts import as_json
from portulan.sources.feeding import (
    Agreement,
    Entrance,
    Known,
    Manner,
    Seen,
    day_of,
    questions_of,
    value_for,
)
from portulan.sources.figure import Figure, Verdict
from portulan.sources.formulas import FORMULAS
from portulan.sources.meanings import Meanings
from portulan.sources.models import (
    ItemsSnapshot,
    ProposedReading,
    ReceivedFile,
    Source,
    SourceFeed,
)
from portulan.sources.outcomes import Failure
from portulan.sources.reads import WAITING, bases_of, known_of
from portulan.sources.snapshot import Snapshot, take
from portulan.sources.verbs import Verb
from portulan.sources.writes import hold

PURPOSE = "sources.received"
# The words of a tool that somebody explains, by the field that they stand in.
EXPLAINED = frozenset({"state", "type", "phone_type", "destination"})

_CUT = frozenset({"cut-file", "short-row"})

type Given = Sequence[tuple[str, bytes]]


class Taken(NamedTuple):
    """What a reading of a source came to; `is_new` is False for what was known already."""

    snapshot: ItemsSnapshot
    is_new: bool
    accepted: int = 0


def read_now(
    actor: Actor,
    *,
    source: Source,
    files: Given,
    today: date,
    now: datetime,
    on: date | None = None,
) -> Taken:
    """Take a snapshot of what somebody gives a source, as it was `on` a day (today unless said).

    Raises DeniedError, NotFoundError, ValidationError, UnusableInputError; nothing is written then.
    """
    actor.require(Operation.SOURCE)
    actor.require_ours(source)
    if on is not None and on > today:
        raise ValidationError({"on": _("Une photographie n’est pas datée dans l’avenir.")})
    return photograph(
        actor, source=source, files=files, on=on or today, entrance=Entrance.FILE, now=now
    )


def read_again(actor: Actor, *, source: Source, now: datetime) -> Taken:
    """Read again the files that waited for the meaning of their words. Raises as `read_now`."""
    waiting = list(source.received.order_by("rank"))
    last = source.snapshots.order_by("-pk").first()
    if not waiting or last is None:
        raise ValidationError(_("Rien n’attend d’être relu : donnez le fichier de nouveau."))
    files = [(one.name, opened(PURPOSE, bytes(one.secret))) for one in waiting]
    entrance = Entrance(last.entrance)
    on = min(last.on, timezone.localdate(now))
    return photograph(actor, source=source, files=files, on=on, entrance=entrance, now=now)


def photograph(
    actor: Actor, *, source: Source, files: Given, on: date, entrance: Entrance, now: datetime
) -> Taken:
    """Read the files, outside any transaction, then write what they say, whole.

    Raises UnusableInputError; the source then says that it failed.
    """
    if source.stopped:
        raise ValidationError(_("Cette source est arrêtée : remettez-la en service d’abord."))
    try:
        said = take(
            [(name, io.BytesIO(content)) for name, content in files],
            kind=source.kind or None,
            meanings=Meanings.from_json(source.meanings or {}),
            on=on,
            flow_year=flow_year_of(on),
            scope=source.scope or None,
            limits=source.limits,
            people=source.organisation.headcount,
        )
        _require_whole(said)
    except UnusableInputError:
        failed(source, Failure.UNREADABLE, now)
        raise
    return keep(actor, source, said, files, entrance, now)


def require_going(source: Source) -> None:
    """Raise ValidationError for a source that somebody stopped."""
    if source.stopped:
        raise ValidationError(_("Cette source est arrêtée : remettez-la en service d’abord."))


def _require_whole(said: Snapshot) -> None:
    """Raise UnusableInputError for a file that is cut: what is counted would be too little."""
    for problem in said.problems:
        if problem.kind.code in _CUT:
            raise UnusableInputError(problem)


def flow_year_of(on: date) -> int:
    """Return the last year that had ended on a day: of one under way, a flow is no total."""
    return on.year if (on.month, on.day) == (12, 31) else on.year - 1


def failed(source: Source, why: Failure, now: datetime) -> None:
    """Write that a source could not be read; its last good snapshot stays."""
    rows = Source.objects.filter(pk=source.pk)
    rows.update(failure=why, tried_at=now, version=F("version") + 1)


@transaction.atomic
def keep(
    actor: Actor, source: Source, said: Snapshot, files: Given, entrance: Entrance, now: datetime
) -> Taken:
    """Write what a source said, whole: the snapshot, what waits for words, what is proposed."""
    held = get_one(Source.objects.select_for_update(no_key=True), pk=source.pk)
    version = F("version") + 1
    Source.objects.filter(pk=held.pk).update(failure="", tried_at=now, version=version)
    made = _row(actor, held, said, entrance, now)
    last = held.snapshots.order_by("-pk").first()
    dated_ahead = last is not None and last.on > timezone.localdate(now)
    if last is not None and not dated_ahead and _is_same(last, made):
        return Taken(last, is_new=False)
    marking.compare(held, said, made)
    made.save()
    _wait(held, made, files, now)
    told = {"held_on": (last and last.on, made.on), "count": (last and last.kept, made.kept)}
    record(actor, held, Verb.PHOTOGRAPHED, {**told, "digest": (None, made.digest)})
    return Taken(made, True, _propose(held, made, now))


def _is_same(last: ItemsSnapshot, made: ItemsSnapshot) -> bool:
    names = ("digest", "meanings", "scope", "kind", "figures", "held", "invoices")
    return all(getattr(last, name) == getattr(made, name) for name in names)


def _row(
    actor: Actor, source: Source, said: Snapshot, entrance: Entrance, now: datetime
) -> ItemsSnapshot:
    meanings = Meanings.from_json(source.meanings or {})
    scope = source.scope or meanings.scope
    entities = {one.word for one in said.words if one.field == "entity"}
    return ItemsSnapshot(
        source=source,
        on=said.on,
        kind=said.kind,
        digest=said.digest,
        read=said.read,
        kept=said.kept,
        dropped=dict(said.dropped),
        words=[one.as_json() for one in said.words],
        figures=[_figure(one) for one in said.figures],
        held=as_json(said.held),
        invoices=as_json(said.invoices),
        problems=[
            {"fr": one.message("fr"), "en": one.message("en"), "code": one.kind.code}
            for one in said.problems
        ],
        scope=scope,
        entities=sorted(one for one in entities if meanings.is_within(one, scope)),
        meanings=digest_of(source.meanings),
        version=portulan.__version__,
        entrance=entrance,
        taken_at=now,
        person_id=actor.person_id,
    )


def _figure(one: Figure) -> dict[str, Any]:
    return one.as_json("fr") | {
        "unit": {"fr": one.unit.fr, "en": one.unit.en},
        "reason": {"fr": one.reason.fr, "en": one.reason.en} if one.reason else None,
    }


def figure_of(kept: Mapping[str, Any]) -> Figure:
    """Return a figure from what a snapshot keeps of it."""
    numbers = {
        name: None if kept[name] is None else Decimal(kept[name])
        for name in ("value", "numerator", "denominator", "coverage")
    }
    reason = Text(**kept["reason"]) if kept["reason"] else None
    return Figure(
        kept["id"], Text(**kept["unit"]), Verdict(kept["verdict"]), reason=reason, **numbers
    )


def _wait(source: Source, row: ItemsSnapshot, files: Given, now: datetime) -> None:
    """Keep the files, sealed, as long as words of theirs have no meaning; else no more."""
    source.received.all().delete()
    if unexplained(row.words):
        ReceivedFile.objects.bulk_create(
            ReceivedFile(
                source=source,
                rank=rank,
                name=name[:255],
                secret=sealed(PURPOSE, content),
                received_at=now,
            )
            for rank, (name, content) in enumerate(files)
        )


def unexplained(words: Iterable[Mapping[str, Any]]) -> list[Mapping[str, Any]]:
    """Return the words that nobody explained, of those that have a meaning to say."""
    return [
        one for one in words if one["means"] is None and one["word"] and one["field"] in EXPLAINED
    ]


@transaction.atomic
def propose_again(actor: Actor, *, source: Source, now: datetime) -> int:
    """Propose what the last snapshot says of indicators fed since; return how many entered.

    Raises DeniedError, NotFoundError.
    """
    found = hold(actor, source)
    last = found.snapshots.order_by("-pk").first()
    return _propose(found, last, now) if last is not None else 0


def _propose(source: Source, row: ItemsSnapshot, now: datetime) -> int:
    """Propose a reading of each indicator fed; return how many were taken without a question."""
    known_already = set(row.proposals.values_list("indicator", flat=True))
    feeds = [
        one
        for one in source.feeds.select_related("indicator")
        if one.indicator_id not in known_already
    ]
    old = ProposedReading.objects.filter(snapshot__source=source, answer__in=WAITING)
    old.exclude(snapshot=row).update(answer=Agreement.SUPERSEDED, version=F("version") + 1)
    known = known_of((one.indicator_id for one in feeds), source)
    bases, figures = bases_of(source), {one["id"]: figure_of(one) for one in row.figures}
    accepted = 0
    for feed in feeds:
        figure, history = figures.get(feed.formula), known.get(feed.indicator_id, Known())
        made = _proposal(feed, figure, row, history) if figure is not None else None
        if made is None or figure is None:
            continue
        base = bases.get(feed.indicator_id)
        asked = questions_of(
            figure,
            made.value,
            made.on,
            known=history,
            now=_seen(row),
            before=_seen(base) if base else None,
            unexplained=bool(unexplained(row.words)),
        )
        made.questions = [str(one) for one in asked]
        made.save()
        if feed.manner == Manner.AUTOMATIC and not made.questions:
            accept(command_line(source.organisation_id), proposal=made, now=now)
            accepted += 1
    return accepted


def _proposal(
    feed: SourceFeed, figure: Figure, row: ItemsSnapshot, known: Known
) -> ProposedReading | None:
    """Return a reading to be proposed, None where there is no value, or nothing new."""
    formula = FORMULAS[feed.formula]
    value = value_for(Kind(feed.indicator.kind), figure, is_share=formula.is_share)
    if value is None:
        return None
    value = known.as_told(value, Kind(feed.indicator.kind))
    on = day_of(flow=formula.flow, on=row.on, flow_year=flow_year_of(row.on))
    told = dict(known.values)
    if told.get(on) == value and on not in (known.typed or {}):
        return None
    return ProposedReading(
        snapshot=row,
        indicator=feed.indicator,
        formula=feed.formula,
        on=on,
        before=known.last,
        value=value,
        numerator=_four(figure.numerator),
        denominator=_four(figure.denominator),
        coverage=figure.coverage,
    )


def _four(value: Decimal | None) -> Decimal | None:
    return None if value is None else value.quantize(Decimal("0.0001"))


def _seen(row: ItemsSnapshot) -> Seen:
    coverage = {
        one["id"]: Decimal(one["coverage"]) for one in row.figures if one["coverage"] is not None
    }
    return Seen(row.kept, row.scope, frozenset(row.entities), row.meanings, coverage)
