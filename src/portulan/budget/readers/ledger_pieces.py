"""One table of a ledger, understood: its columns, the rows that are sums, what must be asked of it.

An account may come in several sheets (operating and investment, one per service): they are pieces
of one account when they are written alike and hold different lines. A sheet whose amounts are the
sums of the others is a summary; one that holds the same lines again is an overlap, which is asked.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from decimal import Decimal
from itertools import chain, product

from portulan.budget.readers.amounts import DecimalMark, guess_mark
from portulan.budget.readers.cells import text_of
from portulan.budget.readers.currencies import currency_place, other_currency, require_euros
from portulan.budget.readers.findings import UNSURE_MARK
from portulan.budget.readers.ledger_amounts import (
    NO_STAGE,
    Plan,
    Years,
    impossible_orders,
    measured,
    settle,
)
from portulan.budget.readers.ledger_columns import (
    AMOUNT_FIELDS,
    MONEY_FIELDS,
    REVENUE_WORDS,
    SIDES,
    Field,
    gives_amounts,
    phrase_of,
    tax_basis_of,
    unit_of,
)
from portulan.budget.readers.ledger_controls import WORD, Found, find_sums, ranks
from portulan.budget.readers.ledger_controls import Row as Sums
from portulan.budget.readers.ledger_entities import (
    Entities,
    entity_columns,
)
from portulan.budget.readers.ledger_mapping import NOT_READ, OPTIONS, Wanted, mapped, place_of, unit_asked
from portulan.budget.readers.ledger_row import Layout, LineReader
from portulan.budget.readers.ledger_scan import Scan, scan
from portulan.budget.readers.ledger_sides import NETTED
from portulan.budget.readers.ledger_titles import NO_TITLES, Titles, unit_above
from portulan.budget.readers.ledger_words import FLOWS, Sections, is_of_order, sign_of
from portulan.budget.readers.ledger_year import OTHER_YEAR, year_column, years_said
from portulan.budget.readers.lines import Answer, Control, Question, Reading, SourceLine
from portulan.budget.readers.tables import first_rows
from portulan.budget.readers.tabular import Row, Table
from portulan.budget.readers.workbooks import Cell
from portulan.budget.stages import Stage
from portulan.core.money import TaxBasis, to_cents
from portulan.core.problems import Problem, ProblemKind, UnusableInputError
from portulan.core.text import fold

IN_UNITS = ProblemKind(
    "in-units",
    "warning",
    fr="La colonne « {title} » n’est pas en euros : ses montants ont été multipliés par {factor}.",
    en="The column “{title}” is not in euros: its amounts were multiplied by {factor}.",
)
SUBTOTAL = ProblemKind(
    "subtotal",
    "warning",
    fr="« {code} » est la somme des lignes voisines, à chaque stade : c’est un sous-total, la ligne"
    " n’est pas comptée.",
    en="“{code}” is the sum of the lines beside it, at every stage: it is a subtotal, the row is"
    " not counted.",
)
CONTRADICTED = ProblemKind(
    "contradicted-total",
    "error",
    fr="Le fichier imprime {printed} et ses lignes font {read} ({stage}) : une ligne manque, est en"
    " trop, ou ce total n’en est pas un. Refaites l’export, ou dites que les lignes font foi.",
    en="The file prints {printed} and its lines add up to {read} ({stage}): a line is missing, is"
    " there twice, or this is no total. Export it again, or say that the lines are right.",
)
TWINS = ProblemKind(
    "identical-rows",
    "error",
    fr="{count} lignes sont écrites deux fois à l’identique, et aucun total ne dit si elles comptent"
    " deux fois. Dites-le ; celle-ci est la première.",
    en="{count} rows are written twice alike, and no total tells whether they count twice. Say it;"
    " this is the first.",
)
TWINS_LEFT = ProblemKind(
    "rows-twice",
    "warning",
    fr="{count} lignes écrites deux fois ne sont comptées qu’une : le total du fichier le dit.",
    en="{count} rows written twice are counted once: the total of the file says so.",
)
PARENTS = ProblemKind(
    "parent-account",
    "error",
    fr="« {code} » commence les comptes des lignes voisines sans en être la somme : rien ne dit s’il"
    " les contient. Dites-le.",
    en="“{code}” begins the accounts of the lines beside it and is not their sum: nothing tells"
    " whether it holds them. Say it.",
)
UNKNOWN_SIGN = ProblemKind(
    "unknown-sign",
    "error",
    fr="La colonne « {title} » dit {words} : rien ne dit lesquels se retranchent. Dites-le.",
    en="The column “{title}” says {words}: nothing tells which are taken away. Say it.",
)
UNDONE = ProblemKind(
    "amounts-taken-away",
    "warning",
    fr="Les lignes « {words} » (« {title} ») sont retranchées.",
    en="The rows “{words}” (“{title}”) are taken away.",
)
IMPOSSIBLE = ProblemKind(
    "impossible-order",
    "error",
    fr="Il y a moins d’engagé ({committed}) que de mandaté ({realised}) : l’une des deux colonnes"
    " n’est pas ce que dit son titre. Dites laquelle lire.",
    en="Less is committed ({committed}) than realised ({realised}): one of both columns is not what"
    " its title says. Say which to read.",
)
DEBT_UNSAID = ProblemKind(
    "unsaid-flow",
    "error",
    fr="{count} lignes de la classe 1 (dotations, emprunts) ne disent pas si ce sont des dépenses ou"
    " des recettes. Dites-le, ou écartez-les ; celle-ci est la première.",
    en="{count} lines of class 1 (endowments, loans) do not say whether they are expenses or"
    " revenue. Say it, or leave them out; this is the first.",
)
UNEXPLAINED_ROW = ProblemKind(
    "unexplained-amount",
    "error",
    fr="« {text} » a des montants qui ne sont ni d’un compte, ni un total : rien ne dit s’ils"
    " comptent.",
    en="“{text}” has amounts that are of no account and no total: nothing tells whether they count.",
)
NOT_AN_ACCOUNT = ProblemKind(
    "not-an-account",
    "warning",
    fr="« {text} » n’est pas un compte : la ligne n’a pas été lue.",
    en="“{text}” is not an account: the line was not read.",
)
OTHER_SHEETS = ProblemKind(
    "other-sheets",
    "error",
    fr="Plusieurs feuilles se lisent ({sheets}) et rien ne dit si elles s’ajoutent. Dites laquelle"
    " lire.",
    en="Several sheets can be read ({sheets}) and nothing tells whether they add up. Say which to"
    " read.",
)
SHEETS_ADDED = ProblemKind(
    "sheets-added",
    "warning",
    fr="Les feuilles {sheets} sont les morceaux d’un même compte : elles sont lues ensemble.",
    en="The sheets {sheets} are pieces of one account: they are read together.",
)
SUMMARY = ProblemKind(
    "summary-sheet",
    "warning",
    fr="La feuille « {sheet} » récapitule les autres : elle n’est pas lue.",
    en="The sheet “{sheet}” sums up the others: it is not read.",
)

_SAMPLE_ROWS = 1000
_SIGN_TITLES = re.compile(
    r"sens|signe|d ?/ ?c|dc|c ?/ ?d|debit ?/ ?credit|(?:type|nature|code)(?: de(?: la)?| d')?"
    r" ?(?:piece|mandat|mouvement|operation|ecriture|bordereau)s?|type|dr ?/ ?cr|cr ?/ ?dr|sign"
)
_MOST_WORDS = 5
_FEW_BARE = 4  # below one line in so many, a line without an account is one without an account
_CREDITS = frozenset({"c", "cr", "credit"})
_DEBITS = frozenset({"d", "dr", "debit"})


@dataclass(slots=True)
class Asked:
    """What a person says of a ledger: its columns, all or some, and the answers to questions."""

    fields: dict[str, int | str] = field(default_factory=dict)
    is_whole: bool = False  # the columns said are all that is to be read
    sheet: str | None = None
    unit: Decimal | None = None
    year: int | None = None
    entity: tuple[str, ...] = ()
    answers: dict[str, str] = field(default_factory=dict)

    @classmethod
    def of(cls, mapping: Wanted, year: int | None) -> Asked:
        """Return what a mapping says; `year` is the one that the file is read for."""
        given = {name: column for name, column in mapping.items() if name != "as"}
        unit = unit_asked(given)
        sheet = given.pop("sheet", None)
        said = given.pop("year", year)
        entity = str(given.pop("entity", ""))
        answers = {name: str(given.pop(name)) for name in OPTIONS & given.keys()}
        return cls(
            fields=given,
            is_whole=bool(given) and any(name not in MONEY_FIELDS for name in given),
            sheet=None if sheet is None else str(sheet),
            unit=unit,
            year=None if said is None else int(said),
            entity=tuple(filter(None, entity.split(","))),
            answers=answers,
        )

    @property
    def names(self) -> list[str]:
        """The titles of columns that are said."""
        return [
            column
            for column in self.fields.values()
            if isinstance(column, str) and column != NOT_READ
        ]


@dataclass(slots=True)
class Piece:
    """A table understood; its lines are read when they are asked for."""

    table: Table
    titles: Titles
    layout: Layout
    rows: _Rows
    found: Found
    scan: Scan
    year: int | None = None
    tax_basis: TaxBasis | None = None
    siret: str | None = None
    siren: str | None = None
    problems: list[Problem] = field(default_factory=list)
    questions: list[Question] = field(default_factory=list)
    controls: list[Control] = field(default_factory=list)
    late: list[Question] = field(default_factory=list)  # known once the lines are read

    def lines(self, reading: Reading) -> Iterator[SourceLine]:
        """Yield the lines."""
        reader = LineReader(self.layout)
        yield from reader.read_all(reading, self.rows.read(reading))
        reader.end(reading)
        if reader.unsaid_debts and self.layout.debt is None:
            first, count = reader.unsaid_debts
            answers = tuple(Answer({"debt": said}) for said in ("expense", "revenue", "out"))
            self.late.append(Question(DEBT_UNSAID.at(line=first, count=count), answers))
        if self.rows.other_years:
            years = sorted({self.year or 0, *self.rows.other_years})
            answers = tuple(Answer({"year": year}) for year in years if year)
            problem = OTHER_YEAR.at(found=years[0], year=years[-1])
            reading.questions.append(Question(problem, answers))

    @property
    def lines_at(self) -> list[int]:
        """The indexes of the rows that are lines."""
        gone = self.found.sums.keys() | self.found.left_out | self.found.contradicted.keys()
        return [at for at in range(len(self.scan.numbers)) if at not in gone]

    def keys(self) -> Iterator[tuple[str, ...]]:
        """Yield what the lines are of, apart from their amounts."""
        names = ("account", "label", "service", "manager", "supplier", "order")
        places = [self.layout.fields[name] for name in names if name in self.layout.fields]
        for number, cells in self.rows.read():
            if number not in self.layout.dropped:
                yield tuple(text_of(cells[at]) if at < len(cells) else "" for at in places)

    def totals(self) -> dict[Field, Decimal]:
        """The sum of the lines by stage, in euros."""
        found = self.found
        if not (found.sums or found.left_out or found.contradicted):
            return {
                stage: self._euros(stage, sum(filter(None, column)))
                for stage, column in zip(self.scan.stages, self.scan.amounts, strict=True)
            }
        kept = self.lines_at
        return {
            stage: self._euros(stage, sum(column[at] or 0 for at in kept))
            for stage, column in zip(self.scan.stages, self.scan.amounts, strict=True)
        }

    def _euros(self, stage: Field, amount: int) -> Decimal:
        return to_cents(Decimal(amount) / 100 * self.layout.factors.get(stage, Decimal(1)))


class _Rows:
    """The rows of a table below its titles, without those of another year, body or currency."""

    def __init__(
        self,
        table: Table,
        titles: Titles,
        sample: list[Row],
        asked: Asked,
        entities: Entities,
    ) -> None:
        self._table, self._titles, self._asked = table, titles, asked
        self._entities = entities
        self._dated = year_column(titles.titles, sample, asked.year)
        self._currency = currency_place(titles.titles)
        self.other_years: set[int] = set()

    @property
    def year(self) -> int | None:
        return self._dated.year if self._dated else None

    def read(self, reading: Reading | None = None) -> Iterator[Row]:
        """Yield the rows; those left out are counted in `reading`, and told."""
        rows = self._table.rows_after(self._titles.last_row)
        if self._dated is None and self._currency is None and not self._entities.wanted:
            return rows
        return self._kept(rows, reading)

    def _kept(self, rows: Iterator[Row], reading: Reading | None) -> Iterator[Row]:
        usual = self._usual()
        for row in rows:
            number, cells = row
            if usual is not None and len(cells) > usual[0] and cells[usual[0]] == usual[1]:
                yield row  # nearly all of them, where only the year is looked at
            elif (problem := self._elsewhere(number, cells)) is None:
                yield row
            elif reading is not None:
                reading.read += 1
                if isinstance(problem, str):
                    reading.drop(problem)
                else:
                    reading.reject(problem)

    def _usual(self) -> tuple[int, str] | None:
        if self._dated is None or self._currency is not None or self._entities.wanted:
            return None
        return self._dated.index, self._dated.said

    def _elsewhere(self, number: int, cells: Sequence[Cell]) -> Problem | str | None:
        if self._dated is not None and (other := self._dated.other(cells)) is not None:
            if self._asked.year is not None:
                return "other-year"
            self.other_years.add(other)
            return OTHER_YEAR.at(line=number, found=other, year=self._dated.year)
        if not self._entities.keeps(cells):
            return "other-entity"
        if self._currency is not None:
            title = self._titles.titles[self._currency]
            return other_currency(cells, self._currency, line=number, title=title)
        return None


def open_piece(
    table: Table,
    titles: Titles,
    asked: Asked,
    *,
    file_name: str = "",
    sections: Sections | None = None,
) -> Piece:
    """Understand a table. Raises UnusableInputError when it has no amounts at all."""
    sample = first_rows(table.rows_after(titles.last_row), _SAMPLE_ROWS)
    problems: list[Problem] = []
    keys, said = _keys(titles, asked, sample)
    mark = _mark(keys, titles, sample, problems)
    said_years, basis, siret = years_said(table, titles, file_name, asked.year)
    plan = _plan(titles, asked, keys, said, sample, mark, said_years, basis)
    fields: dict[Field, int] = {**keys}
    fields |= {stage: places[0] for stage, places in plan.stages.items()}
    if "realised" not in fields and not asked.is_whole:
        fields |= {side: titles.guess.fields[side] for side in SIDES if side in titles.guess.fields}
    questions = list(plan.questions)
    if not questions and not gives_amounts(fields):
        questions.append(_no_stage(titles))
    amounts = [titles.titles[fields[name]] for name in MONEY_FIELDS if name in fields]
    require_euros(amounts)
    units = _units(amounts, asked.unit, table, titles)
    entities = entity_columns(titles.titles, sample, keys, asked.entity)
    rows = _Rows(table, titles, sample, asked, entities)
    layout = Layout(
        fields=fields,
        titles=titles.titles,
        factors={n: units[titles.titles[fields[n]]] for n in MONEY_FIELDS if n in fields},
        mark=mark,
        default_flow="revenue" if _speak_of_revenue([*amounts, table.name]) else None,
        sections=sections or Sections(),
        added={stage: tuple(places[1:]) for stage, places in plan.stages.items() if places[1:]},
        movement_at=_movement_column(titles, sample, fields),
        debt=asked.answers.get("debt"),
    )
    if all(name in fields for name in SIDES):
        debit, credit = (titles.titles[fields[name]] for name in SIDES)
        problems.append(NETTED.at(debit=debit, credit=credit))
    problems.extend(plan.notes)
    sign_at = _sign_column(titles, sample, fields)
    if sign_at is not None:
        if fields.get("flow") == sign_at:
            fields.pop("flow")
        layout = replace(layout, sign_at=sign_at)
    scanned = scan(rows.read(), layout, watched=entities.columns)
    if scanned.unit_said is not None and asked.unit is None and set(units.values()) == {1}:
        units = dict.fromkeys(units, scanned.unit_said)
        layout = replace(layout, factors={n: scanned.unit_said for n in layout.factors})
    problems.extend(
        IN_UNITS.at(title=title, factor=factor) for title, factor in units.items() if factor != 1
    )
    entities.look(scanned.values, questions)
    piece = Piece(
        table,
        titles,
        layout,
        rows,
        Found(),
        scanned,
        year=rows.year or plan.year,
        tax_basis=tax_basis_of(amounts) or basis_of(basis),
        siret=entities.siret or siret,
        siren=entities.siren,
        problems=problems,
        questions=questions,
    )
    if not questions:
        _Explaining(piece, asked).explain()
    return piece


def basis_of(word: str | None) -> TaxBasis | None:
    return None if word is None else TaxBasis(word.upper())


class _Explaining:
    """What the rows of a piece are, once its columns are known."""

    def __init__(self, piece: Piece, asked: Asked) -> None:
        self._piece, self._scan, self._asked = piece, piece.scan, asked
        scanned = piece.scan
        self._ranks = ranks(scanned.accounts, scanned.shapes, scanned.words)
        self._twins = self._find_twins()
        self._end = self._criteria()

    def explain(self) -> None:
        piece = self._piece
        signs = self._signs()
        if signs is None:
            return
        piece.layout = replace(piece.layout, signs=signs)
        self._tell_twins()
        self._tell_parents()
        self._tell_contradicted()
        self._tell_words()
        self._tell_sums()
        piece.layout = replace(
            piece.layout, dropped=self._dropped(), inherited=self._inherited()
        )
        if not piece.questions:
            self._tell_impossible()

    # Signs

    def _signs(self) -> dict[str, int] | None:
        """Return the sign of each word of the column that says one; None once it is asked."""
        scanned, piece = self._scan, self._piece
        if piece.layout.sign_at is None:
            piece.found = self._sums({})
            return {}
        title = piece.titles.titles[piece.layout.sign_at]
        words = Counter(
            word for word, is_word in zip(scanned.signs, scanned.words, strict=True) if not is_word
        )
        said = self._asked.answers.get("sign")
        if said is not None:
            undone = {fold(word) for word in said.split(",")}
            signs = {word: -1 if word in undone else 1 for word in words}
            piece.found = self._sums(signs)
            return signs
        known = {word: sign_of(word) for word in words}
        if words.keys() <= FLOWS.keys() | {""}:
            known = dict.fromkeys(words, 1)
        if words.keys() <= _CREDITS | _DEBITS | {""}:
            known = {word: -1 if word in _CREDITS else 1 for word in words}
        guess = {word: sign or 1 for word, sign in known.items()}
        if self._is_signed_already(guess):
            guess = dict.fromkeys(guess, 1)
        unknown = [word for word, sign in known.items() if sign is None]
        if len(unknown) == len(words) and not _is_explicit(title) and not self._mirrored():
            unknown = []
        best = self._try(guess, unknown)
        if best is None and unknown and len(words) > 1:
            answers = tuple(Answer({"sign": word}) for word in unknown) + (
                Answer({"sign": NOT_READ}),
            )
            shown = ", ".join(word or "…" for word in words)
            piece.questions.append(Question(UNKNOWN_SIGN.at(title=title, words=shown), answers))
            return None
        signs = best or guess
        piece.found = self._sums(signs)
        if taken := sorted(word for word, sign in signs.items() if sign < 0):
            piece.problems.append(UNDONE.at(words=", ".join(taken), title=title))
        return signs

    def _try(self, guess: dict[str, int], unknown: list[str]) -> dict[str, int] | None:
        """Return the signs with which the totals hold; None when none or several do."""
        words = list(guess)
        if len(words) > _MOST_WORDS or not any(self._scan.words):
            return None
        first = self._sums(guess)
        if not first.contradicted and first.whole is not None and not unknown:
            return guess
        fitting = []
        for signs in product((1, -1), repeat=len(words)):
            tried = dict(zip(words, signs, strict=True))
            if 1 not in signs:
                continue
            found = self._sums(tried)
            if not found.contradicted and found.whole is not None:
                fitting.append(tried)
        return fitting[0] if len(fitting) == 1 else None

    def _mirrored(self) -> bool:
        """Return whether all the rows of a word say again the amounts of others: they undo them."""
        scanned = self._scan
        rows = list(zip(scanned.accounts, *scanned.amounts, strict=True))
        words = [None if is_word else word for word, is_word in zip(
            scanned.signs, scanned.words, strict=True
        )]  # fmt: skip
        for word in set(words) - {None}:
            others = {row for row, own in zip(rows, words, strict=True) if own != word}
            if others and all(
                row in others for row, own in zip(rows, words, strict=True) if own == word
            ):
                return True
        return False

    def _is_signed_already(self, guess: Mapping[str, int]) -> bool:
        """Return whether the rows to be taken away have their sign in their amounts."""
        scanned = self._scan
        for at, word in enumerate(scanned.signs):
            if guess.get(word, 1) < 0:
                for column in scanned.amounts:
                    if (column[at] or 0) < 0:
                        return True
        return False

    def _sums(self, signs: Mapping[str, int]) -> Found:
        scanned = self._scan
        minus = {word for word, sign in signs.items() if sign < 0}
        if not any(self._ranks):
            return Found(left_out=set(self._left_out()))
        vectors = list(zip(*scanned.amounts, strict=True))
        if minus:
            vectors = [
                tuple(None if x is None else -x for x in vector)
                if word in minus and not is_word
                else vector
                for vector, word, is_word in zip(
                    vectors, scanned.signs, scanned.words, strict=True
                )
            ]
        rows = [
            Sums(vector, account, rank, shape)
            for vector, account, rank, shape in zip(
                vectors, scanned.accounts, self._ranks, scanned.shapes, strict=True
            )
        ]
        return find_sums(
            rows, unit=scanned.unit, twins=self._twins, left_out=self._left_out(), end=self._end
        )

    def _left_out(self) -> list[int]:
        return self._twins if self._asked.answers.get("twins") == "once" else []

    def _criteria(self) -> int | None:
        """Return the index of the first row of the criteria of the selection, if they are said."""
        scanned = self._scan
        if scanned.criteria is None:
            return None
        for at in range(len(scanned.numbers) - 1, -1, -1):
            if scanned.numbers[at] < scanned.criteria or scanned.accounts[at]:
                return at + 1 if at + 1 < len(scanned.numbers) else None
        return None

    # Twins, parents

    def _find_twins(self) -> list[int]:
        hashes = self._scan.hashes
        if len(set(hashes)) == len(hashes):
            return []
        seen: set[int] = set()
        twins = []
        for at, key in enumerate(hashes):
            if key and any(column[at] for column in self._scan.amounts):
                if key in seen:
                    twins.append(at)
                seen.add(key)
        return twins

    def _tell_twins(self) -> None:
        piece = self._piece
        found = piece.found
        left = [at for at in self._twins if at in found.left_out]
        if left and self._asked.answers.get("twins") is None:
            piece.problems.append(TWINS_LEFT.at(line=self._line(left[0]), count=len(left)))
        if "twins" in self._asked.answers or found.contradicted:
            return
        unsure = [
            at
            for at in self._twins
            if at not in found.left_out and at not in found.sums and not found.covers(at)
        ]
        if unsure:
            answers = tuple(Answer({"twins": said}) for said in ("both", "once"))
            problem = TWINS.at(line=self._line(unsure[0]), count=len(unsure))
            piece.questions.append(Question(problem, answers))

    def _tell_parents(self) -> None:
        piece, found = self._piece, self._piece.found
        unsure = [
            at
            for at in found.parents
            if at not in found.sums and at not in found.left_out and not found.covers(at)
        ]
        if not unsure or found.contradicted or "parents" in self._asked.answers:
            if self._asked.answers.get("parents") == "out":
                found.left_out.update(unsure)
            return
        if any(self._scan.accounts[at] for at in found.sums):  # others are sums of their children
            problem = PARENTS.at(line=self._line(unsure[0]), code=self._scan.accounts[unsure[0]])
            answers = tuple(Answer({"parents": said}) for said in ("lines", "out"))
            piece.questions.append(Question(problem, answers))

    def _line(self, at: int) -> int:
        return self._scan.numbers[at]

    # Totals

    def _tell_contradicted(self) -> None:
        piece, found = self._piece, self._piece.found
        if not found.contradicted or self._scan.unread or self._asked.entity:
            return
        for at, read in found.contradicted.items():
            self._keep_control(at, read, holds=False)
        if self._asked.answers.get("totals") == "lines":
            return
        at = max(found.contradicted)
        wrong = [control for control in piece.controls if control.line == self._line(at)]
        worst = next((one for one in wrong if one.printed != one.read), None)
        if worst is None:
            return
        problem = CONTRADICTED.at(
            line=worst.line, printed=worst.printed, read=worst.read, stage=worst.stage.value
        )
        piece.questions.append(Question(problem, (Answer({"totals": "lines"}),)))

    def _tell_sums(self) -> None:
        found = self._piece.found
        told = 0
        for at in sorted(found.sums):
            self._keep_control(at, found.sums[at], holds=True)
            if self._ranks[at] != WORD and told <= 100:
                told += 1
                code = self._scan.accounts[at] or self._scan.names.get(at) or "…"
                self._piece.problems.append(SUBTOTAL.at(line=self._line(at), code=code))
        self._piece.controls.sort(key=lambda control: control.line)

    def _keep_control(self, at: int, read: Sequence[int | None], *, holds: bool) -> None:
        scanned, piece = self._scan, self._piece
        for place, stage in enumerate(scanned.stages):
            printed, said = scanned.amounts[place][at], read[place]
            if stage in SIDES or printed is None or said is None:
                continue
            piece.controls.append(
                Control(
                    self._line(at),
                    Stage[stage.upper()],
                    piece._euros(stage, printed),
                    piece._euros(stage, said),
                    holds=holds,
                )
            )

    def _tell_words(self) -> None:
        """Leave rows whose account is a word, that no total covers; ask when they may be money."""
        piece, found, scanned = self._piece, self._piece.found, self._scan
        if "account" not in piece.layout.fields or not any(scanned.accounts):
            return
        for at, name in scanned.worded.items():
            if at in found.sums or at in found.left_out or at in found.contradicted:
                continue
            if found.covers(at):
                continue
            given = [column[at] for column in scanned.amounts if column[at] is not None]
            found.left_out.add(at)
            if len(given) == 1 and given[0] % 100 == 0 and abs(given[0]) < 1_000_000:
                piece.problems.append(NOT_AN_ACCOUNT.at(line=self._line(at), text=name))
            else:
                problem = UNEXPLAINED_ROW.at(line=self._line(at), text=name)
                piece.questions.append(Question(problem))

    def _tell_impossible(self) -> None:
        piece = self._piece
        if not {"committed", "realised"} <= piece.layout.fields.keys():
            return
        totals = {stage.upper(): amount for stage, amount in piece.totals().items()}
        if impossible_orders(totals) is None or self._asked.is_whole:
            return
        if {"committed", "realised"} & self._asked.fields.keys():
            return
        if piece.titles.guess.is_of_orders:  # what was ordered in other years is paid in this one
            return
        problem = IMPOSSIBLE.at(committed=totals["COMMITTED"], realised=totals["REALISED"])
        answers = (Answer({"committed": NOT_READ}), Answer({"realised": NOT_READ}))
        piece.questions.append(Question(problem, answers))

    # The second reading

    def _dropped(self) -> dict[int, str]:
        found = self._piece.found
        numbers = self._scan.numbers
        gone = {numbers[at]: "total" for at in (*found.sums, *found.contradicted)}
        twins = set(self._twins)
        worded = self._scan.worded
        for at in found.left_out:
            reason = "total" if self._scan.words[at] else "twin" if at in twins else "not-an-account" if at in worded else "criteria"
            gone[numbers[at]] = reason
        return gone | dict.fromkeys(self._scan.empty, "total")

    def _inherited(self) -> dict[int, str]:
        """Return the account of the rows that have none, below the account that heads them."""
        scanned, found = self._scan, self._piece.found
        bare = sum(not scanned.accounts[at] for at in self._piece.lines_at)
        if not any(scanned.accounts) or bare * _FEW_BARE < len(scanned.accounts):
            return {}
        given: dict[int, str] = {}
        account, until = "", -1
        for at, own in enumerate(scanned.accounts):
            if own:
                account = own
                until = found.heads.get(at, -1) if at in found.sums else len(scanned.accounts)
            elif at in found.sums or at in found.contradicted or scanned.words[at]:
                account = "" if at not in found.heads else account
            elif account and at <= until and at not in scanned.worded:
                given[scanned.numbers[at]] = account
        return given


# Columns


def _keys(
    titles: Titles, asked: Asked, sample: Sequence[Row]
) -> tuple[dict[Field, int], dict[Field, int | None]]:
    """Return the columns of codes and words, and those of amounts that a person said."""
    said: dict[Field, int | None] = {}
    wanted = dict(asked.fields)
    for stage in AMOUNT_FIELDS:
        if wanted.get(stage) == NOT_READ:
            said[stage] = None
            wanted.pop(stage)
    chosen = mapped(titles.titles, wanted) if wanted else {}
    said |= {name: at for name, at in chosen.items() if name in MONEY_FIELDS}
    if asked.is_whole:
        return {name: at for name, at in chosen.items() if name not in MONEY_FIELDS}, said
    keys = {name: at for name, at in titles.guess.fields.items() if name not in MONEY_FIELDS}
    if not keys and not titles.guess.amounts:
        if titles.guess.generic is None or not titles.guess.score:
            raise UnusableInputError(NO_TITLES.at())
    _told_by_values(keys, titles, sample, set(titles.guess.fields.values()) | set(chosen.values()))
    if not keys:
        raise UnusableInputError(NO_TITLES.at())
    return keys, said


_AN_ACCOUNT = re.compile(r"[1267][0-9]{1,7}(?:\s*[-:]\s*\S.*)?")


def _told_by_values(
    keys: dict[Field, int], titles: Titles, sample: Sequence[Row], taken: set[int]
) -> None:
    """Add the account, then the label, where a column without a known title has such values."""
    if "account" in keys or {"label", "service", "chapter"} & keys.keys():
        return
    for at in range(len(titles.titles)):
        if at in taken:
            continue
        texts = [t for _, cells in sample if at < len(cells) and (t := text_of(cells[at]))]
        if not texts:
            continue
        accounts = sum(_AN_ACCOUNT.fullmatch(text) is not None for text in texts)
        if accounts * 2 >= len(texts):
            keys["account"] = at
            return
        if sum(any(map(str.isalpha, text)) for text in texts) * 2 > len(texts):
            keys.setdefault("label", at)


def _plan(
    titles: Titles,
    asked: Asked,
    keys: Mapping[Field, int],
    said: Mapping[Field, int | None],
    sample: Sequence[Row],
    mark: DecimalMark | None,
    years: Years,
    basis: str | None,
) -> Plan:
    if asked.is_whole:
        stages = {name: [at] for name, at in said.items() if at is not None}
        whole = Plan(stages, year=asked.year or _year_said(titles, stages) or years.outside)
        return whole
    ignored = asked.answers.get("ignore")
    at = None if ignored is None else place_of(titles.titles, ignored)
    columns = measured(titles.titles, sample, keys.values(), mark)
    plan = settle(
        columns,
        years,
        said=said,
        basis=basis,
        ignored=at,
        attached=asked.answers.get("attached"),
        sides=[titles.guess.fields[side] for side in SIDES if side in titles.guess.fields],
    )
    return plan


def _year_said(titles: Titles, stages: Mapping[Field, list[int]]) -> int | None:
    from portulan.budget.readers.ledger_columns import said_by

    years = {said_by(titles.titles[places[0]]).year for places in stages.values()} - {None}
    (year,) = years if len(years) == 1 else (None,)
    return year if year and year > 1900 else None


def _no_stage(titles: Titles) -> Question:
    """Return what is asked of a table that has no amount whose stage is known."""
    if titles.guess.generic is None:
        raise UnusableInputError(NO_TITLES.at())
    place = titles.titles.index(titles.guess.generic)
    name = titles.guess.generic or place
    answers = tuple(Answer({stage: name}) for stage in AMOUNT_FIELDS)
    return Question(NO_STAGE.at(title=titles.guess.generic), answers)


def _units(
    amounts: Sequence[str], asked: Decimal | None, table: Table, titles: Titles
) -> dict[str, Decimal]:
    """Return by what the amounts under each title are multiplied: asked, else said by the title,
    else said above all titles, or by the sheet."""
    if asked is not None:
        return dict.fromkeys(amounts, asked)
    said = {title: unit_of(title) for title in amounts}
    if all(unit == 1 for unit in said.values()) and not any("€" in title for title in amounts):
        return dict.fromkeys(amounts, unit_above(table, titles) or Decimal(1))
    return said


def _mark(
    keys: Mapping[Field, int], titles: Titles, sample: Sequence[Row], problems: list[Problem]
) -> DecimalMark | None:
    """Return the decimal mark of the amounts written as text."""
    from portulan.budget.readers.ledger_columns import said_by

    money = set(titles.guess.fields.values()) - set(keys.values())
    money |= {
        at for at, title in enumerate(titles.titles) if said_by(title).kind in ("stage", "part")
    } - set(keys.values())
    cells = (cells[at] for _, cells in sample for at in money if at < len(cells))
    texts = [cell for cell in cells if isinstance(cell, str)]
    mark, unsure = guess_mark(texts)
    if unsure:
        problems.append(UNSURE_MARK.at(text=next(t for t in texts if "," in t or "." in t)))
    return mark


def _speak_of_revenue(titles: Sequence[str]) -> bool:
    return any((phrase_of(title) or "").startswith(REVENUE_WORDS) for title in titles)


# Columns of two to five words


def _values(sample: Sequence[Row], at: int) -> set[str]:
    return {fold(text_of(cells[at])) for _, cells in sample if at < len(cells)} - {""}


def _is_explicit(title: str) -> bool:
    words = fold(title)
    return _SIGN_TITLES.fullmatch(words) is not None and words != "type"


def _sign_column(
    titles: Titles, sample: Sequence[Row], fields: Mapping[Field, int]
) -> int | None:
    """Return the column that says whether a row adds or takes away."""
    taken = {at for name, at in fields.items() if name != "flow"}
    for at, title in enumerate(titles.titles):
        if at in taken:
            continue
        values = _values(sample, at)
        if not values or len(values) > _MOST_WORDS or any(map(_has_digits, values)):
            continue
        if values <= FLOWS.keys() or all(is_of_order(value) is not None for value in values):
            continue
        if values <= _CREDITS | _DEBITS:
            return at
        named = _SIGN_TITLES.fullmatch(fold(title)) is not None
        if named or any(sign_of(value) == -1 for value in values):
            return at
    return None


def _has_digits(text: str) -> bool:
    return any(map(str.isdigit, text))


def _movement_column(
    titles: Titles, sample: Sequence[Row], fields: Mapping[Field, int]
) -> int | None:
    """Return the column that says whether a movement is real or of order."""
    for at in range(len(titles.titles)):
        if at in fields.values() and fields.get("flow") != at:
            continue
        values = _values(sample, at)
        said = [is_of_order(value) for value in values]
        if values and None not in said and True in said:
            return at
    return None


# Several sheets


def pieces_of(
    opened: Sequence[Piece], asked: Asked, problems: list[Problem]
) -> tuple[list[Piece], list[Question]]:
    """Return the pieces that make the account, or a question."""
    if len(opened) == 1:
        return list(opened), []
    years = {piece.titles.sheet: piece.year for piece in opened}
    if len(set(years.values())) > 1 and None not in years.values():
        wanted = [piece for piece in opened if piece.year == asked.year]
        if not wanted:
            return [opened[0]], [_which_sheet(opened)]
        opened = wanted
        if len(opened) == 1:
            return list(opened), []
    if any(piece.questions for piece in opened):
        return list(opened[:1]), [] if opened[0].questions else [_which_sheet(opened)]
    kept = _without_summary(opened, problems)
    if len(kept) == 1:
        return kept, []
    if not _add_up(kept):
        return kept[:1], [_which_sheet(opened)]
    names = ", ".join(f"« {piece.titles.sheet} »" for piece in kept)
    problems.append(SHEETS_ADDED.at(sheets=names))
    return kept, []


def _which_sheet(opened: Sequence[Piece]) -> Question:
    names = [piece.titles.sheet or "" for piece in opened]
    answers = tuple(Answer({"sheet": name}) for name in names)
    return Question(OTHER_SHEETS.at(sheets=", ".join(names)), answers)


def _without_summary(opened: Sequence[Piece], problems: list[Problem]) -> list[Piece]:
    """Return the pieces that are not the sums of all the others."""
    totals = [piece.totals() for piece in opened]
    for at, piece in enumerate(opened):
        others = [total for other, total in enumerate(totals) if other != at]
        mine = totals[at]
        fewer = len(piece.lines_at) < sum(len(p.lines_at) for p in opened) - len(piece.lines_at)
        if (
            fewer
            and any(mine.values())
            and all(
                amount == sum(other.get(stage, Decimal(0)) for other in others)
                for stage, amount in mine.items()
            )
        ):
            problems.append(SUMMARY.at(sheet=piece.titles.sheet))
            return [other for other in opened if other is not piece]
    return list(opened)


def _add_up(pieces: Sequence[Piece]) -> bool:
    """Return whether pieces are written alike and hold different lines."""
    first = pieces[0]
    if any(piece.layout.fields.keys() != first.layout.fields.keys() for piece in pieces):
        return False
    keys = [set(piece.keys()) for piece in pieces]
    every = Counter(chain.from_iterable(keys))
    return all(
        sum(every[key] > 1 for key in mine) * 2 < max(1, len(mine)) or not mine for mine in keys
    )



