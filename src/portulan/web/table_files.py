"""A table as a file to keep: CSV as it is read, XLSX and ODS once they are made."""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Iterable, Sequence
from typing import BinaryIO

from django.http import FileResponse, StreamingHttpResponse

from portulan.web.spreadsheet import Cell, csv_lines
from portulan.web.workbooks import write_ods, write_xlsx

type Write = Callable[[BinaryIO, str, Iterable[Sequence[Cell]]], None]

CSV = "csv"
WORKBOOKS: dict[str, tuple[Write, str]] = {
    "xlsx": (write_xlsx, "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"),
    "ods": (write_ods, "application/vnd.oasis.opendocument.spreadsheet"),
}


def table_file(
    kind: str, name: str, title: str, rows: Iterable[Sequence[Cell]]
) -> StreamingHttpResponse:
    """Return the rows, heads first, as a file of this kind; memory does not grow with them.

    `kind` is CSV or one of WORKBOOKS. A CSV leaves as its rows come; a workbook is made first, on
    disk: a failure is then an error, never half a file.
    """
    if kind == CSV:
        response = StreamingHttpResponse(csv_lines(rows), content_type="text/csv; charset=utf-8")
        response["Content-Disposition"] = f'attachment; filename="{name}.{kind}"'
        return response
    write, content_type = WORKBOOKS[kind]
    stream = tempfile.TemporaryFile()  # noqa: SIM115 - closed by the response
    try:
        write(stream, title, rows)
        stream.seek(0)
    except BaseException:
        stream.close()
        raise
    return FileResponse(
        stream, as_attachment=True, filename=f"{name}.{kind}", content_type=content_type
    )
