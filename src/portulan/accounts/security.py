"""The security journal: who came in, who did not, who made what opens, beside the plan's trail.

Each organisation reads what concerns it, and who operates the rest. It leaves as lines of JSON, and
to syslog where `PORTULAN_SYSLOG` says so. Never a password, a token, nor what was typed.
"""

from __future__ import annotations

import json
import logging
from collections.abc import Iterable, Iterator
from datetime import datetime, timedelta
from functools import partial
from itertools import batched
from typing import Any

from django.conf import settings
from django.db import models, transaction
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from portulan.accounts.models import OwnerMessage, Person, SecurityEntry, User
from portulan.accounts.reads import in_force
from portulan.accounts.words import MessageKind
from portulan.core import mail
from portulan.core.journals.sealing import Journal, seal
from portulan.core.models import ChainLink

_PIECE = 500
logger = logging.getLogger("portulan.security")


class Event(models.TextChoices):
    """What happened, with its words."""

    SIGNED_IN = "signed in", _("connexion")
    SIGNED_OUT = "signed out", _("déconnexion")
    FAILED = "failed", _("mot de passe refusé")
    LOCKED = "locked", _("trop d’essais")
    LINK_MADE = "link made", _("lien de connexion créé")
    LINK_USED = "link used", _("lien de connexion utilisé")
    INVITED = "invited", _("invitation créée")
    ACCEPTED = "accepted", _("invitation acceptée")
    DECLINED = "declined", _("invitation refusée")
    PASSWORD = "password", _("mot de passe changé")
    PROVED = "proved", _("adresse confirmée")
    DISOWNED = "disowned", _("changement refusé par son propriétaire")
    MOVED = "moved", _("compte à une autre adresse")
    ROLES = "roles", _("rôles")
    DELEGATED = "delegated", _("délégation")
    LEFT = "left", _("départ")
    ERASED = "erased", _("nom effacé")
    CLOSED = "closed", _("sessions fermées")
    EXPORTED = "exported", _("export")
    REFUSED = "code refused", _("code refusé")
    FACTOR_ADDED = "factor added", _("second facteur ajouté")
    FACTOR_REMOVED = "factor removed", _("second facteur ôté")
    FACTOR_ASKED = "factor asked", _("second facteur exigé")
    RECOVERED = "recovered", _("code de secours utilisé")
    RECOVERY_MADE = "recovery made", _("codes de secours créés")
    RECOVERY_CLOSED = "recovery closed", _("codes de secours annulés")
    LINKED = "linked", _("identité reliée")
    UNLINKED = "unlinked", _("identité déliée")
    TOKEN_MADE = "token made", _("jeton créé")
    TOKEN_USED = "token used", _("jeton utilisé")
    TOKEN_CLOSED = "token closed", _("jeton révoqué")
    UNATTENDED = "unattended", _("plan sans personne qui administre")
    CALENDAR_MADE = "calendar made", _("adresse d’agenda créée")
    CALENDAR_CLOSED = "calendar closed", _("adresse d’agenda révoquée")
    WEBHOOK_MADE = "webhook made", _("webhook créé")
    WEBHOOK_SECRET = "webhook secret", _("secret de webhook changé")
    WEBHOOK_CLOSED = "webhook closed", _("webhook retiré")
    SOURCE_OPENED = "source opened", _("jeton de source donné")
    SOURCE_CLOSED = "source closed", _("jeton de source fermé")
    PURGED = "purged", _("anciennes lignes ôtées")


def tell(
    event: Event,
    *,
    organisation_id: int | None = None,
    by: int | None = None,
    subject: Person | None = None,
    subject_id: int | None = None,
    user_id: int | None = None,
    address: str = "",
    details: dict[str, Any] | None = None,
) -> SecurityEntry:
    """Write one entry; `by` is the person of the organisation who did it."""
    entry = SecurityEntry(
        at=timezone.now(),
        event=event,
        organisation_id=organisation_id,
        user_id=user_id if subject is None else subject.user_id,
        person_id=by,
        subject_id=subject_id if subject is None else subject.pk,
        address=address,
        details=details or {},
    )
    seal(SECURITY, entry).save(force_insert=True)
    transaction.on_commit(partial(_send, entry))
    return entry


def tell_of_account(
    event: Event,
    user: User | None,
    *,
    bound_to: int | None = None,
    address: str = "",
    details: dict[str, Any] | None = None,
    to_owner: bool = False,
) -> None:
    """Write an entry for each organisation that an account opens, or the one it is bound to.

    Its owner did it, or it was done to them (`to_owner`): nobody knows by whom. Of no account, it
    is for who operates; the work is the same, so that time tells nothing.
    """
    user_id = None if user is None else user.pk
    if user is not None:
        tell_owner(event, user)
    roles = in_force(user_id or 0, bound_to=bound_to)
    people: dict[int | None, int | None] = dict(
        roles.order_by("person__organisation").values_list("person__organisation", "person")
    )
    for organisation_id, person_id in (people or {bound_to: None}).items():
        tell(
            event,
            organisation_id=organisation_id,
            by=None if to_owner else person_id,
            subject_id=person_id if to_owner else None,
            user_id=user_id,
            address=address,
            details=details,
        )


