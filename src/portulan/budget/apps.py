from collections.abc import Mapping
from datetime import datetime, timedelta

from django.apps import AppConfig


class BudgetConfig(AppConfig):
    name = "portulan.budget"

    def ready(self) -> None:
        from portulan.budget.indicator.published import NR_SHARE, published_shares
        from portulan.indicators.computed import Proposed, register

        register(NR_SHARE, published_shares, answers=[Proposed("guide-nr", "v1", "a.5")])

        from portulan.budget.imports.tasks import importing
        from portulan.budget.imports.words import KIND
        from portulan.core import tasks

        tasks.register(KIND, importing)

        from portulan.budget.imports.uploads import of_imports
        from portulan.core import uploads

        uploads.register("budget", of_imports)

        from portulan.core import schedule

        schedule.register(
            schedule.Duty("files", every=timedelta(days=1), at=schedule.NIGHT, deed=_purge)
        )


def _purge(now: datetime) -> Mapping[str, int]:
    from portulan.budget.imports.uploads import clear_leftovers

    cleared = clear_leftovers(now)
    return {"previews": len(cleared.previews), "files": len(cleared.files)}
