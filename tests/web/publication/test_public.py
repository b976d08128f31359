"""The page of everybody: no account, no cookie, no script; what was withdrawn says why."""

from __future__ import annotations

import gzip
import re
from collections.abc import Callable
from dataclasses import replace
from decimal import Decimal
from pathlib import Path

import pytest
from django.test import Client
from django.urls import reverse

from portulan.accounts import attempts
from portulan.accounts.access import Role
from portulan.accounts.models import Organisation, Person
from portulan.impact.estimates.writes import estimate_action
from portulan.publication.documents.making import keep
from portulan.publication.models import (
    ErrorReport,
    PublicChoice,
    PublicDocument,
    PublicEdition,
    PublicFigure,
)
from portulan.publication.public.reads import content_of
from portulan.publication.public.writes import show_document, withdraw
from portulan.publication.words import Part
from tests.browser import Browser
from tests.impact.asked import longer_life
from tests.pages import MOST_NODES
from tests.people import Town
from tests.plans.plan_of_town import TODAY
from tests.publication.documents.samples import whole_document
from tests.publication.public.published import SUPPLIERS, Published, publish_share

type SignIn = Callable[..., Browser]
MOST_BYTES = 15_000  # cold: the page, its stylesheet, its icon
STATIC = Path(__file__).parents[3] / "src/portulan/web/static/portulan"
PAGES = ("page", "actions", "corrections", "editions", "share", "report")


@pytest.fixture
def published(town: Town) -> Published:
    Organisation.objects.filter(pk=town.organisation.pk).update(frozen_on=TODAY)
    return publish_share(town)


def at(town: Town, name: str = "page", lang: str = "fr", **more: object) -> str:
    return reverse(f"public:{name}", kwargs={"body": town.slug, "lang": lang, **more})


def test_nothing_is_there_before_it_is_published(published: Published) -> None:
    visitor = Client()
    for name in PAGES:
        answer = visitor.get(at(published.town, name))
        assert answer.status_code == 404
        assert not answer.cookies
    assert visitor.get("/public/nowhere/").status_code == 404


def test_everybody_reads_it_in_two_languages_without_a_cookie(published: Published) -> None:
    published.show(*Part)
    visitor, town = Client(), published.town
    icon = len((STATIC / "rosette.svg").read_bytes())
    css = len(gzip.compress((STATIC / "portulan.css").read_bytes()))
    for lang in ("fr", "en"):
        for name in PAGES:
            answer = visitor.get(at(town, name, lang))
            page = answer.content.decode()
            assert answer.status_code == 200, name
            assert not answer.cookies
            assert f'<html lang="{lang}"' in page
            assert "<script" not in page
            assert "csrf" not in page
            assert answer.headers["X-Robots-Tag"] == "noindex"
            assert answer.headers["Content-Language"] == lang
            assert not re.findall(r'(?:src|srcset)="https?://', page)
            assert css + icon + len(gzip.compress(answer.content)) <= MOST_BYTES
            assert page.count("<") / 2 <= MOST_NODES
    french = visitor.get(at(town)).content.decode()
    for said in ("Nous faisons, 0", "Pas commencé, 2", "prévu, pas encore démontré"):
        assert said in french
    people = [person.name for person in town.people.values() if person.name]
    for hidden in (*SUPPLIERS, *people, "Portables reconditionnés"):
        assert hidden not in french
    assert 'lang="fr"' in visitor.get(at(town, lang="en")).content.decode().split("<main", 1)[1]


def test_an_effect_is_expected_with_its_interval_and_what_is_elsewhere_is_apart(
    published: Published,
) -> None:
    town = published.town
    action = published.plan.actions.order_by("number")[0]
    estimate_action(
        town.editor,
        action=action,
        request=longer_life(life_after={"min": 5, "mode": 6, "max": 7}),
        today=TODAY,
    )
    edition = content_of(published.show(Part.EFFECTS))
    [line] = edition.effects
    assert (line.avoided, line.moment) == (False, "ex_ante")
    assert Decimal(line.low) < Decimal(line.median) < Decimal(line.high)
    assert edition.together is not None
    page = Client().get(at(town)).content.decode()
    assert "Ce que cela épargne" in page
    assert "entre" in page
    assert "attendu" in page
    assert "mesuré" not in page
    assert "Chez d’autres" not in page
    table = Client().get(reverse("public:data", args=[town.slug, "effects.csv"]))
    assert table.content.decode().splitlines()[1].split(",")[3:5] == ["reduction", "attendu"]
    assert not content_of(published.show(Part.ACTIONS)).effects


