
import django.core.validators
import django.db.models.deletion
import portulan.budget.words
import portulan.budget.words
import portulan.budget.words
import portulan.core.money
import portulan.plans.words
from django.db import migrations, models


class Migration(migrations.Migration):

    initial = True

    dependencies = [
        ('accounts', '0001_initial'),
        ('plans', '0001_initial'),
    ]

    operations = [
        migrations.CreateModel(
            name='FiscalYear',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('year', models.PositiveSmallIntegerField(validators=[django.core.validators.MinValueValidator(2000), django.core.validators.MaxValueValidator(2100)], verbose_name='exercice')),
                ('starts_on', models.DateField(verbose_name='début')),
                ('ends_on', models.DateField(verbose_name='fin')),
                ('status', models.CharField(choices=[(portulan.budget.words.YearStatus['PREPARATION'], 'en préparation'), (portulan.budget.words.YearStatus['VOTED'], 'voté'), (portulan.budget.words.YearStatus['EXECUTING'], 'en exécution'), (portulan.budget.words.YearStatus['CLOSED'], 'clos')], default=portulan.budget.words.YearStatus['EXECUTING'], max_length=12, verbose_name='état')),
                ('tax_basis', models.CharField(choices=[(portulan.core.money.TaxBasis['TTC'], 'TTC'), (portulan.core.money.TaxBasis['HT'], 'HT')], default=portulan.core.money.TaxBasis['TTC'], max_length=3, verbose_name='base')),
                ('organisation', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='fiscal_years', to='accounts.organisation')),
            ],
        ),
        migrations.CreateModel(
            name='ImportBatch',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('status', models.CharField(choices=[(portulan.budget.words.BatchStatus['PREVIEWED'], 'previewed'), (portulan.budget.words.BatchStatus['CONFIRMED'], 'confirmed'), (portulan.budget.words.BatchStatus['ROLLED_BACK'], 'rolled_back')], default=portulan.budget.words.BatchStatus['PREVIEWED'], max_length=12)),
                ('format', models.CharField(max_length=20)),
                ('quality', models.CharField(choices=[(portulan.budget.words.SourceQuality['LEDGER'], 'Grand livre de la DSI'), (portulan.budget.words.SourceQuality['ACCOUNTS'], 'Comptes par nature'), (portulan.budget.words.SourceQuality['TYPED'], 'Chiffres saisis')], max_length=10)),
                ('file_name', models.CharField(max_length=255)),
                ('sha256', models.CharField(max_length=64)),
                ('size', models.PositiveBigIntegerField(default=0)),
                ('encoding', models.CharField(blank=True, max_length=20)),
                ('siret', models.CharField(blank=True, max_length=14)),
                ('entity', models.CharField(blank=True, max_length=200)),
                ('nomenclature', models.CharField(blank=True, max_length=40)),
                ('stages', models.JSONField(blank=True, default=list)),
                ('delta', models.BooleanField(default=False)),
                ('mapping', models.JSONField(blank=True, default=dict)),
                ('report', models.JSONField(blank=True, default=dict)),
                ('person_id', models.BigIntegerField(blank=True, null=True)),
                ('created_at', models.DateTimeField()),
                ('confirmed_at', models.DateTimeField(blank=True, null=True)),
                ('rolled_back_at', models.DateTimeField(blank=True, null=True)),
                ('fiscal_year', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='batches', to='budget.fiscalyear')),
            ],
        ),
        migrations.CreateModel(
            name='BudgetLine',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('row', models.PositiveIntegerField()),
                ('section', models.CharField(choices=[(portulan.plans.words.Section['OPERATING'], 'Fonctionnement'), (portulan.plans.words.Section['INVESTMENT'], 'Investissement')], max_length=1)),
                ('is_expense', models.BooleanField()),
                ('is_real', models.BooleanField()),
                ('is_carried', models.BooleanField(default=False)),
                ('chapter', models.CharField(blank=True, max_length=12)),
                ('nature', models.CharField(blank=True, max_length=12)),
                ('function', models.CharField(blank=True, max_length=12)),
                ('operation', models.CharField(blank=True, max_length=40)),
                ('service', models.CharField(blank=True, max_length=40)),
                ('manager', models.CharField(blank=True, max_length=80)),
                ('supplier', models.CharField(blank=True, max_length=160)),
                ('order_ref', models.CharField(blank=True, max_length=60)),
                ('contract_ref', models.CharField(blank=True, max_length=60)),
                ('label', models.CharField(blank=True, max_length=300)),
                ('voted', models.DecimalField(blank=True, decimal_places=2, max_digits=16, null=True)),
                ('opened', models.DecimalField(blank=True, decimal_places=2, max_digits=16, null=True)),
                ('committed', models.DecimalField(blank=True, decimal_places=2, max_digits=16, null=True)),
                ('realised', models.DecimalField(blank=True, decimal_places=2, max_digits=16, null=True)),
                ('carried_over', models.DecimalField(blank=True, decimal_places=2, max_digits=16, null=True)),
                ('verdict', models.CharField(choices=[(portulan.budget.words.Verdict['IN'], 'Dans'), (portulan.budget.words.Verdict['MIXED'], 'Mixte'), (portulan.budget.words.Verdict['OUT'], 'Hors'), (portulan.budget.words.Verdict['UNDECIDED'], 'À décider')], default=portulan.budget.words.Verdict['UNDECIDED'], max_length=10)),
                ('it_share', models.DecimalField(blank=True, decimal_places=10, max_digits=12, null=True, validators=[django.core.validators.MinValueValidator(0), django.core.validators.MaxValueValidator(1)])),
                ('post', models.CharField(blank=True, choices=[(portulan.budget.words.Post['EQUIPMENT'], 'Matériel'), (portulan.budget.words.Post['SOFTWARE'], 'Logiciel'), (portulan.budget.words.Post['CLOUD'], 'Informatique en nuage'), (portulan.budget.words.Post['TELECOM'], 'Télécommunications'), (portulan.budget.words.Post['SERVICES'], 'Prestations'), (portulan.budget.words.Post['STAFF'], 'Personnel'), (portulan.budget.words.Post['ENERGY'], 'Énergie')], max_length=12)),
                ('verdict_reason', models.CharField(blank=True, max_length=250)),
                ('overridden', models.BooleanField(default=False)),
                ('reviewed_on', models.DateField(blank=True, null=True)),
                ('reviewed_by', models.BigIntegerField(blank=True, null=True)),
                ('organisation', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='budget_lines', to='accounts.organisation')),
                ('fiscal_year', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='lines', to='budget.fiscalyear')),
                ('batch', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='lines', to='budget.importbatch')),
            ],
        ),
        migrations.CreateModel(
            name='ITPerimeter',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('edition', models.PositiveSmallIntegerField()),
                ('status', models.CharField(choices=[(portulan.budget.words.PerimeterStatus['DRAFT'], 'draft'), (portulan.budget.words.PerimeterStatus['IN_FORCE'], 'in_force'), (portulan.budget.words.PerimeterStatus['SUPERSEDED'], 'superseded')], default=portulan.budget.words.PerimeterStatus['DRAFT'], max_length=12)),
                ('service_codes', models.JSONField(blank=True, default=list, verbose_name='codes de service de la DSI')),
                ('with_school_equipment', models.BooleanField(default=False, verbose_name='équipement des écoles, collèges ou lycées compris')),
                ('with_staff', models.BooleanField(default=False, verbose_name='personnel de la DSI compris')),
                ('decided_on', models.DateField(blank=True, null=True)),
                ('person_id', models.BigIntegerField(blank=True, null=True)),
                ('organisation', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='perimeters', to='accounts.organisation')),
            ],
        ),
        migrations.CreateModel(
            name='IndicatorRun',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('stage', models.CharField(choices=[(portulan.budget.words.Stage['VOTED'], 'voté'), (portulan.budget.words.Stage['OPENED'], 'ouvert'), (portulan.budget.words.Stage['COMMITTED'], 'engagé'), (portulan.budget.words.Stage['REALISED'], 'mandaté'), (portulan.budget.words.Stage['CARRIED_OVER'], 'restes à réaliser')], max_length=12)),
                ('basis', models.CharField(max_length=3)),
                ('numerator', models.DecimalField(decimal_places=2, max_digits=18)),
                ('denominator', models.DecimalField(decimal_places=2, max_digits=18)),
                ('justified', models.DecimalField(decimal_places=2, max_digits=18)),
                ('proposed', models.DecimalField(decimal_places=2, max_digits=18)),
                ('outside_it', models.DecimalField(decimal_places=2, max_digits=18)),
                ('value', models.DecimalField(decimal_places=6, max_digits=12, null=True)),
                ('lower', models.DecimalField(decimal_places=6, max_digits=12, null=True)),
                ('upper', models.DecimalField(decimal_places=6, max_digits=12, null=True)),
                ('coverage', models.DecimalField(decimal_places=6, max_digits=12, null=True)),
                ('document', models.JSONField(blank=True, default=dict)),
                ('inputs_hash', models.CharField(max_length=64)),
                ('person_id', models.BigIntegerField(blank=True, null=True)),
                ('computed_at', models.DateTimeField()),
                ('published_at', models.DateTimeField(blank=True, null=True)),
                ('published_by', models.BigIntegerField(blank=True, null=True)),
                ('fiscal_year', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='runs', to='budget.fiscalyear')),
                ('perimeter', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='runs', to='budget.itperimeter')),
            ],
        ),
        migrations.AddField(
            model_name='fiscalyear',
            name='judged_under',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.RESTRICT, related_name='judged_years', to='budget.itperimeter'),
        ),
        migrations.CreateModel(
            name='LineOverride',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('verdict', models.CharField(choices=[(portulan.budget.words.Verdict['IN'], 'Dans'), (portulan.budget.words.Verdict['MIXED'], 'Mixte'), (portulan.budget.words.Verdict['OUT'], 'Hors'), (portulan.budget.words.Verdict['UNDECIDED'], 'À décider')], max_length=10)),
                ('share', models.DecimalField(decimal_places=10, max_digits=12, validators=[django.core.validators.MinValueValidator(0), django.core.validators.MaxValueValidator(1)])),
                ('reason', models.CharField(max_length=250, verbose_name='motif')),
                ('person_id', models.BigIntegerField(blank=True, null=True)),
                ('decided_at', models.DateTimeField()),
                ('line', models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, related_name='override', to='budget.budgetline')),
            ],
        ),
        migrations.CreateModel(
            name='PerimeterRule',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('order', models.PositiveSmallIntegerField()),
                ('nature_prefix', models.CharField(blank=True, max_length=10, verbose_name='compte commençant par')),
                ('service', models.CharField(blank=True, max_length=40, verbose_name='code de service ou de gestionnaire')),
                ('function', models.CharField(blank=True, max_length=12, verbose_name='fonction')),
                ('supplier', models.CharField(blank=True, max_length=120, verbose_name='fournisseur contenant')),
                ('label', models.CharField(blank=True, max_length=120, verbose_name='libellé contenant')),
                ('verdict', models.CharField(choices=[(portulan.budget.words.Verdict['IN'], 'Dans'), (portulan.budget.words.Verdict['MIXED'], 'Mixte'), (portulan.budget.words.Verdict['OUT'], 'Hors'), (portulan.budget.words.Verdict['UNDECIDED'], 'À décider')], max_length=10)),
                ('share', models.DecimalField(blank=True, decimal_places=10, max_digits=12, null=True, validators=[django.core.validators.MinValueValidator(0), django.core.validators.MaxValueValidator(1)])),
                ('reason', models.CharField(max_length=250, verbose_name='motif')),
                ('perimeter', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='rules', to='budget.itperimeter')),
            ],
        ),
        migrations.CreateModel(
            name='Allotment',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('year', models.PositiveSmallIntegerField()),
                ('amount', models.DecimalField(decimal_places=2, max_digits=14, validators=[django.core.validators.MinValueValidator(0)])),
                ('decided_on', models.DateField()),
                ('reference', models.CharField(blank=True, max_length=250)),
                ('action', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='allotments', to='plans.action')),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('action', 'year'), name='allotment_unique')],
            },
        ),
        migrations.CreateModel(
            name='Ambition',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('year', models.PositiveSmallIntegerField()),
                ('percent', models.DecimalField(decimal_places=3, max_digits=6, validators=[django.core.validators.MinValueValidator(0), django.core.validators.MaxValueValidator(100)])),
                ('plan', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='ambitions', to='plans.plan')),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('plan', 'year'), name='ambition_unique')],
            },
        ),
        migrations.CreateModel(
            name='Attribution',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('share', models.DecimalField(decimal_places=10, max_digits=12, validators=[django.core.validators.MinValueValidator(0), django.core.validators.MaxValueValidator(1)])),
                ('outside_it', models.BooleanField(default=False)),
                ('method', models.CharField(choices=[(portulan.budget.words.Method['WHOLE'], 'Dépense entièrement dédiée'), (portulan.budget.words.Method['KEY'], 'Quote-part par une clé'), (portulan.budget.words.Method['ADDITIONAL_COST'], 'Surcoût seul')], max_length=16, verbose_name='méthode')),
                ('status', models.CharField(choices=[(portulan.budget.words.AttributionStatus['PROPOSED'], 'Proposé'), (portulan.budget.words.AttributionStatus['DECLARED'], 'Déclaré'), (portulan.budget.words.AttributionStatus['JUSTIFIED'], 'Justifié'), (portulan.budget.words.AttributionStatus['WITHDRAWN'], 'Retiré')], max_length=10, verbose_name='statut')),
                ('reason', models.CharField(max_length=500, verbose_name='motif')),
                ('evidence', models.CharField(blank=True, max_length=500, verbose_name='preuve (référence ou adresse)')),
                ('person_id', models.BigIntegerField(blank=True, null=True)),
                ('recorded_at', models.DateTimeField()),
                ('action', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='attributions', to='plans.action')),
                ('line', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='attributions', to='budget.budgetline')),
            ],
            options={
                'constraints': [models.CheckConstraint(condition=models.Q(('share__gt', 0), ('share__lte', 1)), name='attribution_share'), models.CheckConstraint(condition=models.Q(models.Q(('status', portulan.budget.words.AttributionStatus['JUSTIFIED']), _negated=True), models.Q(('evidence', ''), _negated=True), _connector='OR'), name='attribution_justified_has_evidence')],
            },
        ),
        migrations.CreateModel(
            name='CoFunding',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('funder', models.CharField(max_length=160, verbose_name='financeur')),
                ('year', models.PositiveSmallIntegerField(verbose_name='exercice')),
                ('asked', models.DecimalField(blank=True, decimal_places=2, max_digits=16, null=True)),
                ('granted', models.DecimalField(blank=True, decimal_places=2, max_digits=16, null=True)),
                ('received', models.DecimalField(blank=True, decimal_places=2, max_digits=16, null=True)),
                ('action', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='co_funding', to='plans.action')),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('action', 'funder', 'year'), name='co_funding_unique')],
            },
        ),
        migrations.CreateModel(
            name='Forecast',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('year', models.PositiveSmallIntegerField()),
                ('section', models.CharField(blank=True, choices=[(portulan.plans.words.Section['OPERATING'], 'Fonctionnement'), (portulan.plans.words.Section['INVESTMENT'], 'Investissement')], max_length=1)),
                ('amount', models.DecimalField(decimal_places=2, max_digits=16)),
                ('source', models.CharField(max_length=250)),
                ('organisation', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='forecasts', to='accounts.organisation')),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('organisation', 'year', 'section'), name='forecast_unique')],
            },
        ),
        migrations.AddConstraint(
            model_name='importbatch',
            constraint=models.UniqueConstraint(condition=models.Q(('status', portulan.budget.words.BatchStatus['CONFIRMED']), models.Q(('sha256', ''), _negated=True)), fields=('fiscal_year', 'sha256'), name='batch_file_once'),
        ),
        migrations.AddIndex(
            model_name='budgetline',
            index=models.Index(condition=models.Q(('is_carried', False), ('is_expense', True), ('is_real', True)), fields=['fiscal_year', 'verdict'], name='line_real_expense'),
        ),
        migrations.AddConstraint(
            model_name='budgetline',
            constraint=models.CheckConstraint(condition=models.Q(('it_share__isnull', True), models.Q(('it_share__gte', 0), ('it_share__lte', 1)), _connector='OR'), name='line_it_share_between_0_and_1'),
        ),
        migrations.AddConstraint(
            model_name='itperimeter',
            constraint=models.UniqueConstraint(fields=('organisation', 'edition'), name='perimeter_edition'),
        ),
        migrations.AddConstraint(
            model_name='itperimeter',
            constraint=models.UniqueConstraint(condition=models.Q(('status', portulan.budget.words.PerimeterStatus['IN_FORCE'])), fields=('organisation',), name='perimeter_one_in_force'),
        ),
        migrations.AddConstraint(
            model_name='indicatorrun',
            constraint=models.UniqueConstraint(fields=('fiscal_year', 'stage', 'inputs_hash'), name='run_inputs_once'),
        ),
        migrations.AddConstraint(
            model_name='fiscalyear',
            constraint=models.UniqueConstraint(fields=('organisation', 'year'), name='fiscal_year_unique'),
        ),
        migrations.AddConstraint(
            model_name='perimeterrule',
            constraint=models.UniqueConstraint(fields=('perimeter', 'order'), name='rule_order_unique'),
        ),
    ]
