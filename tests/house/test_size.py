"""Each capability stays under its ceiling, and the house within its other bounds (decision 111)."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tools.house import figures as figures_of
from tools.house import modules, past, sizes
from tools.rooms import (
    DATA,
    STOOD,
    UNITS,
    Room,
    Sizes,
    capability_of,
    faults,
    placed,
    sizes_of,
    table,
    tokens,
)


def both(size: int) -> Sizes:
    return dict.fromkeys(UNITS, size)


def test_the_house_is_within_its_bounds() -> None:
    house = modules()
    assert [*past(figures_of(house)), *faults(sizes(house), *table())] == []


def test_what_stood_is_what_stood() -> None:
    stood, rooms = table()
    for unit in UNITS:
        assert sum(row[unit] for name, row in stood.items() if name != DATA) <= STOOD[unit]
    for room in rooms:
        assert room.reason, room.name


def test_layout_and_comments_are_no_writing() -> None:
    dense = "def f(a): return a + 1\n"
    airy = "# why\n\n\ndef f(\n    a\n):\n    return a + 1  # so\n"
    assert tokens(dense) == tokens(airy) == 10
    assert sizes_of([(("plans", "x.py"), airy)]) == {"plans": {"lines": 7, "tokens": 10}}


@pytest.mark.parametrize(
    ("path", "capability"),
    [
        ("plans/actions/editing.py", "plans/actions"),
        ("web/plans/actions/forms.py", "plans/actions"),
        ("plans/tables/formats/grist.py", "plans/tables"),
        ("plans/models/actions.py", "plans"),
        ("plans/words.py", "plans"),
        ("web/plans/page.py", "web/plans"),
        ("web/pages.py", "web"),
        ("cli/plan/app.py", "cli/plan"),
        ("__main__.py", "portulan"),
    ],
)
def test_a_screen_counts_with_its_domain(path: str, capability: str) -> None:
    assert capability_of(Path(path).parts) == capability


ROOMS = [
    Room("wide", both(10), ("plans", "budget"), "why"),
    Room("narrow", both(5), ("plans/actions",), "why"),
]
STANDING = {"plans/actions": both(100), "budget/lines": both(50)}


def said(found: dict[str, int], rooms: list[Room] = ROOMS) -> list[str]:
    return faults({name: both(size) for name, size in found.items()}, STANDING, rooms)


def test_what_is_added_finds_place_in_the_rooms_that_name_it() -> None:
    assert said({"plans/actions": 115, "budget/lines": 50}) == []
    assert said({"plans/actions": 100, "budget/lines": 40, "plans/new": 10}) == []
    # The first comer took the wide room; it makes place for who has no other.
    assert said({"plans/actions": 105, "budget/lines": 60}) == []
    used, left = placed(
        "lines",
        {"plans/actions": both(105), "budget/lines": both(60)},
        STANDING,
        ROOMS,
    )
    assert (used, left) == ({"wide": 10, "narrow": 5}, {})


def test_what_finds_none_says_by_how_much_and_what_to_do() -> None:
    lines, tokens_, what_to_do = said({"plans/actions": 107, "budget/lines": 60})
    assert "2 find no place" in lines
    assert "wide 10 of 10" in lines
    assert "tokens" in tokens_
    assert "tools/rooms.toml" in what_to_do
    assert "decision 111" in what_to_do
    # A name that only begins like another is another, and a domain that no room names has none.
    assert "(none does)" in said({"plansX": 1})[0]
    # Nobody spends what another has saved.
    assert said({"plans/actions": 50, "budget/lines": 61})


def test_a_room_has_a_reason_and_what_stood_does_not_rise() -> None:
    assert "gives no reason" in said({}, [Room("wide", both(10), ("plans",), "")])[0]
    rows = {"plans": both(STOOD["tokens"] + 1)}
    assert len(list(adding(faults({}, rows, ROOMS)))) == len(UNITS)
    # Data are no code: they have their own row.
    assert faults({}, {DATA: both(STOOD["tokens"] * 2)}, ROOMS) == []


def adding(sentences: list[str]) -> Iterator[str]:
    return (one for one in sentences if "[stood] adds up to" in one)
