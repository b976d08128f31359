"""What another plan would do otherwise, in words: “l’action 16 commence un an plus tôt” (pure)."""

from __future__ import annotations

from portulan.core.say.text import Language, Text
from portulan.portfolio.engine.names import Names
from portulan.portfolio.engine.problem import Step
from portulan.portfolio.engine.why import Difference, Move
from portulan.portfolio.results.words import Phrases, its, level_word, listed, say, span, the

_SAID: Phrases = {
    "enters": Text("{action} entre ({level} en {year})", "{action} enters ({level} in {year})"),
    "leaves": Text("{action} sort", "{action} leaves"),
    "further": Text(
        "{action} va jusqu’à {level} ({year})", "{action} goes as far as {level} ({year})"
    ),
    "stops": Text("{action} s’arrête à {level}", "{action} stops at {level}"),
    "earlier": Text(
        "{action} commence {level} {span} plus tôt",
        "{action} starts {level} {span} earlier",
    ),
    "later": Text(
        "{action} commence {level} {span} plus tard",
        "{action} starts {level} {span} later",
    ),
    "otherwise": Text("{action} suit d’autres étapes", "{action} follows other steps"),
}


def gains(difference: Difference, names: Names, lang: Language) -> list[str]:
    """Return what the other plan does more or sooner, an action each."""
    found = [_enters(action, steps, names, lang) for action, steps in difference.enters.items()]
    return found + [_move(one, names, lang) for one in won_moves(difference)]


def won_moves(difference: Difference) -> tuple[Move, ...]:
    """Return the moves that go further, or start sooner."""
    return tuple(one for one in difference.moves if _is_gain(one))


def losses(difference: Difference, names: Names, lang: Language) -> list[str]:
    """Return what the other plan does less or later, an action each."""
    left = [
        say(_SAID, "leaves", lang, action=names.action(action, lang))
        for action in difference.leaves
    ]
    return left + [_move(one, names, lang) for one in difference.moves if not _is_gain(one)]


def clauses(difference: Difference, names: Names, lang: Language) -> str:
    """Return all of it in one run: what is gained, then what it takes."""
    sides = [gains(difference, names, lang), losses(difference, names, lang)]
    mark = "; " if lang == "en" else "\u202f; "
    return mark.join(listed(side, lang) for side in sides if side)


def _enters(action: str, steps: tuple[Step, ...], names: Names, lang: Language) -> str:
    last = steps[-1]
    level = level_word(last.level, lang)
    return say(
        _SAID, "enters", lang, action=names.action(action, lang), level=level, year=last.start
    )


def _is_gain(move: Move) -> bool:
    before, after = move.before[-1], move.after[-1]
    if before.level != after.level:
        return after.level > before.level
    return sum(step.start for step in move.after) <= sum(step.start for step in move.before)


def _move(move: Move, names: Names, lang: Language) -> str:
    """Say the one thing that counts most in a move: the last level, then when it starts."""
    before, after = move.before[-1], move.after[-1]
    action = names.action(move.action, lang)
    if after.level != before.level:
        key = "further" if after.level > before.level else "stops"
        level = the(after.level, lang)
        return say(_SAID, key, lang, action=action, level=level, year=after.start)
    starts = {step.level: step.start for step in move.before}
    moved = [
        (step, starts[step.level] - step.start)
        for step in reversed(move.after)
        if step.level in starts and starts[step.level] != step.start
    ]
    if not moved:
        return say(_SAID, "otherwise", lang, action=action)
    step, sooner = moved[0]
    return say(
        _SAID,
        "earlier" if sooner > 0 else "later",
        lang,
        action=action,
        level=its(step.level, lang),
        span=span(abs(sooner), lang),
    )
