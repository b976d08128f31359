"""The register of digital services on screen: entered, assessed by theme, declared."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from portulan.accounts.access import Role
from portulan.accounts.models import Organisation
from portulan.publication.models import AssessedCriterion, DigitalService, KeptDocument
from portulan.publication.services.criteria import of_theme
from tests.browser import Browser
from tests.pages import MOST_NODES
from tests.people import Town
from tests.plans.plan_of_town import TODAY
from tests.publication.services.test_writes import made, whole

type SignIn = Callable[[Role, Town], Browser]


@pytest.fixture(autouse=True)
def _at_the_day(town: Town) -> None:
    Organisation.objects.filter(pk=town.organisation.pk).update(frozen_on=TODAY)


def at(town: Town, name: str = "services", *more: object) -> str:
    return reverse(f"documents:{name}", args=[town.slug, *more])


def test_it_is_entered_assessed_declared_and_taken_out(town: Town, signed_in: SignIn) -> None:
    desk = signed_in(Role.EDITOR, town)
    assert at(town) in desk.get(at(town, "browse")).content.decode()
    assert "Aucun service n’est inscrit" in desk.get(at(town)).content.decode()
    entered = {"name": "Aides en ligne", "url": "https://aides.example/"}
    desk.fill(at(town, "add-service"), entered)
    service = DigitalService.objects.get()
    for theme in range(1, 10):
        answers = {f"answer-{one.number}": "valid" for one in of_theme(theme)}
        done = desk.fill(at(town, "service-theme", service.slug, theme), answers)
        after = (
            ("service-theme", service.slug, theme + 1) if theme < 9 else ("service", service.slug)
        )
        assert done.headers["Location"] == at(town, *after)
    assert AssessedCriterion.objects.count() == 78
    page = desk.get(at(town, "service", service.slug)).content.decode()
    assert "le score attend cette date" in page
    desk.fill(at(town, "edit-service", service.slug), {"assessed_on": "05/01/2026"})
    page = desk.get(at(town, "service", service.slug)).content.decode()
    assert "100,0\u00a0%" in page
    preview = f"{at(town, 'preview', 'rgesn', TODAY.year)}?service={service.slug}"
    tree = desk.tree(desk.get(preview))
    links = tree.xpath("//a/@href | //form/@action")
    kept = [one for one in links if f"service={service.slug}" in one]
    assert len(kept) >= 9  # the parts, the files, the years, what keeps it
    assert desk.get(next(one for one in kept if ".pdf" in one)).content.startswith(b"%PDF")
    desk.post(
        at(town, "remove-service", service.slug),
        desk.fields(at(town, "remove-service", service.slug)),
    )
    assert not DigitalService.objects.exists()


def test_two_documents_of_a_day_have_two_names(town: Town, signed_in: SignIn) -> None:
    desk = signed_in(Role.EDITOR, town)
    live, kept = set(), set()
    for name in ("Aides", "Transport"):
        service = made(town, name)
        whole(town, service)
        asked = f"?service={service.slug}"
        place = at(town, "file", "rgesn", TODAY.year, "html")
        live.add(desk.get(place + asked).headers["Content-Disposition"])
        desk.post(at(town, "produce", "rgesn", TODAY.year) + asked)
    for one in KeptDocument.objects.all():
        file = desk.get(at(town, "kept-file", one.pk, "html"))
        kept.add(file.headers["Content-Disposition"])
    assert f'attachment; filename="rgesn-aides-{TODAY.year}-{TODAY}.html"' in live
    assert (len(live), len(kept)) == (2, 2)


def test_what_does_not_apply_says_why_beside_its_criterion(town: Town, signed_in: SignIn) -> None:
    service, desk = made(town), signed_in(Role.EDITOR, town)
    place = at(town, "service-theme", service.slug, 9)
    refused = desk.fill(place, {"answer-9.2": "absent"})
    assert refused.status_code == 422
    assert "Dites pourquoi le critère 9.2" in refused.content.decode()
    assert not AssessedCriterion.objects.exists()
    assert desk.get(at(town, "service-theme", service.slug, 10)).status_code == 404


def test_two_people_answer_two_criteria_of_one_theme(town: Town, signed_in: SignIn) -> None:
    service, desk = made(town), signed_in(Role.EDITOR, town)
    place = at(town, "service-theme", service.slug, 7)
    first, second, third = (desk.fields(place) for _time in range(3))
    assert desk.post(place, {**first, "answer-7.1": "valid"}).status_code == 302
    assert desk.post(place, {**second, "answer-7.2": "invalid"}).status_code == 302
    assert set(AssessedCriterion.objects.values_list("criterion", "answer")) == {
        ("7.1", "valid"),
        ("7.2", "invalid"),
    }
    clash = desk.post(place, {**third, "answer-7.1": "going"})
    assert clash.status_code == 409


def test_who_reads_changes_nothing(town: Town, elsewhere: Town, signed_in: SignIn) -> None:
    service = made(town)
    desk = signed_in(Role.READER, town)
    assert desk.get(at(town, "service", service.slug)).status_code == 200
    for name, more in (("edit-service", ()), ("remove-service", ()), ("service-theme", (1,))):
        assert desk.get(at(town, name, service.slug, *more)).status_code == 403
    assert signed_in(Role.ADMIN, elsewhere).get(at(town)).status_code == 404


def test_pages_are_light_and_ask_as_much_for_one_as_for_ten(town: Town, signed_in: SignIn) -> None:
    desk = signed_in(Role.EDITOR, town)
    desk.get(at(town))
    counts = []
    for many in (1, 9):
        for rank in range(many):
            whole(town, made(town, f"Service {rank}"))
        with CaptureQueriesContext(connection) as queries:
            page = desk.get(at(town))
        counts.append(len(queries))
        assert page.content.decode().count("<") / 2 <= MOST_NODES
    assert counts[0] == counts[1]
    for theme in range(1, 10):
        page = desk.get(at(town, "service-theme", "service-0", theme))
        assert len(desk.tree(page).xpath("//*[not(self::option)]")) <= MOST_NODES


def test_another_country_does_not_see_it(town: Town, signed_in: SignIn) -> None:
    made(town)
    Organisation.objects.filter(pk=town.organisation.pk).update(
        country="CHE", currency="CHF", siren=""
    )
    desk = signed_in(Role.EDITOR, town)
    assert desk.get(at(town)).status_code == 404
    assert at(town) not in desk.get(at(town, "browse")).content.decode()
