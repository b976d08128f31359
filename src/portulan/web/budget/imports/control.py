"""What a file proves of itself before it is imported, as its page shows it.

Its printed totals beside what is read of its lines, what it says of itself, its columns and what
becomes of them, from the report of its preview.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from itertools import groupby
from typing import Any

from django.core.paginator import Page, Paginator
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from portulan.budget.imports.proofs import Grade
from portulan.budget.labels import STAGES
from portulan.budget.models import ImportBatch
from portulan.budget.readers.ledger_columns import AMOUNT_FIELDS
from portulan.budget.readers.ledger_questions import REASONS
from portulan.budget.words import Stage
from portulan.core.say.numbers import money, number
from portulan.core.say.text import labelled, quoted, semicolons
from portulan.observatory.proof import judge
from portulan.web.budget.imports.answers import column_letter, said_words
from portulan.web.budget.words import LEDGER_FIELDS
from portulan.web.language import page_language
from portulan.web.pages import Said

PER_PAGE = 12
CELLS = {
    "line": gettext_lazy("lignes"),
    "control": gettext_lazy("totaux de contrôle"),
    "identifier": gettext_lazy("codes et numéros"),
    "rate": gettext_lazy("taux"),
    "derived": gettext_lazy("montants tirés d’autres"),
    "other": gettext_lazy("autres nombres"),
    "odd": gettext_lazy("inexpliquées"),
}
GRADES = {
    Grade.PROVED: gettext_lazy("prouvé par les totaux du fichier"),
    Grade.CONSISTENT: gettext_lazy("cohérent, sans total de toutes les lignes"),
    Grade.UNPROVED: gettext_lazy("rien ne le prouve\u00a0: le fichier n’imprime aucun total"),
    Grade.CONTRADICTED: gettext_lazy("contredit par un total du fichier"),
}
BY_STATE = gettext_lazy("contredit par le fichier de l’État")
_PERSONAL = frozenset({"supplier", "contract"})


@dataclass(frozen=True, slots=True)
class Total:
    """A total that the file prints at a stage, and what is read of its lines, in euros."""

    label: str
    line: int
    of: str  # the rows that it is the sum of, in words
    printed: Decimal
    read: Decimal
    holds: bool

    @property
    def gap(self) -> Decimal:
        return self.read - self.printed


@dataclass(frozen=True, slots=True)
class Proof:
    """The control totals of one stage, and what is to be said of those of the others."""

    stage: Said
    page: Page[Total]
    tabs: list[dict[str, object]]
    count: int
    wrong: Total | None  # the last that contradicts its lines, at the stage shown
    whole: Total | None  # that of all the lines that are read


def proof_of(batch: ImportBatch, wanted: str | None, page: str | None) -> Proof | None:
    """Return the control totals of a file, None when it prints none."""
    by_stage = _by_stage(batch.report)
    if not by_stage:
        return None
    wrong = [stage for stage, totals in by_stage.items() if not all(t.holds for t in totals)]
    shown = wanted if wanted in by_stage else (wrong or list(by_stage))[0]
    totals = by_stage[shown]
    # What contradicts first: it is what has to be answered.
    ordered = sorted(totals, key=lambda total: (total.holds, total.line))
    contradicted = [total for total in totals if not total.holds]
    return Proof(
        stage=STAGES[Stage(shown)],
        page=Paginator(ordered if contradicted else totals, PER_PAGE).get_page(page),
        tabs=[
            {
                "label": str(STAGES[Stage(stage)]).capitalize(),
                "url": f"?stage={stage}",
                "current": stage == shown,
            }
            for stage in by_stage
        ],
        count=sum(map(len, by_stage.values())),
        wrong=contradicted[-1] if contradicted else None,
        whole=None if wrong else _whole(totals, shown, batch.report["totals"]),
    )


def _whole(totals: Sequence[Total], stage: str, read: Sequence[Mapping[str, Any]]) -> Total | None:
    """Return the total of all the lines: expenses, revenue, or both."""
    sums = [Decimal(one["amount"]) for one in read if one["stage"] == stage]
    spent = [
        Decimal(one["amount"]) for one in read if one["stage"] == stage and one["flow"] == "expense"
    ]
    wanted = {sum(sums), sum(spent)}
    return next((total for total in reversed(totals) if total.read in wanted), None)


def _by_stage(report: Mapping[str, Any]) -> dict[str, list[Total]]:
    rows = {row["line"]: row for row in report.get("sums") or ()}
    found: dict[str, list[Total]] = {}
    for control in report.get("controls") or ():
        row = rows.get(control["line"], {})
        found.setdefault(control["stage"], []).append(
            Total(
                label=row.get("label") or _("Total"),
                line=control["line"],
                of=_lines(row.get("first"), row.get("last")),
                printed=Decimal(control["printed"]),
                read=Decimal(control["read"]),
                holds=control["holds"],
            )
        )
    return {stage.value: found[stage.value] for stage in Stage if stage.value in found}


def _lines(first: int | None, last: int | None) -> str:
    if first is None or last is None or first == last:
        return ""
    return _("des lignes %(first)s à %(last)s") % {"first": first, "last": last}


@dataclass(frozen=True, slots=True)
class Use:
    """Columns of which the same becomes: their titles, what is done of them, and why."""

    titles: str
    mark: str
    note: str


def uses_of(batch: ImportBatch) -> list[Use]:
    """Return what becomes of the columns of a table: keys, amounts, suppliers, those left."""
    columns = batch.report.get("columns") or []
    groups: dict[tuple[int, str, str], list[Mapping[str, Any]]] = {}
    for column in columns:
        groups.setdefault(_use(column), []).append(column)
    return [
        Use(", ".join(one["title"] for one in of), mark, note or _letters(of))
        for (_rank, mark, note), of in sorted(groups.items(), key=lambda item: item[0][0])
    ]


def _use(column: Mapping[str, Any]) -> tuple[int, str, str]:
    """Return where a column stands among the others, its mark, and why if that is to be said."""
    field, reason = column["field"], column["reason"]
    if field in _PERSONAL:
        note = _("lus pour rapprocher les lignes ; vus de la finance seule, effaçables")
        return 3, "half", note
    if field in AMOUNT_FIELDS:
        return 2, "full", ""
    if field:
        return 1, "full", ""
    if reason in REASONS:
        note = f"{REASONS[reason]:{page_language()}}"
        return 4 + list(REASONS).index(reason), "none", _("non lue : %(why)s") % {"why": note}
    return 99, "none", _("non lue : rien de ce qui est compté n’en vient")


def _letters(columns: Sequence[Mapping[str, Any]]) -> str:
    letters = ", ".join(column_letter(column["at"]) for column in columns)
    return ngettext("colonne %(letters)s", "colonnes %(letters)s", len(columns)) % {
        "letters": letters
    }


def facts_of(batch: ImportBatch) -> list[tuple[Said, str]]:
    """Return what the file says of itself: its year, its body, its stages and their columns."""
    report, language = batch.report, page_language()
    found: list[tuple[Said, str]] = []
    year = report.get("year")
    if year is None:
        text = _("le fichier ne la dit pas : %(year)s, que vous avez choisie")
        found.append((_("Année"), text % {"year": batch.fiscal_year.year}))
    else:
        found.append((_("Année"), _("%(year)s, lue dans le fichier") % {"year": year}))
    if stages := list(_stages(report)):
        found.append((_("Stades"), semicolons(stages, language)))
    if sheets := report.get("sheets"):
        found.append((_("Feuilles"), ", ".join(quoted(sheet, language) for sheet in sheets)))
    if report.get("rows", {}).get("kept"):
        found.append((_("Preuve"), proof_words(batch)))
    if cells := report.get("cells"):
        words = [
            _("%(name)s : %(count)s") % {"name": CELLS[name], "count": number(count, language)}
            for name, count in cells.items()
        ]
        found.append((_("Cellules de nombres"), semicolons(words, language)))
    return found


def proof_words(batch: ImportBatch) -> str:
    """Return how far a file proves itself, and what the State’s says of its accounts."""
    judged = judge(batch.siret[:9], batch.fiscal_year.year, batch.report)
    grade = BY_STATE if judged.by_state else GRADES[judged.grade]
    words, state = [str(grade)], judged.state
    if state is not None and state.proves:
        words.append(_("chaque compte informatique est égal, au centime, à celui de l’État"))
    words += [
        _("compte %(account)s\u00a0: %(ledger)s dans le fichier, %(state)s dans celui de l’État")
        % {
            "account": one.account,
            "ledger": money(one.ledger, page_language(), unit="k€"),
            "state": money(one.state, page_language(), unit="k€"),
        }
        for one in (state.above if state is not None else ())
    ]
    return semicolons(words, page_language())


def _stages(report: Mapping[str, Any]) -> Iterable[str]:
    read = [column for column in report.get("columns") or () if column["field"] in AMOUNT_FIELDS]
    language = page_language()
    read.sort(key=lambda column: AMOUNT_FIELDS.index(column["field"]))
    for field, of in groupby(read, key=lambda column: column["field"]):
        titles = " + ".join(column["title"] for column in of)
        yield labelled(str(STAGES[Stage[field.upper()]]), quoted(titles, language), language)


def given_words(batch: ImportBatch) -> list[tuple[str, str]]:
    """Return what a person said of the file, each with the name by which it is taken back."""
    told = {name: value for name, value in batch.mapping.items() if name != "as"}
    return [
        (name, semicolons(said_words({name: value}), page_language()))
        for name, value in told.items()
        if name not in LEDGER_FIELDS or not batch.report.get("recalled")
    ]
