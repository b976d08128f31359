"""Two people at once: the second starts on what it saw before the first has finished."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable

from django.db import connection, transaction

HOLD = 0.25  # seconds: enough for the second to reach the database


def at_once(first: Callable[[], object], second: Callable[[], object]) -> Exception | None:
    """Do `first` in a transaction kept open while `second` starts; return what stopped `second`.

    Raises what stopped `first`.
    """
    done = threading.Event()
    stopped: dict[str, Exception] = {}

    def hold() -> None:
        try:
            with transaction.atomic():
                first()
                done.set()
                time.sleep(HOLD)
        except Exception as error:  # a thread's failure must be seen by the test
            stopped["first"] = error
            done.set()
        finally:
            connection.close()

    def follow() -> None:
        try:
            done.wait(timeout=300)
            second()
        except Exception as error:  # the same
            stopped["second"] = error
        finally:
            connection.close()

    threads = [threading.Thread(target=work) for work in (hold, follow)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=300)
    if "first" in stopped:
        raise stopped["first"]
    return stopped.get("second")
