"""The syndicate and its members, as the tests of the domain have them."""

from __future__ import annotations

from tests.publication.groups.conftest import bourg, members, syndicate, val

__all__ = ["bourg", "members", "syndicate", "val"]
