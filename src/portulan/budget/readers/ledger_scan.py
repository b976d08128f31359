"""The first reading of a ledger: what the arithmetic needs of each row that has amounts.

Amounts are kept in hundredths of what is printed, as whole numbers, so that a million rows stay
small and add up exactly; lines are made in a second reading, once it is known which rows are sums.
"""

from __future__ import annotations

import re
from array import array
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from decimal import ROUND_HALF_EVEN, Decimal
from itertools import batched, repeat
from operator import itemgetter

from portulan.budget.readers.ledger_columns import (
    AMOUNT_FIELDS,
    SIDES,
    Field,
    gives_amounts,
    guess_fields,
    unit_said,
)
from portulan.budget.readers.ledger_rows import (
    Known,
    Layout,
    account_and_label,
    is_account,
    is_error_cell,
    plain_column,
)
from portulan.budget.readers.ledger_totals import LINE, TOTALLED, UNNAMED
from portulan.budget.readers.ledger_words import Whose, takes_back, whose
from portulan.core.folding import fold
from portulan.core.tables.amounts import NotAnAmountError
from portulan.core.tables.cells import amount_of, is_total, text_of
from portulan.core.tables.tabular import Row
from portulan.core.tables.workbooks import Cell

_CRITERIA = re.compile(r"(?:liste des )?(?:critere|selection|filtre|parametre|criteria|selected)")
_BLANKS = " \t\u00a0\u202f.·-–>"  # before a label that is set deeper
_MOST_VALUES = 10_000
_AT_ONCE = 128  # rows: as many as the caches of a processor hold
# How labels begin that may say a total, or a part of the row above: most have none of these.
_MAY_SAY = ("tot", "\ns/", "\nst", "\nss", "\ncumul", "\nsomme", "\nensemble", "\ndont", "\nof wh")
_PART = re.compile(r"(?:- ?)?(?:dont|of which)\b")
_CODED = 1 << 19  # a code, where labels have words
_NO_VALUE = -(1 << 63)
_ODD = 1 << 62  # no amount is so large
_CELLS = itemgetter(1)
_LARGEST = 10**17
_SOME = 500
_TO_THE_CENT = re.compile(r"[.,][0-9]{2}\b")
KEYS: tuple[Field, ...] = (
    *("account", "label", "chapter", "function", "operation", "service", "manager"),
    *("supplier", "order", "contract", "section", "flow"),
)


@dataclass(slots=True)
class Scan:
    """The rows that have amounts, in order: one item of each list a row.

    `amounts` has one list a stage read. `unread` are the numbers of rows with an amount that is
    none; `empty` those of totals whose amounts are not kept; `parts` the places of rows that say
    “dont”: they are in the row above. `criteria` is where the criteria of the selection begin,
    `retitled` the first row of other titles, `values` what the watched columns say, `headings` the
    rows that say whose lines, or of which year, are below them. `signs` are the words of a column,
    or of the heading above, that tell whether a row adds.
    """

    stages: list[Field]
    numbers: array[int] = field(default_factory=lambda: array("q"))
    amounts: list[Amounts] = field(default_factory=list)
    accounts: list[str] = field(default_factory=list)
    shapes: list[int] = field(default_factory=list)
    words: list[bool] = field(default_factory=list)
    signs: list[str] = field(default_factory=list)
    hashes: array[int] = field(default_factory=lambda: array("q"))
    unread: list[int] = field(default_factory=list)
    empty: list[int] = field(default_factory=list)
    parts: list[int] = field(default_factory=list)
    names: dict[int, str] = field(default_factory=dict)  # of rows without an account, by index
    worded: dict[int, str] = field(default_factory=dict)  # words where an account is expected
    indents: dict[int, int] = field(default_factory=dict)  # blanks before the label, by index
    criteria: int | None = None
    retitled: int | None = None
    headings: list[tuple[int, Whose, str]] = field(default_factory=list)
    unit_said: Decimal | None = None
    year_said: int | None = None
    has_cents: bool = False  # euros are written to the cent, were they all whole
    values: dict[int, Counter[str]] = field(default_factory=dict)

    @property
    def unit(self) -> int:
        """The smallest amount printed, in hundredths: a cent, a tenth, a whole."""
        if self.has_cents:
            return 1
        units = (100, 10)
        every = (u for u in units if all(c.are_multiples_of(u) for c in self.amounts))
        return next(every, 1)


