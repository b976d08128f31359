"""Addresses of a server that answers like GLPI, Snipe-IT and Grist: the truth, or no reading."""

# ruff: noqa: F811 - fixtures are given by their names
from __future__ import annotations

import json
import threading
import urllib.request
from collections.abc import Iterator
from datetime import date
from http.server import ThreadingHTTPServer
from importlib.util import module_from_spec, spec_from_file_location
from pathlib import Path
from typing import Any

import pytest

from portulan.core.safe_http import Place
from portulan.core.say.text import Problems
from portulan.sources.apis import Api, Heard, hear
from portulan.sources.asking import Asking
from portulan.sources.meanings import Meanings
from portulan.sources.outcomes import Failure, UnansweredError
from portulan.sources.snapshot import Asked, Snapshot, of_listings
from tests.real.test_source_files import exports, meanings, same, truth  # noqa: F401 - fixtures

pytestmark = pytest.mark.real
GLPI = {"user_token": "user-test", "app_token": "app-test"}
V2 = {"client_id": "client", "client_secret": "secret", "username": "test", "password": "test"}
BEARER = {"token": "token-test"}
DOORS = {
    Api.GLPI: ("/apirest.php", GLPI),
    Api.GLPI_V2: ("/api.php/v2", V2),
    Api.SNIPE_IT: ("", BEARER),
    Api.GRIST: ("/api/docs/docTest/tables/Sorties", BEARER),
}


@pytest.fixture(scope="module")
def stand_in(real_data: Path) -> Iterator[int]:
    """One server for all that is tried in this process; each test says how it behaves."""
    exports = real_data / "sources"
    spec = spec_from_file_location("standin", exports / "standin.py")
    assert spec is not None
    assert spec.loader is not None
    module = module_from_spec(spec)
    spec.loader.exec_module(module)

    class Handler(module.Handler):  # type: ignore[misc, name-defined]
        disable_nagle_algorithm = True  # else a body waits 40 ms for what acknowledges its head
        world = module.World(exports)

    class Server(ThreadingHTTPServer):
        def handle_error(self, *_said: Any) -> None:
            return  # who asks leaves an answer that is too big

    server = Server(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True).start()
    yield server.server_port
    server.shutdown()
    server.server_close()


@pytest.fixture
def port(stand_in: int) -> int:
    behave(stand_in, "")
    return stand_in


def behave(port: int, mode: str) -> None:
    with urllib.request.urlopen(f"http://127.0.0.1:{port}/_standin?clear=1&mode={mode}") as said:
        said.read()


def count(port: int) -> int:
    with urllib.request.urlopen(f"http://127.0.0.1:{port}/_standin") as said:
        found: int = json.load(said)["requests"]
        return found


def heard(port: int, api: Api, meanings: Meanings) -> Heard:
    path, secret = DOORS[api]
    asked = Asking(Place("http", "127.0.0.1", port, path, inside=True), sleep=lambda _s: None)
    try:
        found = hear(api, asked, path, secret, meanings, "")
    finally:
        asked.close()
    assert found is not None
    return found


def snapshot(found: Heard, meanings: Meanings, scope: str | None) -> Snapshot:
    asked = Asked(meanings, date(2026, 9, 30), 2025, scope)
    return of_listings(found.listings, asked, Problems())


@pytest.mark.parametrize("api", [Api.GLPI, Api.GLPI_V2])
def test_both_apis_of_glpi_give_the_truth(
    port: int,
    api: Api,
    meanings: Meanings,
    truth: Any,
) -> None:
    found = heard(port, api, meanings)
    for scope, name in ((None, "organisation"), ("", "everything")):
        expected = truth["inventory"][name]
        same(
            snapshot(found, meanings, scope),
            **{
                "age-mean": expected["age_mean_years"],
                "age-median": expected["age_median_years"],
                "exit-age-mean": expected["exit"]["age_at_exit_mean_years"],
                "screens-per-workstation": expected["screens_per_workstation"],
            },
        )
    assert heard(port, api, meanings).digest == found.digest


@pytest.mark.parametrize("api", [Api.SNIPE_IT, Api.GRIST])
def test_the_others_are_read(port: int, api: Api, meanings: Meanings) -> None:
    found = heard(port, api, meanings)
    assert found.document or sum(len(one.items) for one in found.listings) == 150


@pytest.mark.parametrize("api", list(Api))
@pytest.mark.parametrize(
    ("mode", "why"),
    [
        ("401", {Failure.REFUSED}),
        ("403", {Failure.RIGHT}),
        ("429=1", {Failure.BUSY}),
        ("500=1", {Failure.BROKEN}),
        ("html", {Failure.SIGN_IN}),
        ("redirect", {Failure.MOVED}),
        ("badjson", {Failure.UNREADABLE}),
        ("php", {Failure.UNREADABLE}),
        ("big", {Failure.BIG}),
        ("cut=1", {Failure.CUT}),
    ],
)
def test_a_bad_day_gives_nothing(
    port: int,
    api: Api,
    mode: str,
    why: set[Failure],
    meanings: Meanings,
) -> None:
    behave(port, mode)
    with pytest.raises(UnansweredError) as error:
        heard(port, api, meanings)
    assert error.value.why in why
    assert count(port) < 20


@pytest.mark.parametrize("mode", ["expire=3", "429=4", "500=5", "cut=6"])
@pytest.mark.parametrize("api", [Api.GLPI, Api.GLPI_V2])
def test_what_passes_is_waited_for(
    port: int, api: Api, mode: str, meanings: Meanings, truth: Any,
    monkeypatch: pytest.MonkeyPatch,
) -> None:  # fmt: skip
    monkeypatch.setattr("portulan.sources.apis.PAGE", 100)
    behave(port, mode)
    expected = truth["inventory"]["organisation"]["age_mean_years"]
    same(snapshot(heard(port, api, meanings), meanings, None), **{"age-mean": expected})


@pytest.mark.parametrize(("mode", "why"), [("shrink", Failure.CHANGED)])
@pytest.mark.parametrize("api", [Api.GLPI, Api.GLPI_V2, Api.SNIPE_IT])
def test_a_list_that_moves_is_not_taken(
    port: int, api: Api, mode: str, why: Failure, meanings: Meanings,
    monkeypatch: pytest.MonkeyPatch,
) -> None:  # fmt: skip
    monkeypatch.setattr("portulan.sources.apis.PAGE", 50)
    behave(port, mode)
    with pytest.raises(UnansweredError) as error:
        heard(port, api, meanings)
    assert error.value.why is why


@pytest.mark.parametrize("api", [Api.GLPI, Api.GLPI_V2])
def test_without_the_right_to_purchases_it_is_said(
    port: int,
    api: Api,
    meanings: Meanings,
) -> None:
    behave(port, "noinfocom")
    found = heard(port, api, meanings)
    assert [one.kind.code for one in found.problems] == ["no-purchase-dates"]
    same(snapshot(found, meanings, None), **{"age-mean": None})
