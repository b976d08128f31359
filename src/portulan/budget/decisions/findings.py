"""What a sheet of decisions may be refused for, or asked about, each with its cell (pure)."""

from __future__ import annotations

from portulan.core.say.text import ProblemKind

NO_LINE = ProblemKind(
    "no-such-line",
    "error",
    fr="{cell} : aucune ligne de cet exercice n’a la clé « {text} ».",
    en="{cell}: no line of this fiscal year has the key “{text}”.",
)
WHICH_LINE = ProblemKind(
    "which-line",
    "error",
    fr="{cell} : {count} lignes se ressemblent : dites laquelle.",
    en="{cell}: {count} lines look alike: say which one.",
)
CONFLICT = ProblemKind(
    "changed-since",
    "error",
    fr="{cell} ({column})\u00a0: «\u00a0{name}\u00a0» a changé ici depuis l’envoi de la feuille,"
    " qui la change aussi\u00a0: dites quelle valeur reste.",
    en="{cell} ({column}): “{name}” changed here since the sheet was sent, and the sheet changes it"
    " too: say which value stands.",
)
QUESTION = ProblemKind(
    "question",
    "error",
    fr="{cell} ({column})\u00a0: «\u00a0{name}\u00a0» est autrement ici, et rien n’indique la"
    " valeur la plus récente\u00a0: dites laquelle reste.",
    en="{cell} ({column}): “{name}” is otherwise here, and nothing shows the later value: say which"
    " one stands.",
)
TWO_SAY = ProblemKind(
    "two-rows-differ",
    "error",
    fr="{cell} : deux rangs de la feuille ne disent pas la même chose (voir aussi {other}).",
    en="{cell}: two rows of the sheet do not say the same thing (see also {other}).",
)
AGAIN = ProblemKind(
    "twice",
    "error",
    fr="{cell} : la même part de « {name} » va déjà là : dites si c’est bien une seconde fois.",
    en="{cell}: the same share of “{name}” already goes there: say whether it is meant twice.",
)
REFUSED = ProblemKind("refused", "error", fr="{cell} : {why}", en="{cell}: {why}")
NOT_A_SHARE = ProblemKind(
    "not-a-share",
    "error",
    fr="{cell} : une part est entre 0 et 100 %, et non « {text} ».",
    en="{cell}: a share is between 0 and 100%, not “{text}”.",
)
TWO_SHARES = ProblemKind(
    "two-readings",
    "error",
    fr="{cell} : « {text} » peut se lire {one} % ou {other} % : écrivez l’un des deux, avec %.",
    en="{cell}: “{text}” could mean {one}% or {other}%: write one of them, with %.",
)
NOT_CENTS = ProblemKind(
    "not-cents",
    "error",
    fr="{cell} : un montant s’arrête aux centimes, et non « {text} ».",
    en="{cell}: an amount stops at cents, not “{text}”.",
)
A_DATE = ProblemKind(
    "a-date",
    "error",
    fr="{cell} : le tableur y a fait une date ({text}) : écrivez-la en texte.",
    en="{cell}: the spreadsheet made a date of it ({text}): write it as a text.",
)
NO_ACTION = ProblemKind(
    "no-such-action",
    "error",
    fr="{cell} : aucune action ne s’appelle « {text} » : écrivez son numéro.",
    en="{cell}: no action is called “{text}”: write its number.",
)
WHICH_ACTION = ProblemKind(
    "which-action",
    "error",
    fr="{cell} : plusieurs plans ont une action « {text} » : écrivez {names}.",
    en="{cell}: several plans have an action “{text}”: write {names}.",
)
NO_PART = ProblemKind(
    "no-part",
    "error",
    fr="{cell} : dites la part ou le montant ; pour retirer un fléchage, écrivez « Retiré » en"
    " statut.",
    en="{cell}: say the share or the amount; to withdraw an attribution, write “Withdrawn” as its"
    " status.",
)
BOTH = ProblemKind(
    "share-and-amount",
    "error",
    fr="{cell} : la part et le montant ne disent pas la même chose : videz l’un des deux.",
    en="{cell}: the share and the amount do not say the same: empty one of the two.",
)
NO_AMOUNT = ProblemKind(
    "not-in-the-line",
    "error",
    fr="{cell} : la ligne ne contient pas ce montant à ce stade.",
    en="{cell}: the line does not hold this amount at this stage.",
)
NO_REASON = ProblemKind(
    "no-reason",
    "error",
    fr="{cell} : dites pourquoi : un verdict a toujours un motif.",
    en="{cell}: say why: a verdict always has a reason.",
)
NO_IT_SHARE = ProblemKind(
    "no-it-share",
    "error",
    fr="{cell} : pour une ligne mixte, et pour elle seule, dites quelle part est informatique.",
    en="{cell}: for a mixed line, and for it alone, say which share is IT.",
)
NOT_ZERO = ProblemKind(
    "not-zero",
    "error",
    fr="{cell} : examinée, 0 % : dites-le d’une ligne décidée et dont rien n’est fléché.",
    en="{cell}: reviewed, 0%: say it of a decided line of which nothing is attributed.",
)
NO_ROOM = ProblemKind(
    "no-room",
    "error",
    fr="{cell} : plus de « {name} » est fléché que cette part n’en laisse : réduisez d’abord les"
    " fléchages.",
    en="{cell}: more of “{name}” is attributed than this share leaves: reduce the attributions.",
)
