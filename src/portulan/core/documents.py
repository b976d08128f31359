"""What keeps a file from being read as JSON, in the same sentences for every contract."""

from __future__ import annotations

from portulan.core.say.text import ProblemKind

UNREADABLE = ProblemKind(
    "file-unreadable",
    "error",
    fr="Ce fichier ne peut pas être ouvert. Vérifiez le chemin et vos droits d’accès.",
    en="This file cannot be opened. Check the path and your access rights.",
)
TOO_BIG = ProblemKind(
    "file-too-big",
    "error",
    fr="Ce fichier dépasse {limit} octets\u00a0: il n’a pas été lu.",
    en="This file exceeds {limit} bytes: it was not read.",
)
NOT_TEXT = ProblemKind(
    "not-utf8",
    "error",
    fr="Ce fichier n’est pas un texte en UTF-8. Enregistrez-le dans cet encodage.",
    en="This file is not a text in UTF-8. Save it in that encoding.",
)
NOT_JSON = ProblemKind(
    "not-json",
    "error",
    fr="Ce n’est pas du JSON\u00a0: la lecture s’arrête au caractère {column} de cette ligne.",
    en="This is not JSON: reading stops at character {column} of this line.",
)
EMPTY_FILE = ProblemKind(
    "empty-file",
    "error",
    fr="Ce fichier est vide.",
    en="This file is empty.",
)
TOO_DEEP = ProblemKind(
    "too-deep",
    "error",
    fr="Ce JSON a des crochets ou des accolades emboîtés sans fin.",
    en="This JSON has brackets or braces nested without end.",
)
