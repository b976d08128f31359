"""An explanation is the answers to the questions, kept as JSON and read back as they were."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given, settings

from portulan.portfolio.engine import answers
from portulan.portfolio.engine.answers import Explanation, answered, merged
from portulan.portfolio.engine.conflicts import find_conflict
from portulan.portfolio.engine.documents import (
    Explained,
    document,
    explained_from,
    result_document,
    result_from,
)
from portulan.portfolio.engine.pareto import pareto
from portulan.portfolio.engine.problem import PortfolioProblem
from portulan.portfolio.engine.solving import DisagreementError, solve
from portulan.portfolio.engine.stability import Spread, stability
from portulan.portfolio.engine.why import below, buy, entry, prices, why
from tests.portfolio.explained import explain
from tests.portfolio.tiny import problems


def kept(document: object) -> dict[str, Any]:
    found = json.loads(json.dumps(document))
    assert isinstance(found, dict)
    return found


@settings(max_examples=15, deadline=None)
@given(problems())
def test_what_is_kept_is_read_back(problem: PortfolioProblem) -> None:
    base = solve(problem)
    conflict = find_conflict(problem) if base.status == "infeasible" else None
    stored = kept(result_document(problem, base, conflict, "fr"))
    found, against = result_from(problem, stored)
    assert replace(found, proof=base.proof) == base
    assert against == conflict
    assert result_document(problem, found, against, "fr") == stored
    spreads = {"a": Spread(-50, 50)}
    written = kept(explain(problem, base, spreads=spreads, amounts=(1, 3), draws=3))
    explained = explained_from(problem, written)
    if base.value is None:
        assert explained == Explained()
        return
    whole = document(problem, explained, "fr")
    assert {name: whole[name] for name in written} == written
    for curve in explained.purchases:
        assert [bought.amount for bought in curve.steps] == [1, 3]
        for bought in curve.steps:
            asked = (curve.resource, curve.year, bought.amount or 0)
            assert replace(bought, amount=None) == buy(problem, base, *asked)
    for answer in explained.whys:
        assert replace(answer, missing=None, below=None) == why(problem, base, answer.action)
        assert answer.missing == entry(problem, base, answer.action)
        assert answer.below == below(problem, base, answer.action)
    # What was kept before it was asked why so far is read too.
    for one in written["whys"]:
        one.pop("below", None)
    before = explained_from(problem, written).whys
    assert before == tuple(replace(one, below=None) for one in explained.whys)
    assert explained.prices == tuple(prices(problem, base))
    assert list(explained.front) == pareto(problem, base, 12)
    drawn = stability(problem, spreads, draws=3)
    assert explained.stability is not None
    assert explained.stability.draws == drawn.draws
    assert set(explained.stability.actions) == set(drawn.actions)


def test_answers_come_one_by_one_and_are_gone_on_from() -> None:
    from tests.portfolio.engine.test_evaluator import PROBLEM

    asked = Explanation(PROBLEM, solve(PROBLEM), {}, amounts=(1,), draws=1)
    parts = list(asked.answers({}))
    assert len(parts) == asked.count
    names = [name for part in parts for name in part]
    assert list(dict.fromkeys(names)) == ["purchases", "stability", "front", "whys"]
    read = Explanation(PROBLEM, solve(PROBLEM), {}, first=[PROBLEM.actions[-1].id], draws=1)
    whys = [part["whys"][0]["action"] for part in read.answers({}) if "whys" in part]
    assert whys[0] == PROBLEM.actions[-1].id
    assert sorted(whys) == sorted(action.id for action in PROBLEM.actions)
    whole = merged(parts)
    assert whole == explain(PROBLEM, solve(PROBLEM), spreads={}, amounts=(1,), draws=1)
    assert list(asked.answers(whole)) == []
    some = merged(parts[:4])
    assert len(answered(some)) == 4
    assert answered(whole) >= answered(some)
    assert len(answered(whole)) == asked.count
    assert merged([some, *asked.answers(some)]) == whole
    action = PROBLEM.actions[-1].id
    (only,) = asked.why({}, action)
    assert list(only) == ["whys"]
    assert list(asked.why(whole, action)) == list(asked.why({}, "nothing")) == []


def test_a_question_that_fails_is_told_and_blocks_no_other(monkeypatch: pytest.MonkeyPatch) -> None:
    from tests.portfolio.engine.test_evaluator import PROBLEM

    def disagree(*_asked: object, **_options: object) -> None:
        raise DisagreementError("budget 2026: 12 > 10")

    asked = Explanation(PROBLEM, solve(PROBLEM), {}, amounts=(1,), draws=1)
    monkeypatch.setattr(answers, "stability", disagree)
    found = merged(asked.answers({}))
    assert found["failed"] == ["stability"]
    assert len(answered(found)) == asked.count
    assert list(asked.answers(found)) == []
    assert explained_from(PROBLEM, kept(found)).failed == ("stability",)
