"""A plan as texts: what is written is read back equal, and written again the same."""

from __future__ import annotations

from hypothesis import given, settings

from portulan.plans.files.document import PlanFolder, seal
from portulan.plans.files.reads import keys_of
from portulan.publication.plan_files.reading import read
from portulan.publication.plan_files.texts import texts
from tests.publication.plan_files.plans import folders


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
