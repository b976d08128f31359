"""Campaigns: their door, who answered and who is silent, what waits, and rates that name nobody."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from statistics import median

from django.db.models import Prefetch, QuerySet
from django.utils import timezone

from portulan.accounts.access import Operation
from portulan.accounts.actors import Actor
from portulan.accounts.models import Unit
from portulan.core.models import Letter
from portulan.core.storing import get_one
from portulan.core.words import LetterStatus
from portulan.plans.models import ActionIndicator, Plan
from portulan.plans.plan import get_plan
from portulan.steering.campaigns.preparing import SILENT, tally_of
from portulan.steering.models import ActionReply, Campaign, Change, Reply
from portulan.steering.words import CampaignKind, CampaignState, ChangeStatus

# Below that many answers, how long they took is not told.
FEWEST = 5
RUNNING = 3  # times that nothing changed, before it is told


@dataclass(frozen=True, slots=True)
class Rate:
    """Functions asked and those that answered; `name` is a unit, "" for none."""

    name: str
    asked: int
    answered: int


def campaigns_of(plan: Plan) -> QuerySet[Campaign]:
    """Return the campaigns of a plan, the latest first (one query)."""
    return Campaign.objects.filter(plan=plan).order_by("-opens_on", "-pk")


def get_campaign(
    *, actor: Actor, plan_slug: str, pk: int, need: Operation = Operation.RUN_CAMPAIGN
) -> Campaign:
    """Return a campaign of a plan. Raises NotFoundError, DeniedError."""
    plan = get_plan(actor=actor, slug=plan_slug, need=need)
    return get_one(campaigns_of(plan).select_related("plan__organisation"), pk=pk)


def get_reply(*, actor: Actor, plan_slug: str, campaign: int, pk: int, need: Operation) -> Reply:
    """Return what a function is asked. Raises as `get_campaign`."""
    found = get_campaign(actor=actor, plan_slug=plan_slug, pk=campaign, need=need)
    reply = get_one(found.replies.select_related("person"), pk=pk)
    reply.campaign = found
    return reply


def replies_of(campaign: Campaign) -> list[Reply]:
    """Return the functions that were asked, with their actions and changes (four queries)."""
    changes = Change.objects.select_related("indicator", "unit").order_by("pk")
    parts = ActionReply.objects.select_related("action__unit", "piece").order_by("order", "pk")
    found = (
        campaign.replies.select_related("person")
        .order_by("function", "pk")
        .prefetch_related(Prefetch("parts", parts.prefetch_related(Prefetch("changes", changes))))
    )
    return list(found)


def waiting_changes(campaign: Campaign) -> QuerySet[Change]:
    """Return what waits for an answer, by action (seven queries, whatever there is)."""
    links = ActionIndicator.objects.select_related("indicator")
    return (
        Change.objects.filter(part__reply__campaign=campaign, status=ChangeStatus.PROPOSED)
        .select_related("part__action__plan", "part__reply", "part__piece", "indicator", "unit")
        .prefetch_related(
            Prefetch("part__action__indicator_links", links.order_by("order", "id")),
            "indicator__targets",
            "indicator__measurements",
            "indicator__unit_parts__unit",
        )
        .order_by("part__action__number", "pk")
    )


def rate_of(campaign: Campaign, tally: Mapping[str, object] | None = None) -> Rate:
    """Return how many functions were asked and answered; `tally` is that of `tally_in`."""
    tally = tally or tally_in(campaign)
    return Rate(campaign.title, _count(tally["asked"]), _count(tally["answered"]))


def rates_by_unit(campaign: Campaign, tally: Mapping[str, object] | None = None) -> list[Rate]:
    """Return the rate of each unit, by name (two queries); a unit says nothing of anybody.

    A unit of which one function alone was asked is told with those of no unit: a rate of one is a
    name.
    """
    told = (tally or tally_in(campaign))["units"]
    units: Mapping[str, list[int]] = told if isinstance(told, dict) else {}
    names = dict(
        Unit.objects.filter(pk__in=[key for key in units if key != SILENT]).values_list(
            "pk", "name"
        )
    )
    found: dict[str, list[int]] = {}
    for key, (asked, answered) in units.items():
        name = names.get(int(key), "") if key != SILENT and asked > 1 else ""
        sums = found.setdefault(name, [0, 0])
        sums[0] += asked
        sums[1] += answered
    rates = [Rate(name, *sums) for name, sums in found.items()]
    return sorted(rates, key=lambda one: (not one.name, one.name))


def tally_in(campaign: Campaign) -> Mapping[str, object]:
    """Return how many were asked and answered, in all and by unit (a query at most)."""
    if campaign.state == CampaignState.DRAFT:
        return {"asked": 0, "answered": 0, "units": {}}
    return campaign.tally or tally_of(campaign)


def _count(value: object) -> int:
    return value if isinstance(value, int) else 0


def median_seconds(campaign: Campaign) -> int | None:
    """Return how long answers took, in the middle; None under five of them."""
    times = campaign.durations
    return round(median(times)) if len(times) >= FEWEST else None


def answers_by_day(campaign: Campaign) -> list[tuple[date, int]]:
    """Return how many functions had answered by each day on which one did (one query)."""
    days = sorted(
        timezone.localdate(at)
        for at in campaign.replies.values_list("answered_at", flat=True)
        if at is not None
    )
    return [(day, days.index(day) + days.count(day)) for day in sorted(set(days))]


def reminders_of(campaign: Campaign) -> tuple[dict[int, list[date]], list[date]]:
    """Return when each person was reminded, while the campaign is open, and the days of it all."""
    letters = Letter.objects.filter(
        organisation_id=campaign.plan.organisation_id,
        key__startswith=f"campaign:{campaign.pk}:",
        status=LetterStatus.SENT,
    )
    found: dict[int, list[date]] = {}
    for person, key, sent_at in letters.order_by("sent_at").values_list(
        "person_id", "key", "sent_at"
    ):
        rank = key.rpartition(":")[2]
        if person is not None and sent_at is not None and rank.isdecimal() and rank != "0":
            found.setdefault(person, []).append(timezone.localdate(sent_at))
    return found, sorted({day for days in found.values() for day in days})


def own_replies(*, actor: Actor, today: date) -> list[Reply]:
    """Return what somebody signed in is asked and has not answered (one query)."""
    if actor.person_id is None:
        return []
    found = Reply.objects.filter(
        campaign__plan__organisation_id=actor.organisation_id,
        campaign__state=CampaignState.OPEN,
        campaign__closes_on__gte=today,
        person_id=actor.person_id,
        answered_at=None,
    )
    return list(found.select_related("campaign__plan").order_by("campaign__closes_on", "pk"))


def unmoved_of(plan: Plan) -> dict[int, tuple[int, bool]]:
    """Return, by action, how many times running nothing changed, and whether it was late then.

    Of those told alone: three times running, or on a late action (one query).
    """
    parts = ActionReply.objects.filter(
        reply__campaign__plan=plan,
        reply__campaign__kind=CampaignKind.UPDATE,
        answered_at__isnull=False,
    )
    found: dict[int, tuple[int, bool]] = {}
    ended: set[int] = set()
    for action, unchanged, late in parts.order_by("-answered_at", "-pk").values_list(
        "action_id", "unchanged", "was_late"
    ):
        if action in ended:
            continue
        if not unchanged:
            ended.add(action)
            continue
        times, was_late = found.get(action, (0, late))
        found[action] = (times + 1, was_late)
    return {pk: (times, late) for pk, (times, late) in found.items() if times >= RUNNING or late}
