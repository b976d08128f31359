"""The weekly message of a pilot, in words: what waits for news of theirs (pure)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from portulan.core.say import numbers
from portulan.core.say.text import Language, Text
from portulan.plans.states.rules import Derived

_AHEAD = timedelta(days=2)  # a message is shown that long before it leaves
_SUBJECT = Text(
    "{plan}\u00a0: {count} à regarder cette semaine", "{plan}: {count} to look at this week"
)
_ACTIONS = (Text("une action", "one action"), Text("{} actions", "{} actions"))
_HELLO = Text("Bonjour,", "Hello,")
_YOURS = Text(
    "Vous êtes pilote de ces actions du plan «\u00a0{plan}\u00a0». Voici celles qui attendent une"
    " nouvelle\u00a0:",
    "You pilot these actions of the plan “{plan}”. Here are those that wait for news:",
)
_DUE = Text("Fin prévue le {}.", "Planned end on {}.")
_NOTHING_NEW = Text(
    "«\u00a0Rien n’a changé\u00a0» et «\u00a0je n’ai pas ce chiffre\u00a0» sont des réponses.",
    "“Nothing changed” and “I don’t have this figure” are answers.",
)
_LESS = Text(
    "Un message par semaine au plus. Pour n’en plus recevoir\u00a0:",
    "One message a week at most. To receive none any more:",
)


@dataclass(frozen=True, slots=True)
class Piloted:
    """An action of a pilot that waits for news, and where it is updated."""

    number: str
    title: str
    states: tuple[Derived, ...]
    due_on: date | None
    address: str


def next_digest(today: date, *, weekday: int, hour: int) -> datetime:
    """Return when the next weekly message leaves (naive, of the place), two days ahead at least."""
    soonest = today + _AHEAD
    day = soonest + timedelta(days=(weekday - soonest.isoweekday()) % 7)
    return datetime.combine(day, time(hour))


def subject(plan: str, actions: Sequence[Piloted], lang: Language) -> str:
    one, many = _ACTIONS
    count = one.say(lang) if len(actions) == 1 else many.say(lang).format(len(actions))
    return _SUBJECT.say(lang).format(plan=plan, count=count)


def body(plan: str, actions: Sequence[Piloted], stop: str, lang: Language) -> str:
    """Return the text of the message."""
    parts = [_HELLO.say(lang), _YOURS.say(lang).format(plan=plan)]
    for one in actions:
        said = [state.sentence(lang) for state in one.states]
        if one.due_on is not None and not said:
            said = [_DUE.say(lang).format(numbers.date(one.due_on, lang))]
        lines = [f"{one.number}. {one.title}", *(f"   {words}" for words in said)]
        parts.append("\n".join([*lines, f"   {one.address}"]))
    parts += [_NOTHING_NEW.say(lang), f"-- \n{_LESS.say(lang)}\n{stop}"]
    return "\n\n".join(parts) + "\n"
