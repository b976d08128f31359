"""Freeze the contract of version 1 of the API in docs/reference, and say what breaks it.

python tools/frozen.py     freeze it again, at a release; refused where it breaks what was frozen

Within a version an operation, a member of an answer, a filter or a word of a list may be added
(docs/reference/api.md): programs ignore what they do not know. Anything else breaks them.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

PLACE = Path(__file__).resolve().parent.parent / "docs" / "reference" / "openapi-1.json"
METHODS = ("get", "post", "put", "patch", "delete")
_AT_MOST = ("maximum", "maxLength", "maxItems", "exclusiveMaximum")
_AT_LEAST = ("minimum", "minLength", "minItems", "exclusiveMinimum")

type Schema = Mapping[str, Any]


def text_of(contract: Schema) -> str:
    """Return the contract as it is frozen, an address or a schema a line.

    The version of the program is no part of it.
    """
    told = {**contract, "info": {**contract["info"], "version": "1"}}
    schemas = told["components"]["schemas"]
    told["components"] = {**told["components"], "schemas": {}}
    paths, told["paths"] = told["paths"], {}
    text = _json(told)
    for name, members in (("schemas", schemas), ("paths", paths)):
        lines = ",\n".join(f"{_json(key)}:{_json(one)}" for key, one in sorted(members.items()))
        text = text.replace(f'"{name}":{{}}', f'"{name}":{{\n{lines}\n}}', 1)
    return text + "\n"


def _json(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":"))


def breaks(frozen: Schema, now: Schema) -> list[str]:
    """Return what a program written for the frozen contract would no longer find."""
    return list(_Comparison(frozen, now).all())


class _Comparison:
    def __init__(self, frozen: Schema, now: Schema) -> None:
        self._frozen, self._now = frozen, now
        self._met: set[tuple[str, str, bool]] = set()

    def all(self) -> Iterator[str]:
        for path, methods in self._frozen["paths"].items():
            for method in METHODS:
                if method not in methods:
                    continue
                name = f"{method.upper()} {path}"
                there = self._now["paths"].get(path, {}).get(method)
                if there is None:
                    yield f"{name}: removed"
                else:
                    yield from self._operation(name, methods[method], there)

    def _operation(self, name: str, before: Schema, after: Schema) -> Iterator[str]:
        for key in ("operationId", "x-portulan-right"):
            if before.get(key) != after.get(key):
                yield f"{name}: {key} was {before.get(key)}, is {after.get(key)}"
        yield from self._parameters(name, before, after)
        yield from self._body(name, before.get("requestBody"), after.get("requestBody"))
        for status, answer in before["responses"].items():
            there = after["responses"].get(status)
            if there is None:
                yield f"{name}: no answer {status} any more"
                continue
            for kind, content in answer.get("content", {}).items():
                # What was any file says its types now.
                found = there.get("content", {})
                other = (
                    found.get(kind) or next(iter(found.values()), None)
                    if kind == "*/*"
                    else (found.get(kind))
                )
                if other is None:
                    yield f"{name}: {status} is no {kind} any more"
                else:
                    at = f"{name} {status}"
                    yield from self._answer(at, content.get("schema", {}), other.get("schema", {}))

    def _parameters(self, name: str, before: Schema, after: Schema) -> Iterator[str]:
        asked = {(one["in"], one["name"]): one for one in before.get("parameters", ())}
        there = {(one["in"], one["name"]): one for one in after.get("parameters", ())}
        for key, one in asked.items():
            if key not in there:
                yield f"{name}: parameter {key[1]} removed"
            else:
                at = f"{name} ?{key[1]}"
                yield from self._asked(at, one.get("schema", {}), there[key].get("schema", {}))
        for key, one in there.items():
            if one.get("required") and not asked.get(key, {}).get("required"):
                yield f"{name}: parameter {key[1]} must be sent now"

    def _body(self, name: str, before: Schema | None, after: Schema | None) -> Iterator[str]:
        if after is None:
            if before is not None:
                yield f"{name}: no body is read any more"
            return
        if after.get("required") and not (before or {}).get("required"):
            yield f"{name}: a body must be sent now"
        for kind, content in (before or {}).get("content", {}).items():
            there = after["content"].get(kind)
            if there is None:
                yield f"{name}: {kind} is not read any more"
            else:
                yield from self._asked(f"{name} body", content["schema"], there["schema"])

    # --- schemas ------------------------------------------------------------------------------

    def _asked(self, at: str, before: Schema, after: Schema) -> Iterator[str]:
        """Yield what was accepted and is not any more."""
        yield from self._compared(at, before, after, asked=True)

    def _answer(self, at: str, before: Schema, after: Schema) -> Iterator[str]:
        """Yield what was answered and is not any more."""
        yield from self._compared(at, before, after, asked=False)

    def _compared(self, at: str, before: Schema, after: Schema, *, asked: bool) -> Iterator[str]:
        if "$ref" in before and "$ref" in after:
            seen = before["$ref"], after["$ref"], asked
            if seen in self._met:
                return
            self._met.add(seen)
            at = before["$ref"].rpartition("/")[2]
        before, after = _resolved(self._frozen, before), _resolved(self._now, after)
        yield from self._types(at, before, after, asked=asked)
        had, has = before.get("properties", {}), after.get("properties", {})
        for name, one in had.items():
            if name not in has:
                yield f"{at}.{name}: removed"
            else:
                yield from self._compared(f"{at}.{name}", one, has[name], asked=asked)
        must, may = set(before.get("required", ())), set(after.get("required", ()))
        for name in sorted(may - must if asked else must - may):
            if asked or name in has:
                word = "must be sent now" if asked else "is not always there any more"
                yield f"{at}.{name}: {word}"
        if "items" in before and "items" in after:
            yield from self._compared(f"{at}[]", before["items"], after["items"], asked=asked)

    def _types(self, at: str, before: Schema, after: Schema, *, asked: bool) -> Iterator[str]:
        had, has = _kinds(self._frozen, before), _kinds(self._now, after)
        lost = had - has if asked else has - had
        if had and has and lost:
            yield f"{at}: was {_said(had)}, is {_said(has)}"
        words, others = before.get("enum"), after.get("enum")
        if words is not None and others is not None and set(words) - set(others):
            yield f"{at}: {_said(set(words) - set(others))} removed"
        if asked and words is None and others is not None:
            yield f"{at}: only {_said(others)} now"
        if asked:
            yield from _bounds(at, before, after)


def _bounds(at: str, before: Schema, after: Schema) -> Iterator[str]:
    for key in _AT_MOST:
        if key in after and after[key] < before.get(key, float("inf")):
            yield f"{at}: {key} {after[key]} now"
    for key in _AT_LEAST:
        least = 0 if key in ("minLength", "minItems") else float("-inf")
        if key in after and after[key] > before.get(key, least):
            yield f"{at}: {key} {after[key]} now"
    if "pattern" in after and after["pattern"] != before.get("pattern"):
        yield f"{at}: pattern {after['pattern']} now"


def _resolved(contract: Schema, schema: Schema) -> Schema:
    if "$ref" not in schema:
        return schema
    found: Any = contract
    for part in schema["$ref"].removeprefix("#/").split("/"):
        found = found[part]
    return dict(found)


def _kinds(contract: Schema, schema: Schema) -> set[str]:
    """Return the types that a schema lets through; none said is any."""
    schema = _resolved(contract, schema)
    found: set[str] = set()
    for branch in (*schema.get("anyOf", ()), *schema.get("oneOf", ())):
        found |= _kinds(contract, branch)
    said = schema.get("type", ())
    found |= {said} if isinstance(said, str) else set(said)
    return found | {"number"} if "integer" in found and "number" in found else found


def _said(words: Any) -> str:
    return ", ".join(sorted(map(str, words)))


if __name__ == "__main__":
    import os

    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "portulan.config.settings")
    import django

    django.setup()
    from portulan.api.contract import document

    broken = breaks(json.loads(PLACE.read_text("utf-8")), document()) if PLACE.exists() else []
    if broken:
        sys.exit("\n".join(["It would break programs, and makes version 2:", *broken]))
    PLACE.write_text(text_of(document()), encoding="utf-8", newline="\n")
