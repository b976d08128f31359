import django.core.validators
import django.db.models.deletion
import django.db.models.expressions
from django.db import migrations, models


class Migration(migrations.Migration):

    replaces = [('portfolio', '0001_initial'), ('portfolio', '0002_guards'), ('portfolio', '0003_scenario_envelope'), ('portfolio', '0004_application'), ('portfolio', '0005_origins'), ('portfolio', '0006_rule_origin'), ('portfolio', '0007_obligations_by_law'), ('portfolio', '0008_explanation_parts'), ('portfolio', '0009_application_status_before')]

    initial = True

    dependencies = [
        ('accounts', '0001_squashed_0002'),
        ('plans', '0001_squashed_0004'),
    ]

    operations = [
        migrations.CreateModel(
            name='Scenario',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('organisation', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='scenarios', to='accounts.organisation')),
                ('plan', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='scenarios', to='plans.plan')),
                ('slug', models.SlugField(max_length=60)),
                ('title', models.CharField(max_length=200, verbose_name='titre')),
                ('first_year', models.PositiveSmallIntegerField(validators=[django.core.validators.MinValueValidator(2000), django.core.validators.MaxValueValidator(2100)], verbose_name='première année')),
                ('last_year', models.PositiveSmallIntegerField(validators=[django.core.validators.MinValueValidator(2000), django.core.validators.MaxValueValidator(2100)], verbose_name='dernière année')),
                ('residual_years', models.PositiveSmallIntegerField(default=2, validators=[django.core.validators.MaxValueValidator(10)], verbose_name='années comptées après')),
                ('status', models.CharField(choices=[('draft', 'Brouillon'), ('kept', 'Retenu'), ('applied', 'Appliqué au plan')], default='draft', max_length=8)),
                ('weight_impact', models.PositiveSmallIntegerField(default=60, validators=[django.core.validators.MaxValueValidator(100)], verbose_name='impact')),
                ('weight_cost', models.PositiveSmallIntegerField(default=0, validators=[django.core.validators.MaxValueValidator(100)], verbose_name='coût')),
                ('weight_law', models.PositiveSmallIntegerField(default=20, validators=[django.core.validators.MaxValueValidator(100)], verbose_name='loi')),
                ('weight_readiness', models.PositiveSmallIntegerField(default=10, validators=[django.core.validators.MaxValueValidator(100)], verbose_name='facilité')),
                ('weight_social', models.PositiveSmallIntegerField(default=10, validators=[django.core.validators.MaxValueValidator(100)], verbose_name='valeur sociale')),
                ('unknown', models.CharField(choices=[('bounded', 'Borné\xa0: il compte pour la borne basse'), ('coverage', 'Par la couverture\xa0: les autres critères jugent seuls')], default='bounded', max_length=8, verbose_name='impact inconnu')),
                ('unknown_low', models.IntegerField(blank=True, null=True, verbose_name='borne basse')),
                ('unknown_high', models.IntegerField(blank=True, null=True, verbose_name='borne haute')),
                ('revision', models.PositiveIntegerField(default=1)),
                ('changed_at', models.DateTimeField()),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('organisation', 'slug'), name='scenario_slug_unique'), models.CheckConstraint(condition=models.Q(('last_year__gte', models.F('first_year')), ('last_year__lte', django.db.models.expressions.CombinedExpression(models.F('first_year'), '+', models.Value(14)))), name='scenario_years'), models.CheckConstraint(condition=models.Q(('unknown_low__isnull', True), ('unknown_high__isnull', True), ('unknown_high__gte', models.F('unknown_low')), _connector='OR'), name='scenario_bounds')],
            },
        ),
        migrations.CreateModel(
            name='Candidate',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('scenario', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='candidates', to='portfolio.scenario')),
                ('action', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='candidates', to='plans.action')),
                ('rank', models.PositiveSmallIntegerField(default=0)),
                ('label', models.CharField(blank=True, max_length=200, verbose_name='complément')),
                ('theme', models.CharField(blank=True, max_length=200, verbose_name='thématique')),
                ('gate', models.PositiveSmallIntegerField(blank=True, choices=[(1, 'Réflexion'), (2, 'Expérimentation'), (3, 'Réalisation')], null=True, verbose_name='passage obligé avant la Réalisation')),
                ('must_level', models.PositiveSmallIntegerField(blank=True, choices=[(1, 'Réflexion'), (2, 'Expérimentation'), (3, 'Réalisation')], null=True, verbose_name='niveau obligatoire')),
                ('must_by', models.PositiveSmallIntegerField(blank=True, null=True, verbose_name='achevé fin')),
                ('must_reason', models.CharField(blank=True, max_length=250, verbose_name='loi ou engagement')),
                ('step_level', models.PositiveSmallIntegerField(blank=True, choices=[(1, 'Réflexion'), (2, 'Expérimentation'), (3, 'Réalisation')], null=True, verbose_name='niveau décidé')),
                ('step_start', models.PositiveSmallIntegerField(blank=True, null=True, verbose_name='commencé en')),
                ('step_reason', models.CharField(blank=True, max_length=250, verbose_name='motif de la décision')),
                ('out_reason', models.CharField(blank=True, max_length=250, verbose_name='écartée, pour ce motif')),
                ('origins', models.JSONField(blank=True, default=dict)),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('scenario', 'action', 'rank'), name='candidate_unique'), models.CheckConstraint(condition=models.Q(('rank', 0), models.Q(('label', ''), _negated=True), _connector='OR'), name='candidate_addition_named'), models.CheckConstraint(condition=models.Q(models.Q(('must_by__isnull', True), ('must_level__isnull', True)), models.Q(('must_by__isnull', False), ('must_level__isnull', False)), _connector='OR'), name='candidate_must_whole'), models.CheckConstraint(condition=models.Q(models.Q(('step_level__isnull', True), ('step_start__isnull', True)), models.Q(('out_reason', ''), ('step_level__isnull', False), ('step_start__isnull', False)), _connector='OR'), name='candidate_step_whole')],
            },
        ),
        migrations.CreateModel(
            name='ScenarioEnvelope',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('scenario', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='envelopes', to='portfolio.scenario')),
                ('slug', models.SlugField(max_length=60)),
                ('title', models.CharField(max_length=120, verbose_name='nom')),
                ('is_money', models.BooleanField(default=True, verbose_name='argent')),
                ('nature', models.CharField(blank=True, choices=[('F', 'Fonctionnement'), ('I', 'Investissement')], max_length=1, verbose_name='nature')),
                ('capacity', models.JSONField(verbose_name='par année')),
                ('carry_over', models.PositiveIntegerField(default=0, verbose_name='report au plus')),
                ('origin', models.CharField(choices=[('typed', 'saisi'), ('planned', 'vient du budget attendu'), ('allotted', 'vient de la dotation'), ('repeated', 'reconduit de l’année précédente'), ('voted', 'vient de l’enveloppe votée'), ('ambition', 'vient de l’ambition'), ('plan', 'vient du plan'), ('estimate', 'vient de l’estimation'), ('law', 'vient de la loi')], default='typed', max_length=9)),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('scenario', 'slug'), name='envelope_slug_unique'), models.UniqueConstraint(condition=models.Q(('is_money', True)), fields=('scenario', 'nature'), name='envelope_nature_unique'), models.CheckConstraint(condition=models.Q(('is_money', True), ('nature', ''), _connector='OR'), name='envelope_team_without_nature')],
            },
        ),
        migrations.CreateModel(
            name='ScenarioRule',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('scenario', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='rules', to='portfolio.scenario')),
                ('kind', models.CharField(choices=[('prerequisite', 'Préalable'), ('exclusion', 'Exclusion'), ('coverage', 'Couverture'), ('overlap', 'Recouvrement')], max_length=12)),
                ('reason', models.CharField(blank=True, max_length=250, verbose_name='motif')),
                ('waits', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.CASCADE, related_name='waiting', to='portfolio.candidate')),
                ('level', models.PositiveSmallIntegerField(blank=True, choices=[(1, 'Réflexion'), (2, 'Expérimentation'), (3, 'Réalisation')], null=True, verbose_name='niveau')),
                ('needs_level', models.PositiveSmallIntegerField(blank=True, choices=[(1, 'Réflexion'), (2, 'Expérimentation'), (3, 'Réalisation')], null=True, verbose_name='niveau attendu')),
                ('lag', models.PositiveSmallIntegerField(default=1, validators=[django.core.validators.MaxValueValidator(1)])),
                ('theme', models.CharField(blank=True, max_length=200, verbose_name='thématique')),
                ('minimum', models.PositiveSmallIntegerField(blank=True, null=True, verbose_name='au moins')),
                ('percent', models.PositiveSmallIntegerField(blank=True, null=True, validators=[django.core.validators.MaxValueValidator(100)], verbose_name='pour cent de la somme')),
                ('origin', models.CharField(choices=[('typed', 'saisi'), ('planned', 'vient du budget attendu'), ('allotted', 'vient de la dotation'), ('repeated', 'reconduit de l’année précédente'), ('voted', 'vient de l’enveloppe votée'), ('ambition', 'vient de l’ambition'), ('plan', 'vient du plan'), ('estimate', 'vient de l’estimation'), ('law', 'vient de la loi')], default='typed', max_length=9)),
                ('candidates', models.ManyToManyField(related_name='rules', to='portfolio.candidate')),
            ],
        ),
        migrations.CreateModel(
            name='Selection',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('scenario', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='selections', to='portfolio.scenario')),
                ('revision', models.PositiveIntegerField()),
                ('created_at', models.DateTimeField()),
                ('person_id', models.BigIntegerField(null=True)),
                ('digest', models.CharField(max_length=64)),
                ('status', models.CharField(choices=[('optimal', 'optimal'), ('feasible', 'feasible'), ('infeasible', 'infeasible'), ('unknown', 'unknown')], max_length=10)),
                ('value', models.BigIntegerField(null=True)),
                ('checked_value', models.BigIntegerField(null=True)),
                ('bound', models.BigIntegerField(null=True)),
                ('problem', models.JSONField()),
                ('facts', models.JSONField()),
                ('result', models.JSONField()),
                ('baseline', models.JSONField()),
            ],
            options={
                'indexes': [models.Index(fields=['scenario', '-id'], name='selection_latest')],
                'constraints': [models.CheckConstraint(condition=models.Q(models.Q(('checked_value__isnull', True), ('value__isnull', True)), models.Q(('value', models.F('checked_value')), ('value__isnull', False)), _connector='OR'), name='selection_checked')],
            },
        ),
        migrations.CreateModel(
            name='Explanation',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('selection', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='explanations', to='portfolio.selection')),
                ('created_at', models.DateTimeField()),
                ('document', models.JSONField()),
            ],
        ),
        migrations.CreateModel(
            name='Application',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('selection', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='applications', to='portfolio.selection')),
                ('person_id', models.BigIntegerField(null=True)),
                ('applied_at', models.DateTimeField()),
                ('decided_on', models.DateField(verbose_name='décidé le')),
                ('body', models.CharField(max_length=160, verbose_name='organe qui décide')),
                ('reason', models.TextField(verbose_name='motif')),
                ('entries', models.JSONField()),
                ('status_before', models.CharField(choices=[('draft', 'Brouillon'), ('kept', 'Retenu'), ('applied', 'Appliqué au plan')], default='kept', max_length=8)),
                ('undone_at', models.DateTimeField(null=True)),
            ],
        ),
        migrations.CreateModel(
            name='CandidateLevel',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('candidate', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='levels', to='portfolio.candidate')),
                ('level', models.PositiveSmallIntegerField(choices=[(1, 'Réflexion'), (2, 'Expérimentation'), (3, 'Réalisation')], verbose_name='niveau')),
                ('duration', models.PositiveSmallIntegerField(default=1, validators=[django.core.validators.MinValueValidator(1), django.core.validators.MaxValueValidator(15)], verbose_name='durée (années)')),
                ('cost', models.JSONField(blank=True, null=True, verbose_name='coût')),
                ('running', models.JSONField(blank=True, default=dict, verbose_name='coût des années suivantes')),
                ('days', models.JSONField(blank=True, default=dict, verbose_name='jours')),
                ('running_days', models.JSONField(blank=True, default=dict, verbose_name='jours des années suivantes')),
                ('impact_low', models.IntegerField(blank=True, null=True, verbose_name='impact, au moins')),
                ('impact_likely', models.IntegerField(blank=True, null=True, verbose_name='impact, probable')),
                ('impact_high', models.IntegerField(blank=True, null=True, verbose_name='impact, au plus')),
                ('score_law', models.PositiveSmallIntegerField(blank=True, null=True, validators=[django.core.validators.MaxValueValidator(100)], verbose_name='loi')),
                ('score_readiness', models.PositiveSmallIntegerField(blank=True, null=True, validators=[django.core.validators.MaxValueValidator(100)], verbose_name='facilité')),
                ('score_social', models.PositiveSmallIntegerField(blank=True, null=True, validators=[django.core.validators.MaxValueValidator(100)], verbose_name='valeur sociale')),
                ('origins', models.JSONField(blank=True, default=dict)),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('candidate', 'level'), name='candidate_level_unique'), models.CheckConstraint(condition=models.Q(models.Q(('impact_high__isnull', True), ('impact_likely__isnull', True), ('impact_low__isnull', True)), models.Q(('impact_high__gte', models.F('impact_likely')), ('impact_likely__gte', models.F('impact_low')), ('impact_low__isnull', False)), _connector='OR'), name='candidate_level_impact')],
            },
        ),
    ]
