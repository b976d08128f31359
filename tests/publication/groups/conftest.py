from __future__ import annotations

import pytest

from portulan.accounts.actors import command_line
from portulan.accounts.sirens import prove_siren
from portulan.accounts.words import SirenProof
from portulan.accounts.writes import edit_organisation
from portulan.publication.groups.members import Named, say_members
from tests.people import Town, make_town
from tests.publication.public.published import Published, publish_share

SYNDICATE, FIGURES, TEXTS, NOTHING = "252900014", "212900013", "212900021", "212900039"


def with_siren(town: Town, siren: str) -> Town:
    edit_organisation(
        town.admin,
        name=town.organisation.name,
        legal_form=town.organisation.legal_form,
        population=None,
        siren=siren,
    )
    return proved(town)


def proved(town: Town) -> Town:
    prove_siren(command_line(town.organisation.pk), how=SirenProof.OPERATOR)
    town.organisation.refresh_from_db()
    return town


@pytest.fixture
def syndicate(db: None) -> Town:
    return proved(make_town("syndicat", siren=SYNDICATE))


@pytest.fixture
def bourg(town: Town) -> Published:
    """A town with a plan, its share published; `town` of the common fixtures."""
    with_siren(town, FIGURES)
    return publish_share(town)


@pytest.fixture
def val(elsewhere: Town) -> Town:
    return with_siren(elsewhere, TEXTS)


@pytest.fixture
def members(syndicate: Town, bourg: Published, val: Town) -> None:
    say_members(
        syndicate.admin,
        members=[
            Named(FIGURES, "Bourg"),
            Named(TEXTS, "Val"),
            Named(NOTHING, "Celui qui ne partage rien"),
        ],
    )
