"""The regular work of this domain: who has something to do, and what is done for each."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta

from django.utils.translation import gettext_lazy as _

from portulan.core.duties import NIGHT, Duty, Each, register

_DAY, _OFTEN = timedelta(days=1), timedelta(minutes=2)


def register_all() -> None:
    """Declare what is done each night, and what leaves every two minutes."""
    nightly = (
        ("alerts", _("Alertes aux webhooks"), Each(_told_of_alerts, _raise)),
        ("digests", _("Message de la semaine"), Each(_with_digest, _plan)),
        ("campaigns", _("Suite des campagnes"), Each(_with_campaigns, _tend)),
        ("names", _("Noms donnés et non confirmés"), Each(_with_names, _forget)),
        ("handovers", _("Suite des passations"), Each(_with_handovers, _hand)),
        ("unattended", _("Plan sans administrateur"), Each(_unattended, _tell)),
    )
    for name, title, each in nightly:
        register(Duty(name, every=_DAY, at=NIGHT, each=each, title=title))
    each = Each(_to_deliver, _deliver, whole=False)
    title = _("Envois aux webhooks")
    register(Duty("webhooks", every=_OFTEN, each=each, title=title, waits=_news_wait))
    register(Duty("mail", every=_OFTEN, deed=_send, waits=_letters_wait))
    register(Duty("journals", every=_DAY, at=NIGHT, deed=_seal_journals))


def _seal_journals(now: datetime) -> Mapping[str, int]:
    """Seal where the journals stand, dated by an authority where there is one."""
    from django.conf import settings

    from portulan.core.journals.guards_laid import follow
    from portulan.core.journals.heads import seal_head
    from portulan.steering.sealed.stamping import ask, can_stamp

    url = settings.TIMESTAMP_URL

    def stamp(content: bytes, seal: str) -> str:
        return ask(url, content, seal).token

    follow()
    head = seal_head(now, stamp if url and can_stamp() else None)
    return {"heads": 1, "stamped": int(bool(head.timestamp))}


def _told_of_alerts(_now: datetime) -> Iterable[int]:
    from portulan.steering.webhooks.collecting import told_of_alerts

    return told_of_alerts()


def _raise(organisation_id: int, now: datetime) -> Mapping[str, int]:
    from portulan.steering.webhooks.collecting import raise_of

    return {"raised": raise_of(organisation_id, now)}


def _with_digest(_now: datetime) -> Iterable[int]:
    from portulan.steering.mail.digest import with_digest

    return with_digest().values_list("organisation", flat=True)


def _plan(organisation_id: int, now: datetime) -> Mapping[str, int]:
    from portulan.steering.mail.digest import plan_digest

    return {"put": plan_digest(organisation_id, now)}


def _with_campaigns(_now: datetime) -> Iterable[int]:
    from portulan.steering.campaigns.preparing import under_way

    return under_way().values_list("plan__organisation", flat=True)


def _tend(organisation_id: int, now: datetime) -> Mapping[str, int]:
    from portulan.steering.campaigns.preparing import tend

    return tend(organisation_id, now)


def _with_names(now: datetime) -> Iterable[int]:
    from portulan.steering.campaigns.answering import named_for_long

    return named_for_long(now).values_list("part__reply__campaign__plan__organisation", flat=True)


def _forget(organisation_id: int, now: datetime) -> Mapping[str, int]:
    from portulan.steering.campaigns.answering import forget_names

    return {"forgotten": forget_names(organisation_id, now)}


def _with_handovers(_now: datetime) -> Iterable[int]:
    from portulan.steering.handover.writes import under_way

    return under_way().values_list("organisation", flat=True)


def _hand(organisation_id: int, now: datetime) -> Mapping[str, int]:
    from portulan.steering.handover.writes import tend

    return tend(organisation_id, now)


def _unattended(now: datetime) -> Iterable[int]:
    from django.utils import timezone

    from portulan.steering.orphaned_plans import unattended

    return [one.organisation.pk for one in unattended(timezone.localdate(now))]


def _tell(organisation_id: int, now: datetime) -> Mapping[str, int]:
    from portulan.steering.orphaned_plans import tell_operator

    return {"told": tell_operator(organisation_id, now)}


def _to_deliver(now: datetime) -> Iterable[int]:
    from portulan.steering.webhooks.delivering import to_deliver

    return to_deliver(now)


def _news_wait(now: datetime) -> datetime | None:
    return now if _to_deliver(now) else None


def _deliver(organisation_id: int, now: datetime) -> Mapping[str, int]:
    from portulan.steering.webhooks.delivering import deliver

    return deliver(organisation_id, now)


def _send(now: datetime) -> Mapping[str, int]:
    from portulan.core.mail import send_due

    return send_due(now)


def _letters_wait(now: datetime) -> datetime | None:
    from portulan.core.mail import waits

    return waits(now)
