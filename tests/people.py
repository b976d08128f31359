"""The people of the tests: a town where each has one role, and another town beside."""

from __future__ import annotations

from dataclasses import dataclass

from portulan.accounts.access import Role
from portulan.accounts.actors import Actor, command_line
from portulan.accounts.enums import LegalForm
from portulan.accounts.models import Organisation, Person
from portulan.accounts.services import add_person, create_organisation

PASSWORD = "une phrase assez longue"


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
    organisation = create_organisation(
        slug=slug,
        name=slug.replace("-", " ").title(),
        legal_form=LegalForm.TOWN,
        population=None,
        siren=siren,
    )
    people = {}
    # The administrator first: a place is never left without one.
    for role in sorted(Role, key=lambda role: role is not Role.ADMIN):
        people[role] = add_person(
            command_line(organisation.pk),
            function=f"Fonction {role}",
            name=f"Personne {role}",
            email=f"{role}@{slug}.example",
            roles=[role],
        )
        user = people[role].user
        assert user is not None
        user.set_password(PASSWORD)
        user.save()
    return Town(organisation, people)
