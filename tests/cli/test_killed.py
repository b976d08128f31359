"""`kill -9` in the middle of an import: the accounts hold all of it or nothing."""

from __future__ import annotations

import signal
import time
from pathlib import Path

import pytest

from tests.places import ON_POSTGRESQL, Places

LINES = 12_000
HEADER = (
    "BGT_NATDEC,BGT_ANNEE,BGT_SIRET,BGT_NOM,BGT_CONTNAT,BGT_CONTNAT_LABEL,BGT_NATURE,"
    "BGT_NATURE_LABEL,BGT_SECTION,BGT_OPBUDG,BGT_CODRD,BGT_MTREAL\n"
)
ROW = (
    "compte administratif,2025,21560046100010,BOURG,011,x,2051,Logiciels,"
    "fonctionnement,réel,dépense,1.00\n"
)


@pytest.mark.skipif(ON_POSTGRESQL, reason="looks at the file of SQLite")
def test_a_killed_import_leaves_all_or_nothing(place_in: Places, tmp_path: Path) -> None:
    accounts = tmp_path / "comptes.csv"
    accounts.write_text(HEADER + ROW * LINES, encoding="utf-8")
    place = place_in.settled("data")
    order = ("budget", "import", str(accounts), "--org", "bourg", "--year", "2025")
    wal = place.folder / "portulan.sqlite3-wal"

    def count(table: str) -> int:
        [(number,)] = place.query(f"SELECT count(*) FROM {table}")  # noqa: S608 (ours)
        return int(number)

    started = place.start(*order)
    deadline = time.monotonic() + 60
    # Wait until lines are being written, then kill without a word.
    while time.monotonic() < deadline and started.poll() is None:
        if wal.exists() and wal.stat().st_size > 500_000:
            break
        time.sleep(0.002)
    started.send_signal(signal.SIGKILL)
    started.communicate()
    kept = count("budget_budgetline")
    assert kept in {0, LINES}
    if kept == 0:
        assert count("budget_importbatch") == 0
    # When the kill came too late, the file is recognised instead.
    place.run(*order, code=2 if kept else 0)
    assert count("budget_budgetline") == LINES
