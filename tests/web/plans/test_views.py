"""The views of a plan: one set of filters, one preview for cells, for all and for a column."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from portulan.accounts.access import Role
from portulan.accounts.writes import add_unit
from portulan.plans.actions.writes import edit_action
from portulan.plans.models import Action, BulkChange, Plan, SavedView
from portulan.plans.relations import tie
from portulan.plans.words import Tie
from tests.browser import Browser
from tests.pages import MOST_NODES
from tests.people import Town
from tests.plans.plan_of_town import TODAY, followed_action, make_action, make_plan

type SignIn = Callable[[Role], Browser]
VIEWS = ("plan", "grid", "board", "timeline", "units", "matrix", "mine")


@pytest.fixture(autouse=True)
def today(town: Town) -> None:
    town.organisation.frozen_on = TODAY
    town.organisation.save()


@pytest.fixture
def plan(town: Town) -> Plan:
    plan = make_plan(town)
    followed_action(town, plan)
    for number in range(2, 31):
        make_action(town, plan, f"Action {number:02}")
    return plan


def url(town: Town, plan: Plan, name: str, *args: Any) -> str:
    return reverse(f"plans:{name}", args=[town.slug, plan.slug, *args])


def rows_of(browser: Browser, address: str) -> list[str]:
    found = browser.tree(browser.get(address)).xpath("//tbody/tr/th//a/text()")
    return [re.sub(r"\s+", " ", text).strip() for text in found]


def test_one_date_for_twenty_actions_is_seen_written_and_undone(
    town: Town, plan: Plan, signed_in: SignIn
) -> None:
    browser = signed_in(Role.EDITOR)
    grid = url(town, plan, "grid") + "?q=action"
    before = list(plan.actions.order_by("number").values_list("due_on", flat=True))
    answer = browser.fill(
        grid, {"whole": "1", "field": "due", "value": "30/06/2028", "preview": "1"}
    )
    assert answer.status_code == 200
    assert list(plan.actions.order_by("number").values_list("due_on", flat=True)) == before
    assert "29 cases changent" in re.sub(r"\s+", " ", answer.content.decode())
    written = browser.post(url(town, plan, "apply-grid"), browser.fields_of(answer))
    assert written.status_code == 302
    assert written["Location"] == grid
    assert plan.actions.filter(due_on=date(2028, 6, 30)).count() == 29
    page = browser.tree(browser.get(grid))
    (undo,) = page.xpath("//form[contains(@action, '/undo/')]/@action")
    browser.post(undo)
    assert list(plan.actions.order_by("number").values_list("due_on", flat=True)) == before


def test_cells_open_in_place_without_script(town: Town, plan: Plan, signed_in: SignIn) -> None:
    browser, grid = signed_in(Role.EDITOR), url(town, plan, "grid")
    opened = browser.fill(grid, {"a": ["1", "3"], "open": "1"})
    assert opened.status_code == 302
    page = opened["Location"]
    fields = browser.fields(page)
    names = browser.tree(browser.get(page)).xpath("//tbody//@name")
    assert {"c-1-due", "c-1-reading", "c-3-pilot"} <= set(names)
    assert "c-3-reading" not in names  # it has no indicator
    answer = browser.post(
        page,
        fields | {"c-1-reading": "1,62", "c-3-pilot": "DRH", "c-3-money": "12,5", "preview": "1"},
    )
    text = re.sub(r"\s+", " ", browser.tree(answer).text_content())
    assert "3 cases changent" in text
    browser.post(url(town, plan, "apply-grid"), browser.fields_of(answer))
    assert Action.objects.get(plan=plan, number=3).pilot_function == "DRH"
    assert plan.actions.get(number=3).planned_money.get().amount == Decimal(12_500)
    assert plan.actions.get(number=1).indicators.get().measurements.get(on=TODAY).value == Decimal(
        "1.62"
    )


def test_what_cannot_be_read_is_told_and_the_rest_may_go(
    town: Town, plan: Plan, signed_in: SignIn
) -> None:
    browser = signed_in(Role.EDITOR)
    page = url(town, plan, "grid") + "?open=2&open=3"
    answer = browser.fill(page, {"c-2-due": "31/02/2027", "c-3-due": "31/03/2027", "preview": "1"})
    text = re.sub(r"\s+", " ", browser.tree(answer).text_content())
    assert "ne peuvent pas être enregistrées" in text
    assert "Une case change" in text


def test_what_moved_meanwhile_is_shown_again_and_nothing_is_written(
    town: Town, plan: Plan, signed_in: SignIn
) -> None:
    browser, grid = signed_in(Role.EDITOR), url(town, plan, "grid")
    answer = browser.fill(
        grid, {"a": ["2", "3"], "field": "due", "value": "2028-06-30", "preview": "1"}
    )
    edit_action(town.editor, action=plan.actions.get(number=3), due_on=date(2027, 1, 1))
    again = browser.post(url(town, plan, "apply-grid"), browser.fields_of(answer))
    assert again.status_code == 409
    assert "01/01/2027" in again.content.decode()
    assert not BulkChange.objects.exists()
    written = browser.post(url(town, plan, "apply-grid"), browser.fields_of(again))
    assert written.status_code == 302
    assert plan.actions.filter(due_on=date(2028, 6, 30)).count() == 2


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("2\tDRH\n3\tDNUM", "2 cases changent"),
        ("2.\tDRH\n99\tDNUM", "99"),
        ("\n".join(["DRH"] * 30), "30 cases changent"),
        ("DRH\nDNUM", "2 lignes collées pour 30 actions"),
        ("a\tb\tc", "Collez une colonne"),
    ],
)
def test_a_column_is_pasted(
    town: Town, plan: Plan, signed_in: SignIn, text: str, words: str
) -> None:
    answer = signed_in(Role.EDITOR).fill(
        url(town, plan, "paste-grid"), {"field": "pilot", "text": text}
    )
    assert words in re.sub(r"\s+", " ", answer.content.decode())


def test_filters_are_several_shown_and_the_same_in_each_view(
    town: Town, plan: Plan, signed_in: SignIn
) -> None:
    unit = add_unit(town.admin, name="DRH")
    edit_action(town.editor, action=plan.actions.get(number=2), unit=unit, impact_guess=3)
    edit_action(town.editor, action=plan.actions.get(number=3), unit=unit, days_per_year=Decimal(4))
    browser = signed_in(Role.READER)
    query = f"?unit={unit.pk}"
    for name in ("plan", "grid"):
        assert rows_of(browser, url(town, plan, name) + query) == [
            "2. Action 02" if name == "grid" else "Action 02",
            "3. Action 03" if name == "grid" else "Action 03",
        ]
    for name in ("board", "timeline", "units", "matrix"):
        text = browser.get(url(town, plan, name) + query).content.decode()
        assert "Action 02" in text or name == "units"
        assert "Action 04" not in text
    both = browser.tree(browser.get(url(town, plan, "grid") + "?state=no_date&state=no_indicator"))
    assert len(both.xpath("//a[@class='cross']")) == 2
    # What is unknown is last, and counted.
    page = browser.get(url(town, plan, "grid") + "?sort=-days&col=days")
    assert "dont 29 sans cette donnée" in re.sub(r"\s+", " ", page.content.decode())
    unknown = browser.get(url(town, plan, "matrix")).content.decode()
    assert "30 actions n’ont pas leur impact" in re.sub(r"\s+", " ", unknown)


def test_views_are_light_and_cost_the_same_for_any_number_of_actions(
    town: Town, plan: Plan, signed_in: SignIn
) -> None:
    for other in (2, 3):
        tie(
            town.editor, action=plan.actions.get(number=1), other=plan.actions.get(number=other),
            kind=Tie.REQUIRES,
        )  # fmt: skip
    browser = signed_in(Role.EDITOR)

    def cost(name: str) -> int:
        with CaptureQueriesContext(connection) as queries:
            answer = browser.get(url(town, plan, name))
        tree = browser.tree(answer)
        nodes = [one for one in tree.iter() if isinstance(one.tag, str) and one.tag != "option"]
        inside = tree.xpath("//svg//*")
        assert len(nodes) - len(inside) <= MOST_NODES, name
        return len(queries)

    cost("plan")  # a session begins with more
    first = {name: cost(name) for name in VIEWS}
    template = plan.actions.get(number=2)
    for number in range(31, 131):
        template.pk, template.number = None, number  # type: ignore[assignment]
        template._state.adding = True
        template.save()
    assert {name: cost(name) for name in VIEWS} == first


def test_every_column_open_stays_light(town: Town, plan: Plan, signed_in: SignIn) -> None:
    browser = signed_in(Role.EDITOR)
    columns = ("level", "progress", "pilot", "follow_up", "unit", "axis", "starts", "due", "news",
               "impact", "effort", "days", "reading", "target", "money")  # fmt: skip
    for some in (columns, columns[:7], ("due",)):
        query = "&".join([f"col={name}" for name in some] + [f"open={n}" for n in range(1, 31)])
        tree = browser.tree(browser.get(f"{url(town, plan, 'grid')}?{query}"))
        cells = tree.xpath("//tbody//td | //tbody//input | //tbody//select")
        assert len(cells) <= 240
        nodes = [one for one in tree.iter() if isinstance(one.tag, str) and one.tag != "option"]
        assert len(nodes) <= MOST_NODES


def test_a_view_is_kept_in_its_address(town: Town, plan: Plan, signed_in: SignIn) -> None:
    browser = signed_in(Role.EDITOR)
    page = browser.tree(browser.get(url(town, plan, "grid") + "?state=late&col=due"))
    (save,) = page.xpath("//a[contains(@href, '/views/save/')]/@href")
    assert browser.fill(save, {"name": "Les retards"}).status_code == 302
    view = SavedView.objects.get()
    assert (view.view, view.query) == ("grid", "state=late&col=due")
    shown = browser.tree(browser.get(url(town, plan, "plan")))
    (link,) = shown.xpath("//a[normalize-space() = 'Les retards']/@href")
    assert link.endswith("/grid/?state=late&col=due")
    browser.post(url(town, plan, "remove-view", view.pk))
    assert not SavedView.objects.exists()


@pytest.mark.parametrize(
    ("typed", "day"), [("fin 2028", "31/12/2028"), ("T3 2028", "30/09/2028"), ("bientôt", "")]
)
def test_a_day_of_the_grid_is_read_as_in_a_table(
    town: Town, plan: Plan, signed_in: SignIn, typed: str, day: str
) -> None:
    browser = signed_in(Role.EDITOR)
    asked = {"a": ["2"], "field": "due", "value": typed, "preview": "1"}
    text = browser.fill(url(town, plan, "grid"), asked).text
    assert (day in text) if day else ("Écrivez une date" in text)
    assert "Rien ne change" not in text


def test_a_cell_on_a_phone_names_its_column_and_its_year(
    town: Town, plan: Plan, signed_in: SignIn
) -> None:
    grid = signed_in(Role.READER).get(url(town, plan, "grid"))
    tree = signed_in(Role.READER).tree(grid)
    said = set(tree.xpath("//tbody/tr[1]/td/@data-l"))
    assert "Demandé 2026 (k€)\u00a0:" in said
    assert not any("%" in one for one in said)
    # The mark of the level says it: no name stands where the mark does.
    assert not tree.xpath("//tbody//td[contains(@class, 'lv')]/@data-l")


def test_readers_see_no_field_and_change_nothing(town: Town, plan: Plan, signed_in: SignIn) -> None:
    reader = signed_in(Role.READER)
    page = reader.tree(reader.get(url(town, plan, "grid") + "?open=1"))
    assert not page.xpath("//main//form[@method='post']")
    for name in ("grid", "apply-grid", "paste-grid"):
        assert reader.post(url(town, plan, name), {"a": "1", "preview": "1"}).status_code == 403


def test_my_actions_are_a_page_for_a_phone(town: Town, plan: Plan, signed_in: SignIn) -> None:
    edit_action(town.editor, action=plan.actions.get(number=4), pilot=town.people[Role.CONTRIBUTOR])
    browser = signed_in(Role.CONTRIBUTOR)
    text = browser.get(url(town, plan, "mine")).content.decode()
    assert "Action 04" in text
    assert "Action 05" not in text
    assert "#update" in text
