"""Why everything cannot be moved."""

from __future__ import annotations

from portulan.core.say.text import ProblemKind

NOT_A_PLACE = ProblemKind(
    "not-a-place",
    "error",
    fr="Il faut une adresse, postgresql://utilisateur:motdepasse@hôte:port/nom ou "
    "sqlite:///dossier.",
    en="An address is needed, postgresql://user:password@host:port/name or sqlite:///folder.",
)
SAME_PLACE = ProblemKind(
    "same-place",
    "error",
    fr="C’est l’endroit où les données sont déjà ({place}).",
    en="This is where the data are already ({place}).",
)
NOTHING_TO_MOVE = ProblemKind(
    "nothing-to-move",
    "error",
    fr="Il n’y a rien à déménager ici ({place})\u00a0: la base n’existe pas encore.",
    en="There is nothing to move here ({place}): the database does not exist yet.",
)
BEHIND = ProblemKind(
    "database-behind",
    "error",
    fr="La base d’ici n’est pas à jour\u00a0: lancez une fois `portulan serve`, arrêtez-le, puis "
    "recommencez.",
    en="The database here is not up to date: run `portulan serve` once, stop it, then try again.",
)
NOT_EMPTY = ProblemKind(
    "place-not-empty",
    "error",
    fr="{place} contient déjà quelque chose\u00a0: il faut un endroit vide.",
    en="{place} holds something already: an empty place is needed.",
)
NOT_OURS = ProblemKind(
    "foreign-tables",
    "warning",
    fr="Ces tables ne sont pas de Portulan, elles restent\u00a0: {names}.",
    en="These tables are not Portulan’s, they stay: {names}.",
)
OTHERWISE = ProblemKind(
    "moved-otherwise",
    "error",
    fr="La table {table} n’est pas arrivée telle qu’elle est partie ({told})\u00a0: ne vous servez "
    "pas de cet endroit, les données sont toujours ici.",
    en="The table {table} did not arrive as it left ({told}): do not use that place, the data are "
    "still here.",
)
FILE_OTHERWISE = ProblemKind(
    "file-moved-otherwise",
    "error",
    fr="Le fichier {name} n’est pas arrivé tel qu’il est parti\u00a0: le disque est à vérifier.",
    en="The file {name} did not arrive as it left: the disk is to be checked.",
)
