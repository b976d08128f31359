"""A plan voted at once: one decision an action, all or none, and the dates that do not agree."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from django.core.exceptions import ValidationError

from portulan.core import trail
from portulan.core.errors import DeniedError, NotFoundError
from portulan.plans.actions.progress import drop_action
from portulan.plans.models import Action, CommitmentDecision, Plan
from portulan.plans.plan import create_plan
from portulan.plans.votes import Vote, actions_to_vote, vote_plan, voting_of
from portulan.plans.words import CommitmentLevel, Outcome, Progress
from tests.people import Town
from tests.plans.plan_of_town import TODAY, VOTE, adopt, followed_action, make_action, make_plan

STUDY, EXPERIMENT, IMPLEMENTATION = CommitmentLevel


@pytest.fixture
def plan(town: Town) -> Plan:
    return create_plan(town.editor, title="Plan", first_year=2025, last_year=2027)


def cast(town: Town, plan: Plan, *votes: Vote) -> int:
    return len(
        vote_plan(
            town.editor, plan=plan, votes=votes, on=VOTE, body="Conseil", today=TODAY,
            reference="Délibération 12",
        )
    )  # fmt: skip


def test_a_plan_is_voted_at_once(town: Town, plan: Plan) -> None:
    study = make_action(town, plan)
    trial = make_action(town, plan, level=EXPERIMENT)
    done = followed_action(town, plan, level=IMPLEMENTATION, follow_up_function="")
    votes = [Vote(study), Vote(trial, scope="Deux écoles"), Vote(done, follow_up_function="DSI")]
    assert cast(town, plan, *votes) == 3
    for action, level in ((study, STUDY), (trial, EXPERIMENT), (done, IMPLEMENTATION)):
        decision = action.decisions.get()
        assert (decision.outcome, decision.level) == (Outcome.ADOPT, level)
        assert (decision.decided_on, decision.reason) == (VOTE, "Délibération 12")
        assert [entry.verb for entry in trail.history(action)].count("decided") == 1
    plan.refresh_from_db()
    assert (plan.adopted_on, plan.adopted_by) == (VOTE, "Conseil")
    assert actions_to_vote(plan) == []


def test_all_or_none(town: Town, plan: Plan) -> None:
    """What each action lacks is said at its number, and nothing is written."""
    study = make_action(town, plan)
    trial = make_action(town, plan, level=EXPERIMENT)
    bare = make_action(town, plan, level=IMPLEMENTATION, follow_up_function="")
    with pytest.raises(ValidationError) as refused:
        cast(town, plan, Vote(study), Vote(trial), Vote(bare))
    assert set(refused.value.error_dict) == {"scope-2", "level-3", "follow_up_function-3"}
    plan.refresh_from_db()
    assert not CommitmentDecision.objects.exists()
    assert plan.adopted_on is None
    with pytest.raises(ValidationError):
        cast(town, plan)


def test_votes_of_others_are_not_cast(town: Town, elsewhere: Town, plan: Plan) -> None:
    action = make_action(town, plan)
    with pytest.raises(NotFoundError):
        cast(town, make_plan(town, "Autre"), Vote(action))
    with pytest.raises(NotFoundError):
        cast(elsewhere, plan, Vote(action))
    with pytest.raises(DeniedError):
        vote_plan(town.reader, plan=plan, votes=[Vote(action)], on=VOTE, body="–", today=TODAY)


def test_what_is_to_vote_and_why_not(town: Town, plan: Plan) -> None:
    study, bare = make_action(town, plan), make_action(town, plan, level=IMPLEMENTATION)
    voted, dropped = make_action(town, plan), make_action(town, plan)
    adopt(town, voted, STUDY)
    drop_action(town.editor, action=dropped, reason="Sans objet", today=TODAY)
    found = [(action.number, [p.kind.code for p in missing])
             for action, missing in actions_to_vote(plan)]  # fmt: skip
    assert found == [(study.number, []), (bare.number, ["indicator-missing"])]
    assert Action.objects.get(pk=dropped.pk).progress == Progress.DROPPED


def test_dates_that_do_not_agree(town: Town, plan: Plan) -> None:
    action, other = make_action(town, plan), make_action(town, plan)
    assert not voting_of(plan).lacks_date
    adopt(town, action, STUDY)
    assert (voting_of(plan).waiting, voting_of(plan).lacks_date) == (1, False)
    adopt(town, other, STUDY)
    assert voting_of(plan).lacks_date
    plan.adopted_on = VOTE
    assert (voting_of(plan).later, voting_of(plan).lacks_date) == (0, False)
    plan.adopted_on = VOTE - timedelta(days=1)
    assert (voting_of(plan).later, voting_of(plan).first_later) == (2, VOTE)
    plan.adopted_on = date(2030, 1, 1)
    assert voting_of(plan).later == 0
