from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("observatory", "0002_what_organisations_publish")]

    operations = [
        migrations.AlterField("publiccontract", "clause", models.BooleanField(null=True)),
        migrations.AlterField("publiccontract", "criterion", models.BooleanField(null=True)),
    ]
