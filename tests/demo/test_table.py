"""The demonstration's data adds up before anything is built: the table of its plan."""

from __future__ import annotations

from collections import Counter
from decimal import Decimal

import pytest

from portulan.demo.budget.funding import ALLOTTED_2026, ALLOTTED_2027
from portulan.demo.organisation import AXES, GOALS, PEOPLE
from portulan.demo.plans.practices import OTHERS
from portulan.demo.plans.story import ACTIONS
from portulan.demo.shapes import TODAY
from portulan.plans.words import CommitmentLevel, Progress

STUDY, EXPERIMENT, IMPLEMENTATION = CommitmentLevel

DAYS = [75, 12, 30, 20, 45, 25, 60, 25, 90, 10, 15, 18, 35, 8, 55, 70, 40, 50, 65, 80]
ASKED_2027 = {3: 19, 4: 40, 7: 18, 8: 46, 9: 62, 12: 24, 13: 8, 14: 3, 15: 28, 16: 95, 17: None,
              18: 33, 19: 96, 20: 21}  # fmt: skip
OUTSIDE = {2025: (24, 9, 110), 2026: (16, 14, 140), 2027: (16, 14, 140)}
INDICATORS = {
    1: ("35", "88", "100"), 2: ("1.5", "1.5", "4.0"), 3: ("aucun", "niveau 1", "niveau 2"),
    4: ("0", "45", "100"), 5: ("6", "38", "70"), 6: ("0", "41", "130"), 7: ("64", "81", "97"),
    8: ("315", "288", "260"), 9: ("4.1", "4.9", "6.0"), 10: ("1.31", "1.16", "1.05"),
    11: ("non", "oui", "oui"), 12: ("0", "41", "75"), 13: ("18", "57", "90"),
    14: ("22", "94", "95"), 15: ("62", "58", "45"), 16: ("38", "61", "75"), 17: ("0", "21", "34"),
    18: ("0", "9", "15"), 19: ("1.85", "1.71", "1.50"), 20: ("29", "44", "60"),
}  # fmt: skip


def asked(number: int, year: int, *, in_it_budget: bool = True) -> int | None:
    amounts = [
        amount
        for key, amount in ACTIONS[number - 1].asks.items()
        if key.year == year and key.in_it_budget is in_it_budget
    ]
    return None if None in amounts else int(sum(filter(None, amounts)) / 1000)


def test_the_twenty_actions_stand_in_order_with_their_days() -> None:
    assert [action.number for action in ACTIONS] == list(range(1, 21))
    assert [action.days_per_year for action in ACTIONS] == DAYS
    assert sum(DAYS) == 828


def test_levels_at_the_vote_and_today() -> None:
    voted = Counter(action.voted_level for action in ACTIONS)
    assert (voted[IMPLEMENTATION], voted[EXPERIMENT], voted[STUDY]) == (13, 3, 4)
    today = Counter(action.level for action in ACTIONS)
    assert (today[IMPLEMENTATION], today[EXPERIMENT], today[STUDY]) == (14, 4, 2)
    assert [a.number for a in ACTIONS if a.level is not a.voted_level] == [4, 12, 15, 19]


def test_progress_by_level() -> None:
    cells = Counter((action.level, action.progress) for action in ACTIONS)
    assert cells == {
        (IMPLEMENTATION, Progress.IN_PROGRESS): 11,
        (IMPLEMENTATION, Progress.PAUSED): 1,
        (IMPLEMENTATION, Progress.DONE): 1,
        (IMPLEMENTATION, Progress.ONGOING): 1,
        (EXPERIMENT, Progress.IN_PROGRESS): 4,
        (STUDY, Progress.IN_PROGRESS): 1,
        (STUDY, Progress.DONE): 1,
    }


@pytest.mark.parametrize("number", range(1, 21))
def test_each_indicator_has_the_table_s_values(number: int) -> None:
    measure = ACTIONS[number - 1].measure
    values = [value.value for value in measure.values if value.value is not None]
    assert (values[0], values[-1], measure.target) == INDICATORS[number]
    assert all(value.on <= TODAY for value in measure.values)
    told = [value.on for value in measure.values if value.restated_for is None]
    assert told == sorted(told)


@pytest.mark.parametrize("number", range(1, 21))
def test_each_action_asks_for_2027_what_the_table_says(number: int) -> None:
    assert asked(number, 2027) == ASKED_2027.get(number, 0)


def test_the_sums_asked_inside_and_outside_the_it_budget() -> None:
    assert sum(amount or 0 for amount in ASKED_2027.values()) == 493
    for year, amounts in OUTSIDE.items():
        found = tuple(asked(number, year, in_it_budget=False) for number in (5, 6, 20))
        assert found == amounts
    assert [sum(amounts) for amounts in OUTSIDE.values()] == [143, 170, 170]


def test_every_request_of_2027_but_two_has_its_allotment() -> None:
    requests = {number for number, amount in ASKED_2027.items() if amount != 0}
    assert requests - ALLOTTED_2027.keys() == {4, 17}
    assert all(amount == ASKED_2027[number] for number, amount in ALLOTTED_2027.items())
    assert ALLOTTED_2026[19] == 240
    assert all(asked(number, 2026) == amount for number, amount in ALLOTTED_2026.items())


def test_each_theme_keeps_the_practices_of_its_actions_and_answers_the_others() -> None:
    kept = [code for action in ACTIONS for code in action.practices]
    themes = Counter(code[0] for code in kept)
    assert themes == {"a": 5, "b": 2, "c": 2, "d": 3, "e": 3, "f": 4, "g": 3, "h": 4, "i": 2}
    assert len(set(kept)) == len(kept) == 28
    assert not set(kept) & OTHERS.keys()
    assert len(kept) + len(OTHERS) == 59
    assert all(reason for _choice, reason in OTHERS.values())


def test_references_between_the_data_hold() -> None:
    people = {someone.key for someone in PEOPLE}
    for action in ACTIONS:
        assert action.pilot in people or (not action.pilot and action.vacant_since)
        assert 0 <= action.axis < len(AXES)
        assert all(0 <= goal < len(GOALS) for goal in action.goals)
        assert action.report or not action.moves
        if action.measure.kind.is_number:
            Decimal(action.measure.target)
