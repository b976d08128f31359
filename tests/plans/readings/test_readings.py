"""Readings of a plan in one act: what a cell says, all or none, undone, out and in again."""

from __future__ import annotations

import io
from datetime import date
from decimal import Decimal

import pytest
from django.core.exceptions import ValidationError

from portulan.accounts.access import Role
from portulan.accounts.writes import add_unit
from portulan.core.errors import DeniedError, NotFoundError
from portulan.core.folding import fold
from portulan.core.say.text import UnusableInputError
from portulan.core.tables.grid import grids_of
from portulan.core.tables.sources import open_source
from portulan.core.workbooks import SHEETS, WRITERS, Sheet
from portulan.indicators.reads import series_of
from portulan.indicators.values import Manner
from portulan.indicators.words import Frequency, Kind, Knowledge
from portulan.plans.indicators import add_indicator
from portulan.plans.models import Plan
from portulan.plans.readings.reads import entries_of, readings_told, standing_readings
from portulan.plans.readings.returning import beside, sheets_of
from portulan.plans.readings.said import Said, from_json, to_json, written
from portulan.plans.readings.table import WANTED, SheetReading, read_sheet, sheet_rows
from portulan.plans.readings.writes import RefusedReadingsError, record_readings, undo_readings
from tests.people import Town
from tests.plans.plan_of_town import TODAY, followed_action, make_action, make_plan

DAY = date(2026, 10, 31)


@pytest.fixture
def plan(town: Town) -> Plan:
    """A plan with a number, a share, a yes or no and a scale."""
    plan = make_plan(town)
    followed_action(town, plan)
    action = make_action(town, plan, "Des postes gardés plus longtemps")
    for name, kind, scale in (
        ("Postes reconditionnés", Kind.PERCENTAGE, ()),
        ("Charte votée", Kind.YES_NO, ()),
        ("Maturité", Kind.SCALE, ("faible", "bonne")),
    ):
        manner = Manner(frequency=Frequency.YEAR, scale=scale)
        add_indicator(town.editor, action=action, name=name, kind=kind, manner=manner)
    return plan


def pk_of(town: Town, plan: Plan, name: str) -> int:
    return next(
        one.indicator.pk for one in entries_of(town.editor, plan) if one.indicator.name == name
    )


@pytest.mark.parametrize(
    ("kind", "text", "value", "words", "knowledge"),
    [
        (Kind.QUANTITY, "1,71", "1.71", "", Knowledge.KNOWN),
        (Kind.PERCENTAGE, "28/49", "57.1429", "", Knowledge.KNOWN),
        (Kind.PERCENTAGE, "28 sur 49", "57.1429", "", Knowledge.KNOWN),
        (Kind.PERCENTAGE, "44 %", "44", "", Knowledge.KNOWN),
        (Kind.YES_NO, "Oui", "1", "", Knowledge.KNOWN),
        (Kind.SCALE, "BONNE", None, "bonne", Knowledge.KNOWN),
        (Kind.TEXT, "en place", None, "en place", Knowledge.KNOWN),
        (Kind.QUANTITY, "?", None, "", Knowledge.UNKNOWN),
        (Kind.YES_NO, "inconnu", None, "", Knowledge.UNKNOWN),
        (Kind.QUANTITY, "sans objet", None, "", Knowledge.NOT_APPLICABLE),
    ],
)
def test_what_a_cell_says(
    kind: Kind, text: str, value: str | None, words: str, knowledge: Knowledge
) -> None:
    said = written(Said(1, DAY), text, kind=kind, scale=("faible", "bonne"), language="fr")
    assert said.value == (None if value is None else Decimal(value))
    assert (said.text, said.knowledge) == (words, knowledge)
    assert from_json(to_json(said)) == said


@pytest.mark.parametrize(
    ("kind", "text"),
    [
        (Kind.QUANTITY, "environ deux"),
        (Kind.QUANTITY, "-"),
        (Kind.PERCENTAGE, "3/0"),
        (Kind.COUNT, "3/4"),
        (Kind.YES_NO, "peut-être"),
        (Kind.SCALE, "moyenne"),
        (Kind.QUANTITY, "1" * 20),
    ],
)
def test_what_a_cell_cannot_say(kind: Kind, text: str) -> None:
    with pytest.raises(ValidationError):
        written(Said(1, DAY), text, kind=kind, scale=("faible", "bonne"), language="fr")


