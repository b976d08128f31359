"""A plan that comes as files becomes a plan of the organisation: everything, or nothing."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime

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
from portulan.core.contracts import to_json
from portulan.core.storing import store
from portulan.indicators.models import Indicator, Measurement, Target
from portulan.plans.models import (
    Action,
    ActionIndicator,
    ActionPractice,
    Axis,
    CommitmentDecision,
    Deliverable,
    Goal,
    Milestone,
    Plan,
    PlannedMoney,
    PlanOrigin,
    PracticeChoice,
)
from portulan.plans.plan import create_plan, plans_of
from portulan.plans.verbs import Verb
from portulan.publication.plan_files.document import (
    ActionText,
    EditionText,
    IndicatorText,
    PlanFolder,
    in_order,
    practice_of,
    seal,
)


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
    plan = create_plan(
        actor,
        title=head.title,
        first_year=head.first_year,
        last_year=head.last_year,
        slug=head.slug,
        adopted_on=head.adopted_on,
        adopted_by=head.adopted_by,
        stale_after_days=head.stale_after_days,
    )
    practices, editions = practices_of(actor, head.editions)
    met = Met(
        units=units_of(actor, head.units),
        axes=_parts(Axis, plan, head.axes),
        goals=_parts(Goal, plan, head.goals),
        indicators={
            key: enter_indicator(actor, one, now)
            for key, one in in_order(folder.indicators).items()
        },
        practices=practices,
        editions=editions,
    )
    for one in head.choices:
        _store(
            PracticeChoice(
                plan=plan,
                practice=practices[one.practice],
                choice=one.choice,
                reason=one.reason,
                chosen_on=one.chosen_on,
                person_id=actor.person_id,
            )
        )
    for action in folder.actions:
        enter_action(actor, plan, action, met, now)
    keep_origin(plan, folder)
    record(actor, plan, Verb.ENTERED, {"title": (None, plan.title)})
    return plan


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


def _store(row: PracticeChoice | Measurement | CommitmentDecision) -> None:
    """Write a row that may be of nobody: the command line has no name."""
    store(row, exclude=["person_id"])


def enter_indicator(actor: Actor, said: IndicatorText, now: datetime) -> Indicator:
    """Make an indicator with its targets and its readings."""
    indicator = Indicator(
        organisation_id=actor.organisation_id,
        name=said.name,
        kind=said.kind,
        unit=said.unit,
        direction=said.direction,
        level=said.level,
        description=said.description,
        computed_by=said.computed_by,
    )
    store(indicator)
    for target in said.targets:
        store(
            Target(
                indicator=indicator,
                kind=target.kind,
                due_on=target.due_on,
                value=target.value,
                text=target.text,
                reference=target.reference,
            )
        )
    for reading in said.readings:
        _store(
            Measurement(
                indicator=indicator,
                role=reading.role,
                on=reading.day,
                knowledge=reading.knowledge,
                value=reading.value,
                text=reading.text,
                numerator=reading.numerator,
                denominator=reading.denominator,
                source=reading.source,
                note=reading.note,
                breaks_series=reading.breaks_series,
                computed=reading.computed,
                person_id=actor.person_id,
                recorded_at=now,
            )
        )
    return indicator


def enter_action(actor: Actor, plan: Plan, said: ActionText, met: Met, now: datetime) -> Action:
    """Make an action with all that hangs on it."""
    action = Action(
        plan=plan,
        number=said.number,
        own_number=said.own_number,
        title=said.title,
        short_title=said.short_title,
        unit=met.units[said.unit] if said.unit else None,
        description=said.description,
        axis=met.axes[said.axis] if said.axis else None,
        reach=said.reach,
        level=said.level,
        progress=said.progress,
        scope=said.scope,
        starts_on=said.starts_on,
        due_on=said.due_on,
        pilot_function=said.pilot_function,
        vacant_since=said.vacant_since,
        follow_up_function=said.follow_up_function,
        contributors=list(said.contributors),
        sponsor_function=said.sponsor_function,
        impact_guess=said.impact_guess,
        effort_guess=said.effort_guess,
        days_per_year=said.days_per_year,
        blocked_by=said.blocked_by,
        last_news_on=said.last_news_on,
    )
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
        store(
            Milestone(
                action=action,
                title=milestone.title,
                due_on=milestone.due_on,
                reached_on=milestone.reached_on,
            )
        )
    for money in said.money:
        store(
            PlannedMoney(
                action=action,
                year=money.year,
                section=money.section,
                in_it_budget=money.in_it_budget,
                amount=money.amount,
            )
        )
    _enter_decisions(actor, action, said, now)
    record(actor, action, Verb.CREATED, {"title": (None, action.title)})
    return action


def _enter_decisions(actor: Actor, action: Action, said: ActionText, now: datetime) -> None:
    handed = {
        one.key: Deliverable(
            action=action,
            title=one.title,
            due_on=one.due_on,
            delivered_on=one.delivered_on,
            approach=one.approach,
            consulted=one.consulted,
            result=one.result,
            reference=one.reference,
        )
        for one in said.deliverables
    }
    for deliverable in handed.values():
        store(deliverable)
    for one in said.decisions:
        _store(
            CommitmentDecision(
                action=action,
                decided_on=one.decided_on,
                outcome=one.outcome,
                from_level=one.from_level,
                level=one.level,
                body=one.body,
                reason=one.reason,
                deliverable=handed[one.deliverable] if one.deliverable else None,
                person_id=actor.person_id,
                recorded_at=now,
            )
        )
