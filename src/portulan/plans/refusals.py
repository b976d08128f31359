"""What the rules of commitments answer when they refuse: each sentence says what to do (pure)."""

from __future__ import annotations

from portulan.core.say.text import ProblemKind


def _kind(code: str, fr: str, en: str, *, advice: bool = False) -> ProblemKind:
    return ProblemKind(code, "warning" if advice else "error", fr=fr, en=en)


BODY_MISSING = _kind(
    "body-missing",
    "Dites quel organe a décidé, par exemple « Assemblée régionale ».",
    "Say which body decided, for instance “Regional assembly”.",
)
REASON_MISSING = _kind(
    "reason-missing",
    "Donnez le motif : il sera relu dans un an.",
    "Give the reason: it will be read again in a year.",
)
IN_THE_FUTURE = _kind(
    "decided-in-the-future",
    "Cette date est à venir : enregistrez la décision une fois prise.",
    "This date is to come: record the decision once it is made.",
)
BEFORE_THE_LAST = _kind(
    "decided-before-the-last",
    "La dernière décision date du {last:fr} : la suivante ne peut pas la précéder.",
    "The last decision is of {last:en}: the next one cannot come before it.",
)
BEFORE_THE_PREVIOUS = _kind(
    "decided-before-the-previous",
    "La décision précédente date du {previous:fr} : celle-ci ne peut pas la précéder.",
    "The previous decision is of {previous:en}: this one cannot come before it.",
)
AFTER_THE_NEXT = _kind(
    "decided-after-the-next",
    "La décision suivante date du {next:fr} : celle-ci ne peut pas venir après.",
    "The next decision is of {next:en}: this one cannot come after it.",
)
NEXT_RESTS_ON_IT = _kind(
    "next-rests-on-it",
    "La décision suivante, du {next:fr}, ne va pas avec ce niveau : corrigez-la d’abord.",
    "The next decision, of {next:en}, does not go with this level: correct it first.",
)
ADOPT_FIRST = _kind(
    "adopt-first",
    "L’action n’est pas encore adoptée : enregistrez d’abord le vote de son premier niveau.",
    "The action is not adopted yet: record the vote of its first level first.",
)
ADOPTED_ALREADY = _kind(
    "adopted-already",
    "L’action est adoptée depuis le {first:fr} : choisissez un changement de niveau.",
    "The action was adopted on {first:en}: choose a change of level.",
)
SAME_LEVEL = _kind(
    "same-level",
    "L’action est déjà à ce niveau : choisissez-en un autre, ou prolongez l’expérimentation.",
    "The action is at this level already: choose another one, or extend the experiment.",
)
NOT_AN_EXPERIMENT = _kind(
    "not-an-experiment",
    "Seule une expérimentation se prolonge : changez plutôt la date de fin prévue.",
    "Only an experiment is extended: change the planned end instead.",
)
NOTHING_TO_CLOSE = _kind(
    "nothing-to-close",
    "Une réalisation ne se clôt pas : finie, elle passe en suivi ; sinon, abandonnez l’action.",
    "An implementation is not closed: done, it goes on as follow-up; else drop the action.",
)
CLOSED_ALREADY = _kind(
    "closed-already",
    "L’engagement est clos depuis le {last:fr} : pour le rouvrir, changez de niveau.",
    "The commitment was closed on {last:en}: to open it again, change its level.",
)
LEVEL_STAYS = _kind(
    "level-stays",
    "Prolonger ou clore ne change pas le niveau : gardez celui de l’action.",
    "Extending or closing does not change the level: keep the action’s own.",
)
SCOPE_MISSING = _kind(
    "scope-missing",
    "Une expérimentation a un champ : dites où, sur qui et jusqu’à quand on essaie.",
    "An experiment has a scope: say where, with whom and until when you try.",
)
INDICATOR_MISSING = _kind(
    "indicator-missing",
    "Une réalisation se mesure : donnez d’abord un indicateur à l’action.",
    "An implementation is measured: give the action an indicator first.",
)
FOLLOW_UP_MISSING = _kind(
    "follow-up-missing",
    "Une réalisation se suit : dites quelle fonction en fait le suivi.",
    "An implementation is followed up: say which function does it.",
)
DELIVERABLE_MISSING = _kind(
    "deliverable-missing",
    "Pour quitter une {level:fr}, il faut son livrable : joignez-le à la décision.",
    "To leave this {level:en}, its deliverable is needed: attach it to the decision.",
)
DELIVERABLE_NOT_DELIVERED = _kind(
    "deliverable-not-delivered",
    "Ce livrable n’était pas remis le {on:fr} : enregistrez sa remise, ou changez la date.",
    "This deliverable was not delivered on {on:en}: record its delivery, or change the date.",
)
DELIVERABLE_TOO_OLD = _kind(
    "deliverable-too-old",
    "Ce livrable est remis avant l’entrée dans le niveau actuel, le {since:fr} : ce niveau "
    "n’a pas pu le promettre. Corrigez sa date de remise, ou joignez ce qui est remis depuis.",
    "This deliverable was delivered before the present level was entered, on {since:en}: that "
    "level cannot have promised it. Correct its date, or attach what was delivered since.",
)
DELIVERABLE_INCOMPLETE = _kind(
    "deliverable-incomplete",
    "Le livrable doit dire la démarche, les personnes consultées et le résultat : complétez-le.",
    "The deliverable must say the approach, who was consulted and the result: complete it.",
)
NOT_DELIVERED = _kind(
    "not-delivered",
    "Une {level:fr} est finie quand son livrable est remis : enregistrez d’abord la remise.",
    "This {level:en} is done once its deliverable is: record the delivery first.",
)
DELIVERABLE_AWAITED = _kind(
    "deliverable-awaited",
    "Cet engagement sera tenu quand son livrable sera remis.",
    "This commitment will be kept once its deliverable is delivered.",
    advice=True,
)
ONLY_IMPLEMENTATION_GOES_ON = _kind(
    "only-implementation-goes-on",
    "Seule une réalisation passe en suivi : une {level:fr} finie attend une décision.",
    "Only an implementation goes on as follow-up: once done, this {level:en} awaits a decision.",
)
MILESTONES_LEFT = _kind(
    "milestones-left",
    "atteindre {names}",
    "reach {names}",
    advice=True,
)
NO_RECENT_READING = _kind(
    "no-recent-reading",
    "donner un relevé de moins de douze mois",
    "give a reading of the last twelve months",
    advice=True,
)

# The field of a decision that a refusal is about, for the form that shows it.
FIELDS = {
    BODY_MISSING.code: "body",
    REASON_MISSING.code: "reason",
    IN_THE_FUTURE.code: "decided_on",
    BEFORE_THE_LAST.code: "decided_on",
    BEFORE_THE_PREVIOUS.code: "decided_on",
    AFTER_THE_NEXT.code: "decided_on",
    NEXT_RESTS_ON_IT.code: "level",
    ADOPT_FIRST.code: "outcome",
    ADOPTED_ALREADY.code: "outcome",
    SAME_LEVEL.code: "level",
    NOT_AN_EXPERIMENT.code: "outcome",
    NOTHING_TO_CLOSE.code: "outcome",
    CLOSED_ALREADY.code: "outcome",
    LEVEL_STAYS.code: "level",
    SCOPE_MISSING.code: "scope",
    INDICATOR_MISSING.code: "level",
    FOLLOW_UP_MISSING.code: "follow_up_function",
    DELIVERABLE_MISSING.code: "deliverable",
    DELIVERABLE_NOT_DELIVERED.code: "deliverable",
    DELIVERABLE_TOO_OLD.code: "deliverable",
    DELIVERABLE_INCOMPLETE.code: "deliverable",
}
