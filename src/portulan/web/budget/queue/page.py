"""A line that waits, with what is asked of it.

How much of a year is left to qualify, and what the page being read would change.

What waits for a person in a year's lines, in one sentence.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from portulan.budget.indicator.share import Figure
from portulan.budget.models import BudgetLine, FiscalYear
from portulan.budget.queue.learning import Proposal
from portulan.budget.queue.reads import proposal_words
from portulan.budget.words import AttributionStatus, Stage, Verdict
from portulan.core.say import numbers
from portulan.web.budget.lines.filters import query
from portulan.web.budget.lines.rows import LineRow, destination, line_rows, verdict_reason
from portulan.web.budget.perimeter.page import said_verdict
from portulan.web.budget.units import unit_for
from portulan.web.budget.words import counted
from portulan.web.language import page_language
from portulan.web.pages import Link, Notice
from portulan.web.received import identifiers


@dataclass(frozen=True, slots=True)
class Pending:
    """An attribution that waits for a proof or for an answer; `amount` in euros."""

    pk: int
    text: str
    share: Decimal
    amount: Decimal
    reason: str
    status: str


@dataclass(frozen=True, slots=True)
class Proposed:
    """What past decisions propose; `value` is what its button sends back, as it was shown."""

    said: str
    source: str
    value: str


@dataclass(frozen=True, slots=True)
class QueueRow:
    """A line of the queue; `why` is what the perimeter says of it.

    `likenesses` are the ways in which others may be like it, by their word in the address.
    """

    line: LineRow
    why: str
    pending: list[Pending]
    proposed: Proposed | None
    likenesses: list[tuple[str, str]]


def queue_rows(
    lines: Iterable[BudgetLine], proposals: Mapping[int, Proposal] | None = None
) -> list[QueueRow]:
    """Return the rows of lines annotated by `filtered_lines` (no query)."""
    lines, proposals = list(lines), proposals or {}
    return [
        QueueRow(
            row,
            verdict_reason(line),
            _pending(line),
            _proposed(line.pk, proposals.get(line.pk)),
            [(by, str(words)) for by, words in LIKENESSES.items() if alike(line, by)],
        )
        for row, line in zip(line_rows(lines), lines, strict=True)
    ]


LIKENESSES = {
    "supplier": gettext_lazy("Même fournisseur"),
    "account": gettext_lazy("Même compte"),
    "label": gettext_lazy("Même libellé"),
}


def alike(line: BudgetLine, by: str) -> tuple[tuple[str, str], ...]:
    """Return the columns in which lines like this one are equal to it, none if it lacks them."""
    columns = {"supplier": ("supplier",), "account": ("nature",), "label": ("label", "nature")}
    values = [(name, str(getattr(line, name))) for name in columns.get(by, ())]
    return tuple(values) if values and values[0][1] else ()


def _proposed(pk: int, proposal: Proposal | None) -> Proposed | None:
    if proposal is None:
        return None
    said = said_verdict(proposal.verdict, proposal.share)
    value = f"{pk}:{proposal.verdict}:{proposal.share.normalize():f}"
    return Proposed(said, proposal_words(proposal), value)


def shown_proposals(values: Iterable[str]) -> dict[int, tuple[Verdict, Decimal]]:
    """Return what buttons sent back of the proposals they showed; nonsense is left out."""
    shown = {}
    for value in values:
        pk, _, said = value.partition(":")
        verdict, _, share = said.partition(":")
        for known in identifiers([pk]):
            if verdict in set(Verdict) and re.fullmatch(r"[01](\.\d{1,10})?", share):
                shown[known] = (Verdict(verdict), Decimal(share))
    return shown


def _pending(line: BudgetLine) -> list[Pending]:
    return [
        Pending(
            pk=item.pk,
            text=destination(item),
            share=item.share,
            amount=item.share * line.amount,  # type: ignore[attr-defined]
            reason=item.reason,
            status=item.status,
        )
        for item in line.attributions.all()
        if not item.outside_it and item.status != AttributionStatus.JUSTIFIED
    ]


ZERO = Decimal(0)


def progress(figure: Figure, lines: Iterable[BudgetLine], kind: str) -> str:
    """Return what is left and the coverage, now and once the lines of a page are done.

    `lines` have their `amount`. A line decided in still has to be reviewed before it counts: until
    then the coverage is the most that the page can bring.
    """
    if not figure.candidates.amount:
        return ""
    language, unit = page_language(), unit_for(figure.candidates.amount)
    left = figure.undecided.amount
    if kind == "to_review":
        left = figure.candidates.amount - figure.qualified.amount - left
    told = {
        "left": unit.full(left),
        "candidates": unit.full(figure.candidates.amount),
        "coverage": numbers.percent(figure.coverage, language),
    }
    now = _("Il reste %(left)s sur %(candidates)s candidats ; couverture : %(coverage)s.")
    if kind not in {"undecided", "to_review"} or not left:
        return now % told
    here = sum((abs(line.amount) for line in lines), ZERO)  # type: ignore[attr-defined]
    done = 100 * (figure.qualified.amount + here) / figure.candidates.amount
    then = (
        _("Décidées et examinées, les lignes de cette page la porteraient à %(done)s au plus.")
        if kind == "undecided"
        else _("Examinées, les lignes de cette page la porteraient à %(done)s.")
    )
    return f"{now % told} {then % {'done': numbers.percent(done, language)}}"


def waiting(
    organisation: str, fiscal_year: FiscalYear, stage: Stage, queue: Mapping[str, int]
) -> Notice | None:
    """Return the sentence of what waits (`selectors.lines.queue`), None when nothing does.

    The lines to review are not in it: they stand beside the coverage that they lower.
    """
    parts = _parts(queue)
    if not parts:
        return None
    text = ngettext(
        "%(count)s ligne attend : %(list)s.",
        "%(count)s lignes attendent : %(list)s.",
        queue["lines"],
    )
    count = counted(queue["lines"], page_language(), feminine=True)
    url = reverse("budget:queue", args=[organisation, fiscal_year.year]) + query(stage)
    return Notice(
        text % {"count": count[:1].upper() + count[1:], "list": ", ".join(parts)},
        Link(_("Les traiter, de la plus grosse à la plus petite"), url),
    )


def _parts(queue: Mapping[str, int]) -> list[str]:
    words = {name: counted(count, page_language()) for name, count in queue.items()}
    sentences = {
        "undecided": ngettext(
            "une ligne à décider", "%(count)s lignes à décider", queue["undecided"]
        ),
        "declared": ngettext(
            "un fléchage déclaré sans preuve",
            "%(count)s fléchages déclarés sans preuve",
            queue["declared"],
        ),
        "proposed": ngettext("une proposition", "%(count)s propositions", queue["proposed"]),
    }
    return [
        sentence % {"count": words[name]} for name, sentence in sentences.items() if queue[name]
    ]
