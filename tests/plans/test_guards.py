"""What the database refuses of plans, whoever writes."""

from __future__ import annotations

import pytest
from django.db import connection

from portulan.accounts.access import Role
from portulan.accounts.writes import add_unit
from portulan.plans.models import Action, CommitmentDecision
from portulan.plans.words import CommitmentLevel
from tests.people import Town
from tests.plans.plan_of_town import adopt, make_action, make_edition, make_plan
from tests.refusals import refused, write


@pytest.fixture
def action(town: Town) -> Action:
    return make_action(town, make_plan(town))


COPIED = ", ".join(
    column.column
    for column in Action._meta.fields
    if column.name not in {"id", "number", "pilot", "vacant_since"}
)


def copy(action: Action, number: int) -> tuple[str, int, int]:
    """The statement that writes an action again under a number."""
    sql = (
        f"INSERT INTO plans_action (number, {COPIED})"  # noqa: S608
        f" SELECT %s, {COPIED} FROM plans_action WHERE id = %s"
    )
    return sql, number, action.pk


def test_a_number_serves_once_in_a_plan(action: Action) -> None:
    write(*copy(action, 2))
    refused("(?i)unique", *copy(action, 2))


def test_an_action_has_one_pilot(action: Action, town: Town) -> None:
    refused("action_pilot_function_given", "UPDATE plans_action SET pilot_function = ''")
    refused("pilot_function", "UPDATE plans_action SET pilot_function = NULL")
    pilot = town.people[Role.CONTRIBUTOR]
    write("UPDATE plans_action SET pilot_id = %s, vacant_since = NULL", pilot.pk)
    refused("action_piloted_or_vacant", "UPDATE plans_action SET vacant_since = '2026-01-01'")


def test_a_pilot_is_of_the_organisation(action: Action, elsewhere: Town) -> None:
    stranger = elsewhere.people[Role.CONTRIBUTOR]
    refused("guard_pilot_stays_of_the_house", "UPDATE plans_action SET pilot_id = %s", stranger.pk)
    columns = COPIED.replace("plan_id", "plan_id, pilot_id")
    refused(
        "guard_pilot_of_the_house",
        f"INSERT INTO plans_action (number, {columns})"  # noqa: S608
        f" SELECT 9, {columns.replace('pilot_id', '%s')} FROM plans_action",
        stranger.pk,
    )


def test_a_decision_never_changes(action: Action, town: Town) -> None:
    adopt(town, action, CommitmentLevel.STUDY)
    refused("guard_decision_unchanged", "UPDATE plans_commitmentdecision SET level = 3")
    refused("guard_decision_kept", "DELETE FROM plans_commitmentdecision")
    assert CommitmentDecision.objects.get().level == CommitmentLevel.STUDY
    if connection.vendor == "sqlite":
        columns = "id, action_id, decided_on, outcome, from_level, body, reason, recorded_at"
        refused(
            "guard_decision_not_replaced",
            f"INSERT OR REPLACE INTO plans_commitmentdecision (level, {columns})"  # noqa: S608
            f" SELECT 3, {columns} FROM plans_commitmentdecision",
        )


def test_a_correction_is_of_a_decision_of_the_same_action(action: Action, town: Town) -> None:
    adopt(town, action, CommitmentLevel.STUDY)
    other = make_action(town, action.plan)
    adopt(town, other, CommitmentLevel.STUDY)
    columns = "level, decided_on, outcome, from_level, body, reason, recorded_at"
    sql = (
        f"INSERT INTO plans_commitmentdecision ({columns}, action_id, corrects_id,"  # noqa: S608
        f" correction_reason) SELECT {columns}, %s, id, %s FROM plans_commitmentdecision"
        " WHERE action_id = %s AND corrects_id IS NULL"
    )
    refused("guard_correction_of_a_decision", sql, action.pk, "Date", other.pk)
    refused("guard_correction_of_a_decision", sql, action.pk, "", action.pk)
    write(sql, action.pk, "Date", action.pk)


def again(table: str, columns: str) -> str:
    """The statement that writes every row of a table a second time."""
    return f"INSERT INTO {table} ({columns}) SELECT {columns} FROM {table}"  # noqa: S608


def test_codes_and_names_serve_once(town: Town) -> None:
    make_edition()
    make_plan(town)
    add_unit(town.admin, name="DSI")
    words = 'version_id, "order", code, slug, title, translations'
    advice = "theme_id, summary, body, priority, difficulty, pilots, source_url"
    years = "first_year, last_year, adopted_by, stale_after_days"
    for table, columns in (
        ("catalogue_theme", words),
        ("catalogue_practice", f"{words}, {advice}"),
        ("plans_plan", f"organisation_id, slug, title, {years}"),
        ("accounts_unit", "organisation_id, name"),
        ("accounts_membership", "person_id, role"),
        ("accounts_user", "email, password, is_active, language"),
    ):
        refused("(?i)unique", again(table, columns))
