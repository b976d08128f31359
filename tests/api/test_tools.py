"""A plan goes out to other tools by a program: what it loses, and its files."""

from __future__ import annotations

import io

import pytest

from portulan.core.tables.sources import open_source
from portulan.plans.models import Plan
from portulan.plans.tables.formats.registry import TABLES, grids_of, read_any
from tests.api.callers import Caller
from tests.people import Town
from tests.plans.plan_of_town import make_action, make_plan


@pytest.fixture
def plan(town: Town) -> Plan:
    plan = make_plan(town)
    make_action(town, plan, "Former", scope="Deux écoles")
    return plan


def test_a_program_reads_what_is_lost_then_the_file(caller: Caller, plan: Plan) -> None:
    told = {one["tool"]: one for one in caller.get(f"plans/{plan.slug}/tools")}
    assert list(told) == ["tet", "gpc-onr", "eco-clic", "grist"]
    assert told["tet"]["actions"] == 1
    lost = {one["field"]: one for one in told["tet"]["losses"]}
    assert lost["scope"] == {
        "field": "scope",
        "name": "Champ d’expérimentation",
        "actions": 1,
        "kept": "folded",
        "becomes": "En texte, dans la colonne «\u00a0Descriptif\u00a0».",
    }
    assert told["gpc-onr"]["losses"][0]["field"] == "action"
    answer = caller("GET", f"plans/{plan.slug}/tools/tet/file")
    assert answer.status_code == 200
    content = b"".join(answer.streaming_content) if answer.streaming else answer.content
    with open_source(io.BytesIO(content), None, TABLES) as source:
        assert [line.title for line in read_any(grids_of(source)).lines] == ["Former"]
    assert caller("GET", f"plans/{plan.slug}/tools/excel/file").status_code == 404
