"""The envelope of a scenario has a name of its own: the budget has envelopes too."""

from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("portfolio", "0002_guards")]

    operations = [migrations.RenameModel("Envelope", "ScenarioEnvelope")]
