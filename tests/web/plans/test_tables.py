"""A table comes in by the screens: chosen, controlled, taken, undone; and goes out."""

from __future__ import annotations

import io
import re
from collections.abc import Callable
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from portulan.accounts.access import Role
from portulan.accounts.words import LegalForm
from portulan.core.tables.grid import grids_of
from portulan.core.tables.sources import open_source
from portulan.plans.actions.writes import edit_action
from portulan.plans.models import Plan, TableImport
from portulan.plans.tables.reads import last_import
from portulan.plans.tables.undoing import undo_import
from portulan.plans.tables.writes import key_of_cell
from tests.browser import Browser
from tests.pages import MOST_NODES
from tests.people import Town
from tests.plans.plan_of_town import TODAY, make_plan
from tests.plans.tables.sheets import PLAN, Rows, as_csv, as_xlsx
from tests.plans.tables.test_formats import TET

pytestmark = pytest.mark.django_db
type SignIn = Callable[..., Browser]


@pytest.fixture
def plan(town: Town) -> Plan:
    town.organisation.frozen_on = TODAY
    town.organisation.save()
    return make_plan(town)


def url(town: Town, name: str, *more: object) -> str:
    return reverse(f"plans:{name}", args=[town.slug, *more])


def changed(rows: Rows, row: int, column: int, cell: Any) -> Rows:
    return [
        [cell if (at, index) == (row, column) else one for index, one in enumerate(cells)]
        for at, cells in enumerate(rows)
    ]


def give(browser: Browser, address: str, rows: Rows, name: str = "plan.xlsx") -> Any:
    content = (as_csv(rows) if name.endswith("csv") else as_xlsx(rows)).getvalue()
    return browser.post(address, {"file": SimpleUploadedFile(name, content)})


def seen_on(page: str) -> dict[str, str]:
    """What a preview says of itself, to be confirmed."""
    return {"seen": re.findall(r'name="?seen"? value="?(\w+)', page)[-1]}


def take(browser: Browser, there: str, **sides: str) -> Any:
    """Confirm the table of a preview as it is shown."""
    said = seen_on(browser.get(there).text) | sides
    return browser.post(f"{there}write/", said, follow=True)


def test_a_table_is_controlled_taken_and_undone(town: Town, plan: Plan, signed_in: SignIn) -> None:
    browser = signed_in(Role.EDITOR)
    there = give(browser, url(town, "tables", plan.slug), PLAN)["Location"]
    table = TableImport.objects.get()
    assert there == url(town, "table", plan.slug, table.pk)
    page = browser.get(there).text
    assert "Lignes lues\u00a0: 3. À créer\u00a0: 3" in page
    assert "Mesurer l’empreinte" in page
    assert not plan.actions.exists()
    taken = take(browser, there)
    assert "Actions créées\u00a0: 3" in taken.text
    undoing = url(town, "undo-table", plan.slug, table.pk)
    assert undoing in taken.text
    assert "Nommer un référent" in browser.get(there).text
    table.refresh_from_db()
    assert table.grid is None  # what the file said, names included, is not kept
    assert "3 actions créées par ce tableau seront supprimées" in browser.get(undoing).text
    undone = browser.fill(undoing, {}, follow=True)
    assert "Reprise annulée" in undone.text
    assert not plan.actions.exists()
    assert "annulé le" in browser.get(url(town, "tables", plan.slug)).text


def test_a_table_is_written_as_it_was_shown(town: Town, plan: Plan, signed_in: SignIn) -> None:
    """What somebody changed meanwhile is shown before anything is written."""
    browser = signed_in(Role.EDITOR)
    take(browser, give(browser, url(town, "tables", plan.slug), PLAN)["Location"])
    there = give(browser, url(town, "tables", plan.slug), changed(PLAN, 2, 1, "Former"))["Location"]
    table = TableImport.waiting().get()
    write = url(town, "write-table", plan.slug, table.pk)
    seen = seen_on(browser.get(there).text)
    edit_action(town.editor, action=plan.actions.get(own_number="1.2"), title="Former ici")
    for said in (seen, {}, {"seen": ""}, {"seen": "0" * 12}):
        refused = browser.post(write, said, follow=True)
        assert "a changé depuis" in refused.text
        assert TableImport.waiting().exists()
    seen = seen_on(refused.text)
    browser.post(write, seen)
    assert plan.actions.get(own_number="1.2").title == "Former ici"
    again = browser.post(write, seen, follow=True)
    assert "a changé depuis" in again.text


def test_what_is_refused_is_told_by_its_cell_and_has_no_button(
    town: Town, plan: Plan, signed_in: SignIn
) -> None:
    browser = signed_in(Role.EDITOR)
    rows = [*PLAN, ["9", "", "", "DSI", "bof", "", "", ""]]
    there = give(browser, url(town, "tables", plan.slug), rows)["Location"]
    page = browser.get(there).text
    assert "B5\u00a0: cette ligne n’a pas de titre" in page
    assert "E5 (Niveau d’engagement)" in page
    write = url(town, "write-table", plan.slug, TableImport.objects.get().pk)
    assert write not in page
    assert "B5" in browser.post(write, follow=True).text
    assert not plan.actions.exists()


