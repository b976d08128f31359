"""Whether a selection can be relied on, in words: proof, plain sort, stability (pure)."""

from __future__ import annotations

from decimal import Decimal

from portulan.core.say.text import Language, Text
from portulan.portfolio.engine.evaluator import Evaluation
from portulan.portfolio.engine.names import Names
from portulan.portfolio.engine.problem import Plan
from portulan.portfolio.engine.solving import Result
from portulan.portfolio.engine.stability import Stability
from portulan.portfolio.results.words import (
    INDIFFERENT,
    Phrases,
    listed,
    percent,
    percent_of,
    say,
    scale_of,
)

_SAID: Phrases = {
    "optimal": Text(
        "Aucun autre choix ne fait mieux avec ces enveloppes\u00a0: c’est prouvé.",
        "No other choice does better with these envelopes: it is proved.",
    ),
    "feasible": Text(
        "Non prouvé\u00a0: un autre choix ferait peut-être mieux, de {gap} au plus.",
        "Not proved: another choice may do better, by {gap} at most.",
    ),
    "unbounded": Text(
        "Non prouvé\u00a0: un autre choix ferait peut-être mieux, on ne sait pas de combien.",
        "Not proved: another choice may do better, nobody knows by how much.",
    ),
    "optimal-least": Text(
        "Avec les coûts et les effets saisis, aucun autre choix n’en demande moins\u00a0: c’est"
        " prouvé.",
        "With the costs and effects typed, no other choice takes less: it is proved.",
    ),
    "infeasible": Text(
        "Aucun choix ne respecte toutes les règles à la fois\u00a0: c’est prouvé.",
        "No choice keeps all the rules at once: it is proved.",
    ),
    "unknown": Text(
        "Aucun choix trouvé dans le temps donné\u00a0; il en existe peut-être.",
        "No choice was found in the time given; there may be one.",
    ),
    "sort-equal": Text(
        "Un simple tri par ratio fait aussi bien.", "A plain sort by ratio does as well."
    ),
    "sort-near": Text(
        "Un simple tri par ratio fait presque aussi bien ({lost} de moins).",
        "A plain sort by ratio does almost as well ({lost} less).",
    ),
    "sort-less": Text(
        "Un simple tri par ratio ferait {lost} de moins.",
        "A plain sort by ratio would do {lost} less.",
    ),
    "sort-more": Text(
        "Un simple tri par ratio ferait {lost} de plus\u00a0: la recherche s’est arrêtée trop tôt.",
        "A plain sort by ratio would do {lost} more: the search stopped too early.",
    ),
    "sort-breaks": Text(
        "Un simple tri par ratio ne respecte pas toutes les règles.",
        "A plain sort by ratio does not keep all the rules.",
    ),
    "only-best": Text(
        "Il ne retiendrait pas {actions}.", "It would not take {actions}."
    ),
    "only-sort": Text("Il retiendrait {actions}.", "It would take {actions}."),
    "stable": Text(
        "Le choix tient\u00a0: ses {count} actions sont retenues dans chacun des {draws} tirages"
        " des estimations.",
        "The choice holds: its {count} actions are taken in each of the {draws} draws of the"
        " estimates.",
    ),
    "stable-one": Text(
        "Le choix tient\u00a0: son action est retenue dans chacun des {draws} tirages des"
        " estimations.",
        "The choice holds: its action is taken in each of the {draws} draws of the estimates.",
    ),
    "unstable": Text(
        "{core} actions sur {count} sont retenues quoi que valent les estimations ({draws}"
        " tirages)\u00a0; {actions}\u00a0: selon les tirages.",
        "{core} actions out of {count} are taken whatever the estimates are worth ({draws} draws);"
        " {actions}: depending on the draw.",
    ),
}  # fmt: skip


def proof_sentence(result: Result, lang: Language) -> str:
    """Return whether the choice is the best one, and else how far it may be from it."""
    if result.evaluation is None:
        return say(_SAID, result.status, lang)
    if result.status != "feasible":
        return say(_SAID, scale_of(result).key(result.status), lang)
    if result.gap is None:
        return say(_SAID, "unbounded", lang)
    # Rounded up, so that what is said is never too little.
    gap = Decimal(-(-result.gap * 1000 // 1)) / 10
    return say(_SAID, "feasible", lang, gap=percent(gap, lang))


def baseline_sentences(
    result: Result, plan: Plan, evaluation: Evaluation, names: Names, lang: Language
) -> list[str]:
    """Return how far the plan of a plain sort by ratio is, and which actions differ."""
    value = result.value or 0
    lost = None if evaluation.breaches else percent_of(value - evaluation.value, value)
    found = [_sort_sentence(lost, lang)]
    for key, ours, others in (("only-best", result.plan, plan), ("only-sort", plan, result.plan)):
        if actions := [names.action(action, lang) for action in ours if action not in others]:
            found.append(say(_SAID, key, lang, actions=listed(actions, lang)))
    return found


def _sort_sentence(lost: Decimal | None, lang: Language) -> str:
    """Return how much less a sort brings, in percent of the choice; None where it breaks rules."""
    if lost is None:
        return say(_SAID, "sort-breaks", lang)
    if lost == 0:
        return say(_SAID, "sort-equal", lang)
    if lost < 0:
        return say(_SAID, "sort-more", lang, lost=percent(-lost, lang))
    kind = "sort-near" if lost < INDIFFERENT else "sort-less"
    return say(_SAID, kind, lang, lost=percent(lost, lang))


def stability_sentence(result: Result, found: Stability, names: Names, lang: Language) -> str:
    """Return how many actions of the choice hold whatever the estimates, and which do not."""
    unsure = [action for action in result.plan if found.of(action).place != "core"]
    count = len(names.actions_of(result.plan))
    return say(
        _SAID,
        "unstable" if unsure else "stable-one" if count == 1 else "stable",
        lang,
        count=count,
        core=count - len(names.actions_of(unsure)),
        draws=found.draws,
        actions=listed([names.action(action, lang) for action in unsure], lang),
    )
