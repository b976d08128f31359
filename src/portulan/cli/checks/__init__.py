"""What `portulan doctor` looks at, each as one true sentence. Nothing here writes what stays.

To be imported once Django is started (`house.start`)."""

from __future__ import annotations

from collections.abc import Callable

from django.db import Error

from portulan.cli.checks import database, place
from portulan.cli.checks.finding import Check, Finding, State
from portulan.cli.failures import reason_of_database
from portulan.core.os_errors import reason_of
from portulan.core.say.text import Language

CHECKS: tuple[tuple[Check, Callable[[bool], Finding]], ...] = (
    (Check("versions", "Versions", "Versions"), place.versions),
    (Check("dependencies", "Dépendances", "Dependencies"), place.dependencies),
    (Check("settings", "Réglages", "Settings"), place.settings_are_sound),
    (Check("folder", "Dossier des données", "Data folder"), place.folder),
    (Check("disk", "Disque", "Disk"), place.disk),
    (Check("database", "Base de données", "Database"), database.database),
    (Check("migrations", "Migrations", "Migrations"), database.migrations),
    (Check("guards", "Gardes", "Guards"), database.guards_stand),
    (Check("sums", "Sommes", "Sums"), database.sums),
    (Check("files", "Fichiers reçus", "Files received"), database.files),
    (Check("backup", "Sauvegarde", "Backup"), database.backup_tools),
)


def run_checks(language: Language) -> list[tuple[Check, Finding]]:
    """Return every check with its finding; one that cannot be made is an error with its reason."""
    return [(check, _made(look, language == "en")) for check, look in CHECKS]


def _made(look: Callable[[bool], Finding], english: bool) -> Finding:
    try:
        return look(english)
    except (Error, OSError) as error:
        return Finding(State.ERROR, _reason(error, "en" if english else "fr"))


def _reason(error: Exception, language: Language) -> str:
    if not isinstance(error, OSError):
        return reason_of_database(error, language)
    colon = ": " if language == "en" else "\u00a0: "
    return colon.join(filter(None, (str(error.filename or ""), reason_of(error).say(language))))


__all__ = ["CHECKS", "Check", "Finding", "State", "run_checks"]
