"""What a form asks first, and what it folds: everything is still there, and still sent."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.urls import reverse

from portulan.accounts.access import Role
from portulan.plans.commitments.writes import save_deliverable
from portulan.plans.models import Action, Plan
from portulan.plans.words import CommitmentLevel, Outcome
from tests.browser import Browser
from tests.people import Town
from tests.plans.plan_of_town import TODAY, adopt, followed_action, make_plan

EXPERIMENT = CommitmentLevel.EXPERIMENT


@pytest.fixture
def plan(town: Town) -> Plan:
    town.organisation.frozen_on = TODAY
    town.organisation.save()
    return make_plan(town)


@pytest.fixture
def trial(town: Town, plan: Plan) -> Action:
    action = followed_action(town, plan, scope="Deux écoles")
    adopt(town, action, EXPERIMENT)
    said = {"approach": "Essai", "consulted": "Agents", "result": "Concluant"}
    save_deliverable(
        town.editor, action=action, title="Bilan", delivered_on=TODAY, today=TODAY, **said
    )
    return action


def shown(tree: Any) -> list[str]:
    """Return the names of the fields of the form of a page that are not folded."""
    fields = tree.xpath("//main//form[@method='post']//*[@name][not(ancestor::details)]")
    return list(dict.fromkeys(one.get("name") for one in fields if one.get("type") != "hidden"))


def test_the_decision_that_a_trial_waits_for_is_three_buttons(
    town: Town, plan: Plan, trial: Action, signed_in: Callable[..., Browser]
) -> None:
    browser = signed_in(Role.EDITOR)
    here = reverse("plans:action", args=[town.slug, plan.slug, trial.number])
    ways = browser.tree(browser.get(here)).xpath("//p[@class='keys']/a/@href")
    assert [way.rpartition("?")[2] for way in ways] == [
        "outcome=move&level=3", "outcome=extend", "outcome=close",
    ]  # fmt: skip
    said = browser.fields(ways[0])
    assert (said["outcome"], said["level"]) == (Outcome.MOVE, "3")
    assert browser.fields(ways[1])["outcome"] == Outcome.EXTEND
    assert "scope" in shown(browser.tree(browser.get(ways[1])))
    assert "scope" not in shown(browser.tree(browser.get(ways[2])))
    reason = {"reason": "Concluant", "body": "Comité"}
    refused = browser.fill(ways[0], reason)  # what is missing is asked where it stands
    assert refused.status_code == 422
    (deliverable,) = trial.deliverables.all()
    kept = browser.fill(
        ways[0], reason | {"deliverable": deliverable.pk, "follow_up_function": "DSI"}
    )
    assert kept.status_code == 302
    trial.refresh_from_db()
    assert trial.level == CommitmentLevel.IMPLEMENTATION
    reader = signed_in(Role.READER)
    assert not reader.tree(reader.get(here)).xpath("//p[@class='keys']")


def test_a_campaign_and_the_organisation_ask_few_things_first(
    town: Town, plan: Plan, trial: Action, signed_in: Callable[..., Browser]
) -> None:
    editor, admin = signed_in(Role.EDITOR), signed_in(Role.ADMIN)
    campaign = reverse("steering:new-campaign", args=[town.slug, plan.slug])
    organisation = reverse("people:organisation", args=[town.slug])
    assert len(shown(editor.tree(editor.get(campaign)))) == 5
    assert len(shown(admin.tree(admin.get(organisation)))) == 4
    # What is folded leaves with the rest, and is shown when it is refused.
    refused = editor.fill(campaign, {"title": "Point", "remind_every": "beaucoup"})
    assert refused.status_code == 422
    assert editor.tree(refused).xpath("//details[@open]//input[@name='remind_every']")
    assert editor.fill(campaign, {"title": "Point"}).status_code == 302
    made = plan.campaigns.get()
    assert (made.remind_every, len(made.questions) > 1) == (7, True)
