"""The plan’s side of the story: the workshop, the vote, the years of work, the decisions."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from decimal import Decimal
from functools import partial
from typing import cast as typed

from portulan.accounts.actors import Actor
from portulan.accounts.models import Unit
from portulan.catalogue.models import CatalogueVersion
from portulan.demo.cast import Cast
from portulan.demo.clock import Event
from portulan.demo.draft import Draft
from portulan.demo.impact import impact_events
from portulan.demo.organisation import AXES, GOALS, PLAN_SLUG, PLAN_TITLE, STAKEHOLDERS
from portulan.demo.plans.actions import ACTIONS
from portulan.demo.plans.evidence import evidence_events
from portulan.demo.plans.practices import CHOSEN_ON, OTHERS
from portulan.demo.shapes import COUNCIL, END, VOTED_ON, DemoAction, Measure, UnitShare, Value
from portulan.demo.sources.story import FED
from portulan.indicators.unit_parts.writes import designate_units
from portulan.indicators.words import Knowledge, MeasurementRole, TargetKind
from portulan.indicators.writes import set_target
from portulan.plans import indicators
from portulan.plans import plan as plans_plan
from portulan.plans.actions import progress as actions_progress
from portulan.plans.actions import writes as actions_writes
from portulan.plans.choices import writes as choices_writes
from portulan.plans.commitments import writes as commitments_writes
from portulan.plans.commitments.rules import Proposed
from portulan.plans.feeds import answer_reading
from portulan.plans.fields import ACTION
from portulan.plans.models import Action, ActionFields, Deliverable, Milestone, Plan
from portulan.plans.money import writes as money_writes
from portulan.plans.stakeholders import save_stakeholder
from portulan.plans.words import ActorKind, Choice, Outcome, Progress
from portulan.sources.feeding import Agreement
from portulan.sources.models import ProposedReading


def plan_events(cast: Cast, edition: CatalogueVersion) -> Iterator[Event]:
    """Yield the plan's events, from the workshop of September 2024 to the last news."""
    draft = Draft(cast)
    yield Event(CHOSEN_ON, partial(_open_plan, draft, edition))
    for told in ACTIONS:
        yield Event(CHOSEN_ON, partial(_propose, draft, told))
    yield Event(CHOSEN_ON, partial(_answer, draft))
    yield Event(VOTED_ON, partial(_vote, draft))
    for told in ACTIONS:
        yield from work_events(draft, told)
    yield from impact_events(draft)
    yield from evidence_events(draft)


def _open_plan(draft: Draft, edition: CatalogueVersion) -> None:
    officer = draft.cast.officer
    plan = plans_plan.create_plan(
        officer, title=PLAN_TITLE, first_year=2025, last_year=2027, slug=PLAN_SLUG
    )
    draft.plan = plan
    draft.goals = [plans_plan.add_goal(officer, plan=plan, title=title) for title in GOALS]
    draft.axes = [plans_plan.add_axis(officer, plan=plan, title=title) for title in AXES]
    for name, is_public, role in STAKEHOLDERS:
        kind = ActorKind.PUBLIC if is_public else ActorKind.PRIVATE
        save_stakeholder(officer, plan=plan, name=name, kind=kind, role=role)
    draft.practices = {
        practice.code: practice
        for practice in edition.practices.select_related("version__catalogue")
    }


def _propose(draft: Draft, told: DemoAction) -> None:
    """Write the sheet of an action, its indicator and what it asks for, before the vote."""
    officer = draft.cast.officer
    drawn = {
        "axis": draft.axes[told.axis],
        "goals": [draft.goals[index] for index in told.goals],
        "practices": [draft.practices[code] for code in told.practices],
        "level": told.voted_level,
        "pilot": draft.cast.people[told.pilot] if told.pilot else None,
        "days_per_year": Decimal(told.days_per_year),
    }
    said = {field.name: getattr(told, field.name) for field in ACTION if hasattr(told, field.name)}
    action = actions_writes.create_action(
        officer,
        plan=draft.the_plan,
        today=CHOSEN_ON,
        number=told.number,
        **typed(ActionFields, said | drawn),
    )
    draft.actions[told.number] = action
    _indicate(officer, action, told.measure)
    money_writes.replace_planned_money(officer, action=action, amounts=told.asks)


def _answer(draft: Draft) -> None:
    """Answer to the 59 practices: those that actions follow, then the others, with reasons."""
    kept = {code: (Choice.KEEP, "") for told in ACTIONS for code in told.practices}
    for code, (choice, reason) in (kept | OTHERS).items():
        choices_writes.choose_practice(
            draft.cast.officer,
            plan=draft.the_plan,
            practice=draft.practices[code],
            choice=choice,
            reason=reason,
            today=CHOSEN_ON,
        )


