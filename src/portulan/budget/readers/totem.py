"""TotEM: the XML of budgetary documents (BP, DM, BS, CA) and of single accounts (CFU).

Each value is an attribute `V` of an element of `LigneBudget`. The document is read by pieces
(`markup`), so memory does not grow with the file; a DOCTYPE is refused.
Format: `http://www.minefi.gouv.fr/cp/demat/docbudgetaire`, rules of docs/reference/formats.md.

One `LigneBudget` of a TotEM document, as a line.
"""

from __future__ import annotations

import codecs
import re
from collections.abc import Iterator, Mapping
from decimal import Decimal
from itertools import chain
from typing import BinaryIO

from portulan.budget.accounts_chart import section_of, tax_basis
from portulan.budget.readers.facts import Facts
from portulan.budget.readers.findings import BAD_AMOUNT, NO_FLOW, NO_YEAR, WRONG_ENCODING
from portulan.budget.readers.lines import (
    CARRIED_NATURES,
    Header,
    Reading,
    Section,
    SourceLine,
    start_from,
)
from portulan.budget.words import Act
from portulan.core.say.text import ProblemKind, Text, UnusableInputError
from portulan.core.tables.amounts import NotAnAmountError, parse
from portulan.core.tables.cells import day_of
from portulan.core.tables.encodings import NOT_TEXT, Encoding, detect_encoding
from portulan.core.tables.sources import Source
from portulan.core.tables.xml_pieces import DoctypeError, Markup, MarkupError

NAME = "totem"
FACTS = Facts(
    label=Text(fr="TotEM (XML)", en="TotEM (XML)"),
    dropped={
        "calculated": Text(fr="sous-totaux calculés", en="calculated subtotals"),
        "other-budget": Text(fr="lignes d’un autre budget", en="lines of another budget"),
    },
)
ROOTS = ("DocumentBudgetaire", "CompteFinancierUnique")
ANNEX = "A"  # CodTypBud; P is the main budget


# NatDec.
ACTS = {
    "01": Act.PRIMARY,
    "02": Act.AMENDING,
    "03": Act.SUPPLEMENTARY,
    "09": Act.CLOSING,
    "10": Act.CLOSING,
}
DOCTYPE = ProblemKind(
    "doctype",
    "error",
    fr="Ce XML contient une déclaration DOCTYPE ou des entités, refusées par sécurité. Un fichier"
    " TotEM n’en a pas : refaites l’export.",
    en="This XML holds a DOCTYPE or entities, refused for safety. A TotEM file has none: export it"
    " again.",
)
NOT_TOTEM = ProblemKind(
    "not-totem",
    "error",
    fr="Ce document commence par « {root} » : ce n’est pas un budget TotEM (DocumentBudgetaire ou"
    " CompteFinancierUnique attendu).",
    en="This document starts with “{root}”: it is not a TotEM budget (DocumentBudgetaire or"
    " CompteFinancierUnique expected).",
)
NOT_XML = ProblemKind(
    "invalid-xml",
    "error",
    fr="Le XML est invalide ou tronqué à la ligne {at}. Refaites l’export ou le téléchargement.",
    en="The XML is invalid or cut short at line {at}. Export or download it again.",
)
NO_BUDGET = ProblemKind(
    "no-budget",
    "error",
    fr="Ce document TotEM ne contient pas de budget (élément Budget absent).",
    en="This TotEM document holds no budget (no Budget element).",
)
SEVERAL_BUDGETS = ProblemKind(
    "several-budgets",
    "error",
    fr="Le document contient plusieurs budgets. Seul le premier a été lu : séparez-les.",
    en="The document holds several budgets. Only the first was read: split them.",
)
_CHUNK = 1 << 16
_ABOUT = "InformationsGenerales"  # statistics of the body, its inhabitants among them
_UTF8 = frozenset({"utf-8", "utf8", "utf-8-sig", "us-ascii", "ascii"})
_LATIN1 = frozenset({"iso-8859-1", "iso8859-1", "latin1", "latin-1"})
_EIGHT_BITS = re.compile(r"iso-?8859-(?:[1-9]|1[013-6])|latin-?1|(?:windows-|cp)125[0-8]")
_PROLOG = re.compile(r"(?:\s+|<\?.*?\?>|<!--.*?-->)*", re.DOTALL)
_ROOT = re.compile(r"<(?:[\w.-]+:)?([\w.-]+)")
_DECLARED = re.compile(rb"""^\s*<\?xml[^>]*?encoding\s*=\s*["']([A-Za-z0-9._-]+)["']""")
_HEADERS = frozenset({"EnTeteDocBudgetaire", "EnTeteBudget", "BlocBudget"})
_TOLD_BY_CODE = frozenset({"Information", "CaracSup"})
LINE = "LigneBudget"
_WANTED = _HEADERS | {_ABOUT, LINE}


