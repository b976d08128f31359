"""Whose address it is: of who sends back what was written to it (docs/adr/0134).

Until then an account is of whoever typed its address: what was put behind it opens the organisation
where it was put, and keeps nobody out of another.
"""

from __future__ import annotations

import secrets
from datetime import datetime, timedelta

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import F
from django.utils import timezone
from django.utils.crypto import constant_time_compare, salted_hmac
from django.utils.translation import gettext as _

from portulan.accounts.actors import Actor
from portulan.accounts.models import MailedCode, Organisation, OwnerMessage, User
from portulan.accounts.security import Event, tell_of_account
from portulan.accounts.sirens import prove_siren
from portulan.accounts.words import AddressProof, MessageKind, SirenProof

LASTS = {MessageKind.CODE: timedelta(minutes=30), MessageKind.SIREN: timedelta(days=14)}
_DIGITS = 8
_MOST_TRIES = 5


@transaction.atomic
def prove_address(user: User, *, by: AddressProof, address: str = "") -> User:
    """Keep that an account is of who reads its address: `address` is where from they said so."""
    held = User.objects.select_for_update(no_key=True).get(pk=user.pk)
    if held.proved_at is None:
        held.proved_at, held.proved_by = timezone.now(), by
        held.save(update_fields=["proved_at", "proved_by"])
        tell_of_account(Event.PROVED, held, address=address, details={"by": by.value})
    return held


def make_code(kind: MessageKind, about: str, now: datetime, **of: object) -> str:
    """Make the code that a message takes, in the place of one of before; `of` is whose."""
    MailedCode.objects.filter(**of).delete()
    code = "".join(secrets.choice("0123456789") for _n in range(_DIGITS))
    MailedCode.objects.create(
        about=about, code_hash=_hash_of(code), expires_at=now + LASTS[kind], **of
    )
    return f"{code[:4]} {code[4:]}"


def prove_by_code(user: User, *, code: str, address: str = "") -> User:
    """Prove an address by the code that was written to it. Raises ValidationError."""
    _use(code, user=user, about=user.email)
    return prove_address(user, by=AddressProof.MAIL, address=address)


def prove_siren_by_code(actor: Actor, *, code: str) -> Organisation:
    """Prove a SIREN by the code that left to an address that who operates knows.

    Raises DeniedError, ValidationError.
    """
    siren = Organisation.objects.values_list("siren", flat=True).get(pk=actor.organisation_id)
    _use(code, place_id=actor.organisation_id, about=siren)
    return prove_siren(actor, how=SirenProof.CODE)


def is_awaited(place_id: int) -> bool:
    """Tell whether a code has left, or will, that proves the SIREN of an organisation."""
    leaves = OwnerMessage.objects.filter(kind=MessageKind.SIREN, place_id=place_id)
    left = MailedCode.objects.filter(place_id=place_id, expires_at__gt=timezone.now())
    return leaves.exists() or left.exists()


def _use(code: str, **of: object) -> None:
    """Use a code up. Each try counts, be it refused: a code of eight digits has five."""
    found = MailedCode.objects.filter(
        expires_at__gt=timezone.now(), tries__lt=_MOST_TRIES, **of
    ).first()
    bare = "".join(one for one in code if one.isascii() and one.isdecimal())
    if found is not None:
        MailedCode.objects.filter(pk=found.pk).update(tries=F("tries") + 1)
    if found is None or not constant_time_compare(found.code_hash, _hash_of(bare)):
        raise ValidationError(
            {"code": _("Ce code n’est pas le bon, ou il est trop vieux : demandez-en un autre.")}
        )
    # Of two who give it at once, one finds it used.
    if not MailedCode.objects.filter(pk=found.pk).delete()[0]:
        raise ValidationError({"code": _("Ce code a déjà servi.")})


def _hash_of(code: str) -> str:
    return salted_hmac("portulan.codes", code, algorithm="sha256").hexdigest()
