"""The years of work: values read, reports handed over, levels moved, posts left, news given."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from decimal import Decimal
from functools import partial

from portulan.demo.clock import Event
from portulan.demo.draft import Draft
from portulan.demo.shapes import DemoAction, Move, Report, Step, Value
from portulan.indicators.enums import Knowledge, MeasurementRole
from portulan.plans import services
from portulan.plans.enums import Progress
from portulan.plans.models import Deliverable, Milestone

BEGINS = date(2025, 1, 20)
# A value of the end of a month is typed some days later, or with the last news if that is near.
TYPED_AFTER = timedelta(days=12)
NEAR = timedelta(days=45)


def work_events(draft: Draft, told: DemoAction) -> Iterator[Event]:
    """Yield what happened to one action from the first day of work to its last news."""
    yield Event(BEGINS, partial(_begin, draft, told))
    for index, value in enumerate(told.measure.values):
        on = _typed_on(told, value) if index else BEGINS
        yield Event(on, partial(_measure, draft, told, value, on, baseline=index == 0))
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


def _closed(told: DemoAction) -> bool:
    return bool(told.moves) and told.moves[-1].on == told.last_news_on


def _typed_on(told: DemoAction, value: Value) -> date:
    if value is told.measure.values[-1] and told.last_news_on - value.on <= NEAR:
        return told.last_news_on
    return min(value.on + TYPED_AFTER, told.last_news_on)


def _begin(draft: Draft, told: DemoAction) -> None:
    """Work begins: the action is under way, its milestones are set."""
    _hear(draft, told, BEGINS, Progress.IN_PROGRESS)
    for step in told.steps:
        services.save_milestone(
            draft.pilot_of(told, BEGINS),
            action=draft.actions[told.number],
            title=step.title,
            due_on=step.due_on,
            today=BEGINS,
        )


def _hear(draft: Draft, told: DemoAction, on: date, progress: Progress | None = None) -> None:
    services.update_progress(
        draft.pilot_of(told, on),
        action=draft.actions[told.number],
        today=on,
        progress=progress,
    )


def _measure(draft: Draft, told: DemoAction, value: Value, on: date, *, baseline: bool) -> None:
    action = draft.actions[told.number]
    in_words = told.measure.in_words or value.value is None
    numerator, denominator = map(Decimal, value.fraction) if value.fraction else (None, None)
    services.measure(
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
    )


def _report_events(draft: Draft, told: DemoAction, report: Report) -> Iterator[Event]:
    """A report is promised when its level is entered, and handed over in time."""
    entered = told.moves[0].on if told.moves and report.delivered_on is None else BEGINS
    yield Event(entered, partial(_promise, draft, told, report, entered))
    if report.delivered_on is not None:
        yield Event(
            report.delivered_on, partial(_deliver, draft, told, report, report.delivered_on)
        )


def _promise(draft: Draft, told: DemoAction, report: Report, on: date) -> None:
    services.save_deliverable(
        draft.pilot_of(told, on),
        action=draft.actions[told.number],
        title=report.title,
        due_on=report.due_on,
        today=on,
    )


def _deliver(draft: Draft, told: DemoAction, report: Report, on: date) -> None:
    action = draft.actions[told.number]
    services.save_deliverable(
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


def _decide(draft: Draft, told: DemoAction, move: Move) -> None:
    action = draft.actions[told.number]
    services.decide(
        draft.cast.officer,
        action=action,
        outcome=move.outcome,
        on=move.on,
        body=move.body,
        today=move.on,
        level=move.level,
        reason=move.reason,
        deliverable=Deliverable.objects.get(action=action) if move.report else None,
        scope=move.scope,
    )


def _reach(draft: Draft, told: DemoAction, step: Step, on: date) -> None:
    action = draft.actions[told.number]
    services.save_milestone(
        draft.pilot_of(told, on),
        action=action,
        milestone=Milestone.objects.get(action=action, title=step.title),
        title=step.title,
        due_on=step.due_on,
        reached_on=on,
        today=on,
    )


def _leave(draft: Draft, told: DemoAction, since: date) -> None:
    services.declare_vacant(
        draft.cast.officer, action=draft.actions[told.number], since=since, today=since
    )
