"""What several readers of accounts may have to say of a file or of a row."""

from __future__ import annotations

from portulan.core.say.text import ProblemKind

WRONG_ENCODING = ProblemKind(
    "wrong-encoding",
    "warning",
    fr="Le fichier se dit en {declared} mais il est écrit en {actual} : il a été lu en {actual}.",
    en="The file claims to be {declared} but is written in {actual}: it was read as {actual}.",
)
NO_FLOW = ProblemKind(
    "unknown-flow",
    "error",
    fr="La ligne de nature « {nature} » ne dit pas si c’est une dépense (D) ou une recette (R).",
    en="The line of account “{nature}” does not say expense (D) or revenue (R).",
)
BAD_AMOUNT = ProblemKind(
    "not-an-amount",
    "error",
    fr="« {text} » n’est pas un montant ({field}) : la ligne n’a pas été lue.",
    en="“{text}” is not an amount ({field}): the line was not read.",
)
NO_YEAR = ProblemKind(
    "no-year",
    "warning",
    fr="Le document ne dit pas son exercice.",
    en="The document does not say its fiscal year.",
)
RAGGED_ROW = ProblemKind(
    "ragged-row",
    "error",
    fr="Cette ligne a {found} colonnes au lieu de {expected} (séparateur différent, ou cellule"
    " coupée) : elle n’a pas été lue.",
    en="This row has {found} columns instead of {expected} (another separator, or a cut cell): it"
    " was not read.",
)
UNSURE_MARK = ProblemKind(
    "unsure-amounts",
    "warning",
    fr="Rien ne dit si « {text} » a des milliers ou des décimales : lu avec des milliers. Vérifiez"
    " les totaux.",
    en="Nothing tells whether “{text}” has thousands or decimals: read with thousands. Check the"
    " totals.",
)
