"""The texts of a document are written beside the part where they stand."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.urls import reverse

from portulan.accounts.access import Role
from portulan.accounts.models import Organisation
from portulan.accounts.words import LegalForm
from portulan.publication.models import AuthoredText
from tests.browser import Browser
from tests.pages import MOST_NODES
from tests.people import Town
from tests.plans.plan_of_town import TODAY, make_action, make_plan

type SignIn = Callable[[Role, Town], Browser]


@pytest.fixture(autouse=True)
def _at_the_day(town: Town) -> None:
    Organisation.objects.filter(pk=town.organisation.pk).update(frozen_on=TODAY)


def at(town: Town, name: str, kind: str = "yearly", year: int = TODAY.year) -> str:
    return reverse(f"documents:{name}", args=[town.slug, kind, year])


def test_a_foreword_is_written_beside_the_preview_and_taken_back(
    town: Town, signed_in: SignIn
) -> None:
    make_action(town, make_plan(town))
    desk = signed_in(Role.EDITOR, town)
    page = desk.tree(desk.get(at(town, "preview")))
    (link,) = page.xpath("//a[text()='Écrire les textes de cette partie']/@href")
    beside = desk.tree(desk.get(link))
    assert beside.xpath("//section[@aria-labelledby='h-part']//table")
    done = desk.fill(link, {"foreword": "Un mot <b>."}, follow=True)
    assert AuthoredText.objects.get().text == "Un mot <b>."
    first = desk.get(at(town, "preview")).content.decode()
    assert "Avant-propos" in first
    assert "Un mot &lt;b&gt;." in first
    (undo,) = desk.tree(done).xpath("//form[contains(@action, '/texts/undo/')]/@action")
    assert desk.post(undo, follow=True).status_code == 200
    assert not AuthoredText.objects.exists()
    assert "Avant-propos" not in desk.get(at(town, "preview")).content.decode()


def test_two_people_on_one_text_are_told_of_each_other(town: Town, signed_in: SignIn) -> None:
    make_action(town, make_plan(town))
    one, other = signed_in(Role.EDITOR, town), signed_in(Role.ADMIN, town)
    page = f"{at(town, 'texts')}?page=1"
    sent = one.fields(page)
    other.fill(page, {"foreword": "Le mot de l’autre.", "presented": "La maire"})
    refused = one.post(page, {**sent, "foreword": "Mon mot."})
    assert refused.status_code == 409
    assert "Le mot de l’autre." in refused.content.decode()
    assert set(AuthoredText.objects.values_list("text", flat=True)) == {
        "Le mot de l’autre.",
        "La maire",
    }
    # What did not collide is kept of both.
    chosen = {**one.fields_of(refused), "keep-foreword": "mine"}
    assert one.post(page, chosen, follow=True).status_code == 200
    assert set(AuthoredText.objects.values_list("text", flat=True)) == {"Mon mot.", "La maire"}


def test_a_page_opened_before_a_foreword_loses_nothing_of_what_is_typed(
    town: Town, signed_in: SignIn
) -> None:
    make_action(town, make_plan(town))
    one, other = signed_in(Role.EDITOR, town), signed_in(Role.ADMIN, town)
    first, second = (f"{at(town, 'texts')}?page={number}" for number in (1, 2))
    opened = {page: one.fields(page) for page in (first, second)}
    other.fill(first, {"foreword": "Un mot.", "presented": "La maire"})
    typed = {}
    for page, fields in opened.items():
        (name,) = (name for name in fields if name.startswith("sentence-"))
        typed[name] = f"Phrase de {name}."
        assert one.post(page, {**fields, name: typed[name]}).status_code == 302
    kept = dict(AuthoredText.objects.values_list("part", "text"))
    assert kept == {"foreword": "Un mot.", "presented": "La maire", **typed}


def test_a_text_whose_place_is_gone_is_shown_back(town: Town, signed_in: SignIn) -> None:
    make_action(town, make_plan(town))
    desk = signed_in(Role.EDITOR, town)
    page = f"{at(town, 'texts')}?page=1"
    fields = desk.fields(page)
    gone = {"places": f"{fields['places']},reason.7", "reason.7": "Parce que."}
    refused = desk.post(page, {**fields, **gone})
    assert refused.status_code == 422
    assert "Parce que." in refused.content.decode()
    assert not AuthoredText.objects.exists()


def test_last_year_is_proposed_and_saving_confirms_it(town: Town, signed_in: SignIn) -> None:
    make_action(town, make_plan(town))
    desk = signed_in(Role.EDITOR, town)
    desk.fill(f"{at(town, 'texts', year=TODAY.year - 1)}?page=1", {"foreword": "Un mot."})
    assert "à confirmer" in desk.get(at(town, "preview")).content.decode()
    page = f"{at(town, 'texts')}?page=1"
    assert f"Repris de {TODAY.year - 1}" in desk.get(page).content.decode()
    desk.fill(page, {})
    assert "à confirmer" not in desk.get(at(town, "preview")).content.decode()


def test_finalities_are_ticked_few_actions_a_page(town: Town, signed_in: SignIn) -> None:
    plan, desk = make_plan(town), signed_in(Role.EDITOR, town)
    actions = [make_action(town, plan, f"Action {rank}") for rank in range(14)]
    page = f"{at(town, 'texts', 'rdd')}?page=1"
    pages = 0
    while page:
        tree = desk.tree(desk.get(page))
        assert len(tree.xpath("//*[not(self::option)]")) <= MOST_NODES
        pages += 1
        page = next(iter(tree.xpath("//a[text()='Textes suivants']/@href")), "")
    assert pages == 3
    page = f"{at(town, 'texts', 'rdd')}?page=1"
    name = f"finalities.{actions[0].pk}"
    said = desk.fill(page, {name: ["climate", "circular"]})
    assert said.status_code in (200, 302)
    shown = desk.get(at(town, "preview", "rdd")).content.decode()
    assert "climat, économie circulaire" in shown


def test_who_only_reads_writes_nothing(town: Town, elsewhere: Town, signed_in: SignIn) -> None:
    make_action(town, make_plan(town))
    reader = signed_in(Role.READER, town)
    assert "Écrire les textes" not in reader.get(at(town, "preview")).content.decode()
    assert reader.get(at(town, "texts")).status_code == 403
    assert signed_in(Role.ADMIN, elsewhere).get(at(town, "texts")).status_code == 404


def test_what_the_law_asks_and_is_not_whole_says_so(town: Town, signed_in: SignIn) -> None:
    Organisation.objects.filter(pk=town.organisation.pk).update(
        legal_form=LegalForm.TOWN, population=60_000
    )
    make_action(town, make_plan(town))
    desk = signed_in(Role.EDITOR, town)
    unmet = "ce qu’elle demande n’est pas fait"
    assert unmet in desk.get(at(town, "preview", "rdd")).content.decode()
    assert unmet not in desk.get(at(town, "preview")).content.decode()
    listed = desk.get(reverse("documents:browse", args=[town.slug])).content.decode()
    assert "textes à compléter (2)" in listed
