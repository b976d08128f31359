"""The pages of purchases: what waits, the parts of a line, gifts, the sheet."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.http import HttpResponse
from django.urls import reverse

from portulan.accounts.access import Role
from portulan.accounts.models import Organisation
from portulan.budget.models import FiscalYear, Gift, PurchasePart
from portulan.budget.purchases.schema import IT_CATEGORY
from portulan.budget.years.writes import open_year
from tests.browser import Browser
from tests.budget.attributions.test_rules import line, load
from tests.budget.purchases.test_purchases import LEDGER, part
from tests.people import Town

type SignIn = Callable[[Role], Browser]


@pytest.fixture
def year(town: Town) -> FiscalYear:
    found = open_year(town.finance, year=2025)
    load(town, found, LEDGER)
    return found


def address(town: Town, name: str = "purchases", *more: str) -> str:
    return reverse(f"budget:{name}", args=[town.slug, 2025, *more])


def test_finance_says_what_a_line_bought_and_takes_it_back(
    town: Town, year: FiscalYear, signed_in: SignIn
) -> None:
    desk, laptops = signed_in(Role.FINANCE), line("Portables")
    assert "3 lignes attendent" in desk.get(address(town)).content.decode()
    page = f"{address(town)}?line={laptops.pk}"
    shown = desk.get(page).content.decode()
    assert "Reste à qualifier" in shown
    said = {"category": IT_CATEGORY, "origin": "reuse", "amount": "800", "vat": "20"}
    desk.fill(page, said)
    assert PurchasePart.objects.get().vat == 20
    assert "800" in desk.get(page).content.decode()
    assert "666,67" in desk.get(address(town)).content.decode()
    desk.fill(page, said | {"amount": "", "vat": ""})
    assert not PurchasePart.objects.exists()


def test_who_reads_sees_and_changes_nothing(
    town: Town, year: FiscalYear, signed_in: SignIn
) -> None:
    reader = signed_in(Role.READER)
    assert "?line=" not in reader.get(address(town)).content.decode()
    assert reader.get(f"{address(town)}?line={line('Portables').pk}").status_code == 403
    rows = b"".join(reader.get(address(town, "purchases-file", "csv")).streaming_content)
    assert "Numéro de ligne" in rows.decode("utf-8-sig")
    assert reader.get(address(town, "purchases-file", "exe")).status_code == 404


def sheet(town: Town, *rows: str) -> SimpleUploadedFile:
    heads = "Numéro de ligne;Type de produit;Origine;Taux de TVA"
    return SimpleUploadedFile("achats.csv", "\n".join([heads, *rows]).encode())


def test_a_sheet_comes_back_shown_first_then_written_whole(
    town: Town, year: FiscalYear, signed_in: SignIn
) -> None:
    desk, page = signed_in(Role.FINANCE), address(town, "purchases-sheet")
    laptops, ink = line("Portables"), line("Cartouches")
    rows = [f"{laptops.pk};{IT_CATEGORY};Réemploi;20", f"{ink.pk};Papier;Neuf;20"]
    assert page in desk.get(address(town)).content.decode()

    def give(*rows: str) -> HttpResponse:
        return desk.post(page, {**desk.fields(page), "file": sheet(town, *rows)})

    refused = give(rows[0], f"{ink.pk};Encre;Neuf;20")
    assert refused.status_code == 422
    assert "Ligne 3" in refused.content.decode()
    shown = give(*rows)
    assert "Matériel informatique et téléphonie, Réemploi, 1\u202f200,00" in shown.content.decode()
    assert not PurchasePart.objects.exists()
    take = address(town, "take-purchases")
    fields = desk.fields_of(shown)
    part(town, laptops, "900")  # meanwhile
    assert "aperçu a changé" in desk.post(take, fields).content.decode()
    part(town, laptops, None)
    fields = desk.fields_of(give(*rows))
    assert "2 achats ou dons enregistrés" in desk.post(take, fields, follow=True).content.decode()
    assert PurchasePart.objects.count() == 2
    assert "ne change rien" in give(*rows).content.decode()
    assert signed_in(Role.READER).get(page).status_code == 403
    assert desk.post(take, {"sealed": "x"}, follow=True).status_code == 200


def test_gifts_have_their_own_page(town: Town, year: FiscalYear, signed_in: SignIn) -> None:
    desk = signed_in(Role.FINANCE)
    said = {"category": IT_CATEGORY, "label": "Portables", "quantity": "6", "unit_value": "200"}
    desk.fill(address(town, "gifts"), said | {"source": "Grille"})
    assert Gift.objects.get().value == 1200
    assert "1\u202f200" in desk.get(address(town, "gifts")).content.decode()


def test_another_country_has_no_such_page(town: Town, year: FiscalYear, signed_in: SignIn) -> None:
    Organisation.objects.filter(pk=town.organisation.pk).update(country="CHE", currency="CHF")
    desk = signed_in(Role.FINANCE)
    assert desk.get(address(town)).status_code == 404
    assert desk.get(address(town, "gifts")).status_code == 404
    assert "Dons reçus" not in desk.get(address(town, "savings")).content.decode()
