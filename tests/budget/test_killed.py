"""`kill -9` in the middle of an import: the accounts hold all of it or nothing."""

from __future__ import annotations

import os
import signal
import sqlite3
import subprocess
import sys
import time
from pathlib import Path

LINES = 12_000
HEADER = (
    "BGT_NATDEC,BGT_ANNEE,BGT_SIRET,BGT_NOM,BGT_CONTNAT,BGT_CONTNAT_LABEL,BGT_NATURE,"
    "BGT_NATURE_LABEL,BGT_SECTION,BGT_OPBUDG,BGT_CODRD,BGT_MTREAL\n"
)
ROW = (
    "compte administratif,2025,21560046100010,BOURG,011,x,2051,Logiciels,"
    "fonctionnement,réel,dépense,1.00\n"
)


def portulan(folder: Path, *arguments: str) -> subprocess.Popen[bytes]:
    environment = os.environ | {"PORTULAN_DATA": str(folder), "LANG": "fr_FR.UTF-8"}
    environment.pop("DATABASE_URL", None)
    environment.pop("DJANGO_SETTINGS_MODULE", None)
    return subprocess.Popen(
        [sys.executable, "-m", "portulan", *arguments],
        env=environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    )


def count(folder: Path, query: str) -> int:
    with sqlite3.connect(folder / "portulan.sqlite3") as database:
        number: int = database.execute(query).fetchone()[0]
    database.close()
    return number


def test_a_killed_import_leaves_all_or_nothing(tmp_path: Path) -> None:
    accounts = tmp_path / "comptes.csv"
    accounts.write_text(HEADER + ROW * LINES, encoding="utf-8")
    folder = tmp_path / "data"
    made = portulan(
        folder, "init", "--name", "Bourg", "--email", "a@bourg.example", "--siren", "215600461"
    )
    _, complaint = made.communicate(timeout=60)
    assert made.returncode == 0, complaint
    order = ("budget", "import", str(accounts), "--org", "bourg", "--year", "2025")
    wal = folder / "portulan.sqlite3-wal"
    started = portulan(folder, *order)
    deadline = time.monotonic() + 60
    # Wait until lines are being written, then kill without a word.
    while time.monotonic() < deadline and started.poll() is None:
        if wal.exists() and wal.stat().st_size > 500_000:
            break
        time.sleep(0.002)
    started.send_signal(signal.SIGKILL)
    started.communicate()
    kept = count(folder, "SELECT count(*) FROM budget_budgetline")
    assert kept in {0, LINES}
    if kept == 0:
        assert count(folder, "SELECT count(*) FROM budget_importbatch") == 0
    again = portulan(folder, *order)
    _, complaint = again.communicate(timeout=120)
    assert count(folder, "SELECT count(*) FROM budget_budgetline") == LINES
    # When the kill came too late, the file is recognised instead.
    assert (again.returncode, kept) in {(0, 0), (2, LINES)}, complaint
