import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):

    replaces = [('catalogue', '0001_initial'), ('catalogue', '0002_links_and_titles'), ('catalogue', '0003_link_by_nobody')]

    initial = True

    dependencies = [
        ('accounts', '0001_squashed_0002'),
    ]

    operations = [
        migrations.CreateModel(
            name='Catalogue',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('translations', models.JSONField(blank=True, default=dict)),
                ('organisation', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.CASCADE, related_name='catalogues', to='accounts.organisation')),
                ('slug', models.SlugField(max_length=80)),
                ('title', models.CharField(max_length=250)),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('organisation', 'slug'), name='catalogue_slug_unique'), models.UniqueConstraint(condition=models.Q(('organisation__isnull', True)), fields=('slug',), name='catalogue_builtin_slug_unique')],
            },
        ),
        migrations.CreateModel(
            name='CatalogueVersion',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('translations', models.JSONField(blank=True, default=dict)),
                ('catalogue', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='versions', to='catalogue.catalogue')),
                ('version', models.CharField(max_length=60)),
                ('title', models.CharField(max_length=250)),
                ('licence', models.CharField(blank=True, max_length=120)),
                ('source_url', models.URLField(blank=True, max_length=500)),
                ('attribution', models.CharField(blank=True, max_length=500)),
                ('priority_scale', models.JSONField(default=list)),
                ('difficulty_scale', models.JSONField(default=list)),
                ('pilots', models.JSONField(default=list)),
                ('digest', models.CharField(max_length=64)),
                ('imported_at', models.DateTimeField()),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('catalogue', 'version'), name='version_unique')],
            },
        ),
        migrations.CreateModel(
            name='Theme',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('translations', models.JSONField(blank=True, default=dict)),
                ('version', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='themes', to='catalogue.catalogueversion')),
                ('order', models.PositiveSmallIntegerField()),
                ('code', models.CharField(max_length=20)),
                ('slug', models.CharField(max_length=120)),
                ('title', models.CharField(max_length=250)),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('version', 'code'), name='theme_code_unique')],
            },
        ),
        migrations.CreateModel(
            name='Practice',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('translations', models.JSONField(blank=True, default=dict)),
                ('theme', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='practices', to='catalogue.theme')),
                ('version', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='practices', to='catalogue.catalogueversion')),
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
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('version', 'code'), name='practice_code_unique')],
            },
        ),
        migrations.CreateModel(
            name='PracticeIndicator',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('translations', models.JSONField(blank=True, default=dict)),
                ('practice', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='indicators', to='catalogue.practice')),
                ('order', models.PositiveSmallIntegerField()),
                ('text', models.CharField(max_length=500)),
                ('kind', models.CharField(max_length=12)),
                ('unit', models.CharField(blank=True, max_length=40)),
                ('direction', models.CharField(blank=True, max_length=6)),
            ],
            options={
                'abstract': False,
            },
        ),
        migrations.CreateModel(
            name='PracticeLink',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('translations', models.JSONField(blank=True, default=dict)),
                ('organisation', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to='accounts.organisation')),
                ('source', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='links', to='catalogue.practice')),
                ('relation', models.CharField(choices=[('equal', 'Équivalente'), ('broader', 'Plus large'), ('narrower', 'Plus précise'), ('related', 'Proche'), ('successor', 'Devient')], max_length=10, verbose_name='relation')),
                ('version', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to='catalogue.catalogueversion')),
                ('target', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.CASCADE, related_name='reverse_links', to='catalogue.practice', verbose_name='autre pratique')),
                ('reason', models.CharField(blank=True, max_length=500, verbose_name='motif')),
                ('ready_made', models.BooleanField(default=False)),
                ('person_id', models.BigIntegerField(blank=True, null=True)),
                ('made_at', models.DateTimeField()),
                ('removed_at', models.DateTimeField(blank=True, null=True)),
            ],
            options={
                'constraints': [models.UniqueConstraint(condition=models.Q(('removed_at', None)), fields=('organisation', 'source', 'target'), name='practice_link_unique')],
            },
        ),
    ]
