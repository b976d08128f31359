"""The table of rights, and the door of an organisation."""

from __future__ import annotations

import pytest

from portulan.accounts.access import RIGHTS, Grant, Operation, Role, granted
from portulan.accounts.actors import Actor
from portulan.accounts.reads import enter
from portulan.core.errors import DeniedError, NotFoundError
from tests.people import Town


def test_the_table_is_whole() -> None:
    assert set(RIGHTS) == set(Role)
    assert all(set(row) == set(Operation) for row in RIGHTS.values())


def test_an_administrator_may_all_and_a_reader_only_reads() -> None:
    assert all(RIGHTS[Role.ADMIN][operation] is Grant.ALL for operation in Operation)
    reads = {Operation.READ_PLAN, Operation.READ_BUDGET, Operation.READ_SCENARIO}
    assert {op for op in Operation if RIGHTS[Role.READER][op] is not Grant.NONE} == reads


def test_several_roles_give_the_widest_right() -> None:
    both = {Role.EDITOR, Role.FINANCE}
    assert granted(both, Operation.EDIT_PLAN) is Grant.ALL
    assert granted(both, Operation.EDIT_BUDGET) is Grant.ALL
    assert granted((), Operation.READ_PLAN) is Grant.NONE
    with pytest.raises(DeniedError):
        Actor(1, 1, frozenset({Role.FINANCE})).require(Operation.EDIT_PLAN)


@pytest.mark.parametrize("role", Role)
def test_people_enter_their_organisation_and_no_other(
    town: Town, elsewhere: Town, role: Role
) -> None:
    user = town.people[role].user
    assert user is not None
    organisation, actor = enter(user=user, slug=town.slug)
    assert organisation == town.organisation
    assert actor == town.actor(role)
    with pytest.raises(NotFoundError):
        enter(user=user, slug=elsewhere.slug)
