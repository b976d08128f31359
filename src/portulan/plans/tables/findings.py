"""What is said of a table that comes in: refused rows are errors, words not understood warnings."""

from __future__ import annotations

from portulan.core.say.text import ProblemKind


def _error(code: str, fr: str, en: str) -> ProblemKind:
    return ProblemKind(code, "error", fr=fr, en=en)


def _warning(code: str, fr: str, en: str) -> ProblemKind:
    return ProblemKind(code, "warning", fr=fr, en=en)


NO_TITLES = _error(
    "no-titles",
    "Aucune ligne de titres n’a été trouvée : il faut au moins une colonne qui dise le titre de"
    " l’action. Titres lus : {titles}. Dites laquelle avec --column title=TITRE.",
    "No row of titles was found: at least one column must say the title of the action. Titles read:"
    " {titles}. Say which with --column title=TITLE.",
)
UNSAID = _warning(
    "column-to-say",
    "La colonne «\u00a0{title}\u00a0» n’est pas lue. Dit-elle «\u00a0{field}\u00a0»\u00a0? Dites-le"
    " dans les colonnes (--column).",
    "The column “{title}” is not read. Does it say “{field}”? Say so in the columns (--column).",
)
NOTED = _warning(
    "kept-as-note",
    "{cell} ({field})\u00a0: «\u00a0{text}\u00a0» n’est pas compris\u202f; gardé en note.",
    "{cell} ({field}): “{text}” is not understood; kept as a note.",
)
NO_SUCH_COLUMN = _error(
    "no-such-column",
    "Aucune colonne ne s’appelle « {title} ». Titres lus : {titles}.",
    "No column is called “{title}”. Titles read: {titles}.",
)
UNKNOWN_FIELD = _error(
    "unknown-field",
    "« {field} » n’est pas un champ. Les champs : {fields}, money:ANNÉE.",
    "“{field}” is not a field. The fields: {fields}, money:YEAR.",
)
NO_ROW = _error(
    "no-row",
    "Sous les titres de la ligne {at}, il n’y a aucune action.",
    "Under the titles of row {at}, there is no action.",
)
NO_TITLE = _error(
    "row-without-title",
    "{cell} : cette ligne n’a pas de titre d’action. Donnez-lui en un, ou videz-la.",
    "{cell}: this row has no title of an action. Give it one, or empty it.",
)
TITLE_TOO_LONG = _error(
    "title-too-long",
    "{cell} : ce titre a {length} caractères ; {most} au plus. Le reste va dans la description.",
    "{cell}: this title has {length} characters; {most} at most. The rest goes in the description.",
)
TWICE = _error(
    "key-twice",
    "{cell} : « {key} » est déjà le {what} de la ligne {other}. Deux actions ne se confondent pas :"
    " changez l’un des deux. (Un numéro saisi comme nombre perd son zéro : 1.10 devient 1.1.)",
    "{cell}: “{key}” is already the {what} of row {other}. Two actions are never taken for one:"
    " change either. (A number typed as a number loses its zero: 1.10 becomes 1.1.)",
)
END_BEFORE_START = _error(
    "end-before-start",
    "{cell} : la fin ({end:fr}) précède le début ({start:fr}).",
    "{cell}: the end ({end:en}) comes before the start ({start:en}).",
)
REFUSED = _error("row-refused", "Ligne {row} : {reason}", "Row {row}: {reason}")
NOT_UNDERSTOOD = _warning(
    "not-understood",
    "{cell} ({field}) : « {text} » n’est pas compris, et n’est pas repris. {expected}",
    "{cell} ({field}): “{text}” is not understood, and is not taken. {expected}",
)
DERIVED = _warning(
    "late-is-derived",
    "{cell} : « {text} » se déduit des dates et ne se saisit pas ; lu « en cours ».",
    "{cell}: “{text}” follows from dates and is not typed; read as “in progress”.",
)
TOO_LONG = _warning(
    "text-too-long",
    "{cell} ({field}) : {length} caractères, {most} au plus ; non repris.",
    "{cell} ({field}): {length} characters, {most} at most; not taken.",
)
UNSURE_AMOUNTS = _warning(
    "unsure-amounts",
    "{title} : rien ne dit si « {text} » a des milliers ou des décimales ; lu avec des milliers.",
    "{title}: nothing tells whether “{text}” has thousands or decimals; read with thousands.",
)
SHARED_AMOUNT = _warning(
    "shared-amount",
    "{cell} : ce montant est commun à {count} lignes ; il est laissé à la première.",
    "{cell}: this amount is shared by {count} rows; it is left to the first.",
)
TOTAL_DIFFERS = _warning(
    "total-differs",
    "{cell} : le tableau dit {said} au total, et ses lignes font {sum}.",
    "{cell}: the table says {said} in total, and its rows make {sum}.",
)
OTHER_SHEETS = _warning(
    "other-sheets",
    "La feuille « {sheet} » est lue ; d’autres ont les mêmes titres et ne le sont pas : {others}.",
    "The sheet “{sheet}” is read; others have the same titles and are not: {others}.",
)
UNKNOWN_PERSON = _warning(
    "unknown-person",
    "{cell} : cette personne n’est pas de celles que l’on connaît ici ; l’action garde sa fonction,"
    " sans nom. Ajoutez-la dans Personnes, et reprenez le tableau.",
    "{cell}: this person is none of those known here; the action keeps its function, without a"
    " name. Add them in People, and import the table again.",
)
UNKNOWN_UNIT = _warning(
    "unknown-unit",
    "{cell} : aucune entité ne s’appelle « {text} » ici.",
    "{cell}: no unit is called “{text}” here.",
)
UNKNOWN_PRACTICE = _warning(
    "unknown-practice",
    "{cell} : « {text} » n’est la bonne pratique d’aucun de vos référentiels.",
    "{cell}: “{text}” is no practice of your catalogues.",
)
NEW_NUMBER = _warning(
    "same-title",
    "{cell} : l’action {number} porte déjà ce titre, sous un autre numéro.",
    "{cell}: action {number} has this title already, under another number.",
)
TWO_SAY = _error(
    "rows-differ",
    "{cell} ({field})\u00a0: cette ligne donne «\u00a0{there}\u00a0» pour l’action {number},"
    " et la ligne {other} donne «\u00a0{here}\u00a0». Ne gardez que l’une des deux\u202f;"
    " pour une nouvelle action, videz son numéro.",
    "{cell} ({field}): this row has “{there}” for action {number}, and row {other} has"
    " “{here}”. Keep only one of them; for a new action, empty its number.",
)
RENUMBERED = _error(
    "renumbered",
    "{cell}\u00a0: le numéro de cette ligne, ou d’une autre, n’est pas celui de l’action de"
    " son titre. Rendez à chaque ligne son numéro de départ, et laissez vide celui d’une"
    " nouvelle action.",
    "{cell}: the number of this row, or of another, is not that of the action in its title."
    " Give each row back the number that it left with, and leave that of a new action empty.",
)
GONE = _warning(
    "gone-here",
    "Ligne {row}\u00a0: l’action {number} n’est plus dans ce plan. Ses changements ne sont"
    " pas repris\u202f; pour la recréer, videz son numéro.",
    "Row {row}: action {number} is no longer in this plan. Its changes are not taken; to"
    " make it again, empty its number.",
)
DAY_ALONE = _warning(
    "day-without-level",
    "{cell}\u00a0: le jour d’un niveau ne change pas sans le niveau\u202f; ce jour n’est pas"
    " repris. Corrigez la décision sur la page de l’action.",
    "{cell}: the day of a level does not change without the level; this day is not taken."
    " Correct the decision on the page of the action.",
)
QUESTION = _warning(
    "question",
    "{cell} ({field})\u00a0: «\u00a0{here}\u00a0» ici, «\u00a0{there}\u00a0» dans le"
    " tableau, et rien n’indique lequel est le plus récent. Rien n’est remplacé.",
    "{cell} ({field}): “{here}” here, “{there}” in the table, and nothing shows which is the"
    " later. Nothing is replaced.",
)
CHANGED_SINCE = _warning(
    "conflict",
    "{cell} ({field})\u00a0: «\u00a0{here}\u00a0» ici, changé depuis que ce classeur est"
    " parti\u202f; «\u00a0{there}\u00a0» dans le classeur. Rien n’est remplacé.",
    "{cell} ({field}): “{here}” here, changed since this workbook left; “{there}” in the"
    " workbook. Nothing is replaced.",
)
CONFLICT = _warning(
    "conflict",
    "{cell} ({field}) : ici « {here} », changé depuis le dernier import ; le tableau dit"
    " « {there} ». Rien n’est remplacé.",
    "{cell} ({field}): here “{here}”, changed since the last import; the table says “{there}”."
    " Nothing is replaced.",
)
