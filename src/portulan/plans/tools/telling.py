"""What an action holds, field by field, in the words that another tool’s file may carry (pure).

The fields are those of `portulan-plan/1`: one that comes there is told here, and is a loss where no
tool has a place for it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import MISSING, dataclass, fields
from datetime import date
from typing import Any

from portulan.core.amounts import Of, identified
from portulan.core.fields import Field, Kind, by_name
from portulan.core.say import numbers
from portulan.core.say.language import speaking
from portulan.core.say.text import Language, Text, labelled, semicolons
from portulan.indicators.words import TargetKind
from portulan.plans.fields import ACTION
from portulan.plans.files.document import (
    ActionText,
    DecisionText,
    IndicatorText,
    MoneyText,
    PlanFolder,
    practice_of,
)
from portulan.plans.labels import LEVELS, PROGRESSES, SECTIONS, TIES
from portulan.plans.words import Section


@dataclass(frozen=True, slots=True)
class Outgoing:
    """A plan that goes out: its files, whose it is, the day, and the language of words."""

    folder: PlanFolder
    organisation: str
    on: date
    language: Language = "fr"


_DECLARED = by_name(ACTION)
_ABSENT = {
    one.name: one.default if one.default_factory is MISSING else one.default_factory()
    for one in fields(ActionText)
}
# How what is no declared field is called.
_NAMES: Mapping[str, Text] = {
    "number": Text("N°", "No."),
    "progress": Text("Avancement", "Progress"),
    "vacant_since": Text("Poste vacant depuis", "Post vacant since"),
    "seen": Text("Nouvelles éditions lues", "Newer editions read"),
    "blocked_by": Text("Bloqué par", "Blocked by"),
    "last_news_on": Text("Dernières nouvelles", "Last news"),
    "indicators": Text("Indicateurs", "Indicators"),
    "milestones": Text("Jalons", "Milestones"),
    "deliverables": Text("Livrables", "Deliverables"),
    "decisions": Text("Décisions", "Decisions"),
    "money": Text("Budget demandé", "Budget asked for"),
    "ties": Text("Liens avec d’autres actions", "Ties with other actions"),
    "evidence": Text("Preuves", "Evidence"),
    # A level is proposed on a form alone.
    "level": Text("Niveau d’engagement", "Commitment level"),
}
NAMES: Mapping[str, Text] = {
    one.name: _NAMES.get(one.name) or _DECLARED[one.name].label for one in fields(ActionText)
}
_UNKNOWN = Text("inconnu", "unknown")
_OUTSIDE = Text("hors budget de la DSI", "outside the IT budget")
_TARGET = Text("cible", "target")


def holds(action: ActionText, name: str) -> bool:
    """Tell whether an action says something under a field, or what nobody has to say."""
    return bool(getattr(action, name) != _ABSENT[name])


def word(label: object, language: Language) -> str:
    """Return a word of the interface in a language."""
    with speaking(language):
        return str(label)


def told(action: ActionText, name: str, out: Outgoing) -> str:
    """Return what an action holds under a field, several things one a line; else nothing."""
    if not holds(action, name):
        return ""
    if name in _OTHERS:
        return "\n".join(_OTHERS[name](action, out))
    declared = _DECLARED.get(name)
    value = getattr(action, name)
    if isinstance(value, date):
        return numbers.date(value, out.language)
    return str(value) if declared is None else "\n".join(_declared(declared, value, out))


def _declared(field: Field, value: Any, out: Outgoing) -> Iterator[str]:
    plan = out.folder.plan
    match field.kind:
        case Kind.NUMBER:
            said = numbers.number(value, out.language)
            yield field.sentence.say(out.language) % {"value": said}
        case Kind.STEP:
            yield field.steps[value].say(out.language)
        case Kind.LINES:
            yield from value
        case Kind.ONE:
            yield plan.axes[value] if field.to == "axes" else value
        case Kind.MANY if field.to == "goals":
            yield from (plan.goals[key] for key in value)
        case Kind.MANY:
            yield from (practice_of(one)[2] for one in value)
        case _:
            yield value


def _progress(action: ActionText, out: Outgoing) -> Iterator[str]:
    yield word(PROGRESSES[action.progress], out.language)


def _indicators(action: ActionText, out: Outgoing) -> Iterator[str]:
    for key in action.indicators:
        one = out.folder.indicators[key]
        yield "".join((one.name, *(f", {text}" for text in targets(one, out))))


def targets(indicator: IndicatorText, out: Outgoing) -> Iterator[str]:
    """Yield each target of an indicator, with its day."""
    for one in indicator.targets:
        if one.kind is not TargetKind.TARGET:
            continue
        text = one.text
        if one.value is not None:
            text = f"{numbers.number(one.value, out.language)} {indicator.unit}".strip()
        day = numbers.date(one.due_on, out.language)
        yield f"{_TARGET.say(out.language)} {text} ({day})"


def _milestones(action: ActionText, out: Outgoing) -> Iterator[str]:
    yield from (
        f"{one.title} ({numbers.date(one.due_on, out.language)})" for one in action.milestones
    )


def _deliverables(action: ActionText, out: Outgoing) -> Iterator[str]:
    for one in action.deliverables:
        day = f" ({numbers.date(one.due_on, out.language)})" if one.due_on else ""
        yield one.title + day


def _decisions(action: ActionText, out: Outgoing) -> Iterator[str]:
    yield from (decision(one, out) for one in action.decisions)


def decision(one: DecisionText, out: Outgoing) -> str:
    """Return a decision in a line: its day, its level, who took it."""
    level = word(LEVELS[one.level], out.language)
    return f"{numbers.date(one.decided_on, out.language)}, {level}, {one.body}"


def _money(action: ActionText, out: Outgoing) -> Iterator[str]:
    whose = (out.folder.plan.slug, action.number)
    for one in action.money:
        side = "it" if one.in_it_budget else "beside"
        asked = identified(one.amount, Of("asked", one.year, one.section, side, who=whose))
        amount = numbers.money(asked, out.language, none=_UNKNOWN.say(out.language))
        yield labelled(f"{one.year}{nature(one, out)}", amount, out.language)


def nature(one: MoneyText, out: Outgoing) -> str:
    """Return what is asked for: its section, and whether the IT budget has it."""
    section = word(SECTIONS[Section(one.section)], out.language).lower() if one.section else ""
    outside = "" if one.in_it_budget else _OUTSIDE.say(out.language)
    return "".join(f", {text}" for text in (section, outside) if text)


def _ties(action: ActionText, out: Outgoing) -> Iterator[str]:
    for one in action.ties:
        yield f"{word(TIES[one.kind], out.language)} {called(out.folder, one.other)}"


def called(folder: PlanFolder, number: int) -> str:
    """Return the number of an action as its organisation says it."""
    own = next((one.own_number for one in folder.actions if one.number == number), "")
    return own or str(number)


_OTHERS: Mapping[str, Callable[[ActionText, Outgoing], Iterator[str]]] = {
    "progress": _progress,
    "indicators": _indicators,
    "milestones": _milestones,
    "deliverables": _deliverables,
    "decisions": _decisions,
    "money": _money,
    "ties": _ties,
}


def lines_of(action: ActionText, names: Iterable[str], out: Outgoing) -> Iterator[str]:
    """Yield “name : what is held” for each field that says something."""
    for name in names:
        if text := told(action, name, out):
            said = semicolons(text.split("\n"), out.language)
            yield labelled(NAMES[name].say(out.language), said, out.language)
