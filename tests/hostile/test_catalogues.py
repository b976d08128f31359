"""Whatever a folder or a file holds, a catalogue is read or refused with a sentence."""

from __future__ import annotations

import json
import os
import tempfile
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portulan.catalogue.imports.inspection import inspect
from portulan.catalogue.readers.registry import FORMATS
from portulan.core.say.text import UnusableInputError
from tests.hostile.corpus import truncated
from tests.hostile.seeds import CATALOGUES, put
from tests.hostile.test_accounts import SOME, check_sentence, mutated

LAUGHS = "".join(f"l{n}: &l{n} [{f'*l{n - 1},' * 10}]\n" for n in range(1, 9))
NASTY = {
    "nothing": "",
    "aliases": f"l0: &l0 [lol]\n{LAUGHS}",
    "tags": "a: !!python/object/apply:os.system [id]\n",
    "depth of YAML": "a: " + "[" * 50_000,
    "depth of JSON": "[" * 200_000,
    "a list without end": "practices:\n" + "- a\n" * 200_000,
    "a flow without end": "practices: [" + "a," * 400_000 + "]",
    "keys without end": "".join(f"k{n}: v\n" for n in range(70_000)),
    "criteria that are none": '[{"numero": "1.1", "critere": "a", "thematique": "b"},'
    + "1," * 300_000 + "1]",
    "half a character": '[{"numero": "1.1", "critere": "\\ud800\\u202e", "thematique": "b"}]',
    "digits": '[{"numero": ' + "9" * 500_000 + "}]",
    "numbers": '[{"numero": 1e999, "critere": NaN, "thematique": -Infinity}]',
    "commands to a terminal": "---\ntype: bpnr\ntitle: \"\\e[2J\"\nidbp: \"\\e]0;x\\a\"\n---\n",
    "a merge": "<<<<<<< HEAD\n=======\n>>>>>>> x\n",
    "beyond the limit": "a" * 1_000_001,
    "not text": "\0",
}  # fmt: skip


def read_or_refuse(path: Path) -> int:
    """Read as the command line does; return the number of problems told."""
    try:
        found = inspect(path)
    except UnusableInputError as error:
        check_sentence(error.problem)
        return 1
    for problem in found.problems:
        check_sentence(problem)
    for language in ("fr", "en"):
        json.dumps(found.document(language)).encode()
        found.summary(language).encode()
    return len(found.problems)


def test_every_reader_has_a_seed(tmp_path: Path) -> None:
    assert set(CATALOGUES) == {candidate.FORMAT for candidate in FORMATS}
    for name, (file, content) in CATALOGUES.items():
        found = inspect(put(tmp_path / name, file, content))
        assert (found.reading.format, len(found.content.practices)) == (name, 1)


@pytest.mark.parametrize("name", CATALOGUES)
@pytest.mark.parametrize("nasty", NASTY)
def test_a_nasty_file_is_read_or_refused(tmp_path: Path, name: str, nasty: str) -> None:
    path = put(tmp_path, CATALOGUES[name][0], NASTY[nasty].encode("utf-8", "surrogatepass"))
    assert read_or_refuse(path) < 1000


@pytest.mark.parametrize("name", CATALOGUES)
def test_a_file_cut_anywhere_is_read_or_refused(tmp_path: Path, name: str) -> None:
    file, content = CATALOGUES[name]
    for piece in truncated(content):
        read_or_refuse(put(tmp_path, file, piece))


@pytest.mark.parametrize("name", CATALOGUES)
def test_mutations_are_read_or_refused(name: str) -> None:
    file, content = CATALOGUES[name]

    @SOME
    @given(data=st.one_of(mutated(content), st.binary(max_size=200)))
    def check(data: bytes) -> None:
        with tempfile.TemporaryDirectory() as folder:
            read_or_refuse(put(Path(folder), file, data))

    check()


@pytest.mark.skipif(os.name == "nt", reason="no pipes there")
def test_a_folder_of_pipes_and_loops_is_read(tmp_path: Path) -> None:
    """A pipe named as a page held the reading for ever."""
    for name in ("a.md", "guide.json", "x.yaml"):
        os.mkfifo(tmp_path / name)
    (tmp_path / "loop.md").symlink_to(tmp_path / "loop.md")
    (tmp_path / "up").symlink_to(tmp_path)
    for path in (tmp_path, *tmp_path.iterdir(), Path("/dev/null"), Path("/dev/zero")):
        assert read_or_refuse(path)
