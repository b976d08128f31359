"""Everything goes into an empty place, on another kind of database, and comes back the same."""

from __future__ import annotations

import json
import random
from time import monotonic, sleep

from tests.places import ON_POSTGRESQL, Place, Places


def address_of(place: Place) -> tuple[str, ...]:
    """Return what names an empty place on the server of the tests."""
    if ON_POSTGRESQL:
        return (place._url(), "--data", str(place.folder))
    return (f"sqlite:///{place.folder}",)


def test_all_of_it_comes_back_the_same(place_in: Places, armorique: Place) -> None:
    left, back = place_in("left", like=armorique), place_in("back")
    left.write("UPDATE accounts_organisation SET name = 'L’Île, 1 € « dit »'")
    (left.folder / "evidence").mkdir()
    (left.folder / "evidence" / "note").write_text("une preuve")
    before = left.tables()
    file = place_in("file")
    file.variables["DATABASE_URL"] = ""  # SQLite, whatever the tests run on
    told = left.run("move", f"sqlite:///{file.folder}")
    assert "compared one by one" in told
    assert left.tables() == before
    assert "✗" not in file.run("doctor")
    file.run("move", *address_of(back))
    assert back.tables() == before
    assert back.files() == left.files()
    assert (back.folder / "evidence" / "note").read_text() == "une preuve"
    assert (back.folder / "secret.key").read_bytes() == (left.folder / "secret.key").read_bytes()
    assert "✗" not in back.run("doctor")


def test_an_identifier_is_never_given_twice(place_in: Places) -> None:
    left, there = place_in.settled("left"), place_in("there")
    [(last,)] = left.query("SELECT max(id) FROM accounts_signinlink")
    left.write("DELETE FROM accounts_signinlink")
    document = left.run("move", *address_of(there), "--json")
    tables = json.loads(document[: document.rindex("}") + 1])["tables"]
    assert {"accounts_user": 1, "accounts_signinlink": 0}.items() <= {
        one["table"]: one["rows"] for one in tables
    }.items()
    there.run("link", "a@bourg.example")
    assert there.query("SELECT id FROM accounts_signinlink") == [(last + 1,)]


def test_only_an_empty_place_receives_what_there_is(place_in: Places) -> None:
    left, full = place_in.settled("left"), place_in.settled("full")
    before = full.tables()
    assert "something already" in left.run("move", *address_of(full), code=2)
    assert full.tables() == before
    assert "already" in left.run("move", *address_of(left), code=2)
    for wrong in ("mysql://here/x", "sqlite://host/x", "nowhere", "sqlite:///"):
        assert "address is needed" in left.run("move", wrong, code=2)
    empty, there = place_in("empty"), place_in("there")
    assert "nothing to move" in empty.run("move", *address_of(there), code=2)
    assert "no organisation here yet" in there.run("serve", code=2)


def test_a_move_that_is_killed_leaves_all_here_and_says_so_there(
    place_in: Places, armorique: Place
) -> None:
    left, there = place_in("left", like=armorique), place_in("there")
    before, drawn = left.tables(), random.Random(3)
    for _round in range(3):
        moving = left.start("move", *address_of(there))
        ends = monotonic() + 60
        while not begun(there) and monotonic() < ends and moving.poll() is None:
            sleep(0.005)
        sleep(drawn.random() * 2)
        moving.kill()
        moving.communicate()
        if not begun(there):
            if there.tables():  # it had done all, whether it could say so or not
                break
            continue  # it was killed before it began
        assert left.tables() == before
        assert "A move to this place stopped" in there.run("serve", code=2)
        assert "A move to this place stopped" in there.run("doctor", code=1)
    else:
        left.run("move", *address_of(there))
    assert there.tables() == before
    assert "✗" not in there.run("doctor")


def begun(place: Place) -> bool:
    """Return whether a move to a place has begun, and is not done."""
    if ON_POSTGRESQL:
        return "portulan_moving" in place.shape()
    return (place.folder / "portulan.sqlite3.moving").exists()
