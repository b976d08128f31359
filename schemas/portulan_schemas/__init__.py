"""Check files against the public schemas of this folder, with Python alone.

    portulan-schemas check FILE… [--schema NAME] [--json]
    portulan-schemas list

JSON by the JSON Schema that its `format` names, CSV by the Table Schema that has its columns. The
part of JSON Schema 2020-12 that the schemas use is read; a keyword that is not known is refused
when the schema is loaded, never passed over.
"""

from __future__ import annotations

import argparse
import csv
import datetime
import json
import re
import sys
from collections.abc import Callable, Iterator, Mapping
from decimal import Decimal, InvalidOperation
from itertools import islice
from pathlib import Path
from typing import Any

HERE = Path(__file__).resolve().parent
KNOWN = frozenset(
    [
        "$schema",
        "$defs",
        "$ref",
        "title",
        "description",
        "default",
        "examples",
        "type",
        "enum",
        "const",
        "pattern",
        "format",
        "minLength",
        "maxLength",
        "minimum",
        "maximum",
        "exclusiveMinimum",
        "exclusiveMaximum",
        "properties",
        "required",
        "additionalProperties",
        "propertyNames",
        "items",
        "anyOf",
    ]
)
TYPES: Mapping[str, tuple[type, ...]] = {
    "object": (dict,),
    "array": (list,),
    "string": (str,),
    "integer": (int,),
    "number": (int, float),
    "boolean": (bool,),
    "null": (type(None),),
}
MOST = 200  # faults that are told
Faults = Iterator[tuple[str, str]]


class NoSchemaError(Exception):
    """A file that cannot be read, or that no schema is for."""


# --- JSON Schema --------------------------------------------------------------------------------


def faults_of_json(
    value: Any, schema: Mapping[str, Any], root: Any = None, at: str = "$"
) -> Faults:
    """Yield what a value has that its schema refuses: where, and why."""
    root = root if root is not None else schema
    if "$ref" in schema:
        name = schema["$ref"].rpartition("/")[2]
        yield from faults_of_json(value, root["$defs"][name], root, at)
        return
    if "anyOf" in schema:
        tried = [list(faults_of_json(value, one, root, at)) for one in schema["anyOf"]]
        if all(tried):
            yield from min(tried, key=len)
        return
    kind = schema.get("type")
    if kind is not None and not _is(value, kind):
        yield at, f"{kind} expected"
        return
    if "enum" in schema and value not in schema["enum"]:
        yield at, f"one of {', '.join(map(str, schema['enum']))} expected"
    if "const" in schema and value != schema["const"]:
        yield at, f"{schema['const']!r} expected"
    for of, judge in ((str, _text), (dict, _object), (list, _array)):
        if isinstance(value, of):
            yield from judge(value, schema, root, at)
    if isinstance(value, (int, float)) and not isinstance(value, bool):
        yield from _number(value, schema, at)


def _is(value: Any, kind: str) -> bool:
    if isinstance(value, bool):
        return kind == "boolean"
    if isinstance(value, float) and kind == "integer":
        return value.is_integer()
    return isinstance(value, TYPES[kind])


def _text(value: str, schema: Mapping[str, Any], _root: Any, at: str) -> Faults:
    if len(value) < schema.get("minLength", 0):
        yield at, "text too short"
    if len(value) > schema.get("maxLength", len(value)):
        yield at, "text too long"
    if "pattern" in schema and not re.search(schema["pattern"], value):
        yield at, f"must match {schema['pattern']}"
    if schema.get("format") == "date" and not _is_day(value):
        yield at, "a day expected, YYYY-MM-DD"


def _number(value: float, schema: Mapping[str, Any], at: str) -> Faults:
    tests: tuple[tuple[str, Callable[[float, float], bool]], ...] = (
        ("minimum", lambda one, end: one >= end),
        ("maximum", lambda one, end: one <= end),
        ("exclusiveMinimum", lambda one, end: one > end),
        ("exclusiveMaximum", lambda one, end: one < end),
    )
    for name, holds in tests:
        if name in schema and not holds(value, schema[name]):
            yield at, f"{name} is {schema[name]}"


