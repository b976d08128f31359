"""Cells are frozen: three things are told apart, and what is kept reads back to the same."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from decimal import Decimal

from hypothesis import given
from hypothesis import strategies as st

from portulan.core.say.country import settled
from portulan.publication.documents.cells import (
    EMPTY,
    UNKNOWN,
    Quality,
    Table,
    Unit,
    amount,
    day,
    kept,
    read_back,
    text,
)
from portulan.publication.documents.said import first_page, printed, typed
from tests.publication.documents.samples import whole_document


def test_empty_zero_and_unknown_are_three_things() -> None:
    assert [printed(cell, "fr") for cell in (EMPTY, amount(0), UNKNOWN, amount(None))] == [
        *("", "0,00\u00a0€", "inconnu", "inconnu")
    ]
    assert [typed(cell, "en") for cell in (EMPTY, amount(0), UNKNOWN)] == ["", 0, "unknown"]
    assert text("") == UNKNOWN
    assert day(None).is_unknown


def test_what_is_not_known_is_counted_on_the_first_page() -> None:
    document = whole_document()
    assert document.unknown == 3
    assert "3 cellules" in list(first_page(document))[-1]
    known = replace(document, sections=document.sections[1:])
    assert list(first_page(known)) == ["Organisation inventée."]


def test_cells_are_said_in_the_language_and_the_currency_of_their_document() -> None:
    assert printed(amount(Decimal("1234.5")), "en") == "€1,234.50"
    assert printed(amount(Decimal("3.66"), Unit.PERCENT), "fr") == "3,7\u00a0%"
    assert printed(amount(54, Unit.NUMBER, suffix="t"), "fr") == "54\u00a0t"
    with settled("CHE", "CHF"):
        assert printed(amount(48_000, Unit.THOUSANDS), "fr") == "48\u00a0kCHF"


CELLS = st.one_of(
    st.builds(text, st.text(max_size=40), source=st.text(max_size=9)),
    st.builds(
        amount,
        st.decimals(-(10**12), 10**12, places=4, allow_nan=False) | st.none(),
        st.sampled_from([Unit.NUMBER, Unit.MONEY, Unit.PERCENT, Unit.THOUSANDS]),
        quality=st.sampled_from(Quality),
    ),
    st.builds(day, st.dates(min_value=date(1900, 1, 1)) | st.none()),
)


@given(st.lists(st.tuples(CELLS, CELLS), max_size=4))
def test_what_is_kept_reads_back_to_the_same(rows: list[tuple[object, object]]) -> None:
    document = whole_document()
    table = Table("Deux", ("a", "b"), tuple(rows))  # type: ignore[arg-type]
    section = replace(document.sections[0], blocks=(table,))
    made = replace(document, sections=(section,))
    assert read_back(kept(made)) == made
    assert kept(read_back(kept(made))) == kept(made)
