from datetime import datetime, timedelta

from django.apps import AppConfig


class AccountsConfig(AppConfig):
    name = "portulan.accounts"

    def ready(self) -> None:
        from portulan.core.schedule import NIGHT, Duty, register

        register(Duty("accounts", every=timedelta(days=1), at=NIGHT, deed=_purge))


def _purge(now: datetime) -> None:
    from portulan.accounts.tidying import clear_spent

    clear_spent(now)
