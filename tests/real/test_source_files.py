"""Exports of real tools, made up: each figure is the truth, or is refused for the right reason."""

from __future__ import annotations

import json
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from portulan.sources.figure import Verdict
from portulan.sources.meanings import Meanings
from portulan.sources.readers import load_curves
from portulan.sources.snapshot import Snapshot, take

pytestmark = pytest.mark.real
FR = [f"glpi/{name}-fr-glpi10.csv" for name in ("computers", "monitors", "phones")]
EN = [f"glpi/{name}-en-glpi11.csv" for name in ("computers", "monitors", "phones")]


@pytest.fixture
def exports(real_data: Path) -> Path:
    return real_data / "sources"


@pytest.fixture
def truth(exports: Path) -> Any:
    return json.loads((exports / "truth.json").read_text(encoding="utf-8"))


@pytest.fixture
def meanings(exports: Path) -> Meanings:
    return Meanings.from_json(json.loads((exports / "mapping.json").read_text(encoding="utf-8")))


def read(
    exports: Path,
    *names: str,
    meanings: Meanings | None = None,
    on: date = date(2026, 9, 30),
    scope: str | None = None,
) -> Snapshot:
    streams = [(name, (exports / name).open("rb")) for name in names]
    try:
        return take(streams, kind=None, meanings=meanings or Meanings(), on=on, flow_year=2025,
                    scope=scope)  # fmt: skip
    finally:
        for _name, stream in streams:
            stream.close()


def values(taken: Snapshot) -> dict[str, Decimal | None]:
    return {figure.id: figure.value for figure in taken.figures}


def same(taken: Snapshot, **expected: float | None) -> None:
    found = values(taken)
    for name, value in expected.items():
        given = found[name.replace("_", "-")]
        assert (None if given is None else float(given)) == pytest.approx(value), name


def fleet_is(taken: Snapshot, truth: Any) -> None:
    known = truth["known"]
    same(
        taken,
        age_mean=truth["age_mean_years"],
        age_median=truth["age_median_years"],
        known_age=known["age"],
        known_state=known["state"],
        known_user=known["user_of_those_in_service"],
        seen_within_a_year=known["seen_within_a_year"],
        screens_per_workstation=truth["screens_per_workstation"],
    )
    age = next(figure for figure in taken.figures if figure.id == "age-mean")
    assert age.denominator == truth["age_known"]
    assert float(age.coverage or 0) == truth["age_coverage"]


@pytest.mark.parametrize("files", [FR, EN])
@pytest.mark.parametrize("scope", ["organisation", "everything"])
def test_both_exports_of_glpi_are_one_truth(
    exports: Path, truth: Any, meanings: Meanings, files: list[str], scope: str
) -> None:
    asked = None if scope == "organisation" else ""
    taken = read(exports, *files, meanings=meanings, scope=asked)
    expected = truth["inventory"][scope]
    fleet_is(taken, expected)
    same(
        taken,
        exit_age_mean=expected["exit"]["age_at_exit_mean_years"],
        given=expected["exit"]["given"],
        sold=expected["exit"]["sold"],
        recycled=expected["exit"]["recycled"],
        screen_age_mean=expected["screen_age_mean_years"],
        purchases_reconditioned=expected["purchases"]["share_reconditioned"],
        smartphones_reconditioned=expected["smartphones"]["share_reconditioned_bought"],
        servers=expected["servers_in_service"],
        share_in_stock=expected["share_in_stock"],
        **{f"age_over_{years}": share for years, share in expected["share_over_years"].items()},
    )
    said = {problem.kind.code: problem for problem in taken.problems}
    asked_of = truth["inventory"]["anomalies_to_ask"]
    assert said["impossible-date"].values["refs"] == ", ".join(
        map(str, asked_of["impossible_dates"])
    )
    assert said["out-before-in"].values["refs"] == ", ".join(map(str, asked_of["out_before_in"]))
    assert said["word-without-meaning"].values["word"] == "À vérifier"
    assert taken.dropped["listed-twice"] == 13
    assert taken.read == taken.kept + sum(taken.dropped.values())


