"""An explanation is kept in parts; its table is made again, and so is its guard."""

import django.db.models.deletion
from django.db import migrations, models

from portulan.core.guards import Guard


class Migration(migrations.Migration):
    dependencies = [("portfolio", "0007_obligations_by_law")]

    operations = [
        migrations.AlterField(
            model_name="explanation",
            name="selection",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.CASCADE,
                related_name="explanations",
                to="portfolio.selection",
            ),
        ),
        Guard(
            "guard_explanation_unchanged",
            "portfolio_explanation",
            on="BEFORE UPDATE",
            refuse="TRUE",
        ),
    ]
