"""Previews and files that nobody came back to have an end; what can be undone stays."""

from __future__ import annotations

import io
import os
from datetime import timedelta
from pathlib import Path

import pytest
from django.utils import timezone

from portulan.budget.imports.uploads import (
    clear_leftovers,
    find_leftovers,
    keep_upload,
    kept_readings,
)
from portulan.budget.imports.writes import confirm, preview, roll_back
from portulan.budget.models import FiscalYear, ImportBatch
from portulan.budget.words import BatchStatus
from portulan.budget.years.writes import open_year
from portulan.core.errors import NotFoundError
from portulan.core.models import AuditEntry
from portulan.core.uploads import upload_path
from tests.people import Town

NOW = timezone.now()
LATER, MUCH_LATER = NOW + timedelta(days=3), NOW + timedelta(days=31)
LEDGER = "Compte;Libellé;Section;Ouvert\n2051;Licences;I;{},00\n"


@pytest.fixture
def year(town: Town, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> FiscalYear:
    monkeypatch.setattr("django.conf.settings.UPLOADS", tmp_path)
    return open_year(town.finance, year=2026)


def previewed(town: Town, year: FiscalYear, amount: int) -> ImportBatch:
    stream = io.BytesIO(LEDGER.format(amount).encode())
    return preview(town.finance, fiscal_year=year, stream=stream, file_name="gl.csv")


def test_a_preview_ends_with_its_file_and_leaves_its_trace(town: Town, year: FiscalYear) -> None:
    batch = previewed(town, year, 10)
    clear_leftovers(LATER)
    assert upload_path(batch.sha256).exists()
    found = clear_leftovers(MUCH_LATER)
    assert (found.previews, found.files) == ((batch.pk,), (upload_path(batch.sha256),))
    assert not upload_path(batch.sha256).exists()
    assert not ImportBatch.objects.exists()
    entry = AuditEntry.objects.latest("pk")
    assert (entry.verb, entry.person_id) == ("discarded", None)
    assert clear_leftovers(MUCH_LATER) == find_leftovers(MUCH_LATER)


def test_what_can_be_undone_stays(town: Town, year: FiscalYear) -> None:
    kept, undone = previewed(town, year, 10), previewed(town, year, 20)
    confirm(town.finance, batch=undone)
    roll_back(town.finance, batch=undone)
    confirm(town.finance, batch=kept)
    again = previewed(town, year, 20)  # the file of the one that was undone, shown again
    clear_leftovers(MUCH_LATER)
    assert not ImportBatch.objects.filter(pk=again.pk).exists()
    for batch in (kept, undone):
        assert upload_path(batch.sha256).exists()
    assert confirm(town.finance, batch=undone, replace=True).status == BatchStatus.CONFIRMED


def test_a_refused_file_and_half_of_one_go_at_the_next_preview(
    town: Town, year: FiscalYear, tmp_path: Path
) -> None:
    refused, _size = keep_upload(io.BytesIO(b"rien qui se lise"))
    fresh, _size = keep_upload(io.BytesIO(b"autre chose"))
    half = tmp_path / "incoming-x"
    half.write_bytes(b"...")
    stranger = tmp_path / "notes.txt"
    stranger.write_bytes(b"not ours")
    old = (NOW - timedelta(days=3)).timestamp()
    forgotten = previewed(town, year, 20)
    [its_lines] = kept_readings()
    for path in (upload_path(refused), half, stranger, its_lines):
        os.utime(path, (old, old))
    batch = previewed(town, year, 10)
    left = {path.name for path in tmp_path.rglob("*") if path.is_file()}
    [lines] = kept_readings()
    assert left == {fresh, forgotten.sha256, batch.sha256, lines.name, "notes.txt"}
    assert lines.name.startswith(batch.sha256)


def test_a_file_received_again_starts_again(town: Town, year: FiscalYear) -> None:
    sha256, _size = keep_upload(io.BytesIO(b"rien"))
    old = (NOW - timedelta(days=3)).timestamp()
    os.utime(upload_path(sha256), (old, old))
    keep_upload(io.BytesIO(b"rien"))
    assert not find_leftovers(NOW).files


def test_a_preview_that_ended_is_not_confirmed(town: Town, year: FiscalYear) -> None:
    batch = previewed(town, year, 10)
    clear_leftovers(MUCH_LATER)
    with pytest.raises(NotFoundError):
        confirm(town.finance, batch=batch)
