"""A seal broken by one byte is named, wherever the byte is."""

from __future__ import annotations

import json
import random
from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from portulan.core.say.text import UnusableInputError
from portulan.steering.sealed.document import NAME, canonical, marks_of, seal_of, written
from portulan.steering.sealed.verifying import verify, verify_chain
from tests.steering.sealed.contents import contents, sealed_file, some_content


def codes(content: bytes) -> list[str]:
    return [problem.kind.code for problem in verify(content).problems]


def paths(content: bytes) -> set[str]:
    return {str(one.values["path"]) for one in verify(content).problems if "path" in one.values}


@given(contents())
@settings(max_examples=25)
def test_what_was_sealed_holds_and_is_written_one_way(content: dict[str, Any]) -> None:
    file = sealed_file(content)
    found = verify(file)
    assert found.problems == ()
    assert found.holds
    assert found.sealed is not None
    assert found.seal == seal_of(content)
    # Sorted by code points as by UTF-16: no key of ours is beyond the first plane.
    plain = json.dumps(json.loads(file), ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    assert plain.encode() == file


def test_any_byte_changed_is_told() -> None:
    """Each byte of a file in turn becomes another, is taken away or written twice."""
    file, chance = sealed_file(some_content()), random.Random(14)
    for at in range(0, len(file), 3):
        other = bytes([chance.choice([byte for byte in b'0aZ"{,1: ' if byte != file[at]])])
        for broken in (file[:at] + other + file[at + 1 :], file[:at] + file[at + 1 :]):
            try:
                assert not verify(broken).holds, (at, file[at - 20 : at + 20])
            except UnusableInputError:
                continue


def changed(where: Callable[[Any], None]) -> bytes:
    document = json.loads(sealed_file(some_content()))
    where(document)
    return canonical(document)


def test_the_member_that_is_broken_is_named() -> None:
    def title(document: Any) -> None:
        document["content"]["actions"][1]["title"] += "s"

    def amount(document: Any) -> None:
        document["content"]["budget"][0]["numerator"] = "1"

    def target(document: Any) -> None:
        document["content"]["indicators"]["pue"]["targets"][0]["value"] = "2"

    def gone(document: Any) -> None:
        del document["content"]["actions"][0]["scope"]

    def more(document: Any) -> None:
        document["content"]["plan"]["nom"] = "x"

    def another(document: Any) -> None:
        document["content"]["actions"].append(document["content"]["actions"][0])

    for where, path in (
        (title, "content.actions[1].title"),
        (amount, "content.budget[0].numerator"),
        (target, "content.indicators.pue.targets"),
        (gone, "content.actions[0].scope"),
        (more, "content.plan.nom"),
        (another, "content.actions[2]"),
    ):
        broken = changed(where)
        assert "seal-broken" in codes(broken)
        assert path.removeprefix("content.") in {
            one.removeprefix("content.") for one in paths(broken)
        }, (path, paths(broken))


def test_marks_and_the_seal_itself_are_watched() -> None:
    def mark(document: Any) -> None:
        document["marks"]["title"] = "00000000"

    def seal(document: Any) -> None:
        document["seal"] = "0" * 64

    def all_made_again(document: Any) -> None:
        document["content"]["title"] = "Autre"
        document["marks"] = marks_of(document["content"])

    assert codes(changed(mark)) == ["mark-broken"]
    assert codes(changed(seal)) == ["seal-broken"]
    assert codes(changed(all_made_again)) == ["seal-broken"]


def test_what_no_canonical_json_has_is_named() -> None:
    file = sealed_file(some_content()).decode()
    assert "key-twice" in codes(file.replace('"seal":', '"seal":"x","seal":').encode())
    assert "float" in codes(file.replace('"number":1', '"number":1.0').encode())
    assert "number-too-large" in codes(file.replace('"number":1', f'"number":{2**53}').encode())
    assert codes(file.replace('{"content"', '{ "content"').encode()) == ["not-canonical"]
    assert codes(f"{file}\n".encode()) == ["not-canonical"]
    assert codes(file.replace('"seal":', '"sceau":1,"seal":').encode())[0] == "extra-member"
    assert codes(b'{"format":"portulan-plan/1"}') == ["not-a-sealed-plan"]
    assert codes(b"[]") == ["not-a-sealed-plan"]
    for unusable in (b"", b"{", b"\xff", b"[" * 100_000):
        with pytest.raises(UnusableInputError):
            verify(unusable)


@given(st.binary(max_size=60) | st.text(max_size=60).map(str.encode))
def test_nothing_stops_the_reader(content: bytes) -> None:
    try:
        verify(content)
        verify(b'{"format":"%s","content":%s}' % (NAME.encode(), content))
    except UnusableInputError:
        pass


def chained(number: int, previous: str | None, first: str | None, **more: Any) -> bytes:
    content = some_content() | more
    content["chain"] = {"number": number, "previous": previous, "first": first}
    return sealed_file(content)


def told(*files: bytes) -> list[str]:
    found = [(str(at), verify(file)) for at, file in enumerate(files)]
    return [one.kind.code for problems in verify_chain(found).values() for one in problems]


def test_a_chain_is_followed() -> None:
    one = chained(1, None, None)
    first = verify(one).seal
    two = chained(2, first, first, title="Bilan 2025")
    three = chained(3, verify(two).seal, first)
    assert told(three, one, two) == []
    assert told(one, three) == []  # one is missing: no fault
    assert told(one, chained(2, "0" * 64, first)) == ["chain-broken"]
    assert told(one, chained(2, first, "0" * 64)) == ["other-chain"]
    assert told(one, two, chained(2, first, first, title="Autre")) == ["same-place"]
    assert codes(chained(2, None, None)) == ["chain-of-first"]
    assert codes(chained(1, first, first)) == ["chain-of-first"]


def test_a_file_of_the_first_version_is_read_for_ever() -> None:
    """What was written is frozen here: a later program reads it, and finds the same seal."""
    from pathlib import Path

    kept = (Path(__file__).parent / "kept" / "portulan-sealed-1.json").read_bytes()
    found = verify(kept)
    assert found.holds
    assert found.seal == json.loads(kept)["seal"]
    assert written(canonical(json.loads(kept)["content"]).decode(), found.seal) == kept
