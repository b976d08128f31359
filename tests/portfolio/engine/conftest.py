"""Searches that end by what they count or prove: seconds say how busy the machine is."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from portulan.portfolio.engine.limits import Limits


@pytest.fixture(scope="package", autouse=True)
def patience() -> Iterator[None]:
    """Give an hour to who asks for no time."""
    with pytest.MonkeyPatch.context() as patch:
        _, *others = Limits.__init__.__defaults__ or ()
        patch.setattr(Limits.__init__, "__defaults__", (3_600.0, *others))
        assert Limits() == Limits(seconds=3_600.0)
        yield
