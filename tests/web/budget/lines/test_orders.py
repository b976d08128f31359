"""Order books on screen: previewed, imported, seen under a line, and attributed from there."""

from __future__ import annotations

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from portulan.accounts.access import Role
from portulan.budget.models import Attribution, BudgetLine, ImportBatch, Order
from portulan.budget.perimeter.verdicts import override_line
from portulan.budget.words import Verdict
from tests.orders import LEDGER, ORDERS
from tests.web.budget.conftest import D

pytestmark = pytest.mark.django_db


def send(desk, content: str, name: str):
    return desk.post("2026/imports/new/", {"file": SimpleUploadedFile(name, content.encode())})


@pytest.fixture
def maintenance(desk, town, year):
    send(desk, LEDGER, "gl.csv")
    desk.post(f"2026/imports/{ImportBatch.objects.get().pk}/confirm/")
    line = BudgetLine.objects.get(label="Maintenance")
    override_line(town.finance, line=line, verdict=Verdict.IN, reason="Tout est informatique.")
    return line


@pytest.fixture
def orders(desk, maintenance):
    page = desk.page(send(desk, ORDERS, "commandes.csv"))
    batch = ImportBatch.objects.get(format="orders")
    assert "ne s’y ajouteront pas" in page.words
    page = desk.page(desk.post(f"2026/imports/{batch.pk}/confirm/"))
    assert "4 commandes de « commandes.csv » détaillent les lignes de 2026" in page.words
    return batch


def test_a_line_says_what_details_it_and_a_share_of_one_order_is_attributed(
    desk, town, maintenance, orders
):
    page = desk.get(f"2026/lines/{maintenance.pk}/")
    assert "2 commandes détaillent cette ligne, sans s’y ajouter." in page.words
    assert "12 400,00 €, soit 10,33 %" in page.words
    page = desk.get(f"2026/lines/{maintenance.pk}/orders/")
    assert "Serveurs" in page.words
    assert "Ascenseur" not in page.words
    order = Order.objects.get(order_ref="17")
    (link,) = [link for link in page.links() if f"order={order.pk}" in link]
    assert desk.clients(Role.FINANCE).get(link + "9" * 5_000).status_code == 200
    form = desk.page(desk.clients(Role.FINANCE).get(link))
    assert "% de la commande 17" in form.words
    said = {"quantity": "30", "unit": "order", "method": "key", "status": "declared"}
    said |= {"reason": "Serveurs reconditionnés", "evidence": "M-020 17"}
    page = desk.page(desk.clients(Role.FINANCE).post(link, said, follow=True))
    assert Attribution.objects.get().share == D("0.03")
    assert "30 % de la commande 17, 12 000,00 € sur 120 000,00 €, mandaté" in page.words
    assert "3 600" in page.words
    assert "ces montants ont changé depuis" not in page.words
    # The order is paid further: the share of the line stays, and the page says to look again.
    later = desk.page(send(desk, ORDERS.replace("12000,00", "14000,00"), "mai.csv"))
    assert later.status == 200
    batch = ImportBatch.objects.get(file_name="mai.csv")
    desk.post(f"2026/imports/{batch.pk}/confirm/", {"replace": "on"})
    page = desk.get(f"2026/lines/{maintenance.pk}/")
    assert "ces montants ont changé depuis, revoyez cette part" in page.words
    assert Attribution.objects.get().share == D("0.03")


def test_orders_are_searched_and_suppliers_are_not_for_all(desk, maintenance, orders):
    path = f"2026/lines/{maintenance.pk}/orders/"
    assert "Serveurs" not in desk.get(path, q="Réseau").words
    assert "Aucune commande" in desk.get(path, q="introuvable").words
    assert "Machines" in desk.get(path).words
    assert "Machines" not in desk.get(path, Role.READER).words
    assert "Aucune commande" in desk.get(path, Role.READER, q="Machines").words


def test_orders_without_accounts_may_be_read_as_a_ledger(desk, year):
    page = desk.page(send(desk, ORDERS, "commandes.csv"))
    assert "importez-les d’abord" in page.words
    (choose,) = [link for link in page.links() if "/columns/" in link]
    form = desk.page(desk.clients(Role.FINANCE).get(choose))
    assert form.tree.xpath("//select[@name='as']/option[@selected]/@value") == ["orders"]
    columns = {"column-0": "manager", "column-1": "account", "column-7": "realised"}
    desk.clients(Role.FINANCE).post(choose, columns | {"as": "ledger"})
    batch = ImportBatch.objects.get(format="ledger")
    desk.post(f"2026/imports/{batch.pk}/confirm/")
    assert batch.lines.count() == 4


def test_a_line_that_no_order_details_says_how_one_would(desk, maintenance):
    page = desk.get(f"2026/lines/{maintenance.pk}/orders/")
    assert "Aucune commande ne détaille encore cette ligne" in page.words
    assert any(link.endswith("/2026/imports/new/") for link in page.links())
    assert "Aucune commande ne répond" in desk.get(f"2026/lines/{maintenance.pk}/orders/?q=x").words
