"""Webhooks, made and changed by who administers: they tell others what happens here."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime
from urllib.parse import urlsplit

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from portulan.accounts.access import Operation
from portulan.accounts.actors import Actor
from portulan.accounts.security import Event, tell
from portulan.accounts.trail import record
from portulan.accounts.writes import hold_organisation
from portulan.core import trail
from portulan.core.storing import hold_row, store
from portulan.steering.models import Delivery, Webhook
from portulan.steering.verbs import Verb
from portulan.steering.webhooks.collecting import TEST, collect_for, message
from portulan.steering.webhooks.posting import place_of
from portulan.steering.webhooks.signing import new_secret, sealed
from portulan.steering.words import DeliveryStatus, Stopped, Subject

MOST = 10


@transaction.atomic
def save_webhook(
    actor: Actor,
    *,
    webhook: Webhook | None = None,
    name: str,
    url: str,
    subjects: Collection[Subject],
    now: datetime,
) -> Webhook:
    """Make a webhook, with a secret that nobody knows before `renew_secret`, or change one.

    Of what is chosen, it is told what happens from then on; of what was, all until then. Raises
    DeniedError, NotFoundError, ValidationError.
    """
    actor.require(Operation.MANAGE)
    organisation = hold_organisation(actor)
    place_of(url.strip())
    if not subjects:
        raise ValidationError({"subjects": _("Dites de quoi le prévenir.")})
    found = webhook or Webhook(organisation=organisation, created_at=now)
    if webhook is None:
        if organisation.webhooks.count() >= MOST:
            raise ValidationError(_("Il y a déjà dix webhooks : retirez ceux qui ne servent plus."))
        found.secret, found.person_id = sealed(new_secret()), actor.person_id
    else:
        _own(actor, webhook)
        if not webhook.stopped and set(subjects) != set(webhook.subjects):
            collect_for(webhook, now)
    told = {"name": name.strip(), "url": url.strip(), "subjects": sorted(map(str, subjects))}
    changes = trail.set_fields(found, told)
    if "url" in changes:  # what follows the host may open something
        changes["url"] = tuple(urlsplit(one).hostname for one in changes["url"])  # type: ignore[assignment]
    store(found)
    if webhook is None:
        _tell(Event.WEBHOOK_MADE, actor, found)
    if changes:
        entry = record(actor, found, Verb.WEBHOOK_SAVED, changes)
        if "subjects" in changes:
            _from_now_on(found, entry)
    return found


@transaction.atomic
def stop_webhook(actor: Actor, *, webhook: Webhook) -> Webhook:
    """Send nothing more to a webhook. Raises DeniedError, NotFoundError, ValidationError."""
    _own(actor, webhook)
    if webhook.stopped:
        raise ValidationError(_("Il est déjà arrêté."))
    webhook.stopped = Stopped.PERSON
    store(webhook)
    record(actor, webhook, Verb.WEBHOOK_STOPPED, {"stopped": (None, Stopped.PERSON)})
    return webhook


@transaction.atomic
def resume_webhook(actor: Actor, *, webhook: Webhook) -> Webhook:
    """Send to a webhook again: what waits for it, then what happens from now on, not meanwhile.

    Raises as `stop_webhook`.
    """
    _own(actor, webhook)
    if not webhook.stopped:
        raise ValidationError(_("Il est déjà en service."))
    before, webhook.stopped, webhook.failing_since = webhook.stopped, "", None
    store(webhook)
    _from_now_on(webhook, record(actor, webhook, Verb.WEBHOOK_RESUMED, {"stopped": (before, None)}))
    return webhook


@transaction.atomic
def renew_secret(actor: Actor, *, webhook: Webhook) -> str:
    """Give a webhook another secret and return it, shown once: nobody reads it here afterwards.

    What leaves from then on is signed with it, messages tried again included. Raises DeniedError,
    NotFoundError.
    """
    _own(actor, webhook)
    secret = new_secret()
    webhook.secret = sealed(secret)
    store(webhook)
    record(actor, webhook, Verb.WEBHOOK_SECRET, {})
    _tell(Event.WEBHOOK_SECRET, actor, webhook)
    return secret


@transaction.atomic
def remove_webhook(actor: Actor, *, webhook: Webhook) -> None:
    """Forget a webhook and what was sent to it. Raises DeniedError, NotFoundError."""
    _own(actor, webhook)
    record(actor, webhook, Verb.WEBHOOK_REMOVED, {"name": (webhook.name, None)})
    _tell(Event.WEBHOOK_CLOSED, actor, webhook)
    webhook.delete()


@transaction.atomic
def try_webhook(actor: Actor, *, webhook: Webhook, now: datetime) -> Delivery:
    """Put a message that says nothing but that it comes. Raises as `stop_webhook`."""
    _own(actor, webhook)
    if webhook.stopped:
        raise ValidationError(_("Il est arrêté : remettez-le en service d’abord."))
    key = f"test:{now.isoformat()}"
    made = message(
        webhook, TEST, key=key, at=now, data={"organisation": webhook.organisation.slug}, now=now
    )
    made.save()
    return made


@transaction.atomic
def send_again(actor: Actor, *, delivery: Delivery, now: datetime) -> Delivery:
    """Send a message again, with the identifier that it has: received twice, it counts once.

    Raises DeniedError, NotFoundError, ValidationError while it is being sent.
    """
    _own(actor, delivery.webhook)
    held = Delivery.objects.select_for_update(no_key=True).get(pk=delivery.pk)
    if held.status == DeliveryStatus.SENDING:
        raise ValidationError(_("Il est en cours d’envoi."))
    held.status, held.due_at, held.attempts, held.ended_at = DeliveryStatus.WAITING, now, 0, None
    held.save()
    record(actor, delivery.webhook, Verb.DELIVERY_AGAIN, {"number": (None, held.message_id)})
    return held


def _from_now_on(webhook: Webhook, entry: int) -> None:
    """Tell a webhook of nothing that came before an entry of the trail."""
    webhook.seen_entry = entry
    Webhook.objects.filter(pk=webhook.pk).update(seen_entry=entry)


def _own(actor: Actor, webhook: Webhook) -> None:
    """Hold a webhook, brought up to date. Raises NotFoundError, DeniedError."""
    actor.require_ours(webhook)
    actor.require(Operation.MANAGE)
    # As it is now that it is held: who sends writes what was told, and may have stopped it.
    hold_row(webhook)


def _tell(event: Event, actor: Actor, webhook: Webhook) -> None:
    tell(
        event,
        organisation_id=actor.organisation_id,
        by=actor.person_id,
        details={"webhook": webhook.pk},
    )
