"""Trajectories of indicators (pure): where a series stands, where it was expected, what it reached.

A yes/no indicator is a number: 1 is yes, 0 is no. A reading that is not known has no value and is
never taken for 0. A break of perimeter parts a series: what comes before it is kept and shown, but
nothing is computed across it (docs/reference/truths.md, truth 17), unless it was told again on the
new perimeter. How values told become these readings: `consolidation`.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from itertools import pairwise

from portulan.core.folding import fold
from portulan.core.periods import month_end
from portulan.indicators.unit_parts.rules import Missing, Owed, missing
from portulan.indicators.words import (
    Direction,
    Frequency,
    Judgement,
    MeasurementRole,
    TargetKind,
)


@dataclass(frozen=True, slots=True)
class Reading:
    """A dated value: a number, words, or neither when it is not known.

    `restated_for` is the day of the break whose perimeter it was told again for. `unit` is whose
    value it is, None the organisation's; of one made from units, `parts` of those `expected` are in
    it, and `weighed` of all the weights that they have. `at_least` is what is known of a sum that
    is not whole, which has no value.
    """

    on: date
    value: Decimal | None = None
    text: str = ""
    role: MeasurementRole = MeasurementRole.READING
    breaks: bool = False
    restated_for: date | None = None
    unit: int | None = None
    numerator: Decimal | None = None
    denominator: Decimal | None = None
    parts: int = 0
    expected: int = 0
    at_least: Decimal | None = None
    weighed: tuple[Decimal, Decimal] | None = None

    @property
    def is_known(self) -> bool:
        return self.value is not None or bool(self.text)


@dataclass(frozen=True, slots=True)
class Aim:
    """What is to be reached by a day: a number or words; a legal one binds from that day on."""

    due_on: date
    value: Decimal | None = None
    text: str = ""
    kind: TargetKind = TargetKind.TARGET
    reference: str = ""
    judgement: Judgement | None = None


@dataclass(frozen=True, slots=True)
class Series:
    """The readings and aims of one indicator, in any order; `owed` are the parts of its units."""

    readings: tuple[Reading, ...] = ()
    aims: tuple[Aim, ...] = ()
    direction: Direction = Direction.NONE
    scale: tuple[str, ...] = ()  # its words, from the least to the most
    owed: tuple[Owed, ...] = ()
    frequency: Frequency | None = None

    def __post_init__(self) -> None:
        by_day = sorted(self.readings, key=lambda item: (item.on, item.role.value))
        object.__setattr__(self, "readings", tuple(by_day))
        object.__setattr__(self, "aims", tuple(sorted(self.aims, key=lambda aim: aim.due_on)))

    @property
    def last(self) -> Reading | None:
        """The last reading, known or not."""
        return self.readings[-1] if self.readings else None

    @property
    def last_known(self) -> Reading | None:
        """The last reading that says something, baseline included."""
        return next((item for item in reversed(self.readings) if item.is_known), None)

    def same_day(self, reading: Reading) -> tuple[Reading, ...]:
        """Return the other readings of its day that say otherwise: several sources may."""
        its = (reading.on, reading.role, reading.unit)
        return tuple(
            item
            for item in self.readings
            if (item.on, item.role, item.unit) == its
            and item.is_known
            and (item.value, item.text) != (reading.value, reading.text)
        )

    @property
    def last_break(self) -> Reading | None:
        return next((item for item in reversed(self.readings) if item.breaks), None)

    @property
    def baseline(self) -> Reading | None:
        """The reference that today's readings may be compared with: the last one declared."""
        return next(
            (
                item
                for item in reversed(self.readings)
                if item.role is MeasurementRole.BASELINE and item.is_known
            ),
            None,
        )

    @property
    def targets(self) -> tuple[Aim, ...]:
        return tuple(aim for aim in self.aims if aim.kind is TargetKind.TARGET)

    @property
    def target(self) -> Aim | None:
        """The final target: the furthest one."""
        return self.targets[-1] if self.targets else None

    def missing(self, day: date) -> tuple[Missing, ...]:
        """Return the parts that designated units did not tell yet."""
        return missing(self.owed, self.frequency, day) if self.owed else ()

    def legal_threshold(self, day: date) -> Aim | None:
        """Return the legal threshold in force on that day: the last that came into force."""
        legal = [aim for aim in self.aims if aim.kind is TargetKind.LEGAL and aim.due_on <= day]
        return legal[-1] if legal else None


@dataclass(frozen=True, slots=True)
class Standing:
    """Where a series stands on a day. None means that it cannot be said, and why is in `broken`.

    `gap` is the last value minus the expected one; `behind` says that it is on the wrong side.
    `days_behind` is how long ago the expected line was where the last value is; `arrives_on` when
    the target would be reached at the pace since the baseline, None when this pace leads nowhere.
    """

    last: Reading | None
    expected: Decimal | None
    gap: Decimal | None
    behind: bool | None
    reached: bool | None
    under_legal: bool | None
    broken: bool
    days_behind: int | None = None
    arrives_on: date | None = None


def expected_on(series: Series, day: date) -> Decimal | None:
    """Return the value on the straight line from the baseline through the targets on that day.

    None without numbers at both ends, before the baseline, or when a break of perimeter came
    after the baseline. After the last target, the line stays at it.
    """
    points = _line(series)
    if not points or day < points[0][0]:
        return None
    for (before_on, before), (due_on, value) in pairwise(points):
        if day <= due_on:
            return before + (value - before) * (day - before_on).days / (due_on - before_on).days
    return points[-1][1]


