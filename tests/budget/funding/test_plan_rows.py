"""The rows of a plan serve until the trail has a new entry, and never inside a transaction."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
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
from portulan.plans.actions.listing import Filters
from portulan.plans.actions.progress import update_progress
from portulan.plans.actions.writes import assign_pilot, edit_action
from portulan.plans.models import ActionEvidence, Plan
from portulan.plans.notes import save_note
from portulan.plans.words import Progress
from tests.people import Town, make_town
from tests.plans.plan_of_town import TODAY, followed_action, make_action, make_plan


@pytest.fixture(autouse=True)
def nothing_kept() -> Iterator[None]:
    kept.forget()
    yield
    kept.forget()


def rows(plan: Plan) -> kept.PlanRows:
    return plan_rows(plan, TODAY, TODAY.year)


def kept_rows(plan: Plan) -> kept.PlanRows:
    """Return what is kept: on PostgreSQL nothing is while somebody writes, on the whole server."""
    return next(one for one in (rows(plan) for _turn in while_others_write()) if rows(plan) is one)


def while_others_write() -> Iterator[float]:
    """Yield again and again: another process of tests may hold a transaction for a minute."""
    ends = monotonic() + 180
    while (now := monotonic()) < ends:
        yield now
        sleep(0.02)


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
    assert plan_rows(plan, TODAY + timedelta(1), TODAY.year) is not second
    other = make_town("voisine")
    make_action(other, make_plan(other))
    assert kept_rows(plan) is second
    with transaction.atomic():
        assert rows(plan) is not second
        edit_action(town.editor, action=action, title="Repris")
        transaction.set_rollback(True)
    assert [row.action.title for row in rows(plan).rows] == ["Une seule salle serveur"]
    most, kept.MOST_ROWS = kept.MOST_ROWS, 0
    try:
        kept.forget()
        assert rows(plan) is not rows(plan)
    finally:
        kept.MOST_ROWS = most


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
