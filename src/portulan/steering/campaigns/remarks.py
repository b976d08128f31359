"""What is to be known of a change before it is accepted, and what makes one ask again (pure)."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from itertools import pairwise

from portulan.core.say.text import Language, Text
from portulan.indicators.series import Reading, Series, reaches
from portulan.plans.words import Progress

# A value that moves by more than that part of the last one, and by more than twice any step before.
JUMP = Decimal("0.3")
TIMES = 2
_JUMP = Text("Saut de {step}\u00a0: faute de frappe\u202f?", "Jump of {step}: a slip?")
_BACK = Text("Reporte la fin de {days} jours", "Puts the end off by {days} days")
_LEGAL = Text("Reste sous le seuil légal", "Stays under the legal threshold")
_BLOCKED = Text("Bloquée", "Blocked")
_LATE = Text("Fin dépassée de {days} jours", "End past by {days} days")
_ANOTHER = Text("Un autre pilote\u00a0: à demander", "Another pilot: to be asked")
_UNKNOWN = Text("N’efface rien", "Erases nothing")


@dataclass(frozen=True, slots=True)
class Remark:
    """A few words beside a change; `asks` means that nothing is accepted by default."""

    words: str
    asks: bool = False


def of_value(
    series: Series, value: Decimal | None, *, on: date, said: str, lang: Language
) -> Iterator[Remark]:
    """Yield what is to be known of a new value; `said` is the step as a screen writes it."""
    last = series.last_known
    if value is None:
        return
    if last is not None and last.value is not None and _jumps(series, last.value, value):
        yield Remark(_JUMP.say(lang).format(step=said), asks=True)
    legal = series.legal_threshold(on)
    if legal is not None and reaches(Reading(on, value), legal, series.direction) is False:
        yield Remark(_LEGAL.say(lang))


def _jumps(series: Series, last: Decimal, value: Decimal) -> bool:
    step = abs(value - last)
    if step <= JUMP * abs(last):
        return False
    known = [one.value for one in series.readings if one.value is not None]
    return step > TIMES * max(_steps(known), default=Decimal(0))


def _steps(known: Sequence[Decimal]) -> list[Decimal]:
    return [abs(after - before) for before, after in pairwise(known)]


def of_date(before: date | None, after: date | None, *, lang: Language) -> Iterator[Remark]:
    """Yield what a new planned end does: put back, nobody accepts it without looking."""
    if before is not None and after is not None and after > before:
        yield Remark(_BACK.say(lang).format(days=(after - before).days), asks=True)


def of_action(
    due_on: date | None, progress: Progress, *, over: bool, today: date, lang: Language
) -> Iterator[Remark]:
    """Yield that the action is late, whatever is said of it; `over` is for one that ended."""
    if due_on is not None and due_on < today and not over and progress is not Progress.DROPPED:
        yield Remark(_LATE.say(lang).format(days=(today - due_on).days))


def blocked(lang: Language) -> Remark:
    return Remark(_BLOCKED.say(lang))


def another_pilot(lang: Language) -> Remark:
    return Remark(_ANOTHER.say(lang), asks=True)


def not_known(lang: Language) -> Remark:
    return Remark(_UNKNOWN.say(lang))
