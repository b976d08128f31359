"""The official CSV of Base Carbone, on rows made up in its layout."""

from __future__ import annotations

from math import exp, log
from pathlib import Path

import pytest

from portulan.impact.engine.draws import LogNormal, Streams
from portulan.impact.engine.factors import Quality, Registry
from portulan.impact.engine.figures import Figures
from portulan.impact.engine.samples import quantiles
from portulan.impact.readers.entries import OtherUnitError
from portulan.impact.readers.figures import read_figures

TABLE = """\
Type Ligne;Identifiant de l'élément;Statut de l'élément;Nom base français;Nom attribut français;\
Unité français;Localisation géographique;Date de modification;Incertitude;Total poste non décomposé
Elément;101;Valide générique;Électricité inventée;mix moyen;kgCO2e/kWh;France continentale;\
mars-2026;10;0,0500
Poste;101;Valide générique;Électricité inventée;mix moyen;kgCO2e/kWh;France continentale;;;0,0400
Elément;102;Archivé;Électricité inventée;2010;kgCO2e/kWh;France continentale;;;0,0900
Elément;103;Valide spécifique;Papier inventé;;kgCO2e/kg;Europe;12/02/2024;;1,2;too;many
Elément;104;Valide générique;Écran inventé;"en ""24"" pouces";kgCO2e/unité;Monde;;50;300
Elément;105;Valide générique;Sans valeur;;kgCO2e/kg;Europe;;;n.c.
"""


@pytest.mark.parametrize("encoding", ["cp1252", "utf-8", "utf-8-sig"])
def test_valid_elements_are_read_and_the_others_left(tmp_path: Path, encoding: str) -> None:
    file = tmp_path / "base.csv"
    file.write_bytes(TABLE.encode(encoding))
    base = read_figures([file])
    assert [entry.id for entry in base.entries] == ["101", "103", "104"]
    assert base.archived == 1
    (fault,) = base.problems
    assert (fault.kind.code, fault.line) == ("cell-not-a-number", 7)
    power, paper, screen = base.entries
    assert (power.value, power.year, power.uncertainty) == (0.05, 2026, 0.1)
    assert (paper.name, paper.year, paper.uncertainty) == ("Papier inventé", 2024, None)
    assert screen.name == 'Écran inventé, en "24" pouces'


def test_titles_are_compared_whatever_their_apostrophe(tmp_path: Path) -> None:
    file = tmp_path / "base.csv"
    file.write_text(TABLE.replace("'", "’").replace("Type Ligne", "type ligne"), encoding="utf-8")
    assert [entry.id for entry in read_figures([file]).entries] == ["101", "103", "104"]


@pytest.mark.parametrize(
    ("name", "place", "unit", "proposal"),
    [
        (
            "Electricité;2024 - mix moyen",
            "France continentale",
            "kgCO2e/kWh",
            "electricity.gwp.FRA",
        ),
        ("Électricité;mix moyen", "Monde", "kgCO2e/kWh", ""),
        ("Électricité;mix moyen", "France continentale", "kgCO2e/MWh", ""),
        ("Électricité;éclairage", "France continentale", "kgCO2e/kWh", ""),
        ("Réseau de chaleur;mix moyen", "France continentale", "kgCO2e/kWh", ""),
    ],
)
def test_the_mean_mix_of_france_is_proposed(
    tmp_path: Path, name: str, place: str, unit: str, proposal: str
) -> None:
    file = tmp_path / "base.csv"
    line = f"Elément;101;Valide générique;{name};{unit};{place};;;0,05\n"
    file.write_text(TABLE.partition("\n")[0] + "\n" + line, encoding="utf-8")
    assert [entry.proposal for entry in read_figures([file]).entries] == [proposal]


def test_two_mean_mixes_that_differ_are_left_to_a_person(tmp_path: Path) -> None:
    file = tmp_path / "base.csv"
    line = "Elément;{id};Valide générique;Électricité;mix moyen;kgCO2e/kWh;France;;;{value}\n"
    lines = line.format(id=1, value="0,05") + line.format(id=2, value="0,06")
    file.write_text(TABLE.partition("\n")[0] + "\n" + lines, encoding="utf-8")
    assert [entry.proposal for entry in read_figures([file]).entries] == ["", ""]


def test_an_element_becomes_a_version_of_a_factor_in_its_unit(tmp_path: Path) -> None:
    file = tmp_path / "base.csv"
    file.write_text(TABLE, encoding="cp1252")
    power, paper, screen = read_figures([file]).entries
    factor = power.as_factor("electricity.gwp.FRA", version=2)
    assert (factor.value, factor.version, factor.quality) == (0.05, 2, Quality.PUBLISHED)
    assert "101" in factor.source
    assert paper.as_factor("paper.gwp", version=2).spread is None
    with pytest.raises(OtherUnitError):
        paper.as_factor("electricity.gwp.FRA", version=2)
    embedded = screen.as_factor("monitor.gwp.embedded", version=1)
    assert embedded.spread == LogNormal(exp(log(1.5) / 1.96))
    drawn = Figures(Registry([embedded]), Streams(1, 4000), {}).sample(embedded)
    assert quantiles(drawn).p95 == pytest.approx(300 * 1.5 ** (1.645 / 1.96), rel=0.05)


def test_a_file_of_another_layout_is_told(tmp_path: Path) -> None:
    file = tmp_path / "other.csv"
    file.write_text("a;b\n1;2\n", encoding="utf-8")
    assert [one.kind.code for one in read_figures([file]).problems] == ["unknown-table"]
    file.write_text("Type Ligne;b\n1;2\n", encoding="utf-8")
    assert [one.kind.code for one in read_figures([file]).problems] == ["missing-column"]
    assert [one.kind.code for one in read_figures([tmp_path]).problems] == ["file-unreadable"]
