from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from django.apps import AppConfig

if TYPE_CHECKING:
    from portulan.accounts.models import Person


class SteeringConfig(AppConfig):
    name = "portulan.steering"

    def ready(self) -> None:
        from django.db.models import F, Q

        from portulan.evidence.models import hold
        from portulan.plans.models import ActionEvidence, DecisionEvidence, DeliverableEvidence

        # What proved something of a plan when it was sealed is never deleted.
        hold(ActionEvidence, Q(proved__plan__sealed__sealed_at__gte=F("given_at")))
        for model in (DecisionEvidence, DeliverableEvidence):
            hold(model, Q(proved__action__plan__sealed__sealed_at__gte=F("given_at")))

        from portulan.plans.states.acceptance import annotate
        from portulan.steering.campaigns.acceptance import unaccepted_of

        annotate(unaccepted_of)

        from portulan.accounts.mentions import Mention, declare

        declare(
            Mention(
                "steering.Change",
                "part__action__plan__organisation",
                ("before", "after", "word"),
            )
        )

        from portulan.core.schedule import NIGHT, Duty, register

        register(Duty("alerts", every=timedelta(days=1), at=NIGHT, deed=_raise))
        register(Duty("digests", every=timedelta(days=1), at=NIGHT, deed=_plan))
        register(Duty("campaigns", every=timedelta(days=1), at=NIGHT, deed=_tend))
        register(Duty("unattended", every=timedelta(days=1), at=NIGHT, deed=_unattended))
        register(Duty("mail", every=timedelta(minutes=2), deed=_send))
        register(Duty("webhooks", every=timedelta(minutes=2), deed=_deliver))

        from portulan.accounts.writes import when_they_leave

        when_they_leave(_close_calendars)

        from django.utils.translation import gettext_lazy as _

        from portulan.core.retention import Retention
        from portulan.core.retention import declare as keep

        day, kept = timedelta(days=1), timedelta(days=30)
        keep(Retention("calendars", _("adresses d’agenda de qui est parti"), day, _clear_left))
        keep(Retention("deliveries", _("messages aux webhooks"), kept, _clear_deliveries))


def _plan(now: datetime) -> Mapping[str, int]:
    from portulan.steering.mail.writes import plan_digests

    return {"put": plan_digests(now)}


def _unattended(now: datetime) -> Mapping[str, int]:
    from portulan.steering.unattended import tell_operator

    return {"told": tell_operator(now)}


def _raise(now: datetime) -> Mapping[str, int]:
    from portulan.steering.webhooks.collecting import raise_for_webhooks

    return {"raised": raise_for_webhooks(now)}


def _send(now: datetime) -> Mapping[str, int]:
    from portulan.core.mail import send_due

    return send_due(now)


def _deliver(now: datetime) -> Mapping[str, int]:
    from portulan.steering.webhooks.delivering import deliver

    return deliver(now)


def _clear_deliveries(now: datetime) -> int:
    from portulan.steering.webhooks.delivering import clear

    return clear(now)


def _clear_left(now: datetime) -> int:
    from portulan.steering.calendars.addresses import clear_left

    return clear_left(now)


def _close_calendars(person: Person) -> None:
    from portulan.steering.calendars.addresses import close_addresses

    close_addresses(person)


def _tend(now: datetime) -> Mapping[str, int]:
    from portulan.steering.campaigns.preparing import tend

    return tend(now)
