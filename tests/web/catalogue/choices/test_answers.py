from __future__ import annotations

from dataclasses import replace

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from portulan.accounts.access import Operation, Role
from portulan.catalogue.imports.writes import import_catalogue
from portulan.catalogue.models import CatalogueVersion
from portulan.plans.models import Action, Plan, PracticeChoice
from portulan.plans.words import Choice, CommitmentLevel
from tests.people import Town
from tests.web.catalogue.conftest import Browser, edition, text


@pytest.fixture
def a5(guide: CatalogueVersion) -> str:
    return f"{guide.pk}/a.5/"


def choices() -> list[tuple[str, str, str]]:
    return list(PracticeChoice.objects.values_list("practice__code", "choice", "reason"))


def test_the_page_says_what_the_edition_says(
    guide: CatalogueVersion, plan: Plan, editor: Browser, a5: str
) -> None:
    practice = guide.practices.get(code="a.5")
    tree = editor.get(a5)
    assert text(tree, "//h1") == [practice.title]
    assert text(tree, "//p[@class='lede']") == [practice.summary]
    assert text(tree, "//dl[@class='facts']/dd") == ["Recommandée", "Moyenne", "Direction générale"]
    indicators = list(practice.indicators.order_by("order"))
    assert text(tree, "//tbody/tr/th") == [one.text for one in indicators]
    assert text(tree, "//tbody/tr/td")[0] == "Pourcentage (%)"
    source = text(tree, "//section[@aria-label='Source']")[0]
    assert "Licence Ouverte / Etalab 2.0" in source
    assert "MiNumEco" in source
    described = set(" ".join(tree.xpath("//@aria-describedby | //@aria-labelledby")).split())
    assert described <= set(tree.xpath("//@id"))


def test_keeping_makes_the_action_with_its_pilot_level_and_indicator(
    town: Town, guide: CatalogueVersion, plan: Plan, editor: Browser, a5: str
) -> None:
    tree = editor.get(a5)
    boxes = tree.xpath("//input[@name='indicators']")
    assert [box.get("checked") is not None for box in boxes] == [True, False]
    assert tree.xpath("//input[@name='pilot_function']/@value") == ["Direction générale"]
    back = editor.post(
        a5,
        choice="keep",
        pilot_function="Directrice financière",
        level="2",
        indicators=[boxes[1].get("value")],
        reason="  Voté \n en séance ",
    )
    assert back == a5
    action = Action.objects.get()
    assert (action.plan, action.level) == (plan, CommitmentLevel.EXPERIMENT)
    assert action.pilot_function == "Directrice financière"
    proposed = guide.practices.get(code="a.5").indicators.order_by("order")[1]
    assert [indicator.name for indicator in action.indicators.all()] == [proposed.text]
    assert choices() == [("a.5", "keep", "Voté en séance")]
    tree = editor.get(a5)
    assert text(tree, "//div[@class='msg']")[0].startswith(
        "a.5 est retenue : l’action 1 la met en œuvre."
    )
    assert "Fonction editor" in text(tree, "//section[@aria-labelledby='h-a']")[0]
    assert text(tree, "//ul[@class='list']//a") == [str(action)]
    # An action stands: what would make another is no longer asked.
    assert not tree.xpath("//input[@name='pilot_function']")


@pytest.mark.parametrize("choice", [choice for choice in Choice if choice is not Choice.KEEP])
def test_every_answer_is_kept_with_its_reason_and_undone(
    plan: Plan, editor: Browser, a5: str, choice: Choice
) -> None:
    editor.post(a5, choice=choice, reason="On verra.")
    assert choices() == [("a.5", choice, "On verra.")]
    assert not Action.objects.exists()
    assert editor.undo() == a5
    assert choices() == []
    assert text(editor.get(a5), "//div[@class='msg']") == ["a.5 : réponse annulée."]


def test_undoing_goes_back_to_the_answer_before(plan: Plan, editor: Browser, a5: str) -> None:
    editor.post(a5, choice="later", reason="En 2028.")
    editor.get(a5)
    editor.post(a5, choice="keep", level="1", pilot_function="DSI")
    assert Action.objects.count() == 1
    assert editor.undo() == a5
    assert choices() == [("a.5", "later", "En 2028.")]
    assert not Action.objects.exists()
    # Undoing twice does not go further back, and says so.
    editor.post(f"{a5}undo/")
    assert "déjà annulé" in " ".join(text(editor.get(a5), "//div[contains(@class, 'msg')]"))
    assert choices() == [("a.5", "later", "En 2028.")]


