"""Why the system refused a file or an address, in two languages (pure).

Its own words are in English whatever the user speaks: they are replaced by ours, by their codes.
"""

from __future__ import annotations

import errno
import sqlite3
from collections.abc import Iterator, Mapping
from enum import Enum

from portulan.core.say.text import Language, Text, colon

_SYSTEM: Mapping[int, Text] = {
    errno.ENOENT: Text("cela n’existe pas", "it does not exist"),
    errno.EEXIST: Text("cela existe déjà", "it exists already"),
    errno.EACCES: Text("l’accès est refusé", "access is denied"),
    errno.EPERM: Text("le système ne le permet pas", "the system does not allow it"),
    errno.EISDIR: Text("c’est un dossier", "it is a folder"),
    errno.ENOTDIR: Text("ce n’est pas un dossier", "it is not a folder"),
    errno.ENOTEMPTY: Text("le dossier n’est pas vide", "the folder is not empty"),
    errno.ENOSPC: Text("le disque est plein", "the disk is full"),
    errno.EROFS: Text("le disque est en lecture seule", "the disk is read-only"),
    errno.EIO: Text("le disque ne répond pas", "the disk does not answer"),
    errno.EBUSY: Text("un autre programme s’en sert", "another program is using it"),
    errno.ENAMETOOLONG: Text("le nom est trop long", "the name is too long"),
    errno.EMFILE: Text("trop de fichiers sont ouverts", "too many files are open"),
    errno.EADDRINUSE: Text("l’adresse est occupée", "the address is taken"),
    errno.ECONNREFUSED: Text("personne n’y répond", "nobody answers there"),
    errno.ETIMEDOUT: Text("pas de réponse à temps", "no answer in time"),
    errno.EADDRNOTAVAIL: Text(
        "cette adresse n’est pas de cette machine", "this address is not of this machine"
    ),
}


def reason_of(error: OSError) -> Text:
    """Return why, as a piece of sentence; what we have no words for is named by its code."""
    code = error.errno or 0
    name = errno.errorcode.get(code, str(code or type(error).__name__))
    return _SYSTEM.get(code, Text(f"erreur {name} du système", f"system error {name}"))


def refusal_of(error: OSError, lang: Language, place: object = "") -> str:
    """Return where and why, as a piece of sentence: `place` where the system names none.

    It names what it opens, and not what it was writing when the disk was full.
    """
    return colon(lang).join(
        filter(None, (str(error.filename or place), reason_of(error).say(lang)))
    )


class Shortage(Enum):
    """What lacks for now, without a fault of the program or of who asks."""

    TURN = "turn"  # somebody else holds the database, or it does not answer
    ROOM = "room"  # the disk is full


_FULL = {errno.ENOSPC, getattr(errno, "EDQUOT", errno.ENOSPC)}
# Of PostgreSQL: locks, resources, an administrator, the connection; 53100 is a full disk.
_NO_TURN = ("08", "40", "53", "55P03", "57")


def shortage_of(error: BaseException | None) -> Shortage | None:
    """Return what was lacking, None when it is something else that went wrong."""
    for one in _causes(error):
        code = getattr(one, "sqlite_errorcode", -1) & 0xFF
        state = getattr(one, "sqlstate", "") or ""
        if code == sqlite3.SQLITE_FULL or state == "53100":
            return Shortage.ROOM
        if isinstance(one, OSError) and one.errno in _FULL:
            return Shortage.ROOM
        if code in {sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED} or state.startswith(_NO_TURN):
            return Shortage.TURN
        if type(one).__module__ == "psycopg" and type(one).__name__ == "OperationalError":
            return Shortage.TURN  # no connection was made
    return None


def _causes(error: BaseException | None) -> Iterator[BaseException]:
    while error is not None:
        yield error
        error = error.__cause__
