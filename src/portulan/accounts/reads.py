"""Doors to organisations, and who is who."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from django.db.models import QuerySet
from django.utils import timezone

from portulan.accounts.access import Operation, Role
from portulan.accounts.actors import Actor
from portulan.accounts.models import Membership, Organisation, Person, Unit, User
from portulan.core.errors import NotFoundError


def organisations_of(user: User) -> QuerySet[Organisation]:
    """Return the organisations where the account has a role, by name."""
    return (
        Organisation.objects.filter(people__user=user, people__memberships__isnull=False)
        .distinct()
        .order_by("name")
    )


def enter(*, user: User, slug: str) -> tuple[Organisation, Actor]:
    """Return an organisation and the actor that this account is inside it (two queries).

    Raises NotFoundError when there is none of that name or the account has no role in it: to an
    outsider, an organisation does not exist.
    """
    memberships = list(
        Membership.objects.filter(person__user=user, person__organisation__slug=slug)
        .select_related("person__organisation")
        .order_by("id")
    )
    if not memberships:
        raise NotFoundError(slug)
    person = memberships[0].person
    roles = frozenset(Role(membership.role) for membership in memberships)
    return person.organisation, Actor(person.organisation_id, person.pk, roles)


def today(organisation: Organisation) -> date:
    """Return the organisation's today: the demonstration's own date, else the calendar's."""
    return organisation.frozen_on or timezone.localdate()


def people_of(organisation_id: int) -> QuerySet[Person]:
    """Return the people of an organisation who were not erased, with their roles, by name."""
    return (
        Person.objects.filter(organisation_id=organisation_id, erased_at=None)
        .select_related("unit", "user")
        .prefetch_related("memberships")
        .order_by("name", "function")
    )


def get_person(*, actor: Actor, pk: int, need: Operation) -> Person:
    """Return a person of the actor's organisation. Raises NotFoundError, DeniedError."""
    person = people_of(actor.organisation_id).filter(pk=pk).first()
    if person is None:
        raise NotFoundError(str(pk))
    actor.require(need)
    return person


def units_of(organisation_id: int) -> QuerySet[Unit]:
    """Return the units of an organisation with their parents, by name."""
    return (
        Unit.objects.filter(organisation_id=organisation_id)
        .select_related("parent")
        .order_by("name")
    )


def labels_of(person_ids: Iterable[int | None]) -> dict[int, str]:
    """Return how to call each person on an internal page: their function, else their name."""
    ids = {pk for pk in person_ids if pk is not None}
    return {
        person.pk: person.function or person.name for person in Person.objects.filter(pk__in=ids)
    }
