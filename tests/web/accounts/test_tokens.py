"""The screens of tokens: made on one's account, shown once, revoked there or by who administers."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import RequestFactory
from django.utils import timezone

from portulan.accounts import links
from portulan.accounts.access import Operation, Role
from portulan.accounts.models import Session, Token
from portulan.accounts.sessions import OPENED_AT
from portulan.accounts.tokens import NEVER, actor_of_token, make_token
from portulan.web.accounts.tokens.words import OPERATIONS
from portulan.web.inputs import UploadGuard
from tests.browser import Browser
from tests.pages import MOST_NODES
from tests.people import PASSWORD, Town

type SignIn = Callable[..., Browser]
SENT = {"name": "Tableur", "operations": ["read_plan"], "days": "30"}


def test_each_operation_that_a_token_may_have_has_its_words() -> None:
    assert {one.value for one in {*Operation} - NEVER} <= set(OPERATIONS)


def test_it_is_made_shown_once_and_revoked(town: Town, signed_in: SignIn) -> None:
    browser, admin = signed_in(Role.EDITOR), signed_in(Role.ADMIN)
    assert "/account/tokens/" in browser.get("/account/").text
    form = browser.get(f"/account/tokens/{town.slug}/")
    assert "Modifier le plan" in form.text
    assert "Publier la part du budget" not in form.text
    made = browser.post(f"/account/tokens/{town.slug}/", SENT)
    [token] = re.findall(r"portulan_[\w-]{43}", made.text)
    assert made["Cache-Control"] == "private, no-store"
    for page in ("/account/tokens/", f"/account/tokens/{town.slug}/"):
        assert token not in browser.get(page).text
    # It is for the API: no page opens by it.
    shown = Browser().get(f"/{town.slug}/", HTTP_AUTHORIZATION=f"Bearer {token}")
    assert shown["Location"].startswith("/sign-in/")
    listed = browser.get("/account/tokens/")
    assert "Tableur" in listed.text
    pk = Token.objects.get().pk
    # Nobody else's.
    assert signed_in(Role.READER).post(f"/account/tokens/{town.slug}/{pk}/").status_code == 403
    assert "Lire le plan" in admin.get(f"/{town.slug}/people/security/?event=token+made").text
    person = town.people[Role.EDITOR]
    page = f"/{town.slug}/people/{person.pk}/"
    assert "Tableur" in admin.get(page).text
    assert signed_in(Role.READER).post(f"{page}tokens/{pk}/").status_code == 403
    assert admin.post(f"{page}tokens/{pk}/").status_code == 302
    assert not Token.objects.exists()
    assert "Tableur" not in browser.get("/account/tokens/").text


def test_what_is_refused_makes_nothing(town: Town, elsewhere: Town, signed_in: SignIn) -> None:
    browser = signed_in(Role.EDITOR)
    for wrong in (
        *({"operations": ["manage"]}, {"operations": ["publish"]}, {"days": "3650"}, {"name": ""}),
    ):
        assert browser.post(f"/account/tokens/{town.slug}/", SENT | wrong).status_code == 422
    assert browser.post(f"/account/tokens/{elsewhere.slug}/", SENT).status_code == 404
    assert browser.post(f"/account/tokens/{town.slug}/{'9' * 30}/").status_code == 404
    assert browser.get(f"/account/tokens/{town.slug}/1/").status_code == 405
    assert not Token.objects.exists()


def test_an_hour_later_the_password_is_asked(town: Town, signed_in: SignIn) -> None:
    browser = signed_in(Role.EDITOR)
    session = browser.session
    session[OPENED_AT] = (timezone.now() - timedelta(hours=1)).isoformat()
    session.save()
    address = f"/account/tokens/{town.slug}/"
    assert "Mot de passe actuel" in browser.get(address).text
    assert browser.post(address, SENT).status_code == 422
    assert browser.post(address, SENT | {"present": "autre chose"}).status_code == 422
    assert not Token.objects.exists()
    assert browser.post(address, SENT | {"present": PASSWORD}).status_code == 200
    assert Token.objects.count() == 1


def test_a_bound_session_makes_and_sees_those_of_its_organisation(
    town: Town, elsewhere: Town
) -> None:
    here, there = town.people[Role.EDITOR], elsewhere.people[Role.EDITOR]
    there.user = None
    there.save()
    there.user = here.user
    there.save()
    make_token(elsewhere.editor, name="D’ailleurs", operations=[Operation.READ_PLAN], days=30)
    browser = Browser()
    browser.post(f"/sign-in/{links.make_link_for(town.admin, person=here)}/")
    assert Session.objects.get().organisation_id == town.organisation.pk
    page = browser.get("/account/tokens/").text
    assert "D’ailleurs" not in page
    assert elsewhere.organisation.name not in page
    assert browser.get(f"/account/tokens/{elsewhere.slug}/").status_code == 404


def test_the_page_of_as_many_as_one_may_have_stays_light(town: Town, signed_in: SignIn) -> None:
    for n in range(20):
        make_token(town.editor, name=f"Jeton {n}", operations=[Operation.READ_PLAN], days=30)
    browser = signed_in(Role.EDITOR)
    assert len(browser.tree(browser.get("/account/tokens/")).xpath("//*")) <= MOST_NODES


@pytest.mark.parametrize("known", [True, False])
def test_a_file_is_taken_from_who_has_a_token(town: Town, known: bool) -> None:
    token = make_token(town.finance, name="Script", operations=[Operation.EDIT_BUDGET], days=30)
    sent = {"file": SimpleUploadedFile("a.csv", b"x" * 100_000)}
    header = f"Bearer {token}" if known else "Bearer portulan_x"
    request = RequestFactory().post("/", sent, HTTP_AUTHORIZATION=header)
    request.upload_handlers.insert(0, UploadGuard(request))
    if known:
        assert request.FILES["file"].size == 100_000
        assert actor_of_token(request).person_id == town.finance.person_id
    else:
        from django.core.exceptions import RequestDataTooBig

        with pytest.raises(RequestDataTooBig):
            _ = request.FILES
