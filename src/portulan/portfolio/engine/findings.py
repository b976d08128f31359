"""What may be wrong with a portfolio problem: a sentence names the field, as `actions[2].gate`."""

from __future__ import annotations

from portulan.core.documents import EMPTY_FILE, NOT_JSON, NOT_TEXT, TOO_DEEP, UNREADABLE
from portulan.core.say.text import Problem, ProblemKind, UnusableInputError

__all__ = ["EMPTY_FILE", "NOT_JSON", "NOT_TEXT", "TOO_DEEP", "UNREADABLE"]


class InvalidProblemError(UnusableInputError):
    """The file holds no portfolio problem; `problems` says all that is wrong, at most MOST."""

    MOST = 20

    def __init__(self, problems: list[Problem]) -> None:
        super().__init__(problems[0])
        self.problems = tuple(problems[: self.MOST])


def _kind(code: str, fr: str, en: str) -> ProblemKind:
    # French wants a no-break space before a colon and inside quotes.
    spaced = fr.replace(" :", "\u00a0:").replace("« ", "«\u00a0").replace(" »", "\u00a0»")
    return ProblemKind(code, "error", fr="{field}\u00a0: " + spaced, en="{field}: " + en)


HALF_CHARACTER = ProblemKind(
    "half-character",
    "error",
    fr="Un texte contient la moitié d’un caractère, comme « \\ud800 ». Retirez-la.",
    en="A text holds half a character, as “\\ud800”. Take it away.",
)
TOO_BIG = ProblemKind(
    "too-big",
    "error",
    fr="Le fichier dépasse {limit}\u00a0Mo. Donnez un problème plus petit.",
    en="The file is larger than {limit} MB. Give a smaller problem.",
)
NOT_A_PROBLEM = ProblemKind(
    "not-a-problem",
    "error",
    fr="Le document n’est pas un objet. Donnez un problème «\u00a0{expected}\u00a0».",
    en="The document is no object. Give a problem “{expected}”.",
)
WRONG_FORMAT = _kind(
    "wrong-format",
    "« {found} » au lieu de « {expected} ». Donnez un problème de portefeuille dans cette version.",
    "“{found}” instead of “{expected}”. Give a portfolio problem in that version.",
)
MISSING = _kind("missing", "ce champ manque. Ajoutez-le.", "this field is missing. Add it.")
UNKNOWN_KEY = _kind(
    "unknown-key",
    "ce champ n’existe pas. Les champs : {known}.",
    "there is no such field. The fields: {known}.",
)
KEY_TWICE = _kind(
    "key-twice",
    "ce champ est écrit deux fois. Gardez-en un.",
    "this field is written twice. Keep one.",
)
WRONG_TYPE = _kind(
    "wrong-type", "{expected:fr} est attendu ici.", "{expected:en} is expected here."
)
NOT_WHOLE = _kind(
    "not-whole",
    "{found} n’est pas un nombre entier. Multipliez tous les montants, et dites par combien dans"
    " « scale ».",
    "{found} is not a whole number. Multiply all amounts, and say by how much in “scale”.",
)
TOO_SMALL = _kind(
    "too-small",
    "{found} est inférieur au minimum, {least}.",
    "{found} is under the least, {least}.",
)
TOO_GREAT = _kind(
    "too-great",
    "{found} dépasse {most}. Comptez dans une unité plus grande.",
    "{found} is over {most}. Count in a larger unit.",
)
CONTROL = _kind(
    "control-character",
    "un caractère de commande y est caché, comme un retour à la ligne. Retirez-le.",
    "a control character is hidden there, as a line break. Take it away.",
)
EMPTY = _kind("empty", "rien n’y est écrit.", "nothing is written there.")
NOT_A_LEVEL = _kind(
    "not-a-level",
    "« {found} » n’est pas un niveau d’engagement : STUDY, EXPERIMENT ou IMPLEMENTATION.",
    "“{found}” is no commitment level: STUDY, EXPERIMENT or IMPLEMENTATION.",
)
WRONG_LENGTH = _kind(
    "wrong-length",
    "{found} nombres au lieu de {expected}, un par année.",
    "{found} numbers instead of {expected}, one per year.",
)
BAD_YEARS = _kind(
    "bad-years",
    "donnez des années qui se suivent, de 1 à {most}.",
    "give years that follow one another, 1 to {most} of them.",
)
YEAR_OUTSIDE = _kind(
    "year-outside",
    "{found} n’est pas entre {first} et {last}.",
    "{found} is not between {first} and {last}.",
)
ID_TWICE = _kind(
    "id-twice", "« {found} » y est déjà. Gardez-en un.", "“{found}” is there already. Keep one."
)
UNKNOWN_ACTION = _kind(
    "unknown-action",
    "aucune action ne s’appelle « {found} ».",
    "no action is called “{found}”.",
)
UNKNOWN_RESOURCE = _kind(
    "unknown-resource",
    "aucune ressource ne s’appelle « {found} ».",
    "no resource is called “{found}”.",
)
UNKNOWN_MEASURE = _kind(
    "unknown-measure",
    "« {found} » n’est pas dans « measures ».",
    "“{found}” is not in “measures”.",
)
UNKNOWN_UNIT = _kind(
    "unknown-unit", "aucune action n’est de l’entité « {found} ».", "no action has unit “{found}”."
)
NOT_ONE_OF = _kind(
    "not-one-of",
    "« {found} » n’est pas l’un de : {known}.",
    "“{found}” is none of: {known}.",
)
ONE_OF_TWO = _kind(
    "one-of-two",
    "donnez « share_at_least » ou « at_most », l’un des deux.",
    "give “share_at_least” or “at_most”, one of them.",
)
NO_HEADS = _kind(
    "no-heads",
    "personne n’est compté : donnez des « heads » dans « {found} ».",
    "nobody is counted: give “heads” in “{found}”.",
)
UNKNOWN_THEME = _kind(
    "unknown-theme", "aucune action n’est du thème « {found} ».", "no action has theme “{found}”."
)
NO_SUCH_LEVEL = _kind(
    "no-such-level",
    "l’action « {action} » n’a pas de niveau {found} dans « levels ».",
    "action “{action}” has no level {found} in “levels”.",
)
BAD_GATE = _kind(
    "bad-gate",
    "le passage obligé vient avant IMPLEMENTATION : STUDY ou EXPERIMENT.",
    "the gate comes before IMPLEMENTATION: STUDY or EXPERIMENT.",
)
CYCLE = _kind(
    "cycle",
    "ces préalables tournent en rond : {found}. Retirez-en un.",
    "these prerequisites go round in a circle: {found}. Take one away.",
)
TWO_OVERLAPS = _kind(
    "two-overlaps",
    "« {found} » est déjà dans un autre chevauchement : une action n’a qu’un plafond.",
    "“{found}” is in another overlap already: an action has one ceiling only.",
)
TWO_MONEYS = _kind(
    "two-moneys",
    "« {found} » et « {other} » : toutes les enveloppes doivent être dans la même unité.",
    "“{found}” and “{other}”: all envelopes must be in the same unit.",
)

# --- well written, and impossible: the problem is infeasible and the reason is known ---------

MUST_TOO_LATE = _kind(
    "must-too-late",
    "l’action « {action} » ne peut pas atteindre {level:fr} avant la fin de {by}, même seule.",
    "action “{action}” cannot reach {level:en} by the end of {by}, even alone.",
)
MUST_TOO_DEAR = _kind(
    "must-too-dear",
    "l’action « {action} », obligatoire, demande seule plus de « {resource} » que la capacité.",
    "action “{action}”, an obligation, needs alone more “{resource}” than there is.",
)
LOCK_IMPOSSIBLE = _kind(
    "lock-impossible",
    "l’action « {action} » ne peut pas suivre {level:fr} commencée en {start} : durée, passage"
    " obligé.",
    "action “{action}” cannot follow {level:en} started in {start}: duration, or gate.",
)
