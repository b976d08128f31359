"""Estimates from a file: an inventory, or a request; sealed from one step to the next."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from portulan.accounts.access import Role
from portulan.impact.models import Estimate
from portulan.plans.models import Action, Plan
from tests.impact.asked import longer_life, part, parts
from tests.web.impact.conftest import Url, text_of

type SignIn = Callable[..., Client]
INVENTORY = """\
nomEquipementPhysique;modele;quantite;type;paysDUtilisation;dateAchat;dateRetrait
portables;p1;120;Laptop;France;2020-01-01;2024-01-01
écrans;e1;80;Screen;France;;
divers;x;3;Toaster;France;;
portables 2;p2;beaucoup;Laptop;France;;
"""


def sent(content: str | bytes, name: str) -> dict[str, Any]:
    raw = content.encode() if isinstance(content, str) else content
    return {"sources": SimpleUploadedFile(name, raw)}


def seal_of(response: Any) -> str:
    found = re.search(r'name="sealed" value="([^"]+)"', response.content.decode())
    assert found is not None
    return found[1]


def test_an_inventory_becomes_a_part_per_kind_of_device(
    plan: Plan, action: Action, signed_in: SignIn, url: Url
) -> None:
    client, where = signed_in(Role.EDITOR), [plan.slug, action.number]
    asked = client.post(url("file", *where), sent(INVENTORY, "inventaire.csv"))
    page = text_of(asked)
    assert "Ordinateur portable1204,0" in page
    assert "Écran80–" in page
    assert "beaucoup" in page
    assert "inventaire.csv, ligne 4" in page
    assert "Toaster" in page
    seal = {"sealed": seal_of(asked)}
    assert client.post(url("lives", *where), seal).status_code == 422
    lives = {"before-laptop": "4", "after-laptop": "6", "before-monitor": "6"}
    preview = client.post(url("lives", *where), seal | lives)
    assert "tCO₂e/an" in text_of(preview)
    assert not Estimate.objects.exists()
    seal = {"sealed": seal_of(preview), "moment": "ex_ante", "baseline": "Quatre ans"}
    client.post(url("record-file", *where), seal)
    kept = Estimate.objects.get()
    (laptops,) = kept.request["estimates"]
    assert laptops["inputs"] == {
        "device": "laptop",
        "count": 120,
        "life_before": 4.0,
        "life_after": 6.0,
    }
    assert kept.baseline == "Quatre ans"


def test_a_request_is_previewed_then_recorded_as_it_is(
    plan: Plan, action: Action, signed_in: SignIn, url: Url
) -> None:
    client, where = signed_in(Role.EDITOR), [plan.slug, action.number]
    asked = parts(part("paper", sheets=500_000), part("enabling", "b"))
    preview = client.post(url("file", *where), sent(json.dumps(asked), "demande.JSON"))
    assert "Imprimer moins : environ 2,3 tCO₂e/an" in text_of(preview)
    client.post(url("record-file", *where), {"sealed": seal_of(preview), "moment": "in_progress"})
    assert Estimate.objects.get().request == asked


def test_a_device_of_the_request_is_read_whatever_its_name(
    plan: Plan, action: Action, signed_in: SignIn, url: Url
) -> None:
    client, where = signed_in(Role.EDITOR), [plan.slug, action.number]
    asked = parts(
        part("purchases-avoided", device="a/b <i>", count=2), factors={"a/b <i>.gwp.embedded": 100}
    )
    preview = client.post(url("file", *where), sent(json.dumps(asked), "demande.json"))
    seal = {"sealed": seal_of(preview), "moment": "ex_ante"}
    page = client.post(url("record-file", *where), seal, follow=True)
    assert page.status_code == 200
    assert "donné dans la demande" in text_of(page)
    assert "<i>" not in page.content.decode()


@pytest.mark.parametrize(
    ("content", "name", "sentence"),
    [
        ("{", "demande.json", "Ce n’est pas du JSON"),
        (json.dumps(longer_life(-1)), "demande.json", "estimates[0].inputs.count"),
        ("a;b\n1;2\n", "inventaire.csv", "aucune des quatre tables"),
        (b"\xff\xfe\x00", "inventaire.csv", "UTF-8"),
        (
            json.dumps(
                parts(
                    part("enabling"),
                    part("reuse", "b", device="laptop", count=1, second_life=1, replacement_rate=1),
                )
            ),
            "demande.json",
            "ne s’ajoutent pas",
        ),
    ],
)
def test_a_bad_file_is_told_and_nothing_is_kept(
    plan: Plan,
    action: Action,
    signed_in: SignIn,
    url: Url,
    content: str | bytes,
    name: str,
    sentence: str,
) -> None:
    address = url("file", plan.slug, action.number)
    answer = signed_in(Role.EDITOR).post(address, sent(content, name))
    assert answer.status_code == 422
    assert sentence in text_of(answer)
    assert not Estimate.objects.exists()


def test_of_many_faults_the_first_are_told(
    plan: Plan, action: Action, signed_in: SignIn, url: Url
) -> None:
    asked = parts(*(part("paper", f"p{n}", sheets=-1) for n in range(40)))
    address = url("file", plan.slug, action.number)
    answer = signed_in(Role.EDITOR).post(address, sent(json.dumps(asked), "demande.json"))
    assert answer.status_code == 422
    assert text_of(answer).count("inputs.sheets") == 20


def test_a_broken_seal_opens_nothing(
    plan: Plan, action: Action, signed_in: SignIn, url: Url
) -> None:
    client, where = signed_in(Role.EDITOR), [plan.slug, action.number]
    preview = client.post(url("file", *where), sent(json.dumps(longer_life()), "d.json"))
    seal = seal_of(preview)
    for broken in ("", "x", seal[:-2] + "xx"):
        for step in ("lives", "record-file"):
            answer = client.post(url(step, *where), {"sealed": broken}, follow=True)
            assert "Cet aperçu n’est plus valable" in text_of(answer)
    # A seal of one step opens no other.
    answer = client.post(url("lives", *where), {"sealed": seal}, follow=True)
    assert "Cet aperçu n’est plus valable" in text_of(answer)
    assert not Estimate.objects.exists()
