import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):

    initial = True

    dependencies = [
        ('accounts', '0001_squashed_0002'),
    ]

    operations = [
        migrations.CreateModel(
            name='Indicator',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('organisation', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='indicators', to='accounts.organisation')),
                ('name', models.CharField(max_length=250, verbose_name='nom')),
                ('unit', models.CharField(blank=True, max_length=40, verbose_name='unité')),
                ('kind', models.CharField(choices=[('percentage', 'Pourcentage'), ('count', 'Nombre'), ('quantity', 'Quantité'), ('yes_no', 'Oui ou non'), ('scale', 'Échelle de mots'), ('text', 'Texte')], max_length=12, verbose_name='genre')),
                ('direction', models.CharField(choices=[('up', 'À la hausse'), ('down', 'À la baisse'), ('none', 'Sans sens voulu')], default='none', max_length=6, verbose_name='sens voulu')),
                ('level', models.CharField(choices=[('strategic', 'Stratégique'), ('operational', 'Opérationnel')], default='operational', max_length=12, verbose_name='niveau')),
                ('description', models.TextField(blank=True, verbose_name='précisions')),
                ('computed_by', models.CharField(blank=True, max_length=40)),
            ],
        ),
        migrations.CreateModel(
            name='Measurement',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('indicator', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='measurements', to='indicators.indicator')),
                ('role', models.CharField(choices=[('baseline', 'Référence'), ('reading', 'Relevé')], default='reading', max_length=8)),
                ('on', models.DateField(verbose_name='date')),
                ('knowledge', models.CharField(choices=[('known', 'Connu'), ('unknown', 'Inconnu'), ('not_applicable', 'Sans objet')], default='known', max_length=14)),
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
            ],
            options={
                'indexes': [models.Index(fields=['indicator', 'on'], name='measurement_series')],
                'constraints': [models.CheckConstraint(condition=models.Q(models.Q(('knowledge', 'known'), models.Q(('value__isnull', False), models.Q(('text', ''), _negated=True), _connector='OR')), models.Q(models.Q(('knowledge', 'known'), _negated=True), ('text', ''), ('value__isnull', True)), _connector='OR'), name='measurement_says_one_thing')],
            },
        ),
        migrations.CreateModel(
            name='Target',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('indicator', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='targets', to='indicators.indicator')),
                ('kind', models.CharField(choices=[('target', 'Cible'), ('legal', 'Seuil légal')], default='target', max_length=8)),
                ('due_on', models.DateField(verbose_name='échéance')),
                ('value', models.DecimalField(blank=True, decimal_places=4, max_digits=18, null=True, verbose_name='valeur')),
                ('text', models.CharField(blank=True, max_length=250, verbose_name='en mots')),
                ('reference', models.CharField(blank=True, max_length=250, verbose_name='texte de loi')),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('indicator', 'kind', 'due_on'), name='target_date_unique'), models.CheckConstraint(condition=models.Q(('value__isnull', False), models.Q(('text', ''), _negated=True), _connector='OR'), name='target_says_something')],
            },
        ),
    ]
