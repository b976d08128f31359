"""Each document of a year says which one it is, its number, its vote, and what took its place."""

import django.db.models.deletion
from django.db import migrations, models

from portulan.budget.words import Act


def say_acts(apps, _schema_editor):
    """Say it of the documents that were imported before, as far as is known of them."""
    documents = apps.get_model("budget", "ImportBatch").objects.filter(format__in=("totem", "scdl"))
    documents.filter(delta=True).update(act=Act.AMENDING)
    for pk, stages in documents.filter(delta=False).values_list("pk", "stages"):
        act = Act.CLOSING if "REALISED" in stages else Act.PRIMARY
        documents.filter(pk=pk).update(act=act)


class Migration(migrations.Migration):
    dependencies = [("budget", "0005_stored_sums")]

    operations = [
        migrations.AddField(
            "importbatch",
            "act",
            models.CharField(
                blank=True,
                choices=[
                    (Act.PRIMARY, "budget primitif"),
                    (Act.AMENDING, "décision modificative"),
                    (Act.SUPPLEMENTARY, "budget supplémentaire"),
                    (Act.CLOSING, "compte de l’exercice"),
                ],
                max_length=13,
                null=True,
            ),
        ),
        migrations.AddField(
            "importbatch",
            "number",
            models.CharField(blank=True, max_length=10, null=True, verbose_name="numéro"),
        ),
        migrations.AddField(
            "importbatch",
            "voted_on",
            models.DateField(blank=True, null=True, verbose_name="date du vote"),
        ),
        migrations.AddField(
            "importbatch",
            "replaced_by",
            models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.SET_NULL,
                related_name="replaced",
                to="budget.importbatch",
            ),
        ),
        migrations.RunPython(say_acts, migrations.RunPython.noop),
    ]
