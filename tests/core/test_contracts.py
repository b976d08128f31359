"""A contract says its shape, what is wrong with a document, and gives something to go on with."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Annotated, Any, ClassVar, Literal

import pytest
from annotated_types import Ge, MinLen
from pydantic import Strict

from portulan.core.contracts import ByShape, Contract, Format, load
from portulan.core.say.text import UnusableInputError

Whole = Annotated[int, Strict(), Ge(0)]


@dataclass(frozen=True, slots=True)
class Leg(Contract):
    port: str
    days: Whole = 1


@dataclass(frozen=True, slots=True)
class Voyage(Contract):
    OUTSIDE: ClassVar[frozenset[str]] = frozenset({"captain"})

    name: str = field(default="", kw_only=True)
    legs: Annotated[tuple[Leg, ...], MinLen(1)]
    home: Annotated[Leg | Literal["none"], ByShape()] | None = None
    captain: str = "nobody"


VOYAGE = Format("voyage/1", Voyage)


def read(**document: Any) -> tuple[Voyage, list[tuple[str, str]]]:
    voyage, faults = VOYAGE.checked(document)
    return voyage, [(fault.path, fault.code) for fault in faults]


def test_what_is_written_is_read_back_and_null_is_absence() -> None:
    voyage = Voyage((Leg("Brest", 3), Leg("Lorient")), "none", name="west")
    document = VOYAGE.write(voyage)
    assert document["format"] == "voyage/1"
    assert read(**VOYAGE.body(document)) == (voyage, [])
    assert read(name=None, legs=[{"port": "Brest", "days": None}]) == (Voyage((Leg("Brest"),)), [])


@pytest.mark.parametrize(
    ("document", "faults"),
    [
        ({}, [("legs", "missing")]),
        ({"legs": []}, [("legs", "too_short")]),
        ({"legs": [{"port": 3}]}, [("legs[0].port", "string_type")]),
        ({"legs": [{"port": "x", "days": 1.0}]}, [("legs[0].days", "int_type")]),
        ({"legs": [{"port": "x", "days": True}]}, [("legs[0].days", "int_type")]),
        ({"legs": [{"port": "x"}], "home": "x"}, [("home", "literal_error")]),
        ({"legs": [{"port": "x"}], "home": {"days": -1}}, [("home.port", "missing"),
                                                           ("home.days", "greater_than_equal")]),
        ({"legs": [{"port": "x"}], "captain": "Ahab"}, [("captain", "unknown-key")]),
        ({"legs": "x", "colour": None}, [("legs", "tuple_type"), ("colour", "unknown-key")]),
    ],
)  # fmt: skip
def test_all_that_is_wrong_is_said_and_a_whole_comes_back(
    document: dict[str, Any], faults: list[tuple[str, str]]
) -> None:
    voyage, found = read(**document)
    assert found == faults
    assert isinstance(voyage, Voyage)
    assert voyage.captain == "nobody"


def test_the_schema_says_what_is_accepted() -> None:
    schema = VOYAGE.schema
    assert list(schema["properties"]) == VOYAGE.known(()) == ["format", "name", "legs", "home"]
    assert schema["required"] == ["format", "legs"]
    assert schema["additionalProperties"] is False
    assert {"type": "null"} in schema["properties"]["name"]["anyOf"]
    assert VOYAGE.known(("legs", 0)) == ["port", "days"]


def test_a_key_written_twice_and_half_a_character_are_kept_in_mind() -> None:
    found = load(b'\xef\xbb\xbf{"a": 1, "b": {"c": 1, "c": 2}, "\\ud800": 9}')
    assert found.document == {"a": 1, "b": {"c": 2}, "\ufffd": 9}
    assert (found.twice, found.halved) == (["c"], ["\ud800"])
    assert load(b"9" * 5000).document == float("inf")
    for data, code in ((b" ", "empty-file"), (b"\xff", "not-utf8"), (b"[" * 10**5, "too-deep")):
        with pytest.raises(UnusableInputError) as caught:
            load(data)
        assert caught.value.problem.kind.code == code