def recognises(source: Source) -> bool:
    """Return whether the file is XML, TotEM or not: other readers have no use for XML."""
    head = source.head.lstrip(b"\xef\xbb\xbf\xff\xfe \t\r\n\x00")
    return head.startswith(b"<")


def open_reading(source: Source, *, mapping: object = None) -> Reading:
    """Open a TotEM document: its header is read, its lines wait. The reading closes the source.

    Raises UnusableInputError when it is not TotEM, has a DOCTYPE, or holds no budget.
    """
    actual = detect_encoding(source.stream)
    declared = _declared_encoding(source.head) or actual.codec
    _check_prolog(source.head.decode(actual.codec, "ignore"))
    codec = _codec_of(declared, actual)
    blocks = _blocks(source.stream, codec)
    header, first = _header(blocks, declared)
    lied = not actual.is_ascii and (declared in _UTF8) != (codec in _UTF8) and not _is_wide(codec)

    def lines(reading: Reading) -> Iterator[SourceLine]:
        if lied:
            reading.report(WRONG_ENCODING.at(declared=declared, actual=codec))
        if header.year is None:
            reading.report(NO_YEAR.at())
        if first is not None:
            yield from _lines(reading, chain([first], blocks))

    return Reading(header, lines, source.close)


def _declared_encoding(head: bytes) -> str | None:
    found = _DECLARED.match(head.removeprefix(b"\xef\xbb\xbf"))
    return found[1].decode("ascii").lower() if found else None


def _codec_of(declared: str, actual: Encoding) -> str:
    """Return the encoding to read with: the one seen in the bytes, whatever is declared.

    Eight bits look alike: there, the one declared is believed. Windows tools write cp1252 and call
    it iso-8859-1: read as such, it is not worth a warning.
    """
    eight_bits = actual.codec in ("cp1252", "iso-8859-15")
    if not eight_bits or not _EIGHT_BITS.fullmatch(declared):
        return actual.codec
    return "cp1252" if declared in _LATIN1 and actual.codec == "cp1252" else declared


def _is_wide(codec: str) -> bool:
    return codec.startswith(("utf-16", "utf-32"))


def _check_prolog(text: str) -> None:
    start = _PROLOG.match(text)
    rest = text[start.end() :] if start else text
    if rest.lower().startswith("<!doctype html"):
        raise UnusableInputError(NOT_TOTEM.at(root="html"))
    if rest.startswith("<!"):
        raise UnusableInputError(DOCTYPE.at())
    root = _ROOT.match(rest)
    name = root[1] if root else rest[:20].strip()
    if name not in ROOTS:
        raise UnusableInputError(NOT_TOTEM.at(root=name))


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


class _Document(Markup[Block]):
    """The headers and the lines of a TotEM document, each with what its children say."""

    def __init__(self) -> None:
        super().__init__()
        self._open: Block | None = None
        self.deepest = 0

    def start(self, name: str, attributes: Mapping[str, str]) -> None:
        block = self._open
        if ":" in name:
            name = name.rpartition(":")[2]
        if block is not None:
            if self.depth == self.deepest + 1:
                # Its value is its attribute V.
                value = attributes.get("V", "")
                if name in _TOLD_BY_CODE:
                    name = block.name_of(name, attributes.get("Code", ""), value)
                block.values[name] = value
        elif name in _WANTED:
            self._open = Block(name, self.line, attributes.get("calculated") == "true")
            self.deepest = self.depth

    def end(self, name: str) -> None:
        if self._open is not None and self.depth == self.deepest:
            self.found.append(self._open)
            self._open = None
            self.deepest = 0


