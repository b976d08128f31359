"""A room that votes on the actions of a scenario: opened, joined, heard, closed and counted."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import datetime

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from portulan.accounts.access import Operation
from portulan.accounts.actors import Actor
from portulan.accounts.trail import record
from portulan.core.errors import NotFoundError
from portulan.plans.rooms.codes import Joining, Phone, new_code
from portulan.portfolio.choice.writing import POINTS_EACH
from portulan.portfolio.models import RoomBallot, RoomChoice, Scenario
from portulan.portfolio.models.rooms import LONGEST_VOTE
from portulan.portfolio.room.rules import FEWEST_VOTERS, MOST_PROJECTS, most_value, offered
from portulan.portfolio.scenarios.reads import facts_of
from portulan.portfolio.verbs import Verb
from portulan.portfolio.words import Voted

VOTES = Joining(
    RoomChoice,
    salt="portulan.room-choice",
    most=500,
    full=gettext_lazy("Ce vote a déjà %(count)s téléphones, il n’en prend pas d’autre."),
    related=("scenario__organisation",),
)


@transaction.atomic
def open_vote(
    actor: Actor,
    *,
    scenario: Scenario,
    envelope: int,
    until: datetime,
    now: datetime,
    voted: Voted = Voted.APPROVAL,
    only: Collection[str] | None = None,
) -> RoomChoice:
    """Open a vote on the candidates of a scenario, those of `only` where said, by their names.

    Raises DeniedError, NotFoundError, ValidationError.
    """
    _check(actor, scenario)
    if RoomChoice.objects.filter(scenario=scenario, closed_at=None).exists():
        raise ValidationError(_("Un vote est déjà ouvert sur ce scénario : fermez-le d’abord."))
    if not now < until <= now + LONGEST_VOTE:
        raise ValidationError({"until": _("Choisissez un jour d’ici un mois.")})
    wanted = [
        one
        for candidate, one in offered(facts_of(scenario), envelope)
        if only is None or candidate.id in only
    ]
    projects = [one for one in wanted if "id" in one]
    if not 2 <= len(projects) <= MOST_PROJECTS:
        words = _("Un vote a de 2 à %(most)s actions : celui-ci en a %(count)s.")
        raise ValidationError(words % {"most": MOST_PROJECTS, "count": len(projects)})
    choice = RoomChoice.objects.create(
        scenario=scenario,
        voted=voted,
        envelope=envelope,
        projects=projects,
        left_out=[one for one in wanted if "id" not in one],
        code=new_code(),
        opened_at=now,
        until=until,
    )
    record(actor, scenario, Verb.ROOM_OPENED, {"envelope": (None, envelope)})
    return choice


def _check(actor: Actor, scenario: Scenario) -> None:
    actor.require_ours(scenario)
    actor.require(Operation.ROOM_CHOICE)


@transaction.atomic
def vote(phone: Phone[RoomChoice], *, content: Mapping[str, int], now: datetime) -> None:
    """Keep what a phone supports, by project, in place of what it said before.

    Raises NotFoundError when the vote is over, ValidationError for what its rule refuses.
    """
    choice = VOTES.held(now, pk=phone.joined.pk)
    if choice is None:
        raise NotFoundError(phone.joined.pk)
    known = {one["id"] for one in choice.projects}
    kept = {key: points for key, points in sorted(content.items()) if points}
    most = 1 if choice.voted == Voted.APPROVAL else POINTS_EACH
    if not set(kept) <= known or not all(0 < points <= most for points in kept.values()):
        raise ValidationError(_("Ce vote ne se lit pas : rechargez la page."))
    if choice.voted == Voted.POINTS and sum(kept.values()) > POINTS_EACH:
        words = _("Vous répartissez %(found)s points : %(most)s au plus.")
        raise ValidationError(words % {"found": sum(kept.values()), "most": POINTS_EACH})
    RoomBallot.objects.update_or_create(
        choice=choice, mark=phone.mark(), defaults={"content": kept}
    )


def vote_of(phone: Phone[RoomChoice]) -> dict[str, int] | None:
    """Return what a phone said, None before it said anything."""
    found = phone.joined.votes.filter(mark=phone.mark())
    return found.values_list("content", flat=True).first()


@transaction.atomic
def close_vote(actor: Actor, *, scenario: Scenario, now: datetime) -> RoomChoice:
    """Close the vote of a scenario and count it: nothing of it stays under ten voters."""
    _check(actor, scenario)
    held = RoomChoice.objects.select_for_update().filter(scenario=scenario, closed_at=None)
    choice = held.first()
    if choice is None:
        raise ValidationError(_("Aucun vote n’est ouvert sur ce scénario."))
    _end(choice, now)
    record(actor, scenario, Verb.ROOM_CLOSED, {"voters": (None, choice.voters)})
    return choice


def _end(choice: RoomChoice, now: datetime) -> None:
    """Keep ballots in the order of what they say, and forget which phone sent each, and when."""
    said: list[dict[str, int]] = list(choice.votes.values_list("content", flat=True))
    ballots = sorted(said, key=lambda one: sorted(one.items()))
    choice.voters = len(ballots)
    if len(ballots) >= FEWEST_VOTERS:
        choice.ballots = ballots
        choice.best = most_value(choice.projects, choice.envelope)
    choice.votes.all().delete()
    choice.closed_at, choice.code = now, ""
    choice.save()


def close_ended(now: datetime) -> int:
    """Close the votes that nobody closed; return how many ballots of phones went."""
    gone, ended = 0, RoomChoice.objects.filter(closed_at=None, until__lte=now)
    for pk in list(ended.values_list("pk", flat=True)):
        with transaction.atomic():
            # Somebody may have closed it meanwhile: counted again, it would have no vote.
            choice = ended.select_for_update().filter(pk=pk).first()
            if choice is not None:
                gone += choice.votes.count()
                _end(choice, now)
    return gone
