"""A decision recorded wrongly is recorded again; what was first written stays."""

import django.db.models.deletion
from django.db import migrations, models


DECISION = "plans_commitmentdecision"


class Migration(migrations.Migration):
    dependencies = [("plans", "0003_seen_edition")]

    operations = [
        migrations.AddField(
            model_name="commitmentdecision",
            name="corrects",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.CASCADE,
                related_name="corrections",
                to="plans.commitmentdecision",
            ),
        ),
        migrations.AddField(
            model_name="commitmentdecision",
            name="correction_reason",
            field=models.CharField(
                blank=True, max_length=500, null=True, verbose_name="motif de la correction"
            ),
        ),
    ]
