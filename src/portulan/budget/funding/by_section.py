"""What the lines of a year give to each action, section by section, at each stage."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from decimal import Decimal, localcontext
from typing import NamedTuple

from portulan.budget.indicator.facts import YearFacts
from portulan.budget.lines.kept_sums import real_expenses, shares_by_line
from portulan.budget.lines.sums import EXACT
from portulan.budget.lines.weighing import kept_of
from portulan.budget.models import Attribution, BudgetLine, FiscalYear
from portulan.budget.words import Stage, Verdict

ZERO = Decimal(0)


class Part(NamedTuple):
    """Whose money it is: an action (None: NR at large), "F" or "I" ("" unsaid), in IT or beside."""

    action: int | None
    section: str
    in_it_budget: bool


type Held = Mapping[Stage, Mapping[Part, Decimal]]


def held_by_section(year: FiscalYear | None, known: YearFacts) -> Held:
    """Return what lines dedicate to NR at each stage of a year, in exact euros (two queries).

    It adds up to `by_action` of the figure of that stage. A stage that the accounts do not give is
    left out: it is unknown, not 0.
    """
    if year is None:
        return {}
    stages = known.stages_of(year).given
    found: dict[Stage, dict[Part, Decimal]] = {stage: defaultdict(lambda: ZERO) for stage in stages}
    with localcontext(EXACT):
        for amounts, parts in _lines(known.stages_of(year).batches, stages):
            for stage, amount in zip(stages, amounts, strict=True):
                if amount is not None:
                    for part, share in parts.items():
                        found[stage][part] += amount * share
    return found


def _lines(
    batches: Iterable[int], stages: Iterable[Stage]
) -> Iterable[tuple[list[Decimal | None], dict[Part, Decimal]]]:
    """Yield the attributed lines: their amounts by stage, and what each part has of one."""
    lines = BudgetLine.everything.filter(batch__in=list(batches), claimed_share__isnull=False)
    shares = shares_by_line(Attribution.objects.filter(line__in=lines.values("pk")))
    columns = ("pk", "section", "verdict", "it_share", *(stage.column for stage in stages))
    for pk, section, verdict, it_share, *amounts in real_expenses(lines).values_list(*columns):
        kept = kept_of(it_share, shares.get(pk, ()), eliminated=verdict == Verdict.INTERNAL)
        inside = {Part(action, section, True): one for action, one in kept.actions.items()}
        beside = {Part(action, section, False): one for action, one in kept.outside_actions.items()}
        yield amounts, inside | beside
