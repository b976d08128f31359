"""Small faults put one by one in the modules that decide, to see whether the tests would fail.

Run by `make mutants`, in an environment of its own: the faults are those of Cosmic Ray, and two of
ours that it lacks (another member of the same enumeration, a statement taken away). Each is tried
in a copy of the tree, in a process forked once Django is imported, on the tests nearest to the
module, until one fails. The same seed draws the same faults.

Exits 1 when more than one in ten of the faults that change something survive. Those that change
nothing are told apart in `tools/mutants_alike.txt`, each with its reason.
"""

from __future__ import annotations

import argparse
import ast
import difflib
import os
import re
import shutil
import signal
import sys
import time
from collections import defaultdict
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from functools import partial
from itertools import zip_longest
from pathlib import Path
from random import Random

import cosmic_ray.plugins
import parso
import pytest
from cosmic_ray.ast import ast_nodes
from cosmic_ray.mutating import mutate_code

ROOT = Path(__file__).resolve().parent.parent
TREE, ALIKE = ROOT / ".mutants" / "tree", ROOT / "tools" / "mutants_alike.txt"
SURVIVE_AT_MOST = 0.1
# The tests that hold a module, the nearest first: a fault costs what they cost.
_THRESHOLDS, _SHARE = "house/test_thresholds.py", "budget/indicator/test_share.py"
MODULES = {
    "accounts/access.py": ["accounts/test_access.py"],
    "plans/commitments/rules.py": [
        "plans/commitments/test_rules.py",
        _THRESHOLDS,
        "plans/commitments/test_corrections.py",
    ],
    "plans/states/rules.py": ["plans/states", _THRESHOLDS],
    "indicators/series.py": ["indicators/test_series.py", _THRESHOLDS],
    "budget/indicator/share.py": [_SHARE, _THRESHOLDS],
    "budget/lines/weighing.py": [_SHARE, "budget/lines/test_sums.py"],
    "budget/lines/sums.py": [_SHARE, "house/test_seals.py", "budget/lines/test_sums.py"],
    "budget/perimeter/rules.py": ["budget/perimeter/test_rules.py"],
    "budget/attributions/rules.py": ["budget/attributions/test_rules.py"],
    "budget/legal/rules.py": ["budget/legal", _THRESHOLDS],
    "budget/perimeter/precedents.py": ["budget/perimeter", _THRESHOLDS],
    "budget/alerts/rules.py": ["budget/alerts", _THRESHOLDS],
    "budget/imports/plausibility.py": [_THRESHOLDS, "budget/imports/test_plausibility.py"],
    "budget/readers/totem.py": [
        "budget/readers/test_totem.py",
        "core/tables/test_xml_pieces.py",
    ],
    "budget/readers/scdl.py": ["budget/readers/test_scdl.py"],
    "portfolio/engine/evaluator.py": ["portfolio/engine/test_evaluator.py"],
    "catalogue/comparison/rules.py": ["catalogue/comparison"],
}
# What these replace means the same: members of enumerations are single.
_SAME = re.compile(r"_(Is_Eq|Eq_Is|IsNot_NotEq|NotEq_IsNot)$")


@dataclass(frozen=True)
class Fault:
    """A module with one thing changed."""

    module: str
    source: str
    faulty: str

    @property
    def changed(self) -> tuple[str, str]:
        """The lines taken away and put in their place, without their indents."""
        lines = self.diff(around=0).splitlines()
        taken, put = (
            " ".join(line[1:].strip() for line in lines if line.startswith(mark)) for mark in "-+"
        )
        return taken, put

    def diff(self, around: int = 1) -> str:
        before, after = self.source.splitlines(), self.faulty.splitlines()
        lines = difflib.unified_diff(before, after, lineterm="", n=around)
        return "\n".join(list(lines)[2:])


def faults_of(module: str, draw: Random, number: int) -> list[Fault]:
    """Return so many faults of a module, drawn: at most one for each place and sort of fault."""
    source = (ROOT / "src" / "portulan" / module).read_text(encoding="utf-8")
    places: dict[tuple[str, str], list[Callable[[], str | None]]] = defaultdict(list)
    for place, sort, make in (*_of_cosmic_ray(source), *_members(source), *_statements(source)):
        places[str(place), sort].append(make)
    meant, found = _meaning(source), []
    for place in draw.sample(sorted(places), len(places)):
        for make in draw.sample(places[place], len(places[place])):
            faulty = make()
            if faulty is not None and _meaning(faulty) not in {meant, None}:
                found.append(Fault(module, source, faulty))
                break
        if len(found) == number:
            break
    return found


type Made = Iterator[tuple[object, str, Callable[[], str | None]]]


