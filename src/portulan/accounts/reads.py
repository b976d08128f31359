"""Doors to organisations, and who is who."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from functools import lru_cache

from django.db.models import Case, CharField, Exists, F, OuterRef, Q, QuerySet, Subquery, When
from django.db.models.functions import Coalesce
from django.utils import timezone

from portulan.accounts.access import Operation, Role
from portulan.accounts.actors import Actor, Behalf
from portulan.accounts.models import Membership, Organisation, Person, Unit, User
from portulan.core.errors import NotFoundError
from portulan.core.models import AuditEntry
from portulan.core.storing import get_one


def present(day: date | None = None, *, at: str = "") -> Q:
    """Return the condition that a person has not left: from the day they leave, they are out.

    The day is asked of their organisation, as for the demonstration; `at` leads to the person.
    """
    day = day or timezone.localdate()
    gone_after = Coalesce(f"{at}organisation__frozen_on", day)
    return Q(**{f"{at}left_on": None}) | Q(**{f"{at}left_on__gt": gone_after})


def delegated(day: date | None = None, *, at: str = "") -> Q:
    """Return the condition that a person is of the organisation, or acts for it by a delegation.

    One that is in force: neither ended nor past, and accepted by somebody who is still there, in
    the group that it was given to. `at` leads to the person.
    """
    way, day = f"{at}delegation__", day or timezone.localdate()
    there = Person.objects.filter(
        present(day),
        pk=OuterRef(f"{way}accepted_by"),
        organisation=OuterRef(f"{way}group_id"),
        user=OuterRef(f"{at}user"),
        memberships__isnull=False,
    )
    going = Q(
        **{
            f"{way}ended_at": None,
            f"{way}until__gte": Coalesce(f"{at}organisation__frozen_on", day),
        }
    )
    return Q(**{f"{at}delegation": None}) | (going & Q(Exists(there)))


@lru_cache(maxsize=2)
def _memberships(day: date) -> QuerySet[Membership]:
    """Return the roles of all who are there on a day, put together once: every page filters it."""
    return Membership.objects.filter(present(day, at="person__"), delegated(day, at="person__"))


def in_force(user_id: int, *, bound_to: int | None = None) -> QuerySet[Membership]:
    """Return the roles that an account has now, those of one organisation in a bound session."""
    found = _memberships(timezone.localdate()).filter(person__user=user_id)
    return found if bound_to is None else found.filter(person__organisation_id=bound_to)


def organisations_of(user: User, *, bound_to: int | None = None) -> QuerySet[Organisation]:
    """Return the organisations where the account has a role now, by name."""
    roles = in_force(user.pk, bound_to=bound_to)
    return Organisation.objects.filter(pk__in=roles.values("person__organisation")).order_by("name")


def enter(*, user: User, slug: str, bound_to: int | None = None) -> tuple[Organisation, Actor]:
    """Return an organisation and the actor that this account is inside it (one query).

    Raises NotFoundError when there is none of that name, when the account has no role in it or left
    it, and when the session is bound to another: to an outsider, an organisation does not exist.
    """
    entries = AuditEntry.objects.filter(organisation_id=OuterRef("person__organisation"))
    last = entries.order_by("-id")
    memberships = list(
        in_force(user.pk, bound_to=bound_to)
        .filter(person__organisation__slug=slug)
        .select_related("person__organisation", "person__delegation")
        .annotate(last=Subquery(last.values("id")[:1]), last_at=Subquery(last.values("at")[:1]))
        .order_by("id")
    )
    if not memberships:
        raise NotFoundError(slug)
    first = memberships[0]
    person = first.person
    return person.organisation, Actor(
        person.organisation_id,
        person.pk,
        frozenset(Role(membership.role) for membership in memberships),
        is_bound=bound_to is not None,
        behalf=behalf_of(person),
        label=_label(person),
        trail=None if first.last is None else (first.last, first.last_at),
    )


def behalf_of(person: Person) -> Behalf | None:
    """Return by which delegation a person acts, None for one of the organisation."""
    given = getattr(person, "delegation", None)
    if given is None or given.accepted_by is None:
        return None
    member = person.organisation.name
    return Behalf(given.pk, given.group_id, given.accepted_by, member, given.until)


def behalf_in(person_id: int | None) -> Behalf | None:
    """Return by which delegation somebody acts, by their identifier (one query)."""
    found = Person.objects.filter(pk=person_id or 0).select_related("organisation", "delegation")
    person = found.first()
    return None if person is None else behalf_of(person)


def find_account(email: str) -> User | None:
    """Return the account of an address, whatever its capitals.

    Compared here: some databases find a letter without its dot equal to one with it.
    """
    found = User.objects.filter(email__iexact=email)
    return next((one for one in found if one.email.lower() == email.lower()), None)


@lru_cache(maxsize=2)
def _accounts(day: date) -> QuerySet[User]:
    """Return the active accounts of who is there on a day, as above."""
    person = Person.objects.filter(present(day), delegated(day), user=OuterRef("pk"))
    return User.objects.filter(Exists(person), is_active=True)


def still_opens(user_id: int) -> User | None:
    """Return an account if it is active and its owner is somebody still there, or invited."""
    active = User.objects.filter(pk=user_id, is_active=True)
    user = _accounts(timezone.localdate()).filter(pk=user_id).first()
    if user is None and (user := active.first()) is not None:
        invited = Person.objects.filter(
            present(), user=None, email__iexact=user.email, memberships__isnull=False
        )
        return user if invited.exists() else None
    return user


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
    person = get_one(people_of(actor.organisation_id), pk=pk)
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
    return {person.pk: _label(person) for person in Person.objects.filter(pk__in=ids)}


def label_of(column: str) -> Subquery:
    """Return how to call the person that a column of rows names, None of one who was erased."""
    person = Person.objects.filter(pk=OuterRef(column))
    called = Case(When(function="", then=F("name")), default=F("function"))
    return Subquery(person.values(called=called)[:1], output_field=CharField())


def _label(person: Person) -> str:
    return person.function or person.name
