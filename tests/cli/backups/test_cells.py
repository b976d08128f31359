"""One organisation moved between two living instances that number their rows apart."""

from __future__ import annotations

from pathlib import Path

import pytest

from portulan.core.numbering import SPAN
from tests.cli.backups.test_one import beside
from tests.places import ON_POSTGRESQL, Place, Places


@pytest.fixture
def cells(place_in: Places) -> tuple[Place, Place]:
    """Bourg and Voisine in the first instance, Ville in the second."""
    first, second = place_in.settled("first"), place_in("second")
    second.variables["PORTULAN_CELL"] = "2"
    first.run("init", "--name", "Voisine", "--email", "a@voisine.example")
    second.run("init", "--name", "Ville", "--email", "a@ville.example")
    return first, second


def ids(place: Place, table: str) -> list[int]:
    return [one for (one,) in place.query(f"SELECT id FROM {table} ORDER BY id")]  # noqa: S608


def follow(place: Place, organisation: int, plan: int) -> None:
    """Have a plan follow a practice of the built-in catalogue, as it is numbered there."""
    place.write(
        "INSERT INTO plans_plan (id, organisation_id, slug, title, first_year, last_year,"  # noqa: S608
        " adopted_by, stale_after_days)"
        f" VALUES ({plan}, {organisation}, 'plan', 'Plan', 2025, 2027, '', 90)"
    )
    place.write(
        "INSERT INTO plans_practicechoice (plan_id, practice_id, choice, reason, chosen_on)"  # noqa: S608
        f" SELECT {plan}, id, 'later', '', '2026-01-01' FROM catalogue_practice"
        " ORDER BY code LIMIT 1"
    )


def test_one_moves_to_another_instance(
    cells: tuple[Place, Place], tmp_path: Path, place_in: Places
) -> None:
    first, second = cells
    (ville,) = ids(second, "accounts_organisation")
    assert ville > SPAN
    follow(first, 2, 77)
    trail = "SELECT seal FROM core_auditentry WHERE organisation_id = 2 ORDER BY id"
    done = first.query(trail)
    before = second.tables()["accounts_organisation"]
    first.run("backup", str(tmp_path / "a.zip"))
    said = second.run("restore", str(tmp_path / "a.zip"), "--org", "voisine", *beside(place_in))
    assert "/sign-in/" in said

    assert ids(second, "accounts_organisation") == [2, ville]
    assert [one for one in second.tables()["accounts_organisation"] if one in before] == before
    # It follows the practice of the same name, which has another number there.
    (code,) = second.query(
        "SELECT code FROM catalogue_practice JOIN plans_practicechoice"
        " ON practice_id = catalogue_practice.id"
    )
    assert [code] == second.query("SELECT MIN(code) FROM catalogue_practice")
    assert second.query(trail)[: len(done)] == done
    second.run("verify", "--journal")
    # The second goes on from its own numbers.
    second.run("init", "--name", "Autre", "--email", "a@autre.example")
    assert ids(second, "accounts_organisation")[-1] == ville + 1
    # Nothing of the others came, nor their accounts.
    emails = {one for (one,) in second.query("SELECT email FROM accounts_user")}
    assert emails == {"a@voisine.example", "a@ville.example", "a@autre.example"}

    if ON_POSTGRESQL:
        second.run("doctor")
        return
    # SQLite goes on from the highest number of a table: none comes from a higher rank.
    second.run("backup", str(tmp_path / "b.zip"))
    before = first.tables()
    said = first.run("restore", str(tmp_path / "b.zip"), "--org", "autre", code=2)
    assert "PORTULAN_CELL" in said
    assert first.tables() == before
    second.run("doctor")
