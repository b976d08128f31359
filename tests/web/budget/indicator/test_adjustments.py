"""Correcting a closed year on screen."""

from __future__ import annotations

from portulan.accounts.access import Role
from portulan.budget.models import Adjustment
from tests.web.budget.conftest import Desk, line

SAID = {
    "stage": "OPENED",
    "amount": "120,50",
    "nr_amount": "20",
    "reason": "facture retrouvée",
    "evidence": "F-12",
    "on": "2026-12-01",
}


def test_a_closed_year_is_corrected_beside_its_share(desk: Desk, year, ledger):
    assert "Cet exercice est ouvert" in desk.get("2026/adjustments/").words
    desk.post("2026/close/")
    assert "aucune depuis la clôture" in desk.get("2026/").words
    refused = desk.post("2026/adjustments/?stage=opened", SAID | {"evidence": ""})
    assert refused.status_code == 422
    said = desk.post("2026/adjustments/?stage=opened", SAID).content.decode()
    assert "la part close ne change pas" in said
    page = desk.get("2026/adjustments/", stage="opened")
    assert "120,50" in page.words
    assert "la part close est" in page.words
    assert "une correction" in desk.get("2026/", stage="opened").words
    assert desk.get("2026/adjustments/", role=Role.READER).forms() == []

    pk = Adjustment.objects.get().pk
    desk.post(f"2026/adjustments/{pk}/withdraw/")
    assert "retirée le" in desk.get("2026/adjustments/").words
    desk.post(f"2026/adjustments/{pk}/restore/")
    assert "retirée le" not in desk.get("2026/adjustments/").words


def test_a_line_is_corrected_from_its_page(desk: Desk, year, ledger):
    licences = line("Licences")
    desk.post("2026/close/")
    page = desk.get(f"2026/lines/{licences.pk}/")
    [link] = [link for link in page.links() if "adjustments/" in link]
    address = "2026/" + link.partition("/budget/2026/")[2]
    form = desk.get(address.partition("?")[0], line=str(licences.pk))
    assert "Corriger « Licences »" in form.words
    desk.post(address, {key: value for key, value in SAID.items() if key != "nr_amount"})
    assert Adjustment.objects.get().line == licences
