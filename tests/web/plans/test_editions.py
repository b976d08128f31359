"""The page where an action answers to the newer editions of its practices."""

from __future__ import annotations

from portulan.accounts.access import Role
from portulan.catalogue.imports.writes import import_catalogue
from tests.catalogue.imports.test_writes import content
from tests.people import Town
from tests.plans.plan_of_town import make_action, make_plan
from tests.web.catalogue.conftest import Browser, text


def test_the_page_of_an_action_leads_to_the_difference_and_back(town: Town, signed_in) -> None:
    old = import_catalogue(town.editor, content=content("2024", "Éteindre"))
    practice = old.practices.select_related("version__catalogue").get()
    plan = make_plan(town)
    action = make_action(town, plan, practices=[practice])
    page = f"{plan.slug}/{action.number}/"
    editor, reader = (Browser(signed_in(role), town) for role in (Role.EDITOR, Role.READER))
    for browser in (editor, reader):
        browser.root = f"/{town.slug}/plans/"
    link = "//section[@aria-labelledby='h-q']//a[contains(@href, '/editions/')]"
    assert not editor.get(page).xpath(link)
    assert "importée la dernière" in text(editor.get(page + "editions/"), "//p[@class='empty']")[0]
    new = import_catalogue(town.editor, content=content("2026", "Tout éteindre"))
    assert text(reader.get(page), link) == ["Ce qu’en dit l’édition 2026"]
    tree = reader.get(page + "editions/")
    assert "Titre : Éteindre → Tout éteindre" in text(tree, "//ul[@class='list']/li")[0]
    assert not tree.xpath("//main//form")
    answer = f"{page}editions/{practice.pk}/{new.pk}/"
    editor.post(answer, deed="keep")
    assert text(reader.get(page), link) == ["Ce qu’en dit l’édition 2026 (déjà lu)"]
    editor.post(answer, deed="review")
    assert text(reader.get(page), link) == ["Ce qu’en dit l’édition 2026"]
    editor.post(answer, deed="follow")
    assert action.practices.get().version == new
    (undo,) = editor.get(page).xpath("//div[@class='msg']//form[contains(@action, 'practices')]")
    editor.post(undo.get("action").removeprefix(editor.root))
    assert action.practices.get() == practice
    assert reader.client.post(reader.root + answer, {"deed": "follow"}).status_code == 403
    assert editor.client.post(f"{editor.root}{page}editions/999/{new.pk}/").status_code == 404
