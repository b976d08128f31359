"""The process that has loaded the program, and is forked for each command it is asked for.

It reads one request a line, and answers the process that was forked, then how it ended.
"""

from __future__ import annotations

import json
import os
import sys
import traceback
from collections.abc import Callable
from importlib import import_module

from django.db import connections

from portulan.cli import app, django_start


def _serve() -> None:
    django_start.start()
    for name in ("portulan.cli.checks", "portulan.cli.backups.backup", "tests.endure.deeds"):
        import_module(name)
    from django.urls import get_resolver

    get_resolver().url_patterns  # noqa: B018 - loaded by that
    connections.close_all()
    answers = os.fdopen(os.dup(1), "w", buffering=1)
    for line in sys.stdin:
        asked = json.loads(line)
        child = os.fork()
        if not child:
            _do(app.main, asked["said"], asked["arguments"])
        answers.write(f"{child}\n")
        _, status = os.waitpid(child, 0)
        answers.write(f"{os.waitstatus_to_exitcode(status)}\n")


def _do(command: Callable[[], None], said: str, arguments: list[str]) -> None:
    """Run a command as a process of its own would, and end."""
    told = os.open(said, os.O_WRONLY | os.O_APPEND)
    for stream in (1, 2):
        os.dup2(told, stream)
    os.dup2(os.open(os.devnull, os.O_RDONLY), 0)
    code = 0
    try:
        if arguments[0] == "deeds":
            import_module("tests.endure.deeds").main(arguments[1], arguments[2:])
        else:
            sys.argv = ["portulan", *arguments]
            command()
    except SystemExit as ended:
        code = ended.code if isinstance(ended.code, int) else int(ended.code is not None)
    except BaseException:
        traceback.print_exc()
        code = 1
    finally:
        sys.stdout.flush()
        sys.stderr.flush()
        os._exit(code)


if __name__ == "__main__":
    _serve()
