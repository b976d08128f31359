"""A Swiss body walks the main job: nothing that it reads is of French law or money."""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Callable

import pytest
from django.test import Client
from django.urls import reverse

from portulan.accounts.access import Role
from portulan.accounts.models import Organisation
from portulan.plans.commitments.writes import save_deliverable
from portulan.publication.documents.registry import KINDS
from portulan.publication.words import Part
from tests.browser import Browser
from tests.people import Town
from tests.plans.plan_of_town import TODAY
from tests.publication.public.published import Published, publish_share

type SignIn = Callable[[Role, Town], Browser]
FRENCH = re.compile(r"€|\bSIREN\b|\bSIRET\b|\bTTC\b|\bREEN\b|\bM57\b|\bAGEC\b|\bRGESN\b|\bCGCT\b")
PAGES = ("page", "actions", "share", "corrections", "editions")


@pytest.fixture
def swiss(town: Town) -> Published:
    Organisation.objects.filter(pk=town.organisation.pk).update(
        name="Ville de Porrentruy",
        country="CHE",
        currency="CHF",
        siren="",
        body_number="CHE-109.322.551",
        frozen_on=TODAY,
    )
    town.organisation.refresh_from_db()
    found = publish_share(town)
    told = {"title": "Bilan", "delivered_on": TODAY, "today": TODAY}
    save_deliverable(town.editor, action=found.plan.actions.all()[0], **told)
    return found


def said(content: bytes) -> str:
    """What people read: neither the style nor the addresses, nor the foot of the product."""
    text = content.decode()
    text = re.sub(r"<style.*?</style>|<footer.*?</footer>|<!--.*?-->", "", text, flags=re.S)
    return re.sub(r"<[^>]*>", " ", text)


def french_in(content: bytes) -> list[str]:
    text = said(content)
    return [text[max(0, one.start() - 60) : one.end() + 20] for one in FRENCH.finditer(text)]


def test_the_screens_of_the_main_job(swiss: Published, signed_in: SignIn) -> None:
    town, plan = swiss.town, swiss.plan
    desk = signed_in(Role.ADMIN, town)
    places = (
        *(("dashboard:page", ()), ("plans:plan", (plan.slug,)), ("budget:years", ())),
        *(("plans:action", (plan.slug, 1)), ("budget:year", (2026,)), ("budget:money", (2026,))),
        *(("documents:browse", ()), ("documents:public", ()), ("documents:choose-public", ())),
        *(("observatory:page", ()), ("evidence:browse", ()), ("people:browse", ())),
    )
    found = {
        name: french_in(desk.get(reverse(name, args=[town.slug, *more])).content)
        for name, more in places
    }
    assert {name: words for name, words in found.items() if words} == {}


@pytest.mark.parametrize("kind", [kind for kind in KINDS.values() if not kind.french])
def test_its_documents(kind: object, swiss: Published, signed_in: SignIn) -> None:
    desk, town = signed_in(Role.EDITOR, swiss.town), swiss.town
    name = kind.name  # type: ignore[attr-defined]
    for language in ("fr", "en"):
        desk.cookies["language"] = language
        file = reverse("documents:file", args=[town.slug, name, 2026, "html"])
        answer = desk.get(file, HTTP_ACCEPT_LANGUAGE=language)
        assert answer.status_code == 200
        assert french_in(answer.content) == []
        assert "CHE-109.322.551" in answer.content.decode()


@pytest.mark.parametrize("kind", ["csv", "xlsx", "ods"])
def test_the_files_of_its_lines(kind: str, swiss: Published, signed_in: SignIn) -> None:
    desk, words = signed_in(Role.FINANCE, swiss.town), {"fr": "TVA comprise", "en": "VAT included"}
    for language, tax in words.items():
        desk.cookies["language"] = language
        file = reverse("budget:lines-file", args=[swiss.town.slug, 2026, kind])
        answer = desk.get(file, HTTP_ACCEPT_LANGUAGE=language)
        content = b"".join(answer.streaming_content) if answer.streaming else answer.content
        if kind != "csv":
            with zipfile.ZipFile(io.BytesIO(content)) as parts:
                content = b"".join(map(parts.read, parts.namelist()))
        assert f", CHF {tax})" in content.decode()
        assert "(CHF)" in content.decode()
        assert french_in(content) == []


def test_its_public_pages(swiss: Published) -> None:
    swiss.show(*Part)
    for lang in ("fr", "en"):
        for name in PAGES:
            place = reverse(f"public:{name}", kwargs={"body": swiss.town.slug, "lang": lang})
            answer = Client().get(place)
            assert answer.status_code == 200, name
            assert french_in(answer.content) == [], (name, lang)
    assert "CHF" in Client().get(place.replace("editions/", "")).content.decode()
