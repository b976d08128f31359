"""Factors on screen: found, explained, given, imported from the Base Carbone, withdrawn."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from portulan.accounts.access import Role
from portulan.impact.estimates.writes import estimate_action
from portulan.impact.models import FactorOverride
from portulan.plans.models import Action
from tests.impact.asked import longer_life
from tests.people import Town
from tests.plans.plan_of_town import TODAY
from tests.web.impact.conftest import Url, text_of

type SignIn = Callable[..., Client]
MADE = "laptop.gwp.manufacturing"
GIVEN = {
    "value": "236",
    "gsd": "1,2",
    "source": "Fiches du marché 2025",
    "quality": "published",
    "reason": "Notre modèle",
}
BASE = (
    "Type Ligne;Identifiant de l'élément;Statut de l'élément;Nom base français;"
    "Unité français;Total poste non décomposé;Localisation géographique\n"
    "Elément;28001;Valide générique;Ordinateur portable;kgCO2e/unité;156;France\n"
    "Elément;28002;Valide générique;Ordinateur fixe;kgCO2e/unité;200;France\n"
    "Elément;28003;Valide générique;Ordinateur loué;kgCO2e/an;20;France\n"
)


def test_a_figure_is_found_and_explained(
    town: Town, action: Action, signed_in: SignIn, url: Url
) -> None:
    client = signed_in(Role.READER)
    estimate_action(town.editor, action=action, request=longer_life(), today=TODAY)
    listed = text_of(client.get(url("factors"), {"q": "ORDINATEUR portable fabrication"}))
    assert "1 facteur sur" in listed
    assert "Ordinateur portable : carbone de la fabrication" in listed
    assert "Donner un facteur" not in listed
    assert "Aucun facteur ne répond" in text_of(client.get(url("factors"), {"only": "own"}))
    page = text_of(client.get(url("factor", MADE)))
    for told in (
        "170 kgCO₂e par appareil",
        "× ou ÷ 1,45",
        "ADEME",
        "MIT",
        "Employé par 1 estimation",
    ):
        assert told in page
    unknown = text_of(client.get(url("factor", "laptop.adpe.embedded")))
    assert "« non estimé », jamais zéro" in unknown
    assert client.get(url("factor", "laptop.weather")).status_code == 404


def test_every_figure_shipped_has_a_page_without_a_word_of_ours(
    signed_in: SignIn, url: Url
) -> None:
    client = signed_in(Role.READER)
    for factor in ("smartphone.gwp.refurbished", "storage.gwp", "electricity.adpe.FRA"):
        page = text_of(client.get(url("factor", factor)))
        assert "/unit" not in page
        assert "/year" not in page
    assert "4,858 × 10⁻⁸ kg Sb eq/kWh" in page


def test_a_figure_is_given_and_taken_back(signed_in: SignIn, url: Url) -> None:
    client = signed_in(Role.EDITOR)
    address = url("give", MADE)
    assert client.get(address).status_code == 200
    for wrong in ({"value": "-1"}, {"source": ""}, {"low": "1"}, {"low": "1", "high": "2"}):
        assert client.post(address, GIVEN | wrong).status_code == 422
    assert not FactorOverride.objects.exists()
    page = text_of(client.post(address, GIVEN, follow=True))
    assert "236 kgCO₂e par appareil" in page
    assert "Notre modèle" in page
    assert "le nôtre" in text_of(client.get(url("factors")))
    client.post(url("withdraw-factor", MADE))
    assert "retiré" in text_of(client.get(url("factor", MADE)))
    assert client.post(url("withdraw-factor", MADE)).status_code == 404


def test_a_device_of_one_s_own_is_given_and_then_offered(
    action: Action, signed_in: SignIn, url: Url
) -> None:
    client = signed_in(Role.EDITOR)
    new = {"name": "copieur.gwp.embedded", "value": "1120"}
    assert client.post(url("give-new"), GIVEN | new | {"name": "copieur.météo"}).status_code == 422
    assert client.post(url("give-new"), GIVEN | new).status_code == 302
    where = [action.plan.slug, action.number]
    form = client.get(url("new", *where, "purchases-avoided")).content.decode()
    assert '<option value="copieur">' in form


def test_how_well_a_figure_is_known_has_no_default(signed_in: SignIn, url: Url) -> None:
    client = signed_in(Role.EDITOR)
    assert '<option value="" selected>' in client.get(url("give-new")).content.decode()
    new = {"name": "copieur.gwp.embedded", "value": "1120", "quality": ""}
    assert client.post(url("give-new"), GIVEN | new).status_code == 422
    assert not FactorOverride.objects.exists()


@pytest.mark.parametrize("role", [Role.READER, Role.CONTRIBUTOR, Role.FINANCE])
def test_who_may_not_give_a_figure(role: Role, signed_in: SignIn, url: Url) -> None:
    client = signed_in(role)
    for address in (url("give-new"), url("give", MADE), url("import-factors")):
        assert client.get(address).status_code == 403
    assert client.post(url("record-import"), {}).status_code == 403


def upload(client: Client, url: Url, words: str, content: str = BASE) -> Any:
    file = SimpleUploadedFile("base.csv", content.encode("cp1252"))
    return client.post(url("import-factors"), {"sources": file, "words": words})


def test_elements_of_the_base_carbone_are_chosen_then_used(signed_in: SignIn, url: Url) -> None:
    client = signed_in(Role.EDITOR)
    assert "Aucun élément n’a ces mots" in text_of(upload(client, url, "loué"))
    assert upload(client, url, "portable", "a;b\n").status_code == 422
    found = upload(client, url, "ordinateur")
    page = text_of(found)
    assert "Ordinateur portable" in page
    assert "Ordinateur loué" not in page
    offered = ">Ordinateur portable\u00a0: carbone hors usage, en tout</option>"
    assert f'<option value="laptop.gwp.embedded"{offered}' in found.content.decode()
    seal = re.search(r'name="sealed" value="([^"]+)"', found.content.decode())
    assert seal is not None
    data = {"sealed": seal[1], "reason": "Bilan carbone"}
    assert client.post(url("record-import"), data).status_code == 422
    wrong = data | {"factor-0": "electricity.gwp.FRA"}
    assert "ne peut pas prendre la place" in text_of(client.post(url("record-import"), wrong))
    assert not FactorOverride.objects.exists()
    client.post(url("record-import"), data | {"factor-0": "laptop.gwp.embedded"})
    kept = FactorOverride.objects.get()
    assert (kept.value, kept.source) == (156, "ADEME, Base Carbone, 28001, Ordinateur portable")
    broken = client.post(url("record-import"), data | {"sealed": "x"}, follow=True)
    assert "n’est plus valable" in text_of(broken)


def test_reference_tables_propose_devices_that_a_person_corrects(
    signed_in: SignIn, url: Url
) -> None:
    client = signed_in(Role.EDITOR)
    impacts = (
        "nom;etapeacv;critere;consoElecMoyenne;localisation;valeur;unite;source\n"
        "laptop-3;FABRICATION;Climate change;26,6;France;253;Item;Étude 2025\n"
        "poste-7;FABRICATION;Climate change;;France;300;Item;Étude 2025\n"
        "blade-1;FABRICATION;Climate change;;France;900;Item;Fake data for tests\n"
        "laptop-3;UTILISATION;Climate change;26,6;France;2;Item;Étude 2025\n"
    )
    types = "type;dureeVieDefaut;source\nSmartphone;trois;\nLaptop;6;Parc\n"
    sources = [
        SimpleUploadedFile(f"{name}.csv", table.encode())
        for name, table in (("impacts", impacts), ("types", types))
    ]
    found = client.post(url("import-factors"), {"sources": sources})
    page = text_of(found)
    for told in (
        "types.csv, ligne 2",
        "« trois »",
        "UTILISATION",
        "fictifs",
        "fictif",
        "en vigueur : 170",
    ):
        assert told.replace(" ", "\u00a0") in page.replace(" ", "\u00a0")
    content = found.content.decode()
    offered = dict(re.findall(r'name="(factor-\d+)" value="([^"]*)"', content))
    assert sorted(offered.values()) == [MADE, "laptop.kwh_year", "laptop.life"]
    seal = re.search(r'name="sealed" value="([^"]+)"', content)
    assert seal is not None
    data = {"sealed": seal[1], "reason": "Notre étude"} | offered
    # poste-7 is a desktop of ours: the person says so; the use of laptops is not taken.
    posts = next(n for n in range(6) if f"factor-{n}" not in offered)
    corrected = {key: "" if name == "laptop.kwh_year" else name for key, name in offered.items()}
    more = {f"factor-{posts}": "desktop_pro.gwp.manufacturing"}
    assert client.post(url("record-import"), data | corrected | more).status_code == 302
    kept = {one.name: one.value for one in FactorOverride.objects.all()}
    assert kept == {MADE: 253, "laptop.life": 6, "desktop_pro.gwp.manufacturing": 300}
    client.post(url("withdraw-factor", MADE))
    assert FactorOverride.objects.get(name=MADE).withdrawn_at is not None


def test_more_figures_than_a_page_holds_are_counted(signed_in: SignIn, url: Url) -> None:
    many = BASE + "".join(
        f"Elément;{number};Valide générique;Ordinateur {number};kgCO2e/unité;1;France\n"
        for number in range(40)
    )
    page = text_of(upload(signed_in(Role.EDITOR), url, "ordinateur", many))
    assert "17 autres chiffres ne sont pas montrés" in page
    one_more = BASE + "Elément;1;Valide générique;Ordinateur;kgCO2e/unité;1;France\n" * 24
    assert "1 autre chiffre n’est pas montré" in text_of(
        upload(signed_in(Role.EDITOR), url, "ordinateur", one_more)
    )
