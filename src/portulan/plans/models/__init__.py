"""Plans, the practices chosen for them, actions and their commitments."""

from portulan.plans.labels import (
    ACTOR_KINDS,
    CHOICES,
    FATES,
    GUESSES,
    LEVELS,
    PROGRESSES,
    REACHES,
    SECTIONS,
    TIES,
)
from portulan.plans.models.actions import (
    Action,
    ActionFields,
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
from portulan.plans.models.plans import (
    Axis,
    Goal,
    Plan,
    PlanMerge,
    PlanOrigin,
    PracticeChoice,
    Stakeholder,
)
from portulan.plans.models.relations import ActionNote, ActionTie, UnitDays
from portulan.plans.models.rooms import LIFE, Room, RoomTally, RoomVoice
from portulan.plans.models.successions import Succession
from portulan.plans.models.tables import TableImport, TableLine
from portulan.plans.models.views import BulkChange, SavedView

__all__ = [
    "ACTOR_KINDS",
    "CHOICES",
    "FATES",
    "GUESSES",
    "LEVELS",
    "LIFE",
    "PROGRESSES",
    "REACHES",
    "SECTIONS",
    "TIES",
    "Action",
    "ActionEvidence",
    "ActionFields",
    "ActionIndicator",
    "ActionNote",
    "ActionPractice",
    "ActionTie",
    "Axis",
    "BulkChange",
    "ChoiceEvidence",
    "CommitmentDecision",
    "DecisionEvidence",
    "Deliverable",
    "DeliverableEvidence",
    "Goal",
    "Milestone",
    "Plan",
    "PlanMerge",
    "PlanOrigin",
    "PlannedMoney",
    "PracticeChoice",
    "Room",
    "RoomTally",
    "RoomVoice",
    "SavedView",
    "Stakeholder",
    "Succession",
    "TableImport",
    "TableLine",
    "UnitDays",
]
