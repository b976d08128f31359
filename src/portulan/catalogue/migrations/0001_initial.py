
import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):

    initial = True

    dependencies = [
        ('accounts', '0001_initial'),
    ]

    operations = [
        migrations.CreateModel(
            name='Catalogue',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('translations', models.JSONField(blank=True, default=dict)),
                ('slug', models.SlugField(max_length=80)),
                ('title', models.CharField(max_length=250)),
                ('organisation', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.CASCADE, related_name='catalogues', to='accounts.organisation')),
            ],
        ),
        migrations.CreateModel(
            name='CatalogueVersion',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('translations', models.JSONField(blank=True, default=dict)),
                ('version', models.CharField(max_length=60)),
                ('licence', models.CharField(blank=True, max_length=120)),
                ('source_url', models.URLField(blank=True, max_length=500)),
                ('attribution', models.CharField(blank=True, max_length=500)),
                ('priority_scale', models.JSONField(default=list)),
                ('difficulty_scale', models.JSONField(default=list)),
                ('pilot_translations', models.JSONField(default=dict)),
                ('digest', models.CharField(max_length=64)),
                ('imported_at', models.DateTimeField()),
                ('catalogue', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='versions', to='catalogue.catalogue')),
            ],
        ),
        migrations.CreateModel(
            name='Practice',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('translations', models.JSONField(blank=True, default=dict)),
                ('order', models.PositiveSmallIntegerField()),
                ('code', models.CharField(max_length=20)),
                ('slug', models.CharField(max_length=160)),
                ('title', models.CharField(max_length=300)),
                ('summary', models.TextField(blank=True)),
                ('body', models.TextField(blank=True)),
                ('priority', models.CharField(blank=True, max_length=60)),
                ('difficulty', models.CharField(blank=True, max_length=60)),
                ('pilots', models.JSONField(default=list)),
                ('source_url', models.URLField(blank=True, max_length=500)),
                ('version', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='practices', to='catalogue.catalogueversion')),
            ],
        ),
        migrations.CreateModel(
            name='PracticeIndicator',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('translations', models.JSONField(blank=True, default=dict)),
                ('order', models.PositiveSmallIntegerField()),
                ('text', models.CharField(max_length=500)),
                ('kind', models.CharField(max_length=12)),
                ('unit', models.CharField(blank=True, max_length=40)),
                ('direction', models.CharField(blank=True, max_length=6)),
                ('practice', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='indicators', to='catalogue.practice')),
            ],
            options={
                'abstract': False,
            },
        ),
        migrations.CreateModel(
            name='Theme',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('translations', models.JSONField(blank=True, default=dict)),
                ('order', models.PositiveSmallIntegerField()),
                ('code', models.CharField(max_length=20)),
                ('slug', models.CharField(max_length=120)),
                ('title', models.CharField(max_length=250)),
                ('version', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='themes', to='catalogue.catalogueversion')),
            ],
        ),
        migrations.AddField(
            model_name='practice',
            name='theme',
            field=models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='practices', to='catalogue.theme'),
        ),
        migrations.AddConstraint(
            model_name='catalogue',
            constraint=models.UniqueConstraint(fields=('organisation', 'slug'), name='catalogue_slug_unique'),
        ),
        migrations.AddConstraint(
            model_name='catalogue',
            constraint=models.UniqueConstraint(condition=models.Q(('organisation__isnull', True)), fields=('slug',), name='catalogue_builtin_slug_unique'),
        ),
        migrations.AddConstraint(
            model_name='catalogueversion',
            constraint=models.UniqueConstraint(fields=('catalogue', 'version'), name='version_unique'),
        ),
        migrations.AddConstraint(
            model_name='theme',
            constraint=models.UniqueConstraint(fields=('version', 'code'), name='theme_code_unique'),
        ),
        migrations.AddConstraint(
            model_name='practice',
            constraint=models.UniqueConstraint(fields=('version', 'code'), name='practice_code_unique'),
        ),
    ]
