"""What moved between two snapshots: counted, explained, and nobody nor any machine kept."""

from __future__ import annotations

from collections import Counter
from datetime import date, timedelta

import pytest
from django.utils import timezone
from hypothesis import given as drawn
from hypothesis import strategies as st

from portulan.indicators.words import Kind
from portulan.plans.feeds import answer_reading
from portulan.plans.indicators import add_indicator
from portulan.sources.apps import MARKED
from portulan.sources.feeding import Agreement, Entrance
from portulan.sources.marking import clear
from portulan.sources.models import FleetMarks, ProposedReading, Source
from portulan.sources.moves import (
    Listed,
    Move,
    Moved,
    Stood,
    marks_of,
    moves_since,
    packed,
    unpacked,
)
from portulan.sources.taking import read_now
from portulan.sources.words import Device, State
from portulan.sources.writes import feed, remove_source, save_source
from tests.people import Town
from tests.plans.plan_of_town import followed_action, make_plan
from tests.sources.inventory import SECRET_SERIAL, explained, given, inventory

KEY, NOW, DAY = b"k" * 32, timezone.now(), date(2026, 11, 24)
STATES, DEVICES = st.sampled_from([None, *State]), st.sampled_from([None, *Device])
DAYS = st.none() | st.dates(date(1995, 1, 1), date(2026, 12, 31))
FLEETS = st.dictionaries(st.text("abc", min_size=1, max_size=3), st.tuples(DEVICES, STATES, DAYS))


def listed(fleet: dict[str, tuple[Device | None, State | None, date | None]]) -> list[Listed]:
    return [Listed(name, name, *stands) for name, stands in fleet.items()]


@drawn(FLEETS)
def test_marks_come_back_as_they_were_and_name_nothing(
    fleet: dict[str, tuple[Device | None, State | None, date | None]],
) -> None:
    marks = marks_of(listed(fleet), KEY)
    assert unpacked(packed(marks)) == marks
    assert sorted(map(str, marks.values())) == sorted(str(Stood(*one)) for one in fleet.values())
    assert moves_since(marks, listed(fleet), KEY) == []
    assert not fleet or marks.keys().isdisjoint(marks_of(listed(fleet), b"another"))


@drawn(FLEETS, FLEETS)
def test_what_is_in_service_now_is_what_was_and_what_moved(
    before: dict[str, tuple[Device | None, State | None, date | None]],
    after: dict[str, tuple[Device | None, State | None, date | None]],
) -> None:
    moves = Counter[Move]()
    for one in moves_since(marks_of(listed(before), KEY), listed(after), KEY):
        moves[one.move] += one.count
        assert Moved.from_json(one.as_json()) == one
    used = {
        time: sum(state is State.IN_SERVICE for _device, state, _day in fleet.values())
        for time, fleet in (("before", before), ("after", after))
    }
    lost = moves[Move.LEFT] + moves[Move.ASIDE] + moves[Move.VANISHED]
    assert used["after"] == used["before"] + moves[Move.ENTERED] - lost


def test_what_another_version_packed_is_compared_with_nothing() -> None:
    for kept in (b"", b"not marks", packed({})[:-1]):
        assert unpacked(kept) == {}


@pytest.fixture
def source(town: Town) -> Source:
    made = save_source(town.editor, name="GLPI", entrance=Entrance.FILE, now=NOW)
    return explained(made)


def taken(town: Town, source: Source, content: bytes, day: int) -> dict[str, tuple[int, list[str]]]:
    """Give a list, as it was a day of November; return what moved since."""
    on = DAY.replace(day=day)
    row = read_now(
        town.editor, source=source, files=given(content), today=DAY, now=NOW, on=on
    ).snapshot
    return {one["move"]: (one["count"], one["refs"]) for one in row.moved}


def test_a_list_says_what_moved_since_the_one_that_was_accepted(town: Town, source: Source) -> None:
    indicator = add_indicator(
        town.editor,
        action=followed_action(town, make_plan(town)),
        name="Âge",
        kind=Kind.QUANTITY,
        unit="ans",
    )
    feed(town.editor, source=source, indicator=indicator, formula="age-mean")
    assert taken(town, source, inventory(20), 1) == {}
    waiting = ProposedReading.objects.get(answer=Agreement.PENDING)
    answer_reading(town.editor, proposal=waiting, answer=Agreement.ACCEPTED, now=NOW)
    # One is given away, one is stored, two are gone, and one came; then one more came.
    moved = taken(town, source, inventory(18, states=["Donné", "Stock", "En stock"]), 2)
    assert moved == {"left": (1, ["1"]), "aside": (2, ["2", "3"]), "vanished": (2, [])}
    moved = taken(town, source, inventory(23, known=22), 3)
    assert moved == {
        "entered": (3, ["21", "22", "23"]),
    }, "compared with what was accepted, and not with what nobody answered"
    assert source.snapshots.latest("pk").moved_since == DAY.replace(day=1)


def test_marks_name_nobody_go_with_their_source_and_after_thirteen_months(
    town: Town, source: Source
) -> None:
    taken(town, source, inventory(5), 1)
    kept = FleetMarks.objects.get()
    assert SECRET_SERIAL.encode() not in bytes(kept.last)
    assert "SN" not in kept.key
    assert clear(NOW, MARKED) == 0
    assert clear(NOW + MARKED + timedelta(days=60), MARKED) == 1
    assert taken(town, source, inventory(6), 2) == {}, "what was forgotten is compared with nothing"
    remove_source(town.editor, source=source)
    assert not FleetMarks.objects.exists()


def test_marks_sealed_by_another_machine_begin_again(town: Town, source: Source) -> None:
    taken(town, source, inventory(5), 1)
    FleetMarks.objects.update(key="sealed elsewhere")
    assert taken(town, source, inventory(6), 2) == {}
    assert taken(town, source, inventory(7), 3) == {"entered": (1, ["7"])}
