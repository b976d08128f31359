"""What organisations publish is read from what they give, and said by medians of strata alone."""

from __future__ import annotations

import io
import json
import zipfile
from decimal import Decimal
from typing import Any

import pytest

from portulan.core.say.text import UnusableInputError
from portulan.observatory.commons import commons
from portulan.observatory.models import PublishedLevels, PublishedShare
from portulan.observatory.readers.files import identity_of, read_stream
from portulan.observatory.writes import Taken, take_in
from tests.observatory.taking import take
from tests.observatory.world import balances_of, population_of, towns

pytestmark = pytest.mark.django_db
TOWNS = towns(6, seed=61)


def take_bytes(content: bytes, name: str) -> Taken:
    stream = io.BytesIO(content)
    return take_in(identity_of(stream, name), read_stream(stream, name, lambda _rows: None))


def sealed(siren: str, value: str, *, day: str = "2026-03-01", coverage: str | None = "80") -> Any:
    figure = {
        "year": 2025, "stage": "opened", "value": value, "lower": "1", "upper": "9",
        "numerator": "1", "denominator": "2", "coverage": coverage, "basis": "ttc", "perimeter": 2,
        "published_on": day, "inputs": "x",
    }  # fmt: skip
    actions = [
        {"number": 1, "title": "a", "level": "study", "practices": ["gr/3/2.1"]},
        {"number": 2, "title": "b", "level": "implementation", "practices": ["gr/3/2.4"]},
    ]
    house = {"name": f"Ville {siren}", "siren": siren}
    content = {"organisation": house, "sealed_on": day, "budget": [figure], "actions": actions}
    return {"format": "portulan-sealed/1", "content": content, "seal": "x", "marks": {}}


def edition(siren: str, value: str) -> Any:
    share = {"year": 2025, "stage": "opened", "value": value, "coverage": "60.5", "basis": "ttc"}
    house = {"name": "Ville", "number": siren}
    return {
        "format": "portulan-public/1", "organisation": house, "published_on": "2026-04-01",
        "shares": [share], "actions": [{"level": 3, "axis": ""}],
    }  # fmt: skip


def package(siren: str, value: str) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        said = {"name": "plan", "created": "2026-05-02", "contributors": [{"siren": siren}]}
        archive.writestr("datapackage.json", json.dumps(said))
        rows = f'exercice,stade,part,couverture,base\n2025,opened,"{value}",70,ttc\n'
        archive.writestr("part.csv", rows)
        archive.writestr("actions.csv", "numero,thematique,niveau\n1,Achats,Réalisation\n2,,2\n")
        archive.writestr("lisez-moi.csv", "a,b\n1,2\n")
    return out.getvalue()


def publish(count: int) -> None:
    take(population_of(TOWNS), "population.csv")
    take(balances_of(TOWNS))
    values = ["1.5", "2.25", "3.0001", "4", "9.5", "2"]
    for at, town in enumerate(TOWNS[:count]):
        made = (sealed, edition)[at % 2](town.siren, values[at])
        take_bytes(json.dumps(made).encode(), f"{at}.json")


def test_medians_of_a_stratum_are_said_from_five() -> None:
    publish(4)
    (row,) = commons().shares
    assert (row.count, row.median, row.coverage, row.lowest) == (4, None, None, None)
    town = TOWNS[4]
    take_bytes(package(town.siren, "9,5"), "paquet.zip")
    found = commons()
    (row,) = found.shares
    assert (row.form, row.stratum, row.year, row.stage, row.basis) == (
        "town",
        4,
        2025,
        "opened",
        "ttc",
    ) or row.stratum == 3
    assert (row.count, row.median) == (5, Decimal("3.00"))
    assert (row.coverage, row.lowest) == (Decimal("70.00"), Decimal("60.50"))
    assert found.publishers == 5
    (every,) = [one for one in found.levels if not one.theme]
    assert every.count == 5
    assert every.parts == (Decimal("0.00"), Decimal("0.00"), Decimal("50.00"))
    assert not [one for one in found.levels if one.theme]


def test_two_stages_never_mix_and_the_last_word_stands() -> None:
    siren = TOWNS[0].siren
    take_bytes(json.dumps(sealed(siren, "3", day="2026-03-01")).encode(), "a.json")
    take_bytes(json.dumps(sealed(siren, "2", day="2025-03-01")).encode(), "b.json")
    assert [one.share for one in PublishedShare.objects.all()] == [30_000]
    assert sum(one.actions for one in PublishedLevels.objects.all()) == 2
    take_bytes(json.dumps(sealed(siren, "4", day="2026-09-01")).encode(), "c.json")
    assert [one.share for one in PublishedShare.objects.all()] == [40_000]
    csv = f"siren;name;year;stage;value;basis\n{siren};Ville;2025;realised;5;ttc\n"
    take_bytes(csv.encode(), "d.csv")
    assert {(row.stage, row.count) for row in commons().shares} == {("opened", 1), ("realised", 1)}


@pytest.mark.parametrize(
    "wrong",
    [
        {"format": "portulan-sealed/1", "content": {"organisation": {"name": "X"}}},
        {"format": "portulan-sealed/1", "content": []},
        {"format": "portulan-public/1", "organisation": {"number": TOWNS[0].siren}},
        {"format": "another/1"},
        [1, 2],
    ],
)
def test_what_is_no_published_plan_is_refused_in_a_sentence(wrong: Any) -> None:
    with pytest.raises(UnusableInputError):
        take_bytes(json.dumps(wrong).encode(), "x.json")
    assert not PublishedShare.objects.exists()


def test_a_row_that_has_more_cells_than_titles_is_not_read() -> None:
    csv = f"siren,year,stage,value,basis\n{TOWNS[0].siren},2025,opened,9,5,ttc\n"
    taken = take_bytes(csv.encode(), "x.csv")
    assert [problem.kind.code for problem in taken.problems] == ["bad-share"]
    assert not PublishedShare.objects.exists()


@pytest.mark.parametrize("value", ["101", "-1", "NaN", "", "abc", None])
def test_a_share_that_is_none_is_said_and_not_read(value: Any) -> None:
    document = sealed(TOWNS[0].siren, value)
    taken = take_bytes(json.dumps(document).encode(), "x.json")
    assert [problem.kind.code for problem in taken.problems] == ["bad-share"]
    assert not PublishedShare.objects.exists()
