"""The program, its settings, and the place where it keeps its data."""

from __future__ import annotations

import os
import re
import shutil
import sqlite3
import sys
import tempfile
from importlib.metadata import PackageNotFoundError, requires, version
from importlib.util import find_spec
from pathlib import Path

import django
from django.conf import settings
from django.core import checks

from portulan import __version__
from portulan.cli.checks.finding import Finding, State
from portulan.core import own_address
from portulan.core.os_errors import reason_of
from portulan.core.say.text import Language, Text, colon

ENOUGH_DISK = 200 * 1024 * 1024
MEGABYTE = 1024 * 1024
_LOCK = Path(__file__).resolve().parents[4] / "requirements.lock"
NO_DUCKDB = Text(
    "sans l’extra observatory\u00a0: lecture par la bibliothèque standard, plus lente",
    "without the extra observatory: read by the standard library, slower",
)
_PATIENCE = 3  # seconds


def versions(language: Language) -> Finding:
    python = ".".join(map(str, sys.version_info[:3]))
    detail = (
        f"Portulan {__version__}, Python {python}, Django {django.__version__}, "
        f"SQLite {sqlite3.sqlite_version}"
    )
    return Finding(State.OK if sys.version_info >= (3, 12) else State.ERROR, detail)


def dependencies(language: Language) -> Finding:
    """Compare what is installed with the lock if there is one (a clone), else look for it."""
    asked = _pinned() or dict.fromkeys(_required())
    absent = [name for name in asked if name in _required() and _installed(name) is None]
    if absent:
        words = Text("absentes", "missing").say(language)
        return Finding(State.ERROR, f"{words}{colon(language)}{', '.join(absent)}")
    other = [
        f"{name} {found} ({wanted})"
        for name, wanted in asked.items()
        if wanted and (found := _installed(name)) not in {None, wanted}
    ]
    if other:
        words = Text("autres que celles du verrou", "other than the lock").say(language)
        return Finding(State.WARNING, f"{words}{colon(language)}{', '.join(other)}")
    words = Text("installées", "installed").say(language)
    return Finding(State.OK, f"{sum(_installed(name) is not None for name in asked)} {words}")


def _pinned() -> dict[str, str]:
    """Return the versions of the lock, by name; nothing in a wheel, which has none."""
    try:
        lock = _LOCK.read_text(encoding="utf-8")
    except OSError:
        return {}
    return dict(re.findall(r"^([a-z0-9._-]+)==([^\s;\\]+)", lock, re.M))


def _required() -> list[str]:
    """Return the names that the package asks for on every machine."""
    try:
        asked = requires("portulan") or []
    except PackageNotFoundError:
        return []
    return [re.split(r"[^A-Za-z0-9._-]", line)[0].lower() for line in asked if ";" not in line]


def _installed(name: str) -> str | None:
    try:
        return version(name)
    except PackageNotFoundError:
        return None


def settings_are_sound(language: Language) -> Finding:
    """Look at what Django finds wrong, then at what would be dangerous on a server."""
    wrong = [str(found.msg) for found in checks.run_checks() if found.is_serious()]
    if wrong:
        return Finding(State.ERROR, " ".join(wrong))
    seen_by_others = set(settings.ALLOWED_HOSTS) - own_address.LOOPBACK
    doubts = []
    if settings.DEBUG:
        doubts.append(
            Text(
                "PORTULAN_DEBUG montre à tous le détail des erreurs",
                "PORTULAN_DEBUG shows the details of errors to everybody",
            ).say(language)
        )
    if seen_by_others and not settings.HTTPS:
        doubts.append(
            Text(
                "PORTULAN_HOSTS nomme un hôte public sans PORTULAN_HTTPS",
                "PORTULAN_HOSTS names a public host without PORTULAN_HTTPS",
            ).say(language)
        )
    if settings.HTTPS and not settings.PROXIES:
        doubts.append(
            Text(
                "PORTULAN_PROXIES ne nomme pas le proxy\u00a0: tous les visiteurs n’en font qu’un",
                "PORTULAN_PROXIES does not name the proxy: all visitors are one",
            ).say(language)
        )
    if doubts:
        return Finding(State.WARNING, ". ".join(doubts))
    return Finding(State.OK, ", ".join(settings.ALLOWED_HOSTS))


