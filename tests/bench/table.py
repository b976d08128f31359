"""The table: what was measured, beside what, and whether the aim is met."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from tests.bench.clock import Pair

HEADS = ("what", "measured", "reference", "ratio", "aim", "ok")


@dataclass(frozen=True)
class Row:
    """A line of the table; `ok` is None where nothing is aimed at."""

    what: str
    measured: str
    reference: str
    ratio: str
    aim: str = "–"
    ok: bool | None = None

    @property
    def cells(self) -> tuple[str, ...]:
        ok = "–" if self.ok is None else "yes" if self.ok else "NO"
        return (self.what, self.measured, self.reference, self.ratio, self.aim, ok)


def by_ratio(what: str, pair: Pair, most: float | None = None) -> Row:
    """Return the row of a ratio of CPU times, in milliseconds; without `most`, for information."""
    return Row(
        what,
        f"{pair.measured * 1000:,.1f} ms",
        f"{pair.reference * 1000:,.1f} ms",
        f"{pair.ratio:.2f}",
        "–" if most is None else f"≤ {most:g} ×",
        None if most is None else pair.ratio <= most,
    )


def by_amount(what: str, measured: float, most: float, unit: str, beside: str = "") -> Row:
    """Return the row of an amount that has its own bound."""
    return Row(
        what,
        f"{measured:,.2f} {unit}" if unit == "s" else f"{measured:,.1f} {unit}",
        beside or "–",
        "–",
        f"≤ {most:g} {unit}",
        measured <= most,
    )


def alike(what: str, small: int, large: int) -> Row:
    """Return the row of two counts, of which the second may not be more."""
    return Row(what, f"{large} queries", f"{small} queries", "–", "no more", large <= small)


def lines(rows: Iterable[Row]) -> Iterator[str]:
    """Yield the table as text, as wide as its cells."""
    cells = [HEADS, *(row.cells for row in rows)]
    widths = [max(map(len, column)) for column in zip(*cells, strict=True)]
    for number, row in enumerate(cells):
        left = row[0].ljust(widths[0])
        right = "  ".join(
            cell.rjust(width) for cell, width in zip(row[1:], widths[1:], strict=True)
        )
        yield f"{left}  {right}"
        if not number:
            yield "-" * (sum(widths) + 2 * (len(widths) - 1))
