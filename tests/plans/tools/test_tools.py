"""Each tool is given a file of its own shape, and nothing is lost in silence."""

from __future__ import annotations

from dataclasses import fields
from datetime import date
from typing import Any

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from portulan.core.tables.grid import said
from portulan.plans.files.document import ActionText
from portulan.plans.tools import eco_clic, gpc_onr, grist, tet
from portulan.plans.tools.losses import BESIDE, Kept, Loss, losses_of
from portulan.plans.tools.registry import TOOLS
from portulan.plans.tools.telling import NAMES
from portulan.plans.words import CommitmentLevel, Progress
from tests.plans.tools.outgoing import FULL, action, back, grids, out

NOTHING: dict[str, int] = {}
# Signs that a cell of a workbook holds, and that nobody reads as markup.
SIGNS = st.characters(
    exclude_categories=("Cc", "Cs", "Cf", "Cn", "Zl", "Zp"), exclude_characters="<>&"
)
LINES = st.text(SIGNS, min_size=1, max_size=60).map(lambda text: " ".join(text.split()))
WORDS = LINES.filter(lambda text: text and not text.startswith("'"))
DAYS = st.dates(date(2020, 1, 1), date(2040, 1, 1))


def kept(tool: Any, *actions: ActionText) -> dict[str, Loss]:
    return {one.field: one for one in losses_of(tool, out(*actions), NOTHING)}


@pytest.mark.parametrize("tool", TOOLS.values(), ids=list(TOOLS))
def test_each_field_of_a_plan_is_held_folded_or_said_to_be_lost(tool: Any) -> None:
    assert set(NAMES) == {one.name for one in fields(ActionText)}
    known = set(NAMES)
    assert tool.held | tool.folded.keys() | tool.rounded.keys() <= known
    assert not tool.held & tool.folded.keys()
    assert tool.rounded.keys() <= tool.held
    found = kept(tool, action(**FULL), action(2))
    everything = {one for one in FULL if one not in tool.held} | (
        {"number", "level"} - tool.held
    )  # what nobody has to say is not counted
    assert everything <= found.keys()
    for one in found.values():
        assert one.becomes.fr != one.becomes.en
        assert one.becomes.fr.endswith((".", "\u00a0»."))


@pytest.mark.parametrize("tool", TOOLS.values(), ids=list(TOOLS))
@pytest.mark.parametrize("language", ["fr", "en"])
def test_what_is_folded_stands_in_the_file(tool: Any, language: Any) -> None:
    going = out(action(**FULL), action(2, "Former"), language=language)
    text = "\n".join(
        said(c) for grid in grids(tool.sheets(going)) for _r, row in grid.rows for c in row
    )
    if {"scope", "deliverables", "decisions"} <= tool.folded.keys() | tool.held:
        for words in ("Deux écoles", "Bilan", "Conseil", "Marché attendu", "Délégué", "PUE"):
            assert words in text


def test_losses_count_actions_and_tell_whole_ones_first() -> None:
    actions = (action(**FULL), action(2, "Former"), action(3, "Éteindre", blocked_by="Devis"))
    found = losses_of(gpc_onr.TOOL, out(*actions), {"pilot": 2, "notes": 0})
    assert [(one.field, one.actions, one.kept) for one in found[:1]] == [
        ("action", 2, Kept.DROPPED)
    ]
    by_name = {one.field: one for one in found}
    assert (by_name["blocked_by"].actions, by_name["pilot"].actions) == (2, 2)
    assert "notes" not in by_name
    assert by_name["practices"].kept is Kept.ROUNDED
    assert by_name["level"].as_json("en") == {
        "field": "level",
        "name": "Commitment level",
        "actions": 3,
        "kept": "dropped",
        "becomes": "Is left behind.",
    }
    assert set(BESIDE) == {"pilot", "notes"}


@pytest.mark.parametrize("tool", [eco_clic.TOOL, grist.TOOL, tet.TOOL], ids=lambda one: one.key)
def test_an_action_that_a_cell_does_not_keep_whole_is_counted(tool: Any) -> None:
    short, long = action(1, description="x" * 30_000), action(2, description="x" * 32_768)
    assert "texts" not in kept(tool, short)
    texts = kept(tool, short, long)["texts"]
    assert (texts.kept, texts.actions) == (Kept.ROUNDED, 1)


