"""Writing organisations, people, roles and sign-in links."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from datetime import date, timedelta
from typing import Any

from django.contrib.auth.hashers import make_password
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from portulan.accounts.access import Operation, Role
from portulan.accounts.actors import Actor, command_line
from portulan.accounts.features import Feature, put_away_at_first
from portulan.accounts.levels import Level
from portulan.accounts.models import (
    Invitation,
    Membership,
    Organisation,
    Person,
    SignInLink,
    Unit,
    User,
)
from portulan.accounts.reads import find_account, present
from portulan.accounts.security import Event, tell
from portulan.accounts.sessions import close_sessions
from portulan.accounts.tokens import close_tokens
from portulan.accounts.trail import record
from portulan.accounts.verbs import Verb
from portulan.accounts.words import LegalForm
from portulan.core import trail
from portulan.core.say.country import EURO, FRANCE
from portulan.core.storing import store

LINK_LIFETIME = timedelta(hours=24)


@transaction.atomic
def create_organisation(
    *,
    slug: str,
    name: str,
    legal_form: LegalForm,
    population: int | None = None,
    headcount: int | None = None,
    siren: str = "",
    siret: str = "",
    fictional: bool = False,
    frozen_on: date | None = None,
    article: str = "",
) -> Organisation:
    """Create an organisation (from the command line: nobody is inside it yet).

    A small town starts with the least: the rest is shown once it is asked for.

    Raises ValidationError when the slug is taken or leads elsewhere, or the SIREN cannot be one.
    """
    organisation = Organisation(
        slug=slug,
        name=name,
        legal_form=legal_form,
        population=population,
        headcount=headcount,
        siren=siren,
        siret=siret,
        fictional=fictional,
        frozen_on=frozen_on,
        article=article,
        put_away=put_away_at_first(legal_form, population),
    )
    store(organisation)
    record(command_line(organisation.pk), organisation, Verb.CREATED, {"name": (None, name)})
    return organisation


def hold_organisation(actor: Actor) -> Organisation:
    """Return the actor's organisation, held until the transaction ends: one writer at a time."""
    return Organisation.objects.select_for_update(no_key=True).get(pk=actor.organisation_id)


@transaction.atomic
def show_feature(actor: Actor, *, feature: Feature, shown: bool) -> Organisation:
    """Show what Portulan can do besides, or put it away again; nothing of it is lost meanwhile.

    Raises DeniedError.
    """
    actor.require(Operation.MANAGE)
    organisation = hold_organisation(actor)
    away = {*organisation.put_away, feature.value} - ({feature.value} if shown else set())
    changes = trail.set_fields(organisation, {"put_away": sorted(away)})
    store(organisation)
    if changes:
        record(actor, organisation, Verb.EDITED, changes)
    return organisation


@transaction.atomic
def edit_organisation(
    actor: Actor,
    *,
    name: str,
    legal_form: str,
    population: int | None,
    headcount: int | None = None,
    siren: str,
    country: str = FRANCE.code,
    currency: str = EURO.code,
    body_number: str = "",
    electricity: str = "",
    article: str = "",
    siret: str | None = None,
    factor_roles: Iterable[str] | None = None,
    levels: Mapping[str, int] | None = None,
    board_floor: bool | None = None,
    content_language: str = "",
    population_year: int | None = None,
) -> Organisation:
    """Change what the organisation is; `headcount` is in full-time equivalents.

    A `siret`, a `board_floor` or a `population_year` of None, a `content_language` (ISO 639-1) of
    "", are left as they are; a `population_year` of 0 is not said.
    `country` and `electricity` are ISO 3166 codes of three letters, `currency` an ISO 4217 one;
    amounts are not converted when it changes. `factor_roles` give a second factor on entering
    (None: as before), `levels` are asked by operation (`accounts.levels`).

    Raises DeniedError, ValidationError.
    """
    actor.require(Operation.MANAGE)
    organisation = hold_organisation(actor)
    asked = organisation.factor_roles if factor_roles is None else sorted(map(Role, factor_roles))
    changes = trail.set_fields(
        organisation,
        {
            "name": name,
            "legal_form": legal_form,
            "population": population,
            "population_year": organisation.population_year
            if population_year is None
            else population_year or None,
            "headcount": headcount,
            "siren": siren,
            "country": country,
            "currency": currency,
            "body_number": body_number,
            "electricity": electricity,
            "article": article,
            "siret": organisation.siret if siret is None else siret.replace(" ", ""),
            "factor_roles": asked,
            "levels": organisation.levels if levels is None else _levels(levels),
            "board_floor": organisation.board_floor if board_floor is None else board_floor,
            "content_language": content_language or organisation.content_language,
        },
    )
    store(organisation)
    if {"factor_roles", "levels"} & changes.keys():
        tell(
            Event.FACTOR_ASKED,
            organisation_id=actor.organisation_id,
            by=actor.person_id,
            details={"after": asked}
            | ({"levels": organisation.levels} if "levels" in changes else {}),
        )
    record(actor, organisation, Verb.EDITED, changes)
    return organisation


