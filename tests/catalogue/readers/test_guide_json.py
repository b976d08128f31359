"""The guide's JSON export, in the shape that the site's own template gives it."""

from __future__ import annotations

import json
import tempfile
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from portulan.catalogue.imports.inspection import inspect
from portulan.catalogue.readers.content import CatalogueContent
from portulan.catalogue.readers.edition_file import load_builtin, parse_edition
from portulan.catalogue.readers.edition_writer import write_edition
from portulan.catalogue.readers.registry import read_catalogue
from portulan.core.say.text import UnusableInputError

SITE = "https://ecoresponsable.numerique.gouv.fr/publications/bonnes-pratiques/"


def export_of(content: CatalogueContent) -> dict[str, Any]:
    """The document that the site makes of an edition."""
    folders = {theme.code: theme.slug for theme in content.themes}
    return {
        "title": content.title,
        "url": "https://ecoresponsable.numerique.gouv.fr",
        "description": "<p>Le guide</p>",
        "version": content.version,
        "updated_at": "2023-06-01",
        "author": {"name": "Nom du service", "url": "https://example.org"},
        "thematiques": [
            {
                "id": f"{theme.code}.",
                "titre": theme.title,
                "description": "<p>…</p>",
                "bonnesPratiques": [
                    {
                        "id": one.code,
                        "titre": one.title,
                        "priorite": one.priority,
                        "difficulte": one.difficulty,
                        "pilotes": list(one.pilots),
                        "indicateurs": [item.text for item in one.indicators],
                        "url": f"{SITE}{folders[one.theme]}/{one.slug}/",
                    }
                    for one in content.practices
                    if one.theme == theme.code
                ],
            }
            for theme in content.themes
        ],
    }


def write(folder: Path, document: object, name: str = "guide-export-version-v1.json") -> Path:
    path = folder / name
    path.write_text(document if isinstance(document, str) else json.dumps(document))
    return path


def facts(content: CatalogueContent) -> list[tuple[object, ...]]:
    return [
        (one.code, one.slug, one.theme, one.title, one.priority, one.difficulty, one.pilots)
        for one in content.practices
    ]


def test_the_export_of_an_edition_says_the_same_as_the_edition(tmp_path: Path) -> None:
    guide = load_builtin()
    reading = read_catalogue(write(tmp_path, export_of(guide)))
    content = reading.content
    assert (reading.format, reading.problems) == ("guide-json", ())
    assert (content.slug, content.title, content.version) == (guide.slug, guide.title, "v1")
    assert facts(content) == facts(guide)
    assert [(t.code, t.slug, t.title) for t in content.themes] == [
        (t.code, t.slug, t.title) for t in guide.themes
    ]
    assert [term.key for term in content.scales.priority] == [
        term.key for term in guide.scales.priority
    ]
    assert content.attribution.endswith("(MiNumEco), 2023-06-01")
    assert parse_edition(write_edition(content)).content == content


@pytest.mark.real
def test_the_real_guide_is_the_same_in_both_its_forms(tmp_path: Path, real_data: Path) -> None:
    tree = read_catalogue(real_data / "guide" / "v1").content
    found = inspect(write(tmp_path, export_of(tree)))
    assert found.problems == ()
    assert facts(found.content) == facts(tree)
    assert [one.indicators for one in found.content.practices] == [
        one.indicators for one in tree.practices
    ]
    assert found.document()["counts"] == {"themes": 9, "practices": 59, "indicators": 134}


def test_what_cannot_be_kept_is_told_with_its_place(tmp_path: Path) -> None:
    good = {"id": "a.10", "titre": " Bien ", "priorite": "Prioritaire", "url": "pas une adresse"}
    themes = [
        {"id": "a.", "titre": "A", "bonnesPratiques": [good, good, {"titre": "x"}, {"id": "b"}, 3]},
        {"id": "a", "titre": "A encore", "bonnesPratiques": [{"id": "a.3", "titre": "perdue"}]},
        {"id": "", "titre": "B"},
        {"id": "c", "titre": ["x"]},
        "une suite",
        {"id": "d", "titre": "D", "bonnesPratiques": [{"id": 1.10, "titre": "é" * 300}]},
    ]  # fmt: skip
    reading = read_catalogue(write(tmp_path, json.dumps({"thematiques": themes})))
    content = reading.content
    told = [one for one in reading.problems if one.is_error]
    assert [(one.kind.code, one.values.get("rank")) for one in told] == [
        ("duplicate-code", None),
        ("item-incomplete", "1.3"),
        ("item-incomplete", "1.4"),
        ("json-shape", "1.5"),
        ("duplicate-theme", None),
        ("item-incomplete", "3"),
        ("item-incomplete", "4"),
        ("json-shape", "5"),
    ]
    assert [(one.code, one.theme, len(one.title)) for one in content.practices] == [
        ("a.10", "a", 4),
        ("1.1", "d", 250),
    ]
    assert content.practices[0].source_url is None
    assert content.practices[0].slug == "pas-une-adresse"
    assert content.version == tmp_path.name[:60]


@pytest.mark.parametrize(
    "text",
    ['{"thematiques": []}', '{"thematiques": [{}]}', '{"thematiques": [', '{"a": 1}', "[1]", "\0"],
)
def test_what_holds_no_practice_is_unusable(tmp_path: Path, text: str) -> None:
    with pytest.raises(UnusableInputError):
        read_catalogue(write(tmp_path, text))


values = st.recursive(
    st.one_of(st.none(), st.booleans(), st.floats(), st.text(max_size=8), st.just("a.1")),
    lambda inner: st.one_of(
        st.lists(inner, max_size=3),
        st.dictionaries(
            st.sampled_from(
                ["id", "titre", "bonnesPratiques", "url", "pilotes", "indicateurs", "priorite"]
            ),
            inner,
            max_size=5,
        ),
    ),
    max_leaves=15,
)


@settings(max_examples=150, deadline=None)
@given(themes=values, title=values, criteria=st.lists(values, max_size=3))
def test_no_json_breaks_the_readers(themes: object, title: object, criteria: list[object]) -> None:
    good = {"id": "z", "titre": "Z", "bonnesPratiques": [{"id": "z.1", "titre": "Bonne"}]}
    criterion = {"numero": "9.9", "thematique": "T", "critere": "Bon", "metiers": title}
    whole = [*themes, good] if isinstance(themes, list) else [themes, good]
    with tempfile.TemporaryDirectory() as folder:
        for document in (
            {"thematiques": whole, "title": title, "version": title},
            [criterion, *criteria],
        ):
            found = inspect(write(Path(folder), json.dumps(document)))
            assert any(one.title in {"Bonne", "Bon"} for one in found.content.practices)
            json.dumps(found.document("fr"), ensure_ascii=False).encode()
            codes = [one.code for one in found.content.practices]
            assert len(set(codes)) == len(codes)
            reading = parse_edition(write_edition(found.content))
            assert [one for one in reading.problems if one.is_error] == []
            assert reading.content == found.content
