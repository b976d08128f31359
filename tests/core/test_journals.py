"""Both journals are chained: what is taken away, added or rewritten is named, and who can go."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta

import pytest
from django.db import connection, transaction
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st

from portulan.accounts.erasing import erase_person
from portulan.accounts.models import Person, SecurityEntry
from portulan.accounts.security import Event, clear_security, tell
from portulan.accounts.writes import add_unit
from portulan.core import guards
from portulan.core.journals import guards_laid
from portulan.core.journals.heads import kept, read_head, seal_head
from portulan.core.journals.sealing import canonical
from portulan.core.journals.verifying import verify
from portulan.core.models import AuditEntry, ChainLink, GuardsLaid, JournalHead
from tests.at_once import at_once
from tests.people import Town

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 12, 2, 3, tzinfo=UTC)


def linked() -> None:
    """Have PostgreSQL do what it does at the end of a transaction."""
    connection.check_constraints()


def found(*, standing: bool = True) -> list[str]:
    """Return what does not hold, guards aside: the tests lift theirs."""
    linked()
    people = Person.objects.filter(erased_at=None).values_list("pk", flat=True) if standing else ()
    problems = verify(standing=set(people)).problems
    return [one.kind.code for one in problems if "guards" not in one.kind.code]


@contextmanager
def beneath() -> Iterator[None]:
    """Write as somebody who takes the guards away, then lays them again."""
    linked()
    for name in guards.expected():
        guards.take_away(name)
    yield
    for one in guards.expected().values():
        one.lay()


def test_what_is_written_is_chained_in_one_batch_too(town: Town) -> None:
    add_unit(town.admin, name="Voirie")
    linked()
    for code, model in (("trail", AuditEntry), ("security", SecurityEntry)):
        links = ChainLink.objects.filter(journal=code).order_by("pk")
        assert set(links.values_list("entry_id", flat=True)) == set(
            model.objects.values_list("pk", flat=True)
        )
    assert found() == []


def test_a_rewritten_entry_is_named(town: Town) -> None:
    entry = AuditEntry.objects.latest("pk")
    with beneath():
        AuditEntry.objects.filter(pk=entry.pk).update(verb="x")
    assert found() == ["entry-rewritten"]


def test_an_entry_taken_away_is_named_with_its_link_or_without(town: Town) -> None:
    _first, second, *_rest = AuditEntry.objects.order_by("pk")
    with beneath():
        AuditEntry.objects.filter(pk=second.pk).delete()
    assert found() == ["entry-gone"]
    with beneath():
        ChainLink.objects.filter(journal="trail", entry_id=second.pk).delete()
    assert found() == ["chain-gap"]


def test_an_entry_written_past_the_guards_is_named(town: Town) -> None:
    with beneath():
        AuditEntry.objects.create(at=NOW, subject_type="unit", subject_id=1, verb="created")
    assert found() == ["entry-unlinked"]


def test_an_entry_that_is_said_to_be_of_another_is_named(town: Town) -> None:
    add_unit(town.admin, name="Voirie")
    entry = AuditEntry.objects.exclude(person_id=None).latest("pk")
    with beneath():
        AuditEntry.objects.filter(pk=entry.pk).update(person_id=10**6)
    assert found() == ["entry-of-another"]


def test_erasing_somebody_leaves_the_chain_whole_and_proves_nobody(town: Town) -> None:
    person = town.editor.person_id
    add_unit(town.admin, name="Voirie")
    tell(Event.SIGNED_IN, organisation_id=town.admin.organisation_id, by=person, address="1.2.3.4")
    erase_person(town.admin, person=Person.objects.get(pk=person), now=NOW)
    theirs = AuditEntry.objects.filter(person_id=person)
    assert not theirs.exclude(salt="").exists()
    assert not SecurityEntry.objects.filter(person_id=person).exclude(salt="").exists()
    assert AuditEntry.objects.exclude(salt="").exists()
    assert found() == []


def test_a_salt_destroyed_while_nobody_was_erased_is_named(town: Town) -> None:
    add_unit(town.admin, name="Voirie")
    entry = AuditEntry.objects.exclude(person_id=None).latest("pk")
    AuditEntry.objects.filter(pk=entry.pk).update(salt="")
    assert found() == ["entry-hidden"]


def test_the_purge_leaves_a_journal_that_proves_itself(town: Town) -> None:
    for _one in range(3):
        tell(Event.FAILED, organisation_id=town.admin.organisation_id)
    linked()
    count = SecurityEntry.objects.count()
    later = timezone.now() + timedelta(days=400)
    assert clear_security(later) == count - 1
    tell(Event.FAILED, organisation_id=town.admin.organisation_id)
    assert SecurityEntry.objects.count() == 3  # the last, what says so, and one more
    assert found() == []
    with beneath():
        SecurityEntry.objects.order_by("pk").first().delete()  # type: ignore[union-attr]  # there is
    assert found() == ["entry-gone"]


def test_a_head_kept_elsewhere_names_a_journal_made_anew(town: Town) -> None:
    """Whoever may write everything makes a chain that holds: not the one that was noted."""
    linked()
    head = seal_head(NOW, None)
    elsewhere = read_head(kept(NOW))
    assert found() == []
    with beneath():
        AuditEntry.objects.filter(pk=AuditEntry.objects.latest("pk").pk).delete()
        ChainLink.objects.filter(journal="trail").latest("pk").delete()
    assert found() == ["head-lost"]
    with beneath():
        JournalHead.objects.filter(pk=head.pk).delete()
    assert found() == []
    codes = [one.kind.code for one in verify([elsewhere]).problems]
    assert "head-lost" in codes


def test_a_rewritten_head_is_named(town: Town) -> None:
    linked()
    seal_head(NOW, None)
    head = seal_head(NOW + timedelta(days=1), lambda _content, _seal: "token")
    assert found() == []
    with beneath():
        document = head.document.replace("2026-12-03", "2026-12-04")
        JournalHead.objects.filter(pk=head.pk).update(document=document)
    assert found() == ["head-rewritten"]
    for document in ("{", "[]"):
        with beneath():
            JournalHead.objects.filter(pk=head.pk).update(document=document)
        assert found() == ["head-rewritten"]


def test_guards_laid_again_are_named_until_somebody_says_to_have_seen(town: Town) -> None:
    def told() -> set[str]:
        return {one.kind.code for one in verify().problems if "guards" in one.kind.code}

    guards_laid.note(guards_laid.SEEN)
    assert told() == set()
    with beneath():
        pass
    assert told() == {"guards-laid-again"}
    assert guards_laid.mend(guards_laid.MENDED) == []
    assert told() == {"guards-were-missing"}
    guards_laid.note(guards_laid.SEEN)
    assert told() == set()
    linked()
    guards.take_away("guard_trail_kept")
    assert told() == {"guards-missing"}
    assert guards_laid.mend(guards_laid.MENDED) == ["guard_trail_kept"]
    assert GuardsLaid.objects.latest("pk").found == ["guard_trail_kept"]
    assert told() == {"guards-were-missing"}


@pytest.mark.django_db(transaction=True)
def test_two_who_write_at_once_make_one_chain_and_neither_waits(town: Town) -> None:
    """The first keeps its transaction open; on PostgreSQL the second is done before."""

    def write(name: str) -> None:
        with transaction.atomic():
            for number in range(3):
                add_unit(town.admin, name=f"{name} {number}")

    assert at_once(lambda: write("Voirie"), lambda: write("Écoles")) is None
    assert found() == []
    digests = ChainLink.objects.filter(journal="trail").values_list("digest", flat=True)
    assert len(set(digests)) == AuditEntry.objects.count()


_JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
    max_leaves=8,
)


@given(_JSON)
def test_any_value_has_one_way_to_be_written(value: object) -> None:
    assert canonical(value) == canonical(value)
