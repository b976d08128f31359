"""The IT perimeter: read in order, prepared aside, brought into force once told what it does."""

from __future__ import annotations

import pytest

from portulan.accounts.access import Role
from portulan.budget.models import BudgetLine, ITPerimeter, PerimeterRule
from portulan.budget.verdicts import Verdict
from tests.web.budget.conftest import D, line


def rule(**values: object) -> dict[str, object]:
    return {
        "nature_prefix": "", "service": "", "function": "", "supplier": "", "label": "",
        "verdict": "out", "share": "", "reason": "essai",
    } | values  # fmt: skip


@pytest.fixture
def draft(desk, ledger):
    desk.post("perimeter/prepare/")
    return ITPerimeter.objects.get(status="draft")


def order() -> list[str]:
    return list(PerimeterRule.objects.order_by("order").values_list("reason", flat=True))


def test_the_edition_in_force_shows_what_judges_in_order(desk, ledger):
    page = desk.get("perimeter/")
    assert page.said("//h1") == "Périmètre DSI, édition 1"
    assert [" ".join(h.itertext()) for h in page.tree.xpath("//h2")] == [
        "1. Vos règles", "2. Vos réponses", "3. La table des comptes",
    ]  # fmt: skip
    assert "aucun : les comptes seuls jugent" in page.words
    assert "Dans 2051 Concessions et droits similaires (logiciels)" in page.words
    assert "2185 Matériel de téléphonie" in page.words
    # 2185 is livestock under M14.
    m14 = desk.get("perimeter/", family="M14")
    assert "2185 Matériel de téléphonie" not in m14.words
    assert "Animaux" in m14.words
    assert page.nodes <= 370
    assert desk.get("perimeter/9/").status == 404


def test_before_the_first_year_the_page_says_what_will_judge(desk):
    page = desk.get("perimeter/")
    assert "Le périmètre naît avec le premier exercice" in page.words
    assert "Préparer" not in page.words


def test_the_questions_suggest_the_codes_met_in_lines(desk, draft):
    page = desk.get("perimeter/draft/")
    choices = [" ".join(" ".join(label.itertext()).split()) for label in page.tree.xpath(
        "//fieldset[.//input[@name='met']]//label")]  # fmt: skip
    assert choices == ["DSI (6 lignes)", "EDU (1 ligne)"]
    desk.post(
        "perimeter/draft/",
        {"met": ["DSI"], "others": "NUM, SI-RH ; DSI", "with_staff": "on"},
    )
    draft.refresh_from_db()
    assert draft.service_codes == ["DSI", "NUM", "SI-RH"]
    assert (draft.with_staff, draft.with_school_equipment) == (True, False)
    again = desk.get("perimeter/draft/")
    assert again.tree.xpath("//input[@name='met'][@checked]/@value") == ["DSI"]
    assert again.tree.get_element_by_id("id_others").get("value") == "NUM, SI-RH"
    assert desk.post("perimeter/draft/", {"met": ["INCONNU"], "others": ""}).status_code == 422


def test_rules_are_added_moved_and_removed_in_the_draft_alone(desk, draft):
    for reason in ("un", "deux", "trois"):
        desk.post("perimeter/draft/rules/", rule(nature_prefix="6", reason=reason))
    first, _, third = PerimeterRule.objects.order_by("order")
    desk.post(f"perimeter/draft/rules/{third.pk}/up/")
    assert order() == ["un", "trois", "deux"]
    desk.post(f"perimeter/draft/rules/{first.pk}/down/")
    assert order() == ["trois", "un", "deux"]
    desk.post(f"perimeter/draft/rules/{third.pk}/up/")  # already first: nothing happens
    assert order() == ["trois", "un", "deux"]
    desk.post(f"perimeter/draft/rules/{first.pk}/remove/")
    assert order() == ["trois", "deux"]
    page = desk.get("perimeter/draft/")
    labels = page.tree.xpath("//button[@class='link']/@aria-label")
    assert labels == [
        "Descendre la règle 1", "Retirer la règle 1", "Monter la règle 2", "Retirer la règle 2",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("values", "words"),
    [
        ({}, "Une règle dit au moins sur quoi elle porte."),
        ({"label": "x", "reason": ""}, "obligatoire"),
        ({"label": "x", "verdict": "undecided"}, "choix valide"),
        ({"label": "x", "verdict": "mixed", "share": "120"}, "entre 0 et 100"),
    ],
)
def test_a_rule_that_says_nothing_is_refused(desk, draft, values, words):
    page = desk.page(desk.post("perimeter/draft/rules/", rule(**values)))
    assert page.status == 422
    assert words in page.words
    assert not PerimeterRule.objects.exists()


def test_an_edition_judges_lines_only_once_in_force_and_says_how_many_moved(desk, draft, year):
    desk.post("perimeter/draft/", {"met": ["DSI"], "others": ""})
    desk.post(
        "perimeter/draft/rules/",
        rule(supplier="nuage", verdict="mixed", share="60", reason="hébergement partagé"),
    )
    assert line("Hébergement").verdict == Verdict.MIXED
    assert line("Hébergement").it_share is None
    told = desk.get("perimeter/draft/force/")
    assert "On n’y revient pas en arrière" in told.words
    assert "Codes de la DSI DSI" in told.words
    draft.refresh_from_db()
    assert draft.status == "draft"
    page = desk.page(desk.post("perimeter/draft/force/"))
    assert "L’édition 2 est en vigueur" in page.words
    assert "lignes ont changé de verdict" in page.words
    assert line("Hébergement").it_share == D("0.6")
    assert line("Mobilier").verdict == Verdict.OUT
    assert "hébergement partagé" in desk.get(f"2026/lines/{line('Hébergement').pk}/").words
    past = desk.get("perimeter/1/", Role.READER)
    assert "Édition passée" in past.words
    assert desk.get("perimeter/draft/").status == 404


def test_a_person_s_verdict_outlives_editions(desk, draft, year):
    desk.post(f"2026/lines/{line('Mobilier').pk}/verdict/", {"verdict": "in", "reason": "bornes"})
    desk.post("perimeter/draft/", {"met": ["DSI"], "others": ""})
    desk.post("perimeter/draft/force/")
    assert line("Mobilier").verdict == Verdict.IN
    assert BudgetLine.objects.get(label="Mobilier").overridden


def test_preparing_twice_continues_the_same_draft(desk, draft):
    desk.post("perimeter/prepare/")
    assert ITPerimeter.objects.filter(status="draft").count() == 1
    assert "Continuer l’édition 2" in desk.get("perimeter/").words
    assert "Continuer" not in desk.get("perimeter/", Role.READER).words
