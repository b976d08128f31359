"""A problem for other solvers, LP or free MPS, and their plan read back (pure).

The model is ours, by the first goal; whoever doubts it has the evaluator, which knows no model.
Columns are x0, x1… in canonical order: comments say which steps each one stands for.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping

from portulan.plans.words import CommitmentLevel
from portulan.portfolio.engine.model import Column, Model, Row, Terms, build
from portulan.portfolio.engine.problem import Plan, PortfolioProblem, Step, canonical

_ON_A_LINE = 8  # terms: some readers stop at 255 characters


class BadPlanError(Exception):
    """No plan is read in a file."""


def lp(problem: PortfolioProblem) -> str:
    """Return the problem as an LP file."""
    model = build(canonical(problem))
    lines = [f"\\ {line}" for line in _comments(problem, model)]
    lines += ["Maximize", *_expression("goal", model.goal or {0: 0}), "Subject To"]
    for name, terms, sign, bound in _sides(model):
        *above, last = _expression(name, terms)
        lines += [*above, f"{last} {sign} {bound}"]
    lines.append("Bounds")
    lines += [
        f" {_number(column.low)} <= x{at} <= {_number(column.high)}" for at, column in _free(model)
    ]
    lines += ["Binaries", *_wrapped([f"x{at}" for at in range(len(model.pathways))]), "End", ""]
    return "\n".join(lines)


def mps(problem: PortfolioProblem) -> str:
    """Return the problem as a free MPS file: what is to be greatest is said negative, least."""
    model = build(canonical(problem))
    sides = list(_sides(model))
    lines = [f"* {line}" for line in _comments(problem, model)]
    lines += ["NAME portulan", "ROWS", " N goal"]
    kinds = {"<=": "L", ">=": "G", "=": "E"}
    lines += [f" {kinds[sign]} {name}" for name, _, sign, _ in sides]
    inside: dict[int, list[tuple[str, int]]] = {at: [] for at in range(len(model.columns))}
    for at, amount in model.goal.items():
        inside[at].append(("goal", -amount))
    for name, terms, _, _ in sides:
        for at, amount in terms.items():
            inside[at].append((name, amount))
    lines += ["COLUMNS", " MARK 'MARKER' 'INTORG'"]
    for at, entries in inside.items():
        if at == len(model.pathways):
            lines.append(" MARK 'MARKER' 'INTEND'")
        lines += [f" x{at} {name} {amount}" for name, amount in entries or [("goal", 0)]]
    if len(inside) == len(model.pathways):
        lines.append(" MARK 'MARKER' 'INTEND'")
    lines += ["RHS", *(f" RHS {name} {bound}" for name, _, _, bound in sides), "BOUNDS"]
    lines += [f" BV BND x{at}" for at in range(len(model.pathways))]
    for at, column in _free(model):
        lines.append(f" MI BND x{at}" if column.low is None else f" LO BND x{at} {column.low}")
        lines.append(f" PL BND x{at}" if column.high is None else f" UP BND x{at} {column.high}")
    return "\n".join([*lines, "ENDATA", ""])


FORMS: Mapping[str, Callable[[PortfolioProblem], str]] = {"lp": lp, "mps": mps}


def _comments(problem: PortfolioProblem, model: Model) -> Iterator[str]:
    goal = problem.objective[0]
    yield f"{goal}: {'the most' if goal == 'value' else 'the least, its negative is the greatest'}"
    for at, pathway in enumerate(model.pathways):
        steps = " ".join(f"{step.level.name} {step.start}" for step in pathway.steps)
        yield f"x{at} = {json.dumps(pathway.action)} {steps}"


def _free(model: Model) -> Iterator[tuple[int, Column]]:
    """Yield the columns that are no pathways."""
    yield from list(enumerate(model.columns))[len(model.pathways) :]


def _sides(model: Model) -> Iterator[tuple[str, Terms, str, int]]:
    """Yield each side of each row; a row without terms that cannot hold has a column at 0."""
    for number, row in enumerate(model.rows):
        terms = row.terms or ({0: 0} if model.columns else {})
        if not terms:
            continue
        yield from _side(f"r{number}", row, terms)


def _side(name: str, row: Row, terms: Terms) -> Iterator[tuple[str, Terms, str, int]]:
    if row.low is not None and row.low == row.high:
        yield name, terms, "=", row.low
        return
    if row.high is not None:
        yield name, terms, "<=", row.high
    if row.low is not None:
        yield f"{name}low", terms, ">=", row.low


def _expression(name: str, terms: Terms) -> list[str]:
    parts = [f"{'-' if amount < 0 else '+'} {abs(amount)} x{at}" for at, amount in terms.items()]
    first, *rest = _wrapped(parts)
    return [f" {name}:{first}", *rest]


def _wrapped(parts: list[str]) -> list[str]:
    rows = range(0, max(1, len(parts)), _ON_A_LINE)
    return [" " + " ".join(parts[at : at + _ON_A_LINE]) for at in rows]


def _number(bound: int | None) -> str:
    return "inf" if bound is None else str(bound)


# --- a plan from outside --------------------------------------------------------------------


def read_plan(problem: PortfolioProblem, data: bytes) -> Plan:
    """Return the plan of an answer in JSON, or of the columns that a solver wrote, one a line.

    Raises BadPlanError.
    """
    try:
        text = data.decode("utf-8-sig")
        if text.lstrip()[:1] in ("{", "["):
            return _of_answer(json.loads(text))
        return _of_columns(build(canonical(problem)), text)
    except (ValueError, KeyError, TypeError, RecursionError) as error:
        raise BadPlanError from error


def _of_answer(document: object) -> Plan:
    plan = document["plan"] if isinstance(document, dict) else document
    if not isinstance(plan, list):
        raise TypeError(type(plan))
    found: dict[str, tuple[Step, ...]] = {}
    for one in plan:
        steps = [(CommitmentLevel[step["level"]], step["start"]) for step in one["steps"]]
        if any(type(start) is not int for _, start in steps) or one["action"] in found:
            raise ValueError(one["action"])
        found[str(one["action"])] = tuple(Step(level, start) for level, start in steps)
    return found


def _of_columns(model: Model, text: str) -> Plan:
    """Return the plan of lines such as `x12 1`; what is no column of a pathway is passed over."""
    chosen: set[int] = set()
    known = {f"x{at}": at for at in range(len(model.pathways))}
    seen = False
    for line in text.splitlines():
        name, *rest = line.split() or [""]
        if name in known and rest:
            seen = True
            if float(rest[0]) > 0.5:
                chosen.add(known[name])
    taken = [model.pathways[at].action for at in sorted(chosen)]
    if not seen or len(set(taken)) < len(taken):
        raise ValueError(text[:1])
    return model.plan(chosen)
