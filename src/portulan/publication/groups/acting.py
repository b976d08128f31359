"""For which members somebody of a group may act now, and what they may there.

Each is entered by its own delegation (docs/adr/0091): roles, what is never delegated and how sure
the member is of who acts are asked of each, as its own door asks them.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date, datetime

from django.db.models import Max
from django.utils import timezone

from portulan.accounts.access import Operation, Role
from portulan.accounts.actors import Actor
from portulan.accounts.levels import Level, levels_asked
from portulan.accounts.models import Membership, Organisation, Person
from portulan.accounts.reads import behalf_of, in_force
from portulan.accounts.reads import today as today_of
from portulan.steering.models import Reply

type LevelIn = Callable[[int], Level]


@dataclass(frozen=True, slots=True)
class Acting:
    """A member that somebody of the group acts for: its organisation, and who they are in it."""

    organisation: Organisation
    actor: Actor

    @property
    def today(self) -> date:
        return today_of(self.organisation)


def acting_for(
    actor: Actor, *, level: LevelIn, need: Operation = Operation.READ_PLAN
) -> list[Acting]:
    """Return the members that the actor acts for by delegation, by name (two queries).

    Those alone where `need` is granted to someone of that `level`. A token and a session bound to
    an organisation reach no other.
    """
    if actor.is_bound or actor.behalf is not None or actor.person_id is None:
        return []
    user = Person.objects.filter(pk=actor.person_id).values_list("user", flat=True).first()
    if user is None:
        return []
    rows = (
        in_force(user)
        .filter(
            person__delegation__group_id=actor.organisation_id,
            person__delegation__accepted_by=actor.person_id,
        )
        .select_related("person__organisation", "person__delegation")
        .order_by("person__organisation__name", "pk")
    )
    found: dict[int, list[Membership]] = {}
    for row in rows:
        found.setdefault(row.person_id, []).append(row)
    entered = (_enter(some, level) for some in found.values())
    return [one for one in entered if one is not None and _may(one.actor, need)]


def _enter(some: list[Membership], level: LevelIn) -> Acting | None:
    person = some[0].person
    place, roles = person.organisation, frozenset(Role(one.role) for one in some)
    sure = level(place.pk)
    if place.asks_factor(roles) and sure < Level.FACTOR:
        return None
    asked = levels_asked(place.levels, asks_factors=bool(place.factor_roles))
    behalf = behalf_of(person)
    return Acting(place, Actor(place.pk, person.pk, roles, behalf=behalf, level=sure, asked=asked))


def _may(actor: Actor, need: Operation) -> bool:
    return actor.may(need) and actor.level >= actor.asked.get(need, Level.LINK)


def last_answers(members: Iterable[Acting]) -> dict[int, date]:
    """Return the last day on which a function of each answered a campaign, by their organisation.

    One query; those that never did are not in it.
    """
    place = "campaign__plan__organisation"
    replies = Reply.objects.filter(**{f"{place}__in": [one.organisation.pk for one in members]})
    found: Iterable[tuple[int, datetime]] = (
        replies.exclude(answered_at=None).values_list(place).annotate(last=Max("answered_at"))
    )
    return {pk: timezone.localdate(last) for pk, last in found}
