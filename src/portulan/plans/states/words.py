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
    State.UNDER_USED: Text("Sous-employée", "Under-used"),
    State.TARGET_MISSED: Text("Cible non atteinte", "Target missed"),
    State.BELOW_LEGAL: Text("Sous le seuil légal", "Under a legal threshold"),
    State.BLOCKED: Text("Bloquée", "Blocked"),
    State.PART_AWAITED: Text("Part attendue", "Part awaited"),
    State.MILESTONE_LATE: Text("Jalon dépassé", "Milestone missed"),
    State.DELIVERABLE_LATE: Text("Livrable en retard", "Deliverable late"),
    State.NOT_STARTED: Text("Jamais commencée", "Never started"),
    State.NOT_ACCEPTED: Text("Pilote non accepté", "Pilot not accepted"),
    State.LEVEL_UNMET: Text("Niveau à compléter", "Level to be completed"),
    State.NO_DATE: Text("Sans date de fin", "No end date"),
    State.NO_INDICATOR: Text("Sans indicateur", "No indicator"),
    State.NO_TARGET: Text("Sans cible", "No target"),
    State.NO_DELIVERABLE: Text("Sans livrable", "No deliverable"),
}
RULES = {
    State.BLOCKED: Text(
        "Le pilote a dit ce qui bloque, et l’action n’est ni finie ni abandonnée.",
        "The pilot said what blocks, and the action is neither done nor dropped.",
    ),
    State.OVER_ENVELOPE: Text(
        "Ce que les lignes budgétaires fléchent vers l’action dépasse sa dotation de l’exercice.",
        "What budget lines attribute to the action exceeds its allotment of the year.",
    ),
    State.UNDER_USED: Text(
        "Passé la date que le plan fixe, moins que la part qu’il fixe de la dotation de l’exercice "
        "est engagée ou mandatée ; au stade des crédits ouverts, on ne le sait pas.",
        "Past the date that the plan sets, less than the share that it sets of the allotment of "
        "the year is committed or realised; at the stage of opened credits, it is not known.",
    ),
    State.LATE: Text(
        "La fin prévue est passée, et l’action n’est ni finie, ni en suivi, ni abandonnée.",
        "The planned end is past, and the action is not done, followed up or dropped.",
    ),
    State.MILESTONE_LATE: Text(
        "Un jalon a passé son jour sans être atteint, et l’action n’est ni finie ni abandonnée.",
        "A milestone passed its day without being reached; the action is neither done nor dropped.",
    ),
    State.DELIVERABLE_LATE: Text(
        "Un livrable attendu n’est pas remis, et son jour est passé ; ainsi d’une réflexion échue.",
        "A deliverable is awaited and its day is past; so it is with an overdue study.",
    ),
    State.NOT_STARTED: Text(
        "Le début prévu est passé, et l’action est encore à faire.",
        "The planned start is past, and the action is still to do.",
    ),
    State.STALE: Text(
        "L’action est en cours et personne n’en a donné de nouvelle depuis le délai du plan.",
        "The action is in progress and nobody gave news within the plan’s delay.",
    ),
    State.PART_AWAITED: Text(
        "Une entité désignée n’a pas dit sa part d’un indicateur pour la dernière période ; sans"
        " fréquence, ni depuis qu’une autre a dit la sienne.",
        "A designated unit did not tell its part of an indicator for the last period; without a"
        " frequency, nor since another told its own.",
    ),
    State.VACANT: Text(
        "Le poste du pilote est déclaré vacant, ou la personne nommée est partie.",
        "The pilot’s post is declared vacant, or the person named has left.",
    ),
    State.UNFUNDED: Text(
        "L’action demande de l’argent informatique pour un exercice à venir, d’autres actions y "
        "ont une dotation, pas elle.",
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
    State.NOT_ACCEPTED: Text(
        "La fonction a été pressentie comme pilote et ne l’a pas accepté : un silence n’est pas un"
        " oui.",
        "The function was asked to pilot and has not accepted: silence is not a yes.",
    ),
    State.LEVEL_UNMET: Text(
        "Le niveau est décidé, et l’action n’a pas ce sur quoi il repose : un champ pour une"
        " expérimentation, un indicateur et un suivi pour une réalisation.",
        "The level is decided, and the action lacks what it rests on: a scope for an experiment, an"
        " indicator and a follow-up for an implementation.",
    ),
    State.NO_DELIVERABLE: Text(
        "Une réflexion engage sur un livrable, et aucun n’est dit.",
        "A study commits to a deliverable, and none is said.",
    ),
    State.NO_DATE: Text(
        "Aucune fin n’est prévue, et l’action n’est ni finie, ni en suivi, ni abandonnée.",
        "No end is planned, and the action is not done, followed up or dropped.",
    ),
    State.NO_INDICATOR: Text(
        "Une expérimentation ou une réalisation que rien ne mesure.",
        "An experiment or an implementation that nothing measures.",
    ),
    State.NO_TARGET: Text(
        "L’indicateur principal n’a pas de cible : on ne saura pas si elle est atteinte.",
        "The main indicator has no target: nobody will know whether it is reached.",
    ),
}
# The order in which states are listed: what costs or binds first, what is only silent last.
ORDER = tuple(RULES)
# What is to be completed: told apart from what calls for attention.
LACKS = frozenset(
    {
        State.NOT_ACCEPTED,
        State.LEVEL_UNMET,
        State.NO_DATE,
        State.NO_INDICATOR,
        State.NO_TARGET,
        State.NO_DELIVERABLE,
    }
)


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
PART_AWAITED = _facts(
    State.PART_AWAITED,
    "{name} : il manque la part de {missing:entité|entités} sur {owed} ({units}).",
    "{name}: the part of {missing:unit|units} of {owed} is missing ({units}).",
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
    "{attributed:fr} {stage:fr} en {year} pour {allotted:fr} d’enveloppe : {excess:fr} de trop.",
    "{attributed:en} {stage:en} in {year} for an envelope of {allotted:en}: {excess:en} too much.",
)
UNDER_USED = _facts(
    State.UNDER_USED,
    "{spent:fr} engagés en {year} sur {allotted:fr} dotés : {left:fr} seraient perdus.",
    "{spent:en} committed in {year} of {allotted:en} allotted: {left:en} would be lost.",
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
MILESTONE_LATE = _facts(
    State.MILESTONE_LATE,
    "Jalon « {title} » prévu le {due:fr}, dépassé de {days:jour|jours}.",
    "Milestone “{title}” planned for {due:en}, {days:day|days} ago.",
)
DELIVERABLE_LATE = _facts(
    State.DELIVERABLE_LATE,
    "Livrable « {title} » attendu le {due:fr}, dépassé de {days:jour|jours}.",
    "Deliverable “{title}” awaited on {due:en}, {days:day|days} ago.",
)
NOT_STARTED = _facts(
    State.NOT_STARTED,
    "Début prévu le {due:fr}, dépassé de {days:jour|jours} ; toujours à faire.",
    "Planned start {due:en}, {days:day|days} ago; still to do.",
)
ASKED_NO_ANSWER = _facts(
    State.NOT_ACCEPTED,
    "Pressenti le {on:fr}, sans réponse : ce n’est pas un oui.",
    "Asked on {on:en}, no answer: it is not a yes.",
)
ASKED_NOT_ME = _facts(
    State.NOT_ACCEPTED,
    "« Ce n’est pas moi », a répondu la fonction le {on:fr}.",
    "“It is not me”, the function answered on {on:en}.",
)
ASKED_TALK = _facts(
    State.NOT_ACCEPTED,
    "En parle d’abord, depuis le {on:fr}.",
    "Talks about it first, since {on:en}.",
)
ASKED_ANOTHER = _facts(
    State.NOT_ACCEPTED,
    "La fonction a changé depuis l’accord demandé le {on:fr} : demandez à la nouvelle.",
    "The function changed since it was asked on {on:en}: ask the new one.",
)
NO_DATE = _facts(State.NO_DATE, "Dites quand elle finira.", "Say when it will end.")
NO_INDICATOR = _facts(State.NO_INDICATOR, "Donnez-lui un indicateur.", "Give it an indicator.")
NO_TARGET = _facts(
    State.NO_TARGET, "Donnez une cible à son indicateur.", "Give its indicator a target."
)
NO_DELIVERABLE = _facts(
    State.NO_DELIVERABLE,
    "Dites le livrable attendu, et pour quand.",
    "Say which deliverable is awaited, and when.",
)
NO_SCOPE = _facts(
    State.LEVEL_UNMET,
    "Dites son champ : où, sur qui, jusqu’à quand on essaie.",
    "Say its scope: where, with whom, until when it is tried.",
)
NOT_FOLLOWED = _facts(
    State.LEVEL_UNMET,
    "Dites la fonction qui en fait le suivi.",
    "Say which function follows it up.",
)
NOT_MEASURED = _facts(
    State.LEVEL_UNMET,
    "Une réalisation se mesure : donnez-lui un indicateur.",
    "An implementation is measured: give it an indicator.",
)
