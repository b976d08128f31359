"""A workbook of a plan comes back as git would take it: base, here, there."""

from __future__ import annotations

import io
from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
from django.test import override_settings

from portulan.core.spreadsheet import Cell, csv_lines
from portulan.core.tables.sources import open_source
from portulan.core.workbooks import SHEETS, Sheet
from portulan.plans.actions.writes import edit_action
from portulan.plans.models import Action, Plan
from portulan.plans.tables.formats.registry import TABLES, grids_of
from portulan.plans.tables.opening import open_table
from portulan.plans.tables.undoing import undo_import
from portulan.plans.tables.writes import Judged, judge, keep_table, write_table
from portulan.plans.tables.writing import table_of
from portulan.plans.words import Progress
from tests.people import Town
from tests.plans.plan_of_town import TODAY, make_action, make_plan
from tests.plans.tables.test_writes import codes, fates

pytestmark = pytest.mark.django_db
type Rows = list[list[Cell]]


@pytest.fixture
def plan(town: Town) -> Plan:
    """A plan that was made here, and came from no table."""
    plan = make_plan(town)
    for title in ("Éteindre", "Réemployer", "Former"):
        make_action(town, plan, title=title, description=f"{title} partout")
    return plan


class Book:
    """A workbook that left, and what somebody does of it."""

    def __init__(self, plan: Plan, kind: str = "xlsx") -> None:
        shown, self.hidden = table_of(plan, "fr", names=True).sheets()
        self.plan, self.kind, self.rows = plan, kind, [list(row) for row in shown.rows]
        self.hidden = Sheet(self.hidden.title, list(self.hidden.rows), self.hidden.layout)

    def at(self, title: str) -> int:
        return self.rows[0].index(title)

    def say(self, row: int, **cells: Cell) -> None:
        """Fill cells of an action, from 1, by the title of their column."""
        for title, cell in cells.items():
            self.rows[row][self.at(title.replace("_", " "))] = cell

    def stream(self, *, digests: bool = True) -> io.BytesIO:
        stream = io.BytesIO()
        if self.kind == "csv":
            stream.write("".join(csv_lines(self.rows)).encode())
        else:
            sheets = [Sheet("Plan", self.rows), *([self.hidden] if digests else [])]
            SHEETS[self.kind](stream, sheets)
        stream.seek(0)
        return stream

    def judge(self, town: Town, *, digests: bool = True) -> Judged:
        stream = self.stream(digests=digests)
        reading, _digest = open_table(stream, organisation_id=town.organisation.pk)
        return judge(town.editor, plan=self.plan, reading=reading)

    def bring(self, town: Town) -> Judged:
        reading, digest = open_table(self.stream(), organisation_id=town.organisation.pk)
        table = keep_table(town.editor, plan=self.plan, file_name="p.xlsx", digest=digest)
        return write_table(town.editor, table=table, reading=reading, today=TODAY)


def titled(plan: Plan, title: str) -> Action:
    return plan.actions.get(title=title)


def words(judged: Judged) -> str:
    return "\n".join(problem.message() for problem in judged.problems)


@pytest.mark.parametrize("kind", ["xlsx", "ods"])
def test_what_is_changed_in_a_workbook_is_taken_whatever_the_plan_came_from(
    town: Town, plan: Plan, kind: str
) -> None:
    book = Book(plan, kind)
    edit_action(town.editor, action=titled(plan, "Former"), description="Changé ici")
    book.say(1, Description="Éteindre la nuit", Avancement="En cours")
    judged = book.bring(town)
    assert fates(judged) == (0, 1, 2)
    assert not judged.problems
    made = titled(plan, "Éteindre")
    assert (made.description, made.progress) == ("Éteindre la nuit", Progress.IN_PROGRESS)
    assert titled(plan, "Former").description == "Changé ici"  # as it left: nothing is said of it
    table = plan.table_imports.get()
    undo_import(town.editor, table=table, today=TODAY)
    assert titled(plan, "Éteindre").description == "Éteindre partout"


