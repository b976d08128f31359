"""What a reading of a large fleet keeps in memory: what is counted of a device, not its row."""

from __future__ import annotations

import tracemalloc
from collections.abc import Mapping
from typing import Any

from portulan.sources.apis import Api, hear
from portulan.sources.asking import Answer
from portulan.sources.meanings import Meanings

SECRET = dict.fromkeys(("client_id", "client_secret", "username", "password"), "x")
DEVICES, WIDE = 4_000, "x" * 5_000
MOST = 12 << 20  # bytes: a page of wide rows, and the devices


class Glpi:
    """A GLPI 11 whose computers, and what it says of their purchase, are wide."""

    def send(self, *_asked: Any) -> Answer:
        return Answer(200, {}, {"access_token": "x"})

    def get(self, path: str, _headers: object, query: Mapping[str, Any] | None = None) -> Answer:
        if path.endswith("Infocom"):
            return Answer(200, {}, {"date_buy": "2022-11-24", "comment": WIDE + path})
        if not path.endswith("Computer"):
            return Answer(200, {"content-range": "0-0/0"}, [])
        start = int((query or {})["start"])
        rows = [self.row(one + 1) for one in range(start, min(start + 500, DEVICES))]
        return Answer(200, {"content-range": f"{start}-/{DEVICES}"}, rows)

    def row(self, number: int) -> dict[str, Any]:
        return {"id": number, "serial": f"SN{number}", "comment": WIDE + str(number)}


def test_a_large_fleet_of_glpi_keeps_no_row() -> None:
    tracemalloc.start()
    try:
        asking: Any = Glpi()
        heard = hear(Api.GLPI_V2, asking, "/api.php/v2", SECRET, Meanings.from_json({}), "")
        _now, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert heard is not None
    [computers] = [one for one in heard.listings if one.items]
    assert len(computers.items) == DEVICES
    assert all(str(one.bought) == "2022-11-24" for one in computers.items)
    assert peak < MOST, peak
