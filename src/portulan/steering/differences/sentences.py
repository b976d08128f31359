"""What moved in a plan, in clauses that make one sentence for each action (pure).

A clause whose subject is the action comes first (“est passée de Réflexion à Réalisation”); the
others have their own (“sa cible a baissé”).
"""

from __future__ import annotations

from portulan.core.fields import Field, Kind
from portulan.core.say.text import ProblemKind, Text
from portulan.plans.fields import ACTION
from portulan.plans.words import Choice, CommitmentLevel, Progress


def _clause(code: str, fr: str, en: str) -> ProblemKind:
    return ProblemKind(code, "warning", fr=fr, en=en)


FROM_LEVELS = {
    CommitmentLevel.STUDY: Text("de Réflexion", "from Study"),
    CommitmentLevel.EXPERIMENT: Text("d’Expérimentation", "from Experiment"),
    CommitmentLevel.IMPLEMENTATION: Text("de Réalisation", "from Implementation"),
}
PROGRESSES = {
    Progress.TODO: Text("À faire", "To do"),
    Progress.IN_PROGRESS: Text("En cours", "In progress"),
    Progress.PAUSED: Text("En pause", "Paused"),
    Progress.DONE: Text("Fini", "Done"),
    Progress.ONGOING: Text("En suivi", "Ongoing"),
    Progress.DROPPED: Text("Abandonné", "Dropped"),
}
CHOICES = {
    Choice.KEEP: Text("Retenue", "Selected"),
    Choice.LATER: Text("Plus tard", "Later"),
    Choice.REFUSE: Text("Écartée", "Set aside"),
    Choice.IN_PLACE: Text("Déjà en place", "Already in place"),
    Choice.NOT_APPLICABLE: Text("Sans objet", "Not applicable"),
}


def moved(field: Field) -> Text:
    """Return what moved of an action is called: see `core.fields.Field`."""
    if field.moved is not None:
        return field.moved
    fr, en = f"«\u00a0{field.label.fr}\u00a0»", f"“{field.label.en}”"
    return Text(fr, en) if field.name in NAMED else Text(f"{fr} a changé", f"{en} changed")


# The fields of an action whose change is told with what they were and are; those whose change is
# only said. Its level, its progress and its days have sentences of their own.
NAMED = frozenset(
    one.name for one in ACTION if one.kind.is_words or (one.to == "units" and one.kind is Kind.ONE)
)
OWN = frozenset({"level", "starts_on", "due_on"})
FIELDS = {one.name: moved(one) for one in ACTION if one.in_files and one.name in NAMED}
LISTS = {one.name: moved(one) for one in ACTION if one.in_files and one.name not in NAMED | OWN} | {
    "seen": Text("une édition plus récente a été vue", "a newer edition was read"),
    "milestones": Text("ses jalons ont changé", "its milestones changed"),
    "deliverables": Text("ses livrables ont changé", "its deliverables changed"),
    "decisions": Text("ses décisions ont été corrigées", "its decisions were corrected"),
    "evidence": Text("ses preuves ont changé", "its evidence changed"),
    "ties": Text("ses liens avec d’autres actions ont changé", "its ties to other actions changed"),
}
# Said where nothing else is: any other difference is news too.
NEWS = Text("elle a donné des nouvelles", "it gave news")