def test_what_both_changed_is_a_conflict_and_says_since_when(town: Town, plan: Plan) -> None:
    book = Book(plan)
    edit_action(town.editor, action=titled(plan, "Former"), description="Changé ici")
    book.say(3, Description="Changé là-bas")
    judged = book.judge(town)
    assert codes(judged) == ["conflict"]
    assert "changé depuis que ce classeur est parti" in words(judged)
    edit_action(town.editor, action=titled(plan, "Former"), description="Changé là-bas")
    assert not book.judge(town).problems


@pytest.mark.parametrize("kind", ["xlsx", "csv"])
def test_without_what_it_left_as_what_differs_is_a_question(
    town: Town, plan: Plan, kind: str
) -> None:
    book = Book(plan, kind)
    book.say(1, Description="Éteindre la nuit")
    judged = book.judge(town, digests=False)
    assert codes(judged) == ["question"]
    assert "rien n’indique lequel est le plus récent" in words(judged)
    assert fates(judged) == (0, 0, 3)


def test_digests_of_another_place_of_another_plan_or_made_up_are_none(
    town: Town, plan: Plan
) -> None:
    book = Book(plan)
    book.say(1, Description="Éteindre la nuit")
    with override_settings(SECRET_KEY="celle d’une autre installation"):
        assert codes(book.judge(town)) == ["question"]
    forged = [list(row) for row in book.hidden.rows]
    forged[1][2], forged[2][2] = forged[2][2], forged[1][2]
    honest, book.hidden = book.hidden, Sheet(book.hidden.title, forged, book.hidden.layout)
    assert codes(book.judge(town)) == ["question"]
    other = make_plan(town, title="Un autre")
    make_action(town, other, title="Éteindre", description="Autrement")
    book.hidden, book.plan = honest, other
    assert "question" in codes(book.judge(town))


def test_sorted_with_columns_added_and_moved_and_rows_missing(town: Town, plan: Plan) -> None:
    book = Book(plan)
    book.say(3, Description="Former chacun")
    head, *rows = book.rows
    book.rows = [
        ["À moi", *reversed(head)],
        *([f"note {n}", *reversed(row)] for n, row in enumerate(reversed(rows[1:]))),
    ]
    judged = book.bring(town)
    assert fates(judged) == (0, 1, 1)
    assert not judged.problems
    assert judged.reading.unread == ("À moi",)
    assert titled(plan, "Former").description == "Former chacun"
    assert plan.actions.count() == 3


def test_rows_that_were_copied(town: Town, plan: Plan) -> None:
    book = Book(plan)
    book.rows.append(list(book.rows[1]))  # a copy that says nothing more
    assert fates(book.judge(town)) == (0, 0, 3)
    book.say(4, Description="Éteindre la nuit")  # one of both says something
    assert fates(book.judge(town)) == (0, 1, 2)
    book.say(1, Description="Éteindre le jour")  # they say two things
    assert codes(book.judge(town)) == ["rows-differ"]
    book.say(1, Description="Éteindre partout")
    book.say(4, Titre="Éteindre à l’école")  # another action, under the number of the first
    assert codes(book.judge(town)) == ["key-twice"]
    book.say(4, **{"N°": ""})
    judged = book.judge(town)
    assert fates(judged) == (1, 0, 3)
    assert not judged.problems


def test_rows_numbered_again_move_no_action(town: Town, plan: Plan) -> None:
    book = Book(plan)
    titles = [row[book.at("Titre")] for row in book.rows[1:]]
    added = list(book.rows[1])
    book.rows.insert(2, added)
    book.say(2, Titre="Une action entre deux")
    for number in range(1, len(book.rows)):
        book.say(number, **{"N°": str(number)})
    judged = book.judge(town)
    assert set(codes(judged)) == {"renumbered"}
    assert fates(judged)[:2] == (0, 0)
    # As it left, with no number for the new one: one more action, and nothing else.
    numbers = ["1", "", "2", "3"]
    for number, said in enumerate(numbers, start=1):
        book.say(number, **{"N°": said})
    judged = book.bring(town)
    assert not [one for one in judged.problems if one.is_error]
    assert [titled(plan, str(title)).number for title in titles] == [1, 2, 3]
    assert titled(plan, "Une action entre deux").number == 4


