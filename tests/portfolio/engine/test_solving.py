"""The solver against all plans of tiny problems, and its promises: same answer, checked answer."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from random import Random
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from portulan.portfolio.engine import highs, improving, searching, solving
from portulan.portfolio.engine import relaxation as engine_relaxation
from portulan.portfolio.engine.digits import WHOLE_WITHIN
from portulan.portfolio.engine.evaluator import evaluate
from portulan.portfolio.engine.limits import Limits, Sighting
from portulan.portfolio.engine.model import Column, Row, Terms
from portulan.portfolio.engine.problem import (
    Action,
    Coverage,
    Exclusion,
    LevelOption,
    Overlap,
    Plan,
    PortfolioProblem,
    Resource,
    canonical,
)
from portulan.portfolio.engine.relaxation import narrow
from portulan.portfolio.engine.searching import Searcher
from portulan.portfolio.engine.solving import DisagreementError, solve
from tests.bench.drawn import draw
from tests.portfolio.tiny import IMPLEMENTATION, best_of_all, lateness, problems

few = settings(max_examples=60, deadline=None)


def shuffled(problem: PortfolioProblem, seed: int) -> PortfolioProblem:
    mix = Random(seed)

    def order[T](items: tuple[T, ...]) -> tuple[T, ...]:
        return tuple(mix.sample(items, len(items)))

    return replace(
        problem,
        resources=order(problem.resources),
        actions=order(
            tuple(replace(action, levels=order(action.levels)) for action in problem.actions)
        ),
        prerequisites=order(problem.prerequisites),
        exclusions=tuple(replace(one, actions=order(one.actions)) for one in problem.exclusions),
        overlaps=tuple(replace(one, actions=order(one.actions)) for one in problem.overlaps),
    )


def knapsack(count: int, seed: int = 1) -> PortfolioProblem:
    """A knapsack of so many actions whose ratios are close to one another: long to prove."""
    mix = Random(seed)
    actions = []
    for number in range(count):
        uses = {f"r{at}": (mix.randint(400, 600),) for at in range(5)}
        value = sum(amount for (amount,) in uses.values()) // 5 + mix.randint(0, 50)
        actions.append(
            Action(f"a{number:03}", (LevelOption(IMPLEMENTATION, 1, uses, value=value),))
        )
    resources = tuple(Resource(f"r{at}", (count * 250,)) for at in range(5))
    return PortfolioProblem((2026,), resources, tuple(actions), residual_years=1)


@few
@given(problems())
def test_the_best_of_all_plans_is_found_ties_included(problem: PortfolioProblem) -> None:
    """Among all plans, those with pathways that the model prunes included."""
    best, result = best_of_all(problem), solve(problem)
    if best is None:
        assert (result.status, result.plan, result.value) == ("infeasible", {}, None)
        return
    assert result.evaluation is not None
    assert result.status == "optimal"
    assert result.bound == result.value == result.evaluation.value
    assert (result.value, result.evaluation.money, lateness(problem, result.plan)) == best
    assert result.gap == 0
    assert result.proof.stopped_by == "proof"


@settings(max_examples=3, deadline=None)
@given(problems(), st.integers(0, 1000))
def test_the_order_of_the_input_changes_nothing(problem: PortfolioProblem, seed: int) -> None:
    first = solve(problem)
    for turn in range(20):
        other = solve(shuffled(problem, seed + turn))
        assert (other.digest, other.plan, other.value) == (first.digest, first.plan, first.value)


def alike(count: int, years: int = 3) -> PortfolioProblem:
    """So many actions of three kinds, half of which may be taken: plans that tie abound."""
    span = tuple(range(2026, 2026 + years))
    kinds = ((1, 2), (2, 4), (3, 6))
    actions = tuple(
        Action(
            f"a{at:02}",
            (
                LevelOption(
                    IMPLEMENTATION, 1, {"euro": (kinds[at % 3][0],)}, value=kinds[at % 3][1]
                ),
            ),
        )
        for at in range(count)
    )
    euro = Resource("euro", (count // years,) * years, unit="EUR", money=True)
    return PortfolioProblem(span, (euro,), actions, residual_years=1)


def test_among_plans_that_tie_one_is_the_answer_whatever_the_order_or_the_way() -> None:
    problem = alike(12)
    first = solve(problem)
    assert (first.status, first.proof.stopped_by) == ("optimal", "proof")
    for turn in range(20):
        other = solve(shuffled(problem, turn))
        assert (other.digest, other.plan) == (first.digest, first.plan)
    # Another way to the same value: from plans that are as good, under other limits.
    for turn in range(5):
        renamed = {f"a{at:02}": f"a{(at + 3 * turn) % 12:02}" for at in range(12)}
        start = {renamed[action]: steps for action, steps in first.plan.items()}
        assert evaluate(problem, start).value == first.value
        found = solve(problem, start=start, limits=Limits(seconds=3_600 + turn))
        assert found.plan == first.plan


def test_a_best_value_whose_ties_are_not_settled_says_what_stopped_it(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    search = highs.search

    def hasty(*args: object, sense: str = "max", **options: object) -> highs.Answer:
        answer = search(*args, sense=sense, **options)  # type: ignore[arg-type]
        return replace(answer, stopped_by="time") if sense == "min" else answer

    monkeypatch.setattr(highs, "search", hasty)
    result = solve(alike(6))
    assert (result.status, result.proof.stopped_by) == ("optimal", "time")


def test_no_action_is_a_plan_too() -> None:
    result = solve(PortfolioProblem((2026,), (), ()))
    assert (result.status, result.value, result.plan) == ("optimal", 0, {})


def test_actions_that_cannot_end_in_time_stay_out() -> None:
    """No pathway at all, and columns that are not whole: ceilings and what is carried over."""
    option = LevelOption(IMPLEMENTATION, 3, {"euro": (1, 1, 1)}, value=5)
    euro = Resource("euro", (9, 9), unit="EUR", money=True, carry_over=4)
    actions = (Action("long", (option,)),)
    problem = PortfolioProblem((2026, 2027), (euro,), actions, overlaps=(Overlap(("long",), 3),))
    result = solve(problem)
    assert (result.status, result.value, result.bound, result.plan) == ("optimal", 0, 0, {})


def test_stopped_by_nodes_the_result_is_the_same_and_says_so() -> None:
    problem = knapsack(60)
    first, second = (solve(problem, limits=Limits(nodes=1)) for _ in range(2))
    assert (first.status, first.proof.stopped_by) == ("feasible", "nodes")
    assert first.bound is not None
    assert first.value is not None
    assert first.gap is not None
    assert first.bound > first.value
    assert first.gap == pytest.approx((first.bound - first.value) / first.value)
    assert (second.plan, second.bound) == (first.plan, first.bound)


def is_closing(options: Mapping[str, object]) -> bool:
    """Tell whether a search is for any plan worth one more: it alone asks for so whole a plan."""
    return options.get("tolerance") == WHOLE_WITHIN


def without_closing(search: Callable[..., highs.Answer]) -> Callable[..., highs.Answer]:
    """Return a search that never tells whether any plan is worth one more."""

    def unanswered(
        columns: object, rows: object, objective: Terms, **options: object
    ) -> highs.Answer:
        answer = search(columns, rows, objective, **options)
        return replace(answer, status="unknown", worth=None) if is_closing(options) else answer

    return unanswered


def test_numbers_too_large_to_be_proved_are_said_so(monkeypatch: pytest.MonkeyPatch) -> None:
    """Values near 10¹², prime to one another: a bound in floats is wider than a unit.

    Whole numbers close what is left; where they have no answer in time, it is said.
    """
    values = [10**12 - 11 * number * number for number in range(1, 30)]
    actions = tuple(
        Action(f"a{at:02}", (LevelOption(IMPLEMENTATION, 1, {"r": (2 + at % 3,)}, value=value),))
        for at, value in enumerate(values)
    )
    problem = PortfolioProblem((1,), (Resource("r", (31,)),), actions, residual_years=1)
    best = [0] * 32  # by what is used at most
    for at, value in enumerate(values):
        use = 2 + at % 3
        best = [max(one, best[n - use] + value if n >= use else 0) for n, one in enumerate(best)]
    proved = solve(problem)
    assert (proved.status, proved.proof.stopped_by) == ("optimal", "proof")
    assert proved.value == proved.bound == best[-1]
    monkeypatch.setattr(highs, "search", without_closing(highs.search))
    result = solve(problem)
    assert (result.status, result.proof.stopped_by) == ("feasible", "precision")
    assert result.bound is not None
    assert result.value is not None
    assert 0 < result.bound - result.value < 10**6


def test_a_search_can_be_followed_and_stopped() -> None:
    seen: list[Sighting] = []

    def watch(sighting: Sighting) -> bool:
        seen.append(sighting)
        return False

    result = solve(knapsack(60), limits=Limits(watch=watch))
    assert result.proof.stopped_by == "request"
    assert seen
    assert result.status in ("feasible", "unknown")


@pytest.mark.parametrize("loose", [0, 10**6], ids=["cores first", "the whole at once"])
@pytest.mark.parametrize("problem", [knapsack(60), draw(30, 3, 1)])
def test_the_best_found_never_goes_down(
    problem: PortfolioProblem, loose: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Cores, the whole, improvements and ties are searched: who watches sees one search."""
    seen: list[Sighting] = []

    def watch(sighting: Sighting) -> bool:
        seen.append(sighting)
        return len(seen) < 3_000

    monkeypatch.setattr(engine_relaxation, "SIZE", 20)
    monkeypatch.setattr(searching, "LOOSE", loose)
    monkeypatch.setattr(improving, "AFTER", 0.0)
    result = solve(problem, limits=Limits(watch=watch))
    found = [one.found for one in seen]
    known = [one for one in found if one is not None]
    assert found[len(found) - len(known) :] == known == sorted(known)
    assert result.value is not None
    assert known[-1] <= result.value
    assert all(one.bound >= one.found for one in seen if one.bound and one.found)


