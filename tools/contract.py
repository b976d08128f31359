"""Send what the contract of the API allows, and what it does not, to a demonstration of its own.

    make contract TIME=240 SEED=26 ONLY=years

Schemathesis, in an environment of its own, makes the requests; addresses are filled with what the
demonstration holds, so that services are reached. Exit 1 when an answer is not as the contract
says, or when the server failed.
"""

from __future__ import annotations

import json
import os
import re
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from urllib.error import URLError
from urllib.request import Request, urlopen

ROOT = Path(__file__).resolve().parent.parent
ORG = "region-armorique"
PARAMETER = re.compile(r"{(\w+)}")
KNOWN = {"document": "board", "of_year": 2026, "suffix": "html", "revision": 1, "other": 2025}
KEYS = {"plans": "slug", "scenarios": "slug", "actions": "number", "years": "year"}
KEYS |= {"sealed": "number"}
# What a rule of the domain, a right or a version refuses is an answer like another.
REJECTED = [400, 401, 403, 404, 405, 409, 412, 413, 415, 422, 428]
EXPECTED = [200, 201, 202, 204, 400, 403, 404, 409, 412, 415, 422, 428]
MAKE = """
import django; django.setup()
from portulan.accounts.access import Role
from portulan.accounts.actors import Actor
from portulan.accounts.models import Membership
from portulan.accounts.tokens import make_token, offered_to
found = Membership.objects.filter(role=Role.ADMIN, person__organisation__slug=%r)
person = found.select_related("person").first().person
actor = Actor(person.organisation_id, person.pk, frozenset({Role.ADMIN}))
print(make_token(actor, name="contrat", operations=offered_to(actor), days=30))
"""


class Place:
    """A server of a demonstration, and a token that opens it."""

    def __init__(self, folder: Path) -> None:
        self.environment = os.environ | {
            "PORTULAN_DATA": str(folder / "data"),
            "PORTULAN_SCHEDULER": "no",
            "PORTULAN_API_PER_MINUTE": "999999",
            "DJANGO_SETTINGS_MODULE": "portulan.config.settings",
        }
        self.log = folder / "log"
        self.values: dict[str, list[object]] = {}
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            self.port = free.getsockname()[1]
        self.base = f"http://127.0.0.1:{self.port}/api/v1"
        self._run("-m", "portulan", "demo", "--no-serve", "--data", str(folder / "data"))
        self.token = self._run("-c", MAKE % ORG).strip()

    def _run(self, *words: str) -> str:
        done = subprocess.run(
            [sys.executable, *words],
            env=self.environment,
            check=True,
            capture_output=True,
            text=True,
        )
        return done.stdout

    def serve(self) -> subprocess.Popen[bytes]:
        server = subprocess.Popen(
            [sys.executable, "-m", "portulan", "serve", "--port", str(self.port)],
            env=self.environment,
            stdout=self.log.open("wb"),
            stderr=subprocess.STDOUT,
        )
        for _attempt in range(600):
            try:
                self.read("openapi.json")
                return server
            except URLError:
                time.sleep(0.1)
        server.kill()
        raise SystemExit(self.log.read_text())

    def read(self, path: str) -> object:
        shown = {"Authorization": f"Bearer {self.token}"}
        request = Request(f"{self.base}/{path}", headers=shown)  # noqa: S310 - our own server
        with urlopen(request) as answer:  # noqa: S310 - our own server
            return json.load(answer)

    def filled(self, path: str) -> dict[str, object]:
        """Return a value for each part of an address that varies, where there is one."""
        found: dict[str, object] = {"organisation": ORG}
        done: list[str] = []
        for part in path.removeprefix("/{organisation}/").split("/"):
            named = PARAMETER.match(part)
            if named is None:
                done.append(part)
                continue
            values = self._listed("/".join(done), named.group(1))
            if not values:
                break
            found[named.group(1)] = values[0]
            done.append(str(values[0]))
        return found

    def _listed(self, address: str, name: str) -> list[object]:
        if name in KNOWN:
            return [KNOWN[name]]
        if address not in self.values:
            try:
                page = self.read(f"{ORG}/{address}?limit=1")
            except URLError:
                page = {"items": []}
            items = page["items"] if isinstance(page, dict) else []
            key = KEYS.get(address.rpartition("/")[2], "id")
            self.values[address] = [one[key] for one in items]
        return self.values[address]


def settings(place: Place) -> Iterator[str]:
    """Yield what Schemathesis is told: which answers are expected, and what addresses hold."""
    yield "continue-on-failure = true"
    yield f"[checks]\npositive_data_acceptance.expected-statuses = {EXPECTED}"
    yield f"negative_data_rejection.expected-statuses = {REJECTED}"
    contract = place.read("openapi.json")
    assert isinstance(contract, dict)  # noqa: S101
    for path in contract["paths"]:
        said = ", ".join(
            f'"path.{name}" = {json.dumps(value)}' for name, value in place.filled(path).items()
        )
        yield f'[[operations]]\ninclude-path = "{path}"\nparameters = {{ {said} }}'


def main(seconds: str, seed: str, only: str = "") -> int:
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        place = Place(folder)
        server = place.serve()
        try:
            told = folder / "schemathesis.toml"
            told.write_text("\n".join(settings(place)) + "\n", encoding="utf-8")
            done = subprocess.run(
                [
                    *(str(ROOT / ".schemathesis/bin/schemathesis"), "--config-file", str(told)),
                    *("run", f"{place.base}/openapi.json", "--max-time", seconds, "--seed", seed),
                    *("-H", f"Authorization: Bearer {place.token}", "--phases", "fuzzing"),
                    *("-n", "4", "--no-shrink", "--generation-database", "none"),
                    *("--warnings", "off"),
                    *(("--include-path-regex", only) if only else ()),
                ],
                cwd=folder,
                check=False,
            )
        finally:
            server.terminate()
            server.wait(30)
        log = place.log.read_text(encoding="utf-8")
    failed = [line for line in log.splitlines() if line.startswith("failed:")]
    print("\n".join(failed) or log[-3000:] * ("Traceback" in log))  # noqa: T201
    return done.returncode or int(bool(failed))


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:4]))
