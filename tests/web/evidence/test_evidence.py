"""Evidence on screens: given with a photo, served as what it is, read by whom it may."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from portulan.accounts.access import Role
from portulan.evidence.models import Piece, Revision
from portulan.evidence.words import Visibility
from portulan.evidence.writes import give
from portulan.plans.choices.writes import choose_practice
from portulan.plans.models import Action, ChoiceEvidence, Plan
from portulan.plans.words import Choice
from portulan.web.choosing import MANY
from tests.browser import Browser
from tests.evidence.test_pictures import GPS, jpeg, tiff
from tests.pages import MOST_NODES
from tests.people import Town
from tests.plans.plan_of_town import TODAY, followed_action, make_edition, make_plan


@pytest.fixture(autouse=True)
def _uploads(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("django.conf.settings.UPLOADS", tmp_path)


@pytest.fixture
def plan(town: Town) -> Plan:
    return make_plan(town)


@pytest.fixture
def action(town: Town, plan: Plan) -> Action:
    return followed_action(town, plan)


def page_of(town: Town, action: Action, name: str = "plans:action") -> str:
    return reverse(name, args=[town.slug, action.plan.slug, action.number])


def test_a_photo_proves_an_action_and_a_reading_and_is_shown_as_a_picture_alone(
    town: Town, action: Action, signed_in: Callable[[Role], Browser]
) -> None:
    browser = signed_in(Role.EDITOR)
    page = page_of(town, action, "plans:give-evidence")
    boxes = browser.tree(browser.get(page)).xpath("//input[@name='proves']/@value")
    photo = SimpleUploadedFile("IMG_1.JPG", jpeg(tiff()), content_type="text/html")
    answer = browser.fill(page, {"file": photo, "title": "La salle vidée", "proves": boxes[-2:]})
    assert answer.status_code == 302
    piece = Piece.objects.get()
    shown = browser.get(page_of(town, action)).content.decode()
    assert "La salle vidée" in shown
    found = browser.get(reverse("evidence:file", args=[town.slug, piece.pk, 1]))
    assert found["Content-Type"] == "image/jpeg"
    assert found["Content-Security-Policy"] == "default-src 'none'; sandbox"
    assert found["X-Content-Type-Options"] == "nosniff"
    assert "attachment" not in found.get("Content-Disposition", "")
    assert GPS not in found.getvalue()
    for role in (Role.READER, Role.CONTRIBUTOR):
        other = signed_in(role)
        assert other.get(reverse("evidence:file", args=[town.slug, piece.pk, 1])).status_code == 404
        assert "La salle vidée" not in other.get(page_of(town, action)).content.decode()
        assert other.get(page).status_code == 403


def test_a_bad_file_is_refused_in_a_sentence_and_nothing_is_written(
    town: Town, action: Action, signed_in: Callable[[Role], Browser]
) -> None:
    browser, page = signed_in(Role.EDITOR), page_of(town, action, "plans:give-evidence")
    for content in (b"", b"MZ\x90\x00", b"<html><script>alert(1)</script>", jpeg(tiff())[:60]):
        answer = browser.fill(page, {"file": SimpleUploadedFile("pv.pdf", content)})
        assert answer.status_code == 422
    assert browser.fill(page, {}).status_code == 422  # neither a file nor a reference
    assert not Piece.objects.exists()
    assert not Revision.objects.exists()


def test_what_is_not_a_picture_is_kept_and_never_shown_in_the_browser(
    town: Town, action: Action, signed_in: Callable[[Role], Browser]
) -> None:
    browser = signed_in(Role.ADMIN)
    pdf = SimpleUploadedFile("pv.html", b"%PDF-1.7 <script>")
    browser.fill(page_of(town, action, "plans:give-evidence"), {"file": pdf})
    piece = Piece.objects.get()
    found = browser.get(reverse("evidence:file", args=[town.slug, piece.pk, 1]))
    assert found["Content-Disposition"] == 'attachment; filename="pv.pdf"'
    later = SimpleUploadedFile("pv2.pdf", b"%PDF-1.7 later")
    address = reverse("evidence:revise", args=[town.slug, piece.pk])
    assert browser.fill(address, {"file": later}).status_code == 302
    hide = reverse("evidence:hide", args=[town.slug, piece.pk])
    assert browser.fill(hide, {"reason": ""}).status_code == 422
    assert browser.fill(hide, {"reason": "Un nom"}).status_code == 302
    page = browser.get(reverse("evidence:piece", args=[town.slug, piece.pk])).content.decode()
    assert "Un nom" in page
    assert "pv2.pdf" in page
    delete = reverse("evidence:delete", args=[town.slug, piece.pk])
    assert browser.fill(delete, {}).status_code == 302
    assert not Piece.objects.exists()


def test_one_piece_given_already_proves_a_practice_in_place(
    town: Town, plan: Plan, signed_in: Callable[[Role], Browser]
) -> None:
    practice = make_edition().practices.first()
    assert practice is not None
    choose_practice(town.editor, plan=plan, practice=practice, choice=Choice.IN_PLACE, today=TODAY)
    piece = give(town.editor, title="Délibération", reference="2024-117")
    browser = signed_in(Role.EDITOR)
    where = [town.slug, practice.version_id, practice.code]
    address = reverse("catalogue:give-evidence", args=where)
    assert browser.fill(address, {"existing": str(piece.pk)}).status_code == 302
    assert ChoiceEvidence.objects.get().piece == piece
    assert "Délibération" in browser.get(reverse("catalogue:practice", args=where)).content.decode()


def test_a_file_chosen_before_a_search_is_said_to_be_chosen_again(
    town: Town, action: Action, signed_in: Callable[[Role], Browser]
) -> None:
    for rank in range(MANY + 1):
        give(town.editor, title=f"Délibération {rank:02}", reference=f"2024-{rank}")
    browser, page = signed_in(Role.EDITOR), page_of(town, action, "plans:give-evidence")

    def pdf() -> SimpleUploadedFile:
        return SimpleUploadedFile("facture <1>.pdf", b"%PDF-1.7 facture")

    typed = {"title": "Facture", "dated_on": "2026-03-04", "existing-words": "07"}
    found = browser.fill(page, {"file": pdf(), **typed})
    assert found.status_code == 200
    hint = browser.tree(found).xpath("string(//*[@id='id_file_helptext'])")
    assert "«\u00a0facture <1>.pdf\u00a0» n’est pas gardé\u00a0: choisissez-le de nouveau." in hint
    assert "OpenDocument" in hint
    assert typed.items() <= browser.fields_of(found).items()
    assert Piece.objects.count() == MANY + 1
    # So is it where a field beside it is refused, and not where nothing was chosen.
    refused = browser.fill(page, {"file": pdf(), "dated_on": "hier"})
    assert refused.status_code == 422
    assert "choisissez-le de nouveau" in refused.content.decode()
    empty = browser.fill(page, {"existing-words": "07"})
    assert "choisissez-le de nouveau" not in empty.content.decode()
    again = browser.fields_of(found) | {"existing": "", "file": pdf()}
    assert browser.post(page, again).status_code == 302
    assert Piece.objects.get(title="Facture").revisions.exists()


def test_the_index_is_light_and_counts_what_expires(
    town: Town,
    signed_in: Callable[[Role], Browser],
    django_assert_max_num_queries: Callable[..., object],
) -> None:
    browser, index = signed_in(Role.READER), reverse("evidence:browse", args=[town.slug])
    assert "Aucune preuve" in browser.get(index).content.decode()
    for number in range(30):
        give(
            town.editor,
            title=f"Pièce {number}",
            reference="r",
            visibility=Visibility.ORGANISATION if number % 2 else Visibility.PRIVATE,
            expires_on=TODAY,
        )
    with django_assert_max_num_queries(14):  # type: ignore[attr-defined]
        answer = browser.get(index)
    assert len(browser.tree(answer).xpath("//tbody/tr")) == 15
    editor = signed_in(Role.EDITOR)
    assert len(editor.tree(editor.get(index)).xpath("//body//*")) < MOST_NODES
    assert "30" in editor.get(index).content.decode()


def test_the_index_says_where_evidence_is_given_to_who_may_give_it(
    town: Town, plan: Plan, signed_in: Callable[[Role], Browser]
) -> None:
    address = reverse("evidence:browse", args=[town.slug])
    current = reverse("plans:current", args=[town.slug])
    for role, leads in ((Role.EDITOR, True), (Role.READER, False)):
        browser = signed_in(role)
        page = browser.tree(browser.get(address))
        assert (current in page.xpath("//main//p[contains(., 'là où elle sert')]/a/@href")) is leads
