"""Nothing of a plan is lost on its way through files, but what is said here, with its reason."""

from __future__ import annotations

from dataclasses import fields, replace
from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from django.db import models, transaction
from hypothesis import HealthCheck, given, settings

from portulan.accounts.access import Operation
from portulan.accounts.actors import Actor
from portulan.accounts.models import Unit
from portulan.core.merge.threeway import Side
from portulan.evidence.models import Piece
from portulan.evidence.reception import Received
from portulan.evidence.words import Visibility
from portulan.evidence.writes import give, hide, link
from portulan.indicators.models import Indicator, Measurement, MeasurementEvidence, Target, UnitPart
from portulan.indicators.words import Judgement, Kind
from portulan.plans.files import document as say
from portulan.plans.files.document import PlanFolder, seal
from portulan.plans.files.reads import folder_of
from portulan.plans.models import (
    Action,
    ActionEvidence,
    ActionTie,
    Axis,
    ChoiceEvidence,
    CommitmentDecision,
    DecisionEvidence,
    Deliverable,
    DeliverableEvidence,
    Goal,
    Milestone,
    Plan,
    PlannedMoney,
    PracticeChoice,
    Stakeholder,
    UnitDays,
)
from portulan.plans.words import ActorKind, CommitmentLevel, Progress, Tie
from portulan.publication.plan_files.entering import enter
from portulan.publication.plan_files.merges import unmerge, unmerging
from portulan.publication.plan_files.reading import read
from tests.publication.plan_files.plans import folders
from tests.publication.plan_files.test_entering import again, organisation, written
from tests.publication.plan_files.test_merging import bring, kept

pytestmark = pytest.mark.django_db

# What the files say of each table, and the name that a column has there when it is another.
SAID: dict[type[models.Model], tuple[type, dict[str, str]]] = {
    Plan: (say.PlanText, {}),
    PracticeChoice: (say.ChoiceText, {}),
    UnitDays: (say.PlanText, {"unit": "unit_days", "days": "unit_days"}),
    Stakeholder: (say.StakeholderText, {"name": "stakeholders"}),
    Axis: (say.PlanText, {"title": "axes", "order": "axes"}),
    Goal: (say.PlanText, {"title": "goals", "order": "goals"}),
    Action: (say.ActionText, {}),
    Milestone: (say.MilestoneText, {}),
    PlannedMoney: (say.MoneyText, {}),
    Deliverable: (say.DeliverableText, {}),
    CommitmentDecision: (say.DecisionText, {}),
    ActionTie: (say.TieText, {}),
    Indicator: (say.IndicatorText, {}),
    Target: (say.TargetText, {}),
    Measurement: (say.ReadingText, {"on": "day"}),
    UnitPart: (say.UnitPartText, {"unit": "unit_parts"}),
    Piece: (say.PieceText, {}),
    ActionEvidence: (say.ActionPieceText, {}),
    DeliverableEvidence: (say.ActionPieceText, {"proved": "deliverable"}),
    DecisionEvidence: (say.ActionPieceText, {"proved": "decision"}),
    ChoiceEvidence: (say.ChoicePieceText, {"proved": "practice"}),
    MeasurementEvidence: (say.ReadingPieceText, {"proved": "day"}),
}
# What is keyed by a name in the text of its owner.
HOLDERS: dict[type, tuple[type, ...]] = {
    say.UnitPartText: (say.IndicatorText,),
    say.StakeholderText: (say.PlanText,),
}
OWNERS = "the folder says whose it is by its place"
HOURS = "an hour or a number of record: files have the days that people typed"
NAMES = "a person’s"
STAYS = {
    **dict.fromkeys(("id", "version", "recorded_at", "given_at", "said_at"), HOURS),
    **dict.fromkeys(("organisation", "plan", "action", "indicator", "piece"), OWNERS),
    **dict.fromkeys(("person_id", "pilot", "given_by", "hidden_by"), NAMES),
    "proved": OWNERS,
    "corrects": "a record that was corrected stays at home",
    "correction_reason": "a record that was corrected stays at home",
    "import_id": "the table that a level was read in stays at home",
    "withdrawn_at": "a reading that was withdrawn stays at home",
    "hidden_at": "a hidden piece is told to nobody",
    "hidden_reason": "a hidden piece is told to nobody",
}


def test_every_column_of_a_plan_is_in_its_files_or_stays_for_a_reason() -> None:
    lost = [
        f"{model.__name__}.{column.name}"
        for model, (text, named) in SAID.items()
        for column in (*model._meta.concrete_fields, *model._meta.many_to_many)
        if named.get(column.name, column.name)
        not in {one.name for kind in (text, *HOLDERS.get(text, ())) for one in fields(kind)}
        and column.name not in STAYS
    ]
    assert lost == [], "no field of plans/files/document.py says it: give it one, or a reason here"


