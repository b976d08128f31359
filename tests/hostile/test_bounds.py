"""Memory does not follow the size of what is read: measured in a process of its own."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.hostile.corpus import corpus
from tests.hostile.seeds import SCDL
from tests.totem import totem

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="limits of Linux")

# PORTULAN_LARGE=60 reads 60 MB, as the greatest TotEM known; the bound is the same.
LARGE = int(os.environ.get("PORTULAN_LARGE", "3"))
BOUND = 60  # MB of a process that reads a text or a TotEM, Python included
BOUND_OF_NASTY = 200
READ = """
import resource, sys
limit = int(sys.argv[1]) * 2**20
resource.setrlimit(resource.RLIMIT_AS, (limit, limit))
resource.setrlimit(resource.RLIMIT_CPU, (60, 60))
from portulan.budget.imports.inspection import inspect
from portulan.core.say.text import UnusableInputError
for path in sys.argv[2:]:
    try:
        print(inspect(path)["rows"]["kept"])
    except UnusableInputError as error:
        print(error.problem.kind.code)
status = open("/proc/self/status").read()
print(int(status.split("VmHWM:")[1].split()[0]) // 1024)
"""


def read(*paths: Path, address_space: int = 600) -> tuple[list[str], int]:
    """Read files in a limited process; return what each gave, and the memory used (MB)."""
    arguments = [sys.executable, "-c", READ, str(address_space), *map(str, paths)]
    done = subprocess.run(arguments, capture_output=True, text=True, timeout=300, check=False)
    assert (done.returncode, done.stderr) == (0, "")
    *found, peak = done.stdout.split()
    return found, int(peak)


def repeated(data: bytes, mark: bytes) -> tuple[bytes, bytes, bytes]:
    """Cut a file in what comes before its lines, its last line, and what comes after."""
    start = data.rindex(mark)
    end = data.index(b"\n", start) + 1 if b"\n" in data[start:] else data.rindex(b"</Budget>")
    return data[:start], data[start:end], data[end:]


CUTS = {
    "totem": (totem(("2051", "1", "1")), b"<LigneBudget"),
    "scdl": (SCDL.encode(), b"CA;2025"),
    "ledger": (f"Compte;Objet;Mandaté\n6262;{'Maintenance ' * 12};12,50\n".encode(), b"6262"),
}


def write(path: Path, name: str, megabytes: int) -> int:
    """Write accounts of that size and return the number of lines."""
    before, line, after = repeated(*CUTS[name])
    times = megabytes * 2**20 // len(line)
    with path.open("wb") as stream:
        stream.write(before)
        for _ in range(times // 1000 + 1):
            stream.write(line * 1000)
        stream.write(after)
    return (times // 1000 + 1) * 1000


@pytest.fixture
def path(tmp_path: Path) -> Iterator[Path]:
    path = tmp_path / "accounts"
    yield path
    path.unlink(missing_ok=True)


@pytest.mark.parametrize("name", ["totem", "scdl", "ledger"])
def test_memory_does_not_follow_the_size(path: Path, name: str) -> None:
    write(path, name, 1)
    _, little = read(path)
    lines = write(path, name, LARGE)
    (kept,), much = read(path)
    assert int(kept) >= lines
    assert much < little + 10  # some bytes a line, and a megabyte of noise
    assert much < BOUND


def test_nasty_files_are_read_within_a_bound(tmp_path: Path) -> None:
    paths = []
    for number, (_name, data) in enumerate(corpus()):
        paths.append(tmp_path / str(number))
        paths[-1].write_bytes(data)
    found, peak = read(*paths)
    for path in paths:
        path.unlink()
    assert len(found) == len(paths)
    assert peak < BOUND_OF_NASTY
