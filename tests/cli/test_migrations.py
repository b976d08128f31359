"""What a migration may do to a full database, and which databases are opened at all."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from pathlib import Path

import pytest

from portulan.core import guards
from tests.places import Place, Places

REMAKING = Path(__file__).parent / "remaking.py"


def remake(place: Place) -> dict[str, list[str]]:
    done = subprocess.run(
        [sys.executable, str(REMAKING)],
        env=place.environment | {"DJANGO_SETTINGS_MODULE": "portulan.config.settings"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


def test_every_table_may_be_made_again(armorique: Place, place_in: Places) -> None:
    place = place_in("remade", like=armorique)
    before = place.tables()
    answer = remake(place)
    after = place.tables()
    for table in before.keys() - {"django_migrations"}:
        added = ("made",) if table in answer["given"] else ()
        assert after[table] == [(*row, *added) for row in before[table]], table
    assert len(answer["given"]) + len(answer["remade"]) > 70
    assert answer["missing"] == []
    # What never changes is still refused, in each of its tables that has a row.
    unchanging = [
        (guard.table, re.sub(r".* OF (\w+).*", r"\1", guard.on))
        for guard in guards.expected().values()
        if guard.refuse == "TRUE" and "UPDATE" in guard.on
    ]
    refused = 0
    for table, column in unchanging:
        if not before[table]:
            continue
        said = "id" if column.startswith("BEFORE") else column
        with pytest.raises(Exception, match="guard_"):
            place.write(f"UPDATE {table} SET {said} = {said}")  # noqa: S608
        refused += 1
    assert refused >= 7
