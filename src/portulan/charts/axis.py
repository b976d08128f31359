"""Round numbers on an axis. Exact decimals: an amount may be larger than a float can hold."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import ROUND_FLOOR, Decimal

ZERO = Decimal(0)
MANTISSAS = (Decimal(1), Decimal(2), Decimal(5), Decimal(10))


@dataclass(frozen=True, slots=True)
class Axis:
    """An axis from `low` to `high`, with a tick every `step`."""

    low: Decimal
    high: Decimal
    step: Decimal

    def ratio(self, value: Decimal) -> float:
        """Return where the value stands: 0 at the low end, 1 at the high end."""
        return float((value - self.low) / (self.high - self.low))

    @property
    def ticks(self) -> tuple[Decimal, ...]:
        count = int(((self.high - self.low) / self.step).to_integral_value())
        return tuple(self.low + self.step * index for index in range(count + 1))

    @property
    def decimals(self) -> int:
        """How many decimals the ticks need."""
        return max(0, -int(self.step.normalize().as_tuple().exponent))


def axis_through_zero(values: Iterable[Decimal | None], *, most: int = 6) -> Axis:
    """Return an axis that shows 0 and every value, with some air above the highest.

    The step is 1, 2 or 5 times a power of ten, the smallest that makes at most `most` intervals.
    """
    known = [value for value in values if value is not None]
    low, high = min([ZERO, *known]), max([ZERO, *known])
    if low == high:
        return Axis(ZERO, Decimal(1), Decimal(1))
    power = Decimal(1).scaleb((high - low).adjusted() - 1)
    steps = (mantissa * scale for scale in (power, power * 10) for mantissa in MANTISSAS)
    axes = (_snapped(low, high, step) for step in steps)
    return next(axis for axis in axes if len(axis.ticks) - 1 <= most)


def _snapped(low: Decimal, high: Decimal, step: Decimal) -> Axis:
    top = (high / step).to_integral_value(ROUND_FLOOR) * step + step if high > 0 else ZERO
    bottom = -((-low / step).to_integral_value(ROUND_FLOOR) * step + step) if low < 0 else ZERO
    return Axis(bottom, top, step)
