"""How long files and sheets that nobody confirmed are kept."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.conf import settings
from django.utils.translation import gettext_lazy as _

from portulan.core.retention import Retention


def retentions() -> list[Retention]:
    """Return what the budget keeps, and for how long."""
    kept = timedelta(days=settings.PREVIEW_DAYS)
    setting = "PORTULAN_PREVIEW_DAYS"
    return [
        Retention(
            "previews",
            _("fichiers et feuilles non confirmés"),
            kept,
            _clear,
            setting,
            undoable=False,
        ),
    ]


def _clear(now: datetime) -> int:
    from portulan.budget.imports.uploads import clear_leftovers
    from portulan.budget.models import DecisionSheet

    cleared = clear_leftovers(now)
    return len(cleared.previews) + len(cleared.files) + DecisionSheet.clear(now)
