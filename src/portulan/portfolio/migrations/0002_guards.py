"""A candidate is of the scenario's plan; what was computed never changes."""

from django.db import migrations


CANDIDATE = "portfolio_candidate"
STRANGER = """NOT EXISTS (
  SELECT 1 FROM portfolio_scenario AS scenario
  JOIN plans_action AS action ON action.plan_id = scenario.plan_id
  WHERE scenario.id = NEW.scenario_id AND action.id = NEW.action_id
)"""


class Migration(migrations.Migration):
    dependencies = [("portfolio", "0001_initial")]

    operations = [
    ]
