"""Corrections of closed years, and the guards that keep such years as they were closed."""

import django.db.models.deletion
from django.db import migrations, models

from portulan.budget.stages import Stage

STAGES = [
    (Stage.VOTED, "voté"),
    (Stage.OPENED, "ouvert"),
    (Stage.COMMITTED, "engagé"),
    (Stage.REALISED, "mandaté"),
    (Stage.CARRIED_OVER, "restes à réaliser"),
]
SAID = "fiscal_year_id, line_id, stage, amount, nr_amount, reason, evidence, known_on, recorded_at"
CLOSED = """EXISTS (
  SELECT 1 FROM budget_budgetline AS line
  JOIN budget_fiscalyear AS year ON year.id = line.fiscal_year_id
  WHERE line.id = NEW.{line} AND year.status = 'closed'
)"""


class Migration(migrations.Migration):
    dependencies = [("budget", "0009_posts_and_runs")]

    operations = [
        migrations.CreateModel(
            "Adjustment",
            [
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("stage", models.CharField(choices=STAGES, max_length=12)),
                (
                    "amount",
                    models.DecimalField(decimal_places=2, max_digits=16, verbose_name="écart"),
                ),
                (
                    "nr_amount",
                    models.DecimalField(
                        blank=True,
                        decimal_places=2,
                        max_digits=16,
                        null=True,
                        verbose_name="dont NR",
                    ),
                ),
                ("reason", models.CharField(max_length=500, verbose_name="motif")),
                (
                    "evidence",
                    models.CharField(max_length=500, verbose_name="preuve (référence ou adresse)"),
                ),
                ("known_on", models.DateField(verbose_name="date")),
                ("person_id", models.BigIntegerField(blank=True, null=True)),
                ("recorded_at", models.DateTimeField()),
                ("withdrawn_at", models.DateTimeField(blank=True, null=True)),
                ("withdrawn_by", models.BigIntegerField(blank=True, null=True)),
                (
                    "fiscal_year",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="adjustments",
                        to="budget.fiscalyear",
                    ),
                ),
                (
                    "line",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="adjustments",
                        to="budget.budgetline",
                    ),
                ),
            ],
        ),
        migrations.AddConstraint(
            "adjustment",
            models.CheckConstraint(
                condition=models.Q(line__isnull=True, nr_amount__isnull=False)
                | models.Q(line__isnull=False, nr_amount__isnull=True),
                name="adjustment_of_a_line_or_of_a_year",
            ),
        ),
    ]
