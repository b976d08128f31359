"""One campaign in each member that somebody acts for, and one list of who has not answered.

Each is a campaign of the member: its letters leave from it, its answers are read there.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import TYPE_CHECKING

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import QuerySet
from django.utils.translation import gettext as _

from portulan.accounts.access import Operation
from portulan.accounts.actors import Actor
from portulan.accounts.writes import hold_organisation
from portulan.core.errors import DeniedError, NotFoundError
from portulan.core.models import Task
from portulan.plans.plan import current_plan
from portulan.publication.groups.acting import Acting
from portulan.publication.groups.at_work import start, still, told
from portulan.publication.words import CAMPAIGNS
from portulan.steering.campaigns.preparing import open_campaign, save_campaign
from portulan.steering.models import Campaign, Reply
from portulan.steering.words import CampaignKind, CampaignState, Way

if TYPE_CHECKING:
    from portulan.core.tasks import Beat


def run_campaign(
    actor: Actor,
    *,
    members: Sequence[Acting],
    kind: CampaignKind,
    title: str,
    message: str,
    closes_on: date,
    today: date,
) -> Task:
    """Run a campaign in each of these members, by a task. Raises DeniedError, ValidationError."""
    if not members:
        raise ValidationError(_("Choisissez au moins un membre."), code="members")
    if closes_on < today:
        raise ValidationError({"closes_on": _("Donnez un jour à venir.")})
    for one in members:
        one.actor.require(Operation.RUN_CAMPAIGN)
    details = {
        **told(members),
        "kind": kind.value,
        "title": title.strip(),
        "message": message.strip(),
        "closes_on": closes_on.isoformat(),
    }
    return start(actor, CAMPAIGNS, details)


def work(beat: Beat) -> None:
    """Open the campaign of each, a transaction a member; one that has it already is left as is."""
    task = beat.task
    details, left = dict(task.details), []
    total = len(details["members"])
    for done, (key, acting) in enumerate(still(task)):
        beat.tell(CAMPAIGNS, done, total, details)
        beat.check()
        name = details["members"][key]
        if acting is None:
            left.append([name, _("vous n’y agissez plus")])
            continue
        try:
            _run(
                acting,
                CampaignKind(details["kind"]),
                details["title"],
                details["message"],
                date.fromisoformat(details["closes_on"]),
            )
        except ValidationError as error:
            left.append([name, " ".join(error.messages)])
        except (DeniedError, NotFoundError):
            left.append([name, _("vous n’y agissez plus")])
    ended = {"made": total - len(left), "left": left}
    Task.objects.filter(pk=task.pk).update(done=total, total=total, details=ended)


@transaction.atomic
def _run(acting: Acting, kind: CampaignKind, title: str, message: str, closes_on: date) -> None:
    hold_organisation(acting.actor)  # of two at once, the second sees what the first opened
    plan = current_plan(actor=acting.actor, today=acting.today)
    if plan is None:
        raise ValidationError(_("pas de plan"))
    same = Campaign.objects.filter(plan=plan, title=title, kind=kind, closes_on=closes_on)
    if same.filter(state=CampaignState.OPEN).exists():
        return  # a task that was resumed
    campaign = save_campaign(
        acting.actor,
        plan=plan,
        kind=kind,
        title=title,
        way=Way.LINK,
        actions=list(plan.actions.all()),
        message=message,
        opens_on=acting.today,
        closes_on=closes_on,
        remind_every=7,
        today=acting.today,
    )
    open_campaign(acting.actor, campaign=campaign, today=acting.today)


def silences(members: Sequence[Acting]) -> QuerySet[Reply]:
    """Return the functions that an open campaign asked and that did not answer, by member.

    Of members where the actor may run campaigns: their own page shows them the same.
    """
    places = [one.organisation.pk for one in members if one.actor.may(Operation.RUN_CAMPAIGN)]
    found = Reply.objects.filter(
        campaign__plan__organisation__in=places,
        campaign__state=CampaignState.OPEN,
        answered_at=None,
    )
    return found.select_related("campaign__plan__organisation").order_by(
        "campaign__plan__organisation__name", "campaign__closes_on", "function", "pk"
    )
