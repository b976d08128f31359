"""The filtered lines as the rows of a file for spreadsheets.

A line costs little more than reading it: it is read as a tuple, and what is said of many lines is
said once.
"""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from functools import cache
from itertools import chain

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from portulan.budget.labels import POSTS, RUN_BUILD, STATUSES
from portulan.budget.models import Attribution, BudgetLine, FiscalYear
from portulan.budget.words import AttributionStatus, Stage
from portulan.core.money import CENT, ZERO, exact
from portulan.core.say.country import currency, local, tax_words
from portulan.core.say.numbers import share as share_words
from portulan.core.spreadsheet import Cell, Share
from portulan.web.budget.lines.rows import account_name, destination_of, name_of, verdict_said
from portulan.web.budget.words import COLUMNS
from portulan.web.language import page_language

_AT_ONCE = 1000
_NOTHING = ZERO.quantize(CENT)


def rows_of_file(
    lines: QuerySet[BudgetLine], *, fiscal_year: FiscalYear, stage: Stage, suppliers: bool
) -> Iterator[list[Cell]]:
    """Return the heads, then the lines annotated by `filtered_lines` (three queries).

    The heads are said at once: a file that is streamed is written after the answer, when nobody
    speaks for the country of the organisation any more. Suppliers' names leave only when asked
    for (docs/reference/truths.md, truth 21).
    """
    symbol, language = currency().symbol, page_language()
    # What is written as it is read: between the name of a line and its amount.
    copied = {
        "nature": _("Compte"),
        "section": _("Section"),
        "budget": _("Budget"),
        "chapter": _("Chapitre"),
        "function": _("Fonction"),
        "operation": _("Opération"),
        "service": _("Service"),
        "manager": _("Gestionnaire"),
        **({"supplier": _("Fournisseur")} if suppliers else {}),
        "contract_ref": _("Marché"),
        "order_ref": _("Engagement"),
        "amount": f"{COLUMNS[stage]} ({symbol} {tax_words(fiscal_year.tax_basis, language)})",
    }
    heads: list[Cell] = [
        _("Libellé"),
        *copied.values(),
        _("Périmètre"),
        _("Part informatique"),
        _("Poste"),
        _("Exploitation ou projet"),
        _("Fléchages"),
        local(_("NR retenu (€)"), language),
        local(_("NR proposé (€)"), language),
        _("Fichier"),
        _("Ligne du fichier"),
    ]
    return chain([heads], _lines(lines, fiscal_year, tuple(copied)))


def _lines(
    lines: QuerySet[BudgetLine], fiscal_year: FiscalYear, copied: tuple[str, ...]
) -> Iterator[list[Cell]]:
    given, reviewed = _attributions(lines), _("Examiné, 0 %")
    sources = {
        pk: (nomenclature, name)
        for pk, nomenclature, name in fiscal_year.batches.values_list(
            "pk", "nomenclature", "file_name"
        )
    }
    account, verdict, part = cache(account_name), cache(verdict_said), cache(_it_share)
    posts, uses = ({key: str(words) for key, words in one.items()} for one in (POSTS, RUN_BUILD))
    found = lines.prefetch_related(None).values_list(
        "pk", "label", "row", "batch_id", "verdict", "it_share", "post", "run_build",
        "reviewed_on", "nr_share", "claimed_share", *copied,
    )  # fmt: skip
    for (
        pk, label, row, batch, said, it_share, post, use, reviewed_on, kept, claimed, *cells
    ) in found.iterator(chunk_size=_AT_ONCE):  # fmt: skip
        nomenclature, file = sources[batch]
        nature, amount = cells[0], cells[-1]
        yield [
            name_of(label, nature, row) or account(nomenclature, nature),
            *cells,
            verdict(said, it_share),
            part(it_share),
            posts.get(post, ""),
            uses.get(use, ""),
            given.get(pk) or (reviewed if reviewed_on else ""),
            exact(amount * kept) if kept and amount else _NOTHING,
            exact(amount * (claimed - (kept or ZERO))) if claimed and amount else _NOTHING,
            file,
            row,
        ]


def _it_share(it_share: Decimal | None) -> Decimal | None:
    return None if it_share is None else Share(it_share.normalize())


def _attributions(lines: QuerySet[BudgetLine]) -> dict[int, str]:
    """Return what the attributions of each line say, in one query."""
    found: dict[int, str] = {}
    given = (
        Attribution.objects.filter(line__in=lines.order_by().values("pk"))
        .exclude(status=AttributionStatus.WITHDRAWN)
        .order_by("pk")
        .values_list("line_id", "action__number", "share", "status", "outside_it")
    )
    words = cache(_words)
    for line, *one in given.iterator(chunk_size=_AT_ONCE):
        said = words(*one)
        found[line] = f"{found[line]}, {said}" if line in found else said
    return found


def _words(number: int | None, share: Decimal, status: str, outside: bool) -> str:
    said = str(STATUSES[AttributionStatus(status)]).lower()
    beside = f" ({_('hors DSI')})" if outside else ""
    return f"{destination_of(number)} {share_words(share, page_language())} {said}{beside}"
