"""A pilot’s value with a photo, on a phone: at most four taps."""

from __future__ import annotations

import re
import shutil
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.conftest import Built
from tests.e2e.conftest import Demonstration, follow
from tests.evidence.test_pictures import jpeg, tiff

CAMPAIGNS = "/region-armorique/steering/plan-2025-2027/campaigns/"
ACTION = "/region-armorique/plans/plan-2025-2027/19/"


def test_a_value_with_a_photo_takes_four_taps_at_most(
    browser: Browser, demonstration: Demonstration, signed_in_state: dict[str, object]
) -> None:
    context = browser.new_context(
        base_url=demonstration.address,
        storage_state=signed_in_state,  # type: ignore[arg-type]
        viewport={"width": 360, "height": 740},
        locale="fr-FR",
        has_touch=True,
        java_script_enabled=False,
    )
    try:
        page = context.new_page()
        page.goto(f"{ACTION}#update")  # where a reminder leads
        form = page.locator("#update form")
        taps = 0
        form.locator("input[inputmode=decimal]").first.fill("1,66")
        taps += 1  # in the field
        photo = {"name": "photo.jpg", "mimeType": "image/jpeg", "buffer": jpeg(tiff())}
        form.locator("input[type=file]").set_input_files([photo])  # type: ignore[list-item]
        taps += 2  # on the field, then on the picture
        page.get_by_role("button", name="Enregistrer").first.tap()
        taps += 1
        expect(page.get_by_text(re.compile("1,66")).first).to_be_visible()
        assert taps <= 4
        with page.expect_navigation():  # the demonstration stays as it was
            page.get_by_role("button", name="Annuler").first.tap()
    finally:
        context.close()


@pytest.fixture
def eleven(
    browser: Browser, built: Built, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Page]:
    """A phone on the link of a function that is asked of eleven actions, without a script."""
    folder = Path(
        shutil.copytree(built.folder, tmp_path_factory.mktemp("eleven"), dirs_exist_ok=True)
    )
    [base] = folder.glob("*.sqlite3")
    with closing(sqlite3.connect(base)) as rows:
        whose = "(SELECT {} FROM plans_action a WHERE a.number = 19 AND a.plan_id = one.plan_id)"
        rows.execute(
            "UPDATE plans_action AS one SET vacant_since = NULL, progress = 'todo', "  # noqa: S608
            f"pilot_id = {whose.format('pilot_id')}, "
            f"pilot_function = {whose.format('pilot_function')} "
            "WHERE number <= 11 AND plan_id = (SELECT id FROM plans_plan "
            "WHERE slug = 'plan-2025-2027')"
        )
        rows.commit()
    running = Demonstration(folder)
    context = browser.new_context(base_url=running.address, locale="fr-FR")
    phone = browser.new_context(
        base_url=running.address,
        viewport={"width": 360, "height": 740},
        has_touch=True,
        locale="fr-FR",
        java_script_enabled=False,
    )
    page = context.new_page()
    page.goto(running.sign_in_path())
    follow(page.get_by_role("button", name="Entrer"))
    page.goto(f"{CAMPAIGNS}new/")
    page.locator("#id_title").fill("Accord")
    page.locator("input[name=kind][value=acceptance]").check()
    page.locator("input[name=among][value=these]").check()
    page.locator("#id_numbers").fill(", ".join(map(str, range(1, 12))))
    for folded in page.locator("main summary").all():
        folded.click()
    page.locator("input[name=way][value=link]").check()
    follow(page.get_by_role("main").get_by_role("button", name="Voir ce qui partira"))
    follow(page.get_by_role("link", name="Ouvrir la campagne"))
    follow(page.get_by_role("main").get_by_role("button", name="Ouvrir : premiers messages"))
    follow(page.get_by_role("link", name="Liens et feuilles"))
    path = page.locator("a[href^='/reply/']").first.get_attribute("href") or ""
    asked = phone.new_page()
    asked.goto(path)
    yield asked
    for one in (context, phone):
        one.close()
    running.stop()


def test_eleven_actions_are_accepted_in_one_tap_and_exceptions_are_kept_as_they_go(
    eleven: Page,
) -> None:
    seven = eleven.locator("button.tick").filter(has_text="7. ")
    follow(seven)
    # Who leaves there and comes back finds it as it was.
    eleven.goto(eleven.url.partition("#")[0])
    expect(seven).to_have_attribute("aria-pressed", "true")
    expect(eleven.get_by_role("button", name="J’accepte les 10 autres").first).to_be_visible()
    follow(seven)
    expect(seven).to_have_attribute("aria-pressed", "false")
    seen: list[str] = []
    eleven.on("framenavigated", lambda frame: seen.append(frame.url))
    with eleven.expect_navigation():
        eleven.get_by_role("button", name="J’accepte les 11").tap()
    expect(eleven.locator("h1")).to_contain_text("Merci")
    assert len(seen) == 1
