"""What the database refuses of the budget.

A line is attributed within its perimeter share; a rule only proposes; a closed year stays as it was
closed; the runs of the indicator never change.
"""

from __future__ import annotations

from portulan.core.guards import Guard

LINE, ATTRIBUTION, RUN = "budget_budgetline", "budget_attribution", "budget_indicatorrun"
# Shares have ten decimals: as whole numbers, SQLite adds them exactly too.
UNITS = 10_000_000_000


def beyond(line: str, room: str, where: str = "TRUE") -> str:
    """Return the condition that what stands attributed of a line is more than there is room for."""
    return f"""COALESCE((
    SELECT SUM(ROUND(given.share * {UNITS})) FROM {ATTRIBUTION} AS given
    WHERE given.line_id = {line} AND given.status <> 'withdrawn' AND {where}
  ), 0) > ROUND(COALESCE({room}, 0) * {UNITS})"""


# Never more than the whole line, whatever happens. On the lines of an import in force, never more
# than the perimeter share inside it, nor than the rest outside it; those of an import that takes
# over the decisions of another come in as they were.
TOO_MUCH = f"""NEW.status <> 'withdrawn' AND EXISTS (
  SELECT 1 FROM {LINE} AS line JOIN budget_importbatch AS batch ON batch.id = line.batch_id
  WHERE line.id = NEW.line_id AND (
  {beyond("NEW.line_id", "1")}
  OR batch.status = 'confirmed' AND {
    beyond(
        "NEW.line_id",
        "CASE WHEN NEW.outside_it THEN 1 - line.it_share ELSE line.it_share END",
        "given.outside_it = NEW.outside_it",
    )
})
)"""
# What already stood, and is not more than it was, may be edited: justified, given to an action.
NOT_MORE = """(OLD.status <> 'withdrawn' AND OLD.line_id = NEW.line_id
  AND OLD.outside_it = NEW.outside_it AND NEW.share <= OLD.share)"""
# A person's verdict leaves room for what is attributed. A rule of a new edition may not: the
# figure then caps at the line and says so.
VERDICT_TOO_SMALL = f"""NEW.overridden AND (
  {beyond("NEW.id", "NEW.it_share", "NOT given.outside_it")}
  OR {beyond("NEW.id", "1 - NEW.it_share", "given.outside_it")}
)"""
COMPUTED = (
    "id, fiscal_year_id, stage, perimeter_id, basis, numerator, denominator, justified, proposed, "
    "outside_it, value, lower, upper, coverage, document, inputs_hash, person_id, computed_at"
)
# Nothing removes a real organisation; the demonstration may be taken away.
OF_A_REAL_ORGANISATION = """NOT EXISTS (
  SELECT 1 FROM budget_fiscalyear AS year
  JOIN accounts_organisation AS organisation ON organisation.id = year.organisation_id
  WHERE year.id = OLD.fiscal_year_id AND organisation.fictional
)"""
RUN_OF_A_REAL_ORGANISATION = """NOT EXISTS (
  SELECT 1 FROM budget_indicatorrun AS run
  JOIN budget_fiscalyear AS year ON year.id = run.fiscal_year_id
  JOIN accounts_organisation AS organisation ON organisation.id = year.organisation_id
  WHERE run.id = OLD.run_id AND organisation.fictional
)"""
SAID_OF_A_CORRECTION = (
    "fiscal_year_id, line_id, stage, amount, nr_amount, reason, evidence, known_on, recorded_at"
)
CLOSED = """EXISTS (
  SELECT 1 FROM budget_budgetline AS line
  JOIN budget_fiscalyear AS year ON year.id = line.fiscal_year_id
  WHERE line.id = NEW.{line} AND year.status = 'closed'
)"""
SAID_BY_A_RULE = (
    "organisation_id, action_id, first_year, nature_prefix, service, supplier, contract_ref, "
    "label, share, method, reason, evidence, person_id, recorded_at"
)
# On the lines of an import in force; those of an import that takes over the decisions of another
# come in as they were.
DECLARED_ALONE = """NEW.rule_id IS NOT NULL AND NEW.status <> 'proposed' AND EXISTS (
  SELECT 1 FROM budget_budgetline AS line JOIN budget_importbatch AS batch
  ON batch.id = line.batch_id WHERE line.id = NEW.line_id AND batch.status = 'confirmed'
)"""

GUARDS = (
    Guard(
        "guard_attribution_fits",
        ATTRIBUTION,
        on="AFTER INSERT",
        refuse=TOO_MUCH,
        hold=f"{LINE} WHERE id = NEW.line_id",
    ),
    Guard(
        "guard_attribution_still_fits",
        ATTRIBUTION,
        on="AFTER UPDATE OF line_id, share, outside_it, status",
        refuse=f"NOT {NOT_MORE} AND {TOO_MUCH}",
        hold=f"{LINE} WHERE id = NEW.line_id",
    ),
    Guard(
        "guard_verdict_leaves_room",
        LINE,
        on="AFTER UPDATE OF it_share, overridden",
        refuse=VERDICT_TOO_SMALL,
    ),
    Guard("guard_run_unchanged", RUN, on=f"BEFORE UPDATE OF {COMPUTED}", refuse="TRUE"),
    Guard(
        "guard_run_published_once",
        RUN,
        on="BEFORE UPDATE",
        refuse="OLD.published_at IS NOT NULL",
    ),
    Guard("guard_run_kept", RUN, on="BEFORE DELETE", refuse=OF_A_REAL_ORGANISATION),
    Guard("guard_run_lines_unchanged", "budget_runlines", on="BEFORE UPDATE", refuse="TRUE"),
    Guard(
        "guard_run_lines_kept",
        "budget_runlines",
        on="BEFORE DELETE",
        refuse=RUN_OF_A_REAL_ORGANISATION,
    ),
    Guard(
        "guard_run_not_replaced",
        RUN,
        on="BEFORE INSERT",
        refuse=f"EXISTS (SELECT 1 FROM {RUN} AS run WHERE run.id = NEW.id)",
    ),
    Guard(
        "guard_adjustment_unchanged",
        "budget_adjustment",
        on=f"BEFORE UPDATE OF {SAID_OF_A_CORRECTION}",
        refuse="TRUE",
    ),
    Guard(
        "guard_attribution_not_closed",
        ATTRIBUTION,
        on="BEFORE INSERT",
        refuse=CLOSED.format(line="line_id"),
    ),
    Guard(
        "guard_attribution_stays_closed",
        ATTRIBUTION,
        on="BEFORE UPDATE OF line_id, action_id, share, amount, outside_it, status",
        refuse=CLOSED.format(line="line_id"),
    ),
    Guard(
        "guard_line_stays_closed",
        LINE,
        on="BEFORE UPDATE OF voted, opened, committed, realised, carried_over, it_share, verdict",
        refuse=CLOSED.format(line="id"),
    ),
    Guard(
        "guard_attribution_rule_unchanged",
        "budget_attributionrule",
        on=f"BEFORE UPDATE OF {SAID_BY_A_RULE}",
        refuse="TRUE",
    ),
    Guard(
        "guard_attribution_rule_withdrawn_once",
        "budget_attributionrule",
        on="BEFORE UPDATE",
        refuse="OLD.withdrawn_at IS NOT NULL",
    ),
    Guard("guard_rule_only_proposes", ATTRIBUTION, on="AFTER INSERT", refuse=DECLARED_ALONE),
)
