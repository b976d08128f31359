"""The actions of the demonstration's plan, with their story, as `actions.yaml` says them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import fields, is_dataclass
from enum import Enum
from importlib import resources
from types import UnionType
from typing import Any, get_args, get_origin, get_type_hints

import yaml

from portulan.demo.shapes import Asks, DemoAction, euros, step
from portulan.plans.models import Deliverable, Milestone
from portulan.plans.money.writes import MoneyKey
from portulan.plans.words import Section


def _actions() -> tuple[DemoAction, ...]:
    file = resources.files("portulan.demo").joinpath("plans", "actions.yaml")
    return tuple(_action(one) for one in yaml.safe_load(file.read_text(encoding="utf-8")))


def _action(said: dict[str, Any]) -> DemoAction:
    asks = _asks(said.pop("asks", []), said.pop("outside", []))
    return DemoAction(**_fields(DemoAction, said), asks=asks)


def _asks(inside: Any, beside: Any) -> Asks:
    """Return what an action asks for, of rows of a year, k€ and a section where it is known.

    No k€ is "not known"; "nothing" is a known absence of cost over the plan's years.
    """
    rows = [(year, 0) for year in (2025, 2026, 2027)] if inside == "nothing" else inside
    asks = {
        MoneyKey(year, Section[section[0]] if section else None): (
            None if thousands is None else euros(thousands)
        )
        for year, thousands, *section in rows
    }
    return asks | {
        MoneyKey(year, Section.OPERATING, in_it_budget=False): euros(thousands)
        for year, thousands in beside
    }


def _fields(kind: Any, said: Mapping[str, Any]) -> dict[str, Any]:
    hints = get_type_hints(kind)
    return {name: _value(hints[name], value) for name, value in said.items()}


def _value(kind: Any, said: Any) -> Any:
    """Return what is said of a type: words of an enumeration by name, a row in its order."""
    if isinstance(kind, UnionType):
        kind = next(one for one in get_args(kind) if one is not type(None))
    if said is None:
        return None
    if get_origin(kind) is tuple:
        return tuple(_value(get_args(kind)[0], one) for one in said)
    if kind is Milestone:
        return step(*said)
    if kind is Deliverable:
        return Deliverable(**said)
    if is_dataclass(kind):
        if isinstance(said, list):
            said = dict(zip((one.name for one in fields(kind)), said, strict=False))
        return kind(**_fields(kind, said))  # type: ignore[operator]
    return kind[said] if issubclass(kind, Enum) else said


ACTIONS = _actions()
