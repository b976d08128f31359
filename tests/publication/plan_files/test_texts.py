"""A plan as texts: what is written is read back equal, and written again the same."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given, settings

from portulan.catalogue.readers import plain_yaml
from portulan.plans.files.document import PlanFolder, seal
from portulan.plans.files.reads import keys_of
from portulan.publication.plan_files.reading import read
from portulan.publication.plan_files.texts import _yaml, by_the_library, texts
from tests.publication.plan_files.plans import AWKWARD, folders


def encoded(folder: PlanFolder) -> dict[str, bytes]:
    return {path: text.encode() for path, text in texts(folder).items()}


@given(folders())
@settings(max_examples=60)
def test_what_is_written_is_read_back(folder: PlanFolder) -> None:
    written = encoded(folder)
    found, problems = read(written)
    assert [problem.message("en") for problem in problems] == []
    assert found == folder
    assert encoded(found) == written
    assert seal(found) == seal(folder)


def test_any_title_makes_a_key_that_is_read_again() -> None:
    titles = ["part_haute__non", "_", "-_-", "Âge (moyen)", "Âge moyen", "—"]
    assert keys_of(titles) == [
        *("part-haute-non", "sans-titre", "sans-titre-2", "age-moyen", "age-moyen-2"),
        "sans-titre-3",
    ]


@given(folders())
@settings(max_examples=40, deadline=None)
def test_what_is_written_quickly_is_what_the_library_writes(folder: PlanFolder) -> None:
    with pytest.MonkeyPatch.context() as patched:
        quick = texts(folder)
        patched.setattr("portulan.publication.plan_files.texts._yaml", by_the_library)
        assert texts(folder) == quick


WORDS = ["yes", "No", "oN", "y", "null", "é", "a.b", "1_0", "0o7", "e3", "x-y", "x’y", "a/b", "-a"]
WORDS += ["a-", "a:", "a#b", "a" * 130, "deux mots", "a\nb", "a  b", f"{'a ' * 60}:"]


@pytest.mark.parametrize("word", [*AWKWARD, *WORDS])
def test_words_of_yaml_are_written_as_the_library_does(word: str) -> None:
    for document in ({"title": word}, {word: 1}, {"a": [word, {"b": word, "c": []}], "d": {}}):
        assert _yaml(document) == by_the_library(document)


@pytest.mark.parametrize("end", ["\x85", "\u2028", "\u2029"])
@pytest.mark.parametrize("text", ["a{}b", "a\nb{}c", "{}a", "a{}"])
def test_ends_of_lines_of_yaml_are_read_back(end: str, text: str) -> None:
    said = text.format(end)
    document = {"title": said, "units": {said: said}, "steps": ({"title": said},)}
    assert _yaml(document) == by_the_library(document)
    assert plain_yaml.load(_yaml(document)).value == document


def test_a_number_is_written_alike_whatever_was_written_before() -> None:
    assert _yaml({"days": Decimal(10)}) == "days: 10\n"
    assert _yaml({"amount": Decimal("10.00")}) == "amount: 10.00\n"
    assert _yaml({"days": Decimal(10)}) == "days: 10\n"
