"""Lines as a sheet that somebody takes, and gives back."""

from __future__ import annotations

from collections.abc import Callable

from django.http import StreamingHttpResponse

from portulan.accounts.access import Operation
from portulan.budget.models import Attribution, FiscalYear
from portulan.core.errors import NotFoundError
from portulan.core.workbooks import MOST_ROWS, WRITERS, Sheet
from portulan.web.downloads import CSV, table_file, tell_export
from portulan.web.requests import OrganisationRequest


def handed_over(
    request: OrganisationRequest,
    *,
    sheet: Callable[..., Sheet],
    fiscal_year: FiscalYear,
    count: Callable[[], int],
    kind: str,
    title: str,
    name: str,
) -> StreamingHttpResponse:
    """Hand over lines as a sheet that comes back. Raises NotFoundError, DeniedError.

    `count` is how many lines it has: a workbook holds no more rows than a spreadsheet.
    """
    suppliers = "suppliers" in request.GET
    if suppliers:
        request.actor.require(Operation.EDIT_BUDGET)
    if kind in WRITERS:
        given = Attribution.objects.filter(line__fiscal_year=fiscal_year).count()
        kind = "" if count() + given >= MOST_ROWS else kind
    if kind != CSV and kind not in WRITERS:
        raise NotFoundError(name)
    tell_export(request, "lines")
    return table_file(kind, name, [sheet(title=title, suppliers=suppliers)])