# The action is the subject.
ADDED = _clause("added", "a été ajoutée, en {level}", "was added, as {level}")
REMOVED = _clause("removed", "n’est plus au plan", "is no longer in the plan")
RAISED = _clause("raised", "est passée {before} à {after}{on}", "went {before} to {after}{on}")
LOWERED = _clause(
    "lowered", "est redescendue {before} à {after}{on}", "went back {before} to {after}{on}"
)
ADOPTED = _clause("adopted", "a été votée en {level}{on}", "was adopted as {level}{on}")
EXTENDED = _clause("extended", "a été prolongée{on}", "was extended{on}")
CLOSED = _clause("closed", "a été close{on}", "was closed{on}")
PROGRESSED = _clause(
    "progressed",
    "est passée de «\u00a0{before}\u00a0» à «\u00a0{after}\u00a0»",
    "went from “{before}” to “{after}”",
)
VACANT = _clause(
    "vacant", "n’a plus de pilote depuis le {day:fr}", "has had no pilot since {day:en}"
)
FILLED = _clause("filled", "a de nouveau un pilote", "has a pilot again")
BLOCKED = _clause("blocked", "est bloquée par «\u00a0{by}\u00a0»", "is blocked by “{by}”")
UNBLOCKED = _clause("unblocked", "n’est plus bloquée", "is no longer blocked")
VERBS = frozenset(
    {ADDED, REMOVED, RAISED, LOWERED, ADOPTED, EXTENDED, CLOSED, PROGRESSED, VACANT, FILLED}
    | {BLOCKED, UNBLOCKED}
)
# They have a subject of their own.
NOW = _clause(
    "now",
    "{field} est «\u00a0{after}\u00a0» (c’était «\u00a0{before}\u00a0»)",
    "{field} is “{after}” (it was “{before}”)",
)
GIVEN = _clause("given", "{field} est «\u00a0{after}\u00a0»", "{field} is “{after}”")
WITHDRAWN = _clause("withdrawn", "{field} n’est plus dit", "{field} is no longer said")
OTHERWISE = _clause("otherwise", "{words}", "{words}")
END_LATER = _clause(
    "end-later",
    "sa fin prévue a reculé du {before:fr} au {after:fr}",
    "its planned end moved back from {before:en} to {after:en}",
)
END_SOONER = _clause(
    "end-sooner",
    "sa fin prévue a avancé du {before:fr} au {after:fr}",
    "its planned end was brought forward from {before:en} to {after:en}",
)
END_GIVEN = _clause(
    "end-given", "sa fin est prévue le {after:fr}", "its end is planned on {after:en}"
)
END_GONE = _clause("end-gone", "sa fin prévue n’est plus dite", "its planned end is no longer said")
START = _clause("start", "son début est prévu le {after:fr}", "its start is planned on {after:en}")
START_GONE = _clause("start-gone", "son début n’est plus dit", "its start is no longer said")
TARGET_UP = _clause(
    "target-up",
    "sa cible{of:fr} a monté de {before} à {after:fr}",
    "its target{of:en} rose from {before} to {after:en}",
)
TARGET_DOWN = _clause(
    "target-down",
    "sa cible{of:fr} a baissé de {before} à {after:fr}",
    "its target{of:en} fell from {before} to {after:en}",
)
TARGET_NEW = _clause(
    "target-new", "sa cible{of:fr} est {after:fr}", "its target{of:en} is {after:en}"
)
TARGET_GONE = _clause(
    "target-gone", "sa cible{of:fr} a été retirée", "its target{of:en} was removed"
)
TARGET_WORDS = _clause(
    "target-words",
    "sa cible{of:fr} est «\u00a0{after}\u00a0» (c’était «\u00a0{before}\u00a0»)",
    "its target{of:en} is “{after}” (it was “{before}”)",
)
TARGET_JUDGED = _clause(
    "target-judged",
    "le jugement de sa cible{of:fr} a changé (\u00ab\u00a0{after}\u00a0\u00bb)",
    "the judgement of its target{of:en} changed (“{after}”)",
)
INDICATOR_NEW = _clause("indicator-new", "«\u00a0{name}\u00a0» la mesure", "“{name}” measures it")
INDICATOR_GONE = _clause(
    "indicator-gone", "«\u00a0{name}\u00a0» ne la mesure plus", "“{name}” no longer measures it"
)
INDICATOR_ORDER = _clause(
    "indicator-order", "l’ordre de ses indicateurs a changé", "the order of its indicators changed"
)
INDICATOR_OTHERWISE = _clause(
    "indicator-otherwise",
    "la définition de «\u00a0{name}\u00a0» a changé",
    "the definition of “{name}” changed",
)
READING = _clause(
    "reading",
    "«\u00a0{name}\u00a0» est à {after:fr} le {day:fr}",
    "“{name}” is at {after:en} on {day:en}",
)
READING_FROM = _clause(
    "reading-from",
    "«\u00a0{name}\u00a0» est à {after:fr} le {day:fr} ({before:fr} avant)",
    "“{name}” is at {after:en} on {day:en} ({before:en} before)",
)
READINGS = _clause(
    "readings",
    "des relevés de «\u00a0{name}\u00a0» ont changé",
    "readings of “{name}” changed",
)
DELIVERED = _clause(
    "delivered",
    "«\u00a0{title}\u00a0» a été remis le {day:fr}",
    "“{title}” was delivered on {day:en}",
)
REACHED = _clause(
    "reached",
    "le jalon «\u00a0{title}\u00a0» a été atteint le {day:fr}",
    "the milestone “{title}” was reached on {day:en}",
)
ASKED = _clause(
    "asked",
    "{year}\u00a0: la demande est passée de {before:fr} à {after:fr}",
    "{year}: what it asks went from {before:en} to {after:en}",
)
ASKED_NEW = _clause(
    "asked-new", "{year}\u00a0: elle demande {after:fr}", "{year}: it asks for {after:en}"
)
ASKED_GONE = _clause(
    "asked-gone", "{year}\u00a0: elle ne demande plus rien", "{year}: it asks for nothing any more"
)
ASKED_UNKNOWN = _clause(
    "asked-unknown",
    "{year}\u00a0: son coût est inconnu",
    "{year}: its cost is unknown",
)
ALLOTTED = _clause(
    "allotted",
    "{year}\u00a0: sa dotation est de {after:fr} (c’était {before:fr})",
    "{year}: its allotment is {after:en} (it was {before:en})",
)
ALLOTTED_NEW = _clause(
    "allotted-new",
    "{year}\u00a0: elle a une dotation de {after:fr}",
    "{year}: it has an allotment of {after:en}",
)
ALLOTTED_GONE = _clause(
    "allotted-gone", "{year}\u00a0: elle n’a plus de dotation", "{year}: its allotment is gone"
)
ALLOTTED_OTHERWISE = _clause(
    "allotted-otherwise",
    "{year}\u00a0: l’acte de sa dotation a changé",
    "{year}: the act of its allotment changed",
)
SAID_KEPT = _clause("said-kept", "son engagement est dit tenu", "its commitment is said to be kept")
SAID_NOT_KEPT = _clause(
    "said-not-kept", "son engagement est dit non tenu", "its commitment is said not to be kept"
)

