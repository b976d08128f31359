"""The value on a date, on screen and on the command line."""

from __future__ import annotations

import json

import pytest
from django.utils import timezone
from typer.testing import CliRunner

from portulan.budget.indicator.writes import compute_run, publish_run
from portulan.budget.models import DaySums
from portulan.budget.words import Stage
from portulan.cli.app import app
from portulan.core.models import AuditEntry
from tests.web.budget.conftest import give


@pytest.fixture
def published(desk, year, ledger):
    """A figure published today, and a line attributed since."""
    give(desk.town, "Licences", "0.5")
    run = compute_run(desk.town.finance, fiscal_year=year, stage=Stage.OPENED)
    publish_run(desk.town.finance, run=run)
    give(desk.town, "Onduleurs", "1")
    return run


def test_the_page_says_what_was_published_and_what_the_lines_said(desk, published):
    today = timezone.localdate(AuditEntry.objects.latest("pk").at)
    page = desk.get("2026/on/", day=today.isoformat())
    assert "Publié le" in page.words
    assert "600,00" not in desk.get("2026/on/").words
    # Both of today: 600 published, 1 100 once the second line was attributed.
    assert "1 100,00 1 100,00" in page.words
    assert "n’avait pas encore de comptes" in desk.get("2026/on/", day="2020-01-01").words
    refused = desk.get("2026/on/", day="2999-01-01")
    assert (refused.status, "pas encore passé" in refused.words) == (422, True)


def test_what_was_not_kept_is_said(desk, published):
    DaySums.objects.all().delete()
    today = timezone.localdate(AuditEntry.objects.latest("pk").at).isoformat()
    assert "n’étaient pas encore gardées" in desk.get("2026/on/", day=today).words


def indicator(desk, *options: str):
    command = ["budget", "indicator", "--org", desk.town.slug, "--year", "2026", *options]
    return CliRunner().invoke(app, command)


def test_the_command_line_says_the_same(desk, published):
    today = timezone.localdate(AuditEntry.objects.latest("pk").at).isoformat()
    done = indicator(desk, "--on", today, "--json")
    assert done.exit_code == 0
    said = json.loads(done.stdout)
    assert (said["on"], said["numerator"], said["published"]["numerator"]) == (
        today,
        "1100.00",
        "600.00",
    )
    # What the lines said is lost: what was published is still known, and says that it is all.
    DaySums.objects.all().delete()
    said = json.loads(indicator(desk, "--on", today, "--json").stdout)
    assert said["numerator"] == "600.00"
    assert "published-only" in said["warnings"]


def test_a_day_without_accounts_or_that_is_none_is_refused(desk, published):
    before = indicator(desk, "--on", "2020-01-01", "--json")
    assert (before.exit_code, before.stdout) == (2, "")
    assert indicator(desk, "--on", "hier").exit_code == 2
