"""The page of all readings at one date: typed, pasted, read in a file, previewed, undone."""

from __future__ import annotations

import re
from collections.abc import Callable
from io import BytesIO

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from lxml import html

from portulan.accounts.access import Role
from portulan.indicators.models import Measurement
from portulan.indicators.words import Kind
from portulan.plans.indicators import add_indicator
from portulan.plans.models import Plan
from tests.people import Town
from tests.plans.plan_of_town import TODAY, followed_action, make_action, make_plan

type SignIn = Callable[..., Client]


@pytest.fixture
def plan(town: Town) -> Plan:
    town.organisation.frozen_on = TODAY
    town.organisation.save()
    plan = make_plan(town)
    followed_action(town, plan)
    action = make_action(town, plan, "Des postes gardés plus longtemps")
    add_indicator(town.editor, action=action, name="Reconditionnés", kind=Kind.PERCENTAGE)
    return plan


def at(town: Town, plan: Plan, name: str, *more: object) -> str:
    return reverse(f"plans:{name}", args=[town.slug, plan.slug, *more])


def confirmed(client: Client, town: Town, plan: Plan, page: bytes) -> bytes:
    tree = html.fromstring(page.decode())
    [sealed] = tree.xpath("//input[@name='sealed']/@value")
    address = at(town, plan, "apply-readings")
    return client.post(address, {"sealed": sealed}, follow=True).content


def said(page: bytes) -> str:
    return re.sub(r"\s+", " ", html.fromstring(page.decode()).text_content())


def test_typed_previewed_recorded_and_undone(town: Town, plan: Plan, signed_in: SignIn) -> None:
    client = signed_in(Role.EDITOR)
    address = at(town, plan, "readings")
    first, second = Measurement.objects.get(value="1.71").indicator_id, None
    second = max(town.organisation.indicators.values_list("pk", flat=True))
    assert client.post(address, {}).status_code == 422
    sent = {f"r-{first}": "1,66", f"r-{second}": "28/49", "on": "2026-10-31", "source": "SI"}
    page = client.post(address, sent).content
    assert "2 relevés s’ajoutent" in said(page)
    assert "1,71 → 1,66" in said(page)
    assert Measurement.objects.count() == 2
    done = confirmed(client, town, plan, page)
    assert "Relevés enregistrés : 2" in said(done)
    found = Measurement.objects.get(indicator=second)
    assert (found.numerator, found.denominator, found.source) == (28, 49, "SI")
    undo = at(town, plan, "undo-readings", Measurement.objects.get(value="1.66").pk)
    assert "Relevés retirés : 2" in said(client.post(undo, follow=True).content)
    assert Measurement.objects.filter(withdrawn_at=None).count() == 2


def test_pasted_by_name_or_in_order(town: Town, plan: Plan, signed_in: SignIn) -> None:
    client = signed_in(Role.EDITOR)
    address = at(town, plan, "readings")
    page = said(client.post(address, {"text": "1,66\n44"}).content)
    assert "2 relevés s’ajoutent" in page
    named = client.post(address, {"text": "reconditionnes\t44\nAutre\t3\n1\t1,5"}).content
    assert "2 relevés s’ajoutent" in said(named)
    assert "Ligne 2, Autre" in said(named)
    assert "Relevés enregistrés : 2" in said(confirmed(client, town, plan, named))
    too_many = client.post(address, {"text": "1\n2\n3"})
    assert too_many.status_code == 422
    forged = client.post(at(town, plan, "apply-readings"), {"sealed": "x"}, follow=True)
    assert "n’est plus valable" in said(forged.content)


@pytest.mark.parametrize("kind", ["csv", "xlsx", "ods"])
def test_a_file_goes_out_and_comes_back(
    town: Town, plan: Plan, signed_in: SignIn, kind: str
) -> None:
    client = signed_in(Role.EDITOR)
    response = client.get(at(town, plan, "readings-file", kind))
    content = b"".join(response.streaming_content)  # type: ignore[attr-defined]
    upload = SimpleUploadedFile(f"releves.{kind}", content)
    page = client.post(at(town, plan, "read-readings"), {"file": upload}).content
    assert "2 relevés sont déjà là" in said(page)
    assert "Rien ne s’ajoute." in said(page)
    if kind == "csv":
        changed = content.decode().replace("1,71", "1,6")
        upload = SimpleUploadedFile("releves.csv", changed.encode())
        page = client.post(at(town, plan, "read-readings"), {"file": upload}).content
        assert "Un relevé s’ajoute" in said(page)
        assert "Relevés enregistrés : 1" in said(confirmed(client, town, plan, page))
        wrong = SimpleUploadedFile("releves.csv", changed.replace("1,6", "peu").encode())
        page = client.post(at(town, plan, "read-readings"), {"file": wrong}).content
        assert "Rien ne s’ajoute tant qu’une ligne" in said(page)
        bad = BytesIO(b"a;b\n1;2\n")
        bad.name = "autre.csv"
        assert client.post(at(town, plan, "read-readings"), {"file": bad}).status_code == 422


def test_two_sources_are_settled_on_the_page_of_the_indicator(
    town: Town, plan: Plan, signed_in: SignIn
) -> None:
    client = signed_in(Role.EDITOR)
    measured = Measurement.objects.get(value="1.71")
    where = (1, measured.indicator_id)
    form = {"on": "2026-09-30", "value": "1,9", "source": "Prestataire", "knowledge": "known"}
    client.post(at(town, plan, "measure", *where), form | {"role": "reading"})
    Measurement.objects.filter(pk=measured.pk).update(source="Inventaire", withdrawn_at=None)
    page = said(client.get(at(town, plan, "indicator", *where)).content)
    assert page.count("deux sources, à trancher") == 2
    other = Measurement.objects.get(value="1.9").pk
    done = client.post(
        at(town, plan, "refuse-reading", *where, other), {"why": "sans la salle"}, follow=True
    )
    assert "écarté : sans la salle" in said(done.content)
    assert "à trancher" not in said(done.content)
    kept = client.post(at(town, plan, "keep-reading", *where, other), follow=True)
    assert "Relevé repris" in said(kept.content)
