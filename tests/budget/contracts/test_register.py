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
from lxml.html import fromstring

from portulan.accounts.access import Operation, Role
from portulan.accounts.reads import today as today_of
from portulan.budget.contracts.clauses import catalogue
from portulan.budget.contracts.readers import read
from portulan.budget.contracts.reads import contracts_on
from portulan.budget.contracts.shares import notified_with_either
from portulan.budget.contracts.standing import Leads, State, standing_of
from portulan.budget.contracts.writes import (
    choose_clauses,
    save_contract,
    set_estimate,
    set_habits,
    take_contracts,
)
from portulan.budget.models import Contract, ContractHabits
from portulan.budget.words import Part, Procedure, Why
from portulan.catalogue.obligations import Bound
from portulan.core.errors import DeniedError
from portulan.publication.documents.asking import Asked
from portulan.publication.obligations.laws import Law
from portulan.publication.obligations.reads import obligations_of
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


@pytest.mark.parametrize(
    "wrong",
    [
        {"notified_on": date.max},
        {"notified_on": date.min},
        {"consultation_on": date(1989, 12, 31)},
        {"notice": 32767},
        {"renewed_for": 32767},
        {"months": 32767},
    ],
)
def test_a_day_or_a_length_that_was_mistyped_is_refused(town: Town, wrong: dict[str, Any]) -> None:
    with pytest.raises(ValidationError) as refused:
        save_contract(town.finance, subject="x", **wrong)
    assert set(refused.value.message_dict) == set(wrong)
    made = save_contract(town.finance, subject="x", notified_on=date(2100, 12, 31), months=240)
    with pytest.raises(ValidationError):
        choose_clauses(town.finance, contract=made, next_on=date.max)
    habits = {"horizon": 24, "adapted": 5, "purchasing_body": 3, "least_weight": Decimal(10)}
    with pytest.raises(ValidationError):
        set_habits(town.finance, formal=32767, **habits)  # type: ignore[arg-type]


def test_what_was_written_before_bounds_is_shown(town: Town, client: Client) -> None:
    """Days at both ends of the calendar, leads and notices of centuries: no page stops."""
    wild = {"organisation": town.organisation, "months": 12, "renewal": "tacit"}
    for number, on in enumerate((date.min, date.max)):
        Contract.objects.create(
            subject="x", notified_on=on, renewed_for=32767, notice=32767, number=str(number), **wild
        )
    ContractHabits.objects.create(organisation=town.organisation, formal=32767, adapted=32767)
    assert len(contracts_on(town.organisation, ON).rows) == 2
    client.force_login(town.people[Role.FINANCE].user)
    assert client.get(reverse("budget:contracts", args=[town.slug])).status_code == 200


@pytest.mark.parametrize("day", ["9999-12-31", "0001-01-01", "2101-01-01"])
def test_a_file_with_a_mistyped_year_leaves_the_day_to_be_said(
    town: Town, tmp_path: Path, day: str
) -> None:
    given = register(tmp_path, decp(dateNotification=day))
    assert [one.id for one in given.to_ask] == ["2026001"]
    take_contracts(town.finance, register=given)
    assert Contract.objects.get().notified_on is None


def test_a_file_with_lengths_of_centuries_leaves_them_out(town: Town, tmp_path: Path) -> None:
    path = tmp_path / "glpi.json"
    row = {"id": 7, "name": "x", "begin_date": "2024-01-01", "duration": 12, "renewal": 1}
    wild = row | {"periodicity": 999999, "notice": 999999}
    path.write_text(json.dumps([wild]), encoding="utf-8")
    given = read([path], on=ON, months=24)
    assert given.as_json("fr")["contracts"]["read"] == 1
    take_contracts(town.finance, register=given)
    found = Contract.objects.get()
    assert (found.months, found.renewed_for, found.notice) == (12, 0, None)


def test_nothing_that_follows_from_an_estimate_is_shown_to_who_may_not_read_it(
    town: Town, client: Client
) -> None:
    made = save_contract(town.finance, subject="x", notified_on=date(2024, 1, 1), months=48)
    lists, page = (
        reverse("budget:contracts", args=[town.slug]),
        reverse("budget:contract", args=[town.slug, made.pk]),
    )
    seen: dict[Role, set[str]] = {Role.FINANCE: set(), Role.READER: set()}
    for amount in (50_000, 100_000, 900_000):
        set_estimate(town.finance, contract=made, estimate_ht=Decimal(amount))
        for role, told in seen.items():
            client.force_login(town.people[role].user)
            shown = []
            for address in (lists, page):
                (main,) = fromstring(client.get(address).content).xpath("//main")
                cells = main.xpath(".//td | .//small | .//p[@class='lede']")
                shown += [" ".join(cell.text_content().split()) for cell in cells]
            actor = town.finance if role is Role.FINANCE else town.reader
            may = actor.may(Operation.READ_ORIGINALS)
            rows = contracts_on(town.organisation, ON, estimates=may).rows
            told.add(str([shown, [row.standing for row in rows]]))
    assert {role: len(told) for role, told in seen.items()} == {Role.FINANCE: 3, Role.READER: 1}
    assert contracts_on(town.organisation, ON, estimates=False).begun == (
        contracts_on(town.organisation, ON).begun
    )


def test_who_owes_a_spaser_reads_its_counts_and_what_is_unsaid(town: Town, client: Client) -> None:
    tells = ((True, None), (False, True), (False, False), (None, None), (False, None))
    today = today_of(town.organisation)
    for clause, criterion in tells:
        Contract.objects.create(
            organisation=town.organisation, subject="x", notified_on=today, months=48,
            clause=clause, criterion=criterion, ceiling_ht=1000,
        )  # fmt: skip
    either, condition, criterion = contracts_on(town.organisation, today).green(today.year)
    assert (either.kept, either.all, either.unsaid, either.euros_kept) == (2, 3, 2, 2000)
    assert (condition.kept, condition.all, condition.unsaid) == (1, 4, 1)
    assert (criterion.kept, criterion.all, criterion.unsaid) == (1, 2, 3)
    [value] = notified_with_either(town.organisation.pk)
    assert (value.numerator, value.denominator, bool(value.note)) == (2, 3, True)
    client.force_login(town.people[Role.FINANCE].user)
    habits = {"horizon": 24, "formal": 10, "adapted": 5, "purchasing_body": 3}
    for spaser, bound, counts, asks in (
        (None, Bound.STATUTE, False, True),
        (True, Bound.YES, True, False),
        (False, Bound.NO, False, False),
    ):
        set_habits(town.finance, **habits, least_weight=Decimal(10), spaser=spaser)
        page = client.get(reverse("budget:contracts", args=[town.slug])).content.decode()
        assert ('id="h-s"' in page, "50 M€" in page) == (counts, asks)
        asked = Asked(town.editor, town.organisation, today.year, today, "fr")
        [row] = [one for one in obligations_of(asked) if one.obligation.law is Law.SPASER]
        assert row.bound is bound
