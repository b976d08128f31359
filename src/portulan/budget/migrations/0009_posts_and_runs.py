"""Lines and rules are sorted into run and build, and rules into posts."""

from django.apps.registry import Apps
from django.db import migrations, models
from django.db.backends.base.schema import BaseDatabaseSchemaEditor

from portulan.budget.labels import POSTS
from portulan.budget.labels import RUN_BUILD


def count_again(apps: Apps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    """Forget sums that do not tell posts apart: they are counted again when the product starts."""
    apps.get_model("budget", "StageSums").objects.all().delete()


class Migration(migrations.Migration):
    dependencies = [
        ("budget", "0008_sums_of_days"),
    ]

    operations = [
        # Null, so that SQLite does not make a table of a million lines again.
        migrations.AddField(
            model_name="budgetline",
            name="run_build",
            field=models.CharField(blank=True, choices=RUN_BUILD, max_length=5, null=True),
        ),
        migrations.AddField(
            model_name="perimeterrule",
            name="operation",
            field=models.CharField(
                blank=True, max_length=40, verbose_name="opération commençant par"
            ),
        ),
        migrations.AddField(
            model_name="perimeterrule",
            name="post",
            field=models.CharField(
                blank=True, choices=POSTS, max_length=12, verbose_name="poste"
            ),
        ),
        migrations.AddField(
            model_name="perimeterrule",
            name="run_build",
            field=models.CharField(
                blank=True,
                choices=RUN_BUILD,
                max_length=5,
                verbose_name="exploitation ou projet",
            ),
        ),
        migrations.RunPython(count_again, migrations.RunPython.noop),
    ]
