"""The levels of prices that an organisation says."""

import django.core.validators
import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('accounts', '0002_headcount'),
        ('budget', '0013_verdicts_together'),
    ]

    operations = [
        migrations.CreateModel(
            name='PriceIndex',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('year', models.PositiveSmallIntegerField(verbose_name='exercice')),
                ('index', models.DecimalField(decimal_places=4, max_digits=9, validators=[django.core.validators.MinValueValidator(1)], verbose_name='indice')),
                ('source', models.CharField(max_length=200, verbose_name='source')),
                ('person_id', models.BigIntegerField(blank=True, null=True)),
                ('recorded_at', models.DateTimeField()),
                ('organisation', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='price_indexes', to='accounts.organisation')),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('organisation', 'year'), name='price_index_of_a_year')],
            },
        ),
    ]
