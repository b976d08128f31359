"""Webhooks: their door, and what was sent to each."""

from __future__ import annotations

from django.db.models import QuerySet

from portulan.accounts.access import Operation
from portulan.accounts.actors import Actor
from portulan.core.outward import host_of
from portulan.core.storing import get_one
from portulan.steering.models import Delivery, Webhook


def webhooks_of(*, actor: Actor) -> QuerySet[Webhook]:
    """Return the webhooks of the organisation, by name (one query). Raises DeniedError."""
    actor.require(Operation.MANAGE)
    found = Webhook.objects.filter(organisation_id=actor.organisation_id)
    return found.select_related("organisation").order_by("name")


def get_webhook(*, actor: Actor, pk: int) -> Webhook:
    """Return a webhook. Raises NotFoundError, DeniedError."""
    own = Webhook.objects.filter(organisation_id=actor.organisation_id)
    found = get_one(own.select_related("organisation"), pk=pk)
    actor.require(Operation.MANAGE)
    return found


def hosts_of(organisation_id: int | None) -> list[str]:
    """Return the hosts that webhooks write to, of an organisation or of all (one query)."""
    found = Webhook.objects.filter(stopped="")
    if organisation_id is not None:
        found = found.filter(organisation_id=organisation_id)
    return sorted({host_of(url) for url in found.values_list("url", flat=True)})


def deliveries_of(webhook: Webhook) -> QuerySet[Delivery]:
    """Return what was sent to a webhook or will be, the latest first (one query)."""
    return Delivery.objects.filter(webhook=webhook).order_by("-created_at", "-pk")


def get_delivery(*, actor: Actor, webhook: int, pk: int) -> Delivery:
    """Return a message to a webhook. Raises NotFoundError, DeniedError."""
    found = get_webhook(actor=actor, pk=webhook)
    delivery = get_one(deliveries_of(found), pk=pk)
    delivery.webhook = found
    return delivery