def _object(value: dict[str, Any], schema: Mapping[str, Any], root: Any, at: str) -> Faults:
    known = schema.get("properties", {})
    for name in schema.get("required", ()):
        if name not in value:
            yield f"{at}.{name}", "missing"
    more = schema.get("additionalProperties", True)
    for name, one in value.items():
        if "propertyNames" in schema:
            yield from faults_of_json(name, schema["propertyNames"], root, f"{at}.{name}")
        if name in known:
            yield from faults_of_json(one, known[name], root, f"{at}.{name}")
        elif more is False:
            yield f"{at}.{name}", "not expected"
        elif isinstance(more, dict):
            yield from faults_of_json(one, more, root, f"{at}.{name}")


def _array(value: list[Any], schema: Mapping[str, Any], root: Any, at: str) -> Faults:
    for rank, one in enumerate(value if "items" in schema else ()):
        yield from faults_of_json(one, schema["items"], root, f"{at}[{rank}]")


def _is_day(text: str) -> bool:
    try:
        datetime.date.fromisoformat(text)
    except ValueError:
        return False
    return len(text) == 10


# --- Table Schema -------------------------------------------------------------------------------


def faults_of_table(rows: Iterator[list[str]], schema: Mapping[str, Any]) -> Faults:
    """Yield what the rows of a CSV have that its Table Schema refuses."""
    heads = next(rows, [])
    fields = {one["name"]: one for one in schema["fields"]}
    for name in heads:
        if name not in fields:
            yield "line 1", f"{name}: no such column"
    for name, one in fields.items():
        if name not in heads and one.get("constraints", {}).get("required"):
            yield "line 1", f"{name}: missing"
    seen: dict[tuple[str, ...], int] = {}
    key = [heads.index(name) for name in schema.get("primaryKey", ()) if name in heads]
    for line, row in enumerate(rows, 2):
        if len(row) != len(heads):
            yield f"line {line}", f"{len(heads)} cells expected, {len(row)} found"
            continue
        for name, cell in zip(heads, row, strict=True):
            for why in _cell(cell, fields[name]) if name in fields else ():
                yield f"line {line}, {name}", why
        its = tuple(row[column] for column in key)
        if key and seen.setdefault(its, line) != line:
            yield f"line {line}", f"same {', '.join(schema['primaryKey'])} as line {seen[its]}"


def _cell(cell: str, field: Mapping[str, Any]) -> Iterator[str]:
    rules = field.get("constraints", {})
    if not cell:
        if rules.get("required"):
            yield "missing"
        return
    kind = field.get("type", "string")
    if kind == "date" and not _is_day(cell):
        yield "a day expected, YYYY-MM-DD"
    if kind in ("integer", "year") and not re.fullmatch(r"-?\d+", cell):
        yield "a whole number expected"
    if kind == "boolean" and cell not in ("true", "false"):
        yield "true or false expected"
    if kind in ("number", "integer", "year"):
        yield from _of_number(cell, rules)
    if "enum" in rules and cell not in rules["enum"]:
        yield f"one of {', '.join(rules['enum'])} expected"
    if "pattern" in rules and not re.fullmatch(rules["pattern"], cell):
        yield f"must match {rules['pattern']}"


def _of_number(cell: str, rules: Mapping[str, Any]) -> Iterator[str]:
    try:
        number = Decimal(cell)
    except InvalidOperation:
        yield "a number expected, with a point"
        return
    if "minimum" in rules and number < Decimal(str(rules["minimum"])):
        yield f"minimum is {rules['minimum']}"
    if "maximum" in rules and number > Decimal(str(rules["maximum"])):
        yield f"maximum is {rules['maximum']}"


# --- files --------------------------------------------------------------------------------------


def schemas(kind: str) -> dict[str, dict[str, Any]]:
    """Return the schemas of a kind (`json`, `table`) by name."""
    return {
        path.stem: json.loads(path.read_text(encoding="utf-8"))
        for path in sorted((HERE / kind).glob("*.json"))
    }


