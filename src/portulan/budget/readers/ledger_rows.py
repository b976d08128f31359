"""The rows of a ledger as lines: codes kept as text, amounts exact, and the words of their cells.

Which rows are no lines is known before (`ledger_totals`). A heading without amounts says whether
the rows below it are expenses or revenue; a column of two to five words says a sign, a direction, a
movement of order.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from functools import partial
from itertools import batched, chain
from operator import itemgetter
from typing import cast

from portulan.budget.accounts_chart import section_of
from portulan.budget.readers.currencies import bad_amount
from portulan.budget.readers.findings import RAGGED_ROW
from portulan.budget.readers.ledger_columns import (
    AMOUNT_FIELDS,
    MONEY_FIELDS,
    SIDES,
    Field,
    is_of_budget,
    netted,
)
from portulan.budget.readers.ledger_words import (
    FLOWS,
    Sections,
    banner_of,
    is_of_order,
    takes_back,
)
from portulan.budget.readers.lines import CARRIED_NATURES, Flow, Reading, Section, SourceLine
from portulan.core.folding import fold, remembered
from portulan.core.money import CENT, ZERO, to_cents
from portulan.core.say.text import ProblemKind
from portulan.core.say.values import Amount
from portulan.core.tables.amounts import LARGEST, DecimalMark, NotAnAmountError
from portulan.core.tables.cells import CODE_AND_LABEL, amount_of, number_under, text_of, texts_of
from portulan.core.tables.delimited import looks_separated
from portulan.core.tables.grid import name_of_cell
from portulan.core.tables.workbooks import Cell

BAD_CELL = ProblemKind(
    "bad-cell",
    "error",
    fr="La cellule {cell} n’a pas de valeur ({text}) : la ligne n’est pas lue. Ouvrez le fichier"
    " dans le tableur, corrigez-la et enregistrez-le.",
    en="The cell {cell} has no value ({text}): the line is not read. Open the file in the"
    " spreadsheet, correct it and save it.",
)
DATE_CELL = ProblemKind(
    "date-cell",
    "error",
    fr="La cellule {cell} est une date ({text}) : sans doute {amount:fr}, que le tableur montre en"
    " date. Donnez à la cellule le format d’un nombre et enregistrez : la ligne n’est pas lue.",
    en="The cell {cell} is a date ({text}): perhaps {amount:en}, which the spreadsheet shows as a"
    " date. Give the cell the format of a number and save: the line is not read.",
)
NO_SECTION = ProblemKind(
    "no-section",
    "warning",
    fr="Lignes sans section ni compte ({count}), comptées à part ; celle-ci est la première.",
    en="Lines without a section or an account ({count}), counted apart; this is the first.",
)
ROUNDED = ProblemKind(
    "rounded",
    "warning",
    fr="« {text} » a des fractions de centime : le montant a été arrondi au centime.",
    en="“{text}” has fractions of a cent: the amount was rounded to the cent.",
)
_CODE_FIELDS: tuple[Field, ...] = (
    *("account", "label", "section", "flow", "chapter"),
    *("function", "operation", "service", "manager", "supplier", "order", "contract", "budget"),
)
_CODES = re.compile(r"[0-9A-Z]{1,12}(?:\s*[-/.|]\s*[0-9A-Z]{1,12}){1,5}")
_BETWEEN = re.compile(r"[-/.|]")
_ACCOUNT = re.compile(r"[1267][0-9]{2,}")
ORDER_CHAPTERS = frozenset({"040", "041", "042", "043"})


# Revenue given back is spent: chapter 014.
_GIVEN_BACK = ("70389", "709", "739", "749")


@dataclass(frozen=True, slots=True)
class Layout:
    """How the rows of a ledger are to be read."""

    fields: Mapping[Field, int]
    titles: Sequence[str]
    factors: Mapping[Field, Decimal]  # by which amounts in thousands become euros
    mark: DecimalMark | None
    default_flow: Flow | None  # revenue when the titles say so
    sections: Sections
    added: Mapping[Field, tuple[int, ...]] = field(default_factory=dict)  # more columns of a stage
    signs: Mapping[str, int] = field(default_factory=dict)  # of the words of a column
    sign_at: int | None = None
    movement_at: int | None = None  # the column that says real or of order
    dropped: Mapping[int, str] = field(default_factory=dict)  # rows that are no lines, and why
    inherited: Mapping[int, str] = field(default_factory=dict)  # rows whose account stands above
    debt: str | None = None  # what the accounts of class 1 are said to be
    is_negated: bool = False  # what is spent is negative
    is_journal: bool = False  # all accounts are there, with one signed amount


_line = cast("Callable[[Iterable[object]], SourceLine]", partial(tuple.__new__, SourceLine))

_AT_ONCE = 128  # rows: as many as the caches of a processor hold


class Known[K, V](dict[K, V]):
    """Answers remembered, as many as a table has different codes; forgotten when there are more."""

    def __init__(self, answer: Callable[[K], V]) -> None:
        super().__init__()
        self._answer = answer

    def __missing__(self, key: K) -> V:
        if len(self) > 50_000:
            self.clear()
        found = self[key] = self._answer(key)
        return found


_PLAIN_COLUMN = {
    mark: re.compile(
        rf"(?:[0-9]{{0,{LARGEST - 2}}}{re.escape(mark)}[0-9]{{2}}\n)+(?<=[0-9]\n)", re.ASCII
    )
    for mark in ",."
}


def plain_column(cells: Sequence[Cell], mark: str) -> str | None:
    """Return a column written plainly, with two decimals, a line each; None if a cell is not."""
    try:
        text = "\n".join(cells) + "\n"  # type: ignore[arg-type]
    except TypeError:
        return None
    is_plain = text.count("\n") == len(cells) and _PLAIN_COLUMN[mark].fullmatch(text)
    return text[:-1] if is_plain else None


def _plain_account(cell: Cell) -> tuple[str, str | None] | None:
    """Return the account and the label of a cell that has nothing odd; None for others."""
    account, label = account_and_label(text_of(cell))
    is_plain = account[:1].isdigit() and account[0] != "1" and not _SCALED.fullmatch(account)
    return (account, label or None) if is_plain else None


class LineReader:
    """Turns the rows of one ledger into lines; there may be a million."""

    def __init__(self, layout: Layout) -> None:
        self._layout = layout
        self._width = len(layout.titles)
        self._titles = [(at, fold(layout.titles[at])) for at in layout.fields.values()]
        # A field without a column is read last, where a blank is added.
        self._codes = itemgetter(*(layout.fields.get(name, -1) for name in _CODE_FIELDS))
        self._amounts = [
            (rank, name, layout.fields[name], _unless_one(layout.factors.get(name)))
            for rank, name in enumerate(MONEY_FIELDS)
            if name in layout.fields
        ]
        self._has_sides = SIDES[0] in layout.fields
        self._nothing: list[Decimal | None] = [None] * len(
            MONEY_FIELDS if self._has_sides else AMOUNT_FIELDS
        )
        self._added = [
            (rank, [_place(at, layout.factors.get(name)) for at in layout.added[name]])
            for rank, name in enumerate(AMOUNT_FIELDS)
            if layout.added.get(name)
        ]
        self._banner: tuple[Flow | None, Section | None] = (None, None)
        self._heading = ""  # which says the sign of the rows below it
        self._kind = remembered(4096)(self._kind_of)
        self._kinds: Known[tuple[str | None, ...], tuple[Section | None, Flow]] = Known(
            lambda said: self._kind_of(*(text or "" for text in said))
        )
        self._text: Known[Cell, str | None] = Known(lambda cell: text_of(cell) or None)
        self._account_of: Known[Cell, tuple[str, str | None] | None] = Known(_plain_account)
        self._blank: list[None] = [None] * _AT_ONCE
        self._apart = 0  # lines without a section
        self.unsaid_debts: tuple[int, int] | None = None  # first row of class 1, and how many
        self._first_apart: int | None = None

    def end(self, reading: Reading) -> None:
        """Tell what is said once of all the rows."""
        if self._apart:
            reading.report(NO_SECTION.at(line=self._first_apart, count=self._apart))

    def read_all(
        self, reading: Reading, rows: Iterable[tuple[int, Sequence[Cell]]]
    ) -> Iterator[SourceLine]:
        """Return the lines of rows: by columns where nothing is odd, for they may be a million."""
        chunks = batched(rows, _AT_ONCE, strict=False)
        parts = chain.from_iterable(self._parts(reading, chunk) for chunk in chunks)
        return chain.from_iterable(parts)

    def _parts(
        self, reading: Reading, chunk: Sequence[tuple[int, Sequence[Cell]]]
    ) -> Iterator[Iterable[SourceLine]]:
        layout = self._layout
        numbers, rows = zip(*chunk, strict=True)
        account_at = layout.fields.get("account")
        is_plain = set(map(len, rows)) == {self._width} and not (
            self._has_sides or self._added or layout.movement_at is not None
            or layout.sign_at is not None or any(factor for *_, factor in self._amounts)
            or layout.is_negated or layout.signs or layout.is_journal
        )  # fmt: skip
        if not is_plain or account_at is None:
            read = (self.read(reading, *row) for row in chunk)
            yield (line for line in read if line is not None)
            return
        columns = list(zip(*rows, strict=True))
        named = list(map(self._account_of.__getitem__, columns[account_at]))
        texts = [self._texts(columns, layout.fields.get(name), name) for name in _CODE_FIELDS[1:]]
        stages, odd = self._stages(columns)
        odd |= {place for place, account in enumerate(named) if account is None}
        if not layout.dropped.keys().isdisjoint(numbers):
            odd |= {place for place, row in enumerate(numbers) if row in layout.dropped}
        start = 0
        for at in (*sorted(odd), len(chunk)):
            if at > start:
                yield self._plain(reading, slice(start, at), numbers, named, texts, stages)
            if at < len(chunk) and (line := self.read(reading, *chunk[at])) is not None:
                yield (line,)
            start = at + 1

    def _stages(
        self, columns: Sequence[Sequence[Cell]]
    ) -> tuple[list[Sequence[Decimal | None]], set[int]]:
        """Return the amounts by stage, and the places of rows that take longer to read."""
        stages: list[Sequence[Decimal | None]] = [self._blank] * len(AMOUNT_FIELDS)
        odd: set[int] = set()
        empty = set(range(len(columns[0])))
        for rank, _, at, _ in self._amounts:
            stages[rank] = amounts = self._exact(columns[at], odd)
            if empty:
                empty &= {place for place, amount in enumerate(amounts) if amount is None}
        return stages, odd | empty

    def _plain(
        self,
        reading: Reading,
        part: slice,
        numbers: Sequence[int],
        named: Sequence[tuple[str, str | None] | None],
        texts: Sequence[Sequence[str | None]],
        stages: Sequence[Sequence[Decimal | None]],
    ) -> Iterator[SourceLine]:
        """Return the lines of rows that follow each other, where nothing is odd."""
        accounts = cast("list[tuple[str, str | None]]", named[part])
        codes, labels = zip(*accounts, strict=True)
        said, sections, flows, chapters, *others = (column[part] for column in texts)
        reading.read += len(codes)
        kinds = map(self._kinds.__getitem__, zip(sections, flows, chapters, codes, strict=True))
        section_of, flow_of = zip(*kinds, strict=True)
        if (banner := self._banner[0]) is not None:
            flow_of = tuple(f if own else banner for f, own in zip(flow_of, flows, strict=True))
        columns = (
            *(numbers[part], section_of, flow_of),
            [chapter not in ORDER_CHAPTERS for chapter in chapters],
            map(CARRIED_NATURES.__contains__, codes),
            *(chapters, codes, *others),
            [label or own for label, own in zip(said, labels, strict=True)],
            [None] * len(codes),
            *(stage[part] for stage in stages),
        )
        return map(_line, zip(*columns, strict=True))

    def _texts(
        self, columns: Sequence[Sequence[Cell]], at: int | None, name: Field
    ) -> Sequence[str | None]:
        if at is None:
            return self._blank
        if name == "label":  # hardly two are alike
            return [text or None for text in texts_of(columns[at])]
        return list(map(self._text.__getitem__, columns[at]))

    def _exact(self, cells: Sequence[Cell], odd: set[int]) -> list[Decimal | None]:
        """Return the amounts of a column; `odd` are the places of those not written plainly."""
        mark = self._layout.mark or "."
        if (plain := plain_column(cells, mark)) is not None:
            return list(map(Decimal, plain.replace(mark, ".").split("\n")))
        amounts: list[Decimal | None] = []
        for place, cell in enumerate(cells):
            if isinstance(cell, str):
                if cell[-3:-2] == mark and len(cell) < LARGEST + 3 and cell.isascii():
                    whole, cents = cell[:-3], cell[-2:]
                    if (whole + cents).isdigit() and whole:
                        amounts.append(Decimal(f"{whole}.{cents}"))
                        continue
                if not cell:
                    amounts.append(None)
                    continue
            elif isinstance(cell, float):
                shown = f"{cell:.2f}"
                if float(shown) == cell < 1e12:
                    amounts.append(Decimal(shown))
                    continue
            odd.add(place)
            amounts.append(ZERO)
        return amounts

    def read(self, reading: Reading, row: int, cells: Sequence[Cell]) -> SourceLine | None:
        """Return the line of a row, or None after counting why there is none."""
        reading.read += 1
        if row in self._layout.dropped:
            reading.drop(self._layout.dropped[row])
            return None
        padded = (*cells, *[""] * (self._width - len(cells)), "")
        codes = [text_of(cell) for cell in self._codes(padded)]
        if self._is_not_a_line(reading, row, cells):
            return None
        account, label, section_said, flow_said, chapter, *others, budget = codes
        account, label = self._account_of_row(row, account, label)
        amounts, wrong = self._amounts_of(reading, row, cells)
        is_named = bool(account or label or chapter or any(others))
        if not self._is_readable(reading, row, cells, account, amounts, wrong, is_named=is_named):
            return None
        section, flow = self._kind(section_said, flow_said, chapter, account)
        banner_flow, banner_section = self._banner
        if banner_flow is not None and not flow_said:
            flow = banner_flow
        if banner_section is not None and not section_said and not account:
            section = banner_section
        real = self._is_real(padded, chapter)
        if real and account.startswith("1") and self._is_unsaid(flow_said):
            real, flow = self._debt(row, flow)
        if (self._has_sides or self._layout.is_journal) and not is_of_budget(account):
            reading.drop("balance-sheet")
            return None
        if self._has_sides:
            amounts = netted(amounts, flow)
        if section is None:
            self._apart += 1
            self._first_apart = self._first_apart or row
        function, operation, service, manager, supplier, order, contract = others
        return SourceLine(
            row,
            section,
            flow,
            real,
            account in CARRIED_NATURES,
            chapter or None,
            account or None,
            function or None,
            operation or None,
            service or None,
            manager or None,
            supplier or None,
            order or None,
            contract or None,
            budget or None,
            label or None,
            None,
            *self._spent(amounts, flow),
        )

    def _spent(self, amounts: list[Decimal | None], flow: Flow) -> list[Decimal | None]:
        """Return amounts as this product signs them: what is spent adds."""
        if (self._layout.is_negated and flow == "expense") or (
            self._layout.is_journal and flow == "revenue"
        ):
            return [None if amount is None else -amount for amount in amounts]
        return amounts

    def _account_of_row(self, row: int, account: str, label: str) -> tuple[str, str]:
        """Return the account of a row, its own or of the row above, and its label."""
        account, named = account_and_label(account)
        if not is_account(account):
            account, label = "", label or account
        return account or self._layout.inherited.get(row, ""), label or named

    def _is_readable(
        self,
        reading: Reading,
        row: int,
        cells: Sequence[Cell],
        account: str,
        amounts: Sequence[Decimal | None],
        wrong: tuple[str, str, int] | None,
        *,
        is_named: bool,
    ) -> bool:
        """Return whether a row has amounts and says of what; else it is counted, or rejected."""
        given = amounts != self._nothing
        if wrong and (account or given or is_error_cell(wrong[1])):
            title, text, at = wrong
            problem, cell = bad_amount(text, line=row, field=title), name_of_cell(row, at)
            if is_error_cell(text):
                problem = BAD_CELL.at(line=row, cell=cell, text=text)
            elif (under := number_under(cells[at])) is not None:
                problem = DATE_CELL.at(line=row, cell=cell, text=text, amount=Amount(under))
            reading.reject(problem)
        elif not given:
            reading.drop("no-amount")
            self._read_banner(cells)
        elif not is_named:
            reading.drop("total")
        elif _SCALED.fullmatch(account):
            cell = name_of_cell(row, self._layout.fields.get("account", 0))
            reading.reject(BAD_CELL.at(line=row, cell=cell, text=account))
        else:
            return True
        return False

    def _is_real(self, padded: Sequence[Cell], chapter: str) -> bool:
        """Return whether a movement is real, and not of order."""
        at = self._layout.movement_at
        said_of_order = at is not None and bool(is_of_order(text_of(padded[at])))
        return chapter not in ORDER_CHAPTERS and not said_of_order

    def _is_not_a_line(self, reading: Reading, row: int, cells: Sequence[Cell]) -> bool:
        """Return whether the row is blank, titles again, a total, or cut by another separator."""
        first = next(filter(None, map(text_of, cells)), None)
        if first is None:
            reading.drop("blank")
            return True
        if self._is_titles(cells):
            reading.drop("header")
            return True
        width, found = self._width, len(cells)
        is_longer = found > width and any(map(text_of, cells[width:]))
        if is_longer or (found == 1 < width and looks_separated(first)):
            reading.reject(RAGGED_ROW.at(line=row, found=found, expected=width))
            return True
        return False

    def _read_banner(self, cells: Sequence[Cell]) -> None:
        """Take what a heading says of the rows below it: expenses or revenue, which section."""
        said = [text for cell in cells if (text := text_of(cell))]
        if len(said) > 2:
            return
        if self._layout.sign_at is None and said:
            self._heading = next((fold(text) for text in said if takes_back(text)), "")
        for text in said:
            if (found := banner_of(text)) is not None:
                flow, section = found
                self._banner = (flow or self._banner[0], section or self._banner[1])

    def _is_unsaid(self, flow_said: str) -> bool:
        """Return whether nothing but its account says if a row is of expenses or of revenue."""
        return not flow_said and self._banner[0] is None and self._layout.default_flow is None

    def _debt(self, row: int, flow: Flow) -> tuple[bool, Flow]:
        """Return whether class 1 is a real movement and which: what nothing says is no spending."""
        match self._layout.debt:
            case "expense":
                return True, "expense"
            case "revenue":
                return True, "revenue"
            case None:
                first, count = self.unsaid_debts or (row, 0)
                self.unsaid_debts = first, count + 1
        return False, flow

    def _is_titles(self, cells: Sequence[Cell]) -> bool:
        said = False
        for index, title in self._titles:
            text = text_of(cells[index]) if index < len(cells) else ""
            if title and not _folds_to(text, title):
                return False
            said = said or bool(title)
        return said

    def _amounts_of(
        self, reading: Reading, row: int, cells: Sequence[Cell]
    ) -> tuple[list[Decimal | None], tuple[str, str, int] | None]:
        """Return the amounts by stage; and of the first that is none its title, text and place."""
        amounts, wrong = self._nothing.copy(), None
        for rank, name, at, factor in self._amounts:
            cell = cells[at] if at < len(cells) else ""
            try:
                amounts[rank] = self._amount(reading, row, cell, factor)
            except NotAnAmountError:
                wrong = wrong or (self._layout.titles[at] or name, text_of(cell), at)
        for rank, places in self._added:
            for at, factor in places:
                cell = cells[at] if at < len(cells) else ""
                try:
                    more = self._amount(reading, row, cell, factor)
                except NotAnAmountError:
                    wrong = wrong or (self._layout.titles[at], text_of(cell), at)
                    continue
                if more is not None:
                    amounts[rank] = (amounts[rank] or ZERO) + more
        sign_at = self._layout.sign_at
        if self._layout.signs:
            said = self._heading if sign_at is None else fold(_text_at(cells, sign_at))
            sign = self._layout.signs.get(said, 1)
            if sign == 0:
                amounts = self._nothing.copy()
            elif sign < 0:
                amounts = [None if amount is None else -amount for amount in amounts]
        return amounts, wrong

    def _amount(
        self, reading: Reading, row: int, cell: Cell, factor: Decimal | None
    ) -> Decimal | None:
        value = amount_of(cell, self._layout.mark)
        if value is None:
            return None
        if factor is not None:
            value *= factor
            if value.adjusted() > LARGEST:
                raise NotAnAmountError(str(cell))
        if value.same_quantum(CENT):
            return value
        cents = to_cents(value)
        if cents != value:
            reading.report(ROUNDED.at(line=row, text=text_of(cell)))
        return cents

    def _kind_of(
        self, section: str, flow: str, chapter: str, account: str
    ) -> tuple[Section | None, Flow]:
        return self._section(section, chapter, account), self._flow(flow, account)

    def _section(self, said: str, chapter: str, account: str) -> Section | None:
        stated = self._layout.sections.said(said)
        if stated is not None:
            return stated
        if self._layout.sections.otherwise is not None and not account:
            return self._layout.sections.otherwise
        return section_of(None, chapter, account) if account or chapter else None

    def _flow(self, said: str, account: str) -> Flow:
        stated = FLOWS.get(fold(said)) if said else None
        if stated is not None:
            return stated
        if self._layout.default_flow is not None:
            return self._layout.default_flow
        is_revenue = account.startswith("7") and not account.startswith(_GIVEN_BACK)
        return "revenue" if is_revenue else "expense"


def _text_at(cells: Sequence[Cell], at: int) -> str:
    return text_of(cells[at]) if at < len(cells) else ""


_SCALED = re.compile(r"[0-9]+(?:[.,][0-9]+)?[eE][+-]?[0-9]{1,3}")
_ERROR_CELL = re.compile(r"#.*|=.*|err[:.]? ?[0-9]+", re.IGNORECASE)


def is_error_cell(text: str) -> bool:
    """Return whether a cell shows an error, or a formula whose result the file does not keep."""
    return _ERROR_CELL.fullmatch(text) is not None


def _place(at: int, factor: Decimal | None) -> tuple[int, Decimal | None]:
    """Return a column that is added, and by what its amounts are multiplied."""
    return (~at, -(factor or Decimal(1))) if at < 0 else (at, _unless_one(factor))


def _unless_one(factor: Decimal | None) -> Decimal | None:
    return None if factor == 1 else factor


_LIKE_ACCOUNT = re.compile(r"(?=[^0-9]*[0-9])[A-Za-z]{0,3}[0-9.][0-9A-Za-z./ -]{0,40}")


def is_account(text: str) -> bool:
    """Return whether a text is a code of account, and no words with a number in them."""
    return _LIKE_ACCOUNT.fullmatch(text) is not None


def account_and_label(text: str) -> tuple[str, str]:
    """Return the account and the label written in the same cell, as `2051 - Logiciels`.

    Of several codes, as `020/6156/DSI` or `011-6156`, the one that is an account is read.
    """
    if text.isalnum():
        return text, ""
    if (bare := text.replace(" ", "")).isdecimal():
        return bare, ""
    if _CODES.fullmatch(text):
        first, *others = map(str.strip, _BETWEEN.split(text))
        accounts = [code for code in others if _ACCOUNT.fullmatch(code)]
        if len(accounts) == 1 and not _ACCOUNT.fullmatch(first):
            return accounts[0], ""
    found = CODE_AND_LABEL.fullmatch(text)
    return (found[1], found[2]) if found else (text, "")


def _folds_to(text: str, title: str) -> bool:
    """Return whether a cell is a title written again; a first letter tells most that are not."""
    first = text[:1]
    if first.isascii() and first.isalnum() and first.lower() != title[0]:
        return False
    return fold(text) == title
