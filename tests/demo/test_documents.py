"""Each document from the demonstration: whole, in both languages, without a name."""

from __future__ import annotations

import io
import re

import pytest
from pypdf import PdfReader

from portulan.accounts.actors import command_line
from portulan.accounts.models import Organisation, Person
from portulan.accounts.reads import today
from portulan.budget.models import BudgetLine
from portulan.core.say.text import Language
from portulan.publication.documents.asking import Asked
from portulan.publication.documents.cell import Chart, Document
from portulan.publication.documents.making import RENDERERS, build, keep, written
from portulan.publication.documents.registry import KINDS

pytestmark = pytest.mark.django_db


def made(demonstration: Organisation, kind: str, language: Language, year: int) -> Document:
    actor = command_line(demonstration.pk)
    return build(KINDS[kind], Asked(actor, demonstration, year, today(demonstration), language))


@pytest.mark.parametrize("kind", KINDS)
def test_it_names_no_person_and_no_supplier(demonstration: Organisation, kind: str) -> None:
    people = {one.name for one in Person.objects.filter(organisation=demonstration)} - {""}
    suppliers = set(BudgetLine.objects.values_list("supplier", flat=True)) - {""}
    assert people
    for language in ("fr", "en"):
        document = made(demonstration, kind, language, 2026)  # type: ignore[arg-type]
        said = RENDERERS["html"](document).decode()
        assert not [name for name in people | suppliers if name in said]
        assert "Organisation inventée" in said or "Invented organisation" in said
        assert not re.search(r"[{}]", re.sub(r"<style>.*?</style>", "", said, flags=re.S))
        assert written(KINDS[kind], document, "pdf").startswith(b"%PDF-1.7")


def test_the_dashboard_is_one_page(demonstration: Organisation) -> None:
    for language in ("fr", "en"):
        document = made(demonstration, "board", language, 2026)  # type: ignore[arg-type]
        assert len(PdfReader(io.BytesIO(RENDERERS["pdf"](document))).pages) == 1


def test_the_report_says_what_the_dashboard_says(demonstration: Organisation) -> None:
    said = RENDERERS["html"](made(demonstration, "yearly", "fr", 2026)).decode()
    for words in (
        *(
            "3,7\u00a0%",
            "prévu, pas encore démontré",
            "fini, objectif manqué",
            "étudié",
            "en pause",
        ),
        *("plus cher sur six ans", "Bilan DN-2026-006", "jamais ajouté", "227\u00a0k€"),
    ):
        assert words in said, words
    assert "3,5\u00a0%\u00a0: tenu" not in said


def test_a_past_year_is_told_of_its_own_accounts(demonstration: Organisation) -> None:
    document = made(demonstration, "yearly", "fr", 2025)
    assert not document.is_draft
    assert "mandaté, 2025, TTC" in RENDERERS["html"](document).decode()


def test_a_line_that_is_split_has_a_row_for_each_part(demonstration: Organisation) -> None:
    document = made(demonstration, "green", "fr", 2026)
    table = list(document.tables)[-1]
    split = [row for row in table.rows if "confinement" in row[1].value]
    assert [(row[3].value, row[4].value) for row in split] == [
        ("favorable", "71548.58"),
        ("défavorable", "107322.88"),
    ]
    _unrated, lines, *_ = document.tables
    [line] = [row for row in lines.rows if "confinement" in row[1].value]
    assert line[3].value == "mixte"


def test_two_services_are_declared_apart_or_together(demonstration: Organisation) -> None:
    document = made(demonstration, "rgesn", "fr", 2026)
    said = RENDERERS["html"](document).decode()
    assert len(document.sections) == 4
    assert ("58,3\u00a0%" in said, "63,5\u00a0%" in said) == (True, True)
    assert not document.unknown


def test_the_report_draws_what_the_dashboard_draws(demonstration: Organisation) -> None:
    document = made(demonstration, "yearly", "fr", 2026)
    charts = [one for part in document.sections for one in part.blocks if isinstance(one, Chart)]
    assert [one.caption for one in charts] == [
        "La part et l’ambition, par année, en\u00a0% du budget informatique",
        "Ce que chaque action reçoit, ouvert, en k€",
        "Ce que chaque action estimée épargne, avec son intervalle",
    ]
    assert "9,4 à 50,4" in charts[2].description
    assert "ambition 3,5" in charts[0].description


def test_what_is_produced_is_kept_once(demonstration: Organisation) -> None:
    actor = command_line(demonstration.pk)
    document = made(demonstration, "board", "fr", 2026)
    assert keep(actor, document) == keep(actor, made(demonstration, "board", "fr", 2026))
