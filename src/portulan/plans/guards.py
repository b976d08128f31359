"""One accountable pilot per action, of the same organisation; decisions never change."""

from __future__ import annotations

from portulan.core.guards import Guard

ACTION, DECISION = "plans_action", "plans_commitmentdecision"
STRANGER = """EXISTS (
  SELECT 1 FROM accounts_person AS person JOIN plans_plan AS plan ON plan.id = NEW.plan_id
  WHERE person.id = NEW.pilot_id AND person.organisation_id <> plan.organisation_id
)"""
# Nothing removes a real organisation; the demonstration may be taken away.
OF_A_REAL_ORGANISATION = """NOT EXISTS (
  SELECT 1 FROM plans_action AS action
  JOIN plans_plan AS plan ON plan.id = action.plan_id
  JOIN accounts_organisation AS organisation ON organisation.id = plan.organisation_id
  WHERE action.id = OLD.action_id AND organisation.fictional
)"""

# A level read in a table is no vote: the table taken back takes it back.
OF_A_TABLE_UNDONE = """EXISTS (
  SELECT 1 FROM plans_tableimport AS origin
  WHERE origin.id = OLD.import_id AND origin.undone_at IS NOT NULL
)"""

GUARDS = (
    Guard("guard_pilot_of_the_house", ACTION, on="AFTER INSERT", refuse=STRANGER),
    Guard(
        "guard_pilot_stays_of_the_house",
        ACTION,
        on="AFTER UPDATE OF pilot_id, plan_id",
        refuse=STRANGER,
    ),
    Guard("guard_decision_unchanged", DECISION, on="BEFORE UPDATE", refuse="TRUE"),
    Guard(
        "guard_decision_kept",
        DECISION,
        on="BEFORE DELETE",
        refuse=f"{OF_A_REAL_ORGANISATION} AND NOT {OF_A_TABLE_UNDONE}",
    ),
    Guard(
        "guard_decision_not_replaced",
        DECISION,
        on="BEFORE INSERT",
        refuse=f"EXISTS (SELECT 1 FROM {DECISION} AS decision WHERE decision.id = NEW.id)",
    ),
    # A decision recorded wrongly is recorded again; what was first written stays.
    Guard(
        "guard_correction_of_a_decision",
        DECISION,
        on="BEFORE INSERT",
        refuse=f"""NEW.corrects_id IS NOT NULL AND (
  COALESCE(NEW.correction_reason, '') = '' OR NOT EXISTS (
    SELECT 1 FROM {DECISION} AS original
    WHERE original.id = NEW.corrects_id AND original.corrects_id IS NULL
      AND original.action_id = NEW.action_id AND original.outcome = NEW.outcome
  )
)""",
    ),
)
