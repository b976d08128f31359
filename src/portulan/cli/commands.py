"""The commands: where each stands, and what it does, in one sentence.

The list of them is shown, and completed, without their modules: only the one that is run is loaded.
"""

# ruff: noqa: E501, a sentence stays on its line

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from importlib import import_module
from typing import Any

import typer

# The module and what it holds, then the first sentence of its help (a test holds them together).
PLACES: Mapping[str, tuple[str, str]] = {
    "demo": ("demo:demo", "Build the demonstration organisation if it is absent, print a sign-in link, and serve."),
    "init": ("setup:init", "Create an organisation, its first administrator, and their sign-in link."),
    "serve": ("serve:serve", "Bring the database up to date, make the first organisation if there is none, then serve."),
    "link": ("accounts:link", "Make a one-time sign-in link that opens all of an account: for who lost their password."),
    "address": ("accounts:address", "Give an account another address, once you know that it is its owner's."),
    "factors": ("accounts:factors", "Say how many second factors an account has, or take them all away."),
    "siren": ("accounts:siren", "Say which organisations proved their SIREN, and prove those that you know."),
    "security": ("accounts:security", "Print the security journal, one line of JSON for each entry, from the oldest."),
    "organisations": ("organisations:organisations", "List the organisations: short name, name, SIREN, and the addresses of their plans."),
    "doctor": ("doctor:doctor", "Check settings, versions, rights, disk, database, migrations, guards, sums and files."),
    "duties": ("duties:duties", "Say when regular work was last done and is next due; do it, where `serve` does not."),
    "backup": ("backups.backup:backup", "Write the database and the files received in one archive, while the server runs."),
    "restore": ("backups.backup:restore", "Put back what an archive holds, once all of it is verified, and revoke what opened then."),
    "drill": ("drill:drill", "Restore a backup in a place apart, verify it, open its pages, and say RPO and RTO."),
    "papers": ("papers.command:papers", "Write what a security approval, a register and a privacy page need, of this very server."),
    "upgrade": ("upgrade:upgrade", "Bring the database up to this program: a verified copy first, then every step or none."),
    "report": ("report:report", "Write a document: the same facts on the same day give the same bytes."),
    "site": ("site:site", "Write what is public as static files, with their checksums; exit code 2 when nothing is."),
    "directory": ("directory:directory", "Read what organisations publish, check its seals, and write a light site of it."),
    "export": ("export:export", "Write all that an organisation owns: plans, accounts, files, trail, documents, checksums."),
    "move": ("moving.move:move", "Take everything into an empty place, and compare it row by row; stop the server first."),
    "openapi": ("programs:openapi", "Write the contract of the API, as OpenAPI 3.1."),
    "mcp": ("programs:mcp", "Answer an assistant on standard input and output (MCP), with a reader's rights."),
    "verify": ("plan.sealed:verify", "Say whether sealed plans are what was sealed, and published shares what their lines give."),
    "budget": ("budget.command:app", "Accounts: inspect a file, import it, the indicator."),
    "catalogue": ("catalogue:app", "Catalogues of practices: inspect, compare, import, export."),
    "impact": ("impact.command:app", "Environmental impact of actions: estimate, factors."),
    "mail": ("mail:app", "Put the messages of the week, and send those that are due, in the hours of the place."),
    "plan": ("plan.command:app", "The plan: tables that come in, and its text files."),
    "portfolio": ("portfolio.command:app", "Arbitration: the best plan of a problem, explained."),
    "source": ("sources:app", "Sources: what an export of GLPI, a meter or an audit says."),
    "contract": ("contracts:app", "Contracts: those that end, and what they say of the environment."),
    "observatory": ("observatory:app", "Public accounts of local bodies: import them, compare one with its peers."),
}  # fmt: skip


class Commands(Mapping[str, Any]):
    """The commands and the groups of commands by name, each loaded when it is asked for."""

    def __init__(self, prepare: Callable[[Any], None] = lambda _command: None) -> None:
        self._loaded: dict[str, Any] = {}
        self._prepare = prepare

    def __getitem__(self, name: str) -> Any:
        if name not in self._loaded:
            self._loaded[name] = command = _load(name)
            self._prepare(command)
        return self._loaded[name]

    def __contains__(self, name: object) -> bool:
        return name in PLACES

    def __iter__(self) -> Iterator[str]:
        return iter(PLACES)

    def __len__(self) -> int:
        return len(PLACES)


def _load(name: str) -> Any:
    module, _colon, attribute = PLACES[name][0].partition(":")
    found = getattr(import_module(f"portulan.cli.{module}"), attribute)
    alone = typer.Typer(rich_markup_mode=None)
    if isinstance(found, typer.Typer):
        alone.add_typer(found, name=name)
    else:
        alone.command(name)(found)
    return typer.main.get_group(alone).commands[name]
