"""Listening where one may, and saying why not."""

from __future__ import annotations

import socket
from collections.abc import Callable
from pathlib import Path

import pytest
import typer
from django.conf import LazySettings

from portulan.accounts.access import Role
from portulan.cli.address import address_of, answer_at, check_free, reached_at
from portulan.cli.serve import is_known
from portulan.config import env
from portulan.core import own_address
from portulan.core.errors import MisconfiguredError
from tests.browser import Browser

type SignIn = Callable[[Role], Browser]


def test_a_port_that_somebody_listens_on_is_taken(capsys: pytest.CaptureFixture[str]) -> None:
    with socket.socket() as busy:
        busy.bind(("127.0.0.1", 0))
        busy.listen()
        port = busy.getsockname()[1]
        with pytest.raises(typer.Exit) as stopped:
            check_free("127.0.0.1", port, "fr")
    assert stopped.value.exit_code == 2
    assert f"Le port {port} est occupé" in capsys.readouterr().err
    check_free("127.0.0.1", port, "fr")


def test_an_address_that_is_not_of_this_machine_is_said(
    capsys: pytest.CaptureFixture[str],
) -> None:
    # A network kept for documentation (RFC 5737): nobody has it, and nothing is sent to it.
    with pytest.raises(typer.Exit) as stopped:
        check_free("192.0.2.1", 8000, "en")
    assert stopped.value.exit_code == 2
    assert "192.0.2.1:8000" in capsys.readouterr().err


def test_a_link_is_printed_for_where_the_server_listens(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("PORT", raising=False)
    assert address_of("", None, "en") == "http://127.0.0.1:8000"
    monkeypatch.setenv("PORT", "8123")
    assert address_of("", None, "en") == "http://127.0.0.1:8123"
    assert address_of("", 8124, "en") == "http://127.0.0.1:8124"
    assert address_of("https://nr.bourg.example/", 8124, "en") == "https://nr.bourg.example"
    monkeypatch.setenv("PORT", "x")
    with pytest.raises(typer.Exit):
        address_of("", None, "en")


def test_a_server_that_listens_everywhere_is_reached_here() -> None:
    assert reached_at("0.0.0.0", 8000) == "http://127.0.0.1:8000"  # noqa: S104
    assert reached_at("::", 8000) == "http://[::1]:8000"
    assert reached_at("192.0.2.7", 80) == "http://192.0.2.7:80"


@pytest.mark.django_db
def test_who_is_signed_in_is_known_by_their_cookies(signed_in: SignIn) -> None:
    browser = signed_in(Role.READER)
    cookies = "; ".join(f"{name}={one.value}" for name, one in browser.cookies.items())
    assert is_known(f"theme=dark; {cookies}")
    for others in ("", "portulan=", "portulan=forged", f"x{cookies}"):
        assert not is_known(others)
    browser.logout()
    assert not is_known(cookies)


def test_links_lead_to_where_the_server_listens_unless_a_person_said(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, settings: LazySettings
) -> None:
    settings.DATA, settings.ADDRESS_SAID = tmp_path, False
    settings.ADDRESS = "http://localhost"
    answer_at("http://127.0.0.1:8123")
    assert settings.ADDRESS == own_address.kept(tmp_path) == "http://127.0.0.1:8123"
    settings.ADDRESS = "https://nr.bourg.example"
    answer_at("http://127.0.0.1:8124")
    assert settings.ADDRESS == "https://nr.bourg.example"
    assert own_address.kept(tmp_path) == "http://127.0.0.1:8123"


@pytest.mark.parametrize(
    ("said", "kept", "hosts", "leads"),
    [
        ("https://a.example/", "https://b.example", "https://c.example", "https://a.example"),
        ("", "https://b.example", "https://c.example", "https://b.example"),
        ("", "http://127.0.0.1:8123", "https://c.example", "https://c.example"),
        ("", "http://127.0.0.1:8123", "http://localhost", "http://127.0.0.1:8123"),
        ("", "", "http://localhost", "http://localhost"),
    ],
)
def test_what_a_person_said_goes_before_what_is_found(
    said: str, kept: str, hosts: str, leads: str
) -> None:
    assert env.address(said, kept, hosts) == leads


@pytest.mark.parametrize(
    "said", ["nr.bourg.example", "ftp://a.example", "https://a.example/nr", "https://a@b", "x:"]
)
def test_an_address_has_no_path(said: str) -> None:
    assert own_address.sound(said) is None
    with pytest.raises(MisconfiguredError):
        env.address(said, "", "http://localhost")
