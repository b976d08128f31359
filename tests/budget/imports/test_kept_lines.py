"""What was shown is what is written: a previewed file's lines are kept until they are imported."""

from __future__ import annotations

import io
from decimal import Decimal
from pathlib import Path

import pytest
from django.conf import settings
from hypothesis import given
from hypothesis import strategies as st
from pytest_django import DjangoCaptureOnCommitCallbacks

from portulan.budget.imports import kept_lines
from portulan.budget.imports.kept_lines import keeping_lines, lines_path, reading_of
from portulan.budget.imports.uploads import kept_readings
from portulan.budget.imports.writes import confirm, preview
from portulan.budget.models import BudgetLine, FiscalYear, ImportBatch
from portulan.budget.readers.lines import Header, Reading, SourceLine
from portulan.budget.years.writes import open_year
from portulan.core.say.text import UnusableInputError
from tests.people import Town

LEDGER = "Compte;Libellé;Fournisseur;Ouvert\n2051;Licences;=HYPERLINK();12,50\n6262;;;-3\n"
texts = st.none() | st.text(min_size=1, max_size=30)
amounts = st.none() | st.decimals(-(10**13), 10**13, places=2)
lines = st.builds(
    SourceLine,
    row=st.integers(1, 10**6),
    section=st.sampled_from(["F", "I", None]),
    flow=st.sampled_from(["expense", "revenue"]),
    real=st.booleans(),
    carried=st.booleans(),
    **dict.fromkeys(SourceLine._fields[5:-5], texts),
    **dict.fromkeys(SourceLine._fields[-5:], amounts),
)


@pytest.fixture
def year(town: Town, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> FiscalYear:
    monkeypatch.setattr("django.conf.settings.UPLOADS", tmp_path)
    return open_year(town.finance, year=2026)


def previewed(town: Town, year: FiscalYear, text: str = LEDGER) -> ImportBatch:
    stream = io.BytesIO(text.encode())
    return preview(town.finance, fiscal_year=year, stream=stream, file_name="grand livre.csv")


@given(st.lists(lines, min_size=1))
def test_lines_kept_are_read_back_equal(found: list[SourceLine]) -> None:
    Path(settings.UPLOADS).mkdir(parents=True, exist_ok=True)
    batch = ImportBatch(sha256="0" * 64, file_name="x", mapping={"label": 1}, format="ledger")
    path = lines_path(batch.sha256, "x", {"label": 1})
    path.parent.mkdir(exist_ok=True)
    with keeping_lines(Reading(Header(""), lambda _reading: iter(found)), path) as reading:
        assert list(reading) == found
    with reading_of(batch) as again:
        assert list(again) == found
    path.unlink()


def test_a_file_is_read_once(town: Town, year: FiscalYear, monkeypatch: pytest.MonkeyPatch) -> None:
    batch = previewed(town, year)
    monkeypatch.setattr(
        kept_lines, "open_reading", lambda *_given, **_named: pytest.fail("read again")
    )
    confirm(town.finance, batch=batch)
    written = BudgetLine.objects.values_list("row", "nature", "supplier", "opened").order_by("row")
    assert list(written) == [
        (2, "2051", "=HYPERLINK()", Decimal("12.50")),
        (3, "6262", "", Decimal(-3)),
    ]


def test_without_the_lines_kept_the_file_is_read_again(town: Town, year: FiscalYear) -> None:
    batch = previewed(town, year)
    [path] = kept_readings()
    path.unlink()
    confirm(town.finance, batch=batch)
    assert BudgetLine.objects.count() == 2


def test_lines_are_of_one_name_and_mapping(town: Town, year: FiscalYear) -> None:
    previewed(town, year)
    stream = io.BytesIO(LEDGER.encode())
    mapping = {"account": 0, "label": 2, "voted": 3}
    other = preview(
        town.finance, fiscal_year=year, stream=stream, file_name="grand livre.csv", mapping=mapping
    )
    assert len(list(kept_readings())) == 2
    confirm(town.finance, batch=other)
    assert set(BudgetLine.objects.values_list("label", "voted", "opened")) == {
        ("=HYPERLINK()", Decimal("12.50"), None),
        ("", Decimal(-3), None),
    }


def test_nothing_is_kept_of_a_file_that_cannot_be_read(
    town: Town, year: FiscalYear, tmp_path: Path
) -> None:
    with pytest.raises(UnusableInputError):
        previewed(town, year, "Compte;Ouvert\nTotal;3\n")
    assert not list(kept_readings())
    assert not list(tmp_path.glob("incoming-*"))


def test_they_go_once_imported(
    town: Town,
    year: FiscalYear,
    django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks,
) -> None:
    batch = previewed(town, year)
    with django_capture_on_commit_callbacks(execute=True):
        confirm(town.finance, batch=batch)
    assert not list(kept_readings())
