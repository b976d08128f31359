"""Whatever the problem, every answer has its sentence, in both languages, and none lies."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import assume, given, settings

from portulan.core.say.text import Language
from portulan.portfolio.engine.documents import explained_from
from portulan.portfolio.engine.evaluator import Evaluation, evaluate
from portulan.portfolio.engine.names import IDS, Names
from portulan.portfolio.engine.pareto import Point
from portulan.portfolio.engine.problem import PortfolioProblem, Step
from portulan.portfolio.engine.ratio import sort_by_ratio
from portulan.portfolio.engine.solving import solve
from portulan.portfolio.engine.why import Difference, Interval, Move, Purchase
from portulan.portfolio.facts import CandidateFacts
from portulan.portfolio.results.answers import (
    less_sentences,
    price_sentences,
    purchase_sentence,
    share_sentence,
    why_sentences,
)
from portulan.portfolio.results.changes import clauses
from portulan.portfolio.results.trust import (
    baseline_sentences,
    proof_sentence,
    stability_sentence,
)
from portulan.portfolio.results.words import Scale, listed, scale_of
from tests.portfolio.explained import explain
from tests.portfolio.results.test_board import plain
from tests.portfolio.tiny import EXPERIMENT, IMPLEMENTATION, STUDY, problems

NAMES = Names(
    {
        "a": CandidateFacts("a", 16, "Écoconcevoir"),
        "b": CandidateFacts("b", 9, "Portables", "l’atelier"),
    }
)
LANGUAGES: tuple[Language, Language] = ("fr", "en")


@settings(max_examples=25, deadline=None)
@given(problems())
def test_every_answer_has_a_sentence(problem: PortfolioProblem) -> None:
    result = solve(problem)
    assume(result.value is not None)
    explained = explained_from(problem, explain(problem, result, spreads={}, amounts=(1,), draws=2))
    baseline = sort_by_ratio(problem)
    beside = (result, baseline, evaluate(problem, baseline))
    for lang in LANGUAGES:
        said = [proof_sentence(result, lang), *baseline_sentences(*beside, IDS, lang)]
        for curve in explained.purchases:
            said += [
                purchase_sentence("EUR", curve.year, it.amount or 0, it, IDS, lang)
                for it in curve.steps
            ]
        for freed in explained.prices:
            said += price_sentences(problem, scale_of(result), freed, IDS, lang)
        for answer in explained.whys:
            said += why_sentences(problem, scale_of(result), answer, IDS, lang)
        if explained.front and result.evaluation is not None:
            said += less_sentences("EUR", result.evaluation, explained.front, lang)
        assert explained.stability is not None
        said.append(stability_sentence(result, explained.stability, IDS, lang))
        for sentence in said:
            assert sentence[-1] in ".:"
            assert sentence[0] == sentence[0].upper()
            assert not {"{", "}"} & set(sentence)


def move(before: tuple[Step, ...], after: tuple[Step, ...]) -> Difference:
    return Difference({}, {}, (Move("a", before, after),))


@pytest.mark.parametrize(
    ("before", "after", "said"),
    [
        ((Step(IMPLEMENTATION, 2028),), (Step(IMPLEMENTATION, 2027),),
         "l’action 16 commence sa réalisation un an plus tôt"),
        ((Step(EXPERIMENT, 2026),), (Step(EXPERIMENT, 2028),),
         "l’action 16 commence son expérimentation 2 ans plus tard"),
        ((Step(EXPERIMENT, 2026),), (Step(EXPERIMENT, 2026), Step(IMPLEMENTATION, 2027)),
         "l’action 16 va jusqu’à la réalisation (2027)"),
        ((Step(STUDY, 2026), Step(IMPLEMENTATION, 2027)), (Step(STUDY, 2026),),
         "l’action 16 s’arrête à la réflexion"),
        ((Step(STUDY, 2026), Step(IMPLEMENTATION, 2028)), (Step(IMPLEMENTATION, 2028),),
         "l’action 16 suit d’autres étapes"),
    ],
)  # fmt: skip
def test_a_move_says_what_counts_most(
    before: tuple[Step, ...], after: tuple[Step, ...], said: str
) -> None:
    assert plain(clauses(move(before, after), NAMES, "fr")) == said
    assert "action 16" in clauses(move(before, after), NAMES, "en")


def test_what_is_gained_comes_before_what_it_takes() -> None:
    step = (Step(IMPLEMENTATION, 2027),)
    found = Difference({"a": step}, {"b": step}, ())
    bought = Purchase(Interval(4, 4), found)
    assert plain(purchase_sentence("EUR", 2027, 10_000, bought, NAMES, "fr")) == (
        "Avec 10 k€ de plus en 2027, l’action 16 entre (réalisation en 2027)."
        " En échange, l’action 9 (l’atelier) sort."
    )
    for delta, said in (
        (Interval(0, 0), "ne changent rien"),
        (Interval(0, 9), "on n’a pas trouvé mieux, sans preuve"),
    ):
        assert said in purchase_sentence(
            "EUR", 2027, 10_000, replace(bought, delta=delta), NAMES, "fr"
        )


def test_a_difference_without_proof_is_an_interval() -> None:
    said = [
        plain(share_sentence(one, Scale(1000), "fr"))
        for one in (Interval(30, 30), Interval(10, 40), Interval(0, 40), Interval(10, None))
    ]
    assert said == ["3,0 %", "entre 1,0 % et 4,0 %", "au plus 4,0 %", "au moins 1,0 %"]


def test_long_lists_are_cut() -> None:
    assert listed(["a", "b", "c"], "fr") == "a, b et c"
    assert plain(listed(list("abcde"), "fr")) == "a, b, c et 2 autres"
    assert plain(listed(list("abcd"), "en")) == "a, b, c and 1 other"


def test_what_smaller_sums_keep_is_said_from_the_nearest() -> None:
    base = Evaluation(100, 200_000, (), ())
    points = [
        Point(cost, value, proved=cost != 100_000, plan={})
        for cost, value in ((0, 10), (50_000, 40), (100_000, 60), (150_000, 90), (200_000, 100))
    ]
    assert [plain(one) for one in less_sentences("EUR", base, points, "fr")] == [
        "50 k€ de moins en tout garderaient 90,0 % de ce que le choix apporte.",
        "100 k€ de moins en tout garderaient au moins 60,0 % de ce que le choix apporte.",
        "150 k€ de moins en tout garderaient 40,0 % de ce que le choix apporte.",
    ]
    assert less_sentences("EUR", base, points[-1:], "en") == []
    # The choice is not the last point where a cheaper plan is worth as much.
    (near, *_) = less_sentences("EUR", replace(base, money=210_000), points[-1:], "fr")
    assert plain(near) == ("10 k€ de moins en tout garderaient 100,0 % de ce que le choix apporte.")
