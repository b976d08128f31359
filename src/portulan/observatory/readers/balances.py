"""The balances of accounts that the State publishes (DGFiP), of one body or of all: each edition.

A row is an account of a budget, or an account and a function. What is kept of a budget is the IT
and a few sums, so that a file of all towns stays small in memory. The rows of a budget come
together; those of one that comes back later are read again, apart, so that a row written twice
counts once wherever it stands. By double entry a whole budget has as much in debit as in credit, in
what it brought forward and moved as in its closing balances: one that has not lost rows, or holds
some twice.
"""

from __future__ import annotations

from collections.abc import Callable, Container, Iterable, Iterator
from dataclasses import dataclass, field
from operator import itemgetter

from portulan.budget.readers.balances import NEEDED, kind_of, real_amount
from portulan.budget.readers.findings import BAD_AMOUNT, RAGGED_ROW
from portulan.core.money import to_cents
from portulan.core.say.text import Problem, Problems, UnusableInputError
from portulan.core.tables.amounts import DecimalMark, NotAnAmountError, guess_mark, parse
from portulan.core.tables.delimited import is_blank
from portulan.observatory.certain import (
    PAID_TO_GROUPING,
    RECEIVED_BY_GROUPING,
    kept_as,
)
from portulan.observatory.readers.columns import Columns, Row, cell, siren_of, with_zeros, year_of
from portulan.observatory.readers.findings import (
    BAD_KEY,
    COLUMN_TWICE,
    CUT,
    DUPLICATES,
    PROVISIONAL,
    ROWS_READ,
    SUBTOTALS,
    TOO_LARGE,
    UNCHECKED,
    counted,
    unbalanced,
)
from portulan.observatory.readers.records import Accounts, Movements, Reading
from portulan.observatory.strata import form_of
from portulan.observatory.words import MAIN, Kind

# Debits and credits of what was brought forward, of the budget, outside it, of order (a part of the
# budget's), and the closing balances.
_MOVED = ("bedeb", "becre", "obnetdeb", "obnetcre", "onbdeb", "onbcre")
_ORDER, _CLOSED = ("oobdeb", "oobcre"), ("sd", "sc")
AMOUNTS = (*_MOVED, *_ORDER, *_CLOSED)
_SPENT = ("obnetdeb", "obnetcre", "oobdeb", "oobcre")
_KEPT = (
    *AMOUNTS,
    *("exer", "siren", "cbudg", "ident", "compte", "fonction", "bal"),
    *("lbudg", "nomen", "categ", "ctype", "ndept", "cregi"),
)
_NOTHING = frozenset({"", "0", "0.0", "0,0", "0.00", "0,00"})
_MOST_REMEMBERED = 200_000
_MOST_AT_ONCE = 500_000  # rows of budgets that come back, held together
# A hundred billion euros, in cents: no account of a local body is worth as much, and as many rows
# as a body has stay within sixty-four bits.
CEILING = 10**13
_MOST_SHOWN = 40
_GRANTS = "204"
_TITLES = NEEDED | {"nomen"}
_DEFINITIVE = ("DEF", "")

type Key = tuple[str, ...]  # EXER, SIREN, CBUDG and IDENT as written
type Budget = tuple[int, str, str, str]  # the same, as they are understood
type Tell = Callable[[int], None]


def recognises(names: frozenset[str]) -> bool:
    """Return whether these columns are those of a balance that says its nomenclature."""
    return names >= _TITLES


def lacks(names: frozenset[str]) -> list[str]:
    """Return the columns that what has most of those of a balance lacks."""
    missing = _TITLES - names
    return sorted(missing) if len(missing) * 2 < len(_TITLES) else []


def read(
    columns: Columns, tell: Tell, *, only: Container[Budget] | None = None
) -> Reading[Accounts]:
    """Read every budget of the file, or some.

    Raises UnusableInputError when its end is missing, or a column is there twice and differs.
    """
    if twice := columns.differing(_KEPT):
        raise UnusableInputError(COLUMN_TWICE.at(column=twice.upper()))
    return _Balances(columns, tell, only).read()


