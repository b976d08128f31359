from __future__ import annotations

from datetime import date, datetime

import pytest
from django.utils import timezone

from portulan.demo.clock import Clock, Event


def test_events_are_told_in_the_order_of_their_days_and_time_never_goes_back() -> None:
    seen: list[tuple[str, datetime]] = []

    def saw(name: str) -> Event:
        days = {"vote": 13, "workshop": 2, "evening": 13}
        return Event(date(2024, 12, days[name]), lambda: seen.append((name, timezone.now())))

    with Clock(date(2024, 12, 1)) as clock:
        clock.tell([saw("vote"), saw("workshop"), saw("evening")])
    assert [name for name, _moment in seen] == ["workshop", "vote", "evening"]
    moments = [moment for _name, moment in seen]
    assert moments == sorted(moments)
    assert [timezone.localdate(moment).day for moment in moments] == [2, 13, 13]


def test_the_real_clock_comes_back_whatever_happens() -> None:
    real = timezone.now
    with pytest.raises(LookupError), Clock(date(2024, 12, 1)):
        raise LookupError
    assert timezone.now is real
