"""The demonstration, built once for all that is tested of it, through the services."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest
from django.db import transaction
from pytest_django import DjangoDbBlocker

from portulan.accounts.models import Organisation
from portulan.core.say.text import Language
from portulan.demo.build import build
from tests.demo.walking import pages


@pytest.fixture(scope="package")
def demonstration(
    django_db_setup: None, django_db_blocker: DjangoDbBlocker
) -> Iterator[Organisation]:
    with django_db_blocker.unblock(), transaction.atomic():
        yield build()
        transaction.set_rollback(True)


@pytest.fixture(scope="package")
def walked() -> dict[str, list[tuple[str, bytes]]]:
    """Keep the pages that links lead to, by language, for all that is judged on them."""
    return {}


@pytest.fixture
def shown(
    demonstration: Organisation, walked: dict[str, list[tuple[str, bytes]]]
) -> Callable[[Language], list[tuple[str, bytes]]]:
    """Return the pages of the demonstration as it was built, walked once for each language."""

    def once(language: Language) -> list[tuple[str, bytes]]:
        if language not in walked:
            walked[language] = list(pages(demonstration, language))
        return walked[language]

    return once
