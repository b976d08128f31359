"""Writing to who reads an address: links and codes that open, changes of what opens.

Who asks is answered before anybody is looked for, with the same work for an address that is known
and one that is not. What opens is made as the message leaves, at any hour, and is kept nowhere: it
stands in no outbox, no log and no backup. A message whose server did not answer is made anew later.
"""

from __future__ import annotations

import logging
import smtplib
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.core import signing
from django.core.mail import EmailMessage, mailers
from django.core.validators import validate_email
from django.db import transaction
from django.db.models import F, Min
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from portulan.accounts.access import Operation
from portulan.accounts.actors import Actor
from portulan.accounts.invitations import INVITATION_LIFETIME, invite
from portulan.accounts.links import make_mailed_link, require_linkable
from portulan.accounts.models import Organisation, OwnerMessage, Person, User
from portulan.accounts.proving import LASTS, make_code
from portulan.accounts.reads import find_account, still_opens
from portulan.accounts.security import Event, tell
from portulan.accounts.words import MessageKind
from portulan.core import mail

ASKED_LIFETIME = timedelta(hours=2)
NOT_ME_LIFETIME = timedelta(days=14)
_SALT = "portulan.not-me"
_RETRY = timedelta(minutes=2)
_MOST_TRIES = 60
_SINCE = timedelta(minutes=2)  # one link an address, so that nobody fills a mailbox
log = logging.getLogger(__name__)


def ask_link(email: str, *, language: str, now: datetime | None = None) -> None:
    """Have a link written to an address, if it is of an account: nobody is told which."""
    if not OwnerMessage.objects.filter(kind=MessageKind.ASKED, address__iexact=email).exists():
        _put(MessageKind.ASKED, email, language=language, now=now)


def ask_code(user: User, *, now: datetime | None = None) -> None:
    """Have a code written to the address of who is signed in."""
    OwnerMessage.objects.filter(kind=MessageKind.CODE, user=user).delete()
    _put(MessageKind.CODE, user.email, user=user, language=user.language, now=now)


@transaction.atomic
def send_siren_code(place: Organisation, *, address: str, language: str) -> None:
    """Write the code that proves a SIREN to an address that who operates knows: they call it.

    Raises ValidationError for what is no address.
    """
    validate_email(address)
    OwnerMessage.objects.filter(kind=MessageKind.SIREN, place_id=place.pk).delete()
    _put(MessageKind.SIREN, address, place_id=place.pk, language=language)


@transaction.atomic
def write_first_link(actor: Actor, *, person: Person, now: datetime | None = None) -> str:
    """Write to one of its people what opens an organisation to them; return to which address.

    Who administers never sees it. Raises DeniedError, ValidationError.
    """
    actor.require(Operation.MANAGE)
    if person.is_invited:
        invite(actor, person=person, now=now)
        person.refresh_from_db()
    user = person.user
    if user is not None:
        require_linkable(actor, person)
        details = {"for another": actor.person_id != person.pk, "by": "mail"}
        place, by = actor.organisation_id, actor.person_id
        tell(Event.LINK_MADE, organisation_id=place, by=by, subject=person, details=details)
    to = person.email if user is None else user.email
    language = user.language if user is not None else "fr"
    OwnerMessage.objects.filter(kind=MessageKind.FIRST, address=to).delete()
    _put(MessageKind.FIRST, to, language=language, now=now)
    return to


def _put(
    kind: MessageKind, address: str, *, language: str, now: datetime | None = None, **more: Any
) -> None:
    now = now or timezone.now()
    OwnerMessage.objects.create(
        kind=kind, address=address, language=language, created_at=now, due_at=now, **more
    )


def write_all(now: datetime) -> Mapping[str, int]:
    """Write what is due, each message by one process; return counts by word of code."""
    counts = {"written": 0, "left out": 0, "later": 0}
    due = OwnerMessage.objects.filter(due_at__lte=now).order_by("due_at", "pk")
    if not mail.can_send():
        return {"left out": due.delete()[0]}
    for one in list(due.select_related("user")[:200]):
        taken = OwnerMessage.objects.filter(pk=one.pk, tries=one.tries)
        if taken.update(tries=F("tries") + 1, due_at=now + _RETRY * (one.tries + 1)):
            counts[_write(one, now)] += 1
    return counts


def waits() -> datetime | None:
    """Return since when, or from when, a message is to be written."""
    first: datetime | None = OwnerMessage.objects.aggregate(first=Min("due_at"))["first"]
    return first