def test_all_or_none_and_undone_in_one_act(town: Town, plan: Plan) -> None:
    pue, share = pk_of(town, plan, "PUE moyen annuel"), pk_of(town, plan, "Postes reconditionnés")
    good = [Said(pue, DAY, Decimal("1.68")), Said(share, DAY, Decimal(40))]
    with pytest.raises(RefusedReadingsError) as refused:
        record_readings(
            town.editor,
            plan=plan,
            today=TODAY,
            readings=[*good, Said(pue, date(2027, 1, 1), Decimal(1)), Said(10**6, DAY, Decimal(1))],
        )
    assert set(refused.value.refused) == {2, 3}
    indicator = entries_of(town.editor, plan)[0].indicator
    assert indicator.measurements.count() == 2
    made = record_readings(town.editor, plan=plan, readings=good, today=TODAY)
    assert made.count == 2
    assert series_of(indicator).last_known.value == Decimal("1.68")  # type: ignore[union-attr]
    with pytest.raises(NotFoundError):
        undo_readings(town.admin, plan=plan, first=made.first)
    assert undo_readings(town.editor, plan=plan, first=made.first) == 2
    with pytest.raises(ValidationError, match="déjà"):
        undo_readings(town.editor, plan=plan, first=made.first)
    assert [item.value for item in series_of(indicator).readings] == [
        Decimal("1.85"),
        Decimal("1.71"),
    ]


def test_a_pilot_tells_of_what_they_pilot(town: Town, plan: Plan) -> None:
    pue = pk_of(town, plan, "PUE moyen annuel")
    readings = [Said(pue, DAY, Decimal(1))]
    with pytest.raises(DeniedError):
        record_readings(town.reader, plan=plan, readings=readings, today=TODAY)
    pilot = town.actor(Role.CONTRIBUTOR)
    with pytest.raises(RefusedReadingsError, match="pilotez"):
        record_readings(pilot, plan=plan, readings=readings, today=TODAY)
    action = plan.actions.get(number=1)
    action.pilot_id = pilot.person_id
    action.save()
    assert record_readings(pilot, plan=plan, readings=readings, today=TODAY).count == 1


def back(town: Town, plan: Plan, kind: str, change: dict[str, str] | None = None) -> SheetReading:
    """Write the readings out as a file, and read that file."""
    entries = entries_of(town.editor, plan)
    pks = [entry.indicator.pk for entry in entries]
    units = dict(town.organisation.units.values_list("pk", "name"))
    rows = list(sheet_rows(entries, readings_told(pks).values(), units, "fr"))
    for row in rows:
        for before, after in (change or {}).items():
            row[:] = [after if str(cell) == before else cell for cell in row]
    stream = io.BytesIO()
    WRITERS[kind](stream, "Relevés", rows)
    stream.seek(0)
    with open_source(stream, f"releves.{kind}", WANTED) as source:
        grids = grids_of(source)
    by_name = {fold(name): pk for pk, name in units.items()}
    return read_sheet(grids, entries, by_name, standing_readings(pks), "fr")


@pytest.mark.parametrize("kind", sorted(WRITERS))
def test_the_same_file_comes_back_and_changes_nothing(town: Town, plan: Plan, kind: str) -> None:
    school = add_unit(town.admin, name="Écoles")
    share, vote = pk_of(town, plan, "Postes reconditionnés"), pk_of(town, plan, "Charte votée")
    word = pk_of(town, plan, "Maturité")
    told = [
        Said(share, DAY, Decimal("57.1429"), "", Decimal(28), Decimal(49), unit=school.pk),
        Said(vote, DAY, Decimal(1), source="=Conseil", note="séance du soir"),
        Said(word, DAY, knowledge=Knowledge.UNKNOWN),
        Said(word, TODAY, text="bonne", breaks=True),
        Said(word, DAY, text="faible", restated_for=TODAY, source="Recalcul"),
        Said(share, TODAY, Decimal(12), source="Prestataire", refused_why="hors périmètre"),
    ]
    ordered = sorted(told, key=lambda said: said.restated_for is not None)
    record_readings(town.editor, plan=plan, readings=ordered, today=TODAY)
    before = set(readings_told([share, vote, word]).values())
    found = back(town, plan, kind)
    assert (found.new, found.refused, found.unchanged) == ([], [], 8)
    # One value changes: it alone is new, and once it is in, nothing is.
    changed = back(town, plan, kind, {"1.71": "1,65"})
    [line] = changed.new
    assert line.said is not None
    assert line.before is not None
    assert (line.before.value, line.said.value) == (Decimal("1.71"), Decimal("1.65"))
    record_readings(town.editor, plan=plan, readings=[line.said], today=TODAY)
    assert back(town, plan, kind).new == []
    assert set(readings_told([share, vote, word]).values()) == before


