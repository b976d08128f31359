"""What goes out comes back: the same columns, and nothing changed."""

from __future__ import annotations

import csv
import io
from decimal import Decimal
from typing import Any

import pytest

from portulan.core.spreadsheet import Cell, csv_lines
from portulan.core.workbooks import WRITERS
from portulan.plans.models import Plan
from portulan.plans.money.writes import set_planned_money
from portulan.plans.tables.opening import open_table
from portulan.plans.tables.writes import judge
from portulan.plans.tables.writing import table_of
from portulan.plans.words import CommitmentLevel, Section
from tests.people import Town
from tests.plans.plan_of_town import followed_action, make_action, make_plan
from tests.plans.tables.sheets import PLAN
from tests.plans.tables.test_writes import action, bring

pytestmark = pytest.mark.django_db


def as_file(kind: str, rows: list[list[Cell]]) -> io.BytesIO:
    stream = io.BytesIO()
    if kind == "csv":
        stream.write("".join(csv_lines(rows)).encode())
    else:
        WRITERS[kind](stream, "Plan", rows)
    stream.seek(0)
    return stream


def come_back(town: Town, plan: Plan, kind: str, rows: list[list[Cell]]) -> Any:
    reading, _digest = open_table(as_file(kind, rows), organisation_id=town.organisation.pk)
    return judge(town.editor, plan=plan, reading=reading)


@pytest.mark.parametrize("kind", ["csv", "xlsx", "ods"])
@pytest.mark.parametrize("language", ["fr", "en"])
def test_a_plan_goes_out_and_comes_back_unchanged(town: Town, kind: str, language: Any) -> None:
    plan = make_plan(town)
    followed_action(town, plan, level=CommitmentLevel.EXPERIMENT, short_title="Salle")
    make_action(
        town, plan, title="=Éteindre", description="Une ligne\net l’autre", own_number="1.10"
    )
    asked = make_action(town, plan, title="Acheter")
    for year, section, amount in (
        (2026, None, Decimal("12000.50")),
        (2027, Section.OPERATING, Decimal(3)),
        (2027, Section.INVESTMENT, None),
    ):
        set_planned_money(town.editor, action=asked, year=year, section=section, amount=amount)
    judged = come_back(town, plan, kind, list(table_of(plan, language).rows()))
    assert judged.counts == {"read": 3, "created": 0, "updated": 0, "unchanged": 3, "refused": 0}
    assert not judged.problems
    assert not judged.reading.unread


def test_the_columns_of_their_own_table_come_out_as_they_came(town: Town) -> None:
    plan = make_plan(town)
    bring(town.editor, plan, PLAN)
    rows = list(table_of(plan, "fr").rows())
    assert rows[0][:8] == PLAN[0]
    assert rows[2][7] == Decimal(12)  # thousands, as its title says
    assert rows[3][7] == "inconnu"
    rows[2][7] = Decimal(15)
    judged = come_back(town, plan, "xlsx", rows)
    assert [(one.line.number, dict(one.changes)) for one in judged.rows if one.changes] == [
        ("1.2", {"money:2026": "15000.00"})
    ]


def test_names_leave_only_when_they_are_asked_for(town: Town) -> None:
    plan = make_plan(town)
    bring(town.admin, plan, [["Titre", "Personne"], ["Éteindre", "Ana Dupont"]])
    text = io.StringIO()
    csv.writer(text).writerows(table_of(plan, "fr").rows())
    assert "Ana" not in text.getvalue()
    with_names = list(table_of(plan, "fr", names=True).rows())
    assert "Ana Dupont" in with_names[1]
    assert come_back(town, plan, "xlsx", with_names).counts["unchanged"] == 1
    assert action(plan, "1").pilot is not None
