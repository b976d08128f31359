"""Multi-year programmes, their dated decisions and their payment credits."""

import django.core.validators
import django.db.models.deletion
import portulan.budget.words
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('accounts', '0002_headcount'),
        ('budget', '0010_adjustments'),
    ]

    operations = [
        migrations.CreateModel(
            name='Programme',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('title', models.CharField(max_length=200, verbose_name='programme')),
                ('kind', models.CharField(choices=[(portulan.budget.words.ProgrammeKind['AP_CP'], 'autorisation de programme (AP/CP), investissement'), (portulan.budget.words.ProgrammeKind['AE_CP'], 'autorisation d’engagement (AE/CP), fonctionnement'), (portulan.budget.words.ProgrammeKind['STATE'], 'crédits de l’État (AE, CP)')], default=portulan.budget.words.ProgrammeKind['AP_CP'], max_length=6, verbose_name='forme')),
                ('codes', models.JSONField(blank=True, default=list, verbose_name='codes de ses lignes')),
                ('organisation', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='programmes', to='accounts.organisation')),
            ],
        ),
        migrations.CreateModel(
            name='ProgrammeRevision',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('amount', models.DecimalField(decimal_places=2, max_digits=16, validators=[django.core.validators.MinValueValidator(0)], verbose_name='montant autorisé')),
                ('decided_on', models.DateField(verbose_name='date')),
                ('reference', models.CharField(max_length=250, verbose_name='délibération ou décision')),
                ('person_id', models.BigIntegerField(blank=True, null=True)),
                ('recorded_at', models.DateTimeField()),
                ('programme', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='revisions', to='budget.programme')),
            ],
        ),
        migrations.CreateModel(
            name='PaymentCredit',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('year', models.PositiveSmallIntegerField(verbose_name='exercice')),
                ('amount', models.DecimalField(decimal_places=2, max_digits=16, validators=[django.core.validators.MinValueValidator(0)])),
                ('revision', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='payments', to='budget.programmerevision')),
            ],
        ),
        migrations.AddConstraint(
            model_name='programme',
            constraint=models.UniqueConstraint(fields=('organisation', 'title'), name='programme_title'),
        ),
        migrations.AddConstraint(
            model_name='programmerevision',
            constraint=models.UniqueConstraint(fields=('programme', 'decided_on'), name='revision_once_a_day'),
        ),
        migrations.AddConstraint(
            model_name='paymentcredit',
            constraint=models.UniqueConstraint(fields=('revision', 'year'), name='payment_credit_once_a_year'),
        ),
    ]