def test_actions_that_a_cell_of_the_grid_does_not_hold_together_are_counted() -> None:
    serving = [
        action(at, f"{at} ".ljust(200, "x"), practices=("gpc-onr/2026-02/1.1",))
        for at in range(1, 171)
    ]
    assert "texts" not in kept(gpc_onr.TOOL, *serving[:100])
    assert kept(gpc_onr.TOOL, *serving, action(200, "Former"))["texts"].actions == 170


# --- Territoires en Transitions ---------------------------------------------------------------


def test_tet_is_given_its_template() -> None:
    [grid] = grids(tet.TOOL.sheets(out(action(**FULL))))
    heads = [said(grid.at(2, at)) for at in range(grid.width)]
    assert heads == list(tet.COLUMNS)
    assert len(heads) == 28
    rows = [row for row, cells in grid.rows if any(map(said, cells))]
    assert rows == [1, 2, 4, 5, 6]  # an action, then its milestones as sub-actions
    first, second = (
        {head: said(grid.at(row, at)) for at, head in enumerate(heads)} for row in (4, 5)
    )
    assert first["Statut"] == "Bloqué"
    assert first["Moyens humains et techniques"] == "12,5 jours par an"
    assert first["Financements"].splitlines() == [
        "2026, investissement : 12 000,00 €",
        "2027 : inconnu",
    ]
    assert first["Partenaires"] == "Achats, Régie"
    assert first["Budget prévisionnel total € HT"] == ""  # a basis that nobody said
    assert (second["Titre de l'action"], second["Titre de la sous-action"]) == (
        "Acheter",
        "Sourcing",
    )
    assert second["Statut"] == "Réalisé"


def test_what_tet_cuts_is_counted_where_it_cuts() -> None:
    plain = action(progress=Progress.DONE)
    assert not {"progress", "pilot_function", "milestones"} & kept(tet.TOOL, plain).keys()
    cut = action(
        progress=Progress.ONGOING, pilot_function="DSI, achats", milestones=FULL["milestones"]
    )
    found = kept(tet.TOOL, plain, cut)
    for name in ("progress", "pilot_function", "milestones"):
        assert (found[name].actions, found[name].kept) == (1, Kept.ROUNDED)
    assert "contributors" not in kept(tet.TOOL, action(contributors=("Achats", "Régie")))
    assert "contributors" in kept(tet.TOOL, action(contributors=("Achats, Régie",)))


@settings(max_examples=40)
@given(
    title=WORDS,
    description=st.lists(WORDS, max_size=3).map("\n".join),
    pilot=WORDS,
    axis=WORDS,
    progress=st.sampled_from(sorted(Progress)),
    start=DAYS | st.none(),
    end=DAYS | st.none(),
)
@example("=1+1", "", "DSI", "Achats", Progress.DONE, None, None)
def test_what_goes_out_to_tet_comes_back(
    title: str, description: str, pilot: str, axis: str, progress: Progress, start: Any, end: Any
) -> None:
    if start and end and end < start:
        start, end = end, start
    said_of = action(
        title=title, description=description, pilot_function=pilot, axis="achats",
        progress=progress, starts_on=start, due_on=end, indicators=("pue",),
        milestones=FULL["milestones"],
    )  # fmt: skip
    going = out(said_of)
    going.folder.plan.axes["achats"] = axis
    reading = back(tet.TOOL.sheets(going))
    assert reading.format == "tet"
    [line] = reading.lines
    values = line.values
    assert (values["title"], values["pilot"], values["axis"]) == (title, pilot, axis)
    assert values["description"] == description
    assert values["progress"] == {Progress.ONGOING: Progress.DONE}.get(progress, progress)
    days = [values.get(name, "") for name in ("start", "end")]
    assert days == [day.isoformat() if day else "" for day in (start, end)]
    assert values["indicator"] == "PUE"
    assert "Niveau d’engagement : Réflexion" in values["note"]
    assert "Titre de la sous-action\u00a0: Sourcing, Réalisé, 2026-03-01" in values["note"]
    assert not reading.cells_left


