"""The fields of an action, each declared once (pure): every surface reads them from here."""

from __future__ import annotations

from enum import StrEnum

from portulan.core.fields import Field
from portulan.core.say.text import Text


class Group(StrEnum):
    """Where a field stands on the form and on the page of an action."""

    WHAT = "what"
    WHO = "who"
    WHEN = "when"
    EFFORT = "effort"


ACTION = (
    Field("title", Text("Titre", "Title"), Group.WHAT),
    Field(
        "short_title",
        Text("Titre court", "Short title"),
        Group.WHAT,
        help=Text(
            "Quarante caractères au plus, pour les tableaux et les impressions.",
            "Forty characters at most, for tables and prints.",
        ),
        head=Text("Titre court", "Short title"),
    ),
    Field(
        "own_number",
        Text("Numéro d’usage", "Own number"),
        Group.WHAT,
        help=Text(
            "Celui de vos documents\u00a0: 1.10, A-3. Vide\u00a0: le numéro d’ici.",
            "The one in your documents: 1.10, A-3. Empty: the number here.",
        ),
        word=Text("Numéro d’usage", "Own number"),
        head=Text("Numéro d’usage", "Own number"),
    ),
    Field(
        "level",
        Text("Niveau d’engagement proposé", "Proposed commitment level"),
        Group.WHAT,
        help=Text(
            "Il sera celui de l’action une fois voté.",
            "It will become the action’s level once voted.",
        ),
        restorable=False,  # it moves by a decision
    ),
    Field("description", Text("Description", "Description"), Group.WHAT),
    Field(
        "practices",
        Text("Bonnes pratiques suivies", "Good practices followed"),
        Group.WHAT,
        help=Text(
            "Maintenez Ctrl (ou Cmd) pour en choisir plusieurs.",
            "Hold Ctrl (or Cmd) to choose several.",
        ),
    ),
    Field(
        "scope",
        Text("Champ d’expérimentation", "Scope of the experiment"),
        Group.WHAT,
        help=Text(
            "Où, sur qui, jusqu’à quand\u202f; nécessaire à une expérimentation.",
            "Where, with whom, until when; required for an experiment.",
        ),
        word=Text("Champ", "Scope"),
    ),
    Field(
        "protocol",
        Text("Protocole de l’essai", "Protocol of the trial"),
        Group.WHAT,
        help=Text(
            "Comment on essaie\u00a0: qui, combien de temps, mesuré comment.",
            "How it is tried: who, how long, measured how.",
        ),
    ),
    Field(
        "compared_with",
        Text("Comparé à quoi", "Compared with what"),
        Group.WHAT,
        help=Text(
            "Avant et après, ou un témoin où rien n’a changé.",
            "Before and after, or a control where nothing changed.",
        ),
    ),
    Field(
        "cost_to_extend",
        Text("Coût de généraliser", "Cost of extending"),
        Group.WHAT,
        help=Text("En euros et en jours, même un intervalle.", "In euros and days, even a range."),
    ),
    Field("reach", Text("Portée", "Reach"), Group.WHAT, word=Text("Portée", "Reach")),
    Field("axis", Text("Axe", "Axis"), Group.WHAT, word=Text("Axe", "Axis")),
    Field(
        "goals",
        Text("Objectifs communs servis", "Common goals served"),
        Group.WHAT,
        word=Text("Objectifs", "Goals"),
    ),
    Field(
        "pilot_function",
        Text("Fonction du pilote", "Pilot’s function"),
        Group.WHO,
        help=Text(
            "Une seule fonction répond de l’action.", "A single function answers for the action."
        ),
        head=Text("Pilote", "Pilot"),
    ),
    Field("pilot", Text("Personne qui pilote", "Person who pilots it"), Group.WHO),
    Field(
        "unit",
        Text("Entité", "Unit"),
        Group.WHO,
        word=Text("Entité", "Unit"),
        head=Text("Entité", "Unit"),
    ),
    Field(
        "decided_by",
        Text("Qui décide", "Who decides"),
        Group.WHO,
        help=Text(
            "Qui dit oui ou non\u00a0: le maire, une direction, une assemblée.",
            "Who says yes or no: the mayor, a management, an assembly.",
        ),
        word=Text("Décide", "Decides"),
    ),
    Field(
        "follow_up_function",
        Text("Suivi par", "Followed up by"),
        Group.WHO,
        help=Text(
            "La fonction qui suit les relevés\u202f; nécessaire à une réalisation.",
            "The function that follows up the readings; required for an implementation.",
        ),
        word=Text("Suivi", "Follow-up"),
        head=Text("Suivi", "Follow-up"),
    ),
    Field(
        "contributors",
        Text("Contributeurs", "Contributors"),
        Group.WHO,
        help=Text("Un par ligne.", "One per line."),
        word=Text("Contributeurs", "Contributors"),
    ),
    Field(
        "sponsor_function",
        Text("Élu ou directeur référent", "Sponsor"),
        Group.WHO,
        word=Text("Porté par", "Sponsor"),
    ),
    Field("starts_on", Text("Début", "Start"), Group.WHEN, head=Text("Début", "Start")),
    Field(
        "due_on",
        Text("Fin prévue", "Planned end"),
        Group.WHEN,
        head=Text("Fin prévue", "Planned end"),
    ),
    Field(
        "days_per_year",
        Text("Temps d’agents (jours par an)", "Staff time (days a year)"),
        Group.EFFORT,
        help=Text(
            "Jamais converti en euros. Vide\u00a0: inconnu.",
            "Never converted into euros. Empty: unknown.",
        ),
        word=Text("Temps", "Time"),
        unsaid=Text("inconnu", "unknown"),
        sentence=Text("%(value)s jours par an", "%(value)s days a year"),
        head=Text("Jours par an", "Days a year"),
    ),
    Field(
        "impact_guess",
        Text("Impact pressenti", "Expected impact"),
        Group.EFFORT,
        word=Text("Impact pressenti", "Expected impact"),
        unsaid=Text("non estimé", "not estimated"),
    ),
    Field(
        "effort_guess",
        Text("Effort pressenti", "Expected effort"),
        Group.EFFORT,
        word=Text("Effort pressenti", "Expected effort"),
        unsaid=Text("non estimé", "not estimated"),
    ),
)
