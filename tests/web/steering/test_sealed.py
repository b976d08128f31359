"""Sealing on screen: what names somebody is asked, what moved since is told, what was stays."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from portulan.accounts.access import Role
from portulan.plans.actions.writes import edit_action
from portulan.plans.fields import ACTION
from portulan.plans.models import Action, Plan
from portulan.plans.words import CommitmentLevel
from portulan.steering.models import SealedPlan
from portulan.steering.sealed.verifying import verify
from portulan.steering.sealed.writes import seal_plan
from portulan.steering.words import Occasion
from portulan.web.steering.sealed.page import action_rows
from tests.browser import Browser
from tests.house.test_seals import FOLDER
from tests.people import Town
from tests.plans.plan_of_town import TODAY, adopt, followed_action, make_action, make_plan
from tests.steering.sealed.contents import CONTENT

type SignIn = Callable[..., Browser]


@pytest.fixture
def plan(town: Town) -> Plan:
    town.organisation.frozen_on = TODAY
    town.organisation.save()
    plan = make_plan(town)
    adopt(town, followed_action(town, plan), CommitmentLevel.IMPLEMENTATION)
    return plan


def url(town: Town, plan: Plan, name: str, *more: object) -> str:
    return reverse(f"steering:{name}", args=[town.slug, plan.slug, *more])


def test_a_plan_is_sealed_read_and_compared(town: Town, plan: Plan, signed_in: SignIn) -> None:
    client = signed_in(Role.EDITOR)
    edit_action(town.editor, action=Action.objects.get(), description="Vu avec M. Admin")
    address = url(town, plan, "seal")
    assert address in client.get(url(town, plan, "sealed-plans")).text
    page = client.get(address)
    assert "Un texte nomme une personne" in page.text
    refused = client.fill(address, {"title": "Vote"})
    assert refused.status_code == 422
    assert set(refused.context["form"].errors) == {"texts_read"}
    done = client.fill(
        address, {"title": "Vote", "texts_read": "on", "number": "24-117"}, follow=True
    )
    assert "Plan scellé, n° 1." in done.text
    assert "Le plan d’aujourd’hui est celui qui a été scellé." in done.text
    assert "24-117" in done.text
    edit_action(town.editor, action=Action.objects.get(), title="Deux salles")
    page = client.get(url(town, plan, "sealed", 1))
    assert "son titre est «\u00a0Deux salles\u00a0» (c’était «\u00a0Une seule salle" in page.text
    assert "à l’instant : rien n’a bougé" in page.text.replace("\u00a0", " ")
    assert "Deux salles" not in client.get(url(town, plan, "sealed-plan", 1)).text
    action = client.get(url(town, plan, "sealed-action", 1, 1))
    assert "Une seule salle serveur" in action.text
    assert "PUE moyen annuel" in action.text
    text = client.get(url(town, plan, "differences-text", 1))
    assert "Deux salles" in text.text
    file = client.get(url(town, plan, "sealed-file", 1))
    assert verify(file.content).holds


def test_every_text_that_was_sealed_of_an_action_is_on_its_page() -> None:
    """A field that comes later too: the title is that of the page."""
    content = replace(CONTENT, plan=FOLDER.plan, indicators=FOLDER.indicators)
    names = [one.name for one in ACTION if one.kind.is_words and one.name != "title"]
    texts: dict[str, Any] = {name: f"Dit de {name}" for name in names}
    rows = action_rows(replace(FOLDER.actions[0], **texts), content, "fr")
    shown = [value for _label, values in rows for value in values]
    assert [text for text in texts.values() if text not in shown] == []


def test_two_seals_are_compared_either_way(town: Town, plan: Plan, signed_in: SignIn) -> None:
    for title in ("Vote", "Bilan"):
        seal_plan(town.editor, plan=plan, occasion=Occasion.VOTE, title=title, today=TODAY)
        edit_action(town.editor, action=Action.objects.get(), title=f"Après {title}")
    client = signed_in(Role.READER)
    one = client.get(url(town, plan, "sealed", 1), {"against": 2})
    other = client.get(url(town, plan, "sealed", 2), {"against": 1})
    assert "Après Vote" in one.text
    assert "Après Bilan" not in one.text
    assert one.context["groups"][0][1][0][1] == other.context["groups"][0][1][0][1]
    for wrong in ("9", "x", "9" * 30):
        assert client.get(url(town, plan, "sealed", 1), {"against": wrong}).status_code == 404


def test_who_seals_and_who_reads(town: Town, plan: Plan, signed_in: SignIn) -> None:
    sealed = seal_plan(town.editor, plan=plan, occasion=Occasion.VOTE, title="V", today=TODAY)
    for role in Role:
        client = signed_in(role)
        may = role in {Role.EDITOR, Role.ADMIN}
        for name in ("seal", "verdicts", "close"):
            assert client.get(url(town, plan, name)).status_code == (200 if may else 403)
        for name in ("sealed", "sealed-plan", "sealed-file"):
            assert client.get(url(town, plan, name, sealed.number)).status_code == 200
    assert SealedPlan.objects.count() == 1


def test_a_page_asks_as_much_of_the_database_at_any_size(
    town: Town, plan: Plan, signed_in: SignIn
) -> None:
    client = signed_in(Role.EDITOR)
    counts = []
    seal_plan(town.editor, plan=plan, occasion=Occasion.VOTE, title="V", today=TODAY)
    client.get(url(town, plan, "sealed", 1))
    for more in (1, 12):
        for _ in range(more):
            adopt(town, make_action(town, plan), CommitmentLevel.STUDY)
        sealed = seal_plan(town.editor, plan=plan, occasion=Occasion.VOTE, title="V", today=TODAY)
        for name, place in (("sealed", [sealed.number]), ("seal", []), ("verdicts", [])):
            with CaptureQueriesContext(
                connection,
            ) as asked:
                client.get(url(town, plan, name, *place))
            counts.append(len(asked))
    assert counts[:3] == counts[3:]


def test_a_plan_is_closed_on_screen(town: Town, plan: Plan, signed_in: SignIn) -> None:
    town.organisation.frozen_on = TODAY.replace(year=2027)
    town.organisation.save()
    client = signed_in(Role.EDITOR)
    address = url(town, plan, "verdicts")
    refused = client.fill(address, {"verdict-1": "not_kept"})
    assert refused.status_code == 422
    assert "Dites pourquoi" in refused.text
    done = client.fill(address, {"verdict-1": "kept"}, follow=True)
    assert "Tous les engagements ont leur réponse." in done.text
    closed = client.fill(url(town, plan, "close"), {}, follow=True)
    assert "Plan clos et scellé." in closed.text
    assert "Tenu" in client.get(url(town, plan, "sealed-plan", 1)).text
