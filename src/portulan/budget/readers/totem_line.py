"""One `LigneBudget` of a TotEM document, as a line."""

from __future__ import annotations

from collections import deque
from decimal import Decimal
from typing import cast

from lxml import etree

from portulan.budget.accounts_chart import section_of
from portulan.budget.readers.amounts import NotAnAmountError, parse
from portulan.budget.readers.complaints import BAD_AMOUNT, NO_FLOW
from portulan.budget.readers.lines import CARRIED_NATURES, Reading, Section, SourceLine

# Where the amounts of the stages are: voted, opened, realised, carried over. MtBudgPrec is the
# state before and no stage; MtReal already holds the charges attached to the year.
AMOUNTS = ("MtPrev", "CredOuv", "MtReal", "MtRAR3112")

_LAST_KNOWN_ROW = 65_535
_LINE_NAME = b"LigneBudget"


class LineReader:
    """Turns the elements of one document into lines: it knows its namespace and nomenclature."""

    def __init__(self, namespace: str, nomenclature: str | None) -> None:
        self._nomenclature = nomenclature
        self._nature = namespace + "Nature"
        self._function = namespace + "Fonction"
        self._chapter = (namespace + "ContNat", namespace + "ContFon")
        self._operation = (namespace + "Operation", namespace + "ContOp")
        self._label = namespace + "LibCpte"
        self._flow = namespace + "CodRD"
        self._kind = namespace + "OpBudg"
        self._trait = namespace + "CaracSup"
        self._amounts = tuple(namespace + name for name in AMOUNTS)

    def read(self, reading: Reading, element: etree._Element, row: int) -> SourceLine | None:
        """Return the line of an element, or None after counting why there is none."""
        reading.read += 1
        if element.get("calculated") == "true":
            reading.drop("calculated")
            return None
        said: dict[str, str] = {child.tag: child.get("V", "") for child in element}
        get = said.get
        kind = get(self._kind)
        if kind == "T":
            reading.drop("total")
            return None
        nature = get(self._nature) or None
        flow = get(self._flow)
        if flow != "D" and flow != "R":
            reading.reject(NO_FLOW.at(line=row, nature=nature or ""))
            return None
        amounts: list[Decimal | None] = []
        for name in self._amounts:
            text = get(name)
            try:
                amounts.append(parse(text) if text else None)
            except NotAnAmountError:
                field = name.rpartition("}")[2]
                reading.reject(BAD_AMOUNT.at(line=row, text=text, field=field))
                return None
        voted, opened, realised, carried_over = amounts
        chapter = get(self._chapter[0]) or get(self._chapter[1]) or None
        section = self._stated_section(element) if self._trait in said else None
        return SourceLine(
            row,
            section or section_of(self._nomenclature, chapter, nature),
            "expense" if flow == "D" else "revenue",
            kind != "1",
            nature in CARRIED_NATURES,
            chapter,
            nature,
            get(self._function) or None,
            get(self._operation[0]) or get(self._operation[1]) or None,
            label=get(self._label) or None,
            voted=voted,
            opened=opened,
            realised=realised,
            carried_over=carried_over,
        )

    def _stated_section(self, element: etree._Element) -> Section | None:
        for trait in element.iterchildren(self._trait):
            if trait.get("Code") == "Section":
                code = trait.get("V")
                return "F" if code == "F" else "I" if code == "I" else None
        return None


class RowFinder:
    """The line of the file where each element of a line starts.

    The XML library keeps these on sixteen bits. Beyond, they are counted here, in the bytes that
    go to the parser; a document in UTF-16 keeps the last number that fits.
    """

    def __init__(self) -> None:
        self._row = 1
        self._tail = b""
        self._far: deque[int] = deque()

    def feed(self, chunk: bytes) -> None:
        """Look at the bytes the parser is about to be given."""
        data = self._tail + chunk
        cut = data.rfind(b"<")
        done, self._tail = (data, b"") if cut < 0 else (data[:cut], data[cut:])
        rows = done.count(b"\n")
        if self._row + rows >= _LAST_KNOWN_ROW:
            row, position = self._row, 0
            start = done.find(_LINE_NAME)
            while start >= 0:
                opening = done.rfind(b"<", position, start)
                if opening >= 0 and not done.startswith(b"</", opening):
                    row += done.count(b"\n", position, opening)
                    position = opening
                    if row >= _LAST_KNOWN_ROW:
                        self._far.append(row)
                start = done.find(_LINE_NAME, start + len(_LINE_NAME))
        self._row += rows

    def row_of(self, element: etree._Element) -> int:
        """Return the line of the file of the next element; to be asked once for each."""
        row = cast("int | None", element.sourceline) or 0
        if row < _LAST_KNOWN_ROW or not self._far:
            return row
        return self._far.popleft()
