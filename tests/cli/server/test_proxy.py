"""A real nginx before two servers, set as our page on installing says."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import pytest

from tests.places import Places
from tests.servers import Client, free_port, serving, serving_process, signed_in
from tests.totem import totem

NGINX = shutil.which("nginx", path=f"{os.environ.get('PATH', '')}:/usr/sbin")
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
pytestmark = pytest.mark.skipif(NGINX is None, reason="no nginx")


@contextmanager
def nginx(folder: Path, ports: tuple[int, int]) -> Iterator[int]:
    """Run nginx as the page says, but for its addresses and its certificate; yield its port."""
    folder.mkdir()
    port, key, certificate = free_port(), folder / "nr.key", folder / "nr.pem"
    subprocess.run(
        [
            *("openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "1"),
            *("-subj", f"/CN={HOST}", "-keyout", str(key), "-out", str(certificate)),
        ],
        check=True,
        capture_output=True,
    )
    blocks = re.findall(r"^```nginx\n(.*?)^```", PAGE.read_text(encoding="utf-8"), re.M | re.S)
    (block,) = (one for one in blocks if "upstream" in one)
    told = {
        "10.0.0.11:8000": f"127.0.0.1:{ports[0]}",
        "10.0.0.12:8000": f"127.0.0.1:{ports[1]}",
        "listen 443 ssl": f"listen 127.0.0.1:{port} ssl",
        "/etc/ssl/nr.pem": str(certificate),
        "/etc/ssl/nr.key": str(key),
    }
    for said, here in told.items():
        assert said in block
        block = block.replace(said, here)
    user = "user root;" if hasattr(os, "getuid") and os.getuid() == 0 else ""
    conf = folder / "nginx.conf"
    conf.write_text(AROUND.format(folder=folder, block=block, user=user), encoding="utf-8")
    assert NGINX
    running = subprocess.Popen(
        [NGINX, "-p", str(folder), "-c", str(conf), "-e", str(folder / "error.log")]
    )
    try:
        for _ in range(100):
            with suppress(OSError):
                if Client(port, host=HOST).get("/-/health/")[0] == 200:
                    break
            assert running.poll() is None, (folder / "error.log").read_text()
            time.sleep(0.1)
        yield port
    finally:
        running.terminate()
        running.wait(20)


def test_nginx_before_two_servers(place_in: Places, tmp_path: Path) -> None:
    place = place_in.settled("shared")
    place.variables = {
        "PORTULAN_HOSTS": HOST,
        "PORTULAN_HTTPS": "yes",
        "PORTULAN_PROXIES": "127.0.0.1",
    }
    with (
        serving(place) as one,
        serving_process(place) as (other, stopped),
        nginx(tmp_path / "nginx", (one, other)) as port,
    ):
        # Another name is nobody's, and what a visitor says of their address is not believed.
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
