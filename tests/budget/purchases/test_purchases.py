"""Parts of lines: HT, never more than the line, credit notes subtract; gifts stand apart."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal

import pytest
from django.core.exceptions import ValidationError
from hypothesis import given
from hypothesis import strategies as st

from portulan.budget.models import BudgetLine, FiscalYear, Gift, PurchasePart
from portulan.budget.purchases.reads import (
    is_begun,
    lines_bought,
    purchases_of,
    waiting,
    waiting_lines,
)
from portulan.budget.purchases.rules import Bought, bought, ht_of, readings
from portulan.budget.purchases.schema import IT_CATEGORY, categories
from portulan.budget.purchases.writes import Said, qualify, set_gift, set_part
from portulan.budget.words import ProductOrigin, YearStatus
from portulan.budget.years.writes import open_year
from portulan.core.errors import DeniedError
from portulan.core.money import TaxBasis
from tests.budget.attributions.test_rules import line, load
from tests.people import Town

D = Decimal
NEW, REUSE, REUTILISATION, RECYCLED = ProductOrigin
LEDGER = (
    "Gestionnaire;Compte;Section;Libellé;Mandaté\n"
    "DSI;21838;I;Portables;1200,00\nDSI;6064;F;Cartouches;600,00\nDSI;6064;F;Avoir;-60,00\n"
    "DSI;611;F;Hébergement;5000,00\nDSI;60622;F;Gazole;900,00\nDSI;2051;I;Licences;700,00\n"
)


@pytest.fixture
def year(town: Town) -> FiscalYear:
    found = open_year(town.finance, year=2025)
    load(town, found, LEDGER)
    return found


def refused(call: Callable[[], object], words: str) -> None:
    with pytest.raises(ValidationError) as caught:
        call()
    assert words in " ".join(caught.value.messages)


def part(town: Town, of: BudgetLine, amount: str | None, **more: object) -> PurchasePart:
    said: dict[str, object] = {"category": IT_CATEGORY, "origin": NEW, "invoice_year": 2025}
    said |= {"amount": amount and D(amount), "vat": D(20)} | more
    return set_part(town.finance, line=of, **said)  # type: ignore[arg-type]


def test_what_waits_is_what_may_be_a_product(town: Town, year: FiscalYear) -> None:
    found = purchases_of(town.organisation.pk, 2025)
    assert (found.waiting_lines, found.waiting_amount) == (3, D("1860.00"))
    assert [one.label for one in lines_bought([year])] == ["Portables", "Cartouches", "Avoir"]
    # A contract of services may be one for its supplies: somebody says so.
    part(town, line("Hébergement"), "100")
    assert "Hébergement" in [one.label for one in waiting(lines_bought([year]))]


def test_parts_are_at_most_their_line_and_a_credit_note_subtracts(
    town: Town, year: FiscalYear
) -> None:
    laptops, credit = line("Portables"), line("Avoir")
    part(town, laptops, "800", origin=REUSE)
    refused(lambda: part(town, laptops, "400.01"), "Les parts font 1200.01")
    part(town, laptops, "400", ht=D(340), vat=None)
    refused(lambda: part(town, credit, "60", category="Papier"), "le signe de sa ligne")
    part(town, credit, "-60", category="Papier")
    found = purchases_of(town.organisation.pk, 2025)
    assert found.kinds[IT_CATEGORY] == Bought(
        total=D("1006.67"), reuse=D("666.67"), estimated=D("666.67"), parts=2
    )
    assert found.kinds["Papier"].total == D("-50.00")
    assert found.waiting_lines == 1
    part(town, laptops, None, origin=REUSE)
    assert laptops.purchase_parts.count() == 1


def test_ttc_accounts_ask_for_an_amount_or_a_rate_and_not_both(
    town: Town, year: FiscalYear
) -> None:
    laptops = line("Portables")
    refused(lambda: part(town, laptops, "100", vat=None), "TTC")
    refused(lambda: part(town, laptops, "100", ht=D(80)), "pas les deux")
    refused(lambda: part(town, laptops, "100", vat=None, ht=D(101)), "dépasse le montant")
    refused(lambda: part(town, laptops, "100", category="Portables"), "types de produits")
    part(town, laptops, "1200", vat=None, category="")  # a service: nothing is asked
    FiscalYear.objects.filter(pk=year.pk).update(tax_basis=TaxBasis.HT)
    cartridges = line("Cartouches")
    cartridges.refresh_from_db()
    assert ht_of(part(town, cartridges, "600", vat=None)) == D(600)


def test_how_many_wait_is_counted_without_reading_them_all(town: Town, year: FiscalYear) -> None:
    body = town.organisation.pk
    assert not is_begun(body, 2025)
    parts = (("Portables", "800"), ("Cartouches", "600"), ("Portables", "400"), ("Avoir", "-60"))
    for at, (label, amount) in enumerate(parts):
        assert waiting_lines(body, 2025, most=1) == min(2, purchases_of(body, 2025).waiting_lines)
        assert waiting_lines(body, 2025, most=9) == purchases_of(body, 2025).waiting_lines
        part(town, line(label), amount, origin=(NEW, NEW, REUSE, NEW)[at])
        assert is_begun(body, 2025)
    assert waiting_lines(body, 2025, most=9) == purchases_of(body, 2025).waiting_lines == 0


def test_the_year_is_that_of_the_invoice(town: Town, year: FiscalYear) -> None:
    part(town, line("Portables"), "1200", invoice_year=2024)
    assert purchases_of(town.organisation.pk, 2025).kinds == {}
    assert purchases_of(town.organisation.pk, 2024).kinds[IT_CATEGORY].total == D(1000)


def test_a_closed_year_is_still_qualified_and_its_figures_do_not_move(
    town: Town, year: FiscalYear
) -> None:
    FiscalYear.objects.filter(pk=year.pk).update(status=YearStatus.CLOSED)
    part(town, line("Portables"), "1200")
    assert line("Portables").realised == D(1200)


def test_a_line_that_shrank_is_told(town: Town, year: FiscalYear) -> None:
    part(town, line("Portables"), "1200")
    BudgetLine.objects.filter(label="Portables").update(realised=D(900))
    assert purchases_of(town.organisation.pk, 2025).over == 1


def test_many_lines_are_said_at_once_and_again_without_change(town: Town, year: FiscalYear) -> None:
    laptops, cartridges = line("Portables"), line("Cartouches")
    said = {
        laptops.pk: [Said(IT_CATEGORY, NEW, D(1200), None, D(20), 2025)],
        cartridges.pk: [Said("", NEW, D(600), None, None, 2025)],
    }
    assert qualify(town.finance, fiscal_year=year, said=said) == (2, 0)
    assert qualify(town.finance, fiscal_year=year, said=said) == (0, 2)
    said[laptops.pk] = [Said(IT_CATEGORY, REUSE, D(1300), None, D(20), 2025)]
    refused(lambda: qualify(town.finance, fiscal_year=year, said=said), "Les parts font")
    assert laptops.purchase_parts.get().origin == NEW
    with pytest.raises(DeniedError):
        qualify(town.editor, fiscal_year=year, said=said)


def test_a_gift_has_a_value_and_where_it_comes_from(town: Town) -> None:
    given = {"year": 2025, "category": IT_CATEGORY, "label": "Portables", "quantity": 6}
    refused(
        lambda: set_gift(town.finance, **given, unit_value=D(200), source=" "),  # type: ignore[arg-type]
        "d’où elle vient",
    )
    set_gift(town.finance, **given, unit_value=D(200), source="Grille")  # type: ignore[arg-type]
    found = purchases_of(town.organisation.pk, 2025)
    assert found.kinds[IT_CATEGORY] == Bought(gifts=D(1200))
    set_gift(town.finance, **given | {"quantity": None}, unit_value=None, source="")  # type: ignore[arg-type]
    assert not Gift.objects.exists()


def test_parts_follow_the_line_of_the_next_ledger(town: Town, year: FiscalYear) -> None:
    part(town, line("Portables"), "1200", origin=REUSE)
    load(town, year, LEDGER.replace("600,00", "650,00"), replace=True)
    assert purchases_of(town.organisation.pk, 2025).kinds[IT_CATEGORY].reuse == D(1000)


@dataclass(frozen=True)
class Bit:
    category: str
    origin: ProductOrigin
    amount: Decimal
    ht: Decimal | None
    vat: Decimal | None


CENTS = st.decimals(D("-9999.99"), D("99999.99"), places=2)
BITS = st.builds(
    Bit,
    st.sampled_from(["", *categories()[:3]]),
    st.sampled_from(ProductOrigin),
    CENTS,
    st.none(),
    st.none() | st.sampled_from([D(0), D("5.5"), D(20)]),
)


@given(st.lists(BITS, max_size=12))
def test_three_amounts_are_parts_of_the_whole_and_add_up(parts: list[Bit]) -> None:
    found = bought(parts, [])
    whole = sum((ht_of(one) for one in parts if one.category), D(0))
    assert sum((kind.total for kind in found.values()), D(0)) == whole
    assert "" not in found
    for kind in found.values():
        read = readings(kind)
        if kind.total > 0 and kind.reuse >= 0 and kind.recycled >= 0:
            assert read.without_gifts == read.with_gifts == read.gifts_above
        assert (read.without_gifts is None) is (kind.total <= 0)


def test_accounts_that_hold_things(town: Town) -> None:
    hold = ["21838", "21578", "6064", "60632", "6068", "2185"]
    others = ["611", "6156", "2051", "60612", "60622", "61358", ""]
    found = open_year(town.finance, year=2025)
    rows = (f"DSI;{account};F;Achat;10,00\n" for account in others + hold)
    load(town, found, LEDGER.splitlines(keepends=True)[0] + "".join(rows))
    assert sorted(one.nature for one in lines_bought([found])) == sorted(hold)
