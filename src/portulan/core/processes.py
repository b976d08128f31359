"""Whether a process that said who it was is still there, on this machine, and ending it.

A number alone would be that of another one some day: it goes with the machine and, where the system
says it (Linux), with the instant of the start, which no clock moves.
"""

from __future__ import annotations

import os
import signal
import socket
import sys
from contextlib import suppress
from functools import cache
from pathlib import Path

_STARTED, _STATE = 19, 0  # among what follows the name, in /proc/ID/stat
_ASIDE = 10  # of 19, on the scale of `nice`


def mark(pid: int | None = None) -> str:
    """Return what tells a process from any other: this one, or one that this one started."""
    number = os.getpid() if pid is None else pid
    return f"{_machine()}:{number}:{_started(number)}"


def is_alive(marked: str) -> bool | None:
    """Tell whether a process is there; None when it was on another machine."""
    machine, _colon, rest = marked.rpartition(":")[0].rpartition(":")
    if not marked or machine != _machine():
        return None
    number, started = int(rest), marked.rpartition(":")[2]
    return _is_there(number) and _started(number) == started


def end(marked: str) -> bool:
    """End a process of this machine, but not this one; tell whether it was there."""
    number = int(marked.split(":")[-2]) if is_alive(marked) else 0
    if number in {0, os.getpid()}:
        return False
    try:
        os.kill(number, signal.SIGTERM)
    except OSError:
        return False
    return True


def step_aside() -> None:
    """Let those who wait for a page go first, for as long as this process lasts.

    Linux weighs a session of its own as a whole, whatever its processes say of themselves.
    """
    if sys.platform == "win32":
        import ctypes

        kernel = ctypes.windll.kernel32
        kernel.SetPriorityClass(kernel.GetCurrentProcess(), 0x4000)  # below normal
        return
    os.setpriority(os.PRIO_PROCESS, 0, max(_ASIDE, os.getpriority(os.PRIO_PROCESS, 0)))
    if os.getsid(0) == os.getpid():
        with suppress(OSError):  # only where the kernel was built with it
            Path("/proc/self/autogroup").write_text(str(_ASIDE), encoding="ascii")


@cache
def _machine() -> str:
    return socket.gethostname().replace(":", "-")[:60]


def _started(number: int) -> str:
    """Return when it started, "" where the system does not say; "over" for one that has ended."""
    if sys.platform != "linux":
        return ""
    try:
        said = Path(f"/proc/{number}/stat").read_text(encoding="utf-8", errors="replace")
    except OSError:
        return "over"
    told = said.rpartition(")")[2].split()
    return "over" if told[_STATE] in {"Z", "X"} else told[_STARTED]


def _is_there(number: int) -> bool:
    if sys.platform == "win32":  # where `os.kill` would send Ctrl-C
        import ctypes

        handle = ctypes.windll.kernel32.OpenProcess(0x1000, False, number)
        if not handle:
            return False
        code = ctypes.c_ulong()
        ctypes.windll.kernel32.GetExitCodeProcess(handle, ctypes.byref(code))
        ctypes.windll.kernel32.CloseHandle(handle)
        return code.value == 259  # still active
    try:
        os.kill(number, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True
