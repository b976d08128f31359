"""Many things written together, as one after the other (pure)."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Hashable, Iterable, Iterator, Sequence


def rounds[Item](items: Iterable[Item], key: Callable[[Item], Hashable]) -> Iterator[list[Item]]:
    """Yield the items in rounds where no key comes twice; those of one key stay in their order.

    What touches one thing twice must see what it did the first time: it waits for the next round.
    """
    found: defaultdict[int, list[Item]] = defaultdict(list)
    seen: defaultdict[Hashable, int] = defaultdict(int)
    for item in items:
        its = key(item)
        found[seen[its]].append(item)
        seen[its] += 1
    yield from found.values()


def tried[Item, Made, Refusal: Exception](
    items: Sequence[Item],
    write: Callable[[Sequence[Item]], Sequence[Made]],
    refusal: type[Refusal] | tuple[type[Refusal], ...],
) -> Iterator[Made | Refusal]:
    """Yield what is made of each item, or why it is refused, as if each were written alone.

    `write` writes all of its items or raises, and then nothing of them stands: those of a part
    that is refused are tried by halves, so that one in a thousand costs ten tries, and not a
    thousand.
    """
    if not items:
        return
    try:
        yield from write(items)
    except refusal as error:
        if len(items) == 1:
            yield error
            return
        half = len(items) // 2
        yield from tried(items[:half], write, refusal)
        yield from tried(items[half:], write, refusal)