# Of the plan, whole sentences.
PLAN_FIELD = _clause(
    "plan-field",
    "{field} est «\u00a0{after}\u00a0» (c’était «\u00a0{before}\u00a0»).",
    "{field} is “{after}” (it was “{before}”).",
)
PLAN_LISTS = _clause("plan-lists", "{words}", "{words}")
AMBITION = _clause(
    "ambition",
    "{year}\u00a0: l’ambition est passée de {before} à {after:fr}.",
    "{year}: the ambition went from {before} to {after:en}.",
)
AMBITION_NEW = _clause(
    "ambition-new",
    "{year}\u00a0: l’ambition est de {after:fr}.",
    "{year}: the ambition is {after:en}.",
)
AMBITION_GONE = _clause(
    "ambition-gone", "{year}\u00a0: plus d’ambition.", "{year}: no ambition any more."
)
ENVELOPE = _clause(
    "envelope",
    "{year}\u00a0: l’enveloppe votée est passée de {before:fr} à {after:fr}.",
    "{year}: the envelope voted went from {before:en} to {after:en}.",
)
ENVELOPE_NEW = _clause(
    "envelope-new",
    "{year}\u00a0: une enveloppe de {after:fr} a été votée.",
    "{year}: an envelope of {after:en} was voted.",
)
ENVELOPE_GONE = _clause(
    "envelope-gone", "{year}\u00a0: plus d’enveloppe votée.", "{year}: no envelope voted any more."
)
ENVELOPE_OTHERWISE = _clause(
    "envelope-otherwise",
    "{year}\u00a0: l’acte de l’enveloppe a changé.",
    "{year}: the act of the envelope changed.",
)
FIGURE = _clause(
    "figure",
    "{year}\u00a0: la part publiée est de {after:fr} (c’était {before:fr}).",
    "{year}: the published share is {after:en} (it was {before:en}).",
)
FIGURE_NEW = _clause(
    "figure-new",
    "{year}\u00a0: la part publiée est de {after:fr}.",
    "{year}: the published share is {after:en}.",
)
FIGURE_GONE = _clause(
    "figure-gone", "{year}\u00a0: plus de part publiée.", "{year}: no published share any more."
)
FIGURE_OTHERWISE = _clause(
    "figure-otherwise",
    "{year}\u00a0: la part publiée est la même, sur d’autres lignes.",
    "{year}: the published share is the same, on other lines.",
)
EVIDENCE = _clause(
    "evidence",
    "Les fichiers de comptes ont changé.",
    "The files of accounts changed.",
)
CHOSEN = _clause(
    "chosen",
    "{practice}\u00a0: «\u00a0{after}\u00a0» (c’était «\u00a0{before}\u00a0»).",
    "{practice}: “{after}” (it was “{before}”).",
)
CHOSEN_NEW = _clause(
    "chosen-new", "{practice}\u00a0: «\u00a0{after}\u00a0».", "{practice}: “{after}”."
)
CHOSEN_GONE = _clause(
    "chosen-gone", "{practice}\u00a0: plus de réponse.", "{practice}: no answer any more."
)
CHOSEN_OTHERWISE = _clause(
    "chosen-otherwise",
    "{practice}\u00a0: le motif ou le jour de la réponse a changé.",
    "{practice}: the reason or the day of the answer changed.",
)
PLAN_FIELDS = {
    "title": Text("Le titre du plan", "The title of the plan"),
    "first_year": Text("La première année", "The first year"),
    "last_year": Text("La dernière année", "The last year"),
    "adopted_on": Text("Le jour du vote", "The day of the vote"),
    "adopted_by": Text("L’organe du vote", "The body of the vote"),
    "stale_after_days": Text("Le délai sans nouvelle", "The delay without news"),
    "used_share": Text("La part à engager dans l’année (%)", "The share to commit in the year (%)"),
    "used_by_month": Text("Le mois où cette part est attendue", "The month that share is due"),
}
PLAN_WORDS = {
    "units": Text("Les entités des actions ont changé.", "The units of actions changed."),
    "axes": Text("Les axes ont changé.", "The axes changed."),
    "goals": Text("Les objectifs communs ont changé.", "The common goals changed."),
    "editions": Text("Les éditions du référentiel ont changé.", "The editions used changed."),
    "evidence": Text("Les preuves des réponses ont changé.", "The proofs of answers changed."),
    "stakeholders": Text(
        "Les acteurs du territoire ont changé.", "The actors of the area changed."
    ),
    "unit_days": Text("Les jours des entités ont changé.", "The days of units changed."),
}
ON = Text(" le {}", " on {}")
OF = Text("\u00a0«\u00a0{}\u00a0»", " “{}”")
DUE = Text(" au {}", " by {}")
SUBJECT = Text("L’action {number} ({title}) {clauses}.", "Action {number} ({title}) {clauses}.")
ABOUT = Text("Action {number} ({title})\u00a0: {clauses}.", "Action {number} ({title}): {clauses}.")
