from __future__ import annotations

from collections.abc import Iterator

import pytest

from portulan.api import limits
from tests.api.callers import Caller
from tests.people import Town


@pytest.fixture(autouse=True)
def _nobody_waits() -> Iterator[None]:
    """Each test begins with all its requests to send."""
    limits.clear()
    yield
    limits.clear()


@pytest.fixture
def caller(town: Town) -> Caller:
    return Caller(town)
