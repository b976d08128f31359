"""Before anything is written in a scenario: who may, one at a time; after: what changed."""

from __future__ import annotations

from collections.abc import Mapping

from django.core.exceptions import ValidationError
from django.db.models import F
from django.utils import timezone
from django.utils.translation import gettext as _

from portulan.accounts.access import Operation
from portulan.accounts.actors import Actor
from portulan.accounts.trail import record
from portulan.core import trail
from portulan.core.storing import hold_row
from portulan.portfolio.models import Scenario
from portulan.portfolio.verbs import Verb
from portulan.portfolio.words import ScenarioStatus


def hold(actor: Actor, scenario: Scenario, *, applied: bool = False) -> None:
    """Refuse who may not edit the scenario, then hold it as it is now until the transaction ends.

    What was applied to the plan stays as it was applied, unless `applied`. Raises DeniedError,
    NotFoundError, ValidationError.
    """
    actor.require_ours(scenario)
    actor.require(Operation.EDIT_SCENARIO)
    hold_row(scenario)
    if scenario.status == ScenarioStatus.APPLIED and not applied:
        raise ValidationError(_("Ce scénario est appliqué au plan : dupliquez-le pour le changer."))


def changed(
    actor: Actor, scenario: Scenario, verb: Verb, changes: Mapping[str, trail.Change]
) -> None:
    """Say in the trail what changed, and that what was computed is not of this state any more."""
    Scenario.objects.filter(pk=scenario.pk).update(
        revision=F("revision") + 1, changed_at=timezone.now(), version=F("version") + 1
    )
    scenario.refresh_from_db(fields=["revision", "changed_at", "version"])
    record(actor, scenario, verb, changes)
