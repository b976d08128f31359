"""The reference tables of NumEcoEval and G4IT, on rows made up in their layouts."""

from __future__ import annotations

from pathlib import Path

import pytest

from portulan.impact.engine.factors import Quality
from portulan.impact.readers.entries import Base
from portulan.impact.readers.figures import document, page, read_figures
from portulan.impact.readers.references import country_of

IMPACTS = """\
nom;etapeacv;critere;description;niveau;tiers;categorie;consoElecMoyenne;localisation;valeur;unite;\
source
portable-9;FABRICATION;Climate change;P;2-Equipement;T;C;30,5;France;200;Item;Étude inventée
portable-9;DISTRIBUTION;Climate change;P;2-Equipement;T;C;30,5;France;1,5E1;Item;Étude inventée
portable-9;FIN_DE_VIE;Climate change;P;2-Equipement;T;C;30,5;France;3;kg CO2 eq;Étude inventée
portable-9;FABRICATION;Resource use (minerals and metals);P;2;T;C;30,5;France;0,01;Item;Étude
portable-9;FIN_DE_VIE;Resource use (minerals and metals);P;2;T;C;30,5;France;0,002;Item;Étude
portable-9;UTILISATION;Climate change;P;2;T;C;30,5;France;4;Item;Étude inventée
portable-9;FABRICATION;Acidification;P;2;T;C;30,5;France;1;Item;Étude inventée
line-1;FABRICATION;Climate change;L;3;N;;;France;7;Line;Étude inventée
blade-server--2;FABRICATION;Climate change;S;2;D;I;3000;France;900;Item;Fake data for tests
Electricity Mix DE;FABRICATION;Climate change;;0;;electricity-mix;;Germany;0,4;;Base inventée
"""
OLDER = """\
refEquipement;etape;critere;source;type;valeur;consoElecMoyenne;description
poste-42;FABRICATION;Changement climatique;Étude inventée;;250;100;
poste-42;FABRICATION;Changement climatique;Étude inventée;;260;100;
"""
NEWER = """\
criterion;lifecycleStep;name;category;avgElectricityConsumption;description;location;level;source;\
tier;unit;value;subscriber;version
CLIMATE_CHANGE;END_OF_LIFE;tablet-7;IT;;T;France;2;Étude inventée;D;Item;2;;
"""
TYPES = """\
type;categorie;serveur;commentaire;dureeVieDefaut;refHypothese;source;refItemParDefaut
Terminal;EquipementPhysique;false;;;;;
Smartphone;EquipementPhysique;false;;0;;;smartphone-2
Server;EquipementPhysique;true;;7;;Étude inventée;blade-server--2
Screen;EquipementPhysique;false;;long;;;
"""
MATCHES = "modeleEquipementSource;refEquipementCible\nDesktop;poste-42\n"
MIXES = """\
pays;raccourcisAnglais;critere;valeur;source
France;FR;Changement climatique;0,06;Base inventée
Europe;EU-27;Épuisement des ressources naturelles (minérales et métaux);0,0000002;Base inventée
Nulle part;QQ;Changement climatique;1;Base inventée
"""


def read(folder: Path, *tables: str) -> Base:
    files = []
    for number, table in enumerate(tables):
        files.append(folder / f"{number}.csv")
        files[-1].write_text(table, encoding="utf-8")
    return read_figures(files)


def proposed(base: Base) -> dict[str, float]:
    return {one.proposal: one.value for one in base.entries if one.proposal}


def codes(base: Base) -> list[str]:
    return [one.kind.code for one in base.problems]


def test_the_impacts_of_an_equipment_become_factors_of_a_device(tmp_path: Path) -> None:
    base = read(tmp_path, IMPACTS)
    assert proposed(base) == {
        "laptop.kwh_year": 30.5,
        "laptop.gwp.manufacturing": 200,
        "laptop.gwp.distribution": 15,
        "laptop.gwp.end_of_life": 3,
        "laptop.adpe.embedded": pytest.approx(0.012),
        "electricity.gwp.DEU": 0.4,
    }
    made = next(one for one in base.entries if one.proposal == "laptop.gwp.manufacturing")
    factor = made.as_factor(made.proposal, version=3)
    assert (factor.source, factor.quality) == ("Étude inventée", Quality.PUBLISHED)


