"""What `portulan doctor` looks at, each as one true sentence."""

from __future__ import annotations

import shutil
import sqlite3
import sys
import tempfile
from collections.abc import Callable
from dataclasses import dataclass

from portulan import __version__
from portulan.core.problems import Language

ENOUGH_DISK = 200 * 1024 * 1024


@dataclass(frozen=True, slots=True)
class Check:
    title: str
    ok: bool
    detail: str

    def as_json(self) -> dict[str, object]:
        return {"title": self.title, "ok": self.ok, "detail": self.detail}


def run_checks(lang: Language) -> list[Check]:
    """Return every check with its finding; none of them writes anything that stays."""
    english = lang == "en"
    checks: list[Callable[[bool], Check]] = [_versions, _folder, _disk, _database, _migrations]
    return [check(english) for check in checks]


def _versions(english: bool) -> Check:
    python = ".".join(map(str, sys.version_info[:3]))
    detail = f"Portulan {__version__}, Python {python}, SQLite {sqlite3.sqlite_version}"
    return Check("Versions", sys.version_info >= (3, 12), detail)


def _folder(english: bool) -> Check:
    from django.conf import settings

    title = "Data folder" if english else "Dossier des données"
    try:
        settings.DATA.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryFile(dir=settings.DATA):
            pass
    except OSError as error:
        return Check(title, ok=False, detail=str(error))
    return Check(title, ok=True, detail=str(settings.DATA))


def _disk(english: bool) -> Check:
    from django.conf import settings

    title = "Disk" if english else "Disque"
    try:
        free = shutil.disk_usage(settings.DATA).free
    except OSError as error:
        return Check(title, ok=False, detail=str(error))
    detail = f"{free // 1024**2} {'MB free' if english else 'Mo libres'}"
    return Check(title, free > ENOUGH_DISK, detail)


def _database(english: bool) -> Check:
    from django.db import DatabaseError, connection

    title = "Database" if english else "Base de données"
    try:
        with connection.cursor() as cursor:
            if connection.vendor == "sqlite":
                cursor.execute("PRAGMA quick_check")
                answer = cursor.fetchone()[0]
                return Check(title, answer == "ok", f"SQLite, {answer}")
            cursor.execute("SHOW server_version")
            return Check(title, ok=True, detail=f"PostgreSQL {cursor.fetchone()[0]}")
    except DatabaseError as error:
        return Check(title, ok=False, detail=str(error))


def _migrations(english: bool) -> Check:
    from django.db import DatabaseError, connection
    from django.db.migrations.executor import MigrationExecutor

    title = "Migrations"
    try:
        executor = MigrationExecutor(connection)
        pending = executor.migration_plan(executor.loader.graph.leaf_nodes())
    except DatabaseError as error:
        return Check(title, ok=False, detail=str(error))
    if not pending:
        return Check(title, ok=True, detail="up to date" if english else "à jour")
    words = "pending: run `portulan serve`" if english else "en attente : lancez `portulan serve`"
    return Check(title, ok=False, detail=f"{len(pending)} {words}")