def _blocks(stream: BinaryIO, encoding: str) -> Iterator[Block]:
    """Yield the headers and the lines. Raises UnusableInputError where the XML is broken."""
    stream.seek(0)
    decode = codecs.getincrementaldecoder(encoding)().decode
    pieces = iter(lambda: decode(piece) if (piece := stream.read(_CHUNK)) else None, None)
    try:
        yield from _Document().read(pieces)
    except DoctypeError:
        raise UnusableInputError(DOCTYPE.at()) from None
    except MarkupError as error:
        at = error.line
        raise UnusableInputError(NOT_XML.at(line=at, at=at)) from None
    except UnicodeDecodeError as error:
        raise UnusableInputError(NOT_TEXT.at()) from error


def _header(blocks: Iterator[Block], encoding: str) -> tuple[Header, Block | None]:
    """Return what the document says before its first line, and that line."""
    said: dict[str, str] = {}
    seen = set()
    first = None
    population = ""
    for block in blocks:
        if block.name == LINE:
            first = block
            break
        if block.name == _ABOUT:
            population = population or re.sub(r"\s", "", block.values.get("PopTot", ""))
            continue
        seen.add(block.name)
        for field, value in block.values.items():
            if value:
                said.setdefault(field, value)
    if first is None and not seen & {"EnTeteBudget", "BlocBudget"}:
        raise UnusableInputError(NO_BUDGET.at())
    nomenclature = said.get("Nomenclature")
    year = said.get("Exer", "")
    act = ACTS.get(said.get("NatDec", ""))
    header = Header(
        format=NAME,
        encoding=encoding,
        siret=said.get("IdEtab") or said.get("IdColl"),
        name=said.get("LibelleColl"),
        budget=said.get("LibelleEtab"),
        nomenclature=nomenclature,
        year=int(year) if re.fullmatch(r"[0-9]{4}", year) else None,
        annex=said.get("CodTypBud") == ANNEX,
        act=act,
        number=(said.get("NumDec") or "")[:10] or None,
        # A CFU has a date that is no vote: the first day of its year.
        voted_on=None if act is Act.CLOSING else day_of(said.get("DteDec", "")),
        tax_basis=tax_basis(nomenclature),
        population=int(population) if re.fullmatch(r"[0-9]{1,9}", population) else None,
    )
    return header, first


def _lines(reading: Reading, blocks: Iterator[Block]) -> Iterator[SourceLine]:
    """Yield the lines that are not totals, each read once."""
    nomenclature = reading.header.nomenclature
    other_budget = False
    for block in blocks:
        if block.name == _ABOUT:
            continue
        if block.name != LINE:
            if not other_budget:
                reading.report(SEVERAL_BUDGETS.at())
            other_budget = True
        elif other_budget:
            reading.read += 1
            reading.drop("other-budget")
        elif line := read_line(reading, block, nomenclature):
            yield line


# Where the amounts of the stages are: voted, opened, realised, carried over; MtReal already holds
# the charges attached to the year. What a change starts from is no stage.
AMOUNTS = ("MtPrev", "CredOuv", "MtReal", "MtRAR3112")
BEFORE = "MtBudgPrec"
AUTHORISATION = "ProgAutoNum"  # of several years (AP); it stands for an operation without a number


# Service, manager, supplier, order and contract are no part of a budgetary document, which is of
# one budget.
_UNSAID = (None,) * 6


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
        None,
        voted,
        opened,
        None,
        realised,
        carried_over,
    )
    if reading.header.delta:
        start_from(reading, line, get(BEFORE, ""), field=BEFORE)
    return line
