"""What waits for a person in the lines of a year, and what past verdicts suggest for it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import Any

from django.db.models import CharField, Count, Q, Value
from django.utils.translation import gettext, ngettext

from portulan.budget.indicator.line_sums import YearSums
from portulan.budget.lines.kept_sums import real_expenses
from portulan.budget.lines.reads import (
    CLAIMED,
    LineFilter,
    by_attribution,
    kept_lines,
    lines_in_force,
    not_proved,
)
from portulan.budget.models import BudgetLine, FiscalYear
from portulan.budget.perimeter.precedents import (
    RECENT_YEARS,
    By,
    Judged,
    Likeness,
    Precedents,
    Proposal,
)
from portulan.budget.words import (
    AttributionStatus,
    Verdict,
)


def queue(sums: YearSums) -> dict[str, int]:
    """Return how many lines of a year wait at a stage, and for what (one query).

    `undecided` (nobody said what share is IT), `to_review` (decided, no attribution counts, and
    nobody said 0 %), `declared` (attributions without proof), `proposed`; `lines` is how many lines
    have something of the first, third or fourth kind.
    """
    attributed = kept_lines(sums.fiscal_year, LineFilter(sums.stage)).filter(**CLAIMED)
    waiting = not_proved().filter(line__in=attributed.values("pk"))
    undecided = sums.of(LineFilter(sums.stage, verdict="undecided")).count
    counts = waiting.aggregate(
        declared=Count("pk", filter=Q(status=AttributionStatus.DECLARED)),
        proposed=Count("pk", filter=Q(status=AttributionStatus.PROPOSED)),
        decided=Count("line", distinct=True, filter=Q(line__it_share__isnull=False)),
    )
    return {
        "undecided": undecided,
        "to_review": sums.of(LineFilter(sums.stage, attribution="to_review")).count,
        "declared": counts["declared"],
        "proposed": counts["proposed"],
        "lines": undecided + counts["decided"],
    }


def payers_outside(fiscal_year: FiscalYear) -> list[str]:
    """Return the managers or services that pay for NR effort outside the IT budget (one query)."""
    lines = by_attribution(lines_in_force(fiscal_year), "outside")
    names = lines.order_by("manager", "service").values_list("manager", "service").distinct()
    return list(
        dict.fromkeys(manager or service for manager, service in names if manager or service)
    )


def proposals_for(fiscal_year: FiscalYear, lines: Sequence[BudgetLine]) -> dict[int, Proposal]:
    """Return, by line of a year, what was decided of lines alike, then and in the years beside.

    One query. By whom they were decided, a person or the perimeter, does not matter.
    """
    precedents = Precedents(_past(fiscal_year, lines))
    found = {
        line.pk: precedents.propose(Likeness(line.nature, line.supplier, line.label, line.function))
        for line in lines
    }
    return {pk: proposal for pk, proposal in found.items() if proposal is not None}


def _past(fiscal_year: FiscalYear, lines: Sequence[BudgetLine]) -> list[Judged]:
    if not lines:
        return []
    natures = {line.nature for line in lines}
    labels, suppliers = ({getattr(one, name) for one in lines} for name in ("label", "supplier"))
    # Each by an index of its own: the three together would read all the lines of the years.
    named = Q(nature__in=natures, label__in=labels - {""})
    # An index has all that is asked of them, but the label: what is named is taken out below.
    alike = (
        (named, "label"),
        (Q(nature__in=natures, label="", supplier=""), "label"),
        (Q(supplier__in=suppliers - {""}), Value("", CharField())),
    )
    # A year judged late learns from the one after it too.
    years = [fiscal_year.year + 1 - before for before in range(RECENT_YEARS + 1)]
    first, *others = (
        real_expenses(BudgetLine.objects.all())
        .filter(
            same,
            fiscal_year__in=FiscalYear.objects.filter(
                organisation=fiscal_year.organisation_id, year__in=years
            ).values("pk"),
            it_share__isnull=False,
        )
        .order_by()
        .values_list(
            *("nature", "supplier", label, "function"),
            *("verdict", "it_share", "fiscal_year__year", "overridden"),
        )
        .annotate(lines=Count("pk"))
        for same, label in alike
    )
    counts: Counter[tuple[Any, ...]] = Counter()
    for nature, supplier, label, *rest, count in first.union(*others, all=True):
        counts[nature, supplier, label, *rest] += count
        if label and supplier:  # Of the others of a supplier, no line here has the label.
            counts[nature, supplier, "", *rest] -= count
    return [
        Judged(Likeness(*of), Verdict(verdict), share, year, count, by_person)
        for (*of, verdict, share, year, by_person), count in counts.items()
        if count
    ]


def proposal_words(proposal: Proposal) -> str:
    """Return the lines alike that a proposal comes from, in one sentence."""
    alike = {
        By.LINE: ngettext(
            "La même ligne, jugée en %(years)s.",
            "%(lines)s lignes sur %(of)s de ce nom sur ce compte, jugées en %(years)s.",
            proposal.of,
        ),
        By.LABEL: ngettext(
            "Une ligne de ce nom sur ce compte et cette fonction, jugée en %(years)s.",
            "%(lines)s lignes sur %(of)s de ce nom sur ce compte et cette fonction, jugées en"
            " %(years)s.",
            proposal.of,
        ),
        By.SUPPLIER_AND_FUNCTION: ngettext(
            "Une ligne de ce fournisseur sur ce compte et cette fonction, jugée en %(years)s.",
            "%(lines)s lignes sur %(of)s de ce fournisseur sur ce compte et cette fonction, jugées"
            " en %(years)s.",
            proposal.of,
        ),
        By.ACCOUNT_AND_FUNCTION: ngettext(
            "Le même compte à la même fonction, jugé en %(years)s.",
            "%(lines)s lignes sur %(of)s de ce compte et de cette fonction, jugées en %(years)s.",
            proposal.of,
        ),
        By.SUPPLIER_AND_ACCOUNT: gettext(
            "%(lines)s lignes sur %(of)s de ce fournisseur sur ce compte, jugées en %(years)s."
        ),
        By.SUPPLIER: gettext("%(lines)s lignes sur %(of)s de ce fournisseur, jugées en %(years)s."),
    }
    return alike[proposal.by] % {
        "lines": proposal.lines,
        "of": proposal.of,
        "years": ", ".join(map(str, proposal.years)),
    }
