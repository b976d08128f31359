"""What may be wrong with an impact request, in sentences that name the field."""

from __future__ import annotations

from portulan.core.documents import EMPTY_FILE, NOT_JSON, NOT_TEXT, TOO_BIG, TOO_DEEP, UNREADABLE
from portulan.core.say.text import ProblemKind

__all__ = ["EMPTY_FILE", "NOT_JSON", "NOT_TEXT", "TOO_BIG", "TOO_DEEP", "UNREADABLE"]

# --- the document ---------------------------------------------------------------------------

DUPLICATE_FIELD = ProblemKind(
    "duplicate-field",
    "error",
    fr="«\u00a0{field}\u00a0» est écrit deux fois dans le même objet. Gardez-en un.",
    en="“{field}” is written twice in the same object. Keep one.",
)
UNKNOWN_FORMAT = ProblemKind(
    "unknown-format",
    "error",
    fr="«\u00a0format\u00a0» doit être «\u00a0{expected}\u00a0».",
    en="“format” must be “{expected}”.",
)

# --- a field --------------------------------------------------------------------------------

MISSING = ProblemKind(
    "missing-field",
    "error",
    fr="«\u00a0{field}\u00a0» manque. Ajoutez-le.",
    en="“{field}” is missing. Add it.",
)
UNKNOWN_FIELD = ProblemKind(
    "unknown-field",
    "error",
    fr="«\u00a0{field}\u00a0» n’est pas attendu ici. Sont attendus\u00a0: {known}.",
    en="“{field}” is not expected here. Expected: {known}.",
)
EXACTLY_ONE = ProblemKind(
    "exactly-one",
    "error",
    fr="«\u00a0{field}\u00a0»\u00a0: donnez l’un de {names}, et un seul.",
    en="“{field}”: give one of {names}, and only one.",
)
NOT_AN_OBJECT = ProblemKind(
    "not-an-object",
    "error",
    fr="«\u00a0{field}\u00a0» doit être un objet, entre accolades.",
    en="“{field}” must be an object, in braces.",
)
NOT_A_LIST = ProblemKind(
    "not-a-list",
    "error",
    fr="«\u00a0{field}\u00a0» doit être une liste, entre crochets.",
    en="“{field}” must be a list, in brackets.",
)
EMPTY = ProblemKind(
    "empty-field",
    "error",
    fr="«\u00a0{field}\u00a0» est vide. Remplissez-le.",
    en="“{field}” is empty. Fill it in.",
)
TOO_MANY = ProblemKind(
    "too-many",
    "error",
    fr="«\u00a0{field}\u00a0» a plus de {limit} éléments. Faites plusieurs demandes.",
    en="“{field}” has more than {limit} items. Make several requests.",
)
NOT_WORDS = ProblemKind(
    "not-words",
    "error",
    fr="«\u00a0{field}\u00a0» doit être un texte, entre guillemets.",
    en="“{field}” must be a text, in quotes.",
)
UNSEEN = ProblemKind(
    "unseen-character",
    "error",
    fr="«\u00a0{field}\u00a0» contient un caractère qui ne se voit pas. Retirez-le.",
    en="“{field}” holds a character that is not seen. Take it out.",
)
NOT_A_FLAG = ProblemKind(
    "not-a-flag",
    "error",
    fr="«\u00a0{field}\u00a0» doit être true ou false.",
    en="“{field}” must be true or false.",
)
DUPLICATE_ID = ProblemKind(
    "duplicate-id",
    "error",
    fr="«\u00a0{field}\u00a0»\u00a0: «\u00a0{value}\u00a0» sert déjà à une autre estimation. "
    "Donnez-en un autre.",
    en="“{field}”: “{value}” already names another estimate. Give another one.",
)

# --- a number -------------------------------------------------------------------------------

NOT_A_NUMBER = ProblemKind(
    "not-a-number",
    "error",
    fr='«\u00a0{field}\u00a0» doit être un nombre, ou {{"min", "mode", "max"}}.',
    en='“{field}” must be a number, or {{"min", "mode", "max"}}.',
)
NOT_WHOLE = ProblemKind(
    "not-an-integer",
    "error",
    fr="«\u00a0{field}\u00a0» vaut {value:fr}\u00a0: il faut un nombre entier.",
    en="“{field}” is {value:en}: a whole number is needed.",
)
TOO_SMALL = ProblemKind(
    "too-small",
    "error",
    fr="«\u00a0{field}\u00a0» vaut {value:fr}\u00a0: il faut au moins {minimum:fr}.",
    en="“{field}” is {value:en}: at least {minimum:en} is needed.",
)
NOT_POSITIVE = ProblemKind(
    "not-positive",
    "error",
    fr="«\u00a0{field}\u00a0» vaut {value:fr}\u00a0: il faut plus que 0.",
    en="“{field}” is {value:en}: more than 0 is needed.",
)
TOO_LARGE = ProblemKind(
    "too-large",
    "error",
    fr="«\u00a0{field}\u00a0» vaut {value:fr}\u00a0: il faut au plus {maximum:fr}.",
    en="“{field}” is {value:en}: at most {maximum:en} is allowed.",
)
DISORDERED = ProblemKind(
    "disordered-range",
    "error",
    fr="«\u00a0{field}\u00a0»\u00a0: il faut min ≤ mode ≤ max.",
    en="“{field}”: min ≤ mode ≤ max is needed.",
)

# --- a word of ours -------------------------------------------------------------------------

UNKNOWN_ARCHETYPE = ProblemKind(
    "unknown-archetype",
    "error",
    fr="«\u00a0{field}\u00a0»\u00a0: l’archétype «\u00a0{value}\u00a0» n’existe pas. "
    "Existent\u00a0: {known}.",
    en="“{field}”: there is no archetype “{value}”. There are: {known}.",
)
UNKNOWN_VIEW = ProblemKind(
    "unknown-view",
    "error",
    fr="«\u00a0{field}\u00a0»\u00a0: la vue «\u00a0{value}\u00a0» n’existe pas. "
    "Existent\u00a0: {known}.",
    en="“{field}”: there is no view “{value}”. There are: {known}.",
)
UNKNOWN_COUNTRY = ProblemKind(
    "unknown-country",
    "error",
    fr="«\u00a0{field}\u00a0»\u00a0: aucun mix électrique connu pour «\u00a0{value}\u00a0». Donnez "
    "le code de trois lettres, comme FRA.",
    en="“{field}”: no electricity mix is known for “{value}”. Give the three-letter code, as FRA.",
)
UNKNOWN_DEVICE = ProblemKind(
    "unknown-device",
    "error",
    fr="«\u00a0{field}\u00a0»\u00a0: rien n’est connu de «\u00a0{value}\u00a0». Sont "
    "connus\u00a0: {known}\u00a0; pour un autre, donnez ses facteurs dans «\u00a0factors\u00a0».",
    en="“{field}”: nothing is known of “{value}”. Known: {known}; for another, give its factors "
    "in “factors”.",
)
UNKNOWN_FACTOR = ProblemKind(
    "unknown-factor",
    "error",
    fr="«\u00a0{field}\u00a0»\u00a0: aucun calcul n’utilise ce facteur. Vérifiez son nom.",
    en="“{field}”: no calculation uses this factor. Check its name.",
)
