"""The pages people open, at ten and at a thousand actions, at a thousand lines and at more.

Each tells the exponent of its growth: 0 is flat, 1 a page that costs as much more as there is more.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from math import log
from pathlib import Path

from django.db import connection, reset_queries
from django.test import Client
from django.test.utils import CaptureQueriesContext

from tests.bench.base import database
from tests.bench.clock import alternate, seconds
from tests.bench.place import Place, build
from tests.bench.table import Row, alike, by_amount, by_ratio

SMALL, LARGE = (10, 1_000), (1_000, 100_000)
MOST_TIMES, MOST_MS = 3.0, 60.0
TIMES = 3
PAGES = {
    "dashboard": "",
    "plan list": "plans/{plan}/",
    "action page": "plans/{plan}/1/",
    "budget lines": "budget/2026/lines/",
}
BESIDES = {
    "budget year": "budget/2026/",
    "budget years": "budget/",
    "to qualify": "budget/2026/queue/",
    "lines by label": "budget/2026/lines/?order=label",
    "lines in the perimeter, by amount": "budget/2026/lines/?verdict=perimeter&order=-amount",
    "lines attributed": "budget/2026/lines/?attribution=attributed",
    "lines to review": "budget/2026/lines/?attribution=to_review&order=-amount",
    "lines, last page": "budget/2026/lines/?order=-amount&page=99999",
    "lines searched": "budget/2026/lines/?q=onduleurs",
    "lines, a page in the middle": "budget/2026/lines/?order=-amount&page=700",
    "proposals": "budget/2026/proposals/",
    "suggestions": "budget/2026/suggestions/{plan}/1/",
    "imports": "budget/2026/imports/",
    "green budget": "budget/2026/green/",
    "all searched": "find/?q=onduleurs",
    "all searched, in vain": "find/?q=zzyzx",
    "plan searched": "plans/{plan}/?q=num",
    "plan as a file": "plans/{plan}/actions.csv",
    "coverage": "plans/{plan}/coverage/",
    "catalogue": "catalogue/",
    "money of impact": "impact/plans/{plan}/money/",
    "effects of a plan": "impact/plans/{plan}/",
    "posts": "budget/2026/posts/",
    "documents": "documents/",
    "arbitrations": "portfolio/",
}


class Browser:
    """Somebody signed in, whose only cost is that of the server."""

    def __init__(self, place: Place) -> None:
        self.place = place
        self.client = Client()
        self.client.force_login(place.user, backend="portulan.accounts.backends.EmailBackend")

    def get(self, path: str) -> None:
        address = f"/{self.place.town.slug}/{path.format(plan=self.place.plan.slug)}"
        response = self.client.get(address)
        assert response.status_code == 200, (address, response.status_code)
        assert response.content

    def queries(self, path: str) -> int:
        self.get(path)
        reset_queries()
        with CaptureQueriesContext(connection) as captured:
            self.get(path)
        return len(captured)


def rows(folder: Path) -> Iterator[Row]:
    """Yield the counts of queries, the ratios at the small size, the CPU time at the large."""
    with database():
        small = Browser(build("petit", folder, actions=SMALL[0], lines=SMALL[1]))
        large = Browser(build("grand", folder, actions=LARGE[0], lines=LARGE[1]))
        for name, path in PAGES.items():
            yield from _page(name, path, small, large, MOST_TIMES)
        for name, path in BESIDES.items():
            yield from _page(name, path, small, large, None)


def _page(
    name: str, path: str, small: Browser, large: Browser, most: float | None
) -> Iterator[Row]:
    pair = alternate(lambda: small.get(path), lambda: small.get("plain/2026/"), runs=5, times=TIMES)
    yield by_ratio(
        f"{name}, {SMALL[0]} actions, {SMALL[1]:,} lines",
        pair,
        most,
    )
    yield alike(f"{name}, queries", small.queries(path), large.queries(path))
    spent = sorted(seconds(lambda: large.get(path)) for _ in range(3))[1]
    row = by_amount(f"{name}, {LARGE[0]} actions, {LARGE[1]:,} lines", spent * 1000, MOST_MS, "ms")
    exponent = log(spent / pair.measured) / log(LARGE[1] / SMALL[1])
    yield replace(row, ratio=f"n^{exponent:.2f}")
