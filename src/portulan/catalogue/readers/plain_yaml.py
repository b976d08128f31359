"""YAML reduced to what a catalogue needs: mappings, lists and texts, with line numbers.

Every scalar stays the text of the file: `idbp: 1.10` is not the number 1.1, `version: 2022-02`
is no date and `Non` is no boolean. Anchors, aliases and deep nesting are refused, which closes
the door to "billion laughs" bombs; tags build no object. Only `~`, `null` and an empty value
mean "nothing".
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

import yaml

from portulan.catalogue.readers import findings
from portulan.core.say.text import Problem, ProblemKind

type Value = str | tuple[Value, ...] | Mapping[str, Value] | None
type Path = tuple[str | int, ...]

MAX_DEPTH = 12
MAX_NODES = 50_000
NOTHING = frozenset({"", "~", "null", "Null", "NULL"})
CAUSES: tuple[tuple[str, ProblemKind], ...] = (
    ("'\\t'", findings.YAML_TAB),
    ("'%'", findings.YAML_PERCENT),
    ("'`'", findings.YAML_RESERVED),
    ("'@'", findings.YAML_RESERVED),
    ("expected <block end>", findings.YAML_AFTER_VALUE),
    ("mapping values are not allowed", findings.YAML_COLON),
    ("scanning a quoted scalar", findings.YAML_OPEN_QUOTE),
)


class YamlFaultError(Exception):
    """A text that is not the YAML we accept; `problem` says why, with its line."""

    def __init__(self, problem: Problem) -> None:
        super().__init__(problem.message("en"))
        self.problem = problem


@dataclass(frozen=True, slots=True)
class Document:
    """A parsed YAML document, and the line (from 1) where each value stands."""

    value: Value
    lines: Mapping[Path, int]

    def line(self, *path: str | int) -> int | None:
        """Return the line of the value at a path, or of the nearest one that holds it."""
        while path not in self.lines and path:
            path = path[:-1]
        return self.lines.get(path)


class _Loader(yaml.BaseLoader):
    """BaseLoader reads texts only; this one refuses aliases and depth before they cost."""

    depth = 0
    nodes = 0

    def compose_node(self, parent: yaml.Node | None, index: int) -> yaml.Node | None:
        mark = self.peek_event().start_mark  # type: ignore[no-untyped-call]
        if self.check_event(yaml.AliasEvent):
            raise _fault(findings.YAML_ALIAS, mark)
        self.nodes += 1
        if self.nodes > MAX_NODES:
            raise _fault(findings.YAML_BIG, mark, limit=str(MAX_NODES))
        self.depth += 1
        if self.depth > MAX_DEPTH:
            raise _fault(findings.YAML_DEPTH, mark)
        try:
            return super().compose_node(parent, index)
        finally:
            self.depth -= 1


def load(text: str, *, first_line: int = 1) -> Document:
    """Parse a YAML text whose first line stands at `first_line` of its file.

    Raises YamlFaultError with the line, the likely cause and what to do.
    """
    loader: _Loader | None = None
    try:
        loader = _Loader(text)
        root = loader.get_single_node()
        lines: dict[Path, int] = {}
        value = None if root is None else _convert(root, (), lines)
    except YamlFaultError as fault:
        raise YamlFaultError(_moved(fault.problem, first_line - 1)) from None
    except (yaml.YAMLError, ValueError, OverflowError) as error:
        raise YamlFaultError(_moved(_explain(error, text), first_line - 1)) from None
    finally:
        if loader is not None:
            loader.dispose()
    return Document(value, {path: line + first_line - 1 for path, line in lines.items()})


def _convert(node: yaml.Node, path: Path, lines: dict[Path, int]) -> Value:
    lines[path] = node.start_mark.line + 1
    if isinstance(node, yaml.ScalarNode):
        text = str(node.value)
        return None if node.style is None and text in NOTHING else text
    if isinstance(node, yaml.SequenceNode):
        return tuple(_convert(item, (*path, index), lines) for index, item in enumerate(node.value))
    result: dict[str, Value] = {}
    for key_node, value_node in node.value:
        key = key_node.value if isinstance(key_node, yaml.ScalarNode) else None
        if not isinstance(key, str):
            raise _fault(findings.YAML_KEY, key_node.start_mark)
        if key in result:
            raise _fault(findings.YAML_TWICE, key_node.start_mark, key=key)
        result[key] = _convert(value_node, (*path, key), lines)
        lines[(*path, key)] = key_node.start_mark.line + 1
    return result


def _fault(kind: ProblemKind, mark: yaml.Mark, **values: str) -> YamlFaultError:
    return YamlFaultError(kind.at(line=mark.line + 1, **values))


def _moved(problem: Problem, lines: int) -> Problem:
    return replace(problem, line=None if problem.line is None else problem.line + lines)


def _explain(error: Exception, text: str) -> Problem:
    """Turn PyYAML's words into a kind of problem whose sentence says what to do."""
    if isinstance(error, yaml.reader.ReaderError):
        return findings.YAML_CONTROL.at(line=text.count("\n", 0, error.position) + 1)
    if not isinstance(error, yaml.MarkedYAMLError) or error.problem_mark is None:
        return findings.YAML_INVALID.at()
    row = error.problem_mark.line
    source = text.split("\n")
    # The scanner complains of a tabulation in many ways: look at the line itself.
    if row < len(source) and "\t" in source[row]:
        return findings.YAML_TAB.at(line=row + 1)
    said = f"{error.context or ''} {error.problem or ''}"
    kind = next((kind for cue, kind in CAUSES if cue in said), findings.YAML_INVALID)
    if kind is findings.YAML_OPEN_QUOTE and error.context_mark is not None:
        row = error.context_mark.line  # where the quote opens, not where the text ends
    return kind.at(line=row + 1)
