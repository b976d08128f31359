"""The signed link of a reply: narrow, revocable, for one campaign, and it needs no account."""

from __future__ import annotations

import secrets
from datetime import date
from enum import StrEnum
from ipaddress import ip_address
from urllib.parse import urlsplit

from django.conf import settings
from django.core import signing
from django.db import transaction
from django.db.models import QuerySet
from django.urls import reverse
from django.utils import timezone

from portulan.accounts.access import Operation, Role
from portulan.accounts.actors import Actor
from portulan.accounts.models import Person
from portulan.accounts.reads import today
from portulan.accounts.trail import record
from portulan.core import trail
from portulan.core.errors import NotFoundError
from portulan.core.storing import store
from portulan.steering.models import Campaign, Reply
from portulan.steering.verbs import Verb
from portulan.steering.words import CampaignState, Way

_SALT = "portulan.steering.reply"
_NEAR = (".local", ".localhost", ".lan", ".internal")


class Standing(StrEnum):
    """Whether a link still opens."""

    OPEN = "open"
    REVOKED = "revoked"
    OVER = "over"


def new_key() -> str:
    return secrets.token_urlsafe(12)


def token_of(reply: Reply) -> str:
    return signing.Signer(salt=_SALT).sign_object([reply.pk, reply.key])


def _read(token: str) -> tuple[int, str]:
    """Return which reply a link is of, and its key. Raises NotFoundError: we never signed it."""
    try:
        pk, key = signing.Signer(salt=_SALT).unsign_object(token)
    except (signing.BadSignature, ValueError, TypeError):
        raise NotFoundError(token) from None
    return pk, key


def address_of(reply: Reply) -> str:
    """Return where a function answers without an account."""
    return settings.ADDRESS + reverse("reply", args=[token_of(reply)])


def find_reply(token: str) -> Reply:
    """Return the reply of a link. Raises NotFoundError: forged, or a link given anew since."""
    pk, key = _read(token)
    reply = _replies().filter(pk=pk, key=key).first()
    if reply is None:
        raise NotFoundError(token)
    return reply


def find_replaced(token: str) -> Reply | None:
    """Return the reply of a link that we signed and that another took the place of.

    None once it went with its campaign. Raises NotFoundError: forged.
    """
    pk, _key = _read(token)
    return _replies().filter(pk=pk).first()


def _replies() -> QuerySet[Reply]:
    return Reply.objects.select_related("campaign__plan__organisation", "person__user")


def whom_to_ask(campaign: Campaign, day: date) -> Person | None:
    """Return who opened a campaign, else who may run one: a pilot’s questions are for them.

    In two queries at most.
    """
    ours = Person.objects.filter(organisation=campaign.plan.organisation_id, erased_at=None)
    here = ours.exclude(left_on__lte=day)
    opened = trail.history(campaign).filter(verb=Verb.CAMPAIGN_OPENED).values("person_id")[:1]
    may = here.filter(memberships__role__in=(Role.EDITOR, Role.ADMIN))
    return here.filter(pk__in=opened).first() or may.order_by("pk").first()


def standing_of(reply: Reply, day: date) -> Standing:
    """Tell whether the link of a reply may be used on a day.

    It was sent to who held the function: once they have left, another is to be given.
    """
    campaign = reply.campaign
    is_shut = reply.revoked_at is not None or campaign.way == Way.SIGN_IN
    if is_shut or has_left(reply.person, day):
        return Standing.REVOKED
    if campaign.state != CampaignState.OPEN or day > campaign.closes_on:
        return Standing.OVER
    return Standing.OPEN


def has_left(person: Person | None, day: date) -> bool:
    """Tell whether somebody is out, from the day they leave on."""
    return person is not None and person.left_on is not None and person.left_on <= day


def opens_today(token: str) -> bool:
    """Tell whether a link opens now, in its organisation’s own day (one query)."""
    try:
        reply = find_reply(token)
    except NotFoundError:
        return False
    return standing_of(reply, today(reply.campaign.plan.organisation)) is Standing.OPEN


def bearer(reply: Reply) -> Actor:
    """Return who acts through a link: nobody, who may give a piece of evidence and nothing else."""
    organisation = reply.campaign.plan.organisation_id
    only = frozenset({Operation.GIVE_EVIDENCE})
    return Actor(organisation, None, frozenset({Role.CONTRIBUTOR}), only=only, is_bound=True)


@transaction.atomic
def revoke(actor: Actor, *, reply: Reply) -> Reply:
    """Close a link: what it brought stays. Raises DeniedError, NotFoundError."""
    held = _held(actor, reply)
    if held.revoked_at is None:
        held.revoked_at = timezone.now()
        store(held)
        record(actor, held.campaign, Verb.LINK_REVOKED, {"pilot_function": (None, held.function)})
    return held


@transaction.atomic
def give_anew(actor: Actor, *, reply: Reply) -> Reply:
    """Give another link in place of the one before, which opens nothing any more.

    That of somebody who has left becomes that of the function alone.
    """
    held = _held(actor, reply)
    if has_left(held.person, today(held.campaign.plan.organisation)):
        held.person = None
    held.key, held.revoked_at = new_key(), None
    store(held)
    record(actor, held.campaign, Verb.LINK_RENEWED, {"pilot_function": (None, held.function)})
    return held


def give_all_anew() -> int:
    """Give another key to every link; return how many opened: who operates."""
    replies = list(Reply.objects.select_related("campaign"))
    for reply in replies:
        reply.key = new_key()
    Reply.objects.bulk_update(replies, ["key"], batch_size=500)
    return sum(
        reply.revoked_at is None and reply.campaign.state == CampaignState.OPEN for reply in replies
    )


def _held(actor: Actor, reply: Reply) -> Reply:
    actor.require_ours(reply.campaign.plan)
    actor.require(Operation.RUN_CAMPAIGN)
    rows = Reply.objects.select_for_update(no_key=True, of=("self",))
    return rows.select_related("campaign__plan__organisation", "person").get(pk=reply.pk)


def is_reachable(address: str | None = None) -> bool:
    """Tell whether others than this machine may open our addresses, as far as their name says."""
    host = urlsplit(address or settings.ADDRESS).hostname or ""
    if host in {"", "localhost"} or host.endswith(_NEAR):
        return False
    try:
        found = ip_address(host)
    except ValueError:
        return "." in host
    return not (found.is_loopback or found.is_unspecified or found.is_link_local)
