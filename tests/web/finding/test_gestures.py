"""Gestures and the search: each opens for each role that sees it, and shows nothing it may not."""

from __future__ import annotations

import re
from datetime import date

import pytest
from django.urls import get_resolver
from lxml import html

from portulan.accounts.access import Role
from portulan.accounts.features import Feature
from portulan.evidence.models import Piece
from portulan.evidence.words import Visibility
from portulan.plans.actions.writes import create_action
from portulan.web.finding import gestures
from portulan.web.finding.gesture import Moment
from tests.people import Town


def links(page: bytes, way: str) -> dict[str, str]:
    tree = html.document_fromstring(page.decode())
    return {one.text_content().strip(): one.get("href") for one in tree.xpath(way)}


@pytest.fixture
def furnished(town: Town, signed_in) -> Town:
    client = signed_in(Role.ADMIN)
    client.fill(f"/{town.slug}/plans/new/", {})
    client.fill(f"/{town.slug}/budget/open/", {})
    return town


def test_some_sixty_gestures_of_nine_moments() -> None:
    every = gestures.every()
    assert len(every) >= 60
    assert {one.moment for one in every} == set(Moment)
    assert len({str(one.words) for one in every}) == len(every)
    assert {one.need for one in every}


@pytest.mark.parametrize("role", Role)
def test_each_gesture_opens_for_each_role_that_is_shown_it(
    furnished: Town, signed_in, role: Role
) -> None:
    client = signed_in(role)
    page = client.get(f"/{furnished.slug}/find/")
    assert page.status_code == 200
    shown = links(page.content, "//div[@class='verbs']//a")
    assert len(shown) > (60 if role is Role.ADMIN else 25)
    refused = {}
    for words, url in shown.items():
        answer = client.get(url, follow=True)
        if answer.status_code != 200:
            refused[words] = (url, answer.status_code)
    assert refused == {}


@pytest.mark.parametrize(
    ("asked", "first"),
    [
        ("révoquer un jeton", "Créer ou révoquer un jeton"),
        ("imprimer le plan", "Imprimer le plan pour l’assemblée"),
        ("importer excel", "Reprendre mon plan depuis un tableur"),
        ("inviter une collègue", "Inviter un collègue"),
        ("clôturer année", "Clore une année"),
        ("PREUVES", "Joindre une preuve ou une facture"),
        ("siren", "Corriger le nom ou le SIREN"),
        ("qui a changé quoi", "Savoir qui a changé quoi"),
        ("dotation", "Réserver de l’argent à une action"),
        ("revoke token", "Créer ou révoquer un jeton"),
    ],
)
def test_the_first_answer_is_the_gesture(
    furnished: Town, signed_in, asked: str, first: str
) -> None:
    page = signed_in(Role.ADMIN).get(f"/{furnished.slug}/find/", {"q": asked})
    assert next(iter(links(page.content, "//section//ul[@class='hit']//a"))) == first


def test_things_are_found_by_right_accents_aside(furnished: Town, signed_in) -> None:
    """What one may not open is neither shown nor counted."""
    client = signed_in(Role.ADMIN)
    slug = furnished.slug
    [plan] = furnished.organisation.plans.all()
    create_action(
        furnished.editor,
        plan=plan,
        today=date(2026, 1, 1),
        title="Héberger chez un voisin",
        pilot_function="Infrastructures",
    )
    for visibility in (Visibility.PRIVATE, Visibility.ORGANISATION):
        Piece.objects.create(
            organisation=furnished.organisation,
            title=f"Hébergement {visibility}",
            reference="x",
            visibility=visibility,
            given_at="2026-01-01T00:00:00Z",
        )
    page = client.get(f"/{slug}/find/", {"q": "heberge"})
    found = links(page.content, "//section//a")
    assert any("Héberger chez un voisin" in one for one in found)
    assert sum("Hébergement" in one for one in found) == 2
    text = signed_in(Role.READER).get(f"/{slug}/find/", {"q": "heberge"}).content.decode()
    assert "Hébergement organisation" in text
    assert "Hébergement private" not in text
    assert "Preuves (1)" in re.sub(r"\s+", " ", text)
    furnished.organisation.put_away = [one.value for one in Feature]
    furnished.organisation.save()
    assert b"Arbitrer" not in client.get(f"/{slug}/find/").content


def test_nothing_of_a_search_is_kept(furnished: Town, signed_in) -> None:
    answer = signed_in(Role.READER).get(f"/{furnished.slug}/find/", {"q": "<b>x</b>"})
    assert answer["Cache-Control"] == "private, no-store"
    assert answer["Referrer-Policy"] == "no-referrer"
    assert b"<b>x</b>" not in answer.content
    assert get_resolver().resolve(f"/{furnished.slug}/find/").view_name == "finding:find"
