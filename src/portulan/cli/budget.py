"""`portulan budget`: read, import and weigh the accounts."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from portulan.cli import output

app = typer.Typer(
    no_args_is_help=True,
    rich_markup_mode=None,
    help="Accounts: inspect a file, import it, the indicator.",
)

Files = Annotated[list[Path], typer.Argument(help="TotEM, SCDL, or the IT department’s table.")]


ColumnOption = Annotated[
    list[str] | None,
    typer.Option(
        "--column",
        metavar="FIELD=COLUMN",
        help="Column of a ledger, by title or by index from 0, as realised=Mandaté or sheet=DSI;"
        " unit=1000 for k€; the answer to a question, as it shows it.",
    ),
]
EntityOption = Annotated[
    list[str] | None,
    typer.Option(
        "--entity",
        metavar="SIREN[:BUDGET]",
        help="Whose lines to read, in a file of several bodies or budgets (may be repeated).",
    ),
]


@app.callback()
def group() -> None:
    """Accounts: inspect a file, import it, compute the indicator."""


@app.command()
def inspect(
    files: Files,
    as_json: output.JsonOption = False,
    lang: output.LangOption = None,
    column: ColumnOption = None,
    entity: EntityOption = None,
    year: Annotated[
        int | None,
        typer.Option("--year", min=2000, max=2100, help="Fiscal year to read, of several."),
    ] = None,
) -> None:
    """Say what files of accounts hold: entity, year, totals, certain IT accounts, problems.

    Exit code 1 when errors are found in the input, 2 when a file is unusable: alone, it prints
    nothing on standard output; among several, it has a document with nothing but its problem.
    """
    from portulan.budget import inspection
    from portulan.core.problems import UnusableInputError

    language = output.language(lang)
    mapping = mapping_of(column or [], entity or [])
    documents: list[inspection.Document] = []
    code = output.DONE
    for file in files:
        try:
            document = inspection.inspect(file, language, mapping=mapping, year=year)
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
            output.show(summary(str(file), document, language))
    raise typer.Exit(code)


def mapping_of(
    columns: list[str], entities: list[str] | None = None
) -> dict[str, int | str] | None:
    """Return the columns asked for by field; a number is an index, where a column is expected."""
    from portulan.budget.readers.ledger_columns import OPTIONS

    mapping: dict[str, int | str] = {}
    for given in columns:
        field, equals, column = given.partition("=")
        if not (field and equals and column):
            raise typer.BadParameter(f"{given!r}: FIELD=COLUMN expected", param_hint="--column")
        is_index = column.isascii() and column.isdigit() and field not in OPTIONS
        mapping[field] = int(column) if is_index else column
    if entities:
        mapping["entity"] = ",".join(entities)
    return mapping or None
