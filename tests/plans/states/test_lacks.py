"""What an action lacks: each rule on both its sides, and nothing of it late."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest

from portulan.indicators.series import Aim, Reading, Series
from portulan.indicators.words import Direction
from portulan.plans.states.lacks import lacks_of
from portulan.plans.states.rules import Awaited, Facts, Followed, Frame, derive
from portulan.plans.states.words import LABELS, LACKS, ORDER, RULES
from portulan.plans.words import CommitmentLevel, Progress, State

STUDY, EXPERIMENT, IMPLEMENTATION = CommitmentLevel
DAY = date(2026, 12, 31)
AIMED = Followed(Series((), (Aim(DAY, Decimal(80)),), Direction.UP))
NO_AIM = Followed(Series((Reading(DAY, Decimal(1)),), (), Direction.UP))
WHOLE = {"due_on": DAY, "followed": (AIMED,), "decided": True, "scope": "Mairie", "follow_up": "NR"}
TODO = Progress.TODO


def lacks(progress: Progress = TODO, **facts: object) -> set[State]:
    given = {**WHOLE, "level": IMPLEMENTATION} | facts
    return {item.state for item in lacks_of(Facts(progress, **given))}  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("facts", "state"),
    [
        ({"due_on": None}, State.NO_DATE),
        ({"followed": (NO_AIM,)}, State.NO_TARGET),
        ({"level": EXPERIMENT, "scope": " "}, State.LEVEL_UNMET),
        ({"follow_up": ""}, State.LEVEL_UNMET),
        ({"level": STUDY}, State.NO_DELIVERABLE),
        ({"level": EXPERIMENT, "followed": ()}, State.NO_INDICATOR),
    ],
)
def test_each_lack_has_its_rule(facts: dict[str, object], state: State) -> None:
    assert lacks() == set()
    assert lacks(**facts) == {state}
    assert lacks(Progress.DROPPED, **facts) == set()


def test_the_other_side_of_each_rule() -> None:
    assert lacks(followed=()) == {State.NO_INDICATOR, State.LEVEL_UNMET}
    # A level that is only proposed needs nothing yet; a study is not measured, it is delivered.
    assert lacks(level=EXPERIMENT, scope="", decided=False) == set()
    assert lacks(follow_up="", decided=False) == set()
    assert lacks(level=STUDY, has_deliverable=True, followed=(), follow_up="") == set()
    for over in (Progress.DONE, Progress.ONGOING):
        assert lacks(over, due_on=None) == set()


def test_an_action_of_a_workshop_says_all_that_it_misses_and_nothing_is_late() -> None:
    bare = Facts(TODO)
    assert {item.state for item in lacks_of(bare)} == {State.NO_DATE, State.NO_DELIVERABLE}
    assert derive(bare, Frame(DAY)) == ()
    for item in lacks_of(bare):
        assert item.sentence()
        assert item.sentence("en")


def test_what_is_awaited_is_late_until_it_comes_or_the_action_stops() -> None:
    due = (Awaited("Étude", date(2026, 3, 1)), Awaited("Suite", DAY))
    frame = Frame(date(2026, 3, 11))
    facts = {"milestones": due, "deliverables": due, "starts_on": date(2026, 3, 1)}
    found = derive(Facts(TODO, **facts), frame)  # type: ignore[arg-type]
    assert [one.state for one in found] == [
        State.MILESTONE_LATE,
        State.DELIVERABLE_LATE,
        State.NOT_STARTED,
    ]
    assert "«\u00a0Étude\u00a0»" in found[0].sentence()
    assert "10\u00a0jours" in found[0].sentence()
    done = derive(Facts(Progress.DONE, **facts), frame)  # type: ignore[arg-type]
    assert [one.state for one in done] == [State.DELIVERABLE_LATE]
    assert not derive(Facts(Progress.DROPPED, **facts), frame)  # type: ignore[arg-type]
    assert derive(Facts(TODO, blocked_by="x", due_on=date(2026, 1, 1)), frame)[0].state is (
        State.BLOCKED
    )


def test_every_state_has_its_words_and_its_rule() -> None:
    assert set(LABELS) == set(RULES) == set(ORDER) == set(State)
    assert set(State) > LACKS
    assert ORDER[0] is State.BLOCKED
