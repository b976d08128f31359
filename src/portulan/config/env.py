"""Typed readers of the environment; a bad value stops the start with a clear sentence."""

from __future__ import annotations

import os
import re
import secrets
from collections.abc import Sequence
from importlib.util import find_spec
from ipaddress import IPv4Network, IPv6Network, ip_network
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit
from zoneinfo import ZoneInfo

from portulan.accounts.openid import Provider
from portulan.core import own_address
from portulan.core.errors import MisconfiguredError
from portulan.publication.conformity.audit import Audit, read_audit


def text(name: str, default: str = "") -> str:
    """Return the variable, or the content of the file that `NAME_FILE` names (for secrets)."""
    if path := os.environ.get(f"{name}_FILE"):
        try:
            return Path(path).read_text(encoding="utf-8").strip()
        except OSError as error:
            raise MisconfiguredError(
                f"{name}_FILE\u00a0: le fichier {path} ne se lit pas.",
                f"{name}_FILE: the file {path} cannot be read.",
            ) from error
    return os.environ.get(name, default)


def flag(name: str, *, default: bool = False) -> bool:
    """Return a yes/no variable: 1, true, yes, on or 0, false, no, off."""
    value = os.environ.get(name, "").strip().lower()
    if not value:
        return default
    if value in {"1", "true", "yes", "on"}:
        return True
    if value in {"0", "false", "no", "off"}:
        return False
    raise MisconfiguredError(
        f"{name}\u00a0: il faut yes ou no, et non {value!r}.",
        f"{name} must be yes or no, not {value!r}.",
    )


def whole(name: str, value: str) -> int:
    """Return the value of a variable that is a whole number, of 1 at least."""
    if value.isdecimal() and 0 < int(value) < 1_000_000:
        return int(value)
    raise MisconfiguredError(
        f"{name}\u00a0: il faut un nombre entier d’au moins 1, et non {value!r}.",
        f"{name} must be a whole number of 1 at least, not {value!r}.",
    )


def cell(value: str) -> int:
    """Return the rank of an instance among those of a service, from 1."""
    rank = whole("PORTULAN_CELL", value)
    if rank <= 90_000:
        return rank
    raise MisconfiguredError(
        f"PORTULAN_CELL\u00a0: il faut un rang de 1 à 90\u202f000, et non {value!r}.",
        f"PORTULAN_CELL must be a rank from 1 to 90,000, not {value!r}.",
    )


def words(name: str, default: str = "") -> list[str]:
    """Return a comma-separated variable as a list."""
    return [word.strip() for word in text(name, default).split(",") if word.strip()]


def contact(name: str) -> str:
    """Return an address that people write to, `mailto:` or `https:`, or nothing."""
    value = text(name)
    if (value and not value.startswith(("mailto:", "https://"))) or not value.isprintable():
        raise MisconfiguredError(
            f"{name}\u00a0: il faut mailto:… ou https://…, et non {value!r}.",
            f"{name} must be mailto:… or https://…, not {value!r}.",
        )
    return value


def audit(said: str) -> Audit | None:
    """Return an audit of accessibility: its date, the percentage of criteria met, who made it."""
    name = "PORTULAN_ACCESSIBILITY_AUDIT"
    try:
        return read_audit(said.strip())
    except ValueError as error:
        raise MisconfiguredError(
            f"{name}\u00a0: il faut une date, un taux et qui a fait l’audit, comme "
            "«\u00a02026-11-27 82,5 Cabinet\u00a0».",
            f"{name} must be a date, a rate and who made the audit, as “2026-11-27 82.5 Firm”.",
        ) from error


def secret_key(data: Path) -> str:
    """Return PORTULAN_SECRET_KEY, else the key kept in the data folder, made at first use."""
    if key := text("PORTULAN_SECRET_KEY"):
        return key
    path = data / "secret.key"
    try:
        return _key_in(path)
    except FileNotFoundError:
        pass
    try:
        data.mkdir(mode=0o700, parents=True, exist_ok=True)
        # Exclusive creation: of two processes that start together, one key wins.
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        return _key_in(path)
    except OSError as error:
        raise MisconfiguredError(
            f"Le dossier des données {data} ne peut pas être écrit.",
            f"The data folder {data} cannot be written.",
        ) from error
    key = secrets.token_urlsafe(48)
    with os.fdopen(descriptor, "w", encoding="ascii") as stream:
        stream.write(key)
    return key


def _key_in(path: Path) -> str:
    key = path.read_text(encoding="ascii", errors="replace").strip()
    if len(key) < 32:
        raise MisconfiguredError(
            f"La clé secrète {path} est vide ou abîmée\u00a0: remettez celle d’avant, ou ôtez le "
            "fichier pour qu’une autre soit faite (chacun devra se connecter de nouveau).",
            f"The secret key {path} is empty or damaged: put the former one back, or remove the "
            "file for another to be made (everybody will sign in again).",
        )
    return key


