"""The town of 3,400: five places, eight actions, and none of the words that it did not ask for."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest
from django.test import Client
from django.utils.translation import gettext as _
from lxml import html

from portulan.accounts.access import Role
from portulan.accounts.features import Feature, put_away_at_first
from portulan.accounts.words import LegalForm
from portulan.accounts.writes import show_feature
from portulan.catalogue.imports.writes import install_builtin
from portulan.core.say.language import speaking
from portulan.plans.models import Action, Plan
from portulan.plans.starters.writes import STARTERS
from portulan.plans.votes import actions_to_vote
from portulan.plans.words import CommitmentLevel
from portulan.web.accounts.people.features import WORDS
from portulan.web.help.pages import everyday
from portulan.web.language import speak_as_here
from tests.people import Town

# Arbitration, AE/CP, units, committees, campaigns, tokens, scenarios, seals; and « DSI ».
NOT_ASKED_FOR = re.compile(
    r"arbitr|(?-i:\bA[EP]\b|\bCP\b)|entité|comité|campagne|jeton|sc[ée]nario|sceau|scell|\bDSI\b",
    re.I,
)


@pytest.fixture
def small(town: Town) -> Town:
    install_builtin()
    town.organisation.population = 3400
    town.organisation.put_away = put_away_at_first(LegalForm.TOWN, 3400)
    town.organisation.save()
    return town


def words_of(tree: html.HtmlElement) -> str:
    """What a page says: its texts, and what its fields and links are called.

    A hidden field is not read by anybody, and its random token may spell any word.
    """
    named = tree.xpath(
        "//@aria-label | //@title | //@placeholder | //@href | //*[not(@type='hidden')]/@value"
    )
    return " ".join([tree.text_content(), *named])


def walk(
    client: Client, start: str, *, besides: str | tuple[str, ...]
) -> Iterator[tuple[str, html.HtmlElement]]:
    """Yield every page that links lead to, from the home on, but what one page tells of."""
    seen, left = {start}, [start]
    while left:
        path = left.pop()
        answer = client.get(path, HTTP_ACCEPT_LANGUAGE="fr")
        if answer.status_code != 200 or not answer["Content-Type"].startswith("text/html"):
            continue
        tree = html.document_fromstring(answer.content.decode())
        yield path, tree
        for link in tree.xpath("//a/@href"):
            path = link.partition("#")[0].partition("?")[0]
            # The first action stands for the eight.
            path = re.sub(r"(/plans/[^/]+)/[2-8]/", r"\1/1/", path)
            if path.startswith("/") and path not in seen and not path.startswith(besides):
                seen.add(path)
                left.append(path)


def test_five_places_and_no_word_that_was_not_asked_for(small: Town, signed_in) -> None:
    client = signed_in(Role.ADMIN)
    home = f"/{small.slug}/"
    tree = html.document_fromstring(client.get(home).content.decode())
    places = tree.xpath("//header//nav//a")
    assert [one.text_content().strip() for one in places] == [
        "Accueil", "Plan", "Budget", "Publier", "Réglages"
    ]  # fmt: skip
    client.fill(f"{home}plans/new/from/town/", {})
    client.fill(f"{home}budget/", {"it_budget": "23600"})
    found = {}
    pages = 0
    # What one looks for, one asks for; a document and its vote carry a seal, whoever makes them.
    asked = ("people/more/", "find/", "help/", "documents/", "steering/")
    for path, tree in walk(client, home, besides=tuple(home + one for one in asked)):
        pages += 1
        if said := set(NOT_ASKED_FOR.findall(words_of(tree))):
            found[path] = said
    assert found == {}
    assert pages > 25
    assert "n’est pas encore connue" in client.get(home).content.decode()


def test_each_appears_from_one_page_and_can_be_put_away(small: Town, signed_in) -> None:
    client = signed_in(Role.ADMIN)
    home = f"/{small.slug}/"
    for feature in WORDS:
        client.post(f"{home}people/more/{feature}/")
    small.organisation.refresh_from_db()
    assert small.organisation.put_away == []
    assert len(html.document_fromstring(client.get(home).content).xpath("//header//nav//a")) == 6
    client.post(f"{home}people/more/{Feature.ARBITRATION}/")
    tree = html.document_fromstring(client.get(f"{home}budget/").content.decode())
    assert "Arbitrage" not in tree.xpath("string(//div[@class='sub'])")
    assert client.post(f"{home}people/more/nothing/").status_code == 404
    reader = signed_in(Role.READER)
    assert reader.post(f"{home}people/more/{Feature.UNITS}/").status_code == 403
    assert show_feature(small.admin, feature=Feature.UNITS, shown=True).put_away == [
        Feature.ARBITRATION
    ]


@pytest.mark.parametrize("key", STARTERS)
@pytest.mark.parametrize("language", ["fr", "en"])
def test_a_ready_made_plan_lacks_nothing_that_its_levels_ask(
    small: Town, signed_in, key: str, language: str
) -> None:
    client = signed_in(Role.EDITOR)
    client.cookies["django_language"] = language
    answer = client.fill(f"/{small.slug}/plans/new/from/{key}/", {"keep-0": ""})
    assert answer.status_code == 302
    plan = Plan.objects.get()
    actions = list(Action.objects.filter(plan=plan))
    assert len(actions) == len(STARTERS[key].actions) - 1
    assert all(missing == [] for _action, missing in actions_to_vote(plan))
    for action in actions:
        assert action.due_on
        assert action.description
        assert action.practices.count() == 1
        if action.level == CommitmentLevel.STUDY:
            assert action.deliverables.get().due_on == action.due_on
        if action.level == CommitmentLevel.IMPLEMENTATION:
            assert action.indicators.get().targets.exists()


TRADE = re.compile(
    r"\b(?:dotation|mandatée?|stade|fléch\w+|relevé|livrable|jalon|scellé|surcoût|quote-part"
    r"|amortie?|périmètre)s?\b"
    r"|\b(?:allotment|realised|reading|deliverable|milestone|sealed|amortised|perimeter)s?\b",
    re.I,
)


@pytest.mark.parametrize("language", ["fr", "en"])
def test_a_small_town_reads_everyday_words_and_others_those_of_the_trade(
    small: Town, signed_in, language: str
) -> None:
    client = signed_in(Role.ADMIN)
    client.cookies["django_language"] = language
    home = f"/{small.slug}/"
    client.fill(f"{home}plans/new/from/town/", {})
    client.fill(f"{home}budget/", {"it_budget": "23600"})
    plan = f"{home}plans/{Plan.objects.get().slug}/"
    pages = (home, plan, f"{plan}1/", f"{plan}1/money/", f"{plan}states/", f"{plan}grid/")
    found = {}
    for page in (*pages, f"{plan}1/indicators/1/", f"{plan}1/indicators/1/measure/"):
        tree = html.document_fromstring(client.get(page).content.decode())
        found[page] = set(TRADE.findall(" ".join(tree.xpath("//main//text()"))))
    assert {page: said for page, said in found.items() if said} == {}
    small.organisation.put_away = []
    small.organisation.save()
    tree = html.document_fromstring(client.get(f"{plan}1/").content.decode())
    assert TRADE.search(" ".join(tree.xpath("//main//text()")))


def test_an_everyday_word_stands_where_that_of_the_trade_stood() -> None:
    said = {
        "Enregistrer le relevé": "Enregistrer le chiffre",
        "Livrables et preuves": "Rendus et preuves",
        "Jalon dépassé": "Point d’étape dépassé",
        "dépenses mandatées de l’exercice": "dépenses payées de l’année",
        "Arrêtez d’abord le relevé.": "Arrêtez d’abord le relevé.",
        "des non-conformités relevées": "des non-conformités relevées",
    }
    assert {one: everyday(one, "fr") for one in said} == said
    assert everyday("%(stage)s: {stage}, the stage", "en") == "%(stage)s: {stage}, the moment"
    assert everyday("An allotment of the fiscal year", "en") == "An amount reserved of the year"


def test_only_a_small_town_starts_with_the_least() -> None:
    assert put_away_at_first(LegalForm.TOWN, 3400)
    assert not put_away_at_first(LegalForm.TOWN, 10_000)
    assert not put_away_at_first(LegalForm.TOWN, None)
    assert not put_away_at_first(LegalForm.REGION, 3400)


def test_a_small_town_keeps_its_words_after_another_language() -> None:
    with speaking("fr"):
        speak_as_here(plainly=True)
        assert _("Jalon") == "Point d’étape"
        with speaking("en"):
            assert _("Jalon") == "Milestone"
        assert _("Jalon") == "Point d’étape"
    assert _("Jalon") == "Jalon"
