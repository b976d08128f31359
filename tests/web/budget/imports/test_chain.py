"""The page of the documents of a year, and the date of one of them."""

from __future__ import annotations

import io

from portulan.accounts.access import Role
from portulan.budget.imports.writes import confirm, preview
from portulan.budget.models import ImportBatch
from portulan.budget.years.writes import open_year
from tests.budget.imports.test_chain import ACCOUNT, BUDGET, FIRST, SUPPLEMENTARY
from tests.pages import MOST_NODES
from tests.web.budget.conftest import Desk


def read(desk: Desk, document: bytes, name: str) -> None:
    year = desk.town.organisation.fiscal_years.get(year=2026)
    batch = preview(
        desk.town.finance, fiscal_year=year, stream=io.BytesIO(document), file_name=name
    )
    confirm(desk.town.finance, batch=batch, replace=True)


def test_the_chain_says_what_each_document_opens_and_whether_the_accounts_agree(desk: Desk):
    open_year(desk.town.finance, year=2026)
    assert "Rien n’est importé" in desk.get("2026/chain/").words
    for document, name in ((BUDGET, "bp"), (SUPPLEMENTARY, "bs"), (FIRST, "dm")):
        read(desk, document, name)
    page = desk.get("2026/chain/")
    assert "Budget primitif 30/03/2026" in page.words
    assert "Restes à réaliser repris de l’exercice d’avant" in page.words
    assert "Décision modificative n° 1 14/09/2026" in page.words
    assert "1 004,05 465,95" in page.words
    read(desk, ACCOUNT, "ca")
    page = desk.get("2026/chain/", role=Role.READER)
    assert "ceux du compte, au centime" in page.words
    assert "à côté 0,00 100,00" in page.words
    assert page.nodes <= MOST_NODES


def test_two_decisions_without_number_nor_date_may_be_the_same(desk: Desk):
    open_year(desk.town.finance, year=2026)
    read(desk, BUDGET, "bp")
    undated = FIRST.replace(b'<NumDec V="1"/>', b"").replace(b'<DteDec V="2026-09-14"/>', b"")
    read(desk, undated, "dm")
    year = desk.town.organisation.fiscal_years.get(year=2026)
    again = preview(
        desk.town.finance,
        fiscal_year=year,
        stream=io.BytesIO(undated.replace(b"15.95", b"25.95")),
        file_name="dm-2",
    )
    assert "elle compterait deux fois" in desk.get(f"2026/imports/{again.pk}/").words


def test_a_document_is_dated_from_the_chain(desk: Desk):
    open_year(desk.town.finance, year=2026)
    read(desk, BUDGET.replace(b'<DteDec V="2026-03-30"/>', b""), "bp")
    batch = ImportBatch.objects.get()
    address = f"2026/imports/{batch.pk}/document-date/"
    assert any(link.endswith(address) for link in desk.get("2026/chain/").links())
    assert desk.get(address).status == 200
    assert desk.get(address, role=Role.READER).status == 403
    answered = desk.post(address, {"number": "", "voted_on": "2026-04-02"})
    assert "02/04/2026" in answered.content.decode()