def _levels(said: Mapping[str, int]) -> dict[str, int]:
    """Return the levels asked by operation, as they are kept. Raises ValidationError."""
    try:
        return {Operation(name).value: Level(level).value for name, level in sorted(said.items())}
    except ValueError as error:
        raise ValidationError({"levels": _("Ce niveau n’existe pas.")}) from error


@transaction.atomic
def add_unit(actor: Actor, *, name: str, parent: Unit | None = None) -> Unit:
    """Add a unit to the tree. Raises DeniedError, ValidationError (name taken)."""
    actor.require(Operation.MANAGE)
    if parent is not None and parent.organisation_id != actor.organisation_id:
        raise ValidationError(_("L’entité parente est d’une autre organisation."))
    unit = Unit(organisation_id=actor.organisation_id, name=name.strip(), parent=parent)
    store(unit)
    record(actor, unit, Verb.CREATED, {"name": (None, unit.name)})
    return unit


@transaction.atomic
def add_person(
    actor: Actor,
    *,
    function: str,
    name: str = "",
    email: str = "",
    unit: Unit | None = None,
    roles: Iterable[Role] = (),
) -> Person:
    """Add a person; with roles, an account on their address too, or their invitation.

    Raises ValidationError.
    """
    actor.require(Operation.MANAGE)
    person = Person(
        organisation_id=actor.organisation_id, function=function, name=name, email=email, unit=unit
    )
    store(person, exclude=["user"])
    record(actor, person, Verb.CREATED, {"function": (None, function)})
    if roles := set(roles):
        set_roles(actor, person=person, roles=roles)
    return person


@transaction.atomic
def edit_person(
    actor: Actor,
    *,
    person: Person,
    function: str,
    name: str,
    email: str,
    unit: Unit | None,
    left_on: date | None = None,
) -> Person:
    """Change a person. The trail keeps that it changed, never a name or an address.

    Their account keeps its own address (`moving`). From the day they leave, nothing opens to them.
    Raises ValidationError when no administrator would be left, and when somebody who acts by
    delegation would stay longer than it says.
    """
    actor.require(Operation.MANAGE)
    require_own(actor, person)
    hold_organisation(actor)
    was_there = _is_there(person)
    if person.left_on is not None and hasattr(person, "delegation"):
        _require_no_longer(person.left_on, left_on)
    changes = trail.set_fields(
        person,
        {"function": function, "name": name, "email": email, "unit": unit, "left_on": left_on},
    )
    store(person, exclude=["user"])
    if "left_on" in changes:
        if person.memberships.filter(role=Role.ADMIN).exists():
            _require_administrator(actor)
        # Who comes back finds nothing open of before.
        if not (was_there and _is_there(person)):
            _close(person)
        _tell(Event.LEFT, actor, person, {"on": left_on and left_on.isoformat()})
    if "email" in changes:
        # An invitation is for the owner of an address: it does not follow to another.
        Invitation.objects.filter(person=person).delete()
        _leave_unused_account(actor, person)
    for secret in ("name", "email"):
        if secret in changes:
            changes[secret] = ("…", "…")
    record(actor, person, Verb.EDITED, changes)
    return person


def _leave_unused_account(actor: Actor, person: Person) -> None:
    """Give somebody the account of their new address, where nobody ever used the former one.

    It was a mistake of who typed it: what opens would go on leaving to the wrong address.
    """
    user = person.user
    if user is None or user.people.count() > 1:
        return
    if user.proved_at or user.last_login or user.has_usable_password():
        return
    person.user = None
    store(person)
    user.delete()
    if person.email and person.memberships.exists():
        person.user = _account_for(actor, person)
        store(person)


def _require_no_longer(until: date, left_on: date | None) -> None:
    """Raise ValidationError for a delegation that would be made longer by another way."""
    if left_on is None or left_on > until:
        longer = _("Cette personne agit par délégation : donnez-en une autre pour plus longtemps.")
        raise ValidationError({"left_on": longer})


def _is_there(person: Person) -> bool:
    """Tell whether somebody has not left; on a day to come, the doors themselves see to it."""
    return Person.objects.filter(present(), pk=person.pk).exists()


_CLOSERS: list[Callable[[Person], None]] = []


