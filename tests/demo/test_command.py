"""`portulan demo` as a person meets it: one command, one link, and the dashboard behind it."""

from __future__ import annotations

import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import urllib.error
import urllib.parse
import urllib.request
from collections.abc import Iterator
from http.cookiejar import CookieJar
from pathlib import Path

import pytest

from tests import commands
from tests.conftest import Built, plain_environment


def command(*words: str, **more: str) -> subprocess.CompletedProcess[str]:
    return commands.run("demo", *words, env=plain_environment(**more))


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory, built: Built) -> Path:
    return Path(shutil.copytree(built.folder, tmp_path_factory.mktemp("demo") / "data"))


def test_it_builds_once_and_prints_a_link_each_time(built: Built, folder: Path) -> None:
    assert re.fullmatch(r"http://127\.0\.0\.1:8000/sign-in/[\w-]{40,}/\n", built.stdout)
    assert "Vingt actions" in built.stderr
    again = command("--no-serve", "--data", str(folder), "--lang", "en", PORT="8123")
    assert again.returncode == 0, again.stderr
    assert again.stdout.startswith("http://127.0.0.1:8123/sign-in/")
    assert again.stdout != built.stdout
    assert "Building" not in again.stderr


def test_it_stays_in_a_folder_of_its_own_unless_told_otherwise(
    built: Built, tmp_path: Path
) -> None:
    name = "Portulan" if os.name == "nt" else "portulan"
    shutil.copytree(built.folder, tmp_path / name / "demo")
    done = command("--no-serve", XDG_DATA_HOME=str(tmp_path), LOCALAPPDATA=str(tmp_path))
    assert done.returncode == 0, done.stderr
    # It found the demonstration that was there, and built none beside.
    found = [path.relative_to(tmp_path).parts for path in tmp_path.rglob("portulan.sqlite3")]
    assert found == [(name, "demo", "portulan.sqlite3")]
    assert "Vingt actions" not in done.stderr


@pytest.fixture
def served(folder: Path) -> Iterator[str]:
    """The address of the link that the served demonstration prints."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    server = subprocess.Popen(
        [sys.executable, "-m", "portulan", "demo", "--data", str(folder), "--port", str(port)],
        env=plain_environment(),
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
    )
    try:
        assert server.stdout is not None
        link = server.stdout.readline().strip()
        assert link.startswith(f"http://127.0.0.1:{port}/")
        yield link  # who reads it is answered at once
    finally:
        server.send_signal(signal.SIGINT)
        server.wait(timeout=20)
        if server.stdout is not None:
            server.stdout.close()


def confirmation(link: str, form: bytes) -> urllib.request.Request:
    return urllib.request.Request(link, form, {"Referer": link})  # noqa: S310  (our own address)


def test_the_link_leads_to_the_dashboard(served: str) -> None:
    browser = urllib.request.build_opener(urllib.request.HTTPCookieProcessor(CookieJar()))
    page = browser.open(served).read().decode()
    token = re.search(r'name="csrfmiddlewaretoken" value="([^"]+)"', page)
    assert token is not None
    form = urllib.parse.urlencode({"csrfmiddlewaretoken": token[1]}).encode()
    answer = browser.open(confirmation(served, form))
    assert answer.status == 200
    assert answer.geturl().endswith("/region-armorique/")
    text = answer.read().decode()
    assert "Région Armorique" in text
    # A link serves once.
    with pytest.raises(urllib.error.HTTPError):
        urllib.request.build_opener().open(confirmation(served, form))
