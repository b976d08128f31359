"""The score of the RGESN, as the formulas of its tool give it."""

from __future__ import annotations

from decimal import Decimal

from portulan.publication.services.criteria import CRITERIA, THEMES, Answer, of_theme, score
from portulan.publication.services.reads import Assessment


def test_the_themes_hold_all_the_criteria_in_their_order() -> None:
    counts = [len(of_theme(at)) for at in range(1, len(THEMES) + 1)]
    assert counts == [10, 10, 7, 15, 8, 7, 4, 10, 7]
    titles = [text for one in CRITERIA.values() for text in (one.title.fr, one.title.en)]
    assert len(set(titles)) == len(titles)


def test_what_is_under_way_or_open_counts_as_not_met() -> None:
    by_priority = {
        "P": Answer.VALID,
        "R": Answer.OPEN,
        "M": Answer.ABSENT,
    }
    answers = {one.number: by_priority[one.priority] for one in CRITERIA.values()}
    assert score(answers) == Decimal("55.4")  # 45 of 81.25
    going = {number: Answer.GOING if one is Answer.OPEN else one for number, one in answers.items()}
    assert score(going) == Decimal("55.4")


def test_nothing_that_applies_is_neither_zero_nor_a_hundred() -> None:
    assert score(dict.fromkeys(CRITERIA, Answer.ABSENT)) is None
    assert score(dict.fromkeys(CRITERIA, Answer.VALID)) == 100
    assert score({}) == 0


def test_a_score_waits_for_the_last_criterion() -> None:
    answers = dict.fromkeys(CRITERIA, Answer.VALID) | {"9.7": Answer.GOING}
    assert (Assessment(answers, {}).left, Assessment(answers, {}).score) == (1, None)
    assert Assessment(answers | {"9.7": Answer.INVALID}, {}).score == Decimal("98.5")
