"""Many things written together, as one after the other (pure)."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Hashable, Iterable, Iterator, Mapping, Sequence

_REFUSED = "refused_by_rank"  # what a refusal says of the items that were judged with its own


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


def judged[Item, Made](
    items: Iterable[Item],
    judge: Callable[[Item], Made],
    refusal: type[Exception] | tuple[type[Exception], ...],
) -> list[Made]:
    """Return what each item comes to, judged in their order, on what those before it leave.

    Raises the first refusal once all are judged: it tells the others to `tried`.
    """
    made: list[Made] = []
    refused: dict[int, Exception] = {}
    for rank, item in enumerate(items):
        try:
            made.append(judge(item))
        except refusal as error:
            refused[rank] = error
    if refused:
        raise telling(refused)
    return made


def telling(refused: Mapping[int, Exception]) -> Exception:
    """Return the first of refusals, by the rank of their items: it tells the others to `tried`."""
    first = refused[min(refused)]
    setattr(first, _REFUSED, refused)
    return first


def ranked(error: Exception, ranks: Sequence[int]) -> Exception:
    """Return a refusal that tells the others by their ranks among more items."""
    told: Mapping[int, Exception] = getattr(error, _REFUSED, {})
    return telling({ranks[rank]: one for rank, one in told.items()}) if told else error


def tried[Item, Made, Refusal: Exception](
    items: Sequence[Item],
    write: Callable[[Sequence[Item]], Sequence[Made]],
    refusal: type[Refusal] | tuple[type[Refusal], ...],
    *,
    by_rank: bool = False,
) -> Iterator[Made | Refusal]:
    """Yield what is made of each item, or why it is refused, as if each were written alone.

    `write` writes all of its items or raises, and then nothing of them stands: those of a part
    that is refused are tried by halves, so that one in a thousand costs ten tries, and not a
    thousand. `by_rank`: a refusal tells all those of its part (`judged`), and the others are tried
    once more, however many are refused.
    """
    if not items:
        return
    try:
        yield from write(items)
    except refusal as error:
        if len(items) == 1:
            yield error
            return
        if by_rank and (told := getattr(error, _REFUSED, {})):
            # Those before the only one that is refused are written whatever becomes of the others.
            alone = min(told) if len(told) == 1 else 0
            yield from tried(items[:alone], write, refusal, by_rank=True)
            left = [one for rank, one in enumerate(items) if rank >= alone and rank not in told]
            rest = tried(left, write, refusal, by_rank=True)
            for rank in range(alone, len(items)):
                yield told[rank] if rank in told else next(rest)
            return
        half = len(items) // 2
        for part in (items[:half], items[half:]):
            yield from tried(part, write, refusal, by_rank=by_rank)
