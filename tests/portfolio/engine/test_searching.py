"""Settling some actions anew never spoils a plan, and finds what a short search missed."""

from __future__ import annotations

import os
import sys
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path
from random import Random
from typing import Any

import pytest

from portulan.portfolio.engine import highs, improving, relaxation, searching
from portulan.portfolio.engine.evaluator import evaluate
from portulan.portfolio.engine.improving import Improver, improve
from portulan.portfolio.engine.limits import Best, Limits, Sighting
from portulan.portfolio.engine.model import build
from portulan.portfolio.engine.problem import Overlap, PortfolioProblem, canonical
from portulan.portfolio.engine.solving import solve
from tests.bench import families
from tests.bench.drawn import draw
from tests.portfolio.engine.test_solving import knapsack


def overlapping(problem: PortfolioProblem) -> PortfolioProblem:
    ids = tuple(action.id for action in problem.actions)
    return canonical(replace(problem, overlaps=(Overlap(ids[:8], 300),)))


@pytest.mark.parametrize("seed", [1, 2])
def test_a_plan_is_improved_and_keeps_every_rule(seed: int) -> None:
    problem = overlapping(draw(30, 3, seed))
    model = build(problem)
    any_plan = highs.search(model.columns, model.rows, {}, limits=Limits())
    chosen = any_plan.ones
    before = evaluate(problem, model.plan(set(chosen)))
    found = (chosen, before.value)

    def improved(*, goes_on: bool = True) -> tuple[frozenset[int], int]:
        best = Best(found)
        improve(model, lambda _worth: model.columns, best, rounds=20, goes_on=lambda: goes_on)
        assert best.found is not None
        return best.found

    better, worth = improved()
    after = evaluate(problem, model.plan(set(better)))
    assert before.breaches == after.breaches == ()
    assert after.value == worth > before.value
    assert improved() == (better, worth)
    assert improved(goes_on=False) == found


def test_where_nothing_brings_anything_nothing_is_improved() -> None:
    problem = draw(10, 3, 1)
    worthless = tuple(
        replace(action, levels=tuple(replace(option, value=0) for option in action.levels))
        for action in problem.actions
    )
    model = build(canonical(replace(problem, actions=worthless)))
    best = Best((frozenset(), 0))
    improve(model, lambda _worth: model.columns, best, rounds=20)
    assert best.found == (frozenset(), 0)


def test_actions_settled_together_start_about_one_year() -> None:
    """Their last level does, nearest first, with others out of the plan; none is left out."""
    model = build(families.draw(_family("mixed"), 40, 5, 1))
    found = highs.search(model.columns, model.rows, model.value, limits=Limits(nodes=1))
    held = improving._held(model)
    started = {
        action: model.pathways[at].steps[-1].start
        for action, own in enumerate(held)
        for at in own
        if at in found.ones
    }
    assert len(set(started.values())) > 2
    assert any(model.pathways[at].steps[0].start < model.pathways[at].steps[-1].start
               for at in found.ones)  # fmt: skip
    for ones, within in ((found.ones, started), (frozenset[int](), {})):
        ever = set[int]()
        for seed in range(60):
            free = improving._drawn(Random(seed), model, held, ones, 10)
            assert len(free) == 10
            ever |= free
            assert free - within.keys()
            away = [
                max((abs(within[a] - year) for a in within.keys() & free), default=0)
                - min((abs(within[a] - year) for a in within.keys() - free), default=9)
                for year in set(within.values())
            ]
            assert min(away, default=0) <= 0
        assert ever == set(range(len(held)))


