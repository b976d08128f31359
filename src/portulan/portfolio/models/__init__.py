"""Scenarios, their candidates, envelopes and rules; what was computed from them."""

from portulan.portfolio.models.candidates import Candidate, CandidateLevel
from portulan.portfolio.models.rooms import RoomBallot, RoomChoice
from portulan.portfolio.models.scenarios import Scenario, ScenarioEnvelope, ScenarioRule
from portulan.portfolio.models.selections import Application, Explanation, Selection

__all__ = [
    "Application",
    "Candidate",
    "CandidateLevel",
    "Explanation",
    "RoomBallot",
    "RoomChoice",
    "Scenario",
    "ScenarioEnvelope",
    "ScenarioRule",
    "Selection",
]
