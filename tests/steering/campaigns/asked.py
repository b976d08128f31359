"""A plan whose pilots are asked, for the tests of campaigns."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django.utils import timezone

from portulan.accounts.access import Role
from portulan.plans.actions.writes import assign_pilot
from portulan.plans.models import Action, Plan
from portulan.steering.campaigns.answering import parts_of
from portulan.steering.campaigns.preparing import open_campaign, save_campaign
from portulan.steering.models import ActionReply, Campaign, Reply
from portulan.steering.words import CampaignKind, Way
from tests.people import Town
from tests.plans.plan_of_town import followed_action, make_action, make_plan


@dataclass(frozen=True)
class Asking:
    """A campaign that is open, on two functions: one has two actions, the other has one."""

    town: Town
    plan: Plan
    campaign: Campaign
    actions: tuple[Action, ...]
    today: date

    def reply(self, function: str = "Responsable des infrastructures") -> Reply:
        found = Reply.objects.select_related("campaign__plan__organisation")
        return found.get(campaign=self.campaign, function=function)

    def part(self, action: Action) -> ActionReply:
        reply = self.reply(action.pilot_function)
        return next(one for one in parts_of(reply) if one.action_id == action.pk)


def today() -> date:
    return timezone.localdate()


def prepared(town: Town, plan: Plan, actions: tuple[Action, ...], **more: Any) -> Campaign:
    day = today()
    said: dict[str, Any] = {
        "kind": CampaignKind.UPDATE,
        "title": "Automne",
        "way": Way.LINK,
        "actions": actions,
        "opens_on": day,
        "closes_on": day + timedelta(days=20),
        "remind_every": 7,
        "today": day,
    }
    return save_campaign(town.editor, plan=plan, **(said | more))


def asking(town: Town, **more: Any) -> Asking:
    plan = make_plan(town)
    room = followed_action(town, plan)
    night = make_action(town, plan, "Éteindre la nuit")
    train = make_action(town, plan, "Former", pilot_function="Responsable de la formation")
    for action, role in ((room, Role.CONTRIBUTOR), (night, Role.CONTRIBUTOR), (train, Role.READER)):
        assign_pilot(
            town.editor,
            action=action,
            pilot_function=action.pilot_function,
            pilot=town.people[role],
            today=today(),
        )
    actions = (room, night, train)
    campaign = prepared(town, plan, actions, **more)
    open_campaign(town.editor, campaign=campaign, today=today())
    return Asking(town, plan, campaign, actions, today())
