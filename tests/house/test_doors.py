"""Every door, for every role and operation, and for somebody of the organisation beside."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from decimal import Decimal

import pytest

from portulan.accounts.access import RIGHTS, Grant, Operation, Role
from portulan.accounts.actors import Actor
from portulan.accounts.reads import get_person
from portulan.budget.access import get_year
from portulan.budget.attributions.reads import get_attribution
from portulan.budget.attributions.writes import attribute
from portulan.budget.imports.reads import get_batch
from portulan.budget.imports.typed import type_figures
from portulan.budget.lines.reads import get_line
from portulan.budget.models import BudgetLine, ImportBatch
from portulan.budget.perimeter.reads import get_edition
from portulan.budget.words import Method, Stage
from portulan.budget.years.writes import open_year
from portulan.catalogue.imports.writes import import_catalogue, install_builtin
from portulan.catalogue.links.reads import get_link
from portulan.catalogue.links.writes import link_practices
from portulan.catalogue.words import Relation
from portulan.core.errors import DeniedError, NotFoundError
from portulan.impact.estimates.reads import get_estimate
from portulan.impact.estimates.writes import estimate_action
from portulan.plans.plan import get_action, get_plan
from portulan.portfolio.scenarios.reads import get_scenario
from portulan.portfolio.scenarios.writes import create_scenario
from tests.catalogue.imports.test_writes import content as house_edition
from tests.impact.asked import request
from tests.people import Town
from tests.plans.plan_of_town import TODAY, make_action, make_plan

type Door = Callable[[Actor, Operation], object]
DOORS = (
    "plan",
    "another's action",
    "own action",
    "another's estimate",
    "own estimate",
    "year",
    "import",
    "line",
    "attribution",
    "perimeter",
    "person",
    "link",
    "scenario",
)


@pytest.fixture
def doors(town: Town) -> dict[str, Door]:
    """Every door of an object of the town, by the name of the object."""
    plan = make_plan(town)
    other = make_action(town, plan)
    own = make_action(town, plan, "La mienne")
    own.pilot = town.people[Role.CONTRIBUTOR]
    own.save()
    estimates = {
        action.number: estimate_action(
            town.editor, action=action, request=request("enabling"), today=TODAY
        ).pk
        for action in (own, other)
    }
    year = open_year(town.finance, year=2026)
    type_figures(
        town.finance,
        fiscal_year=year,
        stage=Stage.OPENED,
        it_budget=Decimal(100),
        lines=[],
        on=date(2026, 11, 24),
    )
    line, batch = BudgetLine.objects.get(), ImportBatch.objects.get()
    given = attribute(
        town.finance, line=line, share=Decimal("0.1"), method=Method.KEY, reason="clé"
    )
    person = town.people[Role.READER]
    source = import_catalogue(town.editor, content=house_edition()).practices.get(code="a.1")
    link = link_practices(
        town.editor,
        source=source,
        target=install_builtin().practices.get(code="f.8"),
        relation=Relation.NARROWER,
        reason="La nuit",
    )
    scenario = create_scenario(
        town.editor, plan=plan, title="Tenir 2027", first_year=2027, last_year=2028
    )
    return {
        "plan": lambda actor, need: get_plan(actor=actor, slug=plan.slug, need=need),
        "another's action": lambda actor, need: get_action(
            actor=actor, plan_slug=plan.slug, number=other.number, need=need
        ),
        "own action": lambda actor, need: get_action(
            actor=actor, plan_slug=plan.slug, number=own.number, need=need
        ),
        "another's estimate": lambda actor, need: get_estimate(
            actor=actor,
            plan_slug=plan.slug,
            number=other.number,
            pk=estimates[other.number],
            need=need,
        ),
        "own estimate": lambda actor, need: get_estimate(
            actor=actor, plan_slug=plan.slug, number=own.number, pk=estimates[own.number], need=need
        ),
        "year": lambda actor, need: get_year(actor=actor, year=2026, need=need),
        "import": lambda actor, need: get_batch(actor=actor, year=2026, pk=batch.pk, need=need),
        "line": lambda actor, need: get_line(actor=actor, year=2026, pk=line.pk, need=need),
        "attribution": lambda actor, need: get_attribution(
            actor=actor, year=2026, pk=given.pk, need=need
        ),
        "perimeter": lambda actor, need: get_edition(actor=actor, edition=1, need=need),
        "person": lambda actor, need: get_person(actor=actor, pk=person.pk, need=need),
        "link": lambda actor, need: get_link(actor=actor, pk=link.pk, need=need),
        "scenario": lambda actor, need: get_scenario(actor=actor, slug=scenario.slug, need=need),
    }


def opens(door: Door, actor: Actor, need: Operation) -> bool:
    try:
        door(actor, need)
    except DeniedError:
        return False
    return True


def test_the_table_is_what_doors_obey(town: Town, doors: dict[str, Door]) -> None:
    assert set(doors) == set(DOORS)
    wrong = []
    for name, door in doors.items():
        for role in Role:
            for need in Operation:
                grant = RIGHTS[role][need]
                mine = name.startswith("own ") and role is Role.CONTRIBUTOR  # who pilots it
                expected = grant is Grant.ALL or (grant is Grant.OWN and mine)
                if opens(door, town.actor(role), need) is not expected:
                    wrong.append((name, role, need))
    assert wrong == []


def test_nothing_of_the_town_exists_for_people_of_elsewhere(
    town: Town, elsewhere: Town, doors: dict[str, Door]
) -> None:
    for door in doors.values():
        for role in Role:
            for need in Operation:
                with pytest.raises(NotFoundError):
                    door(elsewhere.actor(role), need)
