"""Estimating an action on screen: previewed, recorded, read, revised, withdrawn, restored."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.test import Client

from portulan.accounts.access import Role
from portulan.impact.engine.archetype import Asked
from portulan.impact.engine.archetypes import ARCHETYPES
from portulan.impact.estimates.writes import estimate_action
from portulan.impact.models import Estimate, SocialEffect
from portulan.plans.models import Action, Plan
from tests.impact.asked import longer_life, part, parts
from tests.people import Town
from tests.plans.plan_of_town import TODAY
from tests.web.impact.conftest import Url, text_of

type SignIn = Callable[..., Client]
LIVES = {
    "device": "laptop",
    "count": "1 200",
    "life_before": "4",
    "life_before-low": "3,5",
    "life_before-high": "4,5",
    "life_after": "6",
    "achieved": "95",
    "parts_kg": "2",
    "use_drift": "5",
    "view": "amortised",
    "country": "fra",
    "assets": "portables, atelier",
    "baseline": "Quatre ans, comme avant",
    "moment": "ex_ante",
}


def test_what_is_previewed_is_what_is_recorded(
    town: Town, plan: Plan, action: Action, signed_in: SignIn, url: Url
) -> None:
    client = signed_in(Role.EDITOR)
    where = [plan.slug, action.number]
    chosen = client.get(url("choose", *where))
    assert "Garder des appareils plus longtemps" in text_of(chosen)
    form = url("new", *where, "device-life")
    assert f'<a href="{url("action", *where)}">Effets</a>' in client.get(form).content.decode()
    preview = text_of(client.post(form, LIVES))
    assert not Estimate.objects.exists()
    assert "tCO₂e/an (" in preview
    assert "Réduction, par an, amortie" in preview
    assert "1 200 × 0,95 × (1/4 − 1/6) = 95 achats évités (ordinateur portable) par an" in preview
    assert "Ordinateur portable : carbone de la fabrication" in preview
    answer = client.post(form, LIVES | {"record": "1"}, follow=True)
    kept = Estimate.objects.get()
    assert kept.made_on == TODAY
    assert kept.baseline == "Quatre ans, comme avant"
    (asked,) = kept.request["estimates"]
    assert asked["inputs"]["achieved"] == 0.95
    assert asked["inputs"]["life_before"] == {"min": 3.5, "mode": 4, "max": 4.5}
    assert asked["assets"] == ["atelier", "portables"]
    page = text_of(answer)
    assert "elle ne changera plus" in page
    assert "Sans l’action : Quatre ans, comme avant" in page
    assert "ADEME, Base Empreinte" in page
    assert "livré avec Portulan, version 1" in page
    again = client.get(form).content.decode()
    assert 'value="3,5"' in again
    assert 'value="95"' in again
    assert "Quatre ans, comme avant" in again
    assert "PUE moyen annuel : 1,71 au 30/09/2026" in text_of(client.get(form))


@pytest.mark.parametrize("archetype", ARCHETYPES)
def test_every_archetype_has_its_form_in_both_languages(
    plan: Plan, action: Action, signed_in: SignIn, url: Url, archetype: str
) -> None:
    client = signed_in(Role.EDITOR)
    address = url("new", plan.slug, action.number, archetype)
    assert client.get(address).status_code == 200
    asked = {one.name for one in ARCHETYPES[archetype].inputs if one.is_required}
    answer = client.post(address, {"moment": "ex_ante"})
    if asked:
        assert answer.status_code == 422
        assert answer.content.decode().count('class="err"') >= len(asked)
    else:
        assert "non estimé" in text_of(answer)


SAMPLES: dict[Asked, object] = {
    Asked.COUNT: 40,
    Asked.TALLY: 40,
    Asked.CAPACITY: 96,
    Asked.AMOUNT: 1000,
    Asked.EACH: 1000,
    Asked.LIFE: 4,
    Asked.SHARE: 0.5,
    Asked.CHANGE: 0.05,
    Asked.PUE: 1.5,
    Asked.HOURS: 14,
    Asked.DAYS: 220,
    Asked.DEVICE: "smartphone",
    Asked.COUNTRY: "FRA",
    Asked.FLAG: True,
}


@pytest.mark.parametrize("language", ["fr", "en"])
@pytest.mark.parametrize("archetype", ARCHETYPES)
def test_every_archetype_has_its_page_in_both_languages(
    town: Town,
    plan: Plan,
    action: Action,
    signed_in: SignIn,
    url: Url,
    archetype: str,
    language: str,
) -> None:
    wanted = ARCHETYPES[archetype]
    given = {
        one.name: SAMPLES[one.asked]
        for one in wanted.inputs
        if one.is_required or one.name in wanted.one_of[:1]
    }
    kept = estimate_action(
        town.editor,
        action=action,
        request=parts(part(archetype, **given)),
        today=TODAY,  # type: ignore[arg-type]
    )
    client = signed_in(Role.READER)
    client.post(f"/language/{language}/")
    page = text_of(client.get(url("estimate", plan.slug, action.number, kept.pk)))
    assert f"{kept.digest[:12]}…" in page
    # No name of an input, nor of a factor, that only files know.
    for name in (*(one.name for one in wanted.inputs if "_" in one.name), "gwp.", ".kwh", "/unit"):
        assert name not in page


@pytest.mark.parametrize(
    ("wrong", "sentence"),
    [
        ({"count": "-3"}, "Nombre d’appareils » vaut −3"),
        ({"count": "12,5"}, "vaut 12,5 : il faut un nombre entier"),
        ({"life_after": "0"}, "Durée d’usage avec l’action (années) » vaut 0"),
        ({"life_before-low": ""}, "Donnez le plus bas et le plus haut, ou aucun."),
        ({"life_before-low": "4,2"}, "au plus bas ≤ le plus probable ≤ au plus haut"),
        ({"achieved": "120"}, "Écrivez un pourcentage de 0 à 100."),
        ({"country": "XXX"}, "Pays de l’électricité"),
        ({"count": "beaucoup"}, "Écrivez un nombre entier, comme 120."),
        ({"count": "1000000000000"}, "il faut au plus 10 000 000"),
        ({"life_after": "51"}, "il faut au plus 50"),
        ({"device": "toaster"}, "toaster"),
    ],
)
def test_what_is_wrong_is_said_in_the_words_of_the_form(
    plan: Plan,
    action: Action,
    signed_in: SignIn,
    url: Url,
    wrong: dict[str, str],
    sentence: str,
) -> None:
    address = url("new", plan.slug, action.number, "device-life")
    answer = signed_in(Role.EDITOR).post(address, LIVES | wrong | {"record": "1"})
    assert answer.status_code == 422
    assert sentence in text_of(answer)
    assert "estimates[0]" not in text_of(answer)
    assert not Estimate.objects.exists()


def test_devices_are_in_the_order_of_the_alphabet(
    plan: Plan, action: Action, signed_in: SignIn, url: Url
) -> None:
    page = text_of(
        signed_in(Role.EDITOR).get(url("new", plan.slug, action.number, "device-life"))
    ).lower()
    assert page.index("disque dur externe") < page.index("écran") < page.index("enceinte")


def test_all_that_is_wrong_is_said_at_once(
    plan: Plan, action: Action, signed_in: SignIn, url: Url
) -> None:
    address = url("new", plan.slug, action.number, "device-life")
    wrong = {"count": "beaucoup", "life_after": "-1", "country": "FRANCE", "achieved": "120"}
    page = text_of(signed_in(Role.EDITOR).post(address, LIVES | wrong))
    for sentence in ("comme 120.", "vaut −1", "Code de trois lettres", "de 0 à 100"):
        assert sentence in page
    assert page.count("manque") == 0


def test_an_enabling_action_says_so(
    plan: Plan, action: Action, signed_in: SignIn, url: Url, town: Town
) -> None:
    client = signed_in(Role.EDITOR)
    address = url("new", plan.slug, action.number, "enabling")
    client.post(address, {"moment": "ex_ante", "record": "1"})
    page = text_of(client.get(f"/{town.slug}/plans/{plan.slug}/{action.number}/"))
    assert "non estimé" in page
    assert "Cette action en permet d’autres" in page


def test_planned_and_measured_stand_beside_each_other(
    plan: Plan, action: Action, signed_in: SignIn, url: Url
) -> None:
    client = signed_in(Role.EDITOR)
    where = [plan.slug, action.number]
    room = {"it_kw": "48", "pue_before": "1,85", "country": "FRA"}
    reading = action.indicators.get().measurements.latest("on")
    client.post(
        url("new", *where, "pue"), room | {"pue_after": "1,5", "moment": "ex_ante", "record": "1"}
    )
    client.post(
        url("new", *where, "pue"),
        room
        | {
            "pue_after": "1,71",
            "moment": "measured",
            "measurement": reading.pk,
            "record": "1",
        },
    )
    page = text_of(client.get(url("action", *where)))
    assert "Mesurée, elle épargne 40 % de ce qui était prévu." in page
    assert "remplacée" in page
    latest = Estimate.objects.latest("pk")
    assert "Fondée sur le relevé « PUE moyen annuel » : 1,71" in text_of(
        client.get(url("estimate", *where, latest.pk))
    )


def test_withdrawn_for_a_reason_and_taken_back(
    town: Town, plan: Plan, action: Action, signed_in: SignIn, url: Url
) -> None:
    kept = estimate_action(town.editor, action=action, request=longer_life(), today=TODAY)
    client, where = signed_in(Role.EDITOR), [plan.slug, action.number, kept.pk]
    assert client.post(url("withdraw", *where), {"reason": ""}).status_code == 422
    client.post(url("withdraw", *where), {"reason": "Parc recompté"})
    page = text_of(client.get(url("estimate", *where)))
    assert "Parc recompté" in page
    assert client.get(url("restore", *where)).status_code == 405
    client.post(url("restore", *where))
    kept.refresh_from_db()
    assert kept.withdrawn_at is None
    request = client.get(url("export-request", *where))
    assert request.json() == kept.request


def test_readers_read_and_outsiders_find_nothing(
    town: Town, elsewhere: Town, plan: Plan, action: Action, signed_in: SignIn, url: Url
) -> None:
    kept = estimate_action(town.editor, action=action, request=longer_life(), today=TODAY)
    where = [plan.slug, action.number]
    reader = signed_in(Role.READER)
    for read in (url("action", *where), url("estimate", *where, kept.pk), url("plan", plan.slug)):
        assert reader.get(read).status_code == 200
        assert signed_in(Role.ADMIN, elsewhere).get(read).status_code == 404
    for write in ("choose", "file", "add-social"):
        assert reader.get(url(write, *where)).status_code == 403
        assert signed_in(Role.CONTRIBUTOR).get(url(write, *where)).status_code == 403
    assert "Estimer l’effet" not in text_of(reader.get(url("action", *where)))


def test_social_effects_stand_beside_and_score_nothing(
    town: Town, plan: Plan, action: Action, signed_in: SignIn, url: Url
) -> None:
    client, where = signed_in(Role.EDITOR), [plan.slug, action.number]
    data = {"kind": "access", "sense": "gain", "statement": "Une voie au guichet"}
    assert client.post(url("add-social", *where), data | {"statement": ""}).status_code == 422
    client.post(url("add-social", *where), data)
    effect = SocialEffect.objects.get()
    page = text_of(client.get(url("action", *where)))
    assert "Une voie au guichet" in page
    assert "sans preuve" in page
    client.post(url("social", *where, effect.pk), data | {"evidence": "Enquête 2026"})
    sheet = text_of(client.get(f"/{town.slug}/plans/{plan.slug}/{action.number}/"))
    assert "Une voie au guichet" in sheet
    assert client.get(url("remove-social", *where, effect.pk)).status_code == 200
    client.post(url("remove-social", *where, effect.pk))
    assert not SocialEffect.objects.exists()
