"""The file for the approval of the system cites tests: each is there, under that name."""

from __future__ import annotations

import ast
import re
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
FILE = ROOT / "docs" / "securite" / "homologation.md"


def test_every_test_that_answers_a_threat_exists() -> None:
    cited = re.findall(r"`(tests/[\w/]+\.py)::(\w+)`", FILE.read_text("utf-8"))
    assert len(cited) > 15
    for path, name in cited:
        tree = ast.parse((ROOT / path).read_text("utf-8"))
        assert name in {node.name for node in tree.body if isinstance(node, ast.FunctionDef)}, path


def test_it_is_signed_once_ten_blanks_are_filled() -> None:
    blanks = re.findall(r"\[à remplir (\d+)\]", FILE.read_text("utf-8"))
    assert sorted(map(int, blanks)) == list(range(1, 11))
