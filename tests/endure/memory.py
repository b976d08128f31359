"""Memory stays flat: thousands of pages, then twenty imports, beside one server."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from pathlib import Path

from tests.bench.serving import family, proportional
from tests.endure.killed import HEADER, REGION_ROW
from tests.places import Place
from tests.servers import Client, serving_process, signed_in

REQUESTS = int(os.environ.get("REQUESTS", "5000"))
IMPORTS, LINES = 20, 4_000
GROWTH_MB = 12.0
EMAIL, PLACE = "enora.le-bivic@armorique.example", "/region-armorique"
PAGES = (
    f"{PLACE}/",
    f"{PLACE}/plans/plan-2025-2027/",
    f"{PLACE}/plans/plan-2025-2027/1/",
    f"{PLACE}/budget/2026/",
    f"{PLACE}/budget/2026/lines/",
    f"{PLACE}/budget/2026/lines/?format=csv",
    "/-/accessibility/",
)


def trial(folder: Path) -> bool:
    """Tell the memory of the server once warm and at the end, and whether it stays."""
    place = Place(folder)
    place.run("demo", "--no-serve")
    try:
        with serving_process(place) as (port, pid):
            client = signed_in(place, port, EMAIL)
            pages = _stays(f"{REQUESTS} pages", pid, _pages(client), warm=REQUESTS // 10)
            imports = _stays(f"{IMPORTS} imports", pid, _imports(client), warm=IMPORTS // 4)
    finally:
        place.remove()
    return pages and imports


def _pages(client: Client) -> Iterator[None]:
    for turn in range(REQUESTS):
        status, _content, _to = client.get(PAGES[turn % len(PAGES)])
        assert status == 200, PAGES[turn % len(PAGES)]
        yield


def _imports(client: Client) -> Iterator[None]:
    """Give and confirm files, each in place of the one before."""
    client.fill(f"{PLACE}/budget/open/", year="2028")
    for turn in range(IMPORTS):
        content = (HEADER + REGION_ROW * (LINES + turn)).replace(",2025,", ",2028,").encode()
        status, said, batch = client.upload(
            f"{PLACE}/budget/2028/imports/new/", "file", content, file_name="comptes.csv"
        )
        assert status == 302, said.decode()
        status, said, _to = client.fill(batch, f"{batch}confirm/", replace="on", in_euros="on")
        assert status == 302, said.decode()
        yield


def _stays(what: str, pid: int, steps: Iterator[None], *, warm: int) -> bool:
    """Take the steps, and hold that the memory grows no more once the first ones are done."""
    before = 0.0
    for done, _step in enumerate(steps, 1):
        if done == warm:
            before = _memory(pid)
    after = _memory(pid)
    told = f"  {what}: {before:.0f} MB after {warm}, {after:.0f} MB at the end\n"
    sys.stdout.write(told)
    sys.stdout.flush()
    return after - before <= GROWTH_MB


def _memory(pid: int) -> float:
    return sum(proportional(one) for one in family(pid))
