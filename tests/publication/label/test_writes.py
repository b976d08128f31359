"""The criteria of a label: kept, pasted, proved, removed, and each put back as it was."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

import pytest
from django.core.exceptions import ValidationError

from portulan.core.errors import DeniedError, NotFoundError
from portulan.evidence.writes import give
from portulan.plans.models import Plan
from portulan.plans.tables.undoing import undo_import
from portulan.plans.tables.writes import discard_table, keep_table, write_table
from portulan.plans.tables.writes import make_plan as make_plan_of
from portulan.publication.label.reads import criteria_of, in_order, numbers_of
from portulan.publication.label.writes import (
    paste_criteria,
    prove_criterion,
    remove_criterion,
    save_criterion,
    undo_criteria,
    unprove_criterion,
)
from portulan.publication.models import LabelCriterion
from tests.people import Town
from tests.plans.plan_of_town import TODAY, make_action, make_plan
from tests.plans.tables.sheets import PLAN
from tests.plans.tables.sheets import read as read_table

pytestmark = pytest.mark.django_db

type State = list[tuple[str, str, str, list[str], int]]


@pytest.fixture
def plan(town: Town) -> Plan:
    plan = make_plan(town)
    for title in ("Durer", "Réparer"):
        make_action(town, plan, title)
    return plan


def state(town: Town, plan: Plan) -> State:
    return [
        (one.code, one.title, one.answer, numbers_of(one), one.evidence_links.count())
        for one in in_order(criteria_of(town.editor, plan))
    ]


def furnish(town: Town, plan: Plan) -> LabelCriterion:
    """One criterion with all that may be said of it, and another that has a title alone."""
    saved = save_criterion(
        town.editor, plan=plan, code="1.2", title="Durer", answer="Oui.", actions=plan.actions.all()
    )
    prove_criterion(
        town.editor,
        criterion=saved.criterion,
        piece=give(town.editor, title="Contrat", reference="GED 12"),
    )
    paste_criteria(town.editor, plan=plan, lines="1.10\tMesurer")
    return saved.criterion


def edit(town: Town, plan: Plan, criterion: LabelCriterion) -> int | None:
    said = {"code": "1.3", "title": "Durer plus", "actions": plan.actions.all()[:1]}
    return save_criterion(town.editor, plan=plan, criterion=criterion, **said).entry


DEEDS: dict[str, Callable[[Town, Plan, LabelCriterion], int | None]] = {
    "edit": edit,
    "add": lambda town, plan, _it: (
        save_criterion(town.editor, plan=plan, code="9", title="Dire").entry
    ),
    "paste": lambda town, plan, _it: (
        paste_criteria(town.editor, plan=plan, lines="1.2\tAutrement\n7\tDire").entry
    ),
    "remove": lambda town, _plan, it: remove_criterion(town.editor, criterion=it),
}


@pytest.mark.parametrize("name", DEEDS)
def test_each_deed_is_undone_once(name: str, town: Town, plan: Plan) -> None:
    criterion = furnish(town, plan)
    before = state(town, plan)
    assert [row[0] for row in before] == ["1.2", "1.10"]
    entry = DEEDS[name](town, plan, criterion)
    assert entry is not None
    assert state(town, plan) != before
    undo_criteria(town.editor, plan=plan, entry=entry)
    assert state(town, plan) == before
    with pytest.raises(ValidationError, match="a changé depuis"):
        undo_criteria(town.editor, plan=plan, entry=entry)
    assert state(town, plan) == before


@pytest.mark.parametrize("name", DEEDS)
def test_what_changed_since_stays(name: str, town: Town, plan: Plan) -> None:
    criterion = furnish(town, plan)
    entry = DEEDS[name](town, plan, criterion)
    assert entry is not None
    for one in list(LabelCriterion.objects.filter(plan=plan)):
        said = {"code": one.code, "title": f"{one.title}, dit autrement", "answer": "Depuis."}
        save_criterion(town.editor, plan=plan, criterion=one, **said)
    if name == "remove":
        save_criterion(town.editor, plan=plan, code="1.2", title="Recopié")
    now = state(town, plan)
    with pytest.raises(ValidationError, match="a changé depuis"):
        undo_criteria(town.editor, plan=plan, entry=entry)
    assert state(town, plan) == now


def test_what_is_pasted_again_keeps_its_answers(town: Town, plan: Plan) -> None:
    furnish(town, plan)
    pasted = paste_criteria(town.editor, plan=plan, lines="1.2;Durer longtemps\n1.10;Mesurer\n2;Un")
    assert (pasted.added, pasted.changed) == (1, 1)
    assert state(town, plan)[0] == ("1.2", "Durer longtemps", "Oui.", ["1", "2"], 1)
    assert paste_criteria(town.editor, plan=plan, lines="2;Un").entry is None


def test_a_code_is_said_once_and_actions_are_of_the_plan(town: Town, plan: Plan) -> None:
    furnish(town, plan)
    with pytest.raises(ValidationError, match="existe déjà"):
        save_criterion(town.editor, plan=plan, code="1.2", title="Encore")
    other = make_action(town, make_plan(town, "Un autre plan"))
    with pytest.raises(ValidationError, match="pas de ce plan"):
        save_criterion(town.editor, plan=plan, code="3", title="Ailleurs", actions=[other])


def test_who_reads_or_is_of_elsewhere_writes_nothing(
    town: Town, elsewhere: Town, plan: Plan
) -> None:
    criterion = furnish(town, plan)
    piece = give(town.editor, title="Autre", reference="GED 13")
    for actor, error in ((town.reader, DeniedError), (elsewhere.admin, NotFoundError)):
        for deed in (
            lambda actor=actor: save_criterion(actor, plan=plan, code="4", title="Non"),
            lambda actor=actor: paste_criteria(actor, plan=plan, lines="4;Non"),
            lambda actor=actor: remove_criterion(actor, criterion=criterion),
            lambda actor=actor: prove_criterion(actor, criterion=criterion, piece=piece),
            lambda actor=actor: unprove_criterion(actor, criterion=criterion, piece=piece),
            lambda actor=actor: undo_criteria(actor, plan=plan, entry=1),
        ):
            with pytest.raises(error):
                deed()
    with pytest.raises(NotFoundError):
        undo_criteria(town.editor, plan=plan, entry=1)


def test_a_plan_that_a_table_made_stays_when_criteria_were_put_in_it(town: Town) -> None:
    read = read_table([["Plan NR de la ville 2024-2027"], *PLAN])
    undoing = {"read": discard_table, "written": partial(undo_import, today=TODAY)}
    for slug, undo in undoing.items():
        made = make_plan_of(town.editor, slug=slug, reading=read, today=TODAY)
        table = keep_table(town.editor, plan=made, file_name="x", digest="0" * 64, made_plan=True)
        if slug == "written":
            write_table(town.editor, table=table, reading=read, today=TODAY)
        paste_criteria(town.editor, plan=made, lines="1.1\tDurer")
        undo(town.editor, table=table)
        assert LabelCriterion.objects.filter(plan=made).count() == 1