def _of_cosmic_ray(source: str) -> Made:
    nodes = list(ast_nodes(parso.parse(source)))
    for name in sorted(cosmic_ray.plugins.operator_names()):
        operator = cosmic_ray.plugins.get_operator(name)
        if operator.arguments() or _SAME.search(name):
            continue
        starts = [start for node in nodes for start, _end in operator().mutation_positions(node)]
        for occurrence, start in enumerate(starts):
            yield start, name.split("_")[0], partial(mutate_code, source, operator(), occurrence)


def _members(source: str) -> Made:
    """Another member of the enumeration, where the module uses several, named alone or not."""
    nodes = list(ast.walk(ast.parse(source)))
    owners = {name.id: owner for node in nodes for name, owner in _short_names(node)}
    for node in nodes:
        if _is_member(node):
            owners[ast.unparse(node)] = node.value.id
    for node in nodes:
        alone = isinstance(node, ast.Name) and isinstance(node.ctx, ast.Load)
        if (alone or _is_member(node)) and (word := ast.unparse(node)) in owners:
            for other in sorted(owners.keys() - {word}):
                if owners[other] == owners[word] and ("." in other) == ("." in word):
                    yield _place(node), "member", partial(_replaced, source, node, other)


def _short_names(node: ast.AST) -> Iterator[tuple[ast.Name, str]]:
    """Yield the names given to members of enumerations, with the enumeration's."""
    if isinstance(node, ast.Assign):
        names, values = (
            each.elts if isinstance(each, ast.Tuple) else [each]
            for each in (node.targets[0], node.value)
        )
        for name, value in zip(names, values, strict=False):
            if isinstance(name, ast.Name) and _is_member(value):
                yield name, value.value.id


def _statements(source: str) -> Made:
    """A call, a yield or an addition that is not made."""
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.AugAssign) or (
            isinstance(node, ast.Expr) and not isinstance(node.value, ast.Constant)
        ):
            yield _place(node), "statement", partial(_replaced, source, node, "pass")


def _place(node: ast.AST) -> tuple[int, int]:
    return node.lineno, node.col_offset


def _is_member(node: ast.AST) -> bool:
    return (
        isinstance(node, ast.Attribute)
        and node.attr.isupper()
        and isinstance(node.value, ast.Name)
        and node.value.id[0].isupper()
    )


def _replaced(source: str, node: ast.AST, text: str) -> str:
    lines = source.encode().splitlines(keepends=True)
    start = sum(map(len, lines[: node.lineno - 1])) + node.col_offset
    end = sum(map(len, lines[: node.end_lineno - 1])) + node.end_col_offset
    return (source.encode()[:start] + text.encode() + source.encode()[end:]).decode()


class _Meant(ast.NodeTransformer):
    """Leaves out what nobody runs: annotations, protocols, what callers are only forbidden."""

    def visit_arg(self, node: ast.arg) -> ast.AST:
        node.annotation = None
        return node

    def visit_arguments(self, node: ast.arguments) -> ast.AST:
        node.args = [*node.posonlyargs, *node.args, *node.kwonlyargs]
        node.defaults += filter(None, node.kw_defaults)
        node.kw_defaults = []
        node.posonlyargs = node.kwonlyargs = []
        return self.generic_visit(node)

    def visit_ClassDef(self, node: ast.ClassDef) -> ast.AST | None:
        is_protocol = any(ast.unparse(base) == "Protocol" for base in node.bases)
        return None if is_protocol else self.generic_visit(node)

    def visit_FunctionDef(self, node: ast.FunctionDef) -> ast.AST:
        node.returns = None
        return self.generic_visit(node)

    def visit_AnnAssign(self, node: ast.AnnAssign) -> ast.AST:
        node.annotation = ast.Constant(None)
        return self.generic_visit(node)

    def visit_TypeAlias(self, node: ast.TypeAlias) -> None:
        return None

    def visit_keyword(self, node: ast.keyword) -> ast.AST | None:
        return None if node.arg in {"slots", "frozen"} else self.generic_visit(node)


def _meaning(source: str) -> str | None:
    """Return what identifies code that does the same, None where it is no code."""
    try:
        return ast.dump(_Meant().visit(ast.parse(source)))
    except SyntaxError:
        return None


@dataclass
class Tried:
    """What became of the faults of a module."""

    faults: list[Fault]
    killed: int = 0
    alike: int = 0
    survivors: list[Fault] = field(default_factory=list)


