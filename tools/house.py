"""The figures of the house: sizes, addresses, mirrors, circles. Nothing of the product is run.

python tools/house.py            print them
python tools/house.py --check    print what passes its bound, and exit 1
"""

from __future__ import annotations

import ast
import re
import sys
from collections import defaultdict
from collections.abc import Iterator, Set
from dataclasses import dataclass
from pathlib import Path
from statistics import median

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))
from tools.rooms import DATA, UNITS, Sizes, data_under, faults, placed, sizes_of, table

PACKAGE = Path(__file__).resolve().parent.parent / "src" / "portulan"
# What a capability holds has the same name everywhere: these stand in as many folders as they must.
SHARED = {"__init__", "apps", "urls", "models", "guards", "words", "labels", "registry"} | {
    "reads", "writes", "views", "forms", "page", "rules",
}  # fmt: skip
# What lists its parts is no reader of them.
REGISTRIES = (
    ".urls",
    ".registry",
    ".archetypes",
    ".readers",
    ".apps",
    ".tasks",
    ".models",
    "cli.app",
)
VALUES = {"NamedTuple", "TypedDict", "BaseModel"}
# What may not grow, beside the size of each capability (tools/rooms.toml).
BOUNDS = {
    "value classes per 1,000 lines": 4.6,
    "longest template line": 160,
    "names that stand in over four folders": 5,
    "modules with one importer, in 100": 20,
    "import circles": 0,
    "longest module": 600,
    # Denser writing is no cut.
    "median lines of a function": 8,
}


@dataclass(frozen=True)
class Module:
    """One file of the product, without its tree: 1,200 trees kept are 4 s of collecting rubbish.

    `imports` names the modules of ours that it imports, late or not; `functions` holds their lines.
    """

    name: str
    path: Path
    text: str
    imports: frozenset[str]
    functions: tuple[int, ...]
    value_classes: int
    defines: bool

    @property
    def lines(self) -> int:
        return self.text.count("\n")

    @property
    def is_face(self) -> bool:
        return self.path.name == "__init__.py"

    @property
    def holds_code(self) -> bool:
        return not self.is_face or self.defines or self.lines >= 40


def module(name: str, path: Path, names: Set[str]) -> Module:
    text = path.read_text(encoding="utf-8")
    tree = ast.parse(text)
    nodes = list(statements(tree))
    return Module(
        name,
        path,
        text,
        frozenset(imported(nodes, names) - {name}),
        tuple(length(n) for n in nodes if isinstance(n, ast.FunctionDef | ast.AsyncFunctionDef)),
        sum(isinstance(n, ast.ClassDef) and is_value(n) for n in nodes),
        any(isinstance(n, ast.ClassDef | ast.FunctionDef) for n in tree.body),
    )


def length(node: ast.stmt) -> int:
    return (node.end_lineno or node.lineno) - node.lineno + 1


def statements(tree: ast.Module) -> Iterator[ast.AST]:
    """Yield the statements of a module, at any depth: a walk that leaves expressions aside."""
    waiting: list[ast.AST] = [tree]
    while waiting:
        node = waiting.pop()
        yield node
        for part in ("body", "orelse", "finalbody", "handlers", "cases"):
            waiting += getattr(node, part, ())


def is_value(node: ast.ClassDef) -> bool:
    bases = {ast.unparse(base).split(".")[-1] for base in node.bases}
    return bool(bases & VALUES) or any("dataclass" in ast.unparse(d) for d in node.decorator_list)


def modules() -> dict[str, Module]:
    paths = [path for path in sorted(PACKAGE.rglob("*.py")) if "migrations" not in path.parts]
    names = {name_of(path): path for path in paths}
    return {name: module(name, path, names.keys()) for name, path in names.items()}


def name_of(path: Path) -> str:
    parts = ("portulan", *path.relative_to(PACKAGE).with_suffix("").parts)
    return ".".join(parts).removesuffix(".__init__")


def imported(nodes: list[ast.AST], names: Set[str]) -> set[str]:
    found = set()
    for node in nodes:
        if isinstance(node, ast.ImportFrom) and node.module in names:
            whole = {f"{node.module}.{alias.name}" for alias in node.names}
            found |= (whole & names) or {node.module}
            found |= {node.module} if whole - names else set()
    return found


