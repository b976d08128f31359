"""`portulan impact`: what actions spare, computed without a database, as JSON or as a page."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from portulan.cli import output
from portulan.cli.given import given_file

app = typer.Typer(
    no_args_is_help=True,
    rich_markup_mode=None,
    help="Environmental impact of actions: estimate, factors.",
)
Requested = Annotated[
    Path,
    typer.Argument(
        metavar="FILE",
        parser=given_file,
        help="A request in JSON, portulan-impact/1.",
    ),
]
Tables = Annotated[
    list[Path],
    typer.Argument(
        metavar="FILE",
        parser=given_file,
        help="The Base Carbone, or reference tables of NumEcoEval (CSV).",
    ),
]


@app.callback()
def group() -> None:
    """Environmental impact of actions: estimate it, with its uncertainty and its sources."""


@app.command()
def estimate(
    file: Requested, as_json: output.JsonOption = False, lang: output.LangOption = None
) -> None:
    """Say what each action of a request spares, how it was found, and what overlaps.

    Exit code 2 when anything in the request is wrong: every fault is told with its field, and
    nothing is printed on standard output.
    """
    from portulan.core.contracts import to_json
    from portulan.impact.engine.reckoning import reckon
    from portulan.impact.readers.request import read_request

    language = output.language(lang)
    reading = read_request(file)
    for problem in reading.problems:
        output.say_problem(problem, language)
    if reading.request is None:
        raise typer.Exit(output.UNUSABLE)
    reckoning = reckon(reading.request)
    if as_json:
        output.print_json(to_json(reckoning, lang=language))
    else:
        from portulan.cli.impact.summary import page

        output.show(page(reckoning, language))


@app.command()
def factors(
    files: Tables, as_json: output.JsonOption = False, lang: output.LangOption = None
) -> None:
    """Say which figures files hold, and which factor each could replace; they are read together.

    Exit code 1 when some lines are faulty, 2 when no figure can be read. `factors` of the document
    goes as it is into a request.
    """
    from portulan.impact.readers.figures import document, page, read_figures

    language = output.language(lang)
    base = read_figures(files)
    problems = base.problems.told()
    for problem in problems:
        output.say_problem(problem, language)
    if not base.entries and output.exit_code(problems):
        raise typer.Exit(output.UNUSABLE)
    if as_json:
        output.print_json(document(base, language))
    else:
        output.show(page(base, language))
    raise typer.Exit(output.exit_code(problems))
