"""What `portulan verify` says of the file of a published share: recomputed from its lines."""

from __future__ import annotations

import json
from decimal import Decimal
from typing import TYPE_CHECKING, Any

import typer

from portulan.cli.output import WITH_ERRORS, exit_code, say_problem
from portulan.core.say import numbers
from portulan.core.say.text import Language, Problem, Text

if TYPE_CHECKING:
    from portulan.publication.public.figure import Checked

_HOLDS = Text(
    "Recalculée\u00a0: {value} en {year} ({stage}), {lines} lignes, publiée par {name} le {day}."
    " {seal}",
    "Recomputed: {value} in {year} ({stage}), {lines} lines, published by {name} on {day}. {seal}",
)
_ORIGINALS = Text(
    "{} originaux de lignes sont bien ceux qui ont été publiés.",
    "{} originals of lines are those that were published.",
)


def figure_in(content: bytes) -> Checked | None:
    """Return what holds of the file of a figure; None for a file of another format."""
    from portulan.publication.public.figure import NAME, check

    try:
        found: Any = json.loads(content)
    except (ValueError, RecursionError):
        return None
    if not isinstance(found, dict) or found.get("format") != NAME:
        return None
    return check(content, found)


def document_of(name: str, found: Checked, lang: Language) -> dict[str, Any]:
    content = found.bundle.content if found.bundle else None
    return {
        "file": name,
        "seal": found.seal,
        "year": content.year if content else None,
        "stage": content.stage if content else None,
        "value": content.value if content else None,
        "lines": len(content.lines) if content else None,
        "holds": found.bundle is not None and exit_code(found.problems) != WITH_ERRORS,
        "problems": [problem.as_json(lang) | {"file": name} for problem in found.problems],
    }


def tell(name: str, found: Checked, lang: Language) -> None:
    for problem in found.problems:
        say_problem(Problem(problem.kind, problem.line, name, problem.values), lang)
    if found.bundle is None or exit_code(found.problems) == WITH_ERRORS:
        return
    content = found.bundle.content
    typer.echo(
        _HOLDS.say(lang).format(
            value=numbers.percent(Decimal(content.value), lang, decimals=4),
            year=content.year,
            stage=content.stage,
            lines=len(content.lines) + (content.group.lines if content.group else 0),
            name=content.organisation.name,
            day=numbers.date(content.published_on, lang),
            seal=found.seal,
        )
    )
    if found.bundle.originals:
        typer.echo(_ORIGINALS.say(lang).format(len(found.bundle.originals)))
