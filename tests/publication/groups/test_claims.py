"""An impostor types the SIREN of somebody else: it is shown nothing, and enters nothing."""

from __future__ import annotations

from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.urls import reverse
from django.utils import timezone

from portulan.accounts.access import Role
from portulan.accounts.actors import command_line
from portulan.accounts.models import Organisation
from portulan.accounts.sirens import (
    prove_by_siret,
    prove_siren,
    prove_those_alone,
    said_twice,
    unprove_siren,
)
from portulan.accounts.words import SirenProof
from portulan.accounts.writes import edit_organisation
from portulan.core.errors import DeniedError
from portulan.publication.groups.copies import together
from portulan.publication.groups.members import asking, copies_of, table_of, waiting_of
from portulan.publication.groups.sharing import accept_member, share
from portulan.publication.models import SharedCopy, Sharing
from portulan.publication.words import Extent
from tests.browser import Browser
from tests.duties import share_all_again
from tests.people import Town, make_town
from tests.plans.plan_of_town import TODAY
from tests.publication.groups.conftest import FIGURES, SYNDICATE
from tests.publication.public.published import Published

pytestmark = pytest.mark.django_db


def claim(town: Town, siren: str) -> None:
    edit_organisation(
        town.admin,
        name=town.organisation.name,
        legal_form=town.organisation.legal_form,
        population=None,
        siren=siren,
    )
    town.organisation.refresh_from_db()


@pytest.fixture
def impostor(db: None) -> Town:
    return make_town("imposteur", siren=FIGURES)


def test_nothing_of_a_group_is_shown_to_a_claim(
    impostor: Town, syndicate: Town, bourg: Published, members: None, signed_in: Any
) -> None:
    admin: Browser = signed_in(Role.ADMIN, impostor)
    pages = ["groups:page", "people:features", "people:browse", "people:siren"]
    for page in pages:
        text = admin.get(reverse(page, args=[impostor.slug])).text
        assert syndicate.organisation.name not in text
        assert "Un groupe vous compte" not in text
    for name in ("share", "own-copy", "end-sharing", "delegate"):
        place = reverse(f"groups:{name}", args=[impostor.slug, syndicate.organisation.pk])
        assert {admin.get(place).status_code, admin.post(place, {}).status_code} <= {404, 405}
    assert asking(impostor.admin) == []
    with pytest.raises(ValidationError, match="Prouvez"):
        share(impostor.admin, group=syndicate.organisation, extent=Extent.FIGURES, today=TODAY)
    assert not Sharing.objects.exists()
    # Nor does it prove what another proved.
    assert admin.post(reverse("people:siren", args=[impostor.slug]), {}).status_code == 422
    for how in SirenProof:
        with pytest.raises(ValidationError, match="Une autre organisation"):
            prove_siren(impostor.admin, how=how)


def test_the_group_accepts_each_member_under_a_proved_siren(
    syndicate: Town, bourg: Published, members: None, signed_in: Any
) -> None:
    share(bourg.town.admin, group=syndicate.organisation, extent=Extent.FIGURES, today=TODAY)
    assert not copies_of(syndicate.admin).exists()
    assert all(line.shared is None for line in table_of(syndicate.admin))
    copy = waiting_of(syndicate.admin).get()
    with pytest.raises(DeniedError):
        accept_member(syndicate.editor, copy=copy)
    with pytest.raises(ValidationError):
        accept_member(bourg.town.admin, copy=copy)
    admin: Browser = signed_in(Role.ADMIN, syndicate)
    page = admin.get(reverse("groups:members", args=[syndicate.slug])).text
    assert "Attendent votre accord" in page
    place = reverse("groups:accept-member", args=[syndicate.slug, copy.pk])
    assert admin.post(place, {}).status_code == 302
    assert copies_of(syndicate.admin).get() == copy
    assert admin.get(place).status_code == 404
    # It then says another SIREN: it counts no more, until it is accepted under that one.
    claim(bourg.town, "")
    claim(bourg.town, "212900054")
    share_all_again(timezone.now())
    assert not copies_of(syndicate.admin).exists()
    copy = waiting_of(syndicate.admin).get()
    with pytest.raises(ValidationError, match="pas prouvé"):
        accept_member(syndicate.admin, copy=copy)
    decline = reverse("groups:decline-member", args=[syndicate.slug, copy.pk])
    assert admin.post(decline, {}).status_code == 302
    assert not SharedCopy.objects.exists()


def test_two_that_say_one_siren_are_shown_and_never_summed(
    syndicate: Town, bourg: Published, members: None, impostor: Town
) -> None:
    share(bourg.town.admin, group=syndicate.organisation, extent=Extent.FIGURES, today=TODAY)
    accept_member(syndicate.admin, copy=waiting_of(syndicate.admin).get())
    lines = [one for one in table_of(syndicate.admin) if one.shared]
    assert together(one.shared for one in lines if one.shared)
    # As one that shared before proofs were asked for.
    before = Sharing.objects.create(
        organisation=impostor.organisation,
        receiver=syndicate.organisation,
        extent=Extent.FIGURES,
        since=TODAY,
        accepted_siren=FIGURES,
    )
    share_all_again(timezone.now())
    assert before.copy.siren == FIGURES
    lines = [one for one in table_of(syndicate.admin) if one.shared]
    assert [(one.is_twice, one.is_claimed) for one in lines] == [(True, False), (True, True)]
    assert together(one.shared for one in lines if one.shared) == []
    assert [one.slug for one in said_twice()[FIGURES]] == sorted([bourg.town.slug, impostor.slug])


def test_who_operates_proves_those_that_one_says(
    syndicate: Town, bourg: Published, impostor: Town, val: Town
) -> None:
    for town in (bourg.town, val):
        unprove_siren(town.organisation)
    proved, left = prove_those_alone()
    assert [one.slug for one in proved] == [val.slug]
    assert {one.slug for one in left} == {bourg.town.slug, impostor.slug}
    prove_siren(command_line(bourg.town.organisation.pk), how=SirenProof.OPERATOR)
    found = Organisation.objects.exclude(proved_siren="").values_list("proved_siren", flat=True)
    assert len(set(found)) == len(found) == 3
    # Another number is a claim again.
    claim(syndicate, "")
    assert not syndicate.organisation.has_proved_siren
    claim(syndicate, SYNDICATE)
    assert syndicate.organisation.has_proved_siren


def test_a_siret_proves_the_siren_it_begins_with(impostor: Town) -> None:
    for siret in ("", "25290001400011", f"0{FIGURES}0001"):
        with pytest.raises(ValidationError, match="identité"):
            prove_by_siret(impostor.admin, siret=siret)
    with pytest.raises(DeniedError):
        prove_by_siret(impostor.editor, siret=f"{FIGURES}00012")
    assert prove_by_siret(impostor.admin, siret=f"{FIGURES}00012").has_proved_siren
