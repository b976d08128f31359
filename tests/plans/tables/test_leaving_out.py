"""Files of other tools lose nothing: each cell is in what was read, or is listed as left."""

from __future__ import annotations

import random
import re
from collections.abc import Callable, Iterator

import pytest

from portulan.core.folding import fold
from portulan.core.tables.grid import Grid, said
from portulan.core.tables.workbooks import Cell
from portulan.plans.tables.formats.proposing import plain_text
from portulan.plans.tables.formats.registry import read_any
from portulan.plans.tables.reading import TableReading
from portulan.plans.tables.vocabulary import Field
from tests.plans.tables.sheets import Rows, as_xlsx
from tests.plans.tables.test_formats import ECO_CLIC, TET, codes, onr, read

WRAPS: tuple[Callable[[str], str], ...] = (
    str,
    lambda text: f"<p>{text}</p>",
    lambda text: f"<ul><li>{text}</li><li>et encore</li></ul>",
    lambda text: f"{text}<script>vole(1)</script>",
    lambda text: f"  {text}\n\n(suite)",
)
# What one cell became in another word: the reader says it was understood.
BECAME = {
    fold(one)
    for one in (
        *("Réalisé", "En retard", "Bloqué", "Oui", "Non", "31/12/2027", "(Fiche non classée)"),
        *("2025 :", "10000 € HT prévisionnels", "2026 :"),
    )
}


def wrapped(luck: random.Random, cell: Cell) -> Cell:
    is_text = isinstance(cell, str) and bool(cell)
    return luck.choice(WRAPS)(str(cell)) if is_text and luck.random() < 0.3 else cell


def drawn(sample: Rows, titles: int, seed: int) -> Grid:
    """The same export with columns moved, added, named twice, cells in HTML, rows added."""
    luck = random.Random(seed)
    rows = [[*row, *[""] * (len(sample[titles]) - len(row))] for row in sample]
    for number in range(luck.randrange(3)):
        at = luck.randrange(len(rows[titles]) + 1)
        name = luck.choice(["Financeur 2", "Sous-sous-axe", "Montant (TTC)", "Référent", ""])
        for row, cells in enumerate(rows):
            cell = name if row == titles else f"ajout {number} de {row}" if row > titles else ""
            cells.insert(at, cell)
    order = luck.sample(range(len(rows[titles])), len(rows[titles]))
    body = [[wrapped(luck, cell) for cell in row] for row in rows[titles + 1 :]]
    body += [[*luck.choice(body)], [*luck.choice(body)], ["", *[f"perdu {seed}"] * 2]]
    for row in body[-3:-1]:
        at = rows[titles].index(next(one for one in rows[titles] if one in _TITLES))
        row[at] = luck.choice([row[at], "", "Un autre titre " * 40])
        row[luck.randrange(len(row))] = luck.choice(["Ça dépend", "31/02/2026", "??"])
    kept = [*rows[: titles + 1], *body]
    placed = [[row[at] if at < len(row) else "" for at in order] for row in kept]
    cells = [(number, tuple(row)) for number, row in enumerate(placed, 1) if any(row)]
    return Grid("Feuille", tuple(cells))


_TITLES = ("Titre de la fiche action", "Question")


def lost(grid: Grid, reading: TableReading) -> Iterator[str]:
    """Yield the lines of cells that are neither in a reading nor listed, wherever they stand."""
    texts = [text for line in reading.lines for text in line.values.values()]
    columns = [*reading.columns.values(), *reading.columns, reading.heading]
    held = fold("\n".join([*texts, *columns]))
    listed = {(one.cell, one.text) for one in reading.cells_left}
    known = {fold(one) for rows in (TET[:2], ECO_CLIC[:4]) for row in rows for one in row if one}
    for row, cells in grid.rows:
        for at, cell in enumerate(cells):
            for text in plain_text(said(cell)).split("\n"):
                place = f"{chr(65 + at)}{row}"
                words = fold(text.lstrip("- "))
                found = words in held or words in known or words in BECAME
                if not found and (place, text) not in listed:
                    yield f"{place} {text}"


@pytest.mark.parametrize("seed", range(40))
@pytest.mark.parametrize(("sample", "titles"), [(TET, 1), (ECO_CLIC, 3)], ids=["tet", "éco-clic"])
def test_each_cell_is_taken_or_listed(sample: Rows, titles: int, seed: int) -> None:
    grid = drawn(sample, titles, seed)
    reading = read_any([grid])
    assert reading.proposes
    assert list(lost(grid, reading)) == []
    assert not re.search("vole|<p>", str([line.values for line in reading.lines]))
    titled = [line.title for line in reading.lines]
    assert len({fold(one) for one in titled}) == len(titled)


