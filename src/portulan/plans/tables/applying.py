"""What a table says of an action, written through the services of actions."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from decimal import Decimal
from enum import IntEnum
from itertools import zip_longest
from typing import Any, NamedTuple, cast

from django.db import transaction
from django.utils.translation import gettext as _

from portulan.accounts.access import Operation
from portulan.accounts.actors import Actor
from portulan.accounts.models import Person
from portulan.accounts.trail import Told, record_all
from portulan.catalogue.readers.indicator_kinds import guess_kind
from portulan.core import trail
from portulan.core.batches import rounds
from portulan.core.fields import Field as Declared
from portulan.core.fields import Kind as FieldKind
from portulan.core.folding import fold, squeeze
from portulan.core.storing import store_all
from portulan.core.tables.amounts import NotAnAmountError, parse
from portulan.indicators.models import Indicator
from portulan.indicators.words import Kind
from portulan.indicators.writes import NewIndicator, NewTarget, set_targets
from portulan.plans.access import check_all, heard
from portulan.plans.actions.writes import (
    NewAction,
    Pilots,
    assign_pilots,
    create_actions,
    declare_all_vacant,
    edit_actions,
)
from portulan.plans.commitments.writes import TakenOver, take_over_levels
from portulan.plans.indicators import add_indicators
from portulan.plans.models import Action, ActionFields, ActionIndicator, Plan, PlannedMoney
from portulan.plans.money.writes import MoneyKey, money_of, plan_money
from portulan.plans.tables.cells import BLOCKED
from portulan.plans.tables.reading import key_of
from portulan.plans.tables.resolving import Names
from portulan.plans.tables.values import UNKNOWN_AMOUNT
from portulan.plans.tables.vocabulary import DECLARED, SINCE, Field, money_field
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


type Said = tuple[Action, Mapping[str, str]]


class New(NamedTuple):
    """An action that a line makes: its number, its sheet, and what the line says of it.

    Its post is vacant where the line does not even say which function pilots.
    """

    action: NewAction
    values: Mapping[str, str]
    vacant: bool


class Change(NamedTuple):
    """What a line changes of an action: its sheet, its pilot if it says one, and all it says."""

    action: Action
    fields: ActionFields
    pilot: tuple[str, Person | None] | None
    values: Mapping[str, str]


class Applier:
    """Writes lines of one table into a plan, by an actor, on a day.

    What lines name is found first, or made (`new`, `changed`); they are then written together.
    """

    def __init__(
        self, actor: Actor, plan: Plan, names: Names, *, import_id: int, today: date
    ) -> None:
        self._actor = actor
        self._plan = plan
        self._names = names
        self._import_id = import_id
        self._today = today
        self.proposes = False  # a level is then what is proposed to the vote, and never decided

    def new(self, values: Mapping[str, str], number: int | None) -> New:
        """Return the action that a line makes. Raises ValidationError."""
        function, person = self._pilot(values)
        level = int(values.get(Field.LEVEL) or CommitmentLevel.STUDY)
        fields = self._fields(values) | {
            "pilot_function": function or _("Pilote à désigner"),
            "pilot": person,
            "level": CommitmentLevel(level),
        }
        own = values.get(Field.NUMBER, "")
        fields["own_number"] = "" if own == str(number or "") else own
        return New(NewAction(cast(ActionFields, fields), number), values, not function)

    def changed(self, action: Action, changes: Mapping[str, str]) -> Change:
        """Return the changes of an action, and only them. Raises ValidationError."""
        fields = self._fields(changes)
        if Field.NUMBER in changes:
            own = changes[Field.NUMBER]
            fields["own_number"] = "" if own == str(action.number) else own
        named = Field.PILOT in changes or Field.PERSON in changes
        pilot = self._pilot(changes) if named else None
        return Change(action, cast(ActionFields, fields), pilot, changes)

    @transaction.atomic
    def make(self, lines: Sequence[New]) -> list[Action]:
        """Make the actions of lines, all or none. Raises ValidationError."""
        actions = create_actions(
            self._actor, plan=self._plan, today=self._today, new=[line.action for line in lines]
        )
        said = [(action, line.values) for action, line in zip(actions, lines, strict=True)]
        vacant = [action for action, line in zip(actions, lines, strict=True) if line.vacant]
        if vacant:
            declare_all_vacant(self._actor, actions=vacant, since=self._today, today=self._today)
        self._around(said)
        return actions

    @transaction.atomic
    def change(self, lines: Sequence[Change]) -> list[Action]:
        """Write the changes of actions, each once, all or none. Raises ValidationError."""
        edited = [(line.action, line.fields) for line in lines if line.fields]
        if edited:
            edit_actions(self._actor, changes=edited)
        given = [
            Pilots(
                line.action,
                line.pilot[0] or line.action.pilot_function,
                line.pilot[1] if Field.PERSON in line.values else line.action.pilot,
            )
            for line in lines
            if line.pilot is not None
        ]
        if given:
            assign_pilots(self._actor, given=given, today=self._today)
        self._around([(line.action, line.values) for line in lines])
        return [line.action for line in lines]

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
        for field in SINCE:
            if field in values:
                one = DECLARED[field]
                found[one.name] = self._value(one, values[field])
        return found

    def _value(self, one: Declared, text: str) -> Any:
        """Return what a field that came since holds, from the text of its kind."""
        match one.kind:
            case FieldKind.LINE | FieldKind.TEXT:
                return text
            case FieldKind.LINES:
                return text.split("\n")
            case FieldKind.ONE:
                return self._names.axis(text) if one.to == "axes" else self._names.unit(text)
            case _ if not text:
                return None if Action._meta.get_field(one.name).null else ""
            case FieldKind.DAY:
                return date.fromisoformat(text)
            case FieldKind.NUMBER:
                return Decimal(text)
        return one.step(int(text) if issubclass(one.step, IntEnum) else text)

    def _around(self, said: Sequence[Said]) -> None:
        self._ask([one for one in said if any(money_field(name) for name in one[1])])
        self._indicate(
            [one for one in said if one[1].get(Field.INDICATOR) or one[1].get(Field.TARGET)]
        )
        if not self.proposes:
            self._enter([one for one in said if one[1].get(Field.LEVEL)])
        self._move_on([one for one in said if _MOVES & one[1].keys()])

    # --- level and progress -------------------------------------------------------------------

    def _enter(self, said: Sequence[Said]) -> None:
        entered = []
        for action, values in said:
            day = values.get(Field.LEVEL_DATE, "")
            on = min(date.fromisoformat(day) if day else self._today, self._today)
            entered.append(TakenOver(action, CommitmentLevel(int(values[Field.LEVEL])), on))
        if entered:
            take_over_levels(self._actor, said=entered, import_id=self._import_id)

    def _move_on(self, said: Sequence[Said]) -> None:
        """Say how far actions are, as the table says it: what that lacks is a state."""
        check_all(self._actor, [action for action, _values in said], Operation.EDIT_PLAN)
        told: list[Told] = []
        moved: list[Action] = []
        for action, values in said:
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
                moved.append(action)
                told.append((action, Verb.UPDATED, changes))
        store_all(moved, columns=["progress", "blocked_by", "last_news_on"])
        record_all(self._actor, told)

    # --- money --------------------------------------------------------------------------------

    def _ask(self, said: Sequence[Said]) -> None:
        if not said:
            return
        asked: dict[int, dict[MoneyKey, Decimal | None]] = {one.pk: {} for one, _values in said}
        for row in PlannedMoney.objects.filter(action__in=asked):
            asked[row.action_id][money_of(row)] = row.amount
        for action, values in said:
            _say_money(asked[action.pk], values)
        plan_money(self._actor, asked=[(action, asked[action.pk]) for action, _values in said])

    # --- indicators ---------------------------------------------------------------------------

    def _indicate(self, said: Sequence[Said]) -> None:
        """Add the indicators that actions have not, and set the target that stands beside each."""
        if not said:
            return
        followed: dict[int, list[Indicator]] = {action.pk: [] for action, _values in said}
        links = ActionIndicator.objects.filter(action__in=followed).select_related("indicator")
        for link in links.order_by("order", "id"):
            followed[link.action_id].append(link.indicator)
        wanted: dict[tuple[int, str], tuple[Action, NewIndicator]] = {}
        aims: list[tuple[Action, str, str]] = []
        known = {(pk, fold(one.name)): one for pk, its in followed.items() for one in its}
        for action, values in said:
            for name, aim in _followed_by(action, values, followed[action.pk]):
                key = (action.pk, fold(name))
                if key not in known and key not in wanted:
                    wanted[key] = (action, _indicator(name, aim))
                if aim:
                    aims.append((action, fold(name), aim))
        if wanted:
            made = add_indicators(self._actor, new=list(wanted.values()))
            known |= dict(zip(wanted, made, strict=True))
        targets = [
            target
            for action, name, aim in aims
            if (target := self._target(action, known[action.pk, name], aim)) is not None
        ]
        for some in rounds(targets, lambda one: one.key):
            set_targets(self._actor, aims=some)

    def _target(self, action: Action, indicator: Indicator, aim: str) -> NewTarget | None:
        due_on = action.due_on or date(self._plan.last_year, 12, 31)
        number, _unit = number_of(aim)
        if not Kind(indicator.kind).is_number:
            return NewTarget(indicator, due_on, text=aim[:250])
        # A sentence for a figure: it stays in the table, and the figure has no target.
        return None if number is None else NewTarget(indicator, due_on, number)


_MOVES = {Field.PROGRESS, BLOCKED, Field.NOTE}


def _say_money(amounts: dict[MoneyKey, Decimal | None], values: Mapping[str, str]) -> None:
    """Say in the amounts of an action what a line says of its money."""
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


def _followed_by(
    action: Action, values: Mapping[str, str], followed: Sequence[Indicator]
) -> Iterator[tuple[str, str]]:
    """Yield the indicators that a line says, each with the target beside it.

    A target without an indicator is one in words.
    """
    names = values.get(Field.INDICATOR, "").split("\n") if Field.INDICATOR in values else []
    names = names or [indicator.name for indicator in followed]
    aims = values.get(Field.TARGET, "").split("\n")
    for name, aim in zip_longest(map(squeeze, names), map(squeeze, aims), fillvalue=""):
        if name or aim:
            yield (name or action.title)[:250], aim


def _indicator(name: str, aim: str) -> NewIndicator:
    """Return an indicator of the kind that its name and its target let guess."""
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
    return NewIndicator(name, kind, {"unit": unit[:40]})


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
