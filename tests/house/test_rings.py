"""What the second ring names is there: a test renamed does not slip from one ring to the other."""

from __future__ import annotations

from tests.conftest import LONG, ROOT


def test_every_long_test_exists() -> None:
    for line in LONG:
        place, _, name = line.partition("::")
        path = ROOT / "tests" / place
        assert path.is_dir() if place.endswith("/") else path.is_file(), line
        for part in filter(None, name.split("::")):
            assert part in path.read_text(encoding="utf-8"), line


def test_the_list_is_sorted_and_says_each_once() -> None:
    lines = (ROOT / "tests" / "long.txt").read_text(encoding="utf-8").splitlines()
    functions = [line for line in lines if "::" in line]
    assert functions == sorted(set(functions))
