"""Indicators in the database: what a value may be, who may write it, what undoing keeps."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from decimal import Decimal

import pytest
from django.core.exceptions import ValidationError

from portulan.accounts.access import Operation, Role
from portulan.accounts.actors import Actor
from portulan.accounts.models import Unit
from portulan.accounts.writes import add_unit
from portulan.core import trail as core_trail
from portulan.core.errors import DeniedError, NotFoundError
from portulan.indicators import computed
from portulan.indicators.computed import ComputedValue, register
from portulan.indicators.measurements import (
    refresh_computed,
    refuse_measurement,
    undo_measurement,
    withdraw_measurement,
)
from portulan.indicators.models import Indicator, Measurement, Target
from portulan.indicators.reads import series_of
from portulan.indicators.series import Reading, stand
from portulan.indicators.values import Manner
from portulan.indicators.words import (
    Direction,
    Judgement,
    Kind,
    Knowledge,
    MeasurementRole,
    TargetKind,
)
from portulan.indicators.writes import (
    edit_indicator,
    judge_target,
    remove_target,
    set_target,
)
from tests.indicators.single import create_indicator, record_measurement
from tests.people import Town

TODAY = date(2026, 11, 24)


def make(town: Town, kind: Kind = Kind.QUANTITY, **more: object) -> Indicator:
    return create_indicator(town.editor, name="PUE moyen annuel", kind=kind, **more)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("kind", "given", "kept"),
    [
        (Kind.QUANTITY, {"value": Decimal("1.71")}, (Decimal("1.71"), "")),
        (Kind.PERCENTAGE, {"numerator": Decimal(28), "denominator": Decimal(49)},
         (Decimal("57.1429"), "")),
        (Kind.YES_NO, {"text": "Oui"}, (Decimal(1), "")),
        (Kind.YES_NO, {"value": Decimal(0)}, (Decimal(0), "")),
        (Kind.SCALE, {"text": " niveau 1 "}, (None, "niveau 1")),
    ],
)  # fmt: skip
def test_values_are_of_the_kind_of_the_indicator(
    town: Town, kind: Kind, given: dict[str, object], kept: tuple[Decimal | None, str]
) -> None:
    measurement = record_measurement(
        town.editor,
        indicator=make(town, kind),
        on=TODAY,
        today=TODAY,
        **given,  # type: ignore[arg-type]
    )
    measurement.refresh_from_db()
    assert (measurement.value, measurement.text) == kept


@pytest.mark.parametrize(
    ("kind", "given"),
    [
        (Kind.QUANTITY, {"text": "environ deux"}),
        (Kind.QUANTITY, {}),
        (Kind.PERCENTAGE, {"numerator": Decimal(1), "denominator": Decimal(0)}),
        (Kind.YES_NO, {"text": "peut-être"}),
        (Kind.YES_NO, {"value": Decimal(2)}),
        (Kind.SCALE, {"value": Decimal(2)}),
        (Kind.SCALE, {"text": "  "}),
        (Kind.QUANTITY, {"value": Decimal(1), "knowledge": Knowledge.UNKNOWN}),
        (Kind.QUANTITY, {"value": Decimal(1), "on": date(2026, 11, 25)}),
    ],
)
def test_what_is_no_value_is_refused_and_nothing_is_kept(
    town: Town, kind: Kind, given: dict[str, object]
) -> None:
    indicator = make(town, kind)
    with pytest.raises(ValidationError):
        record_measurement(
            town.editor,
            indicator=indicator,
            **({"on": TODAY, "today": TODAY} | given),  # type: ignore[arg-type]
        )
    assert not indicator.measurements.exists()


def test_not_having_the_figure_is_an_answer_and_undoing_keeps_it(town: Town) -> None:
    indicator = make(town, direction=Direction.DOWN)
    record_measurement(
        town.editor,
        indicator=indicator,
        on=date(2024, 5, 31),
        today=TODAY,
        value=Decimal("1.85"),
        role=MeasurementRole.BASELINE,
    )
    record_measurement(
        town.editor,
        indicator=indicator,
        on=date(2025, 12, 31),
        today=TODAY,
        knowledge=Knowledge.UNKNOWN,
    )
    wrong = record_measurement(
        town.editor, indicator=indicator, on=date(2026, 9, 30), today=TODAY, value=Decimal(17)
    )
    withdraw_measurement(town.editor, measurement=wrong)
    withdraw_measurement(town.editor, measurement=wrong)
    series = series_of(indicator)
    assert [item.value for item in series.readings] == [Decimal("1.85"), None]
    assert indicator.measurements.count() == 3
    trail = [(entry.verb, entry.changes) for entry in core_trail.history(indicator)]
    assert trail == [
        ("measurement withdrawn", {"2026-09-30": ["17", None]}),
        ("measured", {"2026-09-30": [None, "17"]}),
        ("measured", {"2025-12-31": [None, "unknown"]}),
        ("measured", {"2024-05-31": [None, "1.85"]}),
        ("created", {"name": [None, "PUE moyen annuel"]}),
    ]


def test_targets_are_one_per_date_and_a_legal_one_cites_its_law(town: Town) -> None:
    indicator = make(town, Kind.PERCENTAGE, direction=Direction.UP)
    due = date(2027, 12, 31)
    set_target(town.editor, indicator=indicator, due_on=due, value=Decimal(60))
    target = set_target(town.editor, indicator=indicator, due_on=due, value=Decimal(65))
    with pytest.raises(ValidationError, match="texte de loi"):
        set_target(
            town.editor,
            indicator=indicator,
            due_on=date(2025, 1, 1),
            value=Decimal(50),
            kind=TargetKind.LEGAL,
        )
    set_target(
        town.editor,
        indicator=indicator,
        due_on=date(2025, 1, 1),
        value=Decimal(50),
        kind=TargetKind.LEGAL,
        reference="Loi REEN, article 16",
    )
    assert [item.value for item in indicator.targets.order_by("due_on")] == [50, 65]
    remove_target(town.editor, target=target)
    assert [item.value for item in indicator.targets.all()] == [50]
    assert core_trail.history(indicator)[0].changes == {"target:2027-12-31": ["65", None]}


def test_a_number_does_not_become_words_once_measured(town: Town) -> None:
    indicator = make(town)
    record_measurement(
        town.editor, indicator=indicator, on=TODAY, today=TODAY, value=Decimal("1.7")
    )
    fields = {
        "name": "PUE",
        "unit": "",
        "direction": Direction.DOWN,
        "level": indicator.level,
        "description": "",
    }
    with pytest.raises(ValidationError, match="autre genre"):
        edit_indicator(town.editor, indicator=indicator, kind=Kind.SCALE, **fields)  # type: ignore[arg-type]
    edit_indicator(town.editor, indicator=indicator, kind=Kind.COUNT, **fields)  # type: ignore[arg-type]


@pytest.mark.parametrize("role", Role)
def test_who_may_write(town: Town, role: Role) -> None:
    actor = town.actor(role)
    indicator = make(town)
    edits = actor.may(Operation.EDIT_PLAN)

    def attempt(action: object, **more: object) -> bool:
        try:
            action(actor, indicator=indicator, **more)  # type: ignore[operator]
        except DeniedError:
            return False
        return True

    due = date(2027, 12, 31)
    assert attempt(set_target, due_on=due, value=Decimal(1)) == edits
    reading = {"on": TODAY, "today": TODAY, "value": Decimal(1)}
    assert attempt(record_measurement, **reading) == edits
    # The caller from above vouches for the pilot.
    vouched = edits or role is Role.CONTRIBUTOR
    assert attempt(record_measurement, **reading, own=True) == vouched


def test_an_indicator_of_others_does_not_exist(town: Town, elsewhere: Town) -> None:
    indicator = make(town)
    with pytest.raises(NotFoundError):
        set_target(elsewhere.admin, indicator=indicator, due_on=TODAY, value=Decimal(1))


@pytest.fixture
def share() -> Iterator[list[ComputedValue]]:
    values: list[ComputedValue] = []

    def compute(organisation_id: int) -> list[ComputedValue]:
        return values

    register("tests.share", compute)
    yield values
    computed._COMPUTERS.pop("tests.share")


def test_computed_values_follow_their_source_and_are_not_typed_over(
    town: Town, share: list[ComputedValue]
) -> None:
    indicator = make(town, Kind.PERCENTAGE, computed_by="tests.share")
    share[:] = [
        ComputedValue(date(2025, 12, 31), Decimal("2.62038"), Decimal(468), Decimal(17860)),
        ComputedValue(date(2026, 12, 31), None),
    ]
    assert refresh_computed(town.finance, name="tests.share") == 2
    assert refresh_computed(town.finance, name="tests.share") == 0
    share[:] = [ComputedValue(date(2025, 12, 31), Decimal("2.7"))]
    assert refresh_computed(town.finance, name="tests.share") == 2
    (found,) = indicator.measurements.filter(withdrawn_at=None)
    assert found.value == Decimal("2.7")
    assert indicator.measurements.count() == 3
    with pytest.raises(ValidationError, match="calculé"):
        record_measurement(
            town.editor, indicator=indicator, on=TODAY, today=TODAY, value=Decimal(99)
        )
    with pytest.raises(ValidationError, match="calculée"):
        withdraw_measurement(town.editor, measurement=found)
    with pytest.raises(DeniedError):
        refresh_computed(town.reader, name="tests.share")


def test_a_name_computes_one_thing(share: list[ComputedValue]) -> None:
    with pytest.raises(ValueError, match="registered already"):
        register("tests.share", lambda organisation_id: [])


def test_a_second_value_of_one_day_replaces_the_first(town: Town) -> None:
    """Of one person; what another read that day stays, and undoing gives the first back.

    The last told of those that stay counts.
    """
    indicator = make(town)

    def read(actor: Actor, value: int) -> Measurement:
        return record_measurement(
            actor, indicator=indicator, on=TODAY, today=TODAY, value=Decimal(value)
        )

    def standing() -> list[int]:
        rows = indicator.measurements.filter(withdrawn_at=None).order_by("pk")
        told = [int(item.value or 0) for item in rows]
        assert [item.value for item in series_of(indicator).readings] == told[-1:]
        return sorted(told)

    read(town.editor, 1)
    read(town.admin, 2)
    second = read(town.editor, 3)
    assert standing() == [2, 3]
    assert core_trail.history(indicator)[0].changes == {TODAY.isoformat(): ["1", "3"]}
    undo_measurement(town.editor, measurement=second)
    assert standing() == [1, 2]
    assert indicator.measurements.count() == 3


def test_a_target_in_words_is_judged_at_its_date_and_never_before(town: Town) -> None:
    indicator = create_indicator(town.editor, name="Label", kind=Kind.TEXT)
    due = date(2026, 6, 30)
    target = set_target(town.editor, indicator=indicator, due_on=due, text="niveau 2 obtenu")
    told = {"judgement": Judgement.IN_PART, "by": "Comité NR", "why": "Audit passé, avis attendu"}

    def judge(on: date, today: date, **more: object) -> Target:
        return judge_target(town.editor, target=target, on=on, today=today, **(told | more))  # type: ignore[arg-type]

    with pytest.raises(ValidationError, match="à sa date"):
        judge(due - timedelta(1), due - timedelta(1))
    with pytest.raises(ValidationError, match="quelle fonction"):
        judge(due, due, why=" ")
    standing = stand(series_of(indicator), due)
    assert standing.reached is None  # not judged is not missed
    judge(due, due)
    measured = record_measurement(
        town.editor, indicator=indicator, on=due, today=due, text="niveau 1"
    )
    for judgement, reached in ((Judgement.IN_PART, False), (Judgement.REACHED, True)):
        judge(due, due, judgement=judgement)
        indicator.refresh_from_db()
        assert stand(series_of(indicator), due).reached is reached
    assert (measured.value, target.value) == (None, None)  # words stay words
    # Another target at that date is another promise: it waits to be judged.
    assert set_target(town.editor, indicator=indicator, due_on=due, text="niveau 3").judgement == ""
    number = create_indicator(town.editor, name="PUE", kind=Kind.QUANTITY)
    aim = set_target(town.editor, indicator=number, due_on=due, value=Decimal(1))
    with pytest.raises(ValidationError, match="ne se juge pas"):
        judge_target(town.editor, target=aim, on=due, today=due, **told)  # type: ignore[arg-type]


def test_of_two_people_who_set_one_date_the_second_is_told(town: Town) -> None:
    indicator = create_indicator(town.editor, name="PUE", kind=Kind.QUANTITY)
    due = date(2027, 12, 31)
    set_target(town.editor, indicator=indicator, due_on=due, value=Decimal("1.5"), replace=False)
    set_target(town.admin, indicator=indicator, due_on=due, value=Decimal("1.5"), replace=False)
    with pytest.raises(ValidationError, match=r"déjà une cible.*: 1\.5"):
        set_target(town.admin, indicator=indicator, due_on=due, value=Decimal(2), replace=False)
    assert indicator.targets.get().value == Decimal("1.5")
    set_target(town.admin, indicator=indicator, due_on=due, value=Decimal(2))
    assert indicator.targets.get().value == Decimal(2)


def test_a_figure_one_does_not_have_takes_the_place_of_no_value(town: Town) -> None:
    indicator = make(town)

    def tell(**given: object) -> Measurement:
        return record_measurement(
            town.editor,
            indicator=indicator,
            on=TODAY,
            today=TODAY,
            **given,  # type: ignore[arg-type]
        )

    known = tell(value=Decimal(7))
    tell(knowledge=Knowledge.UNKNOWN)
    known.refresh_from_db()
    assert known.withdrawn_at is None
    assert [item.value for item in series_of(indicator).readings] == [Decimal(7)]
    # A value takes the place of “I don't have it”, which it answers.
    other = make(town)
    indicator = other
    tell(knowledge=Knowledge.UNKNOWN)
    tell(value=Decimal(8))
    assert indicator.measurements.filter(withdrawn_at=None).count() == 1


def test_of_two_sources_the_refused_one_is_kept_and_counts_no_more(town: Town) -> None:
    indicator = make(town)

    def tell(value: int, source: str) -> Measurement:
        return record_measurement(
            town.editor,
            indicator=indicator,
            on=TODAY,
            today=TODAY,
            value=Decimal(value),
            source=source,
        )

    def counts() -> list[Decimal | None]:
        return [item.value for item in series_of(indicator).readings]

    ours, theirs = tell(44, "Inventaire"), tell(46, "Prestataire")
    assert counts() == [Decimal(46)]
    refuse_measurement(town.editor, measurement=theirs, why="Compte aussi les écrans")
    assert counts() == [Decimal(44)]
    assert indicator.measurements.filter(withdrawn_at=None).count() == 2
    refuse_measurement(town.editor, measurement=theirs, why="")
    assert counts() == [Decimal(46)]
    verbs = [entry.verb for entry in core_trail.history(indicator)]
    assert verbs[:2] == ["measurement kept", "measurement refused"]
    # The same source again is a correction.
    tell(45, "inventaire")
    ours.refresh_from_db()
    assert ours.withdrawn_at is not None
    with pytest.raises(ValidationError, match="retiré"):
        refuse_measurement(town.editor, measurement=ours, why="trop tard")
    with pytest.raises(DeniedError):
        refuse_measurement(town.reader, measurement=theirs, why="non")


def test_a_restatement_mends_the_series_and_erases_nothing(town: Town) -> None:
    indicator = make(town, direction=Direction.UP)
    set_target(town.editor, indicator=indicator, due_on=date(2027, 12, 31), value=Decimal(80))
    start, broken = date(2024, 12, 31), date(2026, 1, 31)

    def tell(on: date, value: int, **more: object) -> Measurement:
        return record_measurement(
            town.editor,
            indicator=indicator,
            on=on,
            today=TODAY,
            value=Decimal(value),
            **more,  # type: ignore[arg-type]
        )

    base = MeasurementRole.BASELINE
    tell(start, 40, role=base)
    with pytest.raises(ValidationError, match="rupture"):
        tell(start, 30, role=base, restated_for=broken)
    tell(broken, 50, breaks_series=True)
    assert stand(series_of(indicator), TODAY).broken
    tell(start, 30, role=base, restated_for=broken)
    standing = stand(series_of(indicator), TODAY)
    assert (standing.broken, standing.gap is not None) == (False, True)
    assert series_of(indicator).baseline == Reading(
        start, Decimal(30), role=base, restated_for=broken
    )
    values = indicator.measurements.filter(withdrawn_at=None).values_list("value", flat=True)
    assert sorted(values) == [30, 40, 50]


def test_values_of_units_make_that_of_the_organisation(town: Town, elsewhere: Town) -> None:
    schools = add_unit(town.admin, name="Écoles")
    hall = add_unit(town.admin, name="Mairie")
    indicator = make(town, Kind.PERCENTAGE)

    def tell(unit: Unit, top: int, bottom: int) -> None:
        record_measurement(
            town.editor,
            indicator=indicator,
            on=TODAY,
            today=TODAY,
            numerator=Decimal(top),
            denominator=Decimal(bottom),
            unit=unit,
        )

    tell(schools, 1, 100)
    tell(hall, 90, 100)
    [whole] = series_of(indicator).readings
    assert (whole.value, whole.parts, whole.expected) == (Decimal("45.5"), 2, 2)
    with pytest.raises(NotFoundError):
        tell(add_unit(elsewhere.admin, name="Écoles"), 1, 2)


def test_a_scale_takes_its_own_words_and_says_which_is_beyond(town: Town) -> None:
    manner = Manner(scale=("Débutant", "Engagé", "Exemplaire"))
    indicator = make(town, Kind.SCALE, direction=Direction.UP, manner=manner)
    due = date(2027, 12, 31)
    set_target(town.editor, indicator=indicator, due_on=due, text="engagé")
    for said, reached in (("debutant", False), ("Engagé", True), ("exemplaire", True)):
        record_measurement(town.editor, indicator=indicator, on=TODAY, today=TODAY, text=said)
        assert stand(series_of(indicator), TODAY).reached is reached
    with pytest.raises(ValidationError, match="Un mot de l’échelle"):
        record_measurement(town.editor, indicator=indicator, on=TODAY, today=TODAY, text="bof")
    for wrong in (("un",), ("un", "Un")):
        with pytest.raises(ValidationError, match="deux mots"):
            make(town, Kind.SCALE, manner=Manner(scale=wrong))
