"""Two servers on one database and one folder, as two machines that share them."""

from __future__ import annotations

import threading
from pathlib import Path

import pytest

from tests.places import ON_POSTGRESQL, Places
from tests.servers import Client, free_port, serving, signed_in
from tests.totem import totem

NEEDS_SERVER = pytest.mark.skipif(not ON_POSTGRESQL, reason="the folder of SQLite holds its base")


def test_two_servers_are_one(place_in: Places, tmp_path: Path) -> None:
    place = place_in.settled("shared")
    with serving(place, "--workers", "2") as one, serving(place) as other:
        here = signed_in(place, one)
        there = here.at(other)
        # Sessions.
        assert there.get("/bourg/")[0] == 200
        # Files received, and what they wait for: given here, looked at there, confirmed here.
        assert here.fill("/bourg/budget/open/", year="2025")[0] in {200, 302}
        content = totem(*[("2051", "100", "80")] * 30, year=2025)
        status, said, batch = here.upload("/bourg/budget/2025/imports/new/", "file", content)
        assert status == 302, said.decode()
        page = there.get(batch)[1].decode()
        assert "a.xml" in page
        assert there.get(f"{batch}original/")[1] == content
        # Of two who confirm it at once on two machines, one does; nothing counts twice.
        answers: list[int] = []

        def confirm(client: Client) -> None:
            answers.append(client.fill(batch, f"{batch}confirm/")[0])

        both = [threading.Thread(target=confirm, args=(one,)) for one in (here, there)]
        for thread in both:
            thread.start()
        for thread in both:
            thread.join(60)
        assert set(answers) <= {200, 302, 422}
        assert place.query("SELECT status FROM budget_importbatch") == [("confirmed",)]
        assert place.query("SELECT COUNT(*) FROM budget_budgetline") == [(30,)]
        # Who leaves is out everywhere.
        assert here.fill("/account/", "/sign-out/")[0] == 302
        assert there.get("/bourg/")[0] == 302


@NEEDS_SERVER
def test_two_machines_that_see_two_folders_are_told(place_in: Places) -> None:
    place = place_in.settled("shared")
    with serving(place):
        kept = (place.folder / "folder.mark").read_text()
    other = place_in("elsewhere")  # another machine, whose share is not mounted
    mine, other.name = other.name, place.name
    try:
        for order in (("serve", "--port", str(free_port())), ("mail", "--dry-run")):
            said = other.run(*order, code=2)
            assert "goes with another folder" in said
            assert str(other.folder) in said
        assert '"shared-folder"' in other.run("doctor", "--json", code=1)
        assert "✗ Folder of this database" in other.run("doctor", code=1)
        assert "✓ Folder of this database" in place.run("doctor")
        # Emptied on purpose, it is said so by a gesture that nobody does by mistake.
        (other.folder / "folder.mark").write_text(kept)
        other.run("mail", "--dry-run")
    finally:
        other.name = mine
