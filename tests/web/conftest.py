"""A place with one of everything, made once for the tests of a module that walk it."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from django.db import transaction
from pytest_django import DjangoDbBlocker

from portulan.core import tasks
from tests.people import make_town
from tests.web.furnished import Place, furnish


@pytest.fixture(scope="module")
def place(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[Place]:
    """Furnish a town; what a test does of it is undone after that test."""
    with django_db_blocker.unblock(), transaction.atomic(), tasks.here():
        made = furnish(make_town("bourg-les-flots"))
        yield made
        transaction.set_rollback(True)
