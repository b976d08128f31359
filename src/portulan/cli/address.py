"""Where the server answers: its port, the address to print, and whether it can be listened on."""

from __future__ import annotations

import os
from typing import Annotated

import typer

from portulan.cli.output import UNUSABLE, say
from portulan.core import own_address
from portulan.core.folders import data_folder
from portulan.core.os_errors import reason_of
from portulan.core.say.text import Language, Text, colon

PortOption = Annotated[
    int | None, typer.Option(min=1, max=65535, help="Port to listen on (PORT, else 8000).")
]

_NO_ADDRESS = Text(
    "«\u00a0{}\u00a0» n’est pas une adresse\u00a0: écrivez https://portulan.ville.fr, sans chemin.",
    "“{}” is not an address: write https://portulan.ville.fr, without a path.",
)


def port_of(port: int | None) -> int:
    """Return the port asked for, else PORT, else 8000; exit 2 when PORT is not a port."""
    if port is not None:
        return port
    wanted = os.environ.get("PORT", "").strip() or "8000"
    if not wanted.isdecimal() or not 1 <= int(wanted) <= 65535:
        say(f"PORT={wanted}: 1–65535")
        raise typer.Exit(UNUSABLE)
    return int(wanted)


def reached_at(host: str, port: int) -> str:
    """Return where a server is reached from its machine: one that listens everywhere is here."""
    everywhere = {"0.0.0.0": "127.0.0.1", "::": "[::1]"}  # noqa: S104, nothing listens there here
    return f"http://{everywhere.get(host, f'[{host}]' if ':' in host else host)}:{port}"


def address_of(url: str, port: int | None, language: Language) -> str:
    """Return the address to print: as told, else as kept, else that of `serve` here.

    Exit 2 when what is told is no address.
    """
    if url:
        if (whole := own_address.sound(url)) is None:
            say(_NO_ADDRESS.say(language).format(url))
            raise typer.Exit(UNUSABLE)
        return whole
    told = port is not None or os.environ.get("PORT")
    kept = "" if told else own_address.kept(data_folder())
    return kept or f"http://127.0.0.1:{port_of(port)}"


def answer_at(address: str) -> None:
    """Make links lead where the server listens, unless a person said where they lead."""
    from django.conf import settings

    if settings.ADDRESS_SAID or not own_address.is_local(settings.ADDRESS):
        return
    settings.ADDRESS = address
    own_address.keep(settings.DATA, address)


def check_free(host: str, port: int, language: Language) -> None:
    """Exit 2 when the address cannot be listened on: the server shares a port without a word.

    It is tried by listening, never by calling: an address of somebody else is not contacted.
    """
    import errno
    import socket
    import sys

    try:
        with socket.socket(socket.AF_INET6 if ":" in host else socket.AF_INET) as probe:
            if sys.platform != "win32":
                # Connections just closed do not hold the port; on Windows this would share it.
                probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            probe.bind((host, port))
    except OSError as error:
        if error.errno != errno.EADDRINUSE:
            reason = reason_of(error).say(language)
            say(f"{host}:{port}{colon(language)}{reason}.")
        else:
            taken = Text(
                f"Le port {port} est occupé\u00a0: choisissez-en un autre avec --port.",
                f"Port {port} is taken: choose another with --port.",
            )
            say(taken.say(language))
        raise typer.Exit(UNUSABLE) from error
