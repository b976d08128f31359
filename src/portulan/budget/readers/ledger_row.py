"""One row of a ledger, as a line: codes kept as text, amounts exact, totals and headings told."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from portulan.budget.accounts_chart import section_of
from portulan.budget.readers.amounts import (
    LARGEST,
    DecimalMark,
    NotAnAmountError,
    from_float,
    parse,
)
from portulan.budget.readers.complaints import BAD_AMOUNT, NO_SECTION, RAGGED_ROW
from portulan.budget.readers.ledger_columns import AMOUNT_FIELDS, Field
from portulan.budget.readers.lines import CARRIED_NATURES, Flow, Reading, Section, SourceLine
from portulan.budget.readers.tables import looks_separated
from portulan.budget.readers.workbooks import Cell
from portulan.core.money import to_cents
from portulan.core.problems import ProblemKind
from portulan.core.text import SHOWN, fold, remembered, squeeze

NOT_AN_ACCOUNT = ProblemKind(
    "not-an-account",
    "warning",
    fr="« {text} » n’est pas un compte : la ligne n’a pas été lue.",
    en="“{text}” is not an account: the line was not read.",
)
BARE_AMOUNTS = ProblemKind(
    "bare-amounts",
    "warning",
    fr="Des montants sans compte ni libellé : la ligne est prise pour un total et n’a pas été lue.",
    en="Amounts without an account or a label: the row is taken for a total and was not read.",
)
ROUNDED = ProblemKind(
    "rounded",
    "warning",
    fr="« {text} » a des fractions de centime : le montant a été arrondi au centime.",
    en="“{text}” has fractions of a cent: the amount was rounded to the cent.",
)

_CODE_FIELDS: tuple[Field, ...] = (
    *("chapter", "function", "operation", "service", "manager"),
    *("supplier", "order", "contract"),
)
_QUOTED = re.compile(r'=?"(.*)"')  # ="020": how a CSV keeps a zero before a spreadsheet
_WHOLE_FLOAT = re.compile(r"[0-9]+\.0+")
CODE_AND_LABEL = re.compile(r"(?=[A-Za-z.]*+[0-9])([0-9A-Za-z.]++)(?:\s*[-–—:/|]\s*|\s+(?=\D))(.+)")
_TOTAL = re.compile(
    r"(?:(?:sous|ss)[- ]?tot(?:al|aux)|sub[- ]?total|grand total|totaux|cumul|somme)\b"
    r"|total(?:\s*[:=(]|\s*$|\s+(?:general|du|de la|de l'|des|chapitre|compte|section|article"
    r"|nature|service|budget|programme|action|mission|operation|depenses?|recettes?|fonctionnement|investissement|for|[0-9]))"
)
_TOTAL_STARTS = frozenset("cgstCGST")
_FLOWS: dict[str, Flow] = {
    "d": "expense",
    "depense": "expense",
    "depenses": "expense",
    "df": "expense",
    "di": "expense",
    "expense": "expense",
    "r": "revenue",
    "recette": "revenue",
    "recettes": "revenue",
    "rf": "revenue",
    "ri": "revenue",
    "revenue": "revenue",
    "income": "revenue",
}
_SECTIONS: dict[str, Section] = {
    "f": "F",
    "fonctionnement": "F",
    "exploitation": "F",
    "fct": "F",
    "fonct": "F",
    "df": "F",
    "rf": "F",
    "opex": "F",
    "operating": "F",
    "i": "I",
    "investissement": "I",
    "inv": "I",
    "invest": "I",
    "di": "I",
    "ri": "I",
    "capex": "I",
    "capital": "I",
    "investment": "I",
}
ORDER_CHAPTERS = frozenset({"040", "041", "042", "043"})
# Revenue given back is spent: chapter 014.
_GIVEN_BACK = ("70389", "709", "739", "749")


def meaning_of_section(text: str) -> Section | None:
    """Return the section that the words of a cell say."""
    words = re.split(r"[^a-z]+", fold(text))
    return next((_SECTIONS[word] for word in words if word in _SECTIONS), None)


@dataclass(frozen=True, slots=True)
class Sections:
    """How the section of a row is told: by a cell, else by its account or a default."""

    said: Callable[[str], Section | None] = meaning_of_section
    otherwise: Section | None = None


@dataclass(frozen=True, slots=True)
class Layout:
    """How the rows of a ledger are to be read."""

    fields: Mapping[Field, int]
    titles: Sequence[str]
    factors: Mapping[Field, Decimal]  # by which amounts in thousands become euros
    mark: DecimalMark | None
    default_flow: Flow | None  # revenue when the titles say so
    sections: Sections


class LineReader:
    """Turns the rows of one ledger into lines."""

    def __init__(self, layout: Layout) -> None:
        self._layout = layout
        self._fields = layout.fields
        self._section_said = remembered(256)(layout.sections.said)
        self._folded_titles = [fold(title) for title in layout.titles]

    def read(self, reading: Reading, row: int, cells: Sequence[Cell]) -> SourceLine | None:
        """Return the line of a row, or None after counting why there is none."""
        reading.read += 1
        texts = [text_of(cell) for cell in cells]
        if self._is_not_a_line(reading, row, texts):
            return None
        account, named = self._account(texts)
        label = self._text(texts, "label") or named
        wrong: list[tuple[Field, str]] = []
        amounts = {name: self._amount(reading, row, cells, name, wrong) for name in AMOUNT_FIELDS}
        given = any(amount is not None for amount in amounts.values())
        if account and not any(char.isdigit() for char in account):
            reading.drop("not-an-account")
            if given:
                reading.report(NOT_AN_ACCOUNT.at(line=row, text=account))
            return None
        if wrong and (account or given):
            name, text = wrong[0]
            title = self._layout.titles[self._fields[name]]
            reading.reject(BAD_AMOUNT.at(line=row, text=text, field=title or name))
            return None
        if not given:
            reading.drop("no-amount")
            return None
        codes = {name: self._text(texts, name) for name in _CODE_FIELDS}
        if not account and not label and not any(codes.values()):
            reading.drop("total")
            reading.report(BARE_AMOUNTS.at(line=row))
            return None
        section = self._section(texts, codes["chapter"], account)
        if section is None:
            reading.report(NO_SECTION.at(line=row))
        return SourceLine(
            row=row,
            section=section,
            flow=self._flow(texts, account),
            real=codes["chapter"] not in ORDER_CHAPTERS,
            carried=account in CARRIED_NATURES,
            nature=account,
            label=label,
            chapter=codes["chapter"],
            function=codes["function"],
            operation=codes["operation"],
            service=codes["service"],
            manager=codes["manager"],
            supplier=codes["supplier"],
            order=codes["order"],
            contract=codes["contract"],
            voted=amounts["voted"],
            opened=amounts["opened"],
            committed=amounts["committed"],
            realised=amounts["realised"],
            carried_over=amounts["carried_over"],
        )

    def _is_not_a_line(self, reading: Reading, row: int, texts: list[str]) -> bool:
        """Return whether the row is blank, titles again, a total, or cut by another separator."""
        first = next((text for text in texts if text), None)
        if first is None:
            reading.drop("blank")
            return True
        if self._is_titles(texts):
            reading.drop("header")
            return True
        width = len(self._layout.titles)
        if any(texts[width:]) or (len(texts) == 1 < width and looks_separated(first)):
            reading.reject(RAGGED_ROW.at(line=row, found=len(texts), expected=width))
            return True
        said = (first, self._text(texts, "account"), self._text(texts, "label"))
        if any(is_total(text) for text in said if text):
            reading.drop("total")
            return True
        return False

    def _is_titles(self, texts: list[str]) -> bool:
        said = False
        for index in self._fields.values():
            title = self._folded_titles[index] if index < len(texts) else ""
            if title and _folded(texts[index]) != title:
                return False
            said = said or bool(title)
        return said

    def _text(self, texts: list[str], name: Field) -> str | None:
        index = self._fields.get(name, -1)
        return (texts[index] or None) if 0 <= index < len(texts) else None

    def _account(self, texts: list[str]) -> tuple[str | None, str | None]:
        """Return the account and the label written in the same cell, as `2051 - Logiciels`."""
        text = self._text(texts, "account")
        found = CODE_AND_LABEL.fullmatch(text) if text else None
        return (found[1], found[2]) if found else (text, None)

    def _amount(
        self,
        reading: Reading,
        row: int,
        cells: Sequence[Cell],
        name: Field,
        wrong: list[tuple[Field, str]],
    ) -> Decimal | None:
        index = self._fields.get(name, -1)
        if not 0 <= index < len(cells):
            return None
        cell = cells[index]
        try:
            value = amount_of(cell, self._layout.mark)
        except NotAnAmountError:
            wrong.append((name, text_of(cell)))
            return None
        if value is None:
            return None
        if factor := self._layout.factors.get(name):
            value *= factor
        if value.adjusted() > LARGEST:
            wrong.append((name, text_of(cell)))
            return None
        cents = to_cents(value)
        if cents != value:
            reading.report(ROUNDED.at(line=row, text=text_of(cell)))
        return cents

    def _section(
        self, texts: list[str], chapter: str | None, account: str | None
    ) -> Section | None:
        stated = self._section_said(self._text(texts, "section") or "")
        if stated is not None:
            return stated
        if self._layout.sections.otherwise is not None and not account:
            return self._layout.sections.otherwise
        return section_of(None, chapter, account) if account or chapter else None

    def _flow(self, texts: list[str], account: str | None) -> Flow:
        said = self._text(texts, "flow")
        stated = _FLOWS.get(fold(said)) if said else None
        if stated is not None:
            return stated
        if self._layout.default_flow is not None:
            return self._layout.default_flow
        is_revenue = (account or "").startswith("7") and not (account or "").startswith(_GIVEN_BACK)
        return "revenue" if is_revenue else "expense"


_folded = remembered(1024)(fold)


def text_of(cell: Cell) -> str:
    """Return a cell as the text of a code: zeros in front kept, `65811.0` as `65811`."""
    if isinstance(cell, float):
        return str(int(cell)) if cell.is_integer() and abs(cell) < 1e15 else repr(cell)
    text = cell if isinstance(cell, str) else str(cell)
    if not text or text.isalnum():  # nothing, or a code: nothing to tidy
        return text
    text = squeeze(text)
    if text.endswith("0") and _WHOLE_FLOAT.fullmatch(text):
        return text.partition(".")[0]
    quoted = _QUOTED.fullmatch(text) if text.endswith('"') else None
    return quoted[1].strip() if quoted else text.removeprefix("'")


def amount_of(cell: Cell, mark: DecimalMark | None) -> Decimal | None:
    """Return a cell as an amount, exactly; None when it is empty. Raises NotAnAmountError."""
    if isinstance(cell, bool):
        raise NotAnAmountError(str(cell))
    if isinstance(cell, int):
        return parse(str(cell))
    if isinstance(cell, float):
        return from_float(cell)
    if isinstance(cell, str):
        return parse(cell, mark)
    raise NotAnAmountError(str(cell))


def is_total(text: str) -> bool:
    """Return whether a cell announces a total; “Total Énergies” is a supplier."""
    first = text[:1]
    # Most cells begin with another letter, or a digit: they need not be folded to know.
    if first.isascii() and first.isalnum() and first not in _TOTAL_STARTS:
        return False
    return _announces_total(text)


@remembered(4096)
def _announces_total(text: str) -> bool:
    return _TOTAL.match(fold(text[:SHOWN])) is not None
