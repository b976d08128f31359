"""The sums of imports are kept for each day they are written, from today on."""

import django.db.models.deletion
from django.db import migrations, models
from django.utils import timezone

from portulan.budget.words import Stage

STAGES = [
    (Stage.VOTED, "voté"),
    (Stage.OPENED, "ouvert"),
    (Stage.COMMITTED, "engagé"),
    (Stage.REALISED, "mandaté"),
    (Stage.CARRIED_OVER, "restes à réaliser"),
]


def begin(apps, _schema_editor):
    """What stands today is what is known today; of the days before, nothing was kept."""
    today, day_sums = timezone.localdate(), apps.get_model("budget", "DaySums")
    kept = apps.get_model("budget", "StageSums").objects.order_by("pk")
    for row in kept.iterator(chunk_size=500):
        day_sums.objects.create(
            batch_id=row.batch_id, stage=row.stage, on=today, document=row.document
        )


class Migration(migrations.Migration):
    dependencies = [("budget", "0007_envelopes")]

    operations = [
        migrations.CreateModel(
            "DaySums",
            [
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("stage", models.CharField(choices=STAGES, max_length=12)),
                ("on", models.DateField()),
                ("document", models.JSONField()),
                (
                    "batch",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="day_sums",
                        to="budget.importbatch",
                    ),
                ),
            ],
        ),
        migrations.AddConstraint(
            "daysums",
            models.UniqueConstraint(fields=("batch", "stage", "on"), name="day_sums_unique"),
        ),
        migrations.RunPython(begin, migrations.RunPython.noop),
    ]
