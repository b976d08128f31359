"""Copying a scenario, to try something else beside it."""

from __future__ import annotations

from django.db import models, transaction
from django.utils import timezone

from portulan.accounts.access import Operation
from portulan.accounts.actors import Actor
from portulan.accounts.services import hold_organisation
from portulan.core.errors import NotFoundError
from portulan.core.storing import store
from portulan.portfolio.enums import ScenarioStatus
from portulan.portfolio.models import (
    Candidate,
    CandidateLevel,
    Scenario,
    ScenarioEnvelope,
    ScenarioRule,
)
from portulan.portfolio.services.holding import record
from portulan.portfolio.services.scenarios import free_slug


@transaction.atomic
def duplicate_scenario(actor: Actor, *, scenario: Scenario, title: str) -> Scenario:
    """Copy a scenario with its candidates, envelopes and rules; nothing computed is copied.

    Raises DeniedError, NotFoundError, ValidationError.
    """
    if scenario.organisation_id != actor.organisation_id:
        raise NotFoundError(scenario.slug)
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
    record(actor, copy, "created", {"title": (None, copy.title), "from": (None, scenario.title)})
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
