"""How obligations stand: bound or not, late, before, met elsewhere."""

from __future__ import annotations

from datetime import date

import pytest
from django.core.exceptions import ValidationError

from portulan.catalogue.obligations import Bound
from portulan.core.errors import DeniedError
from portulan.publication.documents.asking import Asked
from portulan.publication.obligations.laws import BY_LAW, Law, State, state_of
from portulan.publication.obligations.reads import obligations_of
from portulan.publication.obligations.writes import note_obligation
from tests.people import Town

TODAY = date(2026, 11, 24)
SCHEME, STATEMENT = BY_LAW[Law.SCHEME], BY_LAW[Law.ACCESSIBILITY]


@pytest.mark.parametrize(
    ("bound", "due", "state"),
    [
        (Bound.YES, date(2026, 11, 23), State.LATE),
        (Bound.YES, date(2026, 11, 24), State.BEFORE),
        (Bound.POPULATION, date(2026, 12, 31), State.TO_CHECK),
        (Bound.NO, date(2026, 12, 31), State.NOT_BOUND),
    ],
)
def test_a_state_follows_from_who_is_bound_and_the_day(
    bound: Bound, due: date, state: State
) -> None:
    assert state_of(SCHEME, bound, met=None, due=due, today=TODAY)[0] is state


def test_what_holds_for_three_years_is_due_again_at_their_end() -> None:
    for met, state in ((date(2023, 11, 24), State.MET), (date(2023, 11, 23), State.LATE)):
        found = state_of(STATEMENT, Bound.YES, met=met, due=None, today=TODAY)
        assert found[0] is state


def test_the_indicators_of_a_spaser_are_due_again_after_two_years() -> None:
    for met, state in ((date(2024, 11, 24), State.MET), (date(2024, 11, 23), State.LATE)):
        found = state_of(BY_LAW[Law.SPASER], Bound.YES, met=met, due=None, today=TODAY)
        assert found[0] is state


def test_a_document_noted_elsewhere_is_met_with_its_reference(town: Town) -> None:
    asked = Asked(town.editor, town.organisation, 2026, TODAY, "fr")
    before = {row.obligation.law: row for row in obligations_of(asked)}
    assert before[Law.SCHEME].state is State.BEFORE
    note_obligation(
        town.editor, key=Law.SCHEME, year=2026, on=TODAY, reference="Délibération 12", today=TODAY
    )
    after = {row.obligation.law: row for row in obligations_of(asked)}
    assert (after[Law.SCHEME].state, after[Law.SCHEME].reference) == (State.MET, "Délibération 12")


def test_noting_needs_its_right_a_past_day_and_a_reference(town: Town) -> None:
    said = {"key": Law.SCHEME, "year": 2026, "today": TODAY}
    with pytest.raises(DeniedError):
        note_obligation(town.reader, on=TODAY, reference="x", **said)  # type: ignore[arg-type]
    for on, reference in ((date(2026, 11, 25), "x"), (TODAY, " ")):
        with pytest.raises(ValidationError):
            note_obligation(town.editor, on=on, reference=reference, **said)  # type: ignore[arg-type]