class Runner:
    """Runs the tests of a module in the copy of the tree, in a process of their own."""

    def __init__(self) -> None:
        shutil.rmtree(TREE, ignore_errors=True)
        TREE.mkdir(parents=True)
        ignored = shutil.ignore_patterns("__pycache__", ".hypothesis")
        for folder in ("src", "tests"):
            shutil.copytree(ROOT / folder, TREE / folder, ignore=ignored)
        shutil.copy(ROOT / "pyproject.toml", TREE)
        (TREE / "data").mkdir()
        self._limits: dict[str, float] = {}

    def passes(self, module: str, source: str) -> bool:
        """Tell whether the tests of a module pass with this source; they have five times theirs."""
        path = TREE / "src" / "portulan" / module
        path.write_text(source, encoding="utf-8")
        for compiled in (path.parent / "__pycache__").glob(f"{path.stem}.*"):
            compiled.unlink()  # two faults may have the same size within a second
        started = time.monotonic()
        passed = _forked(module, self._limits.get(module, 600))
        if passed and module not in self._limits:
            self._limits[module] = 20 + 5 * (time.monotonic() - started)
        return passed

    def restore(self, module: str) -> None:
        shutil.copy(ROOT / "src" / "portulan" / module, TREE / "src" / "portulan" / module)


def _forked(module: str, limit: float) -> bool:
    child = os.fork()
    if not child:
        os.setsid()
        os.chdir(TREE)
        log = os.open(TREE.parent / "last.log", os.O_WRONLY | os.O_CREAT | os.O_TRUNC)
        os.dup2(log, 1)
        os.dup2(log, 2)
        os.environ["PORTULAN_DATA"] = str(TREE / "data")
        os.environ["PYTHONPATH"] = str(TREE / "src")
        sys.path.insert(0, str(TREE / "src"))
        loaded = "ignore::pytest.PytestAssertRewriteWarning"
        options = ["-xW", loaded, "-pno:randomly", "-n0", "--reuse-db"]
        options.append("--hypothesis-profile=mutants")
        os._exit(pytest.main([*options, *(f"tests/{one}" for one in MODULES[module])]))
    end = time.monotonic() + limit
    while time.monotonic() < end:
        done, status = os.waitpid(child, os.WNOHANG)
        if done:
            return os.waitstatus_to_exitcode(status) == 0
        time.sleep(0.02)
    os.killpg(child, signal.SIGKILL)
    os.waitpid(child, 0)
    return False


def told_alike() -> list[tuple[str, str, str, str]]:
    """Return the faults known to change nothing: module, line taken, start and end of the other."""
    told = []
    for block in ALIKE.read_text(encoding="utf-8").split("\n\n"):
        lines = [line for line in block.splitlines() if line and not line.startswith("#")]
        if lines:
            module, taken, put = lines
            start, _, end = put.removeprefix("+ ").partition("…")
            told.append((module, taken.removeprefix("- "), start, end))
    return told


def _is_alike(fault: Fault, told: list[tuple[str, str, str, str]]) -> bool:
    taken, put = fault.changed
    return any(
        (fault.module, taken) == (module, line) and put.startswith(start) and put.endswith(end)
        for module, line, start, end in told
    )


def main() -> int:
    reading = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    reading.add_argument("only", nargs="*", help="modules, or parts of their names")
    reading.add_argument("--each", type=int, default=25, help="faults a module (25)")
    reading.add_argument("--minutes", type=float, default=1e9, help="start none after that")
    reading.add_argument("--seed", default="1", help="of the drawing (1)")
    asked = reading.parse_args()
    end, alike, runner = time.monotonic() + 60 * asked.minutes, told_alike(), Runner()
    tried: dict[str, Tried] = {}
    for module in MODULES:
        if asked.only and not any(part in module for part in asked.only):
            continue
        draw = Random(f"{asked.seed} {module}")  # noqa: S311 (not a secret)
        tried[module] = Tried(faults_of(module, draw, asked.each))
        if not runner.passes(module, tried[module].faults[0].source):
            _say(f"{module}: its tests fail without any fault (.mutants/last.log)")
            return 2
    # One of each module in turn, so that a short time sees a little of all.
    for fault in (one for row in zip_longest(*(t.faults for t in tried.values())) for one in row):
        if fault is None or time.monotonic() > end:
            continue
        result = tried[fault.module]
        if _is_alike(fault, alike):
            result.alike += 1
        elif runner.passes(fault.module, fault.faulty):
            result.survivors.append(fault)
            _say(f"{fault.module}\n{fault.diff()}\n")
        else:
            result.killed += 1
        runner.restore(fault.module)
    return _report(tried)


def _report(tried: dict[str, Tried]) -> int:
    survived = sum(len(one.survivors) for one in tried.values())
    total = survived + sum(one.killed for one in tried.values())
    for module, one in tried.items():
        alike = f", {one.alike} alike" if one.alike else ""
        _say(f"{module:34} {one.killed:3} killed, {len(one.survivors)} survived{alike}")
    _say(f"{survived} of {total} survived: {survived / max(total, 1):.0%}")
    return int(survived > SURVIVE_AT_MOST * total)


def _say(text: str) -> None:
    print(text, flush=True)  # noqa: T201


if __name__ == "__main__":
    sys.exit(main())
