"""The register of contracts: states by dated tables, the merge with a file, what is counted."""

from __future__ import annotations

import json
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.test import Client
from django.urls import reverse

from portulan.accounts.access import Role
from portulan.budget.contracts.clauses import catalogue
from portulan.budget.contracts.readers import read
from portulan.budget.contracts.reads import contracts_on
from portulan.budget.contracts.standing import Leads, State, standing_of
from portulan.budget.contracts.writes import (
    choose_clauses,
    save_contract,
    set_estimate,
    take_contracts,
)
from portulan.budget.models import Contract
from portulan.budget.words import Part, Procedure, Why
from portulan.core.errors import DeniedError
from tests.people import Town

ON = date(2026, 11, 24)


def contract(**more: Any) -> Contract:
    return Contract(**({"subject": "x", "notified_on": date(2024, 1, 1), "months": 48} | more))


def standing(total: int | None = 300_000, **more: Any) -> Any:
    amount = None if total is None else Decimal(total)
    return standing_of(contract(**more), amount, ON, Leads())


def test_what_is_written_comes_a_lead_time_before_the_end_on_a_working_day() -> None:
    found = standing()
    assert (found.state, found.end, found.before) == (
        State.TO_WRITE,
        date(2027, 12, 31),
        date(2027, 2, 26),
    )


@pytest.mark.parametrize(
    ("total", "procedure", "why"),
    [
        (59_999, Procedure.ADAPTED, Why.NO_COMPETITION),
        (60_000, Procedure.ADAPTED, None),
        (215_999, Procedure.ADAPTED, None),
        (216_000, Procedure.FORMAL, None),
        (None, Procedure.UNKNOWN, None),
    ],
)
def test_the_procedure_follows_from_the_total_and_dated_thresholds(
    total: int | None, procedure: Procedure, why: Why | None
) -> None:
    found = standing(total)
    assert (found.procedure, found.why) == (procedure, why)


@pytest.mark.parametrize(
    ("more", "state", "why"),
    [
        ({"next_on": date(2026, 8, 20)}, State.NOT_CONCERNED, Why.BEFORE),
        ({"next_on": date(2026, 8, 21)}, State.TO_CORRECT, None),
        ({"next_on": date(2026, 8, 21), "chosen": ["3C"]}, State.TO_CORRECT, None),
        ({"next_on": date(2026, 8, 21), "chosen": ["3C", "16A"]}, State.PRESENT, None),
        ({"renewal": "tacit", "renewed_for": 12}, State.NOT_CONCERNED, Why.RENEWAL),
        ({"renewal": "tacit", "decision": "tender"}, State.TO_WRITE, None),
        ({"motive": "reserved"}, State.NOT_CONCERNED, Why.RESERVED),
        ({"procedure": "purchasing-body"}, State.NOT_CONCERNED, Why.PURCHASING_BODY),
    ],
)
def test_states(more: dict[str, Any], state: State, why: Why | None) -> None:
    found = standing(**more)
    assert (found.state, found.why) == (state, why)


def test_the_catalogue_has_twenty_five_texts_and_a_criterion_has_its_scoring() -> None:
    choices = catalogue().values()
    assert {one.clause.number for one in choices} == set(range(1, 26))
    assert all(one.clause.scoring for one in choices if one.part is Part.CRITERION)
    assert all(one.clause.sentence.en and one.clause.sentence.fr for one in choices)


def decp(**more: Any) -> dict[str, Any]:
    return {
        "id": "2026001", "acheteur": {"id": "1"}, "codeCPV": "30213100-6", "dureeMois": 48,
        "objet": "Portables", "dateNotification": "2026-01-01", "montant": 90000,
        "considerationsEnvironnementales": ["Clause environnementale"],
    } | more  # fmt: skip


def register(tmp_path: Path, *rows: dict[str, Any]) -> Any:
    path = tmp_path / "decp.json"
    path.write_text(json.dumps({"marches": {"marche": list(rows)}}), encoding="utf-8")
    return read([path], on=ON, months=24)


def test_a_file_never_replaces_what_a_person_typed(town: Town, tmp_path: Path) -> None:
    first = take_contracts(town.finance, register=register(tmp_path, decp()))
    assert (first.new, first.moved) == (1, 0)
    found = Contract.objects.get()
    assert (found.ceiling_ht, found.clause, found.criterion) == (Decimal(90000), True, False)
    save_contract(
        town.finance,
        contract=found,
        **_values(found) | {"months": 36},
    )
    again = take_contracts(
        town.finance, register=register(tmp_path, decp(dureeMois=60, montant=95000))
    )
    found.refresh_from_db()
    assert (again.new, again.moved, again.kept) == (0, 1, 1)
    assert (found.months, found.ceiling_ht) == (36, Decimal(95000))
    unchanged = take_contracts(
        town.finance, register=register(tmp_path, decp(dureeMois=60, montant=95000))
    )
    assert (unchanged.new, unchanged.moved) == (0, 0)


def _values(found: Contract) -> dict[str, Any]:
    names = (
        "subject number lot buyer holder procedure consultation_on notified_on months renewal"
        " renewed_for notice ceiling_ht by_supplier clause criterion weight"
    )
    return {name: getattr(found, name) for name in names.split()}


def test_consultations_begun_are_counted_and_the_unsaid_left_out(town: Town) -> None:
    since = {"consultation_on": date(2026, 9, 1), "notified_on": date(2026, 11, 1)}
    for clause, criterion in ((True, True), (True, False), (None, None)):
        save_contract(town.finance, subject="x", clause=clause, criterion=criterion, **since)  # type: ignore[arg-type]
    count = contracts_on(town.organisation, ON).begun
    assert (count.kept, count.all, count.unsaid) == (1, 2, 1)


def test_an_estimate_is_written_and_read_by_few(town: Town, client: Client) -> None:
    found = save_contract(town.editor, subject="Portables")
    with pytest.raises(DeniedError):
        set_estimate(town.editor, contract=found, estimate_ht=Decimal(123456))
    set_estimate(town.finance, contract=found, estimate_ht=Decimal(123456))
    with pytest.raises(ValidationError):
        save_contract(town.finance, subject="Autre", ceiling_ht=Decimal(1))
    address = reverse("budget:contract", args=[town.slug, found.pk])
    for role, sees in ((Role.FINANCE, True), (Role.EDITOR, False), (Role.READER, False)):
        client.force_login(town.people[role].user)
        content = client.get(address).content.decode()
        assert ("123" in content and "estimate_ht" in content) is sees


def test_a_text_out_of_the_catalogue_is_refused(town: Town) -> None:
    found = save_contract(town.editor, subject="Portables")
    with pytest.raises(ValidationError):
        choose_clauses(town.editor, contract=found, chosen=["99C"])


def test_as_many_queries_at_ten_contracts_and_at_fifty(
    town: Town, client: Client, django_assert_max_num_queries: Any
) -> None:
    client.force_login(town.people[Role.FINANCE].user)
    counts = []
    address = reverse("budget:contracts", args=[town.slug])
    client.get(address)  # what a session asks once
    for count in (10, 50):
        while Contract.objects.count() < count:
            save_contract(town.finance, subject="x", number=str(Contract.objects.count()))
        with django_assert_max_num_queries(60) as asked:
            assert client.get(address).status_code == 200
        counts.append(len(asked))
    assert counts[0] == counts[1]
