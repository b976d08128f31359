"""What a committee is asked: an agenda that builds itself from the states of a plan (pure).

What calls for a decision has an item of its own; what is only to be known is one item for all.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date

from portulan.core.say import numbers
from portulan.core.say.text import Language, Text, labelled
from portulan.plans.states.rules import Derived
from portulan.plans.words import CommitmentLevel, Progress, State

# What a committee is asked to decide; the others are told together.
ASKS = (State.BLOCKED, State.OVER_ENVELOPE, State.VACANT, State.NOT_COSTED, State.DELIVERABLE_LATE)
TOLD = (State.LATE, State.MILESTONE_LATE, State.STALE, State.TARGET_MISSED, State.BELOW_LEGAL)
_MOST_NAMED = 12
_ASKED_LEVEL = Text(
    "Le livrable «\u00a0{title}\u00a0» est remis depuis le {day}\u00a0: quel niveau\u00a0?",
    "The deliverable “{title}” was delivered on {day}: which level from now on?",
)
_TRIAL_OVER = Text(
    "L’essai devait finir le {day}\u00a0: le généraliser, le prolonger ou l’arrêter.",
    "The trial was to end on {day}: extend it, generalise it or stop it.",
)
_TO_KNOW = Text("À savoir", "To be known")
_SINCE = Text("Depuis le {day}", "Since {day}")
_SINCE_THE_VOTE = Text("Depuis le début du plan", "Since the plan began")
_MOVED = Text(
    "Décisions d’engagement\u00a0: {decisions}, relevés\u00a0: {readings}, "
    "indicateurs qui ont bougé\u00a0: {moved}.",
    "Decisions on commitments: {decisions}, readings: {readings}, indicators that moved: {moved}.",
)
_UNMOVED = Text(
    "Rien n’a changé, dit trois fois de suite : {which}",
    "Nothing changed, said three times running: {which}",
)
_UNMOVED_LATE = Text(
    "Rien n’a changé, d’une action en retard : {which}",
    "Nothing changed, of an action that is late: {which}",
)
_THRICE = 3
_ACTION = Text("Action {number}, {title}", "Action {number}, {title}")


@dataclass(frozen=True, slots=True)
class Subject:
    """An action as a committee looks at it; `decided_on` is its last decision."""

    pk: int
    number: str
    title: str
    level: CommitmentLevel
    progress: Progress
    due_on: date | None
    decided_on: date | None
    states: tuple[Derived, ...]
    delivered: tuple[tuple[str, date], ...] = ()
    unmoved: int = 0  # times running that its pilot said that nothing changed
    unmoved_late: bool = False  # the last time, it was late


@dataclass(frozen=True, slots=True)
class Found:
    """An item that the plan calls for; `source` names it, so that it comes once."""

    source: str
    title: str
    why: str
    action: int | None = None


def agenda(
    subjects: Iterable[Subject],
    *,
    today: date,
    since: date | None,
    moved: tuple[int, int, int],
    lang: Language,
) -> Iterator[Found]:
    """Yield what a committee is asked, since the last one: `moved` counts the decisions made, the
    readings, and the indicators that moved.
    """
    subjects = list(subjects)
    yield _since(since, moved, lang)
    for one in subjects:
        why = [state.sentence(lang) for state in one.states if state.state in ASKS]
        why += _level_asked(one, today, lang)
        if why:
            title = _ACTION.say(lang).format(number=one.number, title=one.title)
            yield Found(f"action:{one.pk}", title, " ".join(why), one.pk)
    told = [_told(state, subjects, lang) for state in TOLD]
    told += _unmoved(subjects, lang)
    if lines := [line for line in told if line]:
        yield Found("to-know", _TO_KNOW.say(lang), "\n".join(lines))


def _since(since: date | None, moved: tuple[int, int, int], lang: Language) -> Found:
    title = _SINCE_THE_VOTE.say(lang)
    if since is not None:
        title = _SINCE.say(lang).format(day=numbers.date(since, lang))
    counts = dict(zip(("decisions", "readings", "moved"), moved, strict=True))
    return Found("since", title, _MOVED.say(lang).format(**counts))


def _level_asked(one: Subject, today: date, lang: Language) -> Iterator[str]:
    """Yield why an action waits for a decision on its level."""
    if one.decided_on is None or one.progress in (Progress.DROPPED, Progress.DONE):
        return
    for title, day in one.delivered:
        if day >= one.decided_on and one.level is not CommitmentLevel.IMPLEMENTATION:
            said = {"title": title, "day": numbers.date(day, lang)}
            yield _ASKED_LEVEL.say(lang).format(**said)
            return
    trial = one.level is CommitmentLevel.EXPERIMENT
    if trial and one.due_on is not None and one.due_on <= today:
        yield _TRIAL_OVER.say(lang).format(day=numbers.date(one.due_on, lang))


def _unmoved(subjects: Sequence[Subject], lang: Language) -> Iterator[str]:
    """Yield of which actions nothing changed for too long, or while they were late."""
    for words, kept in (
        (_UNMOVED, [one for one in subjects if one.unmoved >= _THRICE]),
        (_UNMOVED_LATE, [one for one in subjects if one.unmoved_late]),
    ):
        if kept:
            yield words.say(lang).format(which=_named([one.number for one in kept]))


def _named(called: Sequence[str]) -> str:
    more = len(called) - _MOST_NAMED
    return f"{len(called)} ({', '.join(called[:_MOST_NAMED])}{f', +{more}' if more > 0 else ''})"


def _told(state: State, subjects: Sequence[Subject], lang: Language) -> str:
    found = [(one, derived) for one in subjects for derived in one.states if derived.state is state]
    if not found:
        return ""
    counted = _named([one.number for one, _derived in found])
    return labelled(found[0][1].label(lang), counted, lang)
