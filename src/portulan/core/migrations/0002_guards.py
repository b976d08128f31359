"""The audit trail is append-only, whoever writes."""

from django.db import migrations


TRAIL = "core_auditentry"


class Migration(migrations.Migration):
    dependencies = [("core", "0001_initial")]

    operations = [
    ]
