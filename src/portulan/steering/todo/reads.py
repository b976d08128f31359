"""“À faire”: all that needs attention in an organisation, one list that every reader filters.

The home page, the page of steering, the mail of the week, webhooks and calendars read it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import replace
from datetime import date, timedelta

from django.db.models import Count, Q
from django.urls import reverse

from portulan.accounts.actors import Actor, command_line
from portulan.accounts.features import Feature
from portulan.accounts.models import Organisation
from portulan.budget.contracts.reads import register_of
from portulan.budget.funding.plan_rows import plan_rows
from portulan.budget.imports.reads import accounts_day
from portulan.budget.indicator.facts import YearFacts, year_facts
from portulan.budget.words import Stage, YearStatus
from portulan.core.say.country import COUNTRIES, FRANCE
from portulan.evidence.reads import expiring
from portulan.plans.actions.reads import Row
from portulan.plans.models import Plan
from portulan.sources.reads import sources_of, standing_of
from portulan.steering.alerts.reads import levels_of, standing_alerts, thresholds_of
from portulan.steering.alerts.rules import Alert, Levels, of_dates, of_evidence, of_sources
from portulan.steering.dates import coming, papers_day
from portulan.steering.law import before, days_to_come, opening
from portulan.steering.models import Committee, Reply
from portulan.steering.todo import rules
from portulan.steering.words import CampaignState, ChangeStatus, CommitteeState, Power

type Others = Callable[[Organisation, Levels, date, YearFacts], Iterable[Alert]]
# What the floors above add to the list, by the same thresholds: they do when the app is ready.
OTHERS: list[Others] = []
_SESSIONS = timedelta(days=60)


def todo_of(
    *,
    actor: Actor,
    organisation: Organisation,
    plan: Plan | None,
    today: date,
    known: YearFacts | None = None,
    rows: Sequence[Row] | None = None,
) -> list[Alert]:
    """Return what needs attention and the actor may open: late first, then by its day.

    The same number of queries, whatever there is; what does not depend on who reads is read once
    until something changes. `known` is what is known of the exercices, `rows` of the actions of the
    plan, where a page has them.
    """
    found = every_item(actor, organisation, plan, today, known, rows)
    return sorted((one for one in found if one.may_open(actor)), key=lambda one: one.on or today)


def every_item(
    actor: Actor,
    organisation: Organisation,
    plan: Plan | None,
    today: date,
    known: YearFacts | None = None,
    rows: Sequence[Row] | None = None,
) -> list[Alert]:
    """Return the list for all who read it, with the evidence that the actor may read.

    For who writes to others or keeps what rose: each item is still to be asked whom it is for.
    """
    facts = known or year_facts(organisation.pk)
    levels, found = facts.once(
        ("todo", plan.pk if plan else None, today),
        lambda: _for_everybody(organisation, plan, today, facts, rows),
    )
    return [*found, *of_evidence(_evidence(actor, levels, today), levels, today)]


def mine(found: Iterable[Alert], actor: Actor) -> list[Alert]:
    """Return what somebody is asked to do something about."""
    return [one for one in found if one.is_of(actor)]


def address_of(one: Alert, slug: str) -> str:
    """Return the path of what an item is about, "" for none."""
    return reverse(one.page, args=[slug, *one.arguments]) if one.page else ""


def _evidence(actor: Actor, levels: Levels, today: date) -> Iterator[tuple[int, str, date]]:
    if levels.evidence_days is None:
        return
    within = timedelta(days=levels.evidence_days)
    for piece in expiring(actor=actor, today=today, within=within).prefetch_related(None):
        if piece.expires_on is not None:
            yield piece.pk, piece.title, piece.expires_on


def _for_everybody(
    organisation: Organisation,
    plan: Plan | None,
    today: date,
    known: YearFacts,
    rows: Sequence[Row] | None,
) -> tuple[Levels, list[Alert]]:
    """Return the thresholds, and the items that do not depend on who reads."""
    levels = levels_of(thresholds_of(organisation.pk))
    found = list(standing_alerts(organisation, plan, levels, today, known))
    if rows is None:
        rows = () if plan is None else plan_rows(plan, today, known).rows
    if plan is not None:
        found += of_dates(coming(plan.slug, rows), levels, today)
        found += rules.of_states(plan.slug, rows, lacks=organisation.is_simple)
    asked = _asked(organisation, today)
    found += [*rules.of_replies(asked), *rules.of_campaigns(asked)]
    sessions = _sessions(organisation)
    days = [(one, one.subjects, papers_day(one)) for one in sessions]  # type: ignore[attr-defined]
    found += rules.of_sessions(days, today, _SESSIONS)
    found += of_sources(
        (one, one.waiting, standing_of(one, today))  # type: ignore[attr-defined]
        for one in sources_of(actor=command_line(organisation.pk))
    )
    found += _contracts(organisation, levels, today, known)
    found += _budget(organisation, plan, rows, sessions, levels, today, known)
    found += _accounts(organisation, today, known)
    for others in OTHERS:
        found += others(organisation, levels, today, known)
    return levels, found


def _asked(organisation: Organisation, today: date) -> list[rules.Asked]:
    """Return the functions asked by the open campaigns, and what waits of each (one query)."""
    found = Reply.objects.filter(
        campaign__plan__organisation=organisation,
        campaign__state=CampaignState.OPEN,
        campaign__closes_on__gte=today,
    ).annotate(
        parts_left=Count("parts", filter=Q(parts__answered_at=None), distinct=True),
        to_review=Count(
            "parts__changes",
            filter=Q(parts__changes__status=ChangeStatus.PROPOSED),
            distinct=True,
        ),
    )
    asked = found.select_related("campaign__plan").order_by("campaign__closes_on", "pk")
    return [(one, one.parts_left, one.to_review) for one in asked]


def _sessions(organisation: Organisation) -> list[Committee]:
    """Return the sessions that are not closed, the first first (one query)."""
    found = Committee.objects.filter(plan__organisation=organisation)
    found = found.exclude(state=CommitteeState.CLOSED).annotate(subjects=Count("items"))
    return list(found.select_related("body", "plan__organisation").order_by("held_on", "pk"))


def _contracts(
    organisation: Organisation, levels: Levels, today: date, known: YearFacts
) -> Iterable[Alert]:
    """Return the contracts that wait for a gesture (two queries)."""
    if levels.due_days is None or COUNTRIES.get(organisation.country) is not FRANCE:
        return ()
    full = register_of(known, organisation, today)
    blind = full.without_estimates()
    last = today + timedelta(days=levels.due_days)
    return rules.of_contracts(full.coming, blind.coming, last, today)


def _budget(
    organisation: Organisation,
    plan: Plan | None,
    rows: Sequence[Row],
    sessions: Sequence[Committee],
    levels: Levels,
    today: date,
    known: YearFacts,
) -> Iterator[Alert]:
    """Yield the days of the budget that come, and what the next one to be opened asks before."""
    if levels.law_days is None or COUNTRIES.get(organisation.country) is not FRANCE:
        return
    form, population = organisation.legal_form, organisation.population
    voted = {
        year
        for year, one in known.years.items()
        if Stage.VOTED in known.stages_of(one).given or one.status == YearStatus.CLOSED
    }
    last = today + timedelta(days=levels.law_days)
    days = [
        one
        for one in days_to_come(form, population, today)
        if one.on <= last and not (one.opens and one.year in voted)
    ]
    yield from rules.of_budget(days)
    first = opening(days)
    if first is not None and plan is not None and Feature.STEERING not in organisation.put_away:
        # The session that is planned comes before the last day of the law.
        votes = [one.held_on for one in sessions if one.body.power == Power.VOTE]
        voted_on = min((on for on in votes if today <= on <= first.on), default=first.on)
        meetings = [one.held_on for one in sessions if one.body.power != Power.VOTE]
        back = before(replace(first, on=voted_on), form, population)
        yield from rules.before_budget(back, plan.slug, rows, meetings, today)


def _accounts(organisation: Organisation, today: date, known: YearFacts) -> Iterator[Alert]:
    """Yield what waits in the accounts of the year: lines nobody judged, accounts grown old."""
    year = known.at(today)
    fiscal_year, computed = known.years.get(year), known.figures.get(year)
    if fiscal_year is None or fiscal_year.status == YearStatus.CLOSED:
        return
    if computed is not None:
        undecided = computed.figure.undecided
        yield from rules.of_lines(year, undecided.lines, undecided.amount)
    if not organisation.is_simple:
        yield from rules.of_accounts(year, accounts_day(known, year), today)
