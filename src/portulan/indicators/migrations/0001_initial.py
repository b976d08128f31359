
import django.db.models.deletion
import portulan.indicators.words
from django.db import migrations, models


class Migration(migrations.Migration):

    initial = True

    dependencies = [
        ('accounts', '0001_initial'),
    ]

    operations = [
        migrations.CreateModel(
            name='Indicator',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('name', models.CharField(max_length=250, verbose_name='nom')),
                ('unit', models.CharField(blank=True, max_length=40, verbose_name='unité')),
                ('kind', models.CharField(choices=[(portulan.indicators.words.Kind['PERCENTAGE'], 'Pourcentage'), (portulan.indicators.words.Kind['COUNT'], 'Nombre'), (portulan.indicators.words.Kind['QUANTITY'], 'Quantité'), (portulan.indicators.words.Kind['YES_NO'], 'Oui ou non'), (portulan.indicators.words.Kind['SCALE'], 'Échelle de mots'), (portulan.indicators.words.Kind['TEXT'], 'Texte')], max_length=12, verbose_name='genre')),
                ('direction', models.CharField(choices=[(portulan.indicators.words.Direction['UP'], 'À la hausse'), (portulan.indicators.words.Direction['DOWN'], 'À la baisse'), (portulan.indicators.words.Direction['NONE'], 'Sans sens voulu')], default=portulan.indicators.words.Direction['NONE'], max_length=6, verbose_name='sens voulu')),
                ('level', models.CharField(choices=[(portulan.indicators.words.Level['STRATEGIC'], 'Stratégique'), (portulan.indicators.words.Level['OPERATIONAL'], 'Opérationnel')], default=portulan.indicators.words.Level['OPERATIONAL'], max_length=12, verbose_name='niveau')),
                ('description', models.TextField(blank=True, verbose_name='précisions')),
                ('computed_by', models.CharField(blank=True, max_length=40)),
                ('organisation', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='indicators', to='accounts.organisation')),
            ],
        ),
        migrations.CreateModel(
            name='Measurement',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('role', models.CharField(choices=[(portulan.indicators.words.MeasurementRole['BASELINE'], 'Référence'), (portulan.indicators.words.MeasurementRole['READING'], 'Relevé')], default=portulan.indicators.words.MeasurementRole['READING'], max_length=8)),
                ('on', models.DateField(verbose_name='date')),
                ('knowledge', models.CharField(choices=[(portulan.indicators.words.Knowledge['KNOWN'], 'Connu'), (portulan.indicators.words.Knowledge['UNKNOWN'], 'Inconnu'), (portulan.indicators.words.Knowledge['NOT_APPLICABLE'], 'Sans objet')], default=portulan.indicators.words.Knowledge['KNOWN'], max_length=14)),
                ('value', models.DecimalField(blank=True, decimal_places=4, max_digits=18, null=True, verbose_name='valeur')),
                ('text', models.CharField(blank=True, max_length=250, verbose_name='en mots')),
                ('numerator', models.DecimalField(blank=True, decimal_places=4, max_digits=18, null=True)),
                ('denominator', models.DecimalField(blank=True, decimal_places=4, max_digits=18, null=True)),
                ('source', models.CharField(blank=True, max_length=250, verbose_name='source')),
                ('note', models.CharField(blank=True, max_length=500, verbose_name='remarque')),
                ('breaks_series', models.BooleanField(default=False, verbose_name='rupture de périmètre')),
                ('computed', models.BooleanField(default=False)),
                ('person_id', models.BigIntegerField(null=True)),
                ('recorded_at', models.DateTimeField()),
                ('withdrawn_at', models.DateTimeField(blank=True, null=True)),
                ('indicator', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='measurements', to='indicators.indicator')),
            ],
            options={
                'indexes': [models.Index(fields=['indicator', 'on'], name='measurement_series')],
                'constraints': [models.CheckConstraint(condition=models.Q(models.Q(('knowledge', portulan.indicators.words.Knowledge['KNOWN']), models.Q(('value__isnull', False), models.Q(('text', ''), _negated=True), _connector='OR')), models.Q(models.Q(('knowledge', portulan.indicators.words.Knowledge['KNOWN']), _negated=True), ('text', ''), ('value__isnull', True)), _connector='OR'), name='measurement_says_one_thing')],
            },
        ),
        migrations.CreateModel(
            name='Target',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('kind', models.CharField(choices=[(portulan.indicators.words.TargetKind['TARGET'], 'Cible'), (portulan.indicators.words.TargetKind['LEGAL'], 'Seuil légal')], default=portulan.indicators.words.TargetKind['TARGET'], max_length=8)),
                ('due_on', models.DateField(verbose_name='échéance')),
                ('value', models.DecimalField(blank=True, decimal_places=4, max_digits=18, null=True, verbose_name='valeur')),
                ('text', models.CharField(blank=True, max_length=250, verbose_name='en mots')),
                ('reference', models.CharField(blank=True, max_length=250, verbose_name='texte de loi')),
                ('indicator', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='targets', to='indicators.indicator')),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('indicator', 'kind', 'due_on'), name='target_date_unique'), models.CheckConstraint(condition=models.Q(('value__isnull', False), models.Q(('text', ''), _negated=True), _connector='OR'), name='target_says_something')],
            },
        ),
    ]
