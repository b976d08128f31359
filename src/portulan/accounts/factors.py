"""The second factor: codes of an application (TOTP, RFC 6238), and codes that stand in for it once.

It is an account's, whatever organisation asks for it; one made in a session bound to an
organisation counts there alone (docs/adr/0053). Trying is counted as passwords are (`attempts`).
"""

from __future__ import annotations

import secrets
from base64 import b32encode, urlsafe_b64encode
from dataclasses import dataclass
from datetime import datetime

import pyotp
from cryptography.fernet import Fernet, InvalidToken
from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Q, QuerySet
from django.utils import timezone
from django.utils.crypto import constant_time_compare, salted_hmac
from django.utils.translation import gettext as _

from portulan.accounts.access import Role
from portulan.accounts.models import Factor, RecoveryCode, User
from portulan.accounts.reads import in_force
from portulan.accounts.security import Event, tell_of_account
from portulan.accounts.sessions import close_sessions
from portulan.accounts.tokens import hash_of
from portulan.accounts.words import FactorKind
from portulan.core.storing import get_one

ISSUER = "Portulan"
RECOVERY_CODES = 10
MOST = 10
_STEP = 30  # seconds
# A clock may be one step early or late.
_DRIFT = (0, -1, 1)


@dataclass(frozen=True, slots=True)
class Proof:
    """A second factor that was proved, and the only organisation that it counts for, if it is."""

    kind: str
    bound_to: int | None


def has_factor(user: User, *, bound_to: int | None = None) -> bool:
    """Tell whether an account has a second factor: nothing opens it without.

    One that was made in a session of an organisation is asked for there alone: whoever typed an
    address first would else keep its owner out of all others (docs/adr/0134).
    """
    own = Q(bound_to=None) if bound_to is None else Q(bound_to=None) | Q(bound_to=bound_to)
    return Factor.objects.filter(own, user=user).exists()


def asked_of(user: User) -> bool:
    """Tell whether an organisation where somebody has a role asks them for a second factor."""
    roles = in_force(user.pk).select_related("person__organisation")
    return any(one.person.organisation.asks_factor([Role(one.role)]) for one in roles)


def requires_channel(user: User, *, bound_to: int | None) -> bool:
    """Tell whether the next factor is a first one that an organisation asks for.

    Whoever stole a password would add their own: something else has to say who adds it.
    """
    return not has_factor(user, bound_to=bound_to) and asked_of(user)


def factors_of(user: User) -> QuerySet[Factor]:
    return Factor.objects.filter(user=user).order_by("created_at", "pk")


def require_own_means(user: User, bound_to: int | None) -> None:
    """Raise ValidationError when an organisation's means would change what opens another."""
    if bound_to is not None and user.people.exclude(organisation_id=bound_to).exists():
        raise ValidationError(
            _(
                "Votre compte ouvre d’autres organisations : connectez-vous avec un mot de passe à "
                "vous."
            )
        )


# An application


def new_secret() -> str:
    return pyotp.random_base32()


def address_of(secret: str, user: User) -> str:
    """Return the `otpauth:` address that an application takes, as a QR code mostly."""
    return pyotp.TOTP(secret).provisioning_uri(name=user.email, issuer_name=ISSUER)


@transaction.atomic
def add_application(
    user: User,
    *,
    secret: str,
    code: str,
    name: str,
    bound_to: int | None,
    address: str = "",
    now: datetime | None = None,
) -> list[str]:
    """Add an application that gives the right code; return the recovery codes of a first factor.

    They are shown once. Raises ValidationError.
    """
    now = now or timezone.now()
    step = _step_of(pyotp.TOTP(secret), _bare(code), now, after=0)
    if step is None:
        raise ValidationError(
            {"code": _("Ce n’est pas le code de ce moment : vérifiez l’heure du téléphone.")}
        )
    return add_factor(
        user,
        Factor(
            kind=FactorKind.TOTP,
            name=name,
            bound_to=bound_to,
            secret=_seal().encrypt(secret.encode()).decode(),
            counter=step,
            created_at=now,
        ),
        address=address,
    )


def add_factor(user: User, factor: Factor, *, address: str) -> list[str]:
    """Keep a factor; return the recovery codes of a first one. Raises ValidationError."""
    user = User.objects.select_for_update(no_key=True).get(pk=user.pk)
    require_own_means(user, factor.bound_to)
    count = user.factors.count()
    if count >= MOST:
        raise ValidationError(_("Dix suffisent : ôtez ceux qui ne servent plus."))
    factor.user, factor.name = user, factor.name.strip() or ISSUER
    factor.save()
    told = {"kind": factor.kind}
    tell_of_account(
        Event.FACTOR_ADDED, user, bound_to=factor.bound_to, address=address, details=told
    )
    if count:
        return []
    return make_recovery_codes(user, bound_to=factor.bound_to, address=address)