def mark_of(columns: Columns, place: int) -> DecimalMark | None:
    """Return the decimal mark of a column, from its first rows; None when they show none."""
    return guess_mark(cells[place] for _, cells in columns.head if place < len(cells))[0]


@dataclass(slots=True)
class _Group:
    """Rows of one budget."""

    accounts: Accounts
    sums: dict[str, list[int]] = field(default_factory=dict)
    seen: set[tuple[str, ...]] = field(default_factory=set)
    twice: int = 0


class _Balances:
    def __init__(self, columns: Columns, tell: Tell, only: Container[Budget] | None) -> None:
        self._columns, self._tell, self._only = columns, tell, only
        self._places = {name: columns.at(name) for name in _KEPT}
        self._key_of = itemgetter(*(self._at(name) for name in ("exer", "siren", "cbudg")))
        written = [name for name in (*AMOUNTS, "compte", "fonction") if self._has(name)]
        self._row_of = itemgetter(*(self._at(name) for name in written))
        self._amounts = [name for name in AMOUNTS if self._has(name)]
        self._index = {name: at for at, name in enumerate(self._amounts)}
        self._cents = [_Cents(columns, self._at(name)) for name in self._amounts]
        self._checked = len(self._amounts) == len(AMOUNTS)
        self._ident = self._places["ident"]
        self._found: dict[Budget, Accounts] = {}
        self._back: dict[Budget, int] = {}  # budgets that came back, and how many rows they have
        self._twice: dict[Budget, int] = {}
        self._totals: dict[Budget, int] = {}
        self._bad: set[int] = set()
        self._problems = Problems()
        self._rows = self._provisional = 0

    def _has(self, name: str) -> bool:
        return self._places[name] is not None

    def _at(self, name: str) -> int:
        place = self._places[name]
        assert place is not None  # noqa: S101
        return place

    def read(self) -> Reading[Accounts]:
        key: Key = ()
        group: _Group | None = None
        back: Budget | None = None
        for line, cells in self._whole_rows():
            its = self._key(cells)
            if its != key:
                self._close(group)
                key, group, back = its, self._open(line, its, cells), None
                if group is not None and (budget := _budget_of(group.accounts)) in self._found:
                    self._back.setdefault(budget, self._found[budget].rows)
                    group, back = None, budget
            if group is not None:
                self._add(group, line, cells)
            elif back is not None:
                self._back[back] += 1
        self._close(group)
        for some in self._at_once():
            self._read_again(some)
        self._judge()
        return Reading(Kind.BALANCES, self._rows, list(self._found.values()), self._problems)

    def _key(self, cells: list[str]) -> Key:
        return (*self._key_of(cells), "" if self._ident is None else cells[self._ident])

    def _at_once(self) -> Iterator[set[Budget]]:
        """Yield the budgets that came back, as many together as memory holds rows."""
        some: set[Budget] = set()
        rows = 0
        for budget, its in self._back.items():
            if some and rows + its > _MOST_AT_ONCE:
                yield some
                some, rows = set(), 0
            some.add(budget)
            rows += its
        if some:
            yield some

    def _read_again(self, wanted: set[Budget]) -> None:
        """Read some budgets from the whole file, holding all their rows until its end."""
        groups: dict[Budget, _Group] = {}
        by_key: dict[Key, _Group | None] = {}
        self._only = wanted
        width, state = self._columns.width, self._places["bal"]
        for line, cells in self._columns.table.rows():
            if line <= self._columns.titles_at or len(cells) < width or any(cells[width:]):
                continue
            if state is not None and cells[state].strip().upper() not in _DEFINITIVE:
                continue
            key = self._key(cells)
            if key not in by_key:
                group = self._open(line, key, cells)
                by_key[key] = group and groups.setdefault(_budget_of(group.accounts), group)
            if (held := by_key[key]) is not None:
                self._add(held, line, cells)
        for budget, group in groups.items():
            del self._found[budget]
            self._close(group)

    def _whole_rows(self) -> Iterator[Row]:
        """Yield the rows that have every cell. Raises UnusableInputError where the last has not."""
        width, short, state = self._columns.width, 0, self._places["bal"]
        for line, cells in self._columns.table.rows():
            if line <= self._columns.titles_at or (len(cells) != width and is_blank(cells)):
                continue
            if short:
                self._problems.append(RAGGED_ROW.at(line=short, found="…", expected=width))
            self._rows += 1
            if not self._rows % 100_000:
                self._tell(self._rows)
            short = line if len(cells) < width or any(cells[width:]) else 0
            if short:
                continue
            if state is not None and cells[state].strip().upper() not in _DEFINITIVE:
                self._provisional += 1
                continue
            yield line, cells
        if short:
            raise UnusableInputError(CUT.at(line=short, reason=counted(ROWS_READ, self._rows)))

    def _open(self, line: int, key: Key, cells: list[str]) -> _Group | None:
        year, siren = year_of(key[0].strip()), siren_of(key[1])
        if year is None or not siren:
            self._say(BAD_KEY.at(line=line))
            return None
        said = {name: cell(cells, self._places[name]) for name in _KEPT}
        budget = said["cbudg"]
        # A body has one main budget, were its SIRET to change in the year; annexes have each one.
        ident = said["ident"] if budget != MAIN and said["ident"].isdecimal() else ""
        if self._only is not None and (year, siren, budget, ident) not in self._only:
            return None
        return _Group(
            Accounts(
                year=year,
                siren=siren,
                budget=budget,
                ident=ident,
                name=said["lbudg"],
                nomenclature=said["nomen"].upper(),
                form=form_of(said["categ"], said["ctype"]),
                department=with_zeros(said["ndept"]),
                region=with_zeros(said["cregi"]),
            )
        )

    def _say(self, problem: Problem) -> None:
        """Say a problem of a row once, though the row be read again."""
        if problem.line not in self._bad:
            self._bad.add(problem.line or 0)
            self._problems.append(problem)

    def _add(self, group: _Group, line: int, cells: list[str]) -> None:
        row = self._row_of(cells)
        if row in group.seen:
            group.twice += 1
            return
        group.seen.add(row)
        account = row[len(self._cents)]
        sums = group.sums.get(account)
        if sums is None:
            sums = group.sums[account] = [0] * len(self._cents)
        for at, cents in enumerate(self._cents):
            text = row[at]
            if text not in _NOTHING:
                try:
                    sums[at] += cents.of(text)
                except (NotAnAmountError, OverflowError) as error:
                    field_name = self._amounts[at].upper()
                    kind = TOO_LARGE if isinstance(error, OverflowError) else BAD_AMOUNT
                    self._say(kind.at(line=line, text=text[:_MOST_SHOWN], field=field_name))
                    group.accounts.whole = False

    def _close(self, group: _Group | None) -> None:
        """Keep what a group says, but for rows that total others or are there twice."""
        if group is None:
            return
        kept = group.accounts
        budget = _budget_of(kept)
        sums = _by_account(group.sums)
        totals = subtotals(sums)
        for counts, count in ((self._twice, group.twice), (self._totals, len(totals))):
            if count:
                counts[budget] = count
        self._found[budget] = kept
        kept.rows = len(group.seen)
        for account, row in sums.items():
            if account not in totals:
                self._count(kept, account, row)

    def _count(self, kept: Accounts, account: str, row: list[int]) -> None:
        if self._checked:
            kept.moved += sum(row[at] if at % 2 == 0 else -row[at] for at in range(len(_MOVED)))
            kept.closed += row[-2] - row[-1]
        debit, credit, order_debit, order_credit = (row[self._index[name]] for name in _SPENT)
        add_account(kept, account, debit, credit, order_debit, order_credit)

    def _judge(self) -> None:
        """Say which budgets are not whole, and what was left out."""
        for accounts in self._found.values():
            if problem := unbalanced(accounts):
                accounts.whole = False
                self._problems.append(problem)
            accounts.whole = accounts.whole and self._checked
        if not self._checked:
            self._problems.append(UNCHECKED.at())
        for kind, count in (
            (DUPLICATES, sum(self._twice.values())),
            (SUBTOTALS, sum(self._totals.values())),
            (PROVISIONAL, self._provisional),
        ):
            if count:
                self._problems.append(kind.at(count=count))


