"""What `portulan doctor` looks at, each as one true sentence. Nothing here writes what stays.

To be imported once Django is started (`house.start`)."""

from __future__ import annotations

from collections.abc import Callable

from django.db import Error

from portulan.cli.checks import database, place
from portulan.cli.checks.finding import Check, Finding, State
from portulan.cli.failures import reason_of_database
from portulan.core.os_errors import refusal_of
from portulan.core.say.text import Language, Text

CHECKS: tuple[tuple[Check, Callable[[Language], Finding]], ...] = (
    (Check("versions", Text("Versions", "Versions")), place.versions),
    (Check("dependencies", Text("Dépendances", "Dependencies")), place.dependencies),
    (Check("settings", Text("Réglages", "Settings")), place.settings_are_sound),
    (Check("address", Text("Adresse", "Address")), place.address),
    (Check("folder", Text("Dossier des données", "Data folder")), place.folder),
    (
        Check("shared-folder", Text("Dossier de cette base", "Folder of this database")),
        database.folder,
    ),
    (Check("disk", Text("Disque", "Disk")), place.disk),
    (Check("database", Text("Base de données", "Database")), database.database),
    (Check("migrations", Text("Migrations", "Migrations")), database.migrations),
    (Check("guards", Text("Gardes", "Guards")), database.guards_stand),
    (Check("journals", Text("Journaux", "Journals")), database.journals),
    (Check("sums", Text("Sommes", "Sums")), database.sums),
    (Check("files", Text("Fichiers reçus", "Files received")), database.files),
    (Check("observatory", Text("Observatoire", "Observatory")), place.observatory),
    (Check("sources", Text("Sources", "Sources")), database.sources),
    (Check("duties", Text("Travaux réguliers", "Regular work")), database.duties),
    (
        Check("administrators", Text("Personnes qui administrent", "Administrators")),
        database.administrators,
    ),
    (Check("sirens", Text("SIREN", "SIREN")), database.sirens),
    (Check("backup", Text("Sauvegarde", "Backup")), database.backup_tools),
)


def run_checks(language: Language) -> list[tuple[Check, Finding]]:
    """Return every check with its finding; one that cannot be made is an error with its reason."""
    return [(check, _made(look, language)) for check, look in CHECKS]


def _made(look: Callable[[Language], Finding], language: Language) -> Finding:
    try:
        return look(language)
    except (Error, OSError) as error:
        return Finding(State.ERROR, _reason(error, language))


def _reason(error: Exception, language: Language) -> str:
    if not isinstance(error, OSError):
        return reason_of_database(error, language)
    return refusal_of(error, language)


__all__ = ["CHECKS", "Check", "Finding", "State", "run_checks"]
