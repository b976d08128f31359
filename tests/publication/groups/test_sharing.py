"""A group reads what a member shares by its own act: a dated copy, and nothing else, ever."""

from __future__ import annotations

import hashlib
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from portulan.accounts.access import Role
from portulan.accounts.actors import Actor
from portulan.accounts.erasing import erase_person
from portulan.core.by_organisation import failing
from portulan.core.duties import _DUTIES
from portulan.core.errors import DeniedError, NotFoundError
from portulan.core.models import AuditEntry
from portulan.core.schedule import run_one
from portulan.demo.build import remove
from portulan.plans.actions.writes import edit_action
from portulan.plans.models import Action
from portulan.publication.groups import copies
from portulan.publication.groups import sharing as sharings
from portulan.publication.groups.members import (
    Named,
    asking,
    copies_of,
    get_asking,
    get_copy,
    say_members,
    table_of,
)
from portulan.publication.groups.sharing import accept_member, end_sharing, share, share_again
from portulan.publication.models import SharedCopy, Sharing
from portulan.publication.words import Extent
from tests.at_once import at_once
from tests.duties import share_all_again
from tests.people import Town
from tests.plans.plan_of_town import TODAY, make_action, make_plan
from tests.publication.groups.conftest import FIGURES, NOTHING, TEXTS
from tests.publication.public.published import Published

pytestmark = pytest.mark.django_db


def give(town: Town, group: Town, extent: Extent = Extent.FIGURES) -> Sharing:
    sharing = share(town.admin, group=group.organisation, extent=extent, today=TODAY)
    accept_member(group.admin, copy=sharing.copy)
    return sharing


def read_by(group: Town) -> dict[str, copies.Shared | None]:
    return {line.siren: line.shared for line in table_of(group.reader)}


def test_three_towns_one_shares_figures_one_texts_one_nothing(
    syndicate: Town, bourg: Published, val: Town, members: None
) -> None:
    make_action(val, make_plan(val, "Plan du val"), "Donner les vieux portables")
    give(bourg.town, syndicate)
    give(val, syndicate, Extent.TEXTS)
    found = read_by(syndicate)
    assert found.keys() == {FIGURES, TEXTS, NOTHING}
    assert found[NOTHING] is None
    figures, texts = found[FIGURES], found[TEXTS]
    assert figures is not None
    assert texts is not None
    assert (figures.actions, figures.texts, figures.plan) == (2, (), "")
    assert figures.share is not None
    assert Decimal(figures.share.value or 0) == bourg.run.value
    assert [(one.level, one.actions) for one in figures.levels]
    assert [one.title for one in texts.texts] == ["Donner les vieux portables"]
    assert texts.plan == "Plan du val"
    assert texts.share is None, "a draft is never shared"
    for action in Action.objects.filter(plan=bourg.plan):
        assert action.title not in copies_of(syndicate.reader).get(siren=FIGURES).content
    (one,) = copies.together([figures, texts])
    assert (one.members, one.value) == (1, 100 * bourg.run.numerator / bourg.run.denominator)


def test_it_is_the_act_of_the_member_s_administrator_alone(
    syndicate: Town, bourg: Published, members: None
) -> None:
    town = bourg.town
    for role in set(Role) - {Role.ADMIN}:
        with pytest.raises(DeniedError):
            share(town.actor(role), group=syndicate.organisation, extent=Extent.TEXTS, today=TODAY)
    sharing = give(town, syndicate)
    for role in set(Role) - {Role.ADMIN}:
        for deed in (end_sharing, share_again):
            with pytest.raises(DeniedError):
                deed(town.actor(role), sharing=sharing, today=TODAY)
    # Nobody of the group ends, widens or makes again what is not theirs.
    for deed in (end_sharing, share_again):
        with pytest.raises(ValidationError, match="repris"):
            deed(syndicate.admin, sharing=sharing, today=TODAY)
    told = AuditEntry.objects.filter(verb="shared")
    assert {entry.organisation_id for entry in told} == {
        town.organisation.pk,
        syndicate.organisation.pk,
    }
    assert told.get(organisation_id=syndicate.organisation.pk).person_id is None


def test_a_group_asks_by_naming_and_is_told_nothing_of_who_is_here(
    syndicate: Town, bourg: Published, val: Town, members: None
) -> None:
    for town in (bourg.town, val):
        (one,) = asking(town.reader)
        assert (one.group, one.sharing) == (syndicate.organisation, None)
        assert get_asking(actor=town.admin, group=one.group.pk, need=one_need())
    assert asking(syndicate.reader) == []
    assert all(line.shared is None for line in table_of(syndicate.reader))
    with pytest.raises(NotFoundError):
        get_asking(actor=bourg.town.admin, group=val.organisation.pk, need=one_need())
    for wrong in ("123456789", FIGURES, syndicate.organisation.siren, "212900021x"):
        with pytest.raises(ValidationError, match="Ligne 2"):
            say_members(syndicate.admin, members=[Named(FIGURES, "a"), Named(wrong, "b")])
    with pytest.raises(DeniedError):
        say_members(syndicate.editor, members=[])
    assert len(read_by(syndicate)) == 3


