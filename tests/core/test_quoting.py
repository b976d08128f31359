"""What files say, quoted in a sentence; what is remembered of them; how many problems are told."""

from __future__ import annotations

import unicodedata

from hypothesis import given
from hypothesis import strategies as st

from portulan.core.folding import SHOWN, fold, inert, remembered, shown
from portulan.core.say.text import ProblemKind, Problems

SEEN = ProblemKind("seen", "error", fr="« {text} » vu.", en="“{text}” seen.")


@given(st.text(max_size=400))
def test_a_quotation_is_short_and_inert(text: str) -> None:
    quoted = shown(text)
    assert len(quoted) <= SHOWN
    assert not {unicodedata.category(char) for char in quoted} & {"Cc", "Cf", "Cs", "Zl", "Zp"}
    assert inert(quoted) == quoted
    quoted.encode()
    assert SEEN.at(text=text).message("en") == f"“{quoted}” seen."


@given(st.text(max_size=60))
def test_folding_is_what_it_was_before_it_was_quick(text: str) -> None:
    plain = unicodedata.normalize("NFKD", text.translate({0x2019: "'", 0x2BC: "'", 0x2018: "'",
                                                          0x60: "'", 0xB4: "'"}))  # fmt: skip
    bare = "".join(char for char in plain if not unicodedata.combining(char))
    assert fold(text) == " ".join(bare.split()).casefold() or not bare.isprintable()


def test_marks_without_end_are_folded_at_once() -> None:
    """Sorting them took the square of their number in some versions of Python."""
    assert fold("é" + "\u0315\u0300" * 200_000) == "e"


def test_long_texts_are_not_remembered() -> None:
    asked: list[str] = []

    @remembered(10)
    def length(text: str) -> int:
        asked.append(text)
        return len(text)

    for text in ("court", "court", "l" * 500, "l" * 500):
        assert length(text) == len(text)
    assert [len(text) for text in asked] == [5, 500, 500]


@given(st.integers(0, 300), st.integers(0, 300))
def test_past_a_hundred_problems_are_counted(first: int, second: int) -> None:
    one, two = Problems(), Problems()
    one.extend(SEEN.at(text=str(n)) for n in range(first))
    two.extend(SEEN.at(text=str(n)) for n in range(second))
    one.extend(two)
    told = one.told()
    assert len([problem for problem in told if problem.kind is SEEN]) == min(100, first + second)
    more = [problem.values["count"] for problem in told if problem.kind is not SEEN]
    assert sum(more) + min(100, first + second) == first + second
