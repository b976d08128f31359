"""The file for the approval of the system is signed once its blanks are filled."""

from __future__ import annotations

import re
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
FILE = ROOT / "docs" / "securite" / "homologation.md"


def test_it_is_signed_once_ten_blanks_are_filled() -> None:
    blanks = re.findall(r"\[à remplir (\d+)\]", FILE.read_text("utf-8"))
    assert sorted(map(int, blanks)) == list(range(1, 11))