def test_what_has_no_place_is_told_and_what_is_made_up_is_never_proposed(tmp_path: Path) -> None:
    base = read(tmp_path, IMPACTS)
    assert codes(base) == ["lines-left", "made-up-figures"]
    left, fake = (one.message("en") for one in base.problems)
    for told in ("3 (", "UTILISATION", "Acidification", "Climate change (Line)"):
        assert told in left
    assert "says so: 2." in fake
    servers = [one for one in base.entries if one.id == "blade-server--2"]
    assert [(one.proposal, one.quality) for one in servers] == [("", "assumed")] * 2


def test_minerals_without_those_of_manufacturing_are_no_whole(tmp_path: Path) -> None:
    head, *_ = IMPACTS.splitlines(keepends=True)
    line = "portable-9;FIN_DE_VIE;Resource use (minerals and metals);;;;;;;1;;Étude\n"
    base = read(tmp_path, head + line)
    assert (base.entries, codes(base)) == ([], ["without-manufacturing"])


def test_tables_read_together_say_which_device_a_reference_is(tmp_path: Path) -> None:
    alone = read(tmp_path, OLDER)
    assert proposed(alone) == {}
    assert codes(alone) == ["figure-said-twice"]
    for tables in ((OLDER, MATCHES), (MATCHES, OLDER)):
        both = proposed(read(tmp_path, *tables))
        assert both == {"desktop_pro.kwh_year": 100, "desktop_pro.gwp.manufacturing": 250}
    assert proposed(read(tmp_path, NEWER)) == {"tablet.gwp.end_of_life": 2}


def test_lives_and_mixes(tmp_path: Path) -> None:
    lives = read(tmp_path, TYPES)
    assert proposed(lives) == {"server.life": 7}
    assert [(one.kind.code, one.line) for one in lives.problems] == [
        ("life-not-positive", 3),
        ("cell-not-a-number", 5),
        ("lines-without-life", None),
    ]
    mixes = read(tmp_path, MIXES)
    assert proposed(mixes) == {"electricity.gwp.FRA": 0.06, "electricity.adpe.EEE": 2e-7}
    assert "QQ" in mixes.problems[0].message("fr")


MIX_HEAD = "pays;raccourcisAnglais;critere;valeur;source;unite\n"


@pytest.mark.parametrize(
    ("figure", "unit", "value", "proposal", "told"),
    [
        ("0,06", "", 0.06, "electricity.gwp.FRA", []),
        ("0,06", "kg CO2 eq", 0.06, "electricity.gwp.FRA", []),
        ("0,06", "kgCO2e / kWh", 0.06, "electricity.gwp.FRA", []),
        ("85", "g CO2 eq", 0.085, "electricity.gwp.FRA", ["mix-in-grams"]),
        ("85", "gCO2e/kWh", 0.085, "electricity.gwp.FRA", ["mix-in-grams"]),
        ("85", "", 85, "", ["mix-implausible"]),
        ("85", "kg CO2 eq", 85, "", ["mix-implausible"]),
        ("85", "kg CO2 eq/MWh", None, "", ["lines-left"]),
    ],
)
def test_the_unit_of_a_mix_is_read(
    tmp_path: Path, figure: str, unit: str, value: float | None, proposal: str, told: list[str]
) -> None:
    head, *_ = IMPACTS.splitlines(keepends=True)
    for table in (
        MIX_HEAD + f"France;FR;Climate change;{figure};Base;{unit}\n",
        head + f"Electricity-Mix/FR;;Climate change;;;;;;France;{figure};{unit};Base\n",
    ):
        base = read(tmp_path, table)
        read_figure = [(one.value, one.unit, one.proposal) for one in base.entries]
        assert read_figure == ([] if value is None else [(value, "kgCO2e/kWh", proposal)])
        assert codes(base) == told


