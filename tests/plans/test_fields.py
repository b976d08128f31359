"""Every field of the sheet of an action is declared, once."""

from __future__ import annotations

from portulan.plans.actions.history import RESTORABLE
from portulan.plans.fields import ACTION
from portulan.plans.models import Action, ActionFields

# What is not typed on the sheet: what names the action, and what its own gestures write.
ELSEWHERE = {"id", "plan", "number", "indicators", "progress", "vacant_since", "blocked_by"}
ELSEWHERE |= {"last_news_on", "version"}


def test_every_column_of_an_action_is_on_its_sheet_or_has_its_own_gesture() -> None:
    columns = {field.name for field in (*Action._meta.fields, *Action._meta.many_to_many)}
    names = [field.name for field in ACTION]
    assert len(names) == len(set(names))
    assert set(names) == columns - ELSEWHERE == set(ActionFields.__annotations__)
    assert set(names) - RESTORABLE == {"level"}
