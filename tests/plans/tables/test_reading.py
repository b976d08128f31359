"""A table is read whatever its order, its titles’ spelling and what stands around it."""

from __future__ import annotations

import random
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portulan.core.say.text import UnusableInputError
from portulan.plans.tables.vocabulary import NAMES, Field, guess, money_of_title, name_of, scale_of
from tests.plans.tables.sheets import PLAN, Rows, as_csv, as_xlsx, read

FIELDS = ("number", "title", "axis", "pilot", "level", "progress", "end", "money:2026")


def codes(reading: object) -> list[str]:
    return [problem.kind.code for problem in reading.problems]  # type: ignore[attr-defined]


def test_the_fields_of_each_row() -> None:
    reading = read(PLAN)
    assert tuple(reading.columns) == FIELDS
    assert reading.columns["money:2026"] == "Budget 2026 (k€)"
    assert not reading.problems
    assert [line.number for line in reading.lines] == ["1.1", "1.2", "1.10"]
    assert reading.lines[1].values == {
        "number": "1.2",
        "title": "Former les agents",
        "axis": "Gouvernance",
        "pilot": "DRH",
        "level": "2",
        "progress": "in_progress",
        "end": "2026-12-31",
        "money:2026": "12000.00",
    }
    assert reading.lines[2].values["end"] == ""
    assert reading.lines[2].values["money:2026"] == "unknown"
    assert reading.years == (2025, 2026)


def spelled(title: str, how: random.Random) -> str:
    """A title in another case, or without its accents, or over two lines."""
    if how.random() < 0.5:
        bare = unicodedata.normalize("NFKD", title)
        title = "".join(one for one in bare if not unicodedata.combining(one))
    title = how.choice([str.upper, str.lower, str.title, str])(title).replace("K€", "k€")
    return title.replace(" ", "\n", 1) if how.random() < 0.3 else f"  {title} "


@given(st.randoms(use_true_random=False), st.integers(0, 4), st.booleans())
def test_columns_shuffled_titles_respelled_and_preambles_change_nothing(
    how: random.Random, preamble: int, in_a_workbook: bool
) -> None:
    order = list(range(len(FIELDS)))
    how.shuffle(order)
    titles = [spelled(str(PLAN[0][at]), how) for at in order]
    before: Rows = [["Plan d’action 2025-2027"], ["Version du 3 mars"], [], ["Service"]][:preamble]
    rows = [*before, titles, *([row[at] for at in order] for row in PLAN[1:])]
    reading = read(as_xlsx(rows) if in_a_workbook else as_csv(rows))
    assert [dict(line.values) for line in reading.lines] == [
        dict(line.values) for line in read(PLAN).lines
    ]
    assert set(reading.columns) == set(FIELDS)
    assert not reading.unread


def test_titles_over_two_rows_and_merged_cells() -> None:
    rows: Rows = [
        ["Plan NR de la ville"],
        [],
        ["N°", "Axe", "Action", "Budget (k€)", "", "Suivi", "Réalisé"],
        ["", "", "", 2026, 2027, "", 2025],
        ["1", "Achats", "Acheter mieux", 1, 2, "DSI", 9],
        ["2", "", "Acheter moins", 3, 4, "DSI", 9],
        ["3", "Usages", "Éteindre", "", 5, "", 9],
        ["", "", "", 4, 12, "", ""],
    ]
    merged = ("A1:G1", "D3:E3", "A3:A4", "B3:B4", "C3:C4", "F3:F4", "B5:B6")
    rows = [*rows[:-1], ["Total", *rows[-1][1:]]]
    reading = read(as_xlsx(rows, merged))
    assert reading.heading == "Plan NR de la ville"
    assert reading.columns == {
        "number": "N°",
        "axis": "Axe",
        "title": "Action",
        "money:2026": "Budget (k€) 2026",
        "money:2027": "Budget (k€) 2027",
        "follow_up": "Suivi",
    }
    assert reading.unread == ("Réalisé 2025",)
    assert [line.values["axis"] for line in reading.lines] == ["Achats", "Achats", "Usages"]
    assert reading.lines[1].values["money:2027"] == "4000.00"
    # A total that the table prints is a control, and no action.
    assert codes(reading) == ["total-differs"]
    assert reading.problems[0].message().startswith("E8\u00a0: le tableau dit 12")


