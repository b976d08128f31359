"""The scales and the functions of an edition, gathered from the words of its practices."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from portulan.catalogue.readers.content import PracticeContent, Scales, Term
from portulan.core.folding import fold

# Steps of the guide and of the RGESN, folded, in the order of their own readers.
PRIORITIES = ("prioritaire", "recommandee", "recommande", "modere", "moderee", "aller plus loin")
DIFFICULTIES = ("facile", "faible", "moyenne", "moyen", "difficile", "fort")


def read_scales(practices: Sequence[PracticeContent]) -> Scales:
    """Return each step once, as written: the known ones in order, then the others as met."""
    return Scales(
        _ladder((one.priority for one in practices), PRIORITIES),
        _ladder((one.difficulty for one in practices), DIFFICULTIES),
    )


def read_pilots(practices: Sequence[PracticeContent]) -> tuple[Term, ...]:
    """Return each function once, as written, in the order met."""
    return tuple(
        Term(name) for name in dict.fromkeys(name for one in practices for name in one.pilots)
    )


def _ladder(words: Iterable[str | None], known: tuple[str, ...]) -> tuple[Term, ...]:
    found = [word for word in dict.fromkeys(words) if word]
    ranks = {word: rank for rank, word in enumerate(known)}
    return tuple(Term(word) for word in sorted(found, key=lambda w: ranks.get(fold(w), len(known))))