def check(path: Path, name: str = "") -> tuple[str, list[tuple[str, str]]]:
    """Return which schema a file was checked by, and its faults. Raises NoSchemaError."""
    try:
        text = path.read_bytes().decode("utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        raise NoSchemaError(f"{path}: cannot be read as UTF-8 text ({error})") from None
    if text.lstrip()[:1] in ("{", "["):
        return _check_json(path, text, name)
    return _check_table(path, text, name)


def _check_json(path: Path, text: str, name: str) -> tuple[str, list[tuple[str, str]]]:
    try:
        value = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise NoSchemaError(f"{path}: this is no JSON ({error})") from None
    known = schemas("json")
    found = str(value.get("format", "")) if isinstance(value, dict) else ""
    name = name or found.removeprefix("portulan-").replace("/", "-")
    if name not in known:
        raise NoSchemaError(f"{path}: no schema is for it; --schema is one of {', '.join(known)}")
    return name, _told(faults_of_json(value, known[name]))


def _check_table(path: Path, text: str, name: str) -> tuple[str, list[tuple[str, str]]]:
    first = text.partition("\n")[0]
    cut = max(",;\t", key=first.count)
    rows = csv.reader(text.splitlines(keepends=True), delimiter=cut)
    known = schemas("table")
    if not name:
        heads = {one.strip().strip('"') for one in first.strip().split(cut)}
        fit = {
            one: len(heads & {field["name"] for field in schema["fields"]}) / len(schema["fields"])
            for one, schema in known.items()
        }
        name = max(fit, key=lambda one: fit[one])
        if fit[name] < 0.5:
            name = ""
    if name not in known:
        raise NoSchemaError(
            f"{path}: no table has these columns; --schema is one of {', '.join(known)}"
        )
    return name, _told(faults_of_table(rows, known[name]))


def _told(faults: Faults) -> list[tuple[str, str]]:
    return list(islice(faults, MOST))


def unknown_words(schema: Any) -> set[str]:
    """Return the keywords of a schema that this program does not read."""
    if not isinstance(schema, dict):
        return set()
    found = set(schema) - KNOWN
    for name, one in schema.items():
        if name in ("properties", "$defs"):
            found |= set().union(*map(unknown_words, one.values()))
        elif name in ("items", "additionalProperties", "propertyNames"):
            found |= unknown_words(one)
        elif name == "anyOf":
            found |= set().union(*map(unknown_words, one))
    return found


def main(given: list[str] | None = None) -> int:
    """Run the command."""
    parser = argparse.ArgumentParser(prog="portulan-schemas", description=__doc__.split("\n")[0])
    doing = parser.add_subparsers(dest="doing", required=True)
    checking = doing.add_parser("check", help="check files")
    checking.add_argument("files", nargs="+", type=Path, metavar="FILE")
    checking.add_argument("--schema", default="", help="name of the schema, else that of the file")
    checking.add_argument("--json", action="store_true", help="print one JSON document")
    doing.add_parser("list", help="list the schemas")
    asked = parser.parse_args(given)
    if asked.doing == "list":
        print("\n".join(f"{kind}/{name}" for kind in ("json", "table") for name in schemas(kind)))
        return 0
    code, documents = 0, []
    for path in asked.files:
        try:
            name, faults = check(path, asked.schema)
        except NoSchemaError as error:
            print(error, file=sys.stderr)
            code = 2
            documents.append({"file": str(path), "schema": None, "valid": False, "faults": []})
            continue
        code = max(code, 1 if faults else 0)
        told = [{"at": at, "message": why} for at, why in faults]
        documents.append({"file": str(path), "schema": name, "valid": not faults, "faults": told})
        if not asked.json:
            for at, why in faults:
                print(f"{path}: {at}: {why}")
            if not faults:
                print(f"{path}: {name}: valid")
    if asked.json:
        whole = documents[0] if len(documents) == 1 else {"files": documents}
        print(json.dumps(whole, ensure_ascii=False, indent=1))
    return code


if __name__ == "__main__":
    sys.exit(main())
