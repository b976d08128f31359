"""What the law asks of the organisation in a scenario, in sentences (pure)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import groupby

from portulan.core.say.text import Language, Text
from portulan.core.say.values import Count
from portulan.portfolio.facts import ObligationFacts
from portulan.portfolio.obligations.rules import asked, name
from portulan.portfolio.results.words import Phrases, listed, say
from portulan.portfolio.words import Standing

_SAID: Phrases = {
    "held": Text(
        "{count:action tenue|actions tenues} par la loi\u00a0: {actions}.",
        "{count:action|actions} the law makes compulsory: {actions}.",
    ),
    "missed": Text("Pas tenu par ce choix\u00a0: {names}.", "Not held by this choice: {names}."),
    "unsure": Text(
        "À vérifier, selon la population ou le statut\u00a0: {names}.",
        "To be checked, depending on population or statute: {names}.",
    ),
    Standing.REFUSED: Text(
        "{asked}\u00a0: quelqu’un a dit autre chose pour l’action {action}, et cela tient.",
        "{asked}: somebody said otherwise for action {action}, and that stands.",
    ),
    Standing.OPEN: Text(
        "{asked}, d’ici fin {by}\u00a0: l’action {action} peut la porter, ce n’est pas imposé.",
        "{asked}, by the end of {by}: action {action} can carry it, it is not imposed.",
    ),
    Standing.NOT_COSTED: Text(
        "{asked}\u00a0: l’action {action} la porte, mais n’est pas chiffrée et n’entre pas dans le"
        " calcul.",
        "{asked}: action {action} carries it, but is not costed and is not in the computation.",
    ),
    Standing.LOWER: Text(
        "{asked}, d’ici fin {by}\u00a0: l’action {action} n’est engagée qu’à un niveau plus bas."
        " C’est à décider, le scénario ne le fait pas à votre place.",
        "{asked}, by the end of {by}: action {action} is committed to a lower level only. It is for"
        " you to decide, the scenario does not do it.",
    ),
    Standing.TOO_LATE: Text(
        "{asked}, d’ici fin {by}\u00a0: aucun niveau de l’action {action} ne finit à temps. Rien"
        " n’est imposé.",
        "{asked}, by the end of {by}: no level of action {action} ends in time. It is not imposed.",
    ),
    Standing.NOT_OFFERED: Text(
        "{asked}, d’ici fin {by}\u00a0: l’action {action} n’offre pas de Réalisation. Ajoutez ce"
        " niveau, puis reprenez le plan.",
        "{asked}, by the end of {by}: action {action} offers no implementation. Add that level,"
        " then fill again.",
    ),
    Standing.CLOSED: Text(
        "{asked}\u00a0: l’action {action}, qui la porterait, est écartée ou close.",
        "{asked}: action {action}, which would carry it, is refused or closed.",
    ),
    Standing.NOBODY: Text(
        "{asked}\u00a0: aucune action du plan ne la porte.",
        "{asked}: no action of the plan carries it.",
    ),
    Standing.POPULATION: Text(
        "La population de l’organisation n’est pas connue\u00a0: on ne sait pas si la loi lui"
        " demande ceci ({names}). Un administrateur la donne dans la page de l’organisation.",
        "The population of the organisation is not known: whether the law asks this of it is not"
        " known either ({names}). An administrator gives it on the page of the organisation.",
    ),
    Standing.STATUTE: Text(
        "Selon le statut de l’organisation, ceci l’oblige ou non, à vérifier\u00a0: {names}.",
        "Depending on its statute, this binds the organisation or not, to be checked: {names}.",
    ),
}  # fmt: skip
_TOGETHER = (Standing.POPULATION, Standing.STATUTE)


def obligation_sentences(found: Iterable[ObligationFacts], lang: Language) -> tuple[str, ...]:
    """Return what holds in one sentence, then one for each obligation that does not."""
    found = tuple(found)
    held = [one for one in found if one.standing == Standing.HELD]
    return (*([_held(held, lang)] if held else []), *_others(found, lang))


def obligation_summary(found: Iterable[ObligationFacts], lang: Language) -> tuple[str, ...]:
    """Return the same in three short sentences at most: held, not held here, to be checked."""
    found = tuple(found)
    held = [one for one in found if one.standing == Standing.HELD]
    unsure = [one for one in found if one.standing in _TOGETHER]
    missed = [one for one in found if one not in held and one not in unsure]
    named = (
        ("missed", [name(one, lang) for one in missed]),
        ("unsure", [name(one, lang) for one in unsure]),
    )
    return (
        *([_held(held, lang)] if held else []),
        *(say(_SAID, key, lang, names=listed(some, lang, most=6)) for key, some in named if some),
    )


def _held(held: list[ObligationFacts], lang: Language) -> str:
    by_action = groupby(sorted(held, key=_action), key=_action)
    parts = [
        f"{action} ({', '.join(name(one, lang) for one in some)})" for action, some in by_action
    ]
    actions = listed(parts, lang, most=6)
    return say(_SAID, "held", lang, count=Count(len(parts)), actions=actions)


def _action(one: ObligationFacts) -> int:
    return one.action or 0


def _others(found: tuple[ObligationFacts, ...], lang: Language) -> Iterator[str]:
    for one in found:
        standing = Standing(one.standing)
        if standing is not Standing.HELD and standing not in _TOGETHER:
            text = asked(one, lang)
            text = text[:1].upper() + text[1:]
            yield say(_SAID, standing, lang, asked=text, action=one.action, by=one.by)
    for standing in _TOGETHER:
        names = [name(one, lang) for one in found if one.standing == standing]
        if names:
            yield say(_SAID, standing, lang, names=listed(names, lang, most=6))