def address(language: Language) -> Finding:
    """Open one of our own links, as somebody who received it would."""
    from urllib.error import HTTPError, URLError
    from urllib.request import ProxyHandler, build_opener

    link = f"{settings.ADDRESS}/-/health/"
    # One's own server is reached without the proxy of what leaves.
    opener = build_opener(ProxyHandler({})) if own_address.is_local(link) else build_opener()
    try:
        with opener.open(link, timeout=_PATIENCE) as answer:
            ours = answer.read(3) == b"ok\n"
    except HTTPError as error:
        why = f"HTTP {error.code}"
    except (URLError, OSError) as error:
        cause = error.reason if isinstance(error, URLError) else error
        why = reason_of(cause).say(language) if isinstance(cause, OSError) else str(cause)
    else:
        if ours:
            return Finding(State.OK, settings.ADDRESS)
        why = Text("un autre programme y répond", "another program answers there").say(language)
    said = Text(
        f"les liens des messages mènent à {settings.ADDRESS}, qui ne s’ouvre pas d’ici "
        f"({why})\u00a0: lancez portulan serve, ou corrigez PORTULAN_ADDRESS",
        f"links of messages lead to {settings.ADDRESS}, which does not open from here ({why}): "
        "start portulan serve, or correct PORTULAN_ADDRESS",
    )
    return Finding(State.WARNING, said.say(language))


def folder(language: Language) -> Finding:
    """Write in the folder and in the one of files, and see who else may read the secret key."""
    for place in (settings.DATA, settings.UPLOADS):
        if place == settings.DATA or place.exists():
            place.mkdir(parents=True, exist_ok=True)
            with tempfile.TemporaryFile(dir=place):
                pass
    for name in ("secret.key", "portulan.sqlite3"):
        kept = settings.DATA / name
        if os.name == "posix" and kept.exists() and kept.stat().st_mode & 0o077:
            others = Text("d’autres peuvent lire", "others on this machine may read").say(language)
            return Finding(State.WARNING, f"{others} {kept} (chmod 600)")
    return Finding(State.OK, str(settings.DATA))


def observatory(language: Language) -> Finding:
    """Say how the public files are read here, and what is kept of them beside the database."""
    engine = Text("avec DuckDB", "with DuckDB") if find_spec("duckdb") else NO_DUCKDB
    folder = settings.DATA / "observatory"
    kept = list(folder.glob("*.parquet"))
    size = sum(one.stat().st_size for one in kept) // MEGABYTE
    left = list(folder.glob("*.part"))
    said = Text(
        f"{len(kept)} Parquet, {size} Mo, hors sauvegarde (ils se refont)",
        f"{len(kept)} Parquet, {size} MB, not backed up (they are made again)",
    ).say(language)
    if left:
        killed = Text(
            f"{len(left)} lectures interrompues\u00a0: la suivante les ôte",
            f"{len(left)} interrupted readings: the next one removes them",
        ).say(language)
        return Finding(State.WARNING, f"{said}. {killed}")
    return Finding(State.OK, f"{engine.say(language)}, {said}" if kept else engine.say(language))


def disk(language: Language) -> Finding:
    """Ask for room: some to work, and as much again as the database to back it up."""
    free = shutil.disk_usage(settings.DATA).free
    base = settings.DATA / "portulan.sqlite3"
    wanted = ENOUGH_DISK + (base.stat().st_size if base.exists() else 0)
    detail = f"{free // MEGABYTE} {Text('Mo libres', 'MB free').say(language)}"
    if free < wanted:
        least = Text("il en faut", "at least").say(language)
        return Finding(State.ERROR, f"{detail}, {least} {wanted // MEGABYTE}")
    return Finding(State.OK, detail)
