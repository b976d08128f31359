"""What a journal that was touched shows, in two languages."""

from __future__ import annotations

from portulan.core.say.text import ProblemKind

REWRITTEN = ProblemKind(
    "entry-rewritten",
    "error",
    fr="{journal}\u00a0: la ligne {entry} du {day} a été réécrite.",
    en="{journal}: entry {entry} of {day} was rewritten.",
)
GONE = ProblemKind(
    "entry-gone",
    "error",
    fr="{journal}\u00a0: la ligne {entry} a été ôtée.",
    en="{journal}: entry {entry} was taken away.",
)
GAP = ProblemKind(
    "chain-gap",
    "error",
    fr="{journal}\u00a0: la ligne {entry} du {day} ne suit pas la précédente\u00a0; entre les "
    "deux, une ligne a été ôtée, ajoutée ou remplacée.",
    en="{journal}: entry {entry} of {day} does not follow the one before; between the two, an "
    "entry was taken away, added or replaced.",
)
UNLINKED = ProblemKind(
    "entry-unlinked",
    "error",
    fr="{journal}\u00a0: {count} lignes ont été écrites sans passer par les gardes, dont la ligne "
    "{entry}.",
    en="{journal}: {count} entries were written past the guards, entry {entry} among them.",
)
OTHER_PERSON = ProblemKind(
    "entry-of-another",
    "error",
    fr="{journal}\u00a0: la ligne {entry} du {day} n’est plus de la même personne.",
    en="{journal}: entry {entry} of {day} is no longer of the same person.",
)
HIDDEN = ProblemKind(
    "entry-hidden",
    "error",
    fr="{journal}\u00a0: la ligne {entry} du {day} ne prouve plus qui l’a faite, et cette personne "
    "n’a pas été effacée.",
    en="{journal}: entry {entry} of {day} no longer proves who did it, and nobody erased that "
    "person.",
)
HEAD_REWRITTEN = ProblemKind(
    "head-rewritten",
    "error",
    fr="La tête des journaux du {day} a été réécrite, ou celle d’avant a été ôtée.",
    en="The head of the journals of {day} was rewritten, or the one before was taken away.",
)
HEAD_LOST = ProblemKind(
    "head-lost",
    "error",
    fr="{journal}\u00a0: l’état noté le {day} ne s’y trouve plus\u00a0; des lignes d’avant ont "
    "été ôtées ou réécrites, ou la base vient d’une sauvegarde plus ancienne.",
    en="{journal}: the state noted on {day} is no longer in it; entries of before were taken away "
    "or rewritten, or the database comes from an older backup.",
)
GUARDS_MISSING = ProblemKind(
    "guards-missing",
    "error",
    fr="Des gardes manquent dans la base\u00a0: {names}. `portulan doctor --fix` les repose.",
    en="Guards are missing in the database: {names}. `portulan doctor --fix` lays them.",
)
GUARDS_AGAIN = ProblemKind(
    "guards-laid-again",
    "error",
    fr="Des gardes ont été ôtées puis reposées sans Portulan, depuis le {day}.",
    en="Guards were taken away and laid again without Portulan, since {day}.",
)
GUARDS_FOUND = ProblemKind(
    "guards-were-missing",
    "error",
    fr="Le {day}, des gardes manquaient ou avaient été reposées\u00a0: {names}. Une fois compris "
    "pourquoi, `portulan verify --journal --seen` le note.",
    en="On {day}, guards were missing or had been laid again: {names}. Once it is understood why, "
    "`portulan verify --journal --seen` notes it.",
)
NOT_A_HEAD = ProblemKind(
    "not-a-head",
    "error",
    fr="Ce fichier n’est ni une tête de journaux, ni une sauvegarde qui en garde une.",
    en="This file is neither a head of journals nor a backup that keeps one.",
)
