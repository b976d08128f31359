import django.core.validators
import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):

    replaces = [('impact', '0001_initial'), ('impact', '0002_guards')]

    initial = True

    dependencies = [
        ('accounts', '0001_squashed_0002'),
        ('indicators', '0001_initial'),
        ('plans', '0001_squashed_0004'),
    ]

    operations = [
        migrations.CreateModel(
            name='SocialEffect',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('action', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='social_effects', to='plans.action')),
                ('kind', models.CharField(choices=[('access', 'Accès'), ('inclusion', 'Inclusion'), ('ethics', 'Éthique'), ('skills', 'Compétences')], max_length=10, verbose_name='genre')),
                ('sense', models.CharField(choices=[('gain', 'En mieux'), ('harm', 'En moins bien'), ('both', 'Les deux')], max_length=4, verbose_name='sens')),
                ('statement', models.CharField(max_length=500, verbose_name='ce qui change, et pour qui')),
                ('evidence', models.CharField(blank=True, max_length=500, verbose_name='preuve (référence ou adresse)')),
                ('stated_on', models.DateField()),
                ('person_id', models.BigIntegerField(null=True)),
            ],
        ),
        migrations.CreateModel(
            name='Estimate',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('action', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='estimates', to='plans.action')),
                ('moment', models.CharField(choices=[('ex_ante', 'Prévue'), ('in_progress', 'En cours d’action'), ('measured', 'Mesurée')], max_length=12, verbose_name='moment')),
                ('view', models.CharField(choices=[('amortised', 'par an, amortie'), ('purchase', 'à l’achat')], max_length=10)),
                ('reach', models.CharField(choices=[('reduction', 'Réduction'), ('avoided', 'Évité ailleurs')], max_length=10)),
                ('quality', models.CharField(choices=[('measured', 'chiffres mesurés'), ('published', 'chiffres publiés'), ('assumed', 'chiffres supposés')], max_length=10)),
                ('is_indicative', models.BooleanField(default=False)),
                ('request', models.JSONField()),
                ('factors', models.JSONField(blank=True)),
                ('result', models.JSONField()),
                ('engine', models.CharField(max_length=20)),
                ('digest', models.CharField(max_length=64)),
                ('baseline', models.CharField(blank=True, max_length=500, verbose_name='ce qui se passerait sans l’action')),
                ('note', models.CharField(blank=True, max_length=500, verbose_name='remarque')),
                ('measurement', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='estimates', to='indicators.measurement', verbose_name='relevé')),
                ('made_on', models.DateField()),
                ('person_id', models.BigIntegerField(null=True)),
                ('recorded_at', models.DateTimeField()),
                ('withdrawn_at', models.DateTimeField(blank=True, null=True)),
                ('withdrawn_by', models.BigIntegerField(blank=True, null=True)),
                ('withdrawn_for', models.CharField(blank=True, max_length=500, verbose_name='motif du retrait')),
            ],
            options={
                'indexes': [models.Index(fields=['action', 'reach', '-id'], name='estimate_latest')],
                'constraints': [models.CheckConstraint(condition=models.Q(('measurement__isnull', True), ('moment', 'measured'), _connector='OR'), name='estimate_measured_has_measurement'), models.CheckConstraint(condition=models.Q(('withdrawn_at__isnull', True), models.Q(('withdrawn_for', ''), _negated=True), _connector='OR'), name='estimate_withdrawn_for_a_reason')],
            },
        ),
        migrations.CreateModel(
            name='FactorOverride',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('organisation', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='factor_overrides', to='accounts.organisation')),
                ('name', models.CharField(max_length=80)),
                ('version', models.PositiveIntegerField()),
                ('value', models.FloatField(validators=[django.core.validators.MinValueValidator(0)], verbose_name='valeur')),
                ('spread', models.JSONField(blank=True, null=True)),
                ('geography', models.CharField(blank=True, max_length=80, verbose_name='lieu')),
                ('year', models.PositiveSmallIntegerField(blank=True, null=True, validators=[django.core.validators.MinValueValidator(1950), django.core.validators.MaxValueValidator(2100)], verbose_name='année')),
                ('source', models.CharField(max_length=300, verbose_name='source')),
                ('address', models.CharField(blank=True, max_length=300, verbose_name='adresse de la source')),
                ('licence', models.CharField(blank=True, max_length=80, verbose_name='licence')),
                ('quality', models.CharField(choices=[('measured', 'chiffres mesurés'), ('published', 'chiffres publiés'), ('assumed', 'chiffres supposés')], max_length=10, verbose_name='qualité')),
                ('reason', models.CharField(max_length=500, verbose_name='motif')),
                ('person_id', models.BigIntegerField(null=True)),
                ('recorded_at', models.DateTimeField()),
                ('withdrawn_at', models.DateTimeField(blank=True, null=True)),
                ('withdrawn_by', models.BigIntegerField(blank=True, null=True)),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('organisation', 'name', 'version'), name='factor_override_version_unique')],
            },
        ),
    ]
