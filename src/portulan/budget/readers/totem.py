"""TotEM: the XML of budgetary documents (BP, DM, BS, CA) and of single accounts (CFU).

Each value is an attribute `V` of an element of `LigneBudget`. The document is read by pieces and
the elements read are dropped, so memory does not grow with the file. Nothing outside the file is
fetched: a DOCTYPE is refused, entities and network are off.
Format: `http://www.minefi.gouv.fr/cp/demat/docbudgetaire`, rules of DESIGN section 5.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import chain
from typing import cast

from lxml import etree

from portulan.budget.accounts_chart import tax_basis
from portulan.budget.readers.complaints import NO_YEAR, WRONG_ENCODING
from portulan.budget.readers.encodings import Encoding, detect_encoding
from portulan.budget.readers.lines import Header, Reading, SourceLine
from portulan.budget.readers.sources import Source
from portulan.budget.readers.totem_line import LineReader, RowFinder
from portulan.core.problems import ProblemKind, UnusableInputError

type _Event = tuple[str, etree._Element]

NAME = "totem"
ROOTS = ("DocumentBudgetaire", "CompteFinancierUnique")
DELTAS = ("02", "03")  # NatDec: DM, BS; 01 BP, 09 CA, 10 CFU

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
    fr="Le XML est invalide ou tronqué à la ligne {at} ({reason}). Refaites l’export ou le"
    " téléchargement.",
    en="The XML is invalid or cut short at line {at} ({reason}). Export or download it again.",
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
_UTF8 = frozenset({"utf-8", "utf8", "utf-8-sig", "us-ascii", "ascii"})
_LATIN1 = frozenset({"iso-8859-1", "iso8859-1", "latin1", "latin-1"})
_PROLOG = re.compile(r"(?:\s+|<\?.*?\?>|<!--.*?-->)*", re.DOTALL)
_ROOT = re.compile(r"<(?:[\w.-]+:)?([\w.-]+)")
_DECLARED = re.compile(rb"""^\s*<\?xml[^>]*?encoding\s*=\s*["']([A-Za-z0-9._-]+)["']""")
_HEADERS = ("EnTeteDocBudgetaire", "EnTeteBudget", "BlocBudget")
_LINE = "LigneBudget"
_WANTED = (*_HEADERS, _LINE)


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
    forced = _encoding_to_force(declared, actual)
    document = _Document(source, forced)
    header = document.read_header(declared)

    def lines(reading: Reading) -> Iterator[SourceLine]:
        if forced and forced != "cp1252":
            reading.report(WRONG_ENCODING.at(declared=declared, actual=forced))
        if header.year is None:
            reading.report(NO_YEAR.at())
        yield from document.lines(reading)

    return Reading(header, lines, source.close)


def _declared_encoding(head: bytes) -> str | None:
    found = _DECLARED.match(head.removeprefix(b"\xef\xbb\xbf"))
    return found[1].decode("ascii").lower() if found else None


def _encoding_to_force(declared: str, actual: Encoding) -> str | None:
    """Return the encoding to read with when the bytes contradict the one declared.

    Windows tools write cp1252 and call it iso-8859-1: read as such, it is not worth a warning.
    """
    if actual.is_ascii:
        return None
    if actual.codec in ("utf-8", "utf-8-sig"):
        return None if declared in _UTF8 else "utf-8"
    if declared in _UTF8:
        return "windows-1252" if actual.codec == "cp1252" else actual.codec
    return "cp1252" if declared in _LATIN1 and actual.codec == "cp1252" else None


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


class _Document:
    """The pulling of elements out of a TotEM document, a piece of the file at a time."""

    def __init__(self, source: Source, encoding: str | None) -> None:
        self._stream = source.stream
        self._stream.seek(0)
        self._pull = etree.XMLPullParser(
            events=("start", "end"),
            tag=[f"{{*}}{name}" for name in (*ROOTS, *_WANTED)],
            encoding=encoding,
            resolve_entities=False,
            load_dtd=False,
            no_network=True,
            huge_tree=False,
            remove_comments=True,
            remove_pis=True,
        )
        self._finder = RowFinder()
        self._root: etree._Element | None = None
        self._elements = self._read()
        self._first: etree._Element | None = None
        self._nomenclature: str | None = None

    def read_header(self, encoding: str) -> Header:
        """Return what the document says before its first line."""
        said: dict[str, str] = {}
        seen = set()
        for element in self._elements:
            name = _local_name(element)
            if name == _LINE:
                self._first = element
                break
            seen.add(name)
            for field, value in _values(element).items():
                if value:
                    said.setdefault(field, value)
        if self._first is None and not seen & {"EnTeteBudget", "BlocBudget"}:
            raise UnusableInputError(NO_BUDGET.at())
        self._nomenclature = said.get("Nomenclature")
        year = said.get("Exer", "")
        return Header(
            format=NAME,
            encoding=encoding,
            siret=said.get("IdEtab") or said.get("IdColl"),
            name=said.get("LibelleColl"),
            budget=said.get("LibelleEtab"),
            nomenclature=self._nomenclature,
            year=int(year) if re.fullmatch(r"[0-9]{4}", year) else None,
            delta=said.get("NatDec") in DELTAS,
            tax_basis=tax_basis(self._nomenclature),
        )

    def lines(self, reading: Reading) -> Iterator[SourceLine]:
        """Yield the lines that are not totals, each read once."""
        if self._first is None:
            return
        read = LineReader(self._first.tag.removesuffix(_LINE), self._nomenclature).read
        other_budget = False
        for element in chain([self._first], self._elements):
            if not element.tag.endswith(_LINE):
                if not other_budget:
                    reading.report(SEVERAL_BUDGETS.at())
                other_budget = True
            elif other_budget:
                reading.read += 1
                reading.drop("other-budget")
            elif line := read(reading, element, self._finder.row_of(element)):
                yield line

    def _read(self) -> Iterator[etree._Element]:
        """Yield the wanted elements, complete, and drop from the tree what has been passed."""
        try:
            while chunk := self._stream.read(_CHUNK):
                self._finder.feed(chunk)
                self._pull.feed(chunk)
                yield from self._completed()
                self._prune()
            self._pull.close()
            yield from self._completed()
        except etree.XMLSyntaxError as error:
            raise UnusableInputError(
                NOT_XML.at(line=error.lineno, at=error.lineno or 1, reason=error.msg)
            ) from None

    def _completed(self) -> Iterator[etree._Element]:
        for event, element in cast("Iterator[_Event]", self._pull.read_events()):
            if self._root is None:
                self._root = element
                if element.getroottree().docinfo.internalDTD is not None:
                    raise UnusableInputError(DOCTYPE.at())
            elif event == "end" and element.tag.endswith(_WANTED):
                yield element

    def _prune(self) -> None:
        """Remove the closed elements but the last of each level, which may still be open.

        Not inside a line or a header: what it has so far is wanted when it closes.
        """
        node = self._root
        while node is not None and len(node):
            del node[:-1]
            node = node[0]
            if node.tag.endswith(_WANTED):
                return


def _values(element: etree._Element) -> dict[str, str]:
    """Return the values of the children of a header, by local name."""
    return {_local_name(child): child.get("V", "") for child in element}


def _local_name(element: etree._Element) -> str:
    """Return the name without its namespace, which a hostile file may have made unreadable."""
    return element.tag.rpartition("}")[2]
