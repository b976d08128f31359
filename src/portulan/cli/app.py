"""The root of the command line: the commands, and the groups of commands."""

from __future__ import annotations

import os
import sys
from typing import Annotated

import typer

from portulan import __version__
from portulan.cli import (
    backup,
    budget,
    budget_import,
    budget_indicator,
    catalogue,
    demo,
    doctor,
    impact,
    portfolio,
    serve,
    setup,
)
from portulan.cli.output import UNUSABLE, language, say
from portulan.cli.usage import Root

app = typer.Typer(
    name="portulan",
    cls=Root,
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    # Help in plain words: the library that would frame it takes longer to load than all the rest.
    rich_markup_mode=None,
    help="Build, fund and steer a responsible digital action plan.",
)
app.command()(demo.demo)
app.command()(setup.init)
app.command()(serve.serve)
app.command()(setup.link)
app.command()(doctor.doctor)
app.command()(backup.backup)
app.command()(backup.restore)
budget.app.command("import")(budget_import.import_)
budget.app.command()(budget_indicator.indicator)
app.add_typer(budget.app, name="budget")
app.add_typer(catalogue.app, name="catalogue")
app.add_typer(impact.app, name="impact")
app.add_typer(portfolio.app, name="portfolio")


def _print_version(wanted: bool) -> None:
    if wanted:
        typer.echo(__version__)
        raise typer.Exit


@app.callback()
def root(
    version: Annotated[
        bool,
        typer.Option("--version", callback=_print_version, is_eager=True, help="Print it."),
    ] = False,
) -> None:
    """Build, fund and steer a responsible digital action plan."""


def main() -> None:
    """Run the command; what no command can help is said in a sentence, and exits with 2."""
    try:
        app()
    except Exception as error:
        from django.db import Error, IntegrityError

        if isinstance(error, IntegrityError):
            say(_refused_by_the_database(str(error).strip()))
        elif isinstance(error, Error):
            say(_database_failed(str(error).strip()))
        elif isinstance(error, OSError):
            say(": ".join(str(part) for part in (error.filename, error.strerror) if part))
        else:
            raise
        raise SystemExit(UNUSABLE) from None
    finally:
        _let_the_reader_go()


def _let_the_reader_go() -> None:
    """Say nothing when who reads the output (`| head`) left before its end."""
    try:
        sys.stdout.flush()
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def _refused_by_the_database(reason: str) -> str:
    if language(None) == "en":
        return f"This contradicts what the database holds ({reason}): nothing was written."
    return f"Cela contredit ce que la base contient ({reason})\u00a0: rien n’a été écrit."


def _database_failed(reason: str) -> str:
    if language(None) == "en":
        return f"The database does not answer ({reason}). See what `portulan doctor` says."
    return f"La base de données ne répond pas ({reason}). Voyez ce qu’en dit `portulan doctor`."