# What changes what opens an account: written to its owner.
_OF_OWNER = frozenset(
    {
        Event.PASSWORD,
        Event.FACTOR_ADDED,
        Event.FACTOR_REMOVED,
        Event.RECOVERED,
        Event.RECOVERY_MADE,
        Event.LINKED,
        Event.UNLINKED,
        Event.MOVED,
        Event.TOKEN_MADE,
    }
)


def tell_owner(event: Event, user: User) -> None:
    """Write to the owner of an account that what opens it was changed, where mail is set.

    One message for what is done at once.
    """
    if event not in _OF_OWNER or not mail.can_send():
        return
    now, address = timezone.now(), user.email
    with_it = OwnerMessage.objects.filter(kind=MessageKind.CHANGED, user=user, address=address)
    if (waiting := with_it.filter(tries=0).first()) is not None:
        waiting.details["events"] = [*dict.fromkeys([*waiting.details["events"], event.value])]
        waiting.save(update_fields=["details"])
        return
    OwnerMessage.objects.create(
        kind=MessageKind.CHANGED,
        address=address,
        user=user,
        language=user.language,
        details={"events": [event.value]},
        created_at=now,
        due_at=now,
    )


def entries_of(organisation_id: int, *, event: str = "") -> QuerySet[SecurityEntry]:
    """Return the entries of an organisation, newest first, of one kind if it is said."""
    found = SecurityEntry.objects.filter(organisation_id=organisation_id)
    return (found.filter(event=event) if event else found).order_by("-id")


def lines_of(entries: Iterable[SecurityEntry]) -> Iterator[str]:
    """Yield each entry as one line of JSON."""
    for entry in entries:
        yield json.dumps(_said(entry), ensure_ascii=False) + "\n"


def _said(entry: SecurityEntry) -> dict[str, Any]:
    return {
        "at": entry.at.isoformat(),
        "event": entry.event,
        "organisation": entry.organisation_id,
        "account": entry.user_id,
        "person": entry.person_id,
        "subject": entry.subject_id,
        "address": entry.address,
        "details": entry.details,
    }


def _send(entry: SecurityEntry) -> None:
    logger.info("portulan: %s", json.dumps(_said(entry)))


def _cut() -> tuple[int, str]:
    """Return up to which link the journal was purged, and its digest."""
    purged = SecurityEntry.objects.filter(event=Event.PURGED).order_by("-id")
    details = purged.values_list("details", flat=True).first() or {}
    return int(details.get("link", 0)), str(details.get("digest", ""))


SECURITY = Journal(
    "security",
    SecurityEntry,
    content=("event", "organisation_id", "details"),
    who=("user_id", "person_id", "subject_id", "address"),
    cut=_cut,
)


@transaction.atomic
def clear_security(now: datetime) -> int:
    """Forget what is older than `PORTULAN_SECURITY_DAYS`; return how many entries there were.

    The oldest go, in the order of their chain, and an entry says up to which: what remains proves
    itself from there on. The last link always stays.
    """
    limit = now - timedelta(days=settings.SECURITY_DAYS)
    last, entries = _older(limit)
    if last is None:
        return 0
    tell(
        Event.PURGED,
        details={"before": limit.isoformat(), "link": last.pk, "digest": last.digest},
    )
    ChainLink.objects.filter(journal=SECURITY.code, pk__lte=last.pk).delete()
    for piece in batched(entries, _PIECE, strict=False):
        SecurityEntry.objects.filter(pk__in=piece).delete()
    return len(entries)


def _older(limit: datetime) -> tuple[ChainLink | None, list[int]]:
    """Return the last link of what is older, one link aside, and the entries up to it."""
    links = ChainLink.objects.filter(journal=SECURITY.code).order_by("pk")
    newest = links.values_list("pk", flat=True).last() or 0
    last: ChainLink | None = None
    entries: list[int] = []
    for piece in batched(links.exclude(pk=newest).iterator(_PIECE), _PIECE, strict=False):
        asked = SecurityEntry.objects.filter(pk__in=[one.entry_id for one in piece])
        moments = dict(asked.values_list("pk", "at"))
        for link in piece:
            at = moments.get(link.entry_id)
            if at is not None and at >= limit:
                return last, entries
            if at is not None:  # one that somebody took away says no date
                last = link
                entries.append(link.entry_id)
    return last, entries


def forget_places(person: Person, user: User | None, *, account_goes: bool) -> None:
    """Take where somebody came from out of what an organisation keeps of them.

    Of an account that goes, out of what who operates keeps too.
    """
    theirs = models.Q(person_id=person.pk) | models.Q(subject_id=person.pk)
    if user is not None:
        theirs |= models.Q(user_id=user.pk)
    here = models.Q(organisation_id=person.organisation_id)
    if account_goes:
        here |= models.Q(organisation_id=None)
    told = SecurityEntry.objects.filter(theirs, here).exclude(address="", salt="")
    told.update(address="", salt="")
