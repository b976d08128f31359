"""`portulan catalogue`: read and import catalogues of practices."""

from __future__ import annotations

import typer

app = typer.Typer(no_args_is_help=True, help="Catalogues of practices: inspect, import.")


@app.callback()
def group() -> None:
    """Catalogues of practices: inspect, import."""