def circles(house: dict[str, Module]) -> list[list[str]]:
    """Return the groups of modules that import one another (Tarjan), faces seen through."""
    number: dict[str, int] = {}
    low: dict[str, int] = {}
    stack: list[str] = []
    found: list[list[str]] = []

    def visit(name: str) -> None:
        number[name] = low[name] = len(number)
        stack.append(name)
        for other in house[name].imports:
            if house[other].is_face:
                continue
            if other not in number:
                visit(other)
            if other in stack:
                low[name] = min(low[name], low[other])
        if low[name] == number[name]:
            circle = stack[stack.index(name) :]
            del stack[stack.index(name) :]
            found.extend([circle] if len(circle) > 1 else [])

    sys.setrecursionlimit(10_000)
    for name, module in house.items():
        if name not in number and not module.is_face:
            visit(name)
    return found


def with_one_importer(house: dict[str, Module]) -> Iterator[str]:
    """Yield the modules that one other alone imports, and which no registry lists."""
    importers = defaultdict(list)
    for module in house.values():
        for other in module.imports:
            importers[other].append(module.name)
    for name, module in house.items():
        by = importers[name]
        if len(by) == 1 and counts_as_room(module) and not by[0].endswith(REGISTRIES):
            yield name


def counts_as_room(module: Module) -> bool:
    return not module.is_face and not module.name.endswith((".urls", ".apps"))


def spread(house: dict[str, Module]) -> dict[str, int]:
    """Return the names of files that stand in over four folders, with their number."""
    folders = defaultdict(set)
    for module in house.values():
        stem = module.path.stem
        if stem not in SHARED and module.path.relative_to(PACKAGE).parts[0] not in ("cli", "demo"):
            folders[stem].add(module.path.parent)
    return {stem: len(found) for stem, found in folders.items() if len(found) > 4}


def figures(house: dict[str, Module]) -> dict[str, float]:
    lines = [module.lines for module in house.values()]
    rooms = [name for name, module in house.items() if counts_as_room(module)]
    urls = [m.text for m in house.values() if m.name.endswith(".urls")]
    routes = sum(len(re.findall(r"\b(?:re_)?path\((?![^)]*include)", text)) for text in urls)
    values = sum(module.value_classes for module in house.values())
    templates = [
        line
        for path in PACKAGE.rglob("*.html")
        for line in path.read_text(encoding="utf-8").splitlines()
    ]
    return {
        "modules that hold code": sum(module.holds_code for module in house.values()),
        "lines": sum(lines),
        "median lines of a module": median(lines),
        "longest module": max(lines),
        "median lines of a function": median(
            count for module in house.values() for count in module.functions
        ),
        "value classes": values,
        "value classes per 1,000 lines": round(1000 * values / sum(lines), 2),
        "modules with one importer, in 100": round(
            100 * len(list(with_one_importer(house))) / len(rooms), 1
        ),
        "routes": routes,
        "lines of templates": len(templates),
        "longest template line": max(map(len, templates)),
        "names that stand in over four folders": len(spread(house)),
        "import circles": len(circles(house)),
    }


def sizes(house: dict[str, Module]) -> dict[str, Sizes]:
    """Return the lines and the tokens of each capability, and those of the data beside them."""
    files = ((module.path.relative_to(PACKAGE).parts, module.text) for module in house.values())
    return sizes_of(files) | {DATA: data_under(PACKAGE)}


def past(found: dict[str, float]) -> list[str]:
    return [
        f"{name}: {found[name]:,}, at most {bound:,}"
        for name, bound in BOUNDS.items()
        if found[name] > bound
    ]


def of_rooms(held: dict[str, Sizes]) -> Iterator[str]:
    """Yield what is used of each room."""
    stood, rooms = table()
    lines, words = (placed(unit, held, stood, rooms)[0] for unit in UNITS)
    for room in rooms:
        yield (
            f"room {room.name:37} {lines[room.name]:>9,}   of {room.sizes['lines']:,} lines;"
            f" {words[room.name]:,} of {room.sizes['tokens']:,} tokens"
        )


def main() -> int:
    house = modules()
    found, held = figures(house), sizes(house)
    short = past(found) + faults(held, *table())
    if "--check" not in sys.argv:
        tokens = sum(one["tokens"] for name, one in held.items() if name != DATA)
        rows = [f"{name:42} {value:>9,}{bound_of(name)}" for name, value in found.items()]
        rows += [f"{'tokens':42} {tokens:>9,}", *of_rooms(held)]
        rows += [f"in {number} folders: {stem}" for stem, number in spread(house).items()]
        rows += ["a circle: " + ", ".join(sorted(circle)) for circle in circles(house)]
        sys.stdout.write("\n".join(rows) + "\n")
    if short:
        sys.stdout.write("\n".join(["The house passes its bounds:", *short]) + "\n")
    return int("--check" in sys.argv and bool(short))


def bound_of(name: str) -> str:
    return f"   at most {BOUNDS[name]:,}" if name in BOUNDS else ""


if __name__ == "__main__":
    sys.exit(main())
