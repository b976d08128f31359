"""A table enters a plan once, merges when it comes again, and leaves in one act."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest
from django.core.exceptions import ValidationError

from portulan.accounts.actors import Actor
from portulan.accounts.models import Person
from portulan.core.errors import DeniedError
from portulan.plans.actions.writes import edit_action
from portulan.plans.commitments.writes import decide
from portulan.plans.indicators import measure
from portulan.plans.models import Action, CommitmentDecision, Plan, TableImport
from portulan.plans.tables.reads import last_import
from portulan.plans.tables.undoing import undo_import, undoing_of
from portulan.plans.tables.writes import (
    Judged,
    RefusedTableError,
    discard_table,
    keep_table,
    make_plan,
    write_table,
)
from portulan.plans.votes import voting_of
from portulan.plans.words import CommitmentLevel, Outcome, Progress
from tests.people import Town
from tests.plans.plan_of_town import TODAY, make_action
from tests.plans.plan_of_town import make_plan as a_plan
from tests.plans.tables.sheets import PLAN, Rows, read

pytestmark = pytest.mark.django_db


@pytest.fixture
def plan(town: Town) -> Plan:
    return a_plan(town)


def bring(actor: Actor, plan: Plan, rows: Rows, today: date = TODAY, **columns: str) -> Judged:
    table = keep_table(actor, plan=plan, file_name="plan.csv", digest="0" * 64)
    return write_table(actor, table=table, reading=read(rows, **columns), today=today)


def fates(judged: Judged) -> tuple[int, int, int]:
    rows = judged.counts
    return rows["created"], rows["updated"], rows["unchanged"]


def codes(judged: Judged) -> list[str]:
    return [problem.kind.code for problem in judged.problems]


def changed(rows: Rows, **cells: object) -> Rows:
    """The same table with some cells changed, as `D3="DSI"`."""
    copy = [list(row) for row in rows]
    for place, cell in cells.items():
        copy[int(place[1:]) - 1][ord(place[0]) - 65] = cell
    return copy


def action(plan: Plan, called: str) -> Action:
    return next(one for one in plan.actions.all() if one.called == called)


def test_a_table_makes_the_actions_that_it_says(town: Town, plan: Plan) -> None:
    judged = bring(town.editor, plan, PLAN)
    assert fates(judged) == (3, 0, 0)
    assert not judged.problems
    first, second, third = plan.actions.order_by("number")
    assert [one.called for one in (first, second, third)] == ["1.1", "1.2", "1.10"]
    assert (first.axis, first.pilot_function) == (plan.axes.get(title="Gouvernance"), "DGS")
    assert second.due_on == date(2026, 12, 31)
    assert second.progress == Progress.IN_PROGRESS
    assert second.planned_money.get().amount == Decimal(12_000)
    assert third.planned_money.get().amount is None  # said to be unknown
    # A level read is an entry decision on the day of the import; it makes no vote of the plan.
    entries = [one.decisions.get() for one in (first, second, third)]
    assert {(made.decided_on, made.body, made.outcome) for made in entries} == {
        (TODAY, "reprise du tableau", "adopt")
    }
    assert [made.level for made in entries] == [3, 2, 1]
    assert voting_of(plan).waiting == 0


def test_a_level_decided_on_the_day_of_a_column(town: Town, plan: Plan) -> None:
    rows: Rows = [["Titre", "Niveau", "Date du vote"], ["Éteindre", "Réalisation", "13/12/2024"]]
    bring(town.editor, plan, rows)
    assert plan.actions.get().decisions.get().decided_on == date(2024, 12, 13)


def test_what_a_row_lacks_is_a_state_and_no_error(town: Town, plan: Plan) -> None:
    assert fates(bring(town.editor, plan, [["Titre"], ["Éteindre"]])) == (1, 0, 0)
    made = plan.actions.get()
    assert made.vacant_since == TODAY
    assert not made.decisions.exists()
    assert voting_of(plan).waiting == 1


def test_nothing_comes_twice(town: Town, plan: Plan) -> None:
    bring(town.editor, plan, PLAN)
    again = bring(town.editor, plan, PLAN)
    assert fates(again) == (0, 0, 3)
    assert not again.problems
    assert CommitmentDecision.everything.filter(action__plan=plan).count() == 3
    assert plan.axes.count() == 2


def test_the_key_is_the_number_as_text_else_the_title(town: Town, plan: Plan) -> None:
    bring(town.editor, plan, PLAN)
    renamed = changed(PLAN, B4="Mesurer l’empreinte carbone")
    assert fates(bring(town.editor, plan, renamed)) == (0, 1, 2)
    assert action(plan, "1.10").title == "Mesurer l’empreinte carbone"
    without = [row[1:] for row in renamed]
    assert fates(bring(town.editor, plan, without)) == (0, 0, 3)
    assert plan.actions.count() == 3


def test_a_number_comes_to_an_action_of_the_same_title(town: Town, plan: Plan) -> None:
    made = make_action(town, plan, title="Nommer un référent")
    judged = bring(town.editor, plan, [["N°", "Titre"], ["A-1", "nommer un REFERENT"]])
    assert fates(judged)[0] == 0
    made.refresh_from_db()
    assert made.own_number == "A-1"
    # The title here was nobody’s import: the table does not replace it.
    assert codes(judged) == ["question"]
    assert made.title == "Nommer un référent"


def test_what_changed_in_the_table_is_written_and_only_that(town: Town, plan: Plan) -> None:
    bring(town.editor, plan, PLAN)
    edit_action(town.editor, action=action(plan, "1.1"), description="Écrit ici")
    judged = bring(town.editor, plan, changed(PLAN, D2="DGA", H3=15, E4="Expérimentation"))
    assert fates(judged) == (0, 3, 0)
    assert action(plan, "1.1").pilot_function == "DGA"
    assert action(plan, "1.1").description == "Écrit ici"
    assert action(plan, "1.2").planned_money.get().amount == Decimal(15_000)
    moved = action(plan, "1.10").decisions.all()
    assert [(one.outcome, one.level) for one in moved] == [("adopt", 1), ("move", 2)]


def test_what_somebody_changed_here_is_a_conflict_and_stays(town: Town, plan: Plan) -> None:
    bring(town.editor, plan, PLAN)
    edit_action(town.editor, action=action(plan, "1.1"), title="Nommer une référente")
    for rows in (PLAN, changed(PLAN, B2="Nommer quelqu’un")):  # the old text, another one
        judged = bring(town.editor, plan, rows)
        assert codes(judged) == ["conflict"]
        assert "Nommer une référente" in judged.problems[0].message()
        assert judged.problems[0].message().startswith("B2 (Titre)")
        assert action(plan, "1.1").title == "Nommer une référente"
    # Once both say the same, it is over.
    assert not bring(town.editor, plan, changed(PLAN, B2="Nommer une référente")).problems


def test_a_level_decided_here_since_is_a_conflict(town: Town, plan: Plan) -> None:
    bring(town.editor, plan, PLAN)
    study = action(plan, "1.10")
    study.deliverables.create(
        title="Étude", delivered_on=TODAY, approach="a", consulted="b", result="c"
    )
    decide(
        town.editor,
        action=study,
        outcome=Outcome.MOVE,
        on=TODAY,
        body="Comité",
        reason="Prêt",
        level=CommitmentLevel.EXPERIMENT,
        scope="Mairie",
        deliverable=study.deliverables.get(),
        today=TODAY,
    )
    assert codes(bring(town.editor, plan, PLAN)) == ["conflict"]
    assert action(plan, "1.10").level == CommitmentLevel.EXPERIMENT


def test_an_empty_cell_takes_away_what_the_table_had_said(town: Town, plan: Plan) -> None:
    bring(town.editor, plan, PLAN)
    assert fates(bring(town.editor, plan, changed(PLAN, G3="", H3="", D3="", E3=""))) == (0, 1, 2)
    made = action(plan, "1.2")
    assert made.due_on is None
    assert not made.planned_money.exists()
    assert (made.pilot_function, made.level) == ("DRH", 2)  # these, an action always has


def test_a_refused_row_keeps_all_of_it_out(town: Town, plan: Plan) -> None:
    with pytest.raises(RefusedTableError) as refused:
        bring(town.editor, plan, changed(PLAN, B3=""))
    assert refused.value.judged.counts["refused"] == 1
    assert not plan.actions.exists()


def test_people_units_and_practices_that_nobody_knows(town: Town, plan: Plan) -> None:
    rows: Rows = [
        ["Titre", "Personne", "Entité", "Bonnes pratiques"],
        ["Une", "READER personne", "Mairie", "z.99"],
        ["Deux", "Ana Inconnue", "Mairie", ""],
    ]
    judged = bring(town.editor, plan, rows)
    # An editor manages neither people nor units: they are told, once each.
    assert sorted(codes(judged)) == ["unknown-person", "unknown-practice", "unknown-unit"]
    assert plan.actions.get(title="Une").pilot == Person.objects.get(name="Personne reader")
    bring(town.admin, plan, rows)
    second = plan.actions.get(title="Deux")
    assert str(second.pilot) == "Ana Inconnue"
    assert str(second.unit) == "Mairie"
    # A name stands in one table, that erasing empties: what is kept of an import refers to it.
    assert "Ana" not in str(list(TableImport.objects.values_list("report", "titles", "grid")))
    assert "Ana" not in str(
        [line.said for table in TableImport.objects.all() for line in table.lines.all()]
    )


def test_indicators_and_targets_are_of_the_kind_that_they_say(town: Town, plan: Plan) -> None:
    rows: Rows = [
        ["Titre", "Fin", "Indicateur", "Cible"],
        ["Une", "2026", "Part des agents formés\nCharte signée", "80 %\noui"],
        ["Deux", "", "Satisfaction", "meilleure qu’en 2024"],
    ]
    bring(town.editor, plan, rows)
    one, two = plan.actions.order_by("number")
    kinds = {item.name: (item.kind, item.targets.get()) for item in one.indicators.all()}
    assert kinds["Part des agents formés"][0] == "percentage"
    assert kinds["Part des agents formés"][1].value == 80
    assert kinds["Charte signée"][0] == "yes_no"
    target = two.indicators.get().targets.get()
    assert (target.text, target.due_on) == ("meilleure qu’en 2024", date(2027, 12, 31))
    assert not bring(town.editor, plan, rows).problems


def test_a_table_is_undone_in_one_act(town: Town, plan: Plan) -> None:
    bring(town.editor, plan, PLAN)
    bring(town.editor, plan, [*changed(PLAN, D2="DGA", E4="Expérimentation"), ["2", "Éteindre"]])
    table = last_import(plan)
    assert table is not None
    first = plan.table_imports.order_by("id").first()
    assert first is not None
    with pytest.raises(ValidationError):
        undo_import(town.editor, table=first, today=TODAY)
    undo_import(town.editor, table=table, today=TODAY)
    assert plan.actions.count() == 3
    assert action(plan, "1.1").pilot_function == "DGS"
    assert action(plan, "1.10").level == CommitmentLevel.STUDY
    assert action(plan, "1.10").decisions.count() == 1
    assert last_import(plan) == first
    undo_import(town.editor, table=first, today=TODAY)
    assert not plan.actions.exists()
    assert not plan.axes.exists()
    assert not CommitmentDecision.everything.exists()
    assert fates(bring(town.editor, plan, PLAN)) == (3, 0, 0)


def test_what_was_done_since_an_import_is_kept_when_it_is_undone(town: Town, plan: Plan) -> None:
    rows = [
        [*row, extra]
        for row, extra in zip(PLAN, ["Indicateur", "Part A", "Part B", ""], strict=True)
    ]
    bring(town.editor, plan, rows)
    edit_action(town.editor, action=action(plan, "1.1"), description="Écrit ici")
    trained = action(plan, "1.2")
    measure(
        town.editor,
        action=trained,
        indicator=trained.indicators.get(),
        on=TODAY,
        today=TODAY,
        value=Decimal(12),
    )
    table = last_import(plan)
    assert table is not None
    assert [one.called for one in undoing_of(table).kept] == ["1.1", "1.2"]
    undone = undo_import(town.editor, table=table, today=TODAY)
    assert [one.called for one in plan.actions.order_by("number")] == ["1.1", "1.2"]
    assert len(undone.undoing.deleted) == 1


def test_a_plan_is_made_with_the_years_of_its_table_and_goes_with_it(town: Town) -> None:
    rows: Rows = [["Plan NR de la ville 2024-2027"], *PLAN]
    reading = read(rows)
    plan = make_plan(town.editor, slug="plan-nr", reading=reading, today=TODAY)
    assert (plan.title, plan.first_year, plan.last_year) == (
        "Plan NR de la ville 2024-2027",
        2024,
        2027,
    )
    table = keep_table(town.editor, plan=plan, file_name="x", digest="0" * 64, made_plan=True)
    write_table(town.editor, table=table, reading=reading, today=TODAY)
    assert undo_import(town.editor, table=table, today=TODAY).plan_went
    assert not Plan.objects.filter(slug="plan-nr").exists()


def test_a_preview_is_forgotten_with_its_plan(town: Town) -> None:
    plan = make_plan(town.editor, slug="plan-nr", reading=read(PLAN), today=TODAY)
    table = keep_table(town.editor, plan=plan, file_name="x", digest="0" * 64, made_plan=True)
    assert discard_table(town.editor, table=table)
    assert not Plan.objects.exists()


def test_only_who_edits_the_plan_brings_a_table(town: Town, plan: Plan) -> None:
    for actor in (town.reader, town.contributor, town.finance):
        with pytest.raises(DeniedError):
            bring(actor, plan, PLAN)


def test_a_long_table_takes_queries_by_line_and_not_by_plan(town: Town, plan: Plan) -> None:
    rows: Rows = [
        ["N°", "Titre", "Pilote"],
        *([f"{n}", f"Action {n}", "DSI"] for n in range(1, 61)),
    ]
    assert fates(bring(town.editor, plan, rows)) == (60, 0, 0)
    assert fates(bring(town.editor, plan, rows)) == (0, 0, 60)
    assert [one.number for one in plan.actions.order_by("number")] == list(range(1, 61))
    assert not plan.actions.exclude(own_number="").exists()
