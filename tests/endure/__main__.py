"""What is tried by hand, as it takes minutes: `make endure`, or some of it by its name."""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path

from tests.endure import killed_import, killed_mail, slow_clients

TRIALS = {
    "killed-import": killed_import.trial,
    "killed-mail": killed_mail.trial,
    "slow-clients": slow_clients.trial,
}


def main(wanted: list[str]) -> int:
    """Run the trials, each in a folder of its own; 1 when one does not hold."""
    held = True
    for name in wanted or TRIALS:
        with tempfile.TemporaryDirectory(prefix="portulan-endure-") as folder:
            sys.stdout.write(f"{name}\n")
            held = TRIALS[name](Path(folder)) and held
    return 0 if held else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