def test_a_conflict_is_asked_and_nothing_is_replaced_but_what_is_chosen(
    town: Town, plan: Plan, signed_in: SignIn
) -> None:
    browser = signed_in(Role.EDITOR)
    take(browser, give(browser, url(town, "tables", plan.slug), PLAN)["Location"])
    first = plan.actions.get(number=1)
    edit_action(town.editor, action=first, title="Nommer une référente", short_title="Référente")
    edit_action(town.editor, action=first, pilot_function="Cabinet")
    there = give(browser, url(town, "tables", plan.slug), PLAN)["Location"]
    page = browser.get(there).text
    assert "2 valeurs changées ici, gardées" in page
    assert "Nommer une référente" in page
    # A side that was said stands, whatever is said of the others.
    take(browser, there, **{f"side-{key_of_cell(2, 'title')}": "ours", "rest": "theirs"})
    first = plan.actions.get(number=1)
    assert (first.title, first.pilot_function) == ("Nommer une référente", "DGS")
    undo_import(town.editor, table=last_import(plan), today=TODAY)
    first = plan.actions.get(number=1)
    assert (first.title, first.pilot_function) == ("Nommer une référente", "Cabinet")


def standing(plan: Plan) -> list[tuple[object, ...]]:
    """What the columns of a table say of the actions of a plan."""
    return [
        (
            *(one.own_number, one.title, one.pilot_function, one.progress, one.due_on, one.level),
            [(money.year, money.amount) for money in one.planned_money.order_by("year")],
        )
        for one in plan.actions.order_by("number")
    ]


def test_a_plan_of_sixty_lines_comes_twice_is_changed_on_both_sides_and_merged(
    town: Town, plan: Plan, signed_in: SignIn
) -> None:
    browser = signed_in(Role.EDITOR)
    head, levels = PLAN[0], ("Réflexion", "Expérimentation", "Réalisation")
    rows: list[list[Any]] = [
        [f"{rank // 10 + 1}.{rank % 10 + 1}", f"Action {rank}", "Gouvernance", "DSI",
         levels[rank % 3], "À faire", "31/12/2027", rank]
        for rank in range(60)
    ]  # fmt: skip
    sent: list[list[Any]] = [list(head), *rows]
    tables = url(town, "tables", plan.slug)

    def come(content: Rows) -> tuple[TableImport, str, str]:
        there = give(browser, tables, content)["Location"]
        page = browser.get(there).text
        said = take(browser, there).text if f"{there}write/" in page else ""
        return TableImport.objects.latest("pk"), page, said

    # Twice, without a duplicate.
    _table, page, _said = come(sent)
    assert "À créer\u00a0: 60" in page
    first = standing(plan)
    _table, page, _said = come(sent)
    assert "inchangées\u00a0: 60" in page
    assert standing(plan) == first
    # What goes out comes back unchanged too: a colleague edits it in a spreadsheet.
    out = browser.get(url(town, "table-file", plan.slug, "xlsx")).getvalue()
    back = browser.post(tables, {"file": SimpleUploadedFile("plan.xlsx", out)})["Location"]
    assert "inchangées\u00a0: 60" in browser.get(back).text
    # Changed there, changed here, one of them the same cell.
    for row in sent[1:21]:
        row[5], row[7] = "En cours", row[7] + 1
    sent[21][3] = "DRH"
    sent.append(["7.1", "Une de plus", "Mesure", "DGS", "Réflexion", "À faire", "31/12/2027", 3])
    here = {one.title: one for one in plan.actions.all()}
    edit_action(town.editor, action=here["Action 20"], pilot_function="Secrétariat général")
    edit_action(town.editor, action=here["Action 40"], title="Action quarante")
    before = standing(plan)
    table, page, said = come(sent)
    # Conflicts are told first, each with its cell and both values, before sixty lines.
    assert page.count("1 valeur changée ici, gardée") == 2
    assert "Secrétariat général" in page
    assert "DRH" in page
    assert "Actions créées : 1" in said
    after = {row[0]: row for row in standing(plan)}
    assert len(after) == 61
    assert [after[f"1.{n}"][3] for n in (1, 10)] == ["in_progress", "in_progress"]
    assert after["1.1"][6] == [(2026, 1000)]
    assert after["3.1"][2] == "Secrétariat général"
    assert after["5.1"][1] == "Action quarante"
    # The whole merge is taken back in one act, and what was changed here stays.
    undoing = url(town, "undo-table", plan.slug, table.pk)
    assert "Reprise annulée" in browser.fill(undoing, {}, follow=True).text
    assert standing(plan) == before


