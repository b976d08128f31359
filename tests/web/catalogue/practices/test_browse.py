from __future__ import annotations

import re
from datetime import date

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from portulan.accounts.access import Role
from portulan.catalogue.models import CatalogueVersion
from portulan.plans.choices.writes import choose_practice
from portulan.plans.models import Action, Plan
from portulan.plans.words import Choice, Progress
from tests.pages import MOST_NODES
from tests.people import Town
from tests.web.catalogue.conftest import Browser, text

TODAY = date(2026, 11, 24)
ROWS = "//main//table//tr[td/a or th/a]"


def answer(town: Town, plan: Plan, version: CatalogueVersion, **choices: Choice) -> None:
    for code, choice in choices.items():
        practice = version.practices.get(code=code.replace("_", "."))
        choose_practice(
            town.editor, plan=plan, practice=practice, choice=choice, today=TODAY, reason="Voilà."
        )


def codes(tree) -> list[str]:
    return text(tree, f"{ROWS}/td[1]")


def test_without_plan_the_catalogue_is_read_and_a_plan_is_offered(
    guide: CatalogueVersion, editor: Browser, reader: Browser
) -> None:
    tree = editor.get()
    assert text(tree, "//h2") == ["59 bonnes pratiques"]
    assert tree.xpath("//p[@class='empty']//a/@href") == [f"{editor.root[:-10]}plans/new/"]
    assert not tree.xpath("//select[@name='choice']")
    assert not reader.get().xpath("//p[@class='empty']//a")


def test_no_edition_says_how_to_get_one(town: Town, editor: Browser) -> None:
    assert "exploite ce serveur" in text(editor.get(), "//p[@class='empty']")[0]


def test_the_choices_stand_beside_the_practices_and_are_counted(
    town: Town, guide: CatalogueVersion, plan: Plan, editor: Browser
) -> None:
    answer(town, plan, guide, a_1=Choice.KEEP, a_2=Choice.LATER, a_3=Choice.IN_PLACE)
    tree = editor.get()
    assert text(tree, "//h2")[0] == (
        "59 bonnes pratiques : 1 retenue, 1 déjà en place, 1 plus tard, 56 à décider"
    )
    assert text(tree, f"{ROWS}/td[2]")[:4] == ["Retenue", "Plus tard", "Déjà en place", "À décider"]
    assert text(tree, f"{ROWS}/td[4]")[:3] == ["1", "Voilà.", "Voilà."]
    assert [td.get("class") for td in tree.xpath(f"{ROWS}/td[2]")[:4]] == [
        "vd full",
        "vd half",
        "vd full",
        "vd none",
    ]
    link = tree.xpath("//h2/a[text()='1 plus tard']/@href")[0]
    assert codes(editor.get(link)) == ["a.2"]
    assert text(tree, "//a[contains(@class, 'go')]") == ["Atelier : 56 à décider"]


def test_the_coverage_counts_live_actions_by_theme(
    town: Town, guide: CatalogueVersion, plan: Plan, editor: Browser
) -> None:
    answer(town, plan, guide, a_1=Choice.KEEP, a_4=Choice.KEEP, b_1=Choice.KEEP)
    action = Action.objects.get(practices__code="b.1")
    action.progress = Progress.DROPPED
    action.save()
    tree = editor.get()
    assert text(tree, "//h2")[1] == "1 thématique sur 9 a une action dans « Plan NR »"
    lines = text(tree, "//ul[@class='list']/li/p")
    assert lines[0] == "2 sur 8 retenues, 6 à décider ; 2 actions"
    assert lines[1].endswith("aucune action")
    assert len(tree.xpath("//ul[@class='list']/li[1]//*[name()='circle']")) == 2


@pytest.mark.parametrize(
    ("query", "number", "first"),
    [
        ("theme=g", 11, "g.1"),
        ("priority=Aller+plus+loin", 6, "a.6"),
        ("difficulty=Facile&priority=Prioritaire", 7, "b.1"),
        ("pilot=Responsable+archives", 3, "f.4"),
        ("q=RÉPARER", None, "b.3"),
        ("q=g.10", 1, "g.10"),
        ("choice=undecided&theme=i", 8, "i.1"),
        ("theme=zz&choice=peut-être&priority=", 59, "a.1"),
    ],
)
def test_filters_stand_in_the_address(
    guide: CatalogueVersion, plan: Plan, editor: Browser, query: str, number: int, first: str
) -> None:
    tree = editor.get(f"?{query}")
    found = codes(tree)
    assert found[0] == first
    if number is not None:
        assert len(found) == min(number, 25)
        assert text(tree, "//h2")[0].startswith(f"{number} bonne")


def test_codes_keep_their_natural_order_across_pages(
    guide: CatalogueVersion, editor: Browser
) -> None:
    found = [code for page in (1, 2, 3) for code in codes(editor.get(f"?page={page}"))]
    assert len(found) == 59
    assert found[found.index("g.9") : found.index("g.9") + 3] == ["g.9", "g.10", "g.11"]
    assert [int(code[2:]) for code in found if code.startswith("g.")] == list(range(1, 12))


def test_nothing_found_says_what_to_do(guide: CatalogueVersion, editor: Browser) -> None:
    tree = editor.get("?q=xyzzy")
    assert "retirez-en un" in text(tree, "//p[@class='empty']")[-1]
    assert re.fullmatch("0 bonnes? pratiques? sur 59", text(tree, "//h2")[0])


def test_the_edition_is_chosen_and_the_plan_s_own_comes_first(
    town: Town, guide: CatalogueVersion, plan: Plan, editor: Browser, make_edition
) -> None:
    own = make_edition("2026", 3)
    assert len(codes(editor.get())) == 25
    assert codes(editor.get(f"?edition={own.pk}")) == ["t0.1", "t0.2", "t0.3"]
    answer(town, plan, own, t0_1=Choice.KEEP)
    assert len(codes(editor.get())) == 3
    assert len(codes(editor.get("?edition=999999"))) == 3


def test_the_page_stays_light_and_its_queries_few(
    town: Town, guide: CatalogueVersion, plan: Plan, editor: Browser, make_edition
) -> None:
    big = make_edition("2026", 300)
    for version, codes_ in ((guide, ("a.1", "b.1")), (big, ("t0.1", "t2.3", "t29.9"))):
        answer(town, plan, version, **{code.replace(".", "_"): Choice.KEEP for code in codes_})
    counts = []
    editor.get()  # the first page of a session also makes its token
    for version in (guide, big):
        with CaptureQueriesContext(connection) as queries:
            tree = editor.get(f"?edition={version.pk}&q=a")
        counts.append(len(queries))
        nodes = tree.xpath("//*[not(self::option) and not(ancestor::*[name()='svg'])]")
        assert len(nodes) <= MOST_NODES
    assert counts[0] == counts[1] <= 14


def test_an_outsider_and_an_unknown_edition_get_404(
    town: Town, elsewhere: Town, guide: CatalogueVersion, make_edition, signed_in
) -> None:
    own = make_edition("2026", 3)
    stranger = Browser(signed_in(Role.ADMIN, elsewhere), town)
    stranger.get(status=404)
    neighbour = Browser(signed_in(Role.ADMIN, elsewhere), elsewhere)
    for path in (f"{own.pk}/t0.1/", f"workshop/{own.pk}/", f"workshop/{own.pk}/t0.1/"):
        neighbour.get(path, status=404)
    assert len(codes(neighbour.get(f"?edition={own.pk}"))) == 25  # the built-in one
    assert not neighbour.get().xpath("//select[@name='edition']")
