"""A decision recorded wrongly is recorded again: the right one answers, both are kept."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from itertools import pairwise
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.test import Client
from django.urls import reverse
from hypothesis import given
from hypothesis import strategies as st

from portulan.accounts.access import Role
from portulan.core import trail
from portulan.core.errors import DeniedError, NotFoundError
from portulan.plans.commitments.corrections import correct_decision
from portulan.plans.commitments.reads import decisions_of
from portulan.plans.commitments.rules import Commitment, Made, Proposed, check_correction, level_on
from portulan.plans.commitments.writes import decide, save_deliverable
from portulan.plans.models import Action, CommitmentDecision, Plan
from portulan.plans.plan import create_plan
from portulan.plans.words import CommitmentLevel, Outcome
from tests.people import Town
from tests.plans.plan_of_town import TODAY, VOTE, adopt, make_action, make_plan

STUDY, EXPERIMENT, IMPLEMENTATION = CommitmentLevel
TRUE_VOTE = date(2024, 11, 13)
LATER = date(2026, 3, 2)
RIGHT: dict[str, Any] = {
    "on": TRUE_VOTE,
    "level": STUDY,
    "body": "Conseil municipal",
    "reason": "",
    "because": "La délibération est de novembre",
}


@pytest.fixture
def plan(town: Town) -> Plan:
    return make_plan(town)


@pytest.fixture
def action(town: Town, plan: Plan) -> Action:
    action = make_action(town, plan)
    adopt(town, action, STUDY)
    return action


def correct(town: Town, decision: CommitmentDecision, **said: object) -> CommitmentDecision:
    whole = bool(said.pop("whole_vote", False))
    found = correct_decision(
        town.editor, decision=decision, today=TODAY, whole_vote=whole, **RIGHT | said
    )
    return found[0]


def moved(town: Town, action: Action, on: date = LATER) -> CommitmentDecision:
    """The action goes on from its study to an experiment."""
    study = save_deliverable(
        town.editor, action=action, title="Étude", delivered_on=on, today=TODAY,
        approach="Entretiens", consulted="Trois services", result="Faisable",
    )  # fmt: skip
    return decide(
        town.editor, action=action, outcome=Outcome.MOVE, level=EXPERIMENT, on=on, body="Comité",
        reason="Vu l’étude", deliverable=study, scope="Deux services", today=TODAY,
    )  # fmt: skip


def test_the_day_of_the_vote_answers_with_the_right_record(town: Town, action: Action) -> None:
    wrong = action.decisions.get()
    move = moved(town, action)
    right = correct(town, wrong)
    made = decisions_of(action)
    assert [item.on for item in made] == [TRUE_VOTE, LATER]
    assert level_on(made, TRUE_VOTE) == STUDY
    assert level_on(made, TRUE_VOTE - timedelta(days=1)) is None
    kept = CommitmentDecision.everything.filter(action=action).order_by("pk")
    assert list(kept.values_list("pk", "decided_on", "corrects")) == [
        (wrong.pk, VOTE, None),
        (move.pk, LATER, None),
        (right.pk, TRUE_VOTE, wrong.pk),
    ]
    entry = trail.history(action)[0]
    assert entry.verb == "decision corrected"
    assert entry.changes == {
        "decided_on": [str(VOTE), str(TRUE_VOTE)],
        "correction_reason": [None, RIGHT["because"]],
    }
    # A correction may be wrong too; what it replaced is no longer there to be corrected.
    again = correct(town, right, on=VOTE, because="Si, décembre")
    assert (again.corrects_id, decisions_of(action)[0].on) == (wrong.pk, VOTE)
    for stale in (wrong, right):
        with pytest.raises(ValidationError, match="vient d’être corrigée"):
            correct(town, stale)


def test_a_level_is_corrected_where_nothing_rests_on_it(town: Town, action: Action) -> None:
    action.scope = "Deux services"
    action.save()
    correct(town, action.decisions.get(), on=VOTE, level=EXPERIMENT)
    action.refresh_from_db()
    assert action.level == EXPERIMENT
    correct(town, action.decisions.get(), on=VOTE)
    moved(town, action)
    with pytest.raises(ValidationError, match="ne va pas avec ce niveau"):
        correct(town, action.decisions.first(), on=VOTE, level=EXPERIMENT)
    correct(town, action.decisions.first(), body="Bureau")
    action.refresh_from_db()
    assert action.level == EXPERIMENT


def test_two_decisions_of_one_day_keep_their_order(town: Town, action: Action) -> None:
    moved(town, action, on=VOTE)
    correct(town, action.decisions.first(), on=VOTE, body="Bureau")
    assert [item.outcome for item in decisions_of(action)] == [Outcome.ADOPT, Outcome.MOVE]


@pytest.mark.parametrize(
    ("said", "field"),
    [
        ({"on": TODAY + timedelta(days=1)}, "decided_on"),
        ({"on": LATER + timedelta(days=1)}, "decided_on"),
        ({"body": " "}, "body"),
        ({"because": " "}, "because"),
        ({"level": IMPLEMENTATION}, "level"),
        ({"on": VOTE}, "__all__"),
    ],
)
def test_what_is_refused(town: Town, action: Action, said: dict[str, object], field: str) -> None:
    moved(town, action)
    with pytest.raises(ValidationError) as refused:
        correct(town, action.decisions.first(), **said)
    assert field in getattr(refused.value, "error_dict", {"__all__": None})
    assert CommitmentDecision.everything.count() == 2


def test_a_move_stays_after_what_it_leaves(town: Town, action: Action) -> None:
    move = moved(town, action)
    for on in (VOTE - timedelta(days=1), LATER - timedelta(days=1)):  # the vote, the study
        with pytest.raises(ValidationError):
            correct(town, move, on=on, level=EXPERIMENT, reason="Vu l’étude")
    correct(town, move, on=LATER + timedelta(days=1), level=EXPERIMENT, reason="Vu l’étude")


def test_only_who_decides_corrects(town: Town, elsewhere: Town, action: Action) -> None:
    wrong = action.decisions.get()
    with pytest.raises(DeniedError):
        correct_decision(town.contributor, decision=wrong, today=TODAY, **RIGHT)
    with pytest.raises(NotFoundError):
        correct_decision(elsewhere.editor, decision=wrong, today=TODAY, **RIGHT)


def test_a_whole_vote_moves_together_and_the_plan_with_it(
    town: Town, plan: Plan, action: Action
) -> None:
    second, third = make_action(town, plan), make_action(town, plan)
    adopt(town, second, STUDY, reason="Priorité")
    adopt(town, third, STUDY)
    elsewhere = make_action(town, create_plan(
        town.editor, title="Autre", first_year=2025, last_year=2027, adopted_on=VOTE
    ))  # fmt: skip
    adopt(town, elsewhere, STUDY)
    correct(town, action.decisions.get())
    plan.refresh_from_db()
    assert plan.adopted_on == VOTE  # two actions are still voted that day
    correct(town, second.decisions.get(), whole_vote=True)
    assert {item.decisions.get().decided_on for item in (second, third)} == {TRUE_VOTE}
    assert second.decisions.get().reason == ""
    plan.refresh_from_db()
    assert plan.adopted_on == TRUE_VOTE
    assert elsewhere.decisions.get().decided_on == VOTE


def test_a_whole_vote_is_all_or_none(town: Town, plan: Plan, action: Action) -> None:
    second = make_action(town, plan)
    adopt(town, second, STUDY)
    moved(town, second, on=date(2025, 1, 31))
    with pytest.raises(ValidationError, match="Action 2"):
        correct(town, action.decisions.get(), on=date(2025, 2, 13), whole_vote=True)
    assert not CommitmentDecision.everything.exclude(corrects=None).exists()


LEVELS = st.sampled_from(CommitmentLevel)
DAYS = st.dates(date(2024, 1, 1), TODAY)


@st.composite
def chains(draw: st.DrawFn) -> tuple[Made, ...]:
    """Decisions as the services write them: an adoption, then moves, prolonged trials."""
    made: list[Made] = []
    for on in sorted(draw(st.lists(DAYS, min_size=1, max_size=5))):
        if not made:
            made.append(Made(on, Outcome.ADOPT, draw(LEVELS)))
        elif made[-1].level is EXPERIMENT and draw(st.booleans()):
            made.append(Made(on, Outcome.EXTEND, EXPERIMENT))
        else:
            others = [level for level in CommitmentLevel if level != made[-1].level]
            made.append(Made(on, Outcome.MOVE, draw(st.sampled_from(others))))
    return tuple(made)


@given(chains(), st.data(), DAYS, LEVELS)
def test_a_corrected_story_could_have_been_written(
    made: tuple[Made, ...], data: st.DataObject, on: date, level: CommitmentLevel
) -> None:
    place = data.draw(st.integers(0, len(made) - 1))
    state = Commitment(made, scope="Deux services", indicators=1, follow_up="Délégué")
    outcome = made[place].outcome
    proposed = Proposed(on, outcome, level, body="Comité", reason="Motif")
    found = {item.kind.code for item in check_correction(state, place, proposed, today=TODAY)}
    story = [*made[:place], Made(on, outcome, level), *made[place + 1 :]]
    days = [item.on for item in story]
    assert (days == sorted(days)) == (not any(code.startswith("decided-") for code in found))
    sound = all(
        (after.outcome is Outcome.MOVE) == (after.level != before.level)
        for before, after in pairwise(story)
    )
    assert sound == (
        not found & {"same-level", "level-stays", "next-rests-on-it", "not-an-experiment"}
    )


def test_the_screen(
    town: Town, plan: Plan, action: Action, signed_in: Callable[[Role], Client]
) -> None:
    adopt(town, make_action(town, plan), STUDY)
    sheet = reverse("plans:action", args=[town.slug, plan.slug, action.number])
    address = reverse(
        "plans:correct-decision",
        args=[town.slug, plan.slug, action.number, action.decisions.get().pk],
    )
    assert address not in signed_in(Role.READER).get(sheet).text
    editor = signed_in(Role.EDITOR)
    assert address in editor.get(sheet).text
    page = editor.get(address).text
    assert "1 autre action du même vote" in page
    assert str(VOTE) in page
    said = {"decided_on": TRUE_VOTE, "level": "1", "body": "Conseil municipal", "reason": ""}
    assert editor.post(address, said).status_code == 422
    done = editor.post(address, said | {"because": "Novembre", "whole_vote": "on"}, follow=True)
    assert "Décision corrigée." in done.text
    assert "Corrigée le" in done.text
    assert ": Novembre" in done.text
    assert editor.get(address).status_code == 404  # it was corrected: the sheet has the new one
    history = reverse("plans:history", args=[town.slug, plan.slug, action.number])
    assert "13/12/2024 → 13/11/2024" in editor.get(history).text
