"""Why a backup cannot be made or restored."""

from __future__ import annotations

from portulan.core.say.text import ProblemKind

EXISTS = ProblemKind(
    "file-exists",
    "error",
    fr="Ce fichier existe déjà\u00a0: donnez un autre nom.",
    en="This file exists already: give another name.",
)
NOTHING_TO_KEEP = ProblemKind(
    "nothing-to-keep",
    "error",
    fr="Il n’y a rien à sauvegarder ici\u00a0: la base n’existe pas encore.",
    en="There is nothing to back up here: the database does not exist yet.",
)
UPLOAD_DAMAGED = ProblemKind(
    "upload-damaged",
    "error",
    fr="Le fichier reçu {name} est abîmé sur le disque\u00a0: il n’est pas dans la sauvegarde.",
    en="The file received {name} is damaged on the disk: it is not in the backup.",
)
UPLOAD_MISSING = ProblemKind(
    "upload-missing",
    "error",
    fr="Le fichier reçu {name} n’est plus sur le disque\u00a0: il n’est pas dans la sauvegarde.",
    en="The file received {name} is no longer on the disk: it is not in the backup.",
)
NOT_AN_ARCHIVE = ProblemKind(
    "not-an-archive",
    "error",
    fr="Ce n’est pas une sauvegarde de Portulan, ou elle est incomplète ({reason}).",
    en="This is no backup of Portulan, or it is incomplete ({reason}).",
)
NEWER_FORMAT = ProblemKind(
    "newer-format",
    "error",
    fr="Cette sauvegarde vient d’un Portulan plus récent ({version})\u00a0: mettez celui-ci à "
    "jour.",
    en="This backup comes from a newer Portulan ({version}): update this one.",
)
STRANGE_MEMBER = ProblemKind(
    "strange-member",
    "error",
    fr="L’archive contient «\u00a0{name}\u00a0», qui n’a rien à y faire\u00a0: rien n’est "
    "restauré.",
    en="The archive holds “{name}”, which has nothing to do there: nothing is restored.",
)
DAMAGED = ProblemKind(
    "damaged",
    "error",
    fr="«\u00a0{name}\u00a0» n’est pas ce que l’archive en dit\u00a0: elle est abîmée, rien n’est "
    "restauré.",
    en="“{name}” is not what the archive says of it: it is damaged, nothing is restored.",
)
DATABASE_DAMAGED = ProblemKind(
    "database-damaged",
    "error",
    fr="La base de l’archive est abîmée\u00a0: rien n’est restauré ({reason}).",
    en="The database of the archive is damaged: nothing is restored ({reason}).",
)
HERE_DAMAGED = ProblemKind(
    "here-damaged",
    "error",
    fr="La base d’ici est abîmée\u00a0: rien n’est sauvegardé. Copiez le dossier tel qu’il est, "
    "puis restaurez la dernière sauvegarde ({reason}).",
    en="The database here is damaged: nothing is saved. Copy the folder as it is, then restore the "
    "last backup ({reason}).",
)
OTHER_DATABASE = ProblemKind(
    "other-database",
    "error",
    fr="Cette sauvegarde est d’une base {saved}, et celle d’ici est {here}\u00a0: elle se restaure "
    "sur {saved} seulement.",
    en="This backup is of a {saved} database, and the one here is {here}: it is restored on "
    "{saved} only.",
)
OTHER_SCHEMA = ProblemKind(
    "other-schema",
    "error",
    fr="Les tables sauvegardées sont dans le schéma «\u00a0{saved}\u00a0», celles d’ici dans "
    "«\u00a0{here}\u00a0».",
    en="The tables saved are in the schema “{saved}”, those here in “{here}”.",
)
NO_ROOM = ProblemKind(
    "no-room",
    "error",
    fr="Il faut {needed}\u00a0Mo libres, et il y en a {free}.",
    en="{needed} MB of free disk are needed, and there are {free}.",
)
NOT_EMPTY = ProblemKind(
    "not-empty",
    "error",
    fr="Cet endroit contient déjà des données ({place})\u00a0: --replace les remplace, et les "
    "garde de côté.",
    en="This place holds data already ({place}): --replace replaces them, and keeps them aside.",
)
NO_TOOL = ProblemKind(
    "no-tool",
    "error",
    fr="Le programme {name} est introuvable\u00a0: installez les outils clients de PostgreSQL "
    "(version {server} ou plus récente).",
    en="The program {name} cannot be found: install the client tools of PostgreSQL (version "
    "{server} or newer).",
)
OLD_TOOL = ProblemKind(
    "old-tool",
    "error",
    fr="{name} est en version {tool}, et il faut au moins la {server}\u00a0: installez les outils "
    "clients de PostgreSQL {server}.",
    en="{name} is of version {tool}, and at least {server} is needed: install the client tools of "
    "PostgreSQL {server}.",
)
TOOL_FAILED = ProblemKind(
    "tool-failed", "error", fr="{name} a échoué\u00a0: {reason}", en="{name} failed: {reason}"
)
IN_USE = ProblemKind(
    "in-use",
    "error",
    fr="La base est occupée\u00a0: arrêtez le serveur, puis recommencez. Rien n’est changé.",
    en="The database is busy: stop the server, then try again. Nothing is changed.",
)
COMMAND_FAILED = ProblemKind(
    "command-failed",
    "error",
    fr="La sauvegarde {name} est faite, mais la commande qui l’emporte a échoué\u00a0: {reason}",
    en="The backup {name} is made, but the command that takes it away failed: {reason}",
)
NOT_HERE = ProblemKind(
    "not-in-backup",
    "error",
    fr="Aucune organisation ne porte le nom court «\u00a0{name}\u00a0» dans cette sauvegarde.",
    en="No organisation has the short name “{name}” in this backup.",
)
NOT_AN_EXPORT = ProblemKind(
    "not-an-export",
    "error",
    fr="Ce dossier n’est pas un export de Portulan, ou il a été changé ({reason}).",
    en="This folder is no export of Portulan, or it was changed ({reason}).",
)
NO_EDITION = ProblemKind(
    "edition-not-here",
    "error",
    fr="Cette organisation suit une édition du référentiel fourni qui n’est pas ici\u00a0: mettez "
    "les deux instances à la même version. Rien n’est changé.",
    en="This organisation follows an edition of the built-in catalogue that is not here: bring "
    "both instances to the same version. Nothing is changed.",
)
NUMBERED_BEYOND = ProblemKind(
    "numbered-beyond",
    "error",
    fr="Cette organisation vient d’une instance de rang plus haut (PORTULAN_CELL), et SQLite "
    "numéroterait ensuite comme elle\u00a0: passez cette instance à PostgreSQL, ou donnez-lui un "
    "rang plus haut avant d’y rien écrire. Rien n’est changé.",
    en="This organisation comes from an instance of a higher rank (PORTULAN_CELL), and SQLite "
    "would go on from its numbers: move this instance to PostgreSQL, or give it a higher rank "
    "before anything is written there. Nothing is changed.",
)
OF_ANOTHER = ProblemKind(
    "row-of-another",
    "error",
    fr="La ligne {row} de {table} est ici celle d’une autre organisation\u00a0: cette copie vient "
    "d’une autre instance. Rien n’est changé.",
    en="Row {row} of {table} is here that of another organisation: this copy comes from another "
    "instance. Nothing is changed.",
)
REFERS_TO_ANOTHER = ProblemKind(
    "row-refers-to-another",
    "error",
    fr="La ligne {row} de {table} renvoie, par {column}, à une autre organisation\u00a0: cette "
    "copie a été changée, ou vient d’une autre instance. Rien n’est changé.",
    en="Row {row} of {table} refers, by {column}, to another organisation: this copy was changed, "
    "or comes from another instance. Nothing is changed.",
)
ACCOUNT_OF_ANOTHER = ProblemKind(
    "account-of-another",
    "error",
    fr="La personne {row} aurait ici le compte de quelqu’un d’autre\u00a0: cette copie a été "
    "changée, ou vient d’une autre instance. Rien n’est changé.",
    en="Person {row} would have the account of somebody else here: this copy was changed, or comes "
    "from another instance. Nothing is changed.",
)
FILE_CHANGED = ProblemKind(
    "file-changed",
    "error",
    fr="Le fichier reçu {name} n’est pas ce que dit son nom, ou mène ailleurs\u00a0: rien n’est "
    "changé.",
    en="The file received {name} is not what its name says, or leads elsewhere: nothing is "
    "changed.",
)
TIED = ProblemKind(
    "organisation-tied",
    "error",
    fr="D’autres organisations tiennent à ce qui s’en irait, ou il manque ici de quoi la remettre"
    "\u00a0: rien n’est changé ({reason}).",
    en="Other organisations hold on to what would go, or what it needs is not here: nothing is "
    "changed ({reason}).",
)
RESTORE_FAILED = ProblemKind(
    "restore-failed",
    "error",
    fr="Cette sauvegarde ne se restaure pas à part\u00a0: {reason}",
    en="This backup cannot be restored apart: {reason}",
)
