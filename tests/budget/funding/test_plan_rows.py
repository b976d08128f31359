"""The rows of a plan serve until the trail has a new entry, and never inside a transaction."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import fields
from datetime import timedelta
from decimal import Decimal
from time import monotonic, sleep

import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext

from portulan.accounts.access import Role
from portulan.accounts.writes import add_person
from portulan.budget.funding import plan_rows as kept
from portulan.budget.funding.plan_rows import plan_rows
from portulan.evidence.words import Visibility
from portulan.evidence.writes import give, link
from portulan.indicators.words import Kind
from portulan.plans.actions.listing import Filters
from portulan.plans.actions.progress import update_progress
from portulan.plans.actions.reads import Row
from portulan.plans.actions.writes import assign_pilot, delete_action, edit_action
from portulan.plans.commitments.writes import save_milestone
from portulan.plans.computed import BY_LEVEL
from portulan.plans.indicators import add_indicator, measure
from portulan.plans.models import Action, ActionEvidence, Plan
from portulan.plans.money.writes import set_planned_money
from portulan.plans.notes import save_note
from portulan.plans.plan import add_goal
from portulan.plans.words import CommitmentLevel, Progress
from tests.people import Town, make_town
from tests.plans.plan_of_town import TODAY, adopt, followed_action, make_action, make_plan


@pytest.fixture(autouse=True)
def nothing_kept() -> Iterator[None]:
    kept.forget()
    yield
    kept.forget()


def rows(plan: Plan) -> kept.PlanRows:
    return plan_rows(plan, TODAY)


def kept_rows(plan: Plan) -> kept.PlanRows:
    """Return what is kept: on PostgreSQL nothing is while somebody writes, on the whole server."""
    return next(one for one in (rows(plan) for _turn in while_others_write()) if rows(plan) is one)


def while_others_write() -> Iterator[float]:
    """Yield again and again: another process of tests may hold a transaction for a minute."""
    ends = monotonic() + 600
    while (now := monotonic()) < ends:
        yield now
        sleep(0.2)


@pytest.mark.django_db(transaction=True)
def test_what_was_read_serves_until_something_changes() -> None:
    town = make_town("gardee")
    plan = make_plan(town)
    action = followed_action(town, plan)
    first = kept_rows(plan)
    for _turn in while_others_write():
        with CaptureQueriesContext(connection) as asked:
            again = rows(plan)
        if again is first:
            break
    assert again is first
    assert len(asked) == (2 if connection.vendor == "postgresql" else 1)
    update_progress(town.editor, action=action, today=TODAY, progress=Progress.PAUSED)
    second = kept_rows(plan)
    assert second is not first
    assert [row.progress for row in second.rows] == [Progress.PAUSED]
    # Another day is another judgement; another plan or town changes nothing to this one.
    assert plan_rows(plan, TODAY + timedelta(1)) is not second
    other = make_town("voisine")
    make_action(other, make_plan(other))
    assert kept_rows(plan) is second
    with transaction.atomic():
        assert rows(plan) is not second
        edit_action(town.editor, action=action, title="Repris")
        transaction.set_rollback(True)
    assert [row.action.title for row in rows(plan).rows] == ["Une seule salle serveur"]


def found(town: Town, plan: Plan, words: str, role: Role = Role.EDITOR) -> list[int]:
    listing = rows(plan).searched(town.actor(role), Filters(q=words), "number", TODAY.year)
    return [row.action.number for row in listing.rows]


@pytest.mark.django_db
def test_a_search_finds_names_notes_and_the_evidence_that_one_may_read(town: Town) -> None:
    plan = make_plan(town)
    first, second = make_action(town, plan, "Une"), make_action(town, plan, "Deux")
    person = add_person(town.admin, function="Cheffe de projet", name="Élodie Prigent")
    assign_pilot(
        town.editor, action=first, pilot_function="Cheffe de projet", pilot=person, today=TODAY
    )
    note = "Le prestataire a déménagé à Plœmeur"
    save_note(town.editor, action=second, text=note, on=TODAY, today=TODAY)
    for title, visibility in (
        ("Facture confidentielle", Visibility.PRIVATE),
        ("Bilan ouvert", Visibility.ORGANISATION),
    ):
        piece = give(town.editor, title=title, reference="DN-2026-004", visibility=visibility)
        link(town.editor, model=ActionEvidence, proved=second.pk, piece=piece)
    assert found(town, plan, "elodie") == [1]
    assert found(town, plan, "cheffe une") == [1]  # of the sheet and beside it
    assert found(town, plan, "demenage") == [2]
    assert found(town, plan, "bilan", Role.READER) == [2]
    assert found(town, plan, "facture") == [2]
    # Nobody learns from a search that there is a private piece.
    assert found(town, plan, "facture", Role.READER) == []
    assert found(town, plan, "introuvable") == []


def told(row: Row) -> dict[str, object]:
    """What a row says, its action column by column."""
    action = {field.attname: getattr(row.action, field.attname) for field in Action._meta.fields}
    return {
        **{one.name: getattr(row, one.name) for one in fields(row)},
        **action,
        "practices": [one.pk for one in row.practices],
        "states": row.states,
        "lacks": row.lacks,
        "words": row.words,
    }


@pytest.mark.django_db(transaction=True)
def test_rows_read_again_one_by_one_say_what_reading_all_says(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    town = make_town("relue")
    plan = make_plan(town)
    first, second = followed_action(town, plan), make_action(town, plan, "Une autre")
    for rank in range(4):
        make_action(town, plan, f"Encore {rank}")
    shared = first.indicators.get()
    add_indicator(
        town.editor, action=second, name="Réflexion", kind=Kind.PERCENTAGE, unit="%",
        computed_by=BY_LEVEL[CommitmentLevel.STUDY],
    )  # fmt: skip
    whole: list[int] = []
    read = kept._read
    monkeypatch.setattr(kept, "_read", lambda *given: whole.append(1) or read(*given))
    editor, action = town.editor, second
    person = add_person(town.admin, function="Cheffe de projet", name="Élodie Prigent")

    def reach() -> None:
        one = action.milestones.get()
        save_milestone(
            editor, action=action, title=one.title, due_on=one.due_on, today=TODAY,
            milestone=one, reached_on=TODAY,
        )  # fmt: skip

    lately = TODAY - timedelta(9)
    deeds: list[Callable[[], object]] = [
        lambda: update_progress(editor, action=action, today=TODAY, progress=Progress.PAUSED),
        lambda: edit_action(editor, action=action, title="Dite autrement", days_per_year=3),
        lambda: assign_pilot(
            editor, action=action, pilot_function="Cheffe de projet", pilot=person, today=TODAY
        ),
        lambda: save_milestone(editor, action=action, title="Lancer", due_on=lately, today=TODAY),
        reach,
        lambda: measure(
            editor, action=first, indicator=shared, on=TODAY, today=TODAY, value=Decimal(2)
        ),
        lambda: set_planned_money(editor, action=action, year=2027, amount=Decimal(4000)),
        lambda: save_note(editor, action=action, text="Vu ce jour", on=TODAY, today=TODAY),
        # The share that the other action follows moves with it.
        lambda: adopt(town, first, CommitmentLevel.STUDY),
        # Of all: the trail says so by its subject or its verb.
        lambda: delete_action(editor, action=make_action(town, plan, "De trop")),
        lambda: add_goal(editor, plan=plan, title="Moins"),
    ]  # fmt: skip
    kept_rows(plan)
    seen = []
    for deed in deeds:
        whole.clear()
        deed()
        plan.refresh_from_db()
        again = [told(row) for row in kept_rows(plan).rows]
        seen.append(not whole)
        kept.forget()
        assert again == [told(row) for row in kept_rows(plan).rows]
    if connection.vendor != "postgresql":  # where others may write, what is kept is not told
        assert seen == [True] * 9 + [False] * 2
