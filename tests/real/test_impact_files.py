"""The figures shipped are those collected, and the sample inventory is read whole."""

from __future__ import annotations

import csv
import json
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest

from portulan.impact.engine.combining import combine
from portulan.impact.engine.factors import STAGES, shipped
from portulan.impact.engine.items import Indicator
from portulan.impact.engine.samples import Quantiles
from portulan.impact.estimates.inventories import groups_of, request_of
from portulan.impact.readers.figures import read_figures
from portulan.impact.readers.numecoeval import read_inventory
from portulan.impact.readers.request import parse

pytestmark = pytest.mark.real

SERVICES = {"network_fixed_fr": "network", "storage_gb_year": "storage", "paper_a4": "paper"}


def rows(file: Path) -> list[dict[str, str]]:
    with file.open(encoding="utf-8", newline="") as stream:
        return list(csv.DictReader(stream))


def value(factor_id: str) -> float:
    factor = shipped().latest(factor_id)
    assert factor is not None, factor_id
    return factor.value


def test_carbon_factors_are_those_collected(real_data: Path) -> None:
    checked = 0
    for row in rows(real_data / "impact" / "factors_gwp.csv"):
        item, stage = row["item"], row["stage"]
        if item == "network_mobile_fr":
            continue
        if item == "electricity":
            name = "electricity.gwp.FRA"
        elif item in SERVICES:
            name = f"{SERVICES[item]}.gwp"
        else:
            name = f"{item}.gwp.{stage}"
        assert value(name) == pytest.approx(float(row["value"])), name
        checked += 1
    assert checked == 53


def test_lives_and_uses_are_those_collected(real_data: Path) -> None:
    for row in rows(real_data / "impact" / "hypotheses_devices.csv"):
        if row["life_years"] and row["item"] != "vr_headset":
            assert value(f"{row['item']}.life") == float(row["life_years"])
            assert value(f"{row['item']}.kwh_year") == float(row["kWh_per_year"])


def test_mixes_are_those_collected(real_data: Path) -> None:
    raw = real_data / "impact" / "raw" / "ecologits_electricity_mixes_0.11.3.json"
    mixes = json.loads(raw.read_text(encoding="utf-8"))["electricity_mixes"]
    known = {mix["name"]: mix for mix in mixes if mix["gwp"] > 0}
    assert shipped().countries == set(known)
    for zone, mix in known.items():
        if zone != "FRA":
            assert value(f"electricity.gwp.{zone}") == mix["gwp"]
        minerals = shipped().latest(f"electricity.adpe.{zone}")
        is_guess = "electricity-mix-adpe-world" in (mix["warnings"] or ())
        assert minerals is None if is_guess and zone != "WOR" else minerals is not None


def test_the_sample_inventory_is_read_whole(real_data: Path) -> None:
    files = sorted((real_data / "impact" / "inputs").glob("numecoeval_sample_*.csv"))
    found = read_inventory(files)
    assert found.problems == []
    sizes = [found.datacentres, found.devices, found.machines, found.applications]
    assert [len(table) for table in sizes] == [4, 6, 12, 12]
    assert found.count("server") == 24
    assert [float(centre["pue"]) for centre in found.datacentres] == [1.75, 1.32, 1.43, 1.41]
    assert [found.share(machine) for machine in found.machines[:4]] == [0.25, 0.125, 0.125, 0.5]
    retired = found.devices[4]
    assert retired.life(date(2026, 11, 24)) == pytest.approx(1073 / 365)


def test_the_sample_inventory_drafts_what_longer_lives_spare(real_data: Path) -> None:
    """Its devices by kind: one part each, whatever the age of the fleet."""
    files = sorted((real_data / "impact" / "inputs").glob("numecoeval_sample_*.csv"))
    groups = groups_of(read_inventory(files), shipped(), date(2026, 11, 24))
    assert sum(group.count for group in groups) > 0
    lives = {one.device: (Decimal(4), Decimal(6)) for one in groups}
    reading = parse(json.dumps(request_of(groups, lives)).encode())
    assert reading.problems == ()
    assert reading.request is not None
    combined = combine(reading.request)
    assert {part.id for part in combined.parts} == {group.device for group in groups}
    carbon = combined.indicators[Indicator.GWP]
    assert isinstance(carbon, Quantiles)
    assert carbon.central == pytest.approx(
        sum(group.count * embedded(group.device) / 12 for group in groups)
    )


def embedded(device: str) -> float:
    stages = (shipped().latest(f"{device}.gwp.{stage}") for stage in STAGES)
    return sum(stage.value for stage in stages if stage is not None)


def test_the_reference_lists_of_g4it_give_lives(real_data: Path) -> None:
    base = read_figures(sorted((real_data / "impact" / "raw").glob("g4it_ref_*.csv")))
    assert {one.proposal: one.value for one in base.entries if one.proposal} == {
        "laptop.life": 5,
        "desktop_pro.life": 6,
        "monitor.life": 6,
        "smartphone.life": 2.5,
        "tablet.life": 3,
        "printer.life": 5,
        "server.life": 5,
        "speaker.life": 5,
        "usb_stick.life": 5,
    }
    assert not [one for one in base.problems if one.is_error]
