"""The root of the command line: the commands, and the groups of commands."""

from __future__ import annotations

from typing import Annotated

import typer

from portulan import __version__
from portulan.cli import budget, budget_accounts, catalogue, demo, serve, setup

app = typer.Typer(
    name="portulan",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    help="Build, fund and steer a responsible digital action plan.",
)
app.command()(demo.demo)
app.command()(setup.init)
app.command()(serve.serve)
app.command()(setup.link)
app.command()(setup.doctor)
budget.app.command("import")(budget_accounts.import_)
budget.app.command()(budget_accounts.indicator)
app.add_typer(budget.app, name="budget")
app.add_typer(catalogue.app, name="catalogue")


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
    app()
