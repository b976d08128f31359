"""The criteria of a label on screen: pasted, answered, proved, removed, each taken back."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from portulan.accounts.access import Role
from portulan.accounts.models import Organisation
from portulan.evidence.writes import give
from portulan.plans.models import Plan
from portulan.publication.label.writes import paste_criteria
from portulan.publication.models import LabelCriterion
from tests.browser import Browser
from tests.pages import MOST_NODES
from tests.people import Town
from tests.plans.plan_of_town import TODAY, make_action, make_plan

type SignIn = Callable[[Role, Town], Browser]


@pytest.fixture
def plan(town: Town) -> Plan:
    Organisation.objects.filter(pk=town.organisation.pk).update(frozen_on=TODAY)
    plan = make_plan(town)
    make_action(town, plan)
    return plan


def at(town: Town, name: str, *more: object) -> str:
    return reverse(f"documents:{name}", args=[town.slug, *more])


def undo(desk: Browser, page: str) -> str:
    """Press the button that undoes what was just said; return the page that it leads to."""
    tree = desk.tree(desk.get(page))
    [action] = tree.xpath("//form[contains(@action, '/undo/')]/@action")
    desk.post(action)
    return desk.get(page).content.decode()


def test_they_are_pasted_answered_proved_and_taken_back(
    town: Town, plan: Plan, signed_in: SignIn
) -> None:
    desk, here = signed_in(Role.EDITOR, town), at(town, "criteria", plan.slug)
    assert here in desk.get(at(town, "browse")).content.decode()  # what the dossier lacks
    assert here in desk.get(at(town, "preview", "label", TODAY.year)).content.decode()
    assert "Aucun critère n’est recopié" in desk.get(here).content.decode()
    paste = at(town, "paste-criteria", plan.slug)
    refused = desk.fill(paste, {"lines": "1.1\tDurer\nsans code"})
    assert refused.status_code == 422
    assert "Ligne 2" in refused.content.decode()
    desk.fill(paste, {"lines": "1.1\tDurer\n1.2\tMesurer"})
    assert "Critères ajoutés\u00a0: 2" in desk.get(here).content.decode()
    one = at(town, "criterion", plan.slug, LabelCriterion.objects.get(code="1.1").pk)
    unknown = desk.fill(one, {"actions": "1, 99"})
    assert "n’a le numéro «\u00a099\u00a0»" in unknown.content.decode()
    desk.fill(one, {"answer": "Six ans.", "actions": "1"})
    assert "Six ans." not in undo(desk, here)
    desk.fill(one, {"answer": "Six ans.", "actions": "1"})
    piece = give(town.editor, title="Contrat", reference="GED 12")
    desk.get(here)  # what was said is read
    desk.fill(f"{one}evidence/", {"existing": str(piece.pk)})
    assert "Contrat" in desk.get(one).content.decode()
    assert here in desk.get(reverse("evidence:piece", args=[town.slug, piece.pk])).content.decode()
    removal = f"{one}remove/"
    desk.post(removal, desk.fields(removal))
    page = undo(desk, here)
    assert "Six ans." in page
    again = at(town, "criterion", plan.slug, LabelCriterion.objects.get(code="1.1").pk)
    assert "Contrat" in desk.get(again).content.decode()
    desk.post(f"{again}evidence/{piece.pk}/remove/")
    assert "Aucune pièce" in desk.get(again).content.decode()


def test_who_reads_changes_nothing(
    town: Town, elsewhere: Town, plan: Plan, signed_in: SignIn
) -> None:
    paste_criteria(town.editor, plan=plan, lines="1.1\tDurer")
    desk, pk = signed_in(Role.READER, town), LabelCriterion.objects.get().pk
    page = desk.get(at(town, "criteria", plan.slug))
    assert "Durer" in page.content.decode()
    for name, more in (
        *(("add-criterion", ()), ("paste-criteria", ())),
        *(("criterion", (pk,)), ("remove-criterion", (pk,)), ("give-criterion-evidence", (pk,))),
    ):
        assert desk.get(at(town, name, plan.slug, *more)).status_code == 403
    other = signed_in(Role.ADMIN, elsewhere)
    assert other.get(at(town, "criteria", plan.slug)).status_code == 404


def test_the_list_asks_as_much_for_one_as_for_a_hundred(
    town: Town, plan: Plan, signed_in: SignIn
) -> None:
    desk, here = signed_in(Role.EDITOR, town), at(town, "criteria", plan.slug)
    desk.get(here)
    counts = []
    for many in (1, 100):
        lines = "\n".join(f"{rank}\tCritère {rank}" for rank in range(many))
        paste_criteria(town.editor, plan=plan, lines=lines)
        with CaptureQueriesContext(connection) as queries:
            page = desk.get(here)
        counts.append(len(queries))
        assert len(desk.tree(page).xpath("//*[not(self::option)]")) <= MOST_NODES
    assert counts[0] == counts[1]
