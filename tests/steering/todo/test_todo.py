"""One list of what needs attention: whose it is, by when, and nothing that one may not open."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import icalendar
import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from portulan.accounts.access import Role
from portulan.accounts.features import put_away_at_first
from portulan.accounts.models import Organisation
from portulan.accounts.words import LegalForm
from portulan.budget.contracts.writes import save_contract, set_estimate
from portulan.budget.words import Procedure
from portulan.budget.years.writes import open_year
from portulan.core.models import Letter
from portulan.plans.models import Plan
from portulan.steering.alerts.rules import Alert
from portulan.steering.alerts.writes import set_thresholds
from portulan.steering.calendars.addresses import make_address, read_calendar
from portulan.steering.committees.bodies import save_body
from portulan.steering.committees.preparing import prepare_committee
from portulan.steering.law import budget_days
from portulan.steering.mail.digest import set_digest
from portulan.steering.todo.reads import mine, todo_of
from portulan.steering.words import AlertKind, Power
from tests.duties import plan_digests
from tests.people import Town
from tests.plans.plan_of_town import make_action, make_plan
from tests.steering.campaigns.asked import Asking, asking

DAY = date(2026, 11, 24)


def items(town: Town, role: Role, plan: Plan | None = None, on: date = DAY) -> list[Alert]:
    organisation = Organisation.objects.get(pk=town.organisation.pk)
    return todo_of(actor=town.actor(role), organisation=organisation, plan=plan, today=on)


def of(kind: AlertKind, found: list[Alert]) -> list[Alert]:
    return [one for one in found if one.kind is kind]


@pytest.fixture
def region(town: Town) -> Town:
    town.organisation.legal_form, town.organisation.population = LegalForm.REGION, 3_000_000
    town.organisation.save()
    return town


@pytest.fixture
def asked(town: Town) -> Asking:
    return asking(town)


def test_what_is_asked_of_somebody_is_theirs_alone(asked: Asking) -> None:
    town, on = asked.town, asked.today
    [his] = of(AlertKind.REPLY, items(town, Role.CONTRIBUTOR, asked.plan, on))
    assert (his.parts, his.on) == (2, on + timedelta(days=20))
    assert [one.pilot for one in of(AlertKind.REPLY, items(town, Role.READER, asked.plan, on))] == [
        town.people[Role.READER].pk
    ]
    for role in (Role.EDITOR, Role.FINANCE, Role.AUDITOR, Role.ADMIN):
        assert of(AlertKind.REPLY, items(town, role, asked.plan, on)) == []
    # Who runs the campaign reads how many are silent; nobody else may open its page.
    [silent] = of(AlertKind.CAMPAIGN, items(town, Role.EDITOR, asked.plan, on))
    assert "0 sur 2 ont répondu" in silent.sentence("fr")
    assert silent.is_of(town.editor)
    assert of(AlertKind.CAMPAIGN, items(town, Role.FINANCE, asked.plan, on)) == []


def test_a_pilot_answers_from_the_home_page_in_one_tap(asked: Asking, signed_in: Any) -> None:
    town = asked.town
    client = signed_in(Role.CONTRIBUTOR)
    home = reverse("dashboard:page", args=[town.slug])
    page = client.get(home)
    told = page.content.decode()
    assert "Rien n’a changé aux 2 actions" in told.replace("\xa0", " ")
    reply = asked.reply()
    where = reverse(
        "steering:own-reply", args=[town.slug, asked.plan.slug, asked.campaign.pk, reply.pk]
    )
    assert client.post(where, {"nothing": "all"}).status_code == 302
    reply.refresh_from_db()
    assert reply.answered_at is not None
    assert "Rien n’a changé aux" not in client.get(home).content.decode()
    page = signed_in(Role.EDITOR).get(reverse("steering:todo", args=[town.slug]) + "?all")
    assert "1 sur 2 ont répondu" in page.content.decode()


def test_days_that_follow_from_a_secret_amount_are_told_to_who_reads_it(region: Town) -> None:
    # Worth 300 000, a formal procedure asks ten months: 26/02/2027. Without it, nobody can tell.
    found = save_contract(
        region.finance,
        subject="Postes",
        notified_on=date(2024, 1, 1),
        months=40,
        procedure=Procedure.ADAPTED,
    )
    set_estimate(region.finance, contract=found, estimate_ht=Decimal(300_000))
    days = {
        role: [one.on for one in of(AlertKind.CONTRACT, items(region, role, on=date(2026, 6, 10)))]
        for role in (Role.FINANCE, Role.EDITOR)
    }
    assert days == {Role.FINANCE: [date(2026, 6, 30)], Role.EDITOR: []}
    set_thresholds(
        region.editor,
        share=None, coverage=None, law_days=None, due_days=200, evidence_days=None,
    )  # fmt: skip
    assert [one.on for one in of(AlertKind.CONTRACT, items(region, Role.EDITOR))] == [
        date(2026, 11, 30)
    ]
    assert [one.days_late(DAY) > 100 for one in of(AlertKind.CONTRACT, items(region, Role.FINANCE))]


def test_the_message_of_the_week_keeps_the_same_secret(region: Town) -> None:
    today = timezone.localdate()
    found = save_contract(
        region.finance, subject="Postes", notified_on=today - timedelta(days=30),
        months=11, procedure=Procedure.ADAPTED,
    )  # fmt: skip
    set_estimate(region.finance, contract=found, estimate_ht=Decimal(300_000))
    set_thresholds(
        region.editor, share=None, coverage=None, law_days=None, due_days=20, evidence_days=None,
        roles=[Role.EDITOR, Role.FINANCE],
    )  # fmt: skip
    set_digest(region.editor, weekday=2)
    plan_digests(timezone.now())
    told = {one.address.partition("@")[0] for one in Letter.objects.filter(body__contains="Postes")}
    assert told == {"finance"}


def test_the_budget_walks_back_from_the_session_that_is_planned(region: Town) -> None:
    plan = make_plan(region)
    body = save_body(region.editor, name="Assemblée", power=Power.VOTE)
    found = {one.key: one for one in items(region, Role.ADMIN, plan)}
    assert found["budget:debate:2027"].on == date(2027, 4, 14)
    assert "L. 4312-1" in found["budget:debate:2027"].sentence("fr")
    assert found["budget:committee:2027"].on == date(2027, 4, 1)
    assert "budget:accounts:2026" not in found  # over law_days away
    prepare_committee(region.editor, plan=plan, body=body, held_on=date(2026, 12, 17), today=DAY)
    found = {one.key: one for one in items(region, Role.ADMIN, plan)}
    assert found["budget:committee:2027"].on == date(2026, 12, 4)
    advice = save_body(region.editor, name="Comité", power=Power.ADVISE, members=["Élu"])
    prepare_committee(region.editor, plan=plan, body=advice, held_on=date(2026, 12, 3), today=DAY)
    every = items(region, Role.ADMIN, plan)
    assert "budget:committee:2027" not in {one.key for one in every}
    sessions = {one.on: one for one in of(AlertKind.SESSION, every)}
    assert sessions.keys() == {date(2026, 11, 26), date(2026, 12, 5)}
    # It is of who holds committees, and of who sits.
    chair = replace(region.reader, label="Élu")
    assert mine(every, chair) == [sessions[date(2026, 11, 26)]]
    assert mine(of(AlertKind.SESSION, every), region.finance) == []


def test_the_law_of_the_budget_follows_form_size_and_renewals() -> None:
    def days(form: LegalForm, people: int, year: int) -> dict[str, date]:
        return {one.key: one.on for one in budget_days(form, people, (year,))}

    assert days(LegalForm.TOWN, 3_000, 2027).keys() == {"vote", "last", "accounts"}
    assert days(LegalForm.TOWN, 3_500, 2027)["debate"] == date(2027, 4, 14)
    assert days(LegalForm.TOWN, 3_500, 2032)["vote"] == date(2032, 4, 30)
    assert days(LegalForm.REGION, 9, 2028)["vote"] == date(2028, 4, 30)
    assert days(LegalForm.HOSPITAL, 9, 2027) == {}


def test_obligations_late_and_due_are_there_unless_put_away(region: Town) -> None:
    open_year(region.finance, year=2025)
    law = [one.key for one in of(AlertKind.LAW, items(region, Role.READER))]
    assert "law:obligation-late:purchases:2025" in law
    assert "law:obligation-due:reuse:2026" in law
    late = next(one for one in items(region, Role.EDITOR) if one.key == law[0])
    assert late.is_of(region.editor)
    assert not late.is_of(region.reader)
    region.organisation.put_away = put_away_at_first(LegalForm.TOWN, 900)
    region.organisation.save()
    assert not [one for one in items(region, Role.EDITOR) if "obligation" in one.key]


def test_a_calendar_has_the_same_days(region: Town) -> None:
    plan = make_plan(region)
    Organisation.objects.filter(pk=region.organisation.pk).update(frozen_on=DAY)
    save_contract(
        region.finance, subject="Postes", notified_on=date(2024, 1, 1),
        months=40, procedure=Procedure.ADAPTED,
    )  # fmt: skip

    def titles(address: str) -> str:
        content = read_calendar(address.rpartition("/")[2].removesuffix(".ics"))
        found = icalendar.Calendar.from_ical(content).walk("VEVENT")
        assert len({str(one["UID"]) for one in found}) == len(found)
        return " ".join(str(one["SUMMARY"]) for one in found)

    own = titles(make_address(region.finance, now=timezone.now()))
    assert "Postes" in own
    shared = titles(make_address(region.reader, plan=plan, now=timezone.now()))
    assert "Vote du budget primitif 2027" in shared
    assert "Postes" not in shared


def test_the_same_is_asked_whatever_there_is(region: Town, signed_in: Any) -> None:
    plan = make_plan(region)
    asked, client = [], signed_in(Role.ADMIN)
    body = save_body(region.editor, name="Comité", power=Power.ADVISE)
    for turn in range(2):
        for rank in range(1 + turn * 12):
            name = f"{turn} {rank}"
            make_action(region, plan, name)
            save_contract(
                region.finance, subject=name, notified_on=date(2024, 1, 1), months=40,
                procedure=Procedure.ADAPTED,
            )  # fmt: skip
            prepare_committee(
                region.editor, plan=plan, body=body,
                held_on=timezone.localdate() + timedelta(days=rank + turn * 20),
                today=timezone.localdate(),
            )  # fmt: skip
        for path in ("dashboard:page", "steering:todo"):
            client.get(reverse(path, args=[region.slug]))
            with CaptureQueriesContext(connection) as captured:
                page = client.get(reverse(path, args=[region.slug]))
            asked.append(len(captured))
            assert page.status_code == 200
    assert asked[:2] == asked[2:]