def _vote(draft: Draft) -> None:
    officer, plan = draft.cast.officer, draft.the_plan
    plans_plan.edit_plan(
        officer,
        plan=plan,
        title=plan.title,
        first_year=plan.first_year,
        last_year=plan.last_year,
        adopted_on=VOTED_ON,
        adopted_by=COUNCIL,
        stale_after_days=plan.stale_after_days,
    )
    for told in ACTIONS:
        commitments_writes.decide(
            officer,
            action=draft.actions[told.number],
            outcome=Outcome.ADOPT,
            on=VOTED_ON,
            body=COUNCIL,
            today=VOTED_ON,
            level=told.voted_level,
            reason="Vote du plan 2025-2027.",
        )


def _indicate(officer: Actor, action: Action, measure: Measure) -> None:
    """Give the action its indicator, its target and its legal threshold if the law has one."""
    indicator = indicators.add_indicator(
        officer,
        action=action,
        name=measure.name,
        kind=measure.kind,
        unit=measure.unit,
        direction=measure.direction,
        level=measure.level,
        description=measure.description,
        computed_by=measure.computed_by,
        manner=measure.manner,
    )
    number = None if measure.in_words else Decimal(measure.target)
    text = measure.target if measure.in_words else ""
    set_target(officer, indicator=indicator, due_on=END, value=number, text=text)
    if measure.shares:
        parts = {
            unit.pk: Decimal(share.first or share.weight)
            for unit, share in _shares(action.plan, measure)
        }
        designate_units(officer, indicator=indicator, parts=parts, today=CHOSEN_ON)
    if measure.legal_threshold:
        set_target(
            officer,
            indicator=indicator,
            due_on=measure.legal_due_on,
            value=Decimal(measure.legal_threshold),
            kind=TargetKind.LEGAL,
            reference=measure.legal_reference,
        )


BEGINS = date(2025, 1, 20)
# The people of each unit are counted each year.
COUNTED_ON, COUNTED_FOR = date(2026, 1, 19), date(2026, 1, 1)


# A value of the end of a month is typed some days later, or with the last news if that is near.
TYPED_AFTER = timedelta(days=12)
NEAR = timedelta(days=45)


def work_events(draft: Draft, told: DemoAction) -> Iterator[Event]:
    """Yield what happened to one action from the first day of work to its last news."""
    yield Event(BEGINS, partial(_begin, draft, told))
    yield from _measure_events(draft, told)
    yield from _share_events(draft, told)
    if told.report is not None:
        yield from _report_events(draft, told, told.report)
    for move in told.moves:
        yield Event(move.on, partial(_decide, draft, told, move))
    for step in told.steps:
        if step.reached_on is not None:
            yield Event(step.reached_on, partial(_reach, draft, told, step, step.reached_on))
    if told.vacant_since is not None:
        yield Event(told.vacant_since, partial(_leave, draft, told, told.vacant_since))
    if told.progress_since is not None:
        yield Event(
            told.progress_since, partial(_hear, draft, told, told.progress_since, told.progress)
        )
    if told.last_news_on > (told.progress_since or BEGINS) and not _closed(told):
        yield Event(told.last_news_on, partial(_hear, draft, told, told.last_news_on))


def _measure_events(draft: Draft, told: DemoAction) -> Iterator[Event]:
    """Yield the day of each value: typed, but the last where a source gives it."""
    last = told.measure.values[-1]
    for index, value in enumerate(told.measure.values):
        on = _typed_on(told, value) if index else BEGINS
        if value is last and told.number in FED:
            yield Event(on, partial(_accept, draft, told, value, on))
        else:
            yield Event(on, partial(_measure, draft, told, value, on, baseline=index == 0))
    if told.measure.shares:
        yield Event(_typed_on(told, last), partial(_measure_units, draft, told, last))


def _closed(told: DemoAction) -> bool:
    return bool(told.moves) and told.moves[-1].on == told.last_news_on


def _typed_on(told: DemoAction, value: Value) -> date:
    if value is told.measure.values[-1] and told.last_news_on - value.on <= NEAR:
        return told.last_news_on
    return min((value.restated_for or value.on) + TYPED_AFTER, told.last_news_on)


def _begin(draft: Draft, told: DemoAction) -> None:
    """Work begins: the action is under way, its milestones are set."""
    _hear(draft, told, BEGINS, Progress.IN_PROGRESS)
    for step in told.steps:
        commitments_writes.save_milestone(
            draft.pilot_of(told, BEGINS),
            action=draft.actions[told.number],
            title=step.title,
            due_on=step.due_on,
            today=BEGINS,
        )


def _hear(draft: Draft, told: DemoAction, on: date, progress: Progress | None = None) -> None:
    actions_progress.update_progress(
        draft.pilot_of(told, on),
        action=draft.actions[told.number],
        today=on,
        progress=progress,
    )


