"""`portulan budget`: its commands, each in its module."""

from __future__ import annotations

import typer

from portulan.cli.budget import (
    consolidation,
    decisions,
    imports,
    indicator,
    inspect,
    provided,
    purchases,
)

app = typer.Typer(
    no_args_is_help=True,
    rich_markup_mode=None,
    help="Accounts: inspect a file, import it, the indicator.",
)
app.command()(inspect.inspect)
app.command("import")(imports.import_)
app.command()(indicator.indicator)
app.command()(purchases.qualify)
app.command()(purchases.declaration)
app.command()(consolidation.consolidation)
app.add_typer(decisions.app, name="decisions")
app.add_typer(provided.app, name="provider")
