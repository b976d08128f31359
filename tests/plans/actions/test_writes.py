"""Plans and actions in the database: numbers, sheets, pilots, money, deletion, restoration."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest
from django.core.exceptions import ValidationError

from portulan.accounts.writes import edit_person
from portulan.core import trail
from portulan.core.errors import NotFoundError
from portulan.indicators.words import Kind
from portulan.plans.actions.history import restore_value
from portulan.plans.actions.writes import assign_pilot, declare_vacant, delete_action, edit_action
from portulan.plans.indicators import add_indicator, leave_indicator, make_main
from portulan.plans.models import Action
from portulan.plans.money.reads import planned_funding
from portulan.plans.money.writes import MoneyKey, replace_planned_money, set_planned_money
from portulan.plans.plan import add_axis, add_goal, create_plan, edit_plan, remove_part, rename_part
from portulan.plans.words import CommitmentLevel, Guess, Reach, Section
from tests.people import Town
from tests.plans.plan_of_town import (
    END,
    TODAY,
    adopt,
    followed_action,
    make_action,
    make_edition,
    make_plan,
)

STUDY, EXPERIMENT, IMPLEMENTATION = CommitmentLevel


def test_a_plan_has_an_address_of_its_own_and_years_the_right_way_round(town: Town) -> None:
    first, second = make_plan(town), make_plan(town)
    assert (first.slug, second.slug) == ("plan-daction-2025-2027", "plan-daction-2025-2027-2")
    with pytest.raises(ValidationError, match="précéder"):
        create_plan(town.editor, title="Plan", first_year=2027, last_year=2025)
    edit_plan(
        town.editor,
        plan=first,
        title="Plan NR",
        first_year=2025,
        last_year=2028,
        adopted_on=first.adopted_on,
        adopted_by=first.adopted_by,
        stale_after_days=90,
    )
    first.refresh_from_db()
    assert (first.slug, first.stale_after_days) == ("plan-daction-2025-2027", 90)
    assert trail.history(first)[0].changes == {
        "title": ["Plan d’action 2025-2027", "Plan NR"],
        "last_year": [2027, 2028],
        "stale_after_days": [120, 90],
    }


def test_goals_and_axes_stay_while_actions_use_them(town: Town) -> None:
    plan = make_plan(town)
    axis = add_axis(town.editor, plan=plan, title="Faire durer")
    goal = add_goal(town.editor, plan=plan, title="Réduire l’empreinte")
    assert [add_axis(town.editor, plan=plan, title="Autre").order for _ in range(2)] == [1, 2]
    make_action(town, plan, axis=axis, goals=[goal])
    rename_part(town.editor, part=axis, title="Faire durer les équipements")
    for part in (axis, goal):
        with pytest.raises(ValidationError, match="rattachent"):
            remove_part(town.editor, part=part)
    edit_action(town.editor, action=plan.actions.get(), axis=None, goals=[])
    for part in (axis, goal):
        remove_part(town.editor, part=part)
    assert [item.title for item in plan.axes.all()] == ["Autre", "Autre"]
    assert not plan.goals.exists()


def test_actions_are_numbered_and_what_changed_is_kept(town: Town) -> None:
    plan = make_plan(town)
    edition = make_edition()
    practices = list(edition.practices.all()[:2])
    first = make_action(town, plan, practices=practices)
    assert (first.number, first.level, make_action(town, plan).number) == (1, STUDY, 2)
    edit_action(
        town.editor,
        action=first,
        title="  N’exploiter plus qu’une salle serveur  ",
        practices=practices[:1],
        days_per_year=Decimal(65),
        impact_guess=Guess.HIGH,
        contributors=["Exploitation", " ", "Bâtiments"],
    )
    (entry, created) = trail.history(first)
    assert created.verb == "created"
    assert entry.changes == {
        "title": ["Une seule salle serveur", "N’exploiter plus qu’une salle serveur"],
        "days_per_year": [None, "65"],
        "impact_guess": [None, 3],
        "contributors": [[], ["Exploitation", "Bâtiments"]],
        "practices": [sorted(item.pk for item in practices), [practices[0].pk]],
    }
    edit_action(town.editor, action=first, title=first.title)
    assert trail.history(first).count() == 2


@pytest.mark.parametrize(
    ("fields", "field"),
    [
        ({"title": " "}, "title"),
        ({"pilot_function": ""}, "pilot_function"),
        ({"starts_on": date(2028, 1, 1)}, "due_on"),
        ({"days_per_year": Decimal("0.05")}, "days_per_year"),
    ],
)
def test_sheets_that_do_not_hold(town: Town, fields: dict[str, object], field: str) -> None:
    plan = make_plan(town)
    with pytest.raises(ValidationError) as refused:
        make_action(town, plan, **fields)  # type: ignore[arg-type]
    assert list(refused.value.message_dict) == [field]
    assert not plan.actions.exists()


def test_what_belongs_to_others_is_refused(town: Town, elsewhere: Town) -> None:
    plan, theirs = make_plan(town), make_plan(elsewhere)
    action = make_action(town, plan)
    foreign = {
        "axis": add_axis(elsewhere.editor, plan=theirs, title="Leur axe"),
        "goals": [add_goal(elsewhere.editor, plan=theirs, title="Leur objectif")],
        "pilot": next(iter(elsewhere.people.values())),
    }
    for field, value in foreign.items():
        with pytest.raises(ValidationError) as refused:
            edit_action(town.editor, action=Action.objects.get(pk=action.pk), **{field: value})  # type: ignore[arg-type]
        assert list(refused.value.message_dict) == [field]
    with pytest.raises(NotFoundError):
        edit_action(elsewhere.editor, action=action, title="À nous")


def test_what_a_voted_level_rests_on_stays(town: Town) -> None:
    plan = make_plan(town)
    action = followed_action(town, plan, reach=Reach.TERRITORY)
    edit_action(town.editor, action=action, level=IMPLEMENTATION)
    adopt(town, action, IMPLEMENTATION)
    with pytest.raises(ValidationError, match="par une décision"):
        edit_action(town.editor, action=action, level=STUDY)
    with pytest.raises(ValidationError, match="fonction en fait le suivi"):
        edit_action(town.editor, action=action, follow_up_function="")
    indicator = action.indicators.get()
    with pytest.raises(ValidationError, match="se mesure"):
        leave_indicator(town.editor, action=action, indicator=indicator)
    trial = make_action(town, plan, scope="Deux services")
    adopt(town, trial, EXPERIMENT)
    with pytest.raises(ValidationError, match="a un champ"):
        edit_action(town.editor, action=trial, scope=" ")


def test_a_vacant_post_keeps_its_function_until_somebody_comes(town: Town) -> None:
    plan = make_plan(town)
    someone = town.contributor.person_id
    pilot = next(person for person in town.people.values() if person.pk == someone)
    action = make_action(town, plan, pilot=pilot)
    declare_vacant(town.editor, action=action, since=date(2026, 6, 30), today=TODAY)
    action.refresh_from_db()
    assert (action.pilot, action.vacant_since) == (None, date(2026, 6, 30))
    assert action.pilot_function == "Responsable des infrastructures"
    edit_person(
        town.admin,
        person=pilot,
        function=pilot.function,
        name=pilot.name,
        email=pilot.email,
        unit=None,
        left_on=date(2026, 6, 30),
    )
    with pytest.raises(ValidationError, match="partie"):
        assign_pilot(town.editor, action=action, pilot_function="DSI", pilot=pilot, today=TODAY)
    assign_pilot(town.editor, action=action, pilot_function="DSI", pilot=None, today=TODAY)
    action.refresh_from_db()
    assert (action.pilot_function, action.vacant_since) == ("DSI", None)


def test_unknown_money_is_not_zero_and_nothing_said_is_neither(town: Town) -> None:
    action = make_action(town, make_plan(town))
    set_planned_money(town.editor, action=action, year=2026, amount=Decimal(0))
    set_planned_money(town.editor, action=action, year=2027, amount=None)
    set_planned_money(
        town.editor, action=action, year=2027, section=Section.INVESTMENT, amount=Decimal(96000)
    )
    set_planned_money(
        town.editor, action=action, year=2027, in_it_budget=False, amount=Decimal("140000.50")
    )
    funding = planned_funding([action])[action.pk]
    assert [(item.year, item.planned, item.planned_said) for item in funding.years] == [
        (2026, Decimal(0), True),
        (2027, None, True),
    ]
    assert funding.of(2027).outside_planned == Decimal("140000.50")
    assert funding.of(2025).planned_said is False
    replace_planned_money(
        town.editor, action=action, amounts={MoneyKey(2027, Section.INVESTMENT): Decimal(90000)}
    )
    assert planned_funding([action])[action.pk].of(2027).planned == Decimal(90000)
    assert trail.history(action)[0].changes == {
        "planned:2026::it": ["0.00", None],
        "planned:2027::it": ["unknown", None],
        "planned:2027::outside": ["140000.50", None],
        "planned:2027:I:it": ["96000.00", "90000.00"],
    }
    with pytest.raises(ValidationError):
        set_planned_money(town.editor, action=action, year=2027, amount=Decimal(-1))


def test_only_what_has_no_history_is_deleted(town: Town) -> None:
    plan = make_plan(town)
    bare, planned, measured, voted = (make_action(town, plan) for _ in range(4))
    measured = followed_action(town, plan)
    set_planned_money(town.editor, action=planned, year=2027, amount=None)
    adopt(town, voted, STUDY)
    for action in (planned, measured, voted):
        with pytest.raises(ValidationError, match="abandonnez-la"):
            delete_action(town.editor, action=action)
    pk = bare.pk
    delete_action(town.editor, action=bare)
    assert not plan.actions.filter(pk=pk).exists()
    assert trail.history(Action(pk=pk))[0].changes == {"title": ["Une seule salle serveur", None]}


def test_the_first_indicator_is_the_main_one(town: Town) -> None:
    action = followed_action(town, make_plan(town))
    first = action.indicators.get()
    second = add_indicator(town.editor, action=action, name="Salles", kind=Kind.COUNT)
    make_main(town.editor, action=action, indicator=second)
    order = list(action.indicator_links.order_by("order").values_list("indicator_id", flat=True))
    assert order == [second.pk, first.pk]
    leave_indicator(town.editor, action=action, indicator=second)
    assert list(action.indicators.all()) == [first]


def test_the_history_gives_values_back(town: Town) -> None:
    plan = make_plan(town)
    axis = add_axis(town.editor, plan=plan, title="Exploiter")
    action = make_action(town, plan, axis=axis, days_per_year=Decimal("12.5"))
    edit_action(town.editor, action=action, due_on=None, axis=None, days_per_year=None)
    entry = trail.history(action)[0]
    for field in ("due_on", "axis", "days_per_year"):
        restore_value(town.editor, action=action, entry_id=entry.pk, field=field)
    action = Action.objects.get(pk=action.pk)
    assert (action.due_on, action.axis, action.days_per_year) == (END, axis, Decimal("12.5"))
    assert trail.history(action)[0].verb == "restored"
    edit_action(town.editor, action=action, axis=None)
    remove_part(town.editor, part=axis)
    with pytest.raises(ValidationError, match="n’existe plus"):
        restore_value(town.editor, action=action, entry_id=entry.pk, field="axis")
    with pytest.raises(ValidationError, match="ne se restaure pas"):
        restore_value(town.editor, action=action, entry_id=entry.pk, field="level")
