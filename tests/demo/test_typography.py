"""Each language is written as it is printed, on every page of the demonstration."""

from __future__ import annotations

import pytest

from tests.demo.test_forms import pilot

pytestmark = pytest.mark.django_db

__all__ = ["pilot"]
EXAMPLES = 1
