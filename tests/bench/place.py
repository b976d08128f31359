"""An organisation of any size, made through the services as people would."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from pathlib import Path

from portulan.accounts.access import Role
from portulan.accounts.models import User
from portulan.budget.attributions.writes import Given, attribute_lines
from portulan.budget.imports.writes import confirm, preview
from portulan.budget.models import BudgetLine, FiscalYear
from portulan.budget.words import AttributionStatus, Method
from portulan.budget.years.writes import open_year
from portulan.catalogue.imports.writes import install_builtin
from portulan.catalogue.models import Practice
from portulan.indicators.measurements import Reading
from portulan.indicators.words import Kind
from portulan.indicators.writes import NewIndicator
from portulan.plans import indicators
from portulan.plans import plan as plans_plan
from portulan.plans.actions import progress
from portulan.plans.actions import writes as actions_writes
from portulan.plans.models import Action, ActionFields, Plan
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
    made = act_many(town, plan, practices, range(1, actions + 1))
    years = tuple(open_year(town.finance, year=year) for year in (2025, 2026))
    place = Place(town, plan, made, years)
    for fiscal_year in years:
        path = files.ledger(folder / f"{slug}-{fiscal_year.year}.csv", lines, fiscal_year.year)
        load(town, fiscal_year, path)
        attribute_some(town, made, fiscal_year)
    return place


def act(town: Town, plan: Plan, practices: list[Practice], number: int) -> Action:
    """Make an action and the six writes of its first days, one by one."""
    action = actions_writes.create_action(
        town.editor, plan=plan, today=TODAY, **_sheet(practices, number)
    )
    (indicator,) = indicators.add_indicators(town.editor, new=[(action, _indicator(number))])
    for on, value in _values(number):
        indicators.measure(
            town.editor, action=action, indicator=indicator, on=on, today=TODAY, value=value
        )
    progress.update_progress(town.editor, action=action, today=TODAY, progress=Progress.IN_PROGRESS)
    money_writes.set_planned_money(
        town.editor, action=action, year=2027, amount=Decimal(1000 + number)
    )
    return action


def act_many(
    town: Town, plan: Plan, practices: list[Practice], numbers: Sequence[int]
) -> list[Action]:
    """Make the same of many actions, together."""
    editor = town.editor
    new = [actions_writes.NewAction(_sheet(practices, number)) for number in numbers]
    made = actions_writes.create_actions(editor, plan=plan, today=TODAY, new=new)
    wanted = [(one, _indicator(number)) for one, number in zip(made, numbers, strict=True)]
    followed = indicators.add_indicators(editor, new=wanted)
    readings = [
        (action, Reading(indicator, on, value))
        for action, indicator, number in zip(made, followed, numbers, strict=True)
        for on, value in _values(number)
    ]
    indicators.measure_many(editor, readings=readings, today=TODAY)
    said = [progress.Said(action, Progress.IN_PROGRESS) for action in made]
    progress.update_many(editor, said=said, today=TODAY)
    asked = [
        (action, {money_writes.MoneyKey(2027): Decimal(1000 + number)})
        for action, number in zip(made, numbers, strict=True)
    ]
    money_writes.plan_money(editor, asked=asked, whole=False)
    return made


def _sheet(practices: list[Practice], number: int) -> ActionFields:
    return {
        "title": f"Action numéro {number}",
        "pilot_function": "Direction des systèmes d’information",
        "level": CommitmentLevel(1 + number % 3),
        "due_on": date(2026 + number % 2, 6, 30),
        "practices": [practices[number % len(practices)]],
    }


def _indicator(number: int) -> NewIndicator:
    return NewIndicator(f"Équipements {number}", Kind.COUNT, {"unit": "postes"})


def _values(number: int) -> tuple[tuple[date, Decimal], ...]:
    return (date(2025, 12, 31), Decimal(100)), (date(2026, 6, 30), Decimal(120 + number))


def load(town: Town, fiscal_year: FiscalYear, path: Path) -> None:
    """Import accounts as a person does: previewed, then confirmed."""
    with path.open("rb") as stream:
        batch = preview(town.finance, fiscal_year=fiscal_year, stream=stream, file_name=path.name)
    confirm(town.finance, batch=batch, in_euros=True)


def attribute_some(town: Town, actions: list[Action], fiscal_year: FiscalYear) -> None:
    """Attribute one line in a hundred, a thousand at most."""
    lines = BudgetLine.objects.filter(fiscal_year=fiscal_year)
    found = lines.filter(it_share=1).order_by("pk")[: min(lines.count() // ATTRIBUTED, 1_000)]
    attribute_lines(town.finance, given=shares(actions, found))


def shares(actions: list[Action], lines: Iterable[BudgetLine]) -> list[Given]:
    """A quarter of each line for one of the actions."""
    statuses = list(AttributionStatus)[:3]
    return [
        Given(
            line,
            Method.KEY,
            "clé de répartition",
            Decimal("0.25"),
            action=actions[rank % len(actions)],
            status=statuses[rank % 3],
            evidence="note 12",
        )
        for rank, line in enumerate(lines)
    ]
