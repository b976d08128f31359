"""Arbitrations: scenarios, their candidates, envelopes and rules; computed, explained, applied."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any

from portulan.accounts.access import Operation
from portulan.accounts.actors import Actor
from portulan.api.call import Call
from portulan.api.declaring import act, answer, door, resource
from portulan.api.shapes import IDS, More, shape
from portulan.core.errors import NotFoundError
from portulan.core.models import Task
from portulan.core.tasks import latest
from portulan.portfolio.applying.reads import offered
from portulan.portfolio.applying.writes import apply_selection, undo_application
from portulan.portfolio.candidates import (
    add_candidate,
    edit_candidate,
    remove_candidate,
    remove_level,
    save_level,
)
from portulan.portfolio.envelopes import remove_envelope, save_envelope
from portulan.portfolio.fairness import set_fairness
from portulan.portfolio.from_plan.writes import fill
from portulan.portfolio.models import (
    Application,
    Candidate,
    CandidateLevel,
    Scenario,
    ScenarioEnvelope,
    ScenarioRule,
    Selection,
)
from portulan.portfolio.results.reads import explanation_of, latest_selection
from portulan.portfolio.rules.writes import add_rule, edit_rule, remove_rule
from portulan.portfolio.scenarios.reads import get_scenario, scenarios
from portulan.portfolio.scenarios.writes import (
    create_scenario,
    delete_scenario,
    duplicate_scenario,
    edit_scenario,
    set_status,
)
from portulan.portfolio.solving.explaining import explain_further, stop_work
from portulan.portfolio.solving.writes import compute
from portulan.portfolio.targets import set_targets
from portulan.portfolio.words import SOLVE

READ, EDIT = Operation.READ_SCENARIO, Operation.EDIT_SCENARIO
SCENARIO = shape(
    Scenario,
    "id version plan slug title first_year last_year residual_years status weight_impact "
    "weight_cost weight_law weight_readiness weight_social unknown unknown_low unknown_high "
    "targets minimise fairness revision changed_at",
)
ENVELOPE = shape(
    ScenarioEnvelope, "id version scenario slug title is_money nature capacity carry_over origin"
)
RULE = shape(
    ScenarioRule,
    "id version scenario kind reason waits level needs_level lag theme minimum percent origin",
    candidates=More(lambda row: sorted(one.pk for one in row.candidates.all()), IDS),
)
CANDIDATE = shape(
    Candidate,
    "id version scenario action rank label theme gate after after_reason must_level must_by "
    "must_reason step_level step_start step_reason out_reason origins",
)
LEVEL = shape(
    CandidateLevel,
    "id version candidate level duration cost running days running_days impact_low impact_likely "
    "impact_high score_law score_readiness score_social origins",
)
SELECTION = shape(
    Selection,
    "id scenario revision created_at digest status value bound problem result baseline",
)
APPLICATION = shape(
    Application, "id selection applied_at decided_on body reason entries status_before undone_at"
)
TASK = shape(Task, "id kind status stage done total failure created_at ended_at")
AT = "scenarios/{scenario}"


@door(AT, "scenario")
def _scenario(call: Call) -> dict[str, Any]:
    found = get_scenario(actor=call.actor, slug=call.path["scenario"], need=call.need)
    return {"scenario": found}


resource(
    "scenarios",
    "scenario",
    SCENARIO,
    lambda call: scenarios(actor=call.actor),
    key="slug",
    read=READ,
    write=EDIT,
    create=create_scenario,
    created={"key": "slug", "needed": frozenset({"title", "first_year", "last_year"})},
    change=edit_scenario,
    remove=delete_scenario,
    filters="plan status",
    acts=[
        act("status", set_status, EDIT),
        act("targets", set_targets, EDIT),
        act("fairness", set_fairness, EDIT),
        act("fill", fill, EDIT),
        act(
            "duplicate",
            duplicate_scenario,
            EDIT,
            refetch=None,
            at="scenarios/{key}",
            key="slug",
            status=201,
        ),
        act("compute", compute, EDIT, shape=TASK, refetch=None, status=202, apart=True),
        act("explain", explain_further, EDIT, shape=TASK, refetch=None, status=202, apart=True),
        act("stop", stop_work, EDIT, told=lambda stopped: {"stopped": stopped}),
    ],
)
resource(
    f"{AT}/envelopes",
    "scenario_envelope",
    ENVELOPE,
    lambda call: call.found["scenario"].envelopes.all(),
    part="id",
    read=READ,
    write=EDIT,
    create=save_envelope,
    created={"without": frozenset({"envelope"})},
    change=save_envelope,
    changed={"names": {"envelope": "scenario_envelope"}},
    remove=remove_envelope,
    removed={"names": {"envelope": "scenario_envelope"}},
)
resource(
    f"{AT}/rules",
    "rule",
    RULE,
    lambda call: (
        call.found["scenario"].rules.select_related("scenario").prefetch_related("candidates")
    ),
    read=READ,
    write=EDIT,
    create=add_rule,
    change=edit_rule,
    remove=remove_rule,
)
resource(
    f"{AT}/candidates",
    "candidate",
    CANDIDATE,
    lambda call: Candidate.objects.filter(scenario=call.found["scenario"]).select_related(
        "scenario", "action"
    ),
    read=READ,
    write=EDIT,
    create=add_candidate,
    change=edit_candidate,
    remove=remove_candidate,
)
resource(
    f"{AT}/candidates/{{candidate}}/levels",
    "level_of",
    LEVEL,
    lambda call: CandidateLevel.objects.filter(candidate=call.found["candidate"]).select_related(
        "candidate__scenario"
    ),
    part="id",
    read=READ,
    write=EDIT,
    create=save_level,
    remove=remove_level,
    removed={"names": {"level": "level_of"}},
)


def _work(call: Call) -> Any:
    """Return where the search stands."""
    found = latest(SOLVE, call.found["scenario"].pk)
    if found is None:
        raise NotFoundError(call.path["scenario"])
    return TASK.write(found, call.actor)


def _selection(call: Call) -> Selection:
    found = latest_selection(call.found["scenario"])
    if found is None:
        raise NotFoundError(call.path["scenario"])
    found.scenario = call.found["scenario"]
    return found


def _result(call: Call) -> Any:
    found = _selection(call)
    return SELECTION.write(found, call.actor) | {"explanation": explanation_of(found)}


def _changes(call: Call) -> Any:
    return [
        {
            "key": one.change.key,
            "action": one.change.number,
            "lacks": [each.kind.code for each in one.lacks],
        }
        for one in offered(actor=call.actor, selection=_selection(call), today=call.today)
    ]


answer(f"{AT}/work", _work, READ)
answer(f"{AT}/result", _result, READ)
answer(f"{AT}/changes", _changes, EDIT, schema={"type": "array", "items": {"type": "object"}})


def apply_result(
    actor: Actor,
    *,
    scenario: Scenario,
    keys: Sequence[str],
    on: date,
    body: str,
    reason: str,
    today: date,
) -> Application:
    """Write in the plan the changes of these keys of the last result: all of them, or none."""
    found = latest_selection(scenario)
    if found is None:
        raise NotFoundError(scenario.slug)
    found.scenario = scenario
    return apply_selection(
        actor, selection=found, keys=set(keys), on=on, body=body, reason=reason, today=today
    )


resource(
    f"{AT}/applications",
    "application",
    APPLICATION,
    lambda call: Application.objects.filter(
        selection__scenario=call.found["scenario"]
    ).select_related("selection__scenario__plan"),
    read=READ,
    write=EDIT,
    create=apply_result,
    acts=[act("undo", undo_application, EDIT)],
)
