"""A database of its own for a bench, made and removed as the tests' are."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from django.conf import settings
from django.db import connection, connections


@contextmanager
def database() -> Iterator[None]:
    Path(settings.DATA).mkdir(parents=True, exist_ok=True)
    old = connection.creation.create_test_db(verbosity=0, autoclobber=True, serialize=False)
    try:
        yield
    finally:
        connections.close_all()
        connection.creation.destroy_test_db(old, verbosity=0)
