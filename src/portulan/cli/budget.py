"""`portulan budget`: read, import and weigh the accounts."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated

import typer

from portulan.cli import output

app = typer.Typer(no_args_is_help=True, help="Accounts: inspect a file, import it, the indicator.")

Files = Annotated[list[Path], typer.Argument(help="TotEM, SCDL, or the IT department’s table.")]


@app.callback()
def group() -> None:
    """Accounts: inspect a file, import it, compute the indicator."""


@app.command()
def inspect(
    files: Files, as_json: output.JsonOption = False, lang: output.LangOption = None
) -> None:
    """Say what files of accounts hold: entity, year, totals, certain IT accounts, problems.

    Exit code 1 when errors are found in the input, 2 when a file is unusable: alone, it prints
    nothing on standard output; among several, it has a document with nothing but its problem.
    """
    from portulan.budget import inspection
    from portulan.core.problems import UnusableInputError

    language = output.language(lang)
    documents: list[inspection.Document] = []
    code = output.DONE
    for file in files:
        try:
            document = inspection.inspect(file, language)
            code = max(code, output.WITH_ERRORS if inspection.is_flawed(document) else output.DONE)
        except UnusableInputError as error:
            output.say_problem(error.problem, language)
            code = output.UNUSABLE
            document = inspection.unusable(error.problem, language)
        documents.append(document)
    if len(files) == 1 and code == output.UNUSABLE:
        raise typer.Exit(code)
    if as_json:
        output.print_documents(documents)
    else:
        from portulan.cli.budget_summary import summary

        for file, document in zip(files, documents, strict=True):
            sys.stdout.write(summary(str(file), document, language))
    raise typer.Exit(code)
