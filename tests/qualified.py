"""Accounts of which everything was looked at: enough for two years to be compared."""

from __future__ import annotations

from portulan.budget.attributions.writes import review_many
from portulan.budget.lines.reads import LineFilter, kept_lines, lines_in_force
from portulan.budget.models import FiscalYear
from portulan.budget.queue.writes import decide_lines
from portulan.budget.words import Stage, Verdict
from tests.people import Town


def qualify(town: Town, *years: FiscalYear, stage: Stage = Stage.OPENED) -> None:
    """Say of what waits that it is not IT, and of what is IT that nothing more of it is NR."""
    for year in years:
        waiting = list(lines_in_force(year).filter(it_share=None).values_list("pk", flat=True))
        if waiting:
            decide_lines(
                town.finance, fiscal_year=year, lines=waiting, verdict=Verdict.OUT, reason="autre"
            )
        to_review = kept_lines(year, LineFilter(stage, attribution="to_review"))
        review_many(town.finance, lines=list(to_review), on=year.ends_on)
