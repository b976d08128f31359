"""Which rows of a table are sums of others: found by what they add up to, at every stage at once.

A row is looked at against the rows above it, then against those below: a subtotal ends a run, or
heads it. Runs are put away as one when their sum is found, so that a total of totals, a page that
carries forward what comes before it, and the whole are one question: does this row say the sum of
what stands just above it? A parent account says the sum of the accounts that begin as it does.

What makes a row worth the question is that it is not written as the lines are: no account where
they have one, fewer cells, a word of total (never alone), an account that begins its neighbours’.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import accumulate, islice, pairwise
from typing import NamedTuple

type Vector = tuple[int | None, ...]

WORD, ODD, COARSE, PLAIN = 3, 2, 1, 0
# How a row that has an account is written: with a label, without one, with a word of total.
LINE, UNNAMED, TOTALLED = 1, 1 << 21, 1 << 22
_SURE = 8  # figures that agree: one line and its neighbour are not equal by chance
_BALANCED = 4  # times as many
_TRIED = 8  # runs that may be of one sum
_CHANCE = 10_000  # times less likely than not
_FEW_ROWS, _MANY_ROWS = 3, 20_000
_ENOUGH = 7  # figures that a sum written as a line must explain


class Row(NamedTuple):
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
    none, with what is read instead. `parents` begin the accounts of the rows beside them, and say
    another amount than their sum; or say it in too few figures to be sure. `parts` are of the row
    above: the totals hold without them alone.
    """

    sums: dict[int, Vector] = field(default_factory=dict)
    heads: dict[int, int] = field(default_factory=dict)
    contradicted: dict[int, Vector] = field(default_factory=dict)
    parents: set[int] = field(default_factory=set)
    whole: int | None = None  # the last sum of all the lines before it
    left_out: set[int] = field(default_factory=set)
    parts: set[int] = field(default_factory=set)
    spans: list[tuple[int, int]] = field(default_factory=list)  # first and last row of each sum
    of: dict[int, tuple[int, int]] = field(default_factory=dict)  # the same, by its row

    def covers(self, at: int) -> bool:
        """Return whether a sum has this row among its own."""
        return any(first <= at <= last for first, last in self.spans)


class _Run(NamedTuple):
    """A run of lines whose sum was found, put away as one."""

    first: int
    last: int
    account: str


def find_sums(
    rows: Sequence[Row],
    *,
    unit: int,
    twins: Collection[int] = (),
    left_out: Collection[int] = (),
    within: Callable[[], Collection[int]] = tuple,
    end: int | None = None,
    known: Mapping[int, tuple[Vector, int]] | None = None,
) -> Found:
    """Return the rows that are sums of others; `unit` is the smallest that the file prints.

    `twins` are rows written twice, and `within` tells those that may be in the row above: the
    totals tell whether they count. `end` is the first row that comes after the table (criteria of
    the selection), `left_out` rows that a person leaves out, `known` the heads whose sums are
    known, with the last of their rows. Where a total contradicts its lines, others are tried.
    """
    known = known or {}
    found = _search(rows, unit, end, left_out=left_out, known=known)
    if not found.contradicted:
        return found
    *others, _ = sorted(found.contradicted)
    few = {
        at for at in found.sums if rows[at].rank < WORD and figures_of(rows[at].amounts) < _ENOUGH
    }
    parts, nothing = within(), set[int]()
    tries = [(some, nothing) for some in (others, few)]
    for as_lines, more in [*tries, *((nothing, some) for some in (twins, found.parents, parts))]:
        if not as_lines and not more:
            continue
        out = {*left_out, *more}
        again = _search(rows, unit, end, as_lines=as_lines, left_out=out, known=known)
        whole = again.whole
        if not again.contradicted and whole is not None and all(at < whole for at in as_lines):
            again.parts = set(parts) if more is parts else set()
            return again
    return found


