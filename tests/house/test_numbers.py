"""Numbers and dates are said in one place: `core.say`."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

SOURCE = Path(__file__).parents[2] / "src" / "portulan"
# What machines write and read: contracts, exports, drawings, values kept, names of files.
FOR_MACHINES = {
    "portfolio/choice/pabulib.py": "Pabulib files, numbers of votes",
    "sources/figure.py": "figures of the JSON document",
    "budget/lines/sums.py": "sums as they are kept",
    "core/tables/amounts.py": "amounts as tools write them",
    "budget/readers/ledger_rows.py": "amounts as tools write them",
    "cli/backups/backup.py": "the name of a file",
    "cli/upgrade.py": "the name of a file",
    "cli/moving/rows.py": "amounts of JSON documents and of digests",
    "budget/indicator/contract.py": "percentages of the JSON document",
    "cli/server/metrics.py": "figures of Prometheus",
    "cli/output.py": "percentages of the JSON document",
    "core/money.py": "amounts of JSON documents",
    "impact/readers/entries.py": "figures as tools write them",
    "impact/readers/numecoeval.py": "figures as tools write them",
    "impact/engine/request.py": "a number of a request, quoted as it is written",
    "indicators/values.py": "what the trail keeps",
    "plans/bulk/cells.py": "what a preview sends, and undoing compares",
    "plans/money/writes.py": "what the trail keeps",
    "publication/plan_files/changing.py": "what the trail keeps",
    "observatory/readers/contracts.py": "amounts as tools write them",
    "observatory/readers/published.py": "percentages as tables write them",
    "web/budget/queue/page.py": "the value of a button",
    "charts/canvas.py": "coordinates",
    "web/well_known.py": "a date of RFC 9116",
    "core/spreadsheet.py": "cells of exports",
}
_SPEC = re.compile(r"[,_]|\.?[0-9]*[fFgGeE%n]$")
_LOCALE_FILTERS = re.compile(
    r"\|\s*(floatformat|intcomma|date(?!:'Y')|time|localize|unlocalize|stringformat:\"\.)"
)


def formatted(tree: ast.AST) -> Iterator[int]:
    """Yield the lines where a number or a date is made a text."""
    # `Decimal(f"{measure:.6g}")` rounds a measure: it says nothing.
    rounds = {
        inside
        for node in ast.walk(tree)
        if isinstance(node, ast.Call)
        and isinstance(node.func, ast.Name)
        and node.func.id in {"Decimal", "float"}
        for inside in ast.walk(node)
    }
    for node in ast.walk(tree):
        if (
            isinstance(node, ast.FormattedValue)
            and node not in rounds
            and isinstance(node.format_spec, ast.JoinedStr)
        ):
            spec = "".join(
                part.value if isinstance(part, ast.Constant) else "1"
                for part in node.format_spec.values
                if not isinstance(part, ast.Constant) or isinstance(part.value, str)
            )
            if _SPEC.search(spec):
                yield node.lineno
        elif isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
            literals = [one.value for one in node.args if isinstance(one, ast.Constant)]
            if node.func.attr == "replace" and literals in ([",", "."], [".", ","]):
                yield node.lineno
            if node.func.attr in {"strftime", "number_format", "date_format"}:
                yield node.lineno


def test_python_formats_no_number_outside_core_say() -> None:
    found: dict[str, list[int]] = {}
    for path in SOURCE.rglob("*.py"):
        name = path.relative_to(SOURCE).as_posix()
        if "/migrations/" in name or name.startswith("core/say/"):
            continue
        if lines := sorted(set(formatted(ast.parse(path.read_text())))):
            found[name] = lines
    assert {name: lines for name, lines in found.items() if name not in FOR_MACHINES} == {}
    assert set(FOR_MACHINES) <= set(found), "an exception that no longer is one"


def test_templates_format_no_number_but_by_our_filters() -> None:
    found = [
        f"{path.relative_to(SOURCE)}: {match[0]}"
        for path in SOURCE.rglob("*.html")
        for match in _LOCALE_FILTERS.finditer(path.read_text())
    ]
    assert found == []


def test_forms_take_numbers_and_days_by_the_fields_that_read_what_they_show() -> None:
    """Django’s own fields read by other rules than those that pages are written by."""
    theirs = {"IntegerField", "DecimalField", "FloatField", "DateField", "DateTimeField"}
    found = [
        f"{path.relative_to(SOURCE)}:{node.lineno}"
        for path in (SOURCE / "web").rglob("*.py")
        if path != SOURCE / "web" / "fields.py"
        for node in ast.walk(ast.parse(path.read_text()))
        if isinstance(node, ast.Call)
        and isinstance(node.func, ast.Attribute)
        and node.func.attr in theirs
        and ast.unparse(node.func).startswith("forms.")
        and "HiddenInput" not in ast.dump(node)
    ]
    assert found == []
