"""As many queries at ten and at five hundred actions, with few lines and with many."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from pathlib import Path

from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from portulan.accounts.access import Role
from portulan.budget.imports.writes import confirm, preview
from portulan.budget.lines.kept_sums import count_again
from portulan.budget.models import Allotment, Attribution, BudgetLine, FiscalYear, ImportBatch
from portulan.budget.words import AttributionStatus, Method
from portulan.budget.years.writes import open_year
from portulan.catalogue.imports.writes import install_builtin
from portulan.indicators.models import Indicator, Measurement
from portulan.indicators.words import Kind
from portulan.plans.models import (
    Action,
    ActionIndicator,
    ActionPractice,
    CommitmentDecision,
    Deliverable,
    Plan,
    PlannedMoney,
)
from portulan.plans.words import Outcome
from tests.bench import files
from tests.people import Town

LINES = "budget/2026/lines.csv"
PAGES = (
    *("", "plans/plan/", "plans/plan/?sort=-money", "plans/plan/actions.csv", "plans/plan/1/"),
    *("plans/plan/coverage/", "budget/", "budget/2026/", "budget/2026/lines/"),
    *("budget/2026/lines/?attribution=attributed", "budget/2026/lines/?q=mobilier&order=label"),
    *(LINES, "budget/2026/queue/", "budget/2026/imports/"),
)


def add_actions(town: Town, plan: Plan, numbers: range) -> None:
    """Give the plan actions, each with a practice, an indicator, a decision and money."""
    practices = list(install_builtin().practices.order_by("pk"))
    pilot = town.people[Role.CONTRIBUTOR]
    actions = Action.objects.bulk_create(
        Action(plan=plan, number=n, title=f"Action {n}", level=1, pilot_function="DSI", pilot=pilot)
        for n in numbers
    )
    indicators = Indicator.objects.bulk_create(
        Indicator(organisation=town.organisation, name=f"Postes {n}", kind=Kind.COUNT)
        for n in numbers
    )
    pairs = list(zip(actions, indicators, strict=True))
    ActionIndicator.objects.bulk_create(
        ActionIndicator(action=action, indicator=indicator) for action, indicator in pairs
    )
    Measurement.objects.bulk_create(
        Measurement(indicator=indicator, on=on, value=Decimal(value), recorded_at=timezone.now())
        for indicator in indicators
        for on, value in ((date(2025, 12, 31), 10), (date(2026, 6, 30), 12))
    )
    ActionPractice.objects.bulk_create(
        ActionPractice(action=action, practice=practices[action.number % len(practices)])
        for action in actions
    )
    CommitmentDecision.objects.bulk_create(
        CommitmentDecision(
            action=action,
            decided_on=date(2025, 1, 1),
            outcome=Outcome.ADOPT,
            level=1,
            recorded_at=timezone.now(),
        )
        for action in actions
    )
    PlannedMoney.objects.bulk_create(
        # One in five does not know its cost: a decision to take, after its deliverable.
        PlannedMoney(action=action, year=2027, amount=Decimal(100) if action.number % 5 else None)
        for action in actions
    )
    Deliverable.objects.bulk_create(
        Deliverable(action=action, title="Étude", due_on=date(2027, 3, 1)) for action in actions
    )
    Allotment.objects.bulk_create(
        Allotment(action=action, year=2026, amount=Decimal(50), decided_on=date(2026, 1, 1))
        for action in actions
    )


def load(town: Town, year: FiscalYear, folder: Path, lines: int) -> ImportBatch:
    """Replace the accounts of the year with as many lines, one in five of IT attributed."""
    path = files.ledger(folder / f"{lines}.csv", lines, year.year)
    with path.open("rb") as stream:
        batch = preview(town.finance, fiscal_year=year, stream=stream, file_name=path.name)
    batch = confirm(town.finance, batch=batch, replace=True, in_euros=True)
    actions = list(Action.objects.order_by("pk"))
    found = BudgetLine.objects.filter(batch=batch, it_share=1).order_by("pk")
    Attribution.objects.bulk_create(
        Attribution(
            line=line,
            action=actions[rank % len(actions)],
            share=Decimal("0.5"),
            method=Method.KEY,
            status=(AttributionStatus.DECLARED, AttributionStatus.PROPOSED)[rank % 2],
            reason="clé",
            recorded_at=timezone.now(),
        )
        for rank, line in enumerate(found[: found.count() // 5])
    )
    count_again(batch)
    return batch


def queries(client: Client, slug: str) -> dict[str, int]:
    counts = {}
    for path in PAGES:
        with CaptureQueriesContext(connection) as captured:
            response = client.get(f"/{slug}/{path}")
            assert response.status_code == 200, path
            size = len(b"".join(response)) if response.streaming else len(response.content)
        assert size, path
        counts[path] = len(captured)
    return counts


def test_pages_and_files_ask_no_more_whatever_the_size(
    town: Town, signed_in, tmp_path: Path
) -> None:
    plan = Plan.objects.create(
        organisation=town.organisation, slug="plan", title="Plan", first_year=2025, last_year=2027
    )
    years = [open_year(town.finance, year=number) for number in (2025, 2026)]
    client = signed_in(Role.FINANCE)
    add_actions(town, plan, range(1, 11))
    for year in years:
        load(town, year, tmp_path, 300)
    queries(client, town.slug)  # what is asked once per browser is asked
    small = queries(client, town.slug)
    add_actions(town, plan, range(11, 501))
    for year in years:
        load(town, year, tmp_path, 4_000)
    large = queries(client, town.slug)
    grown = {path: count - small[path] for path, count in large.items() if count > small[path]}
    # A file of lines is read by pieces, as a table of millions would not fit in memory.
    assert grown.pop(LINES, 0) <= 2 * (2 * 4_300 // 2_000)
    assert grown == {}
    # Of those of the dashboard, two tell which years compare, one which pilots have said yes, eight
    # what it alerts of.
    assert max(small.values()) <= 44
