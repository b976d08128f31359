"""`portulan budget`: read, import and weigh the accounts."""

from __future__ import annotations

import typer

app = typer.Typer(no_args_is_help=True, help="Accounts: inspect a file, import it, the indicator.")


@app.callback()
def group() -> None:
    """Accounts: inspect a file, import it, compute the indicator."""
