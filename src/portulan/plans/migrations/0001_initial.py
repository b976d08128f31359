
import django.core.validators
import django.db.models.deletion
import portulan.plans.words
from django.db import migrations, models


class Migration(migrations.Migration):

    initial = True

    dependencies = [
        ('accounts', '0001_initial'),
        ('catalogue', '0001_initial'),
        ('indicators', '0001_initial'),
    ]

    operations = [
        migrations.CreateModel(
            name='Axis',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('order', models.PositiveSmallIntegerField(default=0)),
                ('title', models.CharField(max_length=250, verbose_name='titre')),
            ],
        ),
        migrations.CreateModel(
            name='Goal',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('order', models.PositiveSmallIntegerField(default=0)),
                ('title', models.CharField(max_length=250, verbose_name='titre')),
            ],
        ),
        migrations.CreateModel(
            name='Action',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('number', models.PositiveSmallIntegerField(verbose_name='numéro')),
                ('title', models.CharField(max_length=250, verbose_name='titre')),
                ('description', models.TextField(blank=True, verbose_name='description')),
                ('reach', models.CharField(choices=[(portulan.plans.words.Reach['ORGANISATION'], 'Organisation'), (portulan.plans.words.Reach['TERRITORY'], 'Territoire')], default=portulan.plans.words.Reach['ORGANISATION'], max_length=12, verbose_name='portée')),
                ('level', models.PositiveSmallIntegerField(choices=[(portulan.plans.words.CommitmentLevel['STUDY'], 'Réflexion'), (portulan.plans.words.CommitmentLevel['EXPERIMENT'], 'Expérimentation'), (portulan.plans.words.CommitmentLevel['IMPLEMENTATION'], 'Réalisation')], verbose_name='niveau d’engagement')),
                ('progress', models.CharField(choices=[(portulan.plans.words.Progress['TODO'], 'À faire'), (portulan.plans.words.Progress['IN_PROGRESS'], 'En cours'), (portulan.plans.words.Progress['PAUSED'], 'En pause'), (portulan.plans.words.Progress['DONE'], 'Fini'), (portulan.plans.words.Progress['ONGOING'], 'En suivi'), (portulan.plans.words.Progress['DROPPED'], 'Abandonné')], default=portulan.plans.words.Progress['TODO'], max_length=12, verbose_name='avancement')),
                ('scope', models.CharField(blank=True, max_length=300, verbose_name='champ d’expérimentation')),
                ('starts_on', models.DateField(blank=True, null=True, verbose_name='début')),
                ('due_on', models.DateField(blank=True, null=True, verbose_name='fin prévue')),
                ('pilot_function', models.CharField(max_length=160, verbose_name='fonction du pilote')),
                ('vacant_since', models.DateField(blank=True, null=True, verbose_name='poste vacant depuis')),
                ('follow_up_function', models.CharField(blank=True, max_length=160, verbose_name='suivi')),
                ('contributors', models.JSONField(blank=True, default=list, verbose_name='contributeurs')),
                ('sponsor_function', models.CharField(blank=True, max_length=160, verbose_name='élu ou directeur référent')),
                ('impact_guess', models.PositiveSmallIntegerField(blank=True, choices=[(portulan.plans.words.Guess['LOW'], 'Faible'), (portulan.plans.words.Guess['MEDIUM'], 'Moyen'), (portulan.plans.words.Guess['HIGH'], 'Fort')], null=True, verbose_name='impact pressenti')),
                ('effort_guess', models.PositiveSmallIntegerField(blank=True, choices=[(portulan.plans.words.Guess['LOW'], 'Faible'), (portulan.plans.words.Guess['MEDIUM'], 'Moyen'), (portulan.plans.words.Guess['HIGH'], 'Fort')], null=True, verbose_name='effort pressenti')),
                ('days_per_year', models.DecimalField(blank=True, decimal_places=1, max_digits=7, null=True, verbose_name='temps d’agents (jours par an)')),
                ('blocked_by', models.CharField(blank=True, max_length=500, verbose_name='bloqué par')),
                ('last_news_on', models.DateField(blank=True, null=True)),
                ('pilot', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='piloted', to='accounts.person', verbose_name='pilote')),
            ],
        ),
        migrations.CreateModel(
            name='ActionIndicator',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('order', models.PositiveSmallIntegerField(default=0)),
                ('action', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='indicator_links', to='plans.action')),
                ('indicator', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='action_links', to='indicators.indicator')),
            ],
        ),
        migrations.AddField(
            model_name='action',
            name='indicators',
            field=models.ManyToManyField(related_name='actions', through='plans.ActionIndicator', to='indicators.indicator'),
        ),
        migrations.CreateModel(
            name='ActionPractice',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('action', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='practice_links', to='plans.action')),
                ('practice', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='action_links', to='catalogue.practice')),
            ],
        ),
        migrations.AddField(
            model_name='action',
            name='practices',
            field=models.ManyToManyField(related_name='actions', through='plans.ActionPractice', to='catalogue.practice'),
        ),
        migrations.AddField(
            model_name='action',
            name='axis',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='actions', to='plans.axis', verbose_name='axe'),
        ),
        migrations.CreateModel(
            name='Deliverable',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('title', models.CharField(max_length=250, verbose_name='titre')),
                ('due_on', models.DateField(blank=True, null=True, verbose_name='attendu le')),
                ('delivered_on', models.DateField(blank=True, null=True, verbose_name='remis le')),
                ('approach', models.TextField(blank=True, verbose_name='démarche')),
                ('consulted', models.TextField(blank=True, verbose_name='personnes consultées')),
                ('result', models.TextField(blank=True, verbose_name='résultat')),
                ('reference', models.CharField(blank=True, max_length=500, verbose_name='référence ou adresse')),
                ('action', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='deliverables', to='plans.action')),
            ],
        ),
        migrations.CreateModel(
            name='CommitmentDecision',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('decided_on', models.DateField(verbose_name='date')),
                ('outcome', models.CharField(choices=[(portulan.plans.words.Outcome['ADOPT'], 'adopt'), (portulan.plans.words.Outcome['MOVE'], 'move'), (portulan.plans.words.Outcome['EXTEND'], 'extend'), (portulan.plans.words.Outcome['CLOSE'], 'close')], max_length=8)),
                ('from_level', models.PositiveSmallIntegerField(blank=True, choices=[(portulan.plans.words.CommitmentLevel['STUDY'], 'Réflexion'), (portulan.plans.words.CommitmentLevel['EXPERIMENT'], 'Expérimentation'), (portulan.plans.words.CommitmentLevel['IMPLEMENTATION'], 'Réalisation')], null=True)),
                ('level', models.PositiveSmallIntegerField(choices=[(portulan.plans.words.CommitmentLevel['STUDY'], 'Réflexion'), (portulan.plans.words.CommitmentLevel['EXPERIMENT'], 'Expérimentation'), (portulan.plans.words.CommitmentLevel['IMPLEMENTATION'], 'Réalisation')], verbose_name='niveau')),
                ('body', models.CharField(max_length=160, verbose_name='organe qui décide')),
                ('reason', models.TextField(blank=True, verbose_name='motif')),
                ('person_id', models.BigIntegerField(null=True)),
                ('recorded_at', models.DateTimeField()),
                ('action', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='decisions', to='plans.action')),
                ('deliverable', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='decisions', to='plans.deliverable')),
            ],
        ),
        migrations.AddField(
            model_name='action',
            name='goals',
            field=models.ManyToManyField(blank=True, related_name='actions', to='plans.goal', verbose_name='objectifs communs'),
        ),
        migrations.CreateModel(
            name='Milestone',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('title', models.CharField(max_length=250, verbose_name='titre')),
                ('due_on', models.DateField(verbose_name='prévu le')),
                ('reached_on', models.DateField(blank=True, null=True, verbose_name='atteint le')),
                ('action', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='milestones', to='plans.action')),
            ],
        ),
        migrations.CreateModel(
            name='Plan',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('slug', models.SlugField(max_length=60)),
                ('title', models.CharField(max_length=200, verbose_name='titre')),
                ('first_year', models.PositiveSmallIntegerField(validators=[django.core.validators.MinValueValidator(2000), django.core.validators.MaxValueValidator(2100)], verbose_name='première année')),
                ('last_year', models.PositiveSmallIntegerField(validators=[django.core.validators.MinValueValidator(2000), django.core.validators.MaxValueValidator(2100)], verbose_name='dernière année')),
                ('adopted_on', models.DateField(blank=True, null=True, verbose_name='voté le')),
                ('adopted_by', models.CharField(blank=True, max_length=160, verbose_name='voté par')),
                ('stale_after_days', models.PositiveSmallIntegerField(default=120, verbose_name='sans nouvelle après')),
                ('organisation', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='plans', to='accounts.organisation')),
            ],
        ),
        migrations.AddField(
            model_name='goal',
            name='plan',
            field=models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='goals', to='plans.plan'),
        ),
        migrations.AddField(
            model_name='axis',
            name='plan',
            field=models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='axes', to='plans.plan'),
        ),
        migrations.AddField(
            model_name='action',
            name='plan',
            field=models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='actions', to='plans.plan'),
        ),
        migrations.CreateModel(
            name='PlannedMoney',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('year', models.PositiveSmallIntegerField(validators=[django.core.validators.MinValueValidator(2000), django.core.validators.MaxValueValidator(2100)], verbose_name='exercice')),
                ('section', models.CharField(blank=True, choices=[(portulan.plans.words.Section['OPERATING'], 'Fonctionnement'), (portulan.plans.words.Section['INVESTMENT'], 'Investissement')], max_length=1, verbose_name='nature')),
                ('in_it_budget', models.BooleanField(default=True, verbose_name='dans le budget de la DSI')),
                ('amount', models.DecimalField(blank=True, decimal_places=2, max_digits=14, null=True, validators=[django.core.validators.MinValueValidator(0)], verbose_name='montant (€)')),
                ('action', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='planned_money', to='plans.action')),
            ],
        ),
        migrations.CreateModel(
            name='PracticeChoice',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('choice', models.CharField(choices=[(portulan.plans.words.Choice['KEEP'], 'Retenue'), (portulan.plans.words.Choice['LATER'], 'Plus tard'), (portulan.plans.words.Choice['REFUSE'], 'Écartée'), (portulan.plans.words.Choice['IN_PLACE'], 'Déjà en place'), (portulan.plans.words.Choice['NOT_APPLICABLE'], 'Sans objet')], max_length=16)),
                ('reason', models.CharField(blank=True, max_length=500, verbose_name='motif')),
                ('chosen_on', models.DateField()),
                ('person_id', models.BigIntegerField(null=True)),
                ('plan', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='choices', to='plans.plan')),
                ('practice', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='choices', to='catalogue.practice')),
            ],
        ),
        migrations.AddConstraint(
            model_name='actionindicator',
            constraint=models.UniqueConstraint(fields=('action', 'indicator'), name='action_indicator_unique'),
        ),
        migrations.AddConstraint(
            model_name='actionpractice',
            constraint=models.UniqueConstraint(fields=('action', 'practice'), name='action_practice_unique'),
        ),
        migrations.AddIndex(
            model_name='commitmentdecision',
            index=models.Index(fields=['action', 'decided_on', 'id'], name='decision_order'),
        ),
        migrations.AddConstraint(
            model_name='plan',
            constraint=models.UniqueConstraint(fields=('organisation', 'slug'), name='plan_slug_unique'),
        ),
        migrations.AddConstraint(
            model_name='plan',
            constraint=models.CheckConstraint(condition=models.Q(('last_year__gte', models.F('first_year'))), name='plan_years'),
        ),
        migrations.AddConstraint(
            model_name='action',
            constraint=models.UniqueConstraint(fields=('plan', 'number'), name='action_number_unique'),
        ),
        migrations.AddConstraint(
            model_name='plannedmoney',
            constraint=models.UniqueConstraint(fields=('action', 'year', 'section', 'in_it_budget'), name='planned_money_unique'),
        ),
        migrations.AddConstraint(
            model_name='practicechoice',
            constraint=models.UniqueConstraint(fields=('plan', 'practice'), name='choice_unique'),
        ),
    ]
