from __future__ import annotations

from datetime import datetime, timedelta

from django.apps import AppConfig

WAITS = timedelta(days=7)  # what a file says, names included, is kept no longer


class SourcesConfig(AppConfig):
    name = "portulan.sources"

    def ready(self) -> None:
        from django.utils.translation import gettext_lazy as _

        from portulan.accounts.mentions import Mention
        from portulan.accounts.mentions import declare as name
        from portulan.core.retention import Retention, declare

        name(Mention("sources.ItemsSnapshot", "source__organisation", ("words", "problems")))
        declare(
            Retention(
                "received", _("fichiers de sources qui attendent un sens"), WAITS, _clear_received
            )
        )


def _clear_received(now: datetime) -> int:
    from portulan.sources.models import ReceivedFile

    return ReceivedFile.objects.filter(received_at__lt=now - WAITS).delete()[0]
