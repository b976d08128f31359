"""`portulan catalogue`: read and import catalogues of practices."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated

import typer

from portulan.cli import output

app = typer.Typer(no_args_is_help=True, help="Catalogues of practices: inspect, import.")

Source = Annotated[Path, typer.Argument(help="The guide's folder, or a file of a catalogue.")]


@app.callback()
def group() -> None:
    """Catalogues of practices: inspect, import."""


@app.command()
def inspect(
    path: Source, as_json: output.JsonOption = False, lang: output.LangOption = None
) -> None:
    """Say what a catalogue holds: themes, practices, indicators with their likely kind, problems.

    Exit code 1 when errors are found in the input, 2 when nothing can be read there: then
    nothing is printed on standard output.
    """
    from portulan.catalogue import inspection
    from portulan.core.problems import UnusableInputError

    language = output.language(lang)
    try:
        found = inspection.inspect(path)
    except UnusableInputError as error:
        output.say_problem(error.problem, language)
        raise typer.Exit(output.UNUSABLE) from None
    if as_json:
        output.print_json(found.document(language))
    else:
        sys.stdout.write(found.summary(language))
        for problem in found.problems:
            output.say_problem(problem, language)
    raise typer.Exit(output.exit_code(found.problems))
