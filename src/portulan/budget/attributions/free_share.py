"""What of a line, and of the orders that detail it, is still free to attribute (pure).

Shares are fractions of the whole line. Inside the IT budget and outside it share the line (ADR 9).
An order, or a contract, is told from the others of its account by a key (ADR 17); what is given of
it, on one line, is never more than the whole of it, whatever room the rest of the line leaves.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from decimal import Decimal

type Key = Mapping[str, str]

ALL, NONE = Decimal(1), Decimal(0)


def free_share(
    it_share: Decimal | None, given: Iterable[tuple[bool, Decimal]], *, outside_it: bool
) -> Decimal | None:
    """Return the share still free on one side of a line; None while its IT share is not decided.

    `given` is what stands attributed: whether it is outside IT, and its share. When a new edition
    of the perimeter took the room of what is attributed on one side, the other side has only what
    is left of the whole line.
    """
    if it_share is None:
        return None
    sums = {False: NONE, True: NONE}
    for side, share in given:
        sums[side] += share
    side_of_line = ALL - it_share if outside_it else it_share
    return min(side_of_line - sums[outside_it], ALL - sum(sums.values()))


def free_of_order(key: Key, others: Iterable[Key]) -> Decimal:
    """Return what is still free of the order or contract of a key, among other keys of the line.

    A key without order is about a whole contract: it meets each of its orders, and them it.
    """
    by_order: dict[str, Decimal] = defaultdict(Decimal)
    whole = NONE
    for other in others:
        share = Decimal(other["share"])
        if other["order"] and (other["order"] == key["order"] or _same_contract(key, other)):
            by_order[other["order"]] += share
        elif not other["order"] and _same_contract(key, other):
            whole += share
    if key["order"]:
        return ALL - whole - by_order.get(key["order"], NONE)
    return ALL - whole - max(by_order.values(), default=NONE)


def _same_contract(one: Key, other: Key) -> bool:
    return bool(one["contract"]) and one["contract"] == other["contract"]
