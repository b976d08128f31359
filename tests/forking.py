"""The process that has loaded the program, and is forked for each command it is asked for.

Who asks hands on its standard streams, with the variables, the folder and the words of a command;
the answer is how it ended. Settings are read again for each: only what is loaded is shared.
"""

from __future__ import annotations

import atexit
import os
import pkgutil
import socket
import sys
import traceback
from importlib import import_module
from typing import Any

from tests.commands import received


def _load() -> None:
    """Load what commands load as they go, and nothing of a place: no connection, no setting."""
    from portulan.cli import app, django_start  # noqa: F401 - loaded by that

    django_start.start()
    import portulan.cli

    for one in pkgutil.walk_packages(portulan.cli.__path__, "portulan.cli."):
        if not one.name.endswith((".task", ".django_start", "__main__")):
            import_module(one.name)
    from django.contrib.staticfiles.management.commands import collectstatic  # noqa: F401
    from django.core.management.commands import migrate  # noqa: F401
    from django.db.migrations.loader import MigrationLoader
    from django.urls import get_resolver

    get_resolver().url_patterns  # noqa: B018 - loaded by that
    MigrationLoader(None)


def _forget() -> None:
    """Forget every setting, and what rests on them: a place has its own."""
    from asgiref.local import Local
    from django.conf import empty, settings
    from django.core.cache import caches
    from django.core.files.storage import storages
    from django.db import connections
    from django.template import engines
    from django.urls import clear_url_caches

    import portulan.config

    sys.modules.pop("portulan.config.settings")
    del portulan.config.settings
    settings._wrapped = empty
    for handler in (connections, caches):
        handler._connections = Local(handler.thread_critical)
        handler._settings = None
        handler.__dict__.pop("settings", None)
    storages._storages.clear()
    for kept, name in ((storages, "backends"), (engines, "templates")):
        kept.__dict__.pop(name, None)
    engines._engines.clear()
    clear_url_caches()


def _do(asked: dict[str, Any], streams: list[int]) -> None:
    """Run a command as a process of its own would, and end."""
    for number, stream in enumerate(streams):
        os.dup2(stream, number)
    code = 0
    try:
        os.environ.clear()
        os.environ.update(asked["env"])
        os.chdir(asked["cwd"])
        import portulan.__main__ as asked_for

        sys.modules["__main__"] = asked_for
        sys.argv = [asked_for.__file__, *asked["arguments"]]
        for name, number in (("stdin", 0), ("stdout", 1), ("stderr", 2)):
            setattr(sys, name, os.fdopen(number, "w" if number else "r", closefd=False))
        _forget()
        from portulan.cli import main

        try:
            main()
        finally:
            _leave()
    except SystemExit as ended:
        code = ended.code if isinstance(ended.code, int) else int(ended.code is not None)
    except BaseException:
        traceback.print_exc()
        code = 1
    finally:
        sys.stdout.flush()
        sys.stderr.flush()
        os._exit(code)


def _leave() -> None:
    """Let go as a process that ends does: a database that nobody has open is one file."""
    from django.conf import settings
    from django.db import connections

    atexit._run_exitfuncs()
    if settings.configured:
        connections.close_all()


def _answer(asking: socket.socket) -> None:
    """Fork the command, and say how it ended."""
    asked, streams = received(asking)
    child = os.fork()
    if not child:
        asking.close()
        _do(asked, streams)
    _, status = os.waitpid(child, 0)
    asking.sendall(str(os.waitstatus_to_exitcode(status)).encode())
    os._exit(0)


def main(address: str) -> None:
    """Serve until who started this is gone: its end of our input is then closed."""
    _load()
    with socket.socket(socket.AF_UNIX) as door:
        door.bind(address)
        door.listen(64)
        os.write(1, b"ready\n")
        while True:
            asking, _ = door.accept()
            if not os.fork():
                door.close()
                _answer(asking)
            asking.close()
            while _has_answered():
                pass


def _has_answered() -> bool:
    """Wait for one that has answered, if there is one."""
    try:
        return os.waitpid(-1, os.WNOHANG)[0] != 0
    except ChildProcessError:
        return False


if __name__ == "__main__":
    main(sys.argv[1])