def test_what_a_file_says_wrongly_is_refused_line_by_line(town: Town, plan: Plan) -> None:
    twice = back(town, plan, "xlsx", {"2024-05-31": "2026-09-30", "référence": "relevé"})
    assert "source que la ligne" in twice.refused[0].problem
    unknown = back(town, plan, "xlsx", {"PUE moyen annuel": "PUE"})
    assert {line.problem for line in unknown.refused} == {
        "Aucun indicateur du plan qui se relève ne porte ce nom."
    }
    dateless = back(town, plan, "xlsx", {"2026-09-30": "bientôt"})
    assert "aucune date" in dateless.refused[0].problem
    with pytest.raises(UnusableInputError, match="Chose"):
        back(town, plan, "xlsx", {"Indicateur": "Chose"})


def test_expected_readings_are_told_and_queries_do_not_grow(
    town: Town, plan: Plan, django_assert_num_queries: object
) -> None:
    entries = entries_of(town.editor, plan)
    assert [entry.due_on for entry in entries] == [None] * 4  # no value yet, or no frequency
    share = pk_of(town, plan, "Postes reconditionnés")
    early = [Said(share, date(2025, 6, 1), Decimal(1))]
    record_readings(town.editor, plan=plan, readings=early, today=TODAY)
    due = {entry.indicator.name: entry.due_on for entry in entries_of(town.editor, plan)}
    assert due["Postes reconditionnés"] == date(2026, 6, 30)
    with django_assert_num_queries(4):  # type: ignore[operator]
        entries_of(town.editor, plan)


@pytest.mark.parametrize("kind", sorted(WRITERS))
def test_a_workbook_comes_back_beside_what_it_left_as(town: Town, plan: Plan, kind: str) -> None:
    share, vote = pk_of(town, plan, "Postes reconditionnés"), pk_of(town, plan, "Charte votée")
    word = pk_of(town, plan, "Maturité")
    record_readings(
        town.editor,
        plan=plan,
        readings=[
            Said(share, DAY, Decimal(50)),
            Said(word, DAY, text="bonne"),
            Said(vote, DAY, Decimal(0)),
        ],
        today=TODAY,
    )
    entries = entries_of(town.editor, plan)
    pks = [entry.indicator.pk for entry in entries]
    shown, left = sheets_of(plan, entries, readings_told(pks).values(), {}, "fr")
    rows, left = list(shown.rows), Sheet(left.title, list(left.rows), left.layout)
    record_readings(
        town.editor,
        plan=plan,
        readings=[Said(share, DAY, Decimal(60)), Said(word, DAY, text="faible")],
        today=TODAY,
    )

    def come_back(changes: dict[str, str], *, digests: bool = True) -> SheetReading:
        told = [[changes.get(str(cell), cell) for cell in row] for row in rows]
        stream = io.BytesIO()
        SHEETS[kind](stream, [Sheet("Relevés", told), *([left] if digests else [])])
        with open_source(stream, f"releves.{kind}", WANTED) as source:
            grids = grids_of(source)
        reading = read_sheet(grids, entries, {}, standing_readings(pks), "fr")
        return beside(reading, plan, grids, "fr")

    # As it left: nothing is said of what was read here since.
    assert (come_back({}).new, come_back({}).refused) == ([], [])
    found = come_back({"non": "oui", "50": "70"})
    assert [line.name for line in found.new] == ["Charte votée"]
    assert [line.problem[:26] for line in found.refused] == ["Relevé changé ici depuis q"]
    assert len(come_back({}, digests=False).new) == 2  # told with what stands, to be confirmed
