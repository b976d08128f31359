"""Whatever a file of impact figures holds, it is read or each fault is told with a sentence."""

from __future__ import annotations

import json
import math
import tempfile
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portulan.impact.engine.factors import unit_of
from portulan.impact.readers.entries import Base, can_replace
from portulan.impact.readers.figures import document, page, read_figures
from tests.hostile.corpus import corpus, truncated
from tests.hostile.seeds import FIGURES
from tests.hostile.test_accounts import SOME, check_sentence, mutated

NASTY = {
    "numbers": "nom;etape;critere;valeur;consoElecMoyenne\n"
    + "".join(
        f"laptop-{n};FABRICATION;Climate change;{value};{value}\n"
        for n, value in enumerate(("1e999", "NaN", "-1", "inf", "9" * 5000, "1_0", "٣", "1,2,3"))
    ),
    "titles alone": "type;dureeVieDefaut\n",
    "titles twice": "type;type;dureeVieDefaut;dureeVieDefaut\nLaptop;x;5;6\n",
    "an open quote": 'nom;etape;critere;valeur\n"laptop-1;FABRICATION;Climate change;3\n',
    "a cell without end": f"nom;etape;critere;valeur\n{'a' * 200_000};F;C;1\n",
    "cells without end": f"nom;etape;critere;valeur{';x' * 50_000}\n{';1' * 50_000}\n",
    "many things left": "nom;etape;critere;valeur\n"
    + "".join(f"x-{n};FABRICATION;criterion {n};1\n" for n in range(20_000)),
    "commands to a terminal": "cle;valeur\n\x1b[2J\u202ePUE;1\n",
}


def read_or_tell(folder: Path, *contents: bytes) -> Base:
    """Read as the command line and the page do."""
    files = []
    for number, content in enumerate(contents):
        files.append(folder / f"{number}.csv")
        files[-1].write_bytes(content)
    base = read_figures(files)
    for problem in base.problems.told():
        check_sentence(problem)
    for entry in base.entries:
        assert 0 <= entry.value < math.inf
        if entry.proposal:
            assert can_replace(entry)
            assert entry.is_in(unit_of(entry.proposal))
    proposals = [entry.proposal for entry in base.entries if entry.proposal]
    assert len(set(proposals)) == len(proposals)
    for language in ("fr", "en"):
        json.dumps(document(base, language), allow_nan=False).encode()
        page(base, language).encode("utf-8", "replace")
    return base


def test_every_seed_is_read(tmp_path: Path) -> None:
    for name, content in FIGURES.items():
        base = read_or_tell(tmp_path, content)
        assert not any(problem.is_error for problem in base.problems), name
    assert len(read_or_tell(tmp_path, *FIGURES.values()).entries) == 8


@pytest.mark.parametrize("nasty", NASTY)
def test_a_nasty_table_is_read_or_told(tmp_path: Path, nasty: str) -> None:
    read_or_tell(tmp_path, NASTY[nasty].encode())


def test_nasty_accounts_are_told_too(tmp_path: Path) -> None:
    for _name, content in corpus():
        if len(content) < 200_000:
            read_or_tell(tmp_path, content)


@pytest.mark.parametrize("name", FIGURES)
def test_a_table_cut_anywhere_is_read_or_told(tmp_path: Path, name: str) -> None:
    for piece in truncated(FIGURES[name]):
        read_or_tell(tmp_path, piece)


@pytest.mark.parametrize("name", FIGURES)
def test_mutations_are_read_or_told(name: str) -> None:
    @SOME
    @given(st.data())
    def check(data: st.DataObject) -> None:
        with tempfile.TemporaryDirectory() as folder:
            read_or_tell(Path(folder), data.draw(mutated(FIGURES[name])))

    check()
