import django.core.validators
import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):

    replaces = [('plans', '0001_initial'), ('plans', '0002_guards'), ('plans', '0003_seen_edition'), ('plans', '0004_decision_corrections')]

    initial = True

    dependencies = [
        ('accounts', '0001_squashed_0002'),
        ('catalogue', '0001_squashed_0003'),
        ('indicators', '0001_initial'),
    ]

    operations = [
        migrations.CreateModel(
            name='Plan',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('organisation', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='plans', to='accounts.organisation')),
                ('slug', models.SlugField(max_length=60)),
                ('title', models.CharField(max_length=200, verbose_name='titre')),
                ('first_year', models.PositiveSmallIntegerField(validators=[django.core.validators.MinValueValidator(2000), django.core.validators.MaxValueValidator(2100)], verbose_name='première année')),
                ('last_year', models.PositiveSmallIntegerField(validators=[django.core.validators.MinValueValidator(2000), django.core.validators.MaxValueValidator(2100)], verbose_name='dernière année')),
                ('adopted_on', models.DateField(blank=True, null=True, verbose_name='voté le')),
                ('adopted_by', models.CharField(blank=True, max_length=160, verbose_name='voté par')),
                ('stale_after_days', models.PositiveSmallIntegerField(default=120, verbose_name='sans nouvelle après')),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('organisation', 'slug'), name='plan_slug_unique'), models.CheckConstraint(condition=models.Q(('last_year__gte', models.F('first_year'))), name='plan_years')],
            },
        ),
        migrations.CreateModel(
            name='Axis',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('plan', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='axes', to='plans.plan')),
                ('order', models.PositiveSmallIntegerField(default=0)),
                ('title', models.CharField(max_length=250, verbose_name='titre')),
            ],
        ),
        migrations.CreateModel(
            name='Goal',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('plan', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='goals', to='plans.plan')),
                ('order', models.PositiveSmallIntegerField(default=0)),
                ('title', models.CharField(max_length=250, verbose_name='titre')),
            ],
        ),
        migrations.CreateModel(
            name='Action',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('plan', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='actions', to='plans.plan')),
                ('number', models.PositiveSmallIntegerField(verbose_name='numéro')),
                ('title', models.CharField(max_length=250, verbose_name='titre')),
                ('description', models.TextField(blank=True, verbose_name='description')),
                ('axis', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='actions', to='plans.axis', verbose_name='axe')),
                ('reach', models.CharField(choices=[('organisation', 'Organisation'), ('territory', 'Territoire')], default='organisation', max_length=12, verbose_name='portée')),
                ('level', models.PositiveSmallIntegerField(choices=[(1, 'Réflexion'), (2, 'Expérimentation'), (3, 'Réalisation')], verbose_name='niveau d’engagement')),
                ('progress', models.CharField(choices=[('todo', 'À faire'), ('in_progress', 'En cours'), ('paused', 'En pause'), ('done', 'Fini'), ('ongoing', 'En suivi'), ('dropped', 'Abandonné')], default='todo', max_length=12, verbose_name='avancement')),
                ('scope', models.CharField(blank=True, max_length=300, verbose_name='champ d’expérimentation')),
                ('starts_on', models.DateField(blank=True, null=True, verbose_name='début')),
                ('due_on', models.DateField(blank=True, null=True, verbose_name='fin prévue')),
                ('pilot_function', models.CharField(max_length=160, verbose_name='fonction du pilote')),
                ('pilot', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='piloted', to='accounts.person', verbose_name='pilote')),
                ('vacant_since', models.DateField(blank=True, null=True, verbose_name='poste vacant depuis')),
                ('follow_up_function', models.CharField(blank=True, max_length=160, verbose_name='suivi')),
                ('contributors', models.JSONField(blank=True, default=list, verbose_name='contributeurs')),
                ('sponsor_function', models.CharField(blank=True, max_length=160, verbose_name='élu ou directeur référent')),
                ('impact_guess', models.PositiveSmallIntegerField(blank=True, choices=[(1, 'Faible'), (2, 'Moyen'), (3, 'Fort')], null=True, verbose_name='impact pressenti')),
                ('effort_guess', models.PositiveSmallIntegerField(blank=True, choices=[(1, 'Faible'), (2, 'Moyen'), (3, 'Fort')], null=True, verbose_name='effort pressenti')),
                ('days_per_year', models.DecimalField(blank=True, decimal_places=1, max_digits=7, null=True, verbose_name='temps d’agents (jours par an)')),
                ('blocked_by', models.CharField(blank=True, max_length=500, verbose_name='bloqué par')),
                ('last_news_on', models.DateField(blank=True, null=True)),
                ('goals', models.ManyToManyField(blank=True, related_name='actions', to='plans.goal', verbose_name='objectifs communs')),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('plan', 'number'), name='action_number_unique'), models.CheckConstraint(condition=models.Q(('pilot_function', ''), _negated=True), name='action_pilot_function_given'), models.CheckConstraint(condition=models.Q(('pilot__isnull', True), ('vacant_since__isnull', True), _connector='OR'), name='action_piloted_or_vacant')],
            },
        ),
        migrations.CreateModel(
            name='ActionIndicator',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('action', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='indicator_links', to='plans.action')),
                ('indicator', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='action_links', to='indicators.indicator')),
                ('order', models.PositiveSmallIntegerField(default=0)),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('action', 'indicator'), name='action_indicator_unique')],
            },
        ),
        migrations.CreateModel(
            name='ActionPractice',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('action', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='practice_links', to='plans.action')),
                ('practice', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='action_links', to='catalogue.practice')),
                ('seen', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to='catalogue.catalogueversion')),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('action', 'practice'), name='action_practice_unique')],
            },
        ),
        migrations.CreateModel(
            name='Deliverable',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('action', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='deliverables', to='plans.action')),
                ('title', models.CharField(max_length=250, verbose_name='titre')),
                ('due_on', models.DateField(blank=True, null=True, verbose_name='attendu le')),
                ('delivered_on', models.DateField(blank=True, null=True, verbose_name='remis le')),
                ('approach', models.TextField(blank=True, verbose_name='démarche')),
                ('consulted', models.TextField(blank=True, verbose_name='personnes consultées')),
                ('result', models.TextField(blank=True, verbose_name='résultat')),
                ('reference', models.CharField(blank=True, max_length=500, verbose_name='référence ou adresse')),
            ],
        ),
        migrations.CreateModel(
            name='CommitmentDecision',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('action', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='decisions', to='plans.action')),
                ('decided_on', models.DateField(verbose_name='date')),
                ('outcome', models.CharField(choices=[('adopt', 'adopt'), ('move', 'move'), ('extend', 'extend'), ('close', 'close')], max_length=8)),
                ('from_level', models.PositiveSmallIntegerField(blank=True, choices=[(1, 'Réflexion'), (2, 'Expérimentation'), (3, 'Réalisation')], null=True)),
                ('level', models.PositiveSmallIntegerField(choices=[(1, 'Réflexion'), (2, 'Expérimentation'), (3, 'Réalisation')], verbose_name='niveau')),
                ('body', models.CharField(max_length=160, verbose_name='organe qui décide')),
                ('reason', models.TextField(blank=True, verbose_name='motif')),
                ('deliverable', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='decisions', to='plans.deliverable')),
                ('person_id', models.BigIntegerField(null=True)),
                ('recorded_at', models.DateTimeField()),
                ('corrects', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.CASCADE, related_name='corrections', to='plans.commitmentdecision')),
                ('correction_reason', models.CharField(blank=True, max_length=500, null=True, verbose_name='motif de la correction')),
            ],
            options={
                'indexes': [models.Index(fields=['action', 'decided_on', 'id'], name='decision_order')],
            },
        ),
        migrations.CreateModel(
            name='Milestone',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('action', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='milestones', to='plans.action')),
                ('title', models.CharField(max_length=250, verbose_name='titre')),
                ('due_on', models.DateField(verbose_name='prévu le')),
                ('reached_on', models.DateField(blank=True, null=True, verbose_name='atteint le')),
            ],
        ),
        migrations.CreateModel(
            name='PlannedMoney',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('action', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='planned_money', to='plans.action')),
                ('year', models.PositiveSmallIntegerField(validators=[django.core.validators.MinValueValidator(2000), django.core.validators.MaxValueValidator(2100)], verbose_name='exercice')),
                ('section', models.CharField(blank=True, choices=[('F', 'Fonctionnement'), ('I', 'Investissement')], max_length=1, verbose_name='nature')),
                ('in_it_budget', models.BooleanField(default=True, verbose_name='dans le budget de la DSI')),
                ('amount', models.DecimalField(blank=True, decimal_places=2, max_digits=14, null=True, validators=[django.core.validators.MinValueValidator(0)], verbose_name='montant (€)')),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('action', 'year', 'section', 'in_it_budget'), name='planned_money_unique')],
            },
        ),
        migrations.CreateModel(
            name='PracticeChoice',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('plan', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='choices', to='plans.plan')),
                ('practice', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='choices', to='catalogue.practice')),
                ('choice', models.CharField(choices=[('keep', 'Retenue'), ('later', 'Plus tard'), ('refuse', 'Écartée'), ('in_place', 'Déjà en place'), ('not_applicable', 'Sans objet')], max_length=16)),
                ('reason', models.CharField(blank=True, max_length=500, verbose_name='motif')),
                ('chosen_on', models.DateField()),
                ('person_id', models.BigIntegerField(null=True)),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('plan', 'practice'), name='choice_unique')],
            },
        ),
        migrations.AddField(
            model_name='action',
            name='indicators',
            field=models.ManyToManyField(related_name='actions', through='plans.ActionIndicator', to='indicators.indicator'),
        ),
        migrations.AddField(
            model_name='action',
            name='practices',
            field=models.ManyToManyField(related_name='actions', through='plans.ActionPractice', to='catalogue.practice'),
        ),
    ]
