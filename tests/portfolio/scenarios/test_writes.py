"""Scenarios are filled, edited, filled again and solved; nothing typed is lost in silence."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from decimal import Decimal
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.utils import timezone

from portulan.budget.funding.writes import set_envelope
from portulan.core import tasks
from portulan.core.errors import DeniedError, NotFoundError
from portulan.core.models import AuditEntry, Task
from portulan.core.tasks import cancel, latest, run
from portulan.core.words import TaskStatus
from portulan.plans.money.writes import set_planned_money
from portulan.plans.words import CommitmentLevel, Section
from portulan.portfolio.candidates import edit_candidate, remove_candidate, save_level
from portulan.portfolio.engine import answers as engine_explaining
from portulan.portfolio.engine.answers import Explanation as Answers
from portulan.portfolio.engine.answers import answered, why_name
from portulan.portfolio.engine.documents import Document
from portulan.portfolio.engine.problem import Step
from portulan.portfolio.engine.solving import DisagreementError
from portulan.portfolio.envelopes import save_envelope
from portulan.portfolio.from_plan.reads import proposals
from portulan.portfolio.from_plan.writes import fill
from portulan.portfolio.models import Candidate, CandidateLevel, Explanation, Scenario, Selection
from portulan.portfolio.results.reads import Reading, explanation_of, latest_selection
from portulan.portfolio.rules.writes import add_rule, edit_rule
from portulan.portfolio.scenarios.reads import facts_of
from portulan.portfolio.scenarios.writes import create_scenario, delete_scenario
from portulan.portfolio.solving import explaining as solving_explaining
from portulan.portfolio.solving import writes
from portulan.portfolio.solving.explaining import explain_further
from portulan.portfolio.solving.writes import compute
from portulan.portfolio.words import EXPLAIN, SOLVE, WHY, Origin, RuleKind
from tests.people import Town
from tests.plans.plan_of_town import TODAY
from tests.portfolio.scenario_of_town import make_scenario, make_town_plan

IMPLEMENTATION = CommitmentLevel.IMPLEMENTATION


def test_a_scenario_is_filled_from_the_plan_and_the_budget_and_says_so(town: Town) -> None:
    scenario = make_scenario(town)
    facts = facts_of(scenario)
    (envelope,) = facts.envelopes
    assert (envelope.capacity, envelope.origin) == ((100_000, 100_000), Origin.REPEATED)
    room, *additions, archive, study = facts.candidates
    (level,) = room.levels
    assert level.cost == {"I": (60_000,)}
    assert (level.origins["cost"], level.origins["running"]) == (Origin.PLANNED, Origin.REPEATED)
    assert level.days == {}  # no team yet
    assert room.must is not None
    assert (room.must.level, room.must.by) == (IMPLEMENTATION, 2027)
    assert archive.must is None  # not voted: free
    assert study.levels[0].cost is None  # unknown, and not 0
    assert [one.id for one in additions] == ["1.1", "1.2"]
    assert proposals(scenario) == []


def test_filled_again_only_what_nobody_typed_is_taken(town: Town) -> None:
    scenario = make_scenario(town)
    archive = Candidate.objects.get(scenario=scenario, action__number=2)
    save_level(town.finance, candidate=archive, level=IMPLEMENTATION, cost={"F": [22_000]})
    for number, amount in ((1, 65_000), (2, 30_000)):
        action = scenario.plan.actions.get(number=number)
        section = Section.INVESTMENT if number == 1 else Section.OPERATING
        set_planned_money(
            town.editor, action=action, year=2027, section=section, amount=Decimal(amount)
        )
    found = {one.key: one for one in proposals(scenario)}
    assert {key for key, one in found.items() if one.typed} == {"2-3-cost"}
    assert found["2-3-cost"].before == {"F": [22_000]}
    fill(town.editor, scenario=scenario)
    assert [one.key for one in proposals(scenario)] == ["2-3-cost"]
    assert fill(town.editor, scenario=scenario, keys={"2-3-cost"}) == 1
    assert proposals(scenario) == []
    level = CandidateLevel.objects.get(candidate=archive)
    assert level.cost == {"F": [30_000]}
    assert level.origins["cost"] == Origin.PLANNED


def test_the_envelope_is_what_was_voted_before_it_is_an_ambition(town: Town) -> None:
    scenario = make_scenario(town)
    for section, amount in (("F", 30_000), ("I", 50_000)):
        set_envelope(
            town.finance, plan=scenario.plan, year=2027, section=section,
            amount=Decimal(amount), decided_on=TODAY,
        )  # fmt: skip
    (found,) = proposals(scenario)
    assert (found.before, found.after) == ([100_000, 100_000], [80_000, 80_000])
    fill(town.editor, scenario=scenario)
    assert scenario.envelopes.get().origin == Origin.REPEATED  # for its second year


def test_the_days_of_the_plan_go_to_the_team_there_is(town: Town) -> None:
    scenario = make_scenario(town)
    save_envelope(town.editor, scenario=scenario, title="Agents", capacity=[20, 20], is_money=False)
    fill(town.editor, scenario=scenario)
    assert facts_of(scenario).candidates[0].levels[0].days == {"agents": (13,)}


def test_a_scenario_is_solved_checked_kept_and_explained(town: Town) -> None:
    scenario = make_scenario(town)
    task = compute(town.editor, scenario=scenario)
    assert task.status == TaskStatus.DONE
    selection = latest_selection(scenario)
    assert selection is not None
    assert selection.status == "optimal"
    reading = Reading(selection)
    assert reading.is_current
    assert reading.planned == {"1": (Step(IMPLEMENTATION, 2027),)}
    chosen = set(reading.result.plan)
    assert {"1", "1.1", "1.2"} <= chosen
    assert [one.id for one in reading.facts.excluded] == ["3"]
    assert reading.explanation is not None
    assert {"whys", "purchases", "prices", "front", "stability"} <= reading.explanation.keys()
    archive = Candidate.objects.get(scenario=scenario, action__number=2)
    edit_candidate(town.editor, candidate=archive, out_reason="Pas cette année")
    scenario.refresh_from_db()
    assert not Reading(latest_selection(scenario) or selection).is_current


def test_what_was_computed_never_changes_and_never_disagrees(town: Town) -> None:
    scenario = make_scenario(town)
    compute(town.editor, scenario=scenario)
    for broken in (
        lambda: Selection.objects.update(value=1, checked_value=1),
        lambda: Explanation.objects.update(document={}),
        lambda: Selection.objects.create(
            scenario=scenario, revision=1, created_at=scenario.changed_at, digest="",
            status="optimal", value=2, checked_value=1, problem={}, facts={}, result={},
            baseline={},
        ),
    ):  # fmt: skip
        with pytest.raises(IntegrityError), transaction.atomic():
            broken()


def answer_then(after: int, stop: Callable[[], object]) -> Callable[..., Iterator[Document]]:
    """Answers that somebody stops after so many, while one more is being looked for."""
    answers = Answers.answers

    def some(self: Answers, known: Document) -> Iterator[Document]:
        for number, one in enumerate(answers(self, known)):
            if number == after:
                stop()
            yield one

    return some


def test_stopped_while_explaining_what_was_answered_is_kept_and_gone_on_from(
    town: Town, monkeypatch: pytest.MonkeyPatch
) -> None:
    scenario = make_scenario(town)
    with monkeypatch.context() as patch:
        patch.setattr(tasks, "_EVERY", 0.0)
        patch.setattr(solving_explaining, "KEEP", 0)
        patch.setattr(
            Answers, "answers", answer_then(3, lambda: cancel(Task.objects.latest("pk").pk))
        )
        assert compute(town.editor, scenario=scenario).status == TaskStatus.CANCELLED
    selection = latest_selection(scenario)
    assert selection is not None
    known = explanation_of(selection)
    assert known is not None
    assert (selection.explanations.count(), len(answered(known))) == (3, 3)
    asked = next(iter(Reading(selection).planned))
    assert why_name(asked) not in answered(known)
    explain_further(town.editor, scenario=scenario, candidate=asked)
    known = explanation_of(latest_selection(scenario) or selection) or {}
    assert (len(answered(known)), why_name(asked) in answered(known)) == (4, True)
    explain_further(town.editor, scenario=scenario)
    known = explanation_of(latest_selection(scenario) or selection) or {}
    problem = Reading(selection).problem
    asked_of_all = {*(why_name(action.id) for action in problem.actions), "front", "stability"}
    assert asked_of_all <= answered(known)
    assert len(known["whys"]) == len(problem.actions)


def test_explanations_that_take_too_long_wait_to_be_asked(
    town: Town, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(solving_explaining, "BUDGET", 0)
    scenario = make_scenario(town)
    with pytest.raises(NotFoundError):
        explain_further(town.editor, scenario=scenario)
    assert compute(town.editor, scenario=scenario).status == TaskStatus.DONE
    selection = latest_selection(scenario)
    assert selection is not None
    assert explanation_of(selection) is None
    with pytest.raises(NotFoundError):
        explain_further(town.editor, scenario=scenario, candidate="../nothing")
    with pytest.raises(DeniedError):
        explain_further(town.reader, scenario=scenario)


def test_what_fails_loses_no_answer_and_blocks_no_other(
    town: Town, monkeypatch: pytest.MonkeyPatch
) -> None:
    scenario = make_scenario(town)

    def crash() -> None:
        raise RuntimeError("solver")

    with monkeypatch.context() as patch:
        patch.setattr(Answers, "answers", answer_then(3, crash))
        compute(town.editor, scenario=scenario)
    selection = latest_selection(scenario)
    assert selection is not None
    assert len(answered(explanation_of(selection) or {})) == 3

    def disagree(*_asked: object, **_options: object) -> None:
        raise DisagreementError("budget 2027: 12 > 10")

    with monkeypatch.context() as patch:
        patch.setattr(engine_explaining, "pareto", disagree)
        assert explain_further(town.editor, scenario=scenario).status == TaskStatus.DONE
    known = explanation_of(latest_selection(scenario) or selection) or {}
    assert known["failed"] == ["front"]
    problem = Reading(selection).problem
    assert {why_name(action.id) for action in problem.actions} <= answered(known)


def test_one_question_does_not_wait_for_the_others(
    town: Town, monkeypatch: pytest.MonkeyPatch
) -> None:
    scenario = make_scenario(town)
    with monkeypatch.context() as patch:
        patch.setattr(solving_explaining, "BUDGET", 0)
        compute(town.editor, scenario=scenario)
    selection = latest_selection(scenario)
    assert selection is not None

    def at_work(kind: str, candidate: str) -> None:
        now = timezone.now()
        Task.objects.create(
            organisation_id=town.organisation.pk, kind=kind, subject_id=selection.pk,
            status=TaskStatus.RUNNING, created_at=now, seen_at=now,
            details={"candidate": candidate},
        )  # fmt: skip

    at_work(EXPLAIN, "")
    explain_further(town.editor, scenario=scenario, candidate="2")
    known = explanation_of(latest_selection(scenario) or selection) or {}
    assert answered(known) == {why_name("2")}
    at_work(WHY, "2")
    with pytest.raises(ValidationError, match="quelques secondes"):
        explain_further(town.editor, scenario=scenario, candidate="1")
    assert explain_further(town.editor, scenario=scenario, candidate="2").kind == WHY


def test_stopped_before_anything_is_found_nothing_is_kept(town: Town) -> None:
    scenario = make_scenario(town)
    task = Task.objects.create(
        organisation_id=town.organisation.pk, kind=SOLVE, subject_id=scenario.pk,
        cancel_asked=True, created_at=scenario.changed_at, seen_at=scenario.changed_at,
    )  # fmt: skip
    run(task.pk)
    task.refresh_from_db()
    assert task.status == TaskStatus.CANCELLED
    assert latest_selection(scenario) is None


def test_a_result_that_the_check_refuses_is_not_kept(
    town: Town, monkeypatch: pytest.MonkeyPatch
) -> None:
    def disagree(*_problem: object, **_options: object) -> None:
        raise DisagreementError("budget 2027: 12 > 10")

    monkeypatch.setattr(writes, "solve", disagree)
    scenario = make_scenario(town)
    task = compute(town.editor, scenario=scenario)
    assert task.status == TaskStatus.FAILED
    assert "budget 2027" in task.failure
    assert latest_selection(scenario) is None


def test_an_impossible_scenario_says_what_conflicts(town: Town) -> None:
    scenario = make_scenario(town)
    envelope = scenario.envelopes.get()
    save_envelope(
        town.editor, scenario=scenario, envelope=envelope, title="Budget", capacity=[50_000, 50_000]
    )
    compute(town.editor, scenario=scenario)
    selection = latest_selection(scenario)
    assert selection is not None
    assert selection.status == "infeasible"
    assert selection.value is None
    rules = {one["rule"] for one in selection.result["conflict"]}
    assert rules == {"must:1", f"capacity:{envelope.slug}:2027"}
    assert selection.result["repair"][0]["missing"] == 10_000


def test_the_search_of_a_conflict_is_heard_and_stopped(
    town: Town, monkeypatch: pytest.MonkeyPatch
) -> None:
    scenario = make_scenario(town)
    save_envelope(
        town.editor,
        scenario=scenario,
        envelope=scenario.envelopes.get(),
        title="Budget",
        capacity=[50_000, 50_000],
    )
    told: list[str] = []
    tell = tasks.Beat.tell

    def stop_at_the_third(beat: tasks.Beat, stage: str, *rest: object, **more: object) -> bool:
        told.append(stage)
        if told.count(writes.CONFLICT) == 3:
            cancel(beat.task.pk)
        return tell(beat, stage, *rest, **more)  # type: ignore[arg-type]

    monkeypatch.setattr(tasks, "_EVERY", 0.0)
    monkeypatch.setattr(tasks.Beat, "tell", stop_at_the_third)
    assert compute(town.editor, scenario=scenario).status == TaskStatus.CANCELLED
    assert told.count(writes.CONFLICT) >= 3
    assert latest_selection(scenario) is None


def test_what_cannot_be_solved_is_said_before_anything_starts(town: Town) -> None:
    empty = create_scenario(
        town.editor, plan=make_town_plan(town), title="Vide", first_year=2027, last_year=2027
    )
    with pytest.raises(ValidationError, match="enveloppe"):
        compute(town.editor, scenario=empty)
    assert latest(SOLVE, empty.pk) is None


@pytest.mark.parametrize(
    ("field", "values"),
    [
        ("must_by", {"must_level": IMPLEMENTATION, "must_reason": "loi"}),
        ("must_by", {"must_level": IMPLEMENTATION, "must_by": 2031, "must_reason": "loi"}),
        ("must_reason", {"must_level": IMPLEMENTATION, "must_by": 2027}),
        ("step_level", {"step_start": 2027}),
        ("gate", {"gate": IMPLEMENTATION}),
        ("after", {"after": 2041, "after_reason": "Hébergement"}),
        ("after", {"after_reason": "Hébergement"}),
        ("after_reason", {"after": 2027}),
    ],
)
def test_a_candidate_that_makes_no_sense_is_refused_at_its_field(
    town: Town, field: str, values: dict[str, object]
) -> None:
    candidate = Candidate.objects.get(scenario=make_scenario(town), action__number=2)
    with pytest.raises(ValidationError) as raised:
        edit_candidate(town.editor, candidate=candidate, **values)
    assert set(raised.value.message_dict) == {field}


@pytest.mark.parametrize(
    ("field", "values"),
    [
        ("duration", {"duration": 3, "cost": None}),
        ("cost", {"cost": {"F": [1, 2]}}),
        ("cost", {"cost": {"F": [-1]}}),
        ("impact_likely", {"impact_low": 3}),
        ("impact_likely", {"impact_low": 3, "impact_likely": 2, "impact_high": 9}),
        ("score_law", {"score_law": 101}),
    ],
)
def test_a_level_that_makes_no_sense_is_refused_at_its_field(
    town: Town, field: str, values: dict[str, object]
) -> None:
    candidate = Candidate.objects.get(scenario=make_scenario(town), action__number=2)
    with pytest.raises(ValidationError) as raised:
        save_level(town.editor, candidate=candidate, level=IMPLEMENTATION, **values)
    assert set(raised.value.message_dict) == {field}


def test_rules_go_with_the_candidates_they_speak_of(town: Town) -> None:
    scenario = make_scenario(town)
    one, two = Candidate.objects.filter(scenario=scenario, action__number=1, rank__gt=0)
    add_rule(
        town.editor,
        scenario=scenario,
        kind=RuleKind.EXCLUSION,
        candidates=[one, two],
        level=IMPLEMENTATION,
    )
    compute(town.editor, scenario=scenario)
    selection = latest_selection(scenario)
    assert selection is not None
    chosen = {item["action"] for item in selection.result["plan"]}
    assert len(chosen & {"1.1", "1.2"}) == 1
    remove_candidate(town.editor, candidate=one)
    remove_candidate(town.editor, candidate=two)
    assert not scenario.rules.exists()


def test_a_scenario_that_is_removed_leaves_its_entries_in_the_trail(town: Town) -> None:
    scenario = make_scenario(town)
    compute(town.editor, scenario=scenario)
    pk = scenario.pk
    delete_scenario(town.editor, scenario=scenario)
    assert not Scenario.objects.exists()
    verbs = AuditEntry.objects.filter(subject_type="scenario", subject_id=pk)
    assert {"created", "computed", "deleted"} <= set(verbs.values_list("verb", flat=True))


def test_a_rule_that_cannot_hold_is_refused_where_it_is_typed(town: Town) -> None:
    scenario = make_scenario(town)
    one, two = Candidate.objects.filter(scenario=scenario, action__number=1, rank__gt=0)
    edit_candidate(town.editor, candidate=one, theme="Achats")
    known: dict[str, Any] = {"theme": "Achats", "level": IMPLEMENTATION}
    coverage = RuleKind.COVERAGE
    with pytest.raises(ValidationError, match="que 1 action candidate") as raised:
        add_rule(town.editor, scenario=scenario, kind=coverage, minimum=99, **known)
    assert set(raised.value.message_dict) == {"minimum"}
    least = add_rule(town.editor, scenario=scenario, kind=coverage, minimum=1, **known)
    with pytest.raises(ValidationError, match="que 1 action candidate"):
        edit_rule(town.editor, rule=least, minimum=2, **known)
    levels: dict[str, Any] = {"level": IMPLEMENTATION, "needs_level": IMPLEMENTATION}
    first = add_rule(
        town.editor, scenario=scenario, kind=RuleKind.PREREQUISITE, waits=one, candidates=[two],
        **levels,
    )  # fmt: skip
    with pytest.raises(ValidationError, match=r"1\.1 → 1\.2 → 1\.1"):
        add_rule(
            town.editor, scenario=scenario, kind=RuleKind.PREREQUISITE, waits=two,
            candidates=[one], **levels,
        )  # fmt: skip
    edit_rule(town.editor, rule=first, waits=two, candidates=[one], lag=0, **levels)
    first.refresh_from_db()
    assert (first.waits, first.lag, list(first.candidates.all())) == (two, 0, [one])