def one_need():
    from portulan.accounts.access import Operation

    return Operation.SHARE


def test_taken_back_nothing_is_left_at_once(
    syndicate: Town, bourg: Published, members: None
) -> None:
    sharing = give(bourg.town, syndicate, Extent.TEXTS)
    copy = copies_of(syndicate.reader).get()
    end_sharing(bourg.town.admin, sharing=sharing, today=TODAY + timedelta(days=3))
    assert read_by(syndicate)[FIGURES] is None
    assert not SharedCopy.objects.exists()
    with pytest.raises(NotFoundError):
        get_copy(actor=syndicate.admin, pk=copy.pk)
    for deed in (end_sharing, share_again):
        with pytest.raises(ValidationError, match="repris"):
            deed(bourg.town.admin, sharing=sharing, today=TODAY)
    assert share_all_again(timezone.now()) == {"made": 0}
    # Shared again, it is another agreement, from another day.
    again = share(
        bourg.town.admin,
        group=syndicate.organisation,
        extent=Extent.FIGURES,
        today=TODAY + timedelta(days=9),
    )
    assert again.pk != sharing.pk
    assert again.since == TODAY + timedelta(days=9)


def test_the_journal_says_a_copy_again_when_something_of_it_changed(
    syndicate: Town, bourg: Published, members: None
) -> None:
    sharing = give(bourg.town, syndicate, Extent.TEXTS)
    told = AuditEntry.objects.filter(verb="shared again")
    for day in range(1, 4):
        copy = share_again(bourg.town.admin, sharing=sharing, today=TODAY + timedelta(days=day))
        assert copy.on == TODAY + timedelta(days=day)
    assert not told.exists()
    edit_action(bourg.town.editor, action=Action.objects.filter(plan=bourg.plan)[0], title="Autre")
    share_again(bourg.town.admin, sharing=sharing, today=TODAY + timedelta(days=3))
    assert told.count() == 1


def test_a_copy_is_dated_sealed_and_made_again_each_night(
    syndicate: Town, bourg: Published, members: None
) -> None:
    sharing = give(bourg.town, syndicate, Extent.TEXTS)
    before = copies_of(syndicate.reader).get()
    assert before.seal == hashlib.sha256(before.content.encode()).hexdigest()
    assert copies.kept(copies.read_back(before.content)) == before.content
    action = Action.objects.filter(plan=bourg.plan).order_by("number")[0]
    edit_action(bourg.town.editor, action=action, title="Garder les écrans dix ans")
    assert "écrans" not in copies_of(syndicate.reader).get().content, "it reads no table"
    assert share_all_again(timezone.now()) == {"made": 1}
    after = copies_of(syndicate.reader).get()
    assert after.pk == before.pk, "its address is the same the day after"
    assert "Garder les écrans dix ans" in after.content
    assert after.seal != before.seal
    # Narrowed, the texts are gone at once.
    assert give(bourg.town, syndicate).pk == sharing.pk
    assert "Garder" not in copies_of(syndicate.reader).get().content


def test_what_fails_for_one_member_keeps_no_other_waiting(
    syndicate: Town,
    bourg: Published,
    val: Town,
    members: None,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
) -> None:
    first, second = give(bourg.town, syndicate), give(val, syndicate)
    assert first.pk < second.pk
    stamps = dict(SharedCopy.objects.values_list("sharing", "made_at"))
    before = sharings.shared_of

    def broken(actor: Actor, **named: Any) -> Any:
        if actor.organisation_id == bourg.town.organisation.pk:
            raise ArithmeticError("Madame Untel")
        return before(actor, **named)

    monkeypatch.setattr(sharings, "shared_of", broken)
    run_one(_DUTIES["shared copies"], timezone.now())
    after = dict(SharedCopy.objects.values_list("sharing", "made_at"))
    assert after[first.pk] == stamps[first.pk], "the copy of the day before stays"
    assert after[second.pk] > stamps[second.pk]
    assert [row.organisation_id for row in failing()] == [bourg.town.organisation.pk]
    assert f"shared copies {bourg.town.organisation.pk}" in caplog.text


def test_the_database_holds_it_whoever_writes(
    syndicate: Town, bourg: Published, val: Town, members: None
) -> None:
    sharing = give(bourg.town, syndicate)
    copy = SharedCopy.objects.get()
    wrong = [
        lambda: SharedCopy.objects.filter(pk=copy.pk).update(content="{}"),
        lambda: SharedCopy.objects.filter(pk=copy.pk).update(organisation=val.organisation),
        lambda: Sharing.objects.filter(pk=sharing.pk).update(ended_on=TODAY),
        lambda: Sharing.objects.filter(pk=sharing.pk).update(receiver=val.organisation),
        lambda: copied(copy, val),
        lambda: Sharing.objects.create(
            organisation=val.organisation, receiver=val.organisation, since=TODAY, extent="texts"
        ),
    ]
    for deed in wrong:
        with pytest.raises(IntegrityError), transaction.atomic():
            deed()
    end_sharing(bourg.town.admin, sharing=sharing, today=TODAY)
    with pytest.raises(IntegrityError), transaction.atomic():
        copied(copy, syndicate)


