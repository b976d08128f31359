"""A model of deliberation: texts by form and size, articles true on that day, its blanks."""

from __future__ import annotations

from decimal import Decimal

import pytest

from portulan.accounts.words import LegalForm
from portulan.budget.funding.writes import set_ambition
from portulan.plans.actions.writes import declare_vacant
from portulan.plans.models import Plan
from portulan.plans.money.writes import set_planned_money
from portulan.publication.documents.asking import Asked
from portulan.publication.documents.cell import Document, Prose
from portulan.publication.documents.making import build, written
from portulan.publication.documents.registry import KINDS
from portulan.publication.documents.visas import Occasion, visas_of
from portulan.steering.sealed.document import ActText
from portulan.steering.sealed.writes import seal_plan
from portulan.steering.words import Occasion as Sealed
from tests.people import Town
from tests.plans.plan_of_town import TODAY, make_action, make_plan


@pytest.fixture
def plan(town: Town) -> Plan:
    plan = make_plan(town)
    action = make_action(town, plan, "Garder les ordinateurs huit ans")
    set_planned_money(town.editor, action=action, year=2027, amount=Decimal(900))
    vacant = make_action(town, plan, "Regrouper nos logiciels")
    declare_vacant(town.editor, action=vacant, since=TODAY, today=TODAY)
    set_ambition(town.finance, plan=plan, year=2027, percent=Decimal(6))
    return plan


def made(town: Town, kind: str = "deliberation", **options: str) -> Document:
    asked = Asked(town.reader, town.organisation, TODAY.year, TODAY, "fr", options)
    return build(KINDS[kind], asked)


def said(document: Document) -> str:
    blocks = (one for section in document.sections for one in section.blocks)
    words = " ".join(one.text for one in blocks if isinstance(one, Prose))
    return words.replace("\u00a0", " ").replace("\u202f", " ")


def of_form(town: Town, form: LegalForm, population: int | None) -> None:
    town.organisation.legal_form, town.organisation.population = form, population
    town.organisation.save()


@pytest.mark.parametrize(
    ("form", "population", "cited", "not_cited", "paper"),
    [
        (LegalForm.TOWN, 3_400, "L. 2121-29", "L. 2311-1-1, D.", ""),
        (LegalForm.TOWN, 60_000, "L. 2311-1-1, D.", "L. 4221-1", "Note explicative de synthèse"),
        (LegalForm.INTERCOMMUNAL, 2_000, "L. 5211-1", "L. 2121-29", "Note explicative"),
        (LegalForm.REGION, None, "L. 4221-1", "L. 2121-21", "Rapport du président"),
        (LegalForm.COMPANY, None, "[à compléter", "L. 2121-29", ""),
    ],
)
def test_the_texts_are_of_the_form_and_the_size(
    town: Town,
    plan: Plan,
    form: LegalForm,
    population: int | None,
    cited: str,
    not_cited: str,
    paper: str,
) -> None:
    of_form(town, form, population)
    document = made(town)
    assert cited in said(document)
    assert f"Vu le code général des collectivités territoriales, notamment {not_cited}" not in (
        said(document)
    )
    titles = " ".join(section.title for section in document.sections)
    assert (paper in titles) if paper else ("Note" not in titles and "Rapport" not in titles)


def test_articles_promise_no_credit(town: Town, plan: Plan) -> None:
    words = said(made(town))
    assert "Se donne pour objectif de consacrer 6,0 % au moins" in words
    assert "900,00 €" in words
    assert "les crédits seront inscrits au budget primitif 2027" in words
    assert "le scrutin est secret" in words
    assert "Donner du matériel est un acte à part" in words


@pytest.mark.parametrize("occasion", Occasion)
def test_each_occasion_has_its_articles_and_annexes(
    town: Town, plan: Plan, occasion: Occasion
) -> None:
    document = made(town, occasion=occasion.value)
    assert "Article 1." in said(document)
    assert document.sections[-1].title == "Annexes"
    for suffix in ("odt", "pdf", "html"):
        assert written(KINDS["deliberation"], document, suffix)


def test_a_text_holds_from_its_day() -> None:
    before = {
        one.fr for one in visas_of("town", 60_000, Occasion.STRATEGY, TODAY.replace(year=2021))
    }
    after = {one.fr for one in visas_of("town", 60_000, Occasion.STRATEGY, TODAY)}
    assert before < after


def test_a_sealed_vote_is_said(town: Town, plan: Plan) -> None:
    assert "[à compléter]" in said(made(town, "council"))
    act = ActText("Conseil municipal", TODAY, "26-12", "", "15 pour")
    seal_plan(town.editor, plan=plan, occasion=Sealed.VOTE, title="Vote", today=TODAY, act=act)
    for kind in ("council", "deliberation"):
        document = made(town, kind)
        assert "Délibération n° 26-12" in said(document)
        assert "15 pour" in said(document)
        assert not document.is_draft
