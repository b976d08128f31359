"""What a figure of a source becomes for an indicator: a value, a day, and what must be asked first.

Pure: nothing here knows the database. A figure enters by itself only where nothing is asked.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from enum import StrEnum
from itertools import pairwise

from portulan.core.folding import fold
from portulan.core.say.text import Text
from portulan.indicators.words import Frequency, Kind
from portulan.sources.figure import Figure, Verdict, rounded


class Entrance(StrEnum):
    """How what a source says comes in, the surest first."""

    FILE = "file"
    DEPOSIT = "deposit"
    ADDRESS = "address"


class Manner(StrEnum):
    PROPOSE = "propose"
    AUTOMATIC = "automatic"


class Agreement(StrEnum):
    """What was answered to a reading that a source proposes."""

    PENDING = "pending"
    ACCEPTED = "accepted"
    REFUSED = "refused"
    CHECK = "check"  # somebody is to look at it in the tool first
    SUPERSEDED = "superseded"  # another came before anybody answered


class Question(StrEnum):
    """Why a reading is not simply taken."""

    TYPED = "typed"  # somebody said another value for the same day
    SOURCES = "sources"  # another source said another value for the same day
    JUMP = "jump"  # beyond all that the indicator did so far
    FEWER = "fewer"  # a third of what was counted is gone
    COVERAGE = "coverage"  # much less is known than before
    SCOPE = "scope"  # other bodies are counted
    MEANINGS = "meanings"  # words have another meaning than before
    WORDS = "words"  # words that nobody explained
    PARTLY = "partly"  # too little is known to be sure


QUESTIONS = {
    Question.TYPED: Text(
        "Une autre valeur est dite pour ce jour\u00a0: accepter l’écarte, et elle reste lisible.",
        "Another value was given for this day: accepting this one sets the other aside, still"
        " readable.",
    ),
    Question.SOURCES: Text(
        "Deux sources se contredisent pour ce jour\u00a0: accepter écarte l’autre, qui reste"
        " lisible.",
        "Two sources disagree about this day: accepting this one sets the other aside, still"
        " readable.",
    ),
    Question.JUMP: Text(
        "L’écart dépasse tout ce que cet indicateur a connu.",
        "The change is larger than any that this indicator has known.",
    ),
    Question.FEWER: Text(
        "Un tiers de ce qui était compté a disparu\u00a0: l’extraction est-elle entière\u202f?",
        "A third of the items counted before are gone: is the extract whole?",
    ),
    Question.COVERAGE: Text(
        "Bien moins est connu qu’à la photographie d’avant.",
        "Much less is known than in the snapshot before.",
    ),
    Question.SCOPE: Text(
        "D’autres entités sont comptées qu’avant\u00a0: accepter dit une rupture.",
        "Other units are counted than before: accepting says that the series breaks.",
    ),
    Question.MEANINGS: Text(
        "Des mots ont un autre sens qu’avant\u00a0: accepter dit une rupture.",
        "Some words mean something else than before: accepting says that the series breaks.",
    ),
    Question.WORDS: Text(
        "Des mots attendent un sens\u00a0: leurs équipements comptent comme inconnus.",
        "Some words wait for a meaning: their devices count as unknown.",
    ),
    Question.PARTLY: Text(
        "La couverture est faible\u00a0: la valeur peut bouger.",
        "The coverage is low: the value may move.",
    ),
}
BREAKS = frozenset({Question.SCOPE, Question.MEANINGS})
_LOST = Decimal(2) / 3  # of what was counted, at most this is left: it is asked
_FALL = Decimal("0.1")  # of coverage
_WIDER = 2  # times the widest move that the indicator had
_FIRST_BAND = Decimal("0.25")  # of its value, for one that has no history yet
_TOLD_IN_TENS = 10  # percent
_TOLERATED = timedelta(days=10)  # after the day that a source was expected
_FAMILIES = tuple(
    frozenset(words.split())
    for words in (
        "an ans annee annees year years",
        "mois month months",
        "jour jours day days",
        "kwh",
        "mwh",
        "gwh",
        "to tb",
        "go gb",
    )
)


@dataclass(frozen=True, slots=True)
class Seen:
    """What a snapshot said, as the next one is compared with it."""

    kept: int
    scope: str = ""
    entities: frozenset[str] = frozenset()
    meanings: str = ""
    coverage: Mapping[str, Decimal] | None = None


@dataclass(frozen=True, slots=True)
class Known:
    """What is known of an indicator: its numbers by day, and those that somebody typed.

    `others` are those that sources other than the one that is asked said, by day.
    """

    values: Sequence[tuple[date, Decimal]] = ()
    typed: Mapping[date, Decimal | None] | None = None
    others: Mapping[date, Collection[Decimal]] | None = None

    @property
    def last(self) -> Decimal | None:
        return self.values[-1][1] if self.values else None

    def as_told(self, value: Decimal, kind: Kind) -> Decimal:
        """Return a value as this indicator is told: 57 % and not 57.1429 % after 18 % and 39 %.

        Its numerator and denominator are kept; under ten percent a decimal may matter.
        """
        typed = [one for one in (self.typed or {}).values() if one is not None]
        whole = len(typed) > 1 and all(one == one.to_integral_value() for one in typed)
        if kind is not Kind.PERCENTAGE or not whole or value < _TOLD_IN_TENS:
            return value
        return rounded(value, "1").quantize(Decimal("0.0001"))


def day_of(*, flow: bool, on: date, flow_year: int) -> date:
    """Return the day of a reading: that of the snapshot, or the last of the year that flowed."""
    return min(on, date(flow_year, 12, 31)) if flow else on


def value_for(kind: Kind, figure: Figure, *, is_share: bool) -> Decimal | None:
    """Return the value as the indicator counts it: a share is told in percent."""
    if figure.value is None:
        return None
    value = figure.value * 100 if is_share and kind is Kind.PERCENTAGE else figure.value
    return value.quantize(Decimal("0.0001"))


def fits(kind: Kind, unit: str, *, is_share: bool, measured_in: Text) -> bool:
    """Tell whether an indicator can be fed: a share feeds a percentage, years feed no months."""
    if not kind.is_number or is_share is not (kind is Kind.PERCENTAGE):
        return False
    ours, theirs = _families(unit), _families(measured_in.fr) | _families(measured_in.en)
    return not ours or not theirs or bool(ours & theirs)


def _families(unit: str) -> set[frozenset[str]]:
    words = set(fold(unit).split())
    return {family for family in _FAMILIES if family & words}


def questions_of(
    figure: Figure,
    value: Decimal,
    on: date,
    *,
    known: Known,
    now: Seen,
    before: Seen | None,
    unexplained: bool,
) -> Iterator[Question]:
    """Yield why a reading is not simply taken, the gravest first."""
    typed = (known.typed or {}).get(on, value)
    if typed != value:
        yield Question.TYPED
    if any(one != value for one in (known.others or {}).get(on, ())):
        yield Question.SOURCES
    if before is not None:
        yield from _since(figure, now, before)
    if _jumps(value, on, known):
        yield Question.JUMP
    if unexplained:
        yield Question.WORDS
    if figure.verdict is Verdict.WARN:
        yield Question.PARTLY


def _since(figure: Figure, now: Seen, before: Seen) -> Iterator[Question]:
    if now.scope != before.scope or now.entities != before.entities:
        yield Question.SCOPE
    if now.meanings != before.meanings:
        yield Question.MEANINGS
    if before.kept and now.kept <= before.kept * _LOST:
        yield Question.FEWER
    was = (before.coverage or {}).get(figure.id)
    if was is not None and figure.coverage is not None and was - figure.coverage >= _FALL:
        yield Question.COVERAGE


def _jumps(value: Decimal, on: date, known: Known) -> bool:
    values = [one for day, one in known.values if day < on]
    if not values:
        return False
    moves = [abs(one - other) for other, one in pairwise(values)]
    widest = max(moves, default=Decimal(0))
    band = widest * _WIDER if widest else abs(values[-1]) * _FIRST_BAND
    return abs(value - values[-1]) > band


def due_after(last: date, every: Frequency) -> date:
    """Return the day by which a source is expected again."""
    months = last.month - 1 + every.months
    year, month = last.year + months // 12, months % 12 + 1
    following = date(year + month // 12, month % 12 + 1, 1)
    return min(date(year, month, 1) + timedelta(days=last.day - 1), following - timedelta(days=1))


def is_late(last: date | None, begun: date, every: Frequency | None, today: date) -> bool:
    """Tell whether a source was expected and has not come; one without a rhythm never is."""
    return every is not None and today > due_after(last or begun, every) + _TOLERATED