def _budget_of(one: Accounts) -> Budget:
    return one.year, one.siren, one.budget, one.ident


class _Cents:
    """The amounts of a column, as whole cents."""

    def __init__(self, columns: Columns, place: int) -> None:
        self._mark = mark_of(columns, place)
        self._known: dict[str, int] = {}

    def of(self, text: str) -> int:
        """Return the cents of an amount, half up; 0 for an empty cell.

        Raises NotAnAmountError, and OverflowError past what any account of a body is worth.
        """
        found = self._known.get(text)
        if found is None:
            found = self._read(text)
            if abs(found) >= CEILING:
                raise OverflowError(text)
            if len(self._known) < _MOST_REMEMBERED:
                self._known[text] = found
        return found

    def _read(self, text: str) -> int:
        whole, _, part = text.partition(self._mark or ".")
        if len(part) <= 2 and (whole + part).isdecimal() and text.isascii():  # nearly all of them
            return int(whole + part.ljust(2, "0"))
        amount = parse(text, self._mark)
        return 0 if amount is None else int(to_cents(amount).scaleb(2))


def add_account(
    kept: Accounts, account: str, debit: int, credit: int, order_debit: int, order_credit: int
) -> None:
    """Count an account of a budget: as IT for certain, as mixed, in the sums that are kept."""
    if account == RECEIVED_BY_GROUPING:
        kept.received_by_grouping += credit - order_credit
    kind = kind_of(account)
    if kind is None or kind[1] != "expense":
        return
    spent = real_amount(account, debit - order_debit, credit - order_credit)
    if account == PAID_TO_GROUPING:
        kept.paid_to_grouping += spent
    if account.startswith("6"):
        kept.operating += spent if kind[2] else 0
    elif not account.startswith(_GRANTS):
        kept.equipment += spent
    add_line(kept, account, debit, credit, order_debit, order_credit)


