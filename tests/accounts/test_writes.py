from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from django.core.exceptions import ValidationError

from portulan.accounts import links, writes
from portulan.accounts.access import Operation, Role
from portulan.accounts.actors import command_line
from portulan.accounts.erasing import erase_person
from portulan.accounts.models import Organisation, Person, User
from portulan.accounts.reads import find_account
from portulan.accounts.words import LegalForm
from portulan.core.errors import DeniedError
from portulan.core.models import AuditEntry
from tests.people import Town

NOON = datetime(2026, 11, 24, 12, tzinfo=UTC)


def test_the_town_of_all_tests_is_what_services_write(town: Town) -> None:
    there = writes.create_organisation(slug="there", name="There", legal_form=LegalForm.TOWN)
    for role in town.people:
        writes.add_person(
            command_line(there.pk),
            function=f"Fonction {role}",
            name=f"Personne {role}",
            email=f"{role}@there.example",
            roles=[role],
        )

    def written(organisation: Organisation) -> list[list[object]]:
        people = Person.objects.filter(organisation=organisation).order_by("pk")
        trail = AuditEntry.objects.filter(organisation_id=organisation.pk)
        return [
            [(one.function, one.name, one.user.email.split("@")[0]) for one in people],
            [one.email == one.user.email and one.user.is_active for one in people],
            [list(one.memberships.values_list("role", flat=True)) for one in people],
            [one.user.language for one in people],
            [
                list(
                    trail.filter(subject_type="person", subject_id=one.pk)
                    .order_by("pk")
                    .values_list("person_id", "verb", "changes")
                )
                for one in people
            ],
        ]

    assert written(there) == written(town.organisation)


def test_only_an_administrator_manages(town: Town) -> None:
    for role in set(Role) - {Role.ADMIN}:
        assert not town.actor(role).may(Operation.MANAGE)
        with pytest.raises(DeniedError):
            writes.add_person(town.actor(role), function="Intrus")


def test_a_place_is_never_left_without_administrator(town: Town) -> None:
    with pytest.raises(ValidationError, match="administre"):
        writes.set_roles(town.admin, person=town.people[Role.ADMIN], roles=[Role.READER])
    with pytest.raises(ValidationError, match="administre"):
        erase_person(town.admin, person=town.people[Role.ADMIN])


def test_people_of_elsewhere_cannot_be_touched(town: Town, elsewhere: Town) -> None:
    with pytest.raises(ValidationError, match="autre organisation"):
        writes.set_roles(town.admin, person=elsewhere.people[Role.READER], roles=[])


def test_an_account_that_is_there_waits_for_its_owner_unless_who_operates_vouches(
    town: Town, elsewhere: Town
) -> None:
    address = town.people[Role.READER].email
    person = writes.add_person(
        elsewhere.admin, function="Consultante", email=address.upper(), roles=[Role.AUDITOR]
    )
    assert (person.user, person.is_invited) == (None, True)
    vouched = writes.add_person(
        command_line(elsewhere.organisation.pk), function="DSI", email=address, roles=[Role.ADMIN]
    )
    assert vouched.user == town.people[Role.READER].user


def test_a_letter_that_only_looks_like_another_is_another_account(town: Town) -> None:
    owner = writes.add_person(
        town.admin, function="DSI", email="dsi@bourg.example", roles=[Role.READER]
    )
    for other in ("dsı@bourg.example", "dſi@bourg.example"):
        assert find_account(other) is None
    assert find_account("DSI@Bourg.example") == owner.user


def test_erasing_a_person_leaves_no_name_and_keeps_the_acts(town: Town) -> None:
    person = town.people[Role.EDITOR]
    writes.edit_person(
        town.admin,
        person=person,
        function="Déléguée",
        name="Anne Kervella",
        email="anne@bourg.example",
        unit=None,
    )
    erase_person(town.admin, person=person)
    person.refresh_from_db()
    assert (person.name, person.email, person.user) == ("", "", None)
    assert not User.objects.filter(email__startswith="editor@").exists()
    trail = " ".join(str(entry.changes) for entry in AuditEntry.objects.all())
    assert "Kervella" not in trail
    assert "anne@" not in trail
    assert AuditEntry.objects.filter(subject_type="person", subject_id=person.pk).count() >= 3


def test_a_link_serves_once_and_for_a_day(town: Town) -> None:
    user = town.people[Role.READER].user
    assert user is not None
    token = links.make_link(user=user, now=NOON)
    late = NOON + timedelta(hours=25)
    assert links.find_link(token=token, now=NOON) is not None
    assert links.use_link(token=token, now=late) is None
    used = links.use_link(token=token, now=NOON)
    assert used is not None
    assert (used.user, used.organisation) == (user, None)
    assert links.use_link(token=token, now=NOON) is None
    assert links.find_link(token="inconnu", now=NOON) is None


def test_a_new_link_revokes_the_one_before(town: Town) -> None:
    user = town.people[Role.READER].user
    assert user is not None
    first = links.make_link(user=user, now=NOON)
    links.make_link(user=user, now=NOON)
    assert links.use_link(token=first, now=NOON) is None


@pytest.mark.parametrize("siren", ["12345678", "ABCDEFGHI", "٢١٥٦٠٠٤٦١", "215600462"])
def test_a_siren_is_nine_digits_that_go_together(town: Town, siren: str) -> None:
    with pytest.raises(ValidationError, match="neuf chiffres"):
        writes.edit_organisation(
            town.admin, name="Bourg", legal_form="town", population=None, siren=siren
        )


@pytest.mark.parametrize("language", ["zz", "<b", "French"])
def test_texts_are_in_a_language_that_is_known(town: Town, language: str) -> None:
    with pytest.raises(ValidationError, match="langue"):
        writes.edit_organisation(
            town.admin,
            name="Bourg",
            legal_form="town",
            population=None,
            siren="",
            content_language=language,
        )


def test_the_trail_is_append_only(town: Town) -> None:
    entry = AuditEntry.objects.first()
    assert entry is not None
    with pytest.raises(TypeError):
        entry.save()
    with pytest.raises(TypeError):
        entry.delete()


def test_a_person_may_have_no_account(town: Town) -> None:
    person = writes.add_person(town.admin, function="Chargé des compétences")
    assert Person.objects.get(pk=person.pk).user is None
    with pytest.raises(ValidationError, match="adresse"):
        writes.set_roles(town.admin, person=person, roles=[Role.READER])
