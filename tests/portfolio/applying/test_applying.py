"""A result is written in the plan through its services, all or nothing, and taken back."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from types import SimpleNamespace
from typing import Any

import pytest
from django.core.exceptions import ValidationError

from portulan.accounts.actors import Actor
from portulan.budget.funding.writes import allot
from portulan.budget.models import Allotment
from portulan.core.errors import DeniedError
from portulan.plans.actions.writes import edit_action
from portulan.plans.commitments.writes import save_deliverable
from portulan.plans.models import CommitmentDecision
from portulan.plans.money.writes import set_planned_money
from portulan.plans.words import CommitmentLevel, Progress
from portulan.portfolio.applying.reads import Offered, offered, stopped_actions
from portulan.portfolio.applying.rules import Change, Wanted, changes, wanted
from portulan.portfolio.applying.writes import apply_selection, undo_application
from portulan.portfolio.candidates import (
    add_candidate,
    edit_candidate,
    remove_candidate,
    save_level,
)
from portulan.portfolio.engine.problem import Action as EngineAction
from portulan.portfolio.engine.problem import LevelOption, PortfolioProblem, Step
from portulan.portfolio.envelopes import save_envelope
from portulan.portfolio.facts import CandidateFacts, ScenarioFacts
from portulan.portfolio.models import Application, Candidate, Scenario, Selection
from portulan.portfolio.results.reads import latest_selection
from portulan.portfolio.scenarios.writes import delete_scenario
from portulan.portfolio.solving.writes import compute
from portulan.portfolio.words import ScenarioStatus
from tests.people import Town
from tests.plans.plan_of_town import TODAY, adopt, followed_action
from tests.portfolio.scenario_of_town import make_scenario, make_town_plan

IMPLEMENTATION = CommitmentLevel.IMPLEMENTATION


@pytest.fixture
def selection(town: Town) -> Selection:
    """Solved: the room as planned with both additions, and the archive that nobody voted yet."""
    scenario = make_scenario(town)
    archive = Candidate.objects.get(scenario=scenario, action__number=2)
    save_level(
        town.editor, candidate=archive, level=IMPLEMENTATION,
        impact_low=1, impact_likely=5, impact_high=9,
    )  # fmt: skip
    compute(town.editor, scenario=scenario)
    found = latest_selection(scenario)
    assert found is not None
    found.scenario = scenario
    scenario.refresh_from_db()
    return found


def offers(actor: Actor, selection: Selection) -> dict[str, Offered]:
    found = offered(actor=actor, selection=selection, today=TODAY)
    return {one.change.key: one for one in found}


def apply(actor: Actor, selection: Selection, *keys: str, **more: Any) -> Application:
    known: dict[str, Any] = {"on": TODAY, "body": "Comité", "reason": "Tenir l’ambition"}
    return apply_selection(actor, selection=selection, keys=keys, today=TODAY, **(known | more))


def test_what_is_offered_is_what_differs_and_what_the_person_may_write(
    town: Town, selection: Selection
) -> None:
    found = {
        one.change.key: one for one in offered(actor=town.admin, selection=selection, today=TODAY)
    }
    assert found["1-allotment-2027"].change.after == 90_000
    assert found["1-allotment-2027"].ticked
    assert not found["1-allotment-2028"].ticked  # its own budget will vote it
    assert found["2-due_on-"].change.after == date(2028, 12, 31)
    assert "1-level-" not in found
    for one in offered(actor=town.finance, selection=selection, today=TODAY):
        assert one.allowed is (one.change.kind == "allotment")


def test_it_is_written_by_a_decision_and_put_back(town: Town, selection: Selection) -> None:
    action = selection.scenario.plan.actions.get(number=2)
    due = action.due_on
    application = apply(town.admin, selection, "1-allotment-2027", "2-due_on-")
    allotment = Allotment.objects.get()
    assert (allotment.amount, allotment.decided_on) == (Decimal(90_000), TODAY)
    action.refresh_from_db()
    assert action.due_on == date(2028, 12, 31)
    scenario = Scenario.objects.get()
    assert scenario.status == ScenarioStatus.APPLIED
    assert application.status_before == ScenarioStatus.DRAFT
    with pytest.raises(ValidationError, match="dupliquez"):
        delete_scenario(town.admin, scenario=scenario)
    undo_application(town.admin, application=application, today=TODAY)
    assert not Allotment.objects.exists()
    action.refresh_from_db()
    assert action.due_on == due
    scenario.refresh_from_db()
    assert scenario.status == ScenarioStatus.DRAFT  # as before, too
    with pytest.raises(ValidationError, match="déjà annulée"):
        undo_application(town.admin, application=application, today=TODAY)


def solved_trial(town: Town, *, delivered: bool) -> Selection:
    """A trial whose roll-out is chosen in the first year."""
    plan = make_town_plan(town)
    trial = followed_action(town, plan, title="Éteindre la nuit", scope="Deux écoles")
    adopt(town, trial, CommitmentLevel.EXPERIMENT)
    set_planned_money(town.editor, action=trial, year=2027, amount=Decimal(1_000))
    if delivered:
        save_deliverable(
            town.editor, action=trial, title="Bilan", today=TODAY, delivered_on=TODAY,
            approach="Deux mois", consulted="Agents", result="Concluant",
        )  # fmt: skip
    scenario = make_scenario(town, plan)
    candidate = add_candidate(town.editor, scenario=scenario, action=trial, label="partout")
    save_level(
        town.editor, candidate=candidate, level=IMPLEMENTATION, cost={"F": [2_000]},
        impact_low=5_000, impact_likely=6_000, impact_high=9_000,
    )  # fmt: skip
    compute(town.editor, scenario=scenario)
    found = latest_selection(scenario)
    assert found is not None
    return found


def test_a_level_moves_by_a_decision_and_comes_back_by_another(town: Town) -> None:
    selection = solved_trial(town, delivered=True)
    trial = selection.scenario.plan.actions.get(number=4)
    application = apply(town.admin, selection, "4-level-")
    trial.refresh_from_db()
    assert trial.level == IMPLEMENTATION
    decision = CommitmentDecision.objects.filter(action=trial).latest("pk")
    assert (decision.body, decision.reason) == ("Comité", "Tenir l’ambition")
    undo_application(town.admin, application=application, today=TODAY + timedelta(days=3))
    trial.refresh_from_db()
    assert trial.level == CommitmentLevel.EXPERIMENT
    assert CommitmentDecision.objects.filter(action=trial).count() == 3
    apply(town.admin, selection, "4-level-")  # the trial was never left: its report still serves
    trial.refresh_from_db()
    assert trial.level == IMPLEMENTATION


def test_a_level_that_its_trial_does_not_allow_yet_says_what_it_lacks(town: Town) -> None:
    selection = solved_trial(town, delivered=False)
    found = offers(town.admin, selection)["4-level-"]
    assert not found.ticked
    assert [problem.kind.code for problem in found.lacks] == ["deliverable-missing"]
    money = offers(town.admin, selection)["4-allotment-2027"]
    assert (money.ticked, money.waits) == (False, True)
    assert offers(town.admin, selection)["1-allotment-2027"].ticked
    with pytest.raises(ValidationError):
        apply(town.admin, selection, "4-level-", "1-allotment-2027")
    assert not Allotment.objects.exists()


def test_nothing_is_put_back_once_something_moved(town: Town, selection: Selection) -> None:
    application = apply(town.admin, selection, "1-allotment-2027", "2-due_on-")
    action = selection.scenario.plan.actions.get(number=2)
    edit_action(town.editor, action=action, due_on=date(2029, 6, 30))
    with pytest.raises(ValidationError, match="action 2"):
        undo_application(town.admin, application=application, today=TODAY)
    assert Allotment.objects.exists()


@pytest.mark.parametrize(
    ("field", "values"),
    [
        ("body", {"body": " "}),
        ("reason", {"reason": ""}),
        ("on", {"on": date(2027, 1, 1)}),
    ],
)
def test_a_decision_without_a_word_is_refused_at_its_field(
    town: Town, selection: Selection, field: str, values: dict[str, object]
) -> None:
    with pytest.raises(ValidationError) as raised:
        apply(town.admin, selection, "1-allotment-2027", **values)
    assert set(raised.value.message_dict) == {field}
    assert not Allotment.objects.exists()


def test_nothing_is_written_by_halves_nor_from_what_changed(
    town: Town, selection: Selection
) -> None:
    with pytest.raises(ValidationError, match="au moins un"):
        apply(town.admin, selection, "9-level-")
    with pytest.raises(DeniedError):  # finance may reserve money, and not move dates
        apply(town.finance, selection, "1-allotment-2027", "2-due_on-")
    assert not Allotment.objects.exists()
    archive = Candidate.objects.get(scenario=selection.scenario, action__number=2)
    edit_candidate(town.editor, candidate=archive, theme="Achats")
    selection.scenario.refresh_from_db()
    with pytest.raises(ValidationError, match="recalculez"):
        apply(town.admin, selection, "1-allotment-2027")


@pytest.mark.parametrize("refused", [True, False])
def test_the_money_of_an_action_at_work_that_is_left_out_is_freed(
    town: Town, *, refused: bool
) -> None:
    """Refused by a person, or left out by the computation once nothing holds it."""
    plan = make_town_plan(town)
    room = plan.actions.get(number=1)
    edit_action(town.editor, action=room, progress=Progress.ONGOING)
    allot(
        town.finance, action=room, year=2027, amount=Decimal(60_000), decided_on=TODAY,
        reference="BP",
    )  # fmt: skip
    scenario = make_scenario(town, plan)
    for one in Candidate.objects.filter(scenario=scenario, action=room).exclude(rank=0):
        remove_candidate(town.editor, candidate=one)
    candidate = Candidate.objects.get(scenario=scenario, action=room)
    edit_candidate(
        town.editor, candidate=candidate, must_level=None, must_by=None, must_reason="",
        out_reason="Trop cher" if refused else "",
    )  # fmt: skip
    for envelope in scenario.envelopes.filter(is_money=True):
        save_envelope(
            town.editor, scenario=scenario, envelope=envelope, title="NR", is_money=True,
            nature=None, capacity=[30_000, 30_000], carry_over=0,
        )  # fmt: skip
    compute(town.editor, scenario=scenario)
    selection = latest_selection(scenario)
    assert selection is not None
    assert [action.number for action in stopped_actions(selection)] == [1]
    found = offers(town.admin, selection)["1-allotment-2027"]
    assert (found.change.before, found.change.after, found.ticked) == (60_000, 0, True)
    application = apply(town.admin, selection, "1-allotment-2027")
    assert Allotment.objects.get().amount == 0
    undo_application(town.admin, application=application, today=TODAY)
    assert Allotment.objects.get().amount == 60_000


def moved(want: Wanted, due: date) -> list[Change]:
    trial = SimpleNamespace(number=1, title="Essai", level=CommitmentLevel.EXPERIMENT, due_on=due)
    return list(changes(want, trial, {}, moves=True))


def test_a_date_is_proposed_for_another_year_only_and_never_for_what_follows_a_trial() -> None:
    trial = Step(CommitmentLevel.EXPERIMENT, 2027)
    then = (trial, Step(IMPLEMENTATION, 2028))
    levels = (
        LevelOption(CommitmentLevel.EXPERIMENT, 1, {}, {}, 1),
        LevelOption(IMPLEMENTATION, 1, {}, {}, 2),
    )
    problem = PortfolioProblem((2027, 2028), (), (EngineAction("1", levels),))
    facts = ScenarioFacts("", (2027, 2028), 0, {}, candidates=(CandidateFacts("1", 1, "Essai"),))
    wants = wanted(facts, problem, {"1": then}, {"1": (trial,)})
    assert wants[1].ends_on == date(2027, 12, 31)
    apart = replace(
        problem, actions=(problem.actions[0], EngineAction("1.1", levels[1:]))
    )  # the rest may be an addition of its own
    both = replace(
        facts, candidates=(*facts.candidates, CandidateFacts("1.1", 1, "Essai", "partout"))
    )
    plan = {"1": (trial,), "1.1": then[1:]}
    assert wanted(both, apart, plan, {"1": (trial,)})[1].ends_on == date(2027, 12, 31)
    assert moved(wants[1], date(2027, 12, 15)) == []
    (later,) = moved(wants[1], date(2026, 12, 15))
    assert (later.kind, later.after) == ("due_on", date(2027, 12, 31))
