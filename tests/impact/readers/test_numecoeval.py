"""Inventories of NumEcoEval: which table is told by its titles, and a bad cell by its column."""

from __future__ import annotations

import tempfile
from datetime import date
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from portulan.impact.readers.figures import read_figures
from portulan.impact.readers.numecoeval import Inventory, read_inventory

TODAY = date(2026, 6, 1)
DEVICES = "nomEquipementPhysique;modele;quantite;type;paysDUtilisation;dateAchat;dateRetrait"


def written(tmp_path: Path, *tables: str) -> Inventory:
    files = []
    for at, table in enumerate(tables):
        file = tmp_path / f"{at}.csv"
        file.write_text(table, encoding="utf-8")
        files.append(file)
    return read_inventory(files)


def codes(found: Inventory) -> list[str]:
    return [problem.kind.code for problem in found.problems]


def test_lives_follow_the_dates_else_the_type_else_two_years(tmp_path: Path) -> None:
    found = written(
        tmp_path,
        f"{DEVICES}\n"
        "a;x;3;Laptop;France;2021-06-01;2026-05-31\n"
        "b;x;1;Laptop;France;2026-05-01;\n"
        "c;x;1;Écran;France;;\n"
        "d;x;1;Toaster;France;;\n",
    )
    assert codes(found) == ["unknown-type"]
    lives = [device.life(TODAY) for device in found.devices]
    assert lives == [pytest.approx(1825 / 365), 1, 6, 2]
    assert [device.device for device in found.devices] == ["laptop", "laptop", "monitor", None]
    assert found.count("laptop") == 4


def test_days_are_read_as_one_file_mixes_them_or_the_row_is_left_out(tmp_path: Path) -> None:
    """A device whose end is not understood is no device that never ends."""
    found = written(
        tmp_path,
        f"{DEVICES}\n"
        "a;x;1;Laptop;France;2021-01-01;01/01/2023\n"
        "b;x;1;Laptop;France;01/01/2021;1 janvier 2023\n"
        "c;x;1;Laptop;France;2021-01-01T00:00:00;2023-01-01 00:00:00\n"
        "d;x;9;Laptop;France;2021-01-01;31/02/2023\n",
    )
    assert [device.life(TODAY) for device in found.devices] == [pytest.approx(730 / 365)] * 3
    assert codes(found) == ["cell-not-a-date"]
    assert found.problems[0].line == 5
    assert found.count("laptop") == 3


def test_a_type_that_is_not_known_is_told_with_its_line(tmp_path: Path) -> None:
    found = written(tmp_path, f"{DEVICES}\na;x;1;Laptop;France;;\nb;x;3;Machin;France;;\n")
    (told,) = found.problems
    assert (told.line, told.file, told.is_error) == (3, str(tmp_path / "0.csv"), False)
    assert "«\u00a0Machin\u00a0» de b" in told.message("fr")
    assert "Laptop" in told.message("en")


def test_titles_are_compared_whatever_their_case_and_accents(tmp_path: Path) -> None:
    found = written(
        tmp_path, f"{DEVICES.upper().replace('MODELE', 'Modèle')}\na;x;4;Laptop;France\n"
    )
    assert found.problems == []
    assert found.count("laptop") == 4
    lacking = written(tmp_path, f"{DEVICES.replace('modele', 'model')}\na;x;4;Laptop;France\n")
    assert lacking.problems[0].message("fr").endswith("il manque\u00a0: modele.")


def test_a_machine_without_its_cpu_has_no_share(tmp_path: Path) -> None:
    titles = "nomEquipementVirtuel;nomEquipementPhysique;vCPU;typeEqv"
    found = written(tmp_path, f"{titles}\nv1;h1;6;calcul\nv2;h1;2;calcul\nv3;h2;;calcul\n")
    assert [found.share(machine) for machine in found.machines] == [0.75, 0.25, None]


def test_what_cannot_be_read_is_told_and_the_rest_is_read(tmp_path: Path) -> None:
    found = written(
        tmp_path,
        f"{DEVICES}\n;x;1;Laptop;France;;\na;x;many;Laptop;France;in 2021;\n"
        "\nb;x;2;Laptop;France\n",
    )
    assert codes(found) == ["empty-cell", "cell-not-a-number", "cell-not-a-date"]
    assert [problem.line for problem in found.problems] == [2, 3, 3]
    assert "dateAchat" in found.problems[2].message("fr")
    assert found.count("laptop") == 2


def test_files_that_are_no_table_are_told(tmp_path: Path) -> None:
    found = written(tmp_path, "a;b\n1;2\n", "paysDUtilisation;type\nFrance;Laptop\n", "")
    assert codes(found) == ["unknown-table", "missing-column", "unknown-table"]
    raw = tmp_path / "raw.csv"
    raw.write_bytes(b"nomApplication;\xff")
    assert codes(read_inventory([raw, tmp_path / "none.csv"])) == ["not-utf8", "file-unreadable"]


@given(st.binary(max_size=300) | st.text(alphabet='a1;"\n\r\0,.-', max_size=200).map(str.encode))
@settings(max_examples=150)
def test_any_bytes_are_read_or_told(content: bytes) -> None:
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "any.csv"
        file.write_bytes(DEVICES.encode() + b"\n" + content)
        found = read_inventory([file])
        file.write_bytes(content)
        base = read_figures([file])
    for problem in (*found.problems, *base.problems):
        assert problem.message("fr")
        assert problem.message("en")
    assert all(device.life(TODAY) >= 1 for device in found.devices)


def test_a_cell_too_long_is_told(tmp_path: Path) -> None:
    found = written(tmp_path, f"{DEVICES}\n{'x' * 200_000};x;1;Laptop;France;;\n")
    assert codes(found) == ["not-csv"]
