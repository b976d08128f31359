"""The lines of a file, kept from its preview to its confirmation.

What was shown is what is written, and a long file is read once: writing holds every other writer.
They stand beside the file received, in a name that says what they were read with; where there are
none (another version, a restored backup, a preview of days ago), the file is read again.
"""

from __future__ import annotations

import csv
import json
import os
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from decimal import Decimal
from hashlib import sha256
from pathlib import Path
from typing import TextIO

from django.conf import settings

from portulan import __version__
from portulan.budget.models import ImportBatch
from portulan.budget.readers import open_reading
from portulan.budget.readers.lines import Header, Reading, SourceLine
from portulan.core.uploads import INCOMING, upload_path

_TEXTS, _AMOUNTS = (SourceLine._fields.index(name) for name in ("chapter", "voted"))


def lines_path(upload: str, name: str, mapping: Mapping[str, int | str] | None) -> Path:
    """Return where the lines of the file of this hash are, read under this name and mapping."""
    told = json.dumps([__version__, SourceLine._fields, name, mapping or {}], sort_keys=True)
    return upload_path(upload).with_name(f"{upload}-{sha256(told.encode()).hexdigest()[:16]}")


@contextmanager
def keeping_lines(reading: Reading, path: Path) -> Iterator[Reading]:
    """Give the same reading to be read to its end; its lines are kept if nothing goes wrong."""
    descriptor, name = tempfile.mkstemp(dir=settings.UPLOADS, prefix=INCOMING)
    try:
        with open(descriptor, "w", newline="", encoding="utf-8", errors="surrogatepass") as stream:
            write = csv.writer(stream).writerow

            def keep(line: SourceLine) -> SourceLine:
                write(line)
                return line

            yield reading.changed_by(keep)
            # Whole or not there, even if the power fails: they are taken for the file.
            stream.flush()
            os.fsync(stream.fileno())
        Path(name).replace(path)
    except BaseException:
        Path(name).unlink(missing_ok=True)
        raise


def reading_of(batch: ImportBatch) -> Reading:
    """Return the lines of a previewed file once more. Raises UnusableInputError."""
    path = lines_path(batch.sha256, batch.file_name, batch.mapping)
    try:
        stream = path.open(newline="", encoding="utf-8", errors="surrogatepass")
    except FileNotFoundError:
        # Named as in the preview: a name may say what the file does not.
        upload = upload_path(batch.sha256)
        return open_reading(
            upload,
            name=batch.file_name,
            mapping=batch.mapping or None,
            year=batch.fiscal_year.year,
        )
    return Reading(Header(batch.format), lambda _reading: _lines(stream), stream.close)


def forget_lines(batch: ImportBatch) -> None:
    """Remove the lines kept of a file that has become an import."""
    lines_path(batch.sha256, batch.file_name, batch.mapping).unlink(missing_ok=True)


def _lines(stream: TextIO) -> Iterator[SourceLine]:
    for cells in csv.reader(stream):
        row, section, flow, real, carried = cells[:_TEXTS]
        yield SourceLine._make(
            (
                int(row),
                section or None,
                flow,
                real == "True",
                carried == "True",
                *[text or None for text in cells[_TEXTS:_AMOUNTS]],
                *[Decimal(text) if text else None for text in cells[_AMOUNTS:]],
            )
        )