def _search(
    rows: Sequence[Row],
    unit: int,
    end: int | None,
    *,
    as_lines: Collection[int] = (),
    left_out: Collection[int] = (),
    known: Mapping[int, tuple[Vector, int]],
) -> Found:
    found = Found(left_out={*left_out, *range(len(rows) if end is None else end, len(rows))})
    for at, (total, last) in known.items():
        found.sums[at], found.heads[at] = total, last
        found.of[at] = at + 1, last
        found.spans.append((at + 1, last))
    if any(row.rank for row in rows) or _have_no_account(rows):
        _Search(rows, unit, found, set(as_lines)).run()
    return found


class _Stack:
    """The lines (by their index) and runs read so far, with the sum of all before each of them.

    `sums` has one more: that of all. `places` gives where a sum is found: a row says the sum of a
    run if what is before it is there. What was put away since is still in it, and is passed over.
    """

    def __init__(self, rows: Sequence[Row], columns: Sequence[Sequence[int]]) -> None:
        self._rows, self._columns = rows, columns
        self.items: list[int | _Run] = []
        self.sums: list[tuple[int, ...]] = [(0,) * len(columns)]
        self._places: dict[tuple[int, ...], int] = {self.sums[0]: 0}
        self._again: dict[tuple[int, ...], list[int]] = {}  # more places of one sum

    def push(self, lines: range) -> None:
        """Add lines that follow each other."""
        if not lines:
            return
        start = len(self.sums)
        if lines.step == 1:
            parts = [column[lines.start : lines.stop] for column in self._columns]
        else:
            parts = [column[lines.stop + 1 : lines.start + 1][::-1] for column in self._columns]
        runs = zip(parts, self.sums[-1], strict=True)
        tops = zip(*(accumulate(part, initial=top) for part, top in runs), strict=True)
        self.items.extend(lines)
        self.sums.extend(islice(tops, 1, None))
        fresh = dict(zip(self.sums[start:], range(start, len(self.sums)), strict=True))
        if len(fresh) == len(lines) and self._places.keys().isdisjoint(fresh):
            self._places.update(fresh)
        else:
            for place in range(start, len(self.sums)):
                self._note(place)

    def _note(self, place: int) -> None:
        total = self.sums[place]
        if self._places.setdefault(total, place) != place:
            self._again.setdefault(total, []).append(place)

    def places(self, total: tuple[int, ...]) -> list[int]:
        """Return where this is the sum of all before, the nearest first."""
        first = self._places.get(total)
        if first is None:
            return []
        sums, noted = self.sums, {first, *self._again.get(total, ())}
        standing = sorted(at for at in noted if at < len(sums) and sums[at] == total)
        if total in self._again:
            self._again[total] = standing
        return standing[::-1]

    def since(self, start: int) -> tuple[int, ...]:
        """Return the sum of the items from one on."""
        return tuple(map(int.__sub__, self.sums[-1], self.sums[start]))

    def merge(self, start: int, account: str) -> _Run:
        """Put away as one the items from one on."""
        ends = [
            end
            for item in (self.items[start], self.items[-1])
            for end in ((item, item) if isinstance(item, int) else item[:2])
        ]
        top = self.sums[-1]
        merged = _Run(min(ends), max(ends), account)
        del self.items[start:], self.sums[start + 1 :]
        self.items.append(merged)
        self.sums.append(top)
        self._note(start + 1)
        return merged

    def account(self, place: int) -> str:
        item = self.items[place]
        return self._rows[item].account if isinstance(item, int) else item.account

    def is_sum(self, place: int) -> bool:
        return not isinstance(self.items[place], int)


