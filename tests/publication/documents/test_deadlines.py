"""A legal date that passed is late, until the document of its year is produced."""

from __future__ import annotations

from datetime import date

import pytest
from django.urls import reverse

from portulan.accounts.access import Role
from portulan.accounts.models import Organisation
from portulan.accounts.words import LegalForm
from portulan.budget.indicator.facts import year_facts
from portulan.budget.models import FiscalYear
from portulan.budget.years.writes import open_year
from portulan.publication.documents.deadlines import deadlines
from portulan.publication.models import KeptDocument
from portulan.steering.alerts.writes import set_thresholds, thresholds_of
from portulan.steering.todo.reads import todo_of
from tests.api.callers import Caller
from tests.browser import Browser
from tests.people import Town
from tests.web.publication.test_documents import SignIn

LATE = date(2026, 11, 24)
SAID = "2025 : en retard de 147 jours"


@pytest.fixture
def years(town: Town) -> dict[int, FiscalYear]:
    Organisation.objects.filter(pk=town.organisation.pk).update(frozen_on=LATE)
    town.organisation.refresh_from_db()
    return {year: open_year(town.finance, year=year) for year in (2022, 2025, 2026)}


def produce(town: Town, year: int, on: date) -> None:
    KeptDocument.objects.create(
        organisation=town.organisation,
        kind="agec",
        year=year,
        language="fr",
        on=on,
        digest=f"{year}{on}",
        content="{}",
        made_at=f"{on}T12:00Z",
    )


def late(town: Town, today: date = LATE) -> list[tuple[int, int]]:
    known = year_facts(town.organisation.pk).years
    found = deadlines(town.organisation, known, today)
    return [(one.year, one.days_late(today)) for one in found]


def test_a_date_stands_until_its_document_is_made(town: Town, years: dict[int, FiscalYear]) -> None:
    assert late(town) == [(2025, 147), (2026, 0)]  # the law had no date for 2022
    day = date(2026, 6, 30)
    assert late(town, day)[0] == (2025, 0)
    assert late(town, day.replace(month=7, day=1))[0] == (2025, 1)
    produce(town, 2025, date(2025, 12, 31))  # a draft of the year under way
    assert late(town)[0] == (2025, 147)
    produce(town, 2025, date(2026, 12, 1))
    assert late(town) == [(2026, 0)]
    town.organisation.legal_form = LegalForm.COMPANY
    assert late(town) == []
    town.organisation.legal_form, town.organisation.country = LegalForm.TOWN, "CHE"
    assert late(town) == []


def alerts(town: Town, today: date = LATE) -> list[str]:
    found = todo_of(actor=town.admin, organisation=town.organisation, plan=None, today=today)
    return [one.say("fr") for one in found if ":purchases:" in one.key]


def test_it_is_an_alert(town: Town, years: dict[int, FiscalYear], signed_in: SignIn) -> None:
    assert "2025\u00a0: en retard de 147\u00a0jours, pour le 30/06/2026" in alerts(town)[0]
    assert "avant le 30/06/2026" in alerts(town, date(2026, 6, 30))[0]
    assert alerts(town, date(2025, 12, 31)) == []  # over law_days before
    kept = thresholds_of(town.organisation.pk)
    levels = {name: getattr(kept, name) for name in ("share", "coverage", "due_days")}
    set_thresholds(town.admin, **levels, law_days=None, evidence_days=None, roles=[Role.EDITOR])
    assert alerts(town) == []


def test_the_page_and_the_api_say_it(
    town: Town, years: dict[int, FiscalYear], signed_in: SignIn
) -> None:
    desk: Browser = signed_in(Role.EDITOR, town)
    page = desk.get(reverse("documents:browse", args=[town.slug])).content.decode()
    assert SAID in page.replace("\u00a0", " ")
    assert "Un document que la loi demande ou peut demander est en retard." in page
    desk.get(reverse("documents:preview", args=[town.slug, "agec", 2025]))
    first = Caller(town)("GET", "documents").json()
    first = first["items"][0] if "items" in first else first[0]
    assert (first["document"], first["year"], first["days_late"]) == ("agec", 2025, 147)
    assert "le SIRET de l’établissement" in first["lacks"]
