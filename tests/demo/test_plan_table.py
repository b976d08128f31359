"""The plan of the demonstration leaves as a table, and comes back."""

from __future__ import annotations

import io

import pytest

from portulan.accounts.actors import command_line
from portulan.accounts.models import Organisation
from portulan.core.workbooks import WRITERS
from portulan.plans.models import Plan
from portulan.plans.tables.opening import open_table
from portulan.plans.tables.writes import judge
from portulan.plans.tables.writing import table_of

pytestmark = pytest.mark.django_db


def test_it_comes_back_unchanged(demonstration: Organisation) -> None:
    plan = Plan.objects.get(organisation=demonstration)
    stream = io.BytesIO()
    WRITERS["xlsx"](stream, "Plan", list(table_of(plan, "fr", names=True).rows()))
    reading, _digest = open_table(stream, organisation_id=demonstration.pk)
    judged = judge(command_line(demonstration.pk), plan=plan, reading=reading)
    assert judged.counts["unchanged"] == plan.actions.count() == 20
    assert not judged.problems
