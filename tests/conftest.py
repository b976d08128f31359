from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

import hypothesis
import pytest
from django.test import Client

from portulan.accounts.access import Role
from tests.flushing import flush_beneath_the_guards
from tests.people import Town, make_town

flush_beneath_the_guards()
# How long an example takes says how busy the machine is, not whether it is right.
hypothesis.settings.register_profile("portulan", deadline=None)
hypothesis.settings.load_profile("portulan")
ROOT = Path(__file__).parent.parent


@pytest.fixture(scope="session")
def real_data() -> Path:
    """The folder of real files; tests on it are skipped only where it is absent."""
    folder = Path(os.environ.get("PORTULAN_REAL_DATA", ROOT / ".." / "shared" / "data")).resolve()
    if not folder.is_dir():
        pytest.skip("no folder of real files (PORTULAN_REAL_DATA)")
    return folder


@pytest.fixture
def town(db: None) -> Town:
    """Where the tests happen: one person per role."""
    return make_town("bourg-les-flots")


@pytest.fixture
def elsewhere(db: None) -> Town:
    """The organisation beside, which nobody of the town may see."""
    return make_town("val-dailleurs")


@pytest.fixture
def signed_in(town: Town) -> Callable[[Role], Client]:
    """A browser where the town's person of that role is signed in."""

    def sign_in(role: Role, place: Town = town) -> Client:
        client = Client()
        user = place.people[role].user
        assert user is not None
        client.force_login(user, backend="portulan.accounts.backends.EmailBackend")
        return client

    return sign_in