def test_an_action_is_found_under_the_number_or_the_title_that_it_left_with(
    town: Town, plan: Plan
) -> None:
    book = Book(plan)
    edit_action(town.editor, action=titled(plan, "Former"), own_number="F-1", title="Former tous")
    book.say(3, Description="Former chacun")
    judged = book.judge(town)
    assert (fates(judged), codes(judged)) == ((0, 1, 2), [])
    book.say(3, **{"N°": "A-3"})  # renumbered there too: found by its title
    judged = book.judge(town)
    assert codes(judged) == ["conflict"]
    assert fates(judged) == (0, 1, 2)


def test_the_day_of_a_level_goes_with_the_level(town: Town, plan: Plan) -> None:
    book = Book(plan)
    book.say(1, **{"Niveau décidé le": date(2026, 1, 15)})
    assert codes(book.judge(town)) == ["day-without-level"]
    book.say(1, **{"Niveau d’engagement": "Réalisation"})
    assert not book.bring(town).problems
    assert titled(plan, "Éteindre").decisions.get().decided_on == date(2026, 1, 15)


def test_a_note_of_a_column_that_was_added_is_said_once(town: Town, plan: Plan) -> None:
    book = Book(plan)
    for row, note in zip(book.rows, ["Note", "", "", "Vu en comité"], strict=True):
        row.append(note)
    assert [fates(book.bring(town)) for _twice in range(2)] == [(0, 1, 2), (0, 0, 3)]


def test_an_action_that_went_does_not_come_back(town: Town, plan: Plan) -> None:
    book = Book(plan)
    titled(plan, "Former").delete()
    assert not book.judge(town).problems
    book.say(3, Description="Former chacun")
    judged = book.bring(town)
    assert codes(judged) == ["gone-here"]
    assert plan.actions.count() == 2


ODD: dict[str, Callable[[str], str]] = {
    "a dash": lambda _text: "-",
    "a formula": lambda _text: "'=1+1",
    "long": lambda text: text * 6_000,
    "unseen": lambda text: f"{text}\x0bpartout\u2028ici",
    "spaces": lambda text: f"  {text}\n\n  et \t là ",
}


@pytest.mark.parametrize("odd", ODD.values(), ids=ODD)
@pytest.mark.parametrize("kind", ["xlsx", "ods"])
def test_what_a_cell_cannot_hold_is_not_taken_for_a_change(
    town: Town, plan: Plan, kind: str, odd: Any
) -> None:
    Action.objects.filter(title="Former").update(description=odd("Former"))
    judged = Book(plan, kind).judge(town)
    assert (fates(judged), codes(judged)) == ((0, 0, 3), [])


def test_who_left_or_shares_a_name_is_not_taken_for_another(town: Town, plan: Plan) -> None:
    people = town.organisation.people
    first = people.create(name="Ana Dupont", function="Pilote")
    people.create(name="Ana Dupont", function="Autre")
    gone = people.create(name="Lou Martin", function="Partie", left_on="2026-01-01")
    Action.objects.filter(title="Former").update(pilot=first)
    Action.objects.filter(title="Éteindre").update(pilot=gone)
    book = Book(plan)
    stream = book.stream()
    reading, _digest = open_table(stream, organisation_id=town.organisation.pk)
    judged = judge(town.admin, plan=plan, reading=reading)
    assert fates(judged) == (0, 0, 3)


def test_a_first_row_that_says_nothing_is_no_workbook_of_ours() -> None:
    stream = io.BytesIO()
    SHEETS["xlsx"](stream, [Sheet("Vide", [[]]), Sheet("Plan", [[], [], ["Titre"], ["Éteindre"]])])
    with open_source(stream, "p.xlsx", TABLES) as source:
        assert [grid.name for grid in grids_of(source)] == ["Plan"]


def test_nothing_of_a_value_stands_in_its_digest(town: Town, plan: Plan) -> None:
    with open_source(Book(plan).stream(), "p.xlsx", TABLES) as source:
        left = grids_of(source)[-1]
    said = str(left.rows[1:])
    assert left.source
    assert not any(word in said for word in ("Éteindre", "Former", "Responsable"))
    # Two equal values of two actions have two digests: none is found by trying on another row.
    one, two = (str(row[2]).split(" ") for _number, row in left.rows[1:3])
    assert not {text for text in one if text != "-"} & set(two)
