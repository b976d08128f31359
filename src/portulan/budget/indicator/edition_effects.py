"""What a draft edition of the perimeter, or one of its rules, would change, and nothing written."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from portulan.budget.indicator.reads import (
    YearFigure,
    YearStages,
    default_stage,
    figure_of,
    stages_in_force,
    year_figure,
)
from portulan.budget.indicator.restating import restate
from portulan.budget.indicator.share import Tally
from portulan.budget.models import FiscalYear, ITPerimeter, PerimeterRule
from portulan.budget.perimeter.judged_lines import Judge, rule_of
from portulan.budget.words import YearStatus


@dataclass(frozen=True, slots=True)
class EditionEffect:
    """A year that is open, before and after.

    `moved` are the lines of another verdict or another IT share, with their amount at the stage of
    the figures; `decided` is what each rule decides afterwards, by its place from 1.
    """

    before: YearFigure
    after: YearFigure
    moved: Tally
    decided: dict[int, Tally]

    @property
    def lines(self) -> int:
        return self.moved.lines

    @property
    def amount(self) -> Decimal:
        return self.moved.amount

    @property
    def newly_over(self) -> int:
        """How many lines would hold less than is attributed to them, and do not today."""
        today = set(self.before.figure.over_attributed)
        return len(set(self.after.figure.over_attributed) - today)


def edition_effects(draft: ITPerimeter) -> list[EditionEffect]:
    """Return what each open year with accounts would become, the latest first.

    As many queries as there are open years, whatever the number of lines.
    """
    return _effects(draft, Judge(draft), None)


def rule_effects(
    draft: ITPerimeter,
    tried: PerimeterRule,
    *,
    before: PerimeterRule | None = None,
) -> list[EditionEffect]:
    """Return what a rule moves in each open year: the draft without it, then with it.

    `tried` need not be written: it stands in its place, else before another, else in last.
    """
    rules = list(draft.rules.order_by("order"))
    others = [rule for rule in rules if rule.pk != tried.pk]
    ahead = rules.index(tried) if tried in rules else None
    if ahead is None:
        ahead = others.index(before) if before in others else len(others)
    without = [rule_of(rule) for rule in others]
    with_it = [*without[:ahead], rule_of(tried), *without[ahead:]]
    return _effects(draft, Judge(draft, with_it), Judge(draft, without))


def _effects(draft: ITPerimeter, after: Judge, before: Judge | None) -> list[EditionEffect]:
    given = stages_in_force(draft.organisation_id)
    effects = []
    for fiscal_year in (
        FiscalYear.objects.filter(organisation_id=draft.organisation_id)
        .exclude(status=YearStatus.CLOSED)
        .select_related("judged_under")
        .order_by("-year")
    ):
        stage = default_stage(fiscal_year, given.get(fiscal_year.pk, YearStages()))
        if stage is None:
            continue
        restated = restate(fiscal_year.pk, stage, after, before)
        effects.append(
            EditionEffect(
                before=figure_of(fiscal_year, stage)
                if before is None
                else year_figure(fiscal_year, stage, draft, restated.before),
                after=year_figure(fiscal_year, stage, draft, restated.sums),
                moved=restated.moved,
                decided=dict(restated.decided),
            )
        )
    return effects
