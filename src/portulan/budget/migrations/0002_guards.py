"""A line is attributed within its perimeter share; the runs of the indicator never change."""

from django.db import migrations, models

from portulan.budget.enums import PerimeterStatus

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


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0001_initial"),
        ("budget", "0001_initial"),
    ]

    operations = [
        migrations.AddConstraint(
            model_name="itperimeter",
            constraint=models.UniqueConstraint(
                condition=models.Q(("status", PerimeterStatus.DRAFT)),
                fields=("organisation",),
                name="perimeter_one_draft",
            ),
        ),
    ]
