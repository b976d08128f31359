from typing import Any

from django.db import migrations
from django.db.models.functions import TruncDate


def close_old_minutes(apps: Any, _editor: Any) -> None:
    """Minutes of sessions closed before they could be written again stay as they were sent."""
    committees = apps.get_model("steering", "Committee").objects
    old = committees.filter(state="closed", minutes_on=None).exclude(closed_at=None)
    old.update(minutes_on=TruncDate("closed_at"))


class Migration(migrations.Migration):
    dependencies = [
        ("steering", "0008_handover"),
    ]

    operations = [
        migrations.RunPython(close_old_minutes, migrations.RunPython.noop),
    ]
