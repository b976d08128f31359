"""A real nginx, and a real Caddy, before two servers, set as our page on installing says."""

from __future__ import annotations

import os
import re
import shutil
import ssl
import subprocess
import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager, suppress
from pathlib import Path

import pytest

from tests.places import Places
from tests.servers import Client, free_port, serving, serving_process, signed_in
from tests.totem import totem

PLACES = f"{os.environ.get('PATH', '')}:/usr/sbin"
NGINX, CADDY = shutil.which("nginx", path=PLACES), shutil.which("caddy", path=PLACES)
type Proxy = Callable[[Path, tuple[int, int]], AbstractContextManager[int]]

HOST = "nr.macollectivite.example"
PAGE = Path(__file__).resolve().parents[3] / "docs/fr/installer-sur-un-serveur.md"
AROUND = """
{user}
daemon off;
pid {folder}/nginx.pid;
error_log {folder}/error.log;
events {{ worker_connections 512; }}
http {{
  access_log off;
  client_body_temp_path {folder}/body;
  proxy_temp_path {folder}/proxy;
  fastcgi_temp_path {folder}/fastcgi;
  uwsgi_temp_path {folder}/uwsgi;
  scgi_temp_path {folder}/scgi;
  {block}
}}
"""
BEFORE = """
{{
  admin off
  auto_https disable_redirects
  storage file_system {folder}
}}
"""


@contextmanager
def nginx(folder: Path, ports: tuple[int, int]) -> Iterator[int]:
    """Run nginx as the page says, but for its addresses and its certificate; yield its port."""
    port, key, certificate = _certified(folder)
    told = {
        "listen 443 ssl": f"listen 127.0.0.1:{port} ssl",
        "/etc/ssl/nr.pem": str(certificate),
        "/etc/ssl/nr.key": str(key),
    }
    user = "user root;" if hasattr(os, "getuid") and os.getuid() == 0 else ""
    conf = folder / "nginx.conf"
    block = _block("nginx", ports, told)
    conf.write_text(AROUND.format(folder=folder, block=block, user=user), encoding="utf-8")
    order = [str(NGINX), "-p", str(folder), "-c", str(conf), "-e", str(folder / "error.log")]
    with _running(order, port, folder / "error.log"):
        yield port


@contextmanager
def caddy(folder: Path, ports: tuple[int, int]) -> Iterator[int]:
    """Run Caddy as the page says, but for its addresses and its certificate; yield its port."""
    port, key, certificate = _certified(folder)
    told = {f"{HOST} {{\n": f"{HOST}:{port} {{\n  bind 127.0.0.1\n  tls {certificate} {key}\n"}
    conf = folder / "Caddyfile"
    block = _block("caddy", ports, told)
    conf.write_text(BEFORE.format(folder=folder) + block, encoding="utf-8")
    order = [str(CADDY), "run", "--adapter", "caddyfile", "--config", str(conf)]
    with _running(order, port, folder / "error.log"):
        yield port


def _certified(folder: Path) -> tuple[int, Path, Path]:
    """Return a port, a key and its certificate in the folder."""
    folder.mkdir()
    key, certificate = folder / "nr.key", folder / "nr.pem"
    subprocess.run(
        [
            *("openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "1"),
            *("-subj", f"/CN={HOST}", "-keyout", str(key), "-out", str(certificate)),
        ],
        check=True,
        capture_output=True,
    )
    return free_port(), key, certificate


def _block(kind: str, ports: tuple[int, int], told: dict[str, str]) -> str:
    """Return what the page says for two machines, with what differs here."""
    page = PAGE.read_text(encoding="utf-8")
    blocks = re.findall(rf"^```{kind}\n(.*?)^```", page, re.M | re.S)
    (block,) = (one for one in blocks if "10.0.0.12" in one)
    machines = zip(("10.0.0.11:8000", "10.0.0.12:8000"), ports, strict=True)
    for said, here in (told | {one: f"127.0.0.1:{port}" for one, port in machines}).items():
        assert said in block
        block = block.replace(said, here)
    return str(block)


@contextmanager
def _running(order: list[str], port: int, log: Path) -> Iterator[None]:
    with log.open("a") as said:
        running = subprocess.Popen(order, stdout=said, stderr=said)
    try:
        for _ in range(100):
            with suppress(OSError):
                if Client(port, host=HOST).get("/-/health/")[0] == 200:
                    break
            assert running.poll() is None, log.read_text()
            time.sleep(0.1)
        yield
    finally:
        running.terminate()
        running.wait(20)


@pytest.mark.parametrize(
    "proxy",
    [
        pytest.param(nginx, marks=pytest.mark.skipif(NGINX is None, reason="no nginx")),
        pytest.param(caddy, marks=pytest.mark.skipif(CADDY is None, reason="no Caddy")),
    ],
)
def test_a_proxy_before_two_servers(place_in: Places, tmp_path: Path, proxy: Proxy) -> None:
    place = place_in.settled("shared")
    place.variables = {
        "PORTULAN_HOSTS": HOST,
        "PORTULAN_HTTPS": "yes",
        "PORTULAN_PROXIES": "127.0.0.1",
    }
    with (
        serving(place) as one,
        serving_process(place) as (other, stopped),
        proxy(tmp_path / "proxy", (one, other)) as port,
    ):
        # Another name is nobody's, and what a visitor says of their address is not believed.
        with suppress(ssl.SSLError):  # Caddy has no certificate for it
            assert Client(port, host="elsewhere.example").get("/sign-in/")[0] == 400
        visitor = Client(port, host=HOST)
        visitor.headers = {"X-Forwarded-For": "203.0.113.9", "X-Forwarded-Proto": "http"}
        visitor.fill("/sign-in/", email="a@bourg.example", password="wrong")
        told = place.query("SELECT DISTINCT address FROM accounts_securityentry")
        assert ("203.0.113.9",) not in told
        assert ("127.0.0.1",) in told
        client = signed_in(place, port, host=HOST)
        assert client.secure
        assert all(client.secure.values())
        # From one server to the other, then with one alone.
        for _ in range(6):
            assert client.get("/bourg/")[0] == 200
        assert client.fill("/bourg/budget/open/", year="2025")[0] in {200, 302}
        content = totem(*[("2051", "100", "80")] * 8_000, year=2025)
        assert len(content) > 1_100_000  # beyond what nginx takes by default
        status, said, batch = client.upload("/bourg/budget/2025/imports/new/", "file", content)
        assert status == 302, said.decode()
        assert batch.startswith("/bourg/")
        os.kill(stopped, 9)
        for _ in range(6):
            assert client.get(batch)[0] == 200