@transaction.atomic
def make_recovery_codes(user: User, *, bound_to: int | None, address: str = "") -> list[str]:
    """Make the codes that stand in for a factor, once each, in place of those of before."""
    require_own_means(user, bound_to)
    user.recovery_codes.all().delete()
    codes = [_new_code() for _n in range(RECOVERY_CODES)]
    RecoveryCode.objects.bulk_create(
        RecoveryCode(user=user, code_hash=hash_of(_bare(code)), bound_to=bound_to) for code in codes
    )
    tell_of_account(Event.RECOVERY_MADE, user, bound_to=bound_to, address=address)
    return codes


def _new_code() -> str:
    """Return 80 random bits in four groups: nobody finds them from their hash."""
    said = b32encode(secrets.token_bytes(10)).decode().lower()
    return "-".join(said[at : at + 4] for at in range(0, 16, 4))


@transaction.atomic
def remove_factor(user: User, *, pk: int, bound_to: int | None, address: str = "") -> None:
    """Take a factor away, and the recovery codes with the last. Raises NotFoundError."""
    require_own_means(user, bound_to)
    factor = get_one(Factor.objects.filter(user=user), pk=pk)
    told = {"kind": factor.kind}
    factor.delete()
    if not user.factors.exists():
        user.recovery_codes.all().delete()
    tell_of_account(Event.FACTOR_REMOVED, user, bound_to=bound_to, address=address, details=told)


@transaction.atomic
def remove_all(user: User) -> int:
    """Take all factors of an account away: who operates, once sure who asks. Return how many.

    A phone that was stolen may have opened sessions: everybody signs in again.
    """
    count = user.factors.count()
    close_sessions(user)
    user.factors.all().delete()
    user.recovery_codes.all().delete()
    if count:
        tell_of_account(Event.FACTOR_REMOVED, user, details={"by": "operator"}, to_owner=True)
    return count


def close_every_recovery_code() -> int:
    """Take away the recovery codes of everybody, and return of how many accounts: who operates."""
    owners = User.objects.filter(recovery_codes__isnull=False).distinct().order_by("pk")
    closed = list(owners)
    for user in closed:
        user.recovery_codes.all().delete()
        told = {"by": "operator"}
        tell_of_account(Event.RECOVERY_CLOSED, user, details=told, to_owner=True)
    return len(closed)


def count_unreadable() -> int:
    """Count the accounts with an application whose codes another secret key sealed."""
    applications = Factor.objects.filter(kind=FactorKind.TOTP)
    return len({one.user_id for one in applications if _totp(one) is None})


def last_step(now: datetime) -> int:
    """Return the last step of time whose code may have served by then."""
    return int(now.timestamp()) // _STEP + max(_DRIFT)


# Proving


@transaction.atomic
def prove(user: User, *, code: str, address: str = "", now: datetime | None = None) -> Proof | None:
    """Use a code up, of an application or of recovery; None when it is not right, or served.

    The caller counts the try before (`attempts.begin`).
    """
    now, bare = now or timezone.now(), _bare(code)
    for factor in Factor.objects.filter(user=user, kind=FactorKind.TOTP):
        if (totp := _totp(factor)) is None:
            continue
        step = _step_of(totp, bare, now, after=factor.counter)
        # Of two who give the same code at once, one finds that it served.
        if step is not None and _advance(factor, step, now):
            return Proof(factor.kind, factor.bound_to)
    found = RecoveryCode.objects.filter(user=user, code_hash=hash_of(bare)).first()
    if found is None or not RecoveryCode.objects.filter(pk=found.pk).delete()[0]:
        return None
    tell_of_account(Event.RECOVERED, user, bound_to=found.bound_to, address=address)
    return Proof("recovery", found.bound_to)


def _advance(factor: Factor, counter: int, now: datetime) -> bool:
    rows = Factor.objects.filter(pk=factor.pk, counter__lt=counter)
    return bool(rows.update(counter=counter, used_at=now))


def _step_of(totp: pyotp.TOTP, code: str, now: datetime, *, after: int) -> int | None:
    """Return the step of time whose code this is, later than the last one that served."""
    present = int(now.timestamp()) // _STEP
    for drift in _DRIFT:
        step = present + drift
        if step > after and constant_time_compare(totp.at(step * _STEP), code):
            return step
    return None


def _totp(factor: Factor) -> pyotp.TOTP | None:
    """Return what gives the codes of a factor; None once the key of the house is another."""
    try:
        return pyotp.TOTP(_seal().decrypt(factor.secret.encode()).decode())
    except InvalidToken:
        return None


def _seal() -> Fernet:
    digest = salted_hmac("portulan.factors", "secret", algorithm="sha256").digest()
    return Fernet(urlsafe_b64encode(digest))


def _bare(code: str) -> str:
    """Return a code as it is judged, however it was typed."""
    return "".join(letter for letter in code.lower() if letter.isascii() and letter.isalnum())
