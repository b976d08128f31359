"""The people of the tests: a town where each has one role, and another town beside."""

from __future__ import annotations

from dataclasses import dataclass

from django.contrib.auth.hashers import make_password

from portulan.accounts.access import Role
from portulan.accounts.actors import Actor, command_line
from portulan.accounts.models import Membership, Organisation, Person, User
from portulan.accounts.trail import record_many
from portulan.accounts.words import LegalForm
from portulan.accounts.writes import create_organisation

PASSWORD = "une phrase assez longue"
# The administrator first: a place is never left without one.
ROLES = sorted(Role, key=lambda role: role is not Role.ADMIN)


@dataclass(frozen=True)
class Town:
    """An organisation with one person per role; `actors[role]` acts for them."""

    organisation: Organisation
    people: dict[Role, Person]

    @property
    def slug(self) -> str:
        return self.organisation.slug

    def actor(self, role: Role) -> Actor:
        return Actor(self.organisation.pk, self.people[role].pk, frozenset({role}))

    @property
    def admin(self) -> Actor:
        return self.actor(Role.ADMIN)

    @property
    def editor(self) -> Actor:
        return self.actor(Role.EDITOR)

    @property
    def finance(self) -> Actor:
        return self.actor(Role.FINANCE)

    @property
    def reader(self) -> Actor:
        return self.actor(Role.READER)

    @property
    def contributor(self) -> Actor:
        return self.actor(Role.CONTRIBUTOR)


def make_town(slug: str, *, siren: str = "") -> Town:
    """Make a town and its people, as the services write them (tests/accounts holds that)."""
    organisation = create_organisation(
        slug=slug,
        name=slug.replace("-", " ").title(),
        legal_form=LegalForm.TOWN,
        population=None,
        siren=siren,
    )
    # Written together: most tests start here, and calling the services took half of their time.
    password = make_password(PASSWORD)
    users = User.objects.bulk_create(
        User(email=f"{role}@{slug}.example", password=password) for role in ROLES
    )
    people = Person.objects.bulk_create(
        Person(
            organisation=organisation,
            function=f"Fonction {role}",
            name=f"Personne {role}",
            email=user.email,
            user=user,
        )
        for role, user in zip(ROLES, users, strict=True)
    )
    town = Town(organisation, dict(zip(ROLES, people, strict=True)))
    Membership.objects.bulk_create(
        Membership(person=person, role=role) for role, person in town.people.items()
    )
    actor = command_line(organisation.pk)
    created = {one.pk: {"function": (None, one.function)} for one in people}
    record_many(actor, Person, "created", created)
    given = {one.pk: {"roles": ([], [role])} for role, one in town.people.items()}
    record_many(actor, Person, "roles set", given)
    return town
