"""What a member shares, as its own services say it on a day: nobody else reads its tables."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date
from decimal import Decimal

from django.utils import timezone

from portulan.accounts.actors import Actor
from portulan.accounts.models import Organisation, Person
from portulan.budget.contracts.reads import contracts_on
from portulan.plans.actions.reads import Row
from portulan.plans.plan import current_plan
from portulan.plans.words import OVER, Progress, State
from portulan.publication.board import Dashboard, dashboard_of
from portulan.publication.documents.actions import name_of
from portulan.publication.groups.copies import (
    Shared,
    SharedAction,
    SharedReading,
    SharedShare,
    levels_of,
    unnamed,
)
from portulan.publication.public.permalinks import last_published_runs
from portulan.publication.words import Extent
from portulan.steering.sealed.document import exact

_LATE = {State.LATE, State.MILESTONE_LATE, State.DELIVERABLE_LATE, State.NOT_STARTED}


def shared_of(actor: Actor, *, organisation: Organisation, extent: Extent, today: date) -> Shared:
    """Return what the organisation shares on a day (about thirty queries, whatever its plan).

    Raises DeniedError.
    """
    plan = current_plan(actor=actor, today=today)
    head: dict[str, object] = {"name": organisation.name, "siren": organisation.siren, "on": today}
    if extent is Extent.TEXTS:
        head |= _renewals(organisation, today)
    shares = tuple(_shares(organisation.pk))
    if plan is None:
        return Shared(**head, extent=extent, shares=shares)  # type: ignore[arg-type]
    board = dashboard_of(plan, today)
    going = [row for row in board.rows if row.progress is not Progress.DROPPED]
    states = [{state.state for state in row.states} for row in going]
    people = list(_names(organisation.pk))
    texts = _texts(board, people) if extent is Extent.TEXTS else ()
    return Shared(
        **head,  # type: ignore[arg-type]
        extent=extent,
        plan=unnamed(plan.title, people) if extent is Extent.TEXTS else "",
        first_year=plan.first_year,
        last_year=plan.last_year,
        actions=len(going),
        silent=sum(State.STALE in one for one in states),
        late=sum(bool(one & _LATE) for one in states),
        vacant=sum(State.VACANT in one for one in states),
        themes=len(board.themes),
        themes_covered=board.covered,
        last_news_on=max(
            (row.action.last_news_on for row in board.rows if row.action.last_news_on), default=None
        ),
        next_on=min((day for row in going for day in _days(row) if day >= today), default=None),
        levels=levels_of((int(row.level), row.progress in OVER) for row in going),
        shares=shares,
        texts=tuple(texts),
    )


def _renewals(organisation: Organisation, today: date) -> dict[str, object]:
    """Return the contracts in force that end within what the organisation looks ahead."""
    coming = [row for row in contracts_on(organisation, today).coming if row.standing.end]
    days = [day for row in coming if (day := row.standing.before or row.standing.end)]
    return {"renewals": len(coming), "renewal_on": min(days, default=None)}


def _shares(organisation_id: int) -> Iterator[SharedShare]:
    for run in last_published_runs(organisation_id):
        value = run.shares[0]
        yield SharedShare(
            year=run.fiscal_year.year,
            stage=run.stage,
            basis=run.basis,
            numerator=exact(run.numerator),
            denominator=exact(run.denominator),
            published_on=timezone.localdate(run.published_at),
            value=_exact(value),
            coverage=_exact(run.coverage),
        )


def _exact(value: Decimal | None) -> str | None:
    return None if value is None else exact(value)


def _names(organisation_id: int) -> Iterator[str]:
    """Yield the names of the people of the organisation: those that no copy may hold."""
    people = Person.objects.filter(organisation=organisation_id).exclude(name="")
    yield from people.values_list("name", flat=True)


def _days(row: Row) -> Iterator[date]:
    """Yield what an action has before it: its end, its milestones, its deliverables."""
    if row.action.due_on and row.progress not in OVER:
        yield row.action.due_on
    for one in (*row.awaited.milestones, *row.awaited.deliverables):
        yield one.due_on


def _texts(board: Dashboard, people: Sequence[str]) -> Iterator[SharedAction]:
    for row in board.rows:
        action = row.action
        yield SharedAction(
            called=action.called,
            title=unnamed(name_of(row), people),
            level=int(row.level),
            progress=row.progress,
            pilot=unnamed(action.pilot_function, people),
            why=unnamed(action.description, people),
            due_on=action.due_on,
            reading=_reading(row, people),
        )


def _reading(row: Row, people: Sequence[str]) -> SharedReading | None:
    if row.main is None or row.series is None:
        return None
    last, target = row.series.last_known, row.series.target
    return SharedReading(
        name=unnamed(row.main.name, people),
        unit=row.main.unit,
        value=_exact(last.value) if last else None,
        on=last.on if last else None,
        target=_exact(target.value) if target else None,
        target_on=target.due_on if target else None,
    )
