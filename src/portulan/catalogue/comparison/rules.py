"""Two editions of a catalogue, practice by practice: what came, went, moved, was said otherwise.

A code means something only inside one edition, so a practice is followed by the table of
successors first, and by its code only where the table is silent on both sides. Words of a scale
are compared only when both editions have the same scale (docs/reference/truths.md, truth 30).
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Literal

from portulan.catalogue.readers.content import CatalogueContent, PracticeContent, Scales, Term
from portulan.core.folding import fold

type Aspect = Literal["title", "priority", "difficulty", "pilots", "indicators", "text"]


@dataclass(frozen=True, slots=True)
class Step:
    """A line of the table of successors: an old code becomes a new one, or none, and why."""

    old: str
    new: str | None
    reason: str = ""
    key: int | None = None  # of the row that says it, where there is one


@dataclass(frozen=True, slots=True)
class Rating:
    """What both editions advise; `comparable` when they do it on the same scale."""

    old: str | None
    new: str | None
    comparable: bool

    @property
    def moved(self) -> bool:
        """Whether the advice changed: on two scales, nobody can say."""
        return self.comparable and self.old != self.new


@dataclass(frozen=True, slots=True)
class Match:
    """A practice in both editions; `step` is what the table says, None when the code says it."""

    old: PracticeContent
    new: PracticeContent
    priority: Rating
    difficulty: Rating
    changed: tuple[Aspect, ...]
    step: Step | None = None

    @property
    def has_moved(self) -> bool:
        return self.old.code != self.new.code

    @property
    def is_rated_again(self) -> bool:
        return self.priority.moved or self.difficulty.moved

    @property
    def is_same(self) -> bool:
        return not self.changed and not self.has_moved


@dataclass(frozen=True, slots=True)
class Departure:
    """A practice that the newer edition lacks; `twin` seems to be the same, and is only a guess."""

    practice: PracticeContent
    step: Step | None = None
    twin: PracticeContent | None = None


@dataclass(frozen=True, slots=True)
class Comparison:
    """What the newer edition says otherwise, in its order."""

    old: CatalogueContent
    new: CatalogueContent
    matches: tuple[Match, ...]
    added: tuple[PracticeContent, ...]
    removed: tuple[Departure, ...]

    @property
    def changed(self) -> tuple[Match, ...]:
        return tuple(match for match in self.matches if not match.is_same)

    @property
    def same(self) -> int:
        return len(self.matches) - len(self.changed)

    @property
    def moved(self) -> int:
        return sum(match.has_moved for match in self.matches)

    @property
    def retitled(self) -> int:
        return sum("title" in match.changed for match in self.matches)

    @property
    def rated_again(self) -> int:
        return sum(match.is_rated_again for match in self.matches)

    @property
    def same_priorities(self) -> bool:
        return is_same_scale(self.old.scales.priority, self.new.scales.priority)

    @property
    def same_difficulties(self) -> bool:
        return is_same_scale(self.old.scales.difficulty, self.new.scales.difficulty)

    def of(self, code: str) -> tuple[tuple[Match, ...], Departure | None]:
        """Return what became of a practice of the older edition."""
        gone = (one for one in self.removed if one.practice.code == code)
        return tuple(one for one in self.matches if one.old.code == code), next(gone, None)


def is_same_scale(old: Sequence[Term], new: Sequence[Term]) -> bool:
    """Tell whether two scales have the same steps in the same order."""
    return [term.key for term in old] == [term.key for term in new]


def compare(
    old: CatalogueContent, new: CatalogueContent, successors: Iterable[Step] = ()
) -> Comparison:
    """Return what changed from an edition to another; codes that neither has are left out."""
    before = {practice.code: practice for practice in old.practices}
    after = {practice.code: practice for practice in new.practices}
    told: defaultdict[str, list[Step]] = defaultdict(list)
    for step in successors:
        if step.old in before and (step.new is None or step.new in after):
            told[step.old].append(step)
    claimed = {step.new for steps in told.values() for step in steps}
    matches: list[Match] = []
    for code, practice in before.items():
        matches += [
            match(practice, after[step.new], old.scales, new.scales, step)
            for step in told[code]
            if step.new is not None
        ]
        if not told[code] and code in after and code not in claimed:
            matches.append(match(practice, after[code], old.scales, new.scales))
    found = {one.new.code for one in matches}
    followed = {one.old.code for one in matches}
    added = tuple(one for one in new.practices if one.code not in found)
    place = {code: rank for rank, code in enumerate(after)}
    return Comparison(
        old=old,
        new=new,
        matches=tuple(sorted(matches, key=lambda one: place[one.new.code])),
        added=added,
        removed=tuple(
            Departure(one, next(iter(told[one.code]), None), _twin(one, added))
            for one in old.practices
            if one.code not in followed
        ),
    )


def match(
    old: PracticeContent,
    new: PracticeContent,
    old_scales: Scales,
    new_scales: Scales,
    step: Step | None = None,
) -> Match:
    """Return what two states of a practice say otherwise."""
    priority = Rating(
        old.priority, new.priority, is_same_scale(old_scales.priority, new_scales.priority)
    )
    difficulty = Rating(
        old.difficulty, new.difficulty, is_same_scale(old_scales.difficulty, new_scales.difficulty)
    )
    facts: tuple[tuple[Aspect, bool], ...] = (
        ("title", old.title != new.title),
        ("priority", priority.moved),
        ("difficulty", difficulty.moved),
        ("pilots", set(old.pilots) != set(new.pilots)),
        ("indicators", old.indicators != new.indicators),
        ("text", (old.summary, old.body) != (new.summary, new.body)),
    )
    changed = tuple(aspect for aspect, differs in facts if differs)
    return Match(old, new, priority, difficulty, changed, step)


def _twin(practice: PracticeContent, added: Iterable[PracticeContent]) -> PracticeContent | None:
    """Return the newcomer that has the same name in addresses, or the same title."""
    for one in added:
        if one.slug == practice.slug or fold(one.title) == fold(practice.title):
            return one
    return None


def steps_of(new: CatalogueContent, old: CatalogueContent) -> list[Step]:
    """Return the table of successors that the file of the newer edition gives."""
    return [
        Step(one.old, one.code, one.reason) for one in new.successors if one.edition == old.version
    ]


def document_of(found: Comparison) -> dict[str, object]:
    """Return the JSON document of a comparison; advice on two scales is given, and is no change."""
    return {
        "old": {"slug": found.old.slug, "version": found.old.version},
        "new": {"slug": found.new.slug, "version": found.new.version},
        "same_scales": {
            "priority": found.same_priorities,
            "difficulty": found.same_difficulties,
        },
        "counts": {
            "same": found.same,
            "changed": len(found.changed),
            "retitled": found.retitled,
            "rated_again": found.rated_again,
            "moved": found.moved,
            "added": len(found.added),
            "removed": len(found.removed),
        },
        "changed": [_match_document(one) for one in found.changed],
        "added": [{"code": one.code, "title": one.title} for one in found.added],
        "removed": [
            {
                "code": one.practice.code,
                "title": one.practice.title,
                "reason": one.step.reason if one.step else "",
                "looks_like": one.twin.code if one.twin else None,
            }
            for one in found.removed
        ],
    }


def _match_document(one: Match) -> dict[str, object]:
    return {
        "old": one.old.code,
        "new": one.new.code,
        "changed": list(one.changed),
        "title": [one.old.title, one.new.title],
        "priority": [one.priority.old, one.priority.new],
        "difficulty": [one.difficulty.old, one.difficulty.new],
        "reason": one.step.reason if one.step else "",
    }
