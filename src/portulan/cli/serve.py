"""`portulan serve`: the web server, on the loopback address unless told otherwise."""

from __future__ import annotations

from typing import Annotated

import typer

from portulan.cli import django_start
from portulan.cli.address import PortOption, check_free, port_of, reached_at
from portulan.cli.output import LangOption, language, say
from portulan.cli.setup import found
from portulan.core.say.text import Text

HostOption = Annotated[str, typer.Option(help="Address to listen on.")]
WorkersOption = Annotated[int, typer.Option(min=1, max=64, help="Server processes.")]


def serve(
    host: HostOption = "127.0.0.1",
    port: PortOption = None,
    workers: WorkersOption = 1,
    lang: LangOption = None,
) -> None:
    """Bring the database up to date, make the first organisation if there is none, then serve."""
    django_start.start()
    django_start.prepare(language(lang))
    _tidy()
    spoken, chosen = language(lang), port_of(port)
    check_free(host, chosen, spoken)
    address = reached_at(host, chosen)
    found(address, spoken)
    verb = Text("Portulan est à l’adresse", "Portulan is at").say(spoken)
    say(f"{verb} {address}/")
    run(host=host, port=chosen, workers=workers)


def _tidy() -> None:
    """Remove the previews and the files that nobody came back to."""
    from django.utils import timezone

    from portulan.budget.imports.uploads import clear_leftovers

    clear_leftovers(timezone.now())


def run(*, host: str, port: int, workers: int = 1) -> None:
    """Serve the WSGI application with Granian until interrupted."""
    from granian import Granian
    from granian.constants import Interfaces
    from granian.log import LogLevels

    Granian(
        "portulan.config.wsgi:application",
        address=host,
        port=port,
        interface=Interfaces.WSGI,
        workers=workers,
        blocking_threads=4,
        log_enabled=True,
        log_level=LogLevels.warning,
        websockets=False,
    ).serve()
