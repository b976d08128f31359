"""The files of a plan as texts: the same plan always gives the same bytes (pure).

plan.yaml            the head: title, years, axes, goals, editions of practices, answers to them
indicators/KEY.yaml  an indicator, with its targets and its readings
actions/NNN.md       an action: what it is in a YAML head, then its description in Markdown
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from decimal import Decimal
from enum import StrEnum
from functools import lru_cache
from typing import Any

import yaml

from portulan.core.contracts import Shape
from portulan.plans.files.document import (
    ACTION,
    INDICATOR,
    NAME,
    PLAN,
    ActionText,
    PlanFolder,
)

_MOST_KEY = 120  # characters: the library writes longer keys otherwise
# Ends of lines for YAML alone: written as they are, they would be read as spaces, or end a key.
_ENDS = re.compile("[\x85\u2028\u2029]")
HEAD, ACTIONS, INDICATORS = "plan.yaml", "actions/", "indicators/"
FENCE = "---\n"


class _Dumper(yaml.SafeDumper):
    """Lines of a text as they are, numbers and days without quotes, no alias."""

    def ignore_aliases(self, data: object) -> bool:
        return True

    def increase_indent(self, flow: bool = False, indentless: bool = False) -> None:
        super().increase_indent(flow, False)


def _text(dumper: yaml.SafeDumper, text: str) -> yaml.ScalarNode:
    style = '"' if _ENDS.search(text) else "|" if "\n" in text else None
    return dumper.represent_scalar("tag:yaml.org,2002:str", str(text), style=style)


def _number(dumper: yaml.SafeDumper, number: Decimal) -> yaml.ScalarNode:
    written = format(number, "f")
    tag = "float" if "." in written else "int"
    return dumper.represent_scalar(f"tag:yaml.org,2002:{tag}", written)


_Dumper.add_representer(str, _text)
_Dumper.add_multi_representer(StrEnum, _text)
_Dumper.add_representer(Decimal, _number)
_Dumper.add_representer(tuple, lambda dumper, items: dumper.represent_list(items))


def texts(folder: PlanFolder) -> dict[str, str]:
    """Return the text of each file, by its path in the folder."""
    written = {HEAD: _yaml({"format": NAME, **_said(PLAN, folder.plan)})}
    for key, indicator in folder.indicators.items():
        written[f"{INDICATORS}{key}.yaml"] = _yaml(_said(INDICATOR, indicator))
    for action in folder.actions:
        written[path_of(action.number)] = _action(action)
    return written


def path_of(number: int) -> str:
    """Return where the action of a number stands."""
    return f"{ACTIONS}{number:03d}.md"


def _action(action: ActionText) -> str:
    head = _yaml(_said(ACTION, replace(action, description="")))
    body = f"\n{action.description}\n" if action.description else ""
    return f"{FENCE}{head}{FENCE}{body}"


def _said(shape: Shape[Any], value: object) -> dict[str, Any]:
    """Return what a value says: what is unknown, empty or as usual is left out."""
    said: dict[str, Any] = shape.adapter.dump_python(value, exclude_defaults=True)
    return said


def _yaml(document: Mapping[str, Any]) -> str:
    """Return a document in YAML, as `by_the_library` writes it, in a sixth of its time.

    Thousands of files are alike: what is written of one value is remembered. What stands on several
    lines, or in lists of lists, is left to the library.
    """
    try:
        return "".join(_mapping(document, ""))
    except _ByTheLibraryError:
        return by_the_library(document)


def by_the_library(document: Mapping[str, Any]) -> str:
    return yaml.dump(
        dict(document), Dumper=_Dumper, allow_unicode=True, sort_keys=False, width=1_000_000
    )


class _ByTheLibraryError(Exception):
    """Something that only the library writes."""


# Words that are no number, no day and nothing of YAML: written as they are.
_PLAIN = re.compile(r"[^\W\d_](?:[^\W_]|[ ’/.-](?=[^\W_]))*")
_WORDS = frozenset({"y", "n", "yes", "no", "true", "false", "on", "off", "null"})


def _mapping(document: Mapping[str, Any], margin: str) -> Iterator[str]:
    for key, value in document.items():
        if len(key) > _MOST_KEY:
            raise _ByTheLibraryError
        if isinstance(value, Mapping) and value:
            yield f"{margin}{_scalar(key)}:\n"
            yield from _mapping(value, f"{margin}  ")
        elif isinstance(value, (list, tuple)) and value:
            yield f"{margin}{_scalar(key)}:\n"
            yield from _items(value, f"{margin}  ")
        else:
            yield f"{margin}{_scalar(key)}: {_scalar_of(value)}\n"


def _items(items: Iterable[Any], margin: str) -> Iterator[str]:
    for one in items:
        if isinstance(one, (list, tuple)):
            raise _ByTheLibraryError
        if isinstance(one, Mapping) and one:
            first, *rest = _mapping(one, f"{margin}  ")
            yield f"{margin}- {first[len(margin) + 2 :]}"
            yield from rest
        else:
            yield f"{margin}- {_scalar_of(one)}\n"


def _scalar_of(value: Any) -> str:
    if isinstance(value, Mapping):
        return "{}"
    if isinstance(value, (list, tuple)):
        return "[]"
    if isinstance(value, str):
        return _scalar(str(value))
    if isinstance(value, Decimal):  # 10 and 10.00 are equal, and are not written alike
        return format(value, "f")
    return str(value) if type(value) is int else _other(value)


@lru_cache(maxsize=20_000)
def _scalar(text: str) -> str:
    if _PLAIN.fullmatch(text) and text.lower() not in _WORDS:
        return text
    if "\n" in text or _ENDS.search(text):
        raise _ByTheLibraryError
    return by_the_library({"k": text})[3:-1]


@lru_cache(maxsize=20_000, typed=True)
def _other(value: Any) -> str:
    """Return a day, a yes, nothing."""
    return by_the_library({"k": value})[3:-1]


def parted(text: str) -> tuple[str, str] | None:
    """Return the head of an action and the text below, None where there is no head."""
    if not text.startswith(FENCE):
        return None
    head, fence, body = text.removeprefix(FENCE).partition(f"\n{FENCE}")
    if not fence:
        head, fence, body = text.removeprefix(FENCE).partition("\n---")
        if not fence or body:
            return None
    return f"{head}\n", body.removeprefix("\n").removesuffix("\n")
