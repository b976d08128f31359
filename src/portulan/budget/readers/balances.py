"""The national file of local accounts (DGFiP, “balances comptables”): one row for each account.

Three editions have the same columns in other orders and cases: of the API, by function, and of
before 2018. A file holds the accounts of a town or of thirty-five thousand, main budgets (CBUDG 1)
and annexes (2, 3) under one SIREN: one body and one budget are a reading, and which is asked.

What is spent is what was really debited in the year, without the movements of order: on class 6,
debits less credits, but for what moves no cash (68, 675, 676); on 20, 21 and 23, debits, less the
credits of 237 and 238, which give back advances. Balances (`sd`) are stocks. Classes 1, 4 and 5, 26
and 27 and what assets have lost are no spending of the year. Earned is class 7, credits less
debits.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from decimal import Decimal

from portulan.budget.accounts_chart import tax_basis
from portulan.budget.readers.facts import Facts
from portulan.budget.readers.findings import BAD_AMOUNT
from portulan.budget.readers.ledger_entities import OTHER_ENTITY, SEVERAL
from portulan.budget.readers.ledger_mapping import TOGETHER
from portulan.budget.readers.ledger_questions import SEVERAL_YEARS
from portulan.budget.readers.lines import (
    Answer,
    AskedError,
    Flow,
    Header,
    Question,
    Reading,
    Section,
    SourceLine,
)
from portulan.budget.words import Stage
from portulan.core.money import ZERO, to_cents
from portulan.core.say.text import Text, UnusableInputError
from portulan.core.tables.amounts import DecimalMark, NotAnAmountError, guess_mark
from portulan.core.tables.cells import amount_of, text_of
from portulan.core.tables.sources import Source
from portulan.core.tables.tabular import Row, Table, tables_of

NAME = "balances"
FACTS = Facts(label=Text(fr="Balance des comptes (DGFiP)", en="Balance of accounts (DGFiP)"))

_AMOUNTS = ("obnetdeb", "obnetcre", "oobdeb", "oobcre")
NEEDED = frozenset({"exer", "siren", "compte", "cbudg", *_AMOUNTS})
_NO_CASH_SPENT = ("68", "675", "676")
_NO_CASH_EARNED = ("775", "776", "777", "78", "79")
_EQUIPMENT = ("20", "21", "23")
_ADVANCES = ("237", "238")
_ANNEX = "3"
_SHOWN, _MOST_ANSWERS = 8, 100

type _Key = tuple[str, str, str]  # year, SIREN, CBUDG


def recognises(source: Source) -> bool:
    """Return whether a table has the columns of those balances."""
    return _found(source) is not None


def open_reading(source: Source, *, mapping: Mapping[str, int | str] | None = None) -> Reading:
    """Open the balance of one budget. Raises AskedError when the file has several."""
    found = _found(source)
    assert found is not None, "open_reading comes after recognises"  # noqa: S101
    return _Balances(source, *found, mapping or {}).reading()


def _found(source: Source) -> tuple[Table, int, dict[str, int]] | None:
    for table in tables_of(source).by_name.values():
        for number, cells in table.head[:5]:
            places = {text_of(cell).strip().lower(): at for at, cell in enumerate(cells)}
            if places.keys() >= NEEDED:
                return table, number, places
    return None


class _Balances:
    def __init__(
        self,
        source: Source,
        table: Table,
        titles_at: int,
        places: dict[str, int],
        mapping: Mapping[str, int | str],
    ) -> None:
        self._source, self._table, self._titles_at = source, table, titles_at
        self._places = places
        self._wanted = [
            (body, budget)
            for body, _, budget in (
                one.partition(":")
                for one in str(mapping.get("entity", "")).split(TOGETHER["entity"])
                if one
            )
        ]
        asked = mapping.get("year", source.year)
        self._year = None if asked is None else str(asked)
        self._mark: DecimalMark | None = self._decimal_mark()

    def reading(self) -> Reading:
        header = Header(format=NAME, encoding=tables_of(self._source).encoding)
        spent: dict[_Key, Decimal] = {}
        first: dict[_Key, Sequence[object]] = {}
        for number, cells in self._rows():
            key = self._key(cells)
            first.setdefault(key, cells)
            line, _ = self._line(number, cells)
            amount = line.realised if line and line.counts and line.flow == "expense" else None
            spent[key] = spent.get(key, ZERO) + (amount or ZERO)
        kept = self._kept(header, spent)
        row = first[min(kept)]
        year, siren, budget = min(kept)
        nomenclature = self._text(row, "nomen") or None
        header = Header(
            format=NAME,
            encoding=header.encoding,
            siret=self._text(row, "ident") or None if len(kept) == 1 else None,
            siren=siren,
            name=self._text(row, "lbudg") or None,
            nomenclature=nomenclature,
            year=int(year) if year.isdecimal() else None,
            annex=budget == _ANNEX,
            tax_basis=tax_basis(nomenclature),
        )
        return Reading(header, lambda reading: self._lines(reading, kept), self._source.close)

    def _kept(self, header: Header, spent: Mapping[_Key, Decimal]) -> set[_Key]:
        """Return the budgets that are read. Raises AskedError, UnusableInputError."""
        kept = {key for key in spent if self._is_wanted(key)}
        if not kept:
            name = ",".join(":".join(one) for one in self._wanted)
            raise UnusableInputError(OTHER_ENTITY.at(name=name or "…"))
        years = sorted({year for year, _, _ in kept})
        if self._year in years:
            kept = {key for key in kept if key[0] == self._year}
        elif len(years) > 1:
            answers = [
                Answer({"year": year}, _at({key: spent[key] for key in kept if key[0] == year}))
                for year in years
            ]
            problem = SEVERAL_YEARS.at(years=", ".join(years))
            raise AskedError(header, [Question(problem, tuple(answers))])
        if len(kept) > 1 and len(self._wanted) < 2:
            names = [f"{siren}:{budget}" for _, siren, budget in sorted(kept)]
            shown = ", ".join(names[:_SHOWN]) + ("…" if len(names) > _SHOWN else "")
            answers = [
                Answer({"entity": f"{key[1]}:{key[2]}"}, _at({key: spent[key]}))
                for key in sorted(kept)[:_MOST_ANSWERS]
            ]
            raise AskedError(header, [Question(SEVERAL.at(names=shown), tuple(answers))])
        return kept

    def _is_wanted(self, key: _Key) -> bool:
        _, siren, budget = key
        return not self._wanted or any(
            (not body or body[:9] == siren) and (not its or its == budget)
            for body, its in self._wanted
        )

    def _lines(self, reading: Reading, kept: set[_Key]) -> Iterator[SourceLine]:
        for number, cells in self._rows():
            reading.read += 1
            if self._key(cells) not in kept:
                reading.drop("other-entity")
                continue
            line, why = self._line(number, cells)
            if line is not None:
                yield line
            elif why == "error":
                reading.reject(BAD_AMOUNT.at(line=number, text=self._bad(cells), field="OBNETDEB…"))
            else:
                reading.drop(why)

    def _rows(self) -> Iterator[Row]:
        return self._table.rows_after(self._titles_at)

    def _key(self, cells: Sequence[object]) -> _Key:
        return (self._text(cells, "exer"), self._text(cells, "siren"), self._text(cells, "cbudg"))

    def _text(self, cells: Sequence[object], name: str) -> str:
        at = self._places.get(name)
        return text_of(cells[at]).strip() if at is not None and at < len(cells) else ""  # type: ignore[arg-type]

    def _decimal_mark(self) -> DecimalMark | None:
        places = [self._places[name] for name in _AMOUNTS]
        cells = (cells[at] for _, cells in self._table.head[1:] for at in places if at < len(cells))
        return guess_mark(cell for cell in cells if isinstance(cell, str))[0]

    def _bad(self, cells: Sequence[object]) -> str:
        return next((self._text(cells, n) for n in _AMOUNTS if not self._is_amount(cells, n)), "")

    def _is_amount(self, cells: Sequence[object], name: str) -> bool:
        try:
            amount_of(self._text(cells, name), self._mark)
        except NotAnAmountError:
            return False
        return True

    def _line(self, number: int, cells: Sequence[object]) -> tuple[SourceLine | None, str]:
        """Return the line of an account, or why there is none."""
        account = self._text(cells, "compte")
        kind = kind_of(account)
        if kind is None:
            return None, "balance-sheet"
        section, flow, moves_cash = kind
        try:
            debit, credit, order_debit, order_credit = (
                amount_of(self._text(cells, name), self._mark) or ZERO for name in _AMOUNTS
            )
        except NotAnAmountError:
            return None, "error"
        amount = real_amount(account, debit - order_debit, credit - order_credit)
        if not amount:
            return None, "no-amount"
        return SourceLine(
            number, section, flow, moves_cash, carried=False, chapter=None, nature=account,
            function=self._text(cells, "fonction") or None,
            budget=self._text(cells, "lbudg") or None,
            service=self._text(cells, "lbudg") or None, realised=to_cents(amount),
        ), ""  # fmt: skip


def real_amount[N: (int, Decimal)](account: str, debited: N, credited: N) -> N:
    """Return what an account of class 6, 7, 20, 21 or 23 spent or earned, from its real movements.

    `debited` and `credited` are net of the movements of order; cents or euros, all the same.
    """
    if account.startswith("7"):
        return credited - debited
    if account.startswith("6") or account.startswith(_ADVANCES):
        return debited - credited
    return debited


def kind_of(account: str) -> tuple[Section, Flow, bool] | None:
    """Return the section and the flow of an account, and whether it moves cash; None for others."""
    if account.startswith("6"):
        return "F", "expense", not account.startswith(_NO_CASH_SPENT)
    if account.startswith("7"):
        return "F", "revenue", not account.startswith(_NO_CASH_EARNED)
    if account.startswith(_EQUIPMENT):
        return "I", "expense", True
    return None


def _at(spent: Mapping[_Key, Decimal]) -> dict[Stage, Decimal]:
    return {Stage.REALISED: sum(_values(spent), ZERO)}


def _values(spent: Mapping[_Key, Decimal]) -> Iterable[Decimal]:
    return spent.values()
