"""A pilot’s value with a photo, on a phone: at most four taps."""

from __future__ import annotations

import re

from playwright.sync_api import Browser, expect

from tests.e2e.conftest import Demonstration
from tests.evidence.test_pictures import jpeg, tiff

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
