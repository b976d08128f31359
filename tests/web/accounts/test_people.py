"""The organisation's own page: people, roles, journal."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.test import Client
from django.urls import reverse

from portulan.accounts.access import Role
from portulan.accounts.models import Person, Unit
from tests.people import Town

SignIn = Callable[..., Client]


def test_everybody_sees_people_and_only_administrators_change_them(
    town: Town, signed_in: SignIn
) -> None:
    for role in Role:
        client = signed_in(role)
        assert client.get(reverse("people:browse", args=[town.slug])).status_code == 200
        expected = 200 if role is Role.ADMIN else 403
        for name in ("people:add", "people:organisation", "people:add-unit"):
            assert client.get(reverse(name, args=[town.slug])).status_code == expected
        journal = client.get(reverse("people:journal", args=[town.slug]))
        assert journal.status_code == (200 if role in {Role.ADMIN, Role.AUDITOR} else 403)


def test_an_outsider_finds_nothing(town: Town, elsewhere: Town, signed_in: SignIn) -> None:
    client = signed_in(Role.ADMIN, elsewhere)
    person = town.people[Role.READER]
    assert client.get(reverse("people:browse", args=[town.slug])).status_code == 404
    assert client.get(reverse("people:edit", args=[town.slug, person.pk])).status_code == 404
    assert client.get(reverse("people:edit", args=[elsewhere.slug, person.pk])).status_code == 404


def test_a_person_is_added_given_a_role_and_a_link(town: Town, signed_in: SignIn) -> None:
    client = signed_in(Role.ADMIN)
    client.post(reverse("people:add-unit", args=[town.slug]), {"name": "DSI"})
    unit = Unit.objects.get()
    answer = client.post(
        reverse("people:add", args=[town.slug]),
        {"function": "Responsable du parc", "name": "Ana", "email": "ana@bourg.example",
         "unit": unit.pk, "roles": ["contributor"]},
    )  # fmt: skip
    person = Person.objects.get(function="Responsable du parc")
    hers = reverse("people:edit", args=[town.slug, person.pk])
    assert (answer.status_code, answer["Location"]) == (302, hers)
    assert "lui envoyer un lien de connexion" in client.get(hers).text
    link = reverse("people:link", args=[town.slug, person.pk])
    assert "/sign-in/" in client.post(link).text
    # A change of language on that page comes back by its address.
    assert client.get(link)["Location"] == hers
    listing = client.get(reverse("people:browse", args=[town.slug])).text
    assert "Pilote d’actions" in listing
    without = client.post(
        reverse("people:edit", args=[town.slug, person.pk]),
        {"function": "Responsable du parc", "name": "Ana", "email": "", "roles": ["editor"]},
    )
    assert without.status_code == 422
    assert "adresse électronique" in without.text


def test_erasing_is_confirmed_first(town: Town, signed_in: SignIn) -> None:
    client = signed_in(Role.ADMIN)
    person = town.people[Role.READER]
    address = reverse("people:erase", args=[town.slug, person.pk])
    assert "ne s’annule pas" in client.get(address).text
    person.refresh_from_db()
    assert person.name
    assert client.post(address).status_code == 302
    person.refresh_from_db()
    assert person.name == ""
    assert client.get(address).status_code == 404
    journal = client.get(reverse("people:journal", args=[town.slug])).text
    assert "nom effacé" in journal


def test_the_last_administrator_stays(town: Town, signed_in: SignIn) -> None:
    client = signed_in(Role.ADMIN)
    me = town.people[Role.ADMIN]
    answer = client.post(reverse("people:erase", args=[town.slug, me.pk]), follow=True)
    assert "au moins une personne" in answer.text


@pytest.mark.parametrize("siren", ["12", "12345678x"])
def test_a_bad_siren_is_told_beside_its_field(town: Town, signed_in: SignIn, siren: str) -> None:
    answer = signed_in(Role.ADMIN).post(
        reverse("people:organisation", args=[town.slug]),
        {"name": "Bourg", "legal_form": "town", "siren": siren},
    )
    assert answer.status_code == 422
    assert 'id="id_siren_error"' in answer.text