def test_what_belongs_to_a_plan_is_one_of_these_tables_or_stays_for_a_reason() -> None:
    told = {one for model in (Plan, Action, Indicator) for one in model._meta.related_objects}
    tables = {one.related_model.__name__ for one in told if one.related_model._meta.app_label in
              {"plans", "indicators"}}  # fmt: skip
    assert tables - {model.__name__ for model in SAID} == {
        "ActionIndicator",  # `indicators` of an action, in their order
        "ActionPractice",  # `practices` and `seen` of an action
        "ActionNote",  # a journal of who follows it, as the trail
        "BulkChange",  # what takes an act back
        "PlanMerge",  # what takes a folder back
        "PlanOrigin",  # `origin`
        "Room",  # what phones said stays: what was chosen from it leaves, as choices
        "SavedView",  # a way to look at it here
        "Succession",  # what became of another plan
        "TableImport",  # how it came in
        "TableLine",  # how it came in
    }


def columns(plan: Plan) -> list[list[dict[str, Any]]]:
    """Return all that the tables hold of a plan, but what stays."""
    used = Indicator.objects.filter(actions__plan=plan).values("pk")
    ours: dict[type[models.Model], dict[str, Any]] = {
        Plan: {"pk": plan.pk},
        PracticeChoice: {"plan": plan},
        UnitDays: {"plan": plan},
        Stakeholder: {"plan": plan},
        Action: {"plan": plan},
        ActionTie: {"action__plan": plan},
        Indicator: {"pk__in": used},
        Target: {"indicator__in": used},
        Measurement: {"indicator__in": used},
    } | {
        model: {"action__plan": plan}
        for model in (Milestone, PlannedMoney, Deliverable, CommitmentDecision)
    }
    found = []
    for model, where in ours.items():
        names = [
            one.name
            for one in model._meta.concrete_fields
            if one.name not in STAYS and not one.is_relation
        ]
        rows = model._default_manager.filter(**where).values(*names)
        found.append(sorted(rows, key=lambda row: repr(list(row.values()))))
    return found


