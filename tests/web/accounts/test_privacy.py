"""What is said of personal data, what is held on somebody, and that erased means everywhere."""

from __future__ import annotations

import io
import json
import zipfile
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.apps import apps
from django.db import connection, models
from django.utils import timezone

from portulan.accounts import holdings
from portulan.accounts.access import Role
from portulan.accounts.mentions import mentions
from portulan.accounts.models import Person, SecurityEntry, Session
from portulan.core.models import Letter, Task
from portulan.core.retention import purge, retentions
from portulan.plans.models import TableImport, TableLine
from tests.browser import Browser
from tests.duties import clear_departed
from tests.people import PASSWORD, Town
from tests.plans.plan_of_town import make_action, make_plan

pytestmark = pytest.mark.django_db
type SignIn = Callable[..., Browser]
NAME, IP, BROWSER = "Zephyrine Quimerch", "203.0.113.77", "Marque/7"
MARKS = ("Zephyrine", "Quimerch", IP, BROWSER, "auditor@bourg")


def lived(town: Town, admin: Browser) -> Person:
    """Somebody who signed in, was refused, made a token, is named in a table, and did things."""
    person = town.people[Role.AUDITOR]
    Person.objects.filter(pk=person.pk).update(name=NAME)
    assert person.user is not None
    there: Any = {"REMOTE_ADDR": IP, "headers": {"user-agent": BROWSER}}
    browser = Browser()
    for password in ("wrong", PASSWORD):
        sent = {"email": person.user.email, "password": password}
        browser.post("/sign-in/", sent, **there)
    admin.post(f"/{town.slug}/people/{person.pk}/link/")
    plan = make_plan(town)
    action = make_action(town, plan)
    now = timezone.now()
    said = {"pilot": NAME, "title": "Une action"}
    table = TableImport.objects.create(
        plan=plan, file_name="t.csv", read_at=now, grid=[said], report={"people": [NAME]}
    )
    TableLine.objects.create(table=table, action=action, row=1, said=said, before={"pilot": NAME})
    Task.objects.create(
        organisation_id=town.organisation.pk,
        person_id=person.pk,
        kind="solve",
        subject_id=1,
        status="done",
        created_at=now,
        seen_at=now,
    )
    Letter.objects.create(
        organisation_id=town.organisation.pk,
        person_id=person.pk,
        key="essai",
        address=person.email,
        subject="Vos actions",
        body=f"Bonjour {NAME}",
        due_at=now,
        message_id="essai",
        created_at=now,
    )
    person.refresh_from_db()
    return person


def found(marks: tuple[str, ...]) -> set[str]:
    """The tables of the database, ours or not, where one of these is written."""
    places = set()
    with connection.cursor() as cursor:
        for table in connection.introspection.table_names(cursor):
            cursor.execute(f'SELECT * FROM "{table}"')  # noqa: S608 (ours)
            cells = " ".join(str(cell) for row in cursor.fetchall() for cell in row).lower()
            places |= {table for mark in marks if mark.lower() in cells}
    return places


def test_erased_somebody_is_nowhere_in_any_table(
    town: Town, elsewhere: Town, signed_in: SignIn
) -> None:
    admin = signed_in(Role.ADMIN)
    person = lived(town, admin)
    everywhere = found(MARKS)
    assert {
        "accounts_person",
        "accounts_user",
        "accounts_session",
        "accounts_securityentry",
        "plans_tableimport",
        "plans_tableline",
        "core_letter",
    } <= everywhere, "the test would see nothing"
    admin.fill(f"/{town.slug}/people/{person.pk}/erase/", {})
    # A try is a digest of what was typed, and the place: it goes with its quarter of an hour.
    purge(timezone.now() + timedelta(minutes=16))
    assert found(MARKS) == set()
    assert person.pk in set(Task.objects.values_list("person_id", flat=True)), "acts stay"
    assert TableLine.objects.get().said == {"pilot": "…", "title": "Une action"}


