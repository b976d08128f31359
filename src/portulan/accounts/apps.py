from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta

from django.apps import AppConfig


class AccountsConfig(AppConfig):
    name = "portulan.accounts"

    def ready(self) -> None:
        from portulan.accounts.tidying import retentions
        from portulan.core.retention import declare
        from portulan.core.schedule import Duty, register

        declare(*retentions())
        # At any hour: somebody waits for it.
        register(Duty("links", every=timedelta(seconds=20), deed=_write))


def _write(now: datetime) -> Mapping[str, int]:
    from portulan.accounts.writing import write_all

    return write_all(now)
