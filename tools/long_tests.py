"""Write `tests/long.txt`, the tests that take too long for the first ring, from a measured run.

    pytest -n 2 --dist loadgroup --junitxml=run.xml tests && python tools/long_tests.py run.xml

A test function that took a second or more, its examples added up, stands in the second ring;
folders and files written there by hand (without `::`) stay.
"""

from __future__ import annotations

import sys
from collections import Counter
from pathlib import Path
from xml.etree import ElementTree

FILE = Path(__file__).parent.parent / "tests" / "long.txt"
SECONDS = 1.0


def measured(report: Path) -> Counter[str]:
    """Seconds by test function, `web/test_sizes.py::test_…` as written under `tests/`."""
    taken: Counter[str] = Counter()
    for case in ElementTree.parse(report).iter("testcase"):  # noqa: S314 - made by our own run
        parts = case.attrib["classname"].split(".")
        deep = next(at for at, part in enumerate(parts) if part.startswith("test_"))
        name = case.attrib["name"].partition("[")[0]
        where = "/".join(parts[1 : deep + 1]) + ".py"
        taken["::".join([where, *parts[deep + 1 :], name])] += float(case.attrib["time"])
    return taken


def main(report: Path) -> None:
    kept = [line for line in FILE.read_text().splitlines() if "::" not in line]
    places = tuple(line for line in kept if line and not line.startswith("#"))
    slow = sorted(
        name
        for name, seconds in measured(report).items()
        if seconds >= SECONDS and not name.startswith(places)
    )
    FILE.write_text("\n".join([*kept, *slow]) + "\n")
    sys.stdout.write(f"{len(slow)} tests of {SECONDS} s or more\n")


if __name__ == "__main__":
    if len(sys.argv) != 2 or not Path(sys.argv[1]).is_file():
        sys.exit((__doc__ or "").strip())
    main(Path(sys.argv[1]))
