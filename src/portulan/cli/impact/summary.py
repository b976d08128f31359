"""The page a person reads in place of the JSON of `portulan impact estimate`."""

from __future__ import annotations

from collections.abc import Iterator

from portulan.core.say.text import Language, Text, colon
from portulan.impact.engine.archetype import Reach, View
from portulan.impact.engine.estimating import NotEstimated
from portulan.impact.engine.items import Indicator
from portulan.impact.engine.names import INDICATORS
from portulan.impact.engine.overlaps import Overlap
from portulan.impact.engine.reckoning import Reckoning, Result
from portulan.impact.engine.samples import Quantiles
from portulan.impact.engine.wording import in_words

_WORDS: dict[str, Text] = {
    "amortised": Text("par an, amorti", "per year, amortised"),
    "purchase": Text("à l’achat", "when bought"),
    "reduction": Text("réduction", "reduction"),
    "avoided": Text("évité ailleurs", "avoided elsewhere"),
    "measured": Text("chiffres mesurés", "measured figures"),
    "published": Text("chiffres publiés", "published figures"),
    "assumed": Text("chiffres supposés", "assumed figures"),
    "not_estimated": Text("non estimé", "not estimated"),
    "warning": Text("Attention", "Mind"),
    "together": Text("ensemble", "together"),
    "never": Text(
        "Eau et énergie primaire\u00a0: non estimées, faute de facteurs libres et sûrs.",
        "Water and primary energy: not estimated, for want of sound open factors.",
    ),
    "meaning": Text(
        "Positif = moins d’impact. Médiane des tirages, puis fourchette de 9 chances sur 10.",
        "Positive = less impact. Median of the draws, then the range of 9 chances out of 10.",
    ),
    "formula": Text(
        "La formule prend les valeurs les plus probables\u00a0: son total peut être autre.",
        "The formula takes the likeliest values: its total may be another.",
    ),
}


def page(reckoning: Reckoning, language: Language) -> str:
    """Return what each action spares, how it was found, and what must not be added."""
    lines = [line for result in reckoning.results for line in _result(result, language)]
    for overlap in reckoning.overlaps:
        lines += _overlap(overlap, language)
    ends = (_word(key, language) for key in ("meaning", "formula", "never"))
    return "\n".join([*lines, *ends]) + "\n"


def _word(key: str, language: Language) -> str:
    return _WORDS[key].say(language)


def _indicator(one: Indicator, language: Language) -> str:
    name = INDICATORS[one].say(language)
    return name[:1].upper() + name[1:]


def _result(result: Result, language: Language) -> Iterator[str]:
    about = [result.archetype, _about(result.view, result.reach, language)]
    if result.factors:
        about.append(_word(result.quality, language))
    yield f"{result.id} ({', '.join(about)})"
    told = {one: _told(one, found, result, language) for one, found in result.indicators.items()}
    if len(set(told.values())) == 1:
        yield f"  {told[Indicator.GWP]}"
    else:
        yield from (
            f"  {_indicator(one, language)}{colon(language)}{words}" for one, words in told.items()
        )
    for sentence in result.trace.sentences(language):
        yield f"    {sentence}"
    for warning in result.warnings:
        yield f"  {_word('warning', language)}{colon(language)}{warning.message(language)}"
    yield ""


def _told(
    indicator: Indicator, found: Quantiles | NotEstimated, result: Result, language: Language
) -> str:
    if isinstance(found, NotEstimated):
        return f"{_word('not_estimated', language)}. {found.reason.message(language)}"
    return in_words(found, indicator, result.view, language)


def _about(view: View, reach: Reach, language: Language) -> str:
    return f"{_word(view, language)}, {_word(reach, language)}"


def _overlap(overlap: Overlap, language: Language) -> Iterator[str]:
    about = f"{', '.join(overlap.assets)}, {_about(overlap.view, overlap.reach, language)}"
    yield f"{' + '.join(overlap.estimates)}, {_word('together', language)} ({about})"
    for indicator, joint in overlap.indicators.items():
        told = in_words(joint.quantiles, Indicator(indicator), overlap.view, language)
        yield f"  {_indicator(Indicator(indicator), language)}{colon(language)}{told}"
    yield ""
