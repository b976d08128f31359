"""A table as a file to keep: CSV as it is read, XLSX and ODS once they are made."""

from __future__ import annotations

import tempfile
from collections.abc import Iterable, Sequence

from django.http import FileResponse, HttpResponse, StreamingHttpResponse

from portulan.accounts.peers import client_address
from portulan.accounts.security import Event, tell
from portulan.core.spreadsheet import Cell, csv_lines
from portulan.core.workbooks import SHEETS, Sheet
from portulan.web.requests import OrganisationRequest

CSV = "csv"
_CSV_TYPE = "text/csv; charset=utf-8"
_TYPES = {
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "ods": "application/vnd.oasis.opendocument.spreadsheet",
}


def tell_export(request: OrganisationRequest, what: str) -> None:
    """Write in the security journal that somebody takes that away: its page has the words."""
    tell(
        Event.EXPORTED,
        organisation_id=request.actor.organisation_id,
        by=request.actor.person_id,
        address=client_address(request),
        details={"what": what},
    )


def csv_response(name: str, rows: Iterable[Iterable[Cell]]) -> HttpResponse:
    """Return the rows, heads first, as a file to keep; the rows must fit in memory."""
    response = HttpResponse("".join(csv_lines(rows)), content_type=_CSV_TYPE)
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    return response


def table_file(kind: str, name: str, sheets: Sequence[Sheet]) -> StreamingHttpResponse:
    """Return sheets, heads first, as a file of this kind; memory does not grow with their rows.

    `kind` is CSV, which has the first of them, or one of WRITERS. A CSV leaves as its rows come; a
    workbook is made first, on disk: a failure is then an error, never half a file.
    """
    if kind == CSV:
        response = StreamingHttpResponse(csv_lines(sheets[0].rows), content_type=_CSV_TYPE)
        response["Content-Disposition"] = f'attachment; filename="{name}.{kind}"'
        return response
    stream = tempfile.TemporaryFile()  # noqa: SIM115 - closed by the response
    try:
        SHEETS[kind](stream, sheets)
        stream.seek(0)
    except BaseException:
        stream.close()
        raise
    return FileResponse(
        stream, as_attachment=True, filename=f"{name}.{kind}", content_type=_TYPES[kind]
    )