def test_headings_between_rows_are_axes_and_rows_of_one_number_are_one_action() -> None:
    rows: Rows = [
        ["N°", "Action", "Indicateur", "Cible"],
        ["Axe A : achats", "", "", ""],
        ["1", "Acheter mieux", "Part du réemploi", "20 %"],
        ["1", "Acheter mieux", "Nombre d’appels d’offres", "4"],
        ["Axe B : usages", "", "", ""],
        ["2", "Éteindre", "", ""],
    ]
    reading = read(rows)
    assert [(line.title, line.values["axis"]) for line in reading.lines] == [
        ("Acheter mieux", "Axe A : achats"),
        ("Éteindre", "Axe B : usages"),
    ]
    assert reading.lines[0].values["indicator"] == "Part du réemploi\nNombre d’appels d’offres"
    assert reading.lines[0].values["target"] == "20 %\n4"


def test_an_amount_of_several_rows_is_counted_once() -> None:
    rows: Rows = [["Titre", "Budget 2026"], ["Une", 5], ["Deux", None], ["Trois", 1]]
    reading = read(as_xlsx(rows, ["B2:B3"]))
    assert [line.values["money:2026"] for line in reading.lines] == ["5.00", "", "1.00"]
    assert codes(reading) == ["shared-amount"]


def test_what_is_refused_and_what_is_only_warned() -> None:
    rows: Rows = [
        ["N°", "Titre", "Début", "Fin", "Niveau", "Titre court", "Statut"],
        ["1", "Une", "", "printemps", "bof", "x" * 41, "En retard"],
        ["1", "Deux", "", "", "", "", ""],
        ["3", "", "", "2026", "", "", ""],
        ["4", "Quatre", "2027", "2026", "", "", ""],
        ["5", "t" * 251, "", "", "", "", ""],
    ]
    reading = read(rows)
    assert [line.refused for line in reading.lines] == [False, True, True, True, True]
    errors = {p.line: p.kind.code for p in reading.problems if p.is_error}
    assert errors == {
        3: "key-twice",
        4: "row-without-title",
        5: "end-before-start",
        6: "title-too-long",
    }
    warned = [p.message() for p in reading.problems if not p.is_error]
    assert len(warned) == 4
    assert any(text.startswith("D2 (Fin prévue)\u00a0: «\u00a0printemps\u00a0»") for text in warned)
    assert reading.lines[0].values["progress"] == "in_progress"
    assert reading.lines[0].unread == {"end": "printemps", "level": "bof"}


def test_columns_that_a_person_says() -> None:
    rows: Rows = [["Quoi", "Qui", "Combien"], ["Éteindre", "DSI", 12]]
    with pytest.raises(UnusableInputError) as refused:
        read(rows)
    assert refused.value.problem.kind.code == "no-titles"
    assert "Combien" in refused.value.problem.message()
    reading = read(rows, title="quoi", pilot="QUI", **{"money:2026": "Combien"})
    assert reading.columns == {"title": "Quoi", "pilot": "Qui", "money:2026": "Combien"}
    with pytest.raises(UnusableInputError) as unknown:
        read(rows, title="Quand")
    assert unknown.value.problem.kind.code == "no-such-column"
    with pytest.raises(UnusableInputError) as no_field:
        read(rows, titre="Quoi")
    assert no_field.value.problem.kind.code == "unknown-field"
    left = read(PLAN, pilot="")
    assert "pilot" not in left.columns
    assert left.unread == ("Pilote",)


def test_the_title_of_each_field_that_we_write_is_read_back() -> None:
    for field in (*Field, "money:2026", "money:2027:F", "money:2027:I"):
        for language in ("fr", "en"):
            assert list(guess([name_of(field).say(language)])) == [field]  # type: ignore[arg-type]
    assert len({name.fr for name in NAMES.values()}) == len(NAMES)


def test_a_department_pilots_where_nothing_else_says_who_does() -> None:
    assert guess(["Titre", "Direction"]) == {"title": 0, "pilot": 1}
    assert guess(["Titre", "Direction", "Pilotes"]) == {"title": 0, "unit": 1, "pilot": 2}


def test_money_is_told_from_other_years() -> None:
    assert [
        money_of_title(title) for title in ("Réalisé 2025", "Avancement 2026", "Cible 2027")
    ] == [
        None,
        None,
        None,
    ]
    assert scale_of("Coût 2026 en K€") == scale_of("2026 (milliers d’euros)") == 1000
    assert scale_of("Budget 2026 (€)") == 1
