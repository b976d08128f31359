"""A plan that comes as files becomes a plan of the organisation: everything, or nothing."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, fields
from datetime import datetime
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from portulan.accounts.access import Operation
from portulan.accounts.actors import Actor
from portulan.accounts.models import Unit
from portulan.accounts.trail import record
from portulan.accounts.writes import add_unit
from portulan.catalogue.editions.reads import versions_for
from portulan.catalogue.imports.writes import take_over
from portulan.catalogue.models import CatalogueVersion, Practice
from portulan.core import trail
from portulan.core.contracts import to_json
from portulan.core.fields import Kind as FieldKind
from portulan.core.fields import of_kind
from portulan.core.storing import store
from portulan.indicators.fields import INDICATOR
from portulan.indicators.models import Indicator, Measurement, Target, UnitPart
from portulan.indicators.unit_parts.rules import PastWeight, kept_past
from portulan.plans.fields import ACTION
from portulan.plans.files.document import (
    ActionText,
    DecisionText,
    EditionText,
    IndicatorText,
    PlanFolder,
    ReadingText,
    TieText,
    UnitPartText,
    in_order,
    practice_of,
    seal,
)
from portulan.plans.models import (
    Action,
    ActionIndicator,
    ActionPractice,
    ActionTie,
    Axis,
    CommitmentDecision,
    Deliverable,
    Goal,
    Milestone,
    Plan,
    PlannedMoney,
    PlanOrigin,
    PracticeChoice,
    Stakeholder,
    UnitDays,
)
from portulan.plans.plan import create_plan, plans_of
from portulan.plans.verbs import Verb
from portulan.publication.plan_files.proving import prove_action, prove_choices, prove_readings

# What of the head is found or made apart, and what is said once the plan is there.
_PARTS = (
    *("units", "axes", "goals", "editions", "choices", "unit_days", "stakeholders"),
    *("evidence", "origin"),
)
_ALERT = ("used_share", "used_by_month")


@dataclass(frozen=True, slots=True)
class Met:
    """What the files name, found or made here."""

    units: Mapping[str, Unit]
    axes: Mapping[str, Axis]
    goals: Mapping[str, Goal]
    indicators: Mapping[str, Indicator]
    practices: Mapping[str, Practice]
    editions: Mapping[tuple[str, str], CatalogueVersion]


@transaction.atomic
def enter(actor: Actor, *, folder: PlanFolder) -> Plan:
    """Make the plan that files say, with its dates as typed; what is missing is made.

    Functions come without a person; an edition of practices that is not here is made, with the
    practices used. Raises DeniedError, ValidationError (the plan exists, or a value cannot be).
    """
    actor.require(Operation.EDIT_PLAN)
    actor.require(Operation.DECIDE)
    head, now = folder.plan, timezone.now()
    if plans_of(actor=actor).filter(slug=head.slug).exists():
        raise ValidationError(
            _("Le plan «\u00a0%(slug)s\u00a0» existe déjà ici\u00a0: changez son `slug`.")
            % {"slug": head.slug},
            code="exists",
        )
    plan = create_plan(actor, **values_of(head, *_PARTS, *_ALERT))
    if trail.set_fields(plan, {name: getattr(head, name) for name in _ALERT}):
        store(plan)
    practices, editions = practices_of(actor, head.editions)
    units = units_of(actor, head.units)
    met = Met(
        units=units,
        axes=_parts(Axis, plan, head.axes),
        goals=_parts(Goal, plan, head.goals),
        indicators={
            key: enter_indicator(actor, one, units, now)
            for key, one in in_order(folder.indicators).items()
        },
        practices=practices,
        editions=editions,
    )
    choices = {
        one.practice: PracticeChoice(
            plan=plan,
            practice=practices[one.practice],
            **values_of(one, "practice"),
            person_id=actor.person_id,
        )
        for one in head.choices
    }
    for choice in choices.values():
        _store(choice)
    prove_choices(actor, choices, head.evidence)
    for name, count in head.unit_days.items():
        store(UnitDays(plan=plan, unit=units[name], days=count))
    for name, said in head.stakeholders.items():
        store(Stakeholder(plan=plan, name=name, kind=said.kind, role=said.role))
    made = {one.number: enter_action(actor, plan, one, met, now) for one in folder.actions}
    enter_ties(actor, made, folder.actions, now)
    keep_origin(plan, folder)
    record(actor, plan, Verb.ENTERED, {"title": (None, plan.title)})
    return plan


def enter_ties(
    actor: Actor, made: Mapping[int, Action], said: Iterable[ActionText], now: datetime
) -> None:
    """Say how actions bear on one another, all of them being there."""
    for action in said:
        for one in action.ties:
            enter_tie(actor, made[action.number], made[one.other], one, now)


def enter_tie(actor: Actor, action: Action, other: Action, said: TieText, now: datetime) -> None:
    """Say how an action bears on another."""
    made = ActionTie(action=action, other=other, **values_of(said, "other"), said_at=now)
    made.person_id = actor.person_id
    _store(made)


def keep_origin(plan: Plan, folder: PlanFolder) -> None:
    """Keep who the plan first came from, and what its files said."""
    origin, document = folder.plan.origin, to_json(folder)
    kept = PlanOrigin.objects.filter(plan=plan).first()
    if kept is None:
        kept = PlanOrigin(plan=plan, name=plan.title[:250], seal=seal(folder))
        if origin is not None:
            kept.name, kept.siren, kept.seal = origin.name, origin.siren, origin.seal
    kept.document = document
    store(kept)


def practices_of(
    actor: Actor, wanted: Iterable[EditionText]
) -> tuple[dict[str, Practice], dict[tuple[str, str], CatalogueVersion]]:
    """Return the practices that editions name, by reference, and the editions; made if missing."""
    here = list(versions_for(actor))
    practices: dict[str, Practice] = {}
    editions: dict[tuple[str, str], CatalogueVersion] = {}
    for one in wanted:
        version = next((other for other in here if _is_that(other, one)), None)
        if version is None:
            version = take_over(
                actor,
                slug=one.catalogue,
                title=one.title,
                version=_free_name(actor, one),
                digest=one.digest,
                practices=one.practices,
            )
        editions[one.catalogue, one.edition] = version
        found = version.practices.filter(code__in=one.practices).select_related("theme")
        practices |= {
            f"{one.catalogue}/{one.edition}/{practice.code}": practice for practice in found
        }
    return practices, editions


def _is_that(version: CatalogueVersion, wanted: EditionText) -> bool:
    """Tell whether an edition here is the one named: the same words, or all that is used of it."""
    if (version.catalogue.slug, version.version) != (wanted.catalogue, wanted.edition):
        return False
    if wanted.digest and version.digest == wanted.digest:
        known = set(version.practices.values_list("code", flat=True))
        return known >= set(wanted.practices)
    return wanted.practices.items() <= dict(version.practices.values_list("code", "title")).items()


def _free_name(actor: Actor, wanted: EditionText) -> str:
    """Return the name of an edition to be made: its own, unless other words have it here."""
    taken = set(
        versions_for(actor)
        .filter(catalogue__slug=wanted.catalogue, catalogue__organisation=actor.organisation_id)
        .values_list("version", flat=True)
    )
    name, rank = wanted.edition, 1
    while name in taken:
        rank += 1
        name = f"{wanted.edition[:50]} ({rank})"
    return name


def units_of(actor: Actor, wanted: Mapping[str, str | None]) -> dict[str, Unit]:
    """Return the units of those names, made under their parents if they are not here."""
    found = {unit.name: unit for unit in Unit.objects.filter(organisation=actor.organisation_id)}

    def made(name: str) -> Unit:
        if name not in found:
            parent = wanted.get(name)
            found[name] = add_unit(actor, name=name, parent=made(parent) if parent else None)
        return found[name]

    return {name: made(name) for name in wanted}


def _parts[Part: (Axis, Goal)](
    model: type[Part], plan: Plan, titles: Mapping[str, str]
) -> dict[str, Part]:
    found = {
        key: model(plan=plan, order=n, title=title) for n, (key, title) in enumerate(titles.items())
    }
    for part in found.values():
        store(part)
    return found


def _store(row: PracticeChoice | Measurement | CommitmentDecision | ActionTie) -> None:
    """Write a row that may be of nobody: the command line has no name."""
    store(row, exclude=["person_id"])


def values_of(said: Any, *apart: str) -> dict[str, Any]:
    """Return what a text says, by the name of the column that has it, but for some."""
    return {one.name: getattr(said, one.name) for one in fields(said) if one.name not in apart}


def part_values(said: UnitPartText) -> dict[str, Any]:
    """Return what a text says of the part of a unit, its past weights as they are kept."""
    past = [PastWeight(one.until, one.weight) for one in said.past_weights]
    return {**values_of(said), "past_weights": kept_past(sorted(past, key=lambda one: one.until))}


def indicator_values(said: IndicatorText) -> dict[str, Any]:
    """Return what a text says of an indicator itself, by the name of the column that has it."""
    found = values_of(said, "targets", "readings", "unit_parts", "evidence")
    return found | {one.name: list(found[one.name]) for one in of_kind(INDICATOR, FieldKind.LINES)}


def enter_indicator(
    actor: Actor, said: IndicatorText, units: Mapping[str, Unit], now: datetime
) -> Indicator:
    """Make an indicator with its targets and its readings."""
    indicator = Indicator(organisation_id=actor.organisation_id, **indicator_values(said))
    store(indicator)
    for target in said.targets:
        store(Target(indicator=indicator, **values_of(target)))
    for name, part in said.unit_parts.items():
        store(UnitPart(indicator=indicator, unit=units[name], **part_values(part)))
    for reading in said.readings:
        enter_reading(actor, indicator, reading, units, now)
    if said.evidence:
        prove_readings(actor, indicator, said.evidence)
    return indicator


def enter_reading(
    actor: Actor,
    indicator: Indicator,
    reading: ReadingText,
    units: Mapping[str, Unit],
    now: datetime,
) -> None:
    """Record a reading with its day as typed."""
    _store(
        Measurement(
            indicator=indicator,
            on=reading.day,
            unit=units[reading.unit] if reading.unit else None,
            **values_of(reading, "day", "unit"),
            person_id=actor.person_id,
            recorded_at=now,
        )
    )


# What an action names, and what hangs on it: each is found or made apart.
_HANGING = ("indicators", "milestones", "deliverables", "decisions", "money", "ties", "evidence")
_NAMED = ("number", "goals", "practices", "seen", *_HANGING)


def action_values(said: ActionText, met: Met) -> dict[str, Any]:
    """Return what an action says by itself, by column; what it names is among what was met."""
    values = values_of(said, *_NAMED)
    for field in (one for one in ACTION if one.name in values):
        value = values[field.name]
        match field.kind:
            case FieldKind.LINES:
                values[field.name] = list(value)
            case FieldKind.ONE if value is not None:
                values[field.name] = getattr(met, field.to)[value]
            case FieldKind.STEP if value is None and not Action._meta.get_field(field.name).null:
                values[field.name] = ""
    return values


def enter_action(actor: Actor, plan: Plan, said: ActionText, met: Met, now: datetime) -> Action:
    """Make an action with all that hangs on it."""
    action = Action(plan=plan, number=said.number, **action_values(said, met))
    store(action)
    action.goals.set([met.goals[key] for key in said.goals])
    for practice in said.practices:
        seen = said.seen.get(practice)
        catalogue = practice_of(practice)[0]
        link = ActionPractice(action=action, practice=met.practices[practice])
        link.seen = met.editions[catalogue, seen] if seen else None
        store(link)
    for order, key in enumerate(said.indicators):
        store(ActionIndicator(action=action, indicator=met.indicators[key], order=order))
    for milestone in said.milestones:
        store(Milestone(action=action, **values_of(milestone)))
    for money in said.money:
        store(PlannedMoney(action=action, **values_of(money)))
    handed = {
        one.key: Deliverable(action=action, **values_of(one, "key")) for one in said.deliverables
    }
    for deliverable in handed.values():
        store(deliverable)
    enter_decisions(actor, action, said.decisions, handed, now)
    if said.evidence:
        prove_action(actor, action, said.evidence, handed)
    record(actor, action, Verb.CREATED, {"title": (None, action.title)})
    return action


def enter_decisions(
    actor: Actor,
    action: Action,
    decisions: Iterable[DecisionText],
    handed: Mapping[str, Deliverable],
    now: datetime,
) -> None:
    """Record decisions as they were typed, each with the deliverable that it rests on."""
    for one in decisions:
        _store(
            CommitmentDecision(
                action=action,
                deliverable=handed[one.deliverable] if one.deliverable else None,
                **values_of(one, "deliverable"),
                person_id=actor.person_id,
                recorded_at=now,
            )
        )
