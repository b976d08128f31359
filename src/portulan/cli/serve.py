"""`portulan serve`: the web server, on the loopback address unless told otherwise."""

from __future__ import annotations

import gc
import os
import socket
import sys
from collections.abc import Callable, Mapping
from importlib import import_module
from typing import TYPE_CHECKING, Annotated

import typer

from portulan.cli import django_start
from portulan.cli.address import PortOption, answer_at, check_free, port_of, reached_at
from portulan.cli.output import UNUSABLE, LangOption, language, say, say_problem
from portulan.cli.setup import found
from portulan.core.say.text import Text, UnusableInputError

if TYPE_CHECKING:
    from http.server import ThreadingHTTPServer

_BACKLOG = 1024  # connections that wait to be taken
# What a page receives (`web.received`), and what a form says around it.
LARGEST_BODY = 256 * 1024 * 1024 + (1 << 16) + 1
_ONE_ONLY = Text(
    "--workers\u00a0: un seul processus serveur sous Windows.",
    "--workers: only one server process on Windows.",
)
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
    from django.conf import settings

    from portulan.cli.server.notify import notify
    from portulan.cli.server.operator import open_desk, upgrading

    def step(done: int, total: int) -> None:
        upgrading(done, total)
        notify(f"STATUS=upgrading {done}/{total}\nEXTEND_TIMEOUT_USEC=600000000")

    spoken, chosen = language(lang), port_of(port)
    try:
        desk = open_desk(settings.OPERATOR)
    except UnusableInputError as error:
        say_problem(error.problem, spoken)
        raise typer.Exit(UNUSABLE) from error
    notify("STATUS=upgrading")
    django_start.apart(lambda: django_start.prepare(spoken, step))
    upgrading(0, 0)
    if workers > 1 and sys.platform == "win32":
        say(_ONE_ONLY.say(spoken))
        raise typer.Exit(UNUSABLE)
    check_free(host, chosen, spoken)
    address = reached_at(host, chosen)
    answer_at(address)
    found(address, spoken)
    verb = Text("Portulan est à l’adresse", "Portulan is at").say(spoken)

    def listening() -> None:
        say(f"{verb} {address}/")
        notify("READY=1\nSTATUS=serving")

    run(
        host=host,
        port=chosen,
        workers=workers,
        duties=settings.SCHEDULER,
        listening=listening,
        desk=desk,
    )
    notify("STOPPING=1")


def run(
    *,
    host: str,
    port: int,
    workers: int = 1,
    duties: bool = False,
    listening: Callable[[], None] = lambda: None,
    desk: ThreadingHTTPServer | None = None,
) -> None:
    """Serve until interrupted, and do meanwhile what is due of the regular work.

    `listening` is called once who connects is answered; `desk` is of the first process alone.
    """
    from django.conf import settings
    from django.core.wsgi import get_wsgi_application
    from django.db import connections

    from portulan.api.limits import share
    from portulan.cli.server.listening import Server
    from portulan.cli.server.workers import keep_running
    from portulan.core.schedule import Scheduler

    listener = socket.socket(socket.AF_INET6 if ":" in host else socket.AF_INET)
    if sys.platform != "win32":
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    listener.bind((host, port))
    application = get_wsgi_application()
    import_module(settings.ROOT_URLCONF)
    # What is loaded stays: looking through it for what nobody needs was a sixth of a small page.
    gc.collect()
    gc.freeze()
    listener.listen(_BACKLOG)  # who connects from now on is answered
    listening()
    first = os.getpid()

    def serving() -> None:
        if desk is not None and os.getpid() != first:
            desk.socket.close()
        if duties:
            Scheduler().start()
        Server(application, listener, knows=_knows, largest_body=LARGEST_BODY).run()

    if workers == 1:
        serving()
        return
    share()  # what is counted for all of them
    connections.close_all()  # a process has its own
    keep_running(workers, serving)


def _knows(headers: Mapping[str, str]) -> bool:
    """Ask `is_known` in a thread of the server, which keeps a connection from one to the next."""
    from django.db import close_old_connections

    close_old_connections()
    try:
        return is_known(headers.get("COOKIE", ""), headers.get("AUTHORIZATION", ""))
    finally:
        close_old_connections()


def is_known(cookies: str, authorization: str = "") -> bool:
    """Tell whether somebody who is signed in sends these cookies, or who has a token."""
    from django.conf import settings
    from django.contrib.auth import get_user
    from django.http import HttpRequest, parse_cookie

    from portulan.accounts.tokens import find_token

    if authorization and find_token(authorization) is not None:
        return True
    request = HttpRequest()
    sessions = import_module(settings.SESSION_ENGINE)
    request.session = sessions.SessionStore(parse_cookie(cookies).get(settings.SESSION_COOKIE_NAME))
    return get_user(request).is_authenticated
