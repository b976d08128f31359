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
    """Run the command."""
    try:
        app()
    finally:
        _let_the_reader_go()


def _let_the_reader_go() -> None:
    """Say nothing when who reads the output (`| head`) left before its end."""
    try:
        sys.stdout.flush()
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