def test_search_engines_come_only_where_they_are_welcome(published: Published) -> None:
    published.show(Part.ACTIONS)
    PublicChoice.objects.update(indexed=True)
    answer = Client().get(at(published.town))
    assert "X-Robots-Tag" not in answer.headers
    assert 'name="robots"' not in answer.content.decode()


def test_editions_keep_their_address_and_withdrawn_ones_say_why(published: Published) -> None:
    town, visitor = published.town, Client()
    first, second = published.show(Part.ACTIONS), published.show(*Part)
    before = visitor.get(at(town, "edition", rank=1)).content.decode()
    assert "ce n’est pas la dernière" in before
    assert "Où va l’argent" not in before
    withdraw(town.editor, shown=second, reason="Un compte manquait", today=TODAY)
    gone = visitor.get(at(town, "edition", rank=2))
    assert (gone.status_code, "Un compte manquait" in gone.content.decode()) == (410, True)
    assert "Un compte manquait" in visitor.get(at(town, "corrections")).content.decode()
    assert visitor.get(at(town)).status_code == 200
    withdraw(town.editor, shown=first, reason="Tout est à revoir", today=TODAY)
    last = visitor.get(at(town))
    assert last.status_code == 410
    assert visitor.get(at(town, "actions")).status_code == 404


def test_a_figure_goes_with_the_last_edition_that_shows_it(published: Published) -> None:
    town, visitor = published.town, Client()
    first, second = published.show(*Part), published.show(*Part)
    seal = PublicFigure.objects.get().seal[:16]
    addresses = (
        at(town, "figure", seal=seal),
        reverse("public:figure-file", args=[town.slug, seal]),
    )
    withdraw(town.editor, shown=second, reason="Un doublon", today=TODAY)
    assert {visitor.get(one).status_code for one in addresses} == {200}
    withdraw(town.editor, shown=first, reason="Un compte manquait", today=TODAY)
    for address in addresses:
        gone = visitor.get(address)
        assert (gone.status_code, "Un doublon" in gone.content.decode()) == (410, True)


def test_data_and_figures_have_addresses_of_their_own(published: Published) -> None:
    published.show(*Part)
    visitor, town = Client(), published.town
    for name in ("actions.csv", "shares.json", "datapackage.json", "catalogue.jsonld", "feed.atom"):
        answer = visitor.get(reverse("public:data", args=[town.slug, name]))
        assert answer.status_code == 200, name
        assert answer.headers["Access-Control-Allow-Origin"] == "*"
    assert visitor.get(reverse("public:data", args=[town.slug, "x.csv"])).status_code == 404
    seal = PublicFigure.objects.get().seal
    assert seal in visitor.get(at(town, "figure", seal=seal[:16])).content.decode()
    file = visitor.get(reverse("public:figure-file", args=[town.slug, seal[:16]]))
    assert file.content.startswith(b'{"content"')
    # Too short to be an address: nobody walks through them.
    assert visitor.get(at(town, "figure", seal=seal[:4])).status_code == 404


def test_an_error_is_told_without_an_account_and_answered(
    published: Published, signed_in: SignIn
) -> None:
    published.show(*Part)
    town, visitor = published.town, Client(enforce_csrf_checks=True)
    said = {"about": "share-2026", "message": "Il manque un compte <b>617</b>"}
    answer = visitor.post(at(town, "report"), said)
    assert (answer.status_code, answer.cookies) == (302, {})
    place = answer.headers["Location"]
    # The address of the answer is for who told it: no cache on the way keeps it.
    assert answer.headers["Cache-Control"] == "no-store"
    assert visitor.post(at(town, "report"), said).headers["Location"] == place
    assert "&lt;b&gt;617" in visitor.get(place).content.decode()
    assert visitor.post(at(town, "report"), {"about": "x", "message": ""}).status_code == 422
    told = ErrorReport.objects.get()
    desk = signed_in(Role.EDITOR)
    address = reverse("documents:answer-report", args=[town.slug, told.pk])
    assert "617" in desk.get(reverse("documents:reports", args=[town.slug])).content.decode()
    done = desk.fill(address, {"answer": "C’est exact, corrigé.", "corrects": "on"}, follow=True)
    assert done.status_code == 200
    assert "C’est exact, corrigé." in visitor.get(place).content.decode()
    log = visitor.get(at(town, "corrections")).content.decode()
    assert "C’est exact, corrigé." in log
    assert "617" not in log  # what was written is read by who has the address
    assert visitor.get(at(town, "report-answer", token="unknown")).status_code == 404


