"""The folder of public schemas stands alone: current, with examples, checked without Portulan."""

from __future__ import annotations

import csv
import importlib.util
import io
import json
import subprocess
import sys
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from portulan.budget.contracts.readers import read
from tools.schemas import PUBLIC, public, written

HERE = PUBLIC.parent
EXAMPLES = sorted((HERE / "examples").iterdir())
SAID = {"plan-action": "plan-1-action", "plan-indicator": "plan-1-indicator"}


def check(path: Path, schema: str = "") -> tuple[int, dict[str, Any], str]:
    """Run the command of the folder, isolated: neither our packages nor those of anybody."""
    asked = ["check", str(path), "--json", *(["--schema", schema] if schema else [])]
    done = subprocess.run(
        [sys.executable, "-I", "-S", str(PUBLIC / "__init__.py"), *asked],
        capture_output=True,
        encoding="utf-8",
        check=False,
    )
    assert "Traceback" not in done.stderr, done.stderr
    return done.returncode, json.loads(done.stdout), done.stderr


def test_what_is_published_is_current() -> None:
    """`python tools/schemas.py` writes it; the register of contracts is written by hand."""
    ours = {f"{one.parent.name}/{one.name}": one for one in PUBLIC.glob("*/*.json")}
    assert set(ours) == {*public(), "table/contracts.json"}
    for name, schema in public().items():
        assert ours[name].read_text("utf-8") == written(schema), name


def test_it_stands_alone() -> None:
    names = {one.name for one in HERE.iterdir() if not one.name.startswith((".", "__"))}
    assert {"LICENSE", "README.md", "CHANGELOG.md", "pyproject.toml", "examples"} <= names
    assert "CC0" in (HERE / "LICENSE").read_text("utf-8")
    assert "import portulan" not in (PUBLIC / "__init__.py").read_text("utf-8")
    assert len(EXAMPLES) >= 10


def test_the_checker_reads_every_keyword_of_the_schemas() -> None:
    spec = importlib.util.spec_from_file_location("portulan_schemas", PUBLIC / "__init__.py")
    assert spec is not None
    assert spec.loader is not None
    checker = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(checker)
    for name, schema in checker.schemas("json").items():
        assert checker.unknown_words(schema) == set(), name
    assert checker.unknown_words({"items": {"oneOf": []}}) == {"oneOf"}


@pytest.mark.parametrize("path", EXAMPLES, ids=lambda path: path.name)
def test_each_example_is_valid_and_a_broken_one_is_not(path: Path, tmp_path: Path) -> None:
    schema = next((name for begins, name in SAID.items() if path.name.startswith(begins)), "")
    code, told, _stderr = check(path, schema)
    assert (code, told["valid"]) == (0, True), told
    broken = tmp_path / path.name
    if path.suffix == ".csv":
        rows = list(csv.reader(io.StringIO(path.read_text("utf-8"))))
        rows[1] = ["" for _cell in rows[1]]
        with broken.open("w", encoding="utf-8", newline="") as stream:
            csv.writer(stream).writerows(rows)
    else:
        document = json.loads(path.read_text("utf-8"))
        document["a_word_that_nobody_knows"] = 1
        del document[next(name for name in ("title", "seal", "name") if name in document)]
        broken.write_text(json.dumps(document), encoding="utf-8")
    code, told, _stderr = check(broken, schema)
    assert code == 1
    assert told["faults"]
    assert all(one["at"] and one["message"] for one in told["faults"])


@pytest.mark.parametrize(
    "content", [b"", b"{", b"[]", b"\xff\xfe", b'{"format": "other/1"}', b"a;b\n1;2\n", b"{}" * 9]
)
def test_what_has_no_schema_is_said(content: bytes, tmp_path: Path) -> None:
    path = tmp_path / "x"
    path.write_bytes(content)
    code, told, stderr = check(path)
    assert code == 2
    assert stderr
    assert told["valid"] is False


def test_contracts_are_read_by_the_product() -> None:
    found = read([HERE / "examples" / "contracts.csv"], on=date(2026, 11, 24), months=24)
    assert {one.id for one in found.contracts} == {"2023-041", "2024-007", "2025-112"}
    assert [one.clause for one in found.contracts] == [True, False, None]
