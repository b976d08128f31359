"""Look for known weaknesses of the packages that the lock pins: exit 1 when one is found.

The advisories are those that the package index serves. Where it serves none for a package, or
cannot be reached, that is said and nothing is claimed.

    python tools/audit.py
"""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import Any

LOCK = Path(__file__).resolve().parent.parent / "requirements.lock"


def audited(lock: Path) -> list[dict[str, Any]]:
    """Return what is known of each package; nothing where the index does not answer."""
    with tempfile.TemporaryDirectory() as folder:
        found = Path(folder) / "found.json"
        command = ["pip_audit", "--requirement", str(lock), "--disable-pip", "--no-deps"]
        try:
            subprocess.run(
                [sys.executable, "-m", *command, "--format", "json", "--output", str(found)],
                check=False,
                capture_output=True,
                timeout=300,
            )
            return list(json.loads(found.read_text("utf-8"))["dependencies"])
        except (OSError, ValueError, subprocess.TimeoutExpired):
            return []


def told(packages: Sequence[dict[str, Any]]) -> tuple[list[str], list[str]]:
    """Return a line for each weakness known, and what could not be looked at."""
    known = [one for one in packages if "skip_reason" not in one]
    weak = [
        f"{one['name']} {one['version']}: {weakness['id']}"
        f" (mended in {', '.join(weakness['fix_versions']) or 'none yet'})"
        for one in known
        for weakness in one["vulns"]
    ]
    if not packages:
        return weak, ["the index gives no advisories: nothing was looked at"]
    unknown = len(packages) - len(known)
    return weak, [f"no advisories to be had for {unknown} packages"] if unknown else []


def main() -> int:
    weak, unknown = told(audited(LOCK))
    sys.stdout.writelines(f"{line}\n" for line in weak)
    sys.stderr.writelines(f"warning: {line}\n" for line in unknown)
    return 1 if weak else 0


if __name__ == "__main__":
    sys.exit(main())