def test_a_refusal_of_the_service_is_said_beside_its_field(
    plan: Plan, editor: Browser, a5: str
) -> None:
    tree = editor.post(a5, 422, choice="refuse", reason=" ")
    (field,) = tree.xpath("//textarea[@name='reason']")
    assert field.get("aria-invalid") == "true"
    errors = [
        error
        for name in field.get("aria-describedby").split()
        for error in text(tree, f"//*[@id='{name}']//p[@class='err']")
    ]
    assert errors == ["Donnez le motif : on le relira dans un an."]
    assert tree.xpath("//input[@name='choice'][@checked]/@value") == ["refuse"]
    assert choices() == []
    tree = editor.post(a5, 422, choice="peut-être")
    assert text(tree, "//*[@id='id_choice_error']")
    editor.post(a5, 422, choice="keep", indicators=["999999"])
    editor.post(a5, 422, choice="later", reason="x" * 501)
    assert choices() == []


def test_who_may_answer(
    town: Town, elsewhere: Town, guide: CatalogueVersion, plan: Plan, signed_in, a5: str
) -> None:
    for role in Role:
        browser = Browser(signed_in(role), town)
        may = town.actor(role).may(Operation.EDIT_PLAN)
        assert bool(browser.get(a5).xpath("//main//form")) == may
        browser.post(a5, 302 if may else 403, choice="later")
        browser.post(f"{a5}undo/", 302 if may else 403)
    stranger = Browser(signed_in(Role.ADMIN, elsewhere), town)
    stranger.get(a5, status=404)
    stranger.post(a5, 404, choice="later")
    assert choices() == []


def test_an_answer_needs_a_plan_and_a_practice(
    guide: CatalogueVersion, editor: Browser, a5: str
) -> None:
    assert editor.get(a5).xpath("//p[@class='empty']//a")
    editor.post(a5, 404, choice="later")
    editor.get(f"{guide.pk}/z.9/", status=404)
    editor.get("999999/a.5/", status=404)


def test_a_guide_s_text_is_shown_and_its_markup_is_not(
    town: Town, plan: Plan, editor: Browser
) -> None:
    content = edition("2026", 1)
    body = "Du **texte** <script>alert(1)</script>\n\n## Sources\n\n* [Site](https://a.fr/)"
    practice = replace(content.practices[0], body=body, summary="<b>Gras</b>")
    version = import_catalogue(town.editor, content=replace(content, practices=(practice,)))
    tree = editor.get(f"{version.pk}/t0.1/")
    (prose,) = tree.xpath("//div[@class='prose']")
    assert text(prose, ".//h3") == ["Sources"]
    assert prose.xpath(".//li/a/@href") == ["https://a.fr/"]
    assert not tree.xpath("//main//script | //main//b")


def test_other_editions_are_compared(town: Town, plan: Plan, editor: Browser, make_edition) -> None:
    old = make_edition("2025", 2)
    content = edition("2026", 2)
    renamed = replace(content.practices[0], title="Un autre nom")
    new = import_catalogue(
        town.editor, content=replace(content, practices=(renamed, content.practices[1]))
    )
    tree = editor.get(f"{old.pk}/t0.1/")
    assert text(tree, "//section[@aria-labelledby='h-o']//li/p") == [
        "Titre : Pratique 0 → Un autre nom"
    ]
    assert text(tree, "//section[@aria-labelledby='h-o']//del") == ["Pratique 0"]
    same = editor.get(f"{new.pk}/t0.2/")
    assert text(same, "//section[@aria-labelledby='h-o']//li/p") == ["Le reste est le même."]


def test_the_page_of_a_practice_asks_few_queries(plan: Plan, editor: Browser, make_edition) -> None:
    small, big = make_edition("2025", 3), make_edition("2026", 300)
    editor.get()
    counts = []
    for version in (small, big):
        with CaptureQueriesContext(connection) as queries:
            editor.get(f"{version.pk}/t0.2/")
        counts.append(len(queries))
    assert counts[0] == counts[1] <= 15
