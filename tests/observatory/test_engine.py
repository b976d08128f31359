"""The engine finds the cents of the plain reader, and leaves it what is odd."""

from __future__ import annotations

import gzip
import random
import zipfile
from pathlib import Path
from typing import Any

import pytest

from portulan.core.say.text import UnusableInputError
from portulan.observatory.readers import files
from portulan.observatory.readers.records import Accounts
from tests.observatory.world import COLUMNS, Budget, balances_of, population_of, text_of, towns

pytest.importorskip("duckdb", reason="the extra `observatory`")

from portulan.observatory import engine

TOWNS = [
    *towns(9, seed=6),
    *towns(4, seed=7, year=2023, nomen="M14A"),
    Budget(1, None, budget="3", nomen="M49", accounts={"2051": (500, 20, 100, 0)}),
    Budget(70, None, categ="GFP", accounts={"6262": (10, 30, 0, 0), "70876": (0, 9, 0, 0)}),
    Budget(72, None, accounts={"2051": (4_000, 4_000, 0, 0)}),
    Budget(71, None, accounts={"238": (0, 30, 0, 0), "62876": (7, 0, 0, 0), "6811": (5, 0, 5, 0)}),
]
ROWS = [row for town in TOWNS for row in town.rows()]


def told(readings: list[files.AnyReading]) -> tuple[Any, ...]:
    (reading,) = readings
    found: list[Accounts] = sorted(
        reading.found, key=lambda one: (one.year, one.siren, one.budget, one.ident)
    )
    for one in found:
        one.certain, one.mixed = (dict(sorted(lines.items())) for lines in (one.certain, one.mixed))
        one.moved = one.closed = 0  # the engine keeps what it concludes from them
    return found, sorted(problem.message("en") for problem in reading.problems)


def both(path: Path) -> tuple[tuple[Any, ...], tuple[Any, ...]]:
    digest = files.identity_of_file(path).sha256
    made = engine.read(path, digest, path.parent / "kept", lambda _rows: None)
    return told(made), told(files.read(path, lambda _rows: None))


def shuffled(seed: int) -> list[dict[str, str]]:
    rows = list(ROWS)
    random.Random(seed).shuffle(rows)
    return rows


@pytest.mark.parametrize(
    ("text", "encoding"),
    [
        (balances_of(TOWNS), "utf-8-sig"),
        (balances_of(TOWNS, comma=True, title=str.upper, quoting=1), "cp1252"),
        (text_of(shuffled(1), delimiter="\t"), "utf-8"),
        (text_of([*ROWS, *ROWS]), "utf-8"),
        (text_of([*ROWS, *ROWS, *ROWS]), "utf-8"),
        (text_of([*ROWS, *(row for row in ROWS if row["obnetdeb"] == "40.00")]), "utf-8"),
        (text_of([*ROWS[:-1], *(row | {"bal": "PROV"} for row in ROWS)]), "utf-8"),
        (text_of([row | {"compte": f" {row['compte']}\t"} for row in ROWS]), "utf-8"),
        (text_of([*TOWNS[0].rows(), TOWNS[0].rows()[1] | {"compte": "2183"}]), "utf-8"),
        (text_of([row | {"sc": "x"} if row["compte"] == "611" else row for row in ROWS]), "utf-8"),
        (
            text_of([row | {"sc": "9" * 17} if row["compte"] == "611" else row for row in ROWS]),
            "utf-8",
        ),
        (balances_of(TOWNS, columns=[name for name in COLUMNS if name != "sd"]), "utf-8"),
        (text_of([row | {"siren": "?"} if row["cbudg"] == "3" else row for row in ROWS]), "utf-8"),
        (text_of([row | {"obnetdeb": "1 234,50"} for row in ROWS]), "utf-8"),
        (text_of([row | {"exer": ""} if row["cbudg"] == "3" else row for row in ROWS]), "utf-8"),
    ],
)
def test_the_engine_says_what_the_plain_reader_says(
    tmp_path: Path, text: str, encoding: str
) -> None:
    path = tmp_path / "balances.csv"
    path.write_bytes(text.encode(encoding))
    made, plain = both(path)
    assert made == plain


def test_archives_are_read_and_parquet_is_kept_once(tmp_path: Path) -> None:
    text = balances_of(TOWNS).encode()
    packed, zipped = tmp_path / "a.csv.gz", tmp_path / "b.zip"
    packed.write_bytes(gzip.compress(text))
    with zipfile.ZipFile(zipped, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("lisez-moi.md", "rien")
        archive.writestr("2024.csv", text)
    for path in (packed, zipped):
        made, plain = both(path)
        assert made == plain
    kept = sorted((tmp_path / "kept").iterdir())
    assert [path.suffix for path in kept] == [".parquet"] * 2
    before = [path.stat().st_mtime_ns for path in kept]
    (tmp_path / "kept" / "left.part").write_text("a killed import")
    both(packed)
    assert sorted((tmp_path / "kept").iterdir()) == kept
    assert [path.stat().st_mtime_ns for path in kept] == before


@pytest.mark.parametrize("pack", [bytes, gzip.compress])
def test_a_cut_file_is_refused_by_both(tmp_path: Path, pack: Any) -> None:
    text = balances_of(TOWNS).encode()
    raw = pack(text)
    cut = raw[: len(raw) // 2] if raw != text else text.rpartition(b"2024")[0] + b"2024;2199"
    path = tmp_path / "balances.csv"
    path.write_bytes(cut)
    for read in (
        lambda: files.read(path, lambda _rows: None),
        lambda: engine.read(path, "0" * 64, tmp_path / "kept", lambda _rows: None),
    ):
        with pytest.raises(UnusableInputError):
            read()
    assert not list((tmp_path / "kept").glob("*.parquet"))


def test_other_files_are_left_to_the_plain_reader(tmp_path: Path) -> None:
    path = tmp_path / "population.csv"
    path.write_text(population_of(TOWNS), "utf-8")
    (made,) = engine.read(path, "1" * 64, tmp_path / "kept", lambda _rows: None)
    (plain,) = files.read(path, lambda _rows: None)
    assert (made.kind, made.found) == (plain.kind, plain.found)
