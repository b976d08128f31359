"""`portulan plan`: its commands, each in its module."""

from __future__ import annotations

import typer

from portulan.cli.plan import files, leaving, merging, sealed, tables

app = typer.Typer(no_args_is_help=True, help="The plan: tables that come in, and its text files.")
app.command("import-table")(tables.import_table)
app.command("export-table")(leaving.export_table)
app.command("export")(files.export)
app.command("check")(files.check)
app.command("import")(files.import_)
app.command("unmerge")(merging.unmerge)
app.command()(sealed.sealed)
