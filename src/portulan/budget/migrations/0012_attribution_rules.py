"""Rules that propose attributions: they never change, and never declare anything themselves."""

import django.core.validators
import django.db.models.deletion
import portulan.budget.enums
from django.db import migrations, models


RULE, ATTRIBUTION = "budget_attributionrule", "budget_attribution"
SAYS = (
    "organisation_id, action_id, first_year, nature_prefix, service, supplier, contract_ref, label, "
    "share, method, reason, evidence, person_id, recorded_at"
)
# On the lines of an import in force; those of an import that takes over the decisions of another
# come in as they were.
DECLARED_ALONE = """NEW.rule_id IS NOT NULL AND NEW.status <> 'proposed' AND EXISTS (
  SELECT 1 FROM budget_budgetline AS line JOIN budget_importbatch AS batch
  ON batch.id = line.batch_id WHERE line.id = NEW.line_id AND batch.status = 'confirmed'
)"""


class Migration(migrations.Migration):

    dependencies = [
        ('accounts', '0002_headcount'),
        ('budget', '0011_programmes'),
        ('plans', '0003_seen_edition'),
    ]

    operations = [
        migrations.CreateModel(
            name='AttributionRule',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('first_year', models.PositiveSmallIntegerField(validators=[django.core.validators.MinValueValidator(2000), django.core.validators.MaxValueValidator(2100)], verbose_name='à partir de l’exercice')),
                ('nature_prefix', models.CharField(blank=True, max_length=12, verbose_name='compte commençant par')),
                ('service', models.CharField(blank=True, max_length=80, verbose_name='service ou gestionnaire')),
                ('supplier', models.CharField(blank=True, max_length=160, verbose_name='fournisseur contenant')),
                ('contract_ref', models.CharField(blank=True, max_length=60, verbose_name='marché')),
                ('label', models.CharField(blank=True, max_length=300, verbose_name='libellé contenant')),
                ('share', models.DecimalField(decimal_places=10, max_digits=12, validators=[django.core.validators.MinValueValidator(0), django.core.validators.MaxValueValidator(1)])),
                ('method', models.CharField(choices=[(portulan.budget.enums.Method['WHOLE'], 'Dépense entièrement dédiée'), (portulan.budget.enums.Method['KEY'], 'Quote-part par une clé'), (portulan.budget.enums.Method['ADDITIONAL_COST'], 'Surcoût seul')], max_length=16, verbose_name='méthode')),
                ('reason', models.CharField(max_length=500, verbose_name='motif')),
                ('evidence', models.CharField(blank=True, max_length=500, verbose_name='preuve (référence ou adresse)')),
                ('person_id', models.BigIntegerField(blank=True, null=True)),
                ('recorded_at', models.DateTimeField()),
                ('withdrawn_at', models.DateTimeField(blank=True, null=True)),
                ('withdrawn_by', models.BigIntegerField(blank=True, null=True)),
                ('action', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='attribution_rules', to='plans.action')),
                ('organisation', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='attribution_rules', to='accounts.organisation')),
            ],
        ),
        migrations.AddField(
            model_name='attribution',
            name='rule',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='attributions', to='budget.attributionrule'),
        ),
        migrations.AddConstraint(
            model_name='attribution',
            constraint=models.UniqueConstraint(condition=models.Q(('rule__isnull', False)), fields=('line', 'rule'), name='attribution_once_a_rule'),
        ),
        migrations.AddConstraint(
            model_name='attributionrule',
            constraint=models.CheckConstraint(condition=models.Q(('share__gt', 0), ('share__lte', 1)), name='attribution_rule_share'),
        ),
        migrations.AddConstraint(
            model_name='attributionrule',
            constraint=models.CheckConstraint(condition=models.Q(('contract_ref', ''), ('label', ''), ('nature_prefix', ''), ('service', ''), ('supplier', ''), _negated=True), name='attribution_rule_is_about_something'),
        ),
    ]
