"""A line of the accounts as tables show it: its attributions summed up in one row."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from portulan.budget.accounts_chart import account_label
from portulan.budget.labels import STATUSES, VERDICTS
from portulan.budget.models import Attribution, BudgetLine
from portulan.budget.perimeter.rules import reason_words
from portulan.budget.words import AttributionStatus, Verdict
from portulan.core.say import numbers as say_numbers
from portulan.web.language import page_language
from portulan.web.pages import Typed

ZERO = Decimal(0)
# Hollow, half, full (the visual language's squares).
MARKS = {
    AttributionStatus.PROPOSED: "",
    AttributionStatus.DECLARED: "half",
    AttributionStatus.JUSTIFIED: "full",
    AttributionStatus.WITHDRAWN: "none",
}
_FIRMEST_LAST = (
    AttributionStatus.PROPOSED,
    AttributionStatus.DECLARED,
    AttributionStatus.JUSTIFIED,
)


@dataclass(frozen=True, slots=True)
class Given:
    """The attributions of a line summed up: what counts, or what is proposed while nothing counts.

    `mark` is None where the status is the usual one, said in soft words.
    """

    destinations: str
    share: Decimal | None
    status: str
    mark: str | None


def given(line: BudgetLine) -> Given:
    """Return what the attributions of a line come to (no query where they are fetched)."""
    inside = [item for item in line.attributions.all() if not item.outside_it]
    outside = [item for item in line.attributions.all() if item.outside_it]
    counted = [item for item in inside if item.status != AttributionStatus.PROPOSED]
    shown = counted or inside or outside
    share = sum((item.share for item in shown), ZERO) if shown else None
    return Given(_destinations(shown), share, *_status(line, inside, outside))


def line_name(line: BudgetLine) -> str:
    """Return what the file calls a line, else its account, named where our table knows it."""
    return name_of(line.label, line.nature, line.row) or account_name(
        line.batch.nomenclature, line.nature
    )


def name_of(label: str, nature: str, row: int) -> str:
    """Return what the file calls a line, its place where it has nothing; “” for its account."""
    if label and label != nature:
        return Typed(label)
    return "" if nature else _("Ligne %(row)s") % {"row": row}


def account_name(nomenclature: str, nature: str) -> str:
    """Return an account, named where our table knows it."""
    known = account_label(nomenclature or None, nature)
    return nature if known is None else f"{nature}, {getattr(known, page_language())}"


def verdict_words(line: BudgetLine) -> str:
    """Return the verdict with the share of a mixed line: “Dans”, “Mixte, 60 %”, “À décider”."""
    return verdict_said(line.verdict, line.it_share)


def verdict_said(verdict: str, it_share: Decimal | None) -> str:
    """Return the words of a verdict and of the share that it gives."""
    if verdict != Verdict.MIXED:
        return str(VERDICTS[Verdict(verdict)])
    if it_share is None:
        return _("Mixte, à décider")
    return _("Mixte, %(share)s") % {"share": say_numbers.share(it_share, page_language())}


def verdict_reason(line: BudgetLine) -> str:
    """Return why a line has its verdict, in the language of the page where the reason is ours."""
    return str(getattr(reason_words(line.verdict_reason), page_language()))


def verdict_mark(line: BudgetLine) -> str | None:
    """Return the mark of a verdict, None for the usual ones, which are plain soft words."""
    if line.verdict in {Verdict.IN, Verdict.OUT, Verdict.INTERNAL}:
        return None
    return "none" if line.it_share is None else "half"


def status_mark(attribution: Attribution) -> str:
    return MARKS[AttributionStatus(attribution.status)]


def destination(attribution: Attribution) -> str:
    """Return what an attribution is for: “Action 19” or “NR en général”."""
    return destination_of(None if attribution.action is None else attribution.action.number)


def destination_of(number: int | None) -> str:
    """Return what an attribution to the action of that number is for."""
    return _("NR en général") if number is None else _("Action %(number)s") % {"number": number}


def _destinations(items: list[Attribution]) -> str:
    numbers = sorted({item.action.number for item in items if item.action is not None})
    names = []
    if numbers:
        listed = ", ".join(map(str, numbers))
        names.append(
            ngettext("Action %(numbers)s", "Actions %(numbers)s", len(numbers))
            % {"numbers": listed}
        )
    if any(item.action is None for item in items):
        names.append(_("NR en général"))
    return ", ".join(names)


def _status(
    line: BudgetLine, inside: list[Attribution], outside: list[Attribution]
) -> tuple[str, str | None]:
    """Return the least firm status that counts, as the line is worth what its weakest part is."""
    if not inside and outside:
        return _("Hors DSI"), None
    statuses = {AttributionStatus(item.status) for item in inside}
    kept = statuses - {AttributionStatus.PROPOSED} or statuses
    for status in _FIRMEST_LAST:
        if status in kept:
            return str(STATUSES[status]), MARKS[status]
    if line.reviewed_on is not None:
        return _("Examiné, 0 %"), None
    if line.it_share is None:
        return _("À décider"), "none"
    if line.verdict in {Verdict.IN, Verdict.MIXED}:
        return _("À examiner"), "none"
    return "", None