@pytest.mark.parametrize("restarts", [True, False])
def test_rounds_are_begun_again_where_the_tree_is(
    restarts: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    model, search, told = build(draw(30, 3, 1)), highs.search, list[bool]()

    def heard(*args: Any, **options: Any) -> highs.Answer:
        told.append(options["restarts"])
        return search(*args, **options)

    any_plan = search(model.columns, model.rows, {}, limits=Limits())
    best = Best((any_plan.ones, 0))
    monkeypatch.setattr(highs, "search", heard)
    improve(model, lambda _worth: model.columns, best, rounds=3, restarts=restarts)
    assert told == [restarts] * 3


@pytest.mark.parametrize("given", [True, False])
def test_a_first_plan_is_looked_for_where_none_is_given(
    given: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    model, solver, made = build(draw(30, 3, 1)), highs._solver, list[Any]()
    any_plan = highs.search(model.columns, model.rows, {}, limits=Limits())
    monkeypatch.setattr(highs, "_solver", lambda *args: made.append(solver(*args)) or made[-1])
    found = highs.search(
        model.columns,
        model.rows,
        model.value,
        limits=Limits(),
        start=any_plan.ones if given else None,
    )
    assert found.status == "optimal"
    (one,) = made
    assert one.getOptionValue("mip_heuristic_run_feasibility_jump")[1] is not given


def test_a_search_that_is_stopped_gives_what_it_found_and_says_its_bound() -> None:
    problem = knapsack(400)

    def watch(sighting: Sighting) -> bool:
        return sighting.found is None or sighting.bound is None

    result = solve(problem, limits=Limits(watch=watch))
    assert result.proof.stopped_by == "request"
    assert result.value is not None
    assert result.bound is not None
    assert result.bound >= result.value
    assert result.evaluation is not None
    assert result.evaluation.breaches == ()
    exact = solve(problem, limits=Limits(nodes=50))
    assert exact.bound is not None
    assert result.value <= exact.bound


def test_two_runs_give_one_plan_whatever_is_found_beside(monkeypatch: pytest.MonkeyPatch) -> None:
    """Ties are not settled here: many plans are worth as much."""
    problem = overlapping(draw(40, 3, 5))
    monkeypatch.setattr(searching, "LOOSE", 10**6)
    alone = solve(problem, tie_break=False)
    monkeypatch.setattr(improving, "AFTER", -(10**6))
    beside = solve(problem, tie_break=False)
    assert alone.status == "optimal"
    assert replace(beside, proof=alone.proof) == alone
    assert beside.proof.nodes == alone.proof.nodes


@pytest.mark.parametrize("vague", [0.0, 1.0])
@pytest.mark.parametrize("given", [False, True])
def test_where_prices_say_little_a_plan_they_found_is_kept_aside(
    vague: float, given: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    problem, search, told = knapsack(40), highs.search, []
    best = solve(problem, tie_break=False)

    def heard(*args: Any, **options: Any) -> highs.Answer:
        if options.get("best") is not None:  # the search of the whole
            told.append(options["start"])
        return search(*args, **options)

    monkeypatch.setattr(relaxation, "SIZE", 20)
    monkeypatch.setattr(relaxation, "NODES", 1)
    monkeypatch.setattr(searching, "LOOSE", 0)
    monkeypatch.setattr(searching, "VAGUE", vague)
    monkeypatch.setattr(highs, "search", heard)
    found = solve(problem, start=best.plan if given else None, tie_break=False)
    assert (found.status, found.value, found.bound) == ("optimal", best.value, best.bound)
    assert [start is not None for start in told] == [given or vague == 1.0]


@pytest.mark.parametrize(
    ("family", "actions", "years", "restarts"),
    [("tight", 20, 6, False), ("correlated", 30, 2, True)],
)
def test_a_tree_is_not_begun_again_where_more_is_torn_than_taken(
    family: str, actions: int, years: int, restarts: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    problem = families.draw(_family(family), actions, years, seed=1)
    search, solver, asked, told = highs.search, highs._solver, list[bool](), list[Any]()

    def heard(*args: Any, **options: Any) -> highs.Answer:
        if options.get("best") is not None:  # the search of the whole
            asked.append(options["restarts"])
        else:
            assert options.get("restarts", True)
        return search(*args, **options)

    def made(*args: Any) -> Any:
        told.append(solver(*args))
        return told[-1]

    monkeypatch.setattr(highs, "search", heard)
    monkeypatch.setattr(highs, "_solver", made)
    found = solve(problem)
    assert asked == [restarts]
    held = [one.getOptionValue("mip_allow_restart")[1] for one in told]
    assert restarts or held.count(False) == 1
    assert all(held) is restarts
    monkeypatch.setattr(highs, "search", lambda *args, **options: search(
        *args, **options | {"restarts": not restarts}))  # fmt: skip
    other = solve(problem)
    assert (found.status, found.value, found.plan) == ("optimal", other.value, other.plan)


def test_one_worker_or_two_in_turn_give_one_plan() -> None:
    # The solver keeps a scheduler of its own in each thread, which serves one number of workers.
    problem = families.draw(_family("chains"), 30, 4, seed=3)
    found = [solve(problem, limits=Limits(workers=workers)) for workers in (1, 2, 1, 2)]
    assert {one.status for one in found} == {"optimal"}
    assert len({(one.value, one.bound, str(one.plan)) for one in found}) == 1
    assert found[0].proof.nodes == found[2].proof.nodes
    assert found[1].proof.nodes == found[3].proof.nodes


@pytest.mark.parametrize(
    ("quota", "cores"), [("max 100000", 4), ("400000 100000", 4), ("150000 100000", 1), (None, 4)]
)
def test_a_worker_has_a_core_of_its_own(
    quota: str | None, cores: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A container may see four cores, and be given the time of one and a half."""

    def read(_path: Path, _encoding: str) -> str:
        if quota is None:
            raise FileNotFoundError
        return quota

    monkeypatch.setattr(highs.os, "sched_getaffinity", lambda _pid: range(4), raising=False)
    monkeypatch.setattr(highs.os, "cpu_count", lambda: 4)
    monkeypatch.setattr(highs.Path, "read_text", read)
    assert highs.cores.__wrapped__() == cores


def test_two_workers_stop_when_they_are_told_to() -> None:
    problem = families.draw(_family("correlated"), 80, 8, seed=3)
    told = []

    def watch(seen: Sighting) -> bool:
        told.append(seen)
        return len(told) < 4

    result = solve(problem, limits=Limits(watch=watch, workers=2))
    assert result.proof.stopped_by == "request"


def _family(name: str) -> families.Family:
    return next(one for one in families.FAMILIES if one.name == name)


@pytest.mark.parametrize(
    ("gap", "beside", "spent", "turn"),
    [
        (1.0, 0.1, 2.9, False),
        (1.0, 0.1, 3.2, False),
        (1.0, 0.1, 3.4, True),
        (1.0, 3.9, 14.0, False),
        (1.0, 3.9, 15.0, True),
        (1.0, 5.0, 34.0, False),
        (1.0, 5.0, 36.0, True),
        (0.0, 0.1, 6.0, False),
        (0.0, 0.1, 6.5, True),
    ],
)
def test_what_is_done_beside_keeps_to_its_share(
    gap: float, beside: float, spent: float, turn: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Seconds spent beside, of what the search itself has spent after three: 3 %, or a third of the
    first twelve and 5 % of the others where no proof is in sight.
    """
    model = build(draw(10, 3, 1))
    improver = Improver(
        model,
        lambda _worth: model.columns,
        Best(),
        tolerance=1e-6,
        cores=lambda *_: None,
        gap=lambda: gap,
    )
    monkeypatch.setattr(improving.time, "thread_time", lambda: beside)
    monkeypatch.setattr(improving.time, "process_time", lambda: improver._begun + spent + beside)
    monkeypatch.setattr(improver._stopped, "wait", lambda _seconds: improver._stopped.set())
    assert improver._has_turn() is turn


@pytest.mark.parametrize("known", [True, False])
def test_rounds_and_cores_take_turns(known: bool, monkeypatch: pytest.MonkeyPatch) -> None:
    """Rounds wait for a plan, and go on after the last core; cores go to their last node."""
    model, done = build(draw(10, 3, 1)), list[tuple[str, float]]()
    best, waited, now = Best((frozenset(), 0) if known else None), 0, 0.0

    def wait(_seconds: float) -> None:
        nonlocal waited
        waited += 1
        if waited == 100:
            best.tell(frozenset(), 0)

    def takes(name: str, goes_on: Callable[[], bool]) -> None:
        nonlocal now
        began = now
        while goes_on() and now - began < 4:
            now += 0.5
        done.append((name, now - began))

    def cores(share: float, _worth: int | None, _nodes: int, goes_on: Callable[[], bool]) -> None:
        takes(f"{share:.0%}", goes_on)

    def rounds(*_: object, goes_on: Callable[[], bool], **__: object) -> None:
        takes("rounds", goes_on)
        if done[-1][1] > 3:
            improver._stopped.set()

    monkeypatch.setattr(improving, "improve", rounds)
    monkeypatch.setattr(improving.time, "thread_time", lambda: now)
    improver = Improver(
        model, lambda _worth: model.columns, best, tolerance=1e-6, cores=cores, gap=lambda: 1.0
    )
    monkeypatch.setattr(improver, "_may_spend", lambda: float("inf"))
    monkeypatch.setattr(improver._stopped, "wait", wait)
    improver._work()
    searched = [(share, 4.0) for share in ("25%", "50%", "60%")]
    if known:
        searched = [one for core in searched for one in (("rounds", 1.5), core)]
    assert done == [*searched, ("rounds", 4.0)]
    assert waited == (0 if known else 100)


@pytest.mark.skipif(sys.platform != "linux", reason="threads have no priority of their own")
def test_what_is_done_beside_lets_the_workers_go_first() -> None:
    """They wait for each other: one without a core holds up the other."""

    def own() -> int:
        return os.getpriority(os.PRIO_PROCESS, threading.get_native_id())

    def stepped() -> int:
        improving._step_aside()
        return own()

    before = own()
    with ThreadPoolExecutor(1) as thread:
        assert thread.submit(stepped).result() == min(19, before + 10)
    assert own() == before


@pytest.mark.parametrize(
    ("workers", "cores", "aside"), [(2, 2, True), (2, 1, False), (1, 2, False)]
)
def test_beside_one_worker_there_is_nobody_to_let_go_first(
    workers: int, cores: int, aside: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    made = []

    def improver(*args: Any, **options: Any) -> Improver:
        made.append(options["steps_aside"])
        return Improver(*args, **options)

    monkeypatch.setattr(searching, "LOOSE", 10**6)
    monkeypatch.setattr(searching, "Improver", improver)
    monkeypatch.setattr(highs, "cores", lambda: cores)
    assert solve(draw(30, 3, 1), limits=Limits(workers=workers)).status == "optimal"
    assert made == [aside]
