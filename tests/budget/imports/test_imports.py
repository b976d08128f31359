"""Importing accounts: previewed, whole or not at all, once, undone and put back."""

from __future__ import annotations

import io
import threading
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.db import connection

from portulan.accounts.actors import Actor
from portulan.budget.imports import bulk
from portulan.budget.imports.uploads import keep_upload
from portulan.budget.imports.writes import confirm, discard, preview, roll_back
from portulan.budget.indicator.reads import figure_of, stages_of
from portulan.budget.models import BudgetLine, FiscalYear, ImportBatch
from portulan.budget.perimeter.judged_lines import Judge
from portulan.budget.perimeter.rules import Ruling
from portulan.budget.words import BatchStatus, Stage
from portulan.budget.years.writes import open_year
from portulan.core.errors import DeniedError
from portulan.core.money import TaxBasis
from portulan.core.say.text import UnusableInputError
from portulan.core.uploads import upload_path
from tests.fec import YEAR, fec
from tests.people import Town, make_town
from tests.totem import SIRET, totem

ACCOUNTS = totem(("2051", "1000.00", "800.00"), ("611", "500", "450.5"), ("6811", "9", "9"))


@pytest.fixture
def year(town: Town) -> FiscalYear:
    return open_year(town.finance, year=2026)


def show(
    actor: Actor, year: FiscalYear, content: bytes, name: str = "ca.xml", **options: Any
) -> ImportBatch:
    return preview(actor, fiscal_year=year, stream=io.BytesIO(content), file_name=name, **options)


def refused(code: str) -> Any:
    return pytest.raises(ValidationError, check=lambda error: error.code == code)


def test_a_preview_writes_no_line_and_a_confirmation_writes_them_all(
    town: Town, year: FiscalYear
) -> None:
    batch = show(town.finance, year, ACCOUNTS)
    assert batch.status == BatchStatus.PREVIEWED
    assert batch.report["rows"]["kept"] == 3
    assert not BudgetLine.objects.exists()
    confirm(town.finance, batch=batch)
    lines = {line.nature: line for line in BudgetLine.objects.all()}
    assert lines["2051"].realised == Decimal("800.00")
    assert (lines["2051"].verdict, lines["2051"].it_share) == ("in", 1)
    assert (lines["611"].verdict, lines["611"].it_share) == ("mixed", None)
    assert lines["6811"].verdict == "out"
    assert [line.row for line in lines.values()]
    assert stages_of(year).given == (Stage.VOTED, Stage.OPENED, Stage.REALISED)
    assert figure_of(year, Stage.REALISED).figure.denominator.amount == 800


def test_the_same_file_twice_is_recognised(town: Town, year: FiscalYear) -> None:
    confirm(town.finance, batch=show(town.finance, year, ACCOUNTS))
    with refused("known"):
        show(town.finance, year, ACCOUNTS, name="copie.xml")


def test_another_account_of_the_same_stage_must_replace(town: Town, year: FiscalYear) -> None:
    first = confirm(town.finance, batch=show(town.finance, year, ACCOUNTS))
    second = show(town.finance, year, totem(("2051", "1200", "900")))
    with refused("overlap"):
        confirm(town.finance, batch=second)
    assert figure_of(year, Stage.REALISED).figure.denominator.amount == 800
    confirm(town.finance, batch=second, replace=True)
    first.refresh_from_db()
    assert first.status == BatchStatus.ROLLED_BACK
    assert figure_of(year, Stage.REALISED).figure.denominator.amount == 900


def test_an_annex_budget_stands_beside_the_main_one(town: Town, year: FiscalYear) -> None:
    town.organisation.siren = SIRET[:9]
    town.organisation.save()
    confirm(town.finance, batch=show(town.finance, year, ACCOUNTS))
    annex = totem(("2051", "10", "10"), siret=f"{SIRET[:9]}00028")
    confirm(town.finance, batch=show(town.finance, year, annex))
    assert figure_of(year, Stage.REALISED).figure.denominator.amount == 810


def test_files_of_another_year_body_or_tax_basis_are_refused(town: Town, year: FiscalYear) -> None:
    town.organisation.siren = SIRET[:9]
    town.organisation.save()
    with refused("year"):
        show(town.finance, year, totem(("2051", "1", "1"), year=2025))
    with refused("siren"):
        show(town.finance, year, totem(("2051", "1", "1"), siret="21560134500014"))
    with refused("basis"):
        show(town.finance, year, totem(("2183", "1", "1"), nomenclature="M4-M43"))
    assert not ImportBatch.objects.exists()


def test_entries_are_of_a_body_and_of_the_dates_of_a_year(town: Town) -> None:
    town.organisation.siren = SIRET[:9]
    town.organisation.save()
    straddling = open_year(
        town.finance,
        year=2025,
        starts_on=date(2024, 7, 1),
        ends_on=date(2025, 6, 30),
        tax_basis=TaxBasis.HT,
    )
    summer, winter = fec(YEAR, day="20240701").encode(), fec(YEAR, day="20251231").encode()
    with refused("year"):
        show(town.finance, straddling, winter, "fec.txt")
    with refused("siren"):
        show(town.finance, straddling, summer, "215601345FEC20250630.txt")
    batch = show(town.finance, straddling, summer, f"{SIRET[:9]}FEC20250630.txt")
    assert confirm(town.finance, batch=batch).lines.count() == 7


def test_amending_decisions_add_to_what_is_opened(town: Town, year: FiscalYear) -> None:
    confirm(
        town.finance,
        batch=show(town.finance, year, totem(("2051", "1000", "0"), decision="01")),
    )
    amending = totem(("2051", "-150", "0"), decision="02").replace(
        b'<CredOuv V="-150"/>', b'<CredOuv V="0"/>'
    )
    batch = show(town.finance, year, amending)
    assert batch.delta
    confirm(town.finance, batch=batch)
    assert figure_of(year, Stage.OPENED).figure.denominator.amount == 850


