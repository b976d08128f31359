"""That a piece of evidence proves something of the plan."""

from __future__ import annotations

from django.db import models

from portulan.evidence.models import EvidenceLink
from portulan.plans.models.actions import Action
from portulan.plans.models.commitments import CommitmentDecision, Deliverable
from portulan.plans.models.plans import PracticeChoice


class ActionEvidence(EvidenceLink):
    PILOT = "proved__pilot"

    proved = models.ForeignKey(Action, models.CASCADE, related_name="evidence_links")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["proved", "piece"], name="action_evidence_once")
        ]


class DeliverableEvidence(EvidenceLink):
    PILOT = "proved__action__pilot"

    proved = models.ForeignKey(Deliverable, models.CASCADE, related_name="evidence_links")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["proved", "piece"], name="deliverable_evidence_once")
        ]


class DecisionEvidence(EvidenceLink):
    PILOT = "proved__action__pilot"

    proved = models.ForeignKey(CommitmentDecision, models.CASCADE, related_name="evidence_links")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["proved", "piece"], name="decision_evidence_once")
        ]


class ChoiceEvidence(EvidenceLink):
    """Of a practice that is in place."""

    proved = models.ForeignKey(PracticeChoice, models.CASCADE, related_name="evidence_links")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["proved", "piece"], name="choice_evidence_once")
        ]
