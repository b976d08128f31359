"""What was computed from a scenario: written once, kept as it was."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from portulan.portfolio.models.scenarios import STATUSES, Scenario
from portulan.portfolio.words import ScenarioStatus

RESULTS = ("optimal", "feasible", "infeasible", "unknown")


class Selection(models.Model):
    """The answer to a scenario as it stood at `revision`.

    `problem` is in `portulan-portfolio/1` and `result` as `portfolio solve` writes it; `facts` is
    what readers need beside them (`portfolio.facts`), `baseline` what a sort by ratio chooses.
    `checked_value` is what the evaluator found for itself: a row where it disagrees cannot be.
    """

    scenario = models.ForeignKey(Scenario, models.CASCADE, related_name="selections")
    revision = models.PositiveIntegerField()
    created_at = models.DateTimeField()
    person_id = models.BigIntegerField(null=True)
    digest = models.CharField(max_length=64)
    status = models.CharField(max_length=10, choices={status: status for status in RESULTS})
    value = models.BigIntegerField(null=True)
    checked_value = models.BigIntegerField(null=True)
    bound = models.BigIntegerField(null=True)
    problem = models.JSONField()
    facts = models.JSONField()
    result = models.JSONField()
    baseline = models.JSONField()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=models.Q(value__isnull=True, checked_value__isnull=True)
                | models.Q(value__isnull=False, value=models.F("checked_value")),
                name="selection_checked",
            )
        ]
        indexes = [models.Index(fields=["scenario", "-id"], name="selection_latest")]

    def __str__(self) -> str:
        return f"{self.scenario_id} {self.status} {self.value}"


class Explanation(models.Model):
    """A part of what explains a selection: why, why not, what more would buy, prices, front.

    Parts are added as they are computed, and never change.
    """

    selection = models.ForeignKey(Selection, models.CASCADE, related_name="explanations")
    created_at = models.DateTimeField()
    document = models.JSONField()

    def __str__(self) -> str:
        return f"{self.selection_id}"


class Application(models.Model):
    """What of a selection was written in the plan, by whom, and what stood there before.

    `entries` are those of `services.applying`, one per figure written, and `status_before` what
    the scenario was; undone, it stays.
    """

    selection = models.ForeignKey(Selection, models.CASCADE, related_name="applications")
    person_id = models.BigIntegerField(null=True)
    applied_at = models.DateTimeField()
    decided_on = models.DateField(_("décidé le"))
    body = models.CharField(_("organe qui décide"), max_length=160)
    reason = models.TextField(_("motif"))
    entries = models.JSONField()
    status_before = models.CharField(max_length=8, choices=STATUSES, default=ScenarioStatus.KEPT)
    undone_at = models.DateTimeField(null=True)

    def __str__(self) -> str:
        return f"{self.selection_id} {self.decided_on}"
