"""What was read in a file, as its page shows it: the report kept with the import."""

from __future__ import annotations

from collections.abc import Iterable
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext_lazy as _

from portulan.budget.attributions.euros import Fate
from portulan.budget.imports.carry_over import EuroChange
from portulan.budget.labels import STAGES
from portulan.budget.models import ImportBatch
from portulan.budget.readers import TABLES, facts_of
from portulan.budget.words import BatchStatus, Stage
from portulan.core.say import numbers
from portulan.web.language import page_language
from portulan.web.pages import Said

SHOWN_PROBLEMS = 40
# Said by the columns and the totals of a preview.
TOLD_ELSEWHERE = frozenset({"column-left", "columns-added", "subtotal"})
_FATES = {
    Fate.KEPT: _("« %(line)s » : %(amount)s (%(stage)s) restent, de %(before)s à %(after)s."),
    Fate.ABOVE: _(
        "« %(line)s » : %(amount)s (%(stage)s) dépassent ce que contient la ligne ; %(after)s en"
        " sont comptés en attendant que vous disiez ce qui tient."
    ),
    Fate.UNKNOWN: _(
        "« %(line)s » : plus de montant à ce stade (%(stage)s) ; %(amount)s ne se vérifient plus et"
        " la part reste de %(after)s."
    ),
    Fate.LOST: _(
        "« %(line)s » : %(amount)s (%(stage)s), mais rien ne dit quelle ligne du fichier les porte."
    ),
}


def euro_change_words(change: EuroChange) -> str:
    """Return what a newer file does to euros typed on a line, in one sentence."""
    language = page_language()
    return str(_FATES[Fate(change.fate)]) % {
        "line": change.name,
        "amount": numbers.money(Decimal(change.amount), language),
        "stage": STAGES[Stage(change.stage)],
        "before": numbers.share(Decimal(change.before), language),
        "after": numbers.share(Decimal(change.after), language),
    }


def euros_to_settle(changes: Iterable[EuroChange]) -> bool:
    """Tell whether one of the changes asks somebody to say what holds."""
    return any(change.fate != Fate.KEPT for change in changes)


type Total = tuple[str, list[Decimal]]  # of a name, in euros at each stage of the report


def report_page(batch: ImportBatch) -> dict[str, Any] | None:
    """Return the report of a file for its page; None for typed figures, which no file reports."""
    report = batch.report
    facts = facts_of(batch.format)
    if facts is None or "rows" not in report:
        return None
    stages = [Stage(stage) for stage in report["stages"]]
    language = page_language()
    asked = {question["message"] for question in report.get("questions", ())}
    problems = [
        problem
        for problem in report["problems"]
        if problem["code"] not in TOLD_ELSEWHERE and problem["message"] not in asked
    ]
    rows = report["rows"]
    return {
        "read": rows["read"],
        "kept": rows["kept"],
        "dropped": [
            (facts.why_dropped(reason).say(language), count)
            for reason, count in rows["dropped"].items()
        ],
        "stages": [str(STAGES[stage]) for stage in stages],
        "totals": _totals(report["totals"], stages),
        "strict": _strict(report["it"], stages),
        "problems": sorted(problems, key=lambda problem: problem["severity"] != "error")[
            :SHOWN_PROBLEMS
        ],
        "more_problems": max(0, len(problems) - SHOWN_PROBLEMS),
        "lacks_accounts": rows["kept"] > 0
        and not any(total["section"] and Decimal(total["amount"]) for total in report["totals"]),
        # Whether its format may print totals: a document declares its lines, and prints none.
        "prints": batch.format in TABLES,
        "errors": sum(1 for problem in problems if problem["severity"] == "error"),
    }


_STATUSES = {
    BatchStatus.PREVIEWED: (_("Aperçu"), ""),
    BatchStatus.WRITING: (_("En cours d’écriture"), ""),
    BatchStatus.CONFIRMED: (_("Dans les comptes"), "full"),
    BatchStatus.ROLLED_BACK: (_("Annulé"), "none"),
}


def batch_status(batch: ImportBatch) -> Said:
    return _STATUSES[BatchStatus(batch.status)][0]


def batch_mark(batch: ImportBatch) -> str:
    """Return the mark of an import: hollow, full or dotted with its status."""
    return _STATUSES[BatchStatus(batch.status)][1]


def stages_words(batch: ImportBatch) -> str:
    """Return the stages that an import gives."""
    return ", ".join(str(STAGES[Stage(stage)]) for stage in batch.stages)


def _totals(totals: list[dict[str, Any]], stages: list[Stage]) -> list[Total]:
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
            rows.append((str(name), [amount or Decimal(0) for amount in given]))
    return rows


def _strict(report: dict[str, Any], stages: list[Stage]) -> list[Total]:
    by_nature: dict[str, dict[str, Decimal]] = {}
    for item in report["strict"]:
        by_nature.setdefault(item["nature"], {})[item["stage"]] = Decimal(item["amount"])
    return [
        (nature, [by_stage.get(stage, Decimal(0)) for stage in stages])
        for nature, by_stage in by_nature.items()
    ]
