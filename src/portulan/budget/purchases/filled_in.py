"""What a sheet of purchases that comes back says: the parts of lines, and gifts received.

A line is found by its number where it still has its key, else by the key, which the next file of
the same tool gives again, else by the number of its piece alone.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import astuple, dataclass
from decimal import Decimal
from functools import cached_property

from portulan.budget.models import BudgetLine, FiscalYear
from portulan.budget.purchases.reads import gifts_of, lines_bought
from portulan.budget.purchases.schema import categories
from portulan.budget.purchases.sheet import (
    GIFT_TITLES,
    NOT_A_PRODUCT,
    ORIGINS,
    PARTS,
    TITLES,
    Column,
    GiftColumn,
    as_given,
    compared,
    gift_key,
    key_of,
    leaving,
    parts_of,
)
from portulan.budget.purchases.writes import Given, Said
from portulan.budget.words import ProductOrigin
from portulan.core import left_as
from portulan.core.folding import fold
from portulan.core.left_as import LeftAs
from portulan.core.merge.threeway import Base, Fate, Rule, judge
from portulan.core.merge.threeway import Cell as Judged
from portulan.core.say.text import Problem, ProblemKind, Problems, UnusableInputError
from portulan.core.tables.amounts import NotAnAmountError, parse
from portulan.core.tables.cells import text_of
from portulan.core.tables.sources import Source
from portulan.core.tables.tabular import tables_of

_BY_TITLE = {fold(said): column for column, words in TITLES.items() for said in words}
_BY_GIFT_TITLE = {fold(said): column for column, words in GIFT_TITLES.items() for said in words}
_ORIGINS = {fold(said): origin for origin, words in ORIGINS.items() for said in words}
_MOST_GIVEN = 1_000_000

NO_COLUMNS = ProblemKind(
    "no-columns",
    "error",
    fr="Aucun tableau n’a les colonnes «\u00a0{category:fr}\u00a0» et «\u00a0{of_line:fr}\u00a0»,"
    " ou «\u00a0{piece:fr}\u00a0». Prenez la feuille des achats, remplissez-la sans les ôter.",
    en="No table has the columns “{category:en}” and “{of_line:en}”, or “{piece:en}”. Take the"
    " sheet of purchases, fill it in without taking them away.",
)
NO_LINE = ProblemKind(
    "no-such-line",
    "error",
    fr="«\u00a0{text}\u00a0» ne désigne aucune ligne mandatée de cet exercice.",
    en="“{text}” names no realised line of this year.",
)
SEVERAL_LINES = ProblemKind(
    "several-lines",
    "error",
    fr="«\u00a0{text}\u00a0» désigne {count} lignes de cet exercice\u00a0: donnez le numéro de"
    " celle dont il s’agit.",
    en="“{text}” names {count} lines of this year: give the line number of the one that is meant.",
)
GIFT_TWICE = ProblemKind(
    "gift-twice",
    "error",
    fr="Ce don est deux fois dans la feuille\u00a0: même type, même intitulé.",
    en="This gift is in the sheet twice: same type, same name.",
)
NO_CATEGORY = ProblemKind(
    "no-such-category",
    "error",
    fr="«\u00a0{text}\u00a0» n’est pas un type de produit\u00a0: l’un des dix-sept, ou"
    " «\u00a0Pas un produit\u00a0».",
    en="“{text}” is not a type of product: one of the seventeen, or “Not a product”.",
)
NO_ORIGIN = ProblemKind(
    "no-such-origin",
    "error",
    fr="«\u00a0{text}\u00a0» n’est pas une origine\u00a0: Neuf, Réemploi, Réutilisation ou Matière"
    " recyclée.",
    en="“{text}” is not an origin: New, Reuse, Reutilisation or Recycled matter.",
)
NOT_AN_AMOUNT = ProblemKind(
    "not-an-amount",
    "error",
    fr="«\u00a0{text}\u00a0» ne se lit pas comme un nombre ({column}).",
    en="“{text}” does not read as a number ({column}).",
)
TWICE = ProblemKind(
    "part-twice",
    "error",
    fr="Cette ligne a deux fois le même type, la même origine et la même année.",
    en="This line has the same type, origin and year twice.",
)
REFUSED = ProblemKind("refused", "error", fr="{name}\u00a0: {reason}", en="{name}: {reason}")


CHANGED_SINCE = ProblemKind(
    "changed-since",
    "error",
    fr="{name}\u00a0: qualifiée autrement ici depuis que cette feuille est partie. Ôtez la ligne"
    " pour garder ce qui est ici, ou reprenez-la dans une feuille d’aujourd’hui.",
    en="{name}: qualified otherwise here since this sheet left. Take the line away to keep what is"
    " here, or fill it in again in a sheet of today.",
)
QUESTION = ProblemKind(
    "question",
    "error",
    fr="{name}\u00a0: qualifiée autrement ici, et rien n’indique ce qui est le plus récent."
    " Ôtez la ligne pour garder ce qui est ici\u00a0; pour prendre partout ce qui est dans"
    " la feuille\u00a0: --replace.",
    en="{name}: qualified otherwise here, and nothing shows which is the later. Take the"
    " line away to keep what is here; to take what is in the sheet everywhere: --replace.",
)


@dataclass(frozen=True, slots=True)
class SheetRead:
    """What a sheet says: the parts of lines by identifier, gifts, what stands already, problems.

    `rows` are those of lines and of gifts, by identifier or key; `same` counts what is so already.
    """

    said: dict[int, list[Said]]
    gifts: list[Given]
    rows: dict[int | str, int]
    same: int
    problems: list[Problem]


def read(source: Source, fiscal_year: FiscalYear, *, replace: bool = False) -> SheetRead:
    """Return what a sheet changes, and what is wrong with it.

    A row without type says nothing: its line is left as it is. Without amount, a part is what is
    left of its line; without year, that of the fiscal year. What is as it left is left as it
    stands; what was changed in the sheet, and here since, is wrong; so is what differs where
    nothing tells what left, unless what is here is to be replaced. Raises UnusableInputError.
    """
    tables = tables_of(source)
    left = leaving(fiscal_year).read(left_as.rows_of((*tables.hidden, *tables.by_name.values())))
    return _Reader(source, fiscal_year, left, replace=replace).read()


class _Reader:
    def __init__(
        self, source: Source, fiscal_year: FiscalYear, left: LeftAs | None, *, replace: bool
    ) -> None:
        self._source, self._year, self._left, self._replace = source, fiscal_year, left, replace
        self._problems = Problems()
        self._rows: dict[int | str, int] = {}
        self._lines = _Lines(fiscal_year)

    def read(self) -> SheetRead:
        said, numbers = self._parts()
        gifts, same = self._gifts(), 0
        told = {pk: parts for pk, parts in said.items() if parts}
        lines = BudgetLine.objects.filter(pk__in=told).prefetch_related("purchase_parts")
        for line in lines:
            here, there = parts_of(line), compared(map(astuple, told[line.pk]))
            number = numbers[line.pk] or str(line.pk)
            cell = self._judged(number, here, there, compared([]), (self._rows[line.pk], str(line)))
            if cell.fate is not Fate.TAKE:
                del told[line.pk]
                same += not cell.differs
        given = self._given()
        taken = []
        for gift in gifts:
            key = gift_key(gift.category, gift.label)
            there = as_given(gift) if gift.quantity else ""
            cell = self._judged(key, given.get(key, ""), there, "", (self._rows[key], gift.label))
            if cell.fate is Fate.TAKE:
                taken.append(gift)
            same += not cell.differs
        return SheetRead(told, taken, self._rows, same, list(self._problems.told()))

    def _given(self) -> dict[str, str]:
        gifts = gifts_of(self._year.organisation_id, self._year.year)
        return {gift_key(one.category, one.label): as_given(one) for one in gifts}

    def _judged(
        self, key: str, here: str, there: str, nothing: str, place: tuple[int, str]
    ) -> Judged:
        """Return what becomes of what comes, by what it left as; a conflict is told."""
        its = self._left.rows.get(key) if self._left else None
        base: Base | None = its.base(PARTS) if its else None
        cell = judge(PARTS, here, there, base, rule=Rule(empty=nothing))
        if not cell.is_conflict:
            return cell
        if base is None and self._replace:
            return Judged(PARTS, here, there, Fate.TAKE)
        row, name = place
        self._problems.append((CHANGED_SINCE if base else QUESTION).at(line=row, name=name))
        return cell

    def _parts(self) -> tuple[dict[int, list[Said]], dict[int, str]]:
        """Return the parts of each line, and the number under which it left."""
        found: dict[int, list[Said]] = defaultdict(list)
        numbers: dict[int, str] = {}
        for row, cells in self._of_lines():
            if not cells.get(Column.CATEGORY):
                continue
            try:
                line = self._lines.of(cells)
                said = _said(cells, line, found[line.pk], self._year.year)
            except _CellError as error:
                self._problems.append(error.kind.at(line=row, **error.told))
                continue
            self._rows.setdefault(line.pk, row)
            numbers.setdefault(line.pk, cells.get(Column.LINE, ""))
            if any(_key(one) == _key(said) for one in found[line.pk]):
                self._problems.append(TWICE.at(line=row))
            found[line.pk].append(said)
        return found, numbers

    def _of_lines(self) -> Iterator[tuple[int, dict[Column, str]]]:
        for heads, rows in _tables(self._source, _BY_TITLE):
            if Column.CATEGORY in heads and heads & {Column.KEY, Column.LINE, Column.PIECE}:
                yield from rows
                return
        if not any(_are_gifts(heads) for heads, _rows in _tables(self._source, _BY_GIFT_TITLE)):
            titles = {"of_line": TITLES[Column.LINE], "category": TITLES[Column.CATEGORY]}
            raise UnusableInputError(
                Problem(NO_COLUMNS, values={**titles, "piece": TITLES[Column.PIECE]})
            )

    def _gifts(self) -> list[Given]:
        found: list[Given] = []
        for heads, rows in _tables(self._source, _BY_GIFT_TITLE):
            for row, cells in rows if _are_gifts(heads) else ():
                if not any(cells.values()):
                    continue
                try:
                    gift = _gift(cells)
                except _CellError as error:
                    self._problems.append(error.kind.at(line=row, **error.told))
                    continue
                key = gift_key(gift.category, gift.label)
                if key in self._rows:
                    self._problems.append(GIFT_TWICE.at(line=row))
                self._rows[key] = row
                found.append(gift)
        return found


class _Lines:
    """The realised lines of a year, found by what a row says of one."""

    def __init__(self, fiscal_year: FiscalYear) -> None:
        self._year = fiscal_year

    @cached_property
    def _shown(self) -> dict[int, BudgetLine]:
        return {line.pk: line for line in lines_bought([self._year])}

    @cached_property
    def _by_key(self) -> Mapping[str, list[BudgetLine]]:
        return _grouped((key_of(line), line) for line in self._shown.values())

    @cached_property
    def _by_piece(self) -> Mapping[str, list[BudgetLine]]:
        return _grouped((fold(line.order_ref), line) for line in self._shown.values())

    def of(self, cells: Mapping[Column, str]) -> BudgetLine:
        """Return the line of a row. Raises _CellError when there is none, or several."""
        number, key, piece = (cells.get(one, "") for one in (Column.LINE, Column.KEY, Column.PIECE))
        line = self._numbered(number)
        if line is not None and key in ("", key_of(line)):
            return line
        found = self._by_key.get(key, []) if key else []
        if not key and not number and piece:
            found = self._by_piece.get(fold(piece), [])
        if len(found) == 1:
            return found[0]
        text = number or key or piece
        if found:
            raise _CellError(SEVERAL_LINES, text=key or piece, count=str(len(found)))
        raise _CellError(NO_LINE, text=text)

    def _numbered(self, number: str) -> BudgetLine | None:
        pk = int(number) if number.isascii() and number.isdecimal() else 0
        if not 0 < pk < 1 << 62:
            return None
        others = self._year.lines.exclude(realised=None)
        return self._shown.get(pk) or others.filter(pk=pk).first()


def _grouped(pairs: Iterable[tuple[str, BudgetLine]]) -> Mapping[str, list[BudgetLine]]:
    found: dict[str, list[BudgetLine]] = defaultdict(list)
    for key, line in pairs:
        found[key].append(line)
    return found


def _key(said: Said) -> tuple[object, ...]:
    return (said.category, said.origin, said.invoice_year)


class _CellError(Exception):
    def __init__(self, kind: ProblemKind, **told: str) -> None:
        super().__init__(kind.code)
        self.kind, self.told = kind, told


def _are_gifts(heads: Iterable[GiftColumn]) -> bool:
    return {GiftColumn.CATEGORY, GiftColumn.RECEIVED, GiftColumn.QUANTITY} <= set(heads)


def _tables[C: (Column, GiftColumn)](
    source: Source, by_title: Mapping[str, C]
) -> Iterator[tuple[set[C], Iterator[tuple[int, dict[C, str]]]]]:
    """Yield the columns that each table has of those, and its rows under them."""
    for table in tables_of(source).by_name.values():
        rows = ((row, [text_of(cell).strip() for cell in cells]) for row, cells in table.rows())
        for _row, texts in rows:
            heads = {
                at: by_title[fold(one)] for at, one in enumerate(texts) if fold(one) in by_title
            }
            if len(heads) > 1:
                yield set(heads.values()), _under(heads, rows)
                break


def _under[C](
    heads: Mapping[int, C], rows: Iterable[tuple[int, list[str]]]
) -> Iterator[tuple[int, dict[C, str]]]:
    for row, texts in rows:
        yield row, {column: texts[at] for at, column in heads.items() if at < len(texts)}


def _gift(cells: Mapping[GiftColumn, str]) -> Given:
    named, label = (cells.get(one, "") for one in (GiftColumn.CATEGORY, GiftColumn.RECEIVED))
    category = _category(named)
    if not category or not label:
        raise _CellError(NO_CATEGORY, text=named if label else label)
    quantity = _number(cells, GiftColumn.QUANTITY)
    if quantity is not None and not (quantity == int(quantity) and 0 <= quantity <= _MOST_GIVEN):
        raise _not_a_number(cells, GiftColumn.QUANTITY)
    value = _number(cells, GiftColumn.UNIT_VALUE)
    whole = None if quantity is None else int(quantity)
    return Given(category, label, whole, value, cells.get(GiftColumn.SOURCE, ""))


def _said(cells: Mapping[Column, str], line: BudgetLine, before: list[Said], year: int) -> Said:
    category = _category(cells.get(Column.CATEGORY, ""))
    origin = _origin(cells.get(Column.ORIGIN, ""))
    amount = _number(cells, Column.AMOUNT)
    if amount is None:
        amount = (line.realised or Decimal()) - sum(one.amount for one in before)
    invoiced = _number(cells, Column.YEAR)
    if invoiced is not None and not 2000 <= invoiced <= 2100:
        raise _not_a_number(cells, Column.YEAR)
    return Said(
        category,
        origin,
        amount,
        _number(cells, Column.HT),
        _number(cells, Column.VAT),
        int(invoiced) if invoiced is not None else year,
    )


def _category(text: str) -> str:
    if fold(text) in {fold(said) for said in NOT_A_PRODUCT}:
        return ""
    found = next((one for one in categories() if fold(one) == fold(text)), None)
    if found is None:
        raise _CellError(NO_CATEGORY, text=text)
    return found


def _origin(text: str) -> ProductOrigin:
    if not text:
        return ProductOrigin.NEW
    try:
        return _ORIGINS[fold(text)]
    except KeyError:
        raise _CellError(NO_ORIGIN, text=text) from None


def _number[C: (Column, GiftColumn)](cells: Mapping[C, str], column: C) -> Decimal | None:
    try:
        return parse(cells.get(column, "").removesuffix("%").strip())
    except NotAnAmountError:
        raise _not_a_number(cells, column) from None


def _not_a_number[C: (Column, GiftColumn)](cells: Mapping[C, str], column: C) -> _CellError:
    return _CellError(NOT_AN_AMOUNT, text=cells[column], column=column.value)
