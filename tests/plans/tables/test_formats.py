"""Files of other tools: each says what it may, and nothing of it is decided."""

from __future__ import annotations

import io
import sqlite3
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from portulan.accounts.models import Person, Unit
from portulan.catalogue.imports.writes import import_catalogue
from portulan.catalogue.readers.edition_file import load_builtin
from portulan.core.say.text import UnusableInputError
from portulan.core.tables.grid import Grid, from_json, to_json
from portulan.core.tables.sources import open_source
from portulan.plans.models import Action
from portulan.plans.tables.formats import grist
from portulan.plans.tables.formats.gpc_onr import targets_of
from portulan.plans.tables.formats.proposing import plain_text
from portulan.plans.tables.formats.registry import TABLES, grids_of, read_any
from portulan.plans.tables.reading import TableReading
from portulan.plans.tables.writes import keep_table, write_table
from portulan.plans.words import CommitmentLevel
from tests.people import Town
from tests.plans.plan_of_town import TODAY, make_plan
from tests.plans.tables.sheets import Rows, as_xlsx

ECO_CLIC: Rows = [
    ["", "COMMUNE DE FICTIVE - 15/09/2026"],
    [],
    [],
    ["Categorie", "Theme", "Question", "Reponse", "Recommandation", "NiveauLabel"],
    ["Usages", "", "Imprimer moins", "Non", "<p>Recto&nbsp;<b>verso</b></p>", "Prioritaire"],
    ["Usages", "", "Éteindre", "Je ne sais pas", "", "Nécessaire"],
]
BY_YEAR = (
    "2025 :\n  - 10000 € HT prévisionnels\n  - 9200.5 € HT dépensés\n2026 :\n"
    "  - 0.2 ETP prévisionnels"
)
NO_YEAR = "Total en € HT :\n  - 45000 € HT prévisionnels"
TET: Rows = [
    ["Présentation de l'action", "", "", "Modalités", "", "Acteurs", "", "Budget"],
    [
        *("Axe", "Sous-axe", "Titre de la fiche action", "Statut", "Date de fin"),
        *("Personne pilote", "Direction ou service pilote", "Budgets de fonctionnement"),
    ],
    [
        *("1. Achats", "", "Acheter reconditionné", "Réalisé", "31/12/2027"),
        *("Personne A\nPersonne B", "DSI"),
        BY_YEAR,
    ],
    ["(Fiche non classée)", "", "Former", "En retard", "", "", "", ""],
    [
        "2. Usages",
        "",
        "Étaler",
        "Bloqué",
        "",
        "",
        "",
        "Total en € HT :\n  - 45000 € HT prévisionnels",
    ],
]


def read(stream: io.BytesIO) -> TableReading:
    with open_source(stream, None, TABLES) as source:
        return read_any(grids_of(source))


def codes(reading: TableReading) -> set[str]:
    return {problem.kind.code for problem in reading.problems}


def test_an_eco_clic_export_is_proposed_as_text() -> None:
    reading = read(as_xlsx(ECO_CLIC))
    assert (reading.format, reading.proposes) == ("eco-clic", True)
    assert reading.heading == "COMMUNE DE FICTIVE"
    first, second = reading.lines
    assert first.values["description"] == "Recto verso"
    assert first.values["note"] == "éco-clic, 15/09/2026. Réponse\u00a0: Non. Prioritaire."
    assert "Je ne sais pas" in second.values["note"]
    assert codes(reading) == {"eco-clic-partial"}


def test_html_of_others_is_reduced_to_its_words() -> None:
    assert plain_text("<ul><li>Un</li><li>Deux</li></ul>") == "Un\nDeux"
    assert plain_text("<script>alert(1)</script>a<br>b &lt;i&gt;") == "a\nb <i>"
    assert plain_text("<STYLE>p{}</STYLE ><!-- x --><script >y</script >a < b") == "a < b"
    assert plain_text("Mettre <script> à la fin, si 3 < 5") == "Mettre à la fin, si 3 < 5"


