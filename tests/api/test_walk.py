"""Everything that a screen writes has an operation, or a line in a table with its reason."""

from __future__ import annotations

import ast
import inspect
import re
from collections.abc import Callable
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from portulan.api.registry import SUBJECTS, endpoints

ROOT = Path(__file__).parent.parent.parent
SOURCE = ROOT / "src" / "portulan"
DOMAINS = (
    *("accounts", "catalogue", "evidence", "indicators", "sources", "plans", "budget", "impact"),
    *("portfolio", "observatory", "publication", "steering"),
)
# Those that take an actor and write nothing.
READS = frozenset(
    {
        *("offered_to", "versions_for", "family_of", "said_by", "links_of", "elsewhere", "said_of"),
        *("links_in", "missing_ends", "comparison_of", "steps_between", "may_with", "may_on"),
        *("check", "owns", "edition_news", "evidence_of", "proof_of", "judge"),
        *("asking", "members_of", "table_of", "copies_of", "sent_by", "received_by", "foresee"),
        *("acting_for", "latest", "sheets_file"),
        *("delegations_of", "given_now", "given_to", "get_held", "get_offered"),
        *("unmerging", "waiting_of", "get_preview", "may_answer_for"),
        *("bodies_of", "kept_of", "content_of", "since", "hand_over", "folder_of", "waiting_for"),
    }
)


def services_of_screens() -> dict[str, Callable[..., Any]]:
    """Return what the screens import that takes an actor first, by the module and name of each."""
    found: dict[str, Callable[..., Any]] = {}
    for path in SOURCE.glob("web/**/*.py"):
        for name, module in imported(path):
            if is_module(f"{module}.{name}"):
                import_module(f"{module}.{name}")  # a package has it once it is imported
            thing = getattr(import_module(module), name, None)
            if inspect.ismodule(thing):
                used = re.findall(rf"\b{name}\.(\w+)", path.read_text(encoding="utf-8"))
                things = [getattr(thing, one, None) for one in used]
            else:
                things = [thing]
            for one in things:
                if takes_actor(one) and one.__name__ not in READS:
                    found[f"{one.__module__.removeprefix('portulan.')}.{one.__name__}"] = one
    return found


def is_module(name: str) -> bool:
    try:
        return find_spec(name) is not None
    except ModuleNotFoundError:  # of a module, which holds no other
        return False


def imported(path: Path) -> list[tuple[str, str]]:
    tree = ast.parse(path.read_text(encoding="utf-8"))
    froms = [node for node in ast.walk(tree) if isinstance(node, ast.ImportFrom) and node.module]
    return [
        (alias.name, str(node.module))
        for node in froms
        if str(node.module).startswith("portulan.") and str(node.module).split(".")[1] in DOMAINS
        for alias in node.names
    ]


def takes_actor(thing: Any) -> bool:
    if not inspect.isfunction(thing):
        return False
    first = next(iter(inspect.signature(thing).parameters.values()), None)
    return (
        first is not None
        and first.name == "actor"
        and first.kind is inspect.Parameter.POSITIONAL_OR_KEYWORD
    )


def served() -> set[Callable[..., Any]]:
    """Return the functions that the operations call, by themselves or through one of their own."""
    found: set[Callable[..., Any]] = set()
    for subject in SUBJECTS:
        module = import_module(f"portulan.api.resources.{subject}")
        for thing in vars(module).values():
            if inspect.isfunction(thing):
                found.add(thing)
            elif inspect.ismodule(thing) and thing.__name__.startswith("portulan"):
                name = subject_name(module, thing)
                used = re.findall(rf"\b{name}\.(\w+)", inspect.getsource(module))
                found |= {getattr(thing, one) for one in used if hasattr(thing, one)}
    return found


def subject_name(module: Any, thing: Any) -> str:
    return next(name for name, one in vars(module).items() if one is thing)


def left_out() -> dict[str, str]:
    """Return what the documentation says that no operation does, with its reason."""
    text = (ROOT / "docs" / "reference" / "api.md").read_text(encoding="utf-8")
    return dict(re.findall(r"^\| `([a-z_.]+)` \| (.+?) \|$", text, re.M))


def test_each_service_of_a_screen_has_an_operation_or_a_reason() -> None:
    services, called, told = services_of_screens(), served(), left_out()
    assert len(services) > 130
    without = {name for name, one in services.items() if one not in called}
    assert without == set(told)
    assert all(reason.strip() for reason in told.values())


def test_names_and_addresses_are_said_once() -> None:
    names = [one.name for one in endpoints()]
    places = [(one.method, one.path) for one in endpoints()]
    assert len(names) == len(set(names))
    assert len(places) == len(set(places))
