"""The lines of a year that resemble those already attributed to an action."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils.translation import ngettext

from portulan.budget.attributions.free_share import free_share
from portulan.budget.attributions.resemblance import How, Known, Resemblance, Suggestion
from portulan.budget.lines.facts import COLUMNS, facts_of
from portulan.budget.lines.kept_sums import shares_by_line
from portulan.budget.lines.reads import lines_in_force
from portulan.budget.models import COUNTED, Attribution, BudgetLine, FiscalYear
from portulan.budget.words import (
    BatchStatus,
    Method,
    Stage,
)
from portulan.plans.models import Action

# The largest lines alike that are looked at, and of those the most shown.
LOOKED_AT, SHOWN = 400, 20


@dataclass(frozen=True, slots=True)
class SuggestedLine:
    """A line with what is suggested of it; `amount` in euros, of the share, at the stage shown."""

    line: BudgetLine
    suggestion: Suggestion
    amount: Decimal


def suggestions_for(action: Action, fiscal_year: FiscalYear, stage: Stage) -> list[SuggestedLine]:
    """Return lines that may serve the action too, the largest first (four queries).

    A line that was ever proposed for the action, be it refused, is not suggested again; nor one
    that has less room than the share.
    """
    known = _known(action, fiscal_year.year)
    if not known:
        return []
    resemblance = Resemblance(known)
    lines = list(_candidates(action, fiscal_year, stage, known)[:LOOKED_AT])
    given = shares_by_line(Attribution.objects.filter(line__in=[line.pk for line in lines]))
    found: list[tuple[int, Suggestion]] = []
    for line in lines:
        suggestion = resemblance.of(line.pk, facts_of(line))
        taken = [(item.outside_it, item.share) for item in given.get(line.pk, ())]
        free = free_share(line.it_share, taken, outside_it=False)
        if suggestion is None or free is None or suggestion.share > free:
            continue
        found.append((line.pk, suggestion))
        if len(found) == SHOWN:
            break
    whole = BudgetLine.objects.select_related("batch").in_bulk([pk for pk, _ in found])
    return [
        SuggestedLine(whole[pk], suggestion, getattr(whole[pk], stage.column) * suggestion.share)
        for pk, suggestion in found
    ]


def _known(action: Action, year: int) -> list[Known]:
    """Return the lines given to the action, up to a year; shares of orders say nothing of lines."""
    given = Attribution.objects.filter(
        action=action,
        status__in=COUNTED,
        outside_it=False,
        key__isnull=True,
        line__batch__status=BatchStatus.CONFIRMED,
        line__fiscal_year__year__lte=year,
    ).select_related("line__fiscal_year")
    return [
        Known(
            line=item.line_id,
            of=facts_of(item.line),
            year=item.line.fiscal_year.year,
            share=item.share,
            method=Method(item.method),
        )
        for item in given.order_by("pk")
    ]


def _candidates(
    action: Action, fiscal_year: FiscalYear, stage: Stage, known: list[Known]
) -> QuerySet[BudgetLine]:
    of = [one.of for one in known]
    natures = {one.nature for one in of if one.nature}
    alike = Q(contract_ref__in={one.contract for one in of if one.contract})
    alike |= Q(nature__in=natures, label__in={one.label for one in of if one.label})
    alike |= Q(nature__in=natures, supplier__in={one.supplier for one in of if one.supplier})
    asked = Attribution.objects.filter(line=OuterRef("pk"), action=action)
    return (
        lines_in_force(fiscal_year)
        .filter(alike, ~Exists(asked), it_share__gt=0, **{f"{stage.column}__isnull": False})
        .only("it_share", *COLUMNS)  # four hundred are looked at, for the twenty that are shown
        .order_by(f"-{stage.column}", "pk")
    )


def resemblance_words(suggestion: Suggestion) -> str:
    """Return the lines that a suggestion comes from, in one sentence that names nobody."""
    alike = {
        How.CONTRACT: ngettext(
            "Même marché que %(lines)s ligne déjà fléchée vers cette action (%(years)s).",
            "Même marché que %(lines)s lignes déjà fléchées vers cette action (%(years)s).",
            suggestion.lines,
        ),
        How.LABEL: ngettext(
            "Mêmes mots et même compte que %(lines)s ligne déjà fléchée vers cette action"
            " (%(years)s).",
            "Mêmes mots et même compte que %(lines)s lignes déjà fléchées vers cette action"
            " (%(years)s).",
            suggestion.lines,
        ),
        How.SUPPLIER: ngettext(
            "Même fournisseur et même compte que %(lines)s ligne déjà fléchée vers cette action"
            " (%(years)s).",
            "Même fournisseur et même compte que %(lines)s lignes déjà fléchées vers cette action"
            " (%(years)s).",
            suggestion.lines,
        ),
    }
    return alike[suggestion.how] % {
        "lines": suggestion.lines,
        "years": ", ".join(map(str, suggestion.years)),
    }
