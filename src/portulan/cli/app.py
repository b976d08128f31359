"""The root of the command line: options common to all, and the groups of commands."""

from __future__ import annotations

import typer

from portulan.cli import budget, catalogue

app = typer.Typer(
    name="portulan",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    help="Build, fund and steer a responsible digital action plan.",
)
app.add_typer(budget.app, name="budget")
app.add_typer(catalogue.app, name="catalogue")


def main() -> None:
    app()
