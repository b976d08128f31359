"""`make lint` runs every gate, whichever fails, and keeps together what each says."""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.conftest import ROOT

pytestmark = pytest.mark.skipif(
    sys.platform == "win32" or not shutil.which("make"), reason="gates are for make"
)
# Says two lines, then fails where the fault is its own.
TOOL = """#!/bin/sh
me="$(basename "$0") $1"
echo "$me begins"; echo "$me ends"
case "$FAULTY" in *"[$me]"*) exit 3;; esac
"""
TOOLS = {
    "style": "ruff check",
    "layout": "ruff format",
    "templates": "djade --check",
    "layers": "lint-imports --no-logo",
    "types": "mypy --no-error-summary",
    "migrations": "python -m",
    "sentences": "python tools/messages.py",
    "size": "python tools/house.py",
}


@pytest.fixture
def tree(tmp_path: Path) -> Path:
    """The Makefile among tools that only say their name."""
    shutil.copy(ROOT / "Makefile", tmp_path)
    (tmp_path / "tests" / "oracles").mkdir(parents=True)
    for name in ("requirements.lock", "pyproject.toml", "tests/oracles/requirements.lock"):
        (tmp_path / name).touch()
    for name in {command.split()[0] for command in TOOLS.values()} | {"uv"}:
        folder = tmp_path / (".bootstrap/bin" if name == "uv" else ".venv/bin")
        folder.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(TOOL)
        (folder / name).chmod(0o755)
    (tmp_path / ".venv" / "bin" / "git").write_text("#!/bin/sh\n")  # no template to name
    (tmp_path / ".venv" / "bin" / "git").chmod(0o755)
    (tmp_path / ".venv" / ".ready").touch()
    return tmp_path


def lint(tree: Path, *faulty: str, jobs: int = 1) -> tuple[int, str]:
    faults = "".join(f"[{one}]" for one in faulty)
    done = subprocess.run(
        ["make", "lint", f"--jobs={jobs}", *(["--output-sync=target"] if jobs > 1 else [])],
        cwd=tree,
        env={"PATH": f"{tree}/.venv/bin:/usr/bin:/bin", "FAULTY": faults},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    return done.returncode, done.stdout + done.stderr


def test_what_holds_is_silent(tree: Path) -> None:
    assert lint(tree) == (0, "")


@pytest.mark.parametrize("gate", TOOLS)
def test_one_fault_is_enough(tree: Path, gate: str) -> None:
    code, said = lint(tree, TOOLS[gate])
    assert code != 0
    assert f"lint-{gate}]" in said
    assert re.findall(r"(.+) begins\n", said) == [TOOLS[gate]]


@pytest.mark.parametrize("jobs", [1, 3])
def test_all_faults_are_shown_at_once(tree: Path, jobs: int) -> None:
    (tree / "requirements.lock").write_text("--index-url https://somewhere.example\n")
    (tree / ".venv" / ".ready").touch()
    code, said = lint(tree, *TOOLS.values(), jobs=jobs)
    assert code != 0
    assert "a lock names an address" in said
    # What each says stands in one piece.
    pieces = re.findall(r"(.+) begins\n(.+) ends\n", said)
    assert sorted(pieces) == sorted((one, one) for one in TOOLS.values())