def test_a_budget_stays_while_a_decision_amends_it(town: Town, year: FiscalYear) -> None:
    budget = show(town.finance, year, totem(("2051", "1000", "0"), decision="01"))
    confirm(town.finance, batch=budget)
    amending = show(town.finance, year, totem(("2051", "-150", "0"), decision="02"))
    confirm(town.finance, batch=amending)
    with refused("amended"):
        roll_back(town.finance, batch=budget)
    assert figure_of(year, Stage.OPENED).figure.denominator.amount == 850
    roll_back(town.finance, batch=amending)
    roll_back(town.finance, batch=budget)


def test_an_amending_decision_needs_a_budget_that_lacks_it(town: Town, year: FiscalYear) -> None:
    amending = show(town.finance, year, totem(("2051", "-150", "0"), decision="02"))
    with refused("no-budget"):
        confirm(town.finance, batch=amending)
    confirm(town.finance, batch=show(town.finance, year, ACCOUNTS))
    with refused("included"):
        confirm(town.finance, batch=amending)
    assert figure_of(year, Stage.OPENED).figure.denominator.amount == 1000


def test_a_ledger_and_the_accounts_of_a_year_never_add_up(town: Town, year: FiscalYear) -> None:
    ledger = "Compte;Libellé;Mandaté\n2051;Licences;12,00\n".encode()
    first = confirm(town.finance, batch=show(town.finance, year, ledger, name="gl.csv"))
    accounts = show(town.finance, year, ACCOUNTS)
    with refused("overlap"):
        confirm(town.finance, batch=accounts)
    confirm(town.finance, batch=accounts, replace=True)
    assert figure_of(year, Stage.REALISED).figure.denominator.amount == 800
    with refused("overlap"):
        confirm(town.finance, batch=first)


def test_a_file_with_lines_that_cannot_be_read_is_not_imported(
    town: Town, year: FiscalYear
) -> None:
    ledger = "Compte;Libellé;Mandaté\n2051;Licences;12,00\n2051;Panne;douze\n".encode()
    batch = show(town.finance, year, ledger, name="grand-livre.csv")
    assert [problem["line"] for problem in batch.report["problems"]] == [3]
    with refused("flawed"):
        confirm(town.finance, batch=batch)
    assert not BudgetLine.objects.exists()


def test_rolling_back_takes_out_and_can_be_undone(town: Town, year: FiscalYear) -> None:
    batch = confirm(town.finance, batch=show(town.finance, year, ACCOUNTS))
    roll_back(town.finance, batch=batch)
    assert figure_of(year, Stage.REALISED).figure.lines == 0
    confirm(town.finance, batch=batch)
    assert figure_of(year, Stage.REALISED).figure.denominator.amount == 800
    with pytest.raises(ValidationError):
        discard(town.finance, batch=batch)


def test_only_finance_imports(town: Town, year: FiscalYear) -> None:
    for actor in (town.reader, town.editor, town.contributor):
        with pytest.raises(DeniedError):
            show(actor, year, ACCOUNTS)


def test_what_fails_in_the_middle_leaves_nothing(
    town: Town, year: FiscalYear, monkeypatch: pytest.MonkeyPatch
) -> None:
    batch = show(town.finance, year, totem(*[("2051", "1", "1")] * 50))
    monkeypatch.setattr(bulk, "_AT_ONCE", 20)
    judged, calls = Judge.__call__, iter(range(100))

    def interrupted(*args: Any) -> Ruling:
        if next(calls) == 45:
            raise KeyboardInterrupt
        return judged(*args)

    monkeypatch.setattr(Judge, "__call__", interrupted)
    with pytest.raises(KeyboardInterrupt):
        confirm(town.finance, batch=batch)
    batch.refresh_from_db()
    assert batch.status == BatchStatus.PREVIEWED
    assert not BudgetLine.objects.exists()


@pytest.mark.parametrize(
    "content", [b"%PDF-1.7 x", ACCOUNTS[:400], b"\x00\x01\x02", b"<a/>", b"PK\x03\x04"]
)
def test_an_unusable_file_writes_nothing(town: Town, year: FiscalYear, content: bytes) -> None:
    with pytest.raises(UnusableInputError):
        show(town.finance, year, content)
    assert not ImportBatch.objects.exists()


def test_an_empty_file_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ValidationError, match="vide"):
        keep_upload(io.BytesIO(b""))


def test_uploads_are_kept_under_their_hash(settings: Any, tmp_path: Path) -> None:
    settings.UPLOADS = tmp_path
    sha256, size = keep_upload(io.BytesIO(b"abc"))
    assert (upload_path(sha256).read_bytes(), size) == (b"abc", 3)
    assert not list(tmp_path.glob("incoming-*"))


@pytest.mark.django_db(transaction=True)
def test_two_imports_at_once_give_one_account() -> None:
    place = make_town("deux-imports")
    year = open_year(place.finance, year=2026)
    batches = [show(place.finance, year, totem(("2051", str(100 + n), "1"))) for n in range(4)]
    gate = threading.Barrier(len(batches))
    outcomes: list[str] = []

    def work(batch: ImportBatch) -> None:
        try:
            gate.wait(timeout=10)
            confirm(place.finance, batch=batch)
            outcomes.append("confirmed")
        except ValidationError as error:
            outcomes.append(error.code or "")
        finally:
            connection.close()

    threads = [threading.Thread(target=work, args=[batch]) for batch in batches]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=60)
    assert sorted(outcomes) == ["confirmed", "overlap", "overlap", "overlap"]
    assert BudgetLine.objects.count() == 1