def _line(series: Series) -> list[tuple[date, Decimal]]:
    """Return the points of the expected line, its baseline first; none where there is no line."""
    start = series.baseline
    if start is None or start.value is None or _is_broken(series):
        return []
    numbers = [(aim.due_on, aim.value) for aim in series.targets if aim.value is not None]
    later = [(day, value) for day, value in numbers if day > start.on]
    return [(start.on, start.value), *later] if numbers else []


def days_behind(series: Series, reading: Reading) -> int | None:
    """Return how many days late a reading is: since when the line was last where it stands.

    0 on the line or ahead of it. None where there is no line or no wanted direction. A value worse
    than the baseline is as late as the line is old.
    """
    expected = expected_on(series, reading.on)
    if reading.value is None or expected is None or series.direction is Direction.NONE:
        return None
    if not _is_behind(reading.value - expected, series.direction):
        return 0
    sign = 1 if series.direction is Direction.UP else -1
    points = [(day, sign * value) for day, value in _line(series) if day < reading.on]
    points.append((reading.on, sign * expected))
    wanted = sign * reading.value
    for (start_on, start), (end_on, end) in reversed(list(pairwise(points))):
        if start <= wanted < end:
            share = (wanted - start) / (end - start)
            crossed = start_on + timedelta(days=int((end_on - start_on).days * share))
            return (reading.on - crossed).days
    return (reading.on - points[0][0]).days


# Further than this no pace is worth a date.
_FURTHEST = 36525


def arrival(series: Series, reading: Reading) -> date | None:
    """Return the day the final target is reached at the pace from the baseline to a reading."""
    start, target = series.baseline, series.target
    if start is None or start.value is None or target is None or target.value is None:
        return None
    if reading.value is None or _is_broken(series) or reading.on <= start.on:
        return None
    done, whole = reading.value - start.value, target.value - start.value
    if not done or not whole or (done > 0) != (whole > 0):
        return None
    days = int((reading.on - start.on).days * whole / done)
    return start.on + timedelta(days=days) if days <= _FURTHEST else None


def due_next(series: Series, frequency: Frequency | None) -> date | None:
    """Return the day by which the next known value is expected; None without a frequency."""
    last = series.last_known
    if frequency is None or last is None:
        return None
    return month_end(last.on, months=frequency.months)


def reaches(
    reading: Reading, aim: Aim, direction: Direction, scale: tuple[str, ...] = ()
) -> bool | None:
    """Tell whether a reading is at an aim or beyond it, the way the indicator should go.

    Without a wanted direction, only equality reaches. Words are compared as words, by their place
    where they are of the scale. None when one
    is a number and the other is not, or when nothing is known.
    """
    if aim.judgement is not None:  # words are judged by a person, whatever the last reading says
        return aim.judgement is Judgement.REACHED
    if not reading.is_known:
        return None
    if aim.value is None:
        return _reaches_words(reading.text, aim.text, direction, scale) if reading.text else None
    if reading.value is None:
        return None
    match direction:
        case Direction.UP:
            return reading.value >= aim.value
        case Direction.DOWN:
            return reading.value <= aim.value
    return reading.value == aim.value


def _reaches_words(said: str, wanted: str, direction: Direction, scale: tuple[str, ...]) -> bool:
    order = [fold(word) for word in scale]
    here, there = fold(said), fold(wanted)
    if direction is Direction.NONE or here not in order or there not in order:
        return here == there
    ahead = order.index(here) - order.index(there)
    return ahead >= 0 if direction is Direction.UP else ahead <= 0


def stand(series: Series, day: date) -> Standing:
    """Return where the series stands on a day, seen from its last known reading of that day."""
    seen = Series(
        tuple(item for item in series.readings if item.on <= day),
        series.aims,
        series.direction,
        series.scale,
    )
    last = seen.last_known
    # The line is asked for on the day of the reading: time passing makes nobody late.
    expected = expected_on(seen, last.on) if last is not None else None
    gap = (
        last.value - expected if last and last.value is not None and expected is not None else None
    )
    legal, target = seen.legal_threshold(day), seen.target
    reached = reaches(last, target, series.direction, series.scale) if last and target else None
    above = reaches(last, legal, series.direction, series.scale) if last and legal else None
    return Standing(
        last=last,
        expected=expected,
        gap=gap,
        behind=_is_behind(gap, series.direction),
        reached=reached,
        under_legal=None if above is None else not above,
        broken=_is_broken(seen),
        days_behind=days_behind(seen, last) if last else None,
        arrives_on=arrival(seen, last) if last else None,
    )


def _is_broken(series: Series) -> bool:
    """Tell whether the perimeter changed after the baseline.

    A new baseline mends the series, and so does the former one told again for the new perimeter.
    """
    broken, start = series.last_break, series.baseline
    if broken is None:
        return False
    return start is None or max(start.on, start.restated_for or start.on) < broken.on


def _is_behind(gap: Decimal | None, direction: Direction) -> bool | None:
    if gap is None or direction is Direction.NONE:
        return None
    return gap < 0 if direction is Direction.UP else gap > 0