def add_line(
    kept: Accounts, account: str, debit: int, credit: int, order_debit: int, order_credit: int
) -> None:
    """Keep an account of a budget as IT for certain, or as mixed, and in no sum besides."""
    certain = kept_as(kept.nomenclature, account)
    if certain is None:
        return
    lines = kept.certain if certain else kept.mixed
    spent = real_amount(account, debit - order_debit, credit - order_credit)
    its = Movements(debit, credit, order_debit, order_credit, spent)
    before = lines.get(account)
    lines[account] = its if before is None else Movements(*map(sum, zip(before, its, strict=True)))


def _by_account(sums: dict[str, list[int]]) -> dict[str, list[int]]:
    """Return the sums of each account, whatever stands around its number (a tab in 2017)."""
    found: dict[str, list[int]] = {}
    for written, row in sums.items():
        account = written.strip()
        if account in found:
            found[account] = [a + b for a, b in zip(found[account], row, strict=True)]
        else:
            found[account] = row
    return found


def subtotals(sums: dict[str, list[int]]) -> set[str]:
    """Return the accounts that total the finer ones beside them, amount by amount.

    Some exports have both; a true account that has finer ones beside it does not equal their sum.
    """
    ordered = sorted(sums)
    found = set()
    for at, account in enumerate(ordered):
        below = _children(account, ordered[at + 1 :]) if _is_above(account, ordered, at) else []
        if below and any(sums[account]):
            total = [sum(column) for column in zip(*(sums[one] for one in below), strict=True)]
            if total == sums[account]:
                found.add(account)
    return found


def _is_above(account: str, ordered: list[str], at: int) -> bool:
    return at + 1 < len(ordered) and ordered[at + 1].startswith(account)


def _children(account: str, after: Iterable[str]) -> list[str]:
    """Return the accounts right under one, from those that follow it in order."""
    found: list[str] = []
    for other in after:
        if not other.startswith(account):
            break
        if not found or not other.startswith(found[-1]):
            found.append(other)
    return found
