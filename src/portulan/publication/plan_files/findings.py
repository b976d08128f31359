"""What is wrong with the files of a plan, in both languages."""

from __future__ import annotations

from portulan.core.say.text import ProblemKind


def _error(code: str, fr: str, en: str) -> ProblemKind:
    return ProblemKind(code, "error", fr=fr, en=en)


NO_PLAN = _error(
    "no-plan",
    "Ce dossier n’a pas de fichier plan.yaml\u00a0: ce n’est pas un plan.",
    "This folder has no plan.yaml: it is no plan.",
)
TOO_BIG = _error(
    "too-big",
    "Plus de {most} Mo, ou plus de {files} fichiers\u00a0: ce n’est pas un plan.",
    "More than {most} MB, or more than {files} files: this is no plan.",
)
NO_ZIP = _error(
    "no-zip",
    "Donnez le dossier du plan dans une archive ZIP, sans mot de passe\u00a0: ce fichier n’en est"
    " pas une, ou elle est abîmée.",
    "Give the folder of the plan in a ZIP archive, without a password: this file is none, or a"
    " broken one.",
)
TWO_PLANS = _error(
    "two-plans",
    "Cette archive contient deux dossiers de plan\u00a0: donnez-en un seul.",
    "This archive holds two folders of plans: give one alone.",
)
NOT_TEXT = _error(
    "not-text",
    "Ce fichier n’est pas du texte en UTF-8.",
    "This file is not text in UTF-8.",
)
UNKEPT = _error(
    "unkept",
    "{field}\u00a0: ce texte contient un caractère qui ne s’enregistre pas (nul, ou à moitié).",
    "{field}: this text holds a character that cannot be kept (a null one, or half of one).",
)
WRONG_FORMAT = _error(
    "wrong-format",
    "Il faut «\u00a0format: {expected}\u00a0» en tête, et non «\u00a0{found}\u00a0».",
    "“format: {expected}” is needed at the top, not “{found}”.",
)
NO_HEAD = _error(
    "no-head",
    "Une action commence par une ligne «\u00a0---\u00a0», ses champs, puis une autre pareille.",
    "An action begins with a line “---”, what it is, then another “---”.",
)
NOT_A_MAPPING = _error(
    "not-a-mapping",
    "Ce fichier doit être fait de «\u00a0champ: valeur\u00a0».",
    "This file must be made of “field: value”.",
)
UNKNOWN_FIELD = _error(
    "unknown-field",
    "{field}\u00a0: ce champ n’existe pas. Il y a\u00a0: {known}.",
    "{field}: there is no such field. There are: {known}.",
)
MISSING = _error("missing", "{field}\u00a0: ce champ manque.", "{field}: this field is missing.")
EMPTY = _error("empty", "{field}\u00a0: ce champ est vide.", "{field}: this field is empty.")
NOT_A_KEY = _error(
    "not-a-key",
    "{field}\u00a0: «\u00a0{found}\u00a0» n’est pas une clé (minuscules, chiffres, tirets).",
    "{field}: “{found}” is no key (small letters, digits, hyphens).",
)
NOT_A_PRACTICE = _error(
    "not-a-practice",
    "{field}\u00a0: il faut référentiel/édition/code, et non «\u00a0{found}\u00a0».",
    "{field}: catalogue/edition/code is needed, not “{found}”.",
)
NOT_A_DAY = _error(
    "not-a-day",
    "{field}\u00a0: «\u00a0{found}\u00a0» n’est pas une date (AAAA-MM-JJ).",
    "{field}: “{found}” is no date (YYYY-MM-DD).",
)
NOT_A_NUMBER = _error(
    "not-a-number",
    "{field}\u00a0: «\u00a0{found}\u00a0» n’est pas un nombre.",
    "{field}: “{found}” is no number.",
)
OUT_OF_BOUNDS = _error(
    "out-of-bounds",
    "{field}\u00a0: {found} est hors des bornes.",
    "{field}: {found} is out of bounds.",
)
TOO_PRECISE = _error(
    "too-precise",
    "{field}\u00a0: au plus {most} décimales.",
    "{field}: {most} decimals at most.",
)
NOT_A_WORD = _error(
    "not-a-word",
    "{field}\u00a0: «\u00a0{found}\u00a0» n’est pas l’un de {known}.",
    "{field}: “{found}” is not one of {known}.",
)
TOO_LONG = _error(
    "too-long",
    "{field}\u00a0: au plus {most} caractères.",
    "{field}: {most} characters at most.",
)
WRONG_SHAPE = _error(
    "wrong-shape",
    "{field}\u00a0: ce n’est pas ce qu’il faut ici (un texte, une liste ou des champs).",
    "{field}: this is not what is needed here (a text, a list or fields).",
)
UNKNOWN_KEY = _error(
    "unknown-key",
    "{field}\u00a0: rien n’a la clé «\u00a0{key}\u00a0».",
    "{field}: nothing has the key “{key}”.",
)
UNKNOWN_PRACTICE = _error(
    "unknown-practice",
    "{field}\u00a0: «\u00a0{key}\u00a0» n’est pas dans les éditions de plan.yaml.",
    "{field}: “{key}” is not in the editions of plan.yaml.",
)
TWICE = _error(
    "twice",
    "{field}\u00a0: «\u00a0{key}\u00a0» est là deux fois.",
    "{field}: “{key}” is there twice.",
)
YEARS = _error(
    "years",
    "last_year\u00a0: {last} vient avant {first}.",
    "last_year: {last} comes before {first}.",
)
ENDS_FIRST = _error(
    "ends-first",
    "due_on\u00a0: {due} vient avant le début, {starts}.",
    "due_on: {due} comes before the start, {starts}.",
)
OTHER_NUMBER = _error(
    "other-number",
    "number\u00a0: l’action {number} doit être dans le fichier {path}.",
    "number: action {number} belongs in the file {path}.",
)
SAYS_NOTHING = _error(
    "says-nothing",
    "{field}\u00a0: il faut une valeur ou un texte, et un seul des deux s’ils sont connus.",
    "{field}: a value or a text is needed, and neither where they are not known.",
)
LEVEL_NOT_DECIDED = _error(
    "level-not-decided",
    "level\u00a0: la dernière décision dit {decided}, et l’action {level}.",
    "level: the last decision says {decided}, and the action {level}.",
)
OUT_OF_ORDER = _error(
    "out-of-order",
    "{field}\u00a0: cette décision ne part pas du niveau de la précédente, ou vient avant elle.",
    "{field}: this decision does not start from the level of the one before, or comes before it.",
)
NOT_A_DIGEST = _error(
    "not-a-digest",
    "{field}\u00a0: «\u00a0{found}\u00a0» n’est pas un SHA-256 (64 chiffres hexadécimaux).",
    "{field}: “{found}” is no SHA-256 (64 hexadecimal digits).",
)
NO_PIECE = _error(
    "no-piece",
    "{field}\u00a0: une pièce a une référence, ou le sceau de son fichier (sha256).",
    "{field}: a piece has a reference, or the seal of its file (sha256).",
)
LOOP = _error(
    "loop",
    "{field}\u00a0: ce lien tourne en rond.",
    "{field}: this tie comes back to itself.",
)
IGNORED = ProblemKind(
    "ignored",
    "warning",
    fr="Ce fichier n’est pas de ceux d’un plan\u00a0: il n’est pas lu.",
    en="This file is not one of a plan: it is not read.",
)
CONFLICT = _error(
    "conflict",
    "{field}\u00a0: changé des deux côtés\u00a0; ici «\u00a0{here}\u00a0», dans le dossier"
    " «\u00a0{there}\u00a0».",
    "{field}: changed on both sides; here “{here}”, in the folder “{there}”.",
)
DIFFERENT = _error(
    "different",
    "{field}\u00a0: rien ne dit d’où vient ce dossier\u00a0; ici «\u00a0{here}\u00a0», dans le"
    " dossier «\u00a0{there}\u00a0».",
    "{field}: nothing says what this folder comes from; here “{here}”, in the folder “{there}”.",
)
DECIDED = _error(
    "decided",
    "{field}\u00a0: ce qui est décidé ici reste\u00a0; une décision se corrige à l’écran, avec son"
    " motif.",
    "{field}: what is decided here stands; a decision is corrected on its page, with its reason.",
)
SERVED = _error(
    "served",
    "Cette action n’est plus dans le dossier, mais elle a servi ici\u00a0: abandonnez-la plutôt.",
    "This action is no more in the folder, but it has served here: drop it instead.",
)
GONE_HERE = _error(
    "gone-here",
    "Cette action est supprimée ici, et changée dans le dossier.",
    "This action is deleted here, and changed in the folder.",
)
GONE_THERE = _error(
    "gone-there",
    "Cette action n’est plus dans le dossier, et a changé ici.",
    "This action is no more in the folder, and changed here.",
)
