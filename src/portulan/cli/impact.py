"""`portulan impact`: what actions spare, computed without a database."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from portulan.cli import output

app = typer.Typer(
    no_args_is_help=True, rich_markup_mode=None, help="Environmental impact of actions: estimate."
)

Requested = Annotated[Path, typer.Argument(help="A request in JSON, portulan-impact/1.")]


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
    from portulan.impact.engine.document import document
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
        output.print_json(document(reckoning, language))
    else:
        from portulan.impact.engine.page import page

        output.show(page(reckoning, language))