def time_zone() -> str:
    """Return PORTULAN_TIME_ZONE, a name of the IANA database."""
    name = text("PORTULAN_TIME_ZONE", "Europe/Paris")
    try:
        ZoneInfo(name)
    except (ValueError, OSError, KeyError) as error:
        raise MisconfiguredError(
            f"PORTULAN_TIME_ZONE\u00a0: {name!r} n’est pas un fuseau horaire.",
            f"PORTULAN_TIME_ZONE: {name!r} is no time zone.",
        ) from error
    return name


def networks(name: str, said: list[str]) -> list[IPv4Network | IPv6Network]:
    """Return the value of a variable of addresses, or networks as 10.0.0.0/8."""
    try:
        return [ip_network(word) for word in said]
    except ValueError as error:
        raise MisconfiguredError(
            f"{name}\u00a0: il faut des adresses IP, comme 10.0.0.1 ou 10.0.0.0/8 ({error}).",
            f"{name} must be IP addresses, such as 10.0.0.1 or 10.0.0.0/8 ({error}).",
        ) from error


def user_header(name: str, *, proxies: Sequence[object]) -> str:
    """Return the header that says who is there, refused where nobody is trusted to say it."""
    if name and (not proxies or not re.fullmatch("[A-Za-z][A-Za-z0-9-]*", name)):
        raise MisconfiguredError(
            "PORTULAN_USER_HEADER doit nommer un en-tête, comme X-Remote-User, et PORTULAN_PROXIES "
            "les adresses de qui l’écrit\u00a0: de tout autre il serait un passe-partout.",
            "PORTULAN_USER_HEADER must name a header, such as X-Remote-User, and PORTULAN_PROXIES "
            "the addresses of who writes it: of anybody else it would open every door.",
        )
    return name


def address(said: str, kept: str, hosts: str) -> str:
    """Return where messages lead: as said, else the first host that others reach, else as kept.

    What `init --url` kept goes before the hosts; where `serve` listens goes after them.
    """
    if said:
        if (whole := own_address.sound(said)) is None:
            raise MisconfiguredError(
                "PORTULAN_ADDRESS doit se lire https://portulan.ville.fr, sans chemin.",
                "PORTULAN_ADDRESS must read https://portulan.ville.fr, without a path.",
            )
        return whole
    if kept and (own_address.is_local(hosts) or not own_address.is_local(kept)):
        return kept
    return hosts


def openid(
    *,
    issuer: str,
    client_id: str,
    secret: str,
    name: str,
    scopes: str,
    acr: Sequence[str],
    factor_acr: Sequence[str],
    signed: bool,
) -> Provider | None:
    """Return the provider of OpenID Connect that PORTULAN_OIDC_… say, or None."""
    if not issuer:
        return None
    parts = urlsplit(issuer)
    local = parts.scheme == "http" and parts.hostname in {"localhost", "127.0.0.1"}
    sound = (parts.scheme == "https" or local) and parts.hostname and not parts.query
    if not sound or not client_id or not secret or "openid" not in scopes.split():
        raise MisconfiguredError(
            "PORTULAN_OIDC_ISSUER doit être une adresse https://, avec PORTULAN_OIDC_CLIENT_ID, "
            "PORTULAN_OIDC_CLIENT_SECRET, et openid parmi PORTULAN_OIDC_SCOPES.",
            "PORTULAN_OIDC_ISSUER must be an https:// address, with PORTULAN_OIDC_CLIENT_ID, "
            "PORTULAN_OIDC_CLIENT_SECRET, and openid among PORTULAN_OIDC_SCOPES.",
        )
    if acr and not set(factor_acr) <= set(acr):
        raise MisconfiguredError(
            "PORTULAN_OIDC_FACTOR_ACR nomme une valeur que PORTULAN_OIDC_ACR n’accepte pas.",
            "PORTULAN_OIDC_FACTOR_ACR names a value that PORTULAN_OIDC_ACR does not accept.",
        )
    if find_spec("joserfc") is None:
        raise MisconfiguredError(
            "PORTULAN_OIDC_ISSUER demande l’extra sso\u00a0: pipx install --force '.[sso]'.",
            "PORTULAN_OIDC_ISSUER asks for the extra sso: pipx install --force '.[sso]'.",
        )
    return Provider(
        issuer, client_id, secret, name, scopes, tuple(acr), tuple(factor_acr), signed=signed
    )


