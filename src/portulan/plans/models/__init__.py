"""Plans, the practices chosen for them, actions and their commitments."""

from portulan.plans.labels import CHOICES, FATES, GUESSES, LEVELS, PROGRESSES, REACHES, SECTIONS
from portulan.plans.models.actions import (
    Action,
    ActionIndicator,
    ActionPractice,
    Milestone,
    PlannedMoney,
)
from portulan.plans.models.commitments import CommitmentDecision, Deliverable
from portulan.plans.models.plans import Axis, Goal, Plan, PlanOrigin, PracticeChoice
from portulan.plans.models.successions import Succession
from portulan.plans.models.tables import TableImport, TableLine

__all__ = [
    "CHOICES",
    "FATES",
    "GUESSES",
    "LEVELS",
    "PROGRESSES",
    "REACHES",
    "SECTIONS",
    "Action",
    "ActionIndicator",
    "ActionPractice",
    "Axis",
    "CommitmentDecision",
    "Deliverable",
    "Goal",
    "Milestone",
    "Plan",
    "PlanOrigin",
    "PlannedMoney",
    "PracticeChoice",
    "Succession",
    "TableImport",
    "TableLine",
]
