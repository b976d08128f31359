"""Servers started on a place, and a browser that goes from one to another."""

from __future__ import annotations

import http.client
import re
import socket
import ssl
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from html import unescape
from urllib.parse import urlencode

from tests.places import Place

INPUT = re.compile(r"<input\b[^>]*>")
SELECT = re.compile(r'<select\b[^>]*name="([^"]+)".*?</select>', re.S)
CHOSEN = re.compile(r'<option\b[^>]*value="([^"]*)"[^>]*\bselected')
ATTRIBUTE = re.compile(r'([a-z-]+)="([^"]*)"')


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


@contextmanager
def serving(place: Place, *options: str) -> Iterator[int]:
    """Serve a place; yield the port once a page answers."""
    with serving_process(place, *options) as (port, _pid):
        yield port


@contextmanager
def serving_process(place: Place, *options: str) -> Iterator[tuple[int, int]]:
    """Serve a place; yield the port once a page answers, and the process."""
    port = free_port()
    server = place.start("serve", "--port", str(port), *options)
    try:
        for _ in range(1200):
            with suppress(OSError, http.client.HTTPException):
                if Client(port).get("/-/health/")[0] == 200:
                    break
            assert server.poll() is None, server.communicate()
            time.sleep(0.1)
        yield port, server.pid
    finally:
        server.terminate()
        try:
            server.communicate(timeout=30)
        except subprocess.TimeoutExpired:
            server.kill()
            server.communicate()


class Client:
    """A browser that goes from one server to another with its cookies, as behind a proxy."""

    def __init__(self, port: int, cookies: dict[str, str] | None = None, *, host: str = "") -> None:
        """Speak to a port of this machine; with a host, by TLS and under that name."""
        self.port, self.host = port, host
        self.cookies = {} if cookies is None else cookies
        self.headers: dict[str, str] = {}
        # Whether each cookie that was set is for HTTPS alone.
        self.secure: dict[str, bool] = {}

    def at(self, port: int) -> Client:
        return Client(port, self.cookies, host=self.host)

    def get(self, path: str) -> tuple[int, bytes, str]:
        return self._ask("GET", path, b"", "")

    def fill(self, page: str, path: str = "", **fields: str) -> tuple[int, bytes, str]:
        """Send the form of a page, with its hidden fields."""
        return self.send(path or page, fields_of(self.get(page)[1].decode()) | fields)

    def send(self, path: str, fields: dict[str, str]) -> tuple[int, bytes, str]:
        body = urlencode(fields).encode()
        return self._ask("POST", path, body, "application/x-www-form-urlencoded")

    def upload(
        self, page: str, name: str, content: bytes, *, file_name: str = "a.xml", **fields: str
    ) -> tuple[int, bytes, str]:
        hidden = fields_of(self.get(page)[1].decode()) | fields
        parts = [
            f'--x\r\nContent-Disposition: form-data; name="{key}"\r\n\r\n{value}\r\n'.encode()
            for key, value in hidden.items()
        ]
        head = (
            f'--x\r\nContent-Disposition: form-data; name="{name}"; filename="{file_name}"\r\n\r\n'
        )
        body = b"".join(parts) + head.encode() + content + b"\r\n--x--\r\n"
        return self._ask("POST", page, body, "multipart/form-data; boundary=x")

    def _ask(self, method: str, path: str, body: bytes, kind: str) -> tuple[int, bytes, str]:
        cookies = "; ".join(f"{name}={value}" for name, value in self.cookies.items())
        headers = self.headers | {"Cookie": cookies} | ({"Content-Type": kind} if kind else {})
        connection = self._connection()
        if self.host:
            headers |= {"Host": self.host, "Origin": f"https://{self.host}"}
        connection.request(method, path, body, headers)
        answer = connection.getresponse()
        content = answer.read()
        for said in answer.headers.get_all("Set-Cookie") or ():
            name, _equals, value = said.partition(";")[0].partition("=")
            self.cookies[name] = value
            self.secure[name] = "secure" in said.lower()
        connection.close()
        return answer.status, content, answer.headers.get("Location", "")

    def _connection(self) -> http.client.HTTPConnection:
        if not self.host:
            return http.client.HTTPConnection("127.0.0.1", self.port, timeout=60)
        anybody = ssl.create_default_context()
        anybody.check_hostname, anybody.verify_mode = False, ssl.CERT_NONE
        connection = http.client.HTTPSConnection(self.host, self.port, timeout=60, context=anybody)
        here = ("127.0.0.1", self.port)  # the name is asked for, and never looked for
        connection._create_connection = lambda _there, *rest: socket.create_connection(here, *rest)  # type: ignore[attr-defined]
        return connection


def fields_of(page: str) -> dict[str, str]:
    """Return what the fields of a page say before anybody types."""
    told = {
        name: chosen[1]
        for name, chosen in ((found[1], CHOSEN.search(found[0])) for found in SELECT.finditer(page))
        if chosen
    }
    for tag in INPUT.findall(page):
        said = dict(ATTRIBUTE.findall(tag))
        if "name" in said and said.get("type") not in {"file", "checkbox", "radio"}:
            told[said["name"]] = unescape(said.get("value", ""))
    return told


def signed_in(place: Place, port: int, email: str = "a@bourg.example", *, host: str = "") -> Client:
    link = re.search(r"https?://[^/]+(/sign-in/\S+)", place.run("link", email))
    assert link
    path = link[1]
    client = Client(port, host=host)
    status, said, _to = client.fill(path)
    assert status == 302, said.decode()
    return client
