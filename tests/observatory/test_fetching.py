"""A file is fetched over HTTPS from the public Internet alone, whole or not at all."""

from __future__ import annotations

import io
import socket
from pathlib import Path
from typing import Any

import pytest

from portulan.core import safe_http
from portulan.core.say.text import UnusableInputError
from portulan.observatory import fetching

URL = "https://example.org/exports/csv/balances-2024.csv"


class Answer(io.BytesIO):
    def __init__(self, content: bytes = b"", status: int = 200, **heads: str) -> None:
        super().__init__(content)
        self.status, self.heads = status, heads

    def getheader(self, name: str) -> str | None:
        return self.heads.get(name.replace("-", "_"))


def refused(url: str, folder: Path, **options: Any) -> str:
    with pytest.raises(UnusableInputError) as caught:
        fetching.fetch(url, folder, most_mb=1, **options)
    assert not list(folder.glob("*"))
    return caught.value.problem.kind.code


def test_a_file_is_written_whole_under_a_name_of_its_own(tmp_path: Path) -> None:
    answers = {
        URL: Answer(status=302, Location="../other.csv"),
        "https://example.org/exports/other.csv": Answer(b"a;b\n1;2\n", Content_Length="8"),
    }
    path = fetching.fetch(URL, tmp_path, most_mb=1, open_=answers.__getitem__)  # type: ignore[arg-type]
    assert (path.parent, path.name) == (tmp_path, "fetched-balances-2024.csv")
    assert path.read_bytes() == b"a;b\n1;2\n"
    odd = fetching.fetch(
        "https://example.org/%2e%2e%2f%2e%2e%2fsecret.key", tmp_path, most_mb=1,
        open_=lambda _url: Answer(b"x"),  # type: ignore[arg-type,return-value]
    )  # fmt: skip
    assert odd.parent == tmp_path


@pytest.mark.parametrize(
    ("answer", "code"),
    [
        (Answer(b"x" * (1024 * 1024 + 1)), "too-large"),
        (Answer(b"half", Content_Length="9"), "not-fetched"),
        (Answer(status=404), "not-fetched"),
        (Answer(status=301, Location=URL), "not-fetched"),
    ],
)
def test_what_is_no_whole_file_leaves_nothing(tmp_path: Path, answer: Any, code: str) -> None:
    assert refused(URL, tmp_path / "empty", open_=lambda _url: answer) == code


@pytest.mark.parametrize(
    "url",
    [
        "http://example.org/a.csv",
        "https://example.org:8443/a.csv",
        "https://me:secret@example.org/a.csv",
        "file:///etc/passwd",
        "https:///a.csv",
        "https://example.org:port/a.csv",
        "https://[::1/a.csv",
    ],
)
def test_another_scheme_or_port_is_refused(tmp_path: Path, url: str) -> None:
    assert refused(url, tmp_path / "empty") == "not-allowed"


@pytest.mark.parametrize(
    "addresses",
    [
        ["127.0.0.1"],
        ["10.1.2.3"],
        ["169.254.169.254"],
        ["192.168.1.1", "93.184.216.34"],
        ["::1"],
        ["fd00::1"],
        ["::ffff:127.0.0.1"],
        ["224.0.0.1"],
        ["64:ff9b::a01:203"],  # 10.1.2.3, through a translator
        ["::a01:203"],
        ["fec0::1"],
    ],
)
def test_a_name_of_a_private_address_is_refused_at_each_turn(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, addresses: list[str]
) -> None:
    def resolve(*_args: Any, **_options: Any) -> list[Any]:
        return [(0, 0, 0, "", (address, 443)) for address in addresses]

    monkeypatch.setattr(socket, "getaddrinfo", resolve)
    assert refused(URL, tmp_path / "empty") == "not-allowed"

    def turned(url: str) -> Any:
        inside = "https://inside.example/a.csv"
        if url == URL:
            return Answer(status=302, Location=inside)
        return fetching.open_checked(url)

    assert refused(URL, tmp_path / "empty", open_=turned) == "not-allowed"


def test_what_a_server_says_ends_in_a_sentence(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(fetching, "public_addresses", lambda _host, _url: ["93.184.216.34"])
    monkeypatch.setattr(socket, "create_connection", lambda *_said, **_more: pytest.fail("reached"))
    for turned, code in (
        ("https://[::1/a.csv", "not-allowed"),
        ("https://example.org/d\u00e9tail.csv", "not-fetched"),
        ("https://example.org/a b.csv", "not-fetched"),
        ("http://example.org/a.csv", "not-allowed"),
    ):

        def open_(url: str, to: str = turned) -> Any:
            found: Any = Answer(status=302, Location=to)
            return found if url == URL else fetching.open_checked(url)

        assert refused(URL, tmp_path / "empty", open_=open_) == code
    # A translator may lead to the public Internet.
    assert safe_http.is_public("64:ff9b::808:808")
    # What is said to be of the Internet, and is of the network of who carries us.
    for near in ("192.88.99.1", "168.63.129.16", "192.0.0.10", "192.175.48.1", "2001:20::1"):
        assert not safe_http.is_public(near)
        assert not safe_http.is_public(f"::ffff:{near}" if "." in near else near)
    odd = fetching.fetch(
        "https://example.org/a%00%0Ab.csv", tmp_path, most_mb=1,
        open_=lambda _url: Answer(b"x"),  # type: ignore[arg-type,return-value]
    )  # fmt: skip
    assert odd.name == "fetched-ab.csv"