def test_columns_are_matched_by_a_person_and_remembered(
    town: Town, plan: Plan, signed_in: SignIn
) -> None:
    browser = signed_in(Role.EDITOR)
    rows: Rows = [["Quoi", "Qui", "Combien"], ["Éteindre", "DSI", 12]]
    there = give(browser, url(town, "tables", plan.slug), rows, "plan.csv")["Location"]
    assert "Dire ce que dit chaque colonne" in browser.get(there).text
    table = TableImport.objects.get()
    columns = url(town, "table-columns", plan.slug, table.pk)
    twice = browser.fill(columns, {"column-0": "title", "column-1": "title"})
    assert twice.status_code == 422
    assert "Dites quelle colonne est le titre" in browser.fill(columns, {}).text
    said = {"column-0": "title", "column-1": "pilot", "column-2": "money:2026"}
    assert "À créer\u00a0: 1" in browser.fill(columns, said, follow=True).text
    take(browser, there)
    action = plan.actions.get()
    assert (action.pilot_function, action.planned_money.get().amount) == ("DSI", 12)
    again = give(browser, url(town, "tables", plan.slug), rows, "plan.csv")["Location"]
    assert "inchangées\u00a0: 1" in browser.get(again).text


def test_a_table_makes_a_plan_where_there_is_none(town: Town, signed_in: SignIn) -> None:
    browser = signed_in(Role.EDITOR)
    assert url(town, "first-table") in browser.get(url(town, "current")).text
    there = give(browser, url(town, "first-table"), PLAN, "Plan NR.xlsx")["Location"]
    assert Plan.objects.get().slug == "plan-nr"
    browser.post(there + "discard/")
    assert not Plan.objects.exists()
    # The first page has the same form, that leads there.
    town.organisation.legal_form = LegalForm.REGION
    town.organisation.save()
    sent = browser.fields(reverse("dashboard:page", args=[town.slug]))
    file = SimpleUploadedFile("plan.xlsx", as_xlsx(PLAN).getvalue())
    take(browser, browser.post(url(town, "first-table"), sent | {"file": file})["Location"])
    assert Plan.objects.get().actions.count() == 3


def test_the_plan_goes_out_as_a_table(town: Town, plan: Plan, signed_in: SignIn) -> None:
    browser = signed_in(Role.READER)
    assert browser.get(url(town, "tables", plan.slug)).status_code == 200
    for kind in ("xlsx", "ods", "csv"):
        answer = browser.get(url(town, "table-file", plan.slug, kind))
        with open_source(io.BytesIO(answer.getvalue())) as source:
            assert grids_of(source)[0].at(1, 0) == "N°"
    assert browser.get(url(town, "table-file", plan.slug, "pdf")).status_code == 404


def test_who_may_not_edit_the_plan_brings_nothing(
    town: Town, plan: Plan, signed_in: SignIn
) -> None:
    give(signed_in(Role.EDITOR), url(town, "tables", plan.slug), PLAN)
    pk = TableImport.objects.get().pk
    browser = signed_in(Role.READER)
    assert give(browser, url(town, "tables", plan.slug), PLAN).status_code == 403
    for name in ("table", "table-columns", "undo-table"):
        assert browser.get(url(town, name, plan.slug, pk)).status_code == 403
    assert browser.post(url(town, "write-table", plan.slug, pk)).status_code == 403


def test_a_long_table_is_paged_and_read_with_the_same_queries(
    town: Town, plan: Plan, signed_in: SignIn
) -> None:
    browser = signed_in(Role.EDITOR)
    counts = []
    for length in (5, 300):
        rows: Rows = [["N°", "Titre"], *([f"{n}", f"Action {n}"] for n in range(1, length))]
        there = give(browser, url(town, "tables", plan.slug), rows, "plan.csv")["Location"]
        browser.get(there)
        with CaptureQueriesContext(
            connection,
        ) as asked:
            page = browser.get(there)
        counts.append(len(asked))
        assert len(list(browser.tree(page).iter())) <= MOST_NODES
    assert counts[0] == counts[1]


def test_what_another_tool_says_is_shown_or_listed(
    town: Town, plan: Plan, signed_in: SignIn
) -> None:
    browser, address = signed_in(Role.EDITOR), url(town, "tables", plan.slug)
    rows = [*TET, ["", "Sans titre", "", "", "", "", "", ""]]
    page = browser.get(give(browser, address, rows)["Location"]).text.replace("\u00a0", " ")
    assert "Avancement : <ins>Fini</ins>" in page
    assert "Fin prévue : <ins>31/12/2027</ins>" in page
    assert "B6 Sous-axe : Sans titre" in page
    rows = [["Action", "Qui pilote ?"], ["Former", "DSI"]]
    page = browser.get(give(browser, address, rows)["Location"]).text.replace("\u00a0", " ")
    assert "La colonne « Qui pilote ? » n’est pas lue. Dit-elle « Pilote » ?" in page
    assert "Pilote : Pilote à désigner" not in page
