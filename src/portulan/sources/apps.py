from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta

from django.apps import AppConfig

WAITS = timedelta(days=7)  # what a file says, names included, is kept no longer


MARKED = timedelta(days=400)  # thirteen months: a year may be compared with the one before


class SourcesConfig(AppConfig):
    name = "portulan.sources"

    def ready(self) -> None:
        from django.utils.translation import gettext_lazy as _

        from portulan.accounts.mentions import Mention
        from portulan.accounts.mentions import declare as name
        from portulan.core.duties import NIGHT, Duty, Each, register
        from portulan.core.outward import Outward
        from portulan.core.outward import declare as reach
        from portulan.core.retention import Retention, declare
        from portulan.core.say.text import Text

        reach(
            Outward(
                "sources",
                Text("Sources lues à une adresse", "Sources read at an address"),
                Text(
                    "le secret de l’outil et ce qui lui est demandé\u00a0: rien d’autre",
                    "the secret of the tool and what it is asked: nothing else",
                ),
                tuple(f"portulan.sources.{one}" for one in ("addresses", "asking", "writes")),
                _hosts,
                "PORTULAN_SOURCE_HOSTS",
                names=False,
            )
        )
        name(
            Mention("sources.ItemsSnapshot", "source__organisation", ("words", "problems", "moved"))
        )
        declare(
            Retention(
                "received", _("fichiers de sources qui attendent un sens"), WAITS, _clear_received
            )
        )
        declare(Retention("marks", _("marques d’équipements des sources"), MARKED, _clear_marks))
        each = Each(_due, _read, whole=False)
        day = timedelta(days=1)
        register(Duty("sources", every=day, at=NIGHT, each=each, title=_("Lecture des sources")))


def _hosts(organisation_id: int | None) -> str:
    from portulan.core.outward import host_of
    from portulan.sources.models import Source

    read = Source.objects.exclude(url="").filter(stopped="")
    if organisation_id is not None:
        read = read.filter(organisation=organisation_id)
    return ", ".join(sorted({host_of(one) for one in read.values_list("url", flat=True)}))


def _due(now: datetime) -> Iterable[int]:
    from portulan.sources.addresses import places_due

    return places_due(now)


def _read(organisation_id: int, now: datetime) -> Mapping[str, int]:
    from portulan.sources.addresses import read_due

    return read_due(organisation_id, now)


def _clear_marks(now: datetime) -> int:
    from portulan.sources.marking import clear

    return clear(now, MARKED)


def _clear_received(now: datetime) -> int:
    from portulan.sources.models import ReceivedFile

    return ReceivedFile.objects.filter(received_at__lt=now - WAITS).delete()[0]
