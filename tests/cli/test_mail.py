"""`portulan mail`: for cron, for what comes back, and killed while it sends."""

from __future__ import annotations

import subprocess
import sys
from datetime import datetime

import click
import pytest
import typer
from django.core.exceptions import ValidationError
from django.utils import timezone

from portulan.cli import mail as command
from portulan.cli.output import Lang
from portulan.core import mail as outbox
from portulan.steering.webhooks import delivering
from portulan.steering.webhooks.writes import save_webhook, try_webhook
from portulan.steering.words import Subject
from tests.core.test_bounces import report
from tests.people import Town
from tests.places import Places


def test_reports_are_read_from_a_file(place_in: Places) -> None:
    place = place_in.settled("mail")
    assert "No mail server is set" in place.run("mail", "--dry-run")
    file = place.folder / "returned.eml"
    file.write_bytes(report("<nobody@x>"))
    said = place.run("mail", "bounced", str(file))
    assert "1 reports read: 0 messages came back" in said
    assert "1 messages that are not from here" in said
    file.write_text("Bonjour\n", encoding="utf-8")
    assert "RFC 3464" in place.run("mail", "bounced", str(file), code=2)
    assert "absent" in place.run("mail", "bounced", "absent.eml", code=2)


def test_a_mail_server_that_is_silent_keeps_no_webhook_waiting(
    town: Town, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def silent(_now: datetime) -> None:
        raise ValidationError("silence")

    webhook = save_webhook(
        town.admin, name="x", url="https://example.org/", subjects=[Subject.SEAL],
        now=timezone.now(),
    )  # fmt: skip
    try_webhook(town.admin, webhook=webhook, now=timezone.now())
    for name in ("start", "prepare"):
        monkeypatch.setattr(command.django_start, name, lambda *_said: None)
    monkeypatch.setattr(outbox, "send_due", silent)
    monkeypatch.setattr(delivering, "post", lambda _url, **_said: 204)
    with pytest.raises(typer.Exit):
        command.mail(typer.Context(click.Command("mail")), lang=Lang.EN)
    assert "Webhooks: 1 messages received" in capsys.readouterr().out


def test_a_sender_that_is_killed_sends_nothing_twice_and_loses_nothing(place_in: Places) -> None:
    """As `make endure` does two hundred times: the messages are counted where they arrive."""
    place = place_in.settled("killed-mail")
    done = subprocess.run(
        [sys.executable, "-m", "tests.endure", "killed-mail"],
        env=place.environment | {"ROUNDS": "10"},
        capture_output=True,
        check=False,
        text=True,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    assert "received twice 0, lost 0" in done.stdout
