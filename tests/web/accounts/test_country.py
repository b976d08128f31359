"""An organisation of another country is spoken to in its own money and with its own number."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.test import Client

from portulan.accounts.access import Role
from portulan.core.say import numbers
from portulan.core.say.country import (
    COUNTRIES,
    CURRENCIES,
    currency,
    is_cbe,
    is_siren,
    is_uid,
    settled,
)
from tests.people import Town

SWISS = {
    "name": "Ville de Porrentruy",
    "legal_form": "town",
    "population": "6 500",
    "country": "CHE",
    "currency": "CHF",
    "siren": "CHE-109.322.551",
}


def test_money_is_said_in_the_currency_of_the_organisation_at_work() -> None:
    with settled("CHE", "CHF"):
        assert numbers.money(1250, "fr") == "1\u202f250,00\u00a0CHF"
        assert numbers.money(-1250, "en") == "\u2212CHF\u00a01,250.00"
        assert numbers.money(48_000, "fr", unit="k€") == "48\u00a0kCHF"
        assert numbers.money(48_000, "en", unit="k€") == "CHF\u00a048k"
    with settled("FRA", "XPF"):
        assert numbers.money(1250, "fr") == "1\u202f250\u00a0XPF"
    with settled("GBR", "GBP"):
        assert numbers.money(1250, "en") == "£1,250.00"
    assert currency().code == "EUR"


@pytest.mark.parametrize("code", COUNTRIES)
def test_every_country_has_its_currency_and_its_words(code: str) -> None:
    place = COUNTRIES[code]
    assert place.currency in CURRENCIES
    assert all((*place.name, *place.number.name, *place.with_tax, *place.without_tax))


def test_numbers_of_bodies_hold_by_their_check_digits() -> None:
    # Swisscom, the Belgian national bank, Insee: public facts of the registers.
    assert is_uid("CHE-101.654.423")
    assert not is_uid("CHE-101.654.424")
    assert is_cbe("0203.201.340")
    assert not is_cbe("0203.201.341")
    assert is_siren("120027016")
    assert not is_siren("120027017")


def test_a_swiss_town_sees_no_euro_and_no_siren(
    town: Town, signed_in: Callable[[Role], Client]
) -> None:
    admin = signed_in(Role.ADMIN)
    page = f"/{town.organisation.slug}/people/organisation/"
    assert admin.post(page, SWISS | {"siren": "CHE-109.322.550"}).status_code == 422
    assert admin.post(page, SWISS).status_code == 302
    town.organisation.refresh_from_db()
    assert (town.organisation.siren, town.organisation.body_number) == ("", "CHE-109.322.551")
    assert town.organisation.electricity_mix == "CHE"
    for language in ("fr", "en"):
        session = admin.session
        session["language"] = language
        session.save()
        for path in ("people/", "budget/", "budget/new/", "", "budget/ambitions/", "portfolio/"):
            answer = admin.get(f"/{town.organisation.slug}/{path}")
            if answer.status_code == 200:
                shown = answer.content.decode()
                assert "€" not in shown, path
                assert "SIREN" not in shown, path
        shown = admin.get(page).content.decode().partition("<main")[2]
        assert ("Numéro IDE" if language == "fr" else "UID number") in shown
        assert "CHE-109.322.551" in shown
