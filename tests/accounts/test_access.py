"""The table of rights, and the door of an organisation."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portulan.accounts.access import RIGHTS, Grant, Operation, Role, granted
from portulan.accounts.actors import Actor
from portulan.accounts.levels import Level, TooWeakError
from portulan.accounts.reads import enter
from portulan.core.errors import DeniedError, NotFoundError
from tests.people import Town

# The rights once more, written by hand: whoever changes one says so twice.
WRITTEN = """
                   reader  contributor  editor  finance  auditor  admin
READ_PLAN          all     all          all     all      all      all
EDIT_PLAN          -       -            all     -        -        all
UPDATE_ACTION      -       own          all     -        -        all
DECIDE             -       -            all     -        -        all
SOURCE             -       -            all     -        -        all
SOURCE_SECRET      -       -            -       -        -        all
GIVE_EVIDENCE      -       own          all     all      -        all
READ_PRIVATE_EVIDENCE -    own          all     all      all      all
ESTIMATE           -       own          all     -        -        all
EDIT_FACTORS       -       -            all     -        -        all
READ_BUDGET        all     all          all     all      all      all
READ_ORIGINALS     -       -            -       all      all      all
PROPOSE            -       -            all     all      -        all
EDIT_BUDGET        -       -            -       all      -        all
CONTRACTS          -       -            all     all      -        all
PUBLISH            -       -            -       all      -        all
PUBLISH_PLAN       -       -            all     -        -        all
READ_SCENARIO      all     all          all     all      all      all
EDIT_SCENARIO      -       -            all     all      -        all
SEAL               -       -            all     -        -        all
RUN_CAMPAIGN       -       -            all     -        -        all
HOLD_COMMITTEE     -       -            all     -        -        all
HANDOVER           own     own          all     own      own      all
ROOM_CHOICE        -       -            all     -        -        all
IMPORT_CATALOGUE   -       -            all     -        -        all
SHARE              -       -            -       -        -        all
READ_TRAIL         -       -            -       -        all      all
READ_SECURITY      -       -            -       -        all      all
MAKE_TOKEN         all     all          all     all      all      all
MANAGE             -       -            -       -        -        all
EXPORT_ALL         -       -            -       -        -        all
"""
WORDS = {"-": Grant.NONE, "own": Grant.OWN, "all": Grant.ALL}


def written_rights() -> dict[Role, dict[Operation, Grant]]:
    """The rights as the table above says them."""
    head, *rows = (line.split() for line in WRITTEN.strip().splitlines())
    return {
        Role(role): {Operation[row[0]]: WORDS[row[column]] for row in rows}
        for column, role in enumerate(head, start=1)
    }


def test_the_rights_are_those_written_by_hand() -> None:
    assert written_rights() == RIGHTS
    assert set(RIGHTS) == set(Role)
    assert all(set(row) == set(Operation) for row in RIGHTS.values())


def test_all_is_more_than_ones_own_which_is_more_than_nothing() -> None:
    assert sorted(Grant) == [Grant.NONE, Grant.OWN, Grant.ALL]
    contributor = Actor(1, 1, frozenset({Role.CONTRIBUTOR}))
    contributor.require_any(Operation.UPDATE_ACTION)
    for refuses in (contributor.require, Actor(1, 1, frozenset({Role.READER})).require_any):
        with pytest.raises(DeniedError, match="update_action"):
            refuses(Operation.UPDATE_ACTION)


@given(
    roles=st.frozensets(st.sampled_from(Role)),
    one=st.sampled_from(Operation),
    other=st.sampled_from(Operation),
    level=st.sampled_from(Level),
    asked=st.sampled_from(Level),
)
def test_below_the_level_that_is_asked_nothing_is_granted(
    roles: frozenset[Role], one: Operation, other: Operation, level: Level, asked: Level
) -> None:
    """A page still offers it, and asks for more then."""
    sure = Actor(1, 1, roles)
    actor = Actor(1, 1, roles, level=level, asked={one: asked})
    weak = level < asked
    assert actor.grant(one) is (Grant.NONE if weak else sure.grant(one))
    assert actor.holds(one) is sure.may(one)
    for require, held in (
        (actor.require, sure.may(one)),
        (actor.require_any, sure.grant(one) is not Grant.NONE),
    ):
        if held and not weak:
            require(one)
            continue
        with pytest.raises(TooWeakError if held else DeniedError) as refused:
            require(one)
        assert isinstance(refused.value, TooWeakError) is held
    if actor.may(one) or actor.may(other):
        actor.require_either(one, other)
    else:
        with pytest.raises(TooWeakError if sure.may(one) or sure.may(other) else DeniedError):
            actor.require_either(one, other)


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
