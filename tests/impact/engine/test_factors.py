"""The registry: every figure has its source, its licence and its version, and none moves."""

from __future__ import annotations

import dataclasses
import hashlib
from importlib import resources

import pytest

from portulan.impact.engine.draws import LogNormal
from portulan.impact.engine.factors import (
    Factor,
    Quality,
    Registry,
    shipped,
    source_title,
    unit_of,
)
from portulan.impact.engine.names import DEVICES

# The tables of version 1. A correction is a new version in a new row; a row is never edited.
SEALS = {
    "boavizta_sheets.csv": "2ad224d3b65bbabf",
    "carbon_value.csv": "96d44286b0254250",
    "ecologits_electricity.csv": "61783b7ece84c663",
    "factors.csv": "2dbfddac9c3b1460",
}


@pytest.mark.parametrize("name", SEALS)
def test_rows_once_shipped_never_change(name: str) -> None:
    table = (resources.files("portulan.impact.engine") / "data" / name).read_text("utf-8")
    first = "\n".join(row for row in table.splitlines() if ",1," in row or "quinet" in row)
    assert hashlib.sha256(first.encode()).hexdigest()[:16] == SEALS[name]


def test_every_figure_says_where_it_comes_from() -> None:
    for factor in shipped():
        assert factor.value > 0, factor.id
        assert factor.source, factor.id
        assert factor.licence, factor.id
        assert factor.address.startswith("https://"), factor.id
        assert factor.unit, factor.id
        assert factor.stage, factor.id
        assert factor.geography, factor.id


def test_every_figure_has_a_name_that_a_request_may_use() -> None:
    for factor in shipped():
        assert factor.unit == unit_of(factor.id), factor.id


def test_notices_name_every_source_and_table() -> None:
    notice = (resources.files("portulan.impact.engine") / "data" / "NOTICE.md").read_text("utf-8")
    for word in ("MIT", "Mozilla Public License 2.0", "Open Database License 1.0", *SEALS):
        assert word in notice
    licences = {factor.licence for factor in shipped()}
    assert licences == {"MIT", "MPL-2.0", "ODbL 1.0", "Licence Ouverte 2.0", "fact quoted"}


def test_france_is_the_official_mix_and_water_is_nowhere() -> None:
    france = shipped().latest("electricity.gwp.FRA")
    assert france is not None
    assert (france.value, france.year) == (0.0519, 2024)
    assert "ADEME" in france.source
    assert {"FRA", "DEU", "WOR"} <= shipped().countries
    assert not any("water" in one.id or ".pe." in one.id or "wue" in one.id for one in shipped())


def test_manufacturing_has_the_spread_of_its_class() -> None:
    laptop = shipped().latest("laptop.gwp.manufacturing")
    assert laptop is not None
    assert laptop.spread == LogNormal(1.448)
    printer = shipped().latest("printer.gwp.manufacturing")
    assert printer is not None
    assert (printer.spread, printer.quality) == (None, Quality.ASSUMED)


def test_a_correction_is_a_new_version_and_the_old_one_stays() -> None:
    first = Factor("x.life", 4.0, Quality.PUBLISHED, version=1, unit="years", source="A study")
    second = dataclasses.replace(first, version=2, value=5.0)
    registry = Registry([second, first])
    assert registry.latest("x.life") == second
    assert registry.get("x.life", 1) == first
    assert list(registry) == [second]
    assert registry.devices == {"x"}
    with pytest.raises(ValueError, match=r"x\.life version 1"):
        Registry([first, first])
    with pytest.raises(dataclasses.FrozenInstanceError):
        first.value = 6.0  # type: ignore[misc]


def test_every_device_shipped_has_a_name_in_both_languages() -> None:
    assert set(DEVICES) == shipped().devices


def test_sources_are_said_in_both_languages() -> None:
    for factor in shipped():
        assert source_title(factor.source, "en") == factor.source
    sheets = "Boavizta, environmental-footprint-data 61323eb (manufacturers’ sheets)"
    assert source_title(sheets, "fr").endswith("(fiches des fabricants)")
    assert source_title("Notre mesure", "fr") == "Notre mesure"
