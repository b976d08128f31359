"""The sums of a whole import as its lines are written, before anybody decides of them (pure)."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from portulan.budget.stages import Stage
from portulan.budget.sums import Heap, Kind, Sums
from portulan.budget.weighing import ZERO


class PlainSums:
    """The sums of lines that nobody attributed anything of yet, at every stage at once, fast."""

    def __init__(self) -> None:
        # By kind, then for each stage in order: lines, amount, refunded.
        self._heaps: dict[tuple[str, str, Decimal | None, str, str], list[list[Any]]] = {}
        self._without: list[int] = [0] * len(Stage)

    def add(
        self,
        kind: tuple[str, str, Decimal | None, str, str],
        amounts: list[Decimal | None],
    ) -> None:
        """Add a line: its section, verdict, IT share, post, run or build; its amounts by stage."""
        heaps = self._heaps.get(kind)
        if heaps is None:
            heaps = self._heaps[kind] = [[0, ZERO, ZERO] for _ in Stage]
        for rank, amount in enumerate(amounts):
            if amount is None:
                self._without[rank] += 1
                continue
            heap = heaps[rank]
            heap[0] += 1
            heap[1] += amount
            if amount < 0:
                heap[2] += amount

    def by_stage(self) -> dict[Stage, Sums]:
        """Return the sums of each stage."""
        found = {}
        for rank, stage in enumerate(Stage):
            found[stage] = sums = Sums()
            sums.without_amount = self._without[rank]
            sums.heaps = {
                Kind(section, verdict, share, post=post, run_build=run_build): Heap(*heaps[rank])
                for (section, verdict, share, post, run_build), heaps in self._heaps.items()
                if heaps[rank][0]
            }
        return found
