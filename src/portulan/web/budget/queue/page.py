"""A line that waits, with what is asked of it.

How much of a year is left to qualify, and what the page being read would change.

What waits for a person in a year's lines, in one sentence.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from decimal import Decimal

from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from portulan.budget.indicator.sentences import coverage_words
from portulan.budget.indicator.share import Figure
from portulan.budget.models import Attribution, BudgetLine, FiscalYear
from portulan.budget.perimeter.precedents import Proposal
from portulan.budget.words import AttributionStatus, Stage, Verdict
from portulan.core.say import numbers
from portulan.web.budget.lines.filters import query
from portulan.web.budget.units import unit_for
from portulan.web.budget.words import counted
from portulan.web.inputs import identifiers
from portulan.web.language import page_language
from portulan.web.pages import Link, Notice

LIKENESSES = {
    "supplier": _("Même fournisseur"),
    "account": _("Même compte"),
    "function": _("Même compte, même fonction"),
    "label": _("Même libellé"),
}


def alike(line: BudgetLine, by: str) -> tuple[tuple[str, str], ...]:
    """Return the columns in which lines like this one are equal to it, none if it lacks them."""
    columns = {
        "supplier": ("supplier",),
        "account": ("nature",),
        "function": ("function", "nature"),
        "label": ("label", "nature"),
    }
    values = [(name, str(getattr(line, name))) for name in columns.get(by, ())]
    return tuple(values) if values and values[0][1] else ()


def likenesses(line: BudgetLine) -> list[tuple[str, str]]:
    """Return the ways in which others may be like a line, by their word in the address."""
    return [
        (by, str(words))
        for by, words in LIKENESSES.items()
        if alike(line, by) and not (by == "function" and line.label)  # a label says more
    ]


def closest(line: BudgetLine) -> tuple[str, str] | None:
    """Return the way in which most is asked of others to be like a line, None when it lacks all."""
    found = dict(likenesses(line))
    return next(((by, found[by]) for by in ("label", "function", "account") if by in found), None)


def row_facts(line: BudgetLine, suppliers: object) -> str:
    """Return what tells a line from others of its account: function, supplier, budget.

    Suppliers' names are for who may see them.
    """
    said = [
        (_("fonction %(said)s"), line.function),
        (_("fournisseur %(said)s"), line.supplier if suppliers else ""),
        (_("budget %(said)s"), line.budget or line.batch.entity),
    ]
    words = ", ".join(text % {"said": value} for text, value in said if value)
    return f"{words[:1].upper()}{words[1:]}." if words else ""


def proposal_value(proposal: Proposal, line: int) -> str:
    """Return what the button of a proposal sends back, as it was shown (`shown_proposals`)."""
    return f"{line}:{proposal.verdict}:{proposal.share.normalize():f}"


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


def pending(line: BudgetLine) -> list[Attribution]:
    """Return the attributions of a line that wait for a proof or for an answer."""
    return [
        item
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
        "coverage": coverage_words(figure.coverage),
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
