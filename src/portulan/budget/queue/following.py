"""The verdicts of one year taken over by another, all at once: seen first, then taken, undone."""

from __future__ import annotations

import hashlib
import json
from collections import defaultdict
from dataclasses import dataclass
from decimal import Decimal
from functools import cached_property

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from portulan.accounts.access import Operation
from portulan.accounts.actors import Actor
from portulan.accounts.trail import record
from portulan.budget.access import hold_year, require_open
from portulan.budget.attributions.rule_writes import propose_by_rules
from portulan.budget.indicator.line_sums import weighed_line
from portulan.budget.indicator.reads import YearFigure, figure_of, year_figure
from portulan.budget.lines.sums import Sums
from portulan.budget.models import BudgetLine, FiscalYear, LineOverride
from portulan.budget.perimeter.followed import verdicts_to_take
from portulan.budget.perimeter.precedents import Proposal
from portulan.budget.queue.writes import Given, decide_as_proposed
from portulan.budget.verbs import Verb
from portulan.budget.words import BatchStatus, Stage, Verdict

type Ruled = tuple[Verdict, Decimal]


@dataclass(frozen=True)
class Following:
    """What a year would take of the verdicts of another.

    `taken` are its lines with what each would be; `left` those of which nobody can tell, as lines
    alike were judged in several ways, or hold attributions beyond the share.
    """

    fiscal_year: FiscalYear
    source: FiscalYear
    taken: tuple[tuple[BudgetLine, Proposal], ...]
    left: tuple[BudgetLine, ...]

    @property
    def digest(self) -> str:
        """What identifies it: what is taken is what was shown."""
        said = sorted([line.pk, one.verdict, str(one.share)] for line, one in self.taken)
        return hashlib.sha256(json.dumps(said).encode()).hexdigest()

    @cached_property
    def by_verdict(self) -> dict[Ruled, list[BudgetLine]]:
        """The lines taken, by the verdict and share that each would have, the most first."""
        found: dict[Ruled, list[BudgetLine]] = defaultdict(list)
        for line, one in self.taken:
            found[one.verdict, one.share].append(line)
        return dict(sorted(found.items(), key=lambda item: (-len(item[1]), -item[0][1])))


def verdicts_from(fiscal_year: FiscalYear, source: FiscalYear) -> Following:
    """Return what a year would take of the verdicts of another (four queries)."""
    taken, left = [], []
    for line, proposal in verdicts_to_take(fiscal_year, source):
        if proposal is None or proposal.share < (line.claimed_share or 0):
            left.append(line)
        else:
            taken.append((line, proposal))
    return Following(fiscal_year, source, tuple(taken), tuple(left))


def sources_for(fiscal_year: FiscalYear) -> list[FiscalYear]:
    """Return the years beside this one in which people gave verdicts, the earlier first."""
    decided = LineOverride.objects.filter(line__batch__status=BatchStatus.CONFIRMED)
    return list(
        FiscalYear.objects.filter(
            organisation=fiscal_year.organisation_id,
            year__in=(fiscal_year.year - 1, fiscal_year.year + 1),
            pk__in=decided.values("line__fiscal_year"),
        ).order_by("year")
    )


def figure_after(following: Following, stage: Stage) -> tuple[YearFigure, YearFigure]:
    """Return the figure of the year as it is, then as it would be; nothing is written."""
    before = figure_of(following.fiscal_year, stage)
    was = Sums.of(weighed_line(line, stage) for line, _one in following.taken)
    now = Sums.of(
        weighed_line(line, stage, (one.verdict, one.share)) for line, one in following.taken
    )
    sums = before.sums.plus(was, -1).plus(now)
    return before, year_figure(before.fiscal_year, stage, before.perimeter, sums)


@transaction.atomic
def take_verdicts(
    actor: Actor, *, fiscal_year: FiscalYear, source: FiscalYear, digest: str
) -> Given:
    """Take the verdicts of another year on the lines alike, as they were shown (`digest`).

    Each keeps where it comes from, and `queue.writes.take_back` gives the lines back together.
    Raises DeniedError, ValidationError: a closed year, nothing to take, verdicts that changed.
    """
    actor.require(Operation.EDIT_BUDGET)
    fiscal_year = hold_year(fiscal_year.pk)
    require_open(fiscal_year)
    following = verdicts_from(fiscal_year, source)
    if not following.taken:
        raise ValidationError(_("Aucune ligne n’a de verdict à reprendre."))
    if following.digest != digest:
        raise ValidationError(_("Des décisions ont été prises entre-temps : relisez ces lignes."))
    count = len(following.taken)
    entry = record(
        actor,
        fiscal_year,
        Verb.VERDICTS_TAKEN_OVER,
        {"lines": (None, count), "year": (None, source.year)},
    )
    same: dict[Proposal, list[BudgetLine]] = defaultdict(list)
    for line, proposal in following.taken:
        same[proposal].append(line)
    decide_as_proposed(actor, same, entry)
    propose_by_rules(actor, fiscal_year=fiscal_year, among=[line.pk for line, _ in following.taken])
    return Given(count, entry)
