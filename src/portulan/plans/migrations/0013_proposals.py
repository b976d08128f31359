from datetime import UTC, datetime

import django.db.models.deletion
from django.db import migrations, models


def read_when_written(apps, schema_editor):
    """A folder that was merged keeps what takes it back; it was read when it was written."""
    apps.get_model("plans", "PlanMerge").objects.update(read_at=models.F("written_at"))


class Migration(migrations.Migration):

    dependencies = [
        ('plans', '0012_merges'),
    ]

    operations = [
        migrations.RenameField('planmerge', 'merged_at', 'written_at'),
        migrations.AddField(
            model_name='planmerge',
            name='read_at',
            field=models.DateTimeField(default=datetime(2026, 1, 1, tzinfo=UTC)),
            preserve_default=False,
        ),
        migrations.RunPython(read_when_written, migrations.RunPython.noop),
        migrations.AddField(
            model_name='planmerge',
            name='file_name',
            field=models.CharField(blank=True, max_length=255, verbose_name='fichier'),
        ),
        migrations.AddField(
            model_name='planmerge',
            name='files',
            field=models.JSONField(null=True),
        ),
        migrations.AddField(
            model_name='planmerge',
            name='undone_at',
            field=models.DateTimeField(blank=True, null=True),
        ),
        migrations.AlterField(
            model_name='planmerge',
            name='after',
            field=models.JSONField(null=True),
        ),
        migrations.AlterField(
            model_name='planmerge',
            name='before',
            field=models.JSONField(null=True),
        ),
        migrations.AlterField(
            model_name='planmerge',
            name='person_id',
            field=models.BigIntegerField(blank=True, null=True),
        ),
        migrations.AlterField(
            model_name='planmerge',
            name='plan',
            field=models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='merges', to='plans.plan'),
        ),
        migrations.AlterField(
            model_name='planmerge',
            name='seal',
            field=models.CharField(blank=True, max_length=64),
        ),
        migrations.AlterField(
            model_name='planmerge',
            name='written_at',
            field=models.DateTimeField(blank=True, null=True),
        ),
        migrations.AlterField(
            model_name='tableimport',
            name='file_name',
            field=models.CharField(blank=True, max_length=255, verbose_name='fichier'),
        ),
        migrations.AlterField(
            model_name='tableimport',
            name='person_id',
            field=models.BigIntegerField(blank=True, null=True),
        ),
        migrations.AlterField(
            model_name='tableimport',
            name='undone_at',
            field=models.DateTimeField(blank=True, null=True),
        ),
        migrations.AlterField(
            model_name='tableimport',
            name='written_at',
            field=models.DateTimeField(blank=True, null=True),
        ),
    ]
