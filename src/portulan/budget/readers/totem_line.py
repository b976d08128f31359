"""One `LigneBudget` of a TotEM document, as a line."""

from __future__ import annotations

from decimal import Decimal

from portulan.budget.accounts_chart import section_of
from portulan.budget.readers.amounts import NotAnAmountError, parse
from portulan.budget.readers.findings import BAD_AMOUNT, NO_FLOW
from portulan.budget.readers.lines import CARRIED_NATURES, Reading, Section, SourceLine
from portulan.budget.readers.opening_states import start_from

LINE = "LigneBudget"
# Where the amounts of the stages are: voted, opened, realised, carried over; MtReal already holds
# the charges attached to the year. What a change starts from is no stage.
AMOUNTS = ("MtPrev", "CredOuv", "MtReal", "MtRAR3112")
BEFORE = "MtBudgPrec"
AUTHORISATION = "ProgAutoNum"  # of several years (AP); it stands for an operation without a number
# Service, manager, supplier, order and contract are no part of a budgetary document.
_UNSAID = (None,) * 5


class Block:
    """A header or a line: its name without prefix, where it starts, what its children say."""

    __slots__ = ("calculated", "name", "row", "section", "values")

    def __init__(self, name: str, row: int, calculated: bool) -> None:
        self.name = name
        self.row = row
        self.calculated = calculated
        self.values: dict[str, str] = {}
        self.section: Section | None = None

    def name_of(self, name: str, code: str, value: str) -> str:
        """Return under what name to keep a child that a code tells apart; note the section."""
        if name == "Information" or code == AUTHORISATION:
            return code
        if code == "Section" and self.section is None:
            self.section = "F" if value == "F" else "I" if value == "I" else None
        return name


def read_line(reading: Reading, block: Block, nomenclature: str | None) -> SourceLine | None:
    """Return the line of a `LigneBudget`, or None after counting why there is none."""
    reading.read += 1
    if block.calculated:
        reading.drop("calculated")
        return None
    get = block.values.get
    kind = get("OpBudg")
    if kind == "T":
        reading.drop("total")
        return None
    nature = get("Nature") or None
    flow = get("CodRD")
    if flow != "D" and flow != "R":
        reading.reject(NO_FLOW.at(line=block.row, nature=nature or ""))
        return None
    amounts: list[Decimal | None] = []
    for name in AMOUNTS:
        text = get(name)
        try:
            amounts.append(parse(text) if text else None)
        except NotAnAmountError:
            reading.reject(BAD_AMOUNT.at(line=block.row, text=text, field=name))
            return None
    voted, opened, realised, carried_over = amounts
    chapter = get("ContNat") or get("ContFon") or None
    line = SourceLine(
        block.row,
        block.section or section_of(nomenclature, chapter, nature),
        "expense" if flow == "D" else "revenue",
        kind != "1",
        nature in CARRIED_NATURES,
        chapter,
        nature,
        get("Fonction") or None,
        get("Operation") or get("ContOp") or get(AUTHORISATION) or None,
        *_UNSAID,
        get("LibCpte") or None,
        voted,
        opened,
        None,
        realised,
        carried_over,
    )
    if reading.header.delta:
        start_from(reading, line, get(BEFORE, ""), field=BEFORE)
    return line
