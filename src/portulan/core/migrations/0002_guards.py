"""The audit trail is append-only, whoever writes."""

from django.db import migrations

from portulan.core.guards import Guard

TRAIL = "core_auditentry"


class Migration(migrations.Migration):
    dependencies = [("core", "0001_initial")]

    operations = [
        Guard("guard_trail_unchanged", TRAIL, on="BEFORE UPDATE", refuse="TRUE"),
        Guard("guard_trail_kept", TRAIL, on="BEFORE DELETE", refuse="TRUE"),
        # INSERT OR REPLACE of SQLite deletes what it replaces, and says nothing to the guard above.
        Guard(
            "guard_trail_not_replaced",
            TRAIL,
            on="BEFORE INSERT",
            refuse=f"EXISTS (SELECT 1 FROM {TRAIL} AS entry WHERE entry.id = NEW.id)",
        ),
    ]
