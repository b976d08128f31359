"""What a table says of an action, written through the services of actions."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from typing import Any, cast

from django.utils.translation import gettext as _

from portulan.accounts.actors import Actor
from portulan.accounts.trail import record
from portulan.catalogue.readers.indicator_kinds import guess_kind
from portulan.core import trail
from portulan.core.folding import fold, squeeze
from portulan.core.storing import store
from portulan.core.tables.amounts import NotAnAmountError, parse
from portulan.indicators.models import Indicator
from portulan.indicators.words import Kind
from portulan.indicators.writes import set_target
from portulan.plans.access import heard
from portulan.plans.actions.writes import assign_pilot, create_action, declare_vacant, edit_action
from portulan.plans.commitments.writes import take_over_level
from portulan.plans.indicators import add_indicator
from portulan.plans.models import Action, ActionFields, Plan, PlannedMoney
from portulan.plans.money.writes import MoneyKey, replace_planned_money
from portulan.plans.tables.cells import BLOCKED
from portulan.plans.tables.fields import Field, money_field
from portulan.plans.tables.reading import key_of
from portulan.plans.tables.resolving import Names
from portulan.plans.tables.values import UNKNOWN_AMOUNT
from portulan.plans.verbs import Verb
from portulan.plans.words import CommitmentLevel, Progress, Section

_MOST_NUMBER = 9999
# The columns of an action that a field of a table is, as it is written.
_TEXTS = {
    Field.TITLE: "title",
    Field.SHORT_TITLE: "short_title",
    Field.DESCRIPTION: "description",
    Field.FOLLOW_UP: "follow_up_function",
}
_DAYS = {Field.START: "starts_on", Field.END: "due_on"}


class Applier:
    """Writes lines of one table into a plan, by an actor, on a day."""

    def __init__(
        self, actor: Actor, plan: Plan, names: Names, *, import_id: int, today: date
    ) -> None:
        self._actor = actor
        self._plan = plan
        self._names = names
        self._import_id = import_id
        self._today = today
        self.proposes = False  # a level is then what is proposed to the vote, and never decided

    def make(self, values: Mapping[str, str], number: int | None) -> Action:
        """Make an action of what a line says. Raises ValidationError."""
        function, person = self._pilot(values)
        level = int(values.get(Field.LEVEL) or CommitmentLevel.STUDY)
        fields = self._fields(values) | {
            "pilot_function": function or _("Pilote à désigner"),
            "pilot": person,
            "level": CommitmentLevel(level),
        }
        own = values.get(Field.NUMBER, "")
        fields["own_number"] = "" if own == str(number or "") else own
        action = create_action(
            self._actor,
            plan=self._plan,
            today=self._today,
            number=number,
            **cast(ActionFields, fields),
        )
        if not function:
            declare_vacant(self._actor, action=action, since=self._today, today=self._today)
        self._around(action, values)
        return action

    def change(self, action: Action, changes: Mapping[str, str]) -> None:
        """Write the changes of an action, and only them. Raises ValidationError."""
        fields = self._fields(changes)
        if Field.NUMBER in changes:
            own = changes[Field.NUMBER]
            fields["own_number"] = "" if own == str(action.number) else own
        if fields:
            edit_action(self._actor, action=action, **cast(ActionFields, fields))
        if Field.PILOT in changes or Field.PERSON in changes:
            function, person = self._pilot(changes)
            assign_pilot(
                self._actor,
                action=action,
                pilot_function=function or action.pilot_function,
                pilot=person if Field.PERSON in changes else action.pilot,
                today=self._today,
            )
        self._around(action, changes)

    def _pilot(self, values: Mapping[str, str]) -> tuple[str, Any]:
        function = values.get(Field.PILOT, "")
        text = values.get(Field.PERSON, "")
        person = self._names.person(text, function or _("Pilote"))
        return function or (person.function if person else ""), person

    def _fields(self, values: Mapping[str, str]) -> dict[str, Any]:
        found: dict[str, Any] = {
            column: values[name] for name, column in _TEXTS.items() if name in values
        }
        for name, column in _DAYS.items():
            if name in values:
                found[column] = date.fromisoformat(values[name]) if values[name] else None
        if Field.AXIS in values:
            found["axis"] = self._names.axis(values[Field.AXIS])
        if Field.UNIT in values:
            found["unit"] = self._names.unit(values[Field.UNIT])
        if Field.PRACTICE in values:
            found["practices"] = self._names.practices(values[Field.PRACTICE])
        return found

    def _around(self, action: Action, values: Mapping[str, str]) -> None:
        if any(money_field(name) for name in values):
            self._ask(action, values)
        if values.get(Field.INDICATOR) or values.get(Field.TARGET):
            self._indicate(action, values)
        if values.get(Field.LEVEL) and not self.proposes:
            self._enter(action, values)
        self._move_on(action, values)

    # --- level and progress -------------------------------------------------------------------

    def _enter(self, action: Action, values: Mapping[str, str]) -> None:
        said = values.get(Field.LEVEL_DATE, "")
        on = date.fromisoformat(said) if said else self._today
        take_over_level(
            self._actor,
            action=action,
            level=CommitmentLevel(int(values[Field.LEVEL])),
            on=min(on, self._today),
            import_id=self._import_id,
        )

    def _move_on(self, action: Action, values: Mapping[str, str]) -> None:
        """Say how far the action is, as the table says it: what that lacks is a state."""
        wanted: dict[str, object] = {}
        if values.get(Field.PROGRESS):
            wanted["progress"] = Progress(values[Field.PROGRESS])
        if BLOCKED in values:
            wanted["blocked_by"] = values[BLOCKED][:500]
        changes = trail.set_fields(action, wanted)
        if note := values.get(Field.NOTE):
            changes["note"] = (None, note)
        if changes:
            heard(action, self._today)
            store(action)
            record(self._actor, action, Verb.UPDATED, changes)

    # --- money --------------------------------------------------------------------------------

    def _ask(self, action: Action, values: Mapping[str, str]) -> None:
        amounts = {
            MoneyKey(row.year, Section(row.section) if row.section else None, row.in_it_budget): (
                row.amount
            )
            for row in PlannedMoney.objects.filter(action=action)
        }
        for name, text in values.items():
            money = money_field(name)
            if money is None:
                continue
            key = MoneyKey(money.year, Section(money.section) if money.section else None)
            if not money.section:
                for other in [one for one in amounts if one.year == money.year and one[2]]:
                    del amounts[other]
            amounts.pop(key, None)
            if text:
                amounts[key] = None if text == UNKNOWN_AMOUNT else Decimal(text)
        replace_planned_money(self._actor, action=action, amounts=amounts)

    # --- indicators ---------------------------------------------------------------------------

    def _indicate(self, action: Action, values: Mapping[str, str]) -> None:
        """Add the indicators that the action has not, and set the target that stands beside each.

        A target without an indicator is one in words.
        """
        followed = [
            link.indicator
            for link in action.indicator_links.select_related("indicator").order_by("order", "id")
        ]
        names = values.get(Field.INDICATOR, "").split("\n") if Field.INDICATOR in values else []
        names = names or [indicator.name for indicator in followed]
        aims = values.get(Field.TARGET, "").split("\n")
        by_name = {fold(indicator.name): indicator for indicator in followed}
        for place in range(max(len(names), len(aims))):
            name = squeeze(names[place]) if place < len(names) else ""
            aim = squeeze(aims[place]) if place < len(aims) else ""
            if not name and not aim:
                continue
            name = (name or action.title)[:250]
            indicator = by_name.get(fold(name))
            if indicator is None:
                indicator = by_name[fold(name)] = self._indicator(action, name, aim)
            if aim:
                self._aim(action, indicator, aim)

    def _indicator(self, action: Action, name: str, aim: str) -> Indicator:
        guessed = guess_kind(name)
        kind, unit = Kind(guessed.kind), guessed.unit
        if aim:
            number, its_unit = number_of(aim)
            if number is None:
                yes_no = fold(aim) in {"oui", "non", "yes", "no"}
                kind, unit = (Kind.YES_NO if yes_no else Kind.TEXT), ""
            elif its_unit == "%":
                kind, unit = Kind.PERCENTAGE, "%"
            elif not kind.is_number:
                kind, unit = (Kind.QUANTITY, its_unit) if its_unit else (Kind.COUNT, "")
            elif its_unit:
                unit = its_unit
        return add_indicator(self._actor, action=action, name=name, kind=kind, unit=unit[:40])

    def _aim(self, action: Action, indicator: Indicator, aim: str) -> None:
        due_on = action.due_on or date(self._plan.last_year, 12, 31)
        kind = Kind(indicator.kind)
        number, _unit = number_of(aim)
        if kind.is_number and number is None:
            return  # a sentence for a figure: it stays in the table, and the figure has no target
        given = {"value": number} if kind.is_number else {"text": aim[:250]}
        set_target(self._actor, indicator=indicator, due_on=due_on, **given)


_NUMBER = re.compile(
    r"(?P<number>[-+]?[0-9][0-9 .,\u00a0\u202f]*) ?(?P<unit>[^0-9]{0,40})"
).fullmatch


def number_of(text: str) -> tuple[Decimal | None, str]:
    """Return a target that is a number, and its unit; None when it is a sentence."""
    found = _NUMBER(squeeze(text))
    if found is None or len(found["unit"].split()) > 3:
        return None, ""
    try:
        value = parse(found["number"].strip())
    except NotAnAmountError:
        return None, ""
    return (None, "") if value is None else (value, found["unit"].strip())


def free_number(number: str, taken: set[int]) -> int | None:
    """Return the number of a table as an action’s own, None when it is none or is taken."""
    text = key_of(number)
    plain = text.isascii() and text.isdecimal() and text == str(int(text))
    if plain and 0 < int(text) <= _MOST_NUMBER and int(text) not in taken:
        return int(text)
    return None
