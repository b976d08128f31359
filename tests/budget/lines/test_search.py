"""Words are found accents and capitals aside, in what may be seen, on both databases alike."""

from __future__ import annotations

import io
import re
from collections.abc import Iterator
from importlib import import_module
from math import ceil
from types import SimpleNamespace

import pytest
from django.apps import apps
from django.db import connection
from django.test.utils import CaptureQueriesContext
from hypothesis import example, given
from hypothesis import strategies as st

from portulan.budget.imports import bulk
from portulan.budget.imports.suppliers import erase_suppliers
from portulan.budget.imports.writes import confirm, preview
from portulan.budget.indicator.line_sums import YearSums
from portulan.budget.lines.reads import LineFilter, filtered_lines, found_first
from portulan.budget.models import BudgetLine, FiscalYear, ImportBatch
from portulan.budget.models.lines import SUPPLIER, WORDS
from portulan.budget.models.words import words_of
from portulan.budget.words import Stage
from portulan.budget.years.writes import open_year
from portulan.core.folding import sought
from tests.conftest import ROOT
from tests.people import Town

HEAD = "Service;Compte;Section;Libellé;Fournisseur;Marché;Bon de commande;Ouvert\n"
ROWS = (
    ("DSI", "611", "Hébergement", "Nuage SARL", "M-1", "BC-7"),
    ("DSI", "6156", "MAIN D’ŒUVRE, ÉTÉ", "Ætna", "", ""),
    ("Écoles", "60632", "Coeur de réseau  à 100%", "", "", ""),
    ("", "DF002", "sous_total\\net", "Été & Cie", "LOT_É", ""),
    ("", "6262", "", "Œuvre SA", "", ""),
)
FILLING = import_module("portulan.budget.migrations.0035_words_of_lines")


@pytest.fixture
def year(town: Town) -> FiscalYear:
    return open_year(town.finance, year=2026)


@pytest.fixture
def ledger(town: Town, year: FiscalYear) -> ImportBatch:
    rows = "".join(
        f"{who};{nature};F;{label};{supplier};{contract};{order};{number}\n"
        for number, (who, nature, label, supplier, contract, order) in enumerate(ROWS, 1)
    )
    stream = io.BytesIO((HEAD + rows).encode())
    batch = preview(town.finance, fiscal_year=year, stream=stream, file_name="grand-livre.csv")
    return confirm(town.finance, batch=batch, in_euros=True)


def found(year: FiscalYear, search: str, *, suppliers: bool = True) -> list[int]:
    """Which rows (from 1) a search finds, however it is asked."""
    wanted = LineFilter(Stage.OPENED, search=search, suppliers=suppliers)
    rows = sorted(int(line.opened or 0) for line in filtered_lines(year, wanted))
    few = found_first(year, wanted)
    assert sorted(int(line.opened or 0) for line in filtered_lines(year, few)) == rows
    assert YearSums(year, Stage.OPENED).of(few).count == len(rows)
    return rows


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("search", "rows"),
    [
        *((word, [1]) for word in ("hebergement", "HÉBERGEMENT", "Héberg", "he\u0301ber", "M-1")),
        *((word, [1]) for word in ("bc-7", "nuage", "dsi hebergement", "nuage 611 m-1 héber")),
        *((word, [2, 5]) for word in ("oeuvre", "Œuvre", "ŒUVRE", "OEuv")),
        *((word, [2]) for word in ("d'œuvre", "d’oeuvre", "main D`OE", "aetna", "ÆTNA")),
        *((word, [3]) for word in ("cœur", "réseau a", "ecoles", "ÉCOLES", "100%", "%", "0% 100")),
        *((word, [4]) for word in ("_", "s_t", "\\", "\\n", "lot_e", "sous_ df", "Df002")),
        ("ete", [2, 4]),
        ("626", [5]),
        *((word, []) for word in ("26", "f002", "100_", "s%t", "e.t", "hebergementm", "7nuage")),
        *((word, []) for word in ("hebergement absent", "\\%", "''", "ment m-1bc")),
        # What folds to nothing is in no line; nothing asked is all of them.
        *((word, []) for word in ("\u0301", "dsi \u0301")),
        *((word, [1, 2, 3, 4, 5]) for word in ("", " ", "\u00a0\n")),
        ("\u00a8", []),
    ],
)
def test_words_are_found_accents_and_capitals_aside(
    year: FiscalYear, ledger: ImportBatch, search: str, rows: list[int]
) -> None:
    assert found(year, search) == rows


@pytest.mark.django_db
def test_a_supplier_is_found_by_who_may_see_it_alone(year: FiscalYear, ledger: ImportBatch) -> None:
    for search, rows in (("nuage", [1]), ("aetna", [2]), ("été", [2, 4]), ("nuage héber", [1])):
        assert found(year, search) == rows
        assert found(year, search, suppliers=False) == ([2] if search == "été" else [])
    assert found(year, "hébergement", suppliers=False) == [1]


@pytest.mark.django_db
def test_what_is_erased_is_found_no_more(town: Town, year: FiscalYear, ledger: ImportBatch) -> None:
    assert erase_suppliers(town.finance, batch=ledger) == 4
    assert found(year, "nuage") == found(year, "aetna") == []
    assert found(year, "été") == [2]
    kept = str(list(BudgetLine.everything.values_list())).lower()
    assert "nuage" not in kept
    assert "tna" not in kept