def test_a_plan_of_territoires_en_transitions_is_read_by_its_names() -> None:
    reading = read(as_xlsx(TET, ["A1:C1", "D1:E1", "F1:G1"]))
    assert (reading.format, reading.proposes, reading.years) == ("tet", True, (2025, 2027))
    bought, trained, spread = reading.lines
    assert bought.values["progress"] == "done"  # and no level: “Réalisé” is none
    assert "level" not in bought.values
    assert bought.values["money:2025:F"] == "10000.00"
    assert "money:2026:F" not in bought.values
    assert "9200.5" in bought.values["note"]
    assert "ETP" in bought.values["note"]
    assert bought.values["person"] == "Personne A"
    assert (trained.values["axis"], trained.values["progress"]) == ("", "in_progress")
    assert spread.values["blocked"] == "Bloqué"
    assert not [name for name in spread.values if name.startswith("money")]
    assert codes(reading) == {
        "several-pilots",
        "money-without-tax",
        "money-without-year",
        "late-is-derived",
    }


def test_a_sub_action_goes_to_the_nearest_action_above_with_its_title() -> None:
    titles = ["Axe (x)", "Titre de l'action", "Titre de la sous-action", "Statut"]
    subs = ("Zéro", "", "Un", "", "Deux")
    reading = read(as_xlsx([titles, *(["1", "Former", sub, "À venir"] for sub in subs)]))
    first, second = (one.values["note"] for one in reading.lines)
    said = "Titre de la sous-action\u00a0: {}, À venir".format
    assert first.split("\n") == [said("Zéro"), said("Un")]  # above all: to the first
    assert second.split("\n") == [said("Deux")]


def onr(*rows: tuple[str, Any, Any, str]) -> Grid:
    cells = [(2, ("", "ONR 1 - SOBRIÉTÉ : s’engager"))]
    for at, (code, importance, performance, strategies) in enumerate(rows, start=7):
        row = [
            "",
            code,
            f"Cible {code}",
            "",
            importance,
            performance,
            "",
            2,
            *[""] * 13,
            strategies,
        ]
        cells.append((at, tuple(row)))
    return Grid("ONR 1", tuple(cells))  # type: ignore[arg-type]


def test_the_level_of_a_target_is_computed_from_what_was_typed() -> None:
    grid = onr(
        ("1.1", 3.0, 1.0, "1. Former\n2. Acheter"),
        ("1.2", 2.0, 2.0, ""),
        ("1.3", 3.0, "", ""),
        ("1.4", "", "", ""),
        ("1.5", 0.0, 1.0, ""),
    )
    targets = list(targets_of(grid))
    assert [one.level for one in targets] == [
        "Intervention urgente",
        "Intervention à moyen terme",
        None,
        None,
        "Intervention non pertinente",
    ]
    assert [one.is_half_filled for one in targets] == [False, False, True, False, False]
    reading = read_any([grid])
    assert [line.title for line in reading.lines] == ["Former", "Acheter"]
    assert {line.values["practice"] for line in reading.lines} == {"gpc-onr/1.1"}
    assert (
        reading.lines[0].values["note"]
        == "ONR 1.1, importance 3, performance 1 (Intervention urgente), compétences 2"
    )


SCHEMA = """
CREATE TABLE _grist_Tables (id INTEGER PRIMARY KEY, tableId TEXT, summarySourceTable INTEGER);
CREATE TABLE _grist_Tables_column (id INTEGER PRIMARY KEY, parentId INTEGER, parentPos NUMERIC,
  colId TEXT, type TEXT, label TEXT, displayCol INTEGER);
CREATE TABLE Actions (id INTEGER PRIMARY KEY, manualSort NUMERIC, Titre TEXT, Statut TEXT,
  Fin NUMERIC, Budget NUMERIC);
INSERT INTO _grist_Tables VALUES (1, 'Actions', 0), (2, 'Actions_summary', 1);
INSERT INTO _grist_Tables_column VALUES
  (1, 1, 1, 'manualSort', 'ManualSortPos', 'x', 0),
  (2, 1, 2, 'Titre', 'Text', 'Titre de l’action', 0),
  (3, 1, 3, 'Statut', 'Choice', 'Statut', 0),
  (4, 1, 4, 'Fin', 'Date', 'Fin', 0),
  (5, 1, 5, 'Budget', 'Numeric', 'Budget 2026', 0);
INSERT INTO Actions VALUES
  (1, 2, 'Éteindre', 'En cours', 1772323200, 12000),
  (2, 1, 'Former', 'en réflexion', 'printemps', 0),
  (3, 3, '', 'À faire', NULL, NULL),
  (4, 4, 'Acheter', 'À faire', NULL, NULL);
"""
ABOUT_12 = b"u\x0f\x00\x00\x0012 k\xe2\x82\xac environ"


