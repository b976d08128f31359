"""Rows that are of others by where they stand: a tree drawn by blanks, an account said again."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from portulan.budget.readers.ledger_totals import Row, Vector

type Heads = dict[int, tuple[Vector, int]]  # the sum of each row that is one, and its last row


def sums_of_tree(
    indents: Mapping[int, int], rows: Sequence[Row], words: Sequence[bool], unit: int
) -> Heads:
    """Return the rows that are the sum of the leaves set deeper below them, and the last of these.

    `indents` are the blanks before the label of each row. Nothing where most parents are no sums:
    blanks are then a way to write. A parent that says another amount is left to the totals.
    """
    depths = sorted(set(indents.values()))
    if len(depths) < 2:
        return {}
    every = [at for at in range(len(rows)) if at in indents and not words[at]]
    if len(every) < len([at for at in range(len(rows)) if not words[at]]):
        return {}
    found: Heads = {}
    wrong = 0
    for place, at in enumerate(every):
        below = _below(every, place, indents)
        if not below or not any(value is not None for value in rows[at].amounts):
            continue
        leaves = [
            row for rank, row in enumerate(below, place + 1) if not _below(every, rank, indents)
        ]
        total = _sum([rows[row].amounts for row in leaves], len(rows[at].amounts))
        slack = (len(leaves) + 1) * unit // 2 if unit > 1 and len(leaves) > 1 else 0
        if all(
            v is None or abs(v - t) <= slack for v, t in zip(rows[at].amounts, total, strict=True)
        ):
            found[at] = total, below[-1]
        else:
            wrong += 1
    return found if wrong * 2 < len(found) else {}


def _below(every: Sequence[int], place: int, indents: Mapping[int, int]) -> list[int]:
    """Return the rows that follow one and are set deeper."""
    own = indents[every[place]]
    end = place + 1
    while end < len(every) and indents[every[end]] > own:
        end += 1
    return list(every[place + 1 : end])


def _sum(vectors: Sequence[Vector], width: int) -> tuple[int, ...]:
    return tuple(sum(vector[at] or 0 for vector in vectors) for at in range(width))


def repeated(rows: Sequence[Row]) -> set[int]:
    """Return the rows that say the account of the row above again, and no more than its amounts."""
    found: set[int] = set()
    above = Row(())
    for at, row in enumerate(rows):
        if row.account and row.account == above.account and _is_within(row.amounts, above.amounts):
            found.add(at)
        else:
            above = row
    return found


def _is_within(part: Vector, whole: Vector) -> bool:
    """Return whether amounts are nowhere more than others."""
    return all(p is None or abs(p) <= abs(w or 0) for p, w in zip(part, whole, strict=True))
