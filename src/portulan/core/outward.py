"""What leaves this server, to whom, and whether settings or organisations have it leave.

Each domain declares its own. The page about personal data, the security papers and the tests read
the same declarations: a module that reaches out and is declared by none makes a test fail.
"""

from __future__ import annotations

import shlex
from collections.abc import Callable
from dataclasses import dataclass
from urllib.parse import urlsplit

from django.conf import settings
from django.db import connection

from portulan.core.say.text import Text


@dataclass(frozen=True, slots=True)
class Outward:
    """A way out: its name, what takes it, how, and the modules that do.

    `to` returns to whom it goes now, for an organisation or for all (None); "" when it is closed.
    `names` tells that it may carry names or addresses of people; `setting` opens it.
    """

    code: str
    title: Text
    what: Text
    modules: tuple[str, ...]
    to: Callable[[int | None], str]
    setting: str = ""
    names: bool = True


_OUTWARD: dict[str, Outward] = {}


def declare(*ways: Outward) -> None:
    """Declare ways out, when an app is ready."""
    _OUTWARD.update({one.code: one for one in ways})


def outward() -> list[Outward]:
    """Return every way out declared, in the order of codes."""
    return [_OUTWARD[code] for code in sorted(_OUTWARD)]


def open_ways(organisation_id: int | None = None) -> list[tuple[Outward, str]]:
    """Return the ways out that are open, with to whom they go."""
    return [(one, to) for one in outward() if (to := one.to(organisation_id))]


def _mail(_organisation: int | None) -> str:
    found = settings.MAILERS.get("default")
    return str(found.get("OPTIONS", {}).get("host", "console")) if found else ""


def _syslog(_organisation: int | None) -> str:
    found = settings.SYSLOG.get("syslog")
    return str(found["address"]) if found else ""


def _database(_organisation: int | None) -> str:
    if connection.vendor == "sqlite":
        return ""
    return str(connection.settings_dict["HOST"] or "localhost")


def _program(words: str) -> str:
    return shlex.split(words)[0] if words else ""


def host_of(address: str) -> str:
    return urlsplit(address).hostname or ""


def begin() -> None:
    """Declare the ways out of the core, and those of the operator’s commands."""
    declare(
        Outward(
            "mail",
            Text("Serveur de courriel", "Mail server"),
            Text(
                "messages aux personnes\u00a0: adresse, objet, texte",
                "messages to people: address, subject, text",
            ),
            ("portulan.core.relay", "portulan.core.mail", "portulan.accounts.writing"),
            _mail,
            "PORTULAN_SMTP",
        ),
        Outward(
            "syslog",
            Text("Journal de la machine (syslog)", "Journal of the machine (syslog)"),
            Text(
                "journal de sécurité, adresses IP comprises, et têtes des journaux",
                "security journal, IP addresses included, and heads of journals",
            ),
            ("portulan.core.syslog",),
            _syslog,
            "PORTULAN_SYSLOG",
        ),
        Outward(
            "database",
            Text("Base de données", "Database"),
            Text("tout ce qui est gardé", "all that is kept"),
            ("portulan.cli.backups.postgresql",),
            _database,
            "DATABASE_URL",
        ),
        Outward(
            "backups",
            Text("Commande qui emporte les sauvegardes", "Command that takes backups away"),
            Text("sauvegardes entières", "whole backups"),
            ("portulan.cli.backups.rotating",),
            lambda _organisation: _program(settings.BACKUP_COMMAND),
            "PORTULAN_BACKUP_COMMAND",
        ),
    )
