from __future__ import annotations

from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from django.apps import AppConfig

if TYPE_CHECKING:
    from portulan.accounts.models import Person
    from portulan.core.outward import Outward


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

        from portulan.steering.duties import register_all

        register_all()

        from portulan.core import outward

        outward.declare(*_ways_out())

        from portulan.accounts.writes import when_they_leave

        when_they_leave(_close_calendars)

        from django.utils.translation import gettext_lazy as _

        from portulan.core.retention import Retention
        from portulan.core.retention import declare as keep

        day, kept = timedelta(days=1), timedelta(days=30)
        keep(Retention("calendars", _("adresses d’agenda de qui est parti"), day, _clear_left))
        keep(Retention("deliveries", _("messages aux webhooks"), kept, _clear_deliveries))


def _ways_out() -> list[Outward]:
    from django.conf import settings

    from portulan.core.outward import Outward, host_of
    from portulan.core.say.text import Text
    from portulan.steering.webhooks.reads import hosts_of

    return [
        Outward(
            "webhooks",
            Text("Webhooks d’une organisation", "Webhooks of an organisation"),
            Text(
                "ce qui est arrivé et son adresse\u00a0: ni nom, ni texte, ni montant",
                "what happened and its address: no name, no text, no amount",
            ),
            ("portulan.steering.webhooks.delivering", "portulan.steering.webhooks.posting"),
            lambda organisation_id: ", ".join(hosts_of(organisation_id)),
            names=False,
        ),
        Outward(
            "timestamp",
            Text("Autorité d’horodatage", "Time-stamping authority"),
            Text("un sceau (SHA-256), rien de ce qu’il scelle", "a seal (SHA-256), no content"),
            ("portulan.steering.sealed.stamping",),
            lambda _organisation: host_of(settings.TIMESTAMP_URL),
            "PORTULAN_TIMESTAMP_URL",
            names=False,
        ),
    ]


def _clear_deliveries(now: datetime) -> int:
    from portulan.steering.webhooks.delivering import clear

    return clear(now)


def _clear_left(now: datetime) -> int:
    from portulan.steering.calendars.addresses import clear_left

    return clear_left(now)


def _close_calendars(person: Person) -> None:
    from portulan.steering.calendars.addresses import close_addresses

    close_addresses(person)
