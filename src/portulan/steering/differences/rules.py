"""What moved between two plans as they were sealed, or as they would be today (pure).

One pass over each: the cost grows as the plans do. Nothing moves in silence: what has no sentence
of its own is said to have changed.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, fields, replace
from datetime import date
from decimal import Decimal
from enum import IntEnum
from typing import Any

from portulan.core.say import numbers
from portulan.core.say.text import Language, Problem, Text, semicolons
from portulan.core.say.values import Day, Euros, Number
from portulan.indicators.words import Knowledge, TargetKind
from portulan.plans.fields import LEVELS
from portulan.plans.files.document import ActionText, IndicatorText, ReadingText, TargetText
from portulan.plans.words import Outcome
from portulan.steering.differences import sentences as say
from portulan.steering.sealed.document import Content
from portulan.steering.words import Promise

_LONG = 60  # characters: a text that is longer is only said to have changed


class Group(IntEnum):
    """Where a difference is read, the gravest first."""

    LEVEL = 1
    PLAN = 2
    PEOPLE = 3  # dates, people, progress
    MONEY = 4
    MEASURES = 5
    REST = 6


type Clause = tuple[Group, Problem]


@dataclass(frozen=True, slots=True)
class Difference:
    """All that moved of an action, or one thing that moved of the plan (no number)."""

    group: Group
    said: tuple[Problem, ...]
    number: int | None = None
    title: str = ""

    def clauses(self, language: Language) -> str:
        return semicolons((one.message(language) for one in self.said), language)

    @property
    def is_of_subject(self) -> bool:
        """The action is the subject of the first clause."""
        return self.said[0].kind in say.VERBS

    def sentence(self, language: Language) -> str:
        """Return it in one sentence."""
        if self.number is None:
            return self.clauses(language)
        form = say.SUBJECT if self.is_of_subject else say.ABOUT
        told: dict[str, Any] = {
            "number": self.number,
            "title": self.title,
            "clauses": self.clauses(language),
        }
        return form.say(language).format(**told)


def differences(before: Content, after: Content) -> list[Difference]:
    """Return what moved from one plan to the other, the gravest first, then by action."""
    found = [*_of_actions(before, after), *_of_plan(before, after)]
    return sorted(found, key=lambda one: (one.group, one.number or 0))


def level_unmoved(before: Content, after: Content) -> list[int]:
    """Return the numbers of the actions whose level is the same in both."""
    levels = {one.number: one.level for one in before.actions}
    return [one.number for one in after.actions if levels.get(one.number) == one.level]


def _of_actions(before: Content, after: Content) -> Iterator[Difference]:
    was = {one.number: one for one in before.actions}
    now = {one.number: one for one in after.actions}
    money = _Allotted(before, after)
    kept = {one.action: one for one in before.commitments}
    for number in sorted(was.keys() | now.keys()):
        old, new = was.get(number), now.get(number)
        found: list[Clause] = []
        if old is None and new is not None:
            found.append((Group.LEVEL, say.ADDED.at(level=LEVELS[new.level])))
        elif new is None:
            found.append((Group.LEVEL, say.REMOVED.at()))
        elif old is not None:
            found.extend(_of_action(old, new, before.indicators, after.indicators))
            if not found and old.last_news_on != new.last_news_on:
                found.append((Group.REST, say.OTHERWISE.at(words=say.NEWS)))
        found.extend(money.of(number))
        for one in after.commitments:
            if one.action == number and one != kept.get(number):
                kind = say.SAID_KEPT if one.verdict is Promise.KEPT else say.SAID_NOT_KEPT
                found.append((Group.LEVEL, kind.at()))
        if found:
            found.sort(key=lambda clause: (clause[1].kind not in say.VERBS, clause[0]))
            title = (new or old).title if (new or old) else ""  # type: ignore[union-attr]
            group = min(group for group, _said in found)
            yield Difference(group, tuple(said for _group, said in found), number, title)


def _of_action(
    old: ActionText,
    new: ActionText,
    was: Mapping[str, IndicatorText],
    now: Mapping[str, IndicatorText],
) -> Iterator[Clause]:
    yield from _level(old, new)
    if old.progress is not new.progress:
        told: dict[str, Any] = {
            "before": say.PROGRESSES[old.progress],
            "after": say.PROGRESSES[new.progress],
        }
        yield Group.PEOPLE, say.PROGRESSED.at(**told)
    if old.vacant_since != new.vacant_since:
        since = new.vacant_since
        yield Group.PEOPLE, say.VACANT.at(day=Day(since)) if since else say.FILLED.at()
    if old.blocked_by != new.blocked_by:
        by = new.blocked_by
        yield Group.PEOPLE, say.BLOCKED.at(by=by) if by else say.UNBLOCKED.at()
    yield from _days(old, new)
    yield from _fields(old, new)
    yield from _handed(old, new)
    yield from _money(old, new)
    yield from _measures(old, new, was, now)


def _level(old: ActionText, new: ActionText) -> Iterator[Clause]:
    """Yield what was decided since, and a level that moved without a decision."""
    known = set(old.decisions)
    made = [one for one in new.decisions if one not in known]
    last = made[-1] if made else None
    on = _on(last.decided_on if last else None)
    if old.level is not new.level:
        kind = say.RAISED if new.level > old.level else say.LOWERED
        told: dict[str, Any] = {
            "before": say.FROM_LEVELS[old.level],
            "after": LEVELS[new.level],
        }
        yield Group.LEVEL, kind.at(**told, on=on)
    elif last is not None and last.outcome is Outcome.ADOPT and not old.decisions:
        yield Group.LEVEL, say.ADOPTED.at(level=LEVELS[new.level], on=on)
    elif last is not None and last.outcome is Outcome.EXTEND:
        yield Group.LEVEL, say.EXTENDED.at(on=on)
    elif last is not None and last.outcome is Outcome.CLOSE:
        yield Group.LEVEL, say.CLOSED.at(on=on)
    elif old.decisions != new.decisions:
        yield Group.REST, say.OTHERWISE.at(words=say.LISTS["decisions"])


def _on(day: date | None) -> Text:
    if day is None:
        return Text("", "")
    return Text(*(say.ON.say(one).format(numbers.date(day, one)) for one in ("fr", "en")))


def _days(old: ActionText, new: ActionText) -> Iterator[Clause]:
    if old.due_on != new.due_on:
        before, after = old.due_on, new.due_on
        if after is None:
            yield Group.PEOPLE, say.END_GONE.at()
        elif before is None:
            yield Group.PEOPLE, say.END_GIVEN.at(after=Day(after))
        else:
            kind = say.END_LATER if after > before else say.END_SOONER
            yield Group.PEOPLE, kind.at(before=Day(before), after=Day(after))
    if old.starts_on != new.starts_on:
        start = new.starts_on
        yield Group.PEOPLE, say.START.at(after=Day(start)) if start else say.START_GONE.at()


def _fields(old: ActionText, new: ActionText) -> Iterator[Clause]:
    for name, words in say.FIELDS.items():
        before, after = getattr(old, name) or "", getattr(new, name) or ""
        if before == after:
            continue
        if max(len(before), len(after)) > _LONG or name == "description":
            changed = Text(f"{words.fr} a changé", f"{words.en} changed")
            yield Group.REST, say.OTHERWISE.at(words=changed)
        elif not after:
            yield Group.PEOPLE, say.WITHDRAWN.at(field=words)
        elif not before:
            yield Group.PEOPLE, say.GIVEN.at(field=words, after=after)
        else:
            yield Group.PEOPLE, say.NOW.at(field=words, before=before, after=after)
    for name, words in say.LISTS.items():
        # Told in sentences of their own, but for what these do not see.
        if name in {"decisions", "deliverables", "milestones"}:
            continue
        if getattr(old, name) != getattr(new, name):
            yield Group.REST, say.OTHERWISE.at(words=words)


def _handed(old: ActionText, new: ActionText) -> Iterator[Clause]:
    """Yield the deliverables delivered and the milestones reached; else that they changed."""
    had = {one.key: one.delivered_on for one in old.deliverables}
    told = False
    for given in new.deliverables:
        if given.delivered_on is not None and had.get(given.key) != given.delivered_on:
            told = True
            yield Group.PEOPLE, say.DELIVERED.at(title=given.title, day=Day(given.delivered_on))
    if not told and old.deliverables != new.deliverables:
        yield Group.REST, say.OTHERWISE.at(words=say.LISTS["deliverables"])
    reached = {(one.title, one.reached_on) for one in old.milestones}
    told = False
    for one in new.milestones:
        if one.reached_on is not None and (one.title, one.reached_on) not in reached:
            told = True
            yield Group.PEOPLE, say.REACHED.at(title=one.title, day=Day(one.reached_on))
    if not told and old.milestones != new.milestones:
        yield Group.REST, say.OTHERWISE.at(words=say.LISTS["milestones"])


def _money(old: ActionText, new: ActionText) -> Iterator[Clause]:
    def rows(action: ActionText) -> dict[tuple[int, str, bool], Decimal | None]:
        return {(one.year, one.section, one.in_it_budget): one.amount for one in action.money}

    was, now = rows(old), rows(new)
    for key in sorted(was.keys() | now.keys()):
        year, before, after = key[0], was.get(key), now.get(key)
        if key in was and key in now and before == after:
            continue
        if key not in now:
            yield Group.MONEY, say.ASKED_GONE.at(year=year)
        elif after is None:
            yield Group.MONEY, say.ASKED_UNKNOWN.at(year=year)
        elif before is None:
            yield Group.MONEY, say.ASKED_NEW.at(year=year, after=Euros(after))
        else:
            yield Group.MONEY, say.ASKED.at(year=year, before=Euros(before), after=Euros(after))


def _measures(
    old: ActionText,
    new: ActionText,
    was: Mapping[str, IndicatorText],
    now: Mapping[str, IndicatorText],
) -> Iterator[Clause]:
    for key in old.indicators:
        if key not in new.indicators:
            yield Group.MEASURES, say.INDICATOR_GONE.at(name=_name(was, key))
    for key in new.indicators:
        before, after = was.get(key), now.get(key)
        if key not in old.indicators:
            yield Group.MEASURES, say.INDICATOR_NEW.at(name=_name(now, key))
        elif before is not None and after is not None and before != after:
            yield from _indicator(before, after, alone=len(new.indicators) == 1)
    if old.indicators != new.indicators and set(old.indicators) == set(new.indicators):
        yield Group.MEASURES, say.INDICATOR_ORDER.at()


def _name(known: Mapping[str, IndicatorText], key: str) -> str:
    return known[key].name if key in known else key


def _indicator(old: IndicatorText, new: IndicatorText, *, alone: bool) -> Iterator[Clause]:
    def aims(one: IndicatorText) -> dict[tuple[TargetKind, date], TargetText]:
        return {(target.kind, target.due_on): target for target in one.targets}

    was, now = aims(old), aims(new)
    several = len(was.keys() | now.keys()) > 1
    for key in sorted(was.keys() | now.keys()):
        before, after = was.get(key), now.get(key)
        if before != after:
            of = _which("" if alone else new.name, key[1] if several else None)
            yield Group.MEASURES, _target(before, after, new, of)
    if old.readings != new.readings:
        yield Group.MEASURES, _reading(old, new)
    kept = ("targets", "readings")
    if any(getattr(old, f.name) != getattr(new, f.name) for f in fields(new) if f.name not in kept):
        yield Group.MEASURES, say.INDICATOR_OTHERWISE.at(name=new.name)


def _which(name: str, day: date | None) -> Text:
    def told(language: Language) -> str:
        of = say.OF.say(language).format(name) if name else ""
        return of + (say.DUE.say(language).format(numbers.date(day, language)) if day else "")

    return Text(told("fr"), told("en"))


def _target(
    before: TargetText | None, after: TargetText | None, one: IndicatorText, of: Text
) -> Problem:
    if after is None:
        return say.TARGET_GONE.at(of=of)
    said = _value(after.value, after.text, one.unit)
    if before is None:
        return say.TARGET_NEW.at(of=of, after=said)
    if replace(before, judgement="", judged_on=None, judged_by="", judged_why="") == replace(
        after, judgement="", judged_on=None, judged_by="", judged_why=""
    ):
        return say.TARGET_JUDGED.at(of=of, after=said)
    old, new = before.value, after.value
    if old is None or new is None or old == new:
        was = _value(old, before.text, one.unit)
        return say.TARGET_WORDS.at(of=of, before=was, after=said)
    kind = say.TARGET_UP if new > old else say.TARGET_DOWN
    return kind.at(of=of, before=Number(old), after=said)


def _value(value: Decimal | None, text: str, unit: str) -> Any:
    return Text(text, text) if value is None else Number(value, unit)


def _reading(old: IndicatorText, new: IndicatorText) -> Problem:
    def last(one: IndicatorText) -> ReadingText | None:
        known = [reading for reading in one.readings if reading.knowledge is Knowledge.KNOWN]
        return known[-1] if known else None

    before, after = last(old), last(new)
    if after is None or after == before:
        return say.READINGS.at(name=new.name)
    said: dict[str, Any] = {"name": new.name, "day": Day(after.day)}
    said["after"] = _value(after.value, after.text, new.unit)
    if before is None or (before.value, before.text) == (after.value, after.text):
        return say.READING.at(**said)
    return say.READING_FROM.at(**said, before=_value(before.value, before.text, new.unit))


class _Allotted:
    """The allotments of actions, before and after, by action then year."""

    def __init__(self, before: Content, after: Content) -> None:
        self._was, self._now = self._rows(before), self._rows(after)

    @staticmethod
    def _rows(content: Content) -> dict[int, dict[int, Any]]:
        found: dict[int, dict[int, Any]] = {}
        for one in content.allotments:
            found.setdefault(one.action, {})[one.year] = one
        return found

    def of(self, number: int) -> Iterator[Clause]:
        pairs = _both(self._was.get(number, {}), self._now.get(number, {}))
        for year, said in _moved(pairs, _amount, _ALLOTTED):
            yield Group.MONEY, said.at(**year)


type Pairs = Iterator[tuple[int, Any, Any]]


def _both(was: Mapping[Any, Any], now: Mapping[Any, Any]) -> Iterator[tuple[Any, Any, Any]]:
    """Yield what differs between two, by key."""
    for key in sorted(was.keys() | now.keys()):
        if was.get(key) != now.get(key):
            yield key, was.get(key), now.get(key)


def _amount(one: Any) -> Euros:
    return Euros(Decimal(one.amount))


# What is said of something new, gone, moved, and the same on another ground.
_ALLOTTED = (say.ALLOTTED_NEW, say.ALLOTTED_GONE, say.ALLOTTED, say.ALLOTTED_OTHERWISE)
_ENVELOPES = (say.ENVELOPE_NEW, say.ENVELOPE_GONE, say.ENVELOPE, say.ENVELOPE_OTHERWISE)
_FIGURES = (say.FIGURE_NEW, say.FIGURE_GONE, say.FIGURE, say.FIGURE_OTHERWISE)
_AMBITIONS = (say.AMBITION_NEW, say.AMBITION_GONE, say.AMBITION, say.AMBITION)


def _moved(
    pairs: Iterable[tuple[Any, Any, Any]], value: Callable[[Any], Any], kinds: tuple[Any, ...]
) -> Iterator[tuple[dict[str, Any], Any]]:
    new, gone, moved, otherwise = kinds
    for key, before, after in pairs:
        year = key[0] if isinstance(key, tuple) else key
        if after is None:
            yield {"year": year}, gone
        elif before is None:
            yield {"year": year, "after": value(after)}, new
        elif value(before) == value(after):
            yield {"year": year}, otherwise
        else:
            yield {"year": year, "before": value(before), "after": value(after)}, moved


def _of_plan(before: Content, after: Content) -> Iterator[Difference]:
    was, now = before.plan, after.plan
    for name, words in say.PLAN_FIELDS.items():
        if getattr(was, name) != getattr(now, name):
            told: dict[str, Any] = {
                "before": _plain(getattr(was, name)),
                "after": _plain(getattr(now, name)),
            }
            yield Difference(Group.PLAN, (say.PLAN_FIELD.at(field=words, **told),))
    for name, words in say.PLAN_WORDS.items():
        if getattr(was, name) != getattr(now, name):
            yield Difference(Group.REST, (say.PLAN_LISTS.at(words=words),))
    for kinds, value, rows in (
        (_AMBITIONS, lambda one: Number(Decimal(one.percent), "%"), "ambitions"),
        (_ENVELOPES, _amount, "envelopes"),
        (_FIGURES, _share, "budget"),
    ):
        pairs = _both(_by_year(getattr(before, rows)), _by_year(getattr(after, rows)))
        for told, kind in _moved(pairs, value, kinds):
            yield Difference(Group.MONEY, (kind.at(**told),))
    if before.evidence != after.evidence:
        yield Difference(Group.MONEY, (say.EVIDENCE.at(),))
    yield from _answers(before, after)


def _by_year(rows: Iterable[Any]) -> dict[tuple[int, str], Any]:
    return {(one.year, getattr(one, "section", "")): one for one in rows}


def _share(one: Any) -> Any:
    unknown = Text("inconnue", "unknown")
    return unknown if one.value is None else Number(numbers.rounded(Decimal(one.value), 1), "%")


def _plain(value: Any) -> Any:
    if isinstance(value, date):
        return Text(numbers.date(value, "fr"), numbers.date(value, "en"))
    return Text(numbers.UNKNOWN, numbers.UNKNOWN) if value in (None, "") else str(value)


def _answers(before: Content, after: Content) -> Iterator[Difference]:
    was = {one.practice: one for one in before.plan.choices}
    now = {one.practice: one for one in after.plan.choices}
    for practice, old, new in _both(was, now):
        if new is None:
            said = say.CHOSEN_GONE.at(practice=practice)
        elif old is None:
            said = say.CHOSEN_NEW.at(practice=practice, after=say.CHOICES[new.choice])
        elif old.choice is new.choice:
            said = say.CHOSEN_OTHERWISE.at(practice=practice)
        else:
            told: dict[str, Any] = {
                "before": say.CHOICES[old.choice],
                "after": say.CHOICES[new.choice],
            }
            said = say.CHOSEN.at(practice=practice, **told)
        yield Difference(Group.REST, (said,))
