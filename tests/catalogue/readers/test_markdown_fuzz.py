"""Whatever the bytes of a page, the tree is read, and what is told can be printed and stored."""

from __future__ import annotations

import json
import tempfile
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from portulan.catalogue.imports.inspection import inspect
from portulan.catalogue.readers.plain_yaml import YamlFaultError, load
from portulan.core.say.text import UnusableInputError

GOOD = b"---\ntype: bpnr\ntitle: Bonne\nidbp: a.1\n---\nTexte."
INDEX = b"---\nidThematique: a.\ntitle: Theme\n---\n"

scraps = st.sampled_from(
    [
        "---\n", "type: bpnr\n", "idbp: ", "a.", "10", "\n", " ", "\t", ": ", "- ", "%", '"', "'",
        "&a ", "*a", "!!python/object:os.system ", "!!binary ", "<<: ", "[", "]", "{", "}", "|\n",
        ">\n", "?", "@", "`", "#", "\\", '"\\ud800"', '"\\UFFFFFFFF"', '"\\0"', "title: ", "who:\n",
        "indicators:\n", "eleventyNavigation:\n", "  parent: x\n", "  order: 9e9\n", "~", "é",
        "\u2028", "\u00a0", "\ufeff", "<<<<<<< HEAD\n", "=======\n", "--- !x\n", "...\n",
        "%YAML 9\n",
    ]
)  # fmt: skip
pages = st.one_of(
    st.binary(max_size=300),
    st.lists(scraps, max_size=40).map(lambda parts: "".join(parts).encode()),
    st.lists(scraps, max_size=30).map(lambda p: ("---\n" + "".join(p) + "\n---\nx").encode()),
)


@settings(max_examples=150, deadline=None)
@given(page=pages, index=pages)
def test_no_byte_stops_the_reading_of_the_others(page: bytes, index: bytes) -> None:
    with tempfile.TemporaryDirectory() as folder:
        root = Path(folder)
        for theme in ("good", "bad"):
            (root / theme).mkdir()
        (root / "good" / "index.md").write_bytes(INDEX)
        (root / "good" / "p.md").write_bytes(GOOD)
        (root / "bad" / "index.md").write_bytes(index)
        (root / "bad" / "p.md").write_bytes(page)
        (root / "index.md").write_bytes(index)
        found = inspect(root)

    document = found.document("fr")
    json.dumps(document, ensure_ascii=False).encode()
    found.summary("en").encode()
    codes = [one.code for one in found.content.practices]
    themes = [one.code for one in found.content.themes]
    assert len(set(codes)) == len(codes)
    assert len(set(themes)) == len(themes)
    assert "Bonne" in {one.title for one in found.content.practices} or any(
        one.kind.code == "duplicate-code" for one in found.problems
    )
    assert {one.theme for one in found.content.practices} <= set(themes)
    assert all(0 < len(code) <= 20 for code in [*codes, *themes])
    assert "\0" not in json.dumps(document, ensure_ascii=False)


@settings(max_examples=300, deadline=None)
@given(text=st.one_of(st.text(max_size=200), st.lists(scraps, max_size=40).map("".join)))
def test_yaml_gives_values_or_one_told_fault(text: str) -> None:
    fault = None
    try:
        document = load(text, first_line=10)
    except YamlFaultError as error:
        fault = error.problem
    if fault is None:
        assert all(line >= 10 for line in document.lines.values())
    else:
        assert fault.message("fr")
        assert fault.line is None or fault.line >= 10


@settings(max_examples=100, deadline=None)
@given(data=st.binary(max_size=400))
def test_an_edition_of_any_bytes_is_refused_in_words(data: bytes) -> None:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "x.yaml"
        path.write_bytes(data)
        with pytest.raises(UnusableInputError) as caught:
            inspect(path)
    assert caught.value.problem.message("fr")