def _written() -> Iterator[BudgetLine]:
    for line in BudgetLine.everything.order_by("row"):
        texts = (line.label, line.service, line.contract_ref, line.order_ref)
        assert line.words == words_of(*texts, most=WORDS)
        assert line.supplier_words == words_of(line.supplier, most=SUPPLIER)
        yield line


@pytest.mark.django_db
def test_a_line_is_written_with_its_words(year: FiscalYear, ledger: ImportBatch) -> None:
    assert [line.words for line in _written()] == [
        "hebergement\ndsi\nm-1\nbc-7",
        "main d'oeuvre, ete\ndsi",
        "coeur de reseau a 100%\necoles",
        "sous_total\\net\nlot_e",
        "",
    ]
    line = BudgetLine.objects.get(nature="611")
    line.label, line.supplier = "Réseau", "Ève"
    line.save()
    assert found(year, "eve reseau") == [1]
    assert found(year, "hebergement") == []
    assert len(list(_written())) == len(ROWS)


@pytest.mark.django_db
def test_no_words_are_longer_than_their_column(year: FiscalYear, ledger: ImportBatch) -> None:
    line = BudgetLine.objects.get(nature="611")
    line.label = "\ufdfa"
    line.save()
    assert found(year, "\ufdfa") == [1]  # a sign that folds to four words
    line.label, line.supplier = line.label * 300, line.label * 160
    line.save()
    assert (len(line.words), len(line.supplier_words)) == (WORDS, SUPPLIER)
    columns = ("label", "service", "contract_ref", "order_ref")
    most = [BudgetLine._meta.get_field(name).max_length or 0 for name in columns]
    assert sum(most) + len(most) - 1 == WORDS
    assert BudgetLine._meta.get_field("supplier").max_length == SUPPLIER


@pytest.mark.django_db
@pytest.mark.parametrize("at_once", [1, 2, 5, 2000])
def test_the_lines_of_before_are_given_their_words(
    ledger: ImportBatch, at_once: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    BudgetLine.everything.update(words="", supplier_words="")
    monkeypatch.setattr(FILLING, "AT_ONCE", at_once)
    with CaptureQueriesContext(connection) as asked:
        FILLING.fill_words(apps, SimpleNamespace(connection=connection))
    assert len(list(_written())) == len(ROWS)
    read = [one for one in asked if one["sql"].startswith("SELECT")]
    assert len(read) == ceil(len(ROWS) / at_once) + 1


@given(st.lists(st.text(max_size=30), min_size=5, max_size=5))
@example(["Œ’É", "ǆ ß", "\ufdfa" * 300, "\u0301", "\u00a8"])
def test_a_migration_folds_as_the_product_does(texts: list[str]) -> None:
    assert FILLING.words_of(*texts, most=WORDS) == words_of(*texts, most=WORDS)
    assert all(len(sought(word).split()) == 1 for word in words_of(*texts, most=10**6).split())


@pytest.mark.django_db
def test_labels_are_sorted_accents_and_capitals_aside(
    year: FiscalYear, ledger: ImportBatch
) -> None:
    """And those of one label stand together, whatever their services."""
    said = (("6262", "", "Z"), ("611", "Étude", "Z"), ("6156", "étude", "A"))
    said = (*said, ("60632", "études", "B"), ("DF002", "ETUDE locale", "M"))
    for nature, label, service in said:
        line = BudgetLine.objects.get(nature=nature)
        line.label, line.service = label, service
        line.save()
    for sign, turn in (("", 1), ("-", -1)):
        lines = filtered_lines(year, LineFilter(Stage.OPENED, order=f"{sign}label"))
        labels = [line.label for line in lines]
        assert labels[::turn] == ["", "étude", "Étude", "ETUDE locale", "études"]
        # The language of a database of PostgreSQL would not see where a label ends.
        assert connection.vendor == "sqlite" or 'COLLATE "C"' in str(lines.query)


@pytest.mark.django_db
def test_words_are_looked_for_in_their_index_alone(year: FiscalYear, ledger: ImportBatch) -> None:
    if connection.vendor != "sqlite":
        return
    with CaptureQueriesContext(connection) as asked:
        found_first(year, LineFilter(Stage.OPENED, search="héber", suppliers=True))
    with connection.cursor() as cursor:
        cursor.execute(f"EXPLAIN QUERY PLAN {asked[0]['sql']}")
        assert "COVERING INDEX line_in_words" in str(cursor.fetchall())


def test_what_writes_a_text_of_a_line_writes_its_words() -> None:
    texts = "label|service|supplier|contract_ref|order_ref"
    write = re.compile(rf"\.(?:bulk_)?update\([^)]*\b(?:{texts})\b[^)]*\)")
    found = {
        path.relative_to(ROOT / "src" / "portulan").as_posix(): write.findall(text)
        for path in (ROOT / "src" / "portulan" / "budget").rglob("*.py")
        if write.search(text := path.read_text(encoding="utf-8"))
    }
    assert found == {"budget/imports/suppliers.py": ['.update(supplier="", **words)']}
    assert {"words", "supplier_words"} < set(bulk.COLUMNS)
