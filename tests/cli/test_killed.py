"""`kill -9` in the middle of an import, or of the reading of a source: all of it, or nothing."""

from __future__ import annotations

import signal
import time
from pathlib import Path

from tests.endure.killed import OPERATIONS, Models, Trial
from tests.places import Places

LINES = 12_000
HEADER = (
    "BGT_NATDEC,BGT_ANNEE,BGT_SIRET,BGT_NOM,BGT_CONTNAT,BGT_CONTNAT_LABEL,BGT_NATURE,"
    "BGT_NATURE_LABEL,BGT_SECTION,BGT_OPBUDG,BGT_CODRD,BGT_MTREAL\n"
)
ROW = (
    "compte administratif,2025,21560046100010,BOURG,011,x,2051,Logiciels,"
    "fonctionnement,réel,dépense,1.00\n"
)


def test_a_killed_import_leaves_all_or_nothing(place_in: Places, tmp_path: Path) -> None:
    accounts = tmp_path / "comptes.csv"
    accounts.write_text(HEADER + ROW * LINES, encoding="utf-8")
    place = place_in.settled("data")
    order = ("budget", "import", str(accounts), "--org", "bourg", "--year", "2025")

    def count(status: str = "") -> int:
        where = f"WHERE b.status = '{status}'" if status else ""
        [(number,)] = place.query(
            "SELECT count(*) FROM budget_budgetline l "  # noqa: S608 (ours)
            f"JOIN budget_importbatch b ON b.id = l.batch_id {where}"
        )
        return int(number)

    started = place.start(*order)
    deadline = time.monotonic() + 60
    # Wait until lines are being written, then kill without a word.
    while time.monotonic() < deadline and started.poll() is None and not count():
        time.sleep(0.002)
    started.send_signal(signal.SIGKILL)
    started.communicate()
    kept = count("confirmed")
    assert kept in {0, LINES}
    # When the kill came too late, the file is recognised instead; what it left is swept.
    place.run(*order, code=2 if kept else 0)
    assert count("confirmed") == count() == LINES


def test_a_killed_reading_leaves_a_whole_snapshot_or_none(tmp_path: Path) -> None:
    models = Models(tmp_path)
    trial = Trial(tmp_path, models)
    rounds = OPERATIONS["source"](trial)
    try:
        for _ in range(3):
            next(rounds)
    finally:
        rounds.close()
        models.remove()
    assert trial.left["done"]
