"""The columns a person said: found again in the next file of the same tool."""

from __future__ import annotations

import io
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portulan.budget.readers import first_fitting, open_reading
from portulan.budget.readers.ledger_mapping import place_of
from portulan.core.say.text import UnusableInputError
from tests.totem import totem

TITLES = st.lists(st.text(max_size=12), min_size=1, max_size=8)


@given(TITLES, st.data())
def test_a_title_that_is_there_is_found_where_it_first_is(
    titles: list[str], data: st.DataObject
) -> None:
    wanted = data.draw(st.sampled_from(titles))
    place = place_of(titles, wanted)
    assert place is not None
    assert place <= titles.index(wanted)
    assert place_of(titles, wanted.upper().lower()) is not None or wanted.upper() != wanted.lower()


@pytest.mark.parametrize(
    ("titles", "wanted", "place"),
    [
        (["Compte", "Mandaté 2025"], "mandate 2024", 1),
        (["BP 2024", "BP 2025"], "BP 2025", 1),
        (["BP 2024", "BP 2025"], "BP 2023", None),
        (["Compte"], "Nature", None),
    ],
)
def test_numbers_of_a_title_may_change(titles: list[str], wanted: str, place: int | None) -> None:
    assert place_of(titles, wanted) == place


def read(text: str, **mapping: int | str) -> list[Decimal | None]:
    with open_reading(io.BytesIO(text.encode()), mapping=mapping) as reading:
        return [line.realised for line in reading]


def test_the_unit_said_passes_before_the_titles() -> None:
    table = "Compte;Payé (k€)\n6262;1,5\n"
    columns: dict[str, int | str] = {"account": "Compte", "realised": "Payé (k€)"}
    assert read(table, **columns) == [1500]
    assert read(table, **columns, unit="1") == [Decimal("1.5")]
    assert read(table, unit="0.01") == [Decimal("0.02")]
    with pytest.raises(UnusableInputError, match="12"):
        read(table, **columns, unit="12")


def test_the_first_mapping_whose_columns_are_all_there() -> None:
    known: list[dict[str, int | str]] = [
        {"account": "Imputation", "voted": "BP 2024", "unit": "1000"},
        {"account": "Imputation", "realised": "Mdt"},
    ]
    table = "Titre de l’export;;\nImputation;Mdt;BP 2025\n6262;1;2\n"
    assert first_fitting(io.BytesIO(table.encode()), known) == 0
    assert first_fitting(io.BytesIO(table.replace("BP", "Vote").encode()), known) == 1
    assert first_fitting(io.BytesIO(b"Compte;Montant\n6262;1\n"), known) is None
    assert first_fitting(io.BytesIO(totem(("2051", "1", "1"))), known) is None
    assert first_fitting(io.BytesIO(b"\x00\x01"), known) is None
