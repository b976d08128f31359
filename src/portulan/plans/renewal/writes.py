"""The next plan: what goes on is taken over, and what becomes of each former action is said."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from portulan.accounts.access import Operation
from portulan.accounts.actors import Actor
from portulan.accounts.trail import record
from portulan.core import trail
from portulan.core.storing import store
from portulan.plans.access import check_plan
from portulan.plans.actions.editing import sheet_of
from portulan.plans.actions.writes import create_action
from portulan.plans.models import (
    Action,
    ActionEvidence,
    ActionIndicator,
    Axis,
    CommitmentDecision,
    DecisionEvidence,
    Deliverable,
    DeliverableEvidence,
    Goal,
    Milestone,
    Plan,
    PlannedMoney,
    PracticeChoice,
    Succession,
)
from portulan.plans.plan import create_plan, load_details
from portulan.plans.stakeholders import copy_stakeholders
from portulan.plans.verbs import Verb
from portulan.plans.words import Fate

type _Parts = Mapping[type[Axis] | type[Goal], Mapping[int, Axis | Goal]]
NEEDS_A_REASON = frozenset(Fate) - {Fate.KEPT}


@dataclass(frozen=True, slots=True)
class Said:
    """What becomes of a former action, and why."""

    fate: Fate
    reason: str = ""


@transaction.atomic
def renew_plan(
    actor: Actor,
    *,
    plan: Plan,
    title: str,
    first_year: int,
    last_year: int,
    said: Mapping[int, Said],
    today: date,
) -> Plan:
    """Make the plan that takes over from another; `said` is by number, all of them.

    An action kept goes on under its number, at its level with the decisions that led there, its
    deliverables and milestones, what proves all these, the very indicators with their series, and
    the money asked for the years of the new plan. Nothing of the former plan changes. Raises
    DeniedError, NotFoundError, ValidationError at the field and its number, as in `reason-12`.
    """
    check_plan(actor, plan, Operation.EDIT_PLAN)
    actions = list(plan.actions.order_by("number"))
    _check_said(actions, said)
    following = create_plan(actor, title=title, first_year=first_year, last_year=last_year)
    parts = {model: _copy_parts(model, plan, following) for model in (Axis, Goal)}
    copy_stakeholders(plan, following)
    for former in actions:
        one = said[former.number]
        successor = None
        if one.fate is Fate.KEPT:
            successor = _take_over(actor, load_details(former), following, parts, today)
        store(
            Succession(
                plan=following,
                former=former,
                successor=successor,
                fate=one.fate,
                reason=one.reason.strip(),
            )
        )
    record(actor, following, Verb.RENEWED, {"former": (None, plan.title)})
    return following


def _check_said(actions: Sequence[Action], said: Mapping[int, Said]) -> None:
    refused: dict[str, Any] = {}
    for action in actions:
        one = said.get(action.number)
        if one is None:
            refused[f"fate-{action.number}"] = _("Dites ce que devient cette action.")
        elif one.fate in NEEDS_A_REASON and not one.reason.strip():
            refused[f"reason-{action.number}"] = _("Dites pourquoi : le bilan le répétera.")
    if refused:
        raise ValidationError(refused)


def _copy_parts(model: type[Axis] | type[Goal], plan: Plan, following: Plan) -> dict[int, Any]:
    """Return the copies of axes or goals, by the identifier of the former."""
    found = {}
    for part in model._default_manager.filter(plan=plan).order_by("order", "id"):
        found[part.pk] = model(plan=following, title=part.title, order=part.order)
        store(found[part.pk])
    return found


@transaction.atomic
def duplicate_plan(
    actor: Actor, *, plan: Plan, title: str, first_year: int, last_year: int, today: date
) -> Plan:
    """Make a draft of the same actions: another way of doing, or the same years for another body.

    Its levels are proposed and nothing is begun: decisions, progress and evidence are those of the
    first plan alone. It is followed by the very same indicators, of which no value is told twice.
    Answers to the practices come too. Raises DeniedError, NotFoundError, ValidationError.
    """
    check_plan(actor, plan, Operation.EDIT_PLAN)
    copy = create_plan(
        actor,
        title=title,
        first_year=first_year,
        last_year=last_year,
        stale_after_days=plan.stale_after_days,
    )
    parts = {model: _copy_parts(model, plan, copy) for model in (Axis, Goal)}
    copy_stakeholders(plan, copy)
    for former in plan.actions.order_by("number"):
        action = _copy_sheet(actor, load_details(former), copy, parts, today)
        for deliverable in former.deliverables.all():
            again = _copied(Deliverable, deliverable, action)
            again.delivered_on, again.consulted, again.result, again.reference = None, "", "", ""
            store(again)
        for milestone in former.milestones.all():
            again = _copied(Milestone, milestone, action)
            again.reached_on = None
            store(again)
    for choice in plan.choices.all():
        said = {name: getattr(choice, name) for name in ("choice", "chosen_on", "reason")}
        answer = PracticeChoice(
            plan=copy, practice_id=choice.practice_id, person_id=actor.person_id, **said
        )
        store(answer)
    record(actor, copy, Verb.DUPLICATED, {"former": (None, plan.title)})
    return copy


def _copy_sheet(actor: Actor, former: Action, plan: Plan, parts: _Parts, today: date) -> Action:
    """Make an action of the same sheet, indicators, and money asked for the years of the plan."""
    sheet = sheet_of(former)
    sheet["axis"] = parts[Axis][former.axis_id] if former.axis_id else None
    sheet["goals"] = [parts[Goal][goal.pk] for goal in sheet["goals"]]
    action = create_action(actor, plan=plan, today=today, number=former.number, **sheet)
    ActionIndicator.objects.bulk_create(
        ActionIndicator(action=action, indicator_id=link.indicator_id, order=link.order)
        for link in former.indicator_links.all()
    )
    for row in former.planned_money.all():
        if plan.first_year <= row.year <= plan.last_year:
            store(_copied(PlannedMoney, row, action))
    return action


def _take_over(actor: Actor, former: Action, plan: Plan, parts: _Parts, today: date) -> Action:
    action = _copy_sheet(actor, former, plan, parts, today)
    goes_on = {
        "progress": former.progress,
        "vacant_since": former.vacant_since,
        "blocked_by": former.blocked_by,
        "last_news_on": former.last_news_on,
    }
    trail.set_fields(action, goes_on)
    action.save()
    _copy_commitment(former, action)
    _copy_evidence(ActionEvidence, {former.pk: action.pk})
    return action


def _copy_commitment(former: Action, action: Action) -> None:
    """Copy what was promised and decided: the level of any day before still has its answer."""
    handed: dict[int, Deliverable] = {}
    for deliverable in former.deliverables.all():
        handed[deliverable.pk] = _copied(Deliverable, deliverable, action)
        store(handed[deliverable.pk])
    for milestone in former.milestones.all():
        store(_copied(Milestone, milestone, action))
    now = timezone.now()
    decided: dict[int, int] = {}
    for decision in former.decisions.all():
        copy = _copied(CommitmentDecision, decision, action)
        copy.recorded_at, copy.corrects, copy.correction_reason = now, None, None
        copy.import_id = None
        copy.deliverable = handed[decision.deliverable_id] if decision.deliverable_id else None
        store(copy)
        decided[decision.pk] = copy.pk
    _copy_evidence(DeliverableEvidence, {pk: copy.pk for pk, copy in handed.items()})
    _copy_evidence(DecisionEvidence, decided)


def _copy_evidence(model: Any, places: Mapping[int, int]) -> None:
    """Have what proved the former prove what takes over from it, as it was given (two queries)."""
    links = model._default_manager.filter(proved__in=list(places))
    model._default_manager.bulk_create(
        model(
            proved_id=places[one.proved_id],
            **{
                field.attname: getattr(one, field.attname)
                for field in model._meta.concrete_fields
                if field.name not in {"id", "proved"}
            },
        )
        for one in links
    )


def _copied(model: Any, row: Any, action: Action) -> Any:
    """Return a copy of a row that hangs on an action, for another; not saved."""
    left = {"id", "action", "version"}
    names = [field.name for field in model._meta.fields if field.name not in left]
    return model(action=action, **{name: getattr(row, name) for name in names})