def test_every_reference_to_somebody_is_followed_or_left_out_for_a_reason() -> None:
    """A field that holds an address, a place or a person, in whatever table, is known here."""
    followed = {(model._meta.label, field.name) for model, field, _ in holdings.references()}
    told = {mention.model: set(mention.fields) for mention in mentions()}
    others = {
        "accounts.Person.email": "the one table of names",
        "accounts.User.email": "goes with the account",
        "accounts.SignInLink.sent_to": "goes with the account",
        "accounts.OwnerMessage.address": "goes as it leaves, and with the account",
        "accounts.Session.address": "goes with the account",
        "accounts.Session.browser": "goes with the account",
        "accounts.Token.used_from": "goes with the roles",
        "accounts.Attempt.client": "of nobody in particular, for a quarter of an hour",
        "accounts.SecurityEntry.address": "forget_places",
        "core.Bounce.address": "mail.forget",
        "core.Letter.address": "mail.forget",
        "impact.FactorOverride.address": "of a document",
    }
    words = ("email", "mail", "address", "browser", "client", "phone", "used_from", "recipient")
    for model in apps.get_models(include_auto_created=True):
        for field in model._meta.concrete_fields:
            name = f"{model._meta.label}.{field.name}"
            kind = isinstance(field, models.EmailField | models.GenericIPAddressField)
            if kind or field.name in words:
                assert name in others or field.name in told.get(model._meta.label, ()), name
            plain = isinstance(field, models.BigIntegerField) and field.related_model is None
            if plain and field.name.endswith(("person_id", "user_id", "_by")):
                assert (model._meta.label, field.name) in followed, name
    assert set(holdings.LEFT_OUT) <= {f"{label}.{name}" for label, name in followed}


def test_what_is_held_on_somebody_is_a_file_with_no_secret(
    town: Town, elsewhere: Town, signed_in: SignIn
) -> None:
    admin = signed_in(Role.ADMIN)
    person = lived(town, admin)
    path = f"/{town.slug}/privacy/{person.pk}/held/"
    answer = admin.post(path)
    archive = zipfile.ZipFile(io.BytesIO(b"".join(answer.streaming_content)))
    held = {name: json.loads(archive.read(name)) for name in archive.namelist()}
    assert held["accounts/person.json"][0]["name"] == NAME
    assert held["core/task-person.json"][0]["kind"] == "solve"
    assert held["accounts/membership-person.json"][0]["role"] == "auditor"
    assert {row["table"] for row in held["copies/mentions.json"]} == {
        "plans.tableimport",
        "plans.tableline",
    }
    whole = json.dumps(held)
    assert IP in whole
    session = Session.objects.filter(user=person.user).get()
    assert session.session_key not in whole
    assert person.user is not None
    assert person.user.password not in whole
    event = SecurityEntry.objects.filter(event="exported").get()
    assert event.details == {"what": "held"}
    # Themselves, their own; others, nothing.
    reader = signed_in(Role.READER)
    assert reader.post(path).status_code == 403
    assert signed_in(Role.ADMIN, elsewhere).post(path).status_code == 404
    mine = zipfile.ZipFile(io.BytesIO(b"".join(reader.post(f"/{town.slug}/privacy/mine/"))))
    assert json.loads(mine.read("accounts/person.json"))[0]["id"] == town.people[Role.READER].pk


def test_the_page_says_the_default_until_somebody_writes(town: Town, signed_in: SignIn) -> None:
    reader, admin = signed_in(Role.READER), signed_in(Role.ADMIN)
    page = f"/{town.slug}/privacy/"
    assert f'href="{page}"' in reader.get(f"/{town.slug}/people/").content.decode()
    said = reader.get(page).content.decode()
    assert "Mission d’intérêt public" in said
    assert "PORTULAN_SECURITY_DAYS" not in said
    assert all(str(one.title).capitalize()[:12] in said for one in retentions())
    assert reader.get(f"{page}edit/").status_code == 403
    for contact in ("dpo@bourg.example", "02 98 00 00 00"):
        admin.fill(f"{page}edit/", {"contact": contact})
        assert contact in reader.get(page).content.decode()
    assert "PORTULAN_SECURITY_DAYS" in admin.get(page).content.decode()


def test_what_outlived_its_period_goes_and_the_rest_stays(town: Town, settings: Any) -> None:
    now = timezone.now()
    person = town.people[Role.READER]
    day = timezone.localdate(now) - timedelta(days=settings.DEPARTED_DAYS)
    Person.objects.filter(pk=person.pk).update(left_on=day)
    assert clear_departed(now) == 0
    assert clear_departed(now + timedelta(days=1)) == 1
    person.refresh_from_db()
    assert (person.name, person.erased_at is not None) == ("", True)
    for age, status in ((91, "done"), (91, "running"), (89, "done")):
        at = now - timedelta(days=age)
        Task.objects.create(
            organisation_id=1, kind="k", subject_id=1, status=status, created_at=at, seen_at=at
        )
    counts = purge(now)
    assert counts is not None
    assert counts["tasks"] == 1
    assert Task.objects.count() == 2
