"""Somebody’s table: its titles, by what a person said, by words, then by what cells are."""

from __future__ import annotations

from datetime import date

from portulan.core.tables.cells import day_of
from portulan.core.tables.grid import Grid
from portulan.core.tables.heads import Roles, by_words, remembered, titles_of, widest_titles
from portulan.core.tables.workbooks import Cell

ROLES = Roles(
    by_words({"name": ("Indicateur", "Indicator"), "on": ("Date",), "value": ("Valeur", "Value")}),
    needs=frozenset({"name", "on", "value"}),
    shapes={"on": lambda cell: day_of(cell) is not None},
)


def grid(*rows: tuple[Cell, ...]) -> Grid:
    return Grid("", tuple(enumerate(rows, 1)))


def fields(table: Grid, **asked: str) -> dict[str, int] | None:
    found = titles_of(table, ROLES, asked)
    return None if found is None else dict(found.fields)


def test_titles_stand_under_whatever_precedes_them() -> None:
    found = titles_of(
        grid(
            ("Relevés du plan", "", ""),
            ("Date", "VALUE", "Indicateur", "Qui"),
            ("2026-01-01", "3", "Agents", "x"),
        ),
        ROLES,
    )
    assert found is not None
    assert (found.row, dict(found.fields)) == (2, {"on": 0, "value": 1, "name": 2})
    assert found.unread == ("Qui",)


def test_a_column_that_no_title_says_is_told_by_its_cells() -> None:
    """As long as one alone has their shape: of two, none is guessed."""
    head = ("Indicateur", "Relevé le", "Valeur", "Note")
    alone = grid(head, ("Agents", date(2026, 1, 1), "3", "vu"), ("Repas", "31/12/2026", "4", ""))
    assert fields(alone) == {"name": 0, "on": 1, "value": 2}
    both = grid(head, ("Agents", date(2026, 1, 1), "3", "2026-02-01"))
    assert fields(both) is None
    words = grid(head, ("Agents", "hier", "3", "vu"))
    assert fields(words) is None
    assert fields(both, on="Relevé le") == {"name": 0, "on": 1, "value": 2}
    assert fields(alone, on="") is None, "a person leaves that column unread"


def test_an_answer_is_remembered_by_the_titles_that_it_had() -> None:
    table = grid(("Nom", "Date", "Valeur"), ("Agents", "2026-01-01", "3"))
    answers = [{"name": "Ailleurs"}, {}, {"name": "Nom"}, {"name": "Date"}]
    assert fields(table) is None
    assert remembered([table], ROLES, answers) == {"name": "Nom"}
    assert remembered([table], ROLES, []) == {}
    assert widest_titles(table) == ("Nom", "Date", "Valeur")