def stage_columns(layout: Layout) -> dict[Field, list[int]]:
    """Return the columns of each stage that is read; a debit and a credit are two of them."""
    names = (*AMOUNT_FIELDS, *SIDES)
    return {
        name: [layout.fields[name], *layout.added.get(name, ())]
        for name in names
        if name in layout.fields
    }


def scan(rows: Iterable[Row], layout: Layout, *, watched: Sequence[int] = ()) -> Scan:
    """Read the rows once."""
    columns = stage_columns(layout)
    reader = _Scanner(layout, columns, watched)
    reader.take_all(rows)
    return reader.found


def is_journal(scanned: Scan) -> bool:
    """Return whether one signed amount is written on all accounts, third parties included.

    They add up to nothing, as each entry does: what was spent is read by the class of accounts.
    """
    if not any(account[:1] in ("4", "5") for account in scanned.accounts):
        return False
    return all(any(column) and not sum(filter(None, column)) for column in scanned.amounts)


class Amounts:
    """A column of whole numbers or None, eight bytes each."""

    __slots__ = ("_values",)

    def __init__(self) -> None:
        self._values = array("q")

    def append(self, value: int | None) -> None:
        self._values.append(_NO_VALUE if value is None else value)

    def extend(self, values: list[int | None]) -> None:
        try:
            self._values.fromlist(values)  # type: ignore[arg-type]
        except TypeError:  # one at least is None, and nothing was added
            self._fill(values)

    def _fill(self, values: Iterable[int | None]) -> None:
        self._values.extend(_NO_VALUE if value is None else value for value in values)

    def __getitem__(self, at: int) -> int | None:
        value = self._values[at]
        return None if value == _NO_VALUE else value

    def __iter__(self) -> Iterator[int | None]:
        if _NO_VALUE not in self._values:
            return iter(self._values)
        return (None if value == _NO_VALUE else value for value in self._values)

    @property
    def given(self) -> int:
        """How many are no None."""
        return len(self._values) - self._values.count(_NO_VALUE)

    def are_mostly_negative(self) -> bool:
        """Return whether half of some values taken at regular intervals are below zero."""
        some = self._values[:: max(1, len(self._values) // _SOME)]
        below = sum(_NO_VALUE < value < 0 for value in some)
        return below * 2 > sum(value not in (0, _NO_VALUE) for value in some)

    def are_multiples_of(self, unit: int) -> bool:
        """Return whether all are."""
        return all(not value % unit for value in self._values if value != _NO_VALUE)


def _unlike_labels(labels: Sequence[Cell]) -> list[int]:
    """Return the places of labels that are blank among others, or may say a total or a part."""
    found = [at for at, label in enumerate(labels) if not label] if "" in labels else []
    if len(found) == len(labels):
        found = []
    try:
        said = "\n".join(("", *labels)).lower()  # type: ignore[arg-type]
    except TypeError:
        return [at for at, label in enumerate(labels) if not isinstance(label, str)] + found
    if any(words in said for words in _MAY_SAY):
        found += [
            at
            for at, label in enumerate(labels)
            if isinstance(label, str) and (is_total(label) or _PART.match(fold(label)))
        ]
    return found


def _account(cell: Cell) -> str:
    """Return the account that a cell says, "" for words, and for a total."""
    text = text_of(cell)
    account, _ = account_and_label(text)
    return account if is_account(account) and not is_total(text) else ""


class _Scanner:
    def __init__(
        self, layout: Layout, columns: dict[Field, list[int]], watched: Sequence[int]
    ) -> None:
        self._layout = layout
        self._places = list(columns.values())
        self._in_euros = all(factor == 1 for factor in layout.factors.values())
        self._titles = [(at, fold(layout.titles[at])) for at in layout.fields.values()]
        self._account_at = layout.fields.get("account")
        self._label_at = layout.fields.get("label")
        self._keys = [layout.fields[name] for name in KEYS if name in layout.fields]
        self._watched = watched
        self._has_headings, self._heading = False, ""
        self._known: Known[Cell, str] = Known(_account)
        self._text: Known[Cell, str] = Known(text_of)
        self.found = Scan(list(columns), amounts=[Amounts() for _ in columns])
        self.found.values = {at: Counter() for at in watched}

    def take_all(self, rows: Iterable[Row]) -> None:
        """Take rows: by columns where nothing is odd, for there may be a million."""
        is_plain = self._account_at is not None and self._layout.sign_at is None
        is_plain = is_plain and all(len(places) == 1 for places in self._places)
        width = len(self._layout.titles)
        for chunk in batched(rows, _AT_ONCE, strict=False):
            if not is_plain or set(map(len, map(_CELLS, chunk))) != {width}:
                for number, cells in chunk:
                    self.take(number, cells)
            else:
                self._take_columns(chunk)

    def _take_columns(self, chunk: Sequence[Row]) -> None:
        numbers, rows = zip(*chunk, strict=True)
        columns = list(zip(*rows, strict=True))
        accounts = list(map(self._known.__getitem__, columns[self._account_at or 0]))
        amounts = [self._exact(columns[at]) for (at,) in self._places]
        odd: list[int] = []
        if not all(accounts) or any(None in given or _ODD in given for given in amounts):
            odd = [
                at
                for at, (account, *given) in enumerate(zip(accounts, *amounts, strict=True))
                if not account or _ODD in given or not any(x is not None for x in given)
            ]
        if self._label_at is not None and (said := _unlike_labels(columns[self._label_at])):
            odd = sorted({*odd, *said})
        start = 0
        for at in (*odd, len(numbers)):
            if at > start:
                self._extend(slice(start, at), numbers, rows, columns, accounts, amounts)
            if at < len(numbers):
                self.take(numbers[at], rows[at])
            start = at + 1

    def _extend(
        self,
        part: slice,
        numbers: Sequence[int],
        rows: Sequence[Sequence[Cell]],
        columns: Sequence[Sequence[Cell]],
        accounts: list[str],
        amounts: list[list[int | None]],
    ) -> None:
        found = self.found
        found.numbers.extend(numbers[part])
        for column, values in zip(found.amounts, amounts, strict=True):
            column.extend(values[part])
        found.accounts.extend(accounts[part])
        count = len(numbers[part])
        found.shapes.extend(repeat(LINE, count))
        found.words.extend(repeat(False, count))
        if self._has_headings:
            found.signs.extend(repeat(self._heading, count))
        found.hashes.extend(map(hash, map(tuple, rows[part])))
        for at in self._watched:
            found.values[at].update(map(self._text.__getitem__, columns[at][part]))

    def _exact(self, cells: Sequence[Cell]) -> list[int | None]:
        """Return a column in hundredths, `_ODD` for what takes longer to read."""
        mark = self._layout.mark or "."
        if (plain := plain_column(cells, mark)) is not None:
            self.found.has_cents = self._in_euros
            return list(map(int, plain.replace(mark, "").split("\n")))
        values: list[int | None] = []
        for cell in cells:
            if isinstance(cell, str):
                if cell[-3:-2] == mark:
                    figures = cell[:-3] + cell[-2:]
                    is_plain = figures.isdecimal() and len(figures) < 17
                    self.found.has_cents |= is_plain and self._in_euros
                    values.append(int(figures) if is_plain else _ODD)
                else:
                    values.append(_ODD if cell else None)
            elif isinstance(cell, float) and -1e13 < cell < 1e13:
                values.append(round(cell * 100))
            else:
                values.append(_ODD)
        return values

    def take(self, number: int, cells: Sequence[Cell]) -> None:
        """Take a row: a line, a total, words, or what cannot be read."""
        found, width = self.found, len(self._layout.titles)
        vector, wrong = self._vector(cells)
        given = any(value is not None for value in vector)
        if not given and not wrong:
            self._take_words(number, cells)
            return
        if not given and self._is_titles(cells):
            return
        account = self._account(cells)
        if any(map(text_of, cells[width:])) or (wrong and account):
            found.unread.append(number)
        elif account:
            self._take_part(cells)
            self._add(number, cells, vector, account, self._named_shape(cells), is_word=False)
        elif self._is_total(cells):
            if given:
                self._add(number, cells, vector, "", 0, is_word=True)
            else:  # formulas whose results are not kept: nothing is lost
                found.empty.append(number)
        elif not wrong:
            self._take_unnamed(number, cells, vector)
        elif given or any(isinstance(x, str) and is_error_cell(x.strip()) for x in cells):
            found.unread.append(number)
        elif found.retitled is None and self._are_other_titles(cells):
            found.retitled = number

    def _vector(self, cells: Sequence[Cell]) -> tuple[list[int | None], bool]:
        """Return the amounts of a row by stage, and whether a cell is none."""
        vector: list[int | None] = []
        wrong = False
        for places in self._places:
            total: int | None = None
            for place in places:
                at = ~place if place < 0 else place
                cell = cells[at] if at < len(cells) else ""
                try:
                    value = None if cell == "" else hundredths(cell, self._layout)
                except NotAnAmountError:
                    wrong = True
                    continue
                if value is not None:
                    if self._in_euros and isinstance(cell, str) and _TO_THE_CENT.search(cell):
                        self.found.has_cents = True
                    value = -value if place < 0 else value
                    total = value if total is None else total + value
            vector.append(total)
        return vector, wrong

    def _take_unnamed(self, number: int, cells: Sequence[Cell], vector: list[int | None]) -> None:
        """Take a row that says no account: the words it has in its place, and its first ones."""
        found, at, account_at = self.found, len(self.found.numbers), self._account_at
        self._take_part(cells)
        first = next((cell for cell in cells if isinstance(cell, str) and text_of(cell)), "")
        found.indents[at] = len(first) - len(first.lstrip(_BLANKS))
        shape = self._shape(cells)
        if shape:
            texts = (text_of(cell) for cell in cells if isinstance(cell, str))
            found.names[at] = next(filter(None, texts), "")
        if account_at is not None and account_at < len(cells):
            said = text_of(cells[account_at])
            if said:
                found.worded[at] = said
                self._take_year(said, cells)
        self._add(number, cells, vector, "", shape, is_word=not shape)

    def _add(
        self,
        number: int,
        cells: Sequence[Cell],
        vector: list[int | None],
        account: str,
        shape: int,
        *,
        is_word: bool,
    ) -> None:
        found = self.found
        sign_at = self._layout.sign_at
        found.numbers.append(number)
        for column, value in zip(found.amounts, vector, strict=True):
            column.append(value)
        found.accounts.append(account)
        found.shapes.append(shape)
        found.words.append(is_word)
        if self._has_headings:
            found.signs.append(self._heading)
        elif sign_at is not None:
            found.signs.append(fold(text_of(cells[sign_at])) if sign_at < len(cells) else "")
        found.hashes.append(0 if is_word else hash(tuple(cells)))
        if is_word:
            texts = (text_of(cell) for cell in cells if isinstance(cell, str))
            found.names[len(found.numbers) - 1] = next(filter(None, texts), "")
        if not is_word:
            for at in self._watched:
                said = self.found.values[at]
                text = text_of(cells[at]) if at < len(cells) else ""
                if text in said or len(said) < _MOST_VALUES:
                    said[text] += 1

    def _account(self, cells: Sequence[Cell]) -> str:
        """Return the account of a row, "" where the cell has none."""
        at = self._account_at
        return "" if at is None or at >= len(cells) else self._known[cells[at]]

    def _take_part(self, cells: Sequence[Cell]) -> None:
        """Note a row that says to be a part of the one above."""
        places = (self._label_at, self._account_at)
        said = [text_of(cells[at]) for at in places if at is not None and at < len(cells)]
        if any(_PART.match(fold(text)) for text in said):
            self.found.parts.append(len(self.found.numbers))

    def _named_shape(self, cells: Sequence[Cell]) -> int:
        """Return how a row that has an account is written: as a line, or perhaps as its sum."""
        at = self._label_at
        if at is None:
            return LINE
        label = text_of(cells[at]) if at < len(cells) else ""
        return UNNAMED if not label else TOTALLED if is_total(label) else LINE

    def _shape(self, cells: Sequence[Cell]) -> int:
        """Return which cells of codes and words are filled, 0 for none at all."""
        shape = 0
        for rank, at in enumerate(self._keys):
            if at < len(cells) and (text := text_of(cells[at])):
                shape |= 2 << rank
                if at == self._label_at and text.isdecimal():
                    shape |= _CODED
        if not shape:
            taken = {~at if at < 0 else at for places in self._places for at in places}
            if any(
                at not in taken and isinstance(cell, str) and any(map(str.isalpha, cell))
                for at, cell in enumerate(cells)
            ):
                return 1 << 20
        return shape

    def _is_total(self, cells: Sequence[Cell]) -> bool:
        taken = {~at if at < 0 else at for places in self._places for at in places}
        return any(
            isinstance(cell, str) and at not in taken and is_total(text_of(cell))
            for at, cell in enumerate(cells)
        )

    def _is_titles(self, cells: Sequence[Cell]) -> bool:
        texts = [fold(text_of(cells[at])) if at < len(cells) else "" for at, _ in self._titles]
        pairs = list(zip(texts, self._titles, strict=True))
        return any(texts) and all(
            not text or title.startswith(text) or title.endswith(text) or text in title
            for text, (_, title) in pairs
        )

    def _take_words(self, number: int, cells: Sequence[Cell]) -> None:
        """Take what the words of a row without amounts say: criteria, a unit, a year."""
        texts = [cell[:80] for cell in cells if isinstance(cell, str) and cell]
        if not texts or len(texts) > 3:
            return
        self.found.headings.extend((number, kind, said) for kind, said in whose(texts))
        if self._layout.sign_at is None and len(texts) < 3:
            self._take_heading(texts)
        for text in texts:
            words = fold(text)
            if self.found.criteria is None and _CRITERIA.match(words):
                self.found.criteria = number
            if self.found.unit_said is None:
                self.found.unit_said = unit_said(text)

    def _take_heading(self, texts: Sequence[str]) -> None:
        """Take what a heading says of the sign of the rows below it."""
        found = self.found
        undone = next((text for text in texts if takes_back(text)), None)
        if undone is not None and not self._has_headings:
            self._has_headings = True
            found.signs.extend(repeat("", len(found.numbers)))
        if self._has_headings:
            self._heading = fold(undone) if undone else ""

    def _are_other_titles(self, cells: Sequence[Cell]) -> bool:
        """Return whether a row has titles of a ledger, that put other amounts elsewhere."""
        texts = [text_of(cell)[:80] for cell in cells]
        fields = guess_fields(texts).fields
        if not gives_amounts(fields) or not {"account", "label", "service"} & fields.keys():
            return False
        ours = self._layout.fields
        return any(
            at != ours.get(name) and at not in self._layout.added.get(name, ())
            for name, at in fields.items()
            if name in AMOUNT_FIELDS or name == "account"
        )

    def _take_year(self, said: str, cells: Sequence[Cell]) -> None:
        if fold(said).strip(" :") in ("exercice", "exercice budgetaire", "annee", "year"):
            years = [int(y) for x in cells if re.fullmatch("20[0-9]{2}", y := text_of(x))]
            self.found.year_said = self.found.year_said or (years[0] if years else None)


def hundredths(cell: Cell, layout: Layout) -> int | None:
    """Return an amount in hundredths, None for an empty cell. Raises NotAnAmountError."""
    if isinstance(cell, float):
        if not -1e15 < cell < 1e15:  # nor what is no number
            raise NotAnAmountError(str(cell))
        return round(cell * 100)
    if isinstance(cell, str):
        whole, mark, cents = cell.partition("," if layout.mark != "." else ".")
        if mark and len(cents) == 2 and whole.isdecimal() and cents.isdecimal() and len(whole) < 15:
            return int(whole + cents)
        if is_error_cell(cell):
            raise NotAnAmountError(cell)
    amount = amount_of(cell, layout.mark)
    if amount is None:
        return None
    value = int((amount * 100).to_integral_value(rounding=ROUND_HALF_EVEN))
    if abs(value) > _LARGEST:
        raise NotAnAmountError(str(cell))
    return value
