"""What is kept of a file before it is confirmed: its report, with what it proves and asks."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any

from portulan.budget.imports.inspection import Document, asked, document_of
from portulan.budget.imports.kept_lines import keeping_lines, lines_path
from portulan.budget.imports.orders import noting_managers
from portulan.budget.imports.pieces import Parts, noting_parts, parts_told
from portulan.budget.imports.reads import known_of
from portulan.budget.models import ORDER_BOOK, FiscalYear
from portulan.budget.readers import facts_of, open_reading
from portulan.budget.readers.lines import AskedError, Header, Reading
from portulan.budget.words import SourceQuality
from portulan.core.money import as_text
from portulan.core.say.text import Language
from portulan.core.uploads import upload_path

_MOST_SUMS = 500  # rows of totals told of one file


@dataclass(frozen=True, slots=True)
class Received:
    """A file kept, its name, and what a person says of it; `recalled` was said of another file."""

    sha256: str
    name: str
    mapping: Mapping[str, int | str]
    recalled: bool = False


def read(
    received: Received, fiscal_year: FiscalYear, language: Language
) -> tuple[Header, Document]:
    """Read a file whole, keep its lines aside, and return what it says; or what it asks first.

    To be called outside any transaction: a long reading must not hold the writers' lock. Raises
    UnusableInputError.
    """
    managers: set[str] = set()
    parts: Parts = {}
    path, name, mapping = upload_path(received.sha256), received.name, received.mapping
    try:
        with (
            open_reading(
                path,
                name=name,
                mapping=mapping or None,
                # Columns remembered were chosen for another file: its titles say their own year.
                year=None if received.recalled else fiscal_year.year,
            ) as opened,
            keeping_lines(
                noting_parts(noting_managers(opened, managers), parts),
                lines_path(received.sha256, name, mapping),
            ) as reading,
        ):
            header = reading.header
            report = document_of(reading, language, known=known_of(fiscal_year, header))
            report["before"] = {section: as_text(sum_) for section, sum_ in reading.before.items()}
            report |= _understood(reading) | {"parts": parts_told(parts)}
    except AskedError as error:
        header, report = error.header, asked(error, language) | _understood(error)
    if managers:
        report["managers"] = sorted(managers)
    if received.recalled:
        report["recalled"] = True
    return header, report


def _understood(found: Reading | AskedError) -> Document:
    """Return how a table is understood: its columns, its sheets, its rows that say sums."""
    return {
        "columns": [asdict(column) for column in found.columns],
        "sheets": list(found.sheets),
        "sums": [asdict(row) for row in found.sums[:_MOST_SUMS]],
    }


def said_by(header: Header, report: Document) -> dict[str, Any]:
    """Return the fields of an import that its file says."""
    return {
        "format": header.format,
        "quality": _quality(header.format),
        "encoding": _cut(header.encoding, 20),
        "siret": _cut(header.siret, 14),
        "entity": (header.budget or header.name or "")[:200],
        "nomenclature": _cut(header.nomenclature, 40),
        # Orders are in the amounts of the lines already: they bring no stage to the year.
        "stages": [] if header.format == ORDER_BOOK else report["stages"],
        "delta": header.delta,
        "act": header.act,
        "number": header.number,
        "voted_on": header.voted_on,
        "report": report,
    }


def _quality(format_: str) -> SourceQuality:
    facts = facts_of(format_)
    is_ledger = facts is not None and facts.knows_services
    return SourceQuality.LEDGER if is_ledger else SourceQuality.ACCOUNTS


def _cut(text: str | None, length: int) -> str:
    return (text or "")[:length]
