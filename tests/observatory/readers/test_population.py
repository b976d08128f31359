"""Populations and lists of groupings, in the layouts of OFGL and of the ministry."""

from __future__ import annotations

import io
from collections.abc import Sequence

import pytest

from portulan.core.say.text import UnusableInputError
from portulan.core.workbooks import Sheet, write_xlsx, write_xlsx_sheets
from portulan.observatory.readers.files import read_stream
from portulan.observatory.readers.records import Inhabitants, Reading
from tests.observatory.world import siren_of

TOWN, OTHER, GROUP = siren_of(1), siren_of(2), siren_of(90)


def read(raw: bytes | str, name: str = "file.csv") -> Reading[Inhabitants]:
    data = raw.encode() if isinstance(raw, str) else raw
    (reading,) = read_stream(io.BytesIO(data), name, lambda _rows: None)
    return reading


def people(reading: Reading[Inhabitants]) -> dict[tuple[int, str], tuple[int | None, str]]:
    return {(one.year, one.siren): (one.people, one.grouping) for one in reading.found}


WANTED = {(2024, TOWN): (2500, GROUP), (2024, OTHER): (None, GROUP)}


@pytest.mark.parametrize(
    "text",
    [
        f"exer;siren;com_name;ptot;epci_code\n2024;{TOWN};A;2500;{GROUP}\n2024;{OTHER};B;;{GROUP}\n",
        # OFGL as published: a row a figure, the year as a date, names or labels of columns.
        (
            "exer,siren,epci_code,agregat,montant,ptot\n"
            f"2024-01-01,{TOWN},{GROUP},Dette,1.5,2500\n2024-01-01,{TOWN},{GROUP},Achats,2.5,2500\n"
            f"2024-01-01,{OTHER},{GROUP},Achats,3,NC\n"
        ),
        (
            "Exercice;Code Siren Collectivité;Code Siren 2024 EPCI;Agrégat;Population totale\n"
            f"2024;{TOWN};{GROUP};Achats;2 500\n2024;{OTHER};{GROUP};Achats;0\n"
        ),
    ],
)
def test_a_population_is_read_short_long_or_with_labels(text: str) -> None:
    reading = read(text.encode("utf-8-sig"))
    assert people(reading) == WANTED
    assert not reading.problems


_TOWNS: Sequence[Sequence[str | int]] = (
    ("dept", "siren", "raison_sociale", "total_pop_tot", "siren_membre", "nom_membre", "ptot_2024"),
    ("99", GROUP, "CC FICTIVE", 9000, TOWN, "A", 2500),
    ("99", GROUP, "CC FICTIVE", 9000, OTHER, "B", ""),
)


def test_the_list_of_groupings_is_a_workbook_whose_first_sheet_explains() -> None:
    out = io.BytesIO()
    write_xlsx_sheets(out, [Sheet("Lisez-moi", [("Source", "DGCL")]), Sheet("Liste", _TOWNS)])
    reading = read(out.getvalue(), "epcicom.xlsx")
    assert people(reading) == WANTED | {(2024, GROUP): (9000, "")}
    other = io.BytesIO()
    write_xlsx(other, "Lisez-moi", [("Source", "DGCL")])
    with pytest.raises(UnusableInputError) as refused:
        read(other.getvalue(), "autre.xlsx")
    assert refused.value.problem.kind.code == "unknown-layout"


def test_groupings_alone_have_their_own_number_and_the_year_of_a_title() -> None:
    text = f"siren_epci;nom_complet;ptot_epci_2023\n{GROUP};CC FICTIVE;9 000\n"
    assert people(read(text, "liste.csv")) == {(2023, GROUP): (9000, "")}
    ofgl = f"exer;epci_code;epci_name;nat_juridique;ptot\n2024;{GROUP};CC FICTIVE;CC;9000\n"
    assert people(read(ofgl)) == {(2024, GROUP): (9000, "")}
    bare = f"siren;population\n{TOWN};2500\n"
    assert people(read(bare, "population-2022.csv")) == {(2022, TOWN): (2500, "")}
    with pytest.raises(UnusableInputError) as refused:
        read(bare, "population.csv")
    assert refused.value.problem.kind.code == "no-year"


def test_two_populations_of_a_year_are_said_and_the_first_kept() -> None:
    reading = read(f"exer;siren;ptot\n2024;{TOWN};2500\n2024;{TOWN};2600\n")
    assert people(reading) == {(2024, TOWN): (2500, "")}
    assert [problem.kind.code for problem in reading.problems] == ["two-populations"]
