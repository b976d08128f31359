"""The same thing written twice at the same instant: the second hears the ordinary sentence."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError
from django.http import HttpResponse
from django.test import RequestFactory
from django.urls import reverse

from portulan.accounts.access import Role
from portulan.accounts.models import Organisation, Person, Unit, User
from portulan.accounts.words import LegalForm
from portulan.accounts.writes import add_person, add_unit, create_organisation
from portulan.budget.models import FiscalYear, ITPerimeter
from portulan.budget.perimeter.writes import perimeter_in_force
from portulan.budget.years.writes import open_year
from portulan.core.storing import store
from portulan.plans.models import Plan
from portulan.plans.plan import create_plan
from portulan.web.middleware import OrganisationMiddleware
from tests.at_once import at_once
from tests.browser import Browser
from tests.people import Town, make_town
from tests.plans.plan_of_town import make_action, make_plan

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def place() -> Town:
    return make_town("deux-rives")


def plan(place: Town) -> object:
    return create_plan(
        place.editor, title="Feuille", slug="feuille", first_year=2026, last_year=2028
    )


@pytest.mark.parametrize(
    ("deed", "model"),
    [
        (lambda place: add_unit(place.admin, name="DSI"), Unit),
        (plan, Plan),
        (lambda place: open_year(place.finance, year=2026), FiscalYear),
        (
            lambda place: create_organisation(
                slug="ailleurs", name="Ailleurs", legal_form=LegalForm.TOWN
            ),
            Organisation,
        ),
        (
            lambda place: add_person(
                place.admin, function="DGS", email="Elle@deux-rives.example", roles=[Role.READER]
            ),
            Person,
        ),
    ],
)
def test_the_second_hears_what_it_would_have_heard_later(
    place: Town, deed: Callable[[Town], object], model: type[Unit]
) -> None:
    before = model.objects.count()
    stopped = at_once(lambda: deed(place), lambda: deed(place))
    assert isinstance(stopped, ValidationError)
    assert model.objects.count() == before + 1
    # Said again when nobody hurries, it is the same sentence.
    with pytest.raises(ValidationError) as later:
        deed(place)
    assert stopped.messages == later.value.messages


def test_one_account_for_an_address_given_in_two_places_at_once(place: Town) -> None:
    other = make_town("val-dailleurs")

    def welcome(town: Town, email: str) -> Person:
        return add_person(town.admin, function="DGS", email=email, roles=[Role.READER])

    assert (
        at_once(
            lambda: welcome(place, "elle@example.org"), lambda: welcome(other, "ELLE@example.org")
        )
        is None
    )
    user = User.objects.get(email__iexact="elle@example.org")
    # Whoever comes first makes it; the other invites its owner.
    assert user.people.count() == 1
    assert Person.objects.filter(email__iexact=user.email, user=None).get().is_invited
    assert not user.has_usable_password()


def test_the_first_edition_of_the_perimeter_is_laid_once(place: Town) -> None:
    assert (
        at_once(
            lambda: perimeter_in_force(place.finance), lambda: perimeter_in_force(place.finance)
        )
        is None
    )
    assert ITPerimeter.objects.count() == 1


def test_a_page_says_it_in_its_form(place: Town) -> None:
    user = place.people[Role.ADMIN].user
    assert user is not None
    client = Browser()
    client.force_login(user, backend="portulan.accounts.backends.EmailBackend")
    answers: list[HttpResponse] = []
    address = reverse("people:add-unit", args=[place.slug])

    def post() -> None:
        answers.append(client.post(address, {"name": "DSI", "parent": ""}))

    assert at_once(lambda: add_unit(place.admin, name="DSI"), post) is None
    assert answers[0].status_code == 422
    assert "existe déjà" in answers[0].content.decode()


def test_what_validation_does_not_know_stays_a_refusal_of_the_database(place: Town) -> None:
    action = make_action(place, make_plan(place))
    action.pilot = make_town("val-dailleurs").people[Role.CONTRIBUTOR]
    with pytest.raises(IntegrityError, match="guard_pilot_stays_of_the_house"):
        store(action)


def test_a_refusal_of_the_database_is_a_page_that_says_so(place: Town) -> None:
    middleware = OrganisationMiddleware(lambda request: HttpResponse())
    request = RequestFactory().post("/")
    request.user = User()
    answer = middleware.process_exception(request, IntegrityError("guard_trail_kept"))
    assert answer is not None
    assert answer.status_code == 409
    assert "rien n’a été modifié" in answer.content.decode()


def test_two_plans_of_one_title_at_once_have_two_addresses(place: Town) -> None:
    def make() -> object:
        return create_plan(place.editor, title="Feuille", first_year=2026, last_year=2028)

    assert at_once(make, make) is None
    assert sorted(Plan.objects.values_list("slug", flat=True)) == ["feuille", "feuille-2"]


@pytest.mark.django_db
def test_what_is_there_already_is_said_in_our_words(town: Town) -> None:
    def person(function: str) -> Person:
        return add_person(town.admin, function=function, email="a@example.org", roles=[Role.READER])

    add_unit(town.admin, name="Numérique")
    person("Archives")
    for again in (lambda: add_unit(town.admin, name="Numérique"), lambda: person("Accueil")):
        with pytest.raises(ValidationError) as refused:
            again()
        assert "existe déjà ici" in " ".join(refused.value.messages)
        assert "contrainte" not in " ".join(refused.value.messages)


@pytest.mark.parametrize("split", ["Deux\nlignes", "Deux\rlignes", "Deux\u2028lignes"])
def test_a_title_has_one_line_by_any_door(place: Town, split: str) -> None:
    town, plan = place, make_plan(place)
    for write in (
        lambda: add_unit(town.admin, name=split),
        lambda: add_person(town.admin, function=split),
        lambda: create_plan(
            town.editor, title=split, slug="autre", first_year=2026, last_year=2028
        ),
        lambda: make_action(town, plan, split),
        lambda: make_action(town, plan, "Une ligne", pilot_function=split),
    ):
        with pytest.raises(ValidationError, match="seule ligne"):
            write()
    assert not Unit.objects.exists()
    assert Plan.objects.get() == plan


def test_what_had_several_lines_before_keeps_them_until_it_is_changed(place: Town) -> None:
    unit = add_unit(place.admin, name="Numérique")
    Unit.objects.filter(pk=unit.pk).update(name="Deux\nlignes")
    unit.refresh_from_db()
    store(unit)
    unit.name = "Deux\nautres"
    with pytest.raises(ValidationError, match="seule ligne"):
        store(unit)
