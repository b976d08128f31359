"""What stops a command, said in the user's language: the system, the database, a setting.

The words of the system and of SQLite are in English whatever the user speaks: they are replaced by
ours, by their codes.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Mapping

from portulan.core.newer_words import newer_word
from portulan.core.os_errors import Shortage, refusal_of, shortage_of
from portulan.core.say.text import Language, Text

# By primary code: an extended one says more of the same.
_SQLITE: Mapping[int, Text] = {
    sqlite3.SQLITE_BUSY: Text("un autre programme l’occupe", "another program holds it"),
    sqlite3.SQLITE_LOCKED: Text("un autre programme l’occupe", "another program holds it"),
    sqlite3.SQLITE_FULL: Text("le disque est plein", "the disk is full"),
    sqlite3.SQLITE_READONLY: Text("elle est en lecture seule", "it is read-only"),
    sqlite3.SQLITE_PERM: Text("l’accès est refusé", "access is denied"),
    sqlite3.SQLITE_CANTOPEN: Text("son fichier ne s’ouvre pas", "its file cannot be opened"),
    sqlite3.SQLITE_IOERR: Text("le disque ne répond pas", "the disk does not answer"),
    sqlite3.SQLITE_CORRUPT: Text("elle est abîmée", "it is damaged"),
    sqlite3.SQLITE_NOTADB: Text("le fichier n’est pas une base", "the file is no database"),
}


def reason_of_sqlite(error: BaseException, lang: Language) -> str:
    """Return why SQLite refused, in our words or by the name of its error."""
    code = getattr(error, "sqlite_errorcode", 0)
    words = _SQLITE.get(code & 0xFF)
    return words.say(lang) if words else getattr(error, "sqlite_errorname", str(error))


def sentence_of(error: Exception, lang: Language) -> str | None:
    """Return what there is to say of what no command can help; None when it is a fault of ours."""
    if isinstance(error, OSError):
        return f"{refusal_of(error, lang)}."
    from django.core.exceptions import ImproperlyConfigured
    from django.db import Error, IntegrityError

    from portulan.core.errors import MisconfiguredError

    if isinstance(error, MisconfiguredError):
        return error.words.say(lang)
    if isinstance(error, ImproperlyConfigured):
        return str(error)
    if isinstance(error, IntegrityError):
        refused = Text(
            "Cela contredit ce que la base contient ({})\u00a0: rien n’a été écrit.",
            "This contradicts what the database holds ({}): nothing was written.",
        )
        return refused.say(lang).format(str(error).strip())
    if isinstance(error, Error):
        silent = Text(
            "La base de données ne répond pas ({}). Voyez ce qu’en dit `portulan doctor`.",
            "The database does not answer ({}). See what `portulan doctor` says.",
        )
        return silent.say(lang).format(reason_of_database(error, lang))
    newer = newer_word(error)
    return newer.message(lang) if newer else None


def reason_of_database(error: Exception, lang: Language) -> str:
    """Return why a database refused: what PostgreSQL says is in the language of its server."""
    cause = error.__cause__
    if isinstance(cause, sqlite3.Error) and hasattr(cause, "sqlite_errorcode"):
        return reason_of_sqlite(cause, lang)
    if shortage_of(error) is Shortage.ROOM:  # its server says it in its own language
        return _SQLITE[sqlite3.SQLITE_FULL].say(lang)
    return " ".join(str(error).split())
