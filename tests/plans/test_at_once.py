"""Two people at once on a plan: no number twice, no practice kept twice, no write lost."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.core.exceptions import ValidationError

from portulan.plans.actions.progress import update_progress
from portulan.plans.actions.writes import delete_action, edit_action
from portulan.plans.choices.writes import choose_practice
from portulan.plans.commitments.writes import save_deliverable
from portulan.plans.models import Action, CommitmentDecision, Plan, PracticeChoice
from portulan.plans.words import Choice, CommitmentLevel, Progress
from tests.at_once import at_once
from tests.people import Town, make_town
from tests.plans.plan_of_town import TODAY, adopt, make_action, make_edition, make_plan

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def place() -> Town:
    return make_town("deux-rives")


@pytest.fixture
def plan(place: Town) -> Plan:
    return make_plan(place)


@pytest.fixture
def action(place: Town, plan: Plan) -> Action:
    return make_action(place, plan)


def stale(action: Action) -> Action:
    """The action as another screen had read it before."""
    return Action.objects.select_related("plan").prefetch_related("decisions").get(pk=action.pk)


def test_two_actions_never_have_one_number(place: Town, plan: Plan) -> None:
    def made() -> object:
        return make_action(place, plan)

    assert at_once(made, made) is None
    assert sorted(Action.objects.values_list("number", flat=True)) == [1, 2]


def test_a_practice_kept_by_two_people_makes_one_action(place: Town, plan: Plan) -> None:
    practice = make_edition().practices.first()
    assert practice is not None

    def kept() -> object:
        return choose_practice(
            place.editor, plan=plan, practice=practice, choice=Choice.KEEP, today=TODAY
        )

    assert at_once(kept, kept) is None
    assert (Action.objects.count(), PracticeChoice.objects.count()) == (1, 1)


def test_a_level_is_adopted_once(place: Town, action: Action) -> None:
    other = stale(action)
    stopped = at_once(
        lambda: adopt(place, action, CommitmentLevel.STUDY),
        lambda: adopt(place, other, CommitmentLevel.STUDY),
    )
    assert isinstance(stopped, ValidationError)
    assert CommitmentDecision.objects.count() == 1


@pytest.mark.parametrize("edit_first", [True, False])
def test_an_edit_and_an_update_are_both_kept(place: Town, action: Action, edit_first: bool) -> None:
    other = stale(action)
    deeds: list[Callable[[], object]] = [
        lambda: edit_action(place.editor, action=action, title="Le nouveau titre"),
        lambda: update_progress(
            place.editor, action=other, today=TODAY, progress=Progress.IN_PROGRESS
        ),
    ]
    first, second = deeds if edit_first else reversed(deeds)
    assert at_once(first, second) is None
    after = Action.objects.get()
    assert (after.title, after.progress) == ("Le nouveau titre", Progress.IN_PROGRESS)


def test_an_action_that_gets_a_history_is_not_deleted(place: Town, action: Action) -> None:
    other = stale(action)
    stopped = at_once(
        lambda: save_deliverable(place.editor, action=action, title="Étude", today=TODAY),
        lambda: delete_action(place.editor, action=other),
    )
    assert isinstance(stopped, ValidationError)
    assert Action.objects.get().deliverables.count() == 1