def test_who_watches_sees_what_closes_a_proof_as_one_search(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Whether any plan is worth one more is no search of the value: it tells no other."""
    seen: list[Sighting] = []
    search, closing = highs.search, []

    def watch(sighting: Sighting) -> bool:
        seen.append(sighting)
        return True

    def closed(
        columns: list[Column], rows: list[Row], objective: Terms, **options: Any
    ) -> highs.Answer:
        if not is_closing(options):
            answer = search(columns, rows, objective, **options)
            return replace(answer, bound=answer.worth + 1) if answer.worth else answer
        closing.append(options["limits"].nodes)
        assert options["watch"](Sighting(0, 0, 0))
        return search(columns, rows, objective, **options)

    monkeypatch.setattr(highs, "search", closed)
    result = solve(knapsack(12), limits=Limits(nodes=500, watch=watch))
    assert result.status == "optimal"
    assert closing
    assert set(closing) == {500}
    known = [one.found for one in seen if one.found is not None]
    assert known == sorted(known)
    assert known[-1] == result.value
    assert all(one.bound >= one.found for one in seen if one.bound and one.found)


def test_a_search_that_does_worse_than_the_plan_it_began_from_loses_nothing(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    problem = knapsack(12)
    best, search = solve(problem), highs.search

    def lazy(*args: object, sense: str = "max", **options: object) -> highs.Answer:
        answer = search(*args, sense=sense, **options)  # type: ignore[arg-type]
        return answer if sense == "min" else replace(answer, ones=frozenset(), worth=0, bound=0)

    monkeypatch.setattr(highs, "search", lazy)
    found = solve(problem, start=best.plan)
    assert (found.value, found.plan) == (best.value, best.plan)
    # A bound that a known plan exceeds proves nothing: that of the prices is left, and closed.
    assert (found.status, found.bound) == ("optimal", best.bound)
    monkeypatch.setattr(highs, "search", without_closing(lazy))
    found = solve(problem, start=best.plan)
    assert (found.value, found.plan) == (best.value, best.plan)
    assert found.bound is not None
    assert best.bound is not None
    assert (found.status, found.proof.stopped_by) == ("feasible", "precision")
    assert found.bound > best.bound


def test_no_core_larger_than_what_is_left_is_searched(monkeypatch: pytest.MonkeyPatch) -> None:
    searcher = Searcher(canonical(knapsack(60)), Limits(nodes=1), 1e-6)
    answer = searcher.best(None)
    assert searcher.relaxation is not None
    sized: list[int] = []

    def counted(columns: Sequence[Column], *_args: object, **_options: object) -> highs.Answer:
        sized.append(sum(one.low != one.high for one in columns))
        return answer

    monkeypatch.setattr(highs, "search", counted)
    relaxation = searcher.relaxation

    def left(worth: int) -> int:
        return relaxation.size(relaxation.room(worth))

    def cores(known: int) -> list[int]:
        """The cores beside a search of the whole, where a plan worth so much is known."""
        sized.clear()
        for share in (0.5, 0.6):
            searcher._core(share, known, 1, lambda: True)
        return list(sized)

    assert cores(0) == [30, 36]
    assert left(relaxation.bound) < 30
    assert cores(relaxation.bound) == [left(relaxation.bound)] * 2

    def before(worth: int) -> list[int]:
        """The cores before a search of the whole, from a plan worth so much."""
        sized.clear()
        narrow(
            relaxation,
            answer.ones,
            worth,
            lambda tried, *, nodes: counted(tried.columns, nodes),
            lambda: True,
        )
        return list(sized)

    monkeypatch.setattr(engine_relaxation, "SIZE", left(relaxation.bound))
    assert before(relaxation.bound) == []
    assert answer.worth is not None
    assert before(0)
    assert max(sized) <= max(left(answer.worth), left(relaxation.bound))


def test_the_linear_relaxation_has_a_share_of_the_time(monkeypatch: pytest.MonkeyPatch) -> None:
    given: list[float] = []
    relaxed = highs.relaxed

    def timed(*args: object, limits: Limits) -> object:
        given.append(limits.seconds)
        return relaxed(*args, limits=limits)  # type: ignore[arg-type]

    monkeypatch.setattr(highs, "relaxed", timed)
    solve(knapsack(3), limits=Limits(seconds=20))
    assert given
    assert max(given) <= 5


def packing(count: int, minimum: int, seed: int) -> PortfolioProblem:
    """So many actions of one theme that exclude one another in pairs: many of them, or none."""
    mix = Random(seed)
    option = LevelOption(IMPLEMENTATION, 1, {}, value=1)
    actions = tuple(Action(f"a{at:03}", (option,), theme="t") for at in range(count))
    pairs = (tuple(mix.sample(actions, 2)) for _ in range(4 * count))
    exclusions = tuple(Exclusion(IMPLEMENTATION, tuple(one.id for one in pair)) for pair in pairs)
    coverage = (Coverage("t", IMPLEMENTATION, minimum),)
    return PortfolioProblem((1,), (), actions, exclusions=exclusions, coverage=coverage,
                            residual_years=1)  # fmt: skip


def test_a_plan_that_is_not_found_is_no_empty_plan() -> None:
    problem = packing(200, 78, 1)
    for limits in (Limits(nodes=1), Limits(seconds=0.0)):
        result = solve(problem, limits=limits)
        assert (result.status, result.value, result.plan) == ("unknown", None, {})
        assert result.evaluation is None
        assert result.proof.stopped_by in ("nodes", "time")


def test_a_plan_to_begin_from_gives_the_same_answer() -> None:
    problem = knapsack(12)
    result = solve(problem)
    assert solve(problem, start=result.plan).plan == result.plan
    assert solve(problem, start={"a000": ()}).plan == result.plan


def test_what_the_check_refuses_is_never_returned(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(problem: PortfolioProblem, plan: Plan) -> object:
        return replace(evaluate(problem, plan), breaches=("a rule",))

    monkeypatch.setattr(solving, "evaluate", refuse)
    with pytest.raises(DisagreementError, match="a rule"):
        solve(knapsack(3))


def test_what_the_check_refuses_is_searched_again_in_the_time_that_is_left(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    given: list[float] = []
    search, refused = highs.search, []

    def refuse(problem: PortfolioProblem, plan: Plan) -> object:
        refused.append(plan)
        time.sleep(0.2)
        return replace(evaluate(problem, plan), breaches=("a rule",))

    def timed(*args: object, limits: Limits, **options: object) -> highs.Answer:
        if refused:
            given.append(limits.seconds)
        return search(*args, limits=limits, **options)  # type: ignore[arg-type]

    monkeypatch.setattr(solving, "evaluate", refuse)
    monkeypatch.setattr(highs, "search", timed)
    with pytest.raises(DisagreementError):
        solve(knapsack(3), limits=Limits(seconds=10))
    assert given
    assert max(given) <= 10 - 0.2
