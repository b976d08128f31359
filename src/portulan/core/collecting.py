"""Reading much at once without the collector of cycles walking all of it many times."""

from __future__ import annotations

import gc
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def uncollected() -> Iterator[None]:
    """Have what is read for long made without the collector.

    A sixth to a half of the time at five thousand actions. It is for what ends soon and is bounded;
    whoever else reads meanwhile waits for nothing.
    """
    collects = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if collects:
            gc.enable()
