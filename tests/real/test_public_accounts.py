"""The made-up country of the generator, to the cent, and rows that the State published."""

from __future__ import annotations

import csv
import json
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from portulan.core.money import as_text
from portulan.observatory import reads, strata
from portulan.observatory.limits import limits_of
from portulan.observatory.models import PublicAccountLine
from portulan.observatory.ranks import euros
from portulan.observatory.readers.files import identity_of_file, read
from portulan.observatory.writes import take_in

pytestmark = [pytest.mark.real, pytest.mark.django_db]
REAL = "dgfip_balance_2024_sample20.csv"


def take(path: Path) -> None:
    take_in(identity_of_file(path), read(path, lambda _rows: None))


def cents(text: str) -> int:
    return int(Decimal(text).scaleb(2))


def said(comparison: reads.Comparison) -> dict[str, Any]:
    """Return what we say of a town, as the truth says it."""
    own, place = comparison.accounts, comparison.place
    strict = {line.account: line.spent for line in comparison.lines if line.certain}
    assert place is not None
    each = comparison.each(own.certain)
    assert each is not None
    return {
        "population": own.people,
        "strict": {account: spent for account, spent in strict.items() if spent},
        "strict_total": own.certain,
        "real_operating": own.operating,
        "equipment": own.equipment,
        "refund_to_group": own.paid_to_grouping,
        "per_inhabitant": as_text(each),
        "stratum": own.stratum,
        "peers": place.count,
    }


def told(truth: dict[str, Any]) -> dict[str, Any]:
    amounts = ("strict_total", "real_operating", "equipment", "refund_to_group")
    strict = {account: cents(text) for account, text in truth["strict"].items()}
    return (
        {name: truth[name] for name in ("population", "per_inhabitant", "stratum", "peers")}
        | {name: cents(truth[name]) for name in amounts}
        | {"strict": {account: spent for account, spent in strict.items() if spent}}
    )


def towns(truth: dict[str, Any]) -> Iterator[tuple[int, str, dict[str, Any]]]:
    for year, its in truth["years"].items():
        for siren, town in its["by_town"].items():
            yield int(year), siren, town


@pytest.mark.parametrize("name", ["sample", "sample-crossed", "sample-y2017"])
def test_every_figure_of_the_generated_country(real_data: Path, name: str) -> None:
    folder = real_data / "balances" / name
    for path in sorted(folder.glob("*.csv")):
        take(path)
    truth = json.loads((folder / "truth.json").read_text("utf-8"))
    seen: set[tuple[int, int]] = set()
    for year, siren, town in towns(truth):
        accounts = reads.accounts_of(siren, year)
        assert accounts is not None, siren
        found = reads.compare(accounts)
        if town["population"] is None:
            assert found.place is None
            assert found.accounts.certain == cents(town["strict_total"])
            continue
        assert said(found) == told(town), siren
        place, stratum = found.place, truth["years"][str(year)]["strata"][str(town["stratum"])]
        assert place is not None
        if place.count >= 5:
            assert place.median == Decimal(stratum["median"])
        if place.count >= 20:
            assert (place.q1, place.q3) == (Decimal(stratum["q1"]), Decimal(stratum["q3"]))
            assert place.rank == town["rank_from_the_lowest"]
        assert found.counts["zero_or_less"] == stratum["zero_or_less"] or place.count < 5
        seen.add((year, town["stratum"]))
    assert len(seen) == sum(len(its["strata"]) for its in truth["years"].values())


@pytest.mark.parametrize("name", ["sample", "sample-crossed", "sample-y2017"])
def test_every_block_of_towns(real_data: Path, name: str) -> None:
    folder = real_data / "balances" / name
    for path in sorted(folder.glob("*.csv")):
        take(path)
    truth = json.loads((folder / "truth.json").read_text("utf-8"))
    for year, its in truth["years"].items():
        for siren, group in its["groups"].items():
            accounts = reads.accounts_of(siren, int(year))
            assert accounts is not None
            block = reads.compare(accounts).block
            assert block is not None
            assert (block.own, block.cents, block.people, block.members) == (
                cents(group["group_strict"]),
                cents(group["whole_strict"]),
                group["population"],
                group["members"],
            )
            assert block.per_inhabitant == Decimal(group["whole_per_inhabitant"])


def test_the_rows_that_the_state_published_one_by_one(real_data: Path) -> None:
    """Twenty rows of four towns: no IT, no whole budget, and nothing hidden of that."""
    folder = real_data / "balances" / "real"
    take(folder / REAL)
    expected = json.loads((folder / "expected.json").read_text("utf-8"))
    with (folder / REAL).open(encoding="utf-8-sig", newline="") as file:
        rows = list(csv.DictReader(file, delimiter=";"))
    assert len(rows) == expected["rows"]
    for siren, town in expected["towns"].items():
        own = reads.accounts_of(siren, expected["year"])
        assert own is not None
        assert (own.name, own.department, own.rows) == (town["lbudg"], town["ndept"], town["rows"])
        assert as_text(euros(own.equipment)) == town["real_equipment_debit"]
        assert as_text(euros(own.certain)) == town["strict_it"]
        assert not own.whole
        found = reads.compare(own)
        assert found.place is None
        assert "ne sont pas entiers" in limits_of(found, "fr")[0]
        assert strata.label_of(own.form, own.stratum, "fr") == "communes, population inconnue"
        kept = PublicAccountLine.objects.filter(accounts=own)
        assert {line.account for line in kept} <= {row["compte"] for row in rows}