class _Search:
    def __init__(self, rows: Sequence[Row], unit: int, found: Found, as_lines: set[int]) -> None:
        self._rows = rows
        self._unit = unit
        self._found = found
        self._width = len(rows[0].amounts) if rows else 0
        self._proven: set[tuple[int, int]] = set()  # ranks and shapes of sums of several rows
        self._as_lines, self._at = as_lines, 0
        self._named = len(rows) - [row.account for row in rows].count("")
        self._has_accounts = self._named * 2 > len(rows)
        columns = zip(*(row.amounts for row in rows), strict=True)
        self._columns = [[amount or 0 for amount in column] for column in columns]
        self._is_bare = _have_no_account(rows)
        # Written unlike lines; where nothing has an account, any may be a sum.
        every = range(len(rows))
        self._unlike = [at for at in every if rows[at].rank] if not self._is_bare else list(every)
        self._words = sum(rows[at].rank == WORD for at in self._unlike)
        odd = [at for at in self._unlike if rows[at].rank == ODD]
        self._echoes = _say_again(rows, [at for at in odd if not rows[at].account])
        self._repeats = _say_again(rows, [at for at in odd if rows[at].shape == UNNAMED])

    def run(self) -> None:
        before = -1
        while before != (known := len(self._found.sums) + len(self._proven)):
            before = known
            for down in (True, False):
                if not self._may_be_sums():
                    break
                self._sweep(down=down)
        self._leave_recap()
        self._leave_criteria()
        self._contradict()

    # One reading of the rows, from the top or from the bottom

    def _may_be_sums(self) -> bool:
        known, left = self._found.sums, self._found.left_out
        return any(
            at not in known and at not in left and at not in self._as_lines for at in self._unlike
        )

    def _sweep(self, *, down: bool) -> None:
        found, stack = self._found, _Stack(self._rows, self._columns)
        apart = sorted({*self._unlike} - self._as_lines | found.sums.keys() | found.left_out)
        step, after = (1, 0) if down else (-1, len(self._rows) - 1)
        for at in apart if down else reversed(apart):
            stack.push(range(after, at, step))
            after = at + step
            if at in found.left_out:
                continue
            row, self._at = self._rows[at], at
            if at in found.sums:
                if down == (at not in found.heads):
                    self._put_away_again(row, stack)
                continue
            start = self._start(at, row, stack, down=down)
            if start is not None:
                self._take(at, start, stack, down=down)
            elif row.rank != WORD:  # a word counts for nothing, whatever it says
                stack.push(range(at, at + step, step))

    def _put_away_again(self, row: Row, stack: _Stack) -> None:
        """Make one again of the run of a sum found before."""
        start = self._suffix(row, stack)
        if start is not None and start < len(stack.items):
            stack.merge(start, "")

    def _take(self, at: int, start: int, stack: _Stack, *, down: bool) -> None:
        row = self._rows[at]
        count = len(stack.items) - start
        if not count:  # a total of nothing
            self._found.sums[at] = tuple(0 if x is not None else None for x in row.amounts)
            return
        several = count > 1 or stack.is_sum(-1)
        sums = stack.since(start)
        item = stack.merge(start, row.account)
        self._found.sums[at] = tuple(
            total if said is not None else None
            for total, said in zip(sums, row.amounts, strict=True)
        )
        self._found.spans.append((item.first, item.last))
        self._found.of[at] = (item.first, item.last)
        if not down:
            self._found.heads[at] = item.last
        elif start == 0:
            self._found.whole = at
        if several:
            self._proven.add((row.rank, row.shape))

    # Whether a row says the sum of what is on the stack

    def _start(self, at: int, row: Row, stack: _Stack, *, down: bool) -> int | None:
        """Return where begins the run whose sum a row says; None when it says none."""
        if not any(row.amounts):
            return self._start_of_nothing(row, stack) if down else None
        if row.rank in (COARSE, ODD) and row.account:
            end = start = len(stack.items)
            while start and _begins(row.account, stack.account(start - 1)):
                start -= 1
            if start < end and self._says(row, stack, start):
                return start
            if row.shape >= UNNAMED and start == end and not is_coarse(row.account):
                return self._of_its_account(row, stack)
            found = self._suffix(row, stack)
            if start < end and found is None:
                self._found.parents.add(at)
            return found
        return self._suffix(row, stack)

    def _of_its_account(self, row: Row, stack: _Stack) -> int | None:
        """Return where begin the lines of its own account whose sum a row says.

        It has no label where they have one, or one that says a total. Of one line alone it is the
        sum only where others like it are of several, or where each says its neighbour again.
        """
        end = first = len(stack.items)
        while first and stack.account(first - 1).startswith(row.account):
            first -= 1
        for start in self._starts(row, stack):
            if start < first:
                break
            if end - start > 1 or row.shape == TOTALLED or self._repeats:
                return start
            if (row.rank, row.shape) in self._proven:
                return start
        return self._suffix(row, stack) if row.shape == TOTALLED else None

    @staticmethod
    def _start_of_nothing(row: Row, stack: _Stack) -> int | None:
        """Return where a total of zero begins: where lines add up to nothing, or there are none."""
        last = len(stack.items) - 1
        is_empty = last < 0 or stack.is_sum(last) or not any(stack.since(last))
        return len(stack.items) if row.rank == WORD and is_empty else None

    def _suffix(self, row: Row, stack: _Stack) -> int | None:
        if row.rank == PLAIN and row.account:
            return None  # a line cannot be told from a sum written as it is
        for start in self._starts(row, stack):
            count = len(stack.items) - start
            if count > 1 and (row.rank != PLAIN or self._is_sure(row, start)):
                return start
            if count == 1 and self._alone(row, stack):
                return start
        return None

    def _is_sure(self, row: Row, start: int) -> bool:
        """Return whether a row written as a line is a sum, and not by chance.

        There are as many runs as pairs of rows, and as many that begin with the first as rows.
        """
        figures = figures_of(row.amounts)
        if not self._is_bare:
            return figures >= _ENOUGH
        tried = len(self._rows) if start == 0 else len(self._rows) ** 2
        if 10**figures >= _CHANCE * tried and figures >= _ENOUGH:
            return True
        if 10**figures > tried:
            self._found.parents.add(self._at)
        return False

    def _alone(self, row: Row, stack: _Stack) -> bool:
        """Return whether a row equal to the one beside it is its total, and no line."""
        if row.rank == WORD or stack.is_sum(-1):
            return row.rank >= COARSE
        if row.rank == PLAIN or (row.account and not stack.account(-1)):
            return False  # of two, the one that has an account is the line
        if (row.rank, row.shape) in self._proven or figures_of(row.amounts) >= _SURE:
            return True
        if row.account:
            return False
        return self._echoes or (bool(self._found.sums) and self._may_say_one_again())

    def _may_say_one_again(self) -> bool:
        """Return whether lines have an account: most rows do, or half and a sum has none.

        A word of total is a sum for sure, and is not counted.
        """
        more = self._named * 2 - len(self._rows) + self._words
        return more > 0 or (not more and any(not self._rows[at].account for at in self._found.sums))

    def _starts(self, row: Row, stack: _Stack) -> Iterator[int]:
        """Yield where runs begin whose sum a row says, the nearest first."""
        top, end = stack.sums[-1], len(stack.items)
        said = [(at, value) for at, value in enumerate(row.amounts) if value is not None]
        if len(said) == self._width:
            target = tuple(whole - value for whole, (_, value) in zip(top, said, strict=True))
            yield from [start for start in stack.places(target) if start < end][:_TRIED]
        else:
            for start in range(end - 1, -1, -1):
                before = stack.sums[start]
                if all(top[at] - before[at] == value for at, value in said):
                    yield start
                    break
        if row.rank >= ODD and self._unit > 1:
            runs = [at for at in range(end - 1, 0, -1) if stack.is_sum(at - 1)]
            for start in (0, *runs[:_TRIED]):
                if start < end - 1 and self._says(row, stack, start):
                    yield start

    def _says(self, row: Row, stack: _Stack, start: int) -> bool:
        """Return whether a row says a sum, but for the rounding of each amount that makes it.

        Cents are exact; what is printed in whole units was rounded, and so was its total.
        """
        count = len(stack.items) - start
        rounded = row.rank >= ODD and count > 1 and self._unit > 1
        slack = (count + 1) * self._unit // 2 if rounded else 0
        top, before = stack.sums[-1], stack.sums[start]
        return all(
            value is None or abs(top[at] - before[at] - value) <= slack
            for at, value in enumerate(row.amounts)
        )

    # What is left

    def _lines(self) -> list[int]:
        words = {at for at in self._unlike if self._rows[at].rank == WORD} - self._as_lines
        none = {*self._found.sums, *self._found.left_out, *words}
        return [at for at in range(len(self._rows)) if at not in none]

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
        if first == second and figures_of(first) >= _ENOUGH:
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
            for at in self._unlike
            if self._rows[at].rank == WORD
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