@given(folders())
@settings(max_examples=12, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_every_value_is_the_same_on_both_sides(folder: PlanFolder) -> None:
    with transaction.atomic():
        here, there = organisation("here"), organisation("there")
        first = enter(here, folder=folder)
        second = enter(there, folder=again(written(folder_of(here, slug=first.slug))))
        assert columns(first) == columns(second)
        transaction.set_rollback(True)


# --- an example ------------------------------------------------------------------------------

# The seal of a folder of before, as the program of before made it.
SEAL = "f4365630d56b04674f0d533f0f94750ebe41cf8142736642be12d84ff40f464e"

DAY = date(2026, 3, 31)
FILE = Received("ab" * 32, 3, "pdf", "rapport.pdf", None)


def action(number: int, **more: Any) -> say.ActionText:
    return say.ActionText(
        number, f"Action {number}", CommitmentLevel.STUDY, Progress.TODO, "Support", **more
    )


def example() -> PlanFolder:
    target = say.TargetText(
        DAY, text="tout", judgement=Judgement.IN_PART, judged_on=DAY, judged_by="Comité"
    )
    indicator = say.IndicatorText(
        "Pannes",
        Kind.TEXT,
        targets=(target,),
        readings=(say.ReadingText(DAY, text="peu"),),
        unit_parts={
            "Parc": say.UnitPartText(
                Decimal(2), DAY, past_weights=(say.PastWeightText(date(2026, 8, 1), Decimal(1)),)
            )
        },
    )
    head = say.PlanText(
        *("plan", "Plan", 2026, 2027),
        units={"Parc": None},
        unit_days={"Parc": Decimal(4)},
        stakeholders={
            "Atelier": say.StakeholderText(ActorKind.PRIVATE, "répare"),
            "Métropole": say.StakeholderText(ActorKind.PUBLIC),
        },
        used_share=60,
        used_by_month=8,
    )
    actions = (
        action(1, indicators=("pannes",), ties=(say.TieText(Tie.REQUIRES, 2, "d’abord"),)),
        action(2, protocol="deux sites", compared_with="2025", cost_to_extend="10 k€"),
    )
    return PlanFolder(head, {"pannes": indicator}, actions)


def prove(actor: Actor) -> Piece:
    """Give a piece with a file, which proves an action and a reading."""
    piece = give(actor, title="Rapport", reference="DN-1", file=FILE)
    link(actor, model=ActionEvidence, proved=Action.objects.get(number=1).pk, piece=piece)
    link(actor, model=MeasurementEvidence, proved=Measurement.objects.get().pk, piece=piece)
    return piece


def test_a_piece_enters_without_its_file_and_keeps_its_digest() -> None:
    here, there = organisation("here"), organisation("there")
    enter(here, folder=example())
    prove(here)
    files = written(folder_of(here, slug="plan"))
    told = "\n".join(text.decode() for text in files.values())
    assert told.count(FILE.sha256) == 2
    assert "rapport.pdf" not in told
    enter(there, folder=again(files))
    piece = Piece.objects.get(organisation=there.organisation_id)
    assert piece.reference == f"DN-1 sha256:{FILE.sha256}"
    assert not piece.revisions.exists()
    assert written(folder_of(there, slug="plan")) == files


def test_who_may_not_read_a_private_piece_does_not_take_it_away() -> None:
    here = organisation("here")
    enter(here, folder=example())
    piece = prove(here)
    reader = replace(here, only=frozenset({Operation.READ_PLAN}))
    assert folder_of(reader, slug="plan").actions[0].evidence == ()
    assert len(folder_of(here, slug="plan").actions[0].evidence) == 1
    hide(here, piece=piece, reason="erreur")
    assert folder_of(here, slug="plan").actions[0].evidence == ()


def test_a_merge_carries_them_and_is_taken_back() -> None:
    here = organisation("here")
    enter(here, folder=example())
    piece = prove(here)
    before, base = kept(here, "plan")
    one, two = before.actions
    proof = replace(one.evidence[0], title="Rapport final", visibility=Visibility.ORGANISATION)
    indicator = before.indicators["pannes"]
    moved = replace(
        before,
        plan=replace(
            before.plan,
            unit_days={"Parc": Decimal(6)},
            stakeholders={"Atelier": say.StakeholderText(ActorKind.PRIVATE, "donne")},
            used_share=70,
        ),
        indicators={
            "pannes": replace(
                indicator,
                targets=(replace(indicator.targets[0], judgement=Judgement.REACHED),),
                unit_parts={"Parc": say.UnitPartText(Decimal(3), DAY, date(2026, 9, 1))},
                evidence=(replace(indicator.evidence[0], title="Rapport final",
                                  visibility=Visibility.ORGANISATION),),
            )
        },
        actions=(
            replace(one, evidence=(proof,), ties=(say.TieText(Tie.MERGES, 2),)),
            replace(two, protocol="trois sites"),
        ),
    )  # fmt: skip
    bring(here, "plan", moved, Side.THEIRS, base)
    assert folder_of(here, slug="plan") == moved
    piece.refresh_from_db()
    assert (piece.title, piece.reference) == ("Rapport final", "DN-1")
    assert UnitDays.objects.get().days == 6
    unmerge(here, foreseen=unmerging(here, slug="plan"))
    assert folder_of(here, slug="plan") == before
    # An action that goes takes what was tied to it.
    alone = replace(before, actions=(replace(before.actions[0], ties=()),))
    bring(here, "plan", alone, Side.THEIRS, kept(here, "plan")[1])
    assert [*ActionTie.objects.all()] == []
    assert Unit.objects.filter(name="Parc").exists()


def test_what_was_written_before_is_read_and_has_the_same_seal() -> None:
    """As a folder of the first version has it: what is absent is empty."""
    head = "format: portulan-plan/1\nslug: plan\ntitle: Plan\nfirst_year: 2026\nlast_year: 2027\n"
    first = (
        "---\nnumber: 1\ntitle: Réparer\nlevel: study\nprogress: todo\npilot_function: Support\n"
        "indicators:\n  - pannes\n---\n"
    )
    aim = "name: Pannes\nkind: text\ntargets:\n  - due_on: 2026-12-31\n    text: tout\n"
    files = {"plan.yaml": head, "actions/001.md": first, "indicators/pannes.yaml": aim}
    folder = again({path: text.encode() for path, text in files.items()})
    assert {path: text.decode() for path, text in written(folder).items()} == files
    assert seal(folder) == SEAL
    made = enter(organisation("here"), folder=folder)
    assert (made.used_share, made.used_by_month) == (50, 9)


def test_ties_and_pieces_that_cannot_be_are_told() -> None:
    folder = example()
    one, two = folder.actions
    for actions, code in (
        ((replace(one, ties=(say.TieText(Tie.REQUIRES, 9),)), two), "unknown-key"),
        ((one, replace(two, ties=(say.TieText(Tie.REQUIRES, 1),))), "loop"),
        ((replace(one, ties=(say.TieText(Tie.PART_OF, 1),)), two), "loop"),
        ((replace(one, evidence=(say.ActionPieceText(title="Rien"),)), two), "no-piece"),
        (
            (replace(one, evidence=(say.ActionPieceText(title="R", sha256="0" * 64, decision=1),)),
             two),
            "unknown-key",
        ),
    ):  # fmt: skip
        _found, problems = read(written(replace(folder, actions=actions)))
        assert [problem.kind.code for problem in problems] == [code]
