"""Why the system refused a file or an address, in two languages (pure).

Its own words are in English whatever the user speaks: they are replaced by ours, by their codes.
"""

from __future__ import annotations

import errno
from collections.abc import Mapping

from portulan.core.say.text import Words

_SYSTEM: Mapping[int, Words] = {
    errno.ENOENT: Words("cela n’existe pas", "it does not exist"),
    errno.EEXIST: Words("cela existe déjà", "it exists already"),
    errno.EACCES: Words("l’accès est refusé", "access is denied"),
    errno.EPERM: Words("le système ne le permet pas", "the system does not allow it"),
    errno.EISDIR: Words("c’est un dossier", "it is a folder"),
    errno.ENOTDIR: Words("ce n’est pas un dossier", "it is not a folder"),
    errno.ENOTEMPTY: Words("le dossier n’est pas vide", "the folder is not empty"),
    errno.ENOSPC: Words("le disque est plein", "the disk is full"),
    errno.EROFS: Words("le disque est en lecture seule", "the disk is read-only"),
    errno.EIO: Words("le disque ne répond pas", "the disk does not answer"),
    errno.EBUSY: Words("un autre programme s’en sert", "another program is using it"),
    errno.ENAMETOOLONG: Words("le nom est trop long", "the name is too long"),
    errno.EMFILE: Words("trop de fichiers sont ouverts", "too many files are open"),
    errno.EADDRINUSE: Words("l’adresse est occupée", "the address is taken"),
    errno.EADDRNOTAVAIL: Words(
        "cette adresse n’est pas de cette machine", "this address is not of this machine"
    ),
}


def reason_of(error: OSError) -> Words:
    """Return why, as a piece of sentence; what we have no words for is named by its code."""
    code = error.errno or 0
    name = errno.errorcode.get(code, str(code or type(error).__name__))
    return _SYSTEM.get(code, Words(f"erreur {name} du système", f"system error {name}"))
