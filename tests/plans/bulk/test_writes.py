"""Cells changed together: all or none, with what somebody changed meanwhile; then all undone."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext

from portulan.accounts.access import Role
from portulan.accounts.writes import add_person, add_unit
from portulan.core.models import AuditEntry
from portulan.plans.actions.writes import declare_vacant, edit_action
from portulan.plans.bulk.cells import Cell, Field, plain
from portulan.plans.bulk.reads import changes_in, sent, standings_of
from portulan.plans.bulk.writes import RefusedCellsError, undo_cells, write_cells
from portulan.plans.models import Action, BulkChange, Plan, PlannedMoney
from portulan.plans.money.writes import set_planned_money
from portulan.plans.words import Guess, Progress, Section
from tests.alike import held
from tests.people import Town
from tests.plans.plan_of_town import TODAY, followed_action, make_action, make_plan

END = date(2028, 6, 30)


@pytest.fixture
def plan(town: Town) -> Plan:
    plan = make_plan(town)
    followed_action(town, plan)
    for number in range(2, 6):
        make_action(town, plan, f"Action {number}")
    return plan


def write(
    town: Town, plan: Plan, *cells: tuple[int, Field, Any], role: Role = Role.EDITOR
) -> BulkChange:
    standings = standings_of(plan, [cell[0] for cell in cells], year=2027)
    changes = changes_in(standings, [Cell(*cell) for cell in cells])
    return write_cells(
        town.actor(role), plan=plan, changes=changes, year=2027, on=TODAY, today=TODAY, source="GED"
    )


def state(plan: Plan) -> list[Any]:
    """All that cells may change, as the database has it."""
    actions = Action.objects.filter(plan=plan).order_by("number")
    names = ("progress", "pilot_function", "due_on", "unit_id", "impact_guess", "days_per_year",
             "follow_up_function", "last_news_on")  # fmt: skip
    rows = [tuple(getattr(action, name) for name in names) for action in actions]
    money = list(PlannedMoney.objects.values_list("action__number", "year", "section", "amount"))
    readings = [
        list(action.indicators.get().measurements.filter(withdrawn_at=None).values_list("value"))
        for action in actions.filter(number=1)
    ]
    return [rows, sorted(money), readings]


def everything(town: Town) -> list[tuple[int, Field, Any]]:
    unit = add_unit(town.admin, name="DRH")
    return [
        *((number, Field.DUE, END) for number in range(1, 6)),
        (1, Field.READING, Decimal("1.6")),
        (2, Field.PROGRESS, Progress.IN_PROGRESS),
        (2, Field.PILOT, "Direction des achats"),
        (3, Field.UNIT, unit),
        (3, Field.IMPACT, Guess.HIGH),
        (4, Field.DAYS, Decimal(0)),
        (4, Field.MONEY, Decimal(12_000)),
        (5, Field.MONEY, None),
        (5, Field.FOLLOW_UP, None),
    ]


def test_all_is_written_told_and_undone_as_it_was(town: Town, plan: Plan) -> None:
    set_planned_money(
        town.editor, action=plan.actions.get(number=4), year=2027, amount=Decimal(5),
        section=Section.INVESTMENT,
    )  # fmt: skip
    before = state(plan)
    made = write(town, plan, *everything(town))
    after = state(plan)
    assert after != before
    assert all(row[2] == END for row in after[0])
    assert (4, 2027, "I", Decimal(12_000)) in after[1]
    assert (5, 2027, "", None) in after[1]  # said to be unknown, which is not 0
    assert after[2][0][-1] == (Decimal("1.6"),)
    assert len(after[2][0]) == len(before[2][0]) + 1  # a reading is added, never altered
    undo_cells(town.editor, change=made)
    assert state(plan) == before
    with pytest.raises(ValidationError, match="déjà annulé"):
        undo_cells(town.editor, change=made)


def test_what_is_the_same_is_no_change(town: Town, plan: Plan) -> None:
    action = plan.actions.get(number=2)
    count = AuditEntry.objects.count()
    made = write(town, plan, (2, Field.DUE, action.due_on), (2, Field.PILOT, action.pilot_function))
    assert (made.cells, AuditEntry.objects.count()) == ([], count)


@pytest.mark.parametrize(
    ("cell", "words"),
    [
        ((2, Field.DUE, date(2020, 1, 1)), "précéder le début"),
        ((2, Field.PROGRESS, Progress.DROPPED), "motif"),
        ((2, Field.READING, Decimal(1)), "pas d’indicateur"),
        ((2, Field.MONEY, Decimal(-1)), "supérieur"),
        ((2, Field.PILOT, None), "vide"),
    ],
)
def test_one_cell_refused_and_nothing_is_written(
    town: Town, plan: Plan, cell: tuple[int, Field, Any], words: str
) -> None:
    edit_action(town.editor, action=plan.actions.get(number=2), starts_on=date(2025, 1, 1))
    before = state(plan)
    with pytest.raises(RefusedCellsError) as refused:
        write(town, plan, (1, Field.DUE, END), cell)
    assert set(refused.value.refused) == {(cell[0], cell[1].value)}
    assert words in refused.value.refused[cell[0], cell[1].value]
    assert state(plan) == before
    assert not BulkChange.objects.exists()


def test_what_somebody_changed_since_it_was_shown_is_refused(town: Town, plan: Plan) -> None:
    standings = standings_of(plan, [1, 2], year=2027)
    rows = [
        (change.action.number, change.field.value, plain(change.before), plain(change.after))
        for change in changes_in(
            standings, [Cell(1, Field.DUE, END), Cell(2, Field.DUE, END), Cell(2, Field.DAYS, 3)]
        )
    ]
    edit_action(town.editor, action=plan.actions.get(number=2), due_on=date(2027, 1, 1))
    changes = sent(plan, standings_of(plan, [1, 2], year=2027), rows)
    with pytest.raises(RefusedCellsError) as refused:
        write_cells(town.editor, plan=plan, changes=changes, year=2027, on=TODAY, today=TODAY)
    assert list(refused.value.refused) == [(2, "due_on")]


def test_undoing_stops_where_somebody_went_on(town: Town, plan: Plan) -> None:
    made = write(town, plan, *((number, Field.DUE, END) for number in range(1, 6)))
    edit_action(town.editor, action=plan.actions.get(number=3), due_on=date(2027, 1, 1))
    before = state(plan)
    with pytest.raises(ValidationError, match=r"ont changé depuis.*: 3\."):
        undo_cells(town.editor, change=made)
    assert state(plan) == before


def test_a_pilot_changes_the_progress_and_readings_of_their_own(town: Town, plan: Plan) -> None:
    Action.objects.filter(plan=plan, number=1).update(pilot=town.people[Role.CONTRIBUTOR])
    own = [(1, Field.READING, Decimal("1.6")), (1, Field.PROGRESS, Progress.IN_PROGRESS)]
    made = write(town, plan, *own, role=Role.CONTRIBUTOR)
    undo_cells(town.contributor, change=made)
    for cell in ((1, Field.DUE, END), (2, Field.PROGRESS, Progress.IN_PROGRESS)):
        with pytest.raises(RefusedCellsError, match="droit"):
            write(town, plan, cell, role=Role.CONTRIBUTOR)


def test_amounts_of_two_natures_are_not_one_cell(town: Town, plan: Plan) -> None:
    action = plan.actions.get(number=2)
    for section in Section:
        set_planned_money(town.editor, action=action, year=2027, amount=Decimal(5), section=section)
    with pytest.raises(RefusedCellsError, match="natures"):
        write(town, plan, (2, Field.MONEY, Decimal(1)))


def test_a_person_is_a_cell_and_undone_gives_the_vacant_post_back(town: Town, plan: Plan) -> None:
    person = add_person(town.admin, function="Cheffe de projet", name="Élodie Prigent")
    gone = add_person(town.admin, function="Ancien", name="Parti")
    gone.left_on = date(2026, 1, 1)
    gone.save()
    first = plan.actions.get(number=2)
    declare_vacant(town.editor, action=first, since=date(2026, 5, 1), today=TODAY)
    made = write(
        town,
        plan,
        (2, Field.PERSON, person),
        (3, Field.PERSON, person),
        (3, Field.PILOT, "Achats"),
    )
    second = plan.actions.get(number=3)
    first.refresh_from_db()
    assert (first.pilot, first.vacant_since) == (person, None)
    assert (second.pilot, second.pilot_function) == (person, "Achats")
    with pytest.raises(RefusedCellsError, match="partie"):
        write(town, plan, (2, Field.PERSON, gone))
    undo_cells(town.editor, change=made)
    first.refresh_from_db()
    second.refresh_from_db()
    assert (first.pilot, first.vacant_since) == (None, date(2026, 5, 1))
    assert second.pilot is None
    standings = standings_of(plan, [2], year=2027)
    [told] = sent(plan, standings, [(2, Field.PERSON.value, None, str(person.pk))])
    assert told.after == person


def test_many_actions_are_changed_as_each_alone_in_a_handful_of_queries(
    town: Town, plan: Plan
) -> None:
    cells = [
        *everything(town),
        (5, Field.PERSON, town.people[Role.CONTRIBUTOR]),
        *((number, Field.MONEY, Decimal(100 * number)) for number in range(1, 6)),
        *((number, Field.PROGRESS, Progress.IN_PROGRESS) for number in (3, 4, 5)),
    ]
    declare_vacant(town.editor, action=plan.actions.get(number=5), since=TODAY, today=TODAY)

    def play(*parts: list[tuple[int, Field, Any]]) -> tuple[dict[str, Any], list[Any]]:
        """Return all that is left, but for what keeps the acts, and what these keep."""
        with transaction.atomic():
            made = [write(town, plan, *part) for part in parts]
            cells = [
                cell | {"reading": bool(cell["reading"])} if "reading" in cell else cell
                for one in made
                for cell in one.cells
            ]
            left = held()
            transaction.set_rollback(True)
        kept = {"BulkChange", "ChainLink"}
        said = {name: rows for name, rows in left.items() if not any(one in name for one in kept)}
        return said, cells

    alone = play(*([cell for cell in cells if cell[0] == number] for number in range(1, 6)))
    assert play(cells) == alone

    def asked(count: int) -> int:
        some = [
            (number, field, value)
            for number in range(1, count + 1)
            for field, value in ((Field.DUE, END), (Field.PROGRESS, Progress.IN_PROGRESS),
                                 (Field.MONEY, Decimal(7)))
        ]  # fmt: skip
        with transaction.atomic(), CaptureQueriesContext(connection) as queries:
            write(town, plan, *some)
            transaction.set_rollback(True)
        return len(queries)

    assert asked(2) == asked(5)


def test_what_is_refused_of_many_is_told_cell_by_cell(town: Town, plan: Plan) -> None:
    """Of each action its own reason, whatever the others are refused for; nothing is written."""
    twice = plan.actions.get(number=4)
    for section in Section:
        set_planned_money(town.editor, action=twice, year=2027, amount=Decimal(1), section=section)
    before = state(plan)
    with pytest.raises(RefusedCellsError) as refused:
        write(
            town,
            plan,
            (1, Field.STARTS, END),
            (1, Field.DUE, date(1999, 1, 1)),
            (1, Field.MONEY, Decimal(3)),
            (2, Field.PROGRESS, Progress.DROPPED),
            (3, Field.READING, Decimal(1)),
            (4, Field.MONEY, Decimal(9)),
            (5, Field.DUE, END),
        )
    assert set(refused.value.refused) == {
        (1, "due_on"), (2, "progress"), (3, "reading"), (4, "money"),
    }  # fmt: skip
    assert len(set(refused.value.refused.values())) == 4
    assert state(plan) == before
