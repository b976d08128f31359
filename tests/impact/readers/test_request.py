"""A request is read strictly: each fault has a sentence, in both languages, naming its field."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from portulan.impact.engine.archetype import View
from portulan.impact.engine.draws import Triangle
from portulan.impact.engine.reckoning import reckon
from portulan.impact.readers.request import LARGEST_FILE, Reading, parse, read_request

type Change = Callable[[dict[str, Any]], object]


def asked() -> dict[str, Any]:
    return {
        "format": "portulan-impact/1",
        "country": "FRA",
        "seed": 7,
        "draws": 50,
        "view": "amortised",
        "factors": {"laptop.kwh_year": 31.8},
        "estimates": [
            {
                "id": "laptops",
                "archetype": "device-life",
                "assets": ["fleet"],
                "inputs": {
                    "device": "laptop",
                    "count": 1200,
                    "life_before": 4,
                    "life_after": {"min": 5, "mode": 6, "max": 6.5},
                },
            },
            {
                "id": "moved",
                "archetype": "cloud-region",
                "inputs": {"kwh": 1, "from": "POL", "to": "FRA"},
            },
            {
                "id": "erased",
                "archetype": "storage",
                "inputs": {"gb": 5, "capacity_released": True},
            },
            {
                "id": "room",
                "archetype": "pue",
                "inputs": {"it_kw": 6, "pue_before": 2, "pue_after": 1.5},
            },
        ],
    }


def read(document: object) -> Reading:
    return parse(json.dumps(document).encode())


def inputs(document: dict[str, Any], index: int = 0) -> dict[str, Any]:
    found = document["estimates"][index]["inputs"]
    assert isinstance(found, dict)
    return found


def test_a_request_is_read_as_written() -> None:
    reading = read(asked())
    assert reading.problems == ()
    request = reading.request
    assert request is not None
    assert (request.country, request.seed, request.draws) == ("FRA", 7, 50)
    assert request.view is View.AMORTISED
    assert request.factors == {"laptop.kwh_year": 31.8}
    laptops = request.estimates[0]
    assert laptops.assets == {"fleet"}
    assert laptops.inputs["life_after"] == Triangle(5, 6, 6.5)
    assert [one.id for one in request.estimates] == ["laptops", "moved", "erased", "room"]


def test_what_is_optional_may_be_left_out() -> None:
    document = asked()
    for name in ("seed", "draws", "view", "factors"):
        del document[name]
    document["estimates"] = [{"id": "policy", "archetype": "enabling"}]
    request = read(document).request
    assert request is not None
    assert request.draws == 5000


def put(path: str, value: object) -> Change:
    """Return a change of the field at a path, as `estimates.0.inputs.count`."""

    def change(document: dict[str, Any]) -> None:
        *steps, last = (int(part) if part.isdecimal() else part for part in path.split("/"))
        place: Any = document
        for step in steps:
            place = place[step]
        place[last] = value

    return change


def drop(path: str) -> Change:
    """Return a change that takes the field at a path away."""

    def change(document: dict[str, Any]) -> None:
        *steps, last = (int(part) if part.isdecimal() else part for part in path.split("/"))
        place: Any = document
        for step in steps:
            place = place[step]
        del place[last]

    return change


FIRST = "estimates/0/inputs"
FAULTS: list[tuple[str, Change, str, str]] = [
    # code, fault, field, other word of the sentence
    ("unknown-format", put("format", "portulan-impact/2"), "format", "portulan-impact/1"),
    ("unknown-format", drop("format"), "format", "portulan-impact/1"),
    ("missing-field", drop("country"), "country", ""),
    ("missing-field", drop("estimates"), "estimates", ""),
    ("missing-field", drop("estimates/0/id"), "estimates[0].id", ""),
    ("missing-field", drop("estimates/1/archetype"), "estimates[1].archetype", ""),
    ("missing-field", drop(f"{FIRST}/count"), "estimates[0].inputs.count", ""),
    ("missing-field", drop(f"{FIRST}/life_after/mode"), "inputs.life_after.mode", ""),
    ("missing-field", drop("estimates/2/inputs/capacity_released"), "capacity_released", ""),
    ("unknown-field", put("colour", 1), "colour", "country"),
    ("unknown-field", put("estimates/0/colour", 1), "estimates[0].colour", "archetype"),
    ("unknown-field", put(f"{FIRST}/colour", 1), "estimates[0].inputs.colour", "life_before"),
    ("unknown-field", put(f"{FIRST}/life_after/gsd", 1), "life_after.gsd", "mode"),
    ("exactly-one", put("estimates/3/inputs/it_kwh", 5), "estimates[3].inputs", "it_kw"),
    ("exactly-one", drop("estimates/3/inputs/it_kw"), "estimates[3].inputs", "it_kwh"),
    ("not-an-object", put("estimates/0", 4), "estimates[0]", ""),
    ("not-an-object", put(FIRST, []), "estimates[0].inputs", ""),
    ("not-an-object", put("factors", []), "factors", ""),
    ("not-a-list", put("estimates", {}), "estimates", ""),
    ("not-a-list", put("estimates/0/assets", "fleet"), "estimates[0].assets", ""),
    ("empty-field", put("estimates", []), "estimates", ""),
    ("empty-field", put("estimates/0/id", " "), "estimates[0].id", ""),
    ("unseen-character", put("estimates/0/id", "lap\u202etops"), "estimates[0].id", ""),
    ("unseen-character", put("estimates/0/assets", ["\ud800"]), "estimates[0].assets[0]", ""),
    ("too-many", put("estimates", [1] * 10_001), "estimates", "10000"),
    ("not-words", put("country", 33), "country", ""),
    ("not-words", put("estimates/0/assets", [1]), "estimates[0].assets[0]", ""),
    ("not-words", put(f"{FIRST}/device", None), "estimates[0].inputs.device", ""),
    ("not-a-flag", put("estimates/2/inputs/capacity_released", 1), "capacity_released", "true"),
    ("duplicate-id", put("estimates/1/id", "laptops"), "estimates[1].id", "laptops"),
    ("not-a-number", put(f"{FIRST}/count", "1200"), "estimates[0].inputs.count", "mode"),
    ("not-a-number", put(f"{FIRST}/count", True), "estimates[0].inputs.count", ""),
    ("not-a-number", put(f"{FIRST}/life_after/min", None), "life_after.min", ""),
    ("not-an-integer", put(f"{FIRST}/count", 12.5), "estimates[0].inputs.count", "12"),
    ("not-an-integer", put(f"{FIRST}/count", {"min": 1, "mode": 1.5, "max": 2}), "count.mode", ""),
    ("not-an-integer", put("seed", 1.5), "seed", "1"),
    ("not-an-integer", put("draws", 1e3), "draws", "1000"),
    ("too-small", put(f"{FIRST}/count", -1), "estimates[0].inputs.count", "−1"),
    ("too-small", put("estimates/3/inputs/pue_after", 0.9), "inputs.pue_after", "1"),
    ("too-small", put("factors/laptop.kwh_year", -1), "factors.laptop.kwh_year", "0"),
    ("not-positive", put(f"{FIRST}/life_before", 0), "estimates[0].inputs.life_before", "0"),
    ("not-positive", put(f"{FIRST}/life_after/min", 0), "inputs.life_after.min", "0"),
    ("not-positive", put("draws", 0), "draws", "0"),
    ("not-positive", put("factors", {"laptop.life": 0}), "factors.laptop.life", "0"),
    ("too-large", put(f"{FIRST}/achieved", 1.01), "estimates[0].inputs.achieved", "1"),
    ("too-large", put(f"{FIRST}/parts_kg", 1e400), "estimates[0].inputs.parts_kg", "∞"),
    ("too-large", put(f"{FIRST}/count", 10**8), "estimates[0].inputs.count", "10"),
    ("too-large", put(f"{FIRST}/life_after", 51), "estimates[0].inputs.life_after", "50"),
    ("too-large", put("estimates/3/inputs/pue_before", 5.1), "inputs.pue_before", "5"),
    ("too-large", put("draws", 10**6), "draws", "100"),
    ("too-large", put(f"{FIRST}/count", 10**400), "estimates[0].inputs.count", "∞"),
    ("disordered-range", put(f"{FIRST}/life_after/min", 7), "inputs.life_after", "min"),
    ("disordered-range", put(f"{FIRST}/life_after/max", 5.5), "inputs.life_after", "max"),
    ("unknown-archetype", put("estimates/0/archetype", "magic"), "estimates[0].archetype", "magic"),
    ("unknown-view", put("view", "yearly"), "view", "purchase"),
    ("unknown-view", put("view", ["amortised"]), "view", "purchase"),
    ("unknown-country", put("country", "France"), "country", "FRA"),
    ("unknown-country", put("estimates/1/inputs/to", "XXX"), "estimates[1].inputs.to", "XXX"),
    ("unknown-device", put(f"{FIRST}/device", "toaster"), "estimates[0].inputs.device", "laptop"),
    ("unknown-factor", put("factors", {"laptop.colour": 1}), "factors.laptop.colour", ""),
    ("unknown-factor", put("factors", {"laptopp.life": 1}), "factors.laptopp.life", ""),
    ("unknown-factor", put("factors", {"electricity.gwp.fr": 1}), "electricity.gwp.fr", ""),
]


@pytest.mark.parametrize(("code", "change", "field", "word"), FAULTS)
def test_a_fault_is_said_with_its_field(code: str, change: Change, field: str, word: str) -> None:
    document = asked()
    change(document)
    reading = parse(json.dumps(document).replace("Infinity", "1e400").encode())
    assert reading.request is None
    told = [problem for problem in reading.problems if problem.kind.code == code]
    assert told, [problem.message("en") for problem in reading.problems]
    for language in ("fr", "en"):
        sentence = told[0].message(language)
        assert field in sentence
        assert word in sentence


def test_numbers_are_written_as_the_language_has_them() -> None:
    document = asked()
    put(f"{FIRST}/count", 12.5)(document)
    (told,) = read(document).problems
    assert "vaut 12,5" in told.message("fr")
    assert "is 12.5" in told.message("en")


def test_all_faults_are_told_at_once() -> None:
    document = asked()
    for change in (drop("country"), put(f"{FIRST}/count", -1), put("estimates/2/inputs/gb", "x")):
        change(document)
    assert len(read(document).problems) == 3


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b" ", "empty-file"),
        (b"{\n]", "not-json"),
        (b'{"seed": NaN}', "not-a-number"),
        (b'{"seed": ' + b"9" * 5000 + b"}", "too-large"),
        (b"[" * 100_000, "too-deep"),
        (b'{"format": "\xe9"}', "not-utf8"),
        (b'{"format": 1, "format": 2}', "duplicate-field"),
        (b"[]", "not-an-object"),
        (b"null", "not-an-object"),
    ],
)
def test_what_is_no_request_is_told(content: bytes, code: str) -> None:
    reading = parse(content)
    assert reading.request is None
    assert code in {problem.kind.code for problem in reading.problems}


def test_a_file_that_cannot_be_read_is_told(tmp_path: Path) -> None:
    for file in (tmp_path / "none.json", tmp_path, Path("a\0b")):
        (problem,) = read_request(file).problems
        assert problem.kind.code == "file-unreadable"
    huge = tmp_path / "huge.json"
    with huge.open("wb") as stream:
        stream.truncate(LARGEST_FILE + 1)
    assert read_request(huge).problems[0].kind.code == "file-too-big"


def test_a_device_we_do_not_know_comes_with_its_factors() -> None:
    document = asked()
    document["factors"] = {"desk_phone.gwp.embedded": 17, "desk_phone.kwh_year": 40}
    document["estimates"] = [
        {
            "id": "phones",
            "archetype": "device-removed",
            "inputs": {"device": "desk_phone", "count": 1000, "life": 10, "owned": False},
        }
    ]
    request = read(document).request
    assert request is not None
    (result,) = reckon(request).results
    assert result.indicators["gwp"].central == pytest.approx(1700 + 40_000 * 0.0519)  # type: ignore


scalars = st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text()
json_values = st.recursive(
    scalars,
    lambda below: st.lists(below, max_size=3) | st.dictionaries(st.text(), below, max_size=3),
    max_leaves=8,
)


@given(st.data(), json_values)
@settings(max_examples=150)
def test_any_value_anywhere_is_read_or_told(data: st.DataObject, value: Any) -> None:
    document = asked()
    first = document["estimates"][0]
    places = [document, document["factors"], first, inputs(document), inputs(document, 3)]
    place = data.draw(st.sampled_from(places))
    place[data.draw(st.sampled_from(sorted(place)))] = value
    reading = read(document)
    assert (reading.request is None) == bool(reading.problems)
    if reading.request is not None:
        reckon(reading.request)
    for problem in reading.problems:
        assert problem.message("fr")
        assert problem.message("en")
