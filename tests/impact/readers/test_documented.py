"""The examples of the reference page are read as they stand."""

from __future__ import annotations

import re
from pathlib import Path

from portulan.impact.readers.figures import read_figures
from portulan.impact.readers.numecoeval import read_inventory

PAGE = Path(__file__).parents[3] / "docs" / "reference" / "formats.md"


def examples(tmp_path: Path, section: str) -> list[Path]:
    text = PAGE.read_text(encoding="utf-8").split(f"\n### {section}\n")[1].split("\n### ")[0]
    files = []
    for number, table in enumerate(re.findall(r"```text\n(.*?)```", text, flags=re.DOTALL)):
        files.append(tmp_path / f"{number}.csv")
        files[-1].write_text(table, encoding="utf-8")
    return files


def test_the_four_tables_of_an_inventory(tmp_path: Path) -> None:
    found = read_inventory(examples(tmp_path, "Inventories of NumEcoEval and G4IT"))
    assert found.problems == []
    assert [len(one) for one in (found.datacentres, found.machines, found.applications)] == [1] * 3
    assert [one.device for one in found.devices] == ["laptop", "monitor", "server"]


def test_a_line_of_base_carbone(tmp_path: Path) -> None:
    base = read_figures(examples(tmp_path, "Base Carbone"))
    assert base.problems == []
    assert [one.proposal for one in base.entries] == ["electricity.gwp.FRA"]


def test_the_five_reference_tables(tmp_path: Path) -> None:
    base = read_figures(examples(tmp_path, "Reference tables"))
    assert [one.kind.code for one in base.problems] == ["lines-left"]
    assert {one.proposal for one in base.entries} == {
        "laptop.gwp.manufacturing",
        "laptop.gwp.distribution",
        "laptop.kwh_year",
        "laptop.life",
        "electricity.gwp.FRA",
    }
