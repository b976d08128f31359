"""An import of 700,000 lines beside twenty people who read and write: none waits, none is refused.

The import is done by the command, or by a task of the server: by pieces in both cases. `LINES` says
how many; `CLIENTS` how many people, half of whom write.
"""

from __future__ import annotations

import os
import sys
import threading
import time
from collections import Counter
from itertools import count
from pathlib import Path
from statistics import median

from tests.endure.killed import HEADER, REGION_ROW
from tests.places import Place
from tests.servers import Client, fields_of, serving, signed_in

LINES = int(os.environ.get("LINES", "700000"))
CLIENTS = int(os.environ.get("CLIENTS", "20"))
MOST_SECONDS = 1.0
EMAIL, PLACE = "enora.le-bivic@armorique.example", "/region-armorique"
ACTION = f"{PLACE}/plans/plan-2025-2027/1/"
READ = (f"{PLACE}/", ACTION, f"{PLACE}/budget/2026/", f"{PLACE}/budget/2026/lines/")
PAUSE = 1.0  # a person reads what was asked for


class Crowd:
    """People who ask, each in a thread, and what they were answered."""

    def __init__(self, client: Client) -> None:
        self._client = client
        self._over = threading.Event()
        self.times: dict[str, list[float]] = {"read": [], "write": []}
        self.statuses: Counter[int] = Counter()
        work = [self._read if turn % 2 else self._write for turn in range(CLIENTS)]
        self._threads = [
            threading.Thread(target=one, args=(turn,)) for turn, one in enumerate(work)
        ]

    def __enter__(self) -> Crowd:
        for thread in self._threads:
            thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._over.set()
        for thread in self._threads:
            thread.join(60)

    def _read(self, turn: int) -> None:
        for place in count(turn):
            if self._over.wait(PAUSE):
                return
            self._ask("read", lambda: self._client.get(READ[place % len(READ)]))  # noqa: B023

    def _write(self, turn: int) -> None:
        page = f"{ACTION}notes/add/"
        for number in count():
            if self._over.wait(PAUSE):
                return
            _status, said, _to = self._client.get(page)
            fields = fields_of(said.decode()) | {"text": f"{turn} {number}"}
            self._ask("write", lambda: self._client.send(page, fields))  # noqa: B023

    def _ask(self, what: str, ask: object) -> None:
        began = time.perf_counter()
        status = ask()[0]  # type: ignore[operator]
        self.times[what].append(time.perf_counter() - began)
        self.statuses[status] += 1


def trial(folder: Path) -> bool:
    """Tell the times of pages alone, then beside the import; hold that nothing was refused."""
    place = Place(folder)
    place.run("demo", "--no-serve")
    accounts = folder / "accounts.csv"
    row = REGION_ROW.replace(",2025,", ",2028,")
    with accounts.open("w", encoding="utf-8") as stream:
        stream.write(HEADER)
        stream.writelines(row for _ in range(LINES))
    order = (
        "budget",
        "import",
        str(accounts),
        "--org",
        "region-armorique",
        "--year",
        "2028",
        "--in-euros",
    )
    try:
        with serving(place) as port:
            client = signed_in(place, port, EMAIL)
            with Crowd(client) as alone:
                time.sleep(30)
            _told("alone", alone)
            began = time.monotonic()
            with Crowd(client) as beside:
                importing = place.start(*order)
                said = "".join(importing.communicate())
            seconds = time.monotonic() - began
            _told(f"beside the import of {LINES} lines, {seconds:.0f} s", beside)
            if importing.returncode:
                sys.stdout.write(said)
        ((lines,),) = place.query(
            "SELECT COUNT(*) FROM budget_budgetline l"
            " JOIN budget_importbatch b ON b.id = l.batch_id"
            " WHERE b.status = 'confirmed' AND b.file_name = 'accounts.csv'"
        )
    finally:
        place.remove()
    sys.stdout.write(f"    {lines} lines are in force\n")
    reads = sorted(beside.times["read"])
    refused = sum(number for status, number in beside.statuses.items() if status >= 500)
    return lines == LINES and not refused and _p99(reads) < MOST_SECONDS


def _p99(times: list[float]) -> float:
    return sorted(times)[int(len(times) * 0.99)]


def _told(when: str, crowd: Crowd) -> None:
    statuses = ", ".join(
        f"{number} × {status}" for status, number in sorted(crowd.statuses.items())
    )
    sys.stdout.write(f"  {when}: {statuses}\n")
    for what, times in crowd.times.items():
        told = f"median {median(times):.3f} s, p99 {_p99(times):.3f} s, longest {max(times):.3f} s"
        sys.stdout.write(f"    {what}: {told}\n")
    sys.stdout.flush()
