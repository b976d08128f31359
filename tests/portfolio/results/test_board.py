"""A board’s page on the demonstration’s 2027: what is said is what was computed."""

from __future__ import annotations

from dataclasses import replace
from functools import cache

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from portulan.core.say.text import Language
from portulan.portfolio.engine.documents import Explained, explained_from
from portulan.portfolio.engine.evaluator import evaluate
from portulan.portfolio.engine.problem import PortfolioProblem
from portulan.portfolio.engine.ratio import sort_by_ratio
from portulan.portfolio.engine.solving import Result, solve
from portulan.portfolio.engine.stability import Spread
from portulan.portfolio.facts import CandidateFacts, Impact, ScenarioFacts
from portulan.portfolio.results.board import Board, board_of
from portulan.portfolio.results.conflicts import barriers, missing_sentences
from portulan.portfolio.results.left_out import left_out
from portulan.portfolio.results.spending import ambition_sentences, capacities
from portulan.portfolio.results.timeline import Band, total
from portulan.portfolio.results.trust import (
    baseline_sentences,
    proof_sentence,
    stability_sentence,
)
from portulan.portfolio.results.words import names_of
from tests.portfolio.explained import explain
from tests.portfolio.results.armorique import GOING, PLANNED, facts, problem
from tests.portfolio.tiny import IMPLEMENTATION, problems

FACTS, PROBLEM = facts(), problem()
NAMES = names_of(FACTS)


@cache
def answers() -> tuple[Result, Explained]:
    result = solve(PROBLEM)
    spreads = {one.id: Spread(-40, 40) for one in FACTS.candidates}
    return result, explained_from(PROBLEM, explain(PROBLEM, result, spreads=spreads, draws=5))


def board(lang: Language) -> Board:
    result, explained = answers()
    return board_of(FACTS, PROBLEM, result, PLANNED, explained, NAMES, lang)


def plain(text: str) -> str:
    return text.replace("\u00a0", " ").replace("\u202f", " ")


def test_the_first_sentences_are_the_figures() -> None:
    french, english = board("fr"), board("en")
    assert plain(french.lede) == (
        "3 actions reçoivent 176 k€ de plus en 2027 : la part passe de 2,8 % à 4,0 %."
    )
    assert plain(french.consequence) == (
        "Avec 10 k€ de plus en 2027, l’action 16 entre (réalisation en 2027)."
    )
    assert english.consequence == (
        "With €10k more in 2027, action 16 enters (implementation in 2027)."
    )
    assert [plain(one) for one in french.decisions] == [
        (
            "Ajouter 176 k€ en 2027 : 88 k€ pour l’action 18, 74 k€ pour l’action 9"
            " et 14 k€ pour l’action 13."
        ),
        (
            "Ou voter 10 k€ de plus en 2027 : l’action 16 entre (réalisation en 2027) ;"
            " l’action 13 sort."
        ),
        "Ou garder 398 k€ en 2027, et assumer une part de 2,8 %.",
    ]
    assert [plain(one) for one in ambition_sentences(french.years, "EUR", "fr")] == [
        "Il manque 176 k€ pour tenir l’ambition 2027 ; ce choix en apporte 176 k€."
    ]


def test_rows_say_what_changes_first_and_hold_what_is_added() -> None:
    rows = board("fr").rows
    assert [row.candidate.id for row in rows] == ["9", "18", "13", "12", "19"]
    assert [row.is_changed for row in rows] == [True] * 3 + [False] * 2
    laptops = rows[0]
    assert [one.id for one in laptops.candidates] == ["9", "9.1"]
    assert (laptops.planned, laptops.money, laptops.impact) == (62_000, 136_000, 30_000)
    assert laptops.bands == (Band(IMPLEMENTATION, ("l’atelier",), 2027, 2, is_new=True),)
    assert rows[2].impact is None
    assert sum(row.money for row in rows) == board("fr").years[0].spent == 574_000


def of(lang: Language, said: ScenarioFacts, asked: PortfolioProblem) -> Board:
    return board_of(said, asked, solve(asked), PLANNED, None, names_of(said), lang)


def with_one(said: ScenarioFacts, candidate_id: str, **changes: object) -> ScenarioFacts:
    return replace(
        said,
        candidates=tuple(
            replace(one, **changes) if one.id == candidate_id else one  # type: ignore[arg-type]
            for one in said.candidates
        ),
    )


def test_an_action_at_work_that_is_left_out_is_a_decision() -> None:
    said = with_one(FACTS, "19", must=None, out_reason="Le bail court jusqu’en 2030")
    out = replace(
        PROBLEM,
        actions=tuple(
            replace(one, must=None, lock="out") if one.id == "19" else one
            for one in PROBLEM.actions
        ),
    )
    page = of("fr", said, out)
    (stopped,) = page.stopped
    assert (stopped.candidate.id, stopped.planned, stopped.money) == ("19", 96_000, 0)
    assert page.changed[0] is stopped
    assert "19" not in {row.candidate.id for row in page.rows}
    assert page.planned == 398_000
    assert "Arrêter l’action 19 : 96 k€ et 7,6 t/an de moins." in map(plain, page.decisions)
    english = of("en", said, out)
    assert "Stop action 19: €96k and 7.6 t a year less." in map(plain, english.decisions)
    no_figure = with_one(said, "19", levels=())
    assert "Stop action 19: €96k less." in of("en", no_figure, out).decisions