def test_a_sum_is_worth_its_weakest_stage(tmp_path: Path) -> None:
    head, *_ = IMPACTS.splitlines(keepends=True)
    line = "portable-9;{};Resource use (minerals and metals);;;;;;;{};;{}\n"
    made = line.format("FABRICATION", "0,1", "Étude")
    for source, is_fake, proposal in (
        ("Fake data", True, ""),
        ("", False, "laptop.adpe.embedded"),
    ):
        (whole,) = read(tmp_path, head + made + line.format("FIN_DE_VIE", "0,5", source)).entries
        told = whole.value, whole.quality, whole.is_fake, whole.proposal
        assert told == (0.6, "assumed", is_fake, proposal)


def test_minerals_and_electricity_said_twice_are_told(tmp_path: Path) -> None:
    head, *_ = IMPACTS.splitlines(keepends=True)
    line = "portable-9;FABRICATION;Resource use (minerals and metals);;;;;{};;{};;Étude\n"
    base = read(tmp_path, head + line.format(30, "0,1") + line.format(40, "0,2") * 2)
    assert proposed(base) == {"laptop.adpe.embedded": 0.1, "laptop.kwh_year": 30}
    assert [(one.kind.code, one.line) for one in base.problems] == [
        ("figure-said-twice", 3),
        ("figure-said-twice", 3),
        ("figure-said-twice", 4),
    ]


def test_what_is_no_number_is_told_with_the_title_of_its_column(tmp_path: Path) -> None:
    head, *_ = IMPACTS.splitlines(keepends=True)
    base = read(tmp_path, head + "portable-9;FABRICATION;Climate change;;;;;many;;few;;Étude\n")
    assert [one.message("en").split(":")[0] for one in base.problems] == [
        "consoElecMoyenne",
        "valeur",
    ]


def test_two_references_of_one_device_are_left_to_a_person_unless_they_agree(
    tmp_path: Path,
) -> None:
    head, *_ = NEWER.splitlines(keepends=True)
    line = "CLIMATE_CHANGE;MANUFACTURING;laptop-{};IT;;;;;Étude;;Item;{};;\n"
    apart = read(tmp_path, head + line.format(1, 200) + line.format(2, 300))
    assert [one.proposal for one in apart.entries] == ["", ""]
    agreed = read(tmp_path, head + line.format(1, 200) + line.format(2, 200))
    assert [one.proposal for one in agreed.entries] == ["laptop.gwp.manufacturing", ""]


@pytest.mark.parametrize(
    ("table", "code"),
    [
        ("cle;valeur;source;description\nPUEParDefaut;1.75;S;\n", "lines-left"),
        ("code;libelle\nFABRICATION;Manufacturing\n", "table-without-figure"),
        ("nomCritere;description;unite\nClimate change;;kg CO2 eq\n", "table-without-figure"),
        ("description;reference;type;annual_quantity_of_go\nF;f-1;F;1\n", "table-without-figure"),
        ("a;b\n1;2\n", "unknown-table"),
        ("", "unknown-table"),
    ],
)
def test_tables_without_a_figure_of_ours(tmp_path: Path, table: str, code: str) -> None:
    base = read(tmp_path, table)
    assert (base.entries, codes(base)) == ([], [code])


def test_a_country_is_said_in_two_or_three_letters() -> None:
    told = ("fr", "FRA", "EU-27", "EEE", "world", "QQ", "")
    assert [country_of(one) for one in told] == ["FRA", "FRA", "EEE", "EEE", "WOR", None, None]


def test_the_document_goes_into_a_request(tmp_path: Path) -> None:
    base = read(tmp_path, MIXES)
    told = document(base, "en")
    assert told["factors"] == proposed(base)
    assert isinstance(told["figures"], list)
    assert told["figures"][0]["factor"] == "electricity.gwp.FRA"
    assert page(base, "fr").startswith("electricity.gwp.FRA = 0,06 kgCO2e/kWh (France")
