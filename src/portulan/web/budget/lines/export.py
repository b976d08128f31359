"""The filtered lines as the rows of a file for spreadsheets."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterator
from decimal import Decimal
from operator import attrgetter
from typing import Any

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from portulan.budget.labels import STATUSES
from portulan.budget.models import Attribution, BudgetLine, FiscalYear
from portulan.budget.words import AttributionStatus, Stage
from portulan.core.money import ZERO, exact
from portulan.core.say.country import currency
from portulan.core.say.numbers import share
from portulan.core.spreadsheet import Cell, Share
from portulan.web.budget.lines.rows import destination, line_name, verdict_words
from portulan.web.budget.words import COLUMNS
from portulan.web.language import page_language

_AT_ONCE = 1000


def rows_of_file(
    lines: QuerySet[BudgetLine], *, fiscal_year: FiscalYear, stage: Stage, suppliers: bool
) -> Iterator[list[Cell]]:
    """Yield the heads, then the lines annotated by `filtered_lines` (three queries).

    Suppliers' names leave only when asked for (docs/reference/truths.md, truth 21).
    """
    attributions = _attributions(lines)
    files = dict(fiscal_year.batches.values_list("pk", "file_name"))
    columns: list[tuple[str, Callable[[Any], Cell]]] = [
        (_("Libellé"), line_name),
        (_("Compte"), attrgetter("nature")),
        (_("Section"), attrgetter("section")),
        (_("Budget"), attrgetter("budget")),
        (_("Chapitre"), attrgetter("chapter")),
        (_("Fonction"), attrgetter("function")),
        (_("Opération"), attrgetter("operation")),
        (_("Service"), attrgetter("service")),
        (_("Gestionnaire"), attrgetter("manager")),
        *([(_("Fournisseur"), attrgetter("supplier"))] if suppliers else []),
        (_("Marché"), attrgetter("contract_ref")),
        (_("Engagement"), attrgetter("order_ref")),
        (f"{COLUMNS[stage]} ({currency().symbol} {fiscal_year.tax_basis})", attrgetter("amount")),
        (_("Périmètre"), verdict_words),
        (_("Part informatique"), _it_share),
        (_("Poste"), lambda line: line.get_post_display()),
        (
            _("Exploitation ou projet"),
            lambda line: line.get_run_build_display() if line.run_build else "",
        ),
        (_("Fléchages"), lambda line: _listed(line, attributions.get(line.pk, []))),
        (_("NR retenu (€)"), lambda line: _part(line, line.nr_share)),
        (_("NR proposé (€)"), _proposed),
        (_("Fichier"), lambda line: files[line.batch_id]),
        (_("Ligne du fichier"), attrgetter("row")),
    ]
    yield [head for head, _cell in columns]
    for line in lines.prefetch_related(None).iterator(chunk_size=_AT_ONCE):
        yield [cell(line) for _head, cell in columns]


def _part(line: Any, share: Decimal | None) -> Decimal:
    """Return a share of the amount of a line: exactly, which SQLite does not multiply."""
    return exact((line.amount or ZERO) * (share or ZERO))


def _proposed(line: Any) -> Decimal:
    return _part(line, (line.claimed_share or ZERO) - (line.nr_share or ZERO))


def _it_share(line: BudgetLine) -> Decimal | None:
    return None if line.it_share is None else Share(line.it_share.normalize())


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