def test_what_is_added_is_the_sum_of_its_parts_when_a_cost_was_typed_otherwise() -> None:
    said = FACTS
    for number, _, _, asked, _ in GOING:
        said = with_one(said, str(number), asked=1000 * (asked - 3 if number == 9 else asked))
    said = with_one(said, "9.1", asked=59_000)
    ambition = replace(said.ambitions[0], asked=395_000)
    page = of("fr", replace(said, ambitions=(ambition,)), PROBLEM)
    assert plain(page.decisions[0]) == (
        "Ajouter 179 k€ en 2027 : 88 k€ pour l’action 18, 77 k€ pour l’action 9"
        " et 14 k€ pour l’action 13."
    )
    assert plain(page.decisions[-1]).startswith("Ou garder 395 k€ en 2027")
    assert page.planned == sum(row.planned for row in page.rows) == 395_000


def test_all_that_is_added_is_told_even_when_not_all_is_named() -> None:
    poor = replace(
        FACTS,
        candidates=tuple(
            replace(one, asked=0, number=number)
            for number, one in enumerate(FACTS.candidates, start=20)
        ),
        ambitions=(replace(FACTS.ambitions[0], asked=0),),
    )
    page = of("en", poor, PROBLEM)
    assert plain(page.decisions[0]) == (
        "Add €574k in 2027: €240k for action 22, €96k for action 21, €88k for action 24,"
        " €74k for action 23 (l’atelier) and €76k for 2 others."
    )


def test_an_impact_is_a_sum_of_what_is_known_with_its_interval() -> None:
    impact = board("fr").impact
    assert impact is not None
    assert (impact.likely, impact.known, impact.unknown) == (40_000, 4, 2)
    # Narrower than the sum of the ends: they are not all low together.
    assert 26_000 < impact.low < 40_000 < impact.high < 53_000
    assert total([None, None]) is None
    sure = total([Impact(5, 5, 5)])
    assert sure is not None
    assert (sure.low, sure.likely, sure.high) == (5, 5, 5)


def test_what_is_left_out_has_its_reasons() -> None:
    result, explained = answers()
    first, last = left_out(FACTS, PROBLEM, result, explained, NAMES, "fr")
    assert first.heading == "16. Écoconcevoir les services en ligne"
    assert [plain(one) for one in first.why] == [
        "La prendre ferait perdre 23,1 % au choix : l’action 9 (l’atelier) sort.",
        "Ne tiennent pas avec le reste : « Budget NR » 2027, il manque 24 k€.",
        (
            "Avec 10 k€ de plus en 2027 (« Budget NR »), elle entrerait sans que le choix vaille"
            " moins."
        ),
    ]
    assert "inconnu n’est pas zéro" in last.why[0]
    (waiting, _) = left_out(FACTS, PROBLEM, result, None, NAMES, "en")
    assert waiting.why == ("Why has not been computed yet.",)


def test_it_says_whether_to_rely_on_it() -> None:
    result, explained = answers()
    baseline = sort_by_ratio(PROBLEM)
    beside = (result, baseline, evaluate(PROBLEM, baseline))
    assert "c’est prouvé" in plain(proof_sentence(result, "fr"))
    assert baseline_sentences(*beside, NAMES, "en") == ["A plain sort by ratio does as well."]
    assert explained.stability is not None
    assert "5 actions" in stability_sentence(result, explained.stability, NAMES, "fr")
    evaluation = result.evaluation
    assert evaluation is not None
    (_, years), (agents, _) = capacities(FACTS, evaluation)
    assert [use.used for use in years] == [574_000, 398_000]
    assert [use.left for use in years] == [0, 12_000]
    assert (agents.title, agents.is_money) == ("Agents", False)


def test_when_nothing_is_feasible_what_is_missing_is_said() -> None:
    from portulan.portfolio.engine.conflicts import find_conflict

    poor = problem(envelope=386)
    result, conflict = solve(poor), find_conflict(poor)
    found = barriers(FACTS, poor, conflict, NAMES, "fr")
    repair = missing_sentences(poor, conflict, NAMES, "fr")
    assert plain(proof_sentence(result, "fr")) == (
        "Aucun choix ne respecte toutes les règles à la fois : c’est prouvé."
    )
    assert [plain(one) for one in repair] == ["Il manque 12 k€ en 2027 (« Budget NR »)."]
    room = next(one for one in found if one.candidates == ("19",))
    assert "L’action 19 est obligatoire" in room.sentence
    assert room.reason == "en cours"
    assert [one.envelope for one in found if one.envelope] == ["budget"]
    with pytest.raises(ValueError, match="infeasible"):
        board_of(facts(386), poor, result, PLANNED, None, NAMES, "fr")


@settings(max_examples=25, deadline=None)
@given(problems(), st.data())
def test_whatever_the_problem_its_rows_add_up_to_what_it_spends(
    asked: PortfolioProblem, data: st.DataObject
) -> None:
    result = solve(asked)
    assume(result.evaluation is not None)
    numbers = data.draw(st.lists(st.integers(1, 3), min_size=3, max_size=3))
    candidates = tuple(
        CandidateFacts(action.id, number, "T", "plus" if number in numbers[:at] else "")
        for at, (action, number) in enumerate(zip(asked.actions, numbers, strict=False))
    )
    said = ScenarioFacts("T", asked.years, asked.residual_years, {}, candidates=candidates)
    planned = {action: result.plan[action] for action in list(result.plan)[:1]}
    for lang in ("fr", "en"):
        page = board_of(said, asked, result, planned, None, names_of(said), lang)
        assert page.lede.endswith(".")
        assert sum(row.money for row in page.rows) == page.years[0].spent
        for row in page.rows:
            assert sum(band.years for band in row.bands) == len(asked.years)
        assert len(page.rows) == len({one.number for one in candidates if one.id in result.plan})
