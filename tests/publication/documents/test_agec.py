"""The declaration of five made-up towns: valid for software that is not ours, to the cent."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest
from pypdf import PdfReader

from portulan.accounts.models import Organisation
from portulan.accounts.words import LegalForm
from portulan.budget.models import FiscalYear
from portulan.budget.purchases.declaration import judge
from portulan.budget.purchases.schema import IT_CATEGORY
from portulan.budget.purchases.writes import set_gift, set_part
from portulan.budget.words import ProductOrigin
from portulan.budget.years.writes import open_year
from portulan.core.say.text import UnusableInputError
from portulan.publication.documents import agec
from portulan.publication.documents.asking import Asked
from portulan.publication.documents.cell import Document
from portulan.publication.documents.making import build, written
from tests.budget.attributions.test_rules import line, load
from tests.budget.purchases.test_declaration import of_frictionless
from tests.people import Town

D = Decimal
NEW, REUSE, REUTILISATION, RECYCLED = ProductOrigin
TODAY = date(2026, 3, 2)
LEDGER = (
    "Gestionnaire;Compte;Section;Libellé;Mandaté\n"
    "DSI;21838;I;Portables;1200,00\nDSI;6064;F;Cartouches;600,00\nDSI;6064;F;Avoir;-60,00\n"
    "DSI;2184;I;Bureaux;2400,00\n"
)
PAPER = "Papier"
# Of each town, what is said of each line: type, origin, amount, amount HT or rate; and what each
# row of the file must then say, by hand: total, reuse, gifts, recycled.
TOWNS: tuple[
    tuple[
        dict[str, list[tuple[str, ProductOrigin, str, str, str]]], int, dict[str, tuple[str, ...]]
    ],
    ...,
] = (
    (
        {"Portables": [(IT_CATEGORY, NEW, "1200", "", "20")]},
        0,
        {IT_CATEGORY: ("1000.00", "0.00", "0.00", "0.00")},
    ),
    (
        {
            "Portables": [
                (IT_CATEGORY, REUSE, "600", "", "20"),
                (IT_CATEGORY, NEW, "600", "500", ""),
            ]
        },
        3,
        {IT_CATEGORY: ("1000.00", "500.00", "600.00", "0.00")},
    ),
    (
        {
            "Cartouches": [(PAPER, RECYCLED, "200", "", "5.5"), ("", NEW, "400", "", "")],
            "Avoir": [(PAPER, NEW, "-60", "", "20")],
        },
        0,
        {PAPER: ("139.57", "0.00", "0.00", "189.57")},  # refused: the part exceeds the whole
    ),
    (
        {
            "Cartouches": [(PAPER, RECYCLED, "200", "", "5.5"), (PAPER, NEW, "400", "", "20")],
            "Avoir": [(PAPER, NEW, "-60", "", "20")],
            "Bureaux": [("Mobilier et aménagement d'intérieur", REUTILISATION, "2400", "2000", "")],
        },
        1,
        {
            PAPER: ("472.90", "0.00", "0.00", "189.57"),
            "Mobilier et aménagement d'intérieur": ("2000.00", "2000.00", "0.00", "0.00"),
            IT_CATEGORY: ("0.00", "0.00", "200.00", "0.00"),
        },
    ),
    (
        {"Portables": [(IT_CATEGORY, RECYCLED, "1199.99", "", "20"), ("", NEW, "0.01", "", "")]},
        0,
        {IT_CATEGORY: ("999.99", "0.00", "0.00", "999.99")},
    ),
)
SIRETS = ("21990001600011",) * 5


@pytest.fixture
def year(town: Town) -> FiscalYear:
    found = open_year(town.finance, year=2025)
    load(town, found, LEDGER)
    Organisation.objects.filter(pk=town.organisation.pk).update(
        siren="219900016", siret="21990001600011", name="Commune de Fictive"
    )
    town.organisation.refresh_from_db()
    return found


def asked(town: Town, **more: object) -> Asked:
    said = {"year": 2025, "today": TODAY, "language": "fr"} | more
    return Asked(town.admin, town.organisation, **said)  # type: ignore[arg-type]


def rows_of(content: bytes) -> Iterator[dict[str, str]]:
    return csv.DictReader(io.StringIO(content.decode("utf-8")))


@pytest.mark.parametrize("number", range(5))
def test_each_cell_is_what_a_hand_finds(
    town: Town, year: FiscalYear, number: int, tmp_path: Path
) -> None:
    said, gifts, by_hand = TOWNS[number]
    for label, parts in said.items():
        for category, origin, amount, ht, vat in parts:
            set_part(
                town.finance,
                line=line(label),
                category=category,
                origin=origin,
                amount=D(amount),
                ht=D(ht) if ht else None,
                vat=D(vat) if vat else None,
                invoice_year=2025,
            )
    if gifts:
        set_gift(
            town.finance,
            year=2025,
            category=IT_CATEGORY,
            label="Portables",
            quantity=gifts,
            unit_value=D(200),
            source="Grille",
        )
    if number == 2:
        with pytest.raises(UnusableInputError, match="would not hold"):
            build(agec.KIND, asked(town))
        return
    content = written(agec.KIND, build(agec.KIND, asked(town)), "csv")
    assert of_frictionless(content, tmp_path) == []
    assert judge(content).by_sense == ()
    found = {}
    for row in rows_of(content):
        assert (row["annee"], row["siret"]) == ("2025", "21990001600011")
        assert row["raison_sociale"] == "Commune de Fictive"
        found[row["type_produit_acquis"]] = tuple(list(row.values())[4:8])
    assert found == by_hand


def refused(town: Town, words: str, **more: object) -> None:
    with pytest.raises(UnusableInputError) as caught:
        build(agec.KIND, asked(town, **more))
    assert words in caught.value.problem.message("fr")


def test_nothing_qualified_says_how_much_waits(town: Town, year: FiscalYear) -> None:
    refused(town, "4\u00a0lignes attendent, pour 4\u202f260,00")
    laptops = line("Portables")
    whole = {"origin": NEW, "amount": D(1200), "vat": D(20), "invoice_year": 2025}
    set_part(town.finance, line=laptops, category="", **whole | {"vat": None})  # type: ignore[arg-type]
    refused(town, "Aucun achat de 2025 n’est qualifié")
    set_part(town.finance, line=line("Bureaux"), category=PAPER, **whole)  # type: ignore[arg-type]
    document = build(agec.KIND, asked(town))
    assert any("3\u00a0lignes à qualifier, soit" in notice for notice in document.notices)
    Organisation.objects.filter(pk=town.organisation.pk).update(siret="")
    town.organisation.refresh_from_db()
    refused(town, "n’a pas de SIRET")


def words_of(document: Document) -> str:
    return written(agec.KIND, document, "html").decode()


def test_its_pdf_holds_its_file(town: Town, year: FiscalYear) -> None:
    whole = {"origin": NEW, "amount": D(1200), "vat": D(20), "invoice_year": 2025}
    set_part(town.finance, line=line("Portables"), category=IT_CATEGORY, **whole)  # type: ignore[arg-type]
    document = build(agec.KIND, asked(town))
    content = written(agec.KIND, document, "pdf")
    reader = PdfReader(io.BytesIO(content))
    assert reader.attachments == {"21990001600011-2025.csv": [written(agec.KIND, document, "csv")]}
    told = reader.xmp_metadata.stream.get_data()  # type: ignore[union-attr]
    assert b"pdfaid:part>3<" in told
    assert b"pdfuaid:part>1<" in told
    assert content == written(agec.KIND, document, "pdf")


def test_it_never_says_that_the_law_is_kept_and_says_whom_it_binds(
    town: Town, year: FiscalYear
) -> None:
    whole = {"origin": NEW, "amount": D(1200), "vat": D(20), "invoice_year": 2025}
    set_part(town.finance, line=line("Portables"), category=IT_CATEGORY, **whole)  # type: ignore[arg-type]
    for language in ("fr", "en"):
        said = words_of(build(agec.KIND, asked(town, language=language)))
        assert "conforme" not in said.lower()
        assert "compliant" not in said.lower()
    town.organisation.legal_form = LegalForm.COMPANY
    assert "fait par choix" in words_of(build(agec.KIND, asked(town)))
    draft = build(agec.KIND, asked(town, today=date(2025, 11, 2)))
    assert "Projet, année en cours" in words_of(draft)


def test_it_is_made_for_no_other_country(town: Town, year: FiscalYear) -> None:
    town.organisation.country, town.organisation.currency = "CHE", "CHF"
    refused(town, "droit français")