def syslog(where: str) -> dict[str, dict[str, Any]]:
    """Return the handler of logs that PORTULAN_SYSLOG asks for: udp://host:port, or a socket."""
    if not where:
        return {}
    parts = urlsplit(where)
    try:
        port = parts.port or 514
    except ValueError:
        port = 0
    if parts.scheme == "udp" and parts.hostname and port and not parts.path.strip("/"):
        address: str | tuple[str, int] = (parts.hostname, port)
    elif where.startswith("/"):
        address = where
    else:
        raise MisconfiguredError(
            "PORTULAN_SYSLOG doit se lire udp://hôte:514, ou /dev/log.",
            "PORTULAN_SYSLOG must read udp://host:514, or /dev/log.",
        )
    # Facility 10 of RFC 5424: security and authorisation.
    handler = {"class": "portulan.core.syslog.Syslog", "address": address, "facility": 10}
    return {"syslog": handler}


def active_content(said: str) -> str:
    """Return what becomes of documents that act by themselves: refused, or kept and said."""
    if said not in {"refuse", "keep"}:
        raise MisconfiguredError(
            f"PORTULAN_ACTIVE_CONTENT\u00a0: il faut refuse ou keep, et non {said!r}.",
            f"PORTULAN_ACTIVE_CONTENT must be refuse or keep, not {said!r}.",
        )
    return said


def database(data: Path, url: str) -> dict[str, Any]:
    """Return Django's settings of an address (PostgreSQL), else of SQLite in the folder."""
    if not url:
        return {
            "ENGINE": "django.db.backends.sqlite3",
            "NAME": data / "portulan.sqlite3",
            "CONN_MAX_AGE": None,
            "OPTIONS": {
                # IMMEDIATE: a deferred transaction that read first fails at once when it writes.
                "transaction_mode": "IMMEDIATE",
                "timeout": 20,
                "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL;"
                "PRAGMA journal_size_limit=27103364; PRAGMA cache_size=-8000;",
            },
        }
    try:
        parts = urlsplit(url)
        port = parts.port
        if parts.scheme not in {"postgres", "postgresql"} or not parts.path.strip("/"):
            raise ValueError(url)
    except ValueError:  # the address may hold a password: it is not repeated
        raise MisconfiguredError(
            "DATABASE_URL doit se lire postgresql://utilisateur:motdepasse@hôte:port/nom.",
            "DATABASE_URL must read postgresql://user:password@host:port/name.",
        ) from None
    if find_spec("psycopg") is None:
        raise MisconfiguredError(
            "DATABASE_URL veut PostgreSQL, et son pilote manque\u00a0: installez Portulan avec "
            "l’extra postgres (pipx install --force '.[postgres]').",
            "DATABASE_URL asks for PostgreSQL, and its driver is missing: install Portulan with "
            "the extra postgres (pipx install --force '.[postgres]').",
        )
    return {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": unquote(parts.path.lstrip("/")),
        "USER": unquote(parts.username or ""),
        "PASSWORD": unquote(parts.password or ""),
        "HOST": parts.hostname or "",
        "PORT": str(port or ""),
        "CONN_MAX_AGE": 60,
        "CONN_HEALTH_CHECKS": True,
    }


def mailers(url: str) -> dict[str, dict[str, Any]]:
    """Return how messages leave: `smtp://user:password@host:port`, `smtps://…`, `console:`, none.

    `smtp` begins in clear and goes on under TLS; `smtp+clear` does not, for a server of one’s own.
    """
    if not url:
        return {}
    if url == "console:":
        return {"default": {"BACKEND": "django.core.mail.backends.console.EmailBackend"}}
    said, known = urlsplit(url), {"smtp": 587, "smtps": 465, "smtp+clear": 25}
    try:
        port = said.port or known.get(said.scheme)
    except ValueError:  # no number, or too large
        port = None
    if port is None or not said.hostname:
        raise MisconfiguredError(
            "PORTULAN_SMTP\u00a0: il faut smtp://utilisateur:secret@serveur:port, smtps://… ou"
            " console:.",
            "PORTULAN_SMTP must be smtp://user:secret@server:port, smtps://… or console:.",
        )
    options = {
        "host": said.hostname,
        "port": port,
        "username": unquote(said.username or ""),
        "password": unquote(said.password or ""),
        "use_tls": said.scheme == "smtp",
        "use_ssl": said.scheme == "smtps",
        "timeout": 20,
    }
    backend = "django.core.mail.backends.smtp.EmailBackend"
    return {"default": {"BACKEND": backend, "OPTIONS": options}}


def hours(name: str, said: str) -> tuple[int, int]:
    """Return the first and the last hour of `8-18`."""
    first, dash, last = said.partition("-")
    if dash and first.isdecimal() and last.isdecimal() and int(first) < int(last) <= 24:
        return int(first), int(last)
    raise MisconfiguredError(
        f"{name}\u00a0: il faut deux heures, comme 8-18, et non {said!r}.",
        f"{name} must be two hours, like 8-18, not {said!r}.",
    )
