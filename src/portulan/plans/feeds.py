"""Readings that sources propose, answered by who may measure the actions that follow them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Window
from django.db.models.functions import RowNumber
from django.utils import timezone
from django.utils.translation import gettext as _

from portulan.accounts.access import Grant, Operation
from portulan.accounts.actors import Actor
from portulan.indicators.models import Indicator
from portulan.indicators.words import Kind
from portulan.plans.access import check, may_on, note_news
from portulan.plans.models import Action, ActionIndicator, ActionPractice
from portulan.sources import answering
from portulan.sources.feeding import Agreement, day_of, value_for
from portulan.sources.figure import Figure
from portulan.sources.formulas import FORMULAS
from portulan.sources.models import ItemsSnapshot, ProposedReading, Source
from portulan.sources.reads import can_feed, fed_by, last_of
from portulan.sources.taking import figure_of, flow_year_of

LOOKED_AT = 20  # snapshots of each source: its first may have refused the figure


def followed_by(indicators: Iterable[int]) -> Mapping[int, Sequence[Action]]:
    """Return the actions that indicators follow, by indicator (one query)."""
    found: defaultdict[int, list[Action]] = defaultdict(list)
    links = ActionIndicator.objects.filter(indicator__in=list(indicators))
    rows = links.select_related("action__plan").order_by("action__plan__slug", "action__number")
    for link in rows:
        found[link.indicator_id].append(link.action)
    return found


def practices_of(indicator: Indicator) -> set[str]:
    """Return the codes of the practices of the actions that an indicator follows (one query)."""
    links = ActionPractice.objects.filter(action__indicator_links__indicator=indicator)
    return set(links.values_list("practice__code", flat=True))


def feeders_of(indicator: Indicator, sources: Sequence[Source]) -> list[tuple[Source, str]]:
    """Return the sources that gave a figure which answers what an indicator follows, and its name.

    Two queries: a figure that was refused, or that answers other practices, is no offer.
    """
    likely = _likely(indicator)
    last, found = last_of(one.pk for one in sources), []
    for source in sources:
        figures = last[source.pk].figures if source.pk in last else ()
        told = {one["id"] for one in figures if one["value"] is not None}
        found += [(source, key) for key in likely if key in told][:1]
    return found


@dataclass(frozen=True, slots=True)
class Start:
    """The first figure that a source gave of what an indicator follows: it may start from it."""

    snapshot: ItemsSnapshot
    on: date
    value: Decimal
    figure: Figure

    @property
    def numerator(self) -> Decimal | None:
        return self.figure.numerator

    @property
    def denominator(self) -> Decimal | None:
        return self.figure.denominator

    @property
    def coverage(self) -> Decimal | None:
        return self.figure.coverage


def starts_of(indicator: Indicator) -> list[Start]:
    """Return what each source said first of an indicator, the earliest first (three queries).

    By the formula that feeds it, else by those that answer the practices it follows. A figure that
    was refused is unknown, and no start.
    """
    fed = fed_by(indicator)
    keys = [fed.formula] if fed else _likely(indicator)
    rows = ItemsSnapshot.objects.filter(source__organisation=indicator.organisation_id)
    if fed is not None:
        rows = rows.filter(source=fed.source_id)
    of_source = Window(RowNumber(), partition_by="source", order_by=["on", "pk"])
    rows = rows.annotate(rank=of_source).filter(rank__lte=LOOKED_AT).select_related("source")
    rows = rows.defer("words", "problems", "held", "invoices").order_by("on", "pk")
    found: dict[int, Start] = {}
    for row in rows if keys else ():
        start = None if row.source_id in found else _start(indicator, row, keys)
        if start is not None:
            found[row.source_id] = start
    return list(found.values())


def _start(indicator: Indicator, row: ItemsSnapshot, keys: Sequence[str]) -> Start | None:
    figures = {one["id"]: one for one in row.figures if one["value"] is not None}
    key = next((one for one in keys if one in figures), None)
    if key is None:
        return None
    formula, figure = FORMULAS[key], figure_of(figures[key])
    value = value_for(Kind(indicator.kind), figure, is_share=formula.is_share)
    on = day_of(flow=formula.flow, on=row.on, flow_year=flow_year_of(row.on))
    return None if value is None else Start(row, on, value, figure)


def _likely(indicator: Indicator) -> list[str]:
    """Return the formulas that answer what an indicator follows (one query)."""
    practices = practices_of(indicator)
    return [key for key in can_feed(indicator) if not practices.isdisjoint(FORMULAS[key].answers)]


def may_answer_for(actor: Actor, actions: Iterable[Action]) -> bool:
    """Tell whether the actor may answer for an indicator that follows these actions."""
    if actor.grant(Operation.UPDATE_ACTION) is Grant.ALL:
        return True
    return any(may_on(actor, action, Operation.UPDATE_ACTION) for action in actions)


@transaction.atomic
def answer_reading(
    actor: Actor,
    *,
    proposal: ProposedReading,
    answer: Agreement,
    why: str = "",
    settles: bool = False,
    now: datetime | None = None,
) -> ProposedReading:
    """Accept a reading that a source proposes, refuse it, or say that it is to be checked first.

    Accepted, it is news of the actions that the actor may measure. `settles` sets aside what
    somebody said of the same day. Raises DeniedError, NotFoundError, ValidationError.
    """
    moment = now or timezone.now()
    actions = followed_by([proposal.indicator_id]).get(proposal.indicator_id, ())
    mine = [one for one in actions if may_on(actor, one, Operation.UPDATE_ACTION)]
    if answer is Agreement.ACCEPTED:
        answering.accept(actor, proposal=proposal, now=moment, settles=settles, own=bool(mine))
        for action in mine:
            check(actor, action, Operation.UPDATE_ACTION)
            note_news(action, timezone.localdate(moment))
    elif answer in (Agreement.REFUSED, Agreement.CHECK):
        to_check = answer is Agreement.CHECK
        answering.decline(
            actor, proposal=proposal, now=moment, why=why, to_check=to_check, own=bool(mine)
        )
    else:
        raise ValidationError({"answer": _("Acceptez, refusez, ou faites vérifier.")})
    proposal.refresh_from_db()
    return proposal


@transaction.atomic
def answer_readings(
    actor: Actor, *, answers: Sequence[tuple[ProposedReading, Agreement, bool]], now: datetime
) -> int:
    """Agreement readings, all or none, and return how many were accepted. Raises as the single one.

    Of each: its answer, and whether it sets aside what somebody said of the same day.
    """
    for proposal, answer, settles in answers:
        answer_reading(actor, proposal=proposal, answer=answer, settles=settles, now=now)
    return sum(answer is Agreement.ACCEPTED for _proposal, answer, _settles in answers)
