"""The kinds of problem of an edition written in our own YAML, in French and in English."""

from __future__ import annotations

from portulan.core.problems import ProblemKind

EDITION_MISSING = ProblemKind(
    "edition-missing",
    "error",
    fr="«\u00a0{path}\u00a0» manque.",
    en="“{path}” is missing.",
)
EDITION_SHAPE = ProblemKind(
    "edition-shape",
    "error",
    fr="«\u00a0{path}\u00a0» doit être {expected_fr}.",
    en="“{path}” must be {expected_en}.",
)
EDITION_UNKNOWN = ProblemKind(
    "edition-unknown-word",
    "error",
    fr="«\u00a0{path}\u00a0»\u00a0: «\u00a0{word}\u00a0» n’est pas parmi {known}.",
    en="“{path}”: “{word}” is not among {known}.",
)
EDITION_UNKNOWN_KEY = ProblemKind(
    "edition-unknown-key",
    "error",
    fr="«\u00a0{path}\u00a0»\u00a0: la clé «\u00a0{word}\u00a0» est inconnue "
    "(clés connues\u00a0: {known}).",
    en="“{path}”: key “{word}” is unknown (known keys: {known}).",
)
EDITION_TWICE = ProblemKind(
    "edition-twice",
    "error",
    fr="«\u00a0{path}\u00a0»\u00a0: «\u00a0{word}\u00a0» est déjà pris.",
    en="“{path}”: “{word}” is already taken.",
)
EDITION_NO_PRACTICE = ProblemKind(
    "edition-no-practice",
    "error",
    fr="«\u00a0{path}\u00a0»\u00a0: aucune bonne pratique de cette édition n’a le code {code}.",
    en="“{path}”: no practice of this edition has the code {code}.",
)
