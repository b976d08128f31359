"""Criteria pasted as lines: from a spreadsheet, typed by hand, and what is refused."""

from __future__ import annotations

import pytest

from portulan.core.say.text import UnusableInputError
from portulan.publication.label.pasting import numbers_in, read_lines


@pytest.mark.parametrize(
    "line", ["1.10\tDurer  longtemps", "1.10;Durer longtemps", "1.10 Durer longtemps"]
)
def test_a_line_is_a_code_and_a_title(line: str) -> None:
    assert read_lines(f"\n{line}\r\n\n") == (("1.10", "Durer longtemps"),)
    assert read_lines(f"{line}\t\t") == (("1.10", "Durer longtemps"),)


@pytest.mark.parametrize(
    "line",
    ["A2\tDurer ; voir 2026", "A2;Durer ; voir 2026", "A2 Durer ; voir 2026"],
)
def test_a_title_may_have_what_separates_elsewhere(line: str) -> None:
    assert read_lines(line) == (("A2", "Durer ; voir 2026"),)


@pytest.mark.parametrize(
    ("text", "code", "at"),
    [
        ("", "criteria-nothing", None),
        ("1.1\tUn\nsans code", "criteria-no-code", 2),
        ("Le plan de 2026", "criteria-no-code", 1),
        ("1.1\tUn\tDeux", "criteria-no-code", 1),
        ("1.1\t", "criteria-no-code", 1),
        ("\tUn", "criteria-no-code", 1),
        ("1.1\tUn\n\n1.1\tDeux", "criteria-twice", 3),
        (f"{'1' * 21}\tUn", "criteria-too-long", 1),
        (f"1\t{'u' * 501}", "criteria-too-long", 1),
    ],
)
def test_a_line_that_is_none_is_named(text: str, code: str, at: int | None) -> None:
    with pytest.raises(UnusableInputError) as caught:
        read_lines(text)
    assert caught.value.problem.kind.code == code
    assert at is None or f"Ligne {at}" in caught.value.problem.message("fr")


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("3, 7;12  3", ["3", "7", "12"]),
        ("OBJ 3, 7", ["OBJ 3", "7"]),
        ("7 OBJ 3", ["7", "OBJ 3"]),
        ("1,2, 3", ["1,2", "3"]),
        ("OBJ 4", ["OBJ", "4"]),
        (" ; ", []),
    ],
)
def test_numbers_of_actions_are_those_of_the_plan(text: str, found: list[str]) -> None:
    assert numbers_in(text, {"1", "2", "3", "7", "12", "OBJ 3", "1,2"}) == found


def test_a_cell_of_several_lines_is_one_title() -> None:
    text = '1.1\t"Durer\n2 fois ""plus"""\r\n1.2\t"Mesurer" et dire\n1.3\t"Publier"'
    assert [tuple(one) for one in read_lines(text)] == [
        ("1.1", 'Durer 2 fois "plus"'),
        ("1.2", '"Mesurer" et dire'),
        ("1.3", '"Publier"'),
    ]
    with pytest.raises(UnusableInputError) as refused:
        read_lines(f"{text}\nsans code")
    assert refused.value.problem.message("fr").startswith("Ligne 5")
