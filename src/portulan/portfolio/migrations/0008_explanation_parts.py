"""An explanation is kept in parts; its table is made again, and so is its guard."""

import django.db.models.deletion
from django.db import migrations, models



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
    ]
