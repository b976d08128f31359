"""A plan of the database as its files: functions, and no name; typed dates, and no hour."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from typing import Any, Literal, cast

from django.db.models import prefetch_related_objects
from django.utils.text import slugify

from portulan.accounts.access import Operation
from portulan.accounts.actors import Actor
from portulan.catalogue.models import CatalogueVersion, Practice
from portulan.core.collecting import uncollected
from portulan.core.fields import Field, of_kind
from portulan.core.fields import Kind as FieldKind
from portulan.indicators.fields import INDICATOR
from portulan.indicators.models import Indicator
from portulan.indicators.words import (
    Direction,
    Kind,
    Knowledge,
    Level,
    MeasurementRole,
    OverTime,
    TargetKind,
)
from portulan.plans.fields import ACTION
from portulan.plans.files.document import (
    ActionText,
    ChoiceText,
    DecisionText,
    DeliverableText,
    EditionText,
    IndicatorText,
    MilestoneText,
    MoneyText,
    Origin,
    PastWeightText,
    PlanFolder,
    PlanText,
    ReadingText,
    StakeholderText,
    TargetText,
    TieText,
    UnitPartText,
    cents,
    in_order,
    plain,
    seal,
)
from portulan.plans.files.evidence import Proofs, of_action, of_choices, of_indicator, proofs_of
from portulan.plans.models import Action, ActionTie, Deliverable, Plan, PlanOrigin, UnitDays
from portulan.plans.plan import DETAILS, get_plan
from portulan.plans.words import ActorKind, Choice, CommitmentLevel, Outcome, Progress, Tie

type Keys = Mapping[int, str]
# What an action says by itself; goals and practices are said in an order of theirs.
_DECLARED = tuple(one for one in ACTION if one.in_files and one.kind is not FieldKind.MANY)
_ROWS = tuple(one.name for one in of_kind(_DECLARED, FieldKind.ONE))
_UNITS = tuple(f"{one.name}_id" for one in _DECLARED if one.to == "units")
# The words of these steps are older than the declaration.
_STEPS: Mapping[str, Callable[[str], str]] = {
    "kind": Kind, "direction": Direction, "level": Level, "over_time": OverTime,
    "frequency": str, "over_units": str,
}  # fmt: skip
_WORD = re.compile(r"[a-z0-9]+")


@dataclass(frozen=True, slots=True)
class Rows:
    """The rows that the files of a plan are made of, and the key of each by its identifier."""

    plan: Plan
    actions: list[Action]
    axes: dict[int, str]
    goals: dict[int, str]
    indicators: dict[int, str]
    followed: list[Indicator]
    proofs: Proofs
    ties: dict[int, list[TieText]]
    unit_days: dict[int, UnitDays]


def rows_of(plan: Plan, *, actor: Actor | None = None) -> Rows:
    """Return the rows of a plan with all that hangs on its actions.

    With an actor, the pieces of evidence too, private ones for who may read all of them.
    """
    actions = list(plan.actions.select_related(*_ROWS).order_by("number"))
    prefetch_related_objects(actions, *DETAILS)
    followed = {link.indicator for action in actions for link in action.indicator_links.all()}
    by_name = sorted(followed, key=lambda one: (slugify(one.name), one.pk))
    return Rows(
        plan,
        actions,
        keyed(plan.axes.order_by("order", "id"), lambda axis: axis.title),
        keyed(plan.goals.order_by("order", "id"), lambda goal: goal.title),
        keyed(by_name, lambda one: one.name),
        by_name,
        {} if actor is None else proofs_of(actor, plan, by_name),
        _ties(actions),
        {one.unit_id: one for one in UnitDays.objects.filter(plan=plan).select_related("unit")},
    )


def _ties(actions: Iterable[Action]) -> dict[int, list[TieText]]:
    """Return the ties said on each action, by its identifier."""
    numbers = {one.pk: one.number for one in actions}
    found: dict[int, list[TieText]] = {}
    for one in ActionTie.objects.filter(action__in=numbers):
        said = TieText(Tie(one.kind), numbers[one.other_id], one.reason)
        found.setdefault(one.action_id, []).append(said)
    return {pk: sorted(ties, key=lambda one: (one.other, one.kind)) for pk, ties in found.items()}


def folder_of(actor: Actor, *, slug: str, proofs: bool = True) -> PlanFolder:
    """Return a plan with all that its files say (the same number of queries whatever it holds).

    Its origin is where it came from, else this organisation; without `proofs`, what proves it is
    left out. Raises NotFoundError, DeniedError.
    """
    plan = get_plan(actor=actor, slug=slug, need=Operation.READ_PLAN)
    with uncollected():
        return folder_from(rows_of(plan, actor=actor if proofs else None))


def folder_from(rows: Rows) -> PlanFolder:
    """Return what the files of a plan say, from its rows."""
    plan, actions, names = rows.plan, rows.actions, rows.indicators
    axes, goals = rows.axes, rows.goals
    indicators = {names[one.pk]: _indicator(one, rows.proofs) for one in rows.followed}
    choices = list(plan.choices.select_related("practice__theme", "practice__version__catalogue"))
    chosen = [
        ChoiceText(_ref(one.practice), Choice(one.choice), one.chosen_on, one.reason)
        for one in sorted(choices, key=lambda one: _ref(one.practice))
    ]
    links = [link for action in actions for link in action.practice_links.all()]
    used = [*(link.practice for link in links), *(one.practice for one in choices)]
    seen = {link.seen_id for link in links if link.seen_id}
    versions = CatalogueVersion.objects.filter(pk__in=seen).select_related("catalogue")
    editions = {one.pk: one for one in versions} if seen else {}
    head = PlanText(
        slug=plan.slug,
        title=plan.title,
        first_year=plan.first_year,
        last_year=plan.last_year,
        adopted_on=plan.adopted_on,
        adopted_by=plan.adopted_by,
        stale_after_days=plan.stale_after_days,
        used_share=plan.used_share,
        used_by_month=plan.used_by_month,
        units=_units(plan, actions, rows.followed, rows.unit_days),
        unit_days={
            name: plain(days)
            for name, days in sorted((one.unit.name, one.days) for one in rows.unit_days.values())
        },
        stakeholders={
            one.name: StakeholderText(ActorKind(one.kind), one.role)
            for one in plan.stakeholders.order_by("name")
        },
        evidence=of_choices(rows.proofs, {one.pk: _ref(one.practice) for one in choices}),
        axes={axes[axis.pk]: axis.title for axis in plan.axes.order_by("order", "id")},
        goals={goals[goal.pk]: goal.title for goal in plan.goals.order_by("order", "id")},
        editions=_editions(used, editions.values()),
        choices=tuple(chosen),
    )
    told = tuple(_action(one, rows, editions) for one in actions)
    folder = PlanFolder(head, in_order(indicators), told)
    return replace(folder, plan=replace(head, origin=_origin(plan, folder)))


def _origin(plan: Plan, folder: PlanFolder) -> Origin:
    kept = PlanOrigin.objects.filter(plan=plan).defer("document", "numbers").first()
    if kept is not None:
        return Origin(kept.name, kept.siren, kept.seal)
    organisation = plan.organisation
    return Origin(organisation.name, organisation.siren, seal(folder))


def _units(
    plan: Plan, actions: Iterable[Action], followed: Iterable[Indicator], with_days: Iterable[int]
) -> dict[str, str | None]:
    """Return the units that actions and readings name or that have days, and those above."""
    all_units = {unit.pk: unit for unit in plan.organisation.units.all()}
    found: dict[str, str | None] = {}
    named = {getattr(action, name) for action in actions for name in _UNITS}
    named |= {item.unit_id for one in followed for item in one.measurements.all()}
    named |= {item.unit_id for one in followed for item in one.unit_parts.all()}
    for pk in named.union(with_days) - {None}:
        unit = all_units.get(pk or 0)
        while unit is not None and unit.name not in found:
            parent = all_units.get(unit.parent_id) if unit.parent_id else None
            found[unit.name] = parent.name if parent else None
            unit = parent
    return dict(sorted(found.items()))


def keyed[T: Any](rows: Iterable[T], title: Callable[[T], str]) -> dict[int, str]:
    """Return a key for each row, by identifier: its title as an address, then a number."""
    rows = list(rows)
    return dict(zip([row.pk for row in rows], keys_of(map(title, rows)), strict=True))


def keys_of(titles: Iterable[str]) -> list[str]:
    """Return the key of each title where it leaves: the title as an address, then a number."""
    found: dict[str, None] = {}
    for title in titles:
        base = "-".join(_WORD.findall(slugify(title)[:100])) or "sans-titre"
        key, rank = base, 1
        while key in found:
            rank += 1
            key = f"{base}-{rank}"
        found[key] = None
    return list(found)


def _ref(practice: Practice) -> str:
    version = practice.version
    return f"{version.catalogue.slug}/{version.version}/{practice.code}"


def _editions(
    practices: Iterable[Practice], seen: Iterable[CatalogueVersion]
) -> tuple[EditionText, ...]:
    """Return the editions used, by catalogue and name, with the practices used of each."""
    titles: dict[CatalogueVersion, dict[str, str]] = {version: {} for version in seen}
    for practice in sorted(practices, key=lambda one: (one.theme.order, one.order, one.code)):
        titles.setdefault(practice.version, {})[practice.code] = practice.title
    return tuple(
        EditionText(version.catalogue.slug, version.version, version.title, version.digest, used)
        for version, used in sorted(
            titles.items(), key=lambda item: (item[0].catalogue.slug, item[0].version)
        )
    )


def _action(action: Action, rows: Rows, editions: Mapping[int, CatalogueVersion]) -> ActionText:
    goals, names = rows.goals, rows.indicators
    handed = sorted(action.deliverables.all(), key=lambda one: (one.due_on or date.max, one.pk))
    keys = keyed(handed, lambda one: one.title)
    links = sorted(action.practice_links.all(), key=lambda link: _ref(link.practice))
    served = {goal.pk for goal in action.goals.all()}
    said: dict[str, Any] = {one.name: said_of(action, one, rows.axes) for one in _DECLARED}
    return ActionText(
        **said,
        number=action.number,
        progress=Progress(action.progress),
        vacant_since=action.vacant_since,
        goals=tuple(key for pk, key in goals.items() if pk in served),
        practices=tuple(_ref(link.practice) for link in links),
        seen={
            _ref(link.practice): editions[link.seen_id].version for link in links if link.seen_id
        },
        blocked_by=action.blocked_by,
        last_news_on=action.last_news_on,
        indicators=tuple(names[link.indicator_id] for link in action.indicator_links.all()),
        milestones=tuple(
            MilestoneText(one.title, one.due_on, one.reached_on) for one in action.milestones.all()
        ),
        deliverables=tuple(_deliverable(one, keys[one.pk]) for one in handed),
        decisions=_decisions(action, keys),
        money=_money(action),
        ties=tuple(rows.ties.get(action.pk, ())),
        evidence=of_action(rows.proofs, action, keys),
    )


def said_of(row: Action | Indicator, field: Field, axes: Keys) -> Any:
    """Return what a declared field says, by its kind."""
    value = getattr(row, field.name)
    match field.kind:
        case FieldKind.LINES:
            return tuple(value)
        case FieldKind.NUMBER:
            return None if value is None else plain(value)
        case FieldKind.STEP:
            return field.step(value) if value and field.steps else value
        case FieldKind.ONE if value is not None:
            return axes[value.pk] if field.to == "axes" else value.name
    return value


def _deliverable(one: Deliverable, key: str) -> DeliverableText:
    return DeliverableText(
        key=key,
        title=one.title,
        due_on=one.due_on,
        delivered_on=one.delivered_on,
        approach=one.approach,
        to_hear=one.to_hear,
        consulted=one.consulted,
        result=one.result,
        reference=one.reference,
    )


def _decisions(action: Action, keys: Keys) -> tuple[DecisionText, ...]:
    """Return the decisions in force, each from the level of the one before."""
    return tuple(
        DecisionText(
            decided_on=one.decided_on,
            outcome=Outcome(one.outcome),
            level=CommitmentLevel(one.level),
            body=one.body,
            from_level=None if one.from_level is None else CommitmentLevel(one.from_level),
            reason=one.reason,
            deliverable=keys[one.deliverable_id] if one.deliverable_id else None,
        )
        for one in action.decisions.all()
    )


def _money(action: Action) -> tuple[MoneyText, ...]:
    rows = sorted(
        action.planned_money.all(), key=lambda one: (one.year, one.section, not one.in_it_budget)
    )
    return tuple(
        MoneyText(
            year=one.year,
            section=cast("Literal['', 'F', 'I']", one.section),
            in_it_budget=one.in_it_budget,
            amount=None if one.amount is None else cents(one.amount),
        )
        for one in rows
    )


def _weight(value: Decimal | None) -> Decimal | None:
    return None if value is None else plain(value)


def _indicator(one: Indicator, proofs: Proofs) -> IndicatorText:
    said: dict[str, Any] = {field.name: said_of(one, field, {}) for field in INDICATOR}
    said |= {name: step(said[name]) for name, step in _STEPS.items()}
    return IndicatorText(
        **said,
        computed_by=one.computed_by,
        unit_parts={
            part.unit.name: UnitPartText(
                _weight(part.weight),
                part.since,
                part.until,
                tuple(PastWeightText(one.until, _weight(one.weight)) for one in part.past),
            )
            for part in sorted(one.unit_parts.all(), key=lambda part: part.unit.name)
        },
        targets=tuple(
            TargetText(
                target.due_on,
                TargetKind(target.kind),
                None if target.value is None else plain(target.value),
                target.text,
                target.reference,
                cast("Any", target.judgement),
                target.judged_on,
                target.judged_by,
                target.judged_why,
            )
            for target in sorted(one.targets.all(), key=lambda one: (one.due_on, one.kind))
        ),
        readings=tuple(
            ReadingText(
                day=reading.on,
                role=MeasurementRole(reading.role),
                knowledge=Knowledge(reading.knowledge),
                value=None if reading.value is None else plain(reading.value),
                text=reading.text,
                numerator=None if reading.numerator is None else plain(reading.numerator),
                denominator=None if reading.denominator is None else plain(reading.denominator),
                source=reading.source,
                note=reading.note,
                breaks_series=reading.breaks_series,
                computed=reading.computed,
                unit=reading.unit.name if reading.unit else "",
                restated_for=reading.restated_for,
                refused_why=reading.refused_why,
            )
            for reading in one.measurements.all()
        ),
        evidence=of_indicator(proofs, one),
    )
