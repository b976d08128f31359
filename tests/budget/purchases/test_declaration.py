"""A declaration is judged as the State's validator judges it, then by good sense."""

from __future__ import annotations

import csv
import io
import json
import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from portulan.budget.purchases import schema
from portulan.budget.purchases.declaration import judge
from portulan.core.say.country import is_siret
from portulan.core.say.text import UnusableInputError

FILES = Path(__file__).parent / "files"
EXPECTED = json.loads((FILES / "expected.json").read_text("utf-8"))
NAMES = sorted(path.name for path in FILES.glob("*.csv"))
# What is said of coherence in expected.json, in the codes of the second pass.
SENSE = {
    "exemple-valide-officiel.csv": {"part-beyond-total", "several-years"},
    "conforme-mais-faux-7-parts-plus-grandes-que-le-tout.csv": {"part-beyond-total"},
    "conforme-mais-faux-8-categorie-en-double.csv": {"category-twice"},
    "conforme-mais-faux-9-negatifs.csv": {"negative"},
    "conforme-mais-faux-10-deux-annees-deux-noms-cle-fausse.csv": {
        *("several-years", "several-names", "siret-key")
    },
}


def said(content: bytes) -> list[list[Any]]:
    """What our first pass says, as frictionless would."""
    found = []
    for problem in judge(content).by_schema:
        name = problem.values.get("name")
        place = [problem.line] if problem.kind.code in {"type-error", "constraint-error"} else []
        found.append([problem.kind.code, name, *place])
    return found


def of_frictionless(content: bytes, folder: Path) -> list[list[Any]]:
    from frictionless import Schema, validate

    (folder / "file.csv").write_bytes(content)
    before = Path.cwd()
    os.chdir(folder)  # it reads no path from the root
    try:
        here = FILES.parents[3] / "src/portulan/budget/purchases/data/agec-schema.json"
        of_schema = Schema.from_descriptor(json.loads(here.read_text("utf-8")))
        report = validate("file.csv", schema=of_schema, format="csv")
    finally:
        os.chdir(before)
    found = []
    for error in (error for task in report.tasks for error in task.errors):
        row = getattr(error, "row_number", None)
        name = getattr(error, "field_name", None)
        found.append([error.type, name, *([] if row is None else [row])])
    return found


@pytest.mark.parametrize("name", NAMES)
def test_each_file_is_judged_as_expected(name: str) -> None:
    expected, judged = EXPECTED[name], judge((FILES / name).read_bytes())
    assert judged.fits is (expected["schema"] == "valid")
    if isinstance(expected["schema"], list):
        assert said((FILES / name).read_bytes()) == expected["schema"]
    assert {one.kind.code for one in judged.by_sense} == SENSE.get(name, set())
    if "totals" in expected:
        assert {key: str(value) for key, value in judged.sums().items()} == expected["totals"]
        assert len(judged.rows) == expected["rows"]


def test_the_wrong_separator_is_said_once() -> None:
    (problem,) = judge((FILES / "separateur-point-virgule.csv").read_bytes()).by_schema
    assert problem.kind.code == "separator"
    assert "virgules" in problem.message("fr")


def test_a_former_name_is_told_from_any_other() -> None:
    judged = judge((FILES / "invalide-1-ancien-nom-de-colonne.csv").read_bytes())
    assert [one.values["name"] for one in judged.remarks] == [schema.REUSE]


def rows(**changed: str) -> Iterator[list[str]]:
    good = {
        **dict(zip(schema.names(), [""] * 9, strict=True)),
        "annee": "2025",
        "siret": "21990001600011",
        "raison_sociale": "Fictive",
        "type_produit_acquis": "Papier",
        **dict.fromkeys((schema.TOTAL, schema.REUSE, schema.GIFTS, schema.RECYCLED), "0.00"),
    }
    yield list(schema.names())
    yield list((good | changed).values())


def file_of(table: Iterator[list[str]]) -> bytes:
    stream = io.StringIO()
    csv.writer(stream).writerows(table)
    return stream.getvalue().encode()


CELLS = [
    *((schema.YEAR, text) for text in ("25", " 2025", "2025 ", "+025", "-025", "20.5", "0000", "")),
    *((schema.YEAR, text) for text in ("2025.0", "1_00", "99999", "deux")),
    *((schema.TOTAL, text) for text in ("1", "1,5", " 1.5", "1e5", "+1", ".5", "5.", "1 000", "")),
    *((schema.TOTAL, text) for text in ("1_000", "12€", "0x10", "-", "--1", "1.2.3")),
    *((schema.SIRET, text) for text in (" 21990001600011", "2199000160001", "219900016000111", "")),
    *((schema.CATEGORY, text) for text in ("papier", "Papier ", "Équipements de collecte", "")),
    *((schema.NAME, text) for text in ("", " ", "É")),
    *((schema.COMMENT, text) for text in ("", "a,b", 'dit "oui"', "deux\nlignes")),
]


@pytest.mark.parametrize(("name", "text"), CELLS)
def test_a_cell_is_judged_as_frictionless_judges_it(name: str, text: str, tmp_path: Path) -> None:
    content = file_of(rows(**{name: text}))
    assert said(content) == of_frictionless(content, tmp_path)


@pytest.mark.parametrize("name", [one for one in NAMES if "point-virgule" not in one])
def test_a_file_is_judged_as_frictionless_judges_it(name: str, tmp_path: Path) -> None:
    content = (FILES / name).read_bytes()
    assert said(content) == of_frictionless(content, tmp_path)


@pytest.mark.parametrize("content", [b"\xff\xfe", b'"open', "été".encode("latin-1")])
def test_what_is_no_table_is_a_sentence(content: bytes) -> None:
    with pytest.raises(UnusableInputError, match="not a CSV"):
        judge(content)
    assert not judge(b"").fits


def test_a_number_that_is_none_does_not_hold() -> None:
    for text in ("NaN", "Infinity"):
        judged = judge(file_of(rows(**{schema.TOTAL: text})))
        assert judged.fits
        assert [one.kind.code for one in judged.by_sense] == ["not-a-number"]


def test_the_schema_is_the_public_file_to_the_letter() -> None:
    assert len(schema.categories()) == 17
    assert schema.IT_CATEGORY in schema.categories()
    assert schema.names()[-1] == schema.COMMENT
    assert set(schema.FORMER_NAMES.values()) <= set(schema.names())


def test_a_siret_holds_its_siren_and_its_own_key() -> None:
    assert is_siret("21990001600011")
    assert is_siret("35600000000048")  # La Poste, head office
    assert not any(map(is_siret, ("21990001600010", "2199000160001", "", "11111111111111")))
