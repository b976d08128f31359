"""Plans as other tools export them: what each must give, from the folder of real files."""

from __future__ import annotations

import json
from collections import Counter
from pathlib import Path
from typing import Any

import pytest

from portulan.core.tables.grid import Grid, said
from portulan.core.tables.sources import open_source
from portulan.plans.tables.formats.gpc_onr import targets_of
from portulan.plans.tables.formats.registry import TABLES, grids_of, read_any
from portulan.plans.tools import eco_clic, gpc_onr, tet

pytestmark = pytest.mark.real


def grids(path: Path) -> list[Grid]:
    with open_source(path, None, TABLES) as source:
        return grids_of(source)


def expected(folder: Path, name: str = "expected.json") -> Any:
    return json.loads((folder / name).read_text(encoding="utf-8"))


def test_the_grid_of_the_inr_is_computed_again(real_data: Path) -> None:
    folder = real_data / "gpc-onr"
    wanted = expected(folder, "example_expected.json")
    targets = [
        one
        for grid in grids(folder / "20260228_INR_GPC_ONR Exemple.xlsx")
        for one in targets_of(grid)
    ]
    assert Counter(one.code[0] for one in targets) == wanted["by_axis"]
    assert Counter(one.level for one in targets if one.level) == wanted["levels"]
    rows = {one.code: one for one in targets}
    for row in wanted["rows"]:
        found = rows[row["code"]]
        assert (found.importance, found.performance, found.competence, found.level) == (
            row["importance"],
            row["performance"],
            row["competence"],
            row["level"],
        )
        assert len(found.strategies) == row["strategy_lines"]


def test_an_eco_clic_export(real_data: Path) -> None:
    folder = real_data / "eco-clic"
    wanted = expected(folder)
    reading = read_any(grids(folder / "COMMUNE DE FICTIVE-15-09-2026.xlsx"))
    assert (reading.format, reading.proposes) == ("eco-clic", True)
    assert len(reading.lines) == wanted["rows"]
    assert Counter(line.values["axis"] for line in reading.lines) == wanted["categories"]
    assert [line.row for line in reading.lines if not line.values["description"]] == (
        wanted["without_text"]
    )
    assert not any("<" in line.values["description"] for line in reading.lines)


def test_an_export_of_territoires_en_transitions(real_data: Path) -> None:
    folder = real_data / "tet"
    reading = read_any(grids(folder / "export-plan-exemple.xlsx"))
    wanted = expected(folder)["actions"]
    assert [line.title for line in reading.lines] == [one["title"] for one in wanted]
    first, second, third = reading.lines
    assert first.values["pilot"] == wanted[0]["function"]
    assert first.values["money:2025:F"] == "10000.00"
    assert "ADEME" in first.values["note"]
    assert (second.values["progress"], second.values["end"]) == ("in_progress", "2026-06-30")
    assert third.values["axis"] == ""


def test_a_grist_document(real_data: Path) -> None:
    folder = real_data / "grist"
    wanted = expected(folder)
    found = grids(folder / "plan-exemple.grist")
    assert [grid.name for grid in found] == wanted["user_tables"]
    reading = read_any(found, {"money:2026": "Budget (€)"})
    titled = [row for row in wanted["rows"] if "title" in row]
    assert [line.title for line in reading.lines] == [row["title"] for row in titled]
    assert [line.values.get("start", "") for line in reading.lines] == [
        row["start"] or "" for row in titled
    ]
    assert [line.values.get("money:2026") for line in reading.lines] == [
        None,
        "12000.00",
        None,
        "unknown",
    ]


def test_what_leaves_has_the_heads_of_the_real_files(real_data: Path) -> None:
    """Grist has no heads of its own: its tables are whoever’s."""
    wanted = expected(real_data / "tet")
    assert list(tet.COLUMNS) == wanted["import_template_columns"]
    [sheet] = grids(real_data / "eco-clic" / "COMMUNE DE FICTIVE-15-09-2026.xlsx")
    assert list(eco_clic.COLUMNS) == [said(sheet.at(4, at)) for at in range(sheet.width)]
    template = grids(real_data / "gpc-onr" / "20250915_INR_GPC_ONR Template.xlsx")
    theirs = [grid for grid in template if list(targets_of(grid))]
    assert [grid.name.strip() for grid in theirs] == [f"ONR {rank}" for rank in range(1, 6)]
    for grid, ours in zip(theirs, gpc_onr.targets().values(), strict=True):
        heads = [said(grid.at(5, at)) for at in range(3, 22)]
        assert list(gpc_onr.HEADS) == heads
        assert [one.code for one in targets_of(grid)] == [code for code, _text in ours]
