"""The folder of a plan on screen: taken away, brought back edited, confirmed, taken back."""

from __future__ import annotations

import io
from collections.abc import Callable

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from portulan.accounts.access import Role
from portulan.plans.actions.writes import edit_action
from portulan.plans.models import Plan
from portulan.publication.plan_files.zipped import unzip_folder, zip_folder
from portulan.web.form_tokens import FIELD
from tests.browser import Browser
from tests.pages import MOST_NODES
from tests.people import Town
from tests.plans.plan_of_town import make_action, make_plan

type SignIn = Callable[[Role, Town], Browser]


@pytest.fixture
def plan(town: Town) -> Plan:
    plan = make_plan(town)
    make_action(town, plan, "Durer")
    return plan


def at(town: Town, plan: Plan, name: str) -> str:
    return reverse(f"plans:{name}", args=[town.slug, plan.slug])


def edited(desk: Browser, place: str, before: str, after: str) -> SimpleUploadedFile:
    files = unzip_folder(io.BytesIO(desk.get(place).content))
    texts = {path: text.decode().replace(before, after) for path, text in files.items()}
    return SimpleUploadedFile("plan.zip", zip_folder("plan", texts))


def test_it_leaves_comes_back_and_is_taken_back(town: Town, plan: Plan, signed_in: SignIn) -> None:
    desk, folder, merge = signed_in(Role.EDITOR, town), at(town, plan, "folder"), None
    assert folder in desk.get(at(town, plan, "tables")).content.decode()
    file = edited(desk, at(town, plan, "folder-file"), "Durer", "Faire durer")
    merge = at(town, plan, "merge-folder")
    assert desk.get(merge).headers["Location"] == folder  # nothing waits
    assert desk.fill(folder, {"file": file}).headers["Location"] == merge
    page = desk.get(merge).content.decode()
    assert "actions/001.md, title" in page
    assert "Un changement" in page
    assert plan.actions.get().title == "Durer"
    desk.fill(merge, {})
    assert plan.actions.get().title == "Faire durer"
    undo = at(town, plan, "undo-merge")
    assert undo in desk.get(folder).content.decode()
    page = desk.get(undo).content.decode()
    assert "«\u00a0Faire durer\u00a0» → «\u00a0Durer\u00a0»" in page
    fields = desk.fields(undo)
    desk.post(undo, fields)
    assert plan.actions.get().title == "Durer"
    again = desk.post(undo, {"csrfmiddlewaretoken": "-1"})  # a page of long ago
    assert again.status_code == 422


def test_a_conflict_is_asked_with_its_file_and_line(
    town: Town, plan: Plan, signed_in: SignIn
) -> None:
    desk, merge = signed_in(Role.EDITOR, town), at(town, plan, "merge-folder")
    file = edited(desk, at(town, plan, "folder-file"), "Durer", "Faire durer")
    edit_action(town.editor, action=plan.actions.get(), title="Durer ici")
    desk.fill(at(town, plan, "folder"), {"file": file})
    page = desk.get(merge)
    tree = desk.tree(page)
    [row] = tree.xpath("//tbody/tr")
    said = row.text_content()
    assert "actions/001.md, ligne 3" in said
    assert "Durer ici" in said
    [name] = row.xpath(".//select/@name")
    refused = desk.fill(merge, {})
    assert refused.status_code == 422
    assert "dites lesquelles restent" in refused.content.decode()
    desk.fill(merge, {name: "theirs"})
    assert plan.actions.get().title == "Faire durer"


def test_a_hundred_conflicts_are_a_light_page(town: Town, plan: Plan, signed_in: SignIn) -> None:
    for rank in range(100):
        make_action(town, plan, f"Durer {rank}")
    desk = signed_in(Role.EDITOR, town)
    file = edited(desk, at(town, plan, "folder-file"), "Durer", "Faire durer")
    for action in plan.actions.all():
        edit_action(town.editor, action=action, title=f"{action.title} ici")
    desk.fill(at(town, plan, "folder"), {"file": file})
    merge = at(town, plan, "merge-folder")
    page = desk.get(merge)
    assert len(desk.tree(page).xpath("//*[not(self::option)]")) <= MOST_NODES
    desk.fill(merge, {"rest": "theirs"})
    assert all(one.title.startswith("Faire") for one in plan.actions.all())


def test_a_bad_file_is_refused_and_a_reader_only_takes_away(
    town: Town, elsewhere: Town, plan: Plan, signed_in: SignIn
) -> None:
    desk, folder = signed_in(Role.EDITOR, town), at(town, plan, "folder")
    refused = desk.fill(folder, {"file": SimpleUploadedFile("plan.zip", b"PK")})
    assert refused.status_code == 422
    assert "archive ZIP" in refused.content.decode()
    file = edited(desk, at(town, plan, "folder-file"), "Durer", "Faire durer")
    desk.fill(folder, {"file": file})
    reader = signed_in(Role.READER, town)
    assert reader.get(at(town, plan, "folder-file")).status_code == 200
    assert "Lire le fichier" not in reader.get(folder).content.decode()
    for name in ("merge-folder", "undo-merge"):
        assert reader.get(at(town, plan, name)).status_code == 403
    assert signed_in(Role.ADMIN, elsewhere).get(folder).status_code == 404
    discard = at(town, plan, "discard-folder")
    assert reader.post(discard).status_code == 403
    desk.post(discard)
    assert desk.get(at(town, plan, "merge-folder")).headers["Location"] == folder


def test_a_page_of_before_takes_nothing_back_and_says_so(
    town: Town, plan: Plan, signed_in: SignIn
) -> None:
    desk = signed_in(Role.EDITOR, town)
    old = {FIELD: f"{'x' * 64}.old"}
    answer = desk.post(at(town, plan, "undo-merge"), old)
    assert answer.status_code == 422
