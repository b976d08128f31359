"""Acting for an organisation of one's group: given by that organisation, until a day, by roles.

It administers nothing (`access.NEVER_DELEGATED`), opens to one address, once its owner accepted in
the group, and stops by itself: at its day, when either ends it, when they leave the group. What is
done is in both journals (`trail.record`).
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime, timedelta

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from portulan.accounts.access import Operation, Role
from portulan.accounts.actors import Actor
from portulan.accounts.models import Delegation, Membership, Organisation, Person, User
from portulan.accounts.reads import present
from portulan.accounts.security import Event, tell
from portulan.accounts.sessions import close_sessions
from portulan.accounts.tokens import close_tokens
from portulan.accounts.trail import record
from portulan.accounts.verbs import Verb
from portulan.core import trail
from portulan.core.errors import NotFoundError
from portulan.core.storing import store

LONGEST = timedelta(days=366)
# What may be given: an organisation is administered by its own.
ROLES = (Role.READER, Role.CONTRIBUTOR, Role.EDITOR, Role.FINANCE)


@transaction.atomic
def delegate(
    actor: Actor,
    *,
    group: Organisation,
    email: str,
    function: str,
    roles: Iterable[Role],
    until: date,
    today: date,
    now: datetime | None = None,
) -> Delegation:
    """Let somebody of a group act for the organisation until a day, with some roles.

    Whether the address is of the group is told to nobody: its owner finds it there, or not.
    Raises DeniedError, ValidationError.
    """
    actor.require(Operation.MANAGE)
    given = sorted({Role(role) for role in roles})
    if not given or not set(given) <= set(ROLES):
        raise ValidationError({"roles": _("Donnez au moins un rôle, sans l’administration.")})
    if not today <= until <= today + LONGEST:
        raise ValidationError({"until": _("Donnez un jour à venir, dans un an au plus.")})
    here = Person.objects.filter(present(today), organisation=actor.organisation_id)
    if here.filter(Q(email__iexact=email) | Q(user__email__iexact=email)).exists():
        raise ValidationError({"email": _("Cette adresse est déjà celle d’une personne d’ici.")})
    person = Person(
        organisation_id=actor.organisation_id,
        function=function,
        email=email,
        left_on=until + timedelta(days=1),
    )
    store(person, exclude=["user"])
    Membership.objects.bulk_create(Membership(person=person, role=role) for role in given)
    found = Delegation(
        person=person,
        group_id=group.pk,
        until=until,
        given_at=now or timezone.now(),
        given_by=actor.person_id,
    )
    store(found)
    told: dict[str, trail.Change] = {
        "group": (None, group.name),
        "roles": ([], given),
        "until": (None, until),
    }
    record(actor, found, Verb.DELEGATED, told)
    _tell(actor.organisation_id, actor.person_id, person, {"roles": given, "until": str(until)})
    return found


@transaction.atomic
def accept_delegation(
    actor: Actor, *, user: User, pk: int, today: date, bound_to: int | None
) -> Delegation:
    """Act for an organisation from now on; it is asked of the owner of the address alone.

    `bound_to` as of an invitation. Raises NotFoundError, ValidationError.
    """
    if bound_to is not None or actor.behalf is not None:
        raise ValidationError(_("Cette session n’ouvre qu’une organisation."))
    found = get_offered(actor, user=user, pk=pk, today=today)
    person = found.person
    here = Person.objects.filter(organisation=person.organisation_id, user=user)
    # What they did by a delegation that is over stays said of that function, without an account.
    here.filter(delegation__isnull=False).exclude(present(today)).update(user=None)
    if here.exists():
        raise ValidationError(_("Votre compte est déjà celui d’une personne de cet organisme."))
    person.user, found.accepted_by = user, actor.person_id
    store(person)
    store(found)
    record(_of(person), found, Verb.DELEGATION_TAKEN)
    told = {"member": (None, person.organisation.name), "until": (None, found.until)}
    record(actor, found, Verb.DELEGATION_TAKEN, told)
    _tell(person.organisation_id, person.pk, person, {"accepted": True})
    return found


@transaction.atomic
def end_delegation(actor: Actor, *, delegation: Delegation, today: date) -> Delegation:
    """End a delegation at once: by the organisation, by who acts, or by the group's own.

    Sessions and tokens end with it. Raises DeniedError, ValidationError when it had ended.
    """
    locked = Delegation.objects.select_for_update(no_key=True).get(pk=delegation.pk)
    if locked.ended_at is not None:
        raise ValidationError(_("Cette délégation est déjà terminée."))
    found = get_held(actor, pk=delegation.pk)
    person = found.person
    found.ended_at = timezone.now()
    store(found)
    Person.objects.filter(pk=person.pk).update(left_on=min(today, person.left_on or today))
    person.memberships.all().delete()
    close_tokens(person)
    if person.user is not None:
        close_sessions(person.user, organisation_id=person.organisation_id)
    by_member = actor.organisation_id == person.organisation_id
    record(actor if by_member else _nobody(person.organisation_id), found, Verb.DELEGATION_ENDED)
    if found.accepted_by is not None:
        told = {"member": (None, person.organisation.name)}
        of_group = _nobody(found.group_id) if by_member else actor
        record(of_group, found, Verb.DELEGATION_ENDED, told)
    _tell(person.organisation_id, actor.person_id if by_member else None, person, {"ended": True})
    return found


def delegations_of(actor: Actor) -> QuerySet[Delegation]:
    """Return what the organisation delegated, the latest first (one query)."""
    found = Delegation.objects.filter(person__organisation=actor.organisation_id)
    return found.select_related("person").prefetch_related("person__memberships").order_by("-pk")


def given_now(actor: Actor, *, today: date) -> QuerySet[Delegation]:
    """Return what the organisation delegated and neither ended nor is past, the latest first."""
    return delegations_of(actor).filter(ended_at=None, until__gte=today)


def given_to(actor: Actor, *, user: User, today: date) -> QuerySet[Delegation]:
    """Return the delegations that somebody of a group may accept or holds, the latest first."""
    if actor.person_id is None or actor.behalf is not None:
        return Delegation.objects.none()
    # Of another spelling of the same letters, a database may find it equal: `accept` compares.
    asked = Q(accepted_by=None, person__user=None, person__email__iexact=user.email)
    return (
        Delegation.objects.filter(Q(accepted_by=actor.person_id) | asked)
        .filter(group_id=actor.organisation_id, ended_at=None, until__gte=today)
        .select_related("person__organisation")
        .prefetch_related("person__memberships")
        .order_by("-pk")
    )


def get_held(actor: Actor, *, pk: int) -> Delegation:
    """Return a delegation in force that the actor may end: who gives it, who holds it.

    Raises NotFoundError, DeniedError.
    """
    of_here = Q(person__organisation=actor.organisation_id) | Q(group_id=actor.organisation_id)
    found = Delegation.objects.filter(of_here, pk=pk, ended_at=None)
    held = found.select_related("person__organisation").first()
    if held is None or (held.accepted_by is None and held.group_id == actor.organisation_id):
        raise NotFoundError(str(pk))
    if actor.person_id not in {held.person_id, held.accepted_by} or actor.person_id is None:
        actor.require(Operation.MANAGE)
    return held


def get_offered(actor: Actor, *, user: User, pk: int, today: date) -> Delegation:
    """Return a delegation that waits for the owner of its address. Raises NotFoundError."""
    found = given_to(actor, user=user, today=today).filter(pk=pk, accepted_by=None).first()
    if found is None or found.person.email.lower() != user.email.lower():
        raise NotFoundError(str(pk))
    return found


def _of(person: Person) -> Actor:
    return Actor(person.organisation_id, person.pk, frozenset())


def _nobody(organisation_id: int) -> Actor:
    return Actor(organisation_id, None, frozenset())


def _tell(place: int, by: int | None, person: Person, details: dict[str, object]) -> None:
    tell(Event.DELEGATED, organisation_id=place, by=by, subject=person, details=details)
