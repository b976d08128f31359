"""Reconditioned devices of an inventory, met with lines by invoice: proposed whole, or told why."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.urls import reverse
from django.utils import timezone

from portulan.accounts.access import Role
from portulan.budget.models import BudgetLine, FiscalYear, PurchasePart
from portulan.budget.purchases.invoices import Compared, Why, compare, take_invoices
from portulan.budget.purchases.schema import IT_CATEGORY
from portulan.budget.purchases.sheet import rows_of_sheet
from portulan.budget.purchases.writes import set_part
from portulan.budget.words import ProductOrigin
from portulan.budget.years.writes import open_year
from portulan.core.errors import DeniedError, NotFoundError
from portulan.core.models import AuditEntry
from portulan.sources.feeding import Entrance
from portulan.sources.models import Source
from portulan.sources.reads import get_inventory
from portulan.sources.taking import read_now
from portulan.sources.writes import save_source
from tests.browser import Browser
from tests.budget.attributions.test_rules import line, load
from tests.people import Town
from tests.sources.inventory import explained, given

type SignIn = Callable[..., Browser]
D, DAY, NOW = Decimal, date(2026, 11, 24), timezone.now()
LEDGER = (
    "Gestionnaire;Compte;Section;Libellé;Mandaté\n"
    "DSI;21838;I;Portables;1200,00\nDSI;21838;I;Mêlés;900,00\nDSI;21838;I;Un;300,00\n"
    "DSI;21838;I;Deux;400,00\nDSI;21838;I;Dits;500,00\n"
)
PIECES = {"Portables": "F-1", "Mêlés": "F-2", "Un": "F-3", "Deux": "F-3", "Dits": "F-4"}
HEADS = "ID;Statut;Type;Fabricant;Modèle;Date d'achat;Numéro de facture;Reconditionné"
DEVICES = ["f 1;Oui", "F-1;Oui", "F-2;Oui", "F-2;Non", "F-3;Oui", "F-4;Oui", "F-9;Oui", ";Oui",
           "F-8;Non"]  # fmt: skip


@pytest.fixture
def year(town: Town) -> FiscalYear:
    found = open_year(town.finance, year=2025)
    load(town, found, LEDGER)
    for label, piece in PIECES.items():
        BudgetLine.everything.filter(label=label).update(order_ref=piece)
    told = {"category": IT_CATEGORY, "origin": ProductOrigin.NEW, "invoice_year": 2025}
    set_part(town.finance, line=line("Dits"), amount=D(500), vat=D(20), **told)  # type: ignore[arg-type]
    return found


@pytest.fixture
def glpi(town: Town) -> Source:
    source = explained(save_source(town.editor, name="GLPI", entrance=Entrance.FILE, now=NOW))
    rows = [
        f"{at};En service;Portable;Dell;L5440;{2023 if one.startswith('F-9') else 2025}-03-04;{one}"
        for at, one in enumerate(DEVICES, 1)
    ]
    content = "\n".join([HEADS, *rows, ""]).encode()
    read_now(town.editor, source=source, files=given(content), today=DAY, now=NOW)
    return source


def compared(town: Town, year: FiscalYear, source: Source) -> Compared:
    return compare(year, get_inventory(actor=town.finance, pk=source.pk))


def test_a_line_is_proposed_where_its_invoice_is_all_reconditioned(
    town: Town, year: FiscalYear, glpi: Source
) -> None:
    BudgetLine.everything.filter(label="Portables").update(order_ref="f1")
    [met] = [one for one in compared(town, year, glpi).met if one.invoice.number == "f 1"]
    assert (met.line.label, met.invoice.reconditioned, met.year) == ("Portables", 1, 2025)


def test_what_is_not_proposed_is_told_with_its_reason(
    town: Town, year: FiscalYear, glpi: Source
) -> None:
    found = compared(town, year, glpi)
    assert [one.line.label for one in found.met] == ["Portables"]
    assert {(one.invoice.number, one.why) for one in found.unmet} == {
        ("", Why.NO_NUMBER),
        ("f 1", Why.NO_LINE),
        ("F-2", Why.MIXED),
        ("F-3", Why.SEVERAL),
        ("F-4", Why.SAID),
    }, "an invoice of another year is no part of this one"


def test_a_number_that_comes_back_years_later_is_another_invoice(
    town: Town, year: FiscalYear, glpi: Source
) -> None:
    BudgetLine.everything.filter(label="Portables").update(order_ref="F-9")
    assert compared(town, year, glpi).met == []


def test_what_is_taken_says_where_it_comes_from(town: Town, year: FiscalYear, glpi: Source) -> None:
    pk = line("Portables").pk
    assert take_invoices(town.finance, fiscal_year=year, source=glpi, lines=[pk], vat=D(20)) == 1
    part = PurchasePart.objects.get(line=pk)
    assert (part.category, part.origin, part.amount) == (IT_CATEGORY, "reuse", D("1200.00"))
    assert part.read_from.startswith("GLPI au 24/11/2026, sceau ")
    assert AuditEntry.objects.filter(changes__source=[None, part.read_from]).exists()
    assert [row[-1] for row in rows_of_sheet(year) if row[4] == "Portables"] == [part.read_from]
    before = PurchasePart.objects.exclude(line=pk).get()
    assert (before.origin, before.read_from) == ("new", ""), "what was typed stays"


def test_what_somebody_says_of_it_afterwards_is_theirs(
    town: Town, year: FiscalYear, glpi: Source
) -> None:
    found = line("Portables")
    take_invoices(town.finance, fiscal_year=year, source=glpi, lines=[found.pk], vat=D(20))
    told: dict[str, Any] = {"category": IT_CATEGORY, "origin": ProductOrigin.REUSE}
    set_part(town.finance, line=found, amount=D(800), vat=D(20), invoice_year=2025, **told)
    assert found.purchase_parts.get().read_from == ""


def test_what_is_not_proposed_is_not_taken(
    town: Town, year: FiscalYear, elsewhere: Town, glpi: Source
) -> None:
    for label in ("Dits", "Un", "Mêlés"):
        with pytest.raises(ValidationError, match="n’est plus proposée"):
            take_invoices(
                town.finance, fiscal_year=year, source=glpi, lines=[line(label).pk], vat=D(20)
            )
    pk = line("Portables").pk
    with pytest.raises(ValidationError):
        take_invoices(town.finance, fiscal_year=year, source=glpi, lines=[pk])
    with pytest.raises(DeniedError):
        take_invoices(town.reader, fiscal_year=year, source=glpi, lines=[pk], vat=D(20))
    theirs = save_source(elsewhere.editor, name="GLPI", entrance=Entrance.FILE, now=NOW)
    with pytest.raises(NotFoundError):
        take_invoices(town.finance, fiscal_year=year, source=theirs, lines=[pk], vat=D(20))
    assert PurchasePart.objects.count() == 1


def test_a_page_proposes_and_a_person_takes(
    town: Town, year: FiscalYear, glpi: Source, signed_in: SignIn
) -> None:
    client = signed_in(Role.FINANCE)
    page = reverse("budget:purchases-invoices", args=[town.slug, 2025, glpi.pk])
    assert page in client.get(reverse("budget:purchases", args=[town.slug, 2025])).text
    shown = client.get(page).text
    assert "plusieurs lignes portent ce numéro" in shown
    pk = line("Portables").pk
    assert client.fill(page, {"lines": [str(pk)], "vat": ""}).status_code == 422
    assert client.fill(page, {"lines": [str(pk)], "vat": "20"}).status_code == 302
    assert PurchasePart.objects.filter(line=pk, origin="reuse").exists()
    again = reverse("budget:purchases", args=[town.slug, 2025])
    assert "sceau" in client.get(f"{again}?line={pk}").text
    assert signed_in(Role.EDITOR).get(page).status_code == 403
