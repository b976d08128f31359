"""Passkeys (WebAuthn level 2): what stands in for a password and a second factor at once.

The authenticator proves itself and, by a PIN or a fingerprint, its owner: both are required. One
made in a session bound to an organisation opens that organisation alone (docs/adr/0053).
"""

from __future__ import annotations

import hashlib
import json
from base64 import b64decode, b64encode
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from urllib.parse import urlsplit

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from fido2.server import Fido2Server
from fido2.webauthn import (
    AttestedCredentialData,
    AuthenticationResponse,
    PublicKeyCredentialDescriptor,
    PublicKeyCredentialRpEntity,
    PublicKeyCredentialType,
    PublicKeyCredentialUserEntity,
    ResidentKeyRequirement,
    UserVerificationRequirement,
)

from portulan.accounts.factors import Proof, add_factor
from portulan.accounts.models import Factor, User
from portulan.accounts.reads import still_opens
from portulan.accounts.words import FactorKind
from portulan.core.form_tokens import Answer, once

# What a browser sends of a key takes less.
LONGEST = 1 << 15
_REQUIRED = UserVerificationRequirement.REQUIRED
type State = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Site:
    """Where a passkey serves: the exact origin of the page, as `https://nr.example`."""

    origin: str

    @property
    def server(self) -> Fido2Server:
        host = urlsplit(self.origin).hostname
        place = PublicKeyCredentialRpEntity(name="Portulan", id=host)
        return Fido2Server(place, verify_origin=lambda said: said == self.origin)


def begin_adding(site: Site, user: User) -> tuple[str, State]:
    """Return what the browser is asked to make a passkey from, as JSON, and what to remember."""
    known = [
        PublicKeyCredentialDescriptor(
            type=PublicKeyCredentialType.PUBLIC_KEY, id=_data(one).credential_id
        )
        for one in user.factors.filter(kind=FactorKind.PASSKEY)
    ]
    options, state = site.server.register_begin(
        PublicKeyCredentialUserEntity(
            id=user.pk.to_bytes(8, "big"), name=user.email, display_name=user.email
        ),
        credentials=known,
        resident_key_requirement=ResidentKeyRequirement.REQUIRED,
        user_verification=_REQUIRED,
    )
    return json.dumps(dict(options)["publicKey"]), dict(state)


@transaction.atomic
def add(
    user: User,
    *,
    site: Site,
    state: State,
    sent: str,
    name: str,
    bound_to: int | None,
    address: str = "",
) -> list[str]:
    """Keep the passkey that a browser made; return the recovery codes of a first factor.

    Raises ValidationError.
    """
    try:
        made = site.server.register_complete(state, _read(sent))
    except Exception as error:
        raise ValidationError(_refused()) from error
    data = made.credential_data
    if data is None or Factor.objects.filter(credential_hash=_hash(data.credential_id)).exists():
        raise ValidationError(_refused())
    kept = Factor(
        kind=FactorKind.PASSKEY,
        name=name,
        bound_to=bound_to,
        secret=b64encode(bytes(data)).decode(),
        credential_hash=_hash(data.credential_id),
        counter=made.counter,
        created_at=timezone.now(),
    )
    return add_factor(user, kept, address=address)


def begin_proving(site: Site) -> tuple[str, State]:
    """Return what the browser is asked to sign, as JSON, and what to remember."""
    options, state = site.server.authenticate_begin(user_verification=_REQUIRED)
    return json.dumps(dict(options)["publicKey"]), dict(state)


@transaction.atomic
def prove(
    *, site: Site, state: State, sent: str, now: datetime | None = None
) -> tuple[User, Proof]:
    """Return whose passkey signed, and the proof. Raises ValidationError.

    What was signed serves once: the cookie that remembers it is kept by the browser.
    """
    now = now or timezone.now()
    try:
        said = _read(sent)
        response = AuthenticationResponse.from_dict(said)
        factor = Factor.objects.get(credential_hash=_hash(response.raw_id))
        site.server.authenticate_complete(state, [_data(factor)], said)
    except Exception as error:
        raise ValidationError(_refused()) from error
    user = still_opens(factor.user_id)
    if user is None or not _counts(factor, response.response.authenticator_data.counter, now):
        raise ValidationError(_refused())
    fresh: list[bool] = []

    def spend() -> Answer:
        fresh.append(True)
        return Answer(302, "")

    mark = hashlib.sha256(str(state["challenge"]).encode()).hexdigest()
    once(spend, user_id=user.pk, token=f"passkey:{mark[:40]}", digest=mark)
    if not fresh:
        raise ValidationError(_refused())
    return user, Proof(factor.kind, factor.bound_to)


def _counts(factor: Factor, counter: int, now: datetime) -> bool:
    """Tell whether the authenticator counts on: one that was copied does not.

    Many count nothing, and say 0 each time.
    """
    rows = Factor.objects.filter(pk=factor.pk)
    rows = rows.filter(counter=0) if not counter else rows.filter(counter__lt=counter)
    return bool(rows.update(counter=counter, used_at=now))


def _read(sent: str) -> Mapping[str, Any]:
    if len(sent) > LONGEST:
        raise ValueError(len(sent))
    found: Mapping[str, Any] = json.loads(sent)
    return found


def _data(factor: Factor) -> AttestedCredentialData:
    return AttestedCredentialData(b64decode(factor.secret))


def _hash(credential_id: bytes) -> str:
    return hashlib.sha256(credential_id).hexdigest()


def _refused() -> str:
    return _("Cette clé d’accès n’ouvre rien ici.")
