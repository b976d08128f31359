"""When a contract ends, and when to act: dates, renewals, what nobody said."""

from __future__ import annotations

import io
import json
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portulan.budget.contracts.contract import Contract, Procedure, Renewal
from portulan.budget.contracts.readers import read
from portulan.core.periods import later
from portulan.core.say.text import UnusableInputError

ON = date(2026, 9, 30)


def contract(**more: Any) -> Contract:
    given = {"id": "1", "subject": "", "starts": date(2024, 1, 31), "months": 24, "is_it": True}
    return Contract(**(given | more))


def decp(**more: Any) -> dict[str, Any]:
    return {
        "id": "2026001", "acheteur": {"id": "1"}, "codeCPV": "30213100-6", "dureeMois": 48,
        "dateNotification": "2024-01-01", "procedure": "Procédure adaptée",
    } | more  # fmt: skip


def register(*rows: dict[str, Any], months: int = 24) -> Any:
    document = {"marches": {"marche": list(rows)}}
    return read([io.BytesIO(json.dumps(document).encode())], on=ON, months=months)


@given(st.dates(date(2000, 1, 1), date(2050, 12, 31)), st.integers(0, 240))
def test_a_month_later_is_never_another_month(day: date, months: int) -> None:
    found = later(day, months)
    assert (found.year - day.year) * 12 + found.month - day.month == months
    assert found.day == day.day or later(day.replace(day=1), months + 1).toordinal() - 1 == (
        found.toordinal()
    )


def test_what_is_renewed_tacitly_goes_on_and_unknown_renewals_are_asked() -> None:
    tacit = contract(renewal=Renewal.TACIT, renewed_for=12, notice=3)
    assert tacit.ends(ON) == date(2027, 1, 31)
    assert tacit.act_before(ON) == date(2026, 10, 31)
    assert contract(renewal=Renewal.TACIT).ends(ON) is None
    assert contract(renewal=Renewal.EXPRESS).ends(ON) == date(2026, 1, 31)


@pytest.mark.parametrize("months", [None, 0, 1460])
def test_a_duration_that_is_none_is_asked(months: int | None) -> None:
    assert contract(months=months).ends(ON) is None


def test_a_lead_time_follows_the_procedure() -> None:
    one = {name: contract(procedure=name).act_before(ON) for name in Procedure}
    assert one[Procedure.FORMAL] == date(2025, 1, 31)
    assert one[Procedure.ADAPTED] == date(2025, 7, 31)
    assert one[Procedure.PURCHASING_BODY] == date(2025, 10, 31)


def test_the_last_publication_and_the_last_duration_hold() -> None:
    changes = [
        {"modification": {"id": 3, "montant": 10}},
        {"modification": {"id": 2, "dureeMois": 36}},
        {"modification": {"id": 1, "dureeMois": 60}},
    ]
    clause = {"considerationEnvironnementale": ["Clause environnementale"]}
    found = register(
        decp(considerationsEnvironnementales={"considerationEnvironnementale": ["NC"]}),
        decp(considerationsEnvironnementales=clause, modifications=changes),
    )
    assert [(str(one.end), one.contract.clause) for one in found.ending] == [("2027-01-01", True)]
    assert [problem.kind.code for problem in found.problems] == ["published-twice"]


def test_what_nobody_said_is_in_no_share() -> None:
    none = {"considerationEnvironnementale": ["Pas de considération environnementale"]}
    found = register(
        decp(id="1"), decp(id="2", considerationsEnvironnementales=none), decp(id="3", codeCPV="45")
    )
    assert (found.unsaid, str(found.share), len(found.in_force)) == (1, "0.0000", 2)
    assert register(decp()).share is None


@pytest.mark.parametrize("content", [b"{}", b"[1, 2]", b'{"marches": {}}', b"a;b\n1;2\n"])
def test_what_is_no_contract_is_refused(content: bytes) -> None:
    with pytest.raises(UnusableInputError):
        read([io.BytesIO(content)], on=ON, months=24)


@pytest.mark.real
def test_contracts_of_a_town_are_the_truth(real_data: Path) -> None:
    folder = real_data / "sources"
    truth = json.loads((folder / "truth.json").read_text(encoding="utf-8"))
    for name, key in (("decp/marches.json", "decp"), ("glpi/contracts.json", "glpi_contracts")):
        found = read([folder / name], on=ON, months=18).as_json("fr")
        expected = truth[key]["ending_in_18_months"]
        ends = [(one["id"], one["end"]) for one in found["ending"]]
        assert ends == [(str(one["id"]), one["end"]) for one in expected]
    assert [one["act_before"] for one in found["ending"]] == [one["act_before"] for one in expected]
    found = read([folder / "decp" / "marches.json"], on=ON, months=18)
    assert (len(found.contracts), len(found.of_it), len(found.in_force)) == (60, 22, 9)
    share = truth["decp"]["share_in_force_with_an_environmental_clause_or_criterion"]
    assert float(found.share or 0) == share
