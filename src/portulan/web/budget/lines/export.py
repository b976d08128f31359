"""The filtered lines as the rows of a file for spreadsheets.

A table as a file to keep: CSV as it is read, XLSX and ODS once they are made.
"""

from __future__ import annotations

import tempfile
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import BinaryIO

from django.db.models import QuerySet
from django.http import FileResponse, StreamingHttpResponse
from django.utils.translation import gettext as _

from portulan.budget.labels import STATUSES
from portulan.budget.models import Attribution, BudgetLine, FiscalYear
from portulan.budget.words import AttributionStatus, Stage
from portulan.core.money import to_cents
from portulan.core.say.country import currency
from portulan.core.say.numbers import share
from portulan.web.budget.lines.rows import destination, line_name, verdict_words
from portulan.web.budget.words import COLUMNS
from portulan.web.language import page_language
from portulan.web.spreadsheet import Cell, csv_lines
from portulan.web.workbooks import write_ods, write_xlsx

_AT_ONCE = 1000


def rows_of_file(
    lines: QuerySet[BudgetLine], *, fiscal_year: FiscalYear, stage: Stage, suppliers: bool
) -> Iterator[list[Cell]]:
    """Yield the heads, then the lines annotated by `filtered_lines` (three queries).

    Suppliers' names leave only when asked for (docs/reference/truths.md, truth 21).
    """
    yield [*_heads(stage, fiscal_year.tax_basis, suppliers)]
    attributions = _attributions(lines)
    files = dict(fiscal_year.batches.values_list("pk", "file_name"))
    for line in lines.prefetch_related(None).iterator(chunk_size=_AT_ONCE):
        cells = _cells(line, attributions.get(line.pk, []), suppliers)
        yield [*cells, files[line.batch_id], line.row]


def _heads(stage: Stage, basis: str, suppliers: bool) -> list[str]:
    return [
        _("Libellé"),
        _("Compte"),
        _("Section"),
        _("Chapitre"),
        _("Fonction"),
        _("Opération"),
        _("Service"),
        _("Gestionnaire"),
        *([_("Fournisseur")] if suppliers else []),
        _("Marché"),
        _("Engagement"),
        f"{COLUMNS[stage]} ({currency().symbol} {basis})",
        _("Périmètre"),
        _("Part informatique"),
        _("Poste"),
        _("Exploitation ou projet"),
        _("Fléchages"),
        _("NR retenu (€)"),
        _("NR proposé (€)"),
        _("Fichier"),
        _("Ligne du fichier"),
    ]


def _cells(line: BudgetLine, given: list[Attribution], suppliers: bool) -> list[Cell]:
    return [
        line_name(line),
        line.nature,
        line.section,
        line.chapter,
        line.function,
        line.operation,
        line.service,
        line.manager,
        *([line.supplier] if suppliers else []),
        line.contract_ref,
        line.order_ref,
        line.amount,  # type: ignore[attr-defined]
        verdict_words(line),
        None if line.it_share is None else line.it_share.normalize(),
        line.get_post_display(),
        line.get_run_build_display() if line.run_build else "",
        _listed(line, given),
        to_cents(line.nr),  # type: ignore[attr-defined]
        to_cents(line.nr_proposed),  # type: ignore[attr-defined]
    ]


def _listed(line: BudgetLine, given: list[Attribution]) -> str:
    if not given:
        return _("Examiné, 0 %") if line.reviewed_on else ""
    return ", ".join(
        f"{destination(item)} {share(item.share, page_language())}"
        f" {str(STATUSES[AttributionStatus(item.status)]).lower()}"
        + (f" ({_('hors DSI')})" if item.outside_it else "")
        for item in given
    )


def _attributions(lines: QuerySet[BudgetLine]) -> dict[int, list[Attribution]]:
    """Return the attributions of the lines, in one query: prefetching would ask by chunks."""
    found: dict[int, list[Attribution]] = defaultdict(list)
    given = (
        Attribution.objects.filter(line__in=lines.order_by().values("pk"))
        .exclude(status=AttributionStatus.WITHDRAWN)
        .select_related("action")
        .order_by("pk")
    )
    for attribution in given:
        found[attribution.line_id].append(attribution)
    return found


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
