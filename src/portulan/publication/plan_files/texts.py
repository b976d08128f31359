"""The files of a plan as texts: the same plan always gives the same bytes (pure).

plan.yaml            the head: title, years, axes, goals, editions of practices, answers to them
indicators/KEY.yaml  an indicator, with its targets and its readings
actions/NNN.md       an action: what it is in a YAML head, then its description in Markdown
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from decimal import Decimal
from enum import StrEnum
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

HEAD, ACTIONS, INDICATORS = "plan.yaml", "actions/", "indicators/"
FENCE = "---\n"


class _Dumper(yaml.SafeDumper):
    """Lines of a text as they are, numbers and days without quotes, no alias."""

    def ignore_aliases(self, data: object) -> bool:
        return True

    def increase_indent(self, flow: bool = False, indentless: bool = False) -> None:
        super().increase_indent(flow, False)


def _text(dumper: yaml.SafeDumper, text: str) -> yaml.ScalarNode:
    style = "|" if "\n" in text else None
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
    return yaml.dump(
        dict(document), Dumper=_Dumper, allow_unicode=True, sort_keys=False, width=1_000_000
    )


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
