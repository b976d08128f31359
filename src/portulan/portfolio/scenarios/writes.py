"""Scenarios: made, described, copied to try something else, removed."""

from __future__ import annotations

from typing import TypedDict, Unpack

from django.core.exceptions import ValidationError
from django.db import models, transaction
from django.utils import timezone
from django.utils.text import slugify
from django.utils.translation import gettext as _

from portulan.accounts.access import Operation
from portulan.accounts.actors import Actor
from portulan.accounts.trail import record
from portulan.accounts.writes import hold_organisation
from portulan.core import trail
from portulan.core.storing import store
from portulan.plans.models import Plan
from portulan.portfolio.access import changed, hold
from portulan.portfolio.models import (
    Candidate,
    CandidateLevel,
    Scenario,
    ScenarioEnvelope,
    ScenarioRule,
)
from portulan.portfolio.verbs import Verb
from portulan.portfolio.words import ScenarioStatus, Unknown

WEIGHTS = ("impact", "cost", "law", "readiness", "social")
RESERVED = frozenset({"new", "matrix", "abatement", "compare"})  # addresses of pages


class ScenarioFields(TypedDict, total=False):
    """What is typed of a scenario."""

    title: str
    first_year: int
    last_year: int
    residual_years: int
    weight_impact: int
    weight_cost: int
    weight_law: int
    weight_readiness: int
    weight_social: int
    unknown: Unknown
    unknown_low: int | None
    unknown_high: int | None


@transaction.atomic
def create_scenario(actor: Actor, *, plan: Plan, **fields: Unpack[ScenarioFields]) -> Scenario:
    """Make an empty scenario on a plan of the actor's organisation.

    Raises DeniedError, NotFoundError, ValidationError.
    """
    actor.require_ours(plan)
    actor.require(Operation.EDIT_SCENARIO)
    hold_organisation(actor)
    scenario = Scenario(organisation_id=actor.organisation_id, plan=plan, **fields)
    scenario.slug = free_slug(actor.organisation_id, scenario.title)
    scenario.changed_at = timezone.now()
    _check(scenario)
    store(scenario)
    record(actor, scenario, Verb.CREATED, {"title": (None, scenario.title)})
    return scenario


@transaction.atomic
def edit_scenario(actor: Actor, *, scenario: Scenario, **fields: Unpack[ScenarioFields]) -> None:
    """Change what is typed of a scenario; its years stay as soon as it has envelopes.

    Raises DeniedError, NotFoundError, ValidationError.
    """
    hold(actor, scenario)
    changes = trail.set_fields(scenario, fields)
    if changes.keys() & {"first_year", "last_year"} and scenario.envelopes.exists():
        raise ValidationError(
            {
                "first_year": _(
                    "Les enveloppes ont un montant par année : dupliquez le scénario vers"
                    " d’autres années, ou retirez-les."
                )
            }
        )
    _check(scenario)
    store(scenario)
    if changes:
        changed(actor, scenario, Verb.EDITED, changes)


@transaction.atomic
def set_status(actor: Actor, *, scenario: Scenario, status: ScenarioStatus) -> None:
    """Say that a scenario is kept for the board, or a draft again; figures do not move.

    Raises DeniedError, NotFoundError, ValidationError (an applied one is undone, not set back).
    """
    hold(actor, scenario)
    changes = trail.set_fields(scenario, {"status": status})
    store(scenario)
    if changes:
        record(actor, scenario, Verb.EDITED, changes)


@transaction.atomic
def delete_scenario(actor: Actor, *, scenario: Scenario) -> None:
    """Remove a scenario with all it holds and what was computed from it.

    Raises DeniedError, NotFoundError, ValidationError (the plan rests on one that was applied).
    """
    hold(actor, scenario)
    record(actor, scenario, Verb.DELETED, {"title": (scenario.title, None)})
    scenario.delete()


def _check(scenario: Scenario) -> None:
    """Raise ValidationError at the field for what goes beyond one column."""
    scenario.title = scenario.title.strip()
    refused: dict[str, str] = {}
    if scenario.last_year < scenario.first_year:
        refused["last_year"] = _("La dernière année précède la première.")
    elif scenario.last_year > scenario.first_year + 14:
        refused["last_year"] = _("Un scénario couvre quinze années au plus.")
    if not any(getattr(scenario, f"weight_{name}") for name in WEIGHTS):
        refused["weight_impact"] = _("Donnez du poids à un critère au moins.")
    low, high = scenario.unknown_low, scenario.unknown_high
    if low is not None and high is not None and low > high:
        refused["unknown_high"] = _("La borne haute est sous la borne basse.")
    if refused:
        raise ValidationError(refused)


def free_slug(organisation_id: int, title: str) -> str:
    """Return an address made from the title that no scenario of the organisation has."""
    base = slugify(title)[:50].strip("-") or "scenario"
    known = Scenario.objects.filter(organisation_id=organisation_id)
    taken = {*known.values_list("slug", flat=True), *RESERVED}
    numbered = (base if rank == 1 else f"{base}-{rank}" for rank in range(1, len(taken) + 2))
    return next(slug for slug in numbered if slug not in taken)


@transaction.atomic
def duplicate_scenario(actor: Actor, *, scenario: Scenario, title: str) -> Scenario:
    """Copy a scenario with its candidates, envelopes and rules; nothing computed is copied.

    Raises DeniedError, NotFoundError, ValidationError.
    """
    actor.require_ours(scenario)
    actor.require(Operation.EDIT_SCENARIO)
    hold_organisation(actor)
    copy = Scenario(**_values(scenario))
    copy.title = title.strip()
    copy.slug = free_slug(actor.organisation_id, copy.title)
    copy.status, copy.revision, copy.changed_at = ScenarioStatus.DRAFT, 1, timezone.now()
    store(copy)
    ScenarioEnvelope.objects.bulk_create(
        ScenarioEnvelope(**_values(one) | {"scenario": copy}) for one in scenario.envelopes.all()
    )
    _copy_rules(scenario, copy, _copy_candidates(scenario, copy))
    record(
        actor,
        copy,
        Verb.CREATED,
        {"title": (None, copy.title), "from": (None, scenario.title)},
    )
    return copy


def _copy_candidates(scenario: Scenario, copy: Scenario) -> dict[int, Candidate]:
    """Return the copies by the identifier of what they copy."""
    candidates = list(Candidate.objects.filter(scenario=scenario).order_by("pk"))
    copies = Candidate.objects.bulk_create(
        Candidate(**_values(one) | {"scenario": copy}) for one in candidates
    )
    by_pk = {old.pk: new for old, new in zip(candidates, copies, strict=True)}
    CandidateLevel.objects.bulk_create(
        CandidateLevel(**_values(one) | {"candidate": by_pk[one.candidate_id]})
        for one in CandidateLevel.objects.filter(candidate__scenario=scenario)
    )
    return by_pk


def _copy_rules(scenario: Scenario, copy: Scenario, by_pk: dict[int, Candidate]) -> None:
    for rule in scenario.rules.prefetch_related("candidates"):
        waits = None if rule.waits_id is None else by_pk[rule.waits_id]
        copied = ScenarioRule.objects.create(**_values(rule) | {"scenario": copy, "waits": waits})
        copied.candidates.set([by_pk[one.pk] for one in rule.candidates.all()])


def _values(row: models.Model) -> dict[str, object]:
    """Return the columns of a row but its identifier, by the name of their fields."""
    return {
        field.name: getattr(row, field.name)
        for field in row._meta.concrete_fields
        if not field.primary_key
    }
