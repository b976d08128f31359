"""Our own format: what is written is read back equal, a little is enough, slips are told."""

from __future__ import annotations

import tempfile
from contextlib import suppress
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from portulan.catalogue.readers.content import (
    CatalogueContent,
    IndicatorContent,
    LinkContent,
    SuccessorContent,
    Term,
)
from portulan.catalogue.readers.edition_file import load_builtin, parse_edition
from portulan.catalogue.readers.edition_writer import write_edition
from portulan.catalogue.readers.registry import read_catalogue
from portulan.core.say.text import UnusableInputError
from tests.catalogue.editions import editions, scraps

LEAST = """\
catalogue: {slug: maison, version: "2026", title: Charte de la maison}
themes:
  - {code: a, title: Acheter mieux}
  - {code: b, title: Garder}
practices:
  - {code: a.1, theme: a, title: Acheter d’occasion, priority: Souhaitable, pilots: [Achats]}
  - {code: b.1, theme: b, title: Réparer, priority: Prioritaire,
     indicators: ["% d’appareils réparés", "Charte : oui/non"]}
"""


@settings(max_examples=75, deadline=None)
@given(content=editions())
def test_an_edition_written_is_read_back_equal(content: CatalogueContent) -> None:
    text = write_edition(content)
    reading = parse_edition(text)
    assert [one for one in reading.problems if one.is_error] == []
    assert reading.content == content
    assert write_edition(reading.content) == text


def test_the_shipped_edition_is_read_back_equal() -> None:
    content = load_builtin()
    assert parse_edition(write_edition(content)).content == content


@pytest.mark.real
@pytest.mark.parametrize("name", ["v1", "reen", "rgesn-v2.json"])
def test_the_real_sources_are_read_back_equal(real_data: Path, name: str) -> None:
    content = read_catalogue(real_data / "guide" / name).content
    themes = tuple(replace(theme, key="", body="") for theme in content.themes)
    reading = parse_edition(write_edition(content))
    assert reading.problems == ()
    assert reading.content == replace(content, themes=themes)


def test_a_little_is_enough() -> None:
    reading = parse_edition(LEAST)
    content = reading.content
    assert reading.problems == ()
    assert [theme.slug for theme in content.themes] == ["acheter-mieux", "garder"]
    assert [term.key for term in content.scales.priority] == ["Prioritaire", "Souhaitable"]
    assert content.pilots == (Term("Achats"),)
    bought, mended = content.practices
    assert (bought.slug, bought.difficulty, bought.translations) == ("acheter-d-occasion", None, {})
    assert mended.indicators == (
        IndicatorContent("% d’appareils réparés", "percentage", "%"),
        IndicatorContent("Charte\u00a0: oui/non".replace("\u00a0", " "), "yes_no"),
    )


def test_links_and_successors_say_where_they_lead() -> None:
    said = LEAST + (
        "links:\n"
        "  - {code: a.1, relation: narrower, catalogue: guide-nr, other: e.1,\n"
        "     reason: {fr: Oui, en: Yes}}\n"
        'successors:\n  - {edition: "2024", old: c.1, code: b.1}\n'
        '  - {edition: "2024", old: c.2, reason: Sans suite}\n'
    )
    content = parse_edition(said).content
    assert content.links == (
        LinkContent("a.1", "narrower", "guide-nr", None, "e.1", "Oui", {"en": "Yes"}),
    )
    assert content.successors == (
        SuccessorContent("2024", "c.1", "b.1"),
        SuccessorContent("2024", "c.2", None, "Sans suite"),
    )


@pytest.mark.parametrize(
    ("old", "new", "code", "line"),
    [
        ("code: a.1,", "code: b.2,", "code-outside-theme", 6),
        ("title: Garder", "title: Acheter mieux", "duplicate-slug", 4),
        ("{code: a.1, theme", "{code: b.1, theme", "edition-twice", 7),
        ("relation: equal", "relation: same", "edition-unknown-word", 10),
        (", reason: Pareil", "", "edition-missing", 10),
        ("code: b.1, relation", "code: b.9, relation", "edition-no-practice", 10),
        ("old: c.1", "old: c/1", "edition-shape", 12),
        ("code: a.1}", "code: a.9}", "edition-no-practice", 12),
    ],
)  # fmt: skip
def test_a_slip_in_what_is_optional_is_told(old: str, new: str, code: str, line: int) -> None:
    text = LEAST + (
        "links:\n  - {code: b.1, relation: equal, catalogue: x, other: e.1, reason: Pareil}\n"
        'successors:\n  - {edition: "2024", old: c.1, code: a.1}\n'
    )
    assert parse_edition(text).problems == ()
    assert text.count(old) == 1
    problems = parse_edition(text.replace(old, new)).problems
    assert (code, line) in [(one.kind.code, one.line) for one in problems]


@settings(max_examples=100, deadline=None)
@given(
    parts=st.lists(st.one_of(scraps, st.sampled_from(LEAST.splitlines(keepends=True))), max_size=30)
)
def test_no_text_breaks_the_reader(parts: list[str]) -> None:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "x.yaml"
        path.write_bytes("".join(parts).encode("utf-8", "replace"))
        with suppress(UnusableInputError):
            reading = read_catalogue(path)
            assert reading.content.practices
            write_edition(reading.content)
