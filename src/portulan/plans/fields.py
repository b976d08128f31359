"""The fields of an action, each declared once (pure): every surface reads them from here."""

from __future__ import annotations

from enum import StrEnum

from portulan.core.fields import Field, Kind, by_name, of_kind
from portulan.core.say.text import Text
from portulan.plans.words import CommitmentLevel, Guess, Reach


class Group(StrEnum):
    """Where a field stands on the form and on the page of an action."""

    WHAT = "what"
    WHO = "who"
    WHEN = "when"
    EFFORT = "effort"


LEVELS = {
    CommitmentLevel.STUDY: Text("Réflexion", "Study"),
    CommitmentLevel.EXPERIMENT: Text("Expérimentation", "Experiment"),
    CommitmentLevel.IMPLEMENTATION: Text("Réalisation", "Implementation"),
}
REACHES = {
    Reach.ORGANISATION: Text("Organisation", "Organisation"),
    Reach.TERRITORY: Text("Territoire", "Local area"),
}
GUESSES = {
    Guess.LOW: Text("Faible", "Low"),
    Guess.MEDIUM: Text("Moyen", "Medium"),
    Guess.HIGH: Text("Fort", "High"),
}

ACTION = (
    Field(
        "title",
        Text("Titre", "Title"),
        Group.WHAT,
        most=250,
        moved=Text("son titre", "its title"),
        in_lists=False,
    ),
    Field(
        "short_title",
        Text("Titre court", "Short title"),
        Group.WHAT,
        most=40,
        moved=Text("son titre court", "its short title"),
        help=Text(
            "Quarante caractères au plus, pour les tableaux et les impressions.",
            "Forty characters at most, for tables and prints.",
        ),
        head=Text("Titre court", "Short title"),
        in_lists=False,
    ),
    Field(
        "own_number",
        Text("Numéro d’usage", "Own number"),
        Group.WHAT,
        most=40,
        moved=Text("son numéro d’usage", "its own number"),
        help=Text(
            "Celui de vos documents\u00a0: 1.10, A-3. Vide\u00a0: le numéro d’ici.",
            "The one in your documents: 1.10, A-3. Empty: the number here.",
        ),
        word=Text("Numéro d’usage", "Own number"),
        head=Text("Numéro d’usage", "Own number"),
        in_lists=False,
        table="",
    ),
    Field(
        "level",
        Text("Niveau d’engagement proposé", "Proposed commitment level"),
        Group.WHAT,
        kind=Kind.STEP,
        steps=LEVELS,
        help=Text(
            "Il sera celui de l’action une fois voté.",
            "It will become the action’s level once voted.",
        ),
        restorable=False,  # it moves by a decision
        in_lists=False,
    ),
    Field(
        "description",
        Text("Description", "Description"),
        Group.WHAT,
        kind=Kind.TEXT,
        moved=Text("sa description", "its description"),
    ),
    Field(
        "practices",
        Text("Bonnes pratiques suivies", "Good practices followed"),
        Group.WHAT,
        kind=Kind.MANY,
        to="practices",
        moved=Text("ses bonnes pratiques ont changé", "its practices changed"),
        help=Text(
            "Maintenez Ctrl (ou Cmd) pour en choisir plusieurs.",
            "Hold Ctrl (or Cmd) to choose several.",
        ),
        table="practice",
    ),
    Field(
        "scope",
        Text("Champ d’expérimentation", "Scope of the experiment"),
        Group.WHAT,
        most=300,
        moved=Text("son champ d’expérimentation", "its scope"),
        help=Text(
            "Où, sur qui, jusqu’à quand\u202f; nécessaire à une expérimentation.",
            "Where, with whom, until when; required for an experiment.",
        ),
        word=Text("Champ", "Scope"),
        in_lists=False,
        table="",
    ),
    Field(
        "protocol",
        Text("Protocole de l’essai", "Protocol of the trial"),
        Group.WHAT,
        most=300,
        moved=Text("son protocole", "its protocol"),
        help=Text(
            "Comment on essaie\u00a0: qui, combien de temps, mesuré comment.",
            "How it is tried: who, how long, measured how.",
        ),
        in_lists=False,
        table="",
    ),
    Field(
        "compared_with",
        Text("Comparé à quoi", "Compared with what"),
        Group.WHAT,
        most=300,
        moved=Text("ce à quoi elle se compare", "what it is compared with"),
        help=Text(
            "Avant et après, ou un témoin où rien n’a changé.",
            "Before and after, or a control where nothing changed.",
        ),
        in_lists=False,
        table="",
    ),
    Field(
        "cost_to_extend",
        Text("Coût de généraliser", "Cost of extending"),
        Group.WHAT,
        most=200,
        moved=Text("le coût de la généraliser", "the cost of extending it"),
        sent=False,
        help=Text("En euros et en jours, même un intervalle.", "In euros and days, even a range."),
        in_lists=False,
        table="",
    ),
    Field(
        "reach",
        Text("Portée", "Reach"),
        Group.WHAT,
        kind=Kind.STEP,
        steps=REACHES,
        moved=Text("sa portée a changé", "its reach changed"),
        word=Text("Portée", "Reach"),
        in_lists=False,
        table="",
    ),
    Field(
        "axis",
        Text("Axe", "Axis"),
        Group.WHAT,
        kind=Kind.ONE,
        to="axes",
        moved=Text("son axe a changé", "its axis changed"),
        word=Text("Axe", "Axis"),
    ),
    Field(
        "goals",
        Text("Objectifs communs servis", "Common goals served"),
        Group.WHAT,
        kind=Kind.MANY,
        to="goals",
        moved=Text("ses objectifs communs ont changé", "its goals changed"),
        word=Text("Objectifs", "Goals"),
        table="",
    ),
    Field(
        "pilot_function",
        Text("Fonction du pilote", "Pilot’s function"),
        Group.WHO,
        most=160,
        moved=Text("son pilote", "its pilot"),
        help=Text(
            "Une seule fonction répond de l’action.", "A single function answers for the action."
        ),
        head=Text("Pilote", "Pilot"),
        short="pilot",
        table="pilot",
    ),
    Field(
        "pilot",
        Text("Personne qui pilote", "Person who pilots it"),
        Group.WHO,
        kind=Kind.ONE,
        to="people",
        in_files=False,
        in_lists=False,  # it has a gesture of its own
        table="person",
    ),
    Field(
        "unit",
        Text("Entité", "Unit"),
        Group.WHO,
        kind=Kind.ONE,
        to="units",
        moved=Text("son entité", "its unit"),
        sent=False,
        word=Text("Entité", "Unit"),
        head=Text("Entité", "Unit"),
    ),
    Field(
        "decided_by",
        Text("Qui décide", "Who decides"),
        Group.WHO,
        most=160,
        moved=Text("l’organe qui en décide", "the body that decides of it"),
        sent=False,
        help=Text(
            "Qui dit oui ou non\u00a0: le maire, une direction, une assemblée.",
            "Who says yes or no: the mayor, a management, an assembly.",
        ),
        word=Text("Décide", "Decides"),
        in_lists=False,
        table="",
    ),
    Field(
        "follow_up_function",
        Text("Suivi par", "Followed up by"),
        Group.WHO,
        most=160,
        moved=Text("son suivi", "its follow-up"),
        help=Text(
            "La fonction qui suit les relevés\u202f; nécessaire à une réalisation.",
            "The function that follows up the readings; required for an implementation.",
        ),
        word=Text("Suivi", "Follow-up"),
        head=Text("Suivi", "Follow-up"),
        short="follow_up",
        table="follow_up",
    ),
    Field(
        "contributors",
        Text("Contributeurs", "Contributors"),
        Group.WHO,
        kind=Kind.LINES,
        moved=Text("ses contributeurs ont changé", "its contributors changed"),
        withheld=True,
        help=Text("Un par ligne.", "One per line."),
        word=Text("Contributeurs", "Contributors"),
        table="",
    ),
    Field(
        "sponsor_function",
        Text("Élu ou directeur référent", "Sponsor"),
        Group.WHO,
        most=160,
        moved=Text("son référent", "its sponsor"),
        word=Text("Porté par", "Sponsor"),
        in_lists=False,
        table="",
    ),
    Field(
        "starts_on",
        Text("Début", "Start"),
        Group.WHEN,
        kind=Kind.DAY,
        head=Text("Début", "Start"),
        short="starts",
        filtered=False,
        table="start",
    ),
    Field(
        "due_on",
        Text("Fin prévue", "Planned end"),
        Group.WHEN,
        kind=Kind.DAY,
        head=Text("Fin prévue", "Planned end"),
        short="due",
        filtered=False,
        table="end",
    ),
    Field(
        "days_per_year",
        Text("Temps d’agents (jours par an)", "Staff time (days a year)"),
        Group.EFFORT,
        kind=Kind.NUMBER,
        moved=Text("son temps d’agents a changé", "its staff time changed"),
        help=Text(
            "Jamais converti en euros. Vide\u00a0: inconnu.",
            "Never converted into euros. Empty: unknown.",
        ),
        word=Text("Temps", "Time"),
        unsaid=Text("inconnu", "unknown"),
        sentence=Text("%(value)s jours par an", "%(value)s days a year"),
        head=Text("Jours par an", "Days a year"),
        short="days",
        table="",
    ),
    Field(
        "impact_guess",
        Text("Impact pressenti", "Expected impact"),
        Group.EFFORT,
        kind=Kind.STEP,
        steps=GUESSES,
        moved=Text("son impact pressenti a changé", "its guessed impact changed"),
        word=Text("Impact pressenti", "Expected impact"),
        unsaid=Text("non estimé", "not estimated"),
        brief=Text("Impact", "Impact"),
        short="impact",
        table="",
    ),
    Field(
        "effort_guess",
        Text("Effort pressenti", "Expected effort"),
        Group.EFFORT,
        kind=Kind.STEP,
        steps=GUESSES,
        moved=Text("son effort pressenti a changé", "its guessed effort changed"),
        word=Text("Effort pressenti", "Expected effort"),
        unsaid=Text("non estimé", "not estimated"),
        brief=Text("Effort", "Effort"),
        short="effort",
        table="",
    ),
)
# What an action points to, and is read with it.
ROWS = tuple(one.name for one in of_kind(ACTION, Kind.ONE))
# What a list tells apart, and what is changed in a view of the plan.
CELLS = by_name(one for one in ACTION if one.is_cell)