def test_one_place_does_not_take_the_room_of_all(
    published: Published, monkeypatch: pytest.MonkeyPatch
) -> None:
    published.show(*Part)
    monkeypatch.setattr(attempts, "BY_REPORT", 2)
    visitor, address = Client(), at(published.town, "report")
    said = [{"about": "page", "message": f"Faux {number}"} for number in range(4)]
    assert [visitor.post(address, one).status_code for one in said[:3]] == [302, 302, 429]
    refused = visitor.post(address, said[2])
    assert said[2]["message"] in refused.content.decode()  # nothing has to be typed again
    assert refused.headers["Cache-Control"] == "no-store"
    assert ErrorReport.objects.count() == 2
    elsewhere = Client(REMOTE_ADDR="192.0.2.7")
    assert elsewhere.post(address, said[3]).status_code == 302
    # A password may still be tried from there.
    assert attempts.begin(email="a@bourg.example", address="127.0.0.1") is not None


def test_a_report_keeps_what_a_database_can_keep(published: Published) -> None:
    published.show(*Part)
    said = {"about": "page", "message": "Faux\0 partout"}
    assert Client().post(at(published.town, "report"), said).status_code == 302
    assert ErrorReport.objects.get().message == "Faux partout"


def test_it_is_chosen_previewed_and_published(town: Town, signed_in: SignIn) -> None:
    Organisation.objects.filter(pk=town.organisation.pk).update(frozen_on=TODAY)
    desk = signed_in(Role.EDITOR)
    address = {
        name: reverse(f"documents:{name}", args=[town.slug])
        for name in ("public", "choose-public", "publish")
    }
    assert desk.get(address["publish"]).status_code == 422  # no plan, nothing chosen
    publish_share(town)
    assert "Rien n’est public" in desk.get(address["public"]).content.decode()
    desk.fill(address["choose-public"], {"parts": ["share", "actions"]}, follow=True)
    assert PublicChoice.objects.get().parts == ["share", "actions"]
    assert "3 actions" not in desk.get(address["publish"]).content.decode()
    desk.fill(address["publish"], {"note": "Première édition"}, follow=True)
    assert PublicEdition.objects.get().number == 1
    reader = signed_in(Role.READER)
    assert {reader.get(one).status_code for one in address.values()} == {403}
    rank = reverse("documents:withdraw-edition", args=[town.slug, 1])
    desk.fill(rank, {"reason": "Essai"}, follow=True)
    assert Client().get(at(town)).status_code == 410


def test_a_kept_document_is_public_once_somebody_says_so(
    published: Published, signed_in: SignIn
) -> None:
    town = published.town
    kept = keep(town.editor, whole_document())
    shown = show_document(town.editor, document=kept, today=TODAY)
    visitor = Client()
    assert kept.digest in visitor.get(at(town, "document", pk=shown.pk)).content.decode()
    file = reverse("public:document-file", args=[town.slug, shown.pk, "html"])
    assert visitor.get(file).status_code == 200
    address = reverse("documents:withdraw-document", args=[town.slug, shown.pk])
    signed_in(Role.EDITOR).fill(address, {"reason": "Refait"}, follow=True)
    assert visitor.get(at(town, "document", pk=shown.pk)).status_code == 410
    assert visitor.get(file).status_code == 404


def test_a_document_that_names_somebody_is_read_before_it_is_public(
    published: Published, signed_in: SignIn
) -> None:
    town = published.town
    named = replace(whole_document(), title=f"Vu avec {SUPPLIERS[0].title()} et R. LE HIR")
    Person.objects.filter(pk=town.people[Role.READER].pk).update(name="Rozenn Le Hir")
    kept = keep(town.editor, named)
    desk = signed_in(Role.EDITOR)
    page = reverse("documents:kept", args=[town.slug, kept.pk])
    show = reverse("documents:show", args=[town.slug, kept.pk])
    assert "texts_read" not in desk.get(page).content.decode()
    told = desk.post(show, desk.fields(page), follow=True).content.decode()
    assert "nomme" in told
    assert "HIR" in told
    assert not PublicDocument.objects.exists()
    assert 'name="texts_read"' in told
    desk.post(show, desk.fields(f"{page}?read=1") | {"texts_read": "1"}, follow=True)
    assert PublicDocument.objects.count() == 1


def test_originals_of_a_figure_are_for_who_may_read_them(
    published: Published, signed_in: SignIn
) -> None:
    published.show(*Part)
    seal = PublicFigure.objects.get().seal[:16]
    address = reverse("documents:originals", args=[published.town.slug, seal])
    assert signed_in(Role.EDITOR).get(address).status_code == 403
    assert SUPPLIERS[0] in signed_in(Role.FINANCE).get(address).content.decode()
