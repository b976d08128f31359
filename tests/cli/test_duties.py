"""Regular work is done by who serves, or by the command, and `doctor` sees what is not."""

from __future__ import annotations

import json
import socket
from time import monotonic, sleep

from tests.places import Places

DONE = "SELECT count(*) FROM core_dutyrun WHERE status = 'done'"


def free_port() -> int:
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return int(one.getsockname()[1])


def test_what_is_due_is_done_by_who_serves(place_in: Places) -> None:
    place = place_in.settled("served")
    server = place.start("serve", "--port", str(free_port()), "--workers", "2")
    try:
        ends = monotonic() + 60
        while place.query(DONE)[0][0] < 1:
            assert monotonic() < ends, "nothing was done"
            assert server.poll() is None
            sleep(0.2)
    finally:
        server.terminate()
        server.communicate(timeout=30)
    # Each once at most: the server may end before it takes one whose row is there.
    turns = {turn for (turn,) in place.query("SELECT turn FROM core_dutyrun")}
    assert 1 in turns <= {0, 1}


def test_the_command_does_what_is_due_and_doctor_sees_what_is_not(place_in: Places) -> None:
    place = place_in.settled("cron")
    duties = json.loads(place.run("duties", "--json"))["duties"]
    assert {one["status"] for one in duties} == {None}
    assert "no regular work" in place.run("duties", "--name", "x", code=2).lower()
    one = duties[0]["name"]
    assert "done " in place.run("duties", "--name", one)
    place.run("duties", "--run")
    assert place.query(DONE) == [(len(duties),)]
    assert "✓ Regular work" in place.run("doctor")
    place.write("UPDATE core_dutyrun SET begun_at = '2026-01-02 03:04:05+00:00'")
    assert f"! Regular work: {one}" in place.run("doctor")
    place.write(f"UPDATE core_dutyrun SET status = 'failed' WHERE name = '{one}'")  # noqa: S608
    assert "✗ Regular work" in place.run("doctor", code=1)
    assert "failed" in place.run("duties", code=1)