def document(path: Path, *more: str) -> io.BytesIO:
    """A Grist document with a table of actions, and what a stranger might hide in it."""
    base = sqlite3.connect(path)
    base.executescript(SCHEMA)
    base.execute("UPDATE Actions SET Budget = ? WHERE id = 4", (ABOUT_12,))
    for statement in more:
        base.execute(statement)
    base.commit()
    base.close()
    return io.BytesIO(path.read_bytes())


def test_a_grist_document_is_read_in_its_order_and_proposed(tmp_path: Path) -> None:
    reading = read(document(tmp_path / "a.grist"))
    assert (reading.format, reading.proposes) == ("grist", True)
    assert [line.title for line in reading.lines] == ["Former", "Éteindre", "Acheter"]
    former, off, buying = reading.lines
    assert off.values["end"] == "2026-03-01"
    assert off.values["money:2026"] == "12000.00"
    # 0 is what an untouched cell holds: it proves nothing.
    assert "money:2026" not in former.values
    assert former.unread.keys() == {"progress", "end", "money:2026"}
    assert "money:2026" in buying.unread
    assert "Avancement\u00a0: en réflexion" in former.values["note"]
    assert {"rows-left-out", "kept-as-note"} <= codes(reading)
    assert [(one.title, one.text) for one in reading.cells_left] == [("Avancement", "todo")]
    assert not reading.refused


def test_nothing_of_a_strangers_document_runs(tmp_path: Path) -> None:
    hostile = document(
        tmp_path / "b.grist",
        "CREATE VIEW Piege AS SELECT load_extension('x')",
        "INSERT INTO _grist_Tables VALUES (3, 'Piege', 0)",
        "CREATE TRIGGER boum AFTER UPDATE ON Actions BEGIN DELETE FROM Actions; END",
    )
    assert [one.name for one in grist.grids_of(hostile)] == ["Actions"]
    with pytest.raises(UnusableInputError):
        grist.grids_of(io.BytesIO(grist.MAGIC + b"\x00" * 200))
    empty = tmp_path / "c.grist"
    sqlite3.connect(empty).execute("CREATE TABLE t (x)").connection.close()
    with pytest.raises(UnusableInputError):
        grist.grids_of(io.BytesIO(empty.read_bytes()))


def test_a_grid_kept_says_whose_it_was(tmp_path: Path) -> None:
    [grid] = grist.grids_of(document(tmp_path / "d.grist"))
    assert from_json(to_json(grid)) == grid
    assert read_any([from_json(to_json(grid))]).proposes


@pytest.mark.django_db
def test_what_is_proposed_decides_nothing_and_makes_nobody(town: Town) -> None:
    plan = make_plan(town)
    people = Person.objects.count()
    for _time in range(2):
        table = keep_table(town.admin, plan=plan, file_name="x", digest="0" * 64)
        reading = read(as_xlsx(TET, ["A1:C1"]))
        judged = write_table(town.admin, table=table, reading=reading, today=TODAY)
    assert judged.counts["unchanged"] == 3  # nothing twice
    made = Action.objects.filter(plan=plan)
    assert {one.level for one in made} == {CommitmentLevel.STUDY}
    assert not any(one.decisions.exists() for one in made)
    assert (Person.objects.count(), Unit.objects.count()) == (people, 0)
    assert made.get(title="Étaler").blocked_by == "Bloqué"


def test_a_strategy_is_a_study_that_serves_its_target_where_the_catalogue_is_here(
    town: Town,
) -> None:
    plan = make_plan(town)
    grids = [onr(("1.1", 3.0, 1.0, "Former"), ("1.2", 3.0, 1.0, "Acheter"))]
    content = load_builtin("gpc-onr")
    practices = tuple(one for one in content.practices if one.code == "1.1")
    import_catalogue(town.editor, content=replace(content, practices=practices))
    table = keep_table(town.editor, plan=plan, file_name="onr.xlsx", digest="0" * 64)
    judged = write_table(town.editor, table=table, reading=read_any(grids), today=TODAY)
    former, acheter = plan.actions.order_by("number")
    assert (former.level, former.decisions.count()) == (CommitmentLevel.STUDY, 0)
    assert [one.code for one in former.practices.all()] == ["1.1"]
    assert not acheter.practices.exists()
    assert "unknown-practice" not in {one.kind.code for one in judged.problems}
