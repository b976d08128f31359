"""A file that a person gives, opened and read as a table of actions."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Mapping
from typing import BinaryIO

from portulan.core.tables.sources import open_source
from portulan.plans.tables.formats.registry import TABLES, grids_of, read_any
from portulan.plans.tables.reading import TableReading
from portulan.plans.tables.reads import remembered_columns


def open_table(
    given: str | os.PathLike[str] | BinaryIO,
    columns: Mapping[str, str] | None = None,
    *,
    organisation_id: int,
    name: str | None = None,
) -> tuple[TableReading, str]:
    """Return what a file says of actions, and its SHA-256. Raises UnusableInputError.

    Columns that nobody says are those of the last table of the same titles, else guessed.
    """
    with open_source(given, name, TABLES) as source:
        grids = grids_of(source)
        if columns is None:
            columns = remembered_columns(organisation_id, grids)
        return read_any(grids, columns), digest_of(source.stream)


def digest_of(stream: BinaryIO) -> str:
    """Return the SHA-256 of a stream, which is rewound."""
    digest = hashlib.sha256()
    stream.seek(0)
    while piece := stream.read(1 << 20):
        digest.update(piece)
    stream.seek(0)
    return digest.hexdigest()
