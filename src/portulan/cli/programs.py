"""`portulan openapi` and `portulan mcp`: for programs that read and write, and for assistants."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Annotated

import typer

from portulan.cli import django_start
from portulan.cli.given import OrgOption
from portulan.cli.output import LangOption, language, print_json, say
from portulan.core.say.text import Text

_WRITTEN = Text("{}\u00a0: {} opérations", "{}: {} operations")


def openapi(
    file: Annotated[
        Path | None,
        typer.Option("--output", "-o", metavar="FILE", help="The file; else standard output."),
    ] = None,
    lang: LangOption = None,
) -> None:
    """Write the contract of the API, as OpenAPI 3.1."""
    spoken = language(lang)
    django_start.start()
    from portulan.api.contract import document

    said = document()
    if file is None:
        print_json(said)
        return
    file.write_text(json.dumps(said, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
    say(_WRITTEN.say(spoken).format(file, sum(len(one) for one in said["paths"].values())))


def mcp(
    org: OrgOption,
    lang: LangOption = None,
) -> None:
    """Answer an assistant on standard input and output (MCP), with a reader's rights."""
    spoken = language(lang)
    django_start.start()
    django_start.prepare(spoken)
    organisation, _actor = django_start.organisation_and_actor(org, spoken)
    from portulan.api.mcp_server import serve

    serve(organisation.slug, spoken)