def test_an_export_as_it_leaves_has_nothing_left() -> None:
    for sample in (TET, ECO_CLIC):
        assert read(as_xlsx(sample)).cells_left == ()


def test_what_is_not_understood_is_a_note_and_said() -> None:
    rows = [[*row] for row in TET]
    rows[2][3:5] = ["Ça dépend", "31/02/2026"]
    rows[1].append("Financeur 2")
    rows[2].append("ADEME\nRégion")
    rows.append(["", "Sans titre", "", "", "", "", "", ""])
    reading = read(as_xlsx(rows))
    note = reading.lines[0].values["note"]
    assert "Avancement\u00a0: Ça dépend" in note
    assert "Fin prévue\u00a0: 31/02/2026" in note
    assert "Financeur 2\u00a0: ADEME\nRégion" in note
    assert "Personne pilote\u00a0: Personne B" in note
    assert "kept-as-note" in codes(reading)
    assert [tuple(one) for one in reading.cells_left] == [("", "B6", "Sous-axe", "Sans titre")]


@pytest.mark.parametrize(
    ("sample", "at"), [(TET, (2, 6)), (ECO_CLIC, (4, 4))], ids=["tet", "éco-clic"]
)
def test_words_within_a_script_are_not_taken_and_are_listed(
    sample: Rows, at: tuple[int, int]
) -> None:
    rows, (row, column) = [[*one] for one in sample], at
    hidden = "<style>p{}</style><!-- x --><script>Acheter <b>moins</b></script>"
    rows[row][column] = f"{rows[row][column]}{hidden}"
    reading = read(as_xlsx(rows))
    place, title = f"{chr(65 + column)}{row + 1}", rows[row - 1][column]
    assert [tuple(one) for one in reading.cells_left] == [("", place, title, "Acheter moins")]
    assert "Acheter moins" not in str([line.values for line in reading.lines])


def test_two_actions_of_one_title_are_two_and_one_twice_is_one() -> None:
    rows = [[*row] for row in ECO_CLIC]
    rows += [["Réseaux", *rows[4][1:]], [*rows[4][:3], "Oui", *rows[4][4:]]]
    first, second, other = read(as_xlsx(rows)).lines
    assert "Axe\u00a0: Réseaux" in first.values[Field.NOTE]
    assert (second.title, other.title) == ("Éteindre", "Imprimer moins (2)")


def test_a_column_that_looks_like_pilots_is_asked_about() -> None:
    rows: Rows = [["Action", "Qui pilote ?", "Couleur"], ["Former", "DSI", "bleu"]]
    reading = read(as_xlsx(rows))
    assert codes(reading) == {"column-to-say"}
    assert "Qui pilote" in reading.problems[0].message("fr")
    assert "Pilote" in reading.problems[0].message("fr")
    rows[0][2] = "Pilote"
    assert "column-to-say" not in codes(read(as_xlsx(rows)))


def test_a_grid_of_targets_takes_or_lists_what_was_typed() -> None:
    filled, bare = ("1.1", 3, "élevée", "1. Former\n- Acheter"), ("1.2", 3, 1, "")
    sheet = onr(filled, bare)
    rows = {row: [*cells, *[""] * (24 - len(cells))] for row, cells in sheet.rows}
    rows[5] = [*[""] * 3, "Enjeux", *[""] * 18, "Adhérence", ""]
    rows[7][3], rows[7][8], rows[7][9], rows[7][22] = "Coûts", "Équipe", "Urgente", "forte ou non"
    rows[8][3], rows[8][23] = "Menaces", "hors titre"
    rows[12] = ["", "", "Une cible de plus"]
    typed = Grid("ONR 1", tuple((row, tuple(rows[row])) for row in sorted(rows)))
    others = (
        Grid("Contexte", ((4, ("", "Organisation", "Ville")),)),
        Grid("Résultats synthèse", ((4, ("", "28")),)),
        Grid("Suivi", ((1, ("à part",)),)),
    )
    reading = read_any([typed, *others])
    assert [line.title for line in reading.lines] == ["Former", "Acheter"]
    note = reading.lines[1].values[Field.NOTE]
    assert "compétences 2" in note
    assert "Enjeux\u00a0: Coûts\nAdhérence\u00a0: forte ou non" in note
    assert [(one.sheet, one.cell, one.text) for one in reading.cells_left] == [
        ("ONR 1", "F7", "élevée"),
        ("ONR 1", "I7", "Équipe"),
        ("ONR 1", "D8", "Menaces"),
        ("ONR 1", "E8", "3"),
        ("ONR 1", "F8", "1"),
        ("ONR 1", "H8", "2"),
        ("ONR 1", "X8", "hors titre"),
        ("ONR 1", "C12", "Une cible de plus"),
        ("Contexte", "C4", "Ville"),
        ("Suivi", "A1", "à part"),
    ]
