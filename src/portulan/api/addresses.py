"""Which operation an address asks for, and what its parts say."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from functools import cache
from typing import Any, NamedTuple

from portulan.api.declaring import Endpoint, Listing
from portulan.api.registry import endpoints
from portulan.api.shapes import Schema

_PARAMETER = re.compile(r"{(\w+)}")
# Parts of addresses that are words; the others are numbers.
_SLUGS = {"plan": r"[-a-zA-Z0-9_]+", "scenario": r"[-a-zA-Z0-9_]+", "code": r"[^/]+"}
_SLUGS |= dict.fromkeys(("suffix", "document", "tool"), r"[^/]+")
_NUMBER = r"[0-9]{1,18}"


class Match(NamedTuple):
    endpoints: Mapping[str, Endpoint]  # by method
    values: Mapping[str, Any]
    is_csv: bool


def parts_of(path: str) -> list[str]:
    """Return the names of the parts of an address that vary."""
    return _PARAMETER.findall(path)


def is_word(part: str) -> bool:
    return part in _SLUGS


def schema_of_part(part: str) -> Schema:
    if is_word(part):
        return {"type": "string", "minLength": 1, "maxLength": 200, "pattern": r"^[-a-zA-Z0-9_.]+$"}
    return {"type": "integer", "minimum": 0, "maximum": 10**18 - 1}


def find(path: str) -> Match | None:
    """Return what may be done at an address, None where there is nothing."""
    for pattern, by_method in _patterns():
        if (found := pattern.fullmatch(path)) is not None:
            values = {
                name: value if is_word(name) else int(value)
                for name, value in found.groupdict().items()
                if name != "csv"
            }
            is_csv = bool(found.groupdict().get("csv"))
            if is_csv and not isinstance(by_method.get("GET"), Listing):
                continue
            return Match(by_method, values, is_csv)
    return None


@cache
def _patterns() -> list[tuple[re.Pattern[str], dict[str, Endpoint]]]:
    by_path: dict[str, dict[str, Endpoint]] = {}
    for one in endpoints():
        by_path.setdefault(one.path, {})[one.method] = one
    # Fixed words before what varies: `plans/starters` is no plan.
    ordered = sorted(by_path, key=lambda path: ["{" in part for part in path.split("/")])
    return [(re.compile("".join(_written(path))), by_path[path]) for path in ordered]


def _written(path: str) -> Iterator[str]:
    at = 0
    for found in _PARAMETER.finditer(path):
        yield re.escape(path[at : found.start()])
        name = found.group(1)
        yield f"(?P<{name}>{_SLUGS[name] if is_word(name) else _NUMBER})"
        at = found.end()
    yield re.escape(path[at:])
    yield r"(?P<csv>\.csv)?"
