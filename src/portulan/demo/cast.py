"""The people of the demonstration, and who acts in its story."""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass

from portulan.accounts.access import Role
from portulan.accounts.actors import Actor, command_line
from portulan.accounts.models import Organisation, Person
from portulan.accounts.writes import add_person, add_unit, edit_person
from portulan.demo.organisation import DOMAIN, FINANCE, OFFICER, PEOPLE, UNITS
from portulan.demo.shapes import Someone

ROLES: Mapping[str, frozenset[Role]] = {
    OFFICER: frozenset({Role.ADMIN}),
    FINANCE: frozenset({Role.FINANCE}),
    "auditor": frozenset({Role.AUDITOR}),
    "elected": frozenset({Role.READER}),
    "services": frozenset({Role.EDITOR}),
}
PILOT = frozenset({Role.CONTRIBUTOR})


@dataclass(frozen=True, slots=True)
class Cast:
    """The organisation and its people, by the keys that the data uses."""

    organisation: Organisation
    people: dict[str, Person]

    def actor(self, key: str) -> Actor:
        return Actor(self.organisation.pk, self.people[key].pk, roles_of(key))

    @property
    def officer(self) -> Actor:
        return self.actor(OFFICER)

    @property
    def finance(self) -> Actor:
        return self.actor(FINANCE)


def roles_of(key: str) -> frozenset[Role]:
    """Return the roles of a person: pilots keep their own actions up to date."""
    return ROLES.get(key, PILOT)


def address_of(name: str) -> str:
    """Return the made-up address of a name: "Enora Le Bivic" gives enora.le-bivic@…"""
    bare = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode().lower()
    first, _, last = bare.partition(" ")
    return f"{first}.{last.replace(' ', '-')}@{DOMAIN}"


def gather(organisation: Organisation) -> Cast:
    """Add the units and the people, each with an account; who left later is there too."""
    everything = command_line(organisation.pk)
    units = {name: add_unit(everything, name=name) for name in UNITS}
    people = {
        someone.key: add_person(
            everything,
            function=someone.function,
            name=someone.name,
            email=address_of(someone.name),
            unit=units[someone.unit],
            roles=roles_of(someone.key),
        )
        for someone in PEOPLE
    }
    return Cast(organisation, people)


def see_off(cast: Cast, someone: Someone) -> None:
    """Record that a person left; the post stays, vacant."""
    person = cast.people[someone.key]
    edit_person(
        cast.officer,
        person=person,
        function=person.function,
        name=person.name,
        email=person.email,
        unit=person.unit,
        left_on=someone.left_on,
    )
