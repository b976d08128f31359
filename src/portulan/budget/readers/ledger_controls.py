"""Which rows of a table are sums of others: found by what they add up to, at every stage at once.

A row is looked at against the rows above it, then against those below: a subtotal ends a run, or
heads it. Runs are put away as one when their sum is found, so that a total of totals, a page that
carries forward what comes before it, and the whole are the same question: does this row say the sum
of what stands just above it, back to somewhere? A parent account says the sum of the accounts that
begin as it does.

What makes a row worth the question is that it is not written as the lines are: it has no account
where they have one, fewer cells filled, a word of total, an account that begins its neighbours’.
The word never decides alone, and its absence neither. A row with such a word that says no sum of
anything is a total that contradicts its lines.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, field

type Vector = tuple[int | None, ...]

WORD, ODD, COARSE, PLAIN = 3, 2, 1, 0
_SURE = 8  # figures that agree: one line and its neighbour are not equal by chance
_ENOUGH = 7  # figures that a sum written as a line must explain


@dataclass(frozen=True, slots=True)
class Row:
    """What the arithmetic knows of a row that has amounts, in hundredths of the unit printed."""

    amounts: Vector
    account: str = ""
    rank: int = PLAIN  # how unlike a line it is written
    shape: int = 0  # which cells it fills


@dataclass(slots=True)
class Found:
    """What was found of the rows, by their index.

    `sums` gives what is read of the rows that each sum is of, `heads` the sums that stand above
    their lines with the last of these; `contradicted` gives the rows that announce a total and say
    none, with what is read instead. `bodies` are rows that begin the accounts of the next ones and
    say more than their sum.
    """

    sums: dict[int, Vector] = field(default_factory=dict)
    heads: dict[int, int] = field(default_factory=dict)
    contradicted: dict[int, Vector] = field(default_factory=dict)
    parents: dict[int, tuple[int, int]] = field(default_factory=dict)
    single: list[int] = field(default_factory=list)
    whole: int | None = None  # the last sum of all the lines before it
    left_out: set[int] = field(default_factory=set)
    spans: list[tuple[int, int]] = field(default_factory=list)  # first and last row of each sum

    def covers(self, at: int) -> bool:
        """Return whether a sum has this row among its own."""
        return any(first <= at <= last for first, last in self.spans)


@dataclass(slots=True)
class _Item:
    """A line, or a run of lines whose sum was found."""

    first: int
    last: int
    sums: tuple[int, ...]
    account: str
    is_sum: bool = False
    rows: int = 1


def find_sums(
    rows: Sequence[Row],
    *,
    unit: int,
    twins: Collection[int] = (),
    left_out: Collection[int] = (),
    end: int | None = None,
) -> Found:
    """Return the rows that are sums of others; `unit` is the smallest that the file prints.

    `twins` are rows written twice: the totals tell whether they count. `end` is the first row that
    comes after the table (criteria of the selection), `left_out` rows that a person leaves out. Where a total contradicts its lines, what it
    may be is tried: a supplier named “Total”, rows written twice, parents that hold their children.
    """
    found = _search(rows, unit, end, left_out=left_out)
    if not found.contradicted:
        return found
    *others, _ = sorted(found.contradicted)
    for as_lines, more in (
        (set(others), set()),
        (set(), set(twins)),
        (set(), set(found.parents)),
    ):
        if not as_lines and not more:
            continue
        again = _search(rows, unit, end, as_lines=as_lines, left_out={*left_out, *more})
        whole = again.whole
        if not again.contradicted and whole is not None and all(at < whole for at in as_lines):
            return again
    return found


def _search(
    rows: Sequence[Row],
    unit: int,
    end: int | None,
    *,
    as_lines: Collection[int] = (),
    left_out: Collection[int] = (),
) -> Found:
    found = Found(left_out={*left_out, *range(len(rows) if end is None else end, len(rows))})
    if any(row.rank for row in rows):
        _Search(rows, unit, found, set(as_lines)).run()
    return found


class _Search:
    def __init__(
        self, rows: Sequence[Row], unit: int, found: Found, as_lines: set[int]
    ) -> None:
        self._rows = rows
        self._unit = unit
        self._found = found
        self._width = len(rows[0].amounts) if rows else 0
        self._proven: set[tuple[int, int]] = set()  # ranks and shapes of sums of several rows
        self._as_lines = as_lines
        self._has_accounts = sum(bool(row.account) for row in rows) * 2 > len(rows)

    def run(self) -> None:
        before = -1
        while before != len(self._found.sums) + len(self._proven):
            before = len(self._found.sums) + len(self._proven)
            self._sweep(range(len(self._rows)))
            self._sweep(range(len(self._rows) - 1, -1, -1))
        self._leave_recap()
        self._leave_criteria()
        self._contradict()

    # One reading of the rows, from the top or from the bottom

    def _sweep(self, order: range) -> None:
        down = order.step == 1
        stack: list[_Item] = []
        sums: list[tuple[int, ...]] = [(0,) * self._width]  # before each item, and after the last
        places: dict[tuple[int, ...], list[int]] = {sums[0]: [0]}

        def push(item: _Item) -> None:
            stack.append(item)
            top = tuple(map(int.__add__, sums[-1], item.sums))
            places.setdefault(top, []).append(len(sums))
            sums.append(top)

        def pop() -> _Item:
            places[sums.pop()].pop()
            return stack.pop()

        for at in order:
            row = self._rows[at]
            if at in self._found.left_out:
                continue
            if at in self._found.sums:
                if down == (at not in self._found.heads):
                    self._fold(at, row, stack, sums, places, push, pop)
                continue
            if row.rank and at not in self._as_lines:
                start = self._start(at, row, stack, sums, places, down=down)
                if start is not None:
                    self._take(at, start, stack, push, pop, down=down)
                    continue
                if row.rank == WORD:
                    continue  # it counts for nothing, whatever it says
            push(_Item(at, at, tuple(x or 0 for x in row.amounts), row.account))

    def _fold(self, at, row, stack, sums, places, push, pop) -> None:  # type: ignore[no-untyped-def]
        """Put away again the run of a sum found before."""
        start = self._suffix(row, stack, sums, places, at)
        if start is not None and start < len(stack):
            self._merge(at, start, stack, push, pop, "")

    def _merge(self, at, start, stack, push, pop, account) -> _Item:  # type: ignore[no-untyped-def]
        items = [pop() for _ in range(len(stack) - start)]
        total = tuple(map(sum, zip(*(item.sums for item in items), strict=True)))
        first = min(item.first for item in items)
        last = max(item.last for item in items)
        item = _Item(first, last, total, account, True, sum(item.rows for item in items))
        push(item)
        return item

    def _take(self, at, start, stack, push, pop, *, down: bool) -> None:  # type: ignore[no-untyped-def]
        row = self._rows[at]
        count = len(stack) - start
        if not count:  # a total of nothing
            self._found.sums[at] = tuple(0 if x is not None else None for x in row.amounts)
            return
        several = count > 1 or stack[-1].is_sum
        covers_all = down and start == 0
        item = self._merge(at, start, stack, push, pop, row.account)
        read = tuple(
            total if said is not None else None
            for total, said in zip(item.sums, row.amounts, strict=True)
        )
        self._found.sums[at] = read
        self._found.spans.append((item.first, item.last))
        if not down:
            self._found.heads[at] = item.last
        if several:
            self._proven.add((row.rank, row.shape))
        if covers_all:
            self._found.whole = at

    # Whether a row says the sum of what is on the stack

    def _start(self, at, row, stack, sums, places, *, down) -> int | None:  # type: ignore[no-untyped-def]
        """Return where begins the run whose sum a row says; None when it says none."""
        if not any(row.amounts):
            if row.rank != WORD:
                return None
            beside = stack[-1] if stack else None
            if down and (beside is None or beside.is_sum or not any(beside.sums)):
                return len(stack)  # the total of nothing
        if row.rank in (COARSE, ODD) and row.account:
            start = len(stack)
            while start and _begins(row.account, stack[start - 1].account):
                start -= 1
            if start < len(stack):
                if self._says(row, sums[-1], sums[start], len(stack) - start):
                    return start
                if (found := self._suffix(row, stack, sums, places, at)) is None:
                    self._found.parents.setdefault(at, (start, len(stack)))
                return found
        return self._suffix(row, stack, sums, places, at)

    def _suffix(self, row, stack, sums, places, at) -> int | None:  # type: ignore[no-untyped-def]
        for start in self._starts(row, stack, sums, places):
            count = len(stack) - start
            if not count or not self._differs(row, stack, start):
                continue
            if count > 1 and row.rank != PLAIN:
                return start
            if count > 1 and _figures(row.amounts) >= _ENOUGH:
                return start
            if count == 1 and self._alone(row, stack[-1]):
                return start
        return None

    def _differs(self, row: Row, stack: Sequence[_Item], start: int) -> bool:
        """A line cannot be told from a sum of lines written as it is, when it has an account."""
        return not (row.rank == PLAIN and row.account)

    def _alone(self, row: Row, item: _Item) -> bool:
        """Return whether a row equal to the one beside it is its total, and no line."""
        if row.rank == WORD:
            return True
        if item.is_sum:
            return row.rank >= COARSE
        if row.rank == PLAIN:
            return False
        if (row.rank, row.shape) in self._proven or _figures(row.amounts) >= _SURE:
            return True
        return self._has_accounts and not row.account and bool(self._found.sums)

    def _starts(self, row, stack, sums, places) -> Iterable[int]:  # type: ignore[no-untyped-def]
        """Yield where runs begin whose sum a row says, the nearest first."""
        top = sums[-1]
        if None not in row.amounts:
            target = tuple(map(int.__sub__, top, row.amounts))
            exact = places.get(target)
            if exact:
                yield from [start for start in reversed(exact) if start < len(stack)][:3]
        else:
            said = [(at, value) for at, value in enumerate(row.amounts) if value is not None]
            for start in range(len(stack) - 1, -1, -1):
                before = sums[start]
                if all(top[at] - before[at] == value for at, value in said):
                    yield start
                    break
        if row.rank >= ODD:
            yield from self._rounded(row, stack, sums)

    def _rounded(self, row, stack, sums) -> Iterable[int]:  # type: ignore[no-untyped-def]
        """Yield the beginnings whose sum is the row’s but for the rounding of each amount."""
        starts = [0, *[at for at in range(len(stack) - 1, 0, -1) if stack[at - 1].is_sum][:8]]
        for start in starts:
            if start < len(stack) - 1 and self._says(row, sums[-1], sums[start], len(stack) - start):
                yield start

    def _says(self, row, top, before, count: int) -> bool:  # type: ignore[no-untyped-def]
        # Cents are exact; what is printed in whole units was rounded, and so was its total.
        rounded = row.rank >= ODD and count > 1 and self._unit > 1
        slack = (count + 1) * self._unit // 2 if rounded else 0
        return all(
            value is None or abs(top[at] - before[at] - value) <= slack
            for at, value in enumerate(row.amounts)
        )

    # What is left

    def _lines(self) -> list[int]:
        return [
            at
            for at, row in enumerate(self._rows)
            if at not in self._found.sums
            and at not in self._found.left_out
            and (row.rank != WORD or at in self._as_lines)
        ]

    def _leave_recap(self) -> None:
        """Leave the rows that say again, after the sum of all lines, the same amounts otherwise."""
        whole = self._found.whole
        if whole is None:
            return
        tail = [at for at in self._lines() if at > whole]
        head = [at for at in self._lines() if at < whole]
        if len(tail) < 2 or any(self._rows[at].rank == PLAIN for at in tail):
            return
        first, second = (self._sum(part) for part in (head, tail))
        if first == second and _figures(first) >= _ENOUGH:
            for at in tail:
                self._found.sums[at] = self._rows[at].amounts

    def _leave_criteria(self) -> None:
        """Leave what comes without an account after the sum of all lines: how they were chosen."""
        whole = self._found.whole
        if whole is None or not self._has_accounts:
            return
        tail = [at for at in self._lines() if at > whole]
        while tail and not self._rows[tail[-1]].account:
            self._found.left_out.add(tail.pop())

    def _sum(self, places: Iterable[int]) -> tuple[int, ...]:
        chosen = [self._rows[at].amounts for at in places]
        return tuple(sum(x or 0 for x in column) for column in zip(*chosen, strict=True))

    def _unexplained(self) -> list[int]:
        """Return rows that say no account where lines do, in no sum, and that may be sums.

        They are where others are sums; where none is, those larger than every line.
        """
        lines = self._lines()
        bare = [at for at in lines if self._rows[at].rank == ODD and not self._rows[at].account]
        bare = [at for at in bare if not self._found.covers(at)]
        if not self._has_accounts or not bare:
            return []
        if self._found.sums:
            return bare
        named = [self._rows[at].amounts for at in lines if self._rows[at].account]
        largest = [max((row[at] or 0 for row in named), default=0) for at in range(self._width)]
        return [
            at
            for at in bare
            if len(named) > 1
            and all(
                value is None or value > most
                for value, most in zip(self._rows[at].amounts, largest, strict=True)
            )
        ]

    def _contradict(self) -> None:
        wrong = [
            at
            for at, row in enumerate(self._rows)
            if row.rank == WORD
            and at not in self._found.sums
            and at not in self._found.left_out
            and at not in self._as_lines
        ]
        wrong += self._unexplained()
        if not self._lines():  # totals of nothing
            self._found.left_out.update(wrong)
            return
        known = sorted(self._found.sums)
        for at in wrong:
            before = max((one for one in known if one < at), default=-1)
            is_last = at == max([*known, *wrong])
            lines = [one for one in self._lines() if one < at and (is_last or one > before)]
            read = self._sum(lines) if lines else (0,) * self._width
            self._found.contradicted[at] = read


def _begins(account: str, other: str) -> bool:
    return len(other) > len(account) and other.startswith(account)


def _is_coarse(account: str) -> bool:
    """Return whether an account is a class or a chapter: two figures, or a zero and two."""
    return len(account) == 2 or (len(account) == 3 and account[0] == "0")


def _figures(amounts: Sequence[int | None]) -> int:
    """Return how many figures an agreement on these amounts explains."""
    return sum(len(str(abs(value)).rstrip("0")) for value in amounts if value)


def ranks(accounts: Sequence[str], shapes: Sequence[int], words: Sequence[bool]) -> list[int]:
    """Return how unlike a line each row is written.

    A row of words has no account and announces a total. An odd one fills other cells than the most
    usual row. A coarse one is a chapter or a class (two figures, or a zero and two), or begins the
    account of its neighbour.
    """
    distinct = set(accounts)
    nested = any(code[:end] in distinct for code in distinct for end in range(1, len(code)))
    if not nested and not any(words) and len(set(shapes)) < 2 and not any(map(_is_coarse, distinct)):
        return [PLAIN] * len(accounts)
    usual = Counter(shapes).most_common(1)[0][0] if shapes else 0
    result = [
        WORD if word else ODD if shape != usual else PLAIN
        for shape, word in zip(shapes, words, strict=True)
    ]
    named = [at for at, account in enumerate(accounts) if account]
    for above, below in zip(named, named[1:], strict=False):
        if _begins(accounts[above], accounts[below]):
            result[above] = max(result[above], COARSE)
        elif _begins(accounts[below], accounts[above]):
            result[below] = max(result[below], COARSE)
    for at in named:
        if _is_coarse(accounts[at]):
            result[at] = max(result[at], COARSE)
    return result
