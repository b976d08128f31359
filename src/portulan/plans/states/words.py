"""The words of the states of actions: the mark, the rule, and the facts in a sentence (pure)."""

from __future__ import annotations

from portulan.core.say.text import ProblemKind, Text
from portulan.plans.words import State

LABELS = {
    State.LATE: Text("En retard", "Late"),
    State.STALE: Text("Sans nouvelle", "No news"),
    State.VACANT: Text("Pilote vacant", "No pilot"),
    State.UNFUNDED: Text("Non financée", "Unfunded"),
    State.NOT_COSTED: Text("Non chiffrée", "Not costed"),
    State.OVER_ENVELOPE: Text("Au-dessus de l’enveloppe", "Over the envelope"),
    State.TARGET_MISSED: Text("Cible non atteinte", "Target missed"),
    State.BELOW_LEGAL: Text("Sous le seuil légal", "Under a legal threshold"),
    State.BLOCKED: Text("Bloquée", "Blocked"),
}
RULES = {
    State.OVER_ENVELOPE: Text(
        "Ce que les lignes budgétaires fléchent vers l’action dépasse sa dotation de l’exercice.",
        "What budget lines attribute to the action exceeds its allotment of the year.",
    ),
    State.LATE: Text(
        "La fin prévue est passée, et l’action n’est ni finie, ni en suivi, ni abandonnée.",
        "The planned end is past, and the action is not done, followed up or dropped.",
    ),
    State.STALE: Text(
        "L’action est en cours et personne n’en a donné de nouvelle depuis le délai du plan.",
        "The action is in progress and nobody gave news within the plan’s delay.",
    ),
    State.VACANT: Text(
        "Le poste du pilote est déclaré vacant, ou la personne nommée est partie.",
        "The pilot’s post is declared vacant, or the person named has left.",
    ),
    State.UNFUNDED: Text(
        "L’action demande de l’argent à la DSI pour un exercice à venir, d’autres actions y ont "
        "une dotation, pas elle.",
        "The action asks the IT budget for money in a coming year, other actions have an "
        "allotment there, it has none.",
    ),
    State.NOT_COSTED: Text(
        "Le coût d’un exercice à venir est déclaré inconnu. Inconnu n’est pas zéro.",
        "The cost of a coming year is said to be unknown. Unknown is not zero.",
    ),
    State.BELOW_LEGAL: Text(
        "Le dernier relevé n’atteint pas le seuil que la loi impose à cette date.",
        "The last reading does not reach the threshold that the law sets at this date.",
    ),
    State.TARGET_MISSED: Text(
        "L’action est finie et son dernier relevé n’atteint pas la cible.",
        "The action is done and its last reading does not reach the target.",
    ),
    State.BLOCKED: Text(
        "Le pilote a dit ce qui bloque, et l’action n’est ni finie ni abandonnée.",
        "The pilot said what blocks, and the action is neither done nor dropped.",
    ),
}
# The order in which states are listed: what costs or binds first, what is only silent last.
ORDER = tuple(RULES)


def _facts(code: State, fr: str, en: str) -> ProblemKind:
    return ProblemKind(code.value, "warning", fr=fr, en=en)


LATE = _facts(
    State.LATE,
    "Fin prévue le {due:fr}, dépassée de {days:jour|jours}.",
    "Planned end {due:en}, {days:day|days} ago.",
)
STALE = _facts(
    State.STALE,
    "Rien depuis {days:jour|jours} : dernière nouvelle le {last:fr}.",
    "Nothing for {days:day|days}: last news on {last:en}.",
)
NEVER_HEARD = _facts(State.STALE, "Aucune nouvelle depuis le début.", "No news since it began.")
VACANT = _facts(State.VACANT, "Pas de pilote depuis le {since:fr}.", "No pilot since {since:en}.")
UNFUNDED = _facts(
    State.UNFUNDED,
    "{asked:fr} demandés pour {year}, aucune dotation en face.",
    "{asked:en} asked for {year}, no allotment to face it.",
)
NOT_COSTED = _facts(
    State.NOT_COSTED,
    "Le coût de {year} n’est pas connu.",
    "The cost of {year} is not known.",
)
OVER_ENVELOPE = _facts(
    State.OVER_ENVELOPE,
    "{attributed:fr} fléchés en {year} pour {allotted:fr} de dotation : {excess:fr} de trop.",
    "{attributed:en} attributed in {year} for an allotment of {allotted:en}: {excess:en} too much.",
)
TARGET_MISSED = _facts(
    State.TARGET_MISSED,
    "Finie à {last:fr}, pour une cible de {aim:fr}.",
    "Done at {last:en}, for a target of {aim:en}.",
)
BELOW_LEGAL = _facts(
    State.BELOW_LEGAL,
    "{last:fr} au {on:fr} ; la loi demande {aim:fr}.",
    "{last:en} on {on:en}; the law asks for {aim:en}.",
)
BLOCKED = _facts(State.BLOCKED, "Bloquée par : {reason}", "Blocked by: {reason}")
