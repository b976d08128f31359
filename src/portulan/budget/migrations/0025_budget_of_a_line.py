"""Each line says the budget that it is of; an import may be a piece of an account."""

from django.db import migrations, models


def name_budgets(apps, schema_editor):
    batches = apps.get_model("budget", "ImportBatch").objects.exclude(entity="")
    lines = apps.get_model("budget", "BudgetLine")
    for batch in batches.only("pk", "entity").iterator():
        name = batch.entity[:120]
        if lines.objects.filter(batch=batch).update(budget=name):
            batch.budgets = [name]
            batch.save(update_fields=["budgets"])


class Migration(migrations.Migration):
    dependencies = [("budget", "0024_lines_of_a_run")]

    operations = [
        migrations.AddField("importbatch", "piece", models.BooleanField(default=False)),
        migrations.AddField(
            "importbatch", "budgets", models.JSONField(blank=True, default=list)
        ),
        migrations.AddField(
            "budgetline", "budget", models.CharField(blank=True, max_length=120)
        ),
        migrations.RunPython(name_budgets, migrations.RunPython.noop),
    ]
