"""What was read in a file, as its page shows it: the report kept with the import."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _

from portulan.accounts.reads import labels_of
from portulan.budget.labels import STAGES
from portulan.budget.models import ImportBatch
from portulan.budget.readers import facts_of
from portulan.budget.words import BatchStatus, Stage
from portulan.web.budget.words import format_words
from portulan.web.language import page_language

SHOWN_PROBLEMS = 40


@dataclass(frozen=True, slots=True)
class TotalRow:
    """The total of a section and a flow, at each stage of the report, in euros."""

    name: str
    amounts: list[Decimal]


@dataclass(frozen=True, slots=True)
class ReportPage:
    """The report of an import, ready for its template."""

    read: int
    kept: int
    dropped: list[tuple[str, int]]
    stages: list[str]
    totals: list[TotalRow]
    strict: list[TotalRow]
    problems: list[dict[str, Any]]
    more_problems: int
    errors: int
    lacks_accounts: bool

    @property
    def is_flawed(self) -> bool:
        return bool(self.errors)


def report_page(batch: ImportBatch) -> ReportPage | None:
    """Return the report of a file; None for typed figures, which no file reports."""
    report = batch.report
    facts = facts_of(batch.format)
    if facts is None or "rows" not in report:
        return None
    stages = [Stage(stage) for stage in report["stages"]]
    problems, language = report["problems"], page_language()
    return ReportPage(
        read=report["rows"]["read"],
        kept=report["rows"]["kept"],
        dropped=[
            (facts.why_dropped(reason).say(language), count)
            for reason, count in report["rows"]["dropped"].items()
        ],
        stages=[str(STAGES[stage]) for stage in stages],
        totals=_totals(report["totals"], stages),
        strict=_strict(report["it"], stages),
        problems=sorted(problems, key=lambda problem: problem["severity"] != "error")[
            :SHOWN_PROBLEMS
        ],
        more_problems=max(0, len(problems) - SHOWN_PROBLEMS),
        lacks_accounts=report["rows"]["kept"] > 0
        and not any(total["section"] and Decimal(total["amount"]) for total in report["totals"]),
        errors=sum(1 for problem in problems if problem["severity"] == "error"),
    )


@dataclass(frozen=True, slots=True)
class BatchRow:
    """An import in the list of a year; `mark` is hollow, full or dotted with its status."""

    batch: ImportBatch
    status: str
    mark: str
    format: str
    stages: str
    author: str
    is_preview: bool


def batch_rows(batches: Iterable[ImportBatch]) -> list[BatchRow]:
    """Return the rows of a year's imports (two queries)."""
    found = list(batches)
    people = labels_of(batch.person_id for batch in found)
    statuses = {
        BatchStatus.PREVIEWED: (_("Aperçu"), ""),
        BatchStatus.CONFIRMED: (_("Dans les comptes"), "full"),
        BatchStatus.ROLLED_BACK: (_("Annulé"), "none"),
    }
    return [
        BatchRow(
            batch,
            *statuses[BatchStatus(batch.status)],
            format=format_words(batch.format),
            stages=", ".join(str(STAGES[Stage(stage)]) for stage in batch.stages),
            author=people.get(batch.person_id or 0, ""),
            is_preview=batch.status == BatchStatus.PREVIEWED,
        )
        for batch in found
    ]


def _totals(totals: list[dict[str, Any]], stages: list[Stage]) -> list[TotalRow]:
    names = {
        ("F", "expense"): _("Dépenses de fonctionnement"),
        ("F", "revenue"): _("Recettes de fonctionnement"),
        ("I", "expense"): _("Dépenses d’investissement"),
        ("I", "revenue"): _("Recettes d’investissement"),
        (None, "expense"): _("Dépenses sans section"),
        (None, "revenue"): _("Recettes sans section"),
    }
    amounts = {
        (total["section"], total["flow"], total["stage"]): Decimal(total["amount"])
        for total in totals
    }
    rows = []
    for (section, flow), name in names.items():
        given = [amounts.get((section, flow, stage)) for stage in stages]
        if any(given):
            rows.append(TotalRow(name, [amount or Decimal(0) for amount in given]))
    return rows


def _strict(report: dict[str, Any], stages: list[Stage]) -> list[TotalRow]:
    by_nature: dict[str, dict[str, Decimal]] = {}
    for item in report["strict"]:
        by_nature.setdefault(item["nature"], {})[item["stage"]] = Decimal(item["amount"])
    return [
        TotalRow(nature, [by_stage.get(stage, Decimal(0)) for stage in stages])
        for nature, by_stage in by_nature.items()
    ]
