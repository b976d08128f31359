"""Identities: who a provider knows, by issuer and subject, and the account that they open.

Nobody is known by their address, which a provider may not have verified, nor makes an account by
coming: an identity is linked by who is signed in (docs/adr/0054).
"""

from __future__ import annotations

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import F, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from portulan.accounts.factors import require_own_means
from portulan.accounts.models import Identity, Organisation, User
from portulan.accounts.openid import Arrival
from portulan.accounts.proving import prove_address
from portulan.accounts.reads import still_opens
from portulan.accounts.security import Event, tell_of_account
from portulan.accounts.words import AddressProof
from portulan.core.errors import NotFoundError
from portulan.core.say.country import is_siren
from portulan.core.storing import store


def find_identity(*, issuer: str, subject: str) -> Identity | None:
    """Return an identity whose account still opens something, as one that was used now."""
    found = Identity.objects.filter(issuer=issuer, subject=subject).select_related("user").first()
    if found is None or found.subject != subject or still_opens(found.user_id) is None:
        return None
    Identity.objects.filter(pk=found.pk).update(used_at=timezone.now())
    return found


def own_identity(found: Identity, came: Arrival, *, address: str = "") -> Identity:
    """Return an identity that opens all of its account where the provider knows its address.

    It has to say that it verified it: then whose account it is was proved.
    """
    if not came.is_verified or came.email.lower() != found.user.email.lower():
        return found
    found.user = prove_address(found.user, by=AddressProof.PROVIDER, address=address)
    if found.bound_to is not None:
        found.bound_to = None
        found.save(update_fields=["bound_to"])
    return found


def identities_of(user: User) -> QuerySet[Identity]:
    return Identity.objects.filter(user=user).order_by("created_at", "pk")


@transaction.atomic
def link_identity(
    user: User,
    *,
    issuer: str,
    subject: str,
    name: str,
    bound_to: int | None,
    address: str = "",
) -> Identity:
    """Link an identity to an account, which it opens from now on. Raises ValidationError.

    In a session bound to an organisation, it opens that one alone, as a password does.
    """
    require_own_means(user, bound_to)
    kept = Identity(
        user=user,
        issuer=issuer,
        subject=subject,
        name=name,
        bound_to=bound_to,
        created_at=timezone.now(),
    )
    if Identity.objects.filter(issuer=issuer, subject=subject).exists():
        raise ValidationError(_("Cette identité est déjà reliée à un compte."))
    store(kept)
    tell_of_account(Event.LINKED, user, bound_to=bound_to, address=address)
    return kept


@transaction.atomic
def unlink_identity(user: User, *, pk: int, bound_to: int | None, address: str = "") -> None:
    """Take an identity away from an account. Raises NotFoundError, ValidationError."""
    require_own_means(user, bound_to)
    if not Identity.objects.filter(user=user, pk=pk).delete()[0]:
        raise NotFoundError(str(pk))
    tell_of_account(Event.UNLINKED, user, bound_to=bound_to, address=address)


def organisations_of_siret(siret: str) -> QuerySet[Organisation]:
    """Return the organisations whose establishment a SIRET is: to ask there, not to enter."""
    known = len(siret) == 14 and siret.isascii() and siret.isdecimal() and is_siren(siret[:9])
    found = Organisation.objects.filter(siren=siret[:9] if known else "-").order_by("name")
    proved = found.filter(proved_siren=F("siren"))
    return proved if proved.exists() else found