def test_a_sub_action_without_its_action_is_one() -> None:
    [sheet] = tet.TOOL.sheets(out(action(milestones=FULL["milestones"])))
    rows = [row for at, row in enumerate(sheet.rows) if at != 3]
    assert [line.title for line in back([sheet._replace(rows=rows)]).lines] == [
        "Sourcing",
        "Marché",
    ]


# --- L’éco-clic -------------------------------------------------------------------------------


@settings(max_examples=40)
@given(
    title=WORDS,
    description=st.lists(WORDS | st.sampled_from(["a < b", "<b>x</b> &amp; y"]), max_size=3),
    axis=WORDS,
)
def test_what_goes_out_to_eco_clic_comes_back(
    title: str, description: list[str], axis: str
) -> None:
    going = out(action(title=title, description="\n".join(description), axis="achats"))
    going.folder.plan.axes["achats"] = axis
    reading = back(eco_clic.TOOL.sheets(going))
    assert (reading.format, reading.heading) == ("eco-clic", "Bourg")
    [line] = reading.lines
    assert (line.values["title"], line.values["axis"]) == (title, axis)
    assert line.values["description"] == "\n".join(description)
    assert "éco-clic, 24/11/2026. Réponse\u00a0: À faire" in line.values["note"]
    assert "Niveau d’engagement : Réflexion" in line.values["note"]
    assert not reading.cells_left


# --- the grid of the INR, Grist -----------------------------------------------------------------


def test_an_action_is_a_strategy_of_each_target_that_it_serves() -> None:
    going = out(
        action(title="2. Former", practices=("gpc-onr/2026-02/1.1", "gpc-onr/2026-02/5.2")),
        action(2, "Acheter", practices=("gpc-onr/2026-02/1.1",)),
        action(3, "Éteindre", practices=("guide/v1/d.1",)),
    )
    sheets = gpc_onr.TOOL.sheets(going)
    assert [one.title for one in sheets] == [f"ONR {rank}" for rank in range(1, 6)]
    assert sum(map(len, gpc_onr.targets().values())) == 28
    reading = back(sheets)
    assert reading.format == "gpc-onr"
    found = [(line.title, line.values["practice"]) for line in reading.lines]
    assert found == [
        ("2. Former", "gpc-onr/1.1"),
        ("Acheter", "gpc-onr/1.1"),
        ("2. Former (2)", "gpc-onr/5.2"),
    ]


def test_grist_is_given_tables_tied_by_the_number_of_the_action() -> None:
    by_name = {grid.name: grid for grid in grids(grist.TOOL.sheets(out(action(**FULL), action(2))))}
    assert list(by_name) == [
        *("Actions", "Jalons", "Livrables", "Décisions", "Budgets", "Indicateurs", "Liens"),
    ]
    for grid in by_name.values():
        heads = [said(cell) for cell in grid.rows[0][1]]
        assert len(set(heads)) == len(heads)
    rows = {
        name: [[said(c) for c in row] for _at, row in grid.rows[1:]]
        for name, grid in by_name.items()
    }
    assert [row[0] for row in rows["Actions"]] == ["1.10", "2"]
    assert rows["Budgets"] == [
        ["1.10", "2026", "investissement", "12000"],
        ["1.10", "2027", "", ""],
    ]
    assert rows["Liens"] == [["1.10", "Exige", "2", ""]]
    [former, _other] = back(grist.TOOL.sheets(out(action(**FULL), action(2)))[:1]).lines
    for field, text in (
        ("title", "Acheter"),
        ("axis", "Achats"),
        ("pilot", "DSI"),
        ("level", str(int(CommitmentLevel.STUDY))),
        ("end", "2027-12-31"),
        ("description", FULL["description"]),
    ):
        assert former.values[field] == text
    assert set(kept(grist.TOOL, action(**FULL))) == set()


def test_a_text_that_a_spreadsheet_would_compute_leaves_as_a_text() -> None:
    [sheet] = tet.TOOL.sheets(out(action(title="=HYPERLINK(1)")))
    [grid] = grids([sheet])
    assert said(grid.at(4, 3)) == "=HYPERLINK(1)"
