"""Look for known weaknesses of the packages that the lock pins, and never call silence soundness.

The advisories are those that the package index serves. Where it serves none for a package, or
cannot be reached, what was found the last time is read instead (`tools/advisories.json`, dated): it
counts for the same versions alone, and for thirty days.

    python tools/audit.py            exit 0: all was looked at and is sound
                                     exit 1: a weakness is known, or the last look is too old
                                     exit 3: blind, something was never looked at
    python tools/audit.py --write    keep what is found, for a release
"""

from __future__ import annotations

import json
import re
import subprocess
import sys
import tempfile
from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent
LOCK = ROOT.parent / "requirements.lock"
BASE = ROOT / "advisories.json"
DAYS = 30
SOUND, WEAK, BLIND = 0, 1, 3

type Package = Mapping[str, Any]


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


def pinned(lock: str) -> dict[str, str]:
    """Return the version of each package that a lock pins."""
    return dict(re.findall(r"^([A-Za-z0-9._-]+)==([^\s;\\]+)", lock, re.MULTILINE))


def known(packages: Sequence[Package]) -> list[Package]:
    """Return the packages that were really looked at."""
    return [one for one in packages if "skip_reason" not in one and "vulns" in one]


def judged(
    wanted: Mapping[str, str], live: Sequence[Package], base: Mapping[str, Any], today: date
) -> tuple[int, list[str]]:
    """Return the exit code, and a line for each thing that keeps it from being 0."""
    lines, blind, old = [], [], False
    seen = {(one["name"].lower(), one["version"]): one for one in known(live)}
    kept = {(one["name"].lower(), one["version"]): one for one in base.get("packages", ())}
    for name, version in sorted(wanted.items()):
        key = (name.lower(), version)
        old |= key not in seen and key in kept
        found = seen.get(key) or kept.get(key)
        if found is None:
            blind.append(f"{name} {version}")
            continue
        for weakness in found["vulns"]:
            mended = ", ".join(weakness.get("fix_versions", ())) or "none yet"
            lines.append(f"{name} {version}: {weakness['id']} (mended in {mended})")
    code = WEAK if lines else SOUND
    if old and (age := (today - date.fromisoformat(base["on"])).days) > DAYS:
        lines.append(f"the last look is {age} days old, and {DAYS} are allowed")
        code = WEAK
    if blind:
        shown = ", ".join(blind[:5])
        lines.append(f"blind: no advisories were ever read of {len(blind)} packages ({shown}…)")
        code = code or BLIND
    return code, lines


def main() -> int:
    today, wanted = datetime.now(UTC).date(), pinned(LOCK.read_text("utf-8"))
    live = audited(LOCK)
    base = json.loads(BASE.read_text("utf-8")) if BASE.exists() else {}
    code, lines = judged(wanted, live, base, today)
    sys.stderr.writelines(f"{line}\n" for line in lines)
    looked = known(live)
    if "--write" in sys.argv[1:] and looked:
        told = [{key: one[key] for key in ("name", "version", "vulns")} for one in looked]
        document = {"on": today.isoformat(), "packages": told}
        BASE.write_text(json.dumps(document, indent=1, sort_keys=True) + "\n", "utf-8")
    return code


if __name__ == "__main__":
    sys.exit(main())
