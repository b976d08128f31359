"""Write what each shape of the product is made of: CycloneDX 1.6, with hashes and licences.

A shape is what somebody installs: the wheel alone, with one extra, or the container. Versions and
hashes are those of the lock, licences what the packages installed here say of themselves.

    python tools/bill.py DIR
"""

from __future__ import annotations

import json
import re
import sys
import tomllib
from collections.abc import Iterable, Mapping
from importlib.metadata import PackageNotFoundError, metadata, requires
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
_LINE = re.compile(r"^([A-Za-z0-9._-]+)==([^\s;\\]+)")
_CONTAINER = ("postgres", "sso", "timestamp")


def locked(text: str) -> dict[str, tuple[str, list[str]]]:
    """Return the version and the hashes of each package of a lock."""
    found: dict[str, tuple[str, list[str]]] = {}
    name = ""
    for line in text.splitlines():
        if begins := _LINE.match(line):
            name = _plain(begins[1])
            found[name] = (begins[2], [])
        elif name:
            found[name][1].extend(re.findall(r"--hash=sha256:([0-9a-f]{64})", line))
    return found


def closure(asked: Iterable[str], needs: Mapping[str, Iterable[str]]) -> set[str]:
    """Return what is installed for what is asked: all that it needs, and so on."""
    found: set[str] = set()
    waiting = list(asked)
    while waiting:
        name = waiting.pop()
        if name not in found:
            found.add(name)
            waiting.extend(needs.get(name, ()))
    return found


def bill(shape: str, version: str, packages: Iterable[Mapping[str, Any]]) -> dict[str, Any]:
    """Return the document of a shape."""
    parts = [
        {
            "type": "library",
            "name": one["name"],
            "version": one["version"],
            "purl": f"pkg:pypi/{one['name']}@{one['version']}",
            "hashes": [{"alg": "SHA-256", "content": digest} for digest in one["hashes"]],
            "licenses": [{"license": {"name": one["licence"]}}] if one["licence"] else [],
        }
        for one in packages
    ]
    return {
        "bomFormat": "CycloneDX",
        "specVersion": "1.6",
        "metadata": {"component": {"type": "application", "name": shape, "version": version}},
        "components": sorted(parts, key=lambda one: str(one["name"])),
    }


def _plain(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name).lower()


def _names(asked: Iterable[str]) -> list[str]:
    """Return the names of requirements, extras and markers of other systems apart."""
    said = (line for line in asked if "extra ==" not in line)
    return [_plain(re.split(r"[^A-Za-z0-9._-]", line)[0]) for line in said]


def _licence(name: str) -> str:
    try:
        said = metadata(name)
    except PackageNotFoundError:
        return ""
    classifiers = said.get_all("Classifier") or []
    last = [one.rsplit(" :: ", 1)[-1] for one in classifiers if one.startswith("License ::")]
    return str(said.get("License-Expression") or ", ".join(last) or said.get("License") or "")[:80]


def _needs(name: str) -> list[str]:
    try:
        return _names(requires(name) or [])
    except PackageNotFoundError:
        return []


def main() -> int:
    folder = Path(sys.argv[1])
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
    lock = locked((ROOT / "requirements.lock").read_text("utf-8"))
    needs = {name: [one for one in _needs(name) if one in lock] for name in lock}
    # A driver asked for with an extra of its own brings it.
    needs["psycopg"] = [*needs.get("psycopg", []), "psycopg-binary"]
    base, extras = _names(project["dependencies"]), project["optional-dependencies"]
    shapes = {"wheel": base} | {f"wheel-{e}": [*base, *_names(said)] for e, said in extras.items()}
    shapes["container"] = [*base, *(one for e in _CONTAINER for one in _names(extras[e]))]
    for shape, asked in shapes.items():
        packages = [
            {"name": one, "version": lock[one][0], "hashes": lock[one][1], "licence": _licence(one)}
            for one in closure(asked, needs)
            if one in lock
        ]
        document = bill(f"portulan ({shape})", project["version"], packages)
        text = json.dumps(document, indent=1, sort_keys=True) + "\n"
        (folder / f"portulan-{project['version']}-{shape}.cdx.json").write_text(text, "utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
