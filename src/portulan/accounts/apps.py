from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _

if TYPE_CHECKING:
    from portulan.core.outward import Outward


class AccountsConfig(AppConfig):
    name = "portulan.accounts"

    def ready(self) -> None:
        from portulan.accounts.security import SECURITY
        from portulan.accounts.tidying import erase_departed, organisations_left, retentions
        from portulan.core import outward
        from portulan.core.duties import NIGHT, Duty, Each, register
        from portulan.core.journals.sealing import register as register_journal
        from portulan.core.retention import declare

        declare(*retentions())
        outward.declare(_provider())
        register_journal(SECURITY)
        each = Each(organisations_left, erase_departed, whole=False)
        title = _("Effacement du nom de qui est parti")
        register(Duty("departed", every=timedelta(days=1), at=NIGHT, each=each, title=title))
        # At any hour: somebody waits for it.
        register(Duty("links", every=timedelta(seconds=20), deed=_write, waits=_waits))


def _provider() -> Outward:
    from django.conf import settings

    from portulan.core.outward import Outward, host_of
    from portulan.core.say.text import Text

    return Outward(
        "identity",
        Text("Fournisseur d’identité", "Identity provider"),
        Text("code, puis identité signée", "a code, then a signed identity"),
        ("portulan.accounts.openid",),
        lambda _organisation: host_of(settings.OPENID.issuer) if settings.OPENID else "",
        "PORTULAN_OIDC_ISSUER",
    )


def _write(now: datetime) -> Mapping[str, int]:
    from portulan.accounts.writing import write_all

    return write_all(now)


def _waits(_now: datetime) -> datetime | None:
    from portulan.accounts.writing import waits

    return waits()
