"""Programs of the tests: each has the token of somebody, and finds addresses by itself."""

from __future__ import annotations

import json
import re
import secrets
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from django.test import Client

from portulan.accounts.access import Role
from portulan.accounts.tokens import make_token, offered_to
from portulan.api.declaring import Endpoint, Listing
from portulan.api.registry import endpoints
from tests.people import Town

_PARAMETER = re.compile(r"{(\w+)}")
# What no list gives.
KNOWN = {"document": "board", "of_year": "2026", "suffix": "html", "other": "0", "tool": "tet"}


@dataclass
class Caller:
    """A program that shows a token."""

    town: Town
    role: Role = Role.ADMIN
    client: Client = field(default_factory=Client)
    token: str = ""

    def __post_init__(self) -> None:
        actor = self.town.actor(self.role)
        self.token = self.token or make_token(
            actor, name=f"essai {secrets.token_hex(4)}", operations=offered_to(actor), days=30
        )
        self.client.raise_request_exception = False

    def __call__(
        self, method: str, path: str, body: Any = None, *, place: str = "", **headers: str
    ) -> Any:
        """Send a request inside the organisation; headers are named as in Python."""
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        named.setdefault("Authorization", f"Bearer {self.token}")
        named.setdefault("Accept-Language", "fr")
        content = b"" if body is None else json.dumps(body).encode()
        return self.client.generic(
            method,
            f"/api/v1/{place or self.town.slug}/{path}",
            content,
            content_type="application/json",
            headers=named,
        )

    def get(self, path: str, **headers: str) -> Any:
        """Return what is read there, as JSON."""
        response = self("GET", path, **headers)
        assert response.status_code == 200, (path, response.content)
        return response.json()


@dataclass
class Walk:
    """Addresses with something behind them: what varies in one is what the list before it says."""

    caller: Caller
    values: dict[str, list[str]] = field(default_factory=dict)

    def addresses(self) -> Iterator[tuple[Endpoint, str]]:
        """Yield every operation with an address of the place, where it has one."""
        for one in endpoints():
            address = self.filled(one.path)
            if address is not None:
                yield one, address

    def filled(self, path: str) -> str | None:
        """Return an address without anything that varies, None where its list is empty."""
        done: list[str] = []
        pattern: list[str] = []
        for part in path.split("/"):
            found = _PARAMETER.fullmatch(part)
            if found is None:
                done.append(part)
            elif found.group(1) in KNOWN:
                done.append(KNOWN[found.group(1)])
            else:
                keys = self._keys("/".join(pattern), "/".join(done))
                if not keys:
                    return None
                done.append(keys[0])
            pattern.append(part)
        return "/".join(done)

    def _keys(self, pattern: str, address: str) -> list[str]:
        if address not in self.values:
            self.values[address] = list(self._listed(pattern, address))
        return self.values[address]

    def _listed(self, pattern: str, address: str) -> Iterator[str]:
        lists = (one for one in endpoints() if isinstance(one, Listing) and one.path == pattern)
        for _one in lists:
            for item in self.caller.get(address)["items"]:
                yield str(item[KEYS.get(pattern.rpartition("/")[2], "id")])


KEYS = {"plans": "slug", "scenarios": "slug", "actions": "number", "years": "year"}
KEYS |= {"sealed": "number", "files": "number"}
