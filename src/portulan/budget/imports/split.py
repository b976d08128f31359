"""The accounts of many bodies in one file, each in its own organisation: a syndicate and its towns.

Only where the person has the right to import: to others, an organisation does not exist. All the
bodies that are asked for are imported, or none.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext as _

from portulan.accounts.access import Operation, Role
from portulan.accounts.actors import Actor, command_line
from portulan.accounts.levels import levels_asked
from portulan.accounts.models import Membership, Organisation, Person
from portulan.accounts.reads import behalf_of, delegated, present
from portulan.budget.imports.writes import confirm, preview, roll_back
from portulan.budget.models import FiscalYear, ImportBatch
from portulan.budget.readers.ledger_mapping import answered
from portulan.budget.words import BatchStatus
from portulan.budget.years.writes import open_year
from portulan.core.say.text import Language, UnusableInputError
from portulan.core.uploads import upload_path

type Places = Mapping[str, tuple[Organisation, Actor]]  # by SIREN


def bodies_of(batch: ImportBatch) -> dict[str, Mapping[str, str]]:
    """Return the bodies among which a previewed file asks to choose, with what each spends."""
    found: dict[str, Mapping[str, str]] = {}
    for question in batch.report.get("questions", ()):
        for one in question["answers"]:
            body = str(answered({}, [one["option"]]).get("entity", "")).partition(":")[0]
            if len(body) == 9 and body.isdecimal():
                found.setdefault(body, one["totals"] or {})
    return found


def places_for(actor: Actor, bodies: Iterable[str]) -> Places:
    """Return the organisations of these SIREN where the person may import (two queries)."""
    wanted = set(bodies)
    if actor.person_id is None:
        organisations = Organisation.objects.filter(siren__in=wanted)
        return {one.siren: (one, command_line(one.pk)) for one in organisations}
    user = Person.objects.filter(pk=actor.person_id).values_list("user_id", flat=True)
    reached = Q(person__organisation=actor.organisation_id) if actor.is_bound else Q()
    roles: dict[int, set[Role]] = {}
    people: dict[int, Person] = {}
    for membership in Membership.objects.filter(
        present(at="person__"),
        delegated(at="person__"),
        reached,
        person__user__in=user,
        person__organisation__siren__in=wanted,
    ).select_related("person__organisation", "person__delegation"):
        person = membership.person
        people[person.pk] = person
        roles.setdefault(person.pk, set()).add(Role(membership.role))
    found: dict[str, tuple[Organisation, Actor]] = {}
    for pk, its in roles.items():
        organisation = people[pk].organisation
        asked = levels_asked(organisation.levels, asks_factors=bool(organisation.factor_roles))
        sure = organisation.asks_factor(its) or Operation.EDIT_BUDGET in asked
        if pk != actor.person_id and sure:
            continue  # one enters there first: nothing says that a second factor was given
        own = actor
        if pk != actor.person_id:
            own = Actor(organisation.pk, pk, frozenset(its), behalf=behalf_of(people[pk]))
        if own.may(Operation.EDIT_BUDGET):
            found[organisation.siren] = (organisation, own)
    return found


def split(
    actor: Actor,
    *,
    batch: ImportBatch,
    bodies: Sequence[str],
    in_euros: bool = False,
    language: Language = "fr",
) -> list[ImportBatch]:
    """Import the lines of each body into the account of its organisation, all or none.

    A year that an organisation has not opened is opened. Raises ValidationError, with the name of
    the organisation that refuses.
    """
    actor.require(Operation.EDIT_BUDGET)
    places = places_for(actor, bodies)
    if not bodies or set(bodies) - places.keys():
        raise ValidationError(
            _("Choisissez des organismes qui sont ici, et où vous pouvez importer des comptes."),
            code="places",
        )
    read: list[tuple[Organisation, Actor, ImportBatch]] = []
    # Read before the transaction: a long reading must not hold the writers' lock.
    for body in bodies:
        organisation, own = places[body]
        read.append((organisation, own, _previewed(own, organisation, batch, body, language)))
    with transaction.atomic():
        return [
            _told(organisation, lambda: confirm(own, batch=its, in_euros=in_euros))  # noqa: B023
            for organisation, own, its in read
        ]


def unsplit(actor: Actor, *, batch: ImportBatch) -> int:
    """Roll back what a file gave to other organisations, and return to how many."""
    actor.require(Operation.EDIT_BUDGET)
    with transaction.atomic():
        given = ImportBatch.objects.filter(
            sha256=batch.sha256, status=BatchStatus.CONFIRMED
        ).select_related("fiscal_year__organisation")
        places = places_for(actor, {one.fiscal_year.organisation.siren for one in given})
        kept = [one for one in given if one.fiscal_year.organisation.siren in places]
        for one in kept:
            roll_back(places[one.fiscal_year.organisation.siren][1], batch=one)
        return len(kept)


def _previewed(
    actor: Actor, organisation: Organisation, batch: ImportBatch, body: str, language: Language
) -> ImportBatch:
    year = batch.fiscal_year.year

    def read() -> ImportBatch:
        fiscal_year = FiscalYear.objects.filter(organisation=organisation, year=year).first()
        with upload_path(batch.sha256).open("rb") as stream:
            return preview(
                actor,
                fiscal_year=fiscal_year or open_year(actor, year=year),
                stream=stream,
                file_name=batch.file_name,
                mapping={**batch.mapping, "entity": body},
                language=language,
            )

    return _told(organisation, read)


def _told[T](organisation: Organisation, deed: Callable[[], T]) -> T:
    """Do something for an organisation; what it refuses is said with its name."""
    try:
        return deed()
    except ValidationError as error:
        words = " ".join(error.messages)
    except UnusableInputError as error:
        words = error.problem.message("fr")
    raise ValidationError(f"{organisation.name}\u00a0: {words}", code="refused")