def _write(one: OwnerMessage, now: datetime) -> str:
    with translation.override(one.language if one.language in {"fr", "en"} else "fr"):
        said = _said(one, now)
    try:
        if said is not None:
            headers = {"Auto-Submitted": "auto-generated"}
            subject, body = said
            message = EmailMessage(
                subject, body, settings.MAIL_FROM, [one.address], headers=headers
            )
            mailers["default"].send_messages([message])
    except smtplib.SMTPRecipientsRefused:
        said = None
    except (smtplib.SMTPException, OSError) as error:
        # What opens is in no log: the kind of error alone.
        log.warning("not written yet: %s", type(error).__name__)
        if one.tries + 1 < _MOST_TRIES:
            return "later"
        said = None
    OwnerMessage.objects.filter(pk=one.pk).delete()
    return "left out" if said is None else "written"


def _said(one: OwnerMessage, now: datetime) -> tuple[str, str] | None:
    """Return the subject and the body of a message, None where there is nobody to write to."""
    match one.kind:
        case MessageKind.ASKED | MessageKind.FIRST:
            return _link_said(one, now)
        case MessageKind.CODE if one.user is not None:
            code = make_code(MessageKind.CODE, one.user.email, now, user=one.user)
            return _code_said(code, LASTS[MessageKind.CODE])
        case MessageKind.SIREN:
            place = Organisation.objects.filter(pk=one.place_id or 0).first()
            if place is None or not place.siren:
                return None
            code = make_code(MessageKind.SIREN, place.siren, now, place_id=place.pk)
            return _siren_said(place.siren, code)
        case MessageKind.CHANGED if one.user is not None:
            return _change_said(one.user, one.details["events"], one.created_at)
    return None


def _link_said(one: OwnerMessage, now: datetime) -> tuple[str, str] | None:
    user = find_account(one.address)
    if user is None or still_opens(user.pk) is None:
        return None
    first = one.kind == MessageKind.FIRST
    if not first and user.links.exclude(sent_to="").filter(created_at__gt=now - _SINCE).exists():
        return None
    lasts = INVITATION_LIFETIME if first else ASKED_LIFETIME
    token = make_mailed_link(user, now=now, lifetime=lasts)
    link = settings.ADDRESS + reverse("sign-in-link", args=[token])
    why = (
        _("Un organisme vous a donné accès à ce Portulan, %(place)s.")
        if first
        else _("Quelqu’un a demandé un lien pour entrer dans ce Portulan, %(place)s.")
    ) % {"place": settings.ADDRESS}
    until = (
        _("Ce lien sert une fois, dans les %(days)s jours :") % {"days": lasts.days}
        if first
        else _("Ce lien sert une fois, dans les deux heures :")
    )
    nothing = _("Si vous n’attendiez rien, ne faites rien : sans vous, rien ne s’ouvre.")
    return _("Votre lien pour entrer dans Portulan"), _letter(why, f"{until}\n{link}", nothing)


def _code_said(code: str, lasts: timedelta) -> tuple[str, str]:
    minutes = {"code": code, "minutes": lasts.seconds // 60}
    return _("Votre code pour Portulan"), _letter(
        _("Votre code : %(code)s. Il sert une fois, dans les %(minutes)s minutes.") % minutes,
        _("Ne le donnez à personne. Si vous n’avez rien demandé, changez votre mot de passe."),
    )


def _siren_said(siren: str, code: str) -> tuple[str, str]:
    said = {"siren": siren, "place": settings.ADDRESS, "code": code}
    return _("Code pour prouver le SIREN %(siren)s") % said, _letter(
        _("Un organisme dit, dans le Portulan %(place)s, que son SIREN est le %(siren)s.") % said,
        _("Si c’est le vôtre, donnez ce code à qui l’y administre : %(code)s.") % said,
        _("Sinon, ne le donnez à personne, et prévenez qui exploite ce Portulan."),
    )


def _change_said(user: User, events: list[str], at: datetime) -> tuple[str, str]:
    token = signing.dumps({"user": user.pk, "since": at.timestamp()}, salt=_SALT)
    link = settings.ADDRESS + reverse("not-me", args=[token])
    what = ", ".join(str(Event(one).label) for one in events)
    return _("Votre compte Portulan a changé"), _letter(
        _("Ceci vient d’être fait sur votre compte : %(what)s.") % {"what": what},
        _("Si c’est vous, il n’y a rien à faire."),
        _("Ce n’est pas vous ? Fermez tout, dans les quatorze jours :") + f"\n{link}",
    )


def _letter(*parts: str) -> str:
    return "\n\n".join((_("Bonjour,"), *parts)) + "\n"


def owner_of(token: str) -> tuple[User, datetime] | None:
    """Return whose “it was not me” a token is, and since when; None once it is too old."""
    try:
        said = signing.loads(token, salt=_SALT, max_age=NOT_ME_LIFETIME)
    except signing.BadSignature:
        return None
    user = User.objects.filter(pk=said["user"], is_active=True).first()
    since = datetime.fromtimestamp(said["since"], tz=timezone.get_current_timezone())
    return None if user is None else (user, since)
