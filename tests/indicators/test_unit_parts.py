"""The units that owe a part: who, since when, at which weight, and what it does to the whole."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest
from django.core.exceptions import ValidationError

from portulan.accounts.writes import add_unit
from portulan.core.errors import DeniedError, NotFoundError
from portulan.indicators.consolidation import Rule, put_together
from portulan.indicators.models import Indicator
from portulan.indicators.reads import series_of
from portulan.indicators.series import Reading
from portulan.indicators.unit_parts.rules import (
    Owed,
    PastWeight,
    changed_from,
    kept_past,
    missing,
    past_of,
)
from portulan.indicators.unit_parts.writes import designate_units
from portulan.indicators.words import Frequency, Kind
from tests.indicators.single import create_indicator, record_measurement
from tests.people import Town

DAY, TODAY = date(2026, 6, 30), date(2026, 11, 24)
SUM, SHARE = Rule(Kind.COUNT), Rule(Kind.PERCENTAGE)


def of(unit: int, value: int, on: date = DAY) -> Reading:
    return Reading(on, Decimal(value), unit=unit)


def test_those_designated_are_expected_even_silent_and_the_others_do_not_count() -> None:
    owed = [Owed(1), Owed(2), Owed(3)]
    [found] = put_together([of(1, 10), of(2, 5), of(9, 100)], SUM, owed)
    assert (found.value, found.at_least, found.parts, found.expected) == (None, 15, 2, 3)
    assert put_together([of(9, 100)], SUM, owed) == ()
    [whole] = put_together([of(1, 10), of(2, 5)], SUM, owed[:2])
    assert (whole.value, whole.parts, whole.expected) == (15, 2, 2)


def test_one_that_joins_or_leaves_changes_nothing_of_before() -> None:
    later, last = date(2026, 9, 30), date(2026, 12, 31)
    owed = [Owed(1), Owed(2, until=later), Owed(3, since=later)]
    told = [of(1, 10), of(2, 5), of(1, 11, later), of(3, 7, last)]
    first, second, third = put_together(told, SUM, owed)
    assert (first.value, first.expected) == (15, 2)
    assert (second.value, second.at_least, second.expected) == (None, 11, 2)
    assert (third.value, third.expected) == (18, 2)


def test_a_weighted_mean_says_which_weights_told() -> None:
    owed = [Owed(1, weight=Decimal(300)), Owed(2, weight=Decimal(100)), Owed(3, weight=Decimal(0))]
    [found] = put_together([of(1, 50), of(2, 90)], SHARE, owed)
    assert (found.value, found.parts, found.expected) == (60, 2, 3)  # a bare mean says 70
    assert found.weighed == (400, 400)
    [half] = put_together([of(2, 90)], SHARE, owed)
    assert (half.value, half.weighed) == (90, (100, 400))
    [none] = put_together([of(3, 90)], SHARE, owed)
    assert (none.value, none.parts) == (None, 1)
    # A weight that one of them lacks weighs nothing: the terms are asked for.
    [terms] = put_together([of(1, 50)], SHARE, [*owed, Owed(4)])
    assert (terms.value, terms.weighed) == (None, None)


def test_the_silent_are_told_by_period_and_not_before_they_owe() -> None:
    quarter = Frequency.QUARTER
    owed = [
        Owed(1, "b", told=date(2026, 7, 1)),
        Owed(2, "a"),
        Owed(3, "c", told=DAY),
        Owed(4, "d", since=date(2026, 10, 2)),
        Owed(5, "e", until=date(2026, 10, 2)),
    ]
    late = [(one.owed.name, one.due_on) for one in missing(owed, quarter, TODAY)]
    assert late == [("a", date(2026, 9, 30)), ("c", date(2026, 9, 30))]
    late = [(one.owed.name, one.due_on) for one in missing(owed, None, TODAY)]
    assert late == [(name, date(2026, 7, 1)) for name in "acd"]
    assert [one.due_on for one in missing([Owed(1)], None, TODAY)] == [TODAY]
    assert missing([], quarter, TODAY) == ()


def test_a_past_mean_keeps_the_weights_of_its_day() -> None:
    first, second, third = date(2024, 12, 31), date(2025, 12, 31), date(2026, 6, 30)
    past = (PastWeight(date(2025, 1, 1), Decimal(10)), PastWeight(date(2026, 1, 1), Decimal(30)))
    owed = [Owed(1, weight=Decimal(90), past=past), Owed(2, weight=Decimal(10))]
    told = [
        of(unit, value, on) for on in (first, second, third) for unit, value in ((1, 0), (2, 80))
    ]
    means = [one.value for one in put_together(told, SHARE, owed)]
    assert means == [40, 20, 8]
    # A day without a weight has none to make a mean of.
    owed[0] = Owed(1, weight=Decimal(90), past=(PastWeight(second, None),))
    assert [one.value for one in put_together(told, SHARE, owed)] == [None, 8, 8]


@pytest.mark.parametrize(
    ("past", "since", "weight", "found"),
    [
        ((), date(2026, 1, 1), 7, ((date(2026, 1, 1), 5),)),
        ((), None, 7, ()),
        ((), date(2026, 1, 1), 5, ()),
        (((2025, 3),), date(2026, 1, 1), 7, ((date(2025, 1, 1), 3), (date(2026, 1, 1), 5))),
        # What was said after is replaced, and a weight that comes back was never another.
        (((2025, 3),), date(2024, 1, 1), 7, ((date(2024, 1, 1), 3),)),
        (((2025, 3),), date(2025, 1, 1), 3, ()),
    ],
)
def test_another_weight_holds_from_its_day(
    past: tuple[tuple[int, int], ...],
    since: date | None,
    weight: int,
    found: tuple[tuple[date, int], ...],
) -> None:
    before = [PastWeight(date(year, 1, 1), Decimal(one)) for year, one in past]
    made = changed_from(before, Decimal(5), Decimal(weight), since)
    assert made == found
    assert past_of(kept_past(made)) == made


def _share(town: Town) -> Indicator:
    return create_indicator(town.editor, name="Postes chiffrés", kind=Kind.PERCENTAGE, unit="%")


def test_units_are_designated_weighed_and_let_go(town: Town) -> None:
    school, hall, pool = (
        add_unit(town.admin, name=name) for name in ("École", "Mairie", "Piscine")
    )
    indicator = _share(town)

    def tell(unit: object, value: int, on: date) -> None:
        record_measurement(
            town.editor,
            indicator=indicator,
            on=on,
            today=TODAY,
            value=Decimal(value),
            unit=unit,  # type: ignore[arg-type]
        )

    def designate(**parts: int | None) -> None:
        named = {"school": school.pk, "hall": hall.pk, "pool": pool.pk}
        said = {named[key]: None if one is None else Decimal(one) for key, one in parts.items()}
        designate_units(town.editor, indicator=indicator, parts=said, today=TODAY)

    designate(school=30, hall=10)
    tell(school, 50, DAY)
    told = {one.unit.name: one.since for one in indicator.unit_parts.all()}
    assert told == {"École": None, "Mairie": None}
    assert [one.owed.name for one in series_of(indicator).missing(TODAY)] == ["Mairie"]
    # The school that told leaves with its day; the hall that told nothing is forgotten.
    designate(pool=5)
    left = {one.unit.name: (one.since, one.until) for one in indicator.unit_parts.all()}
    assert left == {"École": (None, TODAY), "Piscine": (TODAY, None)}
    assert series_of(indicator).readings[0].value == 50
    designate(school=30, pool=5)
    assert {one.until for one in indicator.unit_parts.all()} == {None}
    among = frozenset({pool.pk})
    designate_units(town.editor, indicator=indicator, parts={}, today=TODAY, among=among)
    assert [one.unit for one in indicator.unit_parts.all()] == [school]


def test_a_weight_said_from_a_day_changes_nothing_of_before(town: Town) -> None:
    school, hall = (add_unit(town.admin, name=name) for name in ("École", "Mairie"))
    indicator, before, after = _share(town), date(2025, 12, 31), DAY

    def designate(one: int, other: int, since: date | None = None) -> None:
        parts = {school.pk: Decimal(one), hall.pk: Decimal(other)}
        designate_units(town.editor, indicator=indicator, parts=parts, today=TODAY, since=since)

    designate(10, 10)
    for on in (before, after):
        for unit, value in ((school, 0), (hall, 80)):
            record_measurement(
                town.editor,
                indicator=indicator,
                on=on,
                today=TODAY,
                value=Decimal(value),
                unit=unit,
            )
    designate(30, 10, date(2026, 1, 1))
    assert [one.value for one in series_of(indicator).readings] == [40, 20]
    # Said from today on, nothing that was told moves; an older day corrects.
    designate(70, 10)
    assert [one.value for one in series_of(indicator).readings] == [40, 20]
    designate(70, 10, date(2025, 1, 1))
    assert [one.value for one in series_of(indicator).readings] == [40, 20]  # nothing is another
    designate(30, 10, date(2025, 1, 1))
    assert [one.value for one in series_of(indicator).readings] == [20, 20]
    with pytest.raises(ValidationError):
        designate(1, 1, date(2027, 1, 1))
    # Half of the weights is refused, the others standing too.
    with pytest.raises(ValidationError):
        designate_units(
            town.editor, indicator=indicator, parts={school.pk: None}, today=TODAY,
            among=frozenset({school.pk}),
        )  # fmt: skip


def test_what_cannot_be_designated_is_told(town: Town) -> None:
    school, hall = (add_unit(town.admin, name=name) for name in ("École", "Mairie"))
    share, count = _share(town), create_indicator(town.editor, name="Postes", kind=Kind.COUNT)
    one = Decimal(1)
    for indicator, parts in (
        (count, {school.pk: one}),  # nothing is weighed in a sum
        (share, {school.pk: one, hall.pk: None}),
        (share, {school.pk: Decimal(-1)}),
        (share, {school.pk: Decimal(0)}),
    ):
        with pytest.raises(ValidationError):
            designate_units(town.editor, indicator=indicator, parts=parts, today=TODAY)
    with pytest.raises(NotFoundError):
        designate_units(town.editor, indicator=count, parts={0: None}, today=TODAY)
    with pytest.raises(DeniedError):
        designate_units(town.reader, indicator=count, parts={school.pk: None}, today=TODAY)
    Indicator.objects.filter(pk=count.pk).update(computed_by="budget.share")
    count.refresh_from_db()
    with pytest.raises(ValidationError):
        designate_units(town.editor, indicator=count, parts={school.pk: None}, today=TODAY)