def test_a_fleet_by_kind_adds_up_to_the_truth(
    exports: Path, truth: Any, meanings: Meanings
) -> None:
    taken = read(exports, *FR, meanings=meanings)
    expected = truth["inventory"]["organisation"]
    stations = [one for one in taken.held if one.device and one.device.is_workstation]
    dated = sum(one.dated for one in stations)
    assert dated == expected["age_known"]
    mean = Decimal(sum(one.days for one in stations)) / Decimal("365.25") / dated
    assert float(round(mean, 2)) == expected["age_mean_years"]
    assert [one.in_service for one in taken.held if one.device == "server"] == [
        expected["servers_in_service"]
    ]
    assert {one.number for one in taken.invoices} == {""}, "these exports have no invoice"


def test_a_quarter_later_the_new_word_is_unknown(exports: Path, meanings: Meanings) -> None:
    later = json.loads((exports / "later" / "truth.json").read_text(encoding="utf-8"))
    taken = read(
        exports, *(f"later/{name}" for name in FR), meanings=meanings, on=date(2026, 12, 31)
    )
    fleet_is(taken, later["as_read_new_word_unknown"])
    words = {word.word for word in taken.words if word.field == "state" and not word.means}
    assert set(later["words_to_ask"]) <= words


def test_without_meanings_nothing_is_guessed(exports: Path) -> None:
    taken = read(exports, *EN)
    refused = {figure.id for figure in taken.figures if figure.verdict is Verdict.REFUSED}
    assert {"age-mean", "screens-per-workstation", "given", "servers"} <= refused
    assert {word.means for word in taken.words if word.field in {"state", "type"}} == {None}


def test_a_file_of_snipe_it_gives_its_own_states(exports: Path, truth: Any) -> None:
    taken = read(exports, "snipeit/hardware.json")
    same(
        taken,
        age_mean=truth["snipeit"]["age_mean_years"],
        screens_per_workstation=truth["snipeit"]["screens_per_workstation"],
        given=None,  # nobody says when a device left
    )


def test_ocs_gives_no_age(exports: Path) -> None:
    taken = read(exports, "ocs/machines.csv")
    same(taken, age_mean=None)
    assert (taken.read, taken.kept, taken.dropped["virtual"]) == (120, 110, 10)


@pytest.mark.parametrize("name", ["results.csv", "results.json"])
def test_sites_are_the_means_of_their_pages(exports: Path, truth: Any, name: str) -> None:
    same(read(exports, f"ecoindex/{name}"), ecoindex_mean=truth["ecoindex"]["mean_of_sites"])


def test_a_rate_is_of_criteria_and_of_a_whole_audit(exports: Path, truth: Any) -> None:
    full = truth["rgaa"]["audit-complet"]
    taken = read(exports, "ara/audit-complet.csv")
    assert taken.figures[0].numerator == full["compliant"]
    assert float(taken.figures[0].value or 0) * 100 == pytest.approx(full["rate_percent"])
    going_on = read(exports, "ara/audit-en-cours.csv").figures[0]
    assert going_on.verdict is Verdict.REFUSED
    assert "17" in (going_on.reason or ("", ""))[0]


def test_a_load_curve_knows_the_days_of_23_and_25_hours(exports: Path, truth: Any) -> None:
    whole = read(exports, "energy/courbe-de-charge-2025.csv").figures[0]
    assert float(whole.value or 0) == pytest.approx(truth["load_curve"]["kwh_measured"], abs=0.05)
    assert float(whole.coverage or 0) == truth["load_curve"]["coverage"]
    assert load_curves.hours_between(date(2025, 3, 30), date(2025, 3, 31)) == 23
    some = read(exports, "energy/extrait-octobre-2025.csv").figures[0]
    expected = truth["load_curve_october"]["kwh"]
    assert float(some.value or 0) == pytest.approx(expected, abs=0.01)
    assert some.verdict is Verdict.WARN  # twelve days are no year


def test_a_pue_is_of_the_months_that_both_meters_know(exports: Path, truth: Any) -> None:
    taken = read(exports, "energy/pue-mensuel-2025.csv")
    same(taken, pue=truth["pue"]["pue"], share_cooling=truth["pue"]["share_cooling"])
    assert {"meters-swapped", "month-unknown"} <= {one.kind.code for one in taken.problems}


def test_registers_of_grist_and_licences(exports: Path, truth: Any) -> None:
    same(
        read(exports, "grist/Sorties.json"),
        given=truth["grist"]["devices_given_in_year"],
        kg_recycled=truth["grist"]["kg_recycled_in_year"],
    )
    same(read(exports, "grist/Stockage.json"), storage=truth["grist"]["stored_terabytes"])
    same(read(exports, "glpi/licences.json"), licences_unused=truth["licences"]["unused"])
