"""A candidate is of the scenario's plan; what was computed never changes."""

from __future__ import annotations

from portulan.core.guards import Guard

CANDIDATE = "portfolio_candidate"
STRANGER = """NOT EXISTS (
  SELECT 1 FROM portfolio_scenario AS scenario
  JOIN plans_action AS action ON action.plan_id = scenario.plan_id
  WHERE scenario.id = NEW.scenario_id AND action.id = NEW.action_id
)"""
GUARDS = (
    Guard("guard_candidate_of_the_plan", CANDIDATE, on="AFTER INSERT", refuse=STRANGER),
    Guard(
        "guard_candidate_stays_of_the_plan",
        CANDIDATE,
        on="AFTER UPDATE OF scenario_id, action_id",
        refuse=STRANGER,
    ),
    Guard("guard_selection_unchanged", "portfolio_selection", on="BEFORE UPDATE", refuse="TRUE"),
    Guard(
        "guard_explanation_unchanged",
        "portfolio_explanation",
        on="BEFORE UPDATE",
        refuse="TRUE",
    ),
)
