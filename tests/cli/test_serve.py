"""Listening where one may, and saying why not."""

from __future__ import annotations

import socket

import pytest
import typer

from portulan.cli.serve import check_free


def test_a_port_that_somebody_listens_on_is_taken(capsys: pytest.CaptureFixture[str]) -> None:
    with socket.socket() as busy:
        busy.bind(("127.0.0.1", 0))
        busy.listen()
        port = busy.getsockname()[1]
        with pytest.raises(typer.Exit) as stopped:
            check_free("127.0.0.1", port, english=False)
    assert stopped.value.exit_code == 2
    assert f"Le port {port} est occupé" in capsys.readouterr().err
    check_free("127.0.0.1", port, english=False)


def test_an_address_that_is_not_of_this_machine_is_said(
    capsys: pytest.CaptureFixture[str],
) -> None:
    # A network kept for documentation (RFC 5737): nobody has it, and nothing is sent to it.
    with pytest.raises(typer.Exit) as stopped:
        check_free("192.0.2.1", 8000, english=True)
    assert stopped.value.exit_code == 2
    assert "192.0.2.1:8000" in capsys.readouterr().err