def _have_no_account(rows: Sequence[Row]) -> bool:
    """Return whether no row has an account, and they are few enough to look at each."""
    return _FEW_ROWS < len(rows) < _MANY_ROWS and not any(row.account for row in rows)


def _say_again(rows: Sequence[Row], some: Sequence[int]) -> bool:
    """Return whether each of these rows says again a neighbour of its account, on one side."""
    return len(some) > 1 and any(
        all(
            0 <= at + step < len(rows)
            and rows[at + step].account
            and rows[at + step].account.startswith(rows[at].account)
            and rows[at + step].amounts == rows[at].amounts
            for at in some
        )
        for step in (-1, 1)
    )


def _begins(account: str, other: str) -> bool:
    return len(other) > len(account) and other.startswith(account)


def _usual(accounts: Sequence[str], shapes: Sequence[int]) -> int | None:
    """Return how the lines are written; None where nearly as many rows have an account as none.

    Either may then be the sums: accounts over their details, or titles under one account each.
    """
    named = sum(map(bool, accounts))
    if len(accounts) < named * _BALANCED and named < (len(accounts) - named) * _BALANCED:
        return None
    return Counter(shapes).most_common(1)[0][0] if shapes else None


def is_coarse(account: str) -> bool:
    """Return whether an account is a class or a chapter: two figures, or a zero and two.

    Or three that begin with 9, which are chapters by function.
    """
    return len(account) == 2 or (len(account) == 3 and account[0] in "09")


