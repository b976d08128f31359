"""Trajectories of indicators (pure): where a series stands, where it was expected, what it reached.

A yes/no indicator is a number: 1 is yes, 0 is no. A reading that is not known has no value and is
never taken for 0. A break of perimeter parts a series: what comes before it is kept and shown, but
nothing is computed across it (docs/reference/truths.md, truth 17).
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from portulan.core.folding import fold
from portulan.indicators.words import Direction, Judgement, MeasurementRole, TargetKind


@dataclass(frozen=True, slots=True)
class Reading:
    """A dated value: a number, words, or neither when it is not known."""

    on: date
    value: Decimal | None = None
    text: str = ""
    role: MeasurementRole = MeasurementRole.READING
    breaks: bool = False

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
    """The readings and aims of one indicator, in any order."""

    readings: tuple[Reading, ...] = ()
    aims: tuple[Aim, ...] = ()
    direction: Direction = Direction.NONE

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

    def legal_threshold(self, day: date) -> Aim | None:
        """Return the legal threshold in force on that day: the last that came into force."""
        legal = [aim for aim in self.aims if aim.kind is TargetKind.LEGAL and aim.due_on <= day]
        return legal[-1] if legal else None


@dataclass(frozen=True, slots=True)
class Standing:
    """Where a series stands on a day. None means that it cannot be said, and why is in `broken`.

    `gap` is the last value minus the expected one; `behind` says that it is on the wrong side.
    """

    last: Reading | None
    expected: Decimal | None
    gap: Decimal | None
    behind: bool | None
    reached: bool | None
    under_legal: bool | None
    broken: bool


def expected_on(series: Series, day: date) -> Decimal | None:
    """Return the value on the straight line from the baseline through the targets on that day.

    None without numbers at both ends, before the baseline, or when a break of perimeter came
    after the baseline. After the last target, the line stays at it.
    """
    start = series.baseline
    if start is None or start.value is None or day < start.on or _is_broken(series):
        return None
    before_on, before = start.on, start.value
    numbers = [(aim.due_on, aim.value) for aim in series.targets if aim.value is not None]
    if not numbers:
        return None
    for due_on, value in numbers:
        if due_on <= before_on:
            continue
        if day <= due_on:
            return before + (value - before) * (day - before_on).days / (due_on - before_on).days
        before_on, before = due_on, value
    return before


def reaches(reading: Reading, aim: Aim, direction: Direction) -> bool | None:
    """Tell whether a reading is at an aim or beyond it, the way the indicator should go.

    Without a wanted direction, only equality reaches. Words are compared as words. None when one
    is a number and the other is not, or when nothing is known.
    """
    if aim.judgement is not None:  # words are judged by a person, whatever the last reading says
        return aim.judgement is Judgement.REACHED
    if not reading.is_known:
        return None
    if aim.value is None:
        return fold(reading.text) == fold(aim.text) if reading.text else None
    if reading.value is None:
        return None
    match direction:
        case Direction.UP:
            return reading.value >= aim.value
        case Direction.DOWN:
            return reading.value <= aim.value
    return reading.value == aim.value


def stand(series: Series, day: date) -> Standing:
    """Return where the series stands on a day, seen from its last known reading of that day."""
    seen = Series(
        tuple(item for item in series.readings if item.on <= day), series.aims, series.direction
    )
    last = seen.last_known
    # The line is asked for on the day of the reading: time passing makes nobody late.
    expected = expected_on(seen, last.on) if last is not None else None
    gap = (
        last.value - expected if last and last.value is not None and expected is not None else None
    )
    legal, target = seen.legal_threshold(day), seen.target
    reached = reaches(last, target, series.direction) if last and target else None
    above = reaches(last, legal, series.direction) if last and legal else None
    return Standing(
        last=last,
        expected=expected,
        gap=gap,
        behind=_is_behind(gap, series.direction),
        reached=reached,
        under_legal=None if above is None else not above,
        broken=_is_broken(seen),
    )


def segments(series: Series) -> tuple[tuple[Reading, ...], ...]:
    """Return the readings, unknown ones included, parted at each break of perimeter."""
    parts: list[list[Reading]] = []
    for reading in series.readings:
        if reading.breaks or not parts:
            parts.append([])
        parts[-1].append(reading)
    return tuple(tuple(part) for part in parts)


def _is_broken(series: Series) -> bool:
    """Tell whether the perimeter changed after the baseline: a new baseline mends the series."""
    broken, start = series.last_break, series.baseline
    return broken is not None and (start is None or start.on < broken.on)


def _is_behind(gap: Decimal | None, direction: Direction) -> bool | None:
    if gap is None or direction is Direction.NONE:
        return None
    return gap < 0 if direction is Direction.UP else gap > 0
