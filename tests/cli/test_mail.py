"""`portulan mail`: for cron, for what comes back, and killed while it sends."""

from __future__ import annotations

import subprocess
import sys

from tests.core.test_returns import report
from tests.places import Places


def test_reports_are_read_from_a_file(place_in: Places) -> None:
    place = place_in.settled("mail")
    assert "No mail server is set" in place.run("mail", "--dry-run")
    file = place.folder / "returned.eml"
    file.write_bytes(report("<nobody@x>"))
    said = place.run("mail", "bounced", str(file))
    assert "1 reports read: 0 messages came back" in said
    assert "1 messages that are not from here" in said
    file.write_text("Bonjour\n", encoding="utf-8")
    assert "RFC 3464" in place.run("mail", "bounced", str(file), code=2)
    assert "absent" in place.run("mail", "bounced", "absent.eml", code=2)


def test_a_sender_that_is_killed_sends_nothing_twice_and_loses_nothing(place_in: Places) -> None:
    """As `make endure` does two hundred times: the messages are counted where they arrive."""
    place = place_in.settled("killed-mail")
    done = subprocess.run(
        [sys.executable, "-m", "tests.endure", "killed-mail"],
        env=place.environment | {"ROUNDS": "10"},
        capture_output=True,
        check=False,
        text=True,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    assert "received twice 0, lost 0" in done.stdout