def _are_lettered(accounts: Collection[str]) -> set[str]:
    """Return the accounts that begin with a letter, where most have figures alone: F020, CH11."""
    found = {account for account in accounts if account and account[0].isalpha()}
    return found if len(found) * 2 < len(accounts) else set()


def figures_of(amounts: Sequence[int | None]) -> int:
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
    if (
        not nested
        and not any(words)
        and len(set(shapes)) < 2
        and not any(map(is_coarse, distinct))
        and not _are_lettered(distinct)
    ):
        return [PLAIN] * len(accounts)
    usual = _usual(accounts, shapes)
    coarse = set(filter(is_coarse, distinct)) | _are_lettered(distinct)
    result = [
        WORD if word else ODD if shape != usual else PLAIN
        for shape, word in zip(shapes, words, strict=True)
    ]
    if nested or coarse:
        _rank_parents(accounts, coarse, result)
    return result


def _rank_parents(accounts: Sequence[str], coarse: set[str], result: list[int]) -> None:
    named = [at for at, account in enumerate(accounts) if account]
    for above, below in pairwise(named):
        if _begins(accounts[above], accounts[below]):
            result[above] = max(result[above], COARSE)
        elif _begins(accounts[below], accounts[above]):
            result[below] = max(result[below], COARSE)
    for at in named:
        if accounts[at] in coarse:
            result[at] = max(result[at], COARSE)
