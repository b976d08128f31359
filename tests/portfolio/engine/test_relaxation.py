"""What is left out of a search is left out by proof, and a search among few columns is the same."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from portulan.portfolio.engine import highs, improving, searching
from portulan.portfolio.engine import relaxation as engine_relaxation
from portulan.portfolio.engine.evaluator import evaluate
from portulan.portfolio.engine.limits import Limits
from portulan.portfolio.engine.model import Column, build
from portulan.portfolio.engine.problem import PortfolioProblem, canonical
from portulan.portfolio.engine.relaxation import Narrowed, Relaxation, narrow, relax
from portulan.portfolio.engine.solving import solve
from tests.bench.drawn import draw
from tests.portfolio.tiny import all_plans, problems


@settings(max_examples=60, deadline=None)
@given(problems(), st.data())
def test_any_prices_bound_every_plan(problem: PortfolioProblem, data: st.DataObject) -> None:
    """Good prices or absurd ones: no plan is worth more, nor more than its columns allow."""
    problem = canonical(problem)
    model = build(problem, pruned=False)
    price = st.floats(-5, 5, allow_nan=False)
    prices = data.draw(st.lists(price, min_size=len(model.rows), max_size=len(model.rows)))
    best = highs.relaxed(model.columns, model.rows, model.value, limits=Limits())
    for one in (prices, best and best.prices):
        relaxation = one and relax(model.columns, model.rows, model.value, one)
        if not relaxation:
            continue
        for plan in all_plans(problem):
            found = evaluate(problem, plan)
            if found.breaches:
                continue
            assert found.value <= relaxation.bound
            within = relaxation.within(relaxation.room(found.value))
            chosen = model.chosen(plan)
            for at in range(len(model.pathways)):
                low, high = within[at].low, within[at].high
                assert low is not None
                assert high is not None
                assert low <= (at in chosen) <= high


@pytest.mark.parametrize("seed", [2, 4, 5])
def test_few_columns_first_give_the_answer_of_all(
    seed: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    problem = draw(30, 3, seed)
    whole = solve(problem)
    sizes: list[int] = []
    search = highs.search

    def counted(columns: object, *args: object, **options: object) -> highs.Answer:
        sizes.append(sum(one.low != one.high for one in columns))  # type: ignore[attr-defined]
        return search(columns, *args, **options)  # type: ignore[arg-type]

    monkeypatch.setattr(highs, "search", counted)
    monkeypatch.setattr(engine_relaxation, "SIZE", 20)
    monkeypatch.setattr(searching, "LOOSE", 0)
    narrowed = solve(problem)
    assert min(sizes) < 60 < len(build(problem).columns)
    assert replace(narrowed, proof=whole.proof) == whole
    monkeypatch.setattr(searching, "LOOSE", 10**6)
    at_once = solve(problem)
    assert replace(at_once, proof=whole.proof) == whole
    monkeypatch.setattr(improving, "AFTER", 0)
    improved = solve(problem)
    assert replace(improved, proof=whole.proof) == whole


@pytest.mark.parametrize(("near", "sizes"), [(0, [400, 600]), (1000, [400])])
def test_where_prices_say_little_few_columns_are_searched_once(near: int, sizes: list[int]) -> None:
    """A plan that loses 1,700 leaves 1,700 columns of six thousand to search, or 2,700."""
    unit = engine_relaxation._UNIT
    lost = [*range(1, 1801), *[1650] * near, *[9000] * (4200 - near)]
    columns, losses = [Column()] * 6000, tuple(one * unit for one in lost)
    relaxed = Relaxation(columns, 10_000 * unit, losses, (0,) * 6000)
    searched = []

    def search(narrowed: Narrowed, *, nodes: int) -> highs.Answer:
        searched.append(narrowed.size)
        return highs.Answer("feasible", frozenset(), 8300, None, nodes, "nodes", ())

    narrowed = narrow(relaxed, None, None, search, lambda: True)
    assert searched == sizes
    assert (narrowed.size, narrowed.worth) == (1700 + near, 8300)
