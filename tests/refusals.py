"""Writing beneath the services, in plain SQL, and being refused by the database itself."""

from __future__ import annotations

import pytest
from django.db import IntegrityError, connection, transaction


def write(sql: str, *values: object) -> None:
    """Run one statement as somebody who knows no service."""
    with connection.cursor() as cursor:
        cursor.execute(sql, values)


def refused(by: str, sql: str, *values: object) -> None:
    """Hold that the statement is refused, and by that guard or constraint."""
    with pytest.raises(IntegrityError, match=by), transaction.atomic():
        write(sql, *values)
