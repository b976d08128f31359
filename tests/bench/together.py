"""Writing many things together, beside writing them one by one through the single services."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from portulan.budget.attributions.writes import attribute, attribute_lines
from portulan.budget.models import BudgetLine
from portulan.budget.years.writes import open_year
from portulan.catalogue.imports.writes import install_builtin
from portulan.plans.plan import create_plan
from tests.bench import files
from tests.bench.base import database
from tests.bench.clock import Pair, seconds
from tests.bench.place import act, act_many, load, shares
from tests.bench.table import Row, by_amount, by_ratio
from tests.people import make_town

MANY, FEW = 500, 50
# Of the same things, one by one, in the same run.
MOST = 0.25


def rows(folder: Path) -> Iterator[Row]:
    """Yield what an action with its six writes and an attribution cost, together and alone."""
    with database():
        town = make_town("together")
        practices = list(install_builtin().practices.order_by("pk"))
        plan = create_plan(town.editor, title="Plan", first_year=2025, last_year=2027)
        act(town, plan, practices, MANY + FEW + 1)  # what the first one loads is not counted
        alone = seconds(lambda: [act(town, plan, practices, n) for n in range(FEW)]) / FEW
        made = []
        many = seconds(lambda: made.extend(act_many(town, plan, practices, range(MANY)))) / MANY
        yield from _rows("an action with its six writes", many, alone, 8)
        year = open_year(town.finance, year=files.YEAR)
        load(town, year, files.ledger(folder / "together.csv", 2_000, files.YEAR))
        lines = list(BudgetLine.objects.filter(fiscal_year=year, it_share=1).order_by("pk"))
        given = shares(made, lines[: MANY + FEW])
        first, rest = given[:FEW], given[FEW:]
        alone = seconds(lambda: [attribute(town.finance, **one._asdict()) for one in first]) / FEW
        many = seconds(lambda: attribute_lines(town.finance, given=rest)) / len(rest)
        yield from _rows(f"a line attributed, of {len(rest)}", many, alone, 3)


def _rows(what: str, many: float, alone: float, most: float) -> Iterator[Row]:
    yield by_ratio(what, Pair(many, alone, many / alone), MOST)
    yield by_amount(what, many * 1000, most, "ms")
