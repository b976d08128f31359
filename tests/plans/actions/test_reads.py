"""Doors, rights, lists and the map: what is seen, by whom, and at what price."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from portulan.accounts.access import RIGHTS, Grant, Operation, Role
from portulan.core.errors import DeniedError, NotFoundError
from portulan.plans.actions.listing import NOBODY, Band, Filters, Listing, list_rows, shown_year
from portulan.plans.actions.progress import update_progress
from portulan.plans.actions.reads import rows_of
from portulan.plans.actions.writes import edit_action
from portulan.plans.choices.writes import choose_practice
from portulan.plans.commitments.writes import decide, save_milestone
from portulan.plans.coverage import coverage_of
from portulan.plans.fields import CELLS
from portulan.plans.indicators import measure
from portulan.plans.models import Action, Plan
from portulan.plans.money.funding import EXPECTED, Funding, FundingYear
from portulan.plans.money.writes import set_planned_money
from portulan.plans.plan import (
    create_plan,
    current_plan,
    get_action,
    get_action_indicator,
    get_part,
    get_plan,
    load_details,
)
from portulan.plans.words import Choice, CommitmentLevel, Outcome, Progress, State
from tests.people import Town
from tests.plans.plan_of_town import (
    TODAY,
    adopt,
    followed_action,
    make_action,
    make_edition,
    make_plan,
)

STUDY, EXPERIMENT, IMPLEMENTATION = CommitmentLevel


def test_the_current_plan_is_the_one_of_the_year(town: Town, elsewhere: Town) -> None:
    assert current_plan(actor=town.reader, today=TODAY) is None
    plan = make_plan(town)
    create_plan(town.editor, title="Le suivant", first_year=2028, last_year=2030)
    assert current_plan(actor=town.reader, today=TODAY) == plan
    latest = current_plan(actor=town.reader, today=date(2035, 1, 1))
    assert latest is not None
    assert latest.first_year == 2028
    assert current_plan(actor=elsewhere.admin, today=TODAY) is None
    with pytest.raises(NotFoundError):
        get_plan(actor=elsewhere.admin, slug=plan.slug, need=Operation.READ_PLAN)
    with pytest.raises(DeniedError):
        get_plan(actor=town.reader, slug=plan.slug, need=Operation.EDIT_PLAN)


@pytest.mark.parametrize("operation", [Operation.READ_PLAN, Operation.EDIT_PLAN,
                                       Operation.UPDATE_ACTION, Operation.DECIDE])  # fmt: skip
@pytest.mark.parametrize("role", Role)
def test_the_door_of_an_action(town: Town, role: Role, operation: Operation) -> None:
    plan = make_plan(town)
    mine = make_action(town, plan, pilot=town.people[role])
    others = make_action(town, plan)
    grant = RIGHTS[role][operation]

    def opens(action: Action) -> bool:
        try:
            get_action(
                actor=town.actor(role), plan_slug=plan.slug, number=action.number, need=operation
            )
        except DeniedError:
            return False
        return True

    assert opens(mine) == (grant is not Grant.NONE)
    assert opens(others) == (grant is Grant.ALL)


def test_an_action_of_others_does_not_exist(town: Town, elsewhere: Town) -> None:
    plan = make_plan(town)
    action = followed_action(town, plan)
    milestone = save_milestone(town.editor, action=action, title="Jalon", due_on=TODAY, today=TODAY)
    door: dict[str, Any] = {"plan_slug": plan.slug, "number": 1, "need": Operation.READ_PLAN}
    for actor, number in ((elsewhere.admin, 1), (town.admin, 9)):
        with pytest.raises(NotFoundError):
            get_action(actor=actor, **(door | {"number": number}))
    indicator = action.indicators.get()
    assert get_action_indicator(actor=town.reader, pk=indicator.pk, **door) == (action, indicator)
    assert get_part(type(milestone), actor=town.reader, pk=milestone.pk, **door)[1] == milestone
    with pytest.raises(NotFoundError):
        get_action_indicator(actor=town.reader, pk=indicator.pk + 1, **door)
    with pytest.raises(NotFoundError):
        get_part(type(milestone), actor=town.reader, pk=milestone.pk + 1, **door)


# Every service, on an action that the contributor pilots and on one that they do not.
def _update(town: Town, role: Role, action: Action) -> None:
    update_progress(town.actor(role), action=action, today=TODAY, progress=Progress.PAUSED)


def _measure(town: Town, role: Role, action: Action) -> None:
    indicator = action.indicators.get()
    measure(
        town.actor(role), action=action, indicator=indicator, on=TODAY, today=TODAY,
        value=Decimal(1),
    )  # fmt: skip


def _milestone(town: Town, role: Role, action: Action) -> None:
    save_milestone(town.actor(role), action=action, title="Jalon", due_on=TODAY, today=TODAY)


def _edit(town: Town, role: Role, action: Action) -> None:
    edit_action(town.actor(role), action=action, title="Autre titre")


def _money(town: Town, role: Role, action: Action) -> None:
    set_planned_money(town.actor(role), action=action, year=2027, amount=Decimal(1))


def _decide(town: Town, role: Role, action: Action) -> None:
    decide(
        town.actor(role), action=action, outcome=Outcome.ADOPT, on=TODAY, body="Comité",
        today=TODAY,
    )  # fmt: skip


@pytest.mark.parametrize(
    ("write", "operation"),
    [
        (_update, Operation.UPDATE_ACTION),
        (_measure, Operation.UPDATE_ACTION),
        (_milestone, Operation.UPDATE_ACTION),
        (_edit, Operation.EDIT_PLAN),
        (_money, Operation.EDIT_PLAN),
        (_decide, Operation.DECIDE),
    ],
)
@pytest.mark.parametrize("role", [Role.READER, Role.CONTRIBUTOR, Role.EDITOR, Role.FINANCE])
def test_who_may_write_what(
    town: Town, role: Role, write: Callable[[Town, Role, Action], None], operation: Operation
) -> None:
    plan = make_plan(town)
    mine = followed_action(town, plan, pilot=town.people[role])
    others = followed_action(town, plan)
    grant = RIGHTS[role][operation]
    for action, allowed in ((mine, grant is not Grant.NONE), (others, grant is Grant.ALL)):
        if allowed:
            write(town, role, action)
        else:
            with pytest.raises(DeniedError):
                write(town, role, action)


def fill(town: Town, plan: Plan, count: int) -> None:
    """Add actions in bulk, each with a practice and an indicator of three values."""
    practices = list(make_edition().practices.all())
    for rank in range(count):
        action = followed_action(
            town, plan, title=f"Action {rank:03}", practices=[practices[rank % len(practices)]]
        )
        if rank % 2:
            adopt(town, action, STUDY)


@pytest.fixture
def filled(town: Town) -> Plan:
    plan = make_plan(town)
    fill(town, plan, 6)
    return plan


def count_queries(call: Callable[[], object]) -> int:
    with CaptureQueriesContext(
        connection,
    ) as queries:
        call()
    return len(queries)


def test_lists_cost_the_same_whatever_their_length(town: Town, filled: Plan) -> None:
    def calls() -> list[int]:
        action = filled.actions.first()
        assert action is not None
        return [
            count_queries(lambda: rows_of(plan=filled, today=TODAY)),
            count_queries(lambda: coverage_of(filled)),
            count_queries(lambda: load_details(action)),
        ]

    few = calls()
    template = filled.actions.get(number=2)
    links = list(template.practice_links.all())
    for number in range(7, 120):
        copy = Action.objects.get(pk=template.pk)
        copy.pk, copy.number, copy._state.adding = None, number, True  # type: ignore[assignment]
        copy.save()
        for link in links:
            copy.practice_links.create(practice_id=link.practice_id)
        for link in template.indicator_links.all():
            copy.indicator_links.create(indicator_id=link.indicator_id)
    assert len(rows_of(plan=filled, today=TODAY)) == 119
    assert calls() == few
    assert few == [12, 6, 10]


def list_actions(plan: Plan, facts: Mapping[int, Funding] | None = None, **asked: Any) -> Listing:
    rows = rows_of(plan=plan, today=TODAY, facts=facts)
    return list_rows(rows, year=shown_year(plan, TODAY.year), **asked)


def _filters(**given: Any) -> Filters:
    cells = tuple((k, frozenset(given.pop(k))) for k in CELLS.keys() & given)
    said = {k: frozenset(v) if isinstance(v, set) else v for k, v in given.items()}
    return Filters(cells=cells, **said)


def test_filters_and_sorts(town: Town, filled: Plan) -> None:
    update_progress(
        town.editor, action=filled.actions.get(number=3), today=TODAY, progress=Progress.IN_PROGRESS
    )
    edit_action(town.editor, action=filled.actions.get(number=3), due_on=date(2026, 3, 31))
    edit_action(town.editor, action=filled.actions.get(number=4), title="Écrans d’été")

    def numbers(sort: str = "number", **filters: Any) -> list[int]:
        listing = list_actions(filled, filters=_filters(**filters), sort=sort)
        assert listing.total == 6
        return [row.action.number for row in listing.rows]

    assert numbers() == [1, 2, 3, 4, 5, 6]
    assert numbers(q="ecrans d'ete") == [4]
    assert numbers(q="salle action 002") == []
    assert numbers(q="action 002") == [3]
    assert numbers(q="e.1") == [4]
    assert numbers(progresses={Progress.IN_PROGRESS}) == [3]
    assert numbers(states={State.LATE}) == [3]
    assert numbers(states={State.BLOCKED}) == []
    assert numbers(states={State.BLOCKED, State.LATE}) == [3]
    theme = filled.actions.get(number=1).practices.get().theme_id
    assert numbers(themes={theme}) == [1, 2, 3]
    assert numbers(levels={IMPLEMENTATION}) == []
    assert numbers(pilot="responsable des Infrastructures") == [1, 2, 3, 4, 5, 6]
    assert numbers("-number") == [6, 5, 4, 3, 2, 1]
    assert numbers("-title")[0] == 4
    assert numbers("due")[0] == 3
    assert numbers("no such sort") == [1, 2, 3, 4, 5, 6]
    edit_action(
        town.editor, action=filled.actions.get(number=5), days_per_year=Decimal(12), impact_guess=3
    )
    edit_action(town.editor, action=filled.actions.get(number=2), days_per_year=Decimal(0))
    # What is unknown is last, whichever way; it is neither 0 nor little.
    assert (numbers("days")[:2], numbers("-days")[:2]) == ([2, 5], [5, 2])
    assert (numbers(days_per_year={Band.ZERO}), numbers(days_per_year={Band.LARGE})) == ([2], [5])
    assert numbers(days_per_year={Band.UNKNOWN, Band.ZERO}) == [1, 2, 3, 4, 6]
    assert numbers(impact_guess={None}) == [1, 2, 3, 4, 6]
    assert numbers(due_by=date(2026, 12, 31)) == [3]
    assert numbers(unit={NOBODY}, mine=0) == []


def test_money_unknown_comes_last_and_enters_no_sum(town: Town, filled: Plan) -> None:
    ids = list(filled.actions.order_by("number").values_list("pk", flat=True))
    facts = {
        ids[0]: Funding(
            (FundingYear(2026, attributed=Decimal(10), stage="opened", planned=Decimal(99)),)
        ),
        ids[1]: Funding((FundingYear(2026, planned=Decimal(30)),)),
        ids[2]: Funding((FundingYear(2026, planned=Decimal(0)),)),
        ids[3]: Funding((FundingYear(2026, planned_said=True),)),
    }
    for sort, expected in (("money", [3, 1, 2]), ("-money", [2, 1, 3])):
        listing = list_actions(filled, facts, sort=sort)
        assert [row.action.number for row in listing.rows][:3] == expected
        assert {row.action.number for row in listing.rows[3:]} == {4, 5, 6}
        assert [(one.value, one.stage, count) for one, count in listing.totals] == [
            (Decimal(10), "opened", 2),  # what costs nothing is counted with the first
            (Decimal(30), EXPECTED, 1),
        ]
        assert (listing.not_costed, listing.unknown) == (3, 3)


def test_states_need_the_allotments_of_all_the_plan(town: Town, filled: Plan) -> None:
    ids = list(filled.actions.order_by("number").values_list("pk", flat=True))
    facts = {
        ids[0]: Funding((FundingYear(2027, planned=Decimal(40)),)),
        ids[1]: Funding((FundingYear(2027, planned=Decimal(1), allotted=Decimal(1)),)),
    }
    listing = list_actions(filled, facts, filters=Filters(states=frozenset({State.UNFUNDED})))
    assert [row.action.number for row in listing.rows] == [1]
    alone = list_actions(
        filled, {ids[0]: facts[ids[0]]}, filters=Filters(states=frozenset({State.UNFUNDED}))
    )
    assert not alone.rows


def test_an_action_is_stale_by_the_patience_of_its_plan(town: Town, filled: Plan) -> None:
    action = filled.actions.get(number=1)
    update_progress(town.editor, action=action, today=TODAY, progress=Progress.IN_PROGRESS)
    (row,) = (
        row
        for row in rows_of(plan=filled, today=TODAY + timedelta(days=121))
        if row.action == action
    )
    assert [item.state for item in row.states] == [State.STALE]


def test_the_map_says_who_acts_and_where_nobody_does(town: Town) -> None:
    plan, edition = make_plan(town), make_edition()
    assert coverage_of(plan).themes == ()
    first = edition.practices.get(code="d.1")
    choose_practice(town.editor, plan=plan, practice=first, choice=Choice.KEEP, today=TODAY)
    for code, choice in (("d.2", Choice.IN_PLACE), ("d.3", Choice.LATER), ("e.1", Choice.LATER)):
        choose_practice(
            town.editor, plan=plan, practice=edition.practices.get(code=code), choice=choice,
            today=TODAY,
        )  # fmt: skip
    make_action(town, plan, title="Sans pratique")
    coverage = coverage_of(plan)
    buying, lasting = coverage.themes
    assert (buying.kept, buying.answered, buying.practices) == (1, 3, 3)
    assert buying.functions == ("Direction des achats",)
    assert not buying.is_gap
    assert coverage.gaps == (lasting,)
    assert lasting.suggested == ("Direction des achats", "Direction du numérique")
    assert [item.title for item in coverage.outside] == ["Sans pratique"]
    assert (coverage.kept, coverage.practices) == (1, 6)
    # A dropped action covers nothing.
    action = plan.actions.get(number=1)
    update_progress(
        town.editor, action=action, today=TODAY, progress=Progress.DROPPED, note="Sans objet"
    )
    assert coverage_of(plan).gaps == coverage_of(plan).themes