def _measure(draft: Draft, told: DemoAction, value: Value, on: date, *, baseline: bool) -> None:
    action = draft.actions[told.number]
    in_words = told.measure.in_words or value.value is None
    numerator, denominator = map(Decimal, value.fraction) if value.fraction else (None, None)
    measurement = indicators.measure(
        draft.pilot_of(told, on),
        action=action,
        indicator=action.indicators.get(),
        on=value.on,
        today=on,
        value=None if in_words else Decimal(value.value or 0),
        text=value.value or "" if in_words else "",
        knowledge=Knowledge.UNKNOWN if value.value is None else Knowledge.KNOWN,
        role=MeasurementRole.BASELINE if baseline else MeasurementRole.READING,
        numerator=numerator,
        denominator=denominator,
        source=value.source,
        note=value.note,
        breaks_series=value.breaks_series,
        restated_for=value.restated_for,
    )
    if value.refused:
        indicators.set_aside(
            draft.pilot_of(told, on), action=action, measurement=measurement, why=value.refused
        )


def _accept(draft: Draft, told: DemoAction, value: Value, on: date) -> None:
    """The pilot accepts what a source proposes: it is the value of the story, or nothing is built.

    Raises ValueError where the file that was made says something else.
    """
    waiting = ProposedReading.objects.filter(
        indicator=draft.actions[told.number].indicators.get(), answer=Agreement.PENDING
    )
    proposal = waiting.get()
    if (proposal.on, proposal.value) != (value.on, Decimal(value.value or 0)):
        raise ValueError(f"{told.number}: {proposal.on} {proposal.value}")
    answer_reading(draft.pilot_of(told, on), proposal=proposal, answer=Agreement.ACCEPTED)


def _measure_units(draft: Draft, told: DemoAction, value: Value) -> None:
    """Record what each designated unit told on the day of the last value; one of them is silent."""
    action, on = draft.actions[told.number], _typed_on(told, value)
    for unit, share in _shares(draft.the_plan, told.measure):
        if share.value is not None:
            indicators.measure(
                draft.pilot_of(told, on),
                action=action,
                indicator=action.indicators.get(),
                on=value.on,
                today=on,
                value=Decimal(share.value),
                source=value.source,
                unit=unit,
            )


def _share_events(draft: Draft, told: DemoAction) -> Iterator[Event]:
    if told.measure.shares:
        yield Event(COUNTED_ON, partial(_weigh_again, draft, told))


def _weigh_again(draft: Draft, told: DemoAction) -> None:
    """Count the people of units again: from 2026 on a mean has their new weights."""
    parts = {
        unit.pk: Decimal(share.weight) for unit, share in _shares(draft.the_plan, told.measure)
    }
    indicator = draft.actions[told.number].indicators.get()
    designate_units(
        draft.cast.officer, indicator=indicator, parts=parts, today=COUNTED_ON, since=COUNTED_FOR
    )


def _shares(plan: Plan, measure: Measure) -> list[tuple[Unit, UnitShare]]:
    units = {unit.name: unit for unit in plan.organisation.units.all()}
    return [(units[share.unit], share) for share in measure.shares]


def _report_events(draft: Draft, told: DemoAction, report: Deliverable) -> Iterator[Event]:
    """A report is promised when its level is entered, and handed over in time."""
    entered = told.moves[0].on if told.moves and report.delivered_on is None else BEGINS
    yield Event(entered, partial(_promise, draft, told, report, entered))
    if report.delivered_on is not None:
        yield Event(
            report.delivered_on, partial(_deliver, draft, told, report, report.delivered_on)
        )


def _promise(draft: Draft, told: DemoAction, report: Deliverable, on: date) -> None:
    commitments_writes.save_deliverable(
        draft.pilot_of(told, on),
        action=draft.actions[told.number],
        title=report.title,
        due_on=report.due_on,
        today=on,
    )


def _deliver(draft: Draft, told: DemoAction, report: Deliverable, on: date) -> None:
    action = draft.actions[told.number]
    commitments_writes.save_deliverable(
        draft.pilot_of(told, on),
        action=action,
        deliverable=Deliverable.objects.get(action=action),
        title=report.title,
        due_on=report.due_on,
        delivered_on=on,
        approach=report.approach,
        consulted=report.consulted,
        result=report.result,
        reference=report.reference,
        today=on,
    )


def _decide(draft: Draft, told: DemoAction, move: Proposed) -> None:
    action = draft.actions[told.number]
    commitments_writes.decide(
        draft.cast.officer,
        action=action,
        outcome=move.outcome,
        on=move.on,
        body=move.body,
        today=move.on,
        level=move.level,
        reason=move.reason,
        deliverable=action.deliverables.filter(delivered_on__lte=move.on).first(),
        scope=move.scope,
    )


def _reach(draft: Draft, told: DemoAction, step: Milestone, on: date) -> None:
    action = draft.actions[told.number]
    commitments_writes.save_milestone(
        draft.pilot_of(told, on),
        action=action,
        milestone=Milestone.objects.get(action=action, title=step.title),
        title=step.title,
        due_on=step.due_on,
        reached_on=on,
        today=on,
    )


def _leave(draft: Draft, told: DemoAction, since: date) -> None:
    actions_writes.declare_vacant(
        draft.cast.officer, action=draft.actions[told.number], since=since, today=since
    )
