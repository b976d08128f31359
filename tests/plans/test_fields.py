"""Every field of the sheet of an action is declared, once."""

from __future__ import annotations

import dataclasses
from typing import Any

from django.db import models

from portulan.accounts.models import Person, Unit
from portulan.catalogue.models import Practice
from portulan.core.fields import Field, Kind
from portulan.indicators.fields import INDICATOR
from portulan.indicators.models import Indicator, IndicatorFields
from portulan.indicators.values import Manner
from portulan.plans.actions.history import RESTORABLE
from portulan.plans.fields import ACTION
from portulan.plans.models import Action, ActionFields, Axis, Goal

# What is not typed on the sheet: what names the action, and what its own gestures write.
ELSEWHERE = {"id", "plan", "number", "indicators", "progress", "vacant_since", "blocked_by"}
ELSEWHERE |= {"last_news_on", "version"}


def test_every_column_of_an_action_is_on_its_sheet_or_has_its_own_gesture() -> None:
    columns = {field.name for field in (*Action._meta.fields, *Action._meta.many_to_many)}
    names = [field.name for field in ACTION]
    assert len(names) == len(set(names))
    assert set(names) == columns - ELSEWHERE == set(ActionFields.__annotations__)
    assert set(names) - RESTORABLE == {"level"}


def test_every_column_of_an_indicator_is_declared_or_has_its_own_gesture() -> None:
    columns = {field.name for field in Indicator._meta.fields}
    manner = {field.name for field in dataclasses.fields(Manner)}
    names = {field.name for field in INDICATOR}
    assert names == columns - {"id", "version", "organisation", "computed_by"}
    assert names - {"name", "kind"} - manner == set(IndicatorFields.__annotations__)


TABLES = {"axes": Axis, "goals": Goal, "people": Person, "practices": Practice, "units": Unit}


def held(column: Any) -> Kind:
    """Return what a column holds, as a declaration says it."""
    if column.is_relation:
        return Kind.MANY if column.many_to_many else Kind.ONE
    if column.choices:
        return Kind.STEP
    for kind, held_by in (
        (Kind.LINE, models.CharField),
        (Kind.TEXT, models.TextField),
        (Kind.LINES, models.JSONField),
        (Kind.DAY, models.DateField),
    ):
        if isinstance(column, held_by):
            return kind
    return Kind.NUMBER


def test_a_declaration_agrees_with_its_column() -> None:
    def said(field: Field, column: Any) -> tuple[Any, ...]:
        steps = [key for key, _words in column.flatchoices]
        table = column.related_model if column.is_relation else None
        line = column.max_length if held(column) is Kind.LINE else 0
        return field.name, held(column), line or 0, steps, table

    for field in INDICATOR:  # the steps of which are those of their columns
        _name, kind, most, steps, _table = said(field, Indicator._meta.get_field(field.name))
        assert (field.kind, field.most, list(field.steps) or steps) == (kind, most, steps)
    for field in ACTION:
        declared = (field.name, field.kind, field.most, list(field.steps), TABLES.get(field.to))
        assert declared == said(field, Action._meta.get_field(field.name))