def copied(copy: SharedCopy, to: Town) -> None:
    SharedCopy.objects.filter(pk=copy.pk).delete()
    copy.pk = None
    copy.organisation = to.organisation
    copy.save(force_insert=True)


def test_a_copy_has_functions_and_never_a_name(
    syndicate: Town, bourg: Published, members: None
) -> None:
    town = bourg.town
    person = town.people[Role.CONTRIBUTOR]
    person.name = "Rozenn Kerbiriou"
    person.save()
    make_action(
        town,
        bourg.plan,
        "Ce que KERBIRIOU a proposé",
        pilot=person,
        pilot_function="Mme Kerbiriou, DGS",
        description="Demandez à Rozenn Kerbiriou, rozenn@bourg.example",
    )
    give(town, syndicate, Extent.TEXTS)
    content = copies_of(syndicate.reader).get().content
    for word in ("Kerbiriou", "KERBIRIOU", "Rozenn", "rozenn@", "Personne"):
        assert word not in content
    assert "Mme …, DGS" in content
    erase_person(town.admin, person=person)
    assert copies_of(syndicate.reader).get().content == content


def test_an_organisation_that_goes_takes_its_copies(
    syndicate: Town, bourg: Published, val: Town, members: None
) -> None:
    give(bourg.town, syndicate)
    give(val, syndicate)
    val.organisation.fictional = True
    val.organisation.save()
    remove(val.organisation)
    assert {one.siren for one in copies_of(syndicate.reader)} == {FIGURES}
    syndicate.organisation.fictional = True
    syndicate.organisation.save()
    remove(syndicate.organisation)
    assert not Sharing.objects.exists()
    assert not SharedCopy.objects.exists()
    assert asking(bourg.town.reader) == []


def test_the_table_costs_as_much_for_three_members_as_for_sixty(syndicate: Town) -> None:
    def cost() -> int:
        with CaptureQueriesContext(
            connection,
        ) as queries:
            table_of(syndicate.reader)
        return len(queries)

    say_members(syndicate.admin, members=[Named(FIGURES, "Bourg")])
    before = cost()
    several = [Named(siren, f"Commune {n}") for n, siren in enumerate(sirens(60))]
    say_members(syndicate.admin, members=several)
    assert (cost(), len(table_of(syndicate.reader))) == (before, 60)


def sirens(count: int) -> list[str]:
    from portulan.core.say.country import is_siren

    numbers = (str(212_100_000 + n) for n in range(count * 12))
    return [one for one in numbers if is_siren(one)][:count]


@pytest.mark.django_db(transaction=True)
def test_taken_back_while_it_is_made_again_no_copy_comes_back(
    syndicate: Town, bourg: Published, members: None
) -> None:
    sharing = give(bourg.town, syndicate)
    stopped = at_once(
        lambda: end_sharing(bourg.town.admin, sharing=sharing, today=TODAY),
        lambda: share_again(bourg.town.admin, sharing=sharing, today=TODAY),
    )
    assert isinstance(stopped, ValidationError)
    assert not SharedCopy.objects.exists()
    assert Sharing.objects.get().ended_on == TODAY
    sharing = give(bourg.town, syndicate)
    assert (
        at_once(
            lambda: share_again(bourg.town.admin, sharing=sharing, today=TODAY),
            lambda: end_sharing(bourg.town.admin, sharing=sharing, today=TODAY),
        )
        is None
    )
    assert not SharedCopy.objects.exists()


def test_unknown_is_in_neither_term() -> None:
    def one(name: str, *shares: copies.SharedShare) -> copies.Shared:
        return copies.Shared(
            name=name, siren="", on=date(2026, 1, 1), extent=Extent.FIGURES, shares=shares
        )

    def of(stage: str, n: str, d: str, value: str | None) -> copies.SharedShare:
        return copies.SharedShare(
            year=2026, stage=stage, basis="TTC", numerator=n, denominator=d,
            published_on=TODAY, value=value,
        )  # fmt: skip

    found = copies.together(
        [
            one("a", of("opened", "10", "100", "10")),
            one("b", of("opened", "0", "900", "0")),
            one("c", of("opened", "0", "5000", None)),
            one("d", of("realised", "1", "2", "50")),
            one("e"),
        ]
    )
    assert [(t.stage, t.members, t.value) for t in found] == [
        ("opened", 2, Decimal(1)),  # and not 5, the mean
        ("realised", 1, Decimal(50)),
    ]
