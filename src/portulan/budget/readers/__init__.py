"""Readers of accounts: one pure module per format, told by content and never by extension.

To add a format, write its module (`NAME`, `FACTS`, `recognises`, `open_reading`) and add it to
DOCUMENTS or to TABLES.
"""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from importlib import import_module
from typing import TYPE_CHECKING, BinaryIO, Protocol, cast

if TYPE_CHECKING:
    from portulan.budget.readers.facts import Facts
    from portulan.budget.readers.lines import Reading
    from portulan.core.tables.sources import Source

# In the order they are tried. Loaded when first needed: a web process that reads no file does
# without their parsers.
DOCUMENTS = ("totem", "scdl")
# A person who says the columns of a table has the last word; the last takes what others leave.
TABLES = ("balances", "fec", "astre", "chorus", "state", "opendata", "orders", "ledger")
FORMATS = (*DOCUMENTS, *TABLES)


class Format(Protocol):
    """What a module of this folder offers to be a format."""

    NAME: str
    FACTS: Facts

    def recognises(self, source: Source) -> bool:
        """Return whether the content is for this reader, which then says what is wrong with it."""

    def open_reading(self, source: Source, *, mapping: Mapping[str, int | str] | None) -> Reading:
        """Read the header; the reading closes the source. Raises UnusableInputError."""


def open_reading(
    given: str | os.PathLike[str] | BinaryIO,
    *,
    name: str | None = None,
    mapping: Mapping[str, int | str] | None = None,
    year: int | None = None,
) -> Reading:
    """Open accounts of any known format.

    `name` is how sentences call the file; `mapping` gives the column (index from 0, or title) of
    each field of a table, which is then read as a ledger; documents have no use for it. `year` is
    the fiscal year that a file of several is read for. Raises UnusableInputError with the sentence
    to show, AskedError where an answer in the mapping would do.
    """
    from portulan.budget.readers.facts import ACCOUNTS
    from portulan.core.tables.sources import open_source

    source = open_source(given, name, ACCOUNTS)
    source.year = year
    try:
        formats = (_load(module) for module in FORMATS)
        reader = next(reader for reader in formats if reader.recognises(source))
        # Whose accounts and of which year may be said of any; columns are those of a ledger.
        if mapping and mapping.keys() - {"entity", "year"} and reader.NAME in TABLES:
            from portulan.budget.readers.ledger_mapping import kind_asked

            reader = _load(kind_asked(mapping))
        return reader.open_reading(source, mapping=mapping)
    except BaseException:
        source.close()
        raise


def facts_of(name: str) -> Facts | None:
    """Return what a format says of itself; None of what no reader reads, as typed figures."""
    return _load(name).FACTS if name in FORMATS else None


def first_fitting(
    given: str | os.PathLike[str] | BinaryIO, candidates: Sequence[Mapping[str, int | str]]
) -> int | None:
    """Return the place of the first mapping by title whose columns are all in a table of the file.

    None when there is none, or when the file is no table whose columns a person may say.
    """
    from portulan.budget.readers.ledger_titles import fits
    from portulan.core.say.text import UnusableInputError
    from portulan.core.tables.sources import open_source
    from portulan.core.tables.tabular import tables_of

    try:
        with open_source(given) as source:
            if any(_load(module).recognises(source) for module in DOCUMENTS):
                return None
            tables = tables_of(source).by_name.values()
            fitting = (
                at
                for at, candidate in enumerate(candidates)
                if any(fits(table, candidate) for table in tables)
            )
            return next(fitting, None)
    except UnusableInputError:
        return None  # whoever reads the file says why


def _load(module: str) -> Format:
    return cast("Format", import_module(f"{__name__}.{module}"))
