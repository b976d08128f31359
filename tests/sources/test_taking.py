"""From a file to a reading: proposed, accepted, never instead of what somebody said."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal

import pytest
from django.core.exceptions import ValidationError
from django.utils import timezone

from portulan.accounts.access import Role
from portulan.core.errors import DeniedError, NotFoundError
from portulan.core.models import AuditEntry
from portulan.core.say.text import UnusableInputError
from portulan.indicators.models import Indicator, Measurement
from portulan.indicators.reads import series_of
from portulan.indicators.words import Kind
from portulan.plans.feeds import answer_reading
from portulan.plans.indicators import add_indicator, measure
from portulan.plans.models import Action
from portulan.sources.feeding import Agreement, Entrance, Manner, Question
from portulan.sources.models import ItemsSnapshot, ProposedReading, ReceivedFile, Source
from portulan.sources.reads import said_otherwise
from portulan.sources.taking import read_again, read_now
from portulan.sources.verbs import Verb
from portulan.sources.writes import feed, save_source, say_meanings, stop_source
from tests.people import Town
from tests.plans.plan_of_town import followed_action, make_plan
from tests.sources.inventory import (
    MEANINGS,
    SECRET_SERIAL,
    SECRET_USER,
    explained,
    given,
    inventory,
)

DAY = date(2026, 11, 24)
NOW = timezone.now()


@pytest.fixture
def action(town: Town) -> Action:
    return followed_action(town, make_plan(town))


@pytest.fixture
def age(town: Town, action: Action) -> Indicator:
    return add_indicator(
        town.editor, action=action, name="Âge du parc", kind=Kind.QUANTITY, unit="années"
    )


@pytest.fixture
def source(town: Town) -> Source:
    return save_source(town.editor, name="GLPI", entrance=Entrance.FILE, now=NOW)


def take(town: Town, source: Source, content: bytes, on: date = DAY) -> ItemsSnapshot:
    read = read_now(town.editor, source=source, files=given(content), today=DAY, now=NOW, on=on)
    return read.snapshot


def proposed(source: Source) -> ProposedReading:
    return ProposedReading.objects.get(snapshot__source=source, answer=Agreement.PENDING)


def test_a_file_becomes_a_reading_once_accepted(town: Town, source: Source, age: Indicator) -> None:
    feed(town.editor, source=explained(source), indicator=age, formula="age-mean")
    row = take(town, source, inventory())
    one = proposed(source)
    assert (one.value, one.on, one.questions, one.before) == (Decimal(4), DAY, [], None)
    assert not age.measurements.exists()
    answer_reading(town.editor, proposal=one, answer=Agreement.ACCEPTED, now=NOW)
    made = age.measurements.get()
    assert (made.value, made.on, made.source, made.computed) == (Decimal(4), DAY, "GLPI", True)
    assert row.digest[:12] in made.note
    assert "100" in made.note
    verbs = AuditEntry.objects.filter(subject_type="source").values_list("verb", flat=True)
    assert {Verb.PHOTOGRAPHED, Verb.READING_ACCEPTED} <= set(verbs)
    with pytest.raises(ValidationError):
        answer_reading(town.editor, proposal=one, answer=Agreement.REFUSED, now=NOW)


def test_the_same_file_twice_says_nothing_new(town: Town, source: Source, age: Indicator) -> None:
    feed(town.editor, source=explained(source), indicator=age, formula="age-mean")
    first = read_now(town.editor, source=source, files=given(inventory()), today=DAY, now=NOW)
    again = read_now(town.editor, source=source, files=given(inventory()), today=DAY, now=NOW)
    assert (first.is_new, again.is_new) == (True, False)
    assert again.snapshot == first.snapshot
    assert ProposedReading.objects.count() == 1


def test_what_somebody_typed_is_never_replaced(
    town: Town, source: Source, age: Indicator, action: Action
) -> None:
    feed(
        town.editor,
        source=explained(source),
        indicator=age,
        formula="age-mean",
        manner=Manner.AUTOMATIC,
    )
    measure(
        town.editor, action=action, indicator=age, on=DAY, today=DAY, value=Decimal("4.4"), now=NOW
    )
    take(town, source, inventory())
    one = proposed(source)
    assert Question.TYPED in one.questions
    with pytest.raises(ValidationError):
        answer_reading(town.editor, proposal=one, answer=Agreement.ACCEPTED, now=NOW)
    assert series_of(Indicator.objects.get(pk=age.pk)).last_known.value == Decimal("4.4")
    answer_reading(town.editor, proposal=one, answer=Agreement.ACCEPTED, settles=True, now=NOW)
    typed = age.measurements.get(computed=False)
    assert (typed.value, typed.withdrawn_at) == (Decimal("4.4"), None)
    assert "GLPI" in typed.refused_why


def test_what_is_typed_after_the_proposal_is_seen_at_the_answer(
    town: Town, source: Source, age: Indicator, action: Action
) -> None:
    feed(town.editor, source=explained(source), indicator=age, formula="age-mean")
    take(town, source, inventory())
    measure(town.editor, action=action, indicator=age, on=DAY, today=DAY, value=Decimal(3), now=NOW)
    with pytest.raises(ValidationError):
        answer_reading(town.editor, proposal=proposed(source), answer=Agreement.ACCEPTED, now=NOW)


def test_a_sure_reading_enters_by_itself_where_it_was_chosen(
    town: Town, source: Source, age: Indicator
) -> None:
    feed(
        town.editor,
        source=explained(source),
        indicator=age,
        formula="age-mean",
        manner=Manner.AUTOMATIC,
    )
    before = DAY - timedelta(days=30)
    read = read_now(
        town.editor, source=source, files=given(inventory()), today=DAY, now=NOW, on=before
    )
    assert read.accepted == 1
    later = take(town, source, inventory(13))
    assert Question.FEWER in later.proposals.get().questions
    assert age.measurements.count() == 1


def test_a_scope_that_changed_is_a_break_said(town: Town, source: Source, age: Indicator) -> None:
    feed(town.editor, source=explained(source), indicator=age, formula="age-mean")
    take(town, source, inventory(), on=DAY - timedelta(days=40))
    answer_reading(town.editor, proposal=proposed(source), answer=Agreement.ACCEPTED, now=NOW)
    take(town, source, inventory(21, entity="Agglo"))
    one = proposed(source)
    assert one.questions == [Question.SCOPE]
    answer_reading(town.editor, proposal=one, answer=Agreement.ACCEPTED, now=NOW)
    assert age.measurements.get(on=DAY).breaks_series


def test_words_are_said_once_and_the_file_read_again(
    town: Town, source: Source, age: Indicator
) -> None:
    feed(town.editor, source=source, indicator=age, formula="age-mean")
    row = take(town, source, inventory())
    assert not row.proposals.exists()
    kept = ReceivedFile.objects.get()
    assert SECRET_USER.encode() not in bytes(kept.secret)
    say_meanings(town.editor, source=source, meanings=MEANINGS, now=NOW)
    assert read_again(town.editor, source=source, now=NOW).is_new
    assert proposed(source).value == Decimal(4)
    assert not ReceivedFile.objects.exists()
    with pytest.raises(ValidationError):
        read_again(town.editor, source=source, now=NOW)


def test_under_the_coverage_nothing_is_proposed(town: Town, source: Source, age: Indicator) -> None:
    feed(town.editor, source=explained(source), indicator=age, formula="age-mean")
    row = take(town, source, inventory(known=8))
    assert not row.proposals.exists()
    [told] = [one for one in row.figures if one["id"] == "age-mean"]
    assert (told["value"], told["verdict"]) == (None, "refused")
    assert "60" in told["reason"]["fr"]


def test_nobody_and_no_machine_is_named_in_what_is_kept(
    town: Town, source: Source, age: Indicator
) -> None:
    feed(town.editor, source=explained(source), indicator=age, formula="age-mean")
    row = take(town, source, inventory())
    told = str(vars(row)) + str(list(AuditEntry.objects.values_list("changes", flat=True)))
    assert SECRET_SERIAL not in told
    assert SECRET_USER not in told
    assert "PC-1" not in told


def test_what_cannot_be_read_writes_nothing_but_that_it_failed(
    town: Town, source: Source, age: Indicator
) -> None:
    feed(town.editor, source=explained(source), indicator=age, formula="age-mean")
    take(town, source, inventory())
    for content in (b"", b"<html>Sign in</html>", b"\x00\x01\x02", b"PK\x03\x04junk"):
        with pytest.raises(UnusableInputError):
            take(town, source, content)
    source.refresh_from_db()
    assert source.failure == "unreadable"
    assert ItemsSnapshot.objects.count() == 1
    take(town, source, inventory(21))
    source.refresh_from_db()
    assert source.failure == ""


def test_a_later_snapshot_takes_the_place_of_what_waited(
    town: Town, source: Source, age: Indicator
) -> None:
    feed(town.editor, source=explained(source), indicator=age, formula="age-mean")
    take(town, source, inventory(), on=DAY - timedelta(days=40))
    first = proposed(source)
    take(town, source, inventory(21))
    first.refresh_from_db()
    assert first.answer == Agreement.SUPERSEDED
    assert proposed(source).on == DAY


def test_who_may_do_what(town: Town, elsewhere: Town, source: Source, age: Indicator) -> None:
    feed(town.editor, source=explained(source), indicator=age, formula="age-mean")
    take(town, source, inventory())
    one = proposed(source)
    for role in (Role.READER, Role.FINANCE, Role.AUDITOR, Role.CONTRIBUTOR):
        with pytest.raises(DeniedError):
            save_source(town.actor(role), name="x", entrance=Entrance.FILE, now=NOW)
        with pytest.raises(DeniedError):
            read_now(town.actor(role), source=source, files=given(b"x"), today=DAY, now=NOW)
        with pytest.raises(DeniedError):
            answer_reading(town.actor(role), proposal=one, answer=Agreement.ACCEPTED, now=NOW)
    with pytest.raises(NotFoundError):
        answer_reading(elsewhere.editor, proposal=one, answer=Agreement.ACCEPTED, now=NOW)
    with pytest.raises(NotFoundError):
        stop_source(elsewhere.admin, source=source)
    with pytest.raises(NotFoundError):
        feed(elsewhere.editor, source=source, indicator=age, formula="age-mean")


def test_the_pilot_answers_for_their_own(
    town: Town, source: Source, age: Indicator, action: Action
) -> None:
    feed(town.editor, source=explained(source), indicator=age, formula="age-mean")
    take(town, source, inventory())
    Action.objects.filter(pk=action.pk).update(pilot=town.people[Role.CONTRIBUTOR])
    answer_reading(town.contributor, proposal=proposed(source), answer=Agreement.ACCEPTED, now=NOW)
    assert Measurement.objects.filter(indicator=age, computed=True).count() == 1


def test_an_indicator_of_another_unit_is_not_fed(
    town: Town, source: Source, action: Action
) -> None:
    months = add_indicator(
        town.editor, action=action, name="Garantie", kind=Kind.QUANTITY, unit="mois"
    )
    with pytest.raises(ValidationError):
        feed(town.editor, source=source, indicator=months, formula="age-mean")
    with pytest.raises(ValidationError):
        feed(town.editor, source=source, indicator=months, formula="nothing")


@pytest.fixture
def other(town: Town) -> Source:
    return explained(save_source(town.editor, name="Snipe-IT", entrance=Entrance.FILE, now=NOW))


def test_two_sources_of_one_day_are_a_question_that_somebody_settles(
    town: Town, source: Source, other: Source, age: Indicator
) -> None:
    for one in (explained(source), other):
        feed(town.editor, source=one, indicator=age, formula="age-mean", manner=Manner.AUTOMATIC)
    take(town, source, inventory())
    assert not take(town, other, inventory()).proposals.exists()  # they say the same
    take(town, other, inventory(bought=date(2022, 8, 24)))
    one = proposed(other)
    assert one.questions == [Question.SOURCES]
    [told] = said_otherwise([one])[one.pk]
    assert (told.source, told.value, told.computed) == ("GLPI", Decimal(4), True)
    assert series_of(Indicator.objects.get(pk=age.pk)).last_known.value == Decimal(4)
    with pytest.raises(ValidationError):
        answer_reading(town.editor, proposal=one, answer=Agreement.ACCEPTED, now=NOW)
    answer_reading(town.admin, proposal=one, answer=Agreement.ACCEPTED, settles=True, now=NOW)
    aside = age.measurements.get(source="GLPI")
    assert (aside.value, aside.withdrawn_at) == (Decimal(4), None)
    assert "Snipe-IT" in aside.refused_why
    assert series_of(Indicator.objects.get(pk=age.pk)).last_known.value == one.value
    settled = AuditEntry.objects.filter(person_id=town.admin.person_id)
    assert "GLPI" in str(list(settled.values_list("changes", flat=True)))
    assert "Snipe-IT" in str(list(settled.values_list("changes", flat=True)))


def test_a_source_follows_itself_whatever_it_is_called(
    town: Town, source: Source, other: Source, age: Indicator
) -> None:
    feed(
        town.editor,
        source=explained(source),
        indicator=age,
        formula="age-mean",
        manner=Manner.AUTOMATIC,
    )
    take(town, source, inventory())
    save_source(town.editor, source=source, name="GLPI 11", entrance=Entrance.FILE, now=NOW)
    take(town, source, inventory(bought=date(2022, 8, 24)))
    assert series_of(Indicator.objects.get(pk=age.pk)).last_known.value > Decimal(4)
    assert not ProposedReading.objects.exclude(answer=Agreement.ACCEPTED).exists()
