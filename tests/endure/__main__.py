"""What is tried by hand, as it takes minutes: `make endure`, or some of it by its name.

Each trial has a process and a folder of its own. `ROUNDS` says how many times each operation is
killed, `LINES` how many a large import has, `REQUESTS` how many are made while memory is looked at.
With `DATABASE_URL`, all of it on that server (whose role may make databases), else on SQLite.
"""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
from collections.abc import Callable
from importlib import import_module
from pathlib import Path

TRIALS = {
    "killed": "killed",
    "killed-mail": "killed_mail",
    "slow-clients": "slow_clients",
    "memory": "memory",
    "large-import": "large_import",
    "killed-observatory": "killed_observatory",
}


def main(wanted: list[str]) -> int:
    """Run the trials; 1 when one does not hold. A name may say a part: `killed:backup`."""
    if len(wanted) == 1:
        return 0 if _run(wanted[0]) else 1
    held = [
        subprocess.run([sys.executable, "-m", "tests.endure", name], check=False).returncode == 0
        for name in wanted or TRIALS
    ]
    return 0 if all(held) else 1


def _run(name: str) -> bool:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tests.settings")
    trial, _colon, part = name.partition(":")
    sys.stdout.write(f"{name}\n")
    sys.stdout.flush()
    places = import_module("tests.places")  # once the settings are said
    places.Place.patience = 3600.0
    run: Callable[..., bool] = import_module(f"tests.endure.{TRIALS[trial]}").trial
    with tempfile.TemporaryDirectory(prefix="portulan-endure-") as folder:
        return run(Path(folder), part) if part else run(Path(folder))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
