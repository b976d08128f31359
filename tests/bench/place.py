"""An organisation of any size, made through the services as people would."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from pathlib import Path

from portulan.accounts.access import Role
from portulan.accounts.models import User
from portulan.budget.attributions.writes import attribute
from portulan.budget.imports.writes import confirm, preview
from portulan.budget.models import BudgetLine, FiscalYear
from portulan.budget.words import AttributionStatus, Method
from portulan.budget.years.writes import open_year
from portulan.catalogue.imports.writes import install_builtin
from portulan.catalogue.models import Practice
from portulan.indicators.words import Kind
from portulan.plans import indicators
from portulan.plans import plan as plans_plan
from portulan.plans.actions import progress
from portulan.plans.actions import writes as actions_writes
from portulan.plans.models import Action, Plan
from portulan.plans.money import writes as money_writes
from portulan.plans.words import CommitmentLevel, Progress
from tests.bench import files
from tests.people import Town, make_town

TODAY = date(2026, 11, 24)
# One line in a hundred is dedicated to NR, by one attribution; two years of accounts.
ATTRIBUTED = 100


@dataclass(frozen=True)
class Place:
    """A town with a plan and two years of accounts."""

    town: Town
    plan: Plan
    actions: list[Action]
    years: tuple[FiscalYear, ...]

    @property
    def user(self) -> User:
        user = self.town.people[Role.FINANCE].user
        assert user is not None
        return user


def build(slug: str, folder: Path, *, actions: int, lines: int) -> Place:
    """Make a town with that many actions, and that many lines in each of two years."""
    town = make_town(slug)
    practices = list(install_builtin().practices.order_by("pk"))
    plan = plans_plan.create_plan(
        town.editor, title="Plan 2025-2027", first_year=2025, last_year=2027
    )
    made = [_action(town, plan, practices, number) for number in range(1, actions + 1)]
    years = tuple(open_year(town.finance, year=year) for year in (2025, 2026))
    place = Place(town, plan, made, years)
    for fiscal_year in years:
        path = files.ledger(folder / f"{slug}-{fiscal_year.year}.csv", lines, fiscal_year.year)
        load(town, fiscal_year, path)
        attribute_some(town, made, fiscal_year)
    return place


def _action(town: Town, plan: Plan, practices: list[Practice], number: int) -> Action:
    action = actions_writes.create_action(
        town.editor,
        plan=plan,
        today=TODAY,
        title=f"Action numéro {number}",
        pilot_function="Direction des systèmes d’information",
        level=CommitmentLevel(1 + number % 3),
        due_on=date(2026 + number % 2, 6, 30),
        practices=[practices[number % len(practices)]],
    )
    indicator = indicators.add_indicator(
        town.editor, action=action, name=f"Équipements {number}", kind=Kind.COUNT, unit="postes"
    )
    for on, value in ((date(2025, 12, 31), 100), (date(2026, 6, 30), 120 + number)):
        indicators.measure(
            town.editor,
            action=action,
            indicator=indicator,
            on=on,
            today=TODAY,
            value=Decimal(value),
        )
    progress.update_progress(town.editor, action=action, today=TODAY, progress=Progress.IN_PROGRESS)
    money_writes.set_planned_money(
        town.editor, action=action, year=2027, amount=Decimal(1000 + number)
    )
    return action


def load(town: Town, fiscal_year: FiscalYear, path: Path) -> None:
    """Import accounts as a person does: previewed, then confirmed."""
    with path.open("rb") as stream:
        batch = preview(town.finance, fiscal_year=fiscal_year, stream=stream, file_name=path.name)
    confirm(town.finance, batch=batch, in_euros=True)


def attribute_some(town: Town, actions: list[Action], fiscal_year: FiscalYear) -> None:
    """Attribute one line in a hundred, a thousand at most."""
    lines = BudgetLine.objects.filter(fiscal_year=fiscal_year)
    found = lines.filter(it_share=1).order_by("pk")[: min(lines.count() // ATTRIBUTED, 1_000)]
    statuses = list(AttributionStatus)[:3]
    for rank, line in enumerate(found):
        attribute(
            town.finance,
            line=line,
            share=Decimal("0.25"),
            method=Method.KEY,
            reason="clé de répartition",
            action=actions[rank % len(actions)],
            status=statuses[rank % 3],
            evidence="note 12",
        )
