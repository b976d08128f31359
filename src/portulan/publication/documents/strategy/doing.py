"""What was done in a year, and what of it parts from the promise, with the reason if one is."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date
from typing import NamedTuple

from django.utils import timezone

from portulan.core.models import AuditEntry
from portulan.core.say import numbers
from portulan.core.say.text import Text
from portulan.plans.actions.reads import Row
from portulan.plans.commitments.rules import LEVEL_WORDS, level_on
from portulan.plans.labels import PROGRESSES
from portulan.plans.models import CommitmentDecision
from portulan.plans.verbs import Verb
from portulan.plans.words import OVER, CommitmentLevel, Outcome, Progress
from portulan.publication.documents.actions import decided_words, gap_slot, judged, standing
from portulan.publication.documents.authored import Slot
from portulan.publication.documents.cell import (
    EMPTY,
    Cell,
    Prose,
    Quality,
    Table,
    day,
    text,
)
from portulan.publication.documents.figures import aim_of
from portulan.publication.documents.judging import SAID, Standing
from portulan.publication.documents.said import printed
from portulan.publication.documents.strategy.indicators import last_of, reached
from portulan.publication.documents.strategy.strategy import Cells, Strategy, named

DATE, ACTION, REASON = Text("Date", "Date"), Text("Action", "Action"), Text("Motif", "Reason")
DONE = Text("Ce qui a été fait en {year}", "What was done in {year}")
DONE_HEADS = (DATE, ACTION, Text("Fait", "Done"), Text("Organe", "Body"), REASON)
NOTHING_DONE = Text(
    "Ni décision, ni jalon, ni livrable, ni changement d’avancement n’est enregistré en {year}.",
    "No decision, milestone, deliverable or change of progress is recorded in {year}.",
)
VOTED = Text("vote\u00a0: {}", "vote: {}")
IN_FORCE = Text(
    "{said} (corrige ce qui était enregistré\u00a0: {was})",
    "{said} (corrects what was recorded: {was})",
)
REPLACED = Text("{was}\u00a0: remplacé par la correction", "{was}: replaced by the correction")
OF_DAY = Text("{said}, le {day}, {body}", "{said}, on {day}, {body}")
REACHED = Text("jalon atteint\u00a0: {}", "milestone reached: {}")
HANDED = Text("livrable remis\u00a0: {}", "deliverable handed over: {}")
MOVED = Text("avancement\u00a0: {} → {}", "progress: {} → {}")
GAP = Text("Écart avec ce qui était promis", "Gap with what had been promised")
GAP_HEADS = (
    ACTION,
    Text("Promis", "Promised"),
    Text("Au {}", "On {}"),
    Text("Écart", "Gap"),
    REASON,
)
LEVEL = Text("niveau\u00a0: {}", "level: {}")
NOT_VOTED = Text("aucun niveau voté", "no level voted")
NOTHING = Text("aucun écart constaté", "no gap noted")
NO_PROMISE = Text("rien n’était promis par un vote", "nothing was promised by a vote")
OTHER_LEVEL = Text("niveau changé", "level changed")
END, POSTPONED = Text("fin le {}", "end on {}"), Text("fin déplacée", "end moved")
OVERDUE = Text("échéance passée, action pas finie", "due date passed, action not over")
STOPPED = {
    Progress.PAUSED: Text("en pause", "paused"),
    Progress.DROPPED: Text("abandonnée", "dropped"),
}
TO_DO = Text("mener l’action", "carry the action out")
AIM = Text("cible {} au {}", "target {} on {}")
MISSED = Text("cible non atteinte", "target not reached")
UNPROVED = Text("cible pas démontrée", "target not proved")
NO_REASON = Text("motif non renseigné", "reason not given")
_SHORT_OF = {Standing.DONE_MISSED, Standing.DONE_UNPROVED, Standing.BLOCKED, Standing.VACANT}
# Entries of the trail in which `due_on` is that of the action, not of a part of it.
_OF_ACTION = {Verb.EDITED, Verb.RESTORED, Verb.IMPORTED, Verb.IMPORT_UNDONE, Verb.MERGED}


class Gap(NamedTuple):
    """Something that was promised, and is not; `part` tells it from others of its action."""

    row: Row
    part: str
    promised: str
    now: str
    gap: Text
    reason: str

    def slot(self, strategy: Strategy) -> Slot:
        return gap_slot(strategy.asked, self.row, self.part)

    def cells(self, strategy: Strategy) -> Cells:
        why = Cell(self.reason) if self.reason else self.slot(strategy).cell
        said = Cell(self.promised), Cell(self.now), Cell(strategy.asked.say(self.gap))
        return Cell(named(self.row)), *said, why


class Event(NamedTuple):
    on: date
    row: Row
    said: str
    body: Cell = EMPTY
    reason: str = ""


def done_in_year(rows: Iterable[Row], strategy: Strategy) -> Table | Prose:
    """Return what is dated in the year: decisions, corrections with the original, steps."""
    events = [
        one
        for row in rows
        for made in (_decided, _handed, _moved)
        for one in made(row, strategy)
        if one.on.year == strategy.asked.year and one.on <= strategy.day
    ]
    if not events:
        return Prose(strategy.words(NOTHING_DONE))
    events.sort(key=lambda one: (one.on, one.row.action.number))
    lines = (
        (day(one.on), Cell(named(one.row)), Cell(one.said), one.body, _reason(one.reason, strategy))
        for one in events
    )
    return strategy.table(DONE, DONE_HEADS, lines)


def _reason(words: str, strategy: Strategy) -> Cell:
    return Cell(words) if words else Cell(strategy.asked.say(NO_REASON), quality=Quality.NOT_GIVEN)


def _decided(row: Row, strategy: Strategy) -> Iterator[Event]:
    """Yield the decisions in force, and those that a correction replaced, on their own days."""
    for chain in strategy.decisions.get(row.action.pk, ()):
        last, say = chain[-1], strategy.asked.say
        said = _words(last, strategy)
        if len(chain) > 1:
            said = say(IN_FORCE).format(said=said, was=_told(chain[0], strategy))
        days = {last.decided_on}
        if len(chain) > 1:  # a past decision that is corrected this year is told this year
            days.add(timezone.localdate(last.recorded_at))
        on = max(days, key=lambda one: (one.year == strategy.asked.year, one == last.decided_on))
        reason = last.correction_reason or last.reason
        yield Event(on, row, said, text(last.body), reason)
        for was in chain[:-1]:
            replaced = say(REPLACED).format(was=_words(was, strategy))
            told_on = on if was.decided_on.year != strategy.asked.year else was.decided_on
            yield Event(told_on, row, replaced, text(was.body), was.reason)


def _words(one: CommitmentDecision, strategy: Strategy) -> str:
    if one.outcome != Outcome.ADOPT:
        return decided_words(one, strategy.asked.language)
    level = LEVEL_WORDS[CommitmentLevel(one.level)]
    return strategy.asked.say(VOTED).format(strategy.asked.say(level))


def _told(one: CommitmentDecision, strategy: Strategy) -> str:
    on = numbers.date(one.decided_on, strategy.asked.language)
    told = {"said": _words(one, strategy), "day": on, "body": one.body}
    return strategy.asked.say(OF_DAY).format(**told)


def _handed(row: Row, strategy: Strategy) -> Iterator[Event]:
    say = strategy.asked.say
    for step in strategy.milestones.get(row.action.pk, ()):
        if step.reached_on is not None:
            yield Event(step.reached_on, row, say(REACHED).format(step.title), EMPTY, "–")
    for one in strategy.deliverables.get(row.action.pk, ()):
        if one.delivered_on is not None:
            said = say(HANDED).format(one.title)
            yield Event(one.delivered_on, row, said, EMPTY, one.result or "–")


def _moved(row: Row, strategy: Strategy) -> Iterator[Event]:
    for one in _steps(row, strategy):
        before, after = (str(PROGRESSES[Progress(each)]) for each in one.changes["progress"])
        said = strategy.asked.say(MOVED).format(before, after)
        stops = one.changes["progress"][1] in STOPPED
        yield Event(timezone.localdate(one.at), row, said, EMPTY, _note(one) or "–" * (not stops))


def _steps(row: Row, strategy: Strategy) -> list[AuditEntry]:
    """Return the entries that moved its progress, without what was taken back at once."""
    found: list[AuditEntry] = []
    for one in strategy.trail.get(row.action.pk, ()):
        if "progress" not in one.changes or None in one.changes["progress"]:
            continue
        if one.verb == Verb.UPDATE_UNDONE and found:
            found.pop()
        else:
            found.append(one)
    return found


def _note(one: AuditEntry) -> str:
    note: str = (one.changes.get("note") or ["", ""])[1] or ""
    return note


def gaps(rows: Iterable[Row], strategy: Strategy) -> Table:
    """Return what each action had promised by the year told, and where it stands."""
    on = numbers.date(strategy.asked.today, strategy.asked.language)
    heads = (Text(one.fr.format(on), one.en.format(on)) for one in GAP_HEADS)
    return strategy.table(GAP, heads, [line for row in rows for line in _gaps(row, strategy)])


def gap_slots(rows: Iterable[Row], strategy: Strategy) -> list[Slot]:
    """Return the places for the reasons of the gaps, where none is recorded."""
    found = (gap for row in rows for gap in _found(row, strategy))
    return [gap.slot(strategy) for gap in found if not gap.reason]


def _found(row: Row, strategy: Strategy) -> list[Gap]:
    return [
        *_of_level(row, strategy),
        *_of_stop(row, strategy),
        *_of_end(row, strategy),
        *_of_aims(row, strategy),
        *_of_standing(row, strategy),
    ]


def _gaps(row: Row, strategy: Strategy) -> Iterator[Cells]:
    found = _found(row, strategy)
    if not found:
        say, where = strategy.asked.say, strategy.asked.say(judged(row, strategy.asked.today))
        promised = say(LEVEL).format(say(LEVEL_WORDS[row.level]))
        yield (
            Cell(named(row)),
            Cell(promised if row.adopted else say(NOT_VOTED)),
            Cell(where),
            Cell(say(NOTHING if row.adopted else NO_PROMISE)),
            EMPTY,
        )
    yield from (gap.cells(strategy) for gap in found)


def _of_level(row: Row, strategy: Strategy) -> Iterator[Gap]:
    plan, say = strategy.plan, strategy.asked.say
    first = row.decisions[0].on if row.decisions else None
    days = [one for one in (plan.adopted_on if plan else None, first) if one is not None]
    voted_on = max(days, default=None)
    voted = None if voted_on is None else level_on(row.decisions, voted_on)
    if voted is None or voted is row.level:
        return
    chains = strategy.decisions.get(row.action.pk, ())
    moves = [chain[-1] for chain in chains if chain[-1].outcome == Outcome.MOVE]
    last = max(moves, key=lambda one: (one.decided_on, one.pk), default=None)
    was, now = (say(LEVEL).format(say(LEVEL_WORDS[one])) for one in (voted, row.level))
    yield Gap(row, "level", was, now, OTHER_LEVEL, last.reason if last else "")


def _of_stop(row: Row, strategy: Strategy) -> Iterator[Gap]:
    if row.progress not in STOPPED:
        return
    steps = [one for one in _steps(row, strategy) if one.changes["progress"][1] == row.progress]
    reason = row.action.blocked_by or (_note(steps[-1]) if steps else "")
    say, gap = strategy.asked.say, STOPPED[row.progress]
    yield Gap(row, "stop", say(TO_DO), say(gap), gap, reason)


def _of_end(row: Row, strategy: Strategy) -> Iterator[Gap]:
    say, now = strategy.asked.say, row.action.due_on
    moved = [
        one.changes["due_on"]
        for one in strategy.trail.get(row.action.pk, ())
        if "due_on" in one.changes and one.verb in _OF_ACTION and row.adopted
        if timezone.localdate(one.at) >= row.decisions[0].on
    ]
    first = date.fromisoformat(moved[0][0]) if moved and moved[0][0] else now
    was, ends = [say(END).format(_date(one, strategy)) if one else "–" for one in (first, now)]
    if first != now:
        yield Gap(row, "end", was, ends, POSTPONED, row.action.blocked_by)
    if now is not None and now < strategy.asked.today and row.progress not in OVER:
        where = say(judged(row, strategy.asked.today))
        yield Gap(row, "overdue", ends, where, OVERDUE, row.action.blocked_by)


def _of_standing(row: Row, strategy: Strategy) -> Iterator[Gap]:
    """Yield that it is over without its target, or that it is held back."""
    where = standing(row, strategy.asked.today)
    if where in _SHORT_OF:
        said = SAID[where]
        now = strategy.asked.say(said)
        promised = strategy.asked.say(TO_DO)
        yield Gap(row, "standing", promised, now, said, row.action.blocked_by)


def _date(on: date, strategy: Strategy) -> str:
    return numbers.date(on, strategy.asked.language)


def _of_aims(row: Row, strategy: Strategy) -> Iterator[Gap]:
    """Yield its targets that fell due by the last day told and are not shown to be reached."""
    language = strategy.asked.language
    for line, series in strategy.series(row):
        for aim in series.targets:
            held = reached(aim, series, strategy)
            if aim.due_on > strategy.day or held:
                continue
            wanted = printed(aim_of(aim, line, language), language)
            promised = strategy.asked.say(AIM).format(wanted, _date(aim.due_on, strategy))
            now = printed(last_of(line, series, strategy), language)
            gap = UNPROVED if held is None else MISSED
            told = f"{line.name}, {promised}"
            yield Gap(row, f"target-{aim.due_on}", told, now, gap, row.action.blocked_by)
