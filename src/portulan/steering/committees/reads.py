"""Committees: their door, what their pages show, and the agenda that the plan calls for."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from datetime import date

from django.db.models import Q, QuerySet

from portulan.accounts.access import Operation
from portulan.accounts.actors import Actor, command_line
from portulan.budget.funding.forecast import YearLanding
from portulan.budget.funding.plan_rows import plan_rows
from portulan.budget.funding.sentences import RULE, landing_sentences
from portulan.core.errors import NotFoundError
from portulan.core.say.language import spoken_language
from portulan.core.say.text import Language, Text
from portulan.core.storing import get_one
from portulan.indicators.models import Measurement
from portulan.plans.actions.reads import Row
from portulan.plans.models import CommitmentDecision, Deliverable, Plan
from portulan.plans.plan import get_plan
from portulan.steering.campaigns.reads import unmoved_of
from portulan.steering.committees.agenda import Found, Subject, agenda
from portulan.steering.committees.options import SOURCE, agenda_words, kept_choice
from portulan.steering.forecast import landing_in
from portulan.steering.models import AgendaItem, Body, Committee, Decision
from portulan.steering.words import NEEDS, CommitteeState, DecisionStatus, Matter, Power

_LANDING = Text("Où atterrit {year}", "Where {year} lands")


def committees_of(plan: Plan) -> QuerySet[Committee]:
    """Return the committees of a plan, the latest first (one query)."""
    found = Committee.objects.filter(plan=plan).select_related("body")
    return found.order_by("-held_on", "-pk")


def get_committee(*, actor: Actor, plan_slug: str, pk: int, need: Operation) -> Committee:
    """Return a committee of a plan. Raises NotFoundError, DeniedError."""
    plan = get_plan(actor=actor, slug=plan_slug, need=need)
    found = Committee.objects.filter(plan=plan, pk=pk)
    committee = found.select_related("body", "plan__organisation").first()
    if committee is None:
        raise NotFoundError(pk)
    return committee


def get_item(
    *, actor: Actor, plan_slug: str, committee: int, pk: int, need: Operation
) -> AgendaItem:
    """Return an item of a committee. Raises NotFoundError, DeniedError."""
    found = get_committee(actor=actor, plan_slug=plan_slug, pk=committee, need=need)
    item = get_one(items_of(found), pk=pk)
    item.committee = found
    return item


def items_of(committee: Committee) -> QuerySet[AgendaItem]:
    """Return the items of a committee in their order, each with its decision (two queries)."""
    return (
        AgendaItem.objects.filter(committee=committee)
        .select_related("action", "decision__deliverable", "about__item__committee__body")
        .order_by("order", "pk")
    )


def asked_body(committee: Committee, matter: Matter) -> Body | None:
    """Return the body to which this one proposes; None where it may itself, or where none may."""
    if committee.body.may(matter):
        return None
    found = Body.objects.filter(
        organisation=committee.body.organisation_id, power__gte=NEEDS.get(matter, Power.ADVISE)
    )
    return found.order_by("power", "pk").first()


def next_of(body: Body, plan: Plan, today: date) -> list[Committee]:
    """Return the sessions to come of a body about a plan, the first first (one query)."""
    coming = Committee.objects.filter(
        body=body, plan=plan, held_on__gte=today, state=CommitteeState.PREPARING
    )
    return list(coming.select_related("body", "plan__organisation").order_by("held_on", "pk"))


def past_decisions(plan: Plan) -> QuerySet[Decision]:
    """Return what was decided in the committees of a plan, the latest first (two queries)."""
    return (
        Decision.objects.filter(
            item__committee__plan=plan, item__committee__state=CommitteeState.CLOSED
        )
        .exclude(status=DecisionStatus.NOTED)
        .select_related("item__committee__body", "item__action", "adopted_in__body")
        .order_by("-item__committee__held_on", "-pk")
    )


def last_held(plan: Plan, before: date) -> Committee | None:
    """Return the last committee of the plan whose minutes are closed (one query)."""
    held = Committee.objects.filter(plan=plan, state=CommitteeState.CLOSED, held_on__lte=before)
    return held.order_by("held_on", "pk").last()


def agenda_of(plan: Plan, *, today: date, since: date | None) -> list[Found]:
    """Return what the plan calls for, since a day."""
    kept = plan_rows(plan, today)
    this_year, rows = kept.years.at(today), kept.rows
    handed: defaultdict[int, list[tuple[str, date]]] = defaultdict(list)
    given = Deliverable.objects.filter(action__plan=plan, delivered_on__isnull=False)
    for action, title, day in given.values_list("action", "title", "delivered_on"):
        if day is not None:
            handed[action].append((title, day))
    unmoved = unmoved_of(plan)
    subjects = [
        _subject(row, handed[row.action.pk], unmoved.get(row.action.pk, (0, False))) for row in rows
    ]
    moved, lang = _moved(plan, since), spoken_language()
    found = list(agenda(subjects, today=today, since=since, moved=moved, lang=lang))
    if (choice := kept_choice(plan)) is not None:
        title, why = agenda_words(choice, lang)
        found.append(Found(f"{SOURCE}{choice.selection.scenario_id}", title, why))
    landing = landing_in(
        actor=command_line(plan.organisation_id), year=this_year, today=today, known=kept.years
    )
    ours = landing.of(row.action.pk for row in rows)
    # What nobody spent nor reserved anything for has no landing to look at.
    if ours.is_said:
        found.insert(1, _landing_item(ours, lang))
    return found


def _landing_item(landing: YearLanding, lang: Language) -> Found:
    """Return where the year lands, to be known, before what asks for an answer."""
    title = _LANDING.say(lang).format(year=landing.year)
    why = " ".join([*landing_sentences(landing, lang), RULE.say(lang)])
    return Found(f"landing-{landing.year}", title, why)


def _subject(row: Row, handed: list[tuple[str, date]], unmoved: tuple[int, bool]) -> Subject:
    action = row.action
    return Subject(
        pk=action.pk,
        number=action.called,
        title=action.short_title or action.title,
        level=row.level,
        progress=row.progress,
        due_on=action.due_on,
        decided_on=row.decisions[-1].on if row.decisions else None,
        states=row.states,
        delivered=tuple(handed),
        unmoved=unmoved[0],
        unmoved_late=unmoved[1],
    )


def _moved(plan: Plan, since: date | None) -> tuple[int, int, int]:
    """Return how many decisions and readings came since a day, and on how many indicators."""
    later = Q() if since is None else Q(decided_on__gt=since)
    decisions = CommitmentDecision.objects.filter(later, action__plan=plan).count()
    readings = Measurement.objects.filter(
        indicator__action_links__action__plan=plan, withdrawn_at=None
    )
    if since is not None:
        readings = readings.filter(on__gt=since)
    found = set(readings.values_list("pk", "indicator"))
    return decisions, len(found), len({indicator for _pk, indicator in found})


def coming_back(plan: Plan, body: Body) -> Iterator[Decision]:
    """Yield what waits for this body: what others propose to it, what it decided and is not done.

    What is already on the agenda of a committee that is not closed waits there (two queries).
    """
    waiting = (
        Decision.objects.filter(
            item__committee__plan=plan,
            item__committee__state=CommitteeState.CLOSED,
            status__in=(DecisionStatus.PROPOSED, DecisionStatus.TO_DO, DecisionStatus.POSTPONED),
        )
        .exclude(back_in__committee__in=Committee.objects.exclude(state=CommitteeState.CLOSED))
        .select_related("item__committee__body", "item__action")
        .order_by("item__committee__held_on", "pk")
    )
    for one in waiting:
        if one.status == DecisionStatus.PROPOSED:
            if body.may(Matter(one.matter)):
                yield one
        elif one.item.committee.body_id == body.pk:
            yield one
