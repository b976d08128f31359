"""What past verdicts propose: enough of them, nearly all alike, and always with their source."""

from __future__ import annotations

from decimal import Decimal

from hypothesis import given
from hypothesis import strategies as st

from portulan.budget.perimeter.precedents import (
    AGREEMENT,
    SUPPORT,
    By,
    Judged,
    Likeness,
    Precedents,
    Proposal,
    not_followed,
)
from portulan.budget.words import Verdict

D = Decimal
IN, OUT, HALF = (Verdict.IN, D(1)), (Verdict.OUT, D(0)), (Verdict.MIXED, D("0.5"))


def past(said: tuple[Verdict, Decimal], lines: int = 1, year: int = 2025, **of: str) -> Judged:
    known = {"nature": "611", "supplier": "Nuage", "label": "Lot"} | of
    return Judged(Likeness(**known), *said, year, lines)


LINE = Likeness("611", "Nuage", "Lot")


def propose(line: Likeness, known: list[Judged]) -> Proposal | None:
    return Precedents(known).propose(line)


def test_the_closest_likeness_that_says_enough_is_the_one_that_speaks() -> None:
    elsewhere = [past(OUT, 9, nature="6156", label="x"), past(HALF, 3, label="y")]
    assert propose(LINE, [*elsewhere, past(IN)]) == Proposal(*IN, By.LINE, 1, 1, (2025,))
    assert propose(LINE, elsewhere) == Proposal(*HALF, By.SUPPLIER_AND_ACCOUNT, 3, 3, (2025,))
    assert propose(LINE, elsewhere[:1]) == Proposal(*OUT, By.SUPPLIER, 9, 9, (2025,))
    assert propose(LINE, [past(OUT, 2, nature="6156", label="x")]) is None
    # One line of the same supplier and account is one contract, not a habit.
    assert propose(LINE, [past(OUT, 1, label="x")]) is None
    assert propose(Likeness("611", "", "x"), [past(IN, 99, supplier="", label="")]) is None


def test_what_is_disputed_is_not_proposed_and_the_old_gives_way_to_the_recent() -> None:
    assert propose(LINE, [past(IN, 8, label="x"), past(OUT, 2, label="y")]) is None
    nearly = [past(IN, 9, label="x"), past(OUT, 1, label="y")]
    assert propose(LINE, nearly) == Proposal(*IN, By.SUPPLIER_AND_ACCOUNT, 9, 10, (2025,))
    changed = [past(OUT, 9, year=2023), past(IN, 1, year=2025), past(IN, 1, year=2024)]
    assert propose(LINE, changed) == Proposal(*IN, By.LINE, 2, 2, (2024, 2025))


words = st.sampled_from(["", "a", "b"])
likenesses = st.builds(Likeness, st.sampled_from(["", "611", "6156"]), words, words)
pasts = st.lists(
    st.builds(
        lambda of, said, year, lines: Judged(of, *said, year, lines),
        likenesses,
        st.sampled_from([IN, OUT, HALF]),
        st.integers(2020, 2026),
        st.integers(1, 9),
    )
)


@given(likenesses, pasts)
def test_a_proposal_says_no_more_than_its_source(line: Likeness, known: list[Judged]) -> None:
    found = propose(line, known)
    assert found == propose(line, list(reversed(known)))
    if found is None:
        return
    key = line.key(found.by)
    alike = [one for one in known if one.of.key(found.by) == key and one.year in found.years]
    same = [one for one in alike if (one.verdict, one.share) == (found.verdict, found.share)]
    assert sum(one.lines for one in same) == found.lines <= found.of
    assert found.of >= SUPPORT[found.by]
    assert found.lines >= AGREEMENT * found.of
    assert {one.year for one in same} == set(found.years)


BARE = Likeness("6156", "", "", "020")


def judged(said: tuple[Verdict, Decimal | None], of: Likeness = BARE, **more: object) -> Judged:
    return Judged(of, *said, 2025, 1, **more)  # type: ignore[arg-type]


WAITS = (Verdict.MIXED, None)


def test_without_a_label_the_account_and_the_function_are_the_line() -> None:
    assert propose(BARE, [judged(HALF)]) == Proposal(*HALF, By.ACCOUNT_AND_FUNCTION, 1, 1, (2025,))
    assert propose(BARE._replace(function="212"), [judged(HALF)]) is None
    assert propose(BARE._replace(label="Ascenseurs"), [judged(HALF)]) is None
    assert propose(Likeness("", "", "", "020"), [judged(HALF, Likeness("", "", "", "020"))]) is None


def test_a_verdict_follows_by_account_function_and_label_or_supplier() -> None:
    there = Likeness("611", "Nuage", "Lot", "020")
    given = [judged(HALF, there, by_person=True)]
    for of, follows in (
        (there, True),
        (there._replace(supplier="Autre"), True),
        (there._replace(label="Lot 2026"), True),
        (there._replace(supplier="Autre", label="x"), False),
        (there._replace(function="212"), False),
        (there._replace(nature="6156"), False),
    ):
        assert (Precedents(given).follows(judged(WAITS, of)) is not None) is follows, of
        assert [one.of for one in not_followed(given, [judged(WAITS, of)])] == [of] * follows
    # The rules of the perimeter give verdicts to all: only a person's has to follow.
    assert Precedents([judged(HALF, there)]).follows(judged(WAITS, there)) is None


def test_what_the_perimeter_decided_takes_the_verdict_of_the_same_line_only() -> None:
    there = Likeness("611", "Nuage", "Lot", "020")
    precedents = Precedents([judged(HALF, there, by_person=True)])
    assert precedents.follows(judged(IN, there)) is not None
    assert precedents.follows(judged(HALF, there)) is None
    assert precedents.follows(judged(IN, there, by_person=True)) is None
    assert precedents.follows(judged(IN, there._replace(label="Lot 2026"))) is None
    assert Precedents([judged(HALF, by_person=True)]).follows(judged(IN)) is not None


def test_a_verdict_among_several_on_lines_that_say_the_same_is_missed_and_not_guessed() -> None:
    there = [judged(OUT, by_person=True), judged(IN)]
    here = [judged(IN), judged(IN)]
    assert list(not_followed(there, here)) == here
    assert Precedents(there).follows(here[0]) is None
    assert list(not_followed(there, [judged(IN), judged(OUT, by_person=True)])) == []
    assert list(not_followed(there, [judged(HALF, by_person=True)])) == []
    assert list(not_followed(there, [])) == list(not_followed([], here)) == []
