"""What a row of a sheet of decisions changes, in words."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from decimal import Decimal

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from portulan.budget.decisions.columns import TITLES, Column
from portulan.budget.decisions.comparing import Kind, Outcome
from portulan.budget.decisions.report import changed
from portulan.budget.decisions.standing import said_choice
from portulan.budget.labels import STAGES
from portulan.budget.models import BudgetLine, DecisionSheet
from portulan.budget.words import BatchStatus, Stage
from portulan.core.say import numbers
from portulan.plans.models import Action
from portulan.web.budget.lines.rows import line_name
from portulan.web.language import page_language

KINDS = {
    Kind.SAME: gettext_lazy("déjà dit"),
    Kind.NEW: gettext_lazy("nouveau"),
    Kind.CHANGED: gettext_lazy("changé"),
    Kind.QUESTION: gettext_lazy("à répondre"),
    Kind.CONFLICT: gettext_lazy("en conflit"),
    Kind.REFUSED: gettext_lazy("refusé"),
}
_STATUSES = {
    BatchStatus.PREVIEWED: gettext_lazy("aperçu"),
    BatchStatus.CONFIRMED: gettext_lazy("importée"),
    BatchStatus.ROLLED_BACK: gettext_lazy("annulée"),
}
# What stops the sheet first.
_ORDER = list(reversed(Kind))
_SHARES = (Column.SHARE, Column.IT_SHARE)
_CHOICES = (Column.VERDICT, Column.STATUS, Column.METHOD, Column.STAGE)


def sheet_status(sheet: DecisionSheet) -> str:
    """Return where a sheet is."""
    return str(_STATUSES[BatchStatus(sheet.status)])


@dataclass(frozen=True, slots=True)
class Shown:
    """A row of a sheet under the eyes: its line, what becomes of it, and what it may be asked."""

    outcome: Outcome
    kind: str
    name: str
    words: list[str]
    choices: list[tuple[int, str]]


def counts(sheet: DecisionSheet, outcomes: list[Outcome]) -> str:
    """Return how many rows are refused, in conflict, new…, those that say what stands last."""
    found = Counter(outcome.kind for outcome in outcomes)
    found[Kind.SAME] += sheet.rows_same
    return ", ".join(_counted(kind, found[kind]) for kind in _ORDER if found[kind])


def asks(sheet: DecisionSheet, outcomes: list[Outcome]) -> set[str]:
    """Return what may be answered on the page: a line to choose, twins, conflicts to leave."""
    found = {"line" for outcome in outcomes if outcome.candidates}
    if sheet.again or any(
        outcome.kind is Kind.QUESTION and not outcome.candidates for outcome in outcomes
    ):
        found.add("again")
    if any(outcome.kind is Kind.CONFLICT for outcome in outcomes):
        found.add("conflict")
    return found


def _counted(kind: Kind, count: int) -> str:
    words = {
        Kind.SAME: ngettext("%(count)s déjà dit", "%(count)s déjà dits", count),
        Kind.NEW: ngettext("%(count)s nouveau", "%(count)s nouveaux", count),
        Kind.CHANGED: ngettext("%(count)s changé", "%(count)s changés", count),
        Kind.QUESTION: ngettext("%(count)s à répondre", "%(count)s à répondre", count),
        Kind.CONFLICT: ngettext("%(count)s en conflit", "%(count)s en conflit", count),
        Kind.REFUSED: ngettext("%(count)s refusé", "%(count)s refusés", count),
    }
    return words[kind] % {"count": numbers.number(count, page_language())}


def shown_rows(outcomes: list[Outcome]) -> list[Shown]:
    """Return the rows that say something, what stops the sheet first (two queries)."""
    told = [outcome for outcome in outcomes if outcome.kind is not Kind.SAME]
    told.sort(key=lambda outcome: (_ORDER.index(outcome.kind), outcome.said.row))
    pks = {pk for outcome in told for pk in outcome.candidates}
    lines = BudgetLine.objects.in_bulk(pks)
    asked = {
        value
        for outcome in told
        for column, both in changed(outcome).items()
        if column is Column.ACTION
        for value in both  # type: ignore[attr-defined]
        if value is not None
    }
    actions = {action.pk: action.number for action in Action.objects.filter(pk__in=asked)}
    return [_shown(outcome, lines, actions) for outcome in told]


def _shown(outcome: Outcome, lines: dict[int, BudgetLine], actions: dict[int, int]) -> Shown:
    name = line_name(outcome.standing.line) if outcome.standing else ""
    words = [
        _said(column, both, actions)  # type: ignore[arg-type]
        for column, both in changed(outcome).items()
    ]
    if outcome.problem is not None:
        words = [outcome.problem.message(page_language())]
    choices = [(pk, _choice(lines[pk])) for pk in outcome.candidates]
    return Shown(outcome, str(KINDS[outcome.kind]), name, words, choices)


def _choice(line: BudgetLine) -> str:
    """Return what tells a line from those that look like it: its row and its amounts."""
    language = page_language()
    amounts = [
        f"{STAGES[stage]} {numbers.money(amount, language)}"
        for stage in Stage
        if (amount := getattr(line, stage.column)) is not None
    ]
    row = _("rang %(row)s du fichier") % {"row": line.row}
    return ", ".join([row, *amounts])


def _said(column: Column, both: tuple[object, object], actions: dict[int, int]) -> str:
    """Return “Part informatique : 50 % → 60 %”; what was nothing before is not said."""
    title = TITLES[column].say(page_language())
    before, after = (_value(column, value, actions) for value in both)
    moved = f"{before} → {after}" if before and both[0] not in (None, "", False) else after
    return f"{title}{_('\u00a0: ')}{moved}"


def _value(column: Column, value: object, actions: dict[int, int]) -> str:
    language = page_language()
    if column in _CHOICES:
        return said_choice(column, value)
    if column in _SHARES and isinstance(value, Decimal):
        return numbers.share(value, language)
    if column is Column.AMOUNT and isinstance(value, Decimal):
        return numbers.money(value, language)
    if column is Column.ACTION:
        named = actions.get(value) if isinstance(value, int) else None
        return _("NR en général") if named is None else str(named)
    if isinstance(value, bool):
        return _("oui") if value else _("non")
    return numbers.UNKNOWN if value in (None, "") else str(value)
