"""Plans, the practices chosen for them, actions and their commitments."""

from portulan.plans.labels import CHOICES, GUESSES, LEVELS, PROGRESSES, REACHES, SECTIONS
from portulan.plans.models.actions import (
    Action,
    ActionIndicator,
    ActionPractice,
    Milestone,
    PlannedMoney,
)
from portulan.plans.models.commitments import CommitmentDecision, Deliverable
from portulan.plans.models.evidence import (
    ActionEvidence,
    ChoiceEvidence,
    DecisionEvidence,
    DeliverableEvidence,
)
from portulan.plans.models.plans import Axis, Goal, Plan, PlanOrigin, PracticeChoice
from portulan.plans.models.tables import TableImport, TableLine

__all__ = [
    "CHOICES",
    "GUESSES",
    "LEVELS",
    "PROGRESSES",
    "REACHES",
    "SECTIONS",
    "Action",
    "ActionEvidence",
    "ActionIndicator",
    "ActionPractice",
    "Axis",
    "ChoiceEvidence",
    "CommitmentDecision",
    "DecisionEvidence",
    "Deliverable",
    "DeliverableEvidence",
    "Goal",
    "Milestone",
    "Plan",
    "PlanOrigin",
    "PlannedMoney",
    "PracticeChoice",
    "TableImport",
    "TableLine",
]
