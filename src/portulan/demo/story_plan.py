"""The plan's side of the story: the workshop, the vote, the years of work, the decisions."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from functools import partial
from typing import cast as typed

from portulan.accounts.actors import Actor
from portulan.catalogue.models import CatalogueVersion
from portulan.demo.actions import ACTIONS
from portulan.demo.cast import Cast
from portulan.demo.clock import Event
from portulan.demo.draft import Draft
from portulan.demo.funding import euros
from portulan.demo.organisation import AXES, GOALS, PLAN_SLUG, PLAN_TITLE
from portulan.demo.practices import CHOSEN_ON, OTHERS
from portulan.demo.shapes import COUNCIL, END, VOTED_ON, DemoAction, Measure
from portulan.demo.story_impact import impact_events
from portulan.demo.story_work import work_events
from portulan.indicators.enums import TargetKind
from portulan.indicators.services import set_target
from portulan.plans import services
from portulan.plans.enums import Choice, Outcome
from portulan.plans.models import Action
from portulan.plans.services.fields import SHEET


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


def _open_plan(draft: Draft, edition: CatalogueVersion) -> None:
    officer = draft.cast.officer
    plan = services.create_plan(
        officer, title=PLAN_TITLE, first_year=2025, last_year=2027, slug=PLAN_SLUG
    )
    draft.plan = plan
    draft.goals = [services.add_goal(officer, plan=plan, title=title) for title in GOALS]
    draft.axes = [services.add_axis(officer, plan=plan, title=title) for title in AXES]
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
    said = {field.name: getattr(told, field.name) for field in SHEET if hasattr(told, field.name)}
    action = services.create_action(
        officer,
        plan=draft.the_plan,
        today=CHOSEN_ON,
        number=told.number,
        **typed(services.ActionFields, said | drawn),
    )
    draft.actions[told.number] = action
    _indicate(officer, action, told.measure)
    services.replace_planned_money(
        officer,
        action=action,
        amounts={
            services.MoneyKey(ask.year, ask.section, ask.in_it_budget): _euros(ask.thousands)
            for ask in told.asks
        },
    )


def _answer(draft: Draft) -> None:
    """Answer to the 59 practices: those that actions follow, then the others, with reasons."""
    kept = {code: (Choice.KEEP, "") for told in ACTIONS for code in told.practices}
    for code, (choice, reason) in (kept | OTHERS).items():
        services.choose_practice(
            draft.cast.officer,
            plan=draft.the_plan,
            practice=draft.practices[code],
            choice=choice,
            reason=reason,
            today=CHOSEN_ON,
        )


def _vote(draft: Draft) -> None:
    officer, plan = draft.cast.officer, draft.the_plan
    services.edit_plan(
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
        services.decide(
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
    indicator = services.add_indicator(
        officer,
        action=action,
        name=measure.name,
        kind=measure.kind,
        unit=measure.unit,
        direction=measure.direction,
        level=measure.level,
        description=measure.description,
        computed_by=measure.computed_by,
    )
    number = None if measure.in_words else Decimal(measure.target)
    text = measure.target if measure.in_words else ""
    set_target(officer, indicator=indicator, due_on=END, value=number, text=text)
    if measure.legal_threshold:
        set_target(
            officer,
            indicator=indicator,
            due_on=measure.legal_due_on,
            value=Decimal(measure.legal_threshold),
            kind=TargetKind.LEGAL,
            reference=measure.legal_reference,
        )


def _euros(thousands: int | None) -> Decimal | None:
    return None if thousands is None else euros(thousands)
