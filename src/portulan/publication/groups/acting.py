"""For which members somebody of a group may act now, and what they may there.

Each is entered by its own delegation (docs/adr/0091): roles, what is never delegated and how sure
the member is of who acts are asked of each, as its own door asks them.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db.models import Max
from django.utils import timezone

from portulan.accounts.access import Operation, Role
from portulan.accounts.actors import Actor
from portulan.accounts.levels import Level, levels_asked
from portulan.accounts.models import Membership, Organisation, Person
from portulan.accounts.reads import behalf_of, in_force
from portulan.accounts.reads import today as today_of
from portulan.plans.models import Action
from portulan.plans.words import OVER, Progress
from portulan.publication.groups.copies import Shared, levels_of
from portulan.publication.words import Extent
from portulan.steering.models import Reply

type LevelIn = Callable[[int], Level]
type _Read = Any  # a row of an action with its plan, named


@dataclass(frozen=True, slots=True)
class Acting:
    """A member that somebody of the group acts for: its organisation, and who they are in it."""

    organisation: Organisation
    actor: Actor

    @property
    def today(self) -> date:
        return today_of(self.organisation)


def acting_for(
    actor: Actor,
    *,
    level: LevelIn,
    needs: Sequence[Operation] = (Operation.READ_PLAN,),
    among: Collection[int] | None = None,
) -> list[Acting]:
    """Return the members that the actor acts for by delegation, by name (two queries).

    Those alone where all `needs` are granted to someone of that `level`, and `among` these alone,
    by their key. A token and a session bound to an organisation reach no other.
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
    if among is not None:
        rows = rows.filter(person__organisation__in=among)
    found: dict[int, list[Membership]] = {}
    for row in rows:
        found.setdefault(row.person_id, []).append(row)
    entered = (_enter(some, level) for some in found.values())
    return [one for one in entered if one is not None and _may(one.actor, needs)]


def _enter(some: list[Membership], level: LevelIn) -> Acting | None:
    person = some[0].person
    place, roles = person.organisation, frozenset(Role(one.role) for one in some)
    sure = level(place.pk)
    if place.asks_factor(roles) and sure < Level.FACTOR:
        return None
    asked = levels_asked(place.levels, asks_factors=bool(place.factor_roles))
    behalf = behalf_of(person)
    return Acting(place, Actor(place.pk, person.pk, roles, behalf=behalf, level=sure, asked=asked))


def _may(actor: Actor, needs: Sequence[Operation]) -> bool:
    sure = max((actor.asked.get(need, Level.LINK) for need in needs), default=Level.LINK)
    return all(actor.may(need) for need in needs) and actor.level >= sure


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


def seen_of(members: Iterable[Acting]) -> dict[str, Shared]:
    """Return the plan of this year of each member, by SIREN, as who acts there reads it.

    One query. It has what a copy of figures says of actions, and no share. A SIREN that is only
    claimed names no member.
    """
    here = {one.organisation.pk: one for one in members if one.organisation.has_proved_siren}
    rows: dict[int, list[_Read]] = {}
    asked = Action.objects.filter(plan__organisation__in=here).exclude(progress=Progress.DROPPED)
    for row in asked.order_by("plan_id").values_list(
        *("plan__organisation", "plan", "plan__first_year", "plan__last_year"),
        *("level", "progress", "due_on", "last_news_on"),
        named=True,
    ):
        year = here[row.plan__organisation].today.year
        found = rows.setdefault(row.plan__organisation, [])
        # Two plans are never put together: of those of the year, the first made.
        is_first = not found or found[0].plan == row.plan
        if is_first and row.plan__first_year <= year <= row.plan__last_year:
            found.append(row)
    return {
        here[pk].organisation.siren: _seen(here[pk], found) for pk, found in rows.items() if found
    }


def _seen(acting: Acting, rows: list[_Read]) -> Shared:
    place, today = acting.organisation, acting.today
    due = [row.due_on for row in rows if row.due_on and row.progress not in OVER]
    return Shared(
        name=place.name,
        siren=place.siren,
        on=today,
        extent=Extent.FIGURES,
        first_year=rows[0].plan__first_year,
        last_year=rows[0].plan__last_year,
        actions=len(rows),
        late=sum(day < today for day in due),
        last_news_on=max((row.last_news_on for row in rows if row.last_news_on), default=None),
        next_on=min((day for day in due if day >= today), default=None),
        levels=levels_of((row.level, row.progress in OVER) for row in rows),
    )