def when_they_leave(close: Callable[[Person], None]) -> None:
    """Declare what another app opens to a person, and how it is closed once they have left."""
    _CLOSERS.append(close)


def close_openings(person: Person) -> None:
    """Close what a person made that opens the organisation without them."""
    for close in _CLOSERS:
        close(person)
    close_tokens(person)


def _close(person: Person) -> None:
    """End what opens the organisation to a person."""
    close_openings(person)
    Invitation.objects.filter(person=person).delete()
    if person.user is None:
        return
    SignInLink.objects.filter(
        user=person.user, organisation_id=person.organisation_id, used_at=None
    ).delete()
    close_sessions(person.user, organisation_id=person.organisation_id)
    if not person.user.people.exclude(pk=person.pk).filter(present()).exists():
        SignInLink.objects.filter(user=person.user, used_at=None).delete()
        close_sessions(person.user)


def _require_administrator(actor: Actor) -> None:
    """Raise ValidationError when nobody is left who administers, enters, and is to stay."""
    admins = Membership.objects.filter(
        person__organisation_id=actor.organisation_id,
        person__user__isnull=False,
        person__left_on=None,
        role=Role.ADMIN,
    )
    if not admins.exists():
        raise ValidationError(_("Il faut garder au moins une personne qui administre."))


@transaction.atomic
def set_roles(actor: Actor, *, person: Person, roles: Iterable[Role]) -> Person:
    """Give a person exactly these roles, making their account when their address has none.

    An address that has an account already is invited: the roles wait for its owner
    (`invitations`), and who acts by delegation accepts it (`delegations`). Raises ValidationError
    when they have no address, or when no administrator would be left.
    """
    actor.require(Operation.MANAGE)
    require_own(actor, person)
    hold_organisation(actor)
    wanted = {Role(role) for role in roles}
    if wanted and not person.email:
        raise ValidationError(_("Pour ouvrir un compte, il faut une adresse électronique."))
    before = {Role(role) for role in person.memberships.values_list("role", flat=True)}
    if wanted and person.user_id is None and not hasattr(person, "delegation"):
        person.user = _account_for(actor, person)
        store(person)
    person.memberships.exclude(role__in=wanted).delete()
    Membership.objects.bulk_create(
        Membership(person=person, role=role) for role in sorted(wanted - before)
    )
    if Role.ADMIN in before - wanted:
        _require_administrator(actor)
    record(actor, person, Verb.ROLES_SET, {"roles": (sorted(before), sorted(wanted))})
    close_tokens(person, roles=wanted)
    if before != wanted:
        _tell(Event.ROLES, actor, person, {"before": sorted(before), "after": sorted(wanted)})
    return person


@transaction.atomic
def let_in(organisation: Organisation) -> list[User]:
    """Open an account to who administers an organisation where nobody has one; return them.

    For who operates, of an organisation that comes from another instance.
    """
    people = Person.objects.filter(organisation=organisation, erased_at=None)
    if people.exclude(user=None).exists():
        return []
    actor, opened = command_line(organisation.pk), []
    for person in people.filter(memberships__role=Role.ADMIN, left_on=None).exclude(email=""):
        roles = [Role(role) for role in person.memberships.values_list("role", flat=True)]
        user = set_roles(actor, person=person, roles=roles).user
        opened += [] if user is None else [user]
    return opened


def _account_for(actor: Actor, person: Person) -> User | None:
    """Return the account of a person's address; None when it is for its owner to say (0041).

    One that is made here is theirs. One that was there is, for who operates the machine; that of
    somebody of the organisation is returned too, to be refused as there already.
    """
    user, made = _account(person.email)
    here = Person.objects.filter(organisation_id=actor.organisation_id, user=user)
    return user if made or actor.person_id is None or here.exists() else None


def _account(email: str) -> tuple[User, bool]:
    """Return the account of an address, and whether it was made."""
    if user := find_account(email):
        return user, False
    try:
        with transaction.atomic():
            return User.objects.create(email=email, password=make_password(None)), True
    except IntegrityError:
        # Of two people who open the same account at once, the second finds the first's.
        if user := find_account(email):
            return user, False
        raise


def _tell(event: Event, actor: Actor, person: Person, details: dict[str, Any]) -> None:
    tell(
        event,
        organisation_id=actor.organisation_id,
        by=actor.person_id,
        subject=person,
        details=details,
    )


def require_own(actor: Actor, person: Person) -> None:
    """Raise ValidationError for a person of another organisation."""
    if person.organisation_id != actor.organisation_id:
        raise ValidationError(_("Cette personne est d’une autre organisation."))
