from __future__ import annotations

import json
import tempfile
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from portulan.catalogue.imports.inspection import inspect
from portulan.catalogue.readers.edition_file import parse_edition
from portulan.catalogue.readers.edition_writer import write_edition
from portulan.catalogue.readers.registry import read_catalogue
from portulan.core.say.text import UnusableInputError
from tests.catalogue.readers.test_markdown_fuzz import scraps

PAGE = """---
layout: layouts/numerique-responsable-collectivites.njk
title: "2. Gestion durable"
eleventyNavigation:
  order: 20
permalink: /publications/strategie/2-gestion/
---

#### Exemples d'actions

- Réparer :
    - ici

#### Exemples d’indicateurs à suivre

- Nombre de dons
    - par type
* % du parc [selon la loi](https://example.org/a(b))

#### Outils

- Nombre d'outils
"""


def test_a_heading_is_a_theme_with_one_practice(tmp_path: Path) -> None:
    folder = tmp_path / "reen-2023"
    folder.mkdir()
    (folder / "b.md").write_text(PAGE)
    (folder / "a.md").write_text(PAGE.replace("2. Gestion durable", "10. Territoire"))
    (folder / "c.md").write_text(
        PAGE.replace("2. Gestion durable", "Sans numéro").replace("20", "30")
    )
    (folder / "notes.md").write_text("---\ntitle: Notes\n---\n")
    reading = read_catalogue(folder)
    content = reading.content

    assert (reading.format, reading.problems) == ("reen-markdown", ())
    assert (content.slug, content.version) == ("reen", "reen-2023")
    assert [(one.code, one.title) for one in content.themes] == [
        ("2", "Gestion durable"),
        ("3", "Sans numéro"),
        ("10", "Territoire"),
    ]
    practice = content.practices[0]
    assert (practice.code, practice.theme, practice.priority) == ("2", "2", None)
    assert [(one.text, one.kind) for one in practice.indicators] == [
        ("Nombre de dons", "count"),
        ("% du parc selon la loi", "percentage"),
    ]
    assert practice.source_url == (
        "https://ecoresponsable.numerique.gouv.fr/publications/strategie/2-gestion/"
    )


def test_a_defect_in_one_page_spares_the_others(tmp_path: Path) -> None:
    (tmp_path / "1.md").write_text(PAGE)
    (tmp_path / "2.md").write_text(PAGE)
    (tmp_path / "3.md").write_text(PAGE.replace('title: "2.', 'title: "3." "'))
    (tmp_path / "4.md").write_text(
        PAGE.replace('title: "2. Gestion durable"\n', "").replace("20", "40")
    )
    (tmp_path / "5.md").write_text(
        PAGE.replace("2. G", "5. G").replace("/pub", "//evil.example/\\")
    )
    reading = read_catalogue(tmp_path)

    assert [(one.file, one.kind.code) for one in reading.problems] == [
        ("2.md", "duplicate-code"),
        ("3.md", "yaml-after-value"),
        ("4.md", "no-title"),
    ]
    assert [one.code for one in reading.content.practices] == ["2", "4", "5"]
    assert reading.content.practices[2].source_url is None


def test_only_unreadable_headings_are_told(tmp_path: Path) -> None:
    (tmp_path / "1.md").write_text(PAGE.replace("title:", "title: %"))
    assert [one.kind.code for one in read_catalogue(tmp_path).problems] == ["yaml-percent"]
    (tmp_path / "1.md").write_text(PAGE.replace("layout:", "# layout:"))
    with pytest.raises(UnusableInputError):
        read_catalogue(tmp_path)


@settings(max_examples=100, deadline=None)
@given(head=st.lists(scraps, max_size=15), body=st.lists(scraps, max_size=20))
def test_no_page_stops_the_reading_of_the_others(head: list[str], body: list[str]) -> None:
    first = "---\nlayout: layouts/numerique-responsable-collectivites.njk\n"
    good = f'{first}title: "9. Bonne"\n---\n#### Indicateurs\n- Un\n'
    with tempfile.TemporaryDirectory() as folder:
        root = Path(folder)
        (root / "9.md").write_text(good, "utf-8")
        words = f"{first}{''.join(head)}\n---\n#### Indicateurs\n{''.join(body)}"
        (root / "1.md").write_bytes(words.encode("utf-8", "replace"))
        found = inspect(root)
        assert found.reading.format == "reen-markdown"
        assert "Bonne" in {one.title for one in found.content.practices} or any(
            one.kind.code == "duplicate-code" for one in found.problems
        )
        json.dumps(found.document("fr"), ensure_ascii=False).encode()
        reading = parse_edition(write_edition(found.content))
        assert [one for one in reading.problems if one.is_error] == []
