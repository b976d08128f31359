"""The IT perimeter: read in order, prepared aside, brought into force once told what it does."""

from __future__ import annotations

import pytest

from portulan.accounts.access import Role
from portulan.budget.models import BudgetLine, ITPerimeter, PerimeterRule
from portulan.budget.words import Verdict
from tests.pages import MOST_NODES
from tests.web.budget.conftest import D, decide, line


def rule(**values: object) -> dict[str, object]:
    return {
        "nature_prefix": "", "service": "", "function": "", "operation": "", "supplier": "",
        "label": "", "verdict": "out", "share": "", "post": "", "run_build": "", "reason": "essai",
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
    assert page.nodes <= MOST_NODES
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


def test_a_rule_stands_where_it_is_asked_and_is_changed_in_its_place(desk, draft):
    for reason in ("un", "deux"):
        desk.post("perimeter/draft/rules/", rule(nature_prefix="6", reason=reason))
    first, second = PerimeterRule.objects.order_by("order")
    desk.post(
        "perimeter/draft/rules/", rule(nature_prefix="7", reason="devant", place=str(first.pk))
    )
    desk.post(
        "perimeter/draft/rules/", rule(nature_prefix="7", reason="entre", place=str(second.pk))
    )
    assert order() == ["devant", "un", "entre", "deux"]
    here = f"perimeter/draft/rules/{first.pk}/"
    values = rule(
        operation="2026-", verdict="mixed", share="40", post="cloud", run_build="build", reason="un"
    )
    assert desk.page(desk.post(here, values | {"share": "x"})).status == 422
    page = desk.page(desk.post(here, values))
    assert order() == ["devant", "un", "entre", "deux"]
    assert "opération 2026-… Mixte, 40 % Informatique en nuage, Projet (build)" in page.words
    shown = desk.get(here)
    assert shown.tree.get_element_by_id("id_share").get("value") == "40"
    assert shown.tree.xpath("//select[@name='post']/option[@selected]/@value") == ["cloud"]


def test_what_a_rule_moves_is_shown_before_it_is_kept(desk, draft, town):
    decide(town, "Hébergement", "0.5")
    values = rule(nature_prefix="62", verdict="mixed", share="25", reason="partagé")
    page = desk.page(desk.post("perimeter/draft/rules/", values | {"preview": "1"}))
    assert "Rien n’est encore enregistré" in page.words
    # Télécoms, 400 € opened, was in whole: 300 € leave the IT budget.
    assert "2026 crédits ouverts 1 400 3 600 → 3 300" in page.words
    assert page.tree.get_element_by_id("id_share").get("value") == "25"
    assert not PerimeterRule.objects.exists()
    nothing = desk.page(desk.post("perimeter/draft/rules/", rule() | {"preview": "1"}))
    assert (nothing.status, "sur quoi elle porte" in nothing.words) == (422, True)

    desk.post("perimeter/draft/rules/", values)
    here = f"perimeter/draft/rules/{PerimeterRule.objects.get().pk}/"
    assert "2026 crédits ouverts 1 400 3 600 → 3 300" in desk.get(here).words
    other = desk.page(desk.post(here, values | {"share": "50", "preview": "1"}))
    assert "3 600 → 3 400" in other.words
    assert PerimeterRule.objects.get().share == D("0.25")
    # A rule that another hides decides nothing, and the list says how many each decides.
    desk.post("perimeter/draft/rules/", values | {"nature_prefix": "6262", "reason": "cachée"})
    told = desk.get("perimeter/draft/").words
    assert "compte 62… Mixte, 25 % partagé 1 400" in told
    assert "compte 6262… Mixte, 25 % cachée 0 0" in told


def test_a_line_says_which_rule_of_which_edition_decided(desk, draft, town):
    here = f"2026/lines/{line('Hébergement').pk}/"
    desk.post("perimeter/draft/rules/", rule(label="x", reason="autre"))
    desk.post(
        "perimeter/draft/rules/",
        rule(supplier="nuage", verdict="mixed", share="60", reason="partagé"),
    )
    table = "Édition 1, par la table des comptes, aucune règle ni réponse n’ayant parlé avant"
    said = "Édition 2, règle 2 (si fournisseur contenant « nuage ») : mixte, 60 %."
    page = desk.get(here)
    assert f"{table} : mixte. {said} (en préparation)" in page.words
    assert "Édition 2" not in desk.get(here, Role.READER).words
    desk.post("perimeter/draft/force/")
    assert said in desk.get(here, Role.READER).words
    decide(town, "Hébergement", "0.1")
    assert f"Que diraient les règles ? {said}" in desk.get(here).words


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
    assert "On ne revient pas en arrière" in told.words
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
