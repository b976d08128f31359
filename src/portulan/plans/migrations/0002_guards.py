"""One accountable pilot per action, of the same organisation; decisions never change."""

from django.db import migrations, models


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


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0001_initial"),
        ("catalogue", "0001_initial"),
        ("indicators", "0001_initial"),
        ("plans", "0001_initial"),
    ]

    operations = [
        migrations.AddConstraint(
            model_name="action",
            constraint=models.CheckConstraint(
                condition=models.Q(("pilot_function", ""), _negated=True),
                name="action_pilot_function_given",
            ),
        ),
        migrations.AddConstraint(
            model_name="action",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("pilot__isnull", True), ("vacant_since__isnull", True), _connector="OR"
                ),
                name="action_piloted_or_vacant",
            ),
        ),
    ]
