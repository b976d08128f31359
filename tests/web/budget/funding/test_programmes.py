"""Programmes on screen: opened, revised, followed."""

from __future__ import annotations

import re

from portulan.accounts.access import Role
from portulan.budget.models import Programme
from tests.web.budget.conftest import Desk


def test_a_programme_is_opened_revised_and_followed(desk: Desk, year, ledger):
    assert "Aucun programme" in desk.get("programmes/").words
    desk.post("programmes/", {"title": "Onduleurs", "kind": "ap_cp", "codes": "M-2, M-9"})
    programme = Programme.objects.get()
    address = f"programmes/{programme.pk}/"
    first = {"decided_on": "2026-01-15", "reference": "Délibération 12", "amount": "1200"}
    refused = desk.post(address, first | {"year-2026": "1300"})
    assert (refused.status_code, "dépassent" in refused.content.decode()) == (422, True)
    desk.post(address, first | {"year-2026": "700", "year-2027": "500"})
    page = desk.get(address, role=Role.READER)
    assert "Délibération 12" in page.words
    assert "Onduleurs" in page.said("//section[@aria-labelledby='h-lines']")
    assert page.forms() == []
    # 500 opened by the ledger, 250 paid, of 700 foreseen.
    assert "2026 700 500 250" in page.words
    assert "1 200" in desk.get("programmes/").words
    [removal] = [link for link in desk.get(address).links() if "/remove/" in link]
    asked = desk.get(removal.partition("/budget/")[2])
    assert "Retirer la décision « Délibération 12 »" in asked.words
    assert "Délibération 12" in desk.get(address).words
    desk.post(removal.partition("/budget/")[2])
    assert "Rien n’est encore autorisé" in desk.get(address).words


def test_readers_only_read_programmes(desk: Desk, year, ledger, elsewhere, signed_in):
    desk.post("programmes/", {"title": "Onduleurs", "kind": "ap_cp", "codes": ""})
    pk = Programme.objects.get().pk
    for address in ("programmes/", f"programmes/{pk}/"):
        assert desk.get(address, Role.READER).status == 200
        assert desk.post(address, {"title": "x"}, Role.READER).status_code == 403
    assert desk.get(f"programmes/{pk}/edit/", Role.READER).status == 403
    desk.post(f"programmes/{pk}/edit/", {"title": "Onde", "kind": "ae_cp", "codes": "A, B"})
    assert Programme.objects.get().codes == ["A", "B"]
    outsider = signed_in(Role.ADMIN, elsewhere)
    assert outsider.get(desk.url(f"programmes/{pk}/")).status_code == 404


def test_whole_euros_of_a_programme_add_up(desk: Desk):
    desk.post("programmes/", {"title": "Salle", "kind": "ap_cp", "codes": ""})
    address = f"programmes/{Programme.objects.get().pk}/"
    given = {"year-2026": "100,40", "year-2027": "100,40", "year-2028": "100,40"}
    decided = {"decided_on": "2026-01-15", "reference": "Délibération 12", "amount": "301,50"}
    desk.post(address, decided | given)
    page = desk.get(address)
    table = page.said("//section[@aria-labelledby='h-years']//table")
    shown = [int(after.split()[0]) for after in re.split(r"202[678] |En tout ", table)[1:]]
    assert (sorted(shown[:3]), shown[3]) == ([100, 100, 101], 301)
    assert "Sans année 1 €" in page.words  # 302 authorised, 301 foreseen
